//! Who may answer a hold.
//!
//! Enters: a hold, an approver with the groups held now. Leaves: yes, or why not. Never here: where the groups came from.

use event::payload::{Approver, Quorum};
use event::{ApprovalBinding, Payload, Principal, TimeNs};

use super::state::{Hold, Phase, Vote};

/// Why somebody may not answer a hold.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Ineligible {
    /// It does not wait any more.
    #[error("this statement no longer waits for approval: it is {0}")]
    NotPending(&'static str),
    /// Its time is over.
    #[error("this request has lapsed: have the statement sent again")]
    Lapsed,
    /// The one who asked.
    #[error("you asked for this statement yourself: somebody else must answer")]
    Requester,
    /// The one the agent acts for.
    #[error("the agent acts on your behalf: somebody else must answer")]
    OnBehalfOf,
    /// Not one of the groups that may answer.
    #[error("you are in none of the groups that may answer: {}", groups.join(", "))]
    NotInGroup {
        /// The groups that may.
        groups: Vec<String>,
    },
    /// One person, one vote.
    #[error("you have approved this statement already: another person must answer")]
    AlreadyVoted,
}

impl Ineligible {
    /// The hold is over, whoever asks; otherwise another person could still answer it.
    pub const fn is_about_the_hold(&self) -> bool {
        matches!(self, Self::NotPending(_) | Self::Lapsed)
    }
}

/// Whether `approver` may answer `hold` at `now`.
pub fn eligibility(hold: &Hold, approver: &Approver, now: TimeNs) -> Result<(), Ineligible> {
    eligible(hold, approver, None, now)
}

/// The same where it is an emergency, and the word of one of the group `emergency` is enough.
pub(super) fn eligible(
    hold: &Hold,
    approver: &Approver,
    emergency: Option<&String>,
    now: TimeNs,
) -> Result<(), Ineligible> {
    match &hold.phase {
        Phase::Pending => {}
        Phase::Granted => return Err(Ineligible::NotPending("approved")),
        Phase::Claimed(_) => return Err(Ineligible::NotPending("approved and run")),
        Phase::Denied { .. } => return Err(Ineligible::NotPending("denied")),
        Phase::Expired => return Err(Ineligible::NotPending("expired")),
        Phase::Canceled { .. } => return Err(Ineligible::NotPending("canceled")),
    }
    if now >= hold.request.expires {
        return Err(Ineligible::Lapsed);
    }
    let principal = &hold.about.principal;
    if same_person(
        &principal.issuer,
        &principal.subject,
        &approver.issuer,
        &approver.subject,
    ) {
        return Err(Ineligible::Requester);
    }
    if acts_for(principal, approver) {
        return Err(Ineligible::OnBehalfOf);
    }
    if emergency.is_some_and(|group| approver.groups.contains(group)) {
        return Ok(());
    }
    let member = |quorum: &Quorum| approver.groups.contains(&quorum.group);
    if !hold.request.quorum.iter().any(member) {
        let groups = hold
            .request
            .quorum
            .iter()
            .map(|quorum| quorum.group.clone());
        return Err(Ineligible::NotInGroup {
            groups: groups.collect(),
        });
    }
    let voted = |vote: &Vote| {
        same_person(
            &vote.by.issuer,
            &vote.by.subject,
            &approver.issuer,
            &approver.subject,
        )
    };
    if hold.votes.iter().any(voted) {
        return Err(Ineligible::AlreadyVoted);
    }
    Ok(())
}

/// The human whom the agent acts for, as its token names them.
pub fn behind(principal: &Principal) -> Option<&str> {
    let agent = principal.agent.as_ref()?;
    agent.on_behalf_of.as_deref()
}

/// Whether `principal` acts for `approver`. The claim that names the human behind an agent is free text: a subject, a mail address or a
/// name.
pub(super) fn acts_for(principal: &Principal, approver: &Approver) -> bool {
    behind(principal).is_some_and(|human| {
        human.eq_ignore_ascii_case(&approver.subject)
            || human.eq_ignore_ascii_case(&approver.display)
    })
}

pub(super) fn same_person(
    issuer: &str,
    subject: &str,
    other_issuer: &str,
    other_subject: &str,
) -> bool {
    issuer == other_issuer && subject == other_subject
}

/// What an answer, an end or a claim is bound to; none for other events.
pub(super) const fn binding_of(payload: &Payload) -> Option<ApprovalBinding> {
    match payload {
        Payload::ApprovalGranted(payload) => Some(payload.binding),
        Payload::ApprovalDenied(payload) => Some(payload.binding),
        Payload::ApprovalExpired(payload) => Some(payload.binding),
        Payload::ApprovalCanceled(payload) => Some(payload.binding),
        Payload::StatementClaimed(payload) => Some(payload.binding),
        _ => None,
    }
}
