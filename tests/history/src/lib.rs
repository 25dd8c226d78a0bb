//! One fixed history that golden tests of several crates tell: a masked select, a blocked DROP, an approved UPDATE, a failure, a second
//! agent, a refused login, an auditor.
//!
//! Enters: nothing. Leaves: the same events for ever, chained as an emitter would. Never here: time, randomness, raw values.

#![allow(
    clippy::unwrap_used,
    reason = "test support: a value that does not parse is a mistake in this file"
)]

mod scene;
mod story;

use std::collections::{BTreeMap, HashMap};

use event::{Digest, Event, Kind, Part, RunId, SessionId, encode, event_hash};
use ledger::journal::{Offset, Partition, Position, Topic};

pub use scene::{page_body, session_id, statement_id};

/// Every event in the order it was emitted.
pub fn events() -> Vec<Event> {
    let mut scene = scene::Scene::new();
    story::tell(&mut scene);
    chain(scene.events)
}

/// [`events`] as a journal of one control partition and `partitions` event partitions would hold them.
pub fn journaled(partitions: u32) -> Vec<(Position, Event)> {
    let mut next: BTreeMap<Partition, u64> = BTreeMap::new();
    events()
        .into_iter()
        .map(|event| {
            let partition = partition(&event, partitions);
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

/// The topic `event` belongs to.
pub const fn topic(event: &Event) -> Topic {
    match event.kind() {
        Kind::ApprovalRequested
        | Kind::ApprovalGranted
        | Kind::ApprovalDenied
        | Kind::StatementClaimed
        | Kind::PolicyLoaded => Topic::Control,
        _ => Topic::Events,
    }
}

fn partition(event: &Event, partitions: u32) -> Partition {
    let topic = topic(event);
    let number = match topic {
        Topic::Control => 0,
        Topic::Events => ledger::journal::partitioner::partition_of(&event.key(), partitions),
    };
    Partition { topic, number }
}

/// Gives each event its number and its predecessor's hash.
fn chain(mut events: Vec<Event>) -> Vec<Event> {
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
