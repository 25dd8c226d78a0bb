//! Reading `firn.control`: whole at the start, then for ever.
//!
//! Enters: the journal. Leaves: a folded state, and word to whoever waits for it. Never here: what a record means.

use std::sync::Arc;

use futures::StreamExt as _;
use journal::{Delivered, Journal, Offset, Partition, ReadError, Subscription, Topic};

use super::error::ControlError;
use super::notice::Stood;
use super::shared::Shared;
use crate::limits::{FOLLOW_PAUSE, FOLLOW_START_SILENCE};

/// Folds everything durable now, then goes on in a task.
pub(super) async fn start(
    shared: &Arc<Shared>,
    journal: Arc<dyn Journal>,
) -> Result<(), ControlError> {
    let partitions = journal.partitions(Topic::Control).await?;
    let &[partition] = partitions.as_slice() else {
        return Err(ControlError::Partitions {
            topic: Topic::Control.name(),
            partitions: partitions.len(),
        });
    };
    let bounds = journal.bounds(partition).await?;
    let mut records = journal.subscribe(partition, Offset(bounds.start)).await?;
    if let Some(before) = bounds.start.checked_sub(1) {
        shared.state.write().skip(Offset(before));
    }
    // Offsets are not dense: where the last ones do not exist, silence says that the end is reached.
    while shared.state.read().next().0 < bounds.end {
        match tokio::time::timeout(FOLLOW_START_SILENCE, records.next()).await {
            Ok(Some(record)) => fold(shared, &record?),
            Ok(None) => return Err(ReadError::Unavailable("it ended".to_owned()).into()),
            Err(_) => break,
        }
    }
    let shared_by_task = Arc::clone(shared);
    shared
        .tasks
        .spawn(async move { follow(shared_by_task, journal, partition, records).await });
    Ok(())
}

async fn follow(
    shared: Arc<Shared>,
    journal: Arc<dyn Journal>,
    partition: Partition,
    mut records: Subscription,
) {
    loop {
        let next = tokio::select! {
            () = shared.stop.cancelled() => return,
            next = records.next() => next,
        };
        match next {
            Some(Ok(record)) => fold(&shared, &record),
            failed => {
                if let Some(Err(error)) = failed {
                    tracing::warn!(%error, "control topic interrupted, reading on from the last record");
                }
                let Some(again) = resume(&shared, &*journal, partition).await else {
                    return;
                };
                records = again;
            }
        }
    }
}

/// Subscribes again after the last folded record; none when stopped.
async fn resume(
    shared: &Shared,
    journal: &dyn Journal,
    partition: Partition,
) -> Option<Subscription> {
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return None,
            () = tokio::time::sleep(FOLLOW_PAUSE) => {}
        }
        let from = shared.state.read().next();
        match journal.subscribe(partition, from).await {
            Ok(records) => return Some(records),
            // Retention passed us by; what is gone can only be holds long over.
            Err(ReadError::Dropped { begins, .. }) => {
                if begins > 0 {
                    shared.state.write().skip(Offset(begins.saturating_sub(1)));
                }
            }
            Err(error) => tracing::warn!(%error, "control topic cannot be read, trying again"),
        }
    }
}

fn fold(shared: &Shared, record: &Delivered) {
    let at = record.position.offset;
    let next = {
        let mut state = shared.state.write();
        match event::decode(&record.value) {
            Ok(event) => {
                let before = Stood::of(&state, &event);
                state.apply(at, &event);
                if let Some(notice) = before.and_then(|before| before.notice(&state, &event)) {
                    shared.notices.lock().tell(notice);
                }
            }
            Err(error) => {
                tracing::warn!(offset = at.0, %error, "control record skipped: it is not an event");
                state.skip(at);
            }
        }
        state.next()
    };
    shared.folded.send_replace(next.0);
}
