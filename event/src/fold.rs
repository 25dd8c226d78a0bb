//! What became of a statement, and of a session: the one fold of the record that replay, views and whatever summarises it use.
//!
//! Enters: events with their places, one after another. Leaves: outcomes in the field's words, and sums. Never here: a clock,
//! I/O, text of statements or rows; and a second opinion: where SQL says the same, a test holds the two equal.
//!
//! # Order
//!
//! The journal's order within a partition is the truth, and a session's events stand in one partition, its control events in
//! another. So events of one lane must come in their order, each lane may run ahead of the other, and the answer is the same:
//! what is compared across lanes is only whether it is there, never when. Clocks order nothing.
//!
//! # A statement
//!
//! - The first `statement.submitted`, `statement.decided`, `statement.forwarded`, `statement.failed` and `statement.canceled`
//!   count; a retry says again what is known.
//! - A result's inline part and each of its chunks are delivered once, however often a driver fetches them: the first
//!   `response.finished` of each counts.
//! - A failure is *got over* if something was delivered after the last of them and every result that began is whole: a chunk
//!   that broke off, was asked for again and came. Its driver showed no error.
//! - [`Outcome`]: *denied* if the policy said no, people or nobody's answer did, or a way around the gateway was refused; else
//!   *failed* if it ended in an error that was not got over; else *canceled*; else *succeeded* if anything was delivered; else
//!   *held* while it waits for people; else *running*: also what its record ends in the middle of.
//!
//! # Its approval
//!
//! - There is one as soon as anything was asked or answered, or a gateway claimed the statement.
//! - What went upstream was *granted*, whatever else was said: the gateway that sent it had looked.
//! - Else one no is *denied*, and a lapse *expired*, even after a yes: nothing ran.
//! - Else a cancellation after the last request, and not after a claim, is *canceled*.
//! - Else a claim, or [a full quorum](quorum_met), is *granted*, and anything less *pending*.
//!
//! # A session
//!
//! - Its first `session.closed` ends it; a refused login never was one. What is neither is *open*: nobody may be left to say.
//! - Its counts are those of its statements, as they stand; a stage operation refused outside any statement counts as denied.

mod approval;
mod delivery;
mod outcome;
mod quorum;
mod session;
mod statement;

pub use approval::ApprovalFold;
pub use delivery::{Delivered, Deliveries};
pub use outcome::{ApprovalOutcome, Outcome, SessionState};
pub use quorum::quorum_met;
pub use session::{SessionFold, Totals};
pub use statement::{Failure, StatementFold};

/// Where an event stands: a lane, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Tells partitions apart, always by the same number.
    pub lane: u64,
    /// The record's offset in its partition.
    pub offset: u64,
}

/// The value of the first event that had one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct First<T>(Option<(Place, T)>);

impl<T> Default for First<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> First<T> {
    fn offer(&mut self, place: Place, value: impl FnOnce() -> T) {
        if self.0.as_ref().is_none_or(|(known, _)| place < *known) {
            self.0 = Some((place, value()));
        }
    }

    fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }

    fn place(&self) -> Option<Place> {
        self.0.as_ref().map(|(place, _)| *place)
    }
}

#[cfg(test)]
mod tests;
