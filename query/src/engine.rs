//! The engine: one auditor's SQL over one fresh view, bounded, read-only, recorded.
//!
//! Enters: SQL and who asks. Leaves: an [`Answer`], after the journal holds an `auditor.queried` of it. Never here: an answer that was not
//! recorded, a statement that writes.

mod breaks;
mod context;
mod export;
mod gone;
mod headers;
mod outline;
mod reading;
mod record;
mod replay;
mod sought;

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::ExecutionPlan;
use door::{Turn, Turns};
use event::payload::{AuditorQueried, AuditorReplayed, ReplayMode};
use event::{Event, Payload, SessionId, TimeNs};
use journal::clock::Clock;
use journal::emit::{Draft, EmitError, Emitter};
use journal::{Journal, Position};
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::answer::Answer;
use crate::auditor::Auditor;
use crate::cold::Cold;
use crate::config::Config;
use crate::error::{QueryError, account};
use crate::exports::Exports;
use crate::find::FindRequest;
use crate::fresh::{FreshError, Freshness};
use crate::limits::{QUERIES_SPARED, ROWS_DEFAULT, SLOW, SQL_BYTES_MAX};
use crate::seen::{Finder, Hidden, Refused};
use crate::sessions::SessionFilter;
use crate::{metrics, seen};
use context::Template;
use reading::{Reading, Watched};

pub use export::Export;
pub use outline::{Brief, Outline, RunPart};
pub use replay::{Replay, Window};

/// What an engine is made of.
pub struct Deps {
    /// The archive.
    pub archive: Arc<dyn Cold>,
    /// The journal.
    pub journal: Arc<dyn Journal>,
    /// Records the reading.
    pub emitter: Emitter,
    /// Tells how long queries took.
    pub clock: Arc<dyn Clock>,
    /// Knows how far exports have come; without it view `exports` has no rows.
    pub exports: Option<Arc<dyn Exports>>,
    /// Makes tokens of what is looked for; without it `seen('…')` is refused.
    pub finder: Option<Arc<dyn Finder>>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// One reading statement.
    pub sql: String,
    /// Most rows wanted; none is [`ROWS_DEFAULT`] in an answer, and all of them in an export.
    pub limit: Option<usize>,
}

impl Query {
    /// `sql` with the default limit.
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            limit: None,
        }
    }
}

/// Why an engine does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Archive or journal cannot be read.
    #[error(transparent)]
    Fresh(#[from] FreshError),
    /// DataFusion does not start.
    #[error("query engine does not start: {0}")]
    Engine(String),
}

/// SQL over archive and tail. Cheap to clone; the tail's readers end with the last clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

/// A query that began to run.
struct Started {
    rows: SendableRecordBatchStream,
    plan: Arc<dyn ExecutionPlan>,
    positions: BTreeMap<String, u64>,
    notices: Vec<String>,
    /// None while its reader is waited for.
    turn: Option<Turn<String>>,
    _exporting: Option<Turn<String>>,
}

/// What is recorded of a query's text.
fn said(query: &Query) -> &str {
    let end = query.sql.floor_char_boundary(SQL_BYTES_MAX);
    query.sql.get(..end).unwrap_or_default()
}

/// Whose turn it is.
fn whose(auditor: &Auditor) -> String {
    let principal = &auditor.principal;
    format!("{}\n{}", principal.issuer, principal.subject)
}

/// So many turns, of which nobody has all.
fn turns(at_once: usize) -> Turns<String> {
    Turns::new(at_once, at_once - at_once / QUERIES_SPARED)
}

struct Inner {
    freshness: Arc<Freshness>,
    emitter: Emitter,
    clock: Arc<dyn Clock>,
    finder: Option<Arc<dyn Finder>>,
    template: Template,
    running: Turns<String>,
    /// Half of these, for as long as an export's reader takes: it keeps what it has in memory also while it has no turn to run.
    exporting: Turns<String>,
    /// Who looks for values does so alone: the next one counts these.
    looking: Mutex<()>,
    /// Records the ends of exports whose reader went away, and gives turns on whose reader waits.
    ending: TaskTracker,
    config: Config,
    _stop: DropGuard,
}

impl Engine {
    /// Takes the archive's newest snapshot and begins to follow the journal after it.
    pub async fn open(deps: Deps, config: Config) -> Result<Self, OpenError> {
        metrics::register();
        let stop = CancellationToken::new();
        let guard = stop.clone().drop_guard();
        let template = Template::new(&config, deps.exports)
            .map_err(|error| OpenError::Engine(error.to_string()))?;
        let freshness = Freshness::start(deps.archive, deps.journal, &config, stop).await?;
        Ok(Self {
            inner: Arc::new(Inner {
                freshness,
                emitter: deps.emitter,
                clock: deps.clock,
                finder: deps.finder,
                template,
                running: turns(config.queries_running_max.max(1)),
                exporting: turns((config.queries_running_max / 2).max(1)),
                looking: Mutex::new(()),
                ending: TaskTracker::new(),
                config,
                _stop: guard,
            }),
        })
    }

    /// Runs `query` for `auditor` and holds the rows. Recorded whether it succeeds or fails, before anything is returned.
    pub async fn query(&self, auditor: &Auditor, query: &Query) -> Result<Answer, QueryError> {
        let began = self.inner.clock.now();
        let query = &self.hidden(auditor, query).await?;
        let watched = Watched::default();
        let running = self.run(auditor, query, (began, &watched));
        let outcome = match timeout(self.inner.config.timeout(), running).await {
            Ok(answer) => answer,
            Err(_) => Err(QueryError::Timeout {
                seconds: self.inner.config.timeout().as_secs(),
                read: watched.told(),
            }),
        };
        let elapsed_ns = self.since(began);
        let rows = outcome.as_ref().map(|answer| answer.row_count() as u64);
        let answered = outcome.as_ref().ok();
        let size = |answer: &Answer| (answer.row_count() as u64, answer.bytes());
        metrics::asked(answered.map(size), elapsed_ns);
        self.record(auditor, account(said(query), rows, elapsed_ns))
            .await?;
        outcome.map(|answer| Answer {
            elapsed_ns,
            ..answer
        })
    }

    /// Plans `query` for `auditor` and gives its rows as they are read, however many. That it was asked is recorded before the first
    /// row; how many rows were taken, when it ends or its reader goes away.
    pub async fn export(&self, auditor: &Auditor, query: &Query) -> Result<Export, QueryError> {
        let began = self.inner.clock.now();
        let query = &self.hidden(auditor, query).await?;
        let opened = match timeout(
            self.inner.config.timeout(),
            self.open_export(auditor, query),
        )
        .await
        {
            Ok(opened) => opened,
            Err(_) => Err(self.timed_out()),
        };
        let asked = match &opened {
            Ok(_) => account(said(query), Ok(0), self.since(began)),
            Err(error) => account(said(query), Err(error), self.since(began)),
        };
        // How many rows there are is told by the export's end.
        let asked = AuditorQueried {
            rows: None,
            ..asked
        };
        if opened.is_err() {
            metrics::asked(None, self.since(began));
        }
        self.record(auditor, asked).await?;
        opened
    }

    /// The query with tokens in place of values that are looked for: what is planned and recorded from here on. That they are looked for is
    /// recorded by now.
    async fn hidden(&self, auditor: &Auditor, query: &Query) -> Result<Query, QueryError> {
        let (query, told) = match seen::hidden(&query.sql, self.inner.finder.as_deref()) {
            Ok(Hidden { sql, sought }) => {
                let query = Query {
                    sql: sql.into_owned(),
                    limit: query.limit,
                };
                (query, sought::tell(self, auditor, &sought).await)
            }
            Err(Refused { said, error }) => (Query::new(said), Err(error)),
        };
        if let Err(error) = told {
            metrics::asked(None, 0);
            let refused = account(said(&query), Err(&error), 0);
            self.record(auditor, refused).await?;
            return Err(error);
        }
        Ok(query)
    }

    async fn open_export(&self, auditor: &Auditor, query: &Query) -> Result<Export, QueryError> {
        let exporting = self.inner.exporting.take(whose(auditor)).await;
        let started = self.start(auditor, query, (None, Some(exporting))).await?;
        Ok(Export::new(self.clone(), auditor.clone(), query, started))
    }

    /// Sessions that `filter` lets through, newest first.
    pub async fn sessions(
        &self,
        auditor: &Auditor,
        filter: &SessionFilter,
    ) -> Result<Answer, QueryError> {
        let limit = filter.limit.unwrap_or(crate::limits::SESSIONS_DEFAULT);
        let query = Query {
            sql: filter.sql(self.inner.clock.now()),
            limit: Some(limit),
        };
        self.query(auditor, &query).await
    }

    /// Statements that met a value, newest first; the value itself is not recorded.
    pub async fn find(&self, auditor: &Auditor, asked: &FindRequest) -> Result<Answer, QueryError> {
        let query = Query {
            sql: asked.sql(self.inner.clock.now()),
            limit: asked.limit,
        };
        self.query(auditor, &query).await
    }

    /// The events of `session` with their positions and page bodies, and what tells of stretches in which statements of it may have run
    /// unrecorded, for a replay in `mode`. The replay is recorded before they are returned.
    pub async fn session_events(
        &self,
        auditor: &Auditor,
        session: SessionId,
        mode: ReplayMode,
    ) -> Result<Vec<(Position, Event)>, QueryError> {
        let reading = async {
            let _turn = self.turn(auditor).await;
            let view = self.inner.freshness.view().await?;
            let archive = view.cold.archive.clone();
            let context = self.inner.template.session(view, auditor.sees);
            let mut events = record::session(&context, session).await?;
            let mut span = breaks::Span::default();
            events.iter().for_each(|(_, event)| span.learn(event));
            let span = span.lasting(events.iter().map(|(_, event)| event));
            events.extend(breaks::read(&context, &span).await?);
            Ok::<_, QueryError>((archive, events))
        };
        let read = timeout(self.inner.config.timeout(), reading);
        let (archive, events) = read.await.map_err(|_| self.timed_out())??;
        if events.is_empty() {
            return Err(gone::or_unknown(&archive, session).await);
        }
        let replayed = AuditorReplayed { session, mode };
        self.record(auditor, replayed).await?;
        Ok(events)
    }

    /// Sets the engine's gauges to what they are now.
    pub fn measure(&self) {
        let inner = &self.inner;
        let most = inner.config.queries_running_max.max(1);
        let running = most.saturating_sub(inner.running.free());
        let (tail_bytes, age) = inner.freshness.standing();
        let age_ns = u64::try_from(age.as_nanos()).unwrap_or(u64::MAX);
        metrics::standing(running, tail_bytes, age_ns);
    }

    /// Waits until what exports say at their end is recorded, then ends the tail's readers.
    pub async fn close(&self) {
        self.inner.ending.close();
        self.inner.ending.wait().await;
        self.inner.freshness.close().await;
    }

    async fn run(
        &self,
        auditor: &Auditor,
        query: &Query,
        (began, watched): (TimeNs, &Watched),
    ) -> Result<Answer, QueryError> {
        let limit = query
            .limit
            .unwrap_or(ROWS_DEFAULT)
            .min(self.inner.config.rows_max);
        // One more, to say whether there are more.
        let mut started = self
            .start(auditor, query, (Some(limit.saturating_add(1)), None))
            .await?;
        watched.see(&started.plan);
        let (batches, truncated) = context::collect(&mut started.rows, limit).await?;
        let elapsed_ns = self.since(began);
        if u128::from(elapsed_ns) >= SLOW.as_nanos() {
            let told = Reading::of(&started.plan).told(elapsed_ns as f64 / 1e9);
            started.notices.push(told);
        }
        Ok(Answer {
            schema: started.rows.schema(),
            batches,
            truncated,
            elapsed_ns: 0,
            positions: started.positions,
            notices: started.notices,
        })
    }

    /// Waits for a turn and for the tail, plans, and begins to run; an export has a turn of its own besides.
    async fn start(
        &self,
        auditor: &Auditor,
        query: &Query,
        (most, exporting): (Option<usize>, Option<Turn<String>>),
    ) -> Result<Started, QueryError> {
        let bytes = query.sql.len();
        if bytes > SQL_BYTES_MAX {
            return Err(QueryError::TooLong { bytes });
        }
        let turn = self.turn(auditor).await;
        let view = self.inner.freshness.view().await?;
        let positions: BTreeMap<String, u64> = view
            .positions
            .iter()
            .map(|(partition, end)| (partition.to_string(), *end))
            .collect();
        let session = self.inner.template.session(view, auditor.sees);
        let mut planned = context::plan(&session, &query.sql).await?;
        let notices = std::mem::take(&mut planned.notices);
        let running = context::run(&session, planned, most).await?;
        Ok(Started {
            rows: running.rows,
            plan: running.plan,
            positions,
            notices,
            turn: Some(turn),
            _exporting: exporting,
        })
    }

    /// Waits until `auditor` may have a query at work.
    pub(crate) async fn turn(&self, auditor: &Auditor) -> Turn<String> {
        self.inner.running.take(whose(auditor)).await
    }

    fn timed_out(&self) -> QueryError {
        QueryError::Timeout {
            seconds: self.inner.config.timeout().as_secs(),
            read: String::new(),
        }
    }

    fn since(&self, began: TimeNs) -> u64 {
        let elapsed = self.inner.clock.now().0.saturating_sub(began.0);
        u64::try_from(elapsed).unwrap_or(0)
    }

    async fn record(
        &self,
        auditor: &Auditor,
        payload: impl Into<Payload>,
    ) -> Result<(), EmitError> {
        let draft = Draft {
            principal: Some(auditor.principal.clone()),
            source: auditor.source.clone(),
            ..Draft::new(payload)
        };
        self.inner.emitter.emit(draft).await.map(drop)
    }
}
