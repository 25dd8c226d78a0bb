//! The archive at one moment.
//!
//! Enters: the three tables as last seen. Leaves: positions, providers for SQL, and the events again, bodies included.
//! Never here: anything beyond the events' position; pages and quarantine that stand there belong to unfinished commits.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use datafusion::catalog::TableProvider;
use datafusion::error::DataFusionError;
use datafusion::prelude::{SessionConfig, SessionContext, col, lit};
use event::{Event, SessionId};
use futures::stream::BoxStream;

use super::rows::{Bodies, RowError, StoredEvent, stored_events};
use super::table::{Seen, first_offset};
use super::{Archive, FileError, TableError, TableKind, scan};
use crate::journal::{Offset, Partition, Position};

/// Why the archive can not be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A row.
    #[error("{partition} from offset {first}: {source}")]
    Row {
        /// The partition of the file.
        partition: Partition,
        /// Where the file begins.
        first: u64,
        /// What is wrong.
        source: RowError,
    },
    /// A row found by a query.
    #[error(transparent)]
    FoundRow(#[from] RowError),
    /// A query.
    #[error("archive can not be queried: {0}")]
    Query(#[from] DataFusionError),
}

impl SnapshotError {
    /// The object is not there, as opposed to being damaged or out of reach.
    pub const fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Table(TableError::Store {
                source: object_store::Error::NotFound { .. },
                ..
            })
        )
    }
}

/// A file of `events` or `quarantine`, read whole.
#[derive(Clone, Debug)]
pub struct FileRows {
    /// Offsets it covers.
    pub range: Range<u64>,
    /// Its rows, in the table's schema, sorted by session.
    pub rows: RecordBatch,
}

impl FileRows {
    /// The records of a file of `quarantine`.
    pub fn quarantined(&self) -> Result<Vec<super::rows::Quarantined>, SnapshotError> {
        Ok(super::rows::quarantined(&self.rows)?)
    }
}

/// The archive at one moment. Later commits do not change it.
#[derive(Clone)]
pub struct Snapshot {
    archive: Archive,
    events: Seen,
    pages: Seen,
    quarantine: Seen,
}

impl Snapshot {
    pub(super) const fn new(archive: Archive, events: Seen, pages: Seen, quarantine: Seen) -> Self {
        Self {
            archive,
            events,
            pages,
            quarantine,
        }
    }

    /// For each partition ever archived, the offset the next record has, at least: where the journal's tail begins.
    pub const fn next_offsets(&self) -> &BTreeMap<Partition, u64> {
        &self.events.positions
    }

    /// Where `partition` stands; 0 if nothing of it was archived.
    pub fn next_offset(&self, partition: Partition) -> u64 {
        self.next_offsets().get(&partition).copied().unwrap_or(0)
    }

    /// Table `events`. Its schema is `rows::events_schema()` but for field metadata.
    pub fn events(&self) -> Result<Arc<dyn TableProvider>, SnapshotError> {
        self.provider(TableKind::Events)
    }

    /// Table `pages`, without rows beyond the events' position.
    pub fn pages(&self) -> Result<Arc<dyn TableProvider>, SnapshotError> {
        self.provider(TableKind::Pages)
    }

    /// Table `quarantine`, without rows beyond the events' position.
    pub fn quarantine(&self) -> Result<Arc<dyn TableProvider>, SnapshotError> {
        self.provider(TableKind::Quarantine)
    }

    fn seen(&self, kind: TableKind) -> &Seen {
        match kind {
            TableKind::Events => &self.events,
            TableKind::Pages => &self.pages,
            TableKind::Quarantine => &self.quarantine,
        }
    }

    fn provider(&self, kind: TableKind) -> Result<Arc<dyn TableProvider>, SnapshotError> {
        let location = &self.archive.0.location;
        let positions = self.next_offsets();
        Ok(scan::provider(kind, self.seen(kind), location, positions)?)
    }

    /// Offsets each file of a table covers in `partition`, in order: each ends where the next begins.
    pub fn ranges(
        &self,
        kind: TableKind,
        partition: Partition,
    ) -> Result<Vec<Range<u64>>, SnapshotError> {
        let seen = self.seen(kind);
        let state = seen.delta.snapshot().map_err(|source| TableError::Log {
            table: kind.name(),
            source: Box::new(source),
        })?;
        let folder = format!("partition={}-{}/", partition.topic, partition.number);
        let mut firsts: Vec<u64> = state
            .log_data()
            .iter()
            .filter_map(|file| {
                let path = file.object_store_path();
                path.as_ref()
                    .starts_with(&folder)
                    .then(|| first_offset(path.as_ref()))?
            })
            .collect();
        firsts.sort_unstable();
        let last = seen.positions.get(&partition).copied().unwrap_or(0);
        let ends = firsts.iter().skip(1).copied().chain([last]);
        Ok(firsts
            .iter()
            .copied()
            .zip(ends)
            .map(|(first, end)| first..end)
            .collect())
    }

    /// One file, by the range [`Self::ranges`] gave.
    pub async fn file(
        &self,
        kind: TableKind,
        partition: Partition,
        range: &Range<u64>,
    ) -> Result<FileRows, SnapshotError> {
        let opened = self
            .archive
            .table(kind)
            .open_file(partition, range.start)
            .await?;
        Ok(FileRows {
            range: opened.range.clone(),
            rows: opened.rows(kind)?,
        })
    }

    /// The events of one session, in order: by partition, then as journaled.
    pub async fn read_session(
        &self,
        session: SessionId,
    ) -> Result<Vec<(Position, Event)>, SnapshotError> {
        let context = SessionContext::new_with_config(session_config());
        let of_session = col("session_id").eq(lit(session.to_string()));
        let events = context.read_table(self.events()?)?;
        let events = events.filter(of_session.clone())?.collect().await?;
        let pages = context.read_table(self.pages()?)?;
        let pages = pages.filter(of_session)?;
        let pages = pages
            .select_columns(&["event_id", "body"])?
            .collect()
            .await?;
        let bodies = Bodies::read(&pages)?;
        let mut found = Vec::new();
        for batch in &events {
            let stored = stored_events(batch, &bodies)?;
            found.extend(
                stored
                    .into_iter()
                    .map(|stored| (stored.position, stored.event)),
            );
        }
        found.sort_by_key(|(position, _)| *position);
        Ok(found)
    }

    /// Everything archived of `partition` from an offset on, in journal order, bodies included. Holds one file at a time.
    pub fn read_range(
        &self,
        partition: Partition,
        from: Offset,
    ) -> BoxStream<'static, Result<(Position, Event), SnapshotError>> {
        use futures::TryStreamExt;
        Box::pin(
            self.read_stored(partition, from)
                .map_ok(|stored| (stored.position, stored.event)),
        )
    }

    /// [`Self::read_range`] with the hashes the rows carry.
    pub fn read_stored(
        &self,
        partition: Partition,
        from: Offset,
    ) -> BoxStream<'static, Result<StoredEvent, SnapshotError>> {
        let snapshot = self.clone();
        Box::pin(async_stream::try_stream! {
            let mut pages = PageFiles::new(&snapshot, partition)?;
            for range in snapshot.ranges(TableKind::Events, partition)? {
                if range.end <= from.0 {
                    continue;
                }
                let file = snapshot.file(TableKind::Events, partition, &range).await?;
                let bodies = pages.bodies(&snapshot, &file).await?;
                let fault = |source| SnapshotError::Row { partition, first: range.start, source };
                let mut stored = stored_events(&file.rows, &bodies).map_err(fault)?;
                stored.sort_by_key(|stored| stored.position);
                for stored in stored {
                    if stored.position.offset >= from {
                        yield stored;
                    }
                }
            }
        })
    }
}

/// Settings under which the archive's layout pays: filters run inside the Parquet scan.
pub fn session_config() -> SessionConfig {
    let mut config = SessionConfig::new();
    let parquet = &mut config.options_mut().execution.parquet;
    parquet.pushdown_filters = true;
    parquet.reorder_filters = true;
    config
}

/// The files of `pages` of one partition, the last one read kept.
pub(crate) struct PageFiles {
    partition: Partition,
    ranges: Vec<Range<u64>>,
    last: Option<(Range<u64>, Bodies)>,
}

impl PageFiles {
    pub(crate) fn new(snapshot: &Snapshot, partition: Partition) -> Result<Self, SnapshotError> {
        Ok(Self {
            partition,
            ranges: snapshot.ranges(TableKind::Pages, partition)?,
            last: None,
        })
    }

    /// Bodies of the page events in a file of `events`; nothing is read if it has none.
    pub(crate) async fn bodies(
        &mut self,
        snapshot: &Snapshot,
        file: &FileRows,
    ) -> Result<Bodies, SnapshotError> {
        let mut bodies = Bodies::default();
        if !has_pages(&file.rows) {
            return Ok(bodies);
        }
        let overlaps =
            |range: &&Range<u64>| range.start < file.range.end && file.range.start < range.end;
        let wanted: Vec<Range<u64>> = self.ranges.iter().filter(overlaps).cloned().collect();
        for range in wanted {
            if self.last.as_ref().is_none_or(|(last, _)| *last != range) {
                let pages = snapshot
                    .file(TableKind::Pages, self.partition, &range)
                    .await?;
                let fault = |source| SnapshotError::Row {
                    partition: self.partition,
                    first: range.start,
                    source,
                };
                let read = Bodies::read(&[pages.rows]).map_err(fault)?;
                self.last = Some((range, read));
            }
            if let Some((_, read)) = &self.last {
                bodies.extend(read);
            }
        }
        Ok(bodies)
    }
}

fn has_pages(rows: &RecordBatch) -> bool {
    let kinds = rows
        .column_by_name("kind")
        .and_then(|kinds| kinds.as_string_opt::<i32>());
    kinds.is_none_or(|kinds| {
        let page = event::Kind::ResponsePage.as_str();
        kinds.iter().any(|kind| kind == Some(page))
    })
}
