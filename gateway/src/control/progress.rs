//! How far things are: where a hold stands for this gateway, and whether its fold has come to a record.
//!
//! Enters: the folded state, and which claims are this gateway's own. Leaves: a status, or that the fold lags.
//! Never here: an event.

use event::TimeNs;
use journal::Offset;

use super::contract::HoldStatus;
use super::error::ControlError;
use super::shared::Shared;
use super::state::{Hold, Phase};
use crate::limits::FOLD_DEADLINE;

impl Shared {
    fn is_own_claim(&self, hold: &Hold) -> bool {
        let own = self.own_claims.lock().get(&hold.about.statement).copied();
        match &hold.phase {
            Phase::Claimed(claim) => !hold.ran && own == Some(claim.event),
            _ => false,
        }
    }

    pub(super) fn status_of(&self, hold: &Hold, now: TimeNs) -> HoldStatus {
        match &hold.phase {
            Phase::Pending => HoldStatus::Pending,
            Phase::Granted => HoldStatus::Granted,
            // Its gateway is dead, or is this one and did not get to run it: whoever asks may claim it again.
            Phase::Claimed(_) if hold.claim_is_stale(now) || self.is_own_claim(hold) => {
                HoldStatus::Granted
            }
            Phase::Claimed(_) => HoldStatus::Claimed {
                query_ids: hold.query_ids.clone(),
                ran: hold.ran,
            },
            Phase::Denied { by, note } => HoldStatus::Denied {
                by: by.clone(),
                note: note.clone(),
            },
            Phase::Expired => HoldStatus::Expired,
            Phase::Canceled { reason } => HoldStatus::Canceled {
                reason: reason.clone(),
            },
        }
    }

    /// Waits until the fold has passed `offset`.
    pub(super) async fn reached(&self, Offset(offset): Offset) -> Result<(), ControlError> {
        let mut folded = self.folded.subscribe();
        let reached = folded.wait_for(|next| *next > offset);
        match tokio::time::timeout(FOLD_DEADLINE, reached).await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(ControlError::Lagging),
        }
    }
}
