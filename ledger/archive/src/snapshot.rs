//! The archive at one moment.
//!
//! Enters: the three tables as last seen. Leaves: positions, providers for SQL, and the events again, bodies included.
//! Never here: anything beyond the events' position; pages and quarantine that stand there belong to unfinished commits.

mod page_files;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use arrow::array::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::common::ScalarValue;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::provider_as_source;
use datafusion::datasource::view::ViewTable;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use datafusion::prelude::{SessionConfig, col, lit};
use event::Event;
use futures::stream::BoxStream;
use parking_lot::Mutex;

use super::contents::{ArchiveFile, Contents};
use super::coverage::Coverage;
use super::rows::{RowError, StoredEvent, stored_events};
use super::scan::{FileScan, ListedFile};
use super::sealed::SealedFiles;
use super::selection::{Disagreement, Selection, choose};
use super::{Archive, FileError, TableError, TableKind};
use journal::{Offset, Partition, Position};
use page_files::PageFiles;

/// Why the archive cannot be read.
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
    /// Files that cannot both be right.
    #[error(
        "file {path:?} of table {table} is refused: {}; run `firn verify`, it names every such file",
        disagreement.what,
        path = disagreement.path
    )]
    Disagreement {
        /// The table.
        table: &'static str,
        /// The file and what is wrong.
        disagreement: Disagreement,
    },
    /// A row found by a query.
    #[error(transparent)]
    FoundRow(#[from] RowError),
    /// A query.
    #[error("archive cannot be queried: {0}")]
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
    /// Offsets it covers, as it says itself.
    pub range: Range<u64>,
    /// Its rows, in the table's schema, sorted by session.
    pub rows: RecordBatch,
    /// All it says it covers; none for a file of format 1.
    pub(crate) coverage: Option<Coverage>,
    /// Length of the file, bytes.
    pub(crate) bytes: usize,
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
    events: Arc<Contents>,
    pages: Arc<Contents>,
    quarantine: Arc<Contents>,
    statements: Option<Arc<Contents>>,
    sessions: Option<Arc<Contents>>,
    /// The files that are read, once somebody asked: each query does, some times over.
    chosen: Arc<Mutex<Chosen>>,
}

type Chosen = BTreeMap<(TableKind, Partition), Vec<Arc<ArchiveFile>>>;

impl Archive {
    /// The archive as it is now.
    pub async fn snapshot(&self) -> Result<Snapshot, TableError> {
        // What is sealed first: all of it is in the events, then; and sessions are sealed after their statements.
        let sessions = self.0.sessions.contents_if_any().await?;
        let statements = self.0.statements.contents_if_any().await?;
        // Events first: pages and quarantine are registered before the events they belong to, so these are complete then.
        // The library's view of a table is not asked for: to follow a log, it lists it, and a store may list late.
        let events = self.0.events.contents().await?;
        let pages = self.0.pages.contents().await?;
        let quarantine = self.0.quarantine.contents().await?;
        Ok(Snapshot::new(
            self.clone(),
            events,
            pages,
            quarantine,
            statements,
            sessions,
        ))
    }
}

impl Snapshot {
    fn new(
        archive: Archive,
        events: Arc<Contents>,
        pages: Arc<Contents>,
        quarantine: Arc<Contents>,
        statements: Option<Arc<Contents>>,
        sessions: Option<Arc<Contents>>,
    ) -> Self {
        Self {
            archive,
            events,
            pages,
            quarantine,
            statements,
            sessions,
            chosen: Arc::default(),
        }
    }

    /// For each partition ever archived, the offset the next record has, at least: where the journal's tail begins.
    pub fn next_offsets(&self) -> &BTreeMap<Partition, u64> {
        self.events.positions()
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

    /// None of a sealed table, which is not made of the journal's records.
    const fn seen(&self, kind: TableKind) -> Option<&Arc<Contents>> {
        match kind {
            TableKind::Events => Some(&self.events),
            TableKind::Pages => Some(&self.pages),
            TableKind::Quarantine => Some(&self.quarantine),
            TableKind::Statements | TableKind::Sessions => None,
        }
    }

    /// What the log of a sealed table lists; none if nothing was ever sealed.
    pub(crate) fn sealed(&self, kind: TableKind) -> Option<&SealedFiles> {
        let contents = match kind {
            TableKind::Statements => self.statements.as_ref(),
            TableKind::Sessions => self.sessions.as_ref(),
            TableKind::Events | TableKind::Pages | TableKind::Quarantine => None,
        };
        contents.and_then(|contents| contents.sealed())
    }

    pub(crate) const fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Table `events`, of these files alone.
    pub(crate) fn events_in(
        &self,
        files: Vec<Arc<ArchiveFile>>,
    ) -> Result<Arc<dyn TableProvider>, SnapshotError> {
        self.rows_of(TableKind::Events, &self.events, files)
    }

    fn provider(&self, kind: TableKind) -> Result<Arc<dyn TableProvider>, SnapshotError> {
        let Some(seen) = self.seen(kind) else {
            return Ok(Arc::new(EmptyTable::new(kind.schema())));
        };
        let mut read = Vec::new();
        for partition in seen.partitions() {
            read.extend(self.files(kind, partition)?);
        }
        self.rows_of(kind, seen, read)
    }

    /// The rows of `files`, without those at or beyond the archive's position, which are another commit's unfinished work.
    fn rows_of(
        &self,
        kind: TableKind,
        seen: &Contents,
        files: Vec<Arc<ArchiveFile>>,
    ) -> Result<Arc<dyn TableProvider>, SnapshotError> {
        let files = files.into_iter().map(|file| ListedFile {
            path: file.path.clone(),
            size: u64::try_from(file.size).unwrap_or(0),
            stats: file.stats.as_ref().clone().within(&file.offsets),
            constants: vec![ScalarValue::from(file.partition.to_string())],
            selection: None,
            known: OnceLock::new(),
        });
        let location = &self.archive.0.location;
        let scan = FileScan::new(location, kind, &["partition"], None, files.collect())?;
        let scan: Arc<dyn TableProvider> = Arc::new(scan);
        let Some(inside) = self.beyond(seen) else {
            return Ok(scan);
        };
        let plan = LogicalPlanBuilder::scan(kind.name(), provider_as_source(scan), None)?;
        let plan = plan.filter(inside)?.build()?;
        Ok(Arc::new(ViewTable::new(plan, None)))
    }

    /// A filter that hides what no events commit covers yet; none in the usual case that there is no such row.
    fn beyond(&self, seen: &Contents) -> Option<Expr> {
        let listed = seen.positions().iter();
        listed
            .filter(|(partition, ahead)| **ahead > self.next_offset(**partition))
            .map(|(partition, _)| {
                let end = i64::try_from(self.next_offset(*partition)).unwrap_or(i64::MAX);
                col("partition")
                    .not_eq(lit(partition.to_string()))
                    .or(col("offset").lt(lit(end)))
            })
            .reduce(Expr::and)
    }

    /// Which files of a partition are read, and which are not and why.
    pub(crate) fn selection(&self, kind: TableKind, partition: Partition) -> Selection {
        let files = self.seen(kind).map(|seen| seen.files(partition));
        choose(files.unwrap_or_default())
    }

    fn agreed(&self, kind: TableKind, partition: Partition) -> Result<Selection, SnapshotError> {
        let mut selection = self.selection(kind, partition);
        match selection.disagreements.pop() {
            Some(disagreement) => Err(SnapshotError::Disagreement {
                table: kind.name(),
                disagreement,
            }),
            None => Ok(selection),
        }
    }

    /// Leaves that went by retention, in all.
    pub(crate) fn erased_leaves(&self) -> u64 {
        let partitions = self.next_offsets().keys();
        let files = partitions.flat_map(|of| self.selection(TableKind::Events, *of).chosen);
        let erased = files.filter_map(|file| file.claim()?.erased);
        erased.map(|erased| erased.leaves).sum()
    }

    /// Files a table's log lists that firn did not write. No reader looks into them.
    pub(crate) fn strangers(&self, kind: TableKind) -> Vec<String> {
        let strangers = self
            .seen(kind)
            .into_iter()
            .flat_map(|seen| seen.strangers());
        strangers.map(str::to_owned).collect()
    }

    /// The files of a table that hold `partition`, in order, each offset in one of them.
    pub fn files(
        &self,
        kind: TableKind,
        partition: Partition,
    ) -> Result<Vec<Arc<ArchiveFile>>, SnapshotError> {
        let known = self.chosen.lock().get(&(kind, partition)).cloned();
        if let Some(files) = known {
            return Ok(files);
        }
        let files = self.agreed(kind, partition)?.chosen;
        let mut chosen = self.chosen.lock();
        chosen.insert((kind, partition), files.clone());
        Ok(files)
    }

    /// One file that [`Self::files`] gave.
    pub async fn file(
        &self,
        kind: TableKind,
        file: &ArchiveFile,
    ) -> Result<FileRows, SnapshotError> {
        let opened = self.archive.table(kind).open_file(file).await?;
        let (range, coverage, bytes) =
            (opened.range.clone(), opened.coverage.clone(), opened.size());
        let rows = tokio::task::spawn_blocking(move || opened.rows(kind));
        let rows = rows
            .await
            .map_err(|error| DataFusionError::External(error.into()))?;
        Ok(FileRows {
            range,
            rows: rows?,
            coverage,
            bytes,
        })
    }

    /// The same, and what it or the log says of its rows that hides some from who asks for them.
    pub(crate) async fn file_held(
        &self,
        kind: TableKind,
        file: &ArchiveFile,
    ) -> Result<(FileRows, Option<String>), SnapshotError> {
        let opened = self.archive.table(kind).open_file(file).await?;
        let (range, coverage, bytes) =
            (opened.range.clone(), opened.coverage.clone(), opened.size());
        let log = Arc::clone(&file.stats);
        let held = tokio::task::spawn_blocking(move || {
            let rows = opened.rows(kind)?;
            Ok::<_, FileError>((rows, opened.broken_promise(&log)))
        });
        let held = held.await;
        let (rows, hidden) = held.map_err(|error| DataFusionError::External(error.into()))??;
        let rows = FileRows {
            range,
            rows,
            coverage,
            bytes,
        };
        Ok((rows, hidden))
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
            for listed in snapshot.files(TableKind::Events, partition)? {
                if listed.offsets.end <= from.0 {
                    continue;
                }
                let file = snapshot.file(TableKind::Events, &listed).await?;
                let bodies = pages.bodies(&snapshot, &file).await?;
                let fault = |source| SnapshotError::Row { partition, first: listed.offsets.start, source };
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
