//! What the recorder has done and how far behind it is.
//!
//! Enters: commits and what the journal says of its end. Leaves: numbers, for metrics and health. Never here: a position to start from.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ledger::archive::Committed;
use ledger::journal::Partition;
use parking_lot::Mutex;

/// Counters of one recorder. Cheap to clone; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Counters(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    recorded: AtomicU64,
    quarantined: AtomicU64,
    commits: AtomicU64,
    failures: AtomicU64,
    places: Mutex<BTreeMap<Partition, Place>>,
}

/// Where one partition stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The archive's position.
    pub archived: u64,
    /// The offset after the journal's last record, as last asked.
    pub journal_end: u64,
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
        places
            .values()
            .map(|place| place.journal_end.saturating_sub(place.archived))
            .sum()
    }

    /// Where each partition this recorder holds stands.
    pub fn places(&self) -> BTreeMap<Partition, Place> {
        self.0.places.lock().clone()
    }

    pub(crate) fn committed(&self, partition: Partition, committed: &Committed) {
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
    }

    pub(crate) fn journal_end(&self, partition: Partition, end: u64) {
        self.0
            .places
            .lock()
            .entry(partition)
            .or_default()
            .journal_end = end;
    }

    pub(crate) fn failed(&self) {
        self.0.failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn left(&self, partition: Partition) {
        self.0.places.lock().remove(&partition);
    }
}
