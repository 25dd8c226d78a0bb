//! The archive's writer of release 1, frozen: files of format 1, untagged, registered as that release did.
//!
//! It stands for a recorder of the old build that still runs beside new ones. Never follow the archive's code with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties, TransactionError as E};
use deltalake::kernel::{Action, Add, StructType, Transaction};
use deltalake::logstore::{LogStoreRef, StorageConfig, default_logstore};
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::{DeltaTable, DeltaTableError};
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, PutMode};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use url::Url;

use super::*;
use crate::file::encode_with;
use crate::rows::{RowError, conform};
use crate::stats;

type Failed = Box<dyn std::error::Error + Send + Sync>;
type Rows<'a> = &'a (dyn Fn(u64) -> Result<RecordBatch, RowError> + Send + Sync);

/// A recorder of release 1 on the archive in `store`.
#[derive(Clone)]
pub(crate) struct Release1 {
    store: Arc<dyn ObjectStore>,
    columns: fn(TableKind) -> SchemaRef,
    seen: Arc<parking_lot::Mutex<BTreeMap<TableKind, DeltaTable>>>,
}

struct Written {
    end: u64,
    size: usize,
    rows: RecordBatch,
}

impl Release1 {
    pub(crate) fn new(store: &Arc<dyn ObjectStore>, columns: fn(TableKind) -> SchemaRef) -> Self {
        Self {
            store: Arc::clone(store),
            columns,
            seen: Arc::default(),
        }
    }

    fn table(&self, kind: TableKind) -> (LogStoreRef, PrefixStore<Arc<dyn ObjectStore>>) {
        let url = Url::parse(&format!("memory:///archive/{}/", kind.name())).unwrap();
        let store =
            || PrefixStore::new(Arc::clone(&self.store), format!("archive/{}", kind.name()));
        let log = default_logstore(
            Arc::new(store()),
            Arc::clone(&self.store),
            &url,
            &StorageConfig::default(),
        );
        (log, store())
    }

    /// Makes the three tables with this release's columns.
    pub(crate) async fn create(&self) {
        use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;
        for kind in [TableKind::Events, TableKind::Pages, TableKind::Quarantine] {
            let columns: StructType = (self.columns)(kind).as_ref().try_into_kernel().unwrap();
            deltalake::operations::create::CreateBuilder::new()
                .with_log_store(self.table(kind).0)
                .with_table_name(kind.name())
                .with_columns(columns.fields().cloned())
                .with_partition_columns(["partition"])
                .with_configuration([
                    ("delta.appendOnly", Some("true")),
                    ("delta.checkpointInterval", Some("64")),
                    ("delta.enableExpiredLogCleanup", Some("false")),
                ])
                .with_save_mode(SaveMode::ErrorIfExists)
                .await
                .unwrap();
        }
    }

    async fn load(&self, kind: TableKind) -> Result<DeltaTable, DeltaTableError> {
        let seen = self.seen.lock().remove(&kind);
        let mut delta = seen.unwrap_or_else(|| DeltaTable::new(self.table(kind).0));
        delta.update_state().await?;
        self.seen.lock().insert(kind, delta.clone());
        Ok(delta)
    }

    async fn position_in(delta: &DeltaTable, partition: Partition) -> Result<u64, DeltaTableError> {
        let log = delta.log_store();
        let version = delta
            .snapshot()?
            .transaction_version(log.as_ref(), partition.to_string());
        Ok(version.await?.unwrap_or(0) as u64)
    }

    pub(crate) async fn position(&self, partition: Partition) -> Result<u64, Failed> {
        let delta = self.load(TableKind::Events).await?;
        Ok(Self::position_in(&delta, partition).await?)
    }

    /// Archives a batch; the position after it.
    pub(crate) async fn commit(&self, batch: &Batch) -> Result<u64, Failed> {
        let position = self.position(batch.partition()).await?;
        if position >= batch.end() {
            return Ok(position);
        }
        let quarantine = |from| batch.quarantine_rows(from);
        self.grow(TableKind::Quarantine, batch, &quarantine).await?;
        let pages = |from| batch.page_rows(from);
        self.grow(TableKind::Pages, batch, &pages).await?;
        let events = |from| batch.event_rows(from);
        self.grow(TableKind::Events, batch, &events).await
    }

    async fn grow(&self, kind: TableKind, batch: &Batch, rows: Rows<'_>) -> Result<u64, Failed> {
        let sparse = kind != TableKind::Events;
        for _ in 0..32 {
            let delta = self.load(kind).await?;
            let position = Self::position_in(&delta, batch.partition()).await?;
            if position >= batch.end() {
                return Ok(position);
            }
            if !sparse && position < batch.first() {
                return Err("a gap".into());
            }
            let rows = conform(&rows(position)?, &(self.columns)(kind))?;
            if sparse && rows.num_rows() == 0 {
                return Ok(position);
            }
            let partition = batch.partition();
            let folder = format!("partition={}-{}", partition.topic, partition.number);
            let path = Path::from(format!("{folder}/{position:020}.parquet"));
            let Some(file) = self.put(kind, batch, &path, position, rows).await? else {
                continue;
            };
            match self.register(&delta, batch.partition(), &path, &file).await {
                Ok(()) if file.end >= batch.end() => return Ok(file.end),
                Ok(()) => {}
                Err(DeltaTableError::VersionAlreadyExists(_)) => {}
                Err(DeltaTableError::Transaction {
                    source:
                        E::VersionAlreadyExists(_) | E::CommitConflict(_) | E::MaxCommitAttempts(_),
                }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err("contended".into())
    }

    async fn put(
        &self,
        kind: TableKind,
        batch: &Batch,
        path: &Path,
        position: u64,
        rows: RecordBatch,
    ) -> Result<Option<Written>, Failed> {
        let words = vec![
            ("firn.partition", batch.partition().to_string()),
            ("firn.first_offset", position.to_string()),
            ("firn.end_offset", batch.end().to_string()),
        ];
        let bytes = encode_with(path.as_ref(), words, &rows)?;
        let size = bytes.len();
        let store = self.table(kind).1;
        match store
            .put_opts(path, bytes.into(), PutMode::Create.into())
            .await
        {
            Ok(_) => Ok(Some(Written {
                end: batch.end(),
                size,
                rows,
            })),
            Err(object_store::Error::AlreadyExists { .. }) => {
                let found = match store.get(path).await {
                    Ok(found) => found.bytes().await?,
                    Err(object_store::Error::NotFound { .. }) => return Ok(None),
                    Err(error) => return Err(error.into()),
                };
                self.read(kind, batch.partition(), position, found)
                    .map(Some)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn read(
        &self,
        kind: TableKind,
        partition: Partition,
        first: u64,
        bytes: Bytes,
    ) -> Result<Written, Failed> {
        let footer = ArrowReaderMetadata::load(&bytes, Default::default())?;
        let pairs = footer.metadata().file_metadata().key_value_metadata();
        let value = |key: &str| {
            let pair = pairs?.iter().find(|pair| pair.key == key)?;
            pair.value.clone()
        };
        let rows = footer.metadata().file_metadata().num_rows().to_string();
        let sound = value("firn.partition") == Some(partition.to_string())
            && value("firn.first_offset") == Some(first.to_string())
            && value("firn.rows") == Some(rows);
        let end = value("firn.end_offset").and_then(|end| end.parse().ok());
        let end = end.filter(|_| sound).ok_or("not a file of this archive")?;
        let schema = Arc::clone(footer.schema());
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes.clone(), footer);
        let batches = reader.build()?.collect::<Result<Vec<_>, _>>()?;
        let rows = arrow::compute::concat_batches(&schema, &batches)?;
        Ok(Written {
            end,
            size: bytes.len(),
            rows: conform(&rows, &(self.columns)(kind))?,
        })
    }

    async fn register(
        &self,
        delta: &DeltaTable,
        partition: Partition,
        path: &Path,
        file: &Written,
    ) -> Result<(), DeltaTableError> {
        let app = partition.to_string();
        let add = Add {
            path: path.to_string(),
            partition_values: [("partition".to_owned(), Some(app.clone()))].into(),
            size: file.size as i64,
            modification_time: stats::latest_millis(&file.rows),
            data_change: true,
            stats: Some(stats::of(&file.rows)),
            ..Add::default()
        };
        let properties = CommitProperties::default()
            .with_application_transaction(Transaction::new(app, file.end as i64))
            .with_create_checkpoint(true)
            .with_cleanup_expired_logs(Some(false));
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: Some(vec!["partition".to_owned()]),
            predicate: None,
        };
        CommitBuilder::from(properties)
            .with_actions(vec![Action::Add(add)])
            .build(Some(delta.snapshot()?), delta.log_store(), operation)
            .await?;
        Ok(())
    }
}
