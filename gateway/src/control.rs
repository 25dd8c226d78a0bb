//! What every gateway knows of held and later-served statements, and what it may do about them.
//!
//! Enters: `firn.control`, read whole. Leaves: hold states, claims, query ids bound to their sessions, spent budgets.
//! Never here: a decision of its own; all instances fold the same records to the same [`state::State`].
//!
//! An instance cannot see polls that reach another one. So the rule for a client that went away is: an instance that saw
//! polls of a hold, and none for [`ABANDONED_AFTER`], cancels it as `abandoned`; whichever instance then gets a poll all
//! the same asks again (`approval.requested` with the same binding), which revives the hold with its votes. A wrong guess
//! costs two events, never a statement.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use event::payload::{
    ApprovalCanceled, ApprovalRequested, GivenUp, StatementAnnounced, StatementClaimed,
};
use event::{ApprovalBinding, EventId, Payload, SessionId, StatementId};
use journal::clock::Clock;
use journal::emit::{Emitted, Emitter};
use journal::{Journal, Offset};
use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::about::About;
use crate::limits::{CATCH_UP_DEADLINE, HELD_SEALED_BYTES_MAX};
use crate::seal::{OpenError, Purpose, Sealer};
use crate::time::later_ns;

mod budget;
mod cataloging;
mod closing;
mod contract;
mod counting;
mod crowd;
mod end;
mod error;
mod estimating;
mod follow;
mod granting;
pub mod grants;
mod held;
mod killed;
mod killing;
mod notice;
mod polls;
mod progress;
#[cfg(test)]
pub(crate) mod sample;
mod seen;
mod shared;
mod stale;
mod standing;
pub mod state;
mod sweep;
pub mod vote;

use contract::Announcement;
pub use contract::{AnnouncedResult, ClaimOutcome, HoldRequest, HoldStatus, KnownQuery, Standing};
pub use error::ControlError;
pub use held::{Held, Output, Touches};
pub use killed::Named;
pub use notice::{Changed, Notice};
use polls::Watching;
use seen::Seen;
use shared::Shared;
use state::{Phase, State};

/// The gateway's view of `firn.control`. Cheap to clone.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

impl Control {
    /// Reads the control topic whole, then follows it until [`Control::stop`].
    pub async fn start(
        journal: Arc<dyn Journal>,
        emitter: Emitter,
        clock: Arc<dyn Clock>,
        sealer: Sealer,
    ) -> Result<Self, ControlError> {
        let shared = Arc::new(Shared {
            state: RwLock::new(State::default()),
            folded: watch::channel(0).0,
            seen: Mutex::new(HashMap::new()),
            own_claims: Mutex::new(HashMap::new()),
            notices: Mutex::default(),
            end: end::End::default(),
            journal: Arc::clone(&journal),
            emitter,
            clock,
            ring: RwLock::new(sealer),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        follow::start(&shared, journal).await?;
        shared.tasks.spawn(sweep::run(Arc::clone(&shared)));
        Ok(Self { shared })
    }

    /// Stops following. What is held stays held: the journal has it.
    pub async fn stop(&self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
    }

    /// Seals and opens with another ring from now on.
    pub fn seal_with(&self, sealer: Sealer) {
        *self.shared.ring.write() = sealer;
    }

    /// Holds a statement, durably; a retry of the same statement joins the hold there is.
    pub async fn hold(&self, request: HoldRequest) -> Result<HoldStatus, ControlError> {
        let statement = request.about.statement;
        if let Some(status) = self.same_hold(&request)? {
            return Ok(status);
        }
        self.shared.state.read().room_for(&request.about)?;
        let sealed = self.shared.sealer().seal(Purpose::Held, &request.held)?;
        if sealed.len() > HELD_SEALED_BYTES_MAX {
            return Err(ControlError::TooLarge {
                bytes: sealed.len(),
            });
        }
        let now = self.shared.clock.now();
        self.shared.seen.lock().insert(
            statement,
            Seen {
                watchers: 0,
                last: now,
                home: true,
                asynchronous: request.held.asynchronous,
            },
        );
        let payload = ApprovalRequested {
            binding: request.binding,
            quorum: request.quorum.clone(),
            reasons: request.reasons.clone(),
            expires: later_ns(now, request.approval_ttl_ns),
            execution_ttl_ns: request.execution_ttl_ns,
            sealed: sealed.into(),
        };
        self.emit(&request.about, payload).await?;
        self.same_hold(&request)?.ok_or(ControlError::Lagging)
    }

    /// Where the statement stands, if it is held in `session`.
    pub fn status(&self, session: SessionId, statement: StatementId) -> Option<HoldStatus> {
        let now = self.shared.clock.now();
        let state = self.shared.state.read();
        let hold = state.hold(statement)?;
        (hold.about.session == session).then(|| self.shared.status_of(hold, now))
    }

    /// Waits until there is something to say to a poll, at most `timeout`: a grant to claim, an end, query ids to serve.
    /// None where no such statement is held in `session`. Counts as a poll.
    pub async fn wait(
        &self,
        session: SessionId,
        statement: StatementId,
        timeout: Duration,
    ) -> Result<Option<HoldStatus>, ControlError> {
        let Some(first) = self.status(session, statement) else {
            return Ok(None);
        };
        let _watching = Watching::begin(&self.shared, statement, self.is_asynchronous(statement)?);
        if first.is_abandoned() {
            self.revive(statement).await?;
        }
        let mut folded = self.shared.folded.subscribe();
        let settled = async {
            loop {
                folded.borrow_and_update();
                match self.status(session, statement) {
                    Some(HoldStatus::Pending) => {}
                    Some(HoldStatus::Claimed { ran: false, .. }) => {}
                    Some(status) if status.is_abandoned() => {
                        self.revive(statement).await?;
                    }
                    other => return Ok::<_, ControlError>(other),
                }
                if folded.changed().await.is_err() {
                    return Ok(self.status(session, statement));
                }
            }
        };
        match tokio::time::timeout(timeout, settled).await {
            Ok(status) => status,
            Err(_) => Ok(self.status(session, statement)),
        }
    }

    /// Takes a granted statement to run it: the first claim in journal order wins, on whichever gateway. The winner gets it
    /// again, without another event, until it announces what ran; it must know itself what it has in flight.
    pub async fn claim(
        &self,
        session: SessionId,
        statement: StatementId,
        binding: ApprovalBinding,
    ) -> Result<ClaimOutcome, ControlError> {
        let about = match self.status(session, statement) {
            None => return Err(ControlError::Unknown),
            Some(HoldStatus::Granted) => self.about(statement)?,
            Some(HoldStatus::Claimed { .. }) => return Ok(ClaimOutcome::Lost),
            Some(other) => return Ok(ClaimOutcome::NotGranted(other)),
        };
        let own = self.shared.own_claims.lock().get(&statement).copied();
        if let Some(own) = own
            && let Some(held) = self.won(statement, binding, own)?
        {
            return Ok(ClaimOutcome::Won(held));
        }
        let emitted = self.emit(&about, StatementClaimed { binding }).await?;
        if let Some(held) = self.won(statement, binding, emitted.event_id)? {
            let mut own_claims = self.shared.own_claims.lock();
            own_claims.insert(statement, emitted.event_id);
            return Ok(ClaimOutcome::Won(held));
        }
        match self.status(session, statement) {
            Some(HoldStatus::Claimed { .. }) | None => Ok(ClaimOutcome::Lost),
            Some(other) => Ok(ClaimOutcome::NotGranted(other)),
        }
    }

    /// What to run, if the claim in force is `event` and nothing ran by it yet.
    fn won(
        &self,
        statement: StatementId,
        binding: ApprovalBinding,
        event: EventId,
    ) -> Result<Option<Held>, ControlError> {
        let sealed = {
            let state = self.shared.state.read();
            let hold = state.hold(statement).ok_or(ControlError::Unknown)?;
            if hold.request.binding != binding {
                return Err(ControlError::Changed);
            }
            match &hold.phase {
                Phase::Claimed(claim) if claim.event == event && !hold.ran => {
                    hold.request.sealed.clone()
                }
                _ => return Ok(None),
            }
        };
        Ok(Some(self.shared.sealer().open(Purpose::Held, &sealed)?))
    }

    /// Gives up a hold that nobody runs yet. True if there was one.
    pub async fn cancel(
        &self,
        session: SessionId,
        statement: StatementId,
        reason: GivenUp,
    ) -> Result<bool, ControlError> {
        let (about, binding) = {
            let state = self.shared.state.read();
            match state.hold(statement) {
                Some(hold) if hold.about.session == session && hold.lapses().is_some() => {
                    (hold.about.clone(), hold.request.binding)
                }
                _ => return Ok(false),
            }
        };
        self.emit(&about, ApprovalCanceled { binding, reason })
            .await?;
        Ok(matches!(
            self.status(session, statement),
            Some(HoldStatus::Canceled { .. })
        ))
    }

    /// Lets every gateway serve these results of a statement from now on. Whoever ran a claimed statement says it here, or by
    /// [`Control::ran`] where there is nothing to serve: until then it may be taken for dead.
    pub async fn announce(
        &self,
        about: &About,
        results: &[AnnouncedResult],
        standing: &Standing,
    ) -> Result<(), ControlError> {
        let announcement = Announcement {
            results: results.to_vec(),
            standing: standing.clone(),
        };
        let sealed = self
            .shared
            .sealer()
            .seal(Purpose::Announced, &announcement)?;
        let payload = StatementAnnounced {
            query_ids: results.iter().map(|one| one.query_id.clone()).collect(),
            sealed: sealed.into(),
        };
        self.emit(about, payload).await?;
        self.shared.own_claims.lock().remove(&about.statement);
        Ok(())
    }

    /// Says that a claimed statement ran, if that was not announced with its results: it never runs again.
    pub async fn ran(&self, statement: StatementId) -> Result<(), ControlError> {
        let about = {
            let state = self.shared.state.read();
            match state.hold(statement) {
                Some(hold) if matches!(hold.phase, Phase::Claimed(_)) && !hold.ran => {
                    hold.about.clone()
                }
                _ => return Ok(()),
            }
        };
        // Nothing sealed: it says nothing of results, nor of where the session stands.
        let payload = StatementAnnounced {
            query_ids: Vec::new(),
            sealed: Bytes::new(),
        };
        self.emit(&about, payload).await?;
        self.shared.own_claims.lock().remove(&statement);
        Ok(())
    }

    /// The result `id` names in `session`, if it was announced: by Snowflake's query id, or by the statement id that the
    /// client of a held statement knows. Another session's id never resolves.
    pub fn lookup_query(
        &self,
        session: SessionId,
        id: &str,
    ) -> Result<Option<KnownQuery>, ControlError> {
        let Some(announced) = self.shared.state.read().announced(session, id).cloned() else {
            return Ok(None);
        };
        let Announcement { results, .. } = self
            .shared
            .sealer()
            .open(Purpose::Announced, &announced.payload.sealed)?;
        let by_statement = id.eq_ignore_ascii_case(&announced.about.statement.to_string());
        let found = if by_statement {
            // Of several statements the client of the request knows the parent, which has the last number.
            results.into_iter().max_by_key(|one| one.result)
        } else {
            let named = |one: &AnnouncedResult| one.query_id.eq_ignore_ascii_case(id);
            results.into_iter().find(named)
        };
        Ok(found.map(|result| KnownQuery {
            about: announced.about.clone(),
            result,
        }))
    }

    /// Every result announced in the session that is still known, in no order.
    pub fn announced_in(&self, session: SessionId) -> Result<Vec<AnnouncedResult>, ControlError> {
        let announced = self.shared.state.read().announced_in(session);
        let mut all = Vec::new();
        for one in announced {
            let Announcement { results, .. } = self
                .shared
                .sealer()
                .open(Purpose::Announced, &one.payload.sealed)?;
            all.extend(results);
        }
        Ok(all)
    }

    /// Waits until this gateway has folded everything that was durable when it was called: what another gateway announced
    /// before it answered a driver is known here before the driver's next request is answered. Within [`CATCH_UP_DEADLINE`], or
    /// the fold lags.
    pub async fn caught_up(&self) -> Result<(), ControlError> {
        tokio::time::timeout(CATCH_UP_DEADLINE, self.catch_up())
            .await
            .unwrap_or(Err(ControlError::Lagging))
    }

    /// [`Control::caught_up`] for who was asked for `id` and does not know it: the gateway that answered the driver may have done
    /// so before this one heard of it. False, and said in the log, where that cannot be known now.
    pub(crate) async fn heard_of_others(&self, id: impl Display) -> bool {
        let caught_up = self.caught_up().await;
        if let Err(error) = &caught_up {
            tracing::warn!(%id, %error, "what other gateways announced is not known here now");
        }
        caught_up.is_ok()
    }

    async fn catch_up(&self) -> Result<(), ControlError> {
        let bounds = self.shared.end.bounds(&*self.shared.journal).await?;
        match bounds.end.checked_sub(1) {
            Some(last) if bounds.start < bounds.end => self.shared.reached(Offset(last)).await,
            _ => Ok(()),
        }
    }

    /// Emits and waits until this gateway's own fold has seen it.
    pub(crate) async fn emit(
        &self,
        about: &About,
        payload: impl Into<Payload>,
    ) -> Result<Emitted, ControlError> {
        let emitted = self.shared.emit_own(about.draft(payload)).await?;
        self.shared.reached(emitted.position.offset).await?;
        Ok(emitted)
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.shared.clock
    }

    pub(crate) fn with_state<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.shared.state.read())
    }

    pub(crate) fn open_held(&self, sealed: &[u8]) -> Result<Held, OpenError> {
        self.shared.sealer().open(Purpose::Held, sealed)
    }

    pub(crate) fn vote_counted(&self, statement: StatementId, event: EventId) -> bool {
        let state = self.shared.state.read();
        state
            .hold(statement)
            .is_some_and(|hold| hold.votes.iter().any(|vote| vote.event == event))
    }

    fn about(&self, statement: StatementId) -> Result<About, ControlError> {
        let state = self.shared.state.read();
        let hold = state.hold(statement).ok_or(ControlError::Unknown)?;
        Ok(hold.about.clone())
    }

    fn same_hold(&self, request: &HoldRequest) -> Result<Option<HoldStatus>, ControlError> {
        let state = self.shared.state.read();
        let Some(hold) = state.hold(request.about.statement) else {
            return Ok(None);
        };
        if hold.about.session != request.about.session || hold.request.binding != request.binding {
            return Err(ControlError::Changed);
        }
        let now = self.shared.clock.now();
        Ok(Some(self.shared.status_of(hold, now)))
    }

    async fn revive(&self, statement: StatementId) -> Result<(), ControlError> {
        let (about, request) = {
            let state = self.shared.state.read();
            let hold = state.hold(statement).ok_or(ControlError::Unknown)?;
            (hold.about.clone(), hold.request.clone())
        };
        if self.shared.clock.now() >= request.expires {
            return Ok(());
        }
        self.emit(&about, request).await.map(drop)
    }

    fn is_asynchronous(&self, statement: StatementId) -> Result<bool, ControlError> {
        if let Some(seen) = self.shared.seen.lock().get(&statement) {
            return Ok(seen.asynchronous);
        }
        let sealed = self.with_state(|state| {
            state
                .hold(statement)
                .map(|hold| hold.request.sealed.clone())
        });
        match sealed {
            Some(sealed) if !sealed.is_empty() => Ok(self.open_held(&sealed)?.asynchronous),
            _ => Ok(false),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
