//! One cell: Snowflake's number forms to what people read.
//!
//! Enters: JSON cell text and type word (`snowflake-protocol` forms: days for dates, seconds for times and timestamps), or the
//! same as integers. Leaves: ISO text. Never here: a failure; what is not of its type's form (a mask made it) stays as it is.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveTime};

/// Nanoseconds in a second.
const SECOND: i128 = 1_000_000_000;

/// The people's form of JSON cell text `text` of a column of `kind`.
pub fn from_json(kind: &str, scale: Option<i64>, text: &str) -> String {
    let parsed = match kind {
        "boolean" => match text {
            "1" | "true" | "TRUE" => Some("true".to_owned()),
            "0" | "false" | "FALSE" => Some("false".to_owned()),
            _ => None,
        },
        "date" => text.parse().ok().and_then(date),
        "time" => seconds(text).and_then(|nanos| time(nanos, scale)),
        "timestamp_ntz" => seconds(text).and_then(|nanos| timestamp(nanos, scale)),
        "timestamp_ltz" => seconds(text).and_then(|nanos| zoned(nanos, 0, scale)),
        "timestamp_tz" => text.split_once(' ').and_then(|(instant, zone)| {
            let minutes: i32 = zone.parse().ok()?;
            zoned(seconds(instant)?, minutes.checked_sub(1440)?, scale)
        }),
        _ => None,
    };
    parsed.unwrap_or_else(|| text.to_owned())
}

/// Days since the epoch as a date.
pub fn date(days: i64) -> Option<String> {
    let date =
        NaiveDate::from_ymd_opt(1970, 1, 1)?.checked_add_signed(Duration::try_days(days)?)?;
    Some(date.format("%Y-%m-%d").to_string())
}

/// Nanoseconds since midnight as a time.
pub fn time(nanos: i128, scale: Option<i64>) -> Option<String> {
    let seconds = u32::try_from(nanos.div_euclid(SECOND)).ok()?;
    let rest = u32::try_from(nanos.rem_euclid(SECOND)).ok()?;
    let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, rest)?;
    Some(format!(
        "{}{}",
        time.format("%H:%M:%S"),
        fraction(rest, scale)
    ))
}

/// Nanoseconds since the epoch as a timestamp without a zone.
pub fn timestamp(nanos: i128, scale: Option<i64>) -> Option<String> {
    let instant = instant(nanos)?;
    let rest = u32::try_from(nanos.rem_euclid(SECOND)).ok()?;
    Some(format!(
        "{}{}",
        instant.format("%Y-%m-%d %H:%M:%S"),
        fraction(rest, scale)
    ))
}

/// Nanoseconds since the epoch as a timestamp in the zone `minutes` east of UTC.
pub fn zoned(nanos: i128, minutes: i32, scale: Option<i64>) -> Option<String> {
    let zone = FixedOffset::east_opt(minutes.checked_mul(60)?)?;
    let local = instant(nanos)?.with_timezone(&zone);
    let rest = u32::try_from(nanos.rem_euclid(SECOND)).ok()?;
    Some(format!(
        "{}{}{}",
        local.format("%Y-%m-%d %H:%M:%S"),
        fraction(rest, scale),
        local.format("%:z")
    ))
}

/// An unscaled integer as decimal text.
pub fn decimal(unscaled: i128, scale: usize) -> String {
    if scale == 0 {
        return unscaled.to_string();
    }
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    format!("{sign}{whole}.{part}")
}

fn instant(nanos: i128) -> Option<DateTime<chrono::Utc>> {
    let seconds = i64::try_from(nanos.div_euclid(SECOND)).ok()?;
    let rest = u32::try_from(nanos.rem_euclid(SECOND)).ok()?;
    DateTime::from_timestamp(seconds, rest)
}

/// `1700000000.25` as nanoseconds, without going through floating point.
fn seconds(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 9 || !all_digits(whole) || !all_digits(part) {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let part: i128 = format!("{part:0<9}").parse().ok()?;
    let nanos = whole.checked_mul(SECOND)?.checked_add(part)?;
    Some(if negative { -nanos } else { nanos })
}

fn fraction(nanos: u32, scale: Option<i64>) -> String {
    let digits = match scale.and_then(|scale| usize::try_from(scale).ok()) {
        Some(scale) => scale.min(9),
        None if nanos == 0 => 0,
        None => 9,
    };
    if digits == 0 {
        return String::new();
    }
    let all = format!("{nanos:09}");
    format!(".{}", all.get(..digits).unwrap_or(&all))
}
