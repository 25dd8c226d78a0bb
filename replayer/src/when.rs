//! Times as people read them.
//!
//! Enters: nanoseconds. Leaves: short text. Never here: a clock, a local time zone.

use chrono::{DateTime, SecondsFormat, Utc};
use event::TimeNs;

/// `2026-03-01T12:00:00.123Z`.
pub fn instant(time: TimeNs) -> String {
    DateTime::<Utc>::from_timestamp_nanos(time.0).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// `+01:02.345` since the session's start, with hours where there are any.
pub fn offset(nanos: i64) -> String {
    let sign = if nanos < 0 { '-' } else { '+' };
    let millis = nanos.unsigned_abs() / 1_000_000;
    let (seconds, millis) = (millis / 1000, millis % 1000);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    if hours > 0 {
        format!("{sign}{hours}:{minutes:02}:{seconds:02}.{millis:03}")
    } else {
        format!("{sign}{minutes:02}:{seconds:02}.{millis:03}")
    }
}

/// `412 ms`, `3.2 s`, `4 m 05 s`, `2 h 10 m`.
pub fn span(nanos: i64) -> String {
    let nanos = nanos.max(0);
    let millis = nanos / 1_000_000;
    match millis {
        0 => format!("{} µs", nanos / 1000),
        1..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
        60_000..3_600_000 => format!("{} m {:02} s", millis / 60_000, millis / 1000 % 60),
        _ => format!("{} h {:02} m", millis / 3_600_000, millis / 60_000 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!(offset(62_345_000_000), "+01:02.345");
        assert_eq!(offset(-1_000_000), "-00:00.001");
        assert_eq!(offset(3_600_000_000_000), "+1:00:00.000");
        for (nanos, want) in [
            (900_000, "900 µs"),
            (412_000_000, "412 ms"),
            (3_290_000_000, "3.2 s"),
            (245_000_000_000, "4 m 05 s"),
            (7_800_000_000_000, "2 h 10 m"),
        ] {
            assert_eq!(span(nanos), want);
        }
        assert_eq!(
            instant(TimeNs(1_704_067_200_123_000_000)),
            "2024-01-01T00:00:00.123Z"
        );
    }
}
