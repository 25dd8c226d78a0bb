//! Events to a timeline: one fold over the session in order.
//!
//! Enters: a session's events. Leaves: a [`Timeline`]. Never here: a lost event: each stands in an entry's list of events.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use event::payload::{FailureStage, ResponsePage, ResponseStarted, StatementSubmitted, Verdict};
use event::{Event, Masked, Payload, RunId, SessionId, StatementId, TimeNs};
use grid::assemble;
use ledger::journal::Position;

use super::note::note;
use super::{
    Approval, BindText, Canceled, Decision, Entry, EventRef, Failure, Forwarded, Head, Marker,
    Note, Outcome, PartSeen, Request, Statement, StatementResult, Timeline, Totals,
};
use crate::limits::{RESULT_ROWS_MAX, SESSION_EVENTS_MAX};
use crate::order::merge;

/// How much a timeline holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Rows of each result.
    pub rows_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rows_max: RESULT_ROWS_MAX,
        }
    }
}

/// Why there is no timeline.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TimelineError {
    /// The record holds nothing of it.
    #[error("no event of session {0} is recorded; `firn sessions` lists what there is")]
    Unknown(SessionId),
    /// More than one timeline takes.
    #[error(
        "session {session} has {events} events, a timeline takes {SESSION_EVENTS_MAX}; query `events` instead"
    )]
    TooLong {
        /// The session.
        session: SessionId,
        /// Its events.
        events: usize,
    },
}

/// The timeline of `session`, out of its `events` (others are left out).
pub fn build(
    session: SessionId,
    events: impl IntoIterator<Item = (Position, Event)>,
    options: &Options,
) -> Result<Timeline, TimelineError> {
    let of_session = events
        .into_iter()
        .filter(|(_, event)| event.session_id == Some(session));
    let events = merge(of_session);
    if events.len() > SESSION_EVENTS_MAX {
        return Err(TimelineError::TooLong {
            session,
            events: events.len(),
        });
    }
    let start = events.iter().map(|(_, event)| event.time).min();
    let end = events.iter().map(|(_, event)| event.time).max();
    let (Some(start), Some(end)) = (start, end) else {
        return Err(TimelineError::Unknown(session));
    };
    let parts = parts(&events);
    let mut fold = Fold {
        start,
        head: Head::default(),
        slots: Vec::new(),
        statements: HashMap::new(),
        count: events.len() as u64,
    };
    for (position, event) in events {
        fold.add(position, event);
    }
    let (head, entries, totals) = fold.finish(options);
    Ok(Timeline {
        session,
        head,
        start,
        duration_ns: end.0 - start.0,
        entries,
        totals,
        parts,
    })
}

fn parts(events: &[(Position, Event)]) -> Vec<PartSeen> {
    let mut runs: BTreeMap<RunId, (u64, u64)> = BTreeMap::new();
    for (_, event) in events {
        let (count, highest) = runs.entry(event.producer.run).or_default();
        *count += 1;
        *highest = (*highest).max(event.part.index);
    }
    runs.into_iter()
        .map(|(run, (events, highest))| PartSeen {
            run,
            events,
            missing: (highest + 1).saturating_sub(events),
        })
        .collect()
}

/// A statement until its pages are put together.
struct Told {
    statement: Statement,
    /// By number of the result.
    results: BTreeMap<u32, Recorded>,
    /// When it last ended in an error, and when something of it was last delivered whole.
    failed_at_ns: Option<i64>,
    delivered_at_ns: Option<i64>,
}

struct Recorded {
    result: StatementResult,
    started: Option<ResponseStarted>,
    pages: Vec<ResponsePage>,
    /// Chunks that were delivered whole, the inline part being 0.
    delivered: BTreeSet<u32>,
}

impl Recorded {
    fn is_whole(&self) -> bool {
        let started = self.started.as_ref();
        started.is_some_and(|started| self.delivered.len() as u64 > u64::from(started.chunks))
    }
}

enum Slot {
    Statement(StatementId),
    Note(Note),
}

struct Fold {
    start: TimeNs,
    head: Head,
    slots: Vec<Slot>,
    statements: HashMap<StatementId, Told>,
    count: u64,
}

impl Fold {
    fn add(&mut self, position: Position, event: Event) {
        let at_ns = event.time.0 - self.start.0;
        let reference = EventRef {
            event_id: event.event_id,
            kind: event.kind(),
            at_ns,
            partition: position.partition.to_string(),
            offset: position.offset.0,
        };
        self.learn(&event);
        match event.statement_id {
            Some(id) => {
                let policy = event.policy.as_ref().map(|policy| policy.hash.0);
                let told = self.told(id, event.time, at_ns);
                let statement = &mut told.statement;
                statement.duration_ns = statement.duration_ns.max(at_ns - statement.at_ns);
                statement.events.push(reference);
                tell(told, at_ns, policy, event.payload);
            }
            None => {
                let (text, markers) = note(&event.payload);
                self.slots.push(Slot::Note(Note {
                    at_ns,
                    time: event.time,
                    kind: event.kind(),
                    text,
                    markers,
                    event: reference,
                }));
            }
        }
    }

    /// The head takes what the first event that knows it says.
    fn learn(&mut self, event: &Event) {
        let head = &mut self.head;
        // An approver's event carries the approver; the session's own events say who the session is.
        if matches!(
            event.payload,
            Payload::SessionOpened(_) | Payload::SessionRefused(_) | Payload::StatementSubmitted(_)
        ) {
            head.principal = head.principal.take().or_else(|| event.principal.clone());
            head.source = head.source.take().or_else(|| event.source.clone());
        }
        head.connection = head.connection.take().or_else(|| event.connection.clone());
        match &event.payload {
            Payload::SessionOpened(opened) => {
                head.opened = Some(event.time);
                head.authenticator = Some(opened.authenticator);
                head.context = opened.context.clone();
                head.upstream_session.clone_from(&opened.upstream_session);
            }
            Payload::SessionClosed(closed) => {
                // Two gateways may say it at once; the first counts.
                head.closed.get_or_insert(event.time);
                head.close_reason.get_or_insert(closed.reason);
            }
            _ => {}
        }
    }

    fn told(&mut self, id: StatementId, time: TimeNs, at_ns: i64) -> &mut Told {
        let number = u32::try_from(self.statements.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        self.statements.entry(id).or_insert_with(|| {
            self.slots.push(Slot::Statement(id));
            Told {
                statement: Statement::new(id, number, time, at_ns),
                results: BTreeMap::new(),
                failed_at_ns: None,
                delivered_at_ns: None,
            }
        })
    }

    fn finish(mut self, options: &Options) -> (Head, Vec<Entry>, Totals) {
        let mut totals = Totals {
            events: self.count,
            ..Totals::default()
        };
        let mut entries = Vec::with_capacity(self.slots.len());
        for slot in self.slots {
            let entry = match slot {
                Slot::Note(note) => {
                    totals.denied += u64::from(note.markers.contains(&Marker::Denied));
                    Some(Entry::Note(note))
                }
                Slot::Statement(id) => self.statements.remove(&id).map(|told| {
                    let got_over = told.got_over();
                    let mut statement = told.statement;
                    if got_over {
                        statement.failure = None;
                    }
                    let results = told.results.into_values();
                    statement.results = results.map(|one| show(one, options.rows_max)).collect();
                    mark(&mut statement);
                    add_statement(&mut totals, &statement);
                    Entry::Statement(Box::new(statement))
                }),
            };
            entries.extend(entry);
        }
        (self.head, entries, totals)
    }
}

impl Told {
    /// A chunk that failed, was asked for again and came: nothing is missing, and its driver showed no error.
    fn got_over(&self) -> bool {
        !self.results.is_empty()
            && self.results.values().all(Recorded::is_whole)
            && self
                .failed_at_ns
                .is_some_and(|failed| Some(failed) < self.delivered_at_ns)
    }

    fn result(&mut self, result: u32, at_ns: i64) -> &mut Recorded {
        self.results.entry(result).or_insert_with(|| Recorded {
            result: StatementResult {
                result,
                at_ns,
                finished_at_ns: None,
                query_id: None,
                grid: grid::Grid::default(),
                rows: 0,
                bytes: 0,
                masked_cells: 0,
                counts: None,
                unreadable: None,
            },
            started: None,
            pages: Vec::new(),
            delivered: BTreeSet::new(),
        })
    }
}

impl Statement {
    const fn new(statement: StatementId, number: u32, time: TimeNs, at_ns: i64) -> Self {
        Self {
            statement,
            number,
            at_ns,
            time,
            duration_ns: 0,
            request: None,
            decision: None,
            approval: None,
            forwarded: None,
            results: Vec::new(),
            failure: None,
            canceled: None,
            markers: Vec::new(),
            events: Vec::new(),
        }
    }
}

/// What one event adds to its statement. A retry says again what is known: the first telling stays.
fn tell(told: &mut Told, at_ns: i64, policy: Option<event::Digest>, payload: Payload) {
    let statement = &mut told.statement;
    match payload {
        Payload::StatementSubmitted(submitted) => {
            statement.request.get_or_insert_with(|| request(submitted));
        }
        Payload::StatementDecided(decided) => {
            statement.decision.get_or_insert(Decision {
                at_ns,
                verdict: decided.verdict,
                reasons: decided.reasons,
                masks: decided.masks,
                mask_all: decided.mask_all,
                policy,
            });
        }
        Payload::StatementForwarded(forwarded) => {
            statement.forwarded.get_or_insert(Forwarded {
                at_ns,
                query_id: forwarded.query_id,
                attempts: forwarded.attempts,
            });
        }
        Payload::ResponseStarted(started) => {
            let recorded = told.result(started.result, at_ns);
            recorded.result.query_id = Some(started.query_id.clone());
            recorded.started.get_or_insert(started);
        }
        Payload::ResponsePage(page) => told.result(page.result, at_ns).pages.push(page),
        Payload::ResponseFinished(finished) => {
            told.delivered_at_ns = Some(at_ns);
            let recorded = told.result(finished.result, at_ns);
            let result = &mut recorded.result;
            result.finished_at_ns = Some(at_ns);
            // What was fetched again was delivered once.
            if recorded.delivered.insert(finished.chunk) {
                result.rows += finished.rows;
                result.bytes += finished.bytes;
                result.masked_cells += finished.masked_cells;
                result.counts = result.counts.or(finished.counts);
            }
        }
        Payload::StageRefused(refused) => {
            statement.failure.get_or_insert_with(|| Failure {
                at_ns,
                stage: FailureStage::Policy,
                code: String::new(),
                sql_state: String::new(),
                message: format!("{} refused: {}", refused.operation, refused.reason),
            });
        }
        Payload::StatementFailed(failed) => {
            told.failed_at_ns = Some(at_ns);
            statement.failure.get_or_insert_with(|| Failure {
                at_ns,
                stage: failed.stage,
                code: failed.code,
                sql_state: failed.sql_state,
                message: failed.message.into_inner(),
            });
        }
        Payload::StatementCanceled(canceled) => {
            statement.canceled.get_or_insert(Canceled {
                at_ns,
                by: canceled.by,
            });
        }
        other => tell_approval(statement, at_ns, other),
    }
}

fn tell_approval(statement: &mut Statement, at_ns: i64, payload: Payload) {
    let slot = &mut statement.approval;
    let unasked = || Approval::unasked(at_ns);
    match payload {
        Payload::ApprovalRequested(requested) => {
            slot.get_or_insert_with(|| Approval::requested(at_ns, requested));
        }
        Payload::ApprovalGranted(granted) => {
            let approval = slot.get_or_insert_with(unasked);
            approval.answer(at_ns, true, granted.by, granted.note);
        }
        Payload::ApprovalDenied(denied) => {
            let approval = slot.get_or_insert_with(unasked);
            approval.answer(at_ns, false, denied.by, denied.note);
        }
        Payload::ApprovalExpired(_) => slot
            .get_or_insert_with(unasked)
            .end(at_ns, Outcome::Expired),
        Payload::ApprovalCanceled(_) => slot
            .get_or_insert_with(unasked)
            .end(at_ns, Outcome::Canceled),
        // The gateway that claims a statement has checked its approval.
        Payload::StatementClaimed(_) => slot
            .get_or_insert_with(unasked)
            .end(at_ns, Outcome::Granted),
        _ => {}
    }
}

fn request(submitted: StatementSubmitted) -> Request {
    let binds = submitted.binds.into_iter().map(|bind| BindText {
        name: bind.name,
        kind: bind.kind,
        values: bind
            .values
            .into_iter()
            .map(|value| value.map(Masked::into_inner))
            .collect(),
    });
    Request {
        binds: binds.collect(),
        text: submitted.text.into_inner(),
        kinds: submitted.kinds,
        reads: submitted.reads,
        writes: submitted.writes,
        columns: submitted.columns,
        flags: submitted.flags,
        fingerprint: submitted.fingerprint,
        request_id: submitted.request_id.to_string(),
        describe_only: submitted.describe_only,
        asynchronous: submitted.asynchronous,
        context: submitted.context,
    }
}

fn show(recorded: Recorded, rows_max: usize) -> StatementResult {
    let mut result = recorded.result;
    match assemble(recorded.started.as_ref(), &recorded.pages, rows_max) {
        Ok(grid) => result.grid = grid,
        Err(error) => result.unreadable = Some(error.to_string()),
    }
    result
}

fn mark(statement: &mut Statement) {
    let mut markers = Vec::new();
    if statement.denied_at_ns().is_some() {
        markers.push(Marker::Denied);
    } else if statement.failure.is_some() {
        markers.push(Marker::Failed);
    }
    if statement.approval.is_some() {
        markers.push(Marker::Held);
    }
    let planned = statement.decision.as_ref().is_some_and(|decision| {
        decision.mask_all || !decision.masks.is_empty() || decision.verdict == Verdict::Mask
    });
    if planned
        || statement
            .results
            .iter()
            .any(|result| result.masked_cells > 0)
    {
        markers.push(Marker::Masked);
    }
    if statement.canceled.is_some() {
        markers.push(Marker::Canceled);
    }
    markers.sort_unstable();
    statement.markers = markers;
}

fn add_statement(totals: &mut Totals, statement: &Statement) {
    let has = |marker| u64::from(statement.markers.contains(&marker));
    totals.statements += 1;
    totals.denied += has(Marker::Denied);
    totals.held += has(Marker::Held);
    totals.masked += has(Marker::Masked);
    totals.failed += has(Marker::Failed);
    for result in &statement.results {
        totals.rows += result.rows;
        totals.bytes += result.bytes;
        totals.masked_cells += result.masked_cells;
    }
}
