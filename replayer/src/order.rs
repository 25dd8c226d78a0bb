//! One order for what several gateways and two topics recorded.
//!
//! Enters: events with positions, in any order, some twice. Leaves: each once; within a partition in journal order, across
//! partitions by time. Never here: trust in a clock over the journal.

use std::collections::{BTreeMap, HashSet, VecDeque};

use event::Event;
use journal::{Partition, Position};

/// `events`, each once, in the order they are told.
///
/// A partition's own order is the truth (a session is one partition); clocks only say how partitions interleave.
pub fn merge(events: impl IntoIterator<Item = (Position, Event)>) -> Vec<(Position, Event)> {
    let mut seen = HashSet::new();
    let mut lanes: BTreeMap<Partition, VecDeque<(Position, Event)>> = BTreeMap::new();
    for (position, event) in events {
        if seen.insert(event.event_id) {
            let lane = lanes.entry(position.partition).or_default();
            lane.push_back((position, event));
        }
    }
    for lane in lanes.values_mut() {
        lane.make_contiguous()
            .sort_by_key(|(position, _)| position.offset);
    }
    let mut merged = Vec::with_capacity(seen.len());
    loop {
        let heads = lanes.iter().filter_map(|(partition, lane)| {
            let (_, event) = lane.front()?;
            Some((event.time, *partition))
        });
        let Some((_, partition)) = heads.min() else {
            return merged;
        };
        merged.extend(lanes.get_mut(&partition).and_then(VecDeque::pop_front));
    }
}
