//! What this process knows of statements by itself, because it ran them: query ids, and what they are canceled by.
//!
//! Enters: results with their plans. Leaves: the plan of an id, for its own session. Never here: another session's id.

use event::{SessionId, StatementId};
use lru::LruCache;
use parking_lot::Mutex;
use uuid::Uuid;

use crate::control::KnownQuery;
use crate::limits::KNOWN_QUERIES_MAX;

/// Query ids with their plans; the least recently used go.
#[derive(Debug)]
pub struct Known(Mutex<LruCache<(SessionId, String), KnownQuery>>);

impl Default for Known {
    fn default() -> Self {
        Self(Mutex::new(LruCache::sparse(KNOWN_QUERIES_MAX)))
    }
}

impl Known {
    /// Remembers a query of its statement's session.
    pub fn add(&self, query: KnownQuery) {
        let id = query.result.query_id.to_ascii_lowercase();
        self.0.lock().put((query.about.session, id), query);
    }

    /// The query `id` names in `session`.
    pub fn find(&self, session: SessionId, id: &str) -> Option<KnownQuery> {
        let key = (session, id.to_ascii_lowercase());
        self.0.lock().get(&key).cloned()
    }
}

/// The request ids statements went upstream under; the least recently used go.
#[derive(Debug)]
pub struct Sent(Mutex<LruCache<StatementId, Uuid>>);

impl Default for Sent {
    fn default() -> Self {
        Self(Mutex::new(LruCache::sparse(KNOWN_QUERIES_MAX)))
    }
}

impl Sent {
    /// A statement goes upstream.
    pub fn add(&self, statement: StatementId, request: Uuid) {
        self.0.lock().put(statement, request);
    }

    /// What a statement went under, if it did here.
    pub fn find(&self, statement: StatementId) -> Option<Uuid> {
        self.0.lock().get(&statement).copied()
    }
}
