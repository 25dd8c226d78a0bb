//! The pure fold of `firn.control`: the same records in the same order make the same state on every gateway.
//!
//! Enters: one control event after the other, in journal order. Leaves: holds, votes, claims, announced query ids.
//! Never here: a clock (only the events' own times count), I/O, an opened seal.
//!
//! Rules, all decided by journal order:
//! - A `statement.counted` counts once, for its principal, after all before it ([`super::budget`]).
//! - The first `session.closed` of a session ends it, on every gateway; later ones say nothing new.
//! - The first `approval.requested` of a statement makes the hold. A later one with the same binding only revives a hold
//!   that was canceled as abandoned: that is how a gateway with a live poll overrules one that saw none.
//! - The first `approval.estimated` of a hold, with its binding, is what people are told; it moves nothing.
//! - A vote counts if its voter is eligible then ([`eligibility`]); one eligible no ends it. What a yes covers besides, and a yes that
//!   rests on an earlier one, go by the rules of [`super::grants`].
//! - The first `statement.claimed` after the grant and within its execution time runs the statement. Whoever ran it says
//!   `statement.announced`, with the query ids to serve or with none. A later claim wins only if that did not come within
//!   [`crate::limits::CLAIM_LEASE`] and it is another run's: the first gateway is dead or cut off. The second sends the same derived
//!   upstream request id, so Snowflake answers with the first execution instead of a second one.

mod hold;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use event::payload::{
    ApprovalEstimated, ApprovalRequested, ApprovalRevoked, Compared, GivenUp, StatementAnnounced,
};
use event::{ApprovalBinding, Event, Payload, Principal, SessionId, StatementId, TimeNs};
use journal::Offset;

pub use hold::{Claim, Hold, Phase, Vote};

use super::budget::Budgets;
use super::grants::{Grant, Grants};
use super::killed::Kills;
use super::stale::Stale;
use super::vote::{binding_of, eligibility};
use crate::about::About;
use crate::ended::Ended;
use crate::limits::{ANNOUNCED_MAX, SETTLED_HOLDS_MAX};

/// Results of one statement that any gateway may serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// The envelope for their delivery.
    pub about: About,
    /// What was announced.
    pub payload: StatementAnnounced,
}

/// Everything folded so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    next: u64,
    holds: HashMap<StatementId, Hold>,
    /// Holds that need nothing more, oldest first; bounded.
    settled: VecDeque<StatementId>,
    announced: HashMap<(SessionId, String), Arc<Announced>>,
    /// Keys of `announced`, oldest first; bounded.
    announced_order: VecDeque<(SessionId, String)>,
    /// The last announcement of each session, and the last before it by another statement.
    last: HashMap<SessionId, (Arc<Announced>, Option<Arc<Announced>>)>,
    /// Keys of `last`, oldest session first; bounded.
    last_order: VecDeque<SessionId>,
    /// Sessions that ended.
    closed: Ended,
    /// How often columns were compared.
    budgets: Budgets,
    /// Sessions that people ended.
    kills: Kills,
    /// Tables that may be others now.
    stale: Stale,
    /// What people agreed to besides one statement.
    grants: Grants,
}

impl State {
    /// The offset after the last one folded.
    pub const fn next(&self) -> Offset {
        Offset(self.next)
    }

    /// The hold of `statement`.
    pub fn hold(&self, statement: StatementId) -> Option<&Hold> {
        self.holds.get(&statement)
    }

    /// Every hold still known.
    pub fn holds(&self) -> impl Iterator<Item = (StatementId, &Hold)> {
        self.holds.iter().map(|(id, hold)| (*id, hold))
    }

    /// How many statements wait for people at `now`.
    pub fn waiting(&self, now: TimeNs) -> usize {
        let waits = |hold: &&Hold| hold.phase == Phase::Pending && hold.request.expires > now;
        self.holds.values().filter(waits).count()
    }

    /// The announcement `id` belongs to in `session`: a query id of Snowflake's, or the statement id a held client knows.
    /// Another session's id resolves to nothing.
    pub fn announced(&self, session: SessionId, id: &str) -> Option<&Arc<Announced>> {
        self.announced.get(&(session, id.to_ascii_lowercase()))
    }

    /// Every announcement of the session that is still known.
    pub fn announced_in(&self, session: SessionId) -> Vec<Arc<Announced>> {
        let own = self.announced.iter().filter(|((of, id), announced)| {
            // Each stands under its statement's id once.
            *of == session && *id == announced.about.statement.to_string()
        });
        own.map(|(_, announced)| Arc::clone(announced)).collect()
    }

    /// The session's last announcement, by whichever gateway, that is not about `statement` itself.
    pub fn last_announced(
        &self,
        session: SessionId,
        statement: StatementId,
    ) -> Option<&Arc<Announced>> {
        let (last, before) = self.last.get(&session)?;
        if last.about.statement == statement {
            before.as_ref()
        } else {
            Some(last)
        }
    }

    /// The session's last announcement, by whichever gateway.
    pub fn last_said(&self, session: SessionId) -> Option<&Arc<Announced>> {
        self.last.get(&session).map(|(last, _)| last)
    }

    /// Whether the session's end is recorded, by whichever gateway.
    pub fn is_closed(&self, session: SessionId) -> bool {
        self.closed.contains(session)
    }

    /// Sessions that people ended.
    pub const fn kills(&self) -> &Kills {
        &self.kills
    }

    /// What people agreed to besides one statement.
    pub const fn grants(&self) -> &Grants {
        &self.grants
    }

    /// The standing grant that a hold began or rests on.
    pub fn grant_of(&self, statement: StatementId) -> Option<&Grant> {
        let hold = self.holds.get(&statement)?;
        self.grants.get(hold.under?)
    }

    /// Tables that may be others now.
    pub(super) const fn stale(&self) -> &Stale {
        &self.stale
    }

    /// What a counted statement was told of how often its columns were compared before.
    pub fn told(&self, statement: StatementId, binding: ApprovalBinding) -> Option<&[Compared]> {
        self.budgets.told(statement, binding)
    }

    /// How often the principal has had each of these columns compared, as of `now`.
    pub fn compared_before<'c>(
        &self,
        principal: &Principal,
        columns: impl Iterator<Item = &'c str>,
        now: TimeNs,
    ) -> Vec<Compared> {
        self.budgets.before(principal, columns, now)
    }

    /// A record that cannot be read still moves the fold on.
    pub fn skip(&mut self, at: Offset) {
        self.next = self.next.max(at.0.saturating_add(1));
    }

    /// Folds the record at `at`. One at or before the last folded changes nothing.
    pub fn apply(&mut self, at: Offset, event: &Event) {
        if at.0 < self.next {
            return;
        }
        self.skip(at);
        if let (Payload::SessionClosed(_), Some(session)) = (&event.payload, event.session_id) {
            self.closed.add(session);
        }
        if let Payload::SessionsKilled(killed) = &event.payload {
            self.kills.add(killed, event.time);
        }
        if let (Payload::CatalogInvalidated(said), Some(connection)) =
            (&event.payload, &event.connection)
        {
            self.stale.add(connection, said, self.next);
        }
        match &event.payload {
            Payload::ApprovalRevoked(revoked) => self.revoked(revoked),
            Payload::ApprovalReviewed(reviewed) => self.grants.review(reviewed),
            _ => {}
        }
        let Some(statement) = event.statement_id else {
            return;
        };
        match &event.payload {
            Payload::ApprovalRequested(request) => self.requested(statement, request, event),
            Payload::StatementAnnounced(payload) if payload.sealed.is_empty() => {
                self.ran(statement, event);
            }
            Payload::StatementAnnounced(payload) => self.announce(statement, payload, event),
            Payload::StatementCounted(counted) => {
                if let Some(principal) = &event.principal {
                    self.budgets
                        .count(statement, principal, counted, event.time);
                }
            }
            Payload::ApprovalEstimated(estimated) => self.estimated(statement, estimated, event),
            other => self.moved(statement, other, event),
        }
    }

    fn requested(&mut self, statement: StatementId, request: &ApprovalRequested, event: &Event) {
        if let Some(hold) = self.holds.get_mut(&statement) {
            let same = hold.request.binding == request.binding
                && Some(hold.about.session) == event.session_id;
            if same && hold.is_abandoned() && event.time < hold.request.expires {
                hold.phase = match hold.granted {
                    Some(_) => Phase::Granted,
                    None => Phase::Pending,
                };
            }
            return;
        }
        if let Some(about) = About::of(statement, event) {
            let request = ApprovalRequested {
                // As many bytes as it has: what it was read into grew by doubling, and it is kept as long as people take.
                sealed: Bytes::copy_from_slice(&request.sealed),
                ..request.clone()
            };
            let hold = Hold {
                about,
                request,
                requested: event.time,
                votes: Vec::new(),
                granted: None,
                phase: Phase::Pending,
                query_ids: Vec::new(),
                ran: false,
                under: None,
                estimate: None,
            };
            self.holds.insert(statement, hold);
        }
    }

    fn estimated(&mut self, statement: StatementId, said: &ApprovalEstimated, event: &Event) {
        if let Some(hold) = self.holds.get_mut(&statement)
            && Some(hold.about.session) == event.session_id
            && hold.request.binding == said.binding
            && hold.estimate.is_none()
        {
            hold.estimate = Some(said.clone());
        }
    }

    fn announce(&mut self, statement: StatementId, payload: &StatementAnnounced, event: &Event) {
        let Some(about) = About::of(statement, event) else {
            return;
        };
        let session = about.session;
        if let Some(hold) = self.holds.get_mut(&statement)
            && hold.about.session == session
        {
            for id in &payload.query_ids {
                if !hold.query_ids.contains(id) {
                    hold.query_ids.push(id.clone());
                }
            }
            hold.ran = true;
            hold.request.sealed = Bytes::new();
        }
        let announced = Arc::new(Announced {
            about,
            payload: payload.clone(),
        });
        let before = match self.last.remove(&session) {
            None => {
                self.last_order.push_back(session);
                None
            }
            Some((last, before)) if last.about.statement == statement => before,
            Some((last, _)) => Some(last),
        };
        self.last.insert(session, (Arc::clone(&announced), before));
        if self.last_order.len() > ANNOUNCED_MAX
            && let Some(session) = self.last_order.pop_front()
        {
            self.last.remove(&session);
        }
        if payload.query_ids.is_empty() {
            return;
        }
        let ids = payload.query_ids.iter().map(|id| id.to_ascii_lowercase());
        for id in ids.chain([statement.to_string()]) {
            let key = (session, id);
            // A statement may be announced again with more results; an id never moves to another statement.
            match self.announced.get_mut(&key) {
                Some(known) if known.about.statement == statement => {
                    *known = Arc::clone(&announced);
                }
                Some(_) => {}
                None => {
                    self.announced.insert(key.clone(), Arc::clone(&announced));
                    self.announced_order.push_back(key);
                }
            }
        }
        while self.announced_order.len() > ANNOUNCED_MAX {
            if let Some(key) = self.announced_order.pop_front() {
                self.announced.remove(&key);
            }
        }
    }

    /// A claimed statement ran, and there is nothing to serve of it.
    fn ran(&mut self, statement: StatementId, event: &Event) {
        if let Some(hold) = self.holds.get_mut(&statement)
            && Some(hold.about.session) == event.session_id
        {
            hold.ran = true;
            hold.request.sealed = Bytes::new();
        }
    }

    fn moved(&mut self, statement: StatementId, payload: &Payload, event: &Event) {
        let Some(hold) = self.holds.get_mut(&statement) else {
            return;
        };
        if event.session_id != Some(hold.about.session)
            || binding_of(payload) != Some(hold.request.binding)
        {
            return;
        }
        let before = hold.phase.clone();
        let waits = matches!(hold.phase, Phase::Pending | Phase::Granted);
        match payload {
            Payload::ApprovalGranted(granted) => hold.grant(granted, event, &mut self.grants),
            Payload::ApprovalDenied(denied)
                if eligibility(hold, &denied.by, event.time).is_ok() =>
            {
                hold.phase = Phase::Denied {
                    by: denied.by.clone(),
                    note: denied.note.clone(),
                };
            }
            Payload::ApprovalExpired(_)
                if hold.lapses().is_some_and(|lapses| event.time >= lapses) =>
            {
                hold.phase = Phase::Expired;
            }
            Payload::ApprovalCanceled(canceled) if waits || hold.is_abandoned() => {
                hold.phase = Phase::Canceled {
                    reason: canceled.reason.clone(),
                };
            }
            Payload::StatementClaimed(_) => hold.claim(event),
            _ => {}
        }
        if hold.phase != before {
            self.settle(statement);
        }
    }

    /// What the grant let run, and nobody runs yet, does not.
    fn revoked(&mut self, revoked: &ApprovalRevoked) {
        if !self.grants.revoke(revoked) {
            return;
        }
        let under = Some(revoked.grant);
        let mut ended = Vec::new();
        for (statement, hold) in &mut self.holds {
            if hold.under == under && hold.phase == Phase::Granted {
                hold.phase = Phase::Denied {
                    by: revoked.by.clone(),
                    note: revoked.reason.clone(),
                };
                ended.push(*statement);
            }
        }
        // The same order on every gateway.
        ended.sort();
        for statement in ended {
            self.settle(statement);
        }
    }

    /// Keeps what is over bounded; what can still run keeps its sealed request.
    fn settle(&mut self, statement: StatementId) {
        let Some(hold) = self.holds.get_mut(&statement) else {
            return;
        };
        match &hold.phase {
            Phase::Pending | Phase::Granted => return,
            Phase::Claimed(_) => {}
            Phase::Canceled {
                reason: GivenUp::Abandoned,
            } => {}
            Phase::Denied { .. } | Phase::Expired | Phase::Canceled { .. } => {
                hold.request.sealed = Bytes::new();
            }
        }
        self.settled.push_back(statement);
        while self.settled.len() > SETTLED_HOLDS_MAX {
            let Some(oldest) = self.settled.pop_front() else {
                return;
            };
            let waits = |hold: &Hold| matches!(hold.phase, Phase::Pending | Phase::Granted);
            if !self.holds.get(&oldest).is_some_and(waits) {
                self.holds.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests;
