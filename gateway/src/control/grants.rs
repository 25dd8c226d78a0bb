//! What people agreed to besides one statement: standing grants, what was used of them, who took them back, who looked at them after
//! an emergency.
//!
//! Enters: counted yeses with a scope, uses, `approval.revoked`, `approval.reviewed`, in journal order. Leaves: whether a held statement
//! is covered. Never here: a clock, an opened seal, who is in a group now.
//!
//! Rules, all decided by journal order:
//! - A standing grant begins with the yes that makes the quorum complete, if every yes of it has a scope of the same kind. Of their
//!   limits the narrowest counts. The statement it was said to is its first use.
//! - A use is an `approval.granted` that names the grant it rests on (`under`). It counts if the grant covers the hold at its own time,
//!   and takes one use then: of gateways that race for the last one, the second in the journal's order gets none.
//! - A grant covers holds of its principal and connection under its policy; of its shape, or of its session; whose quorum its voters
//!   would fill, none of whom asks, or is asked for. Broken glass needs no quorum.
//! - The first `approval.revoked` ends it; what it granted and nobody runs yet is denied.
//! - The first `approval.reviewed` by somebody of another name closes the review of broken glass.

use std::collections::HashMap;

use event::fold::quorum_met;
use event::payload::{ApprovalReviewed, ApprovalRevoked, Approver, GrantScope, Quorum, ScopeKind};
use event::{EventId, PolicyHash, SessionId, StatementId, TimeNs};

use super::vote::{acts_for, same_person};
use crate::about::About;
use crate::limits::{BREAK_GLASS_MAX, GRANTS_MAX, SCOPE_SESSION_MAX, SCOPE_SHAPE_MAX};
use crate::time::later;

/// The rule named in the events of a statement that runs, or would run, because somebody broke the glass.
pub const BREAK_GLASS: &str = "firn:break-glass";

/// Says in the envelope of whatever follows that the glass is broken.
pub fn mark_broken_glass(about: &mut About) {
    let rules = &mut about.policy.rules;
    if !rules.iter().any(|rule| rule == BREAK_GLASS) {
        rules.push(BREAK_GLASS.to_owned());
        rules.sort();
    }
}

/// A yes that covers more than the statement it was said to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Whose statement it was said to, where, under which policy.
    pub about: About,
    /// What it covers: the narrowest of what the voters said.
    pub scope: GrantScope,
    /// Who said yes, each with their words.
    pub voters: Vec<(Approver, String)>,
    /// Who may take it back: the people the statement was held for.
    pub quorum: Vec<Quorum>,
    /// Since when.
    pub since: TimeNs,
    /// Statements so far, the first included.
    pub used: u64,
    /// Who took it back.
    pub revoked: Option<Approver>,
    /// Who looked at it afterwards.
    pub reviewed: Option<Approver>,
}

/// Why a standing grant does not let a held statement run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCovered {
    /// It was taken back.
    #[error("it was taken back")]
    Revoked,
    /// It is over.
    #[error("its time is over")]
    Over,
    /// All of its uses are taken.
    #[error("all of its uses are taken")]
    Used,
    /// Another principal or connection.
    #[error("it is another principal's, or for another connection")]
    Another,
    /// Another policy.
    #[error("the policy is another one now")]
    Policy,
    /// Another shape.
    #[error("the statement is another, or touches other tables or columns")]
    Shape,
    /// Another session.
    #[error("it is another session's")]
    Session,
    /// Other people would have to agree, or one of those who did may not answer this one.
    #[error("other people must agree to this statement")]
    Quorum,
}

impl Grant {
    /// Whether it covers a statement of `about`, held for `quorum`, of this shape, at `now`.
    pub fn covers(
        &self,
        about: &About,
        quorum: &[Quorum],
        shape: Option<&str>,
        now: TimeNs,
    ) -> Result<(), NotCovered> {
        if self.revoked.is_some() {
            return Err(NotCovered::Revoked);
        }
        if now >= self.scope.until {
            return Err(NotCovered::Over);
        }
        if self.scope.uses.is_some_and(|uses| self.used >= uses) {
            return Err(NotCovered::Used);
        }
        let (own, other) = (&self.about.principal, &about.principal);
        if (&own.issuer, &own.subject) != (&other.issuer, &other.subject)
            || self.about.connection != about.connection
        {
            return Err(NotCovered::Another);
        }
        if self.policy() != about.policy.hash {
            return Err(NotCovered::Policy);
        }
        match self.scope.kind {
            ScopeKind::Shape if shape.is_none() || self.scope.shape.as_deref() != shape => {
                return Err(NotCovered::Shape);
            }
            ScopeKind::Session | ScopeKind::BreakGlass if self.about.session != about.session => {
                return Err(NotCovered::Session);
            }
            ScopeKind::Shape | ScopeKind::Session | ScopeKind::BreakGlass => {}
        }
        let mut voters = self.voters.iter().map(|(voter, _)| voter);
        let partial = |voter: &Approver| {
            same_person(&other.issuer, &other.subject, &voter.issuer, &voter.subject)
                || acts_for(other, voter)
        };
        let groups: Vec<&[String]> = voters.clone().map(|by| by.groups.as_slice()).collect();
        let enough = self.scope.kind == ScopeKind::BreakGlass || quorum_met(quorum, &groups);
        if voters.any(partial) || !enough {
            return Err(NotCovered::Quorum);
        }
        Ok(())
    }

    const fn policy(&self) -> PolicyHash {
        self.about.policy.hash
    }

    /// Whether somebody must still look at it.
    pub fn awaits_review(&self) -> bool {
        self.scope.kind == ScopeKind::BreakGlass && self.reviewed.is_none()
    }

    /// Whether `by` may close its review: whoever has another name than those who broke the glass, and than who asked.
    pub fn may_be_reviewed_by(&self, by: &Approver) -> bool {
        let who = &self.about.principal;
        let same = |(voter, _): &(Approver, String)| {
            same_person(&voter.issuer, &voter.subject, &by.issuer, &by.subject)
                || voter.display.eq_ignore_ascii_case(&by.display)
        };
        !self.voters.iter().any(same)
            && !same_person(&who.issuer, &who.subject, &by.issuer, &by.subject)
            && !acts_for(who, by)
    }

    /// Whether `by` may take it back: one of the people it was asked of, or who said it.
    pub fn may_be_revoked_by(&self, by: &Approver) -> bool {
        let asked = self.quorum.iter().map(|quorum| &quorum.group);
        asked
            .chain(&self.scope.group)
            .any(|group| by.groups.contains(group))
    }

    /// Nothing more comes of it.
    fn is_over(&self, now: TimeNs) -> bool {
        (self.revoked.is_some() || now >= self.scope.until) && !self.awaits_review()
    }
}

/// The scope of several yeses: of one kind, with the narrowest limits; none where one of them is for the statement alone.
pub(super) fn narrowest<'a>(
    mut scopes: impl Iterator<Item = Option<&'a GrantScope>>,
    now: TimeNs,
) -> Option<GrantScope> {
    let mut all = scopes.next()??.clone();
    for scope in scopes {
        let scope = scope?;
        if scope.kind != all.kind || scope.shape != all.shape {
            return None;
        }
        all.uses = least(all.uses, scope.uses);
        all.rows = least(all.rows, scope.rows);
        all.until = all.until.min(scope.until);
    }
    // Whatever a gateway let through, nothing lasts longer.
    let longest = match all.kind {
        ScopeKind::Shape => SCOPE_SHAPE_MAX,
        ScopeKind::Session => SCOPE_SESSION_MAX,
        ScopeKind::BreakGlass => BREAK_GLASS_MAX,
    };
    all.until = all.until.min(later(now, longest));
    Some(all)
}

fn least(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Every standing grant still known, by the event that completed it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    all: HashMap<EventId, Grant>,
    /// Their order.
    order: Vec<EventId>,
}

impl Grants {
    /// The grant of this event.
    pub fn get(&self, id: EventId) -> Option<&Grant> {
        self.all.get(&id)
    }

    /// All, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (EventId, &Grant)> {
        let known = |id: &EventId| self.all.get(id).map(|grant| (*id, grant));
        self.order.iter().filter_map(known)
    }

    /// The first that covers a statement of `about`, held for `quorum`, and that `open` says yes to.
    pub fn covering(
        &self,
        (about, quorum, shape): (&About, &[Quorum], Option<&str>),
        now: TimeNs,
        open: impl Fn(&Grant) -> bool,
    ) -> Option<(EventId, &Grant)> {
        let mut own = self
            .iter()
            .filter(|(_, grant)| grant.about.statement != about.statement);
        own.find(|(_, grant)| grant.covers(about, quorum, shape, now).is_ok() && open(grant))
    }

    /// Begins one.
    pub(super) fn add(&mut self, id: EventId, grant: Grant) {
        let now = grant.since;
        if self.all.len() >= GRANTS_MAX {
            self.all.retain(|_, known| !known.is_over(now));
            self.order.retain(|known| self.all.contains_key(known));
        }
        while self.all.len() >= GRANTS_MAX {
            // Fewer are covered than people said: they are asked again.
            let oldest = self.order.remove(0);
            self.all.remove(&oldest);
        }
        self.all.insert(id, grant);
        self.order.push(id);
    }

    /// Takes one use for a held statement, if the grant covers it at `now`. Who said yes, where it does.
    pub(super) fn take(
        &mut self,
        id: EventId,
        (about, quorum, shape): (&About, &[Quorum], Option<&str>),
        now: TimeNs,
    ) -> Option<Vec<Approver>> {
        let grant = self.all.get_mut(&id)?;
        grant.covers(about, quorum, shape, now).ok()?;
        grant.used = grant.used.saturating_add(1);
        Some(grant.voters.iter().map(|(by, _)| by.clone()).collect())
    }

    /// Ends one. True if this is what ended it.
    pub(super) fn revoke(&mut self, revoked: &ApprovalRevoked) -> bool {
        match self.all.get_mut(&revoked.grant) {
            Some(grant) if grant.revoked.is_none() && grant.may_be_revoked_by(&revoked.by) => {
                grant.revoked = Some(revoked.by.clone());
                true
            }
            _ => false,
        }
    }

    /// Closes a review.
    pub(super) fn review(&mut self, reviewed: &ApprovalReviewed) {
        if let Some(grant) = self.all.get_mut(&reviewed.grant)
            && grant.awaits_review()
            && grant.may_be_reviewed_by(&reviewed.by)
        {
            grant.reviewed = Some(reviewed.by.clone());
        }
    }
}

impl Grant {
    /// The session it was said in.
    pub const fn session(&self) -> SessionId {
        self.about.session
    }

    /// The statement it was said to.
    pub const fn statement(&self) -> StatementId {
        self.about.statement
    }
}

#[cfg(test)]
mod tests;
