//! Query ids this process can bind to a session by itself: those it ran.
//!
//! Enters: results with their plans. Leaves: the plan of an id, for its own session. Never here: another session's id.

use std::collections::{HashMap, VecDeque};

use event::SessionId;
use parking_lot::Mutex;

use crate::control::KnownQuery;
use crate::limits::KNOWN_QUERIES_MAX;

/// Bounded, oldest out first.
#[derive(Debug, Default)]
pub struct Known {
    kept: Mutex<Kept>,
}

type Key = (SessionId, String);

#[derive(Debug, Default)]
struct Kept {
    queries: HashMap<Key, KnownQuery>,
    order: VecDeque<Key>,
}

impl Known {
    /// Remembers a query of its statement's session.
    pub fn add(&self, query: KnownQuery) {
        let key = (
            query.about.session,
            query.result.query_id.to_ascii_lowercase(),
        );
        let mut kept = self.kept.lock();
        if kept.queries.insert(key.clone(), query).is_none() {
            kept.order.push_back(key);
        }
        if kept.order.len() > KNOWN_QUERIES_MAX
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.queries.remove(&oldest);
        }
    }

    /// The query `id` names in `session`.
    pub fn find(&self, session: SessionId, id: &str) -> Option<KnownQuery> {
        let key = (session, id.to_ascii_lowercase());
        self.kept.lock().queries.get(&key).cloned()
    }
}
