//! What the recorder has done and how far behind it is.
//!
//! Enters: commits and what the journal says of its end. Leaves: numbers, for metrics and health. Never here: a position to start from.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use archive::Committed;
use event::TimeNs;
use journal::Partition;
use parking_lot::Mutex;

use crate::metrics;

/// Counters of one recorder. Cheap to clone; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Counters(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    recorded: AtomicU64,
    quarantined: AtomicU64,
    commits: AtomicU64,
    failures: AtomicU64,
    joined: AtomicBool,
    places: Mutex<BTreeMap<Partition, Place>>,
}

/// Where one partition stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The archive's position.
    pub archived: u64,
    /// The offset after the journal's last record, as last asked.
    pub journal_end: u64,
    /// Since when the oldest record that is not archived has waited, as far as is known.
    pub waiting_since: Option<TimeNs>,
    /// The last try to read or to commit failed.
    pub trouble: bool,
}

impl Place {
    /// Offsets between the archive and the journal's end.
    pub const fn lag(&self) -> u64 {
        self.journal_end.saturating_sub(self.archived)
    }

    /// How long the oldest record that is not archived has waited at `now`, nanoseconds.
    fn waited(&self, now: TimeNs) -> u64 {
        match self.waiting_since {
            Some(since) if self.lag() > 0 => {
                u64::try_from(now.0.saturating_sub(since.0)).unwrap_or(0)
            }
            _ => 0,
        }
    }
}

impl Counters {
    /// Events this recorder archived.
    pub fn recorded(&self) -> u64 {
        self.0.recorded.load(Ordering::Relaxed)
    }

    /// Records this recorder put into quarantine.
    pub fn quarantined(&self) -> u64 {
        self.0.quarantined.load(Ordering::Relaxed)
    }

    /// Batches this recorder committed.
    pub fn commits(&self) -> u64 {
        self.0.commits.load(Ordering::Relaxed)
    }

    /// Tries that failed: journal or archive.
    pub fn failures(&self) -> u64 {
        self.0.failures.load(Ordering::Relaxed)
    }

    /// Offsets between the archive and the journal's end, over the partitions this recorder holds.
    pub fn lag(&self) -> u64 {
        let places = self.0.places.lock();
        places.values().map(Place::lag).sum()
    }

    /// Where each partition this recorder holds stands.
    pub fn places(&self) -> BTreeMap<Partition, Place> {
        self.0.places.lock().clone()
    }

    /// Whether this recorder is in its group and none of its partitions is in trouble.
    pub fn ready(&self) -> bool {
        let places = self.0.places.lock();
        self.0.joined.load(Ordering::Relaxed) && places.values().all(|place| !place.trouble)
    }

    /// Sets the recorder's gauges to what they are at `now`.
    pub fn measure(&self, now: TimeNs) {
        let places = self.places();
        metrics::held(places.len());
        for (partition, place) in places {
            metrics::behind(partition, place.lag(), place.waited(now));
        }
    }

    pub(crate) fn committed(&self, partition: Partition, committed: &Committed, took_ns: u64) {
        metrics::committed(committed, took_ns);
        let count = |counter: &AtomicU64, more: usize| {
            counter.fetch_add(more as u64, Ordering::Relaxed);
        };
        count(&self.0.recorded, committed.events);
        count(&self.0.quarantined, committed.quarantined);
        count(&self.0.commits, 1);
        self.archived(partition, committed.position);
    }

    pub(crate) fn archived(&self, partition: Partition, position: u64) {
        let mut places = self.0.places.lock();
        let place = places.entry(partition).or_default();
        place.archived = place.archived.max(position);
        place.journal_end = place.journal_end.max(position);
        place.waiting_since = None;
        place.trouble = false;
    }

    /// The oldest record that is not archived was written `since` then, as far as this recorder has read.
    pub(crate) fn waits(&self, partition: Partition, since: TimeNs) {
        let mut places = self.0.places.lock();
        let known = &mut places.entry(partition).or_default().waiting_since;
        *known = Some(known.map_or(since, |known| known.min(since)));
    }

    pub(crate) fn journal_end(&self, partition: Partition, end: u64, now: TimeNs) {
        let mut places = self.0.places.lock();
        let place = places.entry(partition).or_default();
        place.journal_end = end;
        if place.lag() > 0 {
            // Not read yet; what is read next says since when, if that is longer ago.
            place.waiting_since.get_or_insert(now);
        }
    }

    pub(crate) fn failed(&self) {
        self.0.failures.fetch_add(1, Ordering::Relaxed);
        metrics::failed();
    }

    /// A try to read or commit `partition` failed.
    pub(crate) fn trouble(&self, partition: Partition) {
        self.failed();
        let mut places = self.0.places.lock();
        places.entry(partition).or_default().trouble = true;
    }

    pub(crate) fn joined(&self, joined: bool) {
        self.0.joined.store(joined, Ordering::Relaxed);
    }

    pub(crate) fn left(&self, partition: Partition) {
        self.0.places.lock().remove(&partition);
        metrics::behind(partition, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use event::TimeNs;
    use journal::{Partition, Topic};

    use super::Counters;

    const PARTITION: Partition = Partition {
        topic: Topic::Events,
        number: 0,
    };

    #[test]
    fn a_recorder_in_trouble_is_not_ready() {
        let counters = Counters::default();
        assert!(!counters.ready(), "not in its group yet");
        counters.joined(true);
        counters.archived(PARTITION, 0);
        assert!(counters.ready());
        counters.trouble(PARTITION);
        assert!(!counters.ready());
        counters.archived(PARTITION, 7);
        assert!(counters.ready());
        counters.joined(false);
        assert!(!counters.ready());
    }

    #[test]
    fn the_oldest_record_says_how_long_is_waited() {
        let counters = Counters::default();
        let waited = |now| counters.places()[&PARTITION].waited(TimeNs(now));
        counters.archived(PARTITION, 10);
        counters.journal_end(PARTITION, 10, TimeNs(50));
        assert_eq!(waited(60), 0, "nothing waits");
        counters.journal_end(PARTITION, 12, TimeNs(60));
        assert_eq!(waited(75), 15, "since it was first seen");
        counters.waits(PARTITION, TimeNs(40));
        counters.waits(PARTITION, TimeNs(55));
        assert_eq!(waited(75), 35, "since it was written");
        counters.archived(PARTITION, 11);
        counters.waits(PARTITION, TimeNs(70));
        assert_eq!(waited(75), 5, "the next one's turn");
        counters.archived(PARTITION, 12);
        assert_eq!(waited(99), 0);
    }
}
