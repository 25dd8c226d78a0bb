//! Check and repair: an archive whose files are there is whole again, whatever became of the logs that list them.
//!
//! Enters: an archive as it lies there, opened or not; the journal. Leaves: what is wrong, by object; logs that list what is there; files
//! read again from the journal. Never here: an object deleted (a log that cannot be read is moved beside), an event that went by
//! retention brought back while its tombstone is there, or trust in a file that does not say what it covers.
//!
//! A file says in its name and footer which offsets of which partition it covers, and in which generation. So a log can be made of the
//! files alone: of those that cover an offset the one of the highest generation has it, and the others are what it replaced.

mod check;
mod rebuild;
mod relist;

pub use check::{Checked, Problem, ProblemKind};
pub use rebuild::{Lost, Rebuilt, Reread};
pub use relist::{Log, Relisted};

use crate::retention::RetentionError;
use crate::{FileError, ReplaceError, SnapshotError, TableError};

/// Why repair went no further. Doing it again goes on.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The archive; `firn archive repair` first.
    #[error(transparent)]
    Archive(#[from] SnapshotError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] journal::ReadError),
    /// An event has no row.
    #[error(transparent)]
    Row(#[from] crate::rows::RowError),
    /// The commit.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
    /// What went by retention is not known.
    #[error(transparent)]
    Retention(#[from] RetentionError),
}
