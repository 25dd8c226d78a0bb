//! Retention: what is old enough goes, what is held stays, and what went leaves a tombstone.
//!
//! Enters: rules, holds, the time. Leaves: a plan; or files of what stays in place of those that were, each by one entry of the table's
//! log, with a tombstone that lets the rest be proved. Never here: an event that a hold covers or that is not sealed yet, one whose hash
//! is not the stored one (it would take the evidence along), and what processes say of themselves: everything else is proved by it.
//!
//! Sessions go whole: the age of what belongs to a session is that of the session's last event, so nobody reads half a story. Their results
//! (page events with the rows they hold) may go before the rest.
//!
//! Any number may apply at once, beside compaction and recorders: what is to go is decided on one snapshot, and the entry that lists what stays is
//! refused once one of the files is gone. Who is cut off leaves nothing that counts; the next one does what is left, page bodies included.

mod apply;
mod error;
mod holds;
mod lookup;
mod orphans;
mod plan;
mod rows_of;
mod rules;
mod survey;

pub use apply::{Applied, Refused};
pub use error::RetentionError;
pub use holds::{Hold, HoldError, Release, Scope};
pub use lookup::Erasure;
pub(crate) use lookup::gaps_of;
pub use plan::{Due, Held, Plan};
pub(crate) use rows_of::offsets;
pub use rules::{Class, ConnectionRetention, Days, RetentionConfig, Rule, RuleError, Rules};
