//! A log from the files alone, and files that no log lists any more.
//!
//! Enters: objects as they lie in the table's folder. Leaves: what each says it covers; log entries that list them. Never here: an object
//! deleted: a log that cannot be read is moved beside, whole.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use bytes::Bytes;
use deltalake::kernel::{Action, Add, Remove, Transaction};
use deltalake::protocol::{DeltaOperation, SaveMode};
use futures::TryStreamExt as _;
use journal::Partition;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore as _, ObjectStoreExt as _};

use super::grow::Registered;
use super::{CommitError, ReplaceError, Step, Table, TableError, entry};
use crate::contents::{Contents, Found};
use crate::coverage::{Coverage, Name};
use crate::file::{FileError, Opened};

/// Folder of a log; Delta Lake's name.
const LOG: &str = "_delta_log";
/// Folder of logs that could not be read, one a repair.
const LOST: &str = "_lost_log";

impl Table {
    /// Every object in the table's folder.
    pub(crate) async fn objects(&self) -> Result<Vec<ObjectMeta>, TableError> {
        let listed: Result<Vec<_>, _> = self.store.list(None).try_collect().await;
        match listed {
            Ok(listed) => Ok(listed),
            Err(object_store::Error::NotFound { .. }) => Ok(Vec::new()),
            Err(source) => Err(self.fault("", source)),
        }
    }

    /// The bytes of one of them.
    pub(crate) async fn object(&self, path: &Path) -> Result<Bytes, TableError> {
        let fault = |source| self.fault(path.as_ref(), source);
        let found = self.store.get(path).await.map_err(fault)?;
        found.bytes().await.map_err(fault)
    }

    /// What an object under a file's name says of itself; the error of one that is half written, or something else's.
    pub(crate) async fn found(&self, path: &Path, name: &Name) -> Result<Found, TableError> {
        let bytes = self.object(path).await?;
        let shown = format!("{}/{path}", self.kind.name());
        let opened = Opened::new(&shown, bytes, name)?;
        let covers = Coverage {
            partition: name.partition,
            offsets: opened.range.clone(),
            generation: name.generation,
            leaves: opened.leaves(),
            erased: None,
        };
        let kind = self.kind;
        let reading = tokio::task::spawn_blocking(move || {
            let rows = opened.rows(kind)?;
            Ok::<(Opened, RecordBatch), FileError>((opened, rows))
        });
        let read = reading.await.map_err(|error| TableError::Entry {
            table: kind.name(),
            version: 0,
            detail: error.to_string(),
        })?;
        let (opened, rows) = read?;
        let said = opened.coverage.as_ref();
        let file = Registered::new(path.clone(), &covers, said, opened.size(), &rows);
        Ok(Found {
            add: file.add(true),
            partition: name.partition,
            end: covers.offsets.end,
        })
    }

    /// Moves every object of the log beside; how many. Broken off, it goes on.
    pub(crate) async fn set_log_aside(&self, at: i64) -> Result<u64, TableError> {
        let prefix = Path::from(LOG);
        let listed: Vec<ObjectMeta> = match self.store.list(Some(&prefix)).try_collect().await {
            Ok(listed) => listed,
            Err(object_store::Error::NotFound { .. }) => Vec::new(),
            Err(source) => return Err(self.fault(LOG, source)),
        };
        let mut moved = 0;
        for object in listed {
            let from = object.location;
            let name = from.as_ref().strip_prefix(LOG).unwrap_or(from.as_ref());
            let to = Path::from(format!("{LOST}/{at}{name}"));
            let fault = |source| self.fault(from.as_ref(), source);
            self.store.copy(&from, &to).await.map_err(fault)?;
            self.store.delete(&from).await.map_err(fault)?;
            moved += 1;
        }
        *self.read.lock().await = None;
        Ok(moved)
    }

    /// Writes a first entry that lists `adds`; `replaced` are files whose offsets these have, which vacuum may delete some time after `at`,
    /// in milliseconds since 1970 UTC.
    pub(crate) async fn relist(
        &self,
        adds: Vec<Add>,
        replaced: Vec<(String, i64)>,
        positions: &BTreeMap<Partition, u64>,
        at: i64,
    ) -> Result<(), TableError> {
        let mut actions: Vec<Action> = adds.into_iter().map(Action::Add).collect();
        actions.extend(replaced.into_iter().map(|(path, size)| {
            let partition = Name::parse(&path).map(|name| name.partition.to_string());
            Action::Remove(Remove {
                path,
                data_change: false,
                deletion_timestamp: Some(at),
                extended_file_metadata: Some(true),
                partition_values: Some([("partition".to_owned(), partition)].into()),
                size: Some(size),
                ..Remove::default()
            })
        }));
        actions.extend(positions.iter().map(|(partition, end)| {
            let end = i64::try_from(*end).unwrap_or(i64::MAX);
            Action::Txn(Transaction::new(partition.to_string(), end))
        }));
        let created = self.create_with(actions).await;
        created.map_err(|error| self.log_error(error))
    }

    /// Lists a file where none covers any of its offsets; false if one does by now. The position moves to its end, if it is before.
    pub(crate) async fn list_found(&self, found: &Found) -> Result<bool, TableError> {
        let Found {
            add,
            partition,
            end,
        } = found;
        let first = Name::parse(&add.path).map_or(0, |name| name.first);
        self.transact(|log| {
            let listed = log.contents.files(*partition);
            let taken = |file: &std::sync::Arc<crate::contents::ArchiveFile>| {
                file.offsets.start < *end && first < file.offsets.end
            };
            if listed.iter().any(taken) {
                return Ok::<_, TableError>(Step::Leave(false));
            }
            let moved = (log.contents.position(*partition) < *end).then(|| {
                let end = i64::try_from(*end).unwrap_or(i64::MAX);
                Transaction::new(partition.to_string(), end)
            });
            let operation = DeltaOperation::Write {
                mode: SaveMode::Append,
                partition_by: Some(vec!["partition".to_owned()]),
                predicate: None,
            };
            Ok(Step::Commit {
                entry: entry(vec![Action::Add(add.clone())], operation, moved),
                done: true,
            })
        })
        .await
    }

    /// Writes a file of `rows` over offsets that no file covers, and lists it; false if one does by now.
    pub(crate) async fn fill(
        &self,
        coverage: Coverage,
        rows: &RecordBatch,
    ) -> Result<bool, ReplaceError> {
        let (partition, end) = (coverage.partition, coverage.offsets.end);
        let file = self.place(coverage, rows).await?;
        let found = Found {
            add: file.add(true),
            partition,
            end,
        };
        let listed = self.list_found(&found).await;
        listed.map_err(|error| ReplaceError::Commit(CommitError::Table(error)))
    }

    /// Leaves before an offset at which a hole begins.
    pub(crate) async fn leaves_up_to(
        &self,
        partition: Partition,
        offset: u64,
        quarantine: &Self,
    ) -> Result<u64, TableError> {
        self.leaves_before(partition, offset, quarantine).await
    }

    /// What the log lists, and how: none if there is no log, an error if there is one that cannot be read.
    pub(crate) async fn listing(&self) -> Result<Option<std::sync::Arc<Contents>>, TableError> {
        self.contents_if_any().await
    }

    fn fault(&self, path: &str, source: object_store::Error) -> TableError {
        TableError::Store {
            path: format!("{}/{path}", self.kind.name()),
            source,
        }
    }
}
