//! A batch on its way, and what it changes where it lands.
//!
//! Enters: records, and the counts of their items by partition and hour. Leaves: those counts, put right by what became of each. Never
//! here: a sink, a store.

use std::collections::BTreeMap;

use journal::Partition;
use uuid::Uuid;

use crate::cursor::{Counts, Move};
use crate::deliver::Refused;
use crate::plan::Record;

/// The counts of one hour of one partition, to be moved with its position.
pub(crate) type Hours = BTreeMap<i64, Counts>;

/// A batch on its way, and where its sink stands once it is done with.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    pub(crate) records: Vec<Record>,
    /// What cannot be sent at all.
    pub(crate) dead: Vec<Refused>,
    /// The partition and the hour of each item, as the counts have them.
    pub(crate) places: BTreeMap<Uuid, (Partition, i64)>,
    pub(crate) moves: Vec<Move>,
}

impl Flight {
    /// The counts in which `item` is.
    pub(super) fn counts(&mut self, item: Uuid) -> Option<&mut Counts> {
        let (partition, hour) = self.places.get(&item)?;
        let mut moves = self.moves.iter_mut();
        let its = moves.find(|one| one.partition == *partition)?;
        its.hours.get_mut(hour)
    }

    /// Counts what was sent again.
    pub(super) fn count_again(&mut self, again: &BTreeMap<Uuid, u64>) {
        for (item, times) in again {
            if let Some(counts) = self.counts(*item) {
                counts.sent = Some(counts.tries() + times);
            }
        }
    }
}
