//! Statements of one partition, from their submission to the event that ends them.
//!
//! Enters: the partition's events in order, and the time now and then. Leaves: each statement once, when it ended or when nothing
//! more was heard of it. Never here: what people said of it, which stands in the journal's other topic (see `approvals`).
//!
//! A statement *ends* with its failure or cancellation, or when every result it announced was delivered whole. One that failed
//! while a result was being fetched may be got over, so it is given [`SILENCE_FAILED`](limits::SILENCE_FAILED); one whose driver
//! never fetched the rest, or whose gateway died, is told as it stands after [`SILENCE`](limits::SILENCE).

mod room;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use event::fold::{Place, StatementFold};
use event::payload::Verdict;
use event::{Event, Payload, StatementId, TimeNs};

use crate::item::{Recorded, StatementOutcome};
use crate::limits;
use crate::time::nanos;
pub use room::Room;

/// The open statements of one partition.
pub struct Outcomes {
    room: Arc<Room>,
    open: HashMap<StatementId, Open>,
    /// By the offset of their first event.
    order: BTreeMap<u64, StatementId>,
    bytes: usize,
    ended: HashSet<StatementId>,
    ended_order: VecDeque<StatementId>,
}

/// One statement so far.
#[derive(Clone, Debug)]
pub struct Open {
    statement: StatementId,
    first: u64,
    last: Recorded,
    bytes: usize,
    fold: StatementFold,
    submitted: Option<Arc<Event>>,
    decided: Option<Arc<Event>>,
    failed: Option<Arc<Event>>,
    results: u32,
    /// A result was announced.
    begun: bool,
}

impl Default for Outcomes {
    fn default() -> Self {
        Self::within(Arc::default())
    }
}

impl Drop for Outcomes {
    fn drop(&mut self) {
        self.room.leave(self.open.len(), self.bytes);
    }
}

impl Outcomes {
    /// None yet; those to come have `room`.
    pub fn within(room: Arc<Room>) -> Self {
        room.enter();
        Self {
            room,
            open: HashMap::new(),
            order: BTreeMap::new(),
            bytes: 0,
            ended: HashSet::new(),
            ended_order: VecDeque::new(),
        }
    }

    /// Takes the next event; the statement it ended, if it ended one, or the oldest one if too many are open.
    pub fn apply(&mut self, recorded: &Recorded) -> Option<Open> {
        let statement = recorded.event.statement_id?;
        if matches!(recorded.event.payload, Payload::ResponsePage(_)) {
            return None;
        }
        if !self.open.contains_key(&statement) {
            // A statement begins with its submission: anything else speaks of one that was told already.
            let begins = matches!(recorded.event.payload, Payload::StatementSubmitted(_));
            if !begins || self.ended.contains(&statement) {
                return None;
            }
            self.begin(statement, recorded);
        }
        let open = self.open.get_mut(&statement)?;
        open.take(recorded);
        if open.is_over() {
            return self.end(statement);
        }
        let full = self.room.is_short(self.open.len(), self.bytes);
        let oldest = self.order.first_key_value().map(|(_, oldest)| *oldest);
        oldest.filter(|_| full).and_then(|oldest| self.end(oldest))
    }

    /// Where folding must begin again to know what is known now; none if nothing is open.
    pub fn fold_from(&self) -> Option<u64> {
        self.order.first_key_value().map(|(first, _)| *first)
    }

    /// Statements of which nothing was heard for too long at `now`, oldest first. They are open until [`Outcomes::end`].
    pub fn silent(&self, now: TimeNs) -> Vec<Open> {
        let order = self.order.values().filter_map(|id| self.open.get(id));
        order.filter(|open| open.due() <= now).cloned().collect()
    }

    /// Ends `statement`, as it stands.
    pub fn end(&mut self, statement: StatementId) -> Option<Open> {
        let open = self.open.remove(&statement)?;
        self.order.remove(&open.first);
        self.bytes -= open.bytes;
        self.room.give(1, open.bytes);
        self.ended.insert(statement);
        self.ended_order.push_back(statement);
        // A sink or a partition more leaves less for each.
        let most = self.room.remembered();
        while self.ended_order.len() > most
            && let Some(oldest) = self.ended_order.pop_front()
        {
            self.ended.remove(&oldest);
        }
        Some(open)
    }

    fn begin(&mut self, statement: StatementId, recorded: &Recorded) {
        let first = recorded.position.offset.0;
        let bytes = match &recorded.event.payload {
            Payload::StatementSubmitted(submitted) => submitted.text.get().len(),
            _ => 0,
        };
        let open = Open {
            statement,
            first,
            last: recorded.clone(),
            bytes,
            fold: StatementFold::default(),
            submitted: None,
            decided: None,
            failed: None,
            results: 1,
            begun: false,
        };
        self.bytes += bytes;
        self.room.take(bytes);
        self.order.insert(first, statement);
        self.open.insert(statement, open);
    }
}

impl Open {
    fn take(&mut self, recorded: &Recorded) {
        let event = &recorded.event;
        self.fold.apply(Place::from(recorded.position), event);
        self.last = recorded.clone();
        let first = match &event.payload {
            Payload::StatementSubmitted(submitted) => {
                let kinds = u32::try_from(submitted.kinds.len()).unwrap_or(u32::MAX);
                self.results = self.results.max(kinds);
                &mut self.submitted
            }
            Payload::StatementDecided(_) => &mut self.decided,
            Payload::StatementFailed(_) => &mut self.failed,
            Payload::ResponseStarted(_) => {
                self.begun = true;
                return;
            }
            _ => return,
        };
        first.get_or_insert_with(|| Arc::clone(event));
    }

    /// Nothing that would change its outcome is to be expected.
    fn is_over(&self) -> bool {
        if self.fold.canceled_by().is_some() {
            return true;
        }
        if self.fold.failure().is_some() {
            return !self.begun;
        }
        // What changes rows may come without a result that was announced.
        let deliveries = self.fold.deliveries();
        let each_came = (0..self.results).all(|result| deliveries.of_result(result).is_some());
        each_came && (deliveries.is_whole() || !self.begun)
    }

    fn due(&self) -> TimeNs {
        let patience: Duration = match self.fold.failure() {
            Some(_) => limits::SILENCE_FAILED,
            None => limits::SILENCE,
        };
        TimeNs(self.last.event.time.0.saturating_add(nanos(patience)))
    }

    /// The statement.
    pub const fn statement(&self) -> StatementId {
        self.statement
    }

    /// When its latest event happened.
    pub fn last_at(&self) -> TimeNs {
        self.last.event.time
    }

    /// People were asked, or will be.
    pub fn needs_people(&self) -> bool {
        self.fold.verdict() == Some(Verdict::Hold)
    }

    /// What became of it, with `said` of it in the journal's other topic.
    pub fn outcome(self, said: &[(Place, Arc<Event>)]) -> StatementOutcome {
        let mut fold = self.fold;
        for (place, event) in said {
            fold.apply(*place, event);
        }
        StatementOutcome {
            statement: self.statement,
            completed: self.last,
            submitted: self.submitted,
            decided: self.decided,
            failed: self.failed,
            fold,
        }
    }
}
