//! What was, to a sink: a span of the archive, with the ids that live delivery gives.
//!
//! Enters: an outlet, an archive, a span of time. Leaves: the span's items at the sink, at least once; where it was broken off, it goes
//! on. Never here: the sink's own cursor, which live delivery moves meanwhile.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use archive::{Archive, Snapshot, SnapshotError, TableError};
use arrow::array::AsArray as _;
use arrow::datatypes::Int64Type;
use chrono::{DateTime, SecondsFormat};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use event::TimeNs;
use journal::Partition;
use journal::clock::Clock;
use tokio_util::sync::CancellationToken;

use crate::approvals::Approvals;
use crate::cursor::{Asked, Counts, Cursor, CursorStore, Move, Words};
use crate::line::{Feed, Interruption, Line, Outlet, Shared, Span, SpanPart};
use crate::member::store;

const NANOS_PER_MICRO: i64 = 1_000;

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
        let parts = parts(&snapshot, &time).await?;
        let shared = Shared {
            approvals: Approvals::archived(&snapshot).await?,
            store: store(archive)?,
            clock,
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

/// Of each partition with an event in the span: its first and last one, and those of the statements that have one there.
async fn parts(
    snapshot: &Snapshot,
    time: &Range<TimeNs>,
) -> Result<BTreeMap<Partition, SpanPart>, BackfillError> {
    let context = SessionContext::new();
    context.register_table("events", snapshot.events()?)?;
    // The column is cut to microseconds; whoever reads looks at the whole time.
    let rfc3339 = |micros: i64| {
        let time = DateTime::from_timestamp_micros(micros).unwrap_or_default();
        time.to_rfc3339_opts(SecondsFormat::Micros, true)
    };
    let within = format!(
        "time >= '{}' and time <= '{}'",
        rfc3339(time.start.0.div_euclid(NANOS_PER_MICRO)),
        rfc3339(time.end.0.div_euclid(NANOS_PER_MICRO))
    );
    let sql = format!(
        "with here as (select partition, \"offset\", statement_id from events where {within}), \
         spans as (select partition, min(\"offset\") as first, max(\"offset\") as last from here group by partition), \
         folds as (select e.partition, min(e.\"offset\") as fold, max(e.\"offset\") as fold_end from events e \
           where e.statement_id in (select statement_id from here where statement_id is not null) group by e.partition) \
         select spans.partition, first, greatest(last, coalesce(fold_end, last)), coalesce(fold, first) from spans left join folds on spans.partition = folds.partition"
    );
    let batches = context.sql(&sql).await?.collect().await?;
    let mut parts = BTreeMap::new();
    for batch in batches {
        let names = arrow::compute::cast(batch.column(0), &arrow::datatypes::DataType::Utf8);
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
