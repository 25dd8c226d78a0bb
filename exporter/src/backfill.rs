//! What was, to a sink: a span of the archive, with the ids that live delivery gives.
//!
//! Enters: an outlet, an archive, a span of time. Leaves: the span's items at the sink, at least once; where it was broken off, it goes
//! on. Never here: the sink's own cursor, which live delivery moves meanwhile.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use archive::{Archive, Snapshot, SnapshotError, TableError};
use arrow::array::{Array as _, AsArray as _};
use arrow::datatypes::{DataType, Int64Type};
use chrono::{DateTime, SecondsFormat};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use event::TimeNs;
use journal::clock::Clock;
use journal::{Offset, Partition};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::approvals::{Approvals, CONTROL};
use crate::cursor::{Asked, Counts, Cursor, CursorStore, Move, Words};
use crate::line::{Feed, Interruption, Line, Outlet, Shared, Span, SpanPart};
use crate::member::store;

const NANOS_PER_MICRO: i64 = 1_000;
const NANOS_PER_MILLI: i64 = 1_000_000;
/// Clocks of gateways are no further apart.
const CLOCKS_NS: i64 = 3_600_000_000_000;
/// A UUID of version 7 as text, to SQL.
const VERSION_7: &str = "______________7%";

/// How far a backfill has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Offsets done with.
    pub done: u64,
    /// Offsets in the span.
    pub total: u64,
    /// What became of the items since it was begun or taken up again.
    pub counts: Counts,
}

/// Why a backfill is broken off. One of the same span goes on where it stopped.
#[derive(Debug, thiserror::Error)]
pub enum BackfillError {
    /// The archive's tables.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The archive's files.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The archive does not say what the span holds.
    #[error("archive cannot be queried: {0}")]
    Query(#[from] DataFusionError),
    /// Reading, or the sink's store.
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

/// A span of an archive, ready to be read.
pub struct Backfill {
    shared: Arc<Shared>,
    partitions: Vec<Partition>,
    total: u64,
    time: Range<TimeNs>,
}

/// The span of the backfill of `sink` that was asked for in the same words and is not whole, if there is one: `7d` of yesterday that was
/// broken off is still the same seven days.
pub async fn broken_off(
    archive: &Archive,
    sink: &str,
    words: &Words,
) -> Result<Option<Range<TimeNs>>, BackfillError> {
    let open = CursorStore::open_backfill(&store(archive)?, sink, words).await;
    let open = open.map_err(Interruption::from)?;
    Ok(open.map(|asked| asked.span()))
}

impl Backfill {
    /// What `archive` has of `time`.
    pub async fn of(
        archive: &Archive,
        time: Range<TimeNs>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, BackfillError> {
        let snapshot = archive.snapshot().await?;
        let context = SessionContext::new();
        context.register_table("events", snapshot.events()?)?;
        let earliest = earliest(&context, &time).await?;
        let parts = parts(&context, &time, earliest).await?;
        let said = said_from(&context, &snapshot, earliest).await?;
        let shared = Shared {
            approvals: Approvals::archived(&snapshot, said).await?,
            store: store(archive)?,
            clock,
            room: Arc::default(),
            ahead: 0,
            feed: Feed::Span(Span {
                snapshot,
                time: time.clone(),
                parts: parts.clone(),
            }),
        };
        Ok(Self {
            shared: Arc::new(shared),
            partitions: parts.keys().copied().collect(),
            total: parts.values().map(|part| part.end - part.first).sum(),
            time,
        })
    }

    /// Sends the span, asked for in `words`, to `outlet`, and says after each batch how far it is; ends early where `stop` says so.
    pub async fn run(
        &self,
        words: Words,
        outlet: Outlet,
        stop: CancellationToken,
        told: impl Fn(Progress) + Sync,
    ) -> Result<Progress, BackfillError> {
        let outlet = Arc::new(outlet);
        let store = Arc::clone(&self.shared.store);
        let cursors = CursorStore::of_backfill(store, &outlet.name, &self.name());
        let (before, _) = cursors.read().await.map_err(Interruption::from)?;
        let asked = self.asked(&cursors, &before, words).await?;
        let progress = parking_lot::Mutex::new((Progress::default(), BTreeMap::new()));
        let landed = |moves: &[Move]| {
            let mut held = progress.lock();
            let (progress, nexts) = &mut *held;
            for one in moves {
                nexts.insert(one.partition.to_string(), one.next);
                one.hours
                    .values()
                    .for_each(|counts| progress.counts.add(counts));
            }
            progress.total = self.total;
            progress.done = self.done(nexts);
            told(*progress);
        };
        let already = before.partitions.iter();
        progress.lock().1 = already
            .map(|(name, standing)| (name.clone(), standing.next))
            .collect();
        landed(&[]);
        let line = Line {
            shared: &self.shared,
            outlet: &outlet,
            cursors: cursors.clone(),
            shutdown: &stop,
            revoked: &stop,
            landed: &landed,
        };
        if !self.partitions.is_empty() {
            line.run(&self.partitions).await?;
        }
        let end = progress.lock().0;
        if end.done == end.total && !stop.is_cancelled() {
            let whole = Asked {
                whole: true,
                ..asked
            };
            let kept = cursors.keep_asked(&whole).await;
            kept.map_err(Interruption::from)?;
        }
        Ok(end)
    }

    /// Keeps for what it is asked, so that the same words find it; who asked first chose them.
    async fn asked(
        &self,
        cursors: &CursorStore,
        before: &Cursor,
        words: Words,
    ) -> Result<Asked, BackfillError> {
        let asked = Asked {
            words: before
                .asked
                .as_ref()
                .map_or(words, |asked| asked.words.clone()),
            since: self.time.start,
            until: self.time.end,
            whole: false,
        };
        let kept = cursors.keep_asked(&asked).await;
        kept.map_err(Interruption::from)?;
        Ok(asked)
    }

    /// What its cursor is called.
    fn name(&self) -> String {
        format!("{}-{}", stamp(self.time.start), stamp(self.time.end))
    }

    fn done(&self, nexts: &BTreeMap<String, u64>) -> u64 {
        let Feed::Span(span) = &self.shared.feed else {
            return 0;
        };
        let each = span.parts.iter().map(|(partition, part)| {
            let next = nexts.get(&partition.to_string());
            next.map_or(0, |next| (*next).clamp(part.first, part.end) - part.first)
        });
        each.sum()
    }

    /// What live delivery and backfills share.
    pub(crate) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// What the span is read of.
    pub(crate) fn partitions(&self) -> &[Partition] {
        &self.partitions
    }
}

/// A time as a part of a name.
fn stamp(time: TimeNs) -> String {
    let time = DateTime::from_timestamp_nanos(time.0);
    let text = time.to_rfc3339_opts(SecondsFormat::Millis, true);
    text.replace([':', '-', '.'], "")
}

/// A time as the column has it, cut to microseconds.
fn micros(time: TimeNs) -> String {
    let time = DateTime::from_timestamp_micros(time.0.div_euclid(NANOS_PER_MICRO));
    let time = time.unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The condition of an event in `time`; whoever reads looks at the whole time.
fn within(time: &Range<TimeNs>) -> String {
    let (start, end) = (micros(time.start), micros(time.end));
    format!("time >= '{start}' and time <= '{end}'")
}

/// No event of a statement that has one in `time` is older than this: its session was not open yet, as the session's id says. None where an
/// id does not say that, so that all of history must be looked at.
pub(crate) async fn earliest(
    context: &SessionContext,
    time: &Range<TimeNs>,
) -> Result<Option<TimeNs>, DataFusionError> {
    // Ids of version 7 sort by their time.
    let sql = format!(
        "select min(session_id) as first, \
         count(*) filter (where session_id is null or session_id not like '{VERSION_7}') as others \
         from events where statement_id is not null and {}",
        within(time)
    );
    let batches = context.sql(&sql).await?.collect().await?;
    let Some(batch) = batches.first().filter(|batch| batch.num_rows() > 0) else {
        return Ok(None);
    };
    if batch.column(1).as_primitive::<Int64Type>().value(0) > 0 {
        return Ok(None);
    }
    let first = arrow::compute::cast(batch.column(0), &DataType::Utf8);
    let first = first.map_err(DataFusionError::from)?;
    let first = first.as_string::<i32>();
    if first.is_null(0) {
        // There is no statement, so nothing before the span belongs to one of it.
        return Ok(Some(time.start));
    }
    let id = Uuid::parse_str(first.value(0)).ok();
    let millis = id.and_then(|id| i64::try_from(id.as_u128() >> 80).ok());
    let opened = millis.map(|millis| millis.saturating_mul(NANOS_PER_MILLI));
    Ok(opened.map(|opened| TimeNs(opened.saturating_sub(CLOCKS_NS).min(time.start.0))))
}

/// The first record of the journal's other topic in which people may speak of statements that are no older than `earliest`.
pub(crate) async fn said_from(
    context: &SessionContext,
    snapshot: &Snapshot,
    earliest: Option<TimeNs>,
) -> Result<Offset, DataFusionError> {
    let Some(earliest) = earliest else {
        return Ok(Offset(0));
    };
    let sql = format!(
        "select min(\"offset\") as first from events where partition = '{CONTROL}' and time >= '{}'",
        micros(earliest)
    );
    let batches = context.sql(&sql).await?.collect().await?;
    let found = batches.first().filter(|batch| batch.num_rows() > 0);
    let first = found.and_then(|batch| {
        let first = batch.column(0).as_primitive::<Int64Type>();
        first.is_valid(0).then(|| first.value(0))
    });
    let first = first.and_then(|first| u64::try_from(first).ok());
    Ok(Offset(
        first.unwrap_or_else(|| snapshot.next_offset(CONTROL)),
    ))
}

/// Of each partition with an event in the span: its first and last one, and those of the statements that have one there.
async fn parts(
    context: &SessionContext,
    time: &Range<TimeNs>,
    earliest: Option<TimeNs>,
) -> Result<BTreeMap<Partition, SpanPart>, BackfillError> {
    let within = within(time);
    let since = earliest.map_or_else(String::new, |time| {
        format!(" and e.time >= '{}'", micros(time))
    });
    let sql = format!(
        "with here as (select partition, \"offset\", statement_id from events where {within}), \
         spans as (select partition, min(\"offset\") as first, max(\"offset\") as last from here group by partition), \
         folds as (select e.partition, min(e.\"offset\") as fold, max(e.\"offset\") as fold_end from events e \
           where e.statement_id in (select statement_id from here where statement_id is not null){since} group by e.partition) \
         select spans.partition, first, greatest(last, coalesce(fold_end, last)), coalesce(fold, first) from spans left join folds on spans.partition = folds.partition"
    );
    let batches = context.sql(&sql).await?.collect().await?;
    let mut parts = BTreeMap::new();
    for batch in batches {
        let names = arrow::compute::cast(batch.column(0), &DataType::Utf8);
        let names = names.map_err(DataFusionError::from)?;
        let names = names.as_string::<i32>();
        let number = |column: usize, row: usize| {
            let values = batch.column(column).as_primitive::<Int64Type>();
            u64::try_from(values.value(row)).unwrap_or(0)
        };
        for row in 0..batch.num_rows() {
            let Some(partition) = archive::rows::parse_partition(names.value(row)) else {
                continue;
            };
            let first = number(1, row);
            let part = SpanPart {
                fold_from: number(3, row).min(first),
                first,
                end: number(2, row).saturating_add(1),
            };
            parts.insert(partition, part);
        }
    }
    Ok(parts)
}
