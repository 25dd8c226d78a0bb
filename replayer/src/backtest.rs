//! Recorded statements decided again, under another policy or catalog: what would change.
//!
//! Enters: what the record tells of statements, in journal order; an engine. Leaves: a [`Report`] of statements that would be
//! denied, held, masked or allowed where they were not, and of those that the record does not say enough of. Never here: a clock, I/O,
//! a guess: where an input of the decision is not in the record and matters, the statement is not decided, and the report says which.

mod again;
mod difference;
mod report;
mod session;
mod tally;
mod told;

pub use again::Again;
pub use difference::{Change, Lack};
pub use report::{Report, Under};
pub use tally::{Example, Tally};
pub use told::{Decided, Fact, Submitted, Told, bound};
