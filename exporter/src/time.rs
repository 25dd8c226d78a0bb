//! Spans of time as events count them.
//!
//! Enters: durations of limits and configuration. Leaves: nanoseconds. Never here: a clock.

use std::time::Duration;

/// `span` in nanoseconds, or the most there are.
pub(crate) fn nanos(span: Duration) -> i64 {
    i64::try_from(span.as_nanos()).unwrap_or(i64::MAX)
}
