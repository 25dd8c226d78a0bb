//! A made-up history archived as a recorder would: partition by partition, so many events a commit.
//!
//! Enters: an archive, events in the order of a journal. Leaves: how many there were. Never here: what an event says.

use std::collections::BTreeMap;

use anyhow::Result;
use archive::{Archive, Batch};
use event::{Event, encode, event_hash};
use journal::{Partition, Position};

/// Events of a partition in one commit.
const COMMIT_EVENTS: usize = 8_192;

/// Archives all of `history`.
pub async fn record(
    archive: &Archive,
    history: impl Iterator<Item = (Position, Event)>,
) -> Result<u64> {
    let mut batches: BTreeMap<Partition, Batch> = BTreeMap::new();
    let mut events = 0_u64;
    for (position, event) in history {
        let batch = batches
            .entry(position.partition)
            .or_insert_with(|| Batch::new(position.partition, position.offset.0));
        let hash = event_hash(&encode(&event)?);
        batch.push(position.offset.0, event, hash);
        events += 1;
        if batch.events() >= COMMIT_EVENTS {
            archive.commit(batch).await?;
            *batch = Batch::new(position.partition, position.offset.0 + 1);
        }
    }
    for batch in batches.values().filter(|batch| !batch.is_empty()) {
        archive.commit(batch).await?;
    }
    Ok(events)
}
