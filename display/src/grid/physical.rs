//! One Arrow column to text: narrowed integers, unscaled decimals, struct timestamps.
//!
//! Enters: an array as Snowflake sends it (or text, where the driver got JSON). Leaves: a text a row, none for NULL.
//! Never here: a guess; a type without a rule is shown as Arrow formats it.

use arrow::array::{Array, AsArray, Int32Array, Int64Array, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Field, Int32Type, Int64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::grid::cell;

/// The text of every row of `array`; `kind` and `scale` are the result's description of the column.
pub fn column_text(
    field: &Field,
    array: &dyn Array,
    kind: &str,
    scale: Option<i64>,
) -> Vec<Option<String>> {
    let kind = match field.metadata().get("logicalType") {
        Some(logical) => logical.to_ascii_lowercase(),
        None => kind.to_owned(),
    };
    let scale = match field.metadata().get("scale") {
        Some(scale) => scale.parse().ok(),
        None => scale,
    };
    let special = match array.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            each(array, |text| cell::from_json(&kind, scale, text))
        }
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => {
            integers(array, &kind, scale)
        }
        DataType::Decimal128(_, 0) => array.as_primitive_opt::<Decimal128Type>().map(|array| {
            let scale = usize::try_from(scale.unwrap_or(0)).unwrap_or(0);
            array
                .iter()
                .map(|value| value.map(|value| cell::decimal(value, scale)))
                .collect()
        }),
        DataType::Struct(_) => array
            .as_struct_opt()
            .filter(|_| kind.starts_with("timestamp"))
            .and_then(|parts| timestamps(parts, &kind, scale)),
        _ => None,
    };
    special.unwrap_or_else(|| formatted(array))
}

fn each(array: &dyn Array, show: impl Fn(&str) -> String) -> Option<Vec<Option<String>>> {
    let text = cast(array, &DataType::Utf8).ok()?;
    let text = text.as_string_opt::<i32>()?;
    Some(text.iter().map(|value| value.map(&show)).collect())
}

fn integers(array: &dyn Array, kind: &str, scale: Option<i64>) -> Option<Vec<Option<String>>> {
    let wide = cast(array, &DataType::Int64).ok()?;
    let wide = wide.as_primitive_opt::<Int64Type>()?;
    let digits = usize::try_from(scale.unwrap_or(0)).unwrap_or(0);
    let show = |value: i64| match kind {
        "time" => nanos(value, scale).and_then(|nanos| cell::time(nanos, scale)),
        "timestamp_ntz" => nanos(value, scale).and_then(|nanos| cell::timestamp(nanos, scale)),
        "timestamp_ltz" => nanos(value, scale).and_then(|nanos| cell::zoned(nanos, 0, scale)),
        "date" => cell::date(value),
        _ => Some(cell::decimal(i128::from(value), digits)),
    };
    let texts = wide
        .iter()
        .map(|value| value.map(|value| show(value).unwrap_or_else(|| value.to_string())));
    Some(texts.collect())
}

/// `value` in 10^-scale seconds as nanoseconds.
fn nanos(value: i64, scale: Option<i64>) -> Option<i128> {
    let power = u32::try_from(9 - scale.unwrap_or(0)).ok()?;
    i128::from(value).checked_mul(10i128.checked_pow(power)?)
}

/// A column of timestamps in Snowflake's parts: seconds, and where it has them nanoseconds and a zone.
pub struct Instants<'a> {
    parts: &'a StructArray,
    epoch: &'a Int64Array,
    fraction: Option<&'a Int32Array>,
    zone: Option<&'a Int32Array>,
}

impl<'a> Instants<'a> {
    /// `parts` as timestamps, if they are.
    pub fn of(parts: &'a StructArray) -> Option<Self> {
        let child = |name| {
            let column = parts.column_by_name(name);
            column.and_then(|column| column.as_primitive_opt::<Int32Type>())
        };
        Some(Self {
            parts,
            epoch: parts.column_by_name("epoch")?.as_primitive_opt()?,
            fraction: child("fraction"),
            zone: child("timezone"),
        })
    }

    /// Nanoseconds since 1970 of each row, and its zone as Snowflake counts it, in minutes east of UTC from 1440; none for NULL.
    pub fn rows(&self, scale: Option<i64>) -> impl Iterator<Item = Option<(i128, Option<i32>)>> {
        (0..self.parts.len()).map(move |index| {
            if self.parts.is_null(index) || self.epoch.is_null(index) {
                return None;
            }
            let epoch = self.epoch.value(index);
            let nanos = match self.fraction {
                Some(fraction) => {
                    i128::from(epoch) * 1_000_000_000 + i128::from(fraction.value(index))
                }
                None => nanos(epoch, scale)?,
            };
            Some((nanos, self.zone.map(|zone| zone.value(index))))
        })
    }
}

fn timestamps(parts: &StructArray, kind: &str, scale: Option<i64>) -> Option<Vec<Option<String>>> {
    let show = |(nanos, zone): (i128, Option<i32>)| match (kind, zone) {
        ("timestamp_tz", Some(zone)) => cell::zoned(nanos, zone - 1440, scale),
        ("timestamp_ltz", _) => cell::zoned(nanos, 0, scale),
        _ => cell::timestamp(nanos, scale),
    };
    let instants = Instants::of(parts)?;
    let texts = instants.rows(scale).map(|instant| instant.and_then(show));
    Some(texts.collect())
}

fn formatted(array: &dyn Array) -> Vec<Option<String>> {
    let options = FormatOptions::default();
    let Ok(formatter) = ArrayFormatter::try_new(array, &options) else {
        return vec![Some("(not shown)".to_owned()); array.len()];
    };
    let row = |index: usize| {
        let shown = formatter.value(index).try_to_string();
        array
            .is_valid(index)
            .then(|| shown.unwrap_or_else(|error| error.to_string()))
    };
    (0..array.len()).map(row).collect()
}
