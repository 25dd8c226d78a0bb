//! The archive: every event for good, in tables that any Delta Lake or Parquet reader opens.
//!
//! Enters: journal records with their positions. Leaves: rows, the events again, and how far each partition is archived.
//! Never here: an overwrite, a consumer offset as truth, or a judgement on what was recorded (see `verify`).

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests measure and spawn")
)]

mod batch;
mod blooms;
mod bucket;
pub mod compaction;
mod contents;
pub mod coverage;
mod durable;
mod file;
pub mod limits;
mod location;
mod lock;
mod object;
mod ranges;
pub mod repair;
pub mod retention;
pub mod rows;
mod scan;
pub mod schema;
pub mod sealed;
mod selection;
mod skip;
mod snapshot;
mod stats;
mod table;
mod tables;
pub mod tombstone;
pub mod verify;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
pub(crate) mod tamper;
#[cfg(test)]
mod tests;

pub use batch::Batch;
pub use bucket::{LockStanding, lock_standing};
pub use contents::ArchiveFile;
pub use file::FileError;
pub use location::{ArchiveConfig, LocationError, look, place};
pub use lock::{LockMode, ObjectLock};
pub use selection::Disagreement;
pub use snapshot::{Snapshot, SnapshotError};
pub use table::{CommitError, ReplaceError, TableError, TableKind};
pub use tables::{Archive, Committed, OpenError};

pub(crate) use tables::NANOS_PER_MILLI;
