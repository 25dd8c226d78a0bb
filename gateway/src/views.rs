//! What this process knows of each session's state at Snowflake: where it stands, its variables, its results.
//!
//! Enters: a session's first context, then every analysis and every reply. Leaves: the [`SessionView`] decisions rest on.
//! Never here: rows, tokens.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use access::analysis::{Analysis, Comparison, SessionView};
use event::SessionId;
use event::payload::Context;
use parking_lot::Mutex;

use crate::limits::{VIEW_RESULTS_MAX, VIEWS_MAX};

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
    sessions: HashMap<SessionId, (u64, Arc<Mutex<SessionView>>)>,
}

impl Views {
    /// The session's view; one that stands at `context` if the session is new here.
    pub fn of(&self, session: SessionId, context: &Context) -> Arc<Mutex<SessionView>> {
        let mut kept = self.kept.lock();
        kept.ticks += 1;
        let tick = kept.ticks;
        if kept.sessions.len() >= VIEWS_MAX && !kept.sessions.contains_key(&session) {
            let oldest = kept.sessions.iter().min_by_key(|(_, (used, _))| *used);
            if let Some(oldest) = oldest.map(|(session, _)| *session) {
                kept.sessions.remove(&oldest);
            }
        }
        let entry = kept.sessions.entry(session).or_insert_with(|| {
            let view = SessionView {
                context: context.clone(),
                ..SessionView::default()
            };
            (tick, Arc::new(Mutex::new(view)))
        });
        entry.0 = tick;
        Arc::clone(&entry.1)
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
    for (name, value) in &analysis.assigns {
        view.variables.retain(|(known, _)| known != name);
        if let Some(value) = value {
            view.variables.push((name.clone(), value.clone()));
        }
    }
    for (at, query_id) in query_ids.iter().enumerate() {
        // One whose columns are not known is kept without any: LAST_QUERY_ID() must not mean the one before it.
        let outputs = analysis.outputs.get(at).cloned().flatten();
        view.results
            .push((query_id.clone(), outputs.unwrap_or_default()));
    }
    let surplus = view.results.len().saturating_sub(VIEW_RESULTS_MAX);
    view.results.drain(..surplus);
    for predicate in &analysis.predicates {
        if predicate.comparison == Comparison::Range {
            count_range(view, &predicate.column);
        }
    }
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
    use access::analysis::{Analysis, Comparison, Predicate, SessionView};
    use event::payload::Context;

    use super::after;

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
}
