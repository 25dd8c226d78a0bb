//! Coarser values: a mail address's domain, three digits of a postal code, a year.
//!
//! Enters: a value. Leaves: one that many others share. Never here: keys.

use super::{Outcome, Value, of_text};
use detect::contact::email_around;
use detect::date::{Day, from_days, parse, to_days};

/// Three-digit areas with fewer than 20,000 inhabitants: HIPAA's safe harbour shows them as 000.
const SPARSE: &[&str] = &[
    "036", "059", "102", "203", "205", "369", "556", "692", "753", "772", "821", "823", "878",
    "879", "884", "893",
];
/// Years before it are one class: HIPAA counts ages of 90 and more as one. Kept fixed, so that a value's class never moves.
const OLDEST_YEAR: i32 = 1935;
const DAY: i128 = 86_400_000_000_000;

/// The coarser value; none for what has no known way to be coarser.
pub(super) fn generalize(value: &Value<'_>) -> Option<Outcome> {
    match value {
        Value::Text(text) => general_text(text).map(of_text),
        Value::Fixed(number) => Some(Outcome::Value(Value::Fixed(one_digit(*number)))),
        Value::Real(number) => Some(Outcome::Value(Value::Real(one_digit_real(*number)))),
        Value::Date(days) => Some(Outcome::Value(Value::Date(year_start(*days)))),
        Value::Timestamp(nanos, offset) => {
            let days = i32::try_from(nanos.div_euclid(DAY)).ok()?;
            Some(Outcome::Value(Value::Timestamp(
                i128::from(year_start(days)) * DAY,
                *offset,
            )))
        }
        Value::Boolean(_)
        | Value::Decfloat(_)
        | Value::Time(_)
        | Value::Binary(_)
        | Value::Semi(_)
        | Value::Opaque => None,
    }
}

fn year_start(days: i32) -> i32 {
    let year = from_days(days).year.max(OLDEST_YEAR);
    to_days(Day {
        year,
        month: 1,
        day: 1,
    })
}

fn general_text(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(at) = text.find('@') {
        let (start, end) = email_around(text.as_bytes(), at)?;
        return (start == 0 && end == text.len()).then(|| text.get(at..).unwrap_or("").to_owned());
    }
    if let Some(network) = network(text) {
        return Some(network);
    }
    if let Some(day) = parse(text) {
        return Some(day.year.max(OLDEST_YEAR).to_string());
    }
    zip(text)
}

/// `203.0.113.9` → `203.0.113.0/24`.
fn network(text: &str) -> Option<String> {
    let address: std::net::Ipv4Addr = text.parse().ok()?;
    let [a, b, c, _] = address.octets();
    Some(format!("{a}.{b}.{c}.0/24"))
}

/// `62704-1234` → `627`, `03601` → `000`.
fn zip(text: &str) -> Option<String> {
    let (five, plus) = text.split_once('-').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let shape = five.len() == 5 && digits(five) && matches!(plus.len(), 0 | 4) && digits(plus);
    let area = five.get(..3).filter(|_| shape)?;
    Some(if SPARSE.contains(&area) { "000" } else { area }.to_owned())
}

/// The number cut to its first digit: 1234 → 1000.
fn one_digit(number: i128) -> i128 {
    let mut unit = 1_i128;
    while (number / unit).unsigned_abs() >= 10 {
        unit *= 10;
    }
    number / unit * unit
}

fn one_digit_real(number: f64) -> f64 {
    if number == 0.0 || !number.is_finite() {
        return 0.0;
    }
    let unit = 10_f64.powf(number.abs().log10().floor());
    (number / unit).trunc() * unit
}
