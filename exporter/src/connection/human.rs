//! Sizes and durations as people write them.
//!
//! Enters: texts of a configuration. Leaves: bytes and durations, or what to write instead. Never here: which key it is.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error as _};

/// Units a size may have, longest first.
const UNITS: [(&str, usize); 6] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
];

/// A duration as people write it.
pub(crate) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_duration(&text)
        .map_err(|error| D::Error::custom(format!("duration {text:?}: {error}; write \"5s\"")))
}

/// The same, where there may be none.
pub(crate) fn some_duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    duration(deserializer).map(Some)
}

/// A size, where there may be none.
pub(crate) fn some_size<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<usize>, D::Error> {
    size(deserializer).map(Some)
}

/// A size as people write it, bytes.
pub(crate) fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_size(&text).ok_or_else(|| {
        D::Error::custom(format!(
            "size {text:?} has no known form; write \"256 KiB\""
        ))
    })
}

fn parse_size(text: &str) -> Option<usize> {
    let (number, unit) = UNITS
        .into_iter()
        .find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))
        .or_else(|| Some((text.strip_suffix('B').unwrap_or(text), 1)))?;
    number.trim().parse::<usize>().ok()?.checked_mul(unit)
}
