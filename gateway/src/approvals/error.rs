//! Why an answer does not count.
//!
//! Enters: what the fold, the policy or the journal says. Leaves: one error with what to do about it. Never here: a status of HTTP.

use event::{EventId, StatementId};

use super::scope::NotGiven;
use crate::control::ControlError;
use crate::control::vote::Ineligible;
use crate::limits::NOTE_BYTES_MAX;

/// Why an answer does not count.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// No such hold.
    #[error("no statement {0} is held: list the pending ones")]
    Unknown(StatementId),
    /// This person may not answer it now.
    #[error(transparent)]
    Ineligible(#[from] Ineligible),
    /// What it is to cover besides is not theirs to give.
    #[error(transparent)]
    NotGiven(#[from] NotGiven),
    /// No such standing grant.
    #[error("no standing approval {0} is known: list them")]
    UnknownGrant(EventId),
    /// Asked of others.
    #[error("this approval was asked of other people: one of their groups may take it back")]
    NotYours,
    /// No emergency.
    #[error("only broken glass is looked at afterwards: this approval is none")]
    NoReview,
    /// Their own.
    #[error(
        "whoever broke the glass, asked for it or is acted for does not close its review: another of its groups must"
    )]
    OwnReview,
    /// The note is too long.
    #[error("the note must have at most {NOTE_BYTES_MAX} bytes")]
    Note,
    /// It could not be recorded, or not be read back.
    #[error(transparent)]
    Control(#[from] ControlError),
}
