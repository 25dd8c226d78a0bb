//! One immutable Parquet file: a range of one partition.
//!
//! Enters: a batch of rows and the range of offsets it covers. Leaves: the file's bytes with the range in its footer, and
//! back the range and the rows. Never here: where the file goes, or whether it counts (the table's log says that).

use std::collections::HashSet;
use std::ops::Range;

use arrow::array::{Array, AsArray, RecordBatch};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::table::TableKind;
use crate::journal::Partition;

/// Footer key: the partition, `firn.events/3`.
const PARTITION_KEY: &str = "firn.partition";
/// Footer key: first offset the file covers.
const FIRST_KEY: &str = "firn.first_offset";
/// Footer key: one past the last offset the file covers.
const END_KEY: &str = "firn.end_offset";
/// Footer key: rows in the file.
const ROWS_KEY: &str = "firn.rows";
/// zstd level: beyond 3, twice the time saves 6 % of the bytes.
const ZSTD_LEVEL: i32 = 3;
/// Rows of a data page at most; a session's rows are adjacent, so small pages let a reader skip the rest.
const PAGE_ROWS: usize = 2_048;
/// Rows of a row group at most.
const GROUP_ROWS: usize = 65_536;
/// Wrong answers a Bloom filter may give.
const BLOOM_FALSE_POSITIVES: f64 = 0.01;
/// Columns auditors look one value up in.
const BLOOM_COLUMNS: [&str; 3] = ["session_id", "principal_subject", "statement_id"];
/// Columns no two rows of which are alike: a dictionary only costs.
const UNIQUE_COLUMNS: [&str; 4] = ["event_id", "event_hash", "body", "sha256"];

/// Why a file can not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Parquet refused it.
    #[error("archive file {path:?} can not be written or read: {source}")]
    Parquet {
        /// The file.
        path: String,
        /// Why.
        source: parquet::errors::ParquetError,
    },
    /// Arrow refused its rows.
    #[error("rows of archive file {path:?} can not be read: {source}")]
    Arrow {
        /// The file.
        path: String,
        /// Why.
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

/// The file of `rows`, which cover `range` of `partition`.
pub(super) fn encode(
    path: &str,
    partition: Partition,
    range: &Range<u64>,
    rows: &RecordBatch,
) -> Result<Vec<u8>, FileError> {
    let fault = |source| FileError::Parquet {
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let properties = properties(partition, range, rows).map_err(fault)?;
    let mut writer =
        ArrowWriter::try_new(&mut bytes, rows.schema(), Some(properties)).map_err(fault)?;
    writer.write(rows).map_err(fault)?;
    writer.close().map_err(fault)?;
    Ok(bytes)
}

fn properties(
    partition: Partition,
    range: &Range<u64>,
    rows: &RecordBatch,
) -> Result<WriterProperties, parquet::errors::ParquetError> {
    let footer = [
        (PARTITION_KEY, partition.to_string()),
        (FIRST_KEY, range.start.to_string()),
        (END_KEY, range.end.to_string()),
        (ROWS_KEY, rows.num_rows().to_string()),
    ];
    let footer = footer
        .into_iter()
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
}

impl Opened {
    /// Reads the footer of a file found under the name of `partition` and `first`.
    pub(super) fn new(
        path: &str,
        bytes: Bytes,
        partition: Partition,
        first: u64,
    ) -> Result<Self, FileError> {
        let footer = ArrowReaderMetadata::load(&bytes, Default::default()).map_err(|source| {
            FileError::Parquet {
                path: path.to_owned(),
                source,
            }
        })?;
        let foreign = |detail: &str| FileError::Foreign {
            path: path.to_owned(),
            detail: detail.to_owned(),
        };
        let value = |key: &str| {
            let pairs = footer.metadata().file_metadata().key_value_metadata()?;
            let pair = pairs.iter().find(|pair| pair.key == key)?;
            pair.value.clone()
        };
        let number = |key: &str| value(key)?.parse::<u64>().ok();
        if value(PARTITION_KEY) != Some(partition.to_string()) {
            return Err(foreign("its footer names another partition"));
        }
        if number(FIRST_KEY) != Some(first) {
            return Err(foreign("its footer names another first offset"));
        }
        let end = number(END_KEY)
            .filter(|end| *end > first)
            .ok_or_else(|| foreign("its footer has no end offset"))?;
        let rows = u64::try_from(footer.metadata().file_metadata().num_rows()).ok();
        if number(ROWS_KEY) != rows {
            return Err(foreign("its footer counts other rows than it holds"));
        }
        Ok(Self {
            path: path.to_owned(),
            bytes,
            footer,
            range: first..end,
        })
    }

    /// All rows, as one batch in the schema of `kind`.
    pub(super) fn rows(&self, kind: TableKind) -> Result<RecordBatch, FileError> {
        let arrow = |source| FileError::Arrow {
            path: self.path.clone(),
            source,
        };
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(
            self.bytes.clone(),
            self.footer.clone(),
        )
        .with_batch_size(GROUP_ROWS)
        .build()
        .map_err(|source| FileError::Parquet {
            path: self.path.clone(),
            source,
        })?;
        let batches = reader.collect::<Result<Vec<_>, _>>().map_err(arrow)?;
        let schema = self.footer.schema();
        let rows = arrow::compute::concat_batches(schema, &batches).map_err(arrow)?;
        super::rows::conform(&rows, &kind.schema()).map_err(|error| FileError::Foreign {
            path: self.path.clone(),
            detail: error.to_string(),
        })
    }

    /// Length of the file, bytes.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }
}
