//! The clock's arithmetic: nothing overflows, nothing panics.
//!
//! Enters: instants and spans. Leaves: instants and spans. Never here: what time it is.

use std::time::Duration;

use event::TimeNs;

/// `span` after `now`.
pub fn later(now: TimeNs, span: Duration) -> TimeNs {
    later_ns(now, nanoseconds(span))
}

/// As many seconds after `now`.
pub fn seconds_later(now: TimeNs, seconds: u64) -> TimeNs {
    later(now, Duration::from_secs(seconds))
}

/// As many nanoseconds after `now`.
pub fn later_ns(now: TimeNs, nanoseconds: u64) -> TimeNs {
    let span = i64::try_from(nanoseconds).unwrap_or(i64::MAX);
    TimeNs(now.0.saturating_add(span))
}

/// Nanoseconds from `then` to `now`; none if it is the other way round.
pub fn between(then: TimeNs, now: TimeNs) -> u64 {
    u64::try_from(now.0.saturating_sub(then.0)).unwrap_or(0)
}

/// Whole seconds from `now` to `end`, at least one.
pub fn seconds_to(end: TimeNs, now: TimeNs) -> i64 {
    (end.0.saturating_sub(now.0) / 1_000_000_000).max(1)
}

/// A span in nanoseconds.
pub fn nanoseconds(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use event::TimeNs;

    use super::{between, later, seconds_to};

    #[test]
    fn time_goes_no_further_than_it_can() {
        assert_eq!(later(TimeNs(5), Duration::from_nanos(2)), TimeNs(7));
        assert_eq!(later(TimeNs(5), Duration::MAX), TimeNs(i64::MAX));
        assert_eq!(between(TimeNs(5), TimeNs(9)), 4);
        assert_eq!(between(TimeNs(9), TimeNs(5)), 0);
        assert_eq!(seconds_to(TimeNs(5), TimeNs(9)), 1);
        assert_eq!(seconds_to(TimeNs(3_500_000_000), TimeNs(0)), 3);
    }
}
