//! Sessions that ended, as many as are worth remembering.
//!
//! Enters: ends. Leaves: whether a session ended. Never here: more than [`CLOSED_SESSIONS_MAX`]; the oldest ends go, whose
//! tokens are over by then.

use std::collections::{HashSet, VecDeque};

use event::SessionId;

use crate::limits::CLOSED_SESSIONS_MAX;

/// Ended sessions, oldest end first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    known: HashSet<SessionId>,
    order: VecDeque<SessionId>,
}

impl Ended {
    /// Notes an end; false if it was noted before.
    pub fn add(&mut self, session: SessionId) -> bool {
        if !self.known.insert(session) {
            return false;
        }
        self.order.push_back(session);
        if self.order.len() > CLOSED_SESSIONS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }

    /// Whether the session ended.
    pub fn contains(&self, session: SessionId) -> bool {
        self.known.contains(&session)
    }
}
