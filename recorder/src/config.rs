//! The recorder's section of the configuration.
//!
//! Enters: TOML with human sizes and durations. Leaves: checked numbers. Never here: a key that is ignored.

use std::fmt;
use std::time::Duration;

use humantime::FormattedDuration;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::limits;

/// Units a size may have, longest first.
const UNITS: [(&str, u64); 6] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
];

/// When batches are committed, and what they may take.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Members of one group share the journal's partitions.
    pub group: String,
    /// A batch is committed when its records reach this size, `"32 MiB"`.
    #[serde(deserialize_with = "size")]
    pub max_batch_bytes: u64,
    /// A batch is committed when it holds this many records.
    pub max_batch_events: u64,
    /// A batch is committed when its first record has waited this long, `"5s"`.
    #[serde(deserialize_with = "duration")]
    pub max_batch_age: Duration,
    /// Memory that batches of all partitions may take together, `"512 MiB"`.
    #[serde(deserialize_with = "size")]
    pub max_memory: u64,
    /// How long the objects of files that were compacted stay for readers of older snapshots, `"24h"`.
    #[serde(deserialize_with = "duration")]
    pub keep_replaced: Duration,
    /// At shutdown, how long the last batches may take, `"20s"`.
    #[serde(deserialize_with = "duration")]
    pub drain_timeout: Duration,
    /// What goes, of a section of its own; none: nothing does.
    #[serde(skip)]
    pub retention: Option<Retention>,
}

/// What goes when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// By which rules.
    pub rules: archive::retention::Rules,
    /// How often they are applied.
    pub every: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            group: "firn-recorder".to_owned(),
            max_batch_bytes: limits::BATCH_BYTES,
            max_batch_events: limits::BATCH_EVENTS,
            max_batch_age: limits::BATCH_AGE,
            max_memory: limits::MEMORY_BYTES,
            keep_replaced: archive::limits::REPLACED_KEPT,
            drain_timeout: limits::DRAIN,
            retention: None,
        }
    }
}

/// Why a configuration cannot work.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// A limit of nothing.
    #[error("[recorder] {0} must be more than zero")]
    Zero(&'static str),
    /// The memory does not hold one batch.
    #[error(
        "[recorder] max_memory of {memory} bytes does not hold one batch, which takes {needed}: raise it or lower max_batch_bytes"
    )]
    Memory {
        /// As configured.
        memory: u64,
        /// What one full batch takes.
        needed: u64,
    },
    /// Readers would lose files they are reading.
    #[error(
        "[recorder] keep_replaced must be {} at least: so long a query may read files that were replaced",
        written(.least)
    )]
    KeepReplaced {
        /// The least time.
        least: Duration,
    },
    /// What was replaced would never be deleted, whatever went by retention among it.
    #[error(
        "[recorder] keep_replaced must be {} at most: a table's log forgets after seven days what is to be deleted",
        written(.most)
    )]
    KeepReplacedLong {
        /// The most time.
        most: Duration,
    },
}

impl Config {
    /// Refuses limits that could never be met, as a start does.
    pub fn check(&self) -> Result<(), ConfigError> {
        let positive = [
            ("max_batch_bytes", self.max_batch_bytes),
            ("max_batch_events", self.max_batch_events),
            (
                "max_batch_age",
                self.max_batch_age.as_nanos().try_into().unwrap_or(u64::MAX),
            ),
        ];
        if let Some((name, _)) = positive.into_iter().find(|(_, value)| *value == 0) {
            return Err(ConfigError::Zero(name));
        }
        if self.keep_replaced < limits::KEEP_REPLACED_MIN {
            return Err(ConfigError::KeepReplaced {
                least: limits::KEEP_REPLACED_MIN,
            });
        }
        if self.keep_replaced > limits::KEEP_REPLACED_MAX {
            return Err(ConfigError::KeepReplacedLong {
                most: limits::KEEP_REPLACED_MAX,
            });
        }
        let needed = self.max_batch_bytes.saturating_mul(limits::MEMORY_FACTOR);
        if self.max_memory < needed {
            return Err(ConfigError::Memory {
                memory: self.max_memory,
                needed,
            });
        }
        Ok(())
    }
}

/// As people write it.
fn written(duration: &Duration) -> FormattedDuration {
    humantime::format_duration(*duration)
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    deserializer.deserialize_str(Written)
}

fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    deserializer.deserialize_str(Size)
}

/// A duration as people write it. Whoever gives a number instead is told how.
struct Written;

impl Visitor<'_> for Written {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration in quotes, like \"5s\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
        humantime::parse_duration(text)
            .map_err(|error| E::custom(format!("duration {text:?}: {error}; write \"5s\"")))
    }
}

/// A size as people write it. Whoever gives a number instead is told how.
struct Size;

impl Visitor<'_> for Size {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a size in quotes, like \"32 MiB\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
        parse_size(text)
            .ok_or_else(|| E::custom(format!("size {text:?} has no known form; write \"32 MiB\"")))
    }
}

fn parse_size(text: &str) -> Option<u64> {
    let (number, unit) = UNITS
        .into_iter()
        .find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))
        .or_else(|| Some((text.strip_suffix('B').unwrap_or(text), 1)))?;
    number.trim().parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_write_them() {
        let cases = [
            ("32 MiB", Some(32 << 20)),
            ("1GiB", Some(1 << 30)),
            ("5 kB", Some(5_000)),
            ("7 B", Some(7)),
            ("7", Some(7)),
            ("", None),
            ("MiB", None),
            ("-1 MiB", None),
            ("1.5 GiB", None),
            ("99999999999 GiB", None),
        ];
        for (text, size) in cases {
            assert_eq!(parse_size(text), size, "{text}");
        }
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let good = "group = 'a'\nmax_batch_bytes = '1 MiB'\nmax_batch_age = '250ms'";
        let config: Config = toml::from_str(good).unwrap();
        assert_eq!(config.max_batch_bytes, 1 << 20);
        assert_eq!(config.max_batch_age, Duration::from_millis(250));
        assert_eq!(config.check(), Ok(()));
        assert!(toml::from_str::<Config>("max_batch_size = '1 MiB'").is_err());
    }

    #[test]
    fn a_number_without_a_unit_is_answered_with_an_example() {
        for (wrong, example) in [
            ("max_batch_bytes = 5", "like \"32 MiB\""),
            ("max_batch_bytes = '5 miles'", "write \"32 MiB\""),
            ("max_batch_age = 5", "like \"5s\""),
            ("max_batch_age = 'soon'", "write \"5s\""),
        ] {
            let error = toml::from_str::<Config>(wrong).unwrap_err().to_string();
            assert!(error.contains(example), "{wrong}: {error}");
        }
    }

    #[test]
    fn bounds_are_told_as_they_are_written() {
        for (days, bound) in [(0, " 10m at least"), (30, " 6days at most")] {
            let config = Config {
                keep_replaced: Duration::from_secs(days * 86_400),
                ..Config::default()
            };
            let error = config.check().unwrap_err().to_string();
            assert!(error.contains(bound), "{error}");
        }
    }

    #[test]
    fn limits_that_cannot_be_met_are_refused() {
        let zero = Config {
            max_batch_events: 0,
            ..Config::default()
        };
        assert_eq!(zero.check(), Err(ConfigError::Zero("max_batch_events")));
        let tight = Config {
            max_memory: 1,
            ..Config::default()
        };
        assert!(matches!(tight.check(), Err(ConfigError::Memory { .. })));
        let hasty = Config {
            keep_replaced: Duration::from_secs(1),
            ..Config::default()
        };
        assert!(matches!(
            hasty.check(),
            Err(ConfigError::KeepReplaced { .. })
        ));
        let patient = Config {
            keep_replaced: Duration::from_secs(7 * 86_400),
            ..Config::default()
        };
        assert!(matches!(
            patient.check(),
            Err(ConfigError::KeepReplacedLong { .. })
        ));
    }
}
