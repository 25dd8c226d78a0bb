//! Standing grants on this gateway: a held statement that one covers is granted without asking people; people take grants back, and
//! look at broken glass afterwards.
//!
//! Enters: a hold that waits, what people say of a grant. Leaves: `approval.granted` that rests on an earlier one, `approval.revoked`,
//! `approval.reviewed`. Never here: who may say it by the policy (see [`crate::approvals`]).

use event::payload::{
    ApprovalGranted, ApprovalReviewed, ApprovalRevoked, Approver, GrantScope, Quorum,
};
use event::{EventId, RunId, StatementId};
use tokio::sync::mpsc;

use super::grants::Grant;
use super::{Control, ControlError, HoldStatus, Notice};
use crate::about::About;
use crate::limits::WEBHOOK_QUEUE_MAX;

impl Control {
    /// The standing grant that covers a statement of `about`, held for `quorum`, now, as far as this gateway knows; `open` says
    /// whether what its people said is good at this hour.
    pub fn covering(
        &self,
        about: &About,
        quorum: &[Quorum],
        shape: Option<&str>,
        open: impl Fn(&Grant) -> bool,
    ) -> Option<(EventId, Grant)> {
        let now = self.clock().now();
        self.with_state(|state| {
            let found = state.grants().covering((about, quorum, shape), now, open);
            found.map(|(id, grant)| (id, grant.clone()))
        })
    }

    /// Grants a hold that waits by a standing grant, if one covers it and no other statement took its last use first. Where the hold
    /// stands then.
    pub async fn rest_on(
        &self,
        about: &About,
        quorum: &[Quorum],
        shape: Option<&str>,
        open: impl Fn(&Grant) -> bool,
    ) -> Result<Option<HoldStatus>, ControlError> {
        loop {
            let status = self.status(about.session, about.statement);
            if status != Some(HoldStatus::Pending) {
                return Ok(status);
            }
            let Some((id, grant)) = self.covering(about, quorum, shape, &open) else {
                return Ok(status);
            };
            let Some((by, note)) = grant.voters.first().cloned() else {
                return Ok(status);
            };
            let binding = self
                .with_state(|state| state.hold(about.statement).map(|hold| hold.request.binding));
            let Some(binding) = binding else {
                return Ok(status);
            };
            let scope = GrantScope {
                shape: shape.map(str::to_owned),
                under: Some(id),
                ..grant.scope
            };
            let granted = ApprovalGranted {
                binding,
                by,
                note,
                scope: Some(scope),
            };
            // Where another statement was first, the fold does not count it, and this grant covers nothing more.
            self.emit(about, granted).await?;
        }
    }

    /// Takes a standing grant back. True if it stood until then.
    pub async fn revoke(
        &self,
        grant: EventId,
        by: Approver,
        reason: String,
    ) -> Result<bool, ControlError> {
        let Some(known) = self.grant(grant) else {
            return Err(ControlError::NoGrant);
        };
        if known.revoked.is_some() {
            return Ok(false);
        }
        let revoked = ApprovalRevoked {
            grant,
            by: by.clone(),
            reason,
        };
        self.emit(&known.about, revoked).await?;
        Ok(self.grant(grant).and_then(|grant| grant.revoked) == Some(by))
    }

    /// Says that somebody looked at broken glass. True if that closed its review.
    pub async fn review(
        &self,
        grant: EventId,
        by: Approver,
        note: String,
    ) -> Result<bool, ControlError> {
        let Some(known) = self.grant(grant) else {
            return Err(ControlError::NoGrant);
        };
        if !known.awaits_review() {
            return Ok(false);
        }
        let reviewed = ApprovalReviewed {
            grant,
            by: by.clone(),
            note,
        };
        self.emit(&known.about, reviewed).await?;
        Ok(self.grant(grant).and_then(|grant| grant.reviewed) == Some(by))
    }

    /// A standing grant.
    pub fn grant(&self, id: EventId) -> Option<Grant> {
        self.with_state(|state| state.grants().get(id).cloned())
    }

    /// The standing grant by which a held statement runs, or which its approval began.
    pub fn grant_of(&self, statement: StatementId) -> Option<Grant> {
        self.with_state(|state| state.grant_of(statement).cloned())
    }

    /// What this gateway's events change from now on, for one listener.
    pub(crate) fn notices(&self) -> mpsc::Receiver<(RunId, Notice)> {
        let (listener, notices) = mpsc::channel(WEBHOOK_QUEUE_MAX);
        self.shared.notices.lock().to(listener);
        notices
    }
}
