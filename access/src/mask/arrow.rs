//! Arrow batches.
//!
//! Enters: a batch as upstream sent it. Leaves: a batch of the same shape, changed columns built anew, so that no raw byte stays
//! under a NULL. Never here: a change of type.

use std::sync::Arc;

use ::arrow::array::{
    AnyDictionaryArray, Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Date32Array,
    Decimal128Array, Float64Array, GenericStringArray, GenericStringBuilder, Int32Builder,
    Int64Builder, LargeBinaryArray, OffsetSizeTrait, PrimitiveArray, RecordBatch,
    RecordBatchOptions, StringArray, StructArray, new_null_array,
};
use ::arrow::buffer::{BooleanBuffer, NullBuffer};
use ::arrow::compute::interleave;
use ::arrow::datatypes::{
    ArrowPrimitiveType, DataType, Field, FieldRef, Fields, Int8Type, Int16Type, Int32Type,
    Int64Type, Schema,
};
use ::arrow::error::ArrowError;
use event::Digest;

use super::MaskError;
use super::ahead;
use super::column::ColumnMask;
use super::digest::RowDigest;
use super::family::Family;
use super::nested::{is_nested, is_unread, write_json};
use super::reader::{Reader, nanos_per_unit};
use super::result::sample;
use crate::operators::Value;

/// What becomes of each row: none if it stays, else its new value or NULL.
type Changes = Vec<Option<Option<Value<'static>>>>;

/// Masks a batch and digests what it became.
pub(super) fn mask(
    columns: &mut [ColumnMask],
    batch: &RecordBatch,
) -> Result<(RecordBatch, Digest), MaskError> {
    if batch.num_columns() != columns.len() {
        return Err(MaskError::Columns {
            got: batch.num_columns(),
            want: columns.len(),
        });
    }
    let schema = batch.schema();
    let mut fields = Vec::with_capacity(columns.len());
    let mut arrays = Vec::with_capacity(columns.len());
    for ((column, array), field) in columns.iter_mut().zip(batch.columns()).zip(schema.fields()) {
        vote(column, array);
        let masked = mask_array(column, array)?;
        fields.push(fitting(field, &masked));
        arrays.push(masked);
    }
    let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let batch = RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)?;
    let digest = digest(columns, &batch);
    Ok((batch, digest))
}

/// The field, made nullable where the masked column has NULLs it did not allow, at any depth; metadata stays.
fn fitting(field: &FieldRef, array: &ArrayRef) -> FieldRef {
    let nullable = field.is_nullable() || array.null_count() > 0;
    if nullable == field.is_nullable() && field.data_type() == array.data_type() {
        return Arc::clone(field);
    }
    Arc::new(
        field
            .as_ref()
            .clone()
            .with_nullable(nullable)
            .with_data_type(array.data_type().clone()),
    )
}

/// Lets the column's cells vote before any of them is masked.
fn vote(column: &mut ColumnMask, array: &ArrayRef) {
    if !column.votes() {
        return;
    }
    let family = column.family;
    let dictionary = array.as_any_dictionary_opt();
    let values = dictionary.map_or(array, |dictionary| dictionary.values());
    let keys = dictionary.map(places);
    let reader = Reader::new(values.as_ref(), family);
    let mut document = String::new();
    for row in sample(array.len()).filter(|row| array.is_valid(*row)) {
        let place = keys
            .as_ref()
            .map_or(Some(row), |keys| keys.get(row).copied());
        let Some(place) = place.filter(|place| values.is_valid(*place)) else {
            continue;
        };
        if is_nested(values.data_type()) {
            document.clear();
            write_json(values.as_ref(), place, &mut document);
            column.observe(&Value::Semi(document.as_str().into()));
        } else {
            column.observe(&reader.value(place, family));
        }
    }
    column.settle();
}

/// Each row's place among the dictionary's values.
fn places(dictionary: &dyn AnyDictionaryArray) -> Vec<usize> {
    // `normalized_keys` panics where every row is NULL and there is no value at all.
    if dictionary.values().is_empty() {
        return vec![0; dictionary.len()];
    }
    dictionary.normalized_keys()
}

fn mask_array(column: &mut ColumnMask, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if column.detects() && is_unread(array.data_type()) {
        column.withhold((array.len() - array.null_count()) as u64);
        return Ok(new_null_array(array.data_type(), array.len()));
    }
    if let Some(form) = column.one_form() {
        column.formed(array.len() as u64);
        return uniform(array.data_type(), &form, array.len());
    }
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        let mut times = vec![0_u64; dictionary.values().len()];
        for (row, key) in places(dictionary).into_iter().enumerate() {
            if let Some(count) = times.get_mut(key).filter(|_| array.is_valid(row)) {
                *count += 1;
            }
        }
        let values = dictionary.values();
        let changes = decide(column, values, |row| times.get(row).copied().unwrap_or(0));
        return Ok(match changes {
            Some(changes) => dictionary.with_values(rebuild(column.family, values, changes)?),
            None => Arc::clone(array),
        });
    }
    if is_nested(array.data_type())
        && column.detects()
        && matches!(Reader::new(array.as_ref(), column.family), Reader::Opaque)
    {
        return column.mask_nested(array);
    }
    match decide(column, array, |_| 1) {
        Some(changes) => rebuild(column.family, array, changes),
        None => Ok(Arc::clone(array)),
    }
}

/// The same text in every row, NULL in none; NULL in all where the type holds no text.
fn uniform(data_type: &DataType, form: &str, rows: usize) -> Result<ArrayRef, ArrowError> {
    let text: ArrayRef = Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
        form, rows,
    )));
    let textual = match data_type {
        DataType::Dictionary(_, values) => values.as_ref(),
        other => other,
    };
    if matches!(textual, DataType::Utf8 | DataType::LargeUtf8) {
        ::arrow::compute::cast(&text, data_type)
    } else {
        Ok(new_null_array(data_type, rows))
    }
}

/// What becomes of each cell; none if all stay. A value that stands nowhere (a dictionary's) is masked and not counted.
fn decide(
    column: &mut ColumnMask,
    array: &ArrayRef,
    times: impl Fn(usize) -> u64,
) -> Option<Changes> {
    let family = column.family;
    let reader = Reader::new(array.as_ref(), family);
    let unseen = matches!(
        reader,
        Reader::Boolean(_)
            | Reader::Date(_)
            | Reader::Binary(_)
            | Reader::LargeBinary(_)
            | Reader::Stamp { .. }
    ) || (matches!(reader, Reader::Integer(_)) && !matches!(family, Family::Fixed(_)));
    if unseen && column.unvoted() {
        return None;
    }
    let stays_below = column.stays_below();
    let detectors = column.looked_at_by();
    let found = detectors.and_then(|detectors| ahead::find(array.as_ref(), detectors));
    let nulls = array.nulls();
    let mut changes: Option<Changes> = None;
    for row in 0..array.len() {
        if nulls.is_some_and(|nulls| nulls.is_null(row)) {
            continue;
        }
        if let Reader::Integer(integers) = &reader
            && integers.get(row).unsigned_abs() < stays_below
        {
            continue;
        }
        let found = found.as_ref().and_then(|found| found.get(row));
        let found = found.map(Vec::as_slice);
        if let Some(change) = column.apply_found(&reader.value(row, family), times(row), found) {
            let changes = changes.get_or_insert_with(|| vec![None; array.len()]);
            if let Some(slot) = changes.get_mut(row) {
                *slot = Some(change);
            }
        }
    }
    changes
}

/// The array with its changes: the same type, zeroed under every NULL.
fn rebuild(family: Family, array: &ArrayRef, changes: Changes) -> Result<ArrayRef, ArrowError> {
    if matches!(
        Reader::new(array.as_ref(), family),
        Reader::Opaque | Reader::Decfloat { .. }
    ) {
        // What stands under a NULL does not stay either.
        let kept = changes.iter().enumerate();
        let kept: Vec<bool> = kept
            .map(|(row, change)| change.is_none() && array.is_valid(row))
            .collect();
        return nulled(array, &kept);
    }
    match array.data_type() {
        DataType::Utf8 => return Ok(texts(array.as_string::<i32>(), changes)),
        DataType::LargeUtf8 => return Ok(texts(array.as_string::<i64>(), changes)),
        _ => {}
    }
    let reader = Reader::new(array.as_ref(), family);
    let cells = changes
        .into_iter()
        .enumerate()
        .map(|(row, change)| match change {
            Some(change) => change,
            None if array.is_null(row) => None,
            None => Some(owned(reader.value(row, family))),
        });
    let unit = nanos_per_unit(family);
    Ok(match array.data_type() {
        DataType::Int8 if scaled(family) => integers::<Int8Type>(cells, unit),
        DataType::Int16 if scaled(family) => integers::<Int16Type>(cells, unit),
        DataType::Int32 if scaled(family) => integers::<Int32Type>(cells, unit),
        DataType::Int64 if scaled(family) => integers::<Int64Type>(cells, unit),
        DataType::Decimal128(precision, scale) if scaled(family) => {
            let array: Decimal128Array = cells.map(|cell| integer_of(cell, unit)).collect();
            Arc::new(array.with_precision_and_scale(*precision, *scale)?)
        }
        DataType::Float64 => Arc::new(cells.map(real_of).collect::<Float64Array>()),
        DataType::Boolean => Arc::new(cells.map(truth_of).collect::<BooleanArray>()),
        DataType::Binary => Arc::new(cells.map(bytes_of).collect::<BinaryArray>()),
        DataType::LargeBinary => Arc::new(cells.map(bytes_of).collect::<LargeBinaryArray>()),
        DataType::Date32 => Arc::new(cells.map(days_of).collect::<Date32Array>()),
        DataType::Struct(fields) if matches!(reader, Reader::Stamp { .. }) => {
            stamps(fields, unit, cells)
        }
        // Every other type is opaque to the reader.
        other => new_null_array(other, array.len()),
    })
}

fn scaled(family: Family) -> bool {
    matches!(
        family,
        Family::Fixed(_) | Family::Time(_) | Family::Timestamp(_)
    )
}

fn owned(value: Value<'_>) -> Value<'static> {
    match value {
        Value::Text(text) => Value::Text(text.into_owned().into()),
        Value::Semi(text) => Value::Semi(text.into_owned().into()),
        Value::Binary(bytes) => Value::Binary(bytes.into_owned().into()),
        Value::Fixed(number) => Value::Fixed(number),
        Value::Real(real) => Value::Real(real),
        Value::Boolean(truth) => Value::Boolean(truth),
        Value::Date(days) => Value::Date(days),
        Value::Time(nanos) => Value::Time(nanos),
        Value::Timestamp(nanos, offset) => Value::Timestamp(nanos, offset),
        Value::Decfloat(text) => Value::Decfloat(text.into_owned().into()),
        Value::Opaque => Value::Opaque,
    }
}

fn texts<O: OffsetSizeTrait>(array: &GenericStringArray<O>, changes: Changes) -> ArrayRef {
    let mut builder =
        GenericStringBuilder::<O>::with_capacity(array.len(), array.value_data().len());
    for (cell, change) in array.iter().zip(changes) {
        match change {
            None => builder.append_option(cell),
            Some(Some(Value::Text(text) | Value::Semi(text))) => builder.append_value(text),
            Some(_) => builder.append_null(),
        }
    }
    Arc::new(builder.finish())
}

fn real_of(cell: Option<Value<'static>>) -> Option<f64> {
    match cell? {
        Value::Real(real) => Some(real),
        _ => None,
    }
}

fn truth_of(cell: Option<Value<'static>>) -> Option<bool> {
    match cell? {
        Value::Boolean(truth) => Some(truth),
        _ => None,
    }
}

fn days_of(cell: Option<Value<'static>>) -> Option<i32> {
    match cell? {
        Value::Date(days) => Some(days),
        _ => None,
    }
}

fn bytes_of(cell: Option<Value<'static>>) -> Option<Vec<u8>> {
    match cell? {
        Value::Binary(bytes) => Some(bytes.into_owned()),
        _ => None,
    }
}

fn integer_of(cell: Option<Value<'static>>, unit: i128) -> Option<i128> {
    match cell? {
        Value::Fixed(number) => Some(number),
        Value::Time(nanos) => Some(i128::from(nanos).div_euclid(unit)),
        Value::Timestamp(nanos, _) => Some(nanos.div_euclid(unit)),
        _ => None,
    }
}

fn integers<T>(cells: impl Iterator<Item = Option<Value<'static>>>, unit: i128) -> ArrayRef
where
    T: ArrowPrimitiveType,
    T::Native: TryFrom<i128>,
{
    let array: PrimitiveArray<T> = cells
        .map(|cell| T::Native::try_from(integer_of(cell, unit)?).ok())
        .collect();
    Arc::new(array)
}

/// Struct timestamps: a NULL is NULL in the parent and in every child, or drivers show 1970 or fail.
fn stamps(
    fields: &Fields,
    unit: i128,
    cells: impl Iterator<Item = Option<Value<'static>>>,
) -> ArrayRef {
    let with_fraction = fields.iter().any(|field| field.name() == "fraction");
    let unit = if with_fraction { 1_000_000_000 } else { unit };
    let (mut epoch, mut fraction, mut timezone) = (
        Int64Builder::new(),
        Int32Builder::new(),
        Int32Builder::new(),
    );
    let mut valid = Vec::new();
    for cell in cells {
        let parts = match cell {
            Some(Value::Timestamp(nanos, offset)) => i64::try_from(nanos.div_euclid(unit))
                .ok()
                .and_then(|seconds| {
                    Some((
                        seconds,
                        i32::try_from(nanos.rem_euclid(unit)).ok()?,
                        offset.unwrap_or(1440),
                    ))
                }),
            _ => None,
        };
        valid.push(parts.is_some());
        epoch.append_option(parts.map(|parts| parts.0));
        fraction.append_option(parts.map(|parts| parts.1));
        timezone.append_option(parts.map(|parts| parts.2));
    }
    let (epoch, fraction, timezone) = (epoch.finish(), fraction.finish(), timezone.finish());
    let (fields, children): (Vec<Field>, Vec<ArrayRef>) = fields
        .iter()
        .map(|field| {
            let child: ArrayRef = match field.name().as_str() {
                "fraction" => Arc::new(fraction.clone()),
                "timezone" => Arc::new(timezone.clone()),
                _ => Arc::new(epoch.clone()),
            };
            (
                field
                    .as_ref()
                    .clone()
                    .with_nullable(field.is_nullable() || child.null_count() > 0),
                child,
            )
        })
        .unzip();
    Arc::new(StructArray::new(
        fields.into(),
        children,
        Some(NullBuffer::new(BooleanBuffer::from(valid))),
    ))
}

/// The array with NULL where `kept` says no; nothing of those cells stays in the buffers.
pub(super) fn nulled(array: &ArrayRef, kept: &[bool]) -> Result<ArrayRef, ArrowError> {
    let null = new_null_array(array.data_type(), 1);
    let places: Vec<(usize, usize)> = kept
        .iter()
        .enumerate()
        .map(|(row, kept)| if *kept { (0, row) } else { (1, 0) })
        .collect();
    interleave(&[array.as_ref(), null.as_ref()], &places)
}

/// Digests the batch row by row.
fn digest(columns: &[ColumnMask], batch: &RecordBatch) -> Digest {
    let mut digest = RowDigest::new(batch.num_rows());
    let families: Vec<Family> = columns.iter().map(|column| column.family).collect();
    for_each_cell(&families, batch, |_, text| digest.cell(text));
    digest.finish()
}

/// Every cell's text as Snowflake's JSON writes it, row by row: the column's place, and none for NULL.
pub(super) fn for_each_cell(
    families: &[Family],
    batch: &RecordBatch,
    mut cell: impl FnMut(usize, Option<&str>),
) {
    let plain: Vec<ArrayRef> = batch.columns().iter().map(decoded).collect();
    let readers: Vec<(Reader<'_>, &ArrayRef, Family)> = families
        .iter()
        .zip(&plain)
        .map(|(family, array)| (Reader::new(array.as_ref(), *family), array, *family))
        .collect();
    let mut text = String::new();
    for row in 0..batch.num_rows() {
        for (place, (reader, array, family)) in readers.iter().enumerate() {
            if array.is_null(row) {
                cell(place, None);
                continue;
            }
            text.clear();
            match reader.value(row, *family) {
                Value::Opaque => write_json(array.as_ref(), row, &mut text),
                value => family.write(&value, &mut text),
            }
            cell(place, Some(&text));
        }
    }
}

/// A dictionary spelled out; any other array as it is.
fn decoded(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Dictionary(_, values) => ::arrow::compute::cast(array, values)
            .unwrap_or_else(|_| new_null_array(values, array.len())),
        _ => Arc::clone(array),
    }
}
