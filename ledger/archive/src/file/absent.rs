//! Payload columns that no row of a file has, told without unpacking them: most of some two hundred columns in most files.
//!
//! Enters: a file's bytes and footer. Leaves: the columns that are worth unpacking. Never here: belief in a footer or in statistics, which may
//! hide a value: the levels of every page are looked at, and say of each row that its payload is of another kind. A column of which this
//! is not plain, or that is written otherwise than firn writes it, is unpacked.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageReader as _};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::SerializedPageReader;

/// The columns but for those that are NULL in every row; `table` has the file's columns, or those that count.
pub(super) fn present(
    bytes: &Bytes,
    footer: &ArrowReaderMetadata,
    table: &Schema,
) -> ProjectionMask {
    let schema = footer.parquet_schema();
    let roots = schema.root_schema().get_fields();
    let fields = footer.schema().fields();
    if fields.len() != roots.len() {
        return ProjectionMask::all();
    }
    let mut leaves: Vec<Vec<usize>> = vec![Vec::new(); roots.len()];
    for leaf in 0..schema.num_columns() {
        if let Some(leaves) = leaves.get_mut(schema.get_column_root_idx(leaf)) {
            leaves.push(leaf);
        }
    }
    let bytes = Arc::new(bytes.clone());
    let groups = footer.metadata().row_groups();
    let is_absent = |leaf: &usize| groups.iter().all(|group| is_null(&bytes, group, *leaf));
    let columns = fields.iter().zip(roots).zip(&leaves).enumerate();
    let present = columns.filter(|(_, ((field, root), leaves))| {
        let may_be_absent = root.is_optional() && may_lack(field, table) && !leaves.is_empty();
        !(may_be_absent && leaves.iter().all(is_absent))
    });
    let present: Vec<usize> = present.map(|(number, _)| number).collect();
    ProjectionMask::roots(schema, present)
}

/// A column of NULLs stands for one that is not there.
fn may_lack(found: &Field, table: &Schema) -> bool {
    let is_payload = matches!(found.data_type(), DataType::Struct(_));
    let known = table.field_with_name(found.name());
    is_payload
        && known.is_ok_and(|ours| ours.is_nullable() && fits(found.data_type(), ours.data_type()))
}

/// Whether values of `found` are taken as they are where `ours` are wanted.
fn fits(found: &DataType, ours: &DataType) -> bool {
    match (found, ours) {
        (DataType::Struct(found), DataType::Struct(ours)) => found.iter().all(|field| {
            let known = ours.iter().find(|known| known.name() == field.name());
            known.is_some_and(|known| fits(field.data_type(), known.data_type()))
        }),
        (DataType::List(found), DataType::List(ours)) => fits(found.data_type(), ours.data_type()),
        (found, ours) => found == ours,
    }
}

/// Whether a leaf says of every row that its root is NULL.
fn is_null(bytes: &Arc<Bytes>, group: &RowGroupMetaData, leaf: usize) -> bool {
    let Some(column) = group.columns().get(leaf) else {
        return false;
    };
    // Such columns are written so; to look into others costs what unpacking them does.
    column.compression() == Compression::UNCOMPRESSED
        && all_null(bytes, group, column).unwrap_or(false)
}

fn all_null(
    bytes: &Arc<Bytes>,
    group: &RowGroupMetaData,
    column: &ColumnChunkMetaData,
) -> Result<bool, ParquetError> {
    let Ok(rows) = usize::try_from(group.num_rows()) else {
        return Ok(false);
    };
    let descriptor = column.column_descr();
    let (deepest, repeated) = (descriptor.max_def_level(), descriptor.max_rep_level());
    let mut pages = SerializedPageReader::new(Arc::clone(bytes), column, rows, None)?;
    let (mut seen, mut has_dictionary) = (0_usize, false);
    while let Some(page) = pages.get_next_page()? {
        let (levels, count) = match &page {
            Page::DictionaryPage { num_values: 0, .. } => {
                has_dictionary = true;
                continue;
            }
            Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding: Encoding::RLE,
                rep_level_encoding,
                ..
            } if (repeated == 0 || *rep_level_encoding == Encoding::RLE)
                && (*encoding == Encoding::PLAIN
                    || *encoding == Encoding::RLE_DICTIONARY && has_dictionary) =>
            {
                (buf.as_ref(), *num_values)
            }
            _ => return Ok(false),
        };
        let levels = match repeated {
            0 => Some(levels),
            _ => past_zeros(levels, repeated, count),
        };
        if levels
            .and_then(|levels| past_zeros(levels, deepest, count))
            .is_none()
        {
            return Ok(false);
        }
        seen = seen.saturating_add(usize::try_from(count)?);
    }
    Ok(seen == rows)
}

/// What follows so many levels, which are all zero; none if one is not, or if they are fewer.
fn past_zeros(levels: &[u8], highest: i16, count: u32) -> Option<&[u8]> {
    let bits = usize::try_from(i16::BITS - highest.leading_zeros()).ok()?;
    let (length, rest) = levels.split_first_chunk::<4>()?;
    let length = usize::try_from(i32::from_le_bytes(*length)).ok()?;
    let (mut runs, rest) = rest.split_at_checked(length)?;
    let mut seen = 0_usize;
    while seen < usize::try_from(count).ok()? {
        let run = number(&mut runs)?;
        let length = usize::try_from(run >> 1).ok()?;
        // A run of one level, or groups of eight packed ones.
        let (values, taken) = match run & 1 {
            0 => (length, bits.div_ceil(8)),
            _ => (length.checked_mul(8)?, length.checked_mul(bits)?),
        };
        let (zeros, behind) = runs.split_at_checked(taken)?;
        if zeros.iter().any(|byte| *byte != 0) {
            return None;
        }
        runs = behind;
        seen = seen.checked_add(values)?;
    }
    Some(rest)
}

/// The number that `bytes` begin with, seven bits a byte.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in [0, 7, 14, 21, 28] {
        let (byte, rest) = bytes.split_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        let ends = byte & 0x80 == 0;
        *bytes = rest;
        if ends {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests;
