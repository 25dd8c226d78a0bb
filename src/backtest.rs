//! A backtest over the record: reads what was decided, and has it decided again on every core.
//!
//! Enters: an engine, a span of time, a way to ask the record. Leaves: a [`Report`]. Never here: an opinion on a statement (the
//! replayer has it), reading without its event, more of the record in memory than some batches.

mod rows;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;

use access::engine::Engine;
use anyhow::{Context as _, Result};
use arrow::array::{AsArray as _, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use async_trait::async_trait;
use event::TimeNs;
use replayer::backtest::{Again, Report, Tally, Under};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinSet;

/// Batches that wait for one worker.
const BATCHES_WAITING: usize = 4;
/// What is read before the span, so that sessions that were under way are known.
const BEFORE_NS: i64 = 3_600_000_000_000;

/// Who can be asked for rows of the record.
#[async_trait]
pub trait Ask: Send + Sync {
    /// Runs SQL and hands its rows over, in order.
    async fn ask(&self, sql: &str, to: &Sender<RecordBatch>) -> Result<()>;
}

#[async_trait]
impl Ask for crate::reach::Reach {
    async fn ask(&self, sql: &str, to: &Sender<RecordBatch>) -> Result<()> {
        self.batches(sql, to).await
    }
}

/// Hears how far a backtest is: statements decided of all there are.
pub type Progress<'a> = dyn FnMut(u64, u64) + Send + 'a;

/// Decides everything that was decided within `span` again, by `engine`.
pub async fn run(
    record: &dyn Ask,
    engine: Arc<Engine>,
    span: Range<TimeNs>,
    progress: &mut Progress<'_>,
) -> Result<Report> {
    let under = Under {
        policy: engine.policy().hash(),
        catalog: engine.catalog().version().to_owned(),
        accounts: engine
            .live()
            .map(|(connection, version)| (connection.to_owned(), version.to_owned()))
            .collect(),
        since: span.start,
        until: span.end,
    };
    let read = TimeNs(span.start.0.saturating_sub(BEFORE_NS))..span.end;
    let spans = rows::spans(&all(record, &rows::spans_sql(&read)).await?)?;
    let total = spans.iter().map(|one| one.statements).sum();
    progress(0, total);
    let workers = Workers::start(engine, span);
    let mut done = 0;
    for span in &spans {
        for (sql, share) in rows::slices(span) {
            workers.read(record, &sql).await?;
            done += share;
            progress(done.min(total), total);
        }
    }
    let tally = workers.finish().await?;
    Ok(Report::of(under, tally))
}

/// All rows of a short answer.
async fn all(record: &dyn Ask, sql: &str) -> Result<Vec<RecordBatch>> {
    let (to, mut from) = channel(BATCHES_WAITING);
    let mut batches = Vec::new();
    let asking = async {
        let to = to;
        record.ask(sql, &to).await
    };
    let taking = async {
        while let Some(batch) = from.recv().await {
            batches.push(batch);
        }
    };
    let (asked, ()) = tokio::join!(asking, taking);
    asked?;
    Ok(batches)
}

/// One thread a core; each has the sessions whose ids fall to it.
struct Workers {
    to: Vec<Sender<RecordBatch>>,
    tasks: JoinSet<Result<Tally>>,
}

impl Workers {
    fn start(engine: Arc<Engine>, span: Range<TimeNs>) -> Self {
        let count = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let mut workers = Self {
            to: Vec::with_capacity(count),
            tasks: JoinSet::new(),
        };
        for own in 0..count {
            let (to, from) = channel(BATCHES_WAITING);
            workers.to.push(to);
            let again = Again::new(Arc::clone(&engine), span.clone());
            workers
                .tasks
                .spawn_blocking(move || work(from, again, own, count));
        }
        workers
    }

    /// Has the rows of `sql` decided.
    async fn read(&self, record: &dyn Ask, sql: &str) -> Result<()> {
        let (to, mut from) = channel(BATCHES_WAITING);
        let asking = async {
            let to = to;
            record.ask(sql, &to).await
        };
        let handing = async {
            while let Some(batch) = from.recv().await {
                for worker in &self.to {
                    // One that ended early says why in `finish`.
                    let _ = worker.send(batch.clone()).await;
                }
            }
        };
        let (asked, ()) = tokio::join!(asking, handing);
        asked
    }

    async fn finish(mut self) -> Result<Tally> {
        self.to.clear();
        let mut whole = Tally::default();
        while let Some(ended) = self.tasks.join_next().await {
            whole = whole.and(ended.context("a worker ended in disorder")??);
        }
        Ok(whole)
    }
}

/// Decides the rows of sessions that fall to `own` of `count`.
fn work(
    mut from: Receiver<RecordBatch>,
    mut again: Again,
    own: usize,
    count: usize,
) -> Result<Tally> {
    while let Some(batch) = from.blocking_recv() {
        let batch = filter_record_batch(&batch, &mine(&batch, own, count)?)?;
        for told in rows::told(&batch)? {
            again.take(told?);
        }
    }
    Ok(again.finish())
}

fn mine(batch: &RecordBatch, own: usize, count: usize) -> Result<BooleanArray> {
    let sessions = batch.column_by_name("session_id");
    let sessions = sessions
        .and_then(|column| column.as_string_opt::<i32>())
        .context("the answer has no text column session_id: is this a firn of another version?")?;
    let mine = sessions.iter().map(|session| {
        let mut hash = DefaultHasher::new();
        session.hash(&mut hash);
        Some(usize::try_from(hash.finish() % count as u64).is_ok_and(|worker| worker == own))
    });
    Ok(mine.collect())
}
