//! One partition's part of the tail.
//!
//! Enters: decoded events with rising offsets. Leaves: Arrow batches from an offset on. Never here: I/O.

use std::collections::VecDeque;

use archive::rows::{RowError, to_batches_hashed};
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use event::{Digest, Event};
use journal::Position;

use super::TailRows;
use crate::limits::{TAIL_BATCH_BYTES, TAIL_BATCH_EVENTS};

/// Why the tail has no rows.
#[derive(Debug, thiserror::Error)]
#[error("journal tail cannot be read as rows: {0}")]
pub struct TailBatchError(#[from] RowError);

/// An event and what is known of its record.
pub(super) struct Held {
    pub position: Position,
    pub event: Event,
    pub hash: Digest,
    /// Length of the record's value, bytes.
    pub bytes: usize,
}

/// Events that have become Arrow.
struct Sealed {
    /// Offset after its last row.
    end: u64,
    bytes: usize,
    events: RecordBatch,
    pages: RecordBatch,
}

/// Events in offset order, older ones as Arrow, the newest as they came.
#[derive(Default)]
pub(super) struct Lane {
    sealed: VecDeque<Sealed>,
    open: Vec<Held>,
    open_bytes: usize,
    /// `open` as Arrow, until it changes.
    open_batches: Option<(RecordBatch, RecordBatch)>,
    next: u64,
    evicted: u64,
    /// The journal dropped records before this offset that were not read here: the archive has them, or nobody.
    lacks_before: u64,
    trouble: Option<String>,
}

impl Lane {
    /// Reads from `next` on.
    pub(super) fn new(next: u64) -> Self {
        Self {
            next,
            ..Self::default()
        }
    }

    /// The next offset to be read.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// Up to where records are missing here that the journal has no more; none if that is 0.
    pub(super) const fn lacks_before(&self) -> u64 {
        self.lacks_before
    }

    /// Why reading stands still.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    pub(super) fn set_trouble(&mut self, trouble: Option<String>) {
        self.trouble = trouble;
    }

    /// Goes on at `begins`, before which the journal has nothing any more.
    pub(super) fn skip_dropped(&mut self, begins: u64) {
        if begins > self.next {
            self.lacks_before = self.lacks_before.max(begins);
            self.next = begins;
        }
    }

    /// Goes on at `next`: everything before it is in the archive.
    pub(super) fn skip_to(&mut self, next: u64) {
        self.next = self.next.max(next);
    }

    /// Takes events read up to `next`; says how many bytes were kept.
    pub(super) fn push(&mut self, held: Vec<Held>, next: u64) -> Result<usize, TailBatchError> {
        let mut kept = 0;
        let evicted = self.evicted;
        for one in held
            .into_iter()
            .filter(|held| held.position.offset.0 >= evicted)
        {
            kept += one.bytes;
            self.open_bytes += one.bytes;
            self.open.push(one);
            self.open_batches = None;
            if self.open.len() >= TAIL_BATCH_EVENTS || self.open_bytes >= TAIL_BATCH_BYTES {
                self.seal()?;
            }
        }
        self.next = self.next.max(next);
        self.trouble = None;
        Ok(kept)
    }

    fn seal(&mut self) -> Result<(), TailBatchError> {
        let Some(last) = self.open.last() else {
            return Ok(());
        };
        let end = last.position.offset.0 + 1;
        let (events, pages) = batches(&self.open)?;
        self.sealed.push_back(Sealed {
            end,
            bytes: std::mem::take(&mut self.open_bytes),
            events,
            pages,
        });
        self.open.clear();
        self.open_batches = None;
        Ok(())
    }

    /// Adds the rows at or after `from` to `rows`.
    pub(super) fn rows(&mut self, from: u64, rows: &mut TailRows) -> Result<(), TailBatchError> {
        let mut add = |events: &RecordBatch, pages: &RecordBatch| {
            rows.events.extend(after(events, from));
            rows.pages.extend(after(pages, from));
        };
        for sealed in self.sealed.iter().filter(|sealed| sealed.end > from) {
            add(&sealed.events, &sealed.pages);
        }
        if !self.open.is_empty() {
            let (events, pages) = match self.open_batches.take() {
                Some(known) => known,
                None => batches(&self.open)?,
            };
            add(&events, &pages);
            self.open_batches = Some((events, pages));
        }
        Ok(())
    }

    /// Drops what lies wholly before `next`; says how many bytes that freed.
    pub(super) fn evict(&mut self, next: u64) -> usize {
        self.evicted = self.evicted.max(next);
        self.skip_to(next);
        let mut freed = 0;
        while let Some(first) = self.sealed.front()
            && first.end <= next
        {
            freed += first.bytes;
            self.sealed.pop_front();
        }
        let kept_from = self
            .open
            .partition_point(|held| held.position.offset.0 < next);
        if kept_from > 0 {
            let gone: usize = self.open.drain(..kept_from).map(|held| held.bytes).sum();
            self.open_bytes -= gone;
            self.open_batches = None;
            freed += gone;
        }
        freed
    }
}

fn batches(held: &[Held]) -> Result<(RecordBatch, RecordBatch), TailBatchError> {
    let rows: Vec<_> = held
        .iter()
        .map(|held| (held.position, &held.event, held.hash))
        .collect();
    Ok(to_batches_hashed(&rows)?)
}

/// The rows of `batch` at or after offset `from`; rows stand in offset order.
fn after(batch: &RecordBatch, from: u64) -> Option<RecordBatch> {
    let offsets = batch
        .column_by_name("offset")
        .and_then(|column| column.as_primitive_opt::<Int64Type>())?;
    let first = offsets
        .values()
        .partition_point(|offset| u64::try_from(*offset).unwrap_or(0) < from);
    let rows = batch.num_rows() - first;
    (rows > 0).then(|| batch.slice(first, rows))
}
