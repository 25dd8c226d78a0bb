//! What is to be recorded, before it has its place.
//!
//! Enters: what a role says. Leaves: a draft for the emitter. Never here: ids, numbers, time.

use event::{Payload, PolicyRef, Principal, SessionId, Source, StatementId};

/// An event before it has its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The session, or none for what the process says of itself.
    pub session_id: Option<SessionId>,
    /// The statement, where there is one.
    pub statement_id: Option<StatementId>,
    /// Who, once known.
    pub principal: Option<Principal>,
    /// From where, once known.
    pub source: Option<Source>,
    /// The named connection.
    pub connection: Option<String>,
    /// The policy in force and the rules that determined the outcome.
    pub policy: Option<PolicyRef>,
    /// What happened.
    pub payload: Payload,
}

impl Draft {
    /// A draft that says nothing but `payload`.
    pub fn new(payload: impl Into<Payload>) -> Self {
        Self {
            session_id: None,
            statement_id: None,
            principal: None,
            source: None,
            connection: None,
            policy: None,
            payload: payload.into(),
        }
    }
}
