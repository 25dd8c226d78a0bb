//! That a sink takes nothing, kept beside its cursor, so that `firn export status` says it wherever it is asked.
//!
//! Enters: a delivery at work, what its meter says. Leaves: the latest failure in the cursor's object. Never here: a position moved, or
//! a delivery given up because its failure could not be kept.

use std::pin::pin;

use tokio::time::{Instant, MissedTickBehavior, interval};

use super::{Interruption, Line};
use crate::cursor::{CursorError, Failure, Held};
use crate::limits;

impl Line<'_> {
    /// Sees a delivery through, and keeps meanwhile beside the cursor why the sink takes nothing: whoever asks how it stands is told.
    pub(super) async fn watched<T>(
        &self,
        delivering: impl Future<Output = T>,
        held: &mut Held,
    ) -> Result<T, Interruption> {
        let mut delivering = pin!(delivering);
        let mut look = interval(limits::WATCH_INTERVAL);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut kept, mut kept_at) = (None, None);
        loop {
            tokio::select! {
                biased;
                delivered = &mut delivering => return Ok(delivered),
                _ = look.tick() => {}
            }
            let Some(trouble) = self.outlet.meter.trouble() else {
                continue;
            };
            let fresh = kept_at.is_some_and(|at: Instant| at.elapsed() < limits::FAILURE_KEPT);
            if kept.as_ref() == Some(&trouble) || fresh {
                continue;
            }
            let now = self.shared.clock.now();
            let since = held.failure().filter(|before| !before.over);
            let failure = Failure {
                since: since.map_or(now, |before| before.since),
                last: now,
                why: trouble.why.clone(),
                over: false,
            };
            match held.keep_failure(&failure).await {
                Ok(()) => {}
                Err(error @ CursorError::Fenced { .. }) => return Err(error.into()),
                Err(error) => {
                    tracing::debug!(sink = self.outlet.name, %error, "why it takes nothing is not kept");
                }
            }
            kept = Some(trouble);
            kept_at = Some(journal::clock::moment());
        }
    }
}
