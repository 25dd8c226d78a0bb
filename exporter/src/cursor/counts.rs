//! What became of items, in sums that move with a cursor.
//!
//! Enters: counts of batches. Leaves: their sums. Never here: a position, or a count that a position does not cover.

use serde::{Deserialize, Serialize};

/// What became of items, in sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Items that were looked at for this sink: filtered, acknowledged or dead.
    pub produced: u64,
    /// Of these, what became of statements; the others are events, and what stands in an event's place and is none.
    pub statements: u64,
    /// Of these, not wanted by the sink.
    pub filtered: u64,
    /// Of these, acknowledged by the receiver.
    pub acknowledged: u64,
    /// Of these, refused and kept as dead letters.
    pub dead: u64,
    /// Records that were sent: each part, and each try, whatever came of it; none in what earlier releases counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<u64>,
}

impl Counts {
    /// Adds those of `other`.
    pub fn add(&mut self, other: &Self) {
        // Before anything else changes: it may rest on the others.
        self.sent = Some(self.tries().saturating_add(other.tries()));
        self.produced = self.produced.saturating_add(other.produced);
        self.statements = self.statements.saturating_add(other.statements);
        self.filtered = self.filtered.saturating_add(other.filtered);
        self.acknowledged = self.acknowledged.saturating_add(other.acknowledged);
        self.dead = self.dead.saturating_add(other.dead);
    }

    /// Records that were sent. What an earlier release counted went there once at least, unless it died here.
    pub fn tries(&self) -> u64 {
        let at_least = self.acknowledged.saturating_add(self.dead);
        self.sent.unwrap_or(at_least)
    }
}
