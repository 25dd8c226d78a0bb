//! Numbers and dates with noise.
//!
//! Enters: a number and a bound. Leaves: one within the bound, the same for the same value. Never here: randomness that differs from one
//! query to the next; averages over repeated queries would undo it.

use super::{Outcome, Value, hash};

const DAY: i128 = 86_400_000_000_000;

/// The value moved by up to `percent` of itself (a number by one unit at least; a date by up to `percent` days).
pub(super) fn noise(key: &[u8; 32], value: &Value<'_>, percent: u8) -> Option<Outcome> {
    if percent == 0 {
        return None;
    }
    let outcome = match value {
        Value::Fixed(number) => Value::Fixed(integer(key, *number, percent)?),
        Value::Real(number) => Value::Real(
            number * (1.0 + share(key, number.to_bits().into()) * f64::from(percent) / 100.0),
        ),
        Value::Date(days) => {
            Value::Date(days.checked_add(days_off(key, i128::from(*days), percent)?)?)
        }
        Value::Timestamp(nanos, zone) => {
            let off = days_off(key, nanos.div_euclid(DAY), percent)?;
            Value::Timestamp(nanos.checked_add(i128::from(off) * DAY)?, *zone)
        }
        _ => return None,
    };
    Some(Outcome::Value(outcome))
}

/// A share from -1 to 1, never 0.
fn share(key: &[u8; 32], of: u128) -> f64 {
    let bits = u128::from_be_bytes(hash::bytes(key, &of.to_be_bytes()));
    let size = ((bits >> 1) % 1_000_000 + 1) as f64 / 1e6;
    if bits & 1 == 0 { size } else { -size }
}

/// Stays inside the narrowest type that holds the value, whatever width the chunk has, and on its side of zero.
fn integer(key: &[u8; 32], number: i128, percent: u8) -> Option<i128> {
    let (percent, magnitude) = (i128::from(percent), number.checked_abs()?);
    let bound = (magnitude / 100)
        .checked_mul(percent)?
        .checked_add(magnitude % 100 * percent / 100)?
        .max(1);
    let bits = i128::from_be_bytes(hash::bytes(key, &number.to_be_bytes()));
    let size = (bits >> 1).rem_euclid(bound).checked_add(1)?;
    let moved = number.checked_add(if bits & 1 == 0 { size } else { -size })?;
    let most = hash::ceiling(number).max(magnitude);
    Some(if number < 0 {
        moved.clamp(-most, -1)
    } else {
        moved.clamp(0, most)
    })
}

fn days_off(key: &[u8; 32], day: i128, most: u8) -> Option<i32> {
    let bits = u128::from_be_bytes(hash::bytes(key, &day.to_be_bytes()));
    let size = i32::try_from((bits >> 1) % u128::from(most)).ok()? + 1;
    Some(if bits & 1 == 0 { size } else { -size })
}
