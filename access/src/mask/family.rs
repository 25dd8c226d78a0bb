//! Snowflake's types, as masking sees them, and their JSON text.
//!
//! Enters: a described column, or a cell's text. Leaves: its family, a typed value, and back. Never here: Arrow.

use std::borrow::Cow;
use std::fmt::Write as _;

use event::payload::ResultColumn;

use crate::operators::Value;

/// Nanoseconds in a second.
const SECOND: i128 = 1_000_000_000;

/// What kind of values a column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Text,
    /// Digits after the point.
    Fixed(u8),
    Real,
    Decfloat,
    Boolean,
    Date,
    /// Digits of the fraction.
    Time(u8),
    /// Digits of the fraction.
    Timestamp(u8),
    /// Digits of the fraction; the cell carries its own offset.
    TimestampTz(u8),
    Binary,
    /// JSON text.
    Semi,
    Other,
}

impl Family {
    /// From the row type's word and scale.
    pub fn of(column: &ResultColumn) -> Self {
        Self::of_word(&column.data_type, column.scale)
    }

    /// From a type's word and scale.
    pub fn of_word(word: &str, scale: Option<i64>) -> Self {
        let scale = |default: u8| {
            scale
                .and_then(|scale| u8::try_from(scale).ok())
                .filter(|scale| *scale <= 38)
                .unwrap_or(default)
        };
        match word.to_ascii_lowercase().as_str() {
            "text" | "char" | "varchar" | "string" => Self::Text,
            "fixed" | "number" => Self::Fixed(scale(0)),
            "real" | "float" | "double" => Self::Real,
            "decfloat" => Self::Decfloat,
            "boolean" => Self::Boolean,
            "date" => Self::Date,
            "time" => Self::Time(scale(9).min(9)),
            "timestamp_ntz" | "timestamp_ltz" | "timestamp" => Self::Timestamp(scale(9).min(9)),
            "timestamp_tz" => Self::TimestampTz(scale(9).min(9)),
            "binary" => Self::Binary,
            "variant" | "object" | "array" | "map" | "geography" | "geometry" | "vector" => {
                Self::Semi
            }
            interval if interval.starts_with("interval") => Self::Fixed(0),
            _ => Self::Other,
        }
    }

    /// The cell's typed value. Text that is not of the family comes back as text, for the detectors to look at.
    pub fn parse(self, text: &str) -> Value<'_> {
        let typed = match self {
            Self::Text | Self::Other => None,
            Self::Fixed(scale) => unscaled(text, scale).map(Value::Fixed),
            Self::Real => text.parse().ok().map(Value::Real),
            Self::Decfloat => Some(Value::Decfloat(Cow::Borrowed(text))),
            Self::Boolean => match text {
                "1" | "true" => Some(Value::Boolean(true)),
                "0" | "false" => Some(Value::Boolean(false)),
                _ => None,
            },
            Self::Date => text.parse().ok().map(Value::Date),
            Self::Time(_) => unscaled(text, 9)
                .and_then(|nanos| i64::try_from(nanos).ok())
                .map(Value::Time),
            Self::Timestamp(_) => unscaled(text, 9).map(|nanos| Value::Timestamp(nanos, None)),
            Self::TimestampTz(_) => text.split_once(' ').and_then(|(seconds, offset)| {
                Some(Value::Timestamp(
                    unscaled(seconds, 9)?,
                    Some(offset.parse().ok()?),
                ))
            }),
            Self::Binary => hex::decode(text)
                .ok()
                .map(|bytes| Value::Binary(Cow::Owned(bytes))),
            Self::Semi => Some(Value::Semi(Cow::Borrowed(text))),
        };
        typed.unwrap_or(Value::Text(Cow::Borrowed(text)))
    }

    /// Appends Snowflake's JSON text of the value.
    pub fn write(self, value: &Value<'_>, out: &mut String) {
        match value {
            Value::Text(text) | Value::Semi(text) | Value::Decfloat(text) => out.push_str(text),
            Value::Fixed(number) => write_scaled(
                *number,
                if let Self::Fixed(scale) = self {
                    scale
                } else {
                    0
                },
                out,
            ),
            Value::Real(number) => write_real(*number, out),
            Value::Boolean(truth) => out.push(if *truth { '1' } else { '0' }),
            Value::Date(days) => write_scaled(i128::from(*days), 0, out),
            Value::Time(nanos) => self.write_nanos(i128::from(*nanos), out),
            Value::Timestamp(nanos, offset) => {
                self.write_nanos(*nanos, out);
                if let Some(offset) = offset {
                    let _ = write!(out, " {offset}");
                }
            }
            Value::Binary(bytes) => out.push_str(&hex::encode_upper(bytes)),
            Value::Opaque => {}
        }
    }

    fn write_nanos(self, nanos: i128, out: &mut String) {
        let scale = match self {
            Self::Time(scale) | Self::Timestamp(scale) | Self::TimestampTz(scale) => scale.min(9),
            _ => 9,
        };
        let cut = SECOND / 10_i128.pow(u32::from(scale));
        let units = match (i64::try_from(nanos), i64::try_from(cut)) {
            (Ok(nanos), Ok(cut)) => i128::from(nanos.div_euclid(cut)),
            _ => nanos.div_euclid(cut),
        };
        write_scaled(units, scale, out);
    }

    /// The type's zero, for columns that may not be NULL.
    pub fn zero(self) -> Value<'static> {
        match self {
            Self::Text | Self::Other => Value::Text(Cow::Borrowed("")),
            Self::Fixed(_) => Value::Fixed(0),
            Self::Real => Value::Real(0.0),
            Self::Decfloat => Value::Decfloat(Cow::Borrowed("0")),
            Self::Boolean => Value::Boolean(false),
            Self::Date => Value::Date(0),
            Self::Time(_) => Value::Time(0),
            Self::Timestamp(_) => Value::Timestamp(0, None),
            Self::TimestampTz(_) => Value::Timestamp(0, Some(1440)),
            Self::Binary => Value::Binary(Cow::Borrowed(&[])),
            Self::Semi => Value::Semi(Cow::Borrowed("null")),
        }
    }
}

/// The unscaled integer of a decimal text: `12.34` with scale 2 is 1234. None if it has more digits than that.
pub(crate) fn unscaled(text: &str, scale: u8) -> Option<i128> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || fraction.len() > usize::from(scale)
        || !digits(whole)
        || !digits(fraction)
    {
        return None;
    }
    // Most numbers fit 18 digits, and 64 bits are added up far quicker than 128.
    let mut number = if whole.len() + fraction.len() <= 18 {
        let add = |sum: i64, byte: u8| sum * 10 + i64::from(byte - b'0');
        i128::from(fraction.bytes().fold(whole.bytes().fold(0, add), add))
    } else {
        let mut number = 0_i128;
        for byte in whole.bytes().chain(fraction.bytes()) {
            number = number
                .checked_mul(10)?
                .checked_add(i128::from(byte - b'0'))?;
        }
        number
    };
    let missing = u32::from(scale) - u32::try_from(fraction.len()).ok()?;
    if missing > 0 {
        number = number.checked_mul(10_i128.checked_pow(missing)?)?;
    }
    Some(if negative { -number } else { number })
}

/// An unscaled integer with its point: 1234 with scale 2 is `12.34`.
fn write_scaled(number: i128, scale: u8, out: &mut String) {
    if number < 0 {
        out.push('-');
    }
    let size = number.unsigned_abs();
    let unit = 10_u128.saturating_pow(u32::from(scale));
    // Dividing 64 bits is far quicker than 128, and nearly all numbers fit.
    let (whole, rest) = match (u64::try_from(size), u64::try_from(unit)) {
        (Ok(size), Ok(unit)) => (u128::from(size / unit), u128::from(size % unit)),
        _ => (size / unit, size % unit),
    };
    write_digits(whole, 1, out);
    if scale > 0 {
        out.push('.');
        write_digits(rest, usize::from(scale), out);
    }
}

/// A number's digits, at least `width` of them.
fn write_digits(number: u128, width: usize, out: &mut String) {
    let Ok(mut number) = u64::try_from(number) else {
        let _ = write!(out, "{number:0width$}");
        return;
    };
    let mut digits = [b'0'; 40];
    let mut from = digits.len();
    for (place, digit) in digits.iter_mut().enumerate().rev() {
        if number == 0 && 40 - from >= width {
            break;
        }
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        from = place;
    }
    let digits = digits.get(from..).unwrap_or_default();
    out.push_str(std::str::from_utf8(digits).unwrap_or(""));
}

/// The shortest text that reads back as the same number; with an exponent where plain digits would be long.
fn write_real(number: f64, out: &mut String) {
    let size = number.abs();
    let _ = if number.is_nan() {
        write!(out, "NaN")
    } else if number.is_infinite() {
        write!(out, "{}", if number > 0.0 { "inf" } else { "-inf" })
    } else if size != 0.0 && !(1e-5..1e15).contains(&size) {
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = exponent
            .strip_prefix('-')
            .map_or(("+", exponent), |digits| ("-", digits));
        write!(out, "{mantissa}e{sign}{digits:0>2}")
    } else {
        write!(out, "{number}")
    };
}

#[cfg(test)]
mod tests;
