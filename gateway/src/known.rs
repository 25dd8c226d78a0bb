//! What this process knows of statements by itself, because it ran them: query ids, and what they are canceled by.
//!
//! Enters: results with their plans. Leaves: the plan of an id, for its own session. Never here: another session's id.

use std::collections::{HashMap, VecDeque};

use event::{SessionId, StatementId};
use parking_lot::Mutex;
use uuid::Uuid;

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

/// The request ids statements went upstream under. Bounded, oldest out first.
#[derive(Debug, Default)]
pub struct Sent {
    kept: Mutex<(HashMap<StatementId, Uuid>, VecDeque<StatementId>)>,
}

impl Sent {
    /// A statement goes upstream.
    pub fn add(&self, statement: StatementId, request: Uuid) {
        let (requests, order) = &mut *self.kept.lock();
        if requests.insert(statement, request).is_none() {
            order.push_back(statement);
        }
        if order.len() > KNOWN_QUERIES_MAX
            && let Some(oldest) = order.pop_front()
        {
            requests.remove(&oldest);
        }
    }

    /// What a statement went under, if it did here.
    pub fn find(&self, statement: StatementId) -> Option<Uuid> {
        self.kept.lock().0.get(&statement).copied()
    }
}
