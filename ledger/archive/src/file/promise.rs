//! What a file, and the log's entry of it, say of its rows so that readers pass over them: bounds, counts of NULLs, Bloom filters, places of pages.
//!
//! Enters: a file's bytes, the log's words. Leaves: the first word that hides a row from who asks for it, or shows it another row's values. Never
//! here: a fault in what only makes readers read more; bounds of lists or of named fields, by which nobody passes over anything.

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
use parquet::column::page::PageReader as _;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, PageIndexPolicy, RowGroupMetaData};
use parquet::file::page_index::offset_index::OffsetIndexMetaData;
use parquet::file::reader::SerializedPageReader;

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
            let misplaced = self.misplaced(group)?;
            if misplaced.is_some() {
                return Ok(misplaced);
            }
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

    /// The first column whose pages are not where its index says.
    fn misplaced(&self, number: usize) -> Result<Option<String>, ParquetError> {
        let places = self.footer.metadata().offset_index();
        let Some(places) = places.and_then(|places| places.get(number)) else {
            return Ok(None);
        };
        let group = self.group(number);
        for (column, places) in group.columns().iter().zip(places) {
            if !self.is_placed(group, column, places)? {
                let name = column.column_path().string();
                let what = "is not of its pages: who skips rows reads other rows' values";
                return Ok(Some(format!("the page index of column {name} {what}")));
            }
        }
        Ok(None)
    }

    fn is_placed(
        &self,
        group: &RowGroupMetaData,
        column: &ColumnChunkMetaData,
        places: &OffsetIndexMetaData,
    ) -> Result<bool, ParquetError> {
        let places = places.page_locations();
        // They lie side by side, from the first to the end of the column.
        let mut at = column.data_page_offset();
        for place in places {
            if place.offset != at {
                return Ok(false);
            }
            at = at.saturating_add(i64::from(place.compressed_page_size));
        }
        let (begin, length) = column.byte_range();
        if u64::try_from(at).ok() != begin.checked_add(length) {
            return Ok(false);
        }
        let rows = usize::try_from(group.num_rows()).unwrap_or(0);
        let bytes = Arc::new(self.bytes.clone());
        let mut pages = SerializedPageReader::new(bytes, column, rows, None)?;
        // How many rows a page of lists has, only its levels say.
        let is_counted = column.column_descr().max_rep_level() == 0;
        let (mut begins, mut said) = (0_usize, places.iter());
        while let Some(page) = pages.peek_next_page()? {
            pages.skip_next_page()?;
            if page.is_dict {
                continue;
            }
            let Some(place) = said.next() else {
                return Ok(false);
            };
            if is_counted && usize::try_from(place.first_row_index) != Ok(begins) {
                return Ok(false);
            }
            begins = begins.saturating_add(page.num_rows.or(page.num_levels).unwrap_or(0));
        }
        Ok(said.next().is_none() && (!is_counted || begins == rows))
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
        if log.empty.contains(&self.name) && self.values.null_count() < self.values.len() {
            return Ok(self.hides("what the table log says of NULLs"));
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

#[cfg(test)]
mod tests {
    use arrow::array::Int64Array;

    use super::*;
    use crate::file::encode_with;

    /// A file of several pages, in columns of equal values.
    fn file() -> Bytes {
        let values: ArrayRef = Arc::new(Int64Array::from_iter_values(0..5_000));
        let columns = ["a", "b", "c", "d", "e", "f"].map(|name| (name, Arc::clone(&values)));
        let rows = RecordBatch::try_from_iter(columns).unwrap();
        encode_with("rows", Vec::new(), &rows).unwrap().into()
    }

    #[test]
    fn pages_that_are_elsewhere_than_an_index_says_are_found() {
        let honest = file();
        assert_eq!(broken_promise(&honest, &Stats::default()), None);
        let footer = ArrowReaderMetadata::load(&honest, ArrowReaderOptions::new()).unwrap();
        let places: Vec<_> = footer
            .metadata()
            .row_group(0)
            .columns()
            .iter()
            .map(|column| {
                let begin = usize::try_from(column.offset_index_offset().unwrap()).unwrap();
                let length = usize::try_from(column.offset_index_length().unwrap()).unwrap();
                begin..begin + length
            })
            .collect();
        // One column's index in place of another's, of equal length.
        let swapped = places.windows(2).find(|two| two[0].len() == two[1].len());
        let swapped = swapped.unwrap();
        let mut altered = honest.to_vec();
        altered.copy_within(swapped[0].clone(), swapped[1].start);
        let found = broken_promise(&altered.into(), &Stats::default()).unwrap();
        assert!(found.contains("is not of its pages"), "{found}");
    }

    #[test]
    fn bounds_of_a_log_that_hide_rows_are_found_and_wider_ones_are_not() {
        let said = |low: i64, high: i64| Stats {
            bounds: vec![("c", ScalarValue::from(low), ScalarValue::from(high))],
            ..Stats::default()
        };
        for (low, high, holds) in [
            (0, 4_999, true),
            (-9, 9_999, true),
            (1, 4_999, false),
            (0, 4_998, false),
        ] {
            let found = broken_promise(&file(), &said(low, high));
            assert_eq!(found.is_none(), holds, "{low} to {high}: {found:?}");
        }
    }

    #[test]
    fn a_log_that_says_no_row_has_a_value_is_found() {
        let said = Stats {
            empty: vec!["c"],
            ..Stats::default()
        };
        let found = broken_promise(&file(), &said).unwrap();
        assert!(found.contains("the table log says of NULLs"), "{found}");
    }
}
