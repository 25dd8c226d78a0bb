//! Cells of an Arrow column as typed values.
//!
//! Enters: an array of any physical type Snowflake sends for the column's type. Leaves: values, row by row. Never here: writing.

use std::borrow::Cow;

use ::arrow::array::{
    Array, AsArray, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array,
    Int16Array, Int32Array, Int64Array, LargeBinaryArray, LargeStringArray, StringArray,
};
use ::arrow::datatypes::{DataType, Int8Type, Int16Type, Int32Type, Int64Type};

use super::family::Family;
use crate::operators::Value;

const SECOND: i128 = 1_000_000_000;

/// Access to one column's cells.
pub(super) enum Reader<'a> {
    Text(&'a StringArray),
    LargeText(&'a LargeStringArray),
    /// Fixed, time or timestamp as a scaled integer: the family says which.
    Integer(Integers<'a>),
    Real(&'a Float64Array),
    Boolean(&'a BooleanArray),
    Binary(&'a BinaryArray),
    LargeBinary(&'a LargeBinaryArray),
    Date(&'a Date32Array),
    /// `epoch` in seconds (or scaled, where there is no fraction), `fraction` in nanoseconds, `timezone` in minutes + 1440.
    Stamp {
        epoch: &'a Int64Array,
        fraction: Option<&'a Int32Array>,
        timezone: Option<&'a Int32Array>,
    },
    /// `significand` (two's complement, big endian) times ten to the `exponent`.
    Decfloat {
        exponent: &'a Int16Array,
        significand: &'a BinaryArray,
    },
    /// A type without an own reading.
    Opaque,
}

/// Integers of any width.
pub(super) enum Integers<'a> {
    I8(&'a ::arrow::array::Int8Array),
    I16(&'a Int16Array),
    I32(&'a Int32Array),
    I64(&'a Int64Array),
    I128(&'a Decimal128Array),
}

impl Integers<'_> {
    pub fn get(&self, row: usize) -> i128 {
        match self {
            Self::I8(array) => i128::from(array.value(row)),
            Self::I16(array) => i128::from(array.value(row)),
            Self::I32(array) => i128::from(array.value(row)),
            Self::I64(array) => i128::from(array.value(row)),
            Self::I128(array) => array.value(row),
        }
    }
}

impl<'a> Reader<'a> {
    /// The reading of `array` as cells of `family`.
    pub fn new(array: &'a dyn Array, family: Family) -> Self {
        let scaled = matches!(
            family,
            Family::Fixed(_) | Family::Time(_) | Family::Timestamp(_)
        );
        match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::LargeUtf8 => Self::LargeText(array.as_string()),
            DataType::Int8 if scaled => {
                Self::Integer(Integers::I8(array.as_primitive::<Int8Type>()))
            }
            DataType::Int16 if scaled => {
                Self::Integer(Integers::I16(array.as_primitive::<Int16Type>()))
            }
            DataType::Int32 if scaled => {
                Self::Integer(Integers::I32(array.as_primitive::<Int32Type>()))
            }
            DataType::Int64 if scaled => {
                Self::Integer(Integers::I64(array.as_primitive::<Int64Type>()))
            }
            DataType::Decimal128(..) if scaled => {
                Self::Integer(Integers::I128(array.as_primitive()))
            }
            DataType::Float64 => Self::Real(array.as_primitive()),
            DataType::Boolean => Self::Boolean(array.as_boolean()),
            DataType::Binary => Self::Binary(array.as_binary()),
            DataType::LargeBinary => Self::LargeBinary(array.as_binary()),
            DataType::Date32 => Self::Date(array.as_primitive()),
            DataType::Struct(_) if family == Family::Decfloat => decfloat(array),
            DataType::Struct(_)
                if matches!(family, Family::Timestamp(_) | Family::TimestampTz(_)) =>
            {
                stamp(array)
            }
            _ => Self::Opaque,
        }
    }

    /// The cell, which is known not to be NULL.
    pub fn value(&self, row: usize, family: Family) -> Value<'a> {
        let text = |text: &'a str| match family {
            Family::Semi => Value::Semi(Cow::Borrowed(text)),
            _ => Value::Text(Cow::Borrowed(text)),
        };
        match self {
            Self::Text(array) => text(array.value(row)),
            Self::LargeText(array) => text(array.value(row)),
            Self::Integer(integers) => scaled(integers.get(row), family),
            Self::Real(array) => Value::Real(array.value(row)),
            Self::Boolean(array) => Value::Boolean(array.value(row)),
            Self::Binary(array) => Value::Binary(Cow::Borrowed(array.value(row))),
            Self::LargeBinary(array) => Value::Binary(Cow::Borrowed(array.value(row))),
            Self::Date(array) => Value::Date(array.value(row)),
            Self::Stamp {
                epoch,
                fraction,
                timezone,
            } => {
                let unit = if fraction.is_some() {
                    SECOND
                } else {
                    nanos_per_unit(family)
                };
                let rest = fraction.map_or(0, |fraction| i128::from(fraction.value(row)));
                let nanos = i128::from(epoch.value(row)) * unit + rest;
                Value::Timestamp(nanos, timezone.map(|timezone| timezone.value(row)))
            }
            Self::Decfloat {
                exponent,
                significand,
            } => spelled(significand.value(row), exponent.value(row))
                .map_or(Value::Opaque, |text| Value::Decfloat(text.into())),
            Self::Opaque => Value::Opaque,
        }
    }
}

fn stamp(array: &dyn Array) -> Reader<'_> {
    let array = array.as_struct();
    let child = |name: &str| array.column_by_name(name);
    let epoch = child("epoch").and_then(|child| child.as_primitive_opt::<Int64Type>());
    let fraction = child("fraction").and_then(|child| child.as_primitive_opt::<Int32Type>());
    let timezone = child("timezone").and_then(|child| child.as_primitive_opt::<Int32Type>());
    let known = 1 + usize::from(fraction.is_some()) + usize::from(timezone.is_some());
    match epoch {
        Some(epoch) if array.num_columns() == known => Reader::Stamp {
            epoch,
            fraction,
            timezone,
        },
        _ => Reader::Opaque,
    }
}

fn decfloat(array: &dyn Array) -> Reader<'_> {
    let array = array.as_struct();
    let exponent = array
        .column_by_name("exponent")
        .and_then(|child| child.as_primitive_opt::<Int16Type>());
    let significand = array
        .column_by_name("significand")
        .and_then(|child| child.as_binary_opt::<i32>());
    match (exponent, significand) {
        (Some(exponent), Some(significand)) => Reader::Decfloat {
            exponent,
            significand,
        },
        _ => Reader::Opaque,
    }
}

/// A decimal floating point number: plain up to 38 digits, else with its exponent. None beyond 128 bits.
fn spelled(significand: &[u8], exponent: i16) -> Option<String> {
    let mut bytes = if significand.first().is_some_and(|byte| *byte >= 0x80) {
        [0xff; 16]
    } else {
        [0; 16]
    };
    let from = bytes.len().checked_sub(significand.len())?;
    bytes.get_mut(from..)?.copy_from_slice(significand);
    let number = i128::from_be_bytes(bytes);
    let mut text = String::new();
    match exponent {
        0..=38
            if number
                .checked_mul(10_i128.checked_pow(exponent.unsigned_abs().into())?)
                .is_some() =>
        {
            Family::Fixed(0).write(
                &Value::Fixed(number * 10_i128.pow(exponent.unsigned_abs().into())),
                &mut text,
            );
        }
        -38..0 => {
            // 1234e-2 is 12.34; zeros that say nothing go.
            let (mut number, mut scale) = (number, exponent.unsigned_abs());
            while scale > 0 && number % 10 == 0 {
                number /= 10;
                scale -= 1;
            }
            Family::Fixed(u8::try_from(scale).ok()?).write(&Value::Fixed(number), &mut text);
        }
        _ => text = format!("{number}e{exponent}"),
    }
    Some(text)
}

fn scaled(number: i128, family: Family) -> Value<'static> {
    let nanos = || number.checked_mul(nanos_per_unit(family));
    match family {
        Family::Time(_) => nanos()
            .and_then(|nanos| i64::try_from(nanos).ok())
            .map_or(Value::Opaque, Value::Time),
        Family::Timestamp(_) => {
            nanos().map_or(Value::Opaque, |nanos| Value::Timestamp(nanos, None))
        }
        _ => Value::Fixed(number),
    }
}

/// Nanoseconds of one unit of a scaled time.
pub(super) fn nanos_per_unit(family: Family) -> i128 {
    match family {
        Family::Time(scale) | Family::Timestamp(scale) | Family::TimestampTz(scale) => {
            SECOND / 10_i128.pow(u32::from(scale.min(9)))
        }
        _ => 1,
    }
}
