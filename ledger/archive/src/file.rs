//! One immutable Parquet file: a range of one partition.
//!
//! Enters: a batch of rows and what it covers. Leaves: the file's bytes with that in its footer, and back what it says and
//! the rows, in format 2 or 1. Never here: where the file goes, or whether it counts (the table's log says that).

mod absent;
mod promise;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Fields, Int64Type};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::coverage::{self, Coverage, Name};
use super::sealed::{Claim, SEEN};
use super::table::TableKind;

pub(super) use promise::broken_promise;

/// Footer key: rows in the file.
const ROWS_KEY: &str = "firn.rows";
/// zstd level: beyond 3, twice the time saves 6 % of the bytes.
const ZSTD_LEVEL: i32 = 3;
/// Rows of a data page at most; a session's rows are adjacent, so small pages let a reader skip the rest.
const PAGE_ROWS: usize = 2_048;
/// Rows of a row group at most.
const GROUP_ROWS: usize = 65_536;
/// Rows unpacked at once where all are wanted: as many as a file has as a rule, which need not be joined then.
const WHOLE_ROWS: usize = 2 * GROUP_ROWS;
/// Rows unpacked before it is asked whether there is room for more.
const BATCH_ROWS: usize = 4_096;
/// Bytes a value takes in memory besides its own, about: where it ends, its levels, whether it is there.
const VALUE_BYTES: u64 = 8;
/// Wrong answers a Bloom filter may give.
const BLOOM_FALSE_POSITIVES: f64 = 0.01;
/// Columns auditors look one value up in.
const BLOOM_COLUMNS: [&str; 3] = ["session_id", "principal_subject", "statement_id"];
/// Columns hardly two rows of which are alike: a dictionary only costs.
const UNIQUE_COLUMNS: [&str; 8] = [
    "event_id",
    "time",
    "producer_seq",
    "part_previous_hash",
    "event_hash",
    "offset",
    "body",
    "sha256",
];

/// Why a file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Parquet refused it.
    #[error("archive file {path:?} cannot be written or read: {source}")]
    Parquet {
        /// The file.
        path: String,
        /// What the system or the library said.
        source: parquet::errors::ParquetError,
    },
    /// Arrow refused its rows.
    #[error("rows of archive file {path:?} cannot be read: {source}")]
    Arrow {
        /// The file.
        path: String,
        /// What the system or the library said.
        source: arrow::error::ArrowError,
    },
    /// It is no file of this archive.
    #[error(
        "file {path:?} is not what its name says: {detail}; move it away, something else wrote it"
    )]
    Foreign {
        /// The file.
        path: String,
        /// What is wrong.
        detail: String,
    },
}

/// The file of `rows`, which are what `coverage` says.
pub(super) fn encode(
    path: &str,
    coverage: &Coverage,
    rows: &RecordBatch,
) -> Result<Vec<u8>, FileError> {
    encode_with(path, coverage.words(), rows)
}

/// The file of `rows` with `words` in its footer.
pub(super) fn encode_with(
    path: &str,
    words: Vec<(&'static str, String)>,
    rows: &RecordBatch,
) -> Result<Vec<u8>, FileError> {
    let fault = |source| FileError::Parquet {
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let properties = properties(words, rows).map_err(fault)?;
    let mut writer =
        ArrowWriter::try_new(&mut bytes, rows.schema(), Some(properties)).map_err(fault)?;
    writer.write(rows).map_err(fault)?;
    writer.close().map_err(fault)?;
    Ok(bytes)
}

/// Columns of payloads that none of the rows has. A zstd context for each of them would be most of what writing or reading a small file costs,
/// and its frame longer than what it holds.
fn absent(rows: &RecordBatch) -> Result<Vec<ColumnPath>, parquet::errors::ParquetError> {
    let schema = rows.schema();
    let gone = |name: &str| {
        rows.column_by_name(name).is_some_and(|values| {
            values.data_type().is_nested() && values.null_count() == values.len()
        })
    };
    let columns = ArrowSchemaConverter::new().convert(&schema)?;
    let columns = columns.columns().iter().map(|column| column.path().clone());
    Ok(columns
        .filter(|path| path.parts().first().is_some_and(|root| gone(root)))
        .collect())
}

fn properties(
    words: Vec<(&'static str, String)>,
    rows: &RecordBatch,
) -> Result<WriterProperties, parquet::errors::ParquetError> {
    let rows_word = (ROWS_KEY, rows.num_rows().to_string());
    let footer = words.into_iter().chain([rows_word]);
    let footer = footer
        .map(|(key, value)| KeyValue::new(key.to_owned(), value))
        .collect();
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_key_value_metadata(Some(footer))
        .set_data_page_row_count_limit(PAGE_ROWS)
        // The writer looks at the limit above only between batches of this size.
        .set_write_batch_size(PAGE_ROWS)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        // Statistics of some 150 payload columns would be most of a small file; nothing prunes by them.
        .set_statistics_enabled(EnabledStatistics::None)
        .set_bloom_filter_position(parquet::file::properties::BloomFilterPosition::End);
    for field in rows.schema().fields() {
        let column = ColumnPath::from(field.name().as_str());
        if !field.data_type().is_nested() {
            properties =
                properties.set_column_statistics_enabled(column.clone(), EnabledStatistics::Page);
        }
        if UNIQUE_COLUMNS.contains(&field.name().as_str()) {
            properties = properties.set_column_dictionary_enabled(column.clone(), false);
        }
        if field.name() == "body" {
            // Its buffers are zstd already.
            properties = properties
                .set_column_compression(column.clone(), Compression::UNCOMPRESSED)
                .set_column_statistics_enabled(column, EnabledStatistics::None);
        }
    }
    for column in absent(rows)? {
        properties = properties.set_column_compression(column, Compression::UNCOMPRESSED);
    }
    if let Some((column, tokens)) = seen_tokens(rows) {
        properties = properties
            .set_column_bloom_filter_fpp(column.clone(), BLOOM_FALSE_POSITIVES)
            .set_column_bloom_filter_max_ndv(column, tokens);
    }
    for name in BLOOM_COLUMNS {
        if let Some(values) = rows.column_by_name(name) {
            let column = ColumnPath::from(name);
            properties = properties
                .set_column_bloom_filter_fpp(column.clone(), BLOOM_FALSE_POSITIVES)
                .set_column_bloom_filter_max_ndv(column, distinct(values.as_ref()));
        }
    }
    Ok(properties.build())
}

/// Where the tokens of sealed statements stand, and how many different ones there are; none where there are none.
fn seen_tokens(rows: &RecordBatch) -> Option<(ColumnPath, u64)> {
    let seen = rows.column_by_name(SEEN)?.as_list_opt::<i32>()?;
    let tokens = seen.values().as_struct_opt()?.column_by_name("token")?;
    let tokens = tokens.as_primitive_opt::<Int64Type>()?;
    let different = tokens.iter().flatten().collect::<HashSet<i64>>().len() as u64;
    let path = [SEEN, "list", "element", "token"].map(str::to_owned);
    (different > 0).then(|| (ColumnPath::from(path.to_vec()), different))
}

fn distinct(values: &dyn Array) -> u64 {
    let texts = values.as_string_opt::<i32>().map_or(0, |texts| {
        texts.iter().flatten().collect::<HashSet<&str>>().len()
    });
    (texts as u64).max(1)
}

/// A file's own word on what it holds.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    path: String,
    bytes: Bytes,
    footer: ArrowReaderMetadata,
    /// Offsets it covers.
    pub(super) range: Range<u64>,
    /// All it says it covers; none for a file of format 1.
    pub(super) coverage: Option<Coverage>,
}

impl Opened {
    /// Reads the footer of a file found under `name`.
    pub(super) fn new(path: &str, bytes: Bytes, name: &Name) -> Result<Self, FileError> {
        let footer = ArrowReaderMetadata::load(&bytes, Default::default()).map_err(|source| {
            FileError::Parquet {
                path: path.to_owned(),
                source,
            }
        })?;
        let foreign = |detail: &str| foreign(path, detail);
        let value = |key: &str| {
            let pairs = footer.metadata().file_metadata().key_value_metadata()?;
            let pair = pairs.iter().find(|pair| pair.key == key)?;
            pair.value.clone()
        };
        let said = |error: String| foreign(&format!("its footer is wrong: {error}"));
        let coverage = Coverage::read(value).map_err(said)?;
        let range = coverage::offsets(value).map_err(said)?;
        let claim = coverage.clone().unwrap_or(Coverage {
            partition: coverage::partition(value).map_err(said)?,
            offsets: range.clone(),
            generation: 0,
            leaves: None,
            erased: None,
        });
        if let Some(what) = name.contradiction(&claim) {
            return Err(foreign(&format!("its footer names {what}")));
        }
        let rows = u64::try_from(footer.metadata().file_metadata().num_rows()).ok();
        if value(ROWS_KEY).and_then(|rows| rows.parse().ok()) != rows {
            return Err(foreign("its footer counts other rows than it holds"));
        }
        Ok(Self {
            path: path.to_owned(),
            bytes,
            footer,
            range,
            coverage,
        })
    }

    /// Numbers of its leaves, as its footer has them.
    pub(super) fn leaves(&self) -> Option<Range<u64>> {
        self.coverage.as_ref()?.leaves.clone()
    }

    /// Says what is wrong with it.
    pub(super) fn foreign(&self, detail: &str) -> FileError {
        foreign(&self.path, detail)
    }

    /// All rows, as one batch in the schema of `kind`.
    pub(super) fn rows(&self, kind: TableKind) -> Result<RecordBatch, FileError> {
        let batches = self
            .batches(kind, WHOLE_ROWS)?
            .collect::<Result<Vec<_>, _>>();
        let batches = batches.map_err(|source| self.unread(source))?;
        self.joined(kind, &batches)
    }

    /// Bytes its rows take in memory, about, as its footer counts them: texts by their lengths, for a dictionary holds each of them once.
    pub(super) fn decoded_bytes(&self) -> u64 {
        let groups = self.footer.metadata().row_groups().iter();
        let columns = groups.flat_map(|group| group.columns());
        columns.fold(0, |bytes: u64, column| {
            let texts = column.unencoded_byte_array_data_bytes().unwrap_or(0);
            let values = texts.max(column.uncompressed_size());
            let [values, count] = [values, column.num_values()]
                .map(|number| u64::try_from(number).unwrap_or(u64::MAX));
            bytes
                .saturating_add(values)
                .saturating_add(count.saturating_mul(VALUE_BYTES))
        })
    }

    /// All rows, as [`Self::rows`] has them, if they take no more memory than `bytes`; none if they do, whatever the footer says.
    pub(super) fn rows_within(
        &self,
        kind: TableKind,
        bytes: u64,
    ) -> Result<Option<RecordBatch>, FileError> {
        if self.decoded_bytes() > bytes {
            return Ok(None);
        }
        let mut left = bytes;
        let mut batches = Vec::new();
        for batch in self.batches(kind, BATCH_ROWS)? {
            let batch = batch.map_err(|source| self.unread(source))?;
            let taken = batch.get_array_memory_size() as u64;
            let Some(rest) = left.checked_sub(taken) else {
                return Ok(None);
            };
            left = rest;
            batches.push(batch);
        }
        self.joined(kind, &batches).map(Some)
    }

    /// Hands its rows to `take`, so many at a time, in the schema of `kind` but for columns that are NULL in every row; none if they cannot
    /// be read, or `take` will not have them.
    pub(super) fn each(
        &self,
        kind: TableKind,
        rows: usize,
        mut take: impl FnMut(&RecordBatch) -> Option<()>,
    ) -> Option<()> {
        for batch in self.batches(kind, rows).ok()? {
            let batch = super::rows::conform_present(&batch.ok()?, &kind.schema()).ok()?;
            take(&batch)?;
        }
        Some(())
    }

    /// Without the columns that would be NULL in every row.
    fn batches(&self, kind: TableKind, rows: usize) -> Result<ParquetRecordBatchReader, FileError> {
        let present = absent::present(&self.bytes, &self.footer, &kind.schema());
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(
            self.bytes.clone(),
            self.footer.clone(),
        );
        let reader = reader.with_projection(present).with_batch_size(rows);
        let reader = reader.build();
        reader.map_err(|source| FileError::Parquet {
            path: self.path.clone(),
            source,
        })
    }

    fn joined(&self, kind: TableKind, batches: &[RecordBatch]) -> Result<RecordBatch, FileError> {
        let whole = || Arc::clone(self.footer.schema());
        let schema = batches.first().map_or_else(whole, RecordBatch::schema);
        let rows = arrow::compute::concat_batches(&schema, batches);
        let rows = rows.map_err(|source| self.unread(source))?;
        super::rows::conform(&rows, &kind.schema())
            .map_err(|error| self.foreign(&error.to_string()))
    }

    fn unread(&self, source: arrow::error::ArrowError) -> FileError {
        FileError::Arrow {
            path: self.path.clone(),
            source,
        }
    }

    /// It has no column or field that this release's table lacks.
    pub(super) fn is_known(&self, kind: TableKind) -> bool {
        knows(kind.schema().fields(), self.footer.schema().fields())
    }

    /// Length of the file, bytes.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }
}

/// Every field of `found` is among `ours`, whatever its layout.
fn knows(ours: &Fields, found: &Fields) -> bool {
    found.iter().all(|field| {
        let known = ours.iter().find(|known| known.name() == field.name());
        known.is_some_and(|known| below(known.data_type(), field.data_type()))
    })
}

fn below(ours: &DataType, found: &DataType) -> bool {
    match (ours, found) {
        (DataType::Struct(ours), DataType::Struct(found)) => knows(ours, found),
        (DataType::List(ours), DataType::List(found)) => below(ours.data_type(), found.data_type()),
        _ => true,
    }
}

/// What a sealed file says of itself, and its rows.
pub(super) fn decode_sealed(
    kind: TableKind,
    path: &str,
    bytes: Bytes,
) -> Result<(Claim, RecordBatch), FileError> {
    let parquet = |source| FileError::Parquet {
        path: path.to_owned(),
        source,
    };
    let arrow = |source| FileError::Arrow {
        path: path.to_owned(),
        source,
    };
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(parquet)?;
    let footer = builder
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .cloned();
    let value = |key: &str| {
        let pair = footer.as_ref()?.iter().find(|pair| pair.key == key)?;
        pair.value.clone()
    };
    let claim = Claim::read(value);
    let claim = claim.map_err(|what| foreign(path, &format!("its footer is wrong: {what}")))?;
    let schema = Arc::clone(builder.schema());
    let reader = builder
        .with_batch_size(GROUP_ROWS)
        .build()
        .map_err(parquet)?;
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(arrow)?;
    let rows = arrow::compute::concat_batches(&schema, &batches).map_err(arrow)?;
    let rows = super::rows::conform(&rows, &kind.schema());
    let rows = rows.map_err(|error| foreign(path, &error.to_string()))?;
    Ok((claim, rows))
}

fn foreign(path: &str, detail: &str) -> FileError {
    FileError::Foreign {
        path: path.to_owned(),
        detail: detail.to_owned(),
    }
}
