//! Events to a timeline: one fold over the session in order.
//!
//! Enters: a session's events. Leaves: a [`Timeline`]. Never here: a lost event: each stands in an entry's list of events.

use std::collections::{BTreeMap, HashMap};

use display::grid::assemble;
use event::fold::{Outcome, SessionFold, StatementFold};
use event::payload::{
    FailureStage, ResponsePage, ResponseStarted, StageDownloaded, StageUploaded,
    StatementSubmitted, Verdict,
};
use event::{Event, Masked, Payload, RunId, SessionId, StatementId, TimeNs};
use journal::Position;

use super::breaks;
use super::note::note;
use super::{
    Approval, BindText, Canceled, Decision, Entry, EventRef, Failure, Forwarded, Head, Marker,
    MovedFile, Note, PartSeen, Request, Statement, StatementResult, Timeline, Totals,
};
use crate::limits::{RESULT_ROWS_MAX, SESSION_EVENTS_MAX};
use crate::order::merge;

/// How much a timeline holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Rows of each result.
    pub rows_max: usize,
    /// What times count from, where these are not all of the session's events; their first one's time otherwise.
    pub start: Option<TimeNs>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rows_max: RESULT_ROWS_MAX,
            start: None,
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

/// The timeline of `session`, out of its `events`; of others, only stretches in which statements ran unrecorded are laid over it.
pub fn build(
    session: SessionId,
    events: impl IntoIterator<Item = (Position, Event)>,
    options: &Options,
) -> Result<Timeline, TimelineError> {
    let mut of_session = Vec::new();
    let mut told = Vec::new();
    for (position, event) in events {
        if event.session_id == Some(session) {
            of_session.push((position, event));
        } else if breaks::tells(&event) {
            told.push((position, event));
        }
    }
    let events = merge(of_session);
    if events.len() > SESSION_EVENTS_MAX {
        return Err(TimelineError::TooLong {
            session,
            events: events.len(),
        });
    }
    let first = events.iter().map(|(_, event)| event.time).min();
    let end = events.iter().map(|(_, event)| event.time).max();
    let Some(start) = options
        .start
        .or(first)
        .filter(|_| !events.is_empty() || !told.is_empty())
    else {
        return Err(TimelineError::Unknown(session));
    };
    let end = end.unwrap_or(start);
    let parts = parts(&events);
    let mut fold = Fold {
        start,
        session: SessionFold::keeping(SESSION_EVENTS_MAX),
        head: Head::default(),
        slots: Vec::new(),
        statements: HashMap::new(),
        count: events.len() as u64,
    };
    for (position, event) in events {
        fold.add(position, event);
    }
    let (head, mut entries, totals) = fold.finish(options);
    breaks::overlay(&mut entries, breaks::notes(&told, start));
    let last_ns = entries.iter().map(Entry::at_ns).max().unwrap_or_default();
    Ok(Timeline {
        session,
        head,
        start,
        duration_ns: (end.0 - start.0).max(last_ns),
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
}

struct Recorded {
    result: StatementResult,
    started: Option<ResponseStarted>,
    pages: Vec<ResponsePage>,
}

enum Slot {
    Statement(StatementId),
    Note(Note),
}

struct Fold {
    start: TimeNs,
    /// What became of it, by the rules that everybody goes by.
    session: SessionFold,
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
        self.session.apply(position.into(), &event);
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
                    duration_ns: 0,
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
        if let Payload::SessionOpened(opened) = &event.payload {
            head.opened = Some(event.time);
            head.authenticator = Some(opened.authenticator);
            head.context = opened.context.clone();
            head.upstream_session.clone_from(&opened.upstream_session);
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
            }
        })
    }

    fn finish(mut self, options: &Options) -> (Head, Vec<Entry>, Totals) {
        let mut totals = Totals {
            events: self.count,
            ..Totals::default()
        };
        if let Some((at, reason)) = self.session.closed() {
            self.head.closed = Some(at);
            self.head.close_reason = Some(reason);
        }
        let nothing = StatementFold::default();
        let mut entries = Vec::with_capacity(self.slots.len());
        for slot in self.slots {
            let entry = match slot {
                Slot::Note(note) => Some(Entry::Note(note)),
                Slot::Statement(id) => self.statements.remove(&id).map(|told| {
                    let fold = self.session.statement(id).unwrap_or(&nothing);
                    Entry::Statement(Box::new(told.judged(self.start, fold, options)))
                }),
            };
            entry.iter().for_each(|entry| totals.add(entry));
            entries.extend(entry);
        }
        (self.head, entries, totals)
    }
}

impl Told {
    /// What was told of it, and what became of it.
    fn judged(self, start: TimeNs, fold: &StatementFold, options: &Options) -> Statement {
        let mut statement = self.statement;
        if fold.got_over() {
            statement.failure = None;
        }
        if let Some(approval) = &mut statement.approval {
            approval.judge(start, fold.approval());
        }
        let results = self.results.into_iter().map(|(number, mut one)| {
            let sums = fold.deliveries().of_result(number).unwrap_or_default();
            one.result.rows = sums.rows;
            one.result.bytes = sums.bytes;
            one.result.masked_cells = sums.masked_cells;
            show(one, options.rows_max)
        });
        statement.results = results.collect();
        mark(&mut statement, fold.outcome());
        statement
    }

    fn result(&mut self, result: u32, at_ns: i64) -> &mut Recorded {
        self.results.entry(result).or_insert_with(|| Recorded {
            result: StatementResult {
                result,
                at_ns,
                finished_at_ns: None,
                query_id: None,
                grid: display::grid::Grid::default(),
                rows: 0,
                bytes: 0,
                masked_cells: 0,
                counts: None,
                unreadable: None,
            },
            started: None,
            pages: Vec::new(),
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
            files: Vec::new(),
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
            let result = &mut told.result(finished.result, at_ns).result;
            result.finished_at_ns = Some(at_ns);
            result.counts = result.counts.or(finished.counts);
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
        Payload::StageUploaded(file) => statement.files.push(uploaded(at_ns, file)),
        Payload::StageDownloaded(file) => statement.files.push(downloaded(at_ns, file)),
        other => tell_approval(statement, at_ns, other),
    }
}

fn uploaded(at_ns: i64, file: StageUploaded) -> MovedFile {
    MovedFile {
        at_ns,
        uploaded: true,
        stage: file.stage,
        file: file.file.into_inner(),
        bytes: file.bytes,
        digest: file.digest,
        content: file.content,
        found: file.found,
        masked_cells: 0,
    }
}

fn downloaded(at_ns: i64, file: StageDownloaded) -> MovedFile {
    MovedFile {
        at_ns,
        uploaded: false,
        stage: file.stage,
        file: file.file.into_inner(),
        bytes: file.delivered_bytes,
        digest: file.delivered_digest,
        content: file.content,
        found: file.found,
        masked_cells: file.masked_cells,
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
        Payload::ApprovalExpired(_)
        | Payload::ApprovalCanceled(_)
        | Payload::StatementClaimed(_) => {
            slot.get_or_insert_with(unasked);
        }
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

fn mark(statement: &mut Statement, outcome: Outcome) {
    let mut markers = Vec::new();
    match outcome {
        Outcome::Denied => markers.push(Marker::Denied),
        Outcome::Failed => markers.push(Marker::Failed),
        Outcome::Succeeded | Outcome::Canceled | Outcome::Held | Outcome::Running => {}
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
