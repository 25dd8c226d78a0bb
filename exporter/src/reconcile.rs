//! Whether a receiver has what it was sent: what the archive has of a span, against what the receiver says it has.
//!
//! Enters: an archive, an outlet, a span of time. Leaves: what is missing by id, what is there more than once, what is dead or not
//! sent yet. Never here: a record that is sent.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use archive::Archive;
use backon::BackoffBuilder as _;
use event::TimeNs;
use journal::Partition;
use journal::clock::Clock;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::backfill::{Backfill, BackfillError};
use crate::cursor::{Counts, CursorError, CursorStore, Standing};
use crate::dead::{DeadError, DeadLetters};
use crate::limits;
use crate::line::{Feed, Interruption, Outlet, Prepare};
use crate::plan::Record;
use crate::sink::SendError;
use crate::sink::inventory::Inventory;
use crate::status::hour_name;

/// Receivers that keep milliseconds, or seconds, have a record a little beside its time.
const AROUND_NS: i64 = 1_000_000_000;
const HOUR_NS: i64 = 3_600_000_000_000;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The sink.
    pub sink: String,
    /// Of all.
    #[serde(flatten)]
    pub sums: Sums,
    /// The same by the hour of the items' own time, UTC.
    pub hours: BTreeMap<String, Sums>,
    /// The missing ones, the first of them.
    pub named: Vec<Missing>,
}

/// How many records there are of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Records that the archive says the receiver was sent.
    pub expected: u64,
    /// Of these, there.
    pub present: u64,
    /// Of these, not there.
    pub missing: u64,
    /// Times that records are there beyond their first.
    pub repeats: u64,
    /// Records that are kept as dead letters instead.
    pub dead: u64,
    /// Records that the sink's cursor has not reached.
    pub pending: u64,
    /// Records from before the sink began, which the receiver has not; a backfill brings them.
    pub before: u64,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.expected += other.expected;
        self.present += other.present;
        self.missing += other.missing;
        self.repeats += other.repeats;
        self.dead += other.dead;
        self.pending += other.pending;
        self.before += other.before;
    }
}

/// A record that its receiver acknowledged and does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Its id.
    pub id: String,
    /// Where its item stands.
    pub partition: String,
    /// Its number there.
    pub offset: u64,
    /// When it happened, nanoseconds since 1970 UTC.
    pub time: i64,
}

/// Why it cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// Nobody can ask that receiver.
    #[error("sink {0} cannot be asked what it has: give `ask`, where its receiver can be queried")]
    Unanswerable(String),
    /// It does not answer.
    #[error("the receiver does not say what it has: {0}")]
    Receiver(#[from] SendError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] BackfillError),
    /// Reading it.
    #[error(transparent)]
    Interrupted(#[from] Interruption),
    /// The cursor.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// The dead letters.
    #[error(transparent)]
    Dead(#[from] DeadError),
}

/// Compares what `archive` has of `time` with what the receiver of `outlet` has.
pub async fn reconcile(
    archive: &Archive,
    outlet: Outlet,
    time: Range<TimeNs>,
    clock: Arc<dyn Clock>,
) -> Result<Report, ReconcileError> {
    let span = Backfill::of(archive, time.clone(), clock).await?;
    let store = Arc::clone(&span.shared().store);
    let (cursor, _) = CursorStore::new(Arc::clone(&store), &outlet.name)
        .read()
        .await?;
    let dead = DeadLetters::new(store, &outlet.name).ids().await?;
    let mut comparison = Comparison {
        report: Report {
            sink: outlet.name.clone(),
            ..Report::default()
        },
        standing: cursor.partitions,
        dead,
    };
    let outlet = Arc::new(outlet);
    let inventory = outlet.sink.inventory(time).await?;
    let unanswerable = || ReconcileError::Unanswerable(outlet.name.clone());
    let mut inventory = inventory.ok_or_else(unanswerable)?;
    let prepare = Prepare::new(span.shared(), &outlet, span.partitions(), |partition| {
        beginning(&span, partition)
    });
    let (flights, mut arriving) = mpsc::channel(1);
    let reading = prepare.run(flights, CancellationToken::new());
    #[expect(
        clippy::disallowed_methods,
        reason = "its handle is held, and ends it where it is dropped"
    )]
    let reading = AbortOnDropHandle::new(tokio::spawn(reading));
    let mut waiting = Vec::new();
    while let Some(flight) = arriving.recv().await {
        waiting.extend(flight.records);
        if waiting.len() >= limits::ASKED_AT_ONCE {
            let asked = std::mem::take(&mut waiting);
            comparison.compare(&mut *inventory, asked).await?;
        }
    }
    reading.await.map_err(Interruption::from)??;
    comparison.compare(&mut *inventory, waiting).await?;
    Ok(comparison.report)
}

/// Where the span's part of `partition` begins.
fn beginning(span: &Backfill, partition: Partition) -> Option<Standing> {
    let Feed::Span(read) = &span.shared().feed else {
        return None;
    };
    let part = read.parts.get(&partition)?;
    Some(Standing {
        epoch: 0,
        owner: Uuid::nil(),
        next: part.first,
        fold_from: part.fold_from,
        swept: TimeNs(i64::MIN),
        swept_to: part.first,
        begun: part.first,
        total: Counts::default(),
        hours: BTreeMap::new(),
        failure: None,
    })
}

/// How often `sink` has each of `ids`; one that is busy is asked again, some times.
async fn asked(
    inventory: &mut dyn Inventory,
    sink: &str,
    ids: &[String],
    time: Range<TimeNs>,
) -> Result<BTreeMap<String, u64>, SendError> {
    let mut pauses = limits::RETRY.build();
    for _ in 1..limits::ASK_TRIES_MAX {
        match inventory.count(ids, time.clone()).await {
            Err(SendError::Later { why, after }) => {
                let own = pauses.next().unwrap_or(limits::RETRY_PAUSE_MAX);
                let asked = after.unwrap_or_default().min(limits::ASK_PAUSE_MAX);
                let pause = own.max(asked);
                let pause_ms = pause.as_millis();
                tracing::info!(
                    sink,
                    why,
                    pause_ms,
                    "the receiver does not say what it has, trying again"
                );
                tokio::time::sleep(pause).await;
            }
            other => return other,
        }
    }
    inventory.count(ids, time).await
}

struct Comparison {
    report: Report,
    standing: BTreeMap<String, Standing>,
    dead: BTreeSet<String>,
}

impl Comparison {
    async fn compare(
        &mut self,
        inventory: &mut dyn Inventory,
        records: Vec<Record>,
    ) -> Result<(), ReconcileError> {
        let ids: Vec<String> = records.iter().map(Record::id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let times = records.iter().map(|record| record.time);
        let (first, last) = (times.clone().min(), times.max());
        let around = |time: Option<TimeNs>, by: i64| {
            TimeNs(time.map_or(0, |time| time.0).saturating_add(by))
        };
        let time = around(first, -AROUND_NS)..around(last, AROUND_NS);
        let found = asked(inventory, &self.report.sink, &ids, time).await?;
        for (id, record) in ids.into_iter().zip(records) {
            let times = found.get(&id).copied().unwrap_or(0);
            self.judge(id, &record, times);
        }
        Ok(())
    }

    fn judge(&mut self, id: String, record: &Record, times: u64) {
        let partition = record.position.partition.to_string();
        let offset = record.position.offset.0;
        let standing = self.standing.get(&partition);
        let mut one = Sums {
            repeats: times.saturating_sub(1),
            ..Sums::default()
        };
        if self.dead.contains(&id) {
            one.dead = 1;
        } else if times > 0 {
            (one.expected, one.present) = (1, 1);
        } else if standing.is_none_or(|standing| offset >= standing.next) {
            one.pending = 1;
        } else if standing.is_some_and(|standing| offset < standing.begun) {
            one.before = 1;
        } else {
            (one.expected, one.missing) = (1, 1);
        }
        let report = &mut self.report;
        report.sums.add(&one);
        let hour = hour_name(record.time.0.div_euclid(HOUR_NS));
        report.hours.entry(hour).or_default().add(&one);
        if one.missing > 0 && report.named.len() < limits::MISSING_NAMED {
            report.named.push(Missing {
                id,
                partition,
                offset,
                time: record.time.0,
            });
        }
    }
}
