//! A time as people give it: a point, or an age counted back from when it is asked.
//!
//! Enters: text of a URL or a command line. Leaves: a [`Moment`]. Never here: a clock; whoever asks says what time it is.

use std::time::Duration;

use chrono::DateTime;
use event::TimeNs;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time, given as such or by how long ago it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A point in time.
    At(TimeNs),
    /// That long before it is asked.
    Ago(Duration),
}

/// A text that is no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no time: use an age like 2h or 30d, a day like 2026-03-01, a time like 2026-03-01T12:00:00Z, or nanoseconds since 1970"
)]
pub struct MomentError(String);

impl Moment {
    /// The point, where it is `now`.
    pub fn at(self, now: TimeNs) -> TimeNs {
        match self {
            Self::At(time) => time,
            Self::Ago(age) => {
                let age = i64::try_from(age.as_nanos()).unwrap_or(i64::MAX);
                TimeNs(now.0.saturating_sub(age))
            }
        }
    }
}

impl From<TimeNs> for Moment {
    fn from(time: TimeNs) -> Self {
        Self::At(time)
    }
}

impl std::str::FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        if let Ok(nanos) = text.parse() {
            return Ok(Self::At(TimeNs(nanos)));
        }
        if let Ok(age) = humantime::parse_duration(text) {
            return Ok(Self::Ago(age));
        }
        let time = DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_rfc3339(&format!("{text}T00:00:00Z")));
        let nanos = time.ok().and_then(|time| time.timestamp_nanos_opt());
        nanos
            .map(|nanos| Self::At(TimeNs(nanos)))
            .ok_or_else(|| MomentError(text.to_owned()))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::At(time) => serializer.serialize_i64(time.0),
            Self::Ago(age) => serializer.collect_str(&humantime::format_duration(*age)),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Given {
            Number(i64),
            Text(String),
        }
        match Given::deserialize(deserializer)? {
            Given::Number(nanos) => Ok(Self::At(TimeNs(nanos))),
            Given::Text(text) => text.parse().map_err(D::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use event::TimeNs;

    use super::Moment;

    #[test]
    fn times_and_ages_are_read_and_come_back_as_written() {
        const HOUR: i64 = 3_600_000_000_000;
        let now = TimeNs(1_772_366_400_000_000_000);
        for (text, wanted) in [
            ("1h", now.0 - HOUR),
            ("30d", now.0 - 30 * 24 * HOUR),
            ("1h 30m", now.0 - HOUR - HOUR / 2),
            ("2026-03-01T12:00:00Z", now.0),
            ("2026-03-01", now.0 - 12 * HOUR),
            ("1772366400000000000", now.0),
        ] {
            let moment: Moment = text.parse().unwrap();
            assert_eq!(moment.at(now).0, wanted, "{text}");
            let written = serde_json::to_string(&moment).unwrap();
            let again: Moment = serde_json::from_str(&written).unwrap();
            assert_eq!(again, moment, "{text}");
        }
        for text in ["", "yesterday", "1", "-1h", "2026-13-01"] {
            let read = text.parse::<Moment>();
            // A number alone is nanoseconds.
            assert_eq!(read.is_ok(), text == "1", "{text:?}: {read:?}");
        }
    }
}
