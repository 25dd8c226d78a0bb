//! The envelope: what every event says about itself, whatever its kind.
//!
//! Enters: who, when, from where, under which policy. Leaves: one [`Event`]. Never here: how it is stored.

use crate::{
    EventId, Kind, Part, Payload, PolicyRef, Principal, Producer, SessionId, Source, StatementId,
    TimeNs, Version,
};

/// One event. Its canonical bytes ([`crate::encode`]) are what is journaled, hashed and proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Drawn by its producer; grows with time (UUIDv7).
    pub event_id: EventId,
    /// The session, or none for what a process says of itself.
    pub session_id: Option<SessionId>,
    /// The statement, where there is one.
    pub statement_id: Option<StatementId>,
    /// When, by the producer's clock.
    pub time: TimeNs,
    /// Which run emitted it, and its dense number there.
    pub producer: Producer,
    /// Its place in the chain of (session × run); producer events chain under "no session".
    pub part: Part,
    /// Who, once known.
    pub principal: Option<Principal>,
    /// From where, once known.
    pub source: Option<Source>,
    /// The named connection of the configuration.
    pub connection: Option<String>,
    /// The policy in force and the rules that determined the outcome.
    pub policy: Option<PolicyRef>,
    /// What happened.
    pub payload: Payload,
}

impl Event {
    /// The kind of the payload.
    pub const fn kind(&self) -> Kind {
        self.payload.kind()
    }

    /// The version it is encoded in: the lowest that can say it (see [`crate::versions`]).
    pub fn version(&self) -> Version {
        self.payload.version()
    }

    /// The journal key: the session, so that one session is one partition; else the run.
    pub fn key(&self) -> [u8; 16] {
        match self.session_id {
            Some(session) => *session.uuid().as_bytes(),
            None => *self.producer.run.uuid().as_bytes(),
        }
    }
}
