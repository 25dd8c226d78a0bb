//! What the accounts behind the connections hold, as far as this gateway read it.
//!
//! Enters: readings of accounts, in the background; words that something changed. Leaves: engines that decide by them, put in force.
//! Never here: a decision; a table whose reading is of before, taken for what it is now.
//!
//! Each gateway reads for itself, and says nothing of it to the others: what they must hear, that a statement changed tables, is on the
//! control topic, whose places say how old a reading is.

mod force;
mod keep;
mod kept;
mod known;
mod pull;
mod questions;
mod read;
mod session;

pub(crate) use keep::watch;
pub use kept::{Kept, Reading};
pub use known::known;
pub(crate) use known::{Lives, Places};
pub use pull::{PullError, pull};
pub use read::ReadError;
