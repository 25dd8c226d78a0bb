//! What a file, and the log's entry of it, say of its rows so that readers pass over them: bounds, counts of NULLs, Bloom filters.
//!
//! Enters: a file's bytes, the log's words. Leaves: the first word that hides a row from who asks for it. Never here: a fault in what only makes
//! readers read more; a column of lists or of named fields, by whose bounds nobody passes over anything, but for the tokens of values.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Datum, RecordBatch, Scalar};
use arrow::compute::kernels::cmp::{gt, lt};
use arrow::datatypes::{Int64Type, Schema};
use arrow::error::ArrowError;
use bytes::Bytes;
use datafusion::common::ScalarValue;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::bloom_filter::Sbbf;
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, RowGroupMetaData};

use super::Opened;
use crate::sealed::SEEN;
use crate::stats::Stats;

/// The field of a statement's values that has a filter.
const TOKEN: &str = "token";
/// Large, and without words.
const BODY: &str = "body";

impl Opened {
    /// The first of its words, or of the log's, that hides a row.
    pub(crate) fn broken_promise(&self, log: &Stats) -> Option<String> {
        broken_promise(&self.bytes, log)
    }
}

/// The first word of a file of these bytes, or of the log's, that hides a row.
pub(crate) fn broken_promise(bytes: &Bytes, log: &Stats) -> Option<String> {
    let broken = File::open(bytes).and_then(|file| file.broken(log));
    broken.unwrap_or_else(|error| {
        Some(format!(
            "what it says of its rows cannot be read, so they may be hidden: {error}"
        ))
    })
}

struct File {
    bytes: Bytes,
    footer: ArrowReaderMetadata,
}

/// One column of one row group: its values, and where its words stand.
struct Held<'a> {
    file: &'a File,
    group: usize,
    name: &'a str,
    values: &'a ArrayRef,
}

type Compare = fn(&dyn Datum, &dyn Datum) -> Result<BooleanArray, ArrowError>;

/// Whether one of `values` is beyond the entry `at` of `bounds`, if it says anything.
fn beyond(
    values: &ArrayRef,
    bounds: &ArrayRef,
    at: usize,
    than: Compare,
) -> Result<bool, ArrowError> {
    if at >= bounds.len() || bounds.is_null(at) || bounds.data_type() != values.data_type() {
        return Ok(false);
    }
    let bound = Scalar::new(bounds.slice(at, 1));
    Ok(than(values, &bound)?.true_count() > 0)
}

/// Whether one of `values` is below the entry `at` of `least` or above that of `greatest`.
fn outside(
    values: &ArrayRef,
    (least, greatest): (&ArrayRef, &ArrayRef),
    at: usize,
) -> Result<bool, ArrowError> {
    Ok(beyond(values, least, at, lt)? || beyond(values, greatest, at, gt)?)
}

fn array(value: &ScalarValue) -> Result<ArrayRef, ParquetError> {
    let array = value.to_array();
    array.map_err(|error| ParquetError::External(Box::new(error)))
}

impl File {
    fn open(bytes: &Bytes) -> Result<Self, ParquetError> {
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        Ok(Self {
            footer: ArrowReaderMetadata::load(bytes, options)?,
            bytes: bytes.clone(),
        })
    }

    fn group(&self, group: usize) -> &RowGroupMetaData {
        self.footer.metadata().row_group(group)
    }

    fn broken(&self, log: &Stats) -> Result<Option<String>, ParquetError> {
        for group in 0..self.footer.metadata().num_row_groups() {
            let rows = self.rows(group)?;
            let schema = rows.schema();
            for (field, values) in schema.fields().iter().zip(rows.columns()) {
                let held = Held {
                    file: self,
                    group,
                    name: field.name(),
                    values,
                };
                let broken = match held.name {
                    SEEN => held.tokens()?,
                    _ => held.broken(log)?,
                };
                if broken.is_some() {
                    return Ok(broken);
                }
            }
        }
        Ok(None)
    }

    /// The columns that words are said of, as they stand in the file: nothing of it is found by its indexes.
    fn rows(&self, group: usize) -> Result<RecordBatch, ParquetError> {
        let plain = ArrowReaderMetadata::load(&self.bytes, ArrowReaderOptions::new())?;
        let fields = plain.schema().fields().iter().enumerate();
        let said = fields
            .filter(|(_, field)| !field.data_type().is_nested() || field.name() == SEEN)
            .filter(|(_, field)| field.name() != BODY)
            .map(|(number, _)| number);
        let said = ProjectionMask::roots(plain.parquet_schema(), said);
        let rows = usize::try_from(self.group(group).num_rows()).unwrap_or(0);
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(self.bytes.clone(), plain);
        let reader = reader
            .with_projection(said)
            .with_row_groups(vec![group])
            .with_batch_size(rows.max(1))
            .build()?;
        let batches = reader.collect::<Result<Vec<_>, _>>()?;
        let schema = match batches.first() {
            Some(first) => first.schema(),
            None => Arc::new(Schema::empty()),
        };
        Ok(arrow::compute::concat_batches(&schema, &batches)?)
    }

    /// A column's Bloom filter, if it has one.
    fn filter(&self, group: usize, column: usize) -> Result<Option<Sbbf>, ParquetError> {
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(
            self.bytes.clone(),
            self.footer.clone(),
        );
        builder.get_row_group_column_bloom_filter(group, column)
    }
}

impl Held<'_> {
    fn hides(&self, what: &str) -> Option<String> {
        Some(format!(
            "{what} of column {} hides rows that it has",
            self.name
        ))
    }

    fn broken(&self, log: &Stats) -> Result<Option<String>, ParquetError> {
        for (_, low, high) in log.bounds.iter().filter(|(name, ..)| *name == self.name) {
            let (low, high) = (array(low)?, array(high)?);
            if outside(self.values, (&low, &high), 0)? {
                return Ok(self.hides("what the table log says of the bounds"));
            }
        }
        let footer = &self.file.footer;
        let words =
            StatisticsConverter::try_new(self.name, footer.schema(), footer.parquet_schema())?;
        let Some(column) = words.parquet_column_index() else {
            return Ok(None);
        };
        let group = [self.file.group(self.group)];
        let bounds = (words.row_group_mins(group)?, words.row_group_maxes(group)?);
        let nulls = group.map(|group| group.column(column).statistics());
        let nulls = nulls.map(|said| said.and_then(|said| said.null_count_opt()));
        let counted = self.values.null_count() as u64;
        if outside(self.values, (&bounds.0, &bounds.1), 0)?
            || nulls.iter().flatten().any(|said| *said != counted)
        {
            return Ok(self.hides("what the footer says of a row group"));
        }
        if self.pages(&words, column)? {
            return Ok(self.hides("the page index"));
        }
        self.filtered(column)
    }

    /// Whether the words of a page are not those of its rows.
    fn pages(&self, words: &StatisticsConverter<'_>, column: usize) -> Result<bool, ParquetError> {
        let metadata = self.file.footer.metadata();
        let (Some(said), Some(places)) = (metadata.column_index(), metadata.offset_index()) else {
            return Ok(false);
        };
        let of_column = said.get(self.group).is_some_and(|said| said.len() > column);
        let places_of = places.get(self.group).and_then(|places| places.get(column));
        let Some(pages) = places_of.filter(|_| of_column) else {
            return Ok(false);
        };
        let begins = pages.page_locations().iter();
        let mut begins: Vec<usize> = begins
            .map(|page| usize::try_from(page.first_row_index).unwrap_or(usize::MAX))
            .collect();
        begins.push(self.values.len());
        // Pages follow one another from the first row to the last.
        if begins.first() != Some(&0) || !begins.is_sorted() {
            return Ok(true);
        }
        let group = [self.group];
        let least = words.data_page_mins(said, places, &group)?;
        let greatest = words.data_page_maxes(said, places, &group)?;
        let nulls = words.data_page_null_counts(said, places, &group)?;
        for (at, rows) in begins.windows(2).enumerate() {
            let &[begin, end] = rows else { continue };
            let values = self.values.slice(begin, end - begin);
            let counted = values.null_count() as u64;
            let other = at < nulls.len() && nulls.is_valid(at) && nulls.value(at) != counted;
            if other || outside(&values, (&least, &greatest), at)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a Bloom filter lacks one of the values.
    fn filtered(&self, column: usize) -> Result<Option<String>, ParquetError> {
        let Some(texts) = self.values.as_string_opt::<i32>() else {
            return Ok(None);
        };
        let Some(filter) = self.file.filter(self.group, column)? else {
            return Ok(None);
        };
        let mut before = None;
        for text in texts.iter().flatten() {
            // A session's rows stand together.
            if before != Some(text) && !filter.check(text) {
                return Ok(self.hides("the Bloom filter"));
            }
            before = Some(text);
        }
        Ok(None)
    }

    /// Whether the filter over the tokens of values lacks one, or is not there: who looks for a value reads no row of such a file.
    fn tokens(&self) -> Result<Option<String>, ParquetError> {
        let items = self.values.as_list_opt::<i32>();
        let items = items.and_then(|lists| lists.values().as_struct_opt().cloned());
        let tokens = items.and_then(|items| items.column_by_name(TOKEN).cloned());
        let Some(tokens) = tokens.filter(|tokens| tokens.null_count() < tokens.len()) else {
            return Ok(None);
        };
        let columns = self.file.footer.parquet_schema().columns().iter();
        let column = columns.enumerate().find(|(_, column)| {
            let parts = column.path().parts();
            parts.first().is_some_and(|root| root == SEEN)
                && parts.last().is_some_and(|leaf| leaf == TOKEN)
        });
        let filter = match column {
            Some((column, _)) => self.file.filter(self.group, column)?,
            None => None,
        };
        let tokens = tokens.as_primitive_opt::<Int64Type>();
        let has = |token: i64| filter.as_ref().is_some_and(|filter| filter.check(&token));
        let whole = tokens.is_some_and(|tokens| tokens.iter().flatten().all(has));
        Ok(if whole {
            None
        } else {
            self.hides("the Bloom filter")
        })
    }
}
