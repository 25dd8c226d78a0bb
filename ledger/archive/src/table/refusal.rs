//! Why a batch is not archived.
//!
//! Enters: nothing. Leaves: the error of a commit. Never here: a commit.

use super::TableError;
use crate::file::FileError;
use crate::rows::RowError;

/// Why a batch is not archived, or why that is not known. Committing it again is always safe.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The batch begins after the archive's position: what lies between would be lost.
    #[error(
        "{partition} is archived up to offset {position}, a batch from {first} would leave a gap"
    )]
    Gap {
        /// The partition.
        partition: journal::Partition,
        /// Where the archive stands.
        position: u64,
        /// Where the batch begins.
        first: u64,
    },
    /// An event has no row.
    #[error(transparent)]
    Row(#[from] RowError),
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The process is going down.
    #[error("commit was cut off: {0}")]
    Aborted(String),
}
