//! The sessions this process serves, and those whose end began here.
//!
//! Enters: sessions as they are opened and served. Leaves: whose end is due. Never here: who says it.

use std::collections::{BTreeMap, HashSet};

use event::payload::CloseReason;
use event::{SessionId, TimeNs};
use parking_lot::Mutex;

use super::Session;
use crate::ended::Ended;
use crate::limits::{EXPIRY_GRACE, OWN_SESSION_LASTS, WATCHED_SESSIONS_MAX};
use crate::time::later;

/// Sessions whose end began here: their tokens are refused at once, before the control topic has it.
#[derive(Debug, Default)]
pub struct Closed(Mutex<Ended>);

impl Closed {
    /// Notes an end; false if it was noted before.
    pub fn add(&self, session: SessionId) -> bool {
        self.0.lock().add(session)
    }

    /// Whether the session ended here.
    pub fn contains(&self, session: SessionId) -> bool {
        self.0.lock().contains(session)
    }
}

/// Sessions served here, by when their end is to be said.
#[derive(Debug, Default)]
pub struct Watch {
    kept: Mutex<BTreeMap<(TimeNs, SessionId), (Session, CloseReason)>>,
    /// Ends being said now.
    pub(super) saying: Mutex<HashSet<SessionId>>,
}

impl Watch {
    /// A session that was opened here: its end is said here, at once.
    pub fn opened(&self, session: Session) {
        self.add(session.claims.ends, session, CloseReason::Expired);
    }

    /// A session that another process may have opened.
    pub fn served(&self, session: &Session) {
        let mut kept = self.kept.lock();
        // The newest token holds the upstream session to say goodbye to.
        for key in keys(session) {
            if let Some((known, _)) = kept.get_mut(&key) {
                if known.claims.issued < session.claims.issued {
                    *known = session.clone();
                }
                return;
            }
        }
        drop(kept);
        let due = later(session.claims.ends, EXPIRY_GRACE);
        self.add(due, session.clone(), CloseReason::Expired);
    }

    /// A session that served one request, whose result was given: it ends in a while, by itself.
    pub fn done(&self, session: &Session, now: TimeNs) {
        let due = later(now, OWN_SESSION_LASTS);
        if due < session.claims.ends {
            self.add(due, session.clone(), CloseReason::Logout);
        }
    }

    /// Those that `meant` picks.
    pub(super) fn matching(&self, meant: impl Fn(&Session) -> bool) -> Vec<Session> {
        let kept = self.kept.lock();
        let sessions = kept.values().map(|(session, _)| session);
        sessions.filter(|session| meant(session)).cloned().collect()
    }

    /// How many have not ended.
    pub fn count(&self) -> usize {
        self.kept.lock().len()
    }

    pub(super) fn add(&self, due: TimeNs, session: Session, reason: CloseReason) {
        let mut kept = self.kept.lock();
        if kept.len() < WATCHED_SESSIONS_MAX {
            kept.insert((due, session.id()), (session, reason));
        }
    }

    /// Takes out the sessions whose end is due.
    pub(super) fn take(&self, now: TimeNs) -> Vec<(Session, CloseReason)> {
        let mut kept = self.kept.lock();
        let mut due = Vec::new();
        while let Some(first) = kept.first_entry() {
            if first.key().0 > now {
                break;
            }
            due.push(first.remove());
        }
        due
    }

    pub(super) fn forget(&self, session: &Session) {
        let mut kept = self.kept.lock();
        for key in keys(session) {
            kept.remove(&key);
        }
    }
}

fn keys(session: &Session) -> [(TimeNs, SessionId); 2] {
    let ends = session.claims.ends;
    [ends, later(ends, EXPIRY_GRACE)].map(|due| (due, session.id()))
}
