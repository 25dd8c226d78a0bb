//! One Delta table of the archive: its log as last read, and the one way anything is written to it.
//!
//! Enters: intents, decided on the newest version. Leaves: the next log entry, if it is the next. Never here: an entry
//! written on a version that was not read, or a commit whose cost grows with what the log held before.
//!
//! The log is followed entry by entry: knowing version n, a process asks for n + 1 until there is none. An intent looks at
//! what was read then; if another writer takes n + 1 meanwhile, it is asked again. So who commits knows every commit before.

mod create;
mod erase;
mod evolve;
mod grow;
mod holds;
mod kind;
mod leaves;
mod positions;
mod refusal;
mod relist;
mod replace;
mod seal;
mod vacuum;

use std::sync::Arc;
use std::time::Duration;

use backon::BackoffBuilder as _;
use deltalake::kernel::transaction::{CommitData, PROTOCOL, TransactionError};
use deltalake::kernel::{Action, Metadata, Transaction, Version};
use deltalake::logstore::{
    CommitOrBytes, LogStoreRef, StorageConfig, default_logstore, get_actions,
};
use deltalake::protocol::DeltaOperation;
use deltalake::{DeltaTable, DeltaTableError};
use journal::Partition;
use journal::clock::moment;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use uuid::Uuid;

use super::contents::{ArchiveFile, Contents};
use super::file::{FileError, Opened};
use super::limits;
use super::location::Location;

pub use kind::TableKind;
pub use refusal::CommitError;
pub use replace::ReplaceError;

pub(super) use erase::Erasing;
pub(super) use grow::{Growth, Leaves, RowsFrom};
pub(super) use replace::same_rows;
pub(super) use seal::Sealing;

/// The removal of a sealed file from the log.
#[cfg(test)]
pub(super) fn unlisted(file: &super::sealed::SealedFile) -> deltalake::kernel::Remove {
    seal::remove(file, 0)
}

/// Why a table cannot be read or grown.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The table log.
    #[error("table {table} of the archive: {source}")]
    Log {
        /// The table it is about.
        table: &'static str,
        /// What the system or the library said.
        source: Box<DeltaTableError>,
    },
    /// The object store.
    #[error("object store failed on {path:?}: {source}")]
    Store {
        /// The object.
        path: String,
        /// What the system or the library said.
        source: object_store::Error,
    },
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A log entry that no Delta writer makes.
    #[error("table {table}: log entry {version} cannot be read: {detail}")]
    Entry {
        /// The table it is about.
        table: &'static str,
        /// Its version.
        version: u64,
        /// What is wrong.
        detail: String,
    },
    /// Others won every try.
    #[error("table {table}: gave up after {tries} tries, last: {last}", tries = limits::COMMIT_TRIES_MAX)]
    Contended {
        /// The table it is about.
        table: &'static str,
        /// Why the last try failed.
        last: String,
    },
    /// Its columns are not those this release writes.
    #[error(
        "table {table}: column {column} is {stored} in the archive and {ours} in this release, which cannot write it"
    )]
    Column {
        /// The table it is about.
        table: &'static str,
        /// The column.
        column: String,
        /// Its type there.
        stored: String,
        /// Its type here.
        ours: String,
    },
}

/// A table as last seen.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// What the library knows that `contents` does not: removals, columns.
    pub(super) delta: DeltaTable,
    pub(super) contents: Arc<Contents>,
}

/// The log as far as it was read.
struct Log {
    version: Version,
    contents: Arc<Contents>,
    metadata: Metadata,
    /// When there was no later entry.
    read_at: Instant,
    /// Its columns are those of this release, or more.
    evolved: bool,
    /// The same table for the query engine, brought up to `version` when it is asked for.
    delta: DeltaTable,
}

/// What is to be written, as decided on what was read.
enum Step<T> {
    /// Nothing: it is so already, or cannot be any more.
    Leave(T),
    /// This, as the next entry; `done` is the answer if it was.
    Commit { entry: Box<CommitData>, done: T },
}

/// The pointer to the newest checkpoint.
#[derive(Deserialize)]
struct LastCheckpoint {
    version: Version,
}

/// One table.
pub(super) struct Table {
    pub(super) kind: TableKind,
    pub(super) log: LogStoreRef,
    pub(super) store: Arc<dyn ObjectStore>,
    read: Mutex<Option<Log>>,
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
            read: Mutex::new(None),
        })
    }

    fn log_error(&self, source: DeltaTableError) -> TableError {
        TableError::Log {
            table: self.kind.name(),
            source: Box::new(source),
        }
    }

    /// The table as it is now, for the library too; made if missing.
    pub(super) async fn fresh(&self) -> Result<Seen, TableError> {
        let mut guard = self.read.lock().await;
        let log = self.caught_up(&mut guard).await?;
        self.follow(log).await?;
        Ok(Seen {
            delta: log.delta.clone(),
            contents: Arc::clone(&log.contents),
        })
    }

    /// What the table lists now; made if missing.
    pub(super) async fn contents(&self) -> Result<Arc<Contents>, TableError> {
        let mut guard = self.read.lock().await;
        let log = self.caught_up(&mut guard).await?;
        Ok(Arc::clone(&log.contents))
    }

    /// What the table lists now; none if it was never made.
    pub(super) async fn contents_if_any(&self) -> Result<Option<Arc<Contents>>, TableError> {
        let mut guard = self.read.lock().await;
        if guard.is_none() && !self.exists().await? {
            return Ok(None);
        }
        let log = self.caught_up(&mut guard).await?;
        Ok(Some(Arc::clone(&log.contents)))
    }

    /// Where a partition stands now; made if missing.
    pub(super) async fn position(&self, partition: Partition) -> Result<u64, TableError> {
        let mut guard = self.read.lock().await;
        let log = self.caught_up(&mut guard).await?;
        Ok(log.contents.position(partition))
    }

    /// Brings the engine's table up to the version read.
    async fn follow(&self, log: &mut Log) -> Result<(), TableError> {
        if log.delta.version() == Some(log.version) {
            return Ok(());
        }
        let updated = log.delta.update_incremental(Some(log.version)).await;
        updated.map_err(|error| self.log_error(error))
    }

    /// What is known, with every entry written since. An error leaves what was known.
    async fn caught_up<'a>(&self, known: &'a mut Option<Log>) -> Result<&'a mut Log, TableError> {
        // Of entries that were cleaned away meanwhile, the next one would be missing as if there was none.
        let unsure = known
            .as_ref()
            .is_some_and(|log| log.read_at.elapsed() > limits::LOG_TRUSTED);
        if unsure {
            let checkpoint = self.last_checkpoint().await?;
            if known
                .as_ref()
                .is_some_and(|log| checkpoint > Some(log.version))
            {
                *known = None;
            }
        }
        let Some(log) = known else {
            return Ok(known.insert(Box::pin(self.loaded()).await?));
        };
        if !self.read_on(log).await? {
            *log = Box::pin(self.loaded()).await?;
        }
        Ok(log)
    }

    /// The table as it is now. What the store lists may be of before: entries after that are asked for by name.
    async fn loaded(&self) -> Result<Log, TableError> {
        let mut log = self.load().await?;
        // Where only the library could go on, the table is as new as the store lists it.
        self.read_on(&mut log).await?;
        Ok(log)
    }

    /// Takes the entries written since, one by one; false where only the library can go on.
    async fn read_on(&self, log: &mut Log) -> Result<bool, TableError> {
        for _ in 0..limits::CATCH_UP_ENTRIES_MAX {
            let version = log.version + 1;
            let entry = self.log.read_commit_entry(version).await;
            let Some(entry) = entry.map_err(|error| self.log_error(error))? else {
                log.read_at = moment();
                return Ok(true);
            };
            match get_actions(version, &entry) {
                Ok(actions)
                    if !actions
                        .iter()
                        .any(|action| matches!(action, Action::Protocol(_))) =>
                {
                    log.take(version, &actions);
                }
                // The library that reads the whole log knows what to make of it, or refuses the table.
                Ok(_) | Err(_) => break,
            }
        }
        Ok(false)
    }

    /// The table was made. Asked by name too: what a store does not list yet is there all the same.
    async fn exists(&self) -> Result<bool, TableError> {
        let listed = self.log.is_delta_table_location().await;
        if listed.map_err(|error| self.log_error(error))? {
            return Ok(true);
        }
        let first = self.log.read_commit_entry(0).await;
        Ok(first.map_err(|error| self.log_error(error))?.is_some())
    }

    /// Reads the table from its newest checkpoint on, as far as the store lists it.
    async fn load(&self) -> Result<Log, TableError> {
        let mut delta = DeltaTable::new(Arc::clone(&self.log));
        if !self.exists().await? {
            // Lost the race to another member: its table is as good.
            if let Err(error) = self.create().await {
                tracing::debug!(table = self.kind.name(), %error, "table was not created here");
            }
        }
        delta.load().await.map_err(|error| self.log_error(error))?;
        let snapshot = delta.snapshot().map_err(|error| self.log_error(error))?;
        let mut contents = Contents::of(self.kind);
        for file in snapshot.log_data().iter() {
            #[expect(deprecated, reason = "nothing else gives a listed file's tags")]
            contents.list(&file.add_action());
        }
        for (partition, position) in positions::load(self.kind, &delta, &contents).await? {
            contents.move_to(partition, position);
        }
        contents.note_holds(positions::holds(self.kind, &delta).await?);
        Ok(Log {
            version: snapshot.version(),
            contents: Arc::new(contents),
            metadata: snapshot.metadata().clone(),
            read_at: moment(),
            evolved: false,
            delta,
        })
    }

    /// Writes what `decide` makes of the newest version as the one after it, or asks again if another writer was first.
    async fn transact<T, E: From<TableError>>(
        &self,
        mut decide: impl FnMut(&Log) -> Result<Step<T>, E> + Send,
    ) -> Result<T, E> {
        let mut last = "none".to_owned();
        for wait in tries() {
            pause(wait).await;
            let mut guard = self.read.lock().await;
            let log = self.caught_up(&mut guard).await?;
            let (entry, done) = match decide(log)? {
                Step::Leave(answer) => return Ok(answer),
                Step::Commit { entry, done } => (entry, done),
            };
            let checkpoint = self.last_checkpoint().await?;
            if checkpoint.is_some_and(|checkpoint| checkpoint > log.version) {
                // Entries after the one we know may have been cleaned away: the next number would be free and mean nothing.
                *guard = None;
                continue;
            }
            match self.write(log, &entry).await {
                Ok(()) => {
                    let due = due(log, checkpoint) && self.follow(log).await.is_ok();
                    let delta = due.then(|| log.delta.clone());
                    drop(guard);
                    self.checkpoint(delta).await;
                    return Ok(done);
                }
                Err(TransactionError::VersionAlreadyExists(version)) => {
                    last = format!("another writer took version {version}");
                }
                Err(error) => return Err(self.log_error(error.into()).into()),
            }
        }
        Err(TableError::Contended {
            table: self.kind.name(),
            last,
        }
        .into())
    }

    async fn write(&self, log: &mut Log, entry: &CommitData) -> Result<(), TransactionError> {
        if let Ok(snapshot) = log.delta.snapshot() {
            PROTOCOL.can_write_to(snapshot)?;
        }
        let version = log.version + 1;
        let bytes = CommitOrBytes::LogBytes(entry.get_bytes()?);
        self.log
            .write_commit_entry(version, bytes, Uuid::nil())
            .await?;
        log.take(version, &entry.actions);
        Ok(())
    }

    async fn last_checkpoint(&self) -> Result<Option<Version>, TableError> {
        let path = Path::from("_delta_log/_last_checkpoint");
        let fault = |source| TableError::Store {
            path: format!("{}/{path}", self.kind.name()),
            source,
        };
        let found = match self.store.get(&path).await {
            Ok(found) => found.bytes().await.map_err(fault)?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(fault(error)),
        };
        // Half a hint is none: readers fall back to listing.
        let hint = serde_json::from_slice::<LastCheckpoint>(&found).ok();
        Ok(hint.map(|hint| hint.version))
    }

    /// Writes a checkpoint of the version just committed. The commit stands without it.
    async fn checkpoint(&self, delta: Option<DeltaTable>) {
        let Some(delta) = delta else { return };
        if let Err(error) = deltalake::checkpoints::create_checkpoint(&delta, None).await {
            tracing::warn!(table = self.kind.name(), %error, "no checkpoint of the table log, the next commits try again");
        }
    }

    /// A file, read whole.
    pub(super) async fn open_file(&self, file: &ArchiveFile) -> Result<Opened, TableError> {
        let name = format!("{}/{}", self.kind.name(), file.path);
        let fault = |source| TableError::Store {
            path: name.clone(),
            source,
        };
        let path = Path::from(file.path.as_str());
        let found = self.store.get(&path).await.map_err(fault)?;
        let bytes = found.bytes().await.map_err(fault)?;
        Ok(Opened::new(&name, bytes, &file.name())?)
    }
}

impl Log {
    fn take(&mut self, version: Version, actions: &[Action]) {
        self.version = version;
        Arc::make_mut(&mut self.contents).apply(actions);
        for action in actions {
            if let Action::Metadata(metadata) = action {
                self.metadata = metadata.clone();
                self.evolved = false;
            }
        }
    }
}

/// A checkpoint lists every file: the more there are, the more commits share the cost of one.
fn due(log: &Log, checkpoint: Option<Version>) -> bool {
    let files = log.contents.len() as u64;
    let interval = (files / limits::FILES_PER_CHECKPOINTED_COMMIT).max(limits::CHECKPOINT_INTERVAL);
    log.version.saturating_sub(checkpoint.unwrap_or(0)) >= interval
}

/// The entry of `actions`, with what moves a position.
fn entry(
    actions: Vec<Action>,
    operation: DeltaOperation,
    moved: Option<Transaction>,
) -> Box<CommitData> {
    let transactions = moved.into_iter().collect();
    Box::new(CommitData::new(
        actions,
        operation,
        std::collections::HashMap::new(),
        transactions,
    ))
}

/// How long to wait before each try; the first does not.
fn tries() -> impl Iterator<Item = Option<Duration>> {
    std::iter::once(None).chain(limits::COMMIT_RETRY.build().map(Some))
}

async fn pause(wait: Option<Duration>) {
    if let Some(wait) = wait {
        tokio::time::sleep(wait).await;
    }
}
