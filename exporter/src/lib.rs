//! The exporter: the record, in the tools that security teams already watch.
//!
//! Enters: journal records, and the archive for what the journal no longer has. Leaves: records at each sink, in its format, at least
//! once, each with an id that is the same for ever. Never here: a change to the record, a value that the record does not hold, a
//! position that moves before its sink has acknowledged.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests measure and spawn")
)]

mod approvals;
pub mod backfill;
pub mod config;
pub mod connection;
pub mod cursor;
pub mod dead;
mod deliver;
pub mod detections;
pub mod filter;
pub mod format;
pub mod item;
pub mod limits;
mod line;
mod member;
pub mod metrics;
mod outcomes;
pub mod plan;
pub mod reconcile;
pub mod severity;
pub mod sink;
mod source;
pub mod status;
mod time;

pub use config::{Config, ConfigError};
pub use format::{Format, Rendered};
pub use item::{Finding, Item, Recorded, StatementOutcome};
pub use member::{Dependencies, Exporter, ExporterError, Meters, build, store};
pub use severity::Severity;

#[cfg(test)]
mod tests;
