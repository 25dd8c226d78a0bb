//! What became of one session.
//!
//! Enters: its events. Leaves: where it stands, and the sums of its statements. Never here: who it was (the first event says).

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::{First, Outcome, Place, SessionState, StatementFold};
use crate::limits::FOLD_STATEMENTS_MAX;
use crate::payload::CloseReason;
use crate::{Event, Payload, StatementId, TimeNs};

/// Sums over a session's statements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many statements.
    pub statements: u64,
    /// Refused, stage operations outside a statement included.
    pub denied: u64,
    /// That waited for people.
    pub held: u64,
    /// Of which cells were masked.
    pub masked: u64,
    /// That ended in an error.
    pub failed: u64,
    /// Rows delivered.
    pub rows: u64,
    /// Bytes delivered.
    pub bytes: u64,
    /// Cells masked.
    pub masked_cells: u64,
}

/// One session so far. An event at or before the last one of its lane changes nothing.
#[derive(Clone, Debug)]
pub struct SessionFold {
    /// Statements kept apart at most.
    room: usize,
    /// The offset after the last one folded, a lane each.
    next: BTreeMap<u64, u64>,
    events: u64,
    times: Option<(TimeNs, TimeNs)>,
    opened_at: Option<TimeNs>,
    closed: First<(TimeNs, CloseReason)>,
    refused: bool,
    stages_refused: u64,
    statements: HashMap<StatementId, StatementFold>,
    /// In the order they were first heard of.
    order: VecDeque<StatementId>,
    /// Sums of statements that are no longer kept apart.
    forgotten: Totals,
    late: u64,
}

impl Default for SessionFold {
    fn default() -> Self {
        Self::keeping(FOLD_STATEMENTS_MAX)
    }
}

impl SessionFold {
    /// A fold that keeps at most `room` statements apart; older ones are only summed up.
    pub fn keeping(room: usize) -> Self {
        Self {
            room,
            next: BTreeMap::new(),
            events: 0,
            times: None,
            opened_at: None,
            closed: First::default(),
            refused: false,
            stages_refused: 0,
            statements: HashMap::new(),
            order: VecDeque::new(),
            forgotten: Totals::default(),
            late: 0,
        }
    }

    /// Folds one event of the session.
    pub fn apply(&mut self, place: Place, event: &Event) {
        let next = self.next.entry(place.lane).or_default();
        if place.offset < *next {
            return;
        }
        *next = place.offset.saturating_add(1);
        self.events += 1;
        let time = event.time;
        self.times = Some(match self.times {
            None => (time, time),
            Some((first, last)) => (first.min(time), last.max(time)),
        });
        if let Some(statement) = event.statement_id {
            self.tell(statement, place, event);
            return;
        }
        match &event.payload {
            Payload::SessionOpened(_) => {
                self.opened_at = Some(self.opened_at.map_or(time, |known| known.min(time)));
            }
            Payload::SessionClosed(closed) => {
                self.closed.offer(place, || (time, closed.reason));
            }
            Payload::SessionRefused(_) => self.refused = true,
            Payload::StageRefused(_) => self.stages_refused += 1,
            _ => {}
        }
    }

    fn tell(&mut self, statement: StatementId, place: Place, event: &Event) {
        if let Some(known) = self.statements.get_mut(&statement) {
            known.apply(place, event);
            return;
        }
        if matches!(event.payload, Payload::ResponsePage(_)) {
            return;
        }
        // A statement begins with its submission: anything else may speak of one that was forgotten.
        let begins = matches!(event.payload, Payload::StatementSubmitted(_));
        if self.forgotten.statements > 0 && !begins {
            self.late += 1;
            return;
        }
        let mut fold = StatementFold::default();
        fold.apply(place, event);
        self.statements.insert(statement, fold);
        self.order.push_back(statement);
        if self.order.len() > self.room
            && let Some(oldest) = self.order.pop_front()
            && let Some(fold) = self.statements.remove(&oldest)
        {
            self.forgotten.add(&fold);
        }
    }

    /// Where it stands.
    pub fn state(&self) -> SessionState {
        if self.refused {
            SessionState::Refused
        } else if self.closed.get().is_some() {
            SessionState::Closed
        } else {
            SessionState::Open
        }
    }

    /// When and why it ended.
    pub fn closed(&self) -> Option<(TimeNs, CloseReason)> {
        self.closed.get().copied()
    }

    /// Login, or the first event.
    pub fn opened_at(&self) -> Option<TimeNs> {
        self.opened_at.or(self.times.map(|(first, _)| first))
    }

    /// Its first and its last event's time.
    pub const fn times(&self) -> Option<(TimeNs, TimeNs)> {
        self.times
    }

    /// Events folded.
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Events of statements that were no longer kept apart when they came; their sums lack what these said.
    pub const fn late(&self) -> u64 {
        self.late
    }

    /// One statement, if it is kept apart.
    pub fn statement(&self, id: StatementId) -> Option<&StatementFold> {
        self.statements.get(&id)
    }

    /// The statements that are kept apart, in the order they were first heard of.
    pub fn statements(&self) -> impl Iterator<Item = (StatementId, &StatementFold)> {
        let known = |id: &StatementId| self.statements.get(id).map(|fold| (*id, fold));
        self.order.iter().filter_map(known)
    }

    /// Sums over all statements.
    pub fn totals(&self) -> Totals {
        let mut totals = self.forgotten;
        for fold in self.statements.values() {
            totals.add(fold);
        }
        totals.denied += self.stages_refused;
        totals
    }
}

impl Totals {
    fn add(&mut self, statement: &StatementFold) {
        self.statements += 1;
        let outcome = statement.outcome();
        self.denied += u64::from(outcome == Outcome::Denied);
        self.failed += u64::from(outcome == Outcome::Failed);
        self.held += u64::from(statement.approval().outcome().is_some());
        if let Some(sums) = statement.deliveries().sums() {
            self.masked += u64::from(sums.masked_cells > 0);
            self.rows = self.rows.saturating_add(sums.rows);
            self.bytes = self.bytes.saturating_add(sums.bytes);
            self.masked_cells = self.masked_cells.saturating_add(sums.masked_cells);
        }
    }
}
