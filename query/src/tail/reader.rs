//! Reads one partition into its lane, for ever.
//!
//! Enters: a subscription. Leaves: events in the lane, in order. Never here: a record skipped because reading failed; only records that
//! are no events are passed over.

use std::sync::Arc;

use archive::rows::fits;
use backon::BackoffBuilder as _;
use event::{decode, event_hash};
use futures::StreamExt;
use journal::{Delivered, Offset, Partition, ReadError};

use super::Shared;
use super::lane::Held;
use crate::limits::{TAIL_READ_RECORDS, TAIL_RETRY, TAIL_RETRY_MAX};

/// Reads `partition` until it is dropped.
pub(super) async fn run(shared: Arc<Shared>, partition: Partition) {
    let mut pauses = TAIL_RETRY.build();
    loop {
        let before = next(&shared, partition);
        if let Err(error) = follow(&shared, partition).await {
            if let ReadError::Dropped { asked, begins, .. } = error {
                tracing::error!(%partition, asked, begins, "the journal dropped records before they were archived");
                skip(&shared, partition, begins);
                continue;
            }
            tracing::warn!(%partition, %error, "journal tail stands still");
            trouble(&shared, partition, error.to_string());
        }
        if next(&shared, partition) > before {
            pauses = TAIL_RETRY.build();
        }
        tokio::time::sleep(pauses.next().unwrap_or(TAIL_RETRY_MAX)).await;
    }
}

async fn follow(shared: &Shared, partition: Partition) -> Result<(), ReadError> {
    let from = next(shared, partition);
    let records = shared.journal.subscribe(partition, Offset(from)).await?;
    let mut records = records.ready_chunks(TAIL_READ_RECORDS);
    while let Some(chunk) = records.next().await {
        let mut held = Vec::with_capacity(chunk.len());
        let mut end = from;
        let mut failed = None;
        for record in chunk {
            match record {
                Ok(record) => {
                    end = record.position.offset.0 + 1;
                    held.extend(read(record));
                }
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        room(shared).await;
        keep(shared, partition, held, end);
        if let Some(error) = failed {
            return Err(error);
        }
    }
    Ok(())
}

/// The record's event; none where it is no event or has no row, which the recorder quarantines.
fn read(record: Delivered) -> Option<Held> {
    let event = decode(&record.value).ok()?;
    fits(record.position, &event, &record.value).ok()?;
    Some(Held {
        position: record.position,
        event,
        hash: event_hash(&record.value),
        bytes: record.value.len(),
    })
}

fn keep(shared: &Shared, partition: Partition, held: Vec<Held>, end: u64) {
    let mut state = shared.state.lock();
    if let Some(lane) = state.lanes.get_mut(&partition) {
        match lane.push(held, end) {
            Ok(kept) => state.bytes += kept,
            Err(error) => lane.set_trouble(Some(error.to_string())),
        }
    }
    drop(state);
    shared.changed.send_modify(|count| *count += 1);
}

/// Waits while the tail is full; the archive's advance makes room.
async fn room(shared: &Shared) {
    let mut changed = shared.changed.subscribe();
    while shared.state.lock().bytes >= shared.bytes_max {
        if changed.changed().await.is_err() {
            return;
        }
    }
}

fn next(shared: &Shared, partition: Partition) -> u64 {
    let state = shared.state.lock();
    state.lanes.get(&partition).map_or(0, super::Lane::next)
}

fn skip(shared: &Shared, partition: Partition, to: u64) {
    if let Some(lane) = shared.state.lock().lanes.get_mut(&partition) {
        lane.skip_dropped(to);
    }
}

fn trouble(shared: &Shared, partition: Partition, trouble: String) {
    if let Some(lane) = shared.state.lock().lanes.get_mut(&partition) {
        lane.set_trouble(Some(trouble));
    }
}
