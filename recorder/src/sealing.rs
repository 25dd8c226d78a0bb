//! Sealing: what is archived becomes rows that answer questions, some time after.
//!
//! Enters: the archive, as it grows. Leaves: steps of the sealed tables, each a commit. Never here: progress that anything else than the
//! archive remembers: a member that is killed, paused or doubled seals nothing twice.

use std::sync::Arc;

use archive::sealed::Pace;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::limits;
use crate::partition::Shared;

/// Seals until `shutdown` or `revoked`: enough events at once, or fewer that have waited.
pub(crate) async fn seal(
    shared: Arc<Shared>,
    shutdown: CancellationToken,
    revoked: CancellationToken,
) {
    let mut waiting = Waiting::default();
    loop {
        tokio::select! {
            () = tokio::time::sleep(limits::SEAL_INTERVAL) => {}
            () = shutdown.cancelled() => return,
            () = revoked.cancelled() => return,
        }
        let sealing = step(&shared, &mut waiting);
        // A step that is cut off leaves nothing that counts.
        tokio::select! {
            () = sealing => {}
            () = shutdown.cancelled() => return,
            () = revoked.cancelled() => return,
        }
    }
}

/// Since when events wait.
#[derive(Default)]
struct Waiting {
    since: Option<Instant>,
}

impl Waiting {
    fn is_due(&mut self, unsealed: u64, now: Instant) -> bool {
        if unsealed == 0 {
            self.since = None;
            return false;
        }
        let since = *self.since.get_or_insert(now);
        unsealed >= limits::SEAL_EVENTS || now.duration_since(since) >= limits::SEAL_AGE
    }
}

async fn step(shared: &Shared, waiting: &mut Waiting) {
    let unsealed = match shared.archive.unsealed().await {
        Ok(unsealed) => unsealed,
        Err(error) => {
            tracing::warn!(%error, "what is to be sealed is not known, trying again");
            return;
        }
    };
    if !waiting.is_due(unsealed, journal::clock::moment()) {
        return;
    }
    loop {
        match shared
            .archive
            .seal(shared.clock.now(), Pace::default())
            .await
        {
            Ok(Some(step)) => {
                let (statements, left) = (step.statements, step.left);
                if left >= limits::SEAL_EVENTS {
                    tracing::info!(statements, left, "sealing what was archived before");
                    continue;
                }
                tracing::debug!(statements, left, "statements are sealed");
            }
            Ok(None) => tracing::debug!("another member sealed these statements"),
            Err(error) => {
                tracing::warn!(%error, "statements are not sealed, nothing is lost, trying again");
            }
        }
        waiting.since = None;
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_events_wait_and_many_do_not() {
        let began = journal::clock::moment();
        let later = began + limits::SEAL_AGE;
        let mut waiting = Waiting::default();
        assert!(!waiting.is_due(0, began));
        assert!(waiting.is_due(limits::SEAL_EVENTS, began));
        let mut waiting = Waiting::default();
        assert!(!waiting.is_due(1, began));
        assert!(waiting.is_due(1, later));
        assert!(!waiting.is_due(0, later));
        assert!(!waiting.is_due(1, later));
    }
}
