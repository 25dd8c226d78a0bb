//! One held statement: its votes, its phase, and what events of it do to them.
//!
//! Enters: an answer or a claim, with its event. Leaves: the hold moved on, or as it was. Never here: other holds.

use event::fold::quorum_met;
use event::payload::{
    ApprovalEstimated, ApprovalGranted, ApprovalRequested, Approver, GivenUp, GrantScope, ScopeKind,
};
use event::{Event, EventId, RunId, TimeNs};

use crate::about::About;
use crate::control::grants::{Grant, Grants, mark_broken_glass, narrowest};
use crate::control::vote::{Ineligible, eligible};
use crate::limits::CLAIM_LEASE;
use crate::time::{later, later_ns};

/// A counted yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// The event that said it.
    pub event: EventId,
    /// The person who answered.
    pub by: Approver,
    /// Their words.
    pub note: String,
    /// What they gave besides.
    pub scope: Option<GrantScope>,
}

/// The claim in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The event that won.
    pub event: EventId,
    /// By which run.
    pub run: RunId,
    /// When, by that run's clock.
    pub at: TimeNs,
}

/// Where a hold stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Waits for people.
    Pending,
    /// Approved, not yet run.
    Granted,
    /// A gateway runs it, or ran it.
    Claimed(Claim),
    /// A person said no.
    Denied {
        /// By whom.
        by: Approver,
        /// Their words.
        note: String,
    },
    /// Nobody answered, or nobody ran it, in time.
    Expired,
    /// No longer wanted.
    Canceled {
        /// Whose doing it was.
        reason: GivenUp,
    },
}

impl Phase {
    /// As people are told.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Granted | Self::Claimed(_) => "approved",
            Self::Denied { .. } => "denied",
            Self::Expired => "expired",
            Self::Canceled { .. } => "canceled",
        }
    }
}

/// One held statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The requester's envelope.
    pub about: About,
    /// What was asked; `sealed` is dropped once nobody can run it any more.
    pub request: ApprovalRequested,
    /// When it was asked.
    pub requested: TimeNs,
    /// Counted votes for it, in order.
    pub votes: Vec<Vote>,
    /// When the quorum was complete.
    pub granted: Option<TimeNs>,
    /// Where it stands.
    pub phase: Phase,
    /// Snowflake's query ids, once announced.
    pub query_ids: Vec<String>,
    /// Whoever ran it said so: it never runs again.
    pub ran: bool,
    /// The standing grant that it began, or that it rests on.
    pub under: Option<EventId>,
    /// How much it would read, or why that is not known; none until a gateway says it.
    pub estimate: Option<ApprovalEstimated>,
}

impl Hold {
    /// When it lapses as it stands: unanswered, or approved and not run. None once that cannot happen.
    pub fn lapses(&self) -> Option<TimeNs> {
        match self.phase {
            Phase::Pending => Some(self.request.expires),
            Phase::Granted => self
                .granted
                .map(|at| later_ns(at, self.request.execution_ttl_ns)),
            _ => None,
        }
    }

    /// Whether the gateway that claimed it must be taken for dead at `now`.
    pub fn claim_is_stale(&self, now: TimeNs) -> bool {
        match &self.phase {
            Phase::Claimed(claim) => !self.ran && now >= later(claim.at, CLAIM_LEASE),
            _ => false,
        }
    }

    /// A live poll may overrule that.
    pub(super) const fn is_abandoned(&self) -> bool {
        matches!(
            self.phase,
            Phase::Canceled {
                reason: GivenUp::Abandoned
            }
        )
    }
}

impl Hold {
    pub(super) fn grant(&mut self, granted: &ApprovalGranted, event: &Event, grants: &mut Grants) {
        let scope = granted.scope.as_ref();
        if let Some((scope, under)) = scope.and_then(|scope| Some((scope, scope.under?))) {
            self.rest_on(under, scope, event, grants);
            return;
        }
        let glass = scope.filter(|scope| scope.kind == ScopeKind::BreakGlass);
        let emergency = glass.and_then(|scope| scope.group.as_ref());
        let member = emergency.is_some_and(|group| granted.by.groups.contains(group));
        if glass.is_some() && !member {
            return;
        }
        if eligible(self, &granted.by, emergency, event.time).is_err() {
            return;
        }
        self.votes.push(Vote {
            event: event.event_id,
            by: granted.by.clone(),
            note: granted.note.clone(),
            scope: granted.scope.clone(),
        });
        // Broken glass rests on the word of one, said to this end; else all who count must have said the same.
        let last = self.votes.len() - 1;
        let decisive = match emergency {
            Some(_) => self.votes.get(last..),
            None => self.votes.get(..),
        };
        let decisive = decisive.unwrap_or_default();
        let people = decisive.iter().map(|vote| vote.by.groups.as_slice());
        let full = quorum_met(&self.request.quorum, &people.collect::<Vec<_>>());
        if !full && emergency.is_none() {
            return;
        }
        let scopes = decisive.iter().map(|vote| vote.scope.as_ref());
        if let Some(scope) = narrowest(scopes, event.time) {
            if scope.kind == ScopeKind::BreakGlass {
                mark_broken_glass(&mut self.about);
            }
            let voters = decisive.iter();
            let grant = Grant {
                about: self.about.clone(),
                scope,
                voters: voters
                    .map(|one| (one.by.clone(), one.note.clone()))
                    .collect(),
                quorum: self.request.quorum.clone(),
                since: event.time,
                used: 1,
                revoked: None,
                reviewed: None,
            };
            grants.add(event.event_id, grant);
            self.under = Some(event.event_id);
        }
        self.granted = Some(event.time);
        self.phase = Phase::Granted;
    }

    /// A yes that rests on an earlier one: it counts if that one covers this statement still.
    fn rest_on(&mut self, under: EventId, scope: &GrantScope, event: &Event, grants: &mut Grants) {
        if self.phase != Phase::Pending || event.time >= self.request.expires {
            return;
        }
        let asked = (
            &self.about,
            self.request.quorum.as_slice(),
            scope.shape.as_deref(),
        );
        let taken = grants.take(under, asked, event.time);
        let Some(voters) = taken else {
            return;
        };
        self.votes = voters
            .into_iter()
            .map(|by| Vote {
                event: event.event_id,
                by,
                note: String::new(),
                scope: Some(scope.clone()),
            })
            .collect();
        if scope.kind == ScopeKind::BreakGlass {
            mark_broken_glass(&mut self.about);
        }
        self.under = Some(under);
        self.granted = Some(event.time);
        self.phase = Phase::Granted;
    }

    pub(super) fn claim(&mut self, event: &Event) {
        let takes = match self.phase {
            Phase::Granted => self.lapses().is_some_and(|lapses| event.time < lapses),
            Phase::Claimed(claim) => {
                claim.run != event.producer.run && self.claim_is_stale(event.time)
            }
            _ => false,
        };
        if takes {
            self.phase = Phase::Claimed(Claim {
                event: event.event_id,
                run: event.producer.run,
                at: event.time,
            });
        }
    }

    /// Whether `approver` may answer it at `now`; where it is an emergency, as one of that group.
    pub fn eligibility(
        &self,
        approver: &Approver,
        emergency: Option<&String>,
        now: TimeNs,
    ) -> Result<(), Ineligible> {
        eligible(self, approver, emergency, now)
    }
}
