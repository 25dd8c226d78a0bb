//! Retention: what is due goes, by the rules of the configuration, as often as it says.
//!
//! Enters: the archive, rules. Leaves: commits with tombstones. Never here: a rule of its own; without `[retention] every` nothing runs.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::limits;
use crate::partition::Shared;

/// Who lets go, as tombstones say it.
const BY: &str = "recorder";

/// Applies the rules until `shutdown` or `revoked`.
pub(crate) async fn retain(
    shared: Arc<Shared>,
    shutdown: CancellationToken,
    revoked: CancellationToken,
) {
    let Some(retention) = shared.config.retention.clone() else {
        return;
    };
    let working = async {
        tokio::time::sleep(limits::RETAIN_FIRST).await;
        loop {
            // Not beside a compaction: each would have to begin again for the other.
            let turn = shared.compacting.acquire().await;
            let now = shared.clock.now();
            match shared.archive.retain(&retention.rules, BY, now).await {
                Ok(applied) => {
                    let (events, pages, files) = (applied.events, applied.pages, applied.files);
                    if events + pages > 0 {
                        tracing::info!(events, pages, files, "what was due went");
                    }
                    for refused in applied.refused {
                        tracing::error!(
                            path = refused.path,
                            what = refused.what,
                            "what is due stays, for it is altered"
                        );
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "not all that is due went, nothing else did, trying again next time");
                }
            }
            drop(turn);
            tokio::time::sleep(retention.every).await;
        }
    };
    // What is cut off leaves nothing that counts.
    tokio::select! {
        () = working => {}
        () = shutdown.cancelled() => {}
        () = revoked.cancelled() => {}
    }
}
