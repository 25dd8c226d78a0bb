//! Where time comes from.
//!
//! Enters: nothing. Leaves: the time now, from the machine or from a test. Never here: waiting.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use event::TimeNs;
use tokio::time::Instant;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Nanoseconds since 1970-01-01 UTC.
    fn now(&self) -> TimeNs;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> TimeNs {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that asks the machine; everybody else takes a clock"
        )]
        let now = SystemTime::now();
        // Before 1970 and after 2262 the clock is wrong anyway; the nearest end keeps order.
        match now.duration_since(UNIX_EPOCH) {
            Ok(since) => TimeNs(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)),
            Err(_) => TimeNs(0),
        }
    }
}

/// A point to measure from, or to wait for a while after: it never goes back, means nothing to another process, and stands
/// still where tokio's time does. What is recorded has its time from a [`Clock`].
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the machine"
)]
pub fn moment() -> Instant {
    Instant::now()
}

/// A clock that stands still until it is set: for tests and for re-running the past.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Stands at `time`.
    pub const fn at(time: TimeNs) -> Self {
        Self(AtomicI64::new(time.0))
    }

    /// Moves to `time`, back or forth.
    pub fn set(&self, time: TimeNs) {
        self.0.store(time.0, Ordering::SeqCst);
    }

    /// Moves forward by `nanoseconds`.
    pub fn advance(&self, nanoseconds: i64) {
        self.0.fetch_add(nanoseconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> TimeNs {
        TimeNs(self.0.load(Ordering::SeqCst))
    }
}
