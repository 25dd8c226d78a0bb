//! The envelope of everything emitted for one statement.
//!
//! Enters: session, statement, principal and policy. Leaves: drafts of events. Never here: what happened.

use event::{Event, Payload, PolicyRef, Principal, SessionId, Source, StatementId};
use journal::emit::Draft;
use serde::{Deserialize, Serialize};

/// Whose turn it is: issuer and subject.
pub(crate) type Whose = (String, String);

/// Whom and what an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The session.
    pub session: SessionId,
    /// The statement.
    pub statement: StatementId,
    /// Whose session it is. Approvals too carry it in their envelope; who approved stands in the payload.
    pub principal: Principal,
    /// From where.
    pub source: Option<Source>,
    /// The named connection.
    pub connection: String,
    /// The policy that decided.
    pub policy: PolicyRef,
}

impl About {
    /// The envelope of a recorded event; none where it lacks what a session's event must have.
    pub fn of(statement: StatementId, event: &Event) -> Option<Self> {
        Some(Self {
            session: event.session_id?,
            statement,
            principal: event.principal.clone()?,
            source: event.source.clone(),
            connection: event.connection.clone()?,
            policy: event.policy.clone()?,
        })
    }

    /// Whose turn it is where principals take turns.
    pub(crate) fn whose(&self) -> Whose {
        (
            self.principal.issuer.clone(),
            self.principal.subject.clone(),
        )
    }

    /// A draft of an event about it.
    pub fn draft(&self, payload: impl Into<Payload>) -> Draft {
        Draft {
            session_id: Some(self.session),
            statement_id: Some(self.statement),
            principal: Some(self.principal.clone()),
            source: self.source.clone(),
            connection: Some(self.connection.clone()),
            policy: Some(self.policy.clone()),
            payload: payload.into(),
        }
    }
}
