//! What was delivered of a statement, each stretch once. A stretch is a result's inline part (chunk 0) or one of its chunks.
//!
//! Enters: `response.started` and `response.finished`. Leaves: sums, and whether all that began came. Never here: rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::limits::{FOLD_CHUNKS_AHEAD_MAX, FOLD_RESULTS_MAX};
use crate::payload::{ResponseFinished, ResponseStarted};

/// Sums over stretches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// How many rows.
    pub rows: u64,
    /// Bytes, before HTTP compression.
    pub bytes: u64,
    /// Cells masked.
    pub masked_cells: u64,
    /// Rows inserted, updated and deleted; none where Snowflake did not say.
    pub rows_changed: Option<u64>,
}

impl Delivered {
    fn add(&mut self, other: &Self) {
        self.rows = self.rows.saturating_add(other.rows);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.masked_cells = self.masked_cells.saturating_add(other.masked_cells);
        if let Some(changed) = other.rows_changed {
            self.rows_changed = Some(self.rows_changed.unwrap_or(0).saturating_add(changed));
        }
    }
}

/// Everything delivered so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deliveries {
    results: BTreeMap<u32, Result>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Result {
    /// Chunks beyond the inline part, where it began.
    chunks: Option<u32>,
    came: Chunks,
    sums: Option<Delivered>,
}

impl Deliveries {
    /// A result begins; a later telling of the same changes nothing.
    pub fn started(&mut self, started: &ResponseStarted) {
        if let Some(result) = self.result(started.result) {
            result.chunks.get_or_insert(started.chunks);
        }
    }

    /// A stretch came whole. One that came before, or of more results than are kept apart, adds nothing.
    pub fn finished(&mut self, finished: &ResponseFinished) {
        if let Some(result) = self.result(finished.result)
            && result.came.insert(finished.chunk)
        {
            result.sums.get_or_insert_default().add(&Delivered {
                rows: finished.rows,
                bytes: finished.bytes,
                masked_cells: finished.masked_cells,
                rows_changed: finished.counts.map(|counts| {
                    let changed = counts.inserted.saturating_add(counts.updated);
                    changed.saturating_add(counts.deleted)
                }),
            });
        }
    }

    /// Sums over every stretch of one result; none where nothing of it was delivered whole.
    pub fn of_result(&self, result: u32) -> Option<Delivered> {
        self.results.get(&result).and_then(|result| result.sums)
    }

    /// Sums over every stretch; none where nothing was delivered whole.
    pub fn sums(&self) -> Option<Delivered> {
        let sums = self.results.values().filter_map(|result| result.sums);
        sums.reduce(|mut sum, one| {
            sum.add(&one);
            sum
        })
    }

    /// At least one result began, and every stretch of each that did came.
    pub fn is_whole(&self) -> bool {
        let mut begun = self
            .results
            .values()
            .filter_map(|result| result.chunks.map(|chunks| (result, chunks)))
            .peekable();
        begun.peek().is_some() && begun.all(|(result, chunks)| result.came.has_up_to(chunks))
    }

    fn result(&mut self, number: u32) -> Option<&mut Result> {
        if self.results.len() >= FOLD_RESULTS_MAX && !self.results.contains_key(&number) {
            return None;
        }
        Some(self.results.entry(number).or_default())
    }
}

/// A set of numbers that mostly come in order: all below a bound, and some beyond it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Chunks {
    below: u32,
    ahead: BTreeSet<u32>,
}

impl Chunks {
    /// False if it was there, or too many stand apart.
    fn insert(&mut self, chunk: u32) -> bool {
        if chunk < self.below || self.ahead.contains(&chunk) {
            return false;
        }
        if chunk > self.below {
            return self.ahead.len() < FOLD_CHUNKS_AHEAD_MAX && self.ahead.insert(chunk);
        }
        self.below = self.below.saturating_add(1);
        while self.ahead.remove(&self.below) {
            self.below = self.below.saturating_add(1);
        }
        true
    }

    const fn has_up_to(&self, last: u32) -> bool {
        self.below > last
    }
}
