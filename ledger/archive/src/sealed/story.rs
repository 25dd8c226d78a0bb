//! One statement's events, folded into what its sealed rows say.
//!
//! Enters: its events with their positions. Leaves: a row of `statements`. What became of it is
//! `event::fold`'s to say; here is only what its first events say of themselves. Never here: I/O, a row that depends on when it is made.

mod hold;
mod masks;
mod seen;

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use event::fold::{Outcome, Place, StatementFold};
use event::payload::{
    Approver, Bind, Canceler, ColumnUse, Finding, StatementDecided, StatementKind,
    StatementSubmitted, Verdict,
};
use event::{
    Event, Masked, Payload, PolicyHash, PolicyRef, Principal, SessionId, StatementId, TimeNs,
};
use journal::{Partition, Position};
use serde::Serialize;

use hold::Hold;
use masks::{MaskRow, Masks};
use seen::{SeenRow, Sightings};

use crate::rows::{RowError, write};
use crate::schema::statements_schema;

/// What tells statements apart.
pub(crate) type Key = (Option<SessionId>, StatementId);

/// Nanoseconds in the unit of the `time` column.
const NANOS_PER_MICRO: i64 = 1_000;
const MICROS_PER_MILLI: f64 = 1_000.0;
const NANOS_PER_MILLI: f64 = 1_000_000.0;

/// The first of its kind.
#[derive(Clone, Debug)]
struct Earliest<T>(Option<(Place, T)>);

impl<T> Default for Earliest<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Earliest<T> {
    fn offer(&mut self, place: Place, value: impl FnOnce() -> T) {
        if self.0.as_ref().is_none_or(|(known, _)| place < *known) {
            self.0 = Some((place, value()));
        }
    }

    fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }
}

/// A submission and who made it.
#[derive(Clone, Debug)]
struct Submitted {
    said: StatementSubmitted,
    principal: Option<Principal>,
    ip: Option<String>,
    connection: Option<String>,
}

#[derive(Clone, Debug)]
struct Decided {
    said: StatementDecided,
    policy: Option<PolicyRef>,
}

/// One statement so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Story {
    fold: StatementFold,
    submitted: Earliest<Submitted>,
    describe_only: Option<bool>,
    asynchronous: Option<bool>,
    decided: Earliest<Decided>,
    error_message: Earliest<Masked<String>>,
    hold: Hold,
    masks: Masks,
    sightings: Sightings,
    /// Something else than a page is known of it: pages alone are no statement yet.
    told: bool,
    events: u64,
    spans: BTreeMap<Partition, (u64, u64)>,
}

/// What a statement adds to its session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Microseconds.
    pub(super) time: i64,
    pub(super) text: Option<Masked<String>>,
    pub(super) denied: bool,
    pub(super) held: bool,
    pub(super) masked: bool,
    pub(super) failed: bool,
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) masked_cells: u64,
}

/// Statements by their keys.
pub(crate) type Stories = BTreeMap<Key, Story>;

impl Story {
    /// Takes one event; each once, those of a partition in order.
    pub(crate) fn apply(&mut self, position: Position, event: &Event) {
        let place = Place::from(position);
        self.fold.apply(place, event);
        self.events += 1;
        let offset = position.offset.0;
        let span = self
            .spans
            .entry(position.partition)
            .or_insert((offset, offset));
        *span = (span.0.min(offset), span.1.max(offset));
        self.hear(place, event);
    }

    /// Of which `fold` is what became, and `events` say of themselves.
    pub(super) fn told<'a>(
        fold: &StatementFold,
        place: Place,
        events: impl Iterator<Item = &'a Event>,
    ) -> Self {
        let mut story = Self {
            fold: fold.clone(),
            ..Self::default()
        };
        events.for_each(|event| story.hear(place, event));
        story
    }

    /// What an event says of the statement beside its fold.
    fn hear(&mut self, place: Place, event: &Event) {
        let when = (event.time, place);
        self.told |= !matches!(event.payload, Payload::ResponsePage(_));
        self.hold.apply(when, &event.payload);
        match &event.payload {
            Payload::ResponseStarted(started) => self.masks.started(when, started),
            Payload::ResponsePage(page) => {
                self.masks.page(when, event.principal.as_ref(), page);
                self.sightings.page(when, page);
            }
            Payload::StatementSubmitted(said) => {
                self.sightings.submitted(when, said);
                let any = |known: Option<bool>, said| Some(known.unwrap_or(false) || said);
                self.describe_only = any(self.describe_only, said.describe_only);
                self.asynchronous = any(self.asynchronous, said.asynchronous);
                self.submitted.offer(place, || Submitted {
                    said: said.clone(),
                    principal: event.principal.clone(),
                    ip: event.source.as_ref().map(|source| source.ip.clone()),
                    connection: event.connection.clone(),
                });
            }
            Payload::StatementDecided(said) => self.decided.offer(place, || Decided {
                said: said.clone(),
                policy: event.policy.clone(),
            }),
            Payload::StatementFailed(failed) => {
                self.error_message.offer(place, || failed.message.clone());
            }
            _ => {}
        }
    }

    fn time(&self) -> i64 {
        self.fold.began_at().map_or(0, micros)
    }

    /// What it adds to its session; nothing if it is no statement yet.
    pub(crate) fn tally(&self) -> Option<Tally> {
        let sums = self.fold.deliveries().sums().unwrap_or_default();
        let outcome = self.fold.outcome();
        self.told.then(|| Tally {
            time: self.time(),
            text: self
                .submitted
                .get()
                .map(|submitted| submitted.said.text.clone()),
            denied: outcome == Outcome::Denied,
            held: self.fold.approval().outcome().is_some(),
            masked: sums.masked_cells > 0,
            failed: outcome == Outcome::Failed,
            rows: whole(sums.rows),
            bytes: whole(sums.bytes),
            masked_cells: whole(sums.masked_cells),
        })
    }
}

pub(super) fn micros(time: TimeNs) -> i64 {
    time.0.div_euclid(NANOS_PER_MICRO)
}

/// A sum as the tables hold it, in 63 bits: nothing real is larger, and a made-up event must not stop the line.
fn whole(sum: u64) -> u64 {
    sum.min(i64::MAX.unsigned_abs())
}

/// Names for people, each once.
fn names<'a>(people: impl Iterator<Item = &'a Approver>) -> Option<Vec<&'a str>> {
    let names: BTreeSet<&str> = people.map(|by| by.display.as_str()).collect();
    (!names.is_empty()).then(|| names.into_iter().collect())
}

#[derive(Serialize)]
struct Span {
    partition: String,
    first: u64,
    last: u64,
}

/// A row of `statements`, in the order of its columns.
#[derive(Default, Serialize)]
struct StatementRow<'a> {
    session_id: Option<SessionId>,
    statement_id: Option<StatementId>,
    time: i64,
    principal: Option<&'a str>,
    text: Option<&'a Masked<String>>,
    kinds: Option<&'a [StatementKind]>,
    verdict: Option<&'a str>,
    outcome: Option<&'a str>,
    reasons: Option<Vec<&'a str>>,
    rules: Option<&'a [String]>,
    approval: Option<&'a str>,
    approvers: Option<Vec<&'a str>>,
    deniers: Option<Vec<&'a str>>,
    approval_wait_ms: Option<f64>,
    rows: Option<u64>,
    bytes: Option<u64>,
    masked_cells: Option<u64>,
    rows_changed: Option<u64>,
    duration_ms: Option<f64>,
    tables: Option<BTreeSet<&'a str>>,
    reads: Option<&'a [String]>,
    writes: Option<&'a [String]>,
    columns: Option<Vec<String>>,
    column_uses: Option<&'a [ColumnUse]>,
    flags: Option<&'a [Finding]>,
    binds: Option<&'a [Bind]>,
    mask_all: Option<bool>,
    error_stage: Option<&'a str>,
    error_code: Option<&'a str>,
    error_message: Option<&'a Masked<String>>,
    canceled_by: Option<&'a str>,
    query_id: Option<&'a str>,
    request_id: Option<&'a str>,
    fingerprint: Option<&'a str>,
    describe_only: Option<bool>,
    asynchronous: Option<bool>,
    policy_hash: Option<PolicyHash>,
    principal_subject: Option<&'a str>,
    principal_issuer: Option<&'a str>,
    principal_groups: Option<&'a [String]>,
    agent: Option<&'a str>,
    on_behalf_of: Option<&'a str>,
    correlation_id: Option<&'a str>,
    source_ip: Option<&'a str>,
    connection: Option<&'a str>,
    hold_requested: Option<i64>,
    hold_quorum: Option<Vec<String>>,
    hold_reasons: Option<&'a [String]>,
    hold_expires_ns: Option<i64>,
    hold_binding: Option<&'a str>,
    hold_answered: Option<i64>,
    hold_notes: Option<Vec<&'a str>>,
    masks: Option<Vec<MaskRow<'a>>>,
    events: u64,
    spans: Vec<Span>,
    seen: Option<Vec<SeenRow<'a>>>,
}

impl<'a> StatementRow<'a> {
    fn new(key: &Key, story: &'a Story) -> Self {
        let mut row = Self {
            session_id: key.0,
            statement_id: Some(key.1),
            time: story.time(),
            events: story.events,
            describe_only: story.describe_only,
            asynchronous: story.asynchronous,
            ..Self::default()
        };
        row.spans = story
            .spans
            .iter()
            .map(|(partition, (first, last))| Span {
                partition: partition.to_string(),
                first: *first,
                last: *last,
            })
            .collect();
        if let Some(submitted) = story.submitted.get() {
            row.asked(&submitted.said);
            row.asker(submitted);
        }
        if let Some(decided) = story.decided.get() {
            row.decided(decided);
        }
        row.came_of(story);
        row.held(&story.hold);
        row.masks = story.masks.rows();
        row.seen = story.sightings.rows();
        row
    }

    fn held(&mut self, hold: &'a Hold) {
        self.hold_requested = hold.requested();
        self.hold_quorum = hold.quorum();
        self.hold_reasons = hold.reasons();
        self.hold_expires_ns = hold.expires();
        self.hold_binding = hold.binding();
        self.hold_answered = hold.answered();
        self.hold_notes = hold.notes();
    }

    fn asked(&mut self, said: &'a StatementSubmitted) {
        self.text = Some(&said.text);
        self.kinds = Some(&said.kinds);
        let tables = said.reads.iter().chain(&said.writes);
        self.tables = Some(tables.map(String::as_str).collect());
        self.reads = Some(&said.reads);
        self.writes = Some(&said.writes);
        let uses = said.columns.iter();
        let uses = uses.map(|used| format!("{}.{}", used.table, used.column));
        self.columns = Some(uses.collect());
        self.column_uses = Some(&said.columns);
        self.flags = Some(&said.flags);
        self.binds = Some(&said.binds);
        self.request_id = Some(said.request_id.as_str());
        self.fingerprint = Some(&said.fingerprint);
    }

    fn asker(&mut self, submitted: &'a Submitted) {
        self.source_ip = submitted.ip.as_deref();
        self.connection = submitted.connection.as_deref();
        let Some(who) = &submitted.principal else {
            return;
        };
        self.principal = Some(&who.display);
        self.principal_subject = Some(&who.subject);
        self.principal_issuer = Some(&who.issuer);
        self.principal_groups = Some(&who.groups);
        if let Some(agent) = &who.agent {
            self.agent = Some(&agent.application);
            self.on_behalf_of = agent.on_behalf_of.as_deref();
            self.correlation_id = agent.correlation_id.as_deref();
        }
    }

    fn decided(&mut self, decided: &'a Decided) {
        let reasons = decided.said.reasons.iter();
        self.reasons = Some(reasons.map(|reason| reason.text.as_str()).collect());
        self.mask_all = Some(decided.said.mask_all);
        if let Some(policy) = &decided.policy {
            self.rules = Some(&policy.rules);
            self.policy_hash = Some(policy.hash);
        }
    }

    fn came_of(&mut self, story: &'a Story) {
        let fold = &story.fold;
        self.verdict = fold.verdict().map(Verdict::as_str);
        self.outcome = story.told.then(|| fold.outcome().as_str());
        let approval = fold.approval();
        self.approval = approval.outcome().map(event::fold::ApprovalOutcome::as_str);
        self.approvers = names(approval.approvers());
        self.deniers = names(approval.deniers());
        let wait = approval.answered_at().zip(approval.asked_at());
        self.approval_wait_ms = wait
            .map(|(answered, asked)| (micros(answered) - micros(asked)) as f64 / MICROS_PER_MILLI);
        if let Some(sums) = fold.deliveries().sums() {
            self.rows = Some(whole(sums.rows));
            self.bytes = Some(whole(sums.bytes));
            self.masked_cells = Some(whole(sums.masked_cells));
            self.rows_changed = sums.rows_changed.map(whole);
        }
        self.duration_ms = fold.duration_ns().map(|ns| ns as f64 / NANOS_PER_MILLI);
        if let Some(failure) = fold.failure() {
            self.error_stage = Some(failure.stage.as_str());
            self.error_code = Some(&failure.code);
            self.error_message = story.error_message.get();
        }
        self.canceled_by = fold.canceled_by().map(Canceler::as_str);
        self.query_id = fold.query_id();
    }
}

/// The rows of `statements` that `stories` make, sorted as files are: by time.
pub(crate) fn statement_rows(stories: &Stories) -> Result<RecordBatch, RowError> {
    let rows = stories
        .iter()
        .map(|(key, story)| StatementRow::new(key, story));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| (row.time, row.session_id, row.statement_id));
    write(&statements_schema(), &rows)
}

/// The same of a few, in their order.
pub(super) fn statement_rows_of(stories: &[(Key, Story)]) -> Result<RecordBatch, RowError> {
    let rows = stories.iter();
    let rows: Vec<_> = rows
        .map(|(key, story)| StatementRow::new(key, story))
        .collect();
    write(&statements_schema(), &rows)
}
