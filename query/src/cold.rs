//! The archive as a query sees it: tables as of one commit, and how far that commit reaches.
//!
//! Enters: an opened archive. Leaves: snapshots. Never here: rows beyond a snapshot's positions.

use std::fmt;
use std::sync::Arc;

use archive::{Archive, Snapshot, SnapshotError, TableError};
use async_trait::async_trait;
use datafusion::catalog::TableProvider;

use crate::tail::Positions;

/// The archive could not be read.
#[derive(Debug, thiserror::Error)]
#[error("archive cannot be read: {0}")]
pub struct ColdError(pub String);

impl From<TableError> for ColdError {
    fn from(error: TableError) -> Self {
        Self(error.to_string())
    }
}

impl From<SnapshotError> for ColdError {
    fn from(error: SnapshotError) -> Self {
        Self(error.to_string())
    }
}

/// Tables as of one commit.
#[derive(Clone)]
pub struct ColdSnapshot {
    /// How far each partition is archived.
    pub positions: Positions,
    /// Table `events`.
    pub events: Arc<dyn TableProvider>,
    /// Table `pages`.
    pub pages: Arc<dyn TableProvider>,
    /// Table `quarantine`.
    pub quarantine: Arc<dyn TableProvider>,
    /// The archive at that commit, with what is sealed of it.
    pub archive: Snapshot,
}

impl fmt::Debug for ColdSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ColdSnapshot")
            .field("positions", &self.positions)
            .finish_non_exhaustive()
    }
}

/// Where snapshots come from.
#[async_trait]
pub trait Cold: Send + Sync + 'static {
    /// The tables as of the newest commit.
    async fn snapshot(&self) -> Result<ColdSnapshot, ColdError>;
}

#[async_trait]
impl Cold for Archive {
    async fn snapshot(&self) -> Result<ColdSnapshot, ColdError> {
        let snapshot = Archive::snapshot(self).await?;
        Ok(ColdSnapshot {
            positions: snapshot.next_offsets().clone(),
            events: snapshot.events()?,
            pages: snapshot.pages()?,
            quarantine: snapshot.quarantine()?,
            archive: snapshot,
        })
    }
}
