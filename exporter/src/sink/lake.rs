//! An object store in the layout of Amazon Security Lake: OCSF as Parquet.
//!
//! Enters: records in OCSF. Leaves: one object for each class and day of a batch, whole before it is acknowledged. Never here: an object that is
//! written twice with different rows: a batch that is sent again has the same names.
//!
//! The layout: Security Lake User Guide, "Collecting data from custom sources": one source a class of event,
//! `<source>/region=<region>/accountId=<account>/eventDay=<YYYYMMDD>/`, Parquet compressed with zstd, rows ordered by time, an object
//! every five minutes at most. A source's name has 20 characters at most, so it is the sink's word and the class's number.

mod columns;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use archive::{ArchiveConfig, LocationError};
use arrow::array::AsArray as _;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::DateTime;
use door::Secret;
use event::TimeNs;
use futures::TryStreamExt as _;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use parquet::arrow::ArrowWriter;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::WriterProperties;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::inventory::{Counted, Inventory};
use super::{Receipt, SendError, Sink, batch_id};
use crate::connection::BuildError;
use crate::limits;
use crate::plan::Record;

/// Longest name of a custom source (CreateCustomLogSource, `sourceName`).
const SOURCE_BYTES_MAX: usize = 20;
/// What a class adds to a source's name: a hyphen and four digits.
const CLASS_BYTES: usize = 5;
/// Rows that are put into columns at once: before that each is a tree, some times as large as its text.
const ROWS_AT_ONCE: usize = 1_024;

/// `to.lake`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LakeTarget {
    /// A folder, or `s3://bucket/prefix`; for Security Lake, `s3://aws-security-data-lake-…/ext`.
    pub url: String,
    /// For S3: `endpoint`, `region` and the like; what is not given comes from the `AWS_*` environment.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// The same, for values that are secret.
    #[serde(default)]
    pub secrets: BTreeMap<String, Secret>,
    /// What the names of the sources begin with.
    #[serde(default = "source")]
    pub source: String,
    /// `region=` of each object.
    pub region: String,
    /// `accountId=` of each object.
    pub account: String,
}

fn source() -> String {
    "firn".to_owned()
}

impl LakeTarget {
    /// What cannot work.
    pub fn check(&self) -> Result<(), BuildError> {
        let word = |text: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            !text.is_empty() && text.bytes().all(fits)
        };
        for (key, value) in [
            ("source", &self.source),
            ("region", &self.region),
            ("account", &self.account),
        ] {
            if !word(value) {
                return Err(BuildError::Client(format!(
                    "{key} {value:?} must be letters, digits, `-` and `_`: it is a part of each object's name"
                )));
            }
        }
        if self.source.len() + CLASS_BYTES > SOURCE_BYTES_MAX {
            return Err(BuildError::Client(format!(
                "source {:?} must have {} characters at most: the class is put after it, and Security Lake takes {SOURCE_BYTES_MAX}",
                self.source,
                SOURCE_BYTES_MAX - CLASS_BYTES
            )));
        }
        match self.options.keys().find(|key| key.contains("secret")) {
            Some(key) => Err(BuildError::Client(format!(
                "options.{key} is a secret: give its place under `secrets`"
            ))),
            None => Ok(()),
        }
    }
}

/// A place for objects.
pub struct Lake {
    store: Arc<dyn ObjectStore>,
    source: String,
    region: String,
    account: String,
}

impl Lake {
    /// The place `to` describes.
    pub fn new(to: &LakeTarget) -> Result<Self, BuildError> {
        to.check()?;
        let mut options = to.options.clone();
        for (name, secret) in &to.secrets {
            options.insert(name.clone(), secret.read()?.as_str().to_owned());
        }
        let place = ArchiveConfig {
            url: to.url.clone(),
            options,
            object_lock: None,
        };
        let wrong = |error: LocationError| BuildError::Place(error.to_string());
        Ok(Self {
            store: archive::place(&place).map_err(wrong)?,
            source: to.source.clone(),
            region: to.region.clone(),
            account: to.account.clone(),
        })
    }

    /// The folder of a class.
    fn class(&self, class: u32) -> Path {
        Path::from_iter([
            format!("{}-{class}", self.source),
            format!("region={}", self.region),
            format!("accountId={}", self.account),
        ])
    }

    /// Every class's folder that is there.
    async fn classes(&self) -> Result<Vec<Path>, SendError> {
        let found = self.store.list_with_delimiter(None).await.map_err(failed)?;
        let begin = format!("{}-", self.source);
        let numbers = found.common_prefixes.into_iter().filter_map(|prefix| {
            let name = prefix.filename()?.strip_prefix(&begin)?.parse().ok()?;
            Some(self.class(name))
        });
        Ok(numbers.collect())
    }

    /// How often each id is in an object of a day that `time` touches.
    async fn scan(&self, time: &Range<TimeNs>) -> Result<HashMap<String, u64>, SendError> {
        let days = day(time.start)..=day(TimeNs(time.end.0.saturating_sub(1)));
        let mut counted = HashMap::new();
        for class in self.classes().await? {
            let found = self.store.list_with_delimiter(Some(&class)).await;
            let within = |prefix: &Path| {
                let name = prefix
                    .filename()
                    .and_then(|name| name.strip_prefix("eventDay="));
                name.is_some_and(|name| days.contains(&name.to_owned()))
            };
            let prefixes = found.map_err(failed)?.common_prefixes;
            for prefix in prefixes.iter().filter(|prefix| within(prefix)) {
                let objects: Vec<_> = self
                    .store
                    .list(Some(prefix))
                    .try_collect()
                    .await
                    .map_err(failed)?;
                for object in objects {
                    let bytes = self.store.get(&object.location).await.map_err(failed)?;
                    let bytes = bytes.bytes().await.map_err(failed)?;
                    let unread = |error: ParquetError| {
                        SendError::later(format!("object {}: {error}", object.location))
                    };
                    ids(bytes, &mut counted).map_err(unread)?;
                }
            }
        }
        Ok(counted)
    }
}

fn failed(error: object_store::Error) -> SendError {
    SendError::later(error.to_string())
}

/// `YYYYMMDD` in UTC.
fn day(time: TimeNs) -> String {
    let time = DateTime::from_timestamp_nanos(time.0);
    time.format("%Y%m%d").to_string()
}

/// Counts `metadata.uid` of each row.
fn ids(bytes: Bytes, counted: &mut HashMap<String, u64>) -> Result<(), ParquetError> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes)?;
    let mask = ProjectionMask::columns(reader.parquet_schema(), ["metadata.uid"]);
    for batch in reader.with_projection(mask).build()? {
        let batch = batch?;
        let metadata = batch.column(0).as_struct();
        for uid in metadata.column(0).as_string::<i32>().iter().flatten() {
            *counted.entry(uid.to_owned()).or_default() += 1;
        }
    }
    Ok(())
}

/// One object of `events`, which are JSON, as Parquet; or what is wrong with one of them.
fn parquet(events: &[Bytes]) -> Result<Vec<u8>, String> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("firn ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_sorting_columns(Some(vec![SortingColumn {
            column_idx: 0,
            descending: false,
            nulls_first: false,
        }]))
        .build();
    let failed = |error: ParquetError| error.to_string();
    let writer = ArrowWriter::try_new(Vec::new(), columns::schema(), Some(properties));
    let mut writer = writer.map_err(failed)?;
    for some in events.chunks(ROWS_AT_ONCE) {
        let read = some.iter().map(|event| serde_json::from_slice(event));
        let read: Result<Vec<Map<String, Value>>, serde_json::Error> = read.collect();
        let rows = columns::rows(read.map_err(|error| error.to_string())?);
        let rows = rows.map_err(|error| error.to_string())?;
        writer.write(&rows).map_err(failed)?;
    }
    writer.into_inner().map_err(failed)
}

/// Whether it is an object in JSON; the tree of it is made where it is needed, for a few rows at a time.
fn is_object(bytes: &[u8]) -> Result<(), serde_json::Error> {
    serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(bytes).map(drop)
}

/// Records of one object, by class and day.
type Parts<'a> = BTreeMap<(u32, String), Vec<&'a Record>>;

#[async_trait]
impl Sink for Lake {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        let mut receipt = Receipt::default();
        let mut parts = Parts::new();
        for (index, record) in batch.iter().enumerate() {
            match is_object(&record.bytes) {
                Ok(()) => {
                    let part = parts.entry((record.class, day(record.time)));
                    part.or_default().push(record);
                }
                Err(error) => {
                    let why = format!("it is no JSON object: {error}");
                    receipt.refused.push((index, why));
                }
            }
        }
        for ((class, day), mut part) in parts {
            part.sort_by_key(|record| (record.time, record.position));
            let records: Vec<Record> = part.into_iter().cloned().collect();
            let name = batch_id(&records);
            let events: Vec<Bytes> = records.into_iter().map(|record| record.bytes).collect();
            // The next object is made while nothing waits for this one's compression.
            let made = tokio::task::spawn_blocking(move || parquet(&events));
            let made = made
                .await
                .map_err(|error| SendError::later(error.to_string()))?;
            let made = made.map_err(|why| SendError::Refused { why })?;
            let folder = self.class(class).join(format!("eventDay={day}"));
            let path = folder.join(format!("firn-{name}.parquet"));
            self.store.put(&path, made.into()).await.map_err(failed)?;
        }
        Ok(receipt)
    }

    async fn probe(&self) -> Result<String, SendError> {
        let path = Path::from(format!(".firn-{}", Uuid::new_v4()));
        self.store
            .put(&path, Bytes::from_static(b"firn").into())
            .await
            .map_err(failed)?;
        self.store.delete(&path).await.map_err(failed)?;
        let classes = self.classes().await?.len();
        Ok(format!("it can be written to, and has {classes} classes"))
    }

    fn request_bytes(&self) -> Option<usize> {
        Some(limits::BATCH_BYTES_MAX)
    }

    async fn inventory(
        &self,
        time: Range<TimeNs>,
    ) -> Result<Option<Box<dyn Inventory + '_>>, SendError> {
        let counted = self.scan(&time).await?;
        Ok(Some(Box::new(Counted(counted))))
    }
}
