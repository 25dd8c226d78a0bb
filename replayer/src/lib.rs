//! A recorded session as a timeline, and the terminal that plays it.
//!
//! Enters: a session's events with their journal positions, in any order. Leaves: a [`Timeline`] (also the page's model), a
//! transcript, frames of a terminal. Never here: reading the archive (query does), raw values, a control character of the record.

pub mod limits;
mod order;
pub mod timeline;
mod when;

pub use timeline::{Timeline, TimelineError, build};
