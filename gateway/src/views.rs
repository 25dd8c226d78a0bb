//! What this process knows of each session's state at Snowflake: where it stands, its variables, its results.
//!
//! Enters: a session's first context, then every analysis and every reply. Leaves: the [`SessionView`] decisions rest on.
//! Never here: rows, tokens.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use access::analysis::{Analysis, Comparison, Provenance, SessionView};
use event::SessionId;
use event::payload::Context;
use parking_lot::Mutex;

use crate::limits::{VIEW_RESULTS_MAX, VIEWS_MAX};

/// Kinds that may set variables where the analysis does not see it.
const OPAQUE: [&str; 4] = ["call", "execute_immediate", "script", "unclassified"];
/// Stands first among a session's results where older ones were dropped.
pub(crate) const DROPPED: &str = "dropped";

/// The views of live sessions; the least recently used go first.
#[derive(Debug, Default)]
pub struct Views {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    ticks: u64,
    /// Sessions that moved without other gateways being told; only where statements may run unrecorded.
    adrift: HashSet<SessionId>,
    sessions: HashMap<SessionId, One>,
}

#[derive(Debug)]
struct One {
    used: u64,
    /// This process saw the session from its login on.
    whole: bool,
    /// Statements of it at work here.
    running: Arc<AtomicU32>,
    view: Arc<Mutex<SessionView>>,
}

/// A statement of a session is at work; dropped when its place among the others is known.
#[derive(Debug)]
pub struct Running(Arc<AtomicU32>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Views {
    /// A statement is at work, from its decision on. Of two at once nobody can say which Snowflake counts first.
    pub fn work(&self, session: SessionId) -> Option<Running> {
        let mut kept = self.kept.lock();
        let one = kept.sessions.get_mut(&session)?;
        if one.running.fetch_add(1, Ordering::SeqCst) > 0 {
            one.whole = false;
        }
        Some(Running(Arc::clone(&one.running)))
    }

    /// The view of a session that opens here.
    pub fn open(&self, session: SessionId, context: &Context) {
        self.of(session, context);
        if let Some(one) = self.kept.lock().sessions.get_mut(&session) {
            one.whole = true;
        }
    }

    /// The session's view; one that stands at `context` if the session is new here.
    pub fn of(&self, session: SessionId, context: &Context) -> Arc<Mutex<SessionView>> {
        let mut kept = self.kept.lock();
        kept.ticks += 1;
        let tick = kept.ticks;
        if kept.sessions.len() >= VIEWS_MAX && !kept.sessions.contains_key(&session) {
            let oldest = kept.sessions.iter().min_by_key(|(_, one)| one.used);
            if let Some(oldest) = oldest.map(|(session, _)| *session) {
                kept.sessions.remove(&oldest);
            }
        }
        let one = kept.sessions.entry(session).or_insert_with(|| {
            let view = SessionView {
                context: context.clone(),
                ..SessionView::default()
            };
            One {
                used: tick,
                whole: false,
                running: Arc::default(),
                view: Arc::new(Mutex::new(view)),
            }
        });
        one.used = tick;
        Arc::clone(&one.view)
    }

    /// Whether this process saw the session from its login on, and could count its statements as Snowflake does.
    pub fn is_whole(&self, session: SessionId) -> bool {
        let kept = self.kept.lock();
        kept.sessions.get(&session).is_some_and(|one| one.whole)
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
        kept.sessions.remove(&session);
        kept.adrift.remove(&session);
    }
}

/// What a statement that ran changes in the view of its session.
pub fn after(view: &mut SessionView, analysis: &Analysis, query_ids: &[String], context: &Context) {
    moved(&mut view.context, context);
    if analysis
        .kinds
        .iter()
        .any(|kind| OPAQUE.contains(&kind.as_str()))
    {
        view.variables.clear();
    }
    for (name, value) in &analysis.assigns {
        view.variables.retain(|(known, _)| known != name);
        if let Some(value) = value {
            view.variables.push((name.clone(), value.clone()));
        }
    }
    for (at, query_id) in query_ids.iter().enumerate() {
        let outputs = analysis.outputs.get(at).cloned().flatten();
        remember(view, query_id, outputs);
    }
    for predicate in &analysis.predicates {
        if predicate.comparison == Comparison::Range {
            count_range(view, &predicate.column);
        }
    }
}

/// A statement that goes on upstream: what it assigns is not known until it ends.
pub fn running(view: &mut SessionView, analysis: &Analysis, query_id: &str) {
    forget_assigned(view, analysis);
    let outputs = match analysis.outputs.as_slice() {
        [only] => only.clone(),
        _ => None,
    };
    remember(view, query_id, outputs);
}

/// A statement that failed, perhaps half way: nothing it could have changed is relied on.
pub fn failed(view: &mut SessionView, analysis: &Analysis, query_id: Option<&str>) {
    forget_assigned(view, analysis);
    if analysis.kinds.len() > 1 && analysis.kinds.iter().any(|kind| kind == "use") {
        view.context = Context::default();
    }
    remember(view, query_id.unwrap_or_default(), None);
}

fn forget_assigned(view: &mut SessionView, analysis: &Analysis) {
    if analysis
        .kinds
        .iter()
        .any(|kind| OPAQUE.contains(&kind.as_str()))
    {
        view.variables.clear();
    }
    let assigned = |name: &String| analysis.assigns.iter().any(|(set, _)| set == name);
    view.variables.retain(|(name, _)| !assigned(name));
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

/// Whether a text asks for an earlier result of its session.
pub fn asks_back(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("result_scan") || text.contains("last_query_id")
}

/// Whether a text counts back to an earlier result.
pub fn names_last(text: &str) -> bool {
    text.to_ascii_lowercase().contains("last_query_id")
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
    }
    view
}

/// Takes over what a reply says of where the session stands now.
pub fn moved(here: &mut Context, now: &Context) {
    for (here, now) in [
        (&mut here.database, &now.database),
        (&mut here.schema, &now.schema),
        (&mut here.warehouse, &now.warehouse),
        (&mut here.role, &now.role),
    ] {
        if now.is_some() {
            here.clone_from(now);
        }
    }
}

fn count_range(view: &mut SessionView, column: &str) {
    match view
        .range_uses
        .binary_search_by(|(known, _)| known.as_str().cmp(column))
    {
        Ok(at) => {
            if let Some(entry) = view.range_uses.get_mut(at) {
                entry.1 = entry.1.saturating_add(1);
            }
        }
        Err(at) => view.range_uses.insert(at, (column.to_owned(), 1)),
    }
}

#[cfg(test)]
mod tests {
    use access::analysis::{Analysis, Comparison, Derivation, Predicate, Provenance, SessionView};
    use event::payload::Context;

    use super::{after, failed, for_text};
    use crate::limits::VIEW_RESULTS_MAX;

    fn context(database: Option<&str>, schema: Option<&str>) -> Context {
        Context {
            database: database.map(str::to_owned),
            schema: schema.map(str::to_owned),
            ..Context::default()
        }
    }

    #[test]
    fn a_view_follows_what_ran() {
        let mut view = SessionView {
            context: context(Some("D"), Some("S")),
            variables: vec![("A".to_owned(), "1".to_owned())],
            ..SessionView::default()
        };
        let range = |column: &str| Predicate {
            column: column.to_owned(),
            comparison: Comparison::Range,
            peers: Vec::new(),
        };
        let analysis = Analysis {
            assigns: vec![
                ("A".to_owned(), None),
                ("B".to_owned(), Some("t".to_owned())),
            ],
            outputs: vec![Some(Vec::new())],
            predicates: vec![range("X"), range("B"), range("X")],
            ..Analysis::default()
        };
        after(
            &mut view,
            &analysis,
            &["q1".to_owned()],
            &context(None, Some("T")),
        );
        assert_eq!(view.context, context(Some("D"), Some("T")));
        assert_eq!(view.variables, [("B".to_owned(), "t".to_owned())]);
        assert_eq!(view.results, [("q1".to_owned(), Vec::new())]);
        assert_eq!(view.range_uses, [("B".to_owned(), 1), ("X".to_owned(), 2)]);
    }
    #[test]
    fn a_failure_leaves_nothing_assumed() {
        let mut view = SessionView {
            context: context(Some("D"), Some("S")),
            variables: vec![
                ("A".to_owned(), "1".to_owned()),
                ("B".to_owned(), "2".to_owned()),
            ],
            ..SessionView::default()
        };
        let analysis = Analysis {
            kinds: vec!["use".to_owned(), "set".to_owned()],
            assigns: vec![("A".to_owned(), Some("9".to_owned()))],
            ..Analysis::default()
        };
        failed(&mut view, &analysis, None);
        assert_eq!(view.context, context(None, None));
        assert_eq!(view.variables, [("B".to_owned(), "2".to_owned())]);
        assert_eq!(view.results, [(String::new(), Vec::new())]);
    }

    #[test]
    fn positions_are_trusted_only_where_they_can_be_counted() {
        let known =
            |view: &SessionView| view.results.iter().filter(|one| !one.1.is_empty()).count();
        let column = || {
            vec![Provenance {
                name: "N".to_owned(),
                sources: Vec::new(),
                counted: Vec::new(),
                derivation: Derivation::Identity,
                unresolved: false,
            }]
        };
        let short = SessionView {
            results: vec![("q1".to_owned(), column()), ("q2".to_owned(), column())],
            ..SessionView::default()
        };
        let mut long = SessionView::default();
        for at in 0..2 * VIEW_RESULTS_MAX {
            let analysis = Analysis {
                outputs: vec![Some(column())],
                ..Analysis::default()
            };
            after(
                &mut long,
                &analysis,
                &[format!("q{at}")],
                &Context::default(),
            );
        }
        assert_eq!(long.results.len(), VIEW_RESULTS_MAX);
        for (view, text, counted, trusted) in [
            (
                &short,
                "select * from table(result_scan(last_query_id()))",
                true,
                true,
            ),
            (
                &short,
                "select * from table(result_scan(LAST_QUERY_ID(1)))",
                true,
                true,
            ),
            (
                &short,
                "select * from table(result_scan(last_query_id()))",
                false,
                false,
            ),
            (
                &short,
                "select * from table(result_scan('q1'))",
                false,
                true,
            ),
            (
                &long,
                "select * from table(result_scan(last_query_id ( -2 )))",
                true,
                true,
            ),
            (
                &long,
                "select * from table(result_scan(last_query_id(2)))",
                true,
                false,
            ),
            (
                &long,
                "select * from table(result_scan(last_query_id(/**/)))",
                true,
                false,
            ),
        ] {
            let seen = for_text(view.clone(), text, counted);
            assert_eq!(known(&seen) > 0, trusted, "{text}");
        }
    }
}
