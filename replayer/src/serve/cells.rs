//! Recorded rows as the cell text of Snowflake's JSON, whichever form their driver got them in.
//!
//! Enters: recorded pages. Leaves: a text a cell, none for NULL. Never here: people's forms of dates and times (`display` has those).

use arrow::array::{Array, AsArray, RecordBatch, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Field, Float64Type, Int64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use display::grid::{Instants, decimal};
use event::payload::ResultColumn;

/// Rows of one result, column by column.
#[derive(Debug)]
pub(super) struct Cells {
    kinds: Vec<(String, Option<i64>)>,
    pub columns: Vec<Vec<Option<String>>>,
}

impl Cells {
    pub fn new(columns: &[ResultColumn]) -> Self {
        let kind = |column: &ResultColumn| (column.data_type.to_ascii_lowercase(), column.scale);
        Self {
            kinds: columns.iter().map(kind).collect(),
            columns: vec![Vec::new(); columns.len()],
        }
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// Adds the rows of a page.
    pub fn add(&mut self, batch: &RecordBatch) {
        let schema = batch.schema();
        for (at, (kind, scale)) in self.kinds.iter().enumerate() {
            let texts = match (schema.fields().get(at), batch.columns().get(at)) {
                (Some(field), Some(array)) => texts(field, array.as_ref(), kind, *scale),
                _ => vec![None; batch.num_rows()],
            };
            if let Some(column) = self.columns.get_mut(at) {
                column.extend(texts);
            }
        }
    }
}

fn texts(field: &Field, array: &dyn Array, kind: &str, scale: Option<i64>) -> Vec<Option<String>> {
    let meta = field.metadata();
    let kind = meta
        .get("logicalType")
        .map_or_else(|| kind.to_owned(), |kind| kind.to_ascii_lowercase());
    let scale = match meta.get("scale") {
        Some(scale) => scale.parse().unwrap_or(0),
        None => scale.unwrap_or(0),
    };
    let found = match array.data_type() {
        DataType::Utf8 => array
            .as_string_opt::<i32>()
            .map(|array| array.iter().map(|text| text.map(str::to_owned)).collect()),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => {
            integers(array, |value| integer(i128::from(value), &kind, scale))
        }
        DataType::Decimal128(..) => array.as_primitive_opt::<Decimal128Type>().map(|array| {
            array
                .iter()
                .map(|value| value.map(|value| integer(value, &kind, scale)))
                .collect()
        }),
        DataType::Float64 => array.as_primitive_opt::<Float64Type>().map(|array| {
            array
                .iter()
                .map(|value| value.map(|value| value.to_string()))
                .collect()
        }),
        DataType::Boolean => array.as_boolean_opt().map(|array| {
            let word = |yes| if yes { "1" } else { "0" };
            array
                .iter()
                .map(|value| value.map(|value| word(value).to_owned()))
                .collect()
        }),
        DataType::Date32 => integers(array, |days| days.to_string()),
        DataType::Binary => array.as_binary_opt::<i32>().map(|array| {
            array
                .iter()
                .map(|bytes| bytes.map(hex::encode_upper))
                .collect()
        }),
        DataType::Struct(_) => array.as_struct_opt().and_then(|parts| stamps(parts, scale)),
        _ => None,
    };
    found.unwrap_or_else(|| formatted(array))
}

fn integers(array: &dyn Array, show: impl Fn(i64) -> String) -> Option<Vec<Option<String>>> {
    let wide = cast(array, &DataType::Int64).ok()?;
    let wide = wide.as_primitive_opt::<Int64Type>()?;
    Some(wide.iter().map(|value| value.map(&show)).collect())
}

/// A scaled integer: of a number, of seconds, of days.
fn integer(value: i128, kind: &str, scale: i64) -> String {
    match kind {
        "time" | "timestamp_ntz" | "timestamp_ltz" => {
            let unit = 10i128.pow(u32::try_from(9 - scale.clamp(0, 9)).unwrap_or(0));
            seconds(value * unit)
        }
        _ => {
            let digits = usize::try_from(scale).unwrap_or(0);
            decimal(value, digits)
        }
    }
}

fn seconds(nanos: i128) -> String {
    decimal(nanos, 9)
}

fn stamps(parts: &StructArray, scale: i64) -> Option<Vec<Option<String>>> {
    let instants = Instants::of(parts)?;
    let show = |(nanos, zone): (i128, Option<i32>)| {
        let text = seconds(nanos);
        match zone {
            Some(zone) => format!("{text} {zone}"),
            None => text,
        }
    };
    let rows = instants.rows(Some(scale.clamp(0, 9)));
    Some(rows.map(|instant| instant.map(show)).collect())
}

fn formatted(array: &dyn Array) -> Vec<Option<String>> {
    let options = FormatOptions::default();
    let Ok(formatter) = ArrayFormatter::try_new(array, &options) else {
        return vec![None; array.len()];
    };
    let row = |at: usize| array.is_valid(at).then(|| formatter.value(at).to_string());
    (0..array.len()).map(row).collect()
}
