//! A decision and what it entitles to.
//!
//! Enters: what the engine judged. Leaves: a [`Permit`], the only thing an upstream call accepts. Never here: a permit
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

/// What the engine judged of one request: everything a [`Decision`] says. For the engine of `access` alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The statement decided on.
    pub statement: StatementId,
    /// Of the request's exact text.
    pub text_digest: Digest,
    /// Allow, mask, hold or deny.
    pub verdict: Verdict,
    /// Every rule that determined the verdict.
    pub reasons: Vec<Reason>,
    /// Who must agree, for a hold.
    pub hold: Option<Hold>,
    /// The mask plan of each statement of the request, in order; at least one.
    pub plans: Vec<MaskPlan>,
    /// Policy hash and determining rules.
    pub policy: PolicyRef,
    /// The catalog snapshot.
    pub catalog_version: String,
    /// What an approval must be bound to.
    pub binding: ApprovalBinding,
}

/// The policy's answer to one request: a pure function of what is recorded, the policy and the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision(Judgement);

impl Decision {
    /// The decision that says what was judged.
    pub const fn of(judgement: Judgement) -> Self {
        Self(judgement)
    }

    /// Allow, mask, hold or deny.
    pub const fn verdict(&self) -> Verdict {
        self.0.verdict
    }

    /// Every rule that determined the verdict.
    pub fn reasons(&self) -> &[Reason] {
        &self.0.reasons
    }

    /// Who must agree, for a hold.
    pub const fn hold(&self) -> Option<&Hold> {
        self.0.hold.as_ref()
    }

    /// The mask plan of each statement of the request, in order; at least one.
    pub fn plans(&self) -> &[MaskPlan] {
        &self.0.plans
    }

    /// Whether the server's texts about a failure must be withheld, from the client and from the record: the request reads
    /// sensitive columns, or columns nobody knows. So it is after an approval too.
    pub fn withholds_errors(&self) -> bool {
        self.0.plans.iter().any(|plan| plan.withhold_errors)
    }

    /// Policy hash and determining rules.
    pub const fn policy(&self) -> &PolicyRef {
        &self.0.policy
    }

    /// The policy set's hash.
    pub const fn policy_hash(&self) -> PolicyHash {
        self.0.policy.hash
    }

    /// The catalog snapshot.
    pub fn catalog_version(&self) -> &str {
        &self.0.catalog_version
    }

    /// What an approval must be bound to: original text, binds, session context, policy, catalog.
    pub const fn binding(&self) -> ApprovalBinding {
        self.0.binding
    }

    /// The permit to run it now: for allow and mask. A hold needs [`Decision::permit_approved`].
    pub fn permit(&self) -> Result<Permit<Execute>, PermitError> {
        match self.0.verdict {
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
        match self.0.verdict {
            Verdict::Deny => Err(PermitError::Denied),
            _ if approved != self.0.binding => Err(PermitError::Changed),
            _ => Ok(self.mint()),
        }
    }

    /// The permit to have it compiled and described, which runs nothing: for whatever is not denied, so that what does not
    /// compile need not wait for people.
    pub fn permit_describe(&self) -> Result<Permit<Describe>, PermitError> {
        match self.0.verdict {
            Verdict::Allow | Verdict::Mask | Verdict::Hold => Ok(self.mint()),
            Verdict::Deny => Err(PermitError::Denied),
        }
    }

    const fn mint<A>(&self) -> Permit<A> {
        Permit {
            statement: self.0.statement,
            text_digest: self.0.text_digest,
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

/// The action of having a statement compiled upstream and nothing more.
#[derive(Debug)]
pub enum Describe {}

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
        Decision::of(Judgement {
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
        })
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
            let denied = matches!(verdict, Verdict::Deny);
            assert_eq!(decision.permit_describe().is_err(), denied, "{verdict:?}");
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
