//! A decision and what it entitles to.
//!
//! Enters: the policy's answer. Leaves: a [`Permit`], the only thing an upstream call accepts. Never here: a permit
//! for anything but the bytes that were decided on.

use std::marker::PhantomData;

use event::payload::{Quorum, Reason, Verdict};
use event::{ApprovalBinding, Digest, PolicyHash, PolicyRef, StatementId};
use serde::{Deserialize, Serialize};

use crate::plan::MaskPlan;

/// Who must agree before a held statement runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Groups and how many distinct people of each.
    pub quorum: Vec<Quorum>,
    /// How long the request waits for people, nanoseconds.
    pub approval_ttl_ns: u64,
    /// How long a grant waits for its execution, nanoseconds.
    pub execution_ttl_ns: u64,
}

/// The policy's answer to one request: a pure function of what is recorded, the policy and the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub(crate) statement: StatementId,
    pub(crate) text_digest: Digest,
    pub(crate) verdict: Verdict,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) hold: Option<Hold>,
    pub(crate) plans: Vec<MaskPlan>,
    pub(crate) policy: PolicyRef,
    pub(crate) catalog_version: String,
    pub(crate) binding: ApprovalBinding,
}

impl Decision {
    /// Allow, mask, hold or deny.
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Every rule that determined the verdict.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// Who must agree, for a hold.
    pub const fn hold(&self) -> Option<&Hold> {
        self.hold.as_ref()
    }

    /// The mask plan of each statement of the request, in order; at least one.
    pub fn plans(&self) -> &[MaskPlan] {
        &self.plans
    }

    /// Policy hash and determining rules.
    pub const fn policy(&self) -> &PolicyRef {
        &self.policy
    }

    /// The policy set's hash.
    pub const fn policy_hash(&self) -> PolicyHash {
        self.policy.hash
    }

    /// The catalog snapshot.
    pub fn catalog_version(&self) -> &str {
        &self.catalog_version
    }

    /// What an approval must be bound to: original text, binds, session context, policy, catalog.
    pub const fn binding(&self) -> ApprovalBinding {
        self.binding
    }

    /// The permit to run it now: for allow and mask. A hold needs [`Decision::permit_approved`].
    pub fn permit(&self) -> Result<Permit<Execute>, PermitError> {
        match self.verdict {
            Verdict::Allow | Verdict::Mask => Ok(self.mint()),
            Verdict::Hold => Err(PermitError::Held),
            Verdict::Deny => Err(PermitError::Denied),
        }
    }

    /// The permit to run a held statement after its approval: `approved` is the binding people agreed to.
    pub fn permit_approved(
        &self,
        approved: ApprovalBinding,
    ) -> Result<Permit<Execute>, PermitError> {
        match self.verdict {
            Verdict::Deny => Err(PermitError::Denied),
            _ if approved != self.binding => Err(PermitError::Changed),
            _ => Ok(self.mint()),
        }
    }

    const fn mint(&self) -> Permit<Execute> {
        Permit {
            statement: self.statement,
            text_digest: self.text_digest,
            action: PhantomData,
        }
    }
}

/// Why there is no permit.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PermitError {
    /// The policy denies it.
    #[error("the policy denies this statement")]
    Denied,
    /// It waits for approval.
    #[error("this statement waits for approval")]
    Held,
    /// What was approved is not what would run: text, binds, context, policy or catalog changed.
    #[error("what was approved is not what would run now")]
    Changed,
}

/// The action of running a statement upstream.
#[derive(Debug)]
pub enum Execute {}

/// The right to do `A` once, for one statement's exact bytes. Minted by a [`Decision`] alone, consumed by the call.
#[derive(Debug)]
#[must_use = "a permit that is not used runs nothing"]
pub struct Permit<A> {
    statement: StatementId,
    text_digest: Digest,
    action: PhantomData<A>,
}

impl<A> Permit<A> {
    /// The statement it is for.
    pub const fn statement(&self) -> StatementId {
        self.statement
    }

    /// Whether it is for exactly this text.
    pub fn covers(&self, text: &str) -> bool {
        Digest::of(text.as_bytes()) == self.text_digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(verdict: Verdict) -> Decision {
        Decision {
            statement: StatementId::from_uuid(uuid::Uuid::nil()),
            text_digest: Digest::of(b"select 1"),
            verdict,
            reasons: Vec::new(),
            hold: None,
            plans: vec![MaskPlan::detect_only()],
            policy: PolicyRef {
                hash: PolicyHash(Digest::ZERO),
                rules: Vec::new(),
            },
            catalog_version: String::new(),
            binding: ApprovalBinding(Digest::of(b"binding")),
        }
    }

    #[test]
    fn a_permit_covers_the_decided_bytes_alone() {
        let permit = decision(Verdict::Allow).permit().unwrap();
        assert!(permit.covers("select 1"));
        for other in ["select 1 ", "SELECT 1", "select 2", ""] {
            assert!(!permit.covers(other), "{other:?}");
        }
    }

    #[test]
    fn each_verdict_permits_what_it_says() {
        let granted = ApprovalBinding(Digest::of(b"binding"));
        let other = ApprovalBinding(Digest::of(b"another"));
        let cases = [
            (Verdict::Allow, None, None, Some(PermitError::Changed)),
            (Verdict::Mask, None, None, Some(PermitError::Changed)),
            (
                Verdict::Hold,
                Some(PermitError::Held),
                None,
                Some(PermitError::Changed),
            ),
            (
                Verdict::Deny,
                Some(PermitError::Denied),
                Some(PermitError::Denied),
                Some(PermitError::Denied),
            ),
        ];
        for (verdict, at_once, approved, approved_else) in cases {
            let decision = decision(verdict);
            assert_eq!(decision.permit().err(), at_once, "{verdict:?}");
            assert_eq!(
                decision.permit_approved(granted).err(),
                approved,
                "{verdict:?}"
            );
            assert_eq!(
                decision.permit_approved(other).err(),
                approved_else,
                "{verdict:?}"
            );
        }
    }
}
