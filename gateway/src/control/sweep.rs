//! What time does to holds: they lapse, and clients go away.
//!
//! Enters: the folded state, this gateway's clock and the polls it saw. Leaves: `approval.expired`, `approval.canceled`.
//! Never here: a verdict; an event that another gateway emits as well is ignored by the fold.

use std::sync::Arc;
use std::time::Duration;

use event::payload::{ApprovalCanceled, ApprovalExpired, GivenUp};
use event::{Payload, StatementId, TimeNs};

use super::seen::Seen;
use super::shared::Shared;
use super::state::Hold;
use crate::about::About;
use crate::limits::{ABANDONED_AFTER, EXPIRY_GRACE, SWEEP_INTERVAL};
use crate::time::later;

pub(super) async fn run(shared: Arc<Shared>) {
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            () = tokio::time::sleep(SWEEP_INTERVAL) => {}
        }
        for (about, payload) in due(&shared) {
            let emitted = shared.emit_own(about.draft(payload)).await;
            let reached = match emitted {
                Ok(emitted) => shared.reached(emitted.position.offset).await,
                Err(error) => Err(error.into()),
            };
            if let Err(error) = reached {
                tracing::warn!(%error, "a lapsed hold could not be closed, trying again");
                break;
            }
        }
    }
}

/// What this gateway should say now.
fn due(shared: &Shared) -> Vec<(About, Payload)> {
    let now = shared.clock.now();
    let state = shared.state.read();
    let mut seen = shared.seen.lock();
    seen.retain(|statement, entry| {
        let waits = state
            .hold(*statement)
            .is_some_and(|hold| hold.lapses().is_some());
        // An entry of a hold not folded yet stays until it could have been.
        waits || entry.watchers > 0 || now < later(entry.last, ABANDONED_AFTER)
    });
    state
        .holds()
        .filter_map(|(statement, hold)| verdict(statement, hold, seen.get(&statement), now))
        .collect()
}

fn verdict(
    statement: StatementId,
    hold: &Hold,
    seen: Option<&Seen>,
    now: TimeNs,
) -> Option<(About, Payload)> {
    let lapses = hold.lapses()?;
    debug_assert_eq!(hold.about.statement, statement);
    let binding = hold.request.binding;
    // The gateway the statement came to speaks first; the others only if it does not.
    let grace = match seen {
        Some(seen) if seen.home => Duration::ZERO,
        _ => EXPIRY_GRACE,
    };
    if now >= later(lapses, grace) {
        return Some((hold.about.clone(), ApprovalExpired { binding }.into()));
    }
    let seen = seen?;
    let silent = now >= later(seen.last, ABANDONED_AFTER);
    if silent && seen.watchers == 0 && !seen.asynchronous {
        let reason = GivenUp::Abandoned;
        let payload = ApprovalCanceled { binding, reason };
        return Some((hold.about.clone(), payload.into()));
    }
    None
}
