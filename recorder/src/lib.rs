//! The recorder: what the journal holds, the archive gets, once.
//!
//! Enters: journal records. Leaves: archive commits; records that are no events go to quarantine with the reason.
//! Never here: a consumer offset as truth, a record skipped in silence, a bad record that stops the line.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests measure and spawn")
)]

mod compacting;
mod config;
mod counters;
pub mod limits;
mod member;
pub mod metrics;
mod partition;
mod retaining;
mod sealing;

pub use config::{Config, ConfigError, Retention};
pub use counters::{Counters, Place};
pub use member::{Dependencies, Recorder, RecorderError, build};

#[cfg(test)]
mod tests;
