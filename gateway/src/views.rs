//! What this process knows of each session's state at Snowflake: where it stands, its variables, its results.
//!
//! Enters: a session's first context, then every analysis and every reply. Leaves: the [`SessionView`] decisions rest on.
//! Never here: rows, tokens.

pub mod own;
pub mod place;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use access::analysis::{Analysis, Provenance, SessionView};
use event::SessionId;
use event::payload::Context;
use lru::LruCache;
use parking_lot::Mutex;

use self::own::Own;
use crate::control::Standing;
use crate::limits::{VIEW_RESULTS_MAX, VIEWS_MAX};
use crate::session::Session;

/// Stands for every variable where a statement may set one that the analysis does not see.
const ANY_VARIABLE: &str = "*";
/// Stands first among a session's results where older ones were dropped.
pub(crate) const DROPPED: &str = "dropped";

/// The views of live sessions; the least recently used go first.
#[derive(Debug)]
pub struct Views {
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    /// Sessions that moved, or may have, without other gateways being told.
    adrift: HashSet<SessionId>,
    sessions: LruCache<SessionId, One>,
}

#[derive(Debug)]
struct One {
    /// This process saw the session from its login on.
    whole: bool,
    /// Statements of it at work here.
    running: Arc<AtomicU32>,
    assigning: Arc<Mutex<Assigning>>,
    own: Arc<Mutex<Own>>,
    view: Arc<Mutex<SessionView>>,
}

impl One {
    /// Of a session that is new here, and stands at `context`.
    fn at(context: &Context) -> Self {
        let view = SessionView {
            context: context.clone(),
            ..SessionView::default()
        };
        Self {
            whole: false,
            running: Arc::default(),
            assigning: Arc::default(),
            own: Arc::default(),
            view: Arc::new(Mutex::new(view)),
        }
    }

    /// Of one that this process alone knew of where it stands, and does not any more.
    fn lost() -> Self {
        let one = Self::at(&Context::default());
        place::lose(&mut one.view.lock());
        one
    }
}

impl Kept {
    fn one(&mut self, session: SessionId, context: &Context) -> &mut One {
        // It went for others that were used since.
        let is_forgotten = self.adrift.contains(&session);
        self.sessions
            .get_or_insert_mut(session, || match is_forgotten {
                true => One::lost(),
                false => One::at(context),
            })
    }
}

/// Variables that statements at work assign: how many do, and whether several did at once.
#[derive(Debug, Default)]
struct Assigning(HashMap<String, (u32, bool)>);

impl Assigning {
    fn begin(&mut self, name: &str) {
        let (count, contested) = self.0.entry(name.to_owned()).or_default();
        *count += 1;
        *contested |= *count > 1;
    }

    /// Whether another statement assigned it meanwhile: nobody can say which Snowflake ran last.
    fn end(&mut self, name: &str) -> bool {
        let Some((count, contested)) = self.0.get_mut(name) else {
            return false;
        };
        let lost = *contested;
        *count = count.saturating_sub(1);
        if *count == 0 {
            self.0.remove(name);
        }
        lost
    }
}

impl Default for Views {
    fn default() -> Self {
        let kept = Kept {
            adrift: HashSet::new(),
            sessions: LruCache::sparse(VIEWS_MAX),
        };
        Self {
            kept: Mutex::new(kept),
        }
    }
}

/// A statement of a session is at work; dropped when its place among the others is known.
#[derive(Debug)]
pub struct Running {
    running: Arc<AtomicU32>,
    /// Others of the session at work here when it began.
    pub others: u32,
    assigning: Arc<Mutex<Assigning>>,
    own: Arc<Mutex<Own>>,
    view: Arc<Mutex<SessionView>>,
    names: Vec<String>,
}

impl Running {
    /// It assigns nothing now: it ended, or waits for people.
    pub fn waits(&mut self) {
        let mut assigning = self.assigning.lock();
        let names = std::mem::take(&mut self.names);
        let lost: Vec<&String> = names.iter().filter(|name| assigning.end(name)).collect();
        if !lost.is_empty() {
            let mut view = self.view.lock();
            view.variables.retain(|(name, _)| !lost.contains(&name));
        }
    }

    /// It is about to assign these: until it ended, what they hold is known to nobody.
    pub fn assigns(&mut self, analysis: &Analysis) {
        let mut assigning = self.assigning.lock();
        let opaque = analysis.sets_unseen().then_some(ANY_VARIABLE);
        let named = analysis.assigns.iter().map(|(name, _)| name.as_str());
        for name in named.chain(opaque) {
            if !self.names.iter().any(|known| known == name) {
                assigning.begin(name);
                self.names.push(name.to_owned());
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.waits();
        self.own.lock().rests();
        self.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Views {
    /// A statement is at work, from its decision on. Of two at once nobody can say which Snowflake counts first. A session that
    /// is new here is counted from this one on: it stands at `context`.
    pub fn work(&self, session: SessionId, context: &Context) -> Running {
        let mut kept = self.kept.lock();
        let one = kept.one(session, context);
        let others = one.running.fetch_add(1, Ordering::SeqCst);
        if others > 0 {
            one.whole = false;
        }
        one.own.lock().works();
        Running {
            running: Arc::clone(&one.running),
            others,
            assigning: Arc::clone(&one.assigning),
            own: Arc::clone(&one.own),
            view: Arc::clone(&one.view),
            names: Vec::new(),
        }
    }

    /// Takes from a view the variables that statements at work are assigning.
    pub fn forget_assigning(&self, session: SessionId, view: &mut SessionView) {
        let assigning = {
            let mut kept = self.kept.lock();
            kept.sessions
                .get_mut(&session)
                .map(|one| Arc::clone(&one.assigning))
        };
        if let Some(assigning) = assigning {
            let assigning = assigning.lock().0.keys().cloned().collect::<Vec<_>>();
            let any = assigning.iter().any(|name| name == ANY_VARIABLE);
            view.variables
                .retain(|(name, _)| !any && !assigning.contains(name));
        }
    }

    /// The view of a session that opens here.
    pub fn open(&self, session: SessionId, context: &Context) {
        self.of(session, context);
        if let Some(one) = self.kept.lock().sessions.get_mut(&session) {
            one.whole = true;
            one.own.lock().opened();
        }
    }

    /// The session's view; one that stands at `context` if the session is new here.
    pub fn of(&self, session: SessionId, context: &Context) -> Arc<Mutex<SessionView>> {
        let mut kept = self.kept.lock();
        Arc::clone(&kept.one(session, context).view)
    }

    /// Where the session stands, as far as this process knows.
    pub fn standing(&self, session: &Session) -> Standing {
        let view = self.of(session.id(), &session.claims.context);
        let view = view.lock();
        Standing {
            context: view.context.clone(),
            variables: view.variables.clone(),
            unsettled: view.unsettled.clone(),
            moves: view.moves,
        }
    }

    /// Takes over where the session stands by the last word of any gateway, unless this one knows better.
    pub fn heed(&self, session: &Session, said: Standing) {
        let view = self.of(session.id(), &session.claims.context);
        let mut view = view.lock();
        if !self.is_adrift(session.id()) {
            view.context = said.context;
            view.variables = said.variables;
            view.unsettled = said.unsettled;
            view.moves = said.moves;
        }
    }

    /// Whether this process saw the session from its login on, and could count its statements as Snowflake does.
    pub fn is_whole(&self, session: SessionId) -> bool {
        let kept = self.kept.lock();
        kept.sessions.peek(&session).is_some_and(|one| one.whole)
    }

    /// A statement may have run or not: from here on nobody can count as Snowflake does.
    pub fn lose_count(&self, session: SessionId) {
        if let Some(one) = self.kept.lock().sessions.get_mut(&session) {
            one.whole = false;
        }
    }

    /// Notes whether what this process knows of the session was told to the others.
    pub fn told(&self, session: SessionId, told: bool) {
        let adrift = &mut self.kept.lock().adrift;
        if told {
            adrift.remove(&session);
        } else {
            adrift.insert(session);
        }
    }

    /// Whether only this process knows where the session stands.
    pub fn is_adrift(&self, session: SessionId) -> bool {
        self.kept.lock().adrift.contains(&session)
    }

    /// The session ended.
    pub fn forget(&self, session: SessionId) {
        let mut kept = self.kept.lock();
        kept.sessions.pop(&session);
        kept.adrift.remove(&session);
    }
}

/// What a statement that ran changes in the view of its session, beside where that stands.
pub fn after(view: &mut SessionView, analysis: &Analysis, query_ids: &[String]) {
    if analysis.sets_unseen() {
        view.variables.clear();
    }
    // What goes on upstream may set it again.
    let settled = !place::is_pending(view);
    for (name, value) in &analysis.assigns {
        view.variables.retain(|(known, _)| known != name);
        if let Some(value) = value.as_ref().filter(|_| settled) {
            view.variables.push((name.clone(), value.clone()));
        }
    }
    for (at, query_id) in query_ids.iter().enumerate() {
        let outputs = analysis.outputs.get(at).cloned().flatten();
        if analysis.answers_metadata(at) {
            remember_metadata(view, query_id);
        }
        remember(view, query_id, outputs);
    }
}

/// A statement that goes on upstream: what it assigns is not known until it ends.
pub fn running(view: &mut SessionView, analysis: &Analysis, query_id: &str) {
    forget_assigned(view, analysis);
    let outputs = match analysis.outputs.as_slice() {
        [only] => only.clone(),
        _ => None,
    };
    if analysis.kinds.len() == 1 && analysis.answers_metadata(0) {
        remember_metadata(view, query_id);
    }
    remember(view, query_id, outputs);
}

/// A statement that failed, perhaps half way: nothing it could have changed is relied on.
pub fn failed(view: &mut SessionView, analysis: &Analysis, query_id: Option<&str>) {
    forget_assigned(view, analysis);
    let query_id = query_id.unwrap_or_default();
    view.metadata.retain(|known| known != query_id);
    remember(view, query_id, None);
}

/// What a statement could assign is not relied on.
pub fn forget_assigned(view: &mut SessionView, analysis: &Analysis) {
    if analysis.sets_unseen() {
        view.variables.clear();
    }
    let assigned = |name: &String| analysis.assigns.iter().any(|(set, _)| set == name);
    view.variables.retain(|(name, _)| !assigned(name));
}

/// A result of names, statistics or counts of rows may be asked for again as it is.
pub(crate) fn remember_metadata(view: &mut SessionView, query_id: &str) {
    if view.metadata.len() >= VIEW_RESULTS_MAX {
        view.metadata.remove(0);
    }
    view.metadata.push(query_id.to_owned());
}

/// Every statement takes a place, as it does in Snowflake's own count; one whose columns are not known is kept without any.
pub(crate) fn remember(view: &mut SessionView, query_id: &str, outputs: Option<Vec<Provenance>>) {
    view.results
        .push((query_id.to_owned(), outputs.unwrap_or_default()));
    if view.results.len() > VIEW_RESULTS_MAX {
        view.results.drain(..2);
        view.results.insert(0, (DROPPED.to_owned(), Vec::new()));
    }
}

/// The session's tokens were renewed, perhaps by a new session upstream, which counts from its own first statement on.
pub(crate) fn renewed(view: &mut SessionView) {
    if view.results.first().is_none_or(|(id, _)| id != DROPPED) {
        view.results.insert(0, (DROPPED.to_owned(), Vec::new()));
    }
}

/// Whether a text counts back to an earlier result.
pub fn names_last(text: &str) -> bool {
    text.to_ascii_lowercase().contains("last_query_id")
}

/// Whether a text may name something, or run code, by a session variable.
pub fn names_by_variable(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let words = ["identifier", "table", "immediate", "to_query"];
    text.contains('$') && words.iter().any(|word| text.contains(word))
}

/// The view a text is decided on. `LAST_QUERY_ID` counts statements: where they could not be `counted` as Snowflake does, it
/// refers to a result of unknown columns.
pub fn for_text(mut view: SessionView, text: &str, counted: bool) -> SessionView {
    let text = text.to_ascii_lowercase();
    let mut calls = text.split("last_query_id").skip(1).peekable();
    if calls.peek().is_none() {
        return view;
    }
    let counts_back = |rest: &str| {
        let argument = rest.trim_start().strip_prefix('(').unwrap_or_default();
        argument.trim_start().starts_with([')', '-'])
    };
    let dropped = view.results.first().is_some_and(|(id, _)| id == DROPPED);
    if !counted || dropped && !calls.all(counts_back) {
        for (_, outputs) in &mut view.results {
            outputs.clear();
        }
        // What stands at a place that nobody counted may be rows of a table.
        view.metadata.clear();
    }
    view
}

#[cfg(test)]
mod tests;
