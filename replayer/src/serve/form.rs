//! Rows in the two forms drivers take: JSON text cells, or an Arrow stream.
//!
//! Enters: cell text with the columns' types. Leaves: `rowset` or `rowsetBase64`, and the `rowtype` that goes with it. Never here: a
//! value changed to fit; a column of which one cell (a mask made it) is not of its type is sent as text.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array,
    Int64Array, RecordBatch, StringArray, StructArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields, Schema};
use arrow::error::ArrowError;
use arrow::ipc::writer::StreamWriter;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use event::payload::ResultColumn;
use serde_json::{Value, json};

use super::cells::Cells;

/// The form a driver takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Arrow,
}

/// A column as `rowtype` describes it.
pub(super) fn described(column: &ResultColumn, as_text: bool) -> Value {
    let mut places = column.origin.split('.');
    let mut place = || places.next().unwrap_or_default().to_owned();
    let (database, schema, table) = (place(), place(), place());
    let kind = if as_text {
        "text".to_owned()
    } else {
        column.data_type.to_ascii_lowercase()
    };
    let length = column.length.or(as_text.then_some(16_777_216));
    json!({
        "name": column.name, "type": kind, "nullable": column.nullable, "precision": column.precision, "scale": column.scale,
        "length": length, "byteLength": length, "collation": null, "database": database, "schema": schema, "table": table,
    })
}

/// Rows as JSON has them.
pub(super) fn json_rows(cells: &Cells) -> Value {
    let row = |at: usize| {
        let cells = cells.columns.iter().map(|column| match column.get(at) {
            Some(Some(text)) => Value::String(text.clone()),
            _ => Value::Null,
        });
        Value::Array(cells.collect())
    };
    Value::Array((0..cells.rows()).map(row).collect())
}

/// Rows as an Arrow stream in base64, and which columns had to become text.
pub(super) fn arrow_rows(
    columns: &[ResultColumn],
    cells: &Cells,
) -> Result<(String, Vec<bool>), ArrowError> {
    let (mut fields, mut arrays, mut as_text) = (Vec::new(), Vec::new(), Vec::new());
    for (column, texts) in columns.iter().zip(&cells.columns) {
        let kind = column.data_type.to_ascii_lowercase();
        let scale = column.scale.unwrap_or(0);
        let typed = typed(&kind, scale, texts);
        let is_text = typed.is_none() && !is_texts(&kind);
        as_text.push(is_text);
        let array =
            typed.unwrap_or_else(|| Arc::new(texts.iter().cloned().collect::<StringArray>()));
        let kind = if is_text { "text" } else { kind.as_str() };
        let metadata = metadata(column, kind, array.data_type());
        let field = Field::new(&column.name, array.data_type().clone(), true);
        fields.push(field.with_metadata(metadata));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields));
    let mut stream = StreamWriter::try_new(Vec::new(), &schema)?;
    if cells.rows() > 0 {
        stream.write(&RecordBatch::try_new(Arc::clone(&schema), arrays)?)?;
    }
    stream.finish()?;
    Ok((STANDARD.encode(stream.into_inner()?), as_text))
}

fn is_texts(kind: &str) -> bool {
    !matches!(
        kind,
        "fixed"
            | "real"
            | "boolean"
            | "date"
            | "time"
            | "timestamp_ntz"
            | "timestamp_ltz"
            | "timestamp_tz"
            | "binary"
    )
}

/// The column in its type's layout; none if a cell is not of it, or the type is text.
fn typed(kind: &str, scale: i64, texts: &[Option<String>]) -> Option<ArrayRef> {
    Some(match kind {
        "fixed" => {
            let values = each(texts, |text| unscaled(text, scale))?;
            let narrow: Option<Vec<Option<i64>>> = values
                .iter()
                .map(|value| {
                    value
                        .map(|value| i64::try_from(value).ok())
                        .map_or(Some(None), |value| value.map(Some))
                })
                .collect();
            match narrow {
                Some(narrow) => Arc::new(Int64Array::from(narrow)),
                None => {
                    let wide = Decimal128Array::from(values);
                    Arc::new(
                        wide.with_precision_and_scale(38, i8::try_from(scale).ok()?)
                            .ok()?,
                    )
                }
            }
        }
        "real" => Arc::new(Float64Array::from(each(texts, |text| text.parse().ok())?)),
        "boolean" => Arc::new(BooleanArray::from(each(texts, |text| match text {
            "1" | "true" | "TRUE" => Some(true),
            "0" | "false" | "FALSE" => Some(false),
            _ => None,
        })?)),
        "date" => Arc::new(Date32Array::from(each(texts, |text| text.parse().ok())?)),
        "time" => {
            let power = 10i128.pow(u32::try_from(9 - scale.clamp(0, 9)).ok()?);
            let value = |text: &str| i64::try_from(unscaled(text, 9)? / power).ok();
            Arc::new(Int64Array::from(each(texts, value)?))
        }
        "timestamp_ntz" | "timestamp_ltz" => {
            stamps(&each(texts, |text| Some((unscaled(text, 9)?, 0)))?, false)?
        }
        "timestamp_tz" => {
            let value = |text: &str| {
                let (instant, zone) = text.split_once(' ')?;
                Some((unscaled(instant, 9)?, zone.parse().ok()?))
            };
            stamps(&each(texts, value)?, true)?
        }
        "binary" => {
            let values = each(texts, |text| hex::decode(text).ok())?;
            Arc::new(values.iter().map(Option::as_deref).collect::<BinaryArray>())
        }
        _ => return None,
    })
}

/// Every cell read; none if one cannot be.
fn each<T>(texts: &[Option<String>], read: impl Fn(&str) -> Option<T>) -> Option<Vec<Option<T>>> {
    let cell = |text: &Option<String>| match text {
        None => Some(None),
        Some(text) => read(text).map(Some),
    };
    texts.iter().map(cell).collect()
}

/// `12.50` of scale 2 as 1250.
fn unscaled(text: &str, scale: i64) -> Option<i128> {
    let scale = usize::try_from(scale).ok()?;
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if part.len() > scale {
        return None;
    }
    let value: i128 = format!("{whole}{part:0<scale$}").parse().ok()?;
    Some(if negative { -value } else { value })
}

/// Timestamps as structs; a NULL is one in the parent and in every child, for some drivers look there.
fn stamps(values: &[Option<(i128, i32)>], zoned: bool) -> Option<ArrayRef> {
    let second = 1_000_000_000;
    let epoch = values.iter().map(|value| {
        value.map_or(Some(None), |(nanos, _)| {
            i64::try_from(nanos.div_euclid(second)).ok().map(Some)
        })
    });
    let epoch: Int64Array = epoch.collect::<Option<Vec<_>>>()?.into();
    let fraction = values.iter().map(|value| {
        value.map_or(Some(None), |(nanos, _)| {
            i32::try_from(nanos.rem_euclid(second)).ok().map(Some)
        })
    });
    let fraction: Int32Array = fraction.collect::<Option<Vec<_>>>()?.into();
    let mut fields = vec![
        Field::new("epoch", DataType::Int64, true),
        Field::new("fraction", DataType::Int32, true),
    ];
    let mut arrays: Vec<ArrayRef> = vec![Arc::new(epoch), Arc::new(fraction)];
    if zoned {
        let zones: Int32Array = values
            .iter()
            .map(|value| value.map(|(_, zone)| zone))
            .collect();
        fields.push(Field::new("timezone", DataType::Int32, true));
        arrays.push(Arc::new(zones));
    }
    let nulls: NullBuffer = values.iter().map(Option::is_some).collect();
    let array = StructArray::try_new(Fields::from(fields), arrays, Some(nulls)).ok()?;
    Some(Arc::new(array))
}

fn metadata(column: &ResultColumn, kind: &str, layout: &DataType) -> HashMap<String, String> {
    let physical = match layout {
        DataType::Int64 => "SB8",
        DataType::Decimal128(..) => "SB16",
        DataType::Float64 => "DOUBLE",
        DataType::Boolean => "SB1",
        DataType::Date32 => "SB4",
        _ => "LOB",
    };
    // Two drivers read a zone's place by this number.
    let bytes = match kind {
        "timestamp_tz" => 16,
        _ => column.length.unwrap_or(16),
    };
    let number = |value: Option<i64>, default: i64| value.unwrap_or(default).to_string();
    [
        ("logicalType", kind.to_ascii_uppercase()),
        ("precision", number(column.precision, 38)),
        ("scale", number(column.scale, 0)),
        ("charLength", number(column.length, 0)),
        ("byteLength", bytes.to_string()),
        ("physicalType", physical.to_owned()),
        ("finalType", "T".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}
