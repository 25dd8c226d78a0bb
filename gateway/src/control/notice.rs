//! What this gateway's own events made of holds, for whoever tells people.
//!
//! Enters: the fold before and after an event. Leaves: a notice, if the event is of a run of this process and changed where a hold
//! stands. Never here: what other gateways did (they tell of it), a wait: a listener that is behind loses notices, not the fold.

use bytes::Bytes;
use event::{Event, EventId, RunId, StatementId, TimeNs};
use tokio::sync::mpsc;

use super::state::{Phase, State};

/// Runs of this process that are remembered.
const RUNS_MAX: usize = 8;

/// How a hold changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It waits for people.
    Held,
    /// People agreed.
    Granted,
    /// It does not run.
    Ended,
    /// It ran.
    Ran,
}

/// One change of a hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The event that made it.
    pub event: EventId,
    /// When that event was made.
    pub time: TimeNs,
    /// Of which hold.
    pub statement: StatementId,
    /// What changed.
    pub changed: Changed,
    /// What gateways sealed of it, as it was before.
    pub sealed: Bytes,
}

/// Who listens, and to which runs.
#[derive(Debug, Default)]
pub(super) struct Notices {
    listener: Option<mpsc::Sender<(RunId, Notice)>>,
    own: Vec<RunId>,
}

impl Notices {
    /// Tells this one from now on, and nobody else.
    pub fn to(&mut self, listener: mpsc::Sender<(RunId, Notice)>) {
        self.listener = Some(listener);
    }

    pub fn own(&mut self, run: RunId) {
        if self.own.contains(&run) {
            return;
        }
        if self.own.len() >= RUNS_MAX {
            self.own.remove(0);
        }
        self.own.push(run);
    }

    pub fn tell(&self, (run, notice): (RunId, Notice)) {
        if let Some(listener) = &self.listener
            && self.own.contains(&run)
            && listener.try_send((run, notice)).is_err()
        {
            tracing::warn!("people are told of so much at once that something was left out");
        }
    }
}

/// Where a hold stood before an event.
pub(super) struct Stood {
    statement: StatementId,
    phase: Option<Phase>,
    ran: bool,
    sealed: Bytes,
}

impl Stood {
    pub fn of(state: &State, event: &Event) -> Option<Self> {
        let statement = event.statement_id?;
        let hold = state.hold(statement);
        Some(Self {
            statement,
            phase: hold.map(|hold| hold.phase.clone()),
            ran: hold.is_some_and(|hold| hold.ran),
            sealed: hold
                .map(|hold| hold.request.sealed.clone())
                .unwrap_or_default(),
        })
    }

    /// What the event changed of it.
    pub fn notice(self, state: &State, event: &Event) -> Option<(RunId, Notice)> {
        let hold = state.hold(self.statement)?;
        let same = self.phase.as_ref() == Some(&hold.phase);
        let changed = match &hold.phase {
            _ if hold.ran && !self.ran => Changed::Ran,
            _ if same => return None,
            Phase::Pending if self.phase.is_none() => Changed::Held,
            Phase::Granted if self.phase == Some(Phase::Pending) => Changed::Granted,
            Phase::Denied { .. } | Phase::Expired | Phase::Canceled { .. } => Changed::Ended,
            Phase::Pending | Phase::Granted | Phase::Claimed(_) => return None,
        };
        let sealed = match self.phase {
            None => hold.request.sealed.clone(),
            Some(_) => self.sealed,
        };
        let notice = Notice {
            event: event.event_id,
            time: event.time,
            statement: self.statement,
            changed,
            sealed,
        };
        Some((event.producer.run, notice))
    }
}
