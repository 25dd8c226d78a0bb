//! Where events of a history stand: their numbers and hashes in the chain, their places in a journal.
//!
//! Enters: events in the order they were emitted. Leaves: the same, chained and placed. Never here: what happened.

use std::collections::{BTreeMap, HashMap};

use event::{Digest, Event, Kind, Part, RunId, SessionId, encode, event_hash};
use journal::emit::topic_of;
use journal::{Offset, Partition, Position, Topic};

/// `events`, each at the next offset of its partition.
pub(crate) fn placed(
    events: Vec<Event>,
    partition: impl Fn(&Event) -> Partition,
) -> Vec<(Position, Event)> {
    let mut next: BTreeMap<Partition, u64> = BTreeMap::new();
    events
        .into_iter()
        .map(|event| {
            let partition = partition(&event);
            let offset = next.entry(partition).or_default();
            let position = Position {
                partition,
                offset: Offset(*offset),
            };
            *offset += 1;
            (position, event)
        })
        .collect()
}

/// The topic of `event` in the oldest history: ends of sessions were among the events when it was told first, and golden files have the places
/// that come of it.
pub const fn topic(event: &Event) -> Topic {
    match event.kind() {
        Kind::SessionClosed => Topic::Events,
        kind => topic_of(kind),
    }
}

pub(crate) fn partition(topic: Topic, event: &Event, partitions: u32) -> Partition {
    let number = match topic {
        Topic::Control => 0,
        Topic::Events => journal::partitioner::partition_of(&event.key(), partitions),
    };
    Partition { topic, number }
}

/// Gives each event its number and its predecessor's hash.
pub(crate) fn chain(mut events: Vec<Event>) -> Vec<Event> {
    let mut seqs: HashMap<RunId, u64> = HashMap::new();
    let mut parts: HashMap<(RunId, Option<SessionId>), (u64, Digest)> = HashMap::new();
    for event in &mut events {
        let run = event.producer.run;
        let seq = seqs.entry(run).or_default();
        event.producer.seq = *seq;
        *seq += 1;
        let (index, head) = parts
            .entry((run, event.session_id))
            .or_insert((0, Digest::ZERO));
        event.part = Part {
            index: *index,
            previous_hash: *head,
        };
        *index += 1;
        *head = event_hash(&encode(event).unwrap());
    }
    events
}
