//! A range of one partition on its way into the archive.
//!
//! Enters: decoded events and records that are none, by offset. Leaves: rows of each table from an offset on, sorted by
//! session. Never here: decoding, and the decision where a range ends (see the recorder).

use std::cmp::Ordering;

use arrow::array::RecordBatch;
use event::{Digest, Event, Kind};

use super::rows::{self, Quarantined, RowError};
use super::table::CommitError;
use journal::{Offset, Partition, Position};

/// Everything the journal holds of one partition between two offsets.
#[derive(Clone, Debug)]
pub struct Batch {
    partition: Partition,
    first: u64,
    end: u64,
    events: Vec<(u64, Event, Digest)>,
    quarantined: Vec<Quarantined>,
}

impl Batch {
    /// An empty range that begins at `first`, the archive's position.
    pub const fn new(partition: Partition, first: u64) -> Self {
        Self {
            partition,
            first,
            end: first,
            events: Vec::new(),
            quarantined: Vec::new(),
        }
    }

    /// The partition.
    pub const fn partition(&self) -> Partition {
        self.partition
    }

    /// The first offset it covers.
    pub const fn first(&self) -> u64 {
        self.first
    }

    /// One past the last offset it covers.
    pub const fn end(&self) -> u64 {
        self.end
    }

    /// Events in it.
    pub fn events(&self) -> usize {
        self.events.len()
    }

    /// Quarantined records in it.
    pub fn quarantined(&self) -> usize {
        self.quarantined.len()
    }

    pub(super) fn events_from(&self, from: u64) -> usize {
        let events = self.events.iter();
        events.filter(|(offset, ..)| *offset >= from).count()
    }

    pub(super) fn quarantined_from(&self, from: u64) -> usize {
        let records = self.quarantined.iter();
        records.filter(|record| record.offset >= from).count()
    }

    /// Records from an offset on whose hash the archive will have: see [`super::coverage::Coverage::leaves`].
    pub(super) fn leaves_from(&self, from: u64) -> u64 {
        let records = self.quarantined.iter();
        let set_aside = records.filter(|record| record.offset >= from && !record.is_dropped());
        (self.events_from(from) + set_aside.count()) as u64
    }

    /// Has rows for `pages` or `quarantine`.
    pub(super) fn has_side_rows(&self) -> bool {
        let page = |(_, event, _): &(u64, Event, Digest)| event.kind() == Kind::ResponsePage;
        !self.quarantined.is_empty() || self.events.iter().any(page)
    }

    /// A batch that begins after the archive's position would leave a gap.
    pub(super) const fn check_reaches(&self, position: u64) -> Result<(), CommitError> {
        if position < self.first {
            return Err(CommitError::Gap {
                partition: self.partition,
                position,
                first: self.first,
            });
        }
        Ok(())
    }

    /// Covers nothing yet.
    pub const fn is_empty(&self) -> bool {
        self.first == self.end
    }

    /// Adds the event at `offset`, whose canonical bytes hash to `hash`; offsets grow.
    pub fn push(&mut self, offset: u64, event: Event, hash: Digest) {
        self.events.push((offset, event, hash));
        self.cover(offset);
    }

    /// Adds a record that is no event.
    pub fn quarantine(&mut self, record: Quarantined) {
        self.cover(record.offset);
        self.quarantined.push(record);
    }

    fn cover(&mut self, offset: u64) {
        self.end = self.end.max(offset.saturating_add(1));
    }

    /// Says that the journal holds nothing more below `end`.
    pub fn cover_up_to(&mut self, end: u64) {
        self.end = self.end.max(end);
    }

    fn sorted(&self, from: u64, keep: impl Fn(&Event) -> bool) -> Vec<(Position, &Event, Digest)> {
        let mut events: Vec<_> = self
            .events
            .iter()
            .filter(|(offset, event, _)| *offset >= from && keep(event))
            .map(|(offset, event, hash)| {
                let position = Position {
                    partition: self.partition,
                    offset: Offset(*offset),
                };
                (position, event, *hash)
            })
            .collect();
        events.sort_by(by_session);
        events
    }

    /// Rows of `events` from an offset on.
    pub(super) fn event_rows(&self, from: u64) -> Result<RecordBatch, RowError> {
        rows::event_rows(&self.sorted(from, |_| true))
    }

    /// Rows of `pages` from an offset on.
    pub(super) fn page_rows(&self, from: u64) -> Result<RecordBatch, RowError> {
        rows::page_rows(&self.sorted(from, |event| event.kind() == Kind::ResponsePage))
    }

    /// Rows of `quarantine` from an offset on.
    pub(super) fn quarantine_rows(&self, from: u64) -> Result<RecordBatch, RowError> {
        let records: Vec<&Quarantined> = self
            .quarantined
            .iter()
            .filter(|record| record.offset >= from)
            .collect();
        rows::quarantine_rows(&records)
    }
}

/// A session's rows stand together, in journal order.
fn by_session(left: &(Position, &Event, Digest), right: &(Position, &Event, Digest)) -> Ordering {
    let key =
        |(position, event, _): &(Position, &Event, Digest)| (event.session_id, position.offset);
    key(left).cmp(&key(right))
}
