//! Which metrics the exporter has.
//!
//! Enters: what became of batches, how far behind a sink is. Leaves: numbers under the names listed here, by sink. Never here: what an
//! item holds.

use std::sync::Arc;
use std::time::Duration;

use event::TimeNs;
use journal::metrics::{Metric, describe, level, seconds};
use metrics::{counter, gauge, histogram};
use parking_lot::Mutex;

use crate::cursor::Counts;

const ITEMS: &str = "firn_export_items_total";
const SENT: &str = "firn_export_batches_total";
const FAILED: &str = "firn_export_failures_total";
const SEND: &str = "firn_export_send_seconds";
const LAG_EVENTS: &str = "firn_export_lag_events";
const LAG_SECONDS: &str = "firn_export_lag_seconds";
const UP: &str = "firn_export_up";

const DETECTIONS: &str = "firn_detections_asked_total";
const FINDINGS: &str = "firn_detections_findings_total";

/// The exporter's metrics.
pub const ALL: [Metric; 9] = [
    Metric::counter(
        ITEMS,
        "Items done with, by sink and result: acknowledged, dead or filtered.",
    ),
    Metric::counter(SENT, "Batches sent, by sink, whatever came of them."),
    Metric::counter(
        FAILED,
        "Batches that a sink did not take, by sink; they are sent again, nothing is lost by them.",
    ),
    Metric::histogram(SEND, "How long a sink took to answer for a batch."),
    Metric::gauge(
        LAG_EVENTS,
        "Offsets between a sink's cursor and the journal's end, by sink.",
    ),
    Metric::gauge(
        LAG_SECONDS,
        "How long the oldest item of the batch at work has waited, by sink; 0 if none waits.",
    ),
    Metric::gauge(UP, "1 while a sink takes batches, 0 while it does not."),
    Metric::counter(
        DETECTIONS,
        "Windows of detections that were asked, by rule and result: answered or failed; one that failed is asked again.",
    ),
    Metric::counter(FINDINGS, "Findings raised, by rule."),
];

/// What is told of detections.
pub struct Watch(());

impl Watch {
    /// Describes the metrics and begins those of `rules` at nothing.
    pub fn new<'a>(rules: impl Iterator<Item = &'a str>) -> Self {
        describe(&ALL);
        for rule in rules {
            for result in ["answered", "failed"] {
                counter!(DETECTIONS, "rule" => rule.to_owned(), "result" => result).increment(0);
            }
            counter!(FINDINGS, "rule" => rule.to_owned()).increment(0);
        }
        Self(())
    }

    pub(crate) fn asked(&self, rule: &str, raised: usize) {
        counter!(DETECTIONS, "rule" => rule.to_owned(), "result" => "answered").increment(1);
        counter!(FINDINGS, "rule" => rule.to_owned()).increment(raised as u64);
    }

    pub(crate) fn failed(&self, rule: &str) {
        counter!(DETECTIONS, "rule" => rule.to_owned(), "result" => "failed").increment(1);
    }
}

/// What is told of one sink. Cheap to clone.
#[derive(Clone)]
pub struct Meter(Arc<Told>);

struct Told {
    sink: String,
    state: Mutex<State>,
}

/// Why a sink takes nothing, and how often it was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) why: String,
    pub(crate) times: u64,
}

#[derive(Default)]
struct State {
    failing: Option<Trouble>,
    oldest: Option<TimeNs>,
    lag_events: u64,
}

impl Meter {
    /// Describes the metrics and begins those of `sink` at nothing.
    pub fn new(sink: &str) -> Self {
        describe(&ALL);
        for result in ["acknowledged", "dead", "filtered"] {
            counter!(ITEMS, "sink" => sink.to_owned(), "result" => result).increment(0);
        }
        for name in [SENT, FAILED] {
            counter!(name, "sink" => sink.to_owned()).increment(0);
        }
        let _ = histogram!(SEND, "sink" => sink.to_owned());
        Self(Arc::new(Told {
            sink: sink.to_owned(),
            state: Mutex::default(),
        }))
    }

    /// The sink's name.
    pub fn sink(&self) -> &str {
        &self.0.sink
    }

    /// Why it takes nothing now; none while it does.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        self.0.state.lock().failing.clone()
    }

    /// Sets the gauges to what holds now.
    pub fn measure(&self, now: TimeNs) {
        let state = self.0.state.lock();
        let waited = state.oldest.map_or(0, |oldest| {
            u64::try_from(now.0.saturating_sub(oldest.0)).unwrap_or(0)
        });
        let sink = || self.0.sink.clone();
        gauge!(LAG_EVENTS, "sink" => sink()).set(level(state.lag_events));
        gauge!(LAG_SECONDS, "sink" => sink()).set(seconds(waited));
        gauge!(UP, "sink" => sink()).set(if state.failing.is_none() { 1.0 } else { 0.0 });
    }

    /// Sets the gauges to those of a sink that is well.
    pub(crate) fn retire(&self) {
        let sink = || self.0.sink.clone();
        gauge!(LAG_EVENTS, "sink" => sink()).set(0.0);
        gauge!(LAG_SECONDS, "sink" => sink()).set(0.0);
        gauge!(UP, "sink" => sink()).set(1.0);
    }

    pub(crate) fn sent(&self, took: Duration) {
        counter!(SENT, "sink" => self.0.sink.clone()).increment(1);
        histogram!(SEND, "sink" => self.0.sink.clone()).record(took.as_secs_f64());
    }

    pub(crate) fn failing(&self, why: &str) {
        counter!(FAILED, "sink" => self.0.sink.clone()).increment(1);
        let mut state = self.0.state.lock();
        let times = state.failing.as_ref().map_or(0, |before| before.times);
        state.failing = Some(Trouble {
            why: why.to_owned(),
            times: times + 1,
        });
    }

    pub(crate) fn healthy(&self) {
        self.0.state.lock().failing = None;
    }

    pub(crate) fn done(&self, counts: &Counts) {
        let sink = || self.0.sink.clone();
        for (result, count) in [
            ("acknowledged", counts.acknowledged),
            ("dead", counts.dead),
            ("filtered", counts.filtered),
        ] {
            counter!(ITEMS, "sink" => sink(), "result" => result).increment(count);
        }
    }

    pub(crate) fn waits(&self, oldest: Option<TimeNs>) {
        self.0.state.lock().oldest = oldest;
    }

    pub(crate) fn behind(&self, events: u64) {
        self.0.state.lock().lag_events = events;
    }

    /// How far behind it is, as it was last told.
    #[cfg(test)]
    pub(crate) fn lag_events(&self) -> u64 {
        self.0.state.lock().lag_events
    }
}
