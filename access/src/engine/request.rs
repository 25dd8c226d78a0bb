//! What is asked of the engine.
//!
//! Enters: what the gateway knows of a statement, a session and who acts. Leaves: the same, in one place. Never here: policy, catalog.

use event::{Principal, StatementId, TimeNs};

use crate::analysis::{SessionView, Statement};

/// Everything a decision depends on, besides policy and catalog.
#[derive(Clone, Copy, Debug)]
pub struct DecisionRequest<'a> {
    /// The statement's id.
    pub statement_id: StatementId,
    /// Text and binds as sent.
    pub statement: Statement<'a>,
    /// Where the session stands and what it remembers.
    pub session: &'a SessionView,
    /// Who asks.
    pub principal: &'a Principal,
    /// The named connection.
    pub connection: &'a str,
    /// When it is asked; rules may speak of the hour.
    pub now: TimeNs,
    /// The driver asks for the result's shape only.
    pub describe_only: bool,
}
