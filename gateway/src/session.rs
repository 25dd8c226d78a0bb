//! A session, as one request of it knows it: what its token says, and from where it came.
//!
//! Enters: claims. Leaves: envelopes of its events. Never here: anything one instance must remember for another to serve it.

pub mod ending;
pub mod killing;
pub mod opening;
pub mod renewal;
pub mod watch;

use event::{Payload, SessionId, Source, TimeNs};
use journal::emit::Draft;

use crate::claims::Claims;
use crate::limits::PARTS_LAST;
use crate::time::later;

/// One request's session.
#[derive(Clone, Debug)]
pub struct Session {
    /// What its token says.
    pub claims: Claims,
    /// From where the request came.
    pub source: Source,
    /// When the request arrived.
    pub arrived: TimeNs,
}

impl Session {
    /// A draft of an event about this session.
    pub fn draft(&self, payload: impl Into<Payload>) -> Draft {
        let mut draft = Draft::new(payload);
        draft.session_id = Some(self.claims.session);
        draft.principal = Some(self.claims.principal.clone());
        draft.source = Some(self.source.clone());
        draft.connection = Some(self.claims.connection.clone());
        draft
    }

    /// When what is handed out for later (addresses of result parts) stops working.
    pub fn parts_expire(&self, now: TimeNs) -> TimeNs {
        later(now, PARTS_LAST).min(self.claims.ends)
    }

    /// Whose it is: issuer and subject.
    pub fn whose(&self) -> (String, String) {
        let principal = &self.claims.principal;
        (principal.issuer.clone(), principal.subject.clone())
    }

    /// Its id.
    pub fn id(&self) -> SessionId {
        self.claims.session
    }
}
