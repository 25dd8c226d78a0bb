//! Moved dates.
//!
//! Enters: a date or a point in time, and how far it may move. Leaves: one some days off, the time of day kept. Never here: a shift of
//! nothing.

use super::{Outcome, Value, hash, of_text};
use detect::date::{Day, from_days, parse, to_days};

const DAY: i128 = 86_400_000_000_000;

/// The value moved by 1 to `days` days either way. Equal values move equally, so that joins on them hold.
pub(super) fn shift(key: &[u8; 32], value: &Value<'_>, days: u16) -> Option<Outcome> {
    match value {
        Value::Date(date) => {
            let shifted = date.checked_add(offset(key, i128::from(*date), days)?)?;
            Some(Outcome::Value(Value::Date(shifted)))
        }
        Value::Timestamp(nanos, zone) => {
            let shift = offset(key, nanos.div_euclid(DAY), days)?;
            Some(Outcome::Value(Value::Timestamp(
                nanos.checked_add(i128::from(shift) * DAY)?,
                *zone,
            )))
        }
        Value::Text(text) => {
            let date = to_days(parse(text.trim())?);
            let day = from_days(date.checked_add(offset(key, i128::from(date), days)?)?);
            Some(of_text(written_like(text.trim(), day)))
        }
        _ => None,
    }
}

/// Days to move: from 1 to `days`, either way.
fn offset(key: &[u8; 32], day: i128, days: u16) -> Option<i32> {
    if days == 0 {
        return None;
    }
    let bits = u128::from_be_bytes(hash::bytes(key, &day.to_be_bytes()));
    let size = i32::try_from((bits >> 1) % u128::from(days)).ok()? + 1;
    Some(if bits & 1 == 0 { size } else { -size })
}

/// The day in the spelling of `text`.
fn written_like(text: &str, day: Day) -> String {
    let Day {
        year,
        month,
        day: of_month,
    } = day;
    let separator = text.chars().find(|character| !character.is_ascii_digit());
    let year_first = text.bytes().take_while(u8::is_ascii_digit).count() == 4;
    let day_first = !year_first && {
        let first = text
            .split(['-', '/', '.'])
            .next()
            .and_then(|first| first.parse::<u32>().ok());
        first.is_some_and(|first| first > 12) || separator == Some('.')
    };
    match separator {
        None => format!("{year:04}{month:02}{of_month:02}"),
        Some(mark) if year_first => format!("{year:04}{mark}{month:02}{mark}{of_month:02}"),
        Some(mark) if day_first => format!("{of_month:02}{mark}{month:02}{mark}{year:04}"),
        Some(mark) => format!("{month:02}{mark}{of_month:02}{mark}{year:04}"),
    }
}
