//! An open archive: its tables, and what is written to them.
//!
//! Enters: where it is, batches, files in place of others. Leaves: commits. Never here: what is read of it (see `snapshot`).

use std::sync::Arc;

use arrow::array::RecordBatch;
use event::TimeNs;
use object_store::ObjectStore;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use parking_lot::Mutex;
use url::Url;

use crate::batch::Batch;
use crate::compaction::Large;
use crate::contents::ArchiveFile;
use crate::location::{ArchiveConfig, Location, LocationError};
use crate::table::{
    CommitError, Growth, Leaves, ReplaceError, RowsFrom, Table, TableError, TableKind,
};

/// Nanoseconds in a millisecond.
pub(crate) const NANOS_PER_MILLI: i64 = 1_000_000;

/// Why an archive cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Its place.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// One of its tables.
    #[error(transparent)]
    Table(#[from] TableError),
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
pub struct Archive(pub(crate) Arc<Tables>);

/// Its tables, and where they are.
pub(crate) struct Tables {
    pub(crate) events: Table,
    pub(crate) pages: Table,
    pub(crate) quarantine: Table,
    pub(crate) statements: Table,
    pub(crate) sessions: Table,
    pub(crate) location: Location,
    /// Files that are not worth another try to compact them.
    pub(crate) large: Mutex<Large>,
}

impl Archive {
    /// Opens the archive `config` names, making its tables if they are missing.
    pub async fn open(config: &ArchiveConfig) -> Result<Self, OpenError> {
        Self::in_location(Location::open(config)?).await
    }

    /// Opens an archive in any store that creates atomically; `url` is its folder there.
    pub async fn on_store(root: Arc<dyn ObjectStore>, url: Url) -> Result<Self, OpenError> {
        Self::in_location(Location::of(root, url)).await
    }

    /// The archive `config` names as it lies there: no table is made, nothing is read. For who looks whether it can be opened.
    pub fn unopened(config: &ArchiveConfig) -> Result<Self, OpenError> {
        Self::at(Location::open(config)?)
    }

    /// [`Self::unopened`], as [`Self::on_store`] is to [`Self::open`].
    pub fn unopened_on_store(root: Arc<dyn ObjectStore>, url: Url) -> Result<Self, OpenError> {
        Self::at(Location::of(root, url))
    }

    fn at(location: Location) -> Result<Self, OpenError> {
        Ok(Self(Arc::new(Tables {
            events: Table::new(TableKind::Events, &location)?,
            pages: Table::new(TableKind::Pages, &location)?,
            quarantine: Table::new(TableKind::Quarantine, &location)?,
            statements: Table::new(TableKind::Statements, &location)?,
            sessions: Table::new(TableKind::Sessions, &location)?,
            location,
            large: Mutex::default(),
        })))
    }

    async fn in_location(location: Location) -> Result<Self, OpenError> {
        let archive = Self::at(location)?;
        archive.snapshot().await?;
        for table in [&archive.0.events, &archive.0.pages, &archive.0.quarantine] {
            // Who may only read goes without: what the tables lack is NULL. A recorder tries again before it writes.
            if let Err(error) = table.evolve().await {
                tracing::warn!(table = table.kind.name(), %error, "the archive's table does not get this release's columns");
            }
        }
        Ok(archive)
    }

    /// Where `partition` stands: the offset the next record has, at least.
    pub async fn position(&self, partition: journal::Partition) -> Result<u64, TableError> {
        self.0.events.position(partition).await
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
                let grown = self.0.quarantine.grow(&side_growth(batch, &rows)).await?;
                quarantined = grown
                    .wrote_from
                    .map_or(0, |from| batch.quarantined_from(from));
            }
            let rows = |from| batch.page_rows(from);
            self.0.pages.grow(&side_growth(batch, &rows)).await?;
        }
        let rows = |from| batch.event_rows(from);
        let leaves = |from| batch.leaves_from(from);
        let growth = Growth {
            sparse: false,
            leaves: Some(Leaves {
                from: &leaves,
                quarantine: &self.0.quarantine,
            }),
            ..side_growth(batch, &rows)
        };
        let grown = self.0.events.grow(&growth).await?;
        Ok(Committed {
            position: grown.position,
            events: grown.wrote_from.map_or(0, |from| batch.events_from(from)),
            quarantined,
        })
    }

    /// Puts one file of `rows` in the place of `pieces`, which stand side by side, in one commit. Readers see the pieces or
    /// the file, each row once; the pieces' objects stay for those that hold an older snapshot. `at` is when.
    ///
    /// `rows` are those of the pieces, all of them, in any order. Returns the bytes of the file.
    pub async fn replace(
        &self,
        kind: TableKind,
        pieces: &[Arc<ArchiveFile>],
        rows: RecordBatch,
        at: TimeNs,
    ) -> Result<u64, ReplaceError> {
        let at = at.0.div_euclid(NANOS_PER_MILLI);
        let table = self.table(kind);
        table.replace(pieces, rows, &self.0.quarantine, at).await
    }

    /// A folder beside the tables, for what another part keeps with the archive: creates and updates there are conditional and
    /// durable, as the tables' are.
    pub fn folder(&self, name: &str) -> Result<Arc<dyn ObjectStore>, TableError> {
        let Location { root, url, .. } = &self.0.location;
        let inside = Path::from_url_path(url.path()).map_err(|error| TableError::Store {
            path: url.path().to_owned(),
            source: error.into(),
        })?;
        let inside = inside.join(name);
        Ok(Arc::new(PrefixStore::new(Arc::clone(root), inside)))
    }

    pub(crate) fn table(&self, kind: TableKind) -> &Table {
        match kind {
            TableKind::Events => &self.0.events,
            TableKind::Pages => &self.0.pages,
            TableKind::Quarantine => &self.0.quarantine,
            TableKind::Statements => &self.0.statements,
            TableKind::Sessions => &self.0.sessions,
        }
    }
}

fn side_growth<'a>(batch: &Batch, rows: RowsFrom<'a>) -> Growth<'a> {
    Growth {
        partition: batch.partition(),
        first: batch.first(),
        end: batch.end(),
        rows,
        sparse: true,
        leaves: None,
    }
}
