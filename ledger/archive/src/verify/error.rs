//! Why nothing can be said of the record.
//!
//! Enters: errors of what is read. Leaves: one. Never here: what is wrong with the record: that is a finding.

use super::checkpoint::CheckpointError;
use crate::{SnapshotError, TableError};
use ::journal::ReadError;

/// Why nothing can be said of the record.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The archive cannot be read.
    #[error(transparent)]
    Archive(#[from] TableError),
    /// Its files cannot be listed.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] ReadError),
    /// What it was to begin with is not there.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Events went by retention, and what was proved before them does not stand for what is left.
    #[error(
        "{0} events of this archive went by retention, and a verification of what is left goes over all of it: verify whole, without --since or --resume"
    )]
    Erased(u64),
}
