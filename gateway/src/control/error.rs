//! Why control could not do it.
//!
//! Enters: what the journal, the seal or a rule said. Leaves: one error with what to do about it. Never here: sealed content.

use journal::ReadError;
use journal::emit::EmitError;

use crate::limits::{HELD_SEALED_BYTES_MAX, PENDING_HOLDS_MAX};
use crate::seal::{KeyRingError, OpenError};

/// Why control could not do it.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The control topic cannot be read.
    #[error("the control topic cannot be read: {0}")]
    Read(#[from] ReadError),
    /// The control topic must have one partition, so that one order decides.
    #[error("{topic} has {partitions} partitions: it must have exactly 1")]
    Partitions {
        /// Its name.
        topic: &'static str,
        /// How many it has.
        partitions: usize,
    },
    /// The journal did not take the event.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// The event is durable, but this gateway did not read it back in time.
    #[error("this gateway lags behind the control topic: try again")]
    Lagging,
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] KeyRingError),
    /// What another gateway sealed does not open here.
    #[error("what was sealed for this statement does not open here: {0}")]
    Open(#[from] OpenError),
    /// The request is too large to wait in the journal.
    #[error(
        "a statement of this size ({bytes} bytes sealed) cannot be held for approval: {HELD_SEALED_BYTES_MAX} fit"
    )]
    TooLarge {
        /// Its size, sealed.
        bytes: usize,
    },
    /// Too many wait already.
    #[error("{PENDING_HOLDS_MAX} statements wait for approval already: try again later")]
    TooMany,
    /// Too many of one session or one principal.
    #[error("{most} statements of this {whose} wait for approval already: wait for an answer")]
    TooManyOf {
        /// `session` or `principal`.
        whose: &'static str,
        /// How many may wait.
        most: usize,
    },
    /// No such grant.
    #[error("no such standing approval is known: list them")]
    NoGrant,
    /// No such hold in this session.
    #[error("this statement is not held in this session")]
    Unknown,
    /// The same request id with another text, binds or context.
    #[error("this request id was held with another statement: send a new one")]
    Changed,
}
