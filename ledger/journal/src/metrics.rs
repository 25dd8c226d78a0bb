//! Which metrics the journal and its emitter have, and the form in which every crate lists its own.
//!
//! Enters: events made durable or failed, a moment to read gauges at. Leaves: numbers under the names listed here. Never here:
//! anything of an event but its kind, its size and its time.

use event::{Kind, TimeNs};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

/// Nanoseconds in a second.
const NANOS: f64 = 1e9;

/// How a metric behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts what it sees in buckets.
    Histogram,
}

impl Shape {
    /// As Prometheus calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// One metric. Each crate lists its own in its `metrics.rs`; `src/telemetry/metrics.golden` has all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name: `firn_`, what is measured, the base unit, `_total` where it only grows.
    pub name: &'static str,
    /// How it behaves.
    pub shape: Shape,
    /// What it says.
    pub help: &'static str,
}

impl Metric {
    /// A metric that only grows.
    pub const fn counter(name: &'static str, help: &'static str) -> Self {
        let shape = Shape::Counter;
        Self { name, shape, help }
    }

    /// A metric that goes up and down.
    pub const fn gauge(name: &'static str, help: &'static str) -> Self {
        let shape = Shape::Gauge;
        Self { name, shape, help }
    }

    /// A metric that counts what it sees in buckets.
    pub const fn histogram(name: &'static str, help: &'static str) -> Self {
        let shape = Shape::Histogram;
        Self { name, shape, help }
    }
}

/// Describes `all` to whoever collects metrics in this process.
pub fn describe(all: &[Metric]) {
    for metric in all {
        match metric.shape {
            Shape::Counter => describe_counter!(metric.name, metric.help),
            Shape::Gauge => describe_gauge!(metric.name, metric.help),
            Shape::Histogram => describe_histogram!(metric.name, metric.help),
        }
    }
}

/// Nanoseconds as the seconds that Prometheus counts in; beyond 104 days (2^53 ns) the last ones are rounded.
pub fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / NANOS
}

/// A count as the number a gauge holds; beyond 2^53 it is rounded.
pub fn level(count: u64) -> f64 {
    count as f64
}

const EVENTS: &str = "firn_events_total";
const FAILED: &str = "firn_events_failed_total";
const APPEND: &str = "firn_journal_append_seconds";
const APPENDED: &str = "firn_journal_append_bytes_total";
const WAITING: &str = "firn_journal_events_waiting";
const DEGRADED: &str = "firn_journal_degraded";

/// The journal's metrics.
pub const ALL: [Metric; 6] = [
    Metric::counter(EVENTS, "Events made durable in the journal, by kind."),
    Metric::counter(
        FAILED,
        "Events the journal did not take; whatever rested on them did not happen.",
    ),
    Metric::histogram(
        APPEND,
        "From an event's place in the run to its being durable in the journal.",
    ),
    Metric::counter(APPENDED, "Bytes of events made durable in the journal."),
    Metric::gauge(WAITING, "Events on their way into the journal."),
    Metric::gauge(
        DEGRADED,
        "1 while the journal does not take events, and so nothing that must be recorded happens.",
    ),
];

/// Describes them and begins each at nothing.
pub(crate) fn register() {
    describe(&ALL);
    counter!(FAILED).increment(0);
    counter!(APPENDED).increment(0);
    let _ = histogram!(APPEND);
}

/// An event is durable.
pub(crate) fn appended(kind: Kind, bytes: usize, left: TimeNs, now: TimeNs) {
    let waited = u64::try_from(now.0.saturating_sub(left.0)).unwrap_or(0);
    counter!(EVENTS, "kind" => kind.as_str()).increment(1);
    counter!(APPENDED).increment(bytes as u64);
    histogram!(APPEND).record(seconds(waited));
}

/// The journal failed as many events.
pub(crate) fn failed(events: usize) {
    counter!(FAILED).increment(events as u64);
}

/// Where the emitter stands now.
pub(crate) fn standing(waiting: usize, healthy: bool) {
    gauge!(WAITING).set(level(waiting as u64));
    gauge!(DEGRADED).set(if healthy { 0.0 } else { 1.0 });
}
