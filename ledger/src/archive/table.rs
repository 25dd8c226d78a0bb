//! One Delta table of the archive, and the one way it grows: a file and the partition's new position in one commit.
//!
//! Enters: rows of a partition from its position on. Leaves: an immutable file, registered once, and the position moved.
//! Never here: an overwrite, a range that overlaps another's, a position that moves without its file.
//!
//! Each file begins where the partition's position stands, and its name holds nothing else. So whoever writes next must
//! write that name; the first to create it has won, and everybody else registers what the winner wrote.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::kernel::{Action, Add, Transaction};
use deltalake::logstore::{LogStoreRef, StorageConfig, default_logstore};
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::{DeltaTable, DeltaTableError};
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use tokio::sync::Mutex;

use super::file::{FileError, Opened, encode};
use super::location::Location;
use super::{positions, schema, stats};
use crate::journal::Partition;

/// Commits between two checkpoints of the table log: a reader replays at most this many small files.
const CHECKPOINT_INTERVAL: &str = "64";
/// Tries before a commit gives up because others keep winning, or the store keeps contradicting itself.
const TRIES_MAX: usize = 32;
/// First pause between two tries; doubles up to 64 times itself.
const PAUSE: Duration = Duration::from_millis(10);

/// The archive's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableKind {
    /// One row an event.
    Events,
    /// Bodies of page events.
    Pages,
    /// Records that are no events.
    Quarantine,
}

impl TableKind {
    /// The table's folder, and its name in SQL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Pages => "pages",
            Self::Quarantine => "quarantine",
        }
    }

    /// Its columns.
    pub fn schema(self) -> SchemaRef {
        match self {
            Self::Events => schema::events_schema(),
            Self::Pages => schema::pages_schema(),
            Self::Quarantine => schema::quarantine_schema(),
        }
    }

    const fn comment(self) -> &'static str {
        match self {
            Self::Events => "Every event once, in typed columns",
            Self::Pages => "Masked rows as delivered, one row a response.page event with a body",
            Self::Quarantine => "Journal records that are no events, byte for byte",
        }
    }
}

/// Why a table can not be read or grown.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The table log.
    #[error("table {table} of the archive: {source}")]
    Log {
        /// Which.
        table: &'static str,
        /// Why.
        source: Box<DeltaTableError>,
    },
    /// The object store.
    #[error("object store failed on {path:?}: {source}")]
    Store {
        /// The object.
        path: String,
        /// Why.
        source: object_store::Error,
    },
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A log entry that no Delta writer makes.
    #[error("table {table}: log entry {version} can not be read: {detail}")]
    Entry {
        /// Which.
        table: &'static str,
        /// Its version.
        version: u64,
        /// What is wrong.
        detail: String,
    },
    /// Others won every try.
    #[error(
        "table {table}: gave up on {partition} from offset {first} after {TRIES_MAX} tries, last: {last}"
    )]
    Contended {
        /// Which.
        table: &'static str,
        /// The partition.
        partition: Partition,
        /// The offset.
        first: u64,
        /// Why the last try failed.
        last: String,
    },
}

/// The rows from an offset on, sorted for the file.
pub(super) type RowsFrom<'a> =
    &'a (dyn Fn(u64) -> Result<RecordBatch, super::rows::RowError> + Sync);

/// Rows on their way into a table: those of `partition` up to `end`.
pub(super) struct Growth<'a> {
    pub(super) partition: Partition,
    /// Where the rows begin to be known: a position before it is a gap, for the table that is the truth.
    pub(super) first: u64,
    pub(super) end: u64,
    /// Asked again when the position turns out to be further.
    pub(super) rows: RowsFrom<'a>,
    /// Without rows there is nothing to write: the position may lag. False for `events`, which is the truth.
    pub(super) sparse: bool,
}

/// Where a partition stands after its table grew.
pub(super) struct Grown {
    pub(super) position: u64,
    /// From where on the rows are in a file this call wrote; none if others had written them all.
    pub(super) wrote_from: Option<u64>,
}

/// A table as last seen.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) delta: DeltaTable,
    pub(super) positions: BTreeMap<Partition, u64>,
}

/// One table.
pub(super) struct Table {
    pub(super) kind: TableKind,
    pub(super) log: LogStoreRef,
    store: Arc<dyn ObjectStore>,
    seen: Mutex<Option<Seen>>,
}

impl Table {
    /// The table in its folder of `location`; nothing is read yet.
    pub(super) fn new(kind: TableKind, location: &Location) -> Result<Self, TableError> {
        let url = location.url.join(&format!("{}/", kind.name()));
        let url = url.map_err(|error| TableError::Entry {
            table: kind.name(),
            version: 0,
            detail: error.to_string(),
        })?;
        let prefix = Path::from_url_path(url.path()).map_err(|error| TableError::Store {
            path: url.path().to_owned(),
            source: error.into(),
        })?;
        let store: Arc<dyn ObjectStore> =
            Arc::new(PrefixStore::new(Arc::clone(&location.root), prefix));
        let log = default_logstore(
            Arc::clone(&store),
            Arc::clone(&location.root),
            &url,
            &StorageConfig::default(),
        );
        Ok(Self {
            kind,
            log,
            store,
            seen: Mutex::new(None),
        })
    }

    fn log_error(&self, source: DeltaTableError) -> TableError {
        TableError::Log {
            table: self.kind.name(),
            source: Box::new(source),
        }
    }

    /// The table as it is now; made if missing.
    pub(super) async fn fresh(&self) -> Result<Seen, TableError> {
        let mut guard = self.seen.lock().await;
        let seen = match guard.take() {
            Some(seen) => self.catch_up(seen).await?,
            None => self.load().await?,
        };
        *guard = Some(seen.clone());
        Ok(seen)
    }

    async fn load(&self) -> Result<Seen, TableError> {
        let mut delta = DeltaTable::new(Arc::clone(&self.log));
        let exists = self.log.is_delta_table_location().await;
        if !exists.map_err(|error| self.log_error(error))? {
            // Lost the race to another member: its table is as good.
            if let Err(error) = self.create().await {
                tracing::debug!(table = self.kind.name(), %error, "table was not created here");
            }
        }
        delta.load().await.map_err(|error| self.log_error(error))?;
        let positions = positions::load(self.kind, &delta).await?;
        Ok(Seen { delta, positions })
    }

    async fn create(&self) -> Result<(), DeltaTableError> {
        use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;
        let arrow = self.kind.schema();
        let delta: deltalake::kernel::StructType = arrow.as_ref().try_into_kernel()?;
        let stats: Vec<&str> = stats::STATS_COLUMNS
            .into_iter()
            .filter(|name| arrow.field_with_name(name).is_ok())
            .collect();
        let configuration = [
            ("delta.appendOnly", "true".to_owned()),
            ("delta.checkpointInterval", CHECKPOINT_INTERVAL.to_owned()),
            // The log is part of the record.
            ("delta.enableExpiredLogCleanup", "false".to_owned()),
            ("delta.dataSkippingStatsColumns", stats.join(",")),
        ];
        deltalake::operations::create::CreateBuilder::new()
            .with_log_store(Arc::clone(&self.log))
            .with_table_name(self.kind.name())
            .with_comment(self.kind.comment())
            .with_columns(delta.fields().cloned())
            .with_partition_columns(["partition"])
            .with_configuration(configuration.map(|(key, value)| (key.to_owned(), Some(value))))
            .with_save_mode(SaveMode::ErrorIfExists)
            // A retry would write the table's description a second time, after the winner's.
            .with_commit_properties(CommitProperties::default().with_max_retries(0))
            .await?;
        Ok(())
    }

    async fn catch_up(&self, mut seen: Seen) -> Result<Seen, TableError> {
        let before = seen.delta.version();
        seen.delta
            .update_state()
            .await
            .map_err(|error| self.log_error(error))?;
        positions::advance(self.kind, &seen.delta, before, &mut seen.positions).await?;
        Ok(seen)
    }

    /// Moves the partition's position to `growth.end` or beyond, with the rows that belong there. Doing it twice, or two
    /// doing it at once, is the same as doing it once.
    pub(super) async fn grow(&self, growth: &Growth<'_>) -> Result<Grown, super::CommitError> {
        let mut last = String::new();
        let mut wrote_from = None;
        for attempt in 0..TRIES_MAX {
            pause(attempt).await;
            let seen = self.fresh().await?;
            let position = seen.positions.get(&growth.partition).copied().unwrap_or(0);
            let grown = Grown {
                position,
                wrote_from,
            };
            if position >= growth.end {
                return Ok(grown);
            }
            if !growth.sparse && position < growth.first {
                return Err(super::CommitError::Gap {
                    partition: growth.partition,
                    position,
                    first: growth.first,
                });
            }
            let rows = (growth.rows)(position)?;
            if growth.sparse && rows.num_rows() == 0 {
                return Ok(grown);
            }
            let range = position..growth.end;
            let Some(file) = self.put(growth.partition, range, rows).await? else {
                "the store says the file exists and then that it does not".clone_into(&mut last);
                continue;
            };
            // Whoever registers it, we wrote it.
            wrote_from = wrote_from.or_else(|| file.own.then_some(position));
            match self.register(&seen, growth.partition, &file).await {
                Ok(()) => {
                    if file.end >= growth.end {
                        return Ok(Grown {
                            position: file.end,
                            wrote_from,
                        });
                    }
                }
                // Another member moved the position, or the answer got lost: the fresh table tells.
                Err(error) if contended(&error) => last = error.to_string(),
                Err(error) => return Err(error.into()),
            }
        }
        Err(TableError::Contended {
            table: self.kind.name(),
            partition: growth.partition,
            first: growth.end,
            last,
        }
        .into())
    }

    /// Creates the file of `range`, or finds the one that stands under its name. None if the store contradicts itself,
    /// as S3 does when it answers a retryable 409: try again.
    async fn put(
        &self,
        partition: Partition,
        range: Range<u64>,
        rows: RecordBatch,
    ) -> Result<Option<Registered>, super::CommitError> {
        let path = file_path(partition, range.start);
        let name = format!("{}/{path}", self.kind.name());
        let encoding = (name.clone(), range.clone(), rows.clone());
        let bytes = tokio::task::spawn_blocking(move || {
            let (name, range, rows) = encoding;
            encode(&name, partition, &range, &rows)
        })
        .await
        .map_err(|error| super::CommitError::Aborted(error.to_string()))??;
        let size = bytes.len();
        let create = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        let store = |source| TableError::Store {
            path: name.clone(),
            source,
        };
        match self.store.put_opts(&path, bytes.into(), create).await {
            Ok(_) => Ok(Some(Registered::new(path, range, size, &rows, true))),
            Err(object_store::Error::AlreadyExists { .. }) => {
                match self.open_file(partition, range.start).await {
                    Ok(opened) => {
                        let rows = opened.rows(self.kind).map_err(TableError::from)?;
                        tracing::info!(
                            file = name,
                            end = opened.range.end,
                            "registering the file another member wrote"
                        );
                        Ok(Some(Registered::new(
                            path,
                            opened.range.clone(),
                            opened.size(),
                            &rows,
                            false,
                        )))
                    }
                    Err(TableError::Store {
                        source: object_store::Error::NotFound { .. },
                        ..
                    }) => Ok(None),
                    Err(error) => Err(error.into()),
                }
            }
            Err(error) => Err(store(error).into()),
        }
    }

    /// The file that begins at `first`.
    pub(super) async fn open_file(
        &self,
        partition: Partition,
        first: u64,
    ) -> Result<Opened, TableError> {
        let path = file_path(partition, first);
        let name = format!("{}/{path}", self.kind.name());
        let fault = |source| TableError::Store {
            path: name.clone(),
            source,
        };
        let found = self.store.get(&path).await.map_err(fault)?;
        let bytes = found.bytes().await.map_err(fault)?;
        Ok(Opened::new(&name, bytes, partition, first)?)
    }

    async fn register(
        &self,
        seen: &Seen,
        partition: Partition,
        file: &Registered,
    ) -> Result<(), TableError> {
        let app = partition.to_string();
        let add = Add {
            path: file.path.to_string(),
            partition_values: [("partition".to_owned(), Some(app.clone()))].into(),
            size: file.size,
            modification_time: file.latest_millis,
            data_change: true,
            stats: Some(file.stats.clone()),
            ..Add::default()
        };
        let version = i64::try_from(file.end).unwrap_or(i64::MAX);
        let properties = CommitProperties::default()
            .with_application_transaction(Transaction::new(app, version))
            .with_create_checkpoint(true)
            .with_cleanup_expired_logs(Some(false));
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: Some(vec!["partition".to_owned()]),
            predicate: None,
        };
        let snapshot = seen
            .delta
            .snapshot()
            .map_err(|error| self.log_error(error))?;
        CommitBuilder::from(properties)
            .with_actions(vec![Action::Add(add)])
            .build(Some(snapshot), Arc::clone(&self.log), operation)
            .await
            .map_err(|error| self.log_error(error))?;
        Ok(())
    }
}

/// Whether another writer was in the way, so that the next try may do better.
fn contended(error: &TableError) -> bool {
    use deltalake::kernel::transaction::TransactionError as E;
    let TableError::Log { source, .. } = error else {
        return false;
    };
    match source.as_ref() {
        DeltaTableError::VersionAlreadyExists(_) => true,
        DeltaTableError::Transaction { source } => matches!(
            source,
            E::VersionAlreadyExists(_) | E::CommitConflict(_) | E::MaxCommitAttempts(_)
        ),
        _ => false,
    }
}

/// What a commit says of a file.
struct Registered {
    path: Path,
    end: u64,
    size: i64,
    stats: String,
    latest_millis: i64,
    /// Written by this process, not found.
    own: bool,
}

impl Registered {
    fn new(path: Path, range: Range<u64>, size: usize, rows: &RecordBatch, own: bool) -> Self {
        Self {
            own,
            path,
            end: range.end,
            size: i64::try_from(size).unwrap_or(i64::MAX),
            stats: stats::of(rows),
            latest_millis: stats::latest_millis(rows),
        }
    }
}

/// `partition=firn.events-3/00000000000000000042.parquet`: the first offset alone, so that two cuts of one range collide.
pub(super) fn file_path(partition: Partition, first: u64) -> Path {
    let folder = format!("partition={}-{}", partition.topic, partition.number);
    Path::from(format!("{folder}/{first:020}.parquet"))
}

/// The first offset in a file's name.
pub(super) fn first_offset(path: &str) -> Option<u64> {
    path.rsplit('/')
        .next()?
        .strip_suffix(".parquet")?
        .parse()
        .ok()
}

async fn pause(attempt: usize) {
    if attempt > 0 {
        let doubled = u32::try_from(attempt - 1).unwrap_or(u32::MAX).min(6);
        tokio::time::sleep(PAUSE * 2_u32.pow(doubled)).await;
    }
}
