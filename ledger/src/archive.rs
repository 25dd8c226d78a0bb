//! The archive: every event for good, in tables that any Delta Lake or Parquet reader opens.
//!
//! Enters: journal records with their positions. Leaves: rows, the events again, and how far each partition is archived.
//! Never here: an overwrite, a consumer offset as truth, or a judgement on what was recorded (see `verify`).

mod batch;
mod durable;
mod file;
mod location;
mod positions;
pub mod rows;
mod scan;
pub mod schema;
mod snapshot;
mod stats;
mod table;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
pub(crate) mod tamper;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use object_store::ObjectStore;
use url::Url;

pub use batch::Batch;
pub use file::FileError;
pub use location::{ArchiveConfig, LocationError};
pub use snapshot::{Snapshot, SnapshotError};
pub use table::{TableError, TableKind};

use location::Location;
use table::{Growth, RowsFrom, Table};

/// Why an archive can not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Its place.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// One of its tables.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Why a batch is not archived, or why that is not known. Committing it again is always safe.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The batch begins after the archive's position: what lies between would be lost.
    #[error(
        "{partition} is archived up to offset {position}, a batch from {first} would leave a gap"
    )]
    Gap {
        /// The partition.
        partition: crate::journal::Partition,
        /// Where the archive stands.
        position: u64,
        /// Where the batch begins.
        first: u64,
    },
    /// An event has no row.
    #[error(transparent)]
    Row(#[from] rows::RowError),
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

/// What a commit did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The partition's position now: the end of the batch or, where another member was ahead, beyond it.
    pub position: u64,
    /// Events of the batch that this call archived; the rest others had.
    pub events: usize,
    /// Records of the batch that this call put into quarantine.
    pub quarantined: usize,
}

/// An open archive. Cheap to clone; clones share what they know of the tables.
#[derive(Clone)]
pub struct Archive(Arc<Tables>);

struct Tables {
    events: Table,
    pages: Table,
    quarantine: Table,
    location: Location,
}

impl Archive {
    /// Opens the archive `config` names, making its tables if they are missing.
    pub async fn open(config: &ArchiveConfig) -> Result<Self, OpenError> {
        Self::in_location(Location::open(config)?).await
    }

    /// Opens an archive in any store that creates atomically; `url` is its folder there.
    pub async fn on_store(root: Arc<dyn ObjectStore>, url: Url) -> Result<Self, OpenError> {
        Self::in_location(Location { root, url }).await
    }

    async fn in_location(location: Location) -> Result<Self, OpenError> {
        let archive = Self(Arc::new(Tables {
            events: Table::new(TableKind::Events, &location)?,
            pages: Table::new(TableKind::Pages, &location)?,
            quarantine: Table::new(TableKind::Quarantine, &location)?,
            location,
        }));
        archive.snapshot().await?;
        Ok(archive)
    }

    /// The archive as it is now.
    pub async fn snapshot(&self) -> Result<Snapshot, TableError> {
        // Events first: pages and quarantine are registered before the events they belong to, so these are complete then.
        let events = self.0.events.fresh().await?;
        let pages = self.0.pages.fresh().await?;
        let quarantine = self.0.quarantine.fresh().await?;
        Ok(Snapshot::new(self.clone(), events, pages, quarantine))
    }

    /// Where `partition` stands: the offset the next record has, at least.
    pub async fn position(&self, partition: crate::journal::Partition) -> Result<u64, TableError> {
        let seen = self.0.events.fresh().await?;
        Ok(seen.positions.get(&partition).copied().unwrap_or(0))
    }

    /// Archives `batch`: quarantine and pages first, then the events with the position, which is the truth.
    pub async fn commit(&self, batch: &Batch) -> Result<Committed, CommitError> {
        let mut quarantined = 0;
        if batch.has_side_rows() {
            // Nothing of a batch that leaves a gap, or of one that is archived already, may enter the side tables.
            let position = self.position(batch.partition()).await?;
            if position >= batch.end() {
                return Ok(Committed {
                    position,
                    events: 0,
                    quarantined: 0,
                });
            }
            batch.check_reaches(position)?;
            let rows = |from| batch.quarantine_rows(from);
            if batch.quarantined() > 0 {
                let grown = self.0.quarantine.grow(&growth(batch, &rows, true)).await?;
                quarantined = grown
                    .wrote_from
                    .map_or(0, |from| batch.quarantined_from(from));
            }
            let rows = |from| batch.page_rows(from);
            self.0.pages.grow(&growth(batch, &rows, true)).await?;
        }
        let rows = |from| batch.event_rows(from);
        let grown = self.0.events.grow(&growth(batch, &rows, false)).await?;
        Ok(Committed {
            position: grown.position,
            events: grown.wrote_from.map_or(0, |from| batch.events_from(from)),
            quarantined,
        })
    }

    fn table(&self, kind: TableKind) -> &Table {
        match kind {
            TableKind::Events => &self.0.events,
            TableKind::Pages => &self.0.pages,
            TableKind::Quarantine => &self.0.quarantine,
        }
    }
}

fn growth<'a>(batch: &Batch, rows: RowsFrom<'a>, sparse: bool) -> Growth<'a> {
    Growth {
        partition: batch.partition(),
        first: batch.first(),
        end: batch.end(),
        rows,
        sparse,
    }
}
