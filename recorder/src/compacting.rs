//! Compaction: what one partition recorded in small files becomes few.
//!
//! Enters: the archive, as it grows. Leaves: commits that replace files, and objects deleted whose time is over. Never here: work that
//! recording waits for, or progress that anything else than the archive remembers.

use std::sync::Arc;
use std::time::Duration;

use archive::compaction::{Compacted, Due};
use event::TimeNs;
use journal::clock::moment;
use journal::{Partition, Topic};
use tokio_util::sync::CancellationToken;

use crate::partition::Shared;
use crate::{limits, metrics};

/// Compacts `partition` until `shutdown` or `revoked`.
pub(crate) async fn compact(
    shared: Arc<Shared>,
    partition: Partition,
    shutdown: CancellationToken,
    revoked: CancellationToken,
) {
    let working = async {
        let mut vacuumed = Vacuumed {
            until: TimeNs(0),
            tried: TimeNs(0),
        };
        loop {
            // One member is enough for what is no partition's. At once, for who was away for long: the next checkpoint of a log forgets
            // what is to be deleted.
            if partition.topic == Topic::Control && partition.number == 0 {
                vacuum(&shared, &mut vacuumed).await;
            }
            tokio::time::sleep(limits::COMPACT_INTERVAL).await;
            sweep(&shared, partition).await;
        }
    };
    // What is cut off leaves nothing that counts.
    tokio::select! {
        () = working => {}
        () = shutdown.cancelled() => {}
        () = revoked.cancelled() => {}
    }
}

/// Everything that is due of the partition, with pauses: compaction has a share of the time, not all of it.
async fn sweep(shared: &Shared, partition: Partition) {
    let due = match shared.archive.compactions(Some(partition)).await {
        Ok(due) => due,
        Err(error) => {
            tracing::warn!(%partition, %error, "what is to be compacted is not known, trying again");
            return;
        }
    };
    for due in due {
        // Closed never: the semaphore lives as long as the recorder.
        let _turn = shared.compacting.acquire().await;
        let began = moment();
        one(shared, &due).await;
        tokio::time::sleep(began.elapsed().saturating_mul(limits::COMPACT_REST)).await;
    }
}

async fn one(shared: &Shared, due: &Due) {
    let (table, partition, files) = (due.kind.name(), due.partition, due.files());
    match shared.archive.compact(due, shared.clock.now()).await {
        Ok(Compacted::File(after)) => became_one(due, after),
        Ok(Compacted::Part { files, bytes }) => became_one(&due.first(files), bytes),
        Ok(Compacted::TooLarge) => {
            tracing::info!(table, %partition, files, "the first of these files takes too much memory to become one with the next");
        }
        Ok(Compacted::AnotherWasFirst) => {
            tracing::debug!(table, %partition, "another member compacted these files");
        }
        Ok(Compacted::Newer) => {
            tracing::info!(table, %partition, files, "files of a later release are left to it");
        }
        Err(error) => {
            tracing::warn!(table, %partition, %error, "files are not compacted, nothing is lost, trying again");
        }
    }
}

fn became_one(due: &Due, after: u64) {
    let (table, partition, files) = (due.kind.name(), due.partition, due.files());
    let before = due.bytes();
    metrics::compacted(files, after);
    tracing::info!(table, %partition, files, before, after, "small files became one");
}

/// Up to where replaced files are deleted.
struct Vacuumed {
    /// What was replaced before is gone.
    until: TimeNs,
    /// The same of the last try, which may have left some.
    tried: TimeNs,
}

/// Deletes what was replaced before the grace time began.
async fn vacuum(shared: &Shared, vacuumed: &mut Vacuumed) {
    let now = shared.clock.now();
    let kept = nanos(shared.config.keep_replaced);
    let before = TimeNs(now.0.saturating_sub(kept));
    if before.0.saturating_sub(vacuumed.tried.0) < nanos(limits::VACUUM_INTERVAL) {
        return;
    }
    match shared.archive.vacuum(vacuumed.until, before, now).await {
        Ok(gone) => {
            vacuumed.tried = before;
            let (objects, bytes, entries) = (gone.objects, gone.bytes, gone.entries);
            if gone.refused > 0 {
                tracing::warn!(
                    refused = gone.refused,
                    objects,
                    "the store keeps replaced files, they are tried again in an hour: they are locked, or the archive's key may not delete (s3:DeleteObject)"
                );
                return;
            }
            vacuumed.until = before;
            if objects + entries > 0 {
                tracing::info!(
                    objects,
                    bytes,
                    entries,
                    "replaced files and log entries are deleted"
                );
            }
        }
        Err(error) => {
            tracing::warn!(%error, "replaced files are not deleted, trying again");
        }
    }
}

fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
