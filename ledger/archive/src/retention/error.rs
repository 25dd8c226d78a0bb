//! Why retention went no further.
//!
//! Enters: errors of what it works with. Leaves: one of its own. Never here: a commit.

use arrow::error::ArrowError;

use super::holds::HoldError;
use crate::limits::ERASURE_TRIES_MAX;
use crate::rows::RowError;
use crate::sealed::SealError;
use crate::tombstone::TombstoneError;
use crate::{ReplaceError, SnapshotError, TableError};

/// Why retention went no further. What went, went; applying again goes on.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The archive.
    #[error(transparent)]
    Archive(#[from] SnapshotError),
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Holds are not known, so nothing goes.
    #[error(transparent)]
    Hold(#[from] HoldError),
    /// What went before is not known.
    #[error(transparent)]
    Tombstone(#[from] TombstoneError),
    /// The commit.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
    /// What went is still in sealed tables; the recorder, or `firn archive seal`, folds them again.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Arrow refused the rows.
    #[error("rows that stay cannot be told from those that go: {0}")]
    Rows(#[from] ArrowError),
    /// Others kept changing what it is about.
    #[error(
        "files or holds changed {ERASURE_TRIES_MAX} times while they were looked at; try again"
    )]
    Contended,
}

impl From<RowError> for RetentionError {
    fn from(error: RowError) -> Self {
        Self::Archive(error.into())
    }
}
