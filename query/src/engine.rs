//! The engine: one auditor's SQL over one fresh view, bounded, read-only, recorded.
//!
//! Enters: SQL and who asks. Leaves: an [`Answer`], after the journal holds an `auditor.queried` of it. Never here: an answer that was not
//! recorded, a statement that writes.

mod context;
mod record;

use std::collections::BTreeMap;
use std::sync::Arc;

use event::payload::AuditorReplayed;
use event::{Event, Payload, Principal, SessionId, Source};
use ledger::clock::Clock;
use ledger::emit::{Draft, EmitError, Emitter};
use ledger::journal::{Journal, Position};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::answer::Answer;
use crate::cold::Cold;
use crate::config::Config;
use crate::error::{QueryError, account};
use crate::fresh::{FreshError, Freshness};
use crate::limits::{ROWS_DEFAULT, SQL_BYTES_MAX};
use crate::sessions::SessionFilter;
use context::Template;

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
}

/// Who reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auditor {
    /// Who.
    pub principal: Principal,
    /// From where, where it is not this machine.
    pub source: Option<Source>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// One reading statement.
    pub sql: String,
    /// Most rows wanted; none is [`ROWS_DEFAULT`].
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
    /// Archive or journal can not be read.
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

struct Inner {
    freshness: Arc<Freshness>,
    emitter: Emitter,
    clock: Arc<dyn Clock>,
    template: Template,
    running: Semaphore,
    config: Config,
    _stop: DropGuard,
}

impl Engine {
    /// Takes the archive's newest snapshot and begins to follow the journal after it.
    pub async fn open(deps: Deps, config: Config) -> Result<Self, OpenError> {
        let stop = CancellationToken::new();
        let guard = stop.clone().drop_guard();
        let template =
            Template::new(&config).map_err(|error| OpenError::Engine(error.to_string()))?;
        let freshness = Freshness::start(deps.archive, deps.journal, &config, stop).await?;
        Ok(Self {
            inner: Arc::new(Inner {
                freshness,
                emitter: deps.emitter,
                clock: deps.clock,
                template,
                running: Semaphore::new(config.queries_running_max.max(1)),
                config,
                _stop: guard,
            }),
        })
    }

    /// Runs `query` for `auditor`. Recorded whether it succeeds or fails, before anything is returned.
    pub async fn query(&self, auditor: &Auditor, query: &Query) -> Result<Answer, QueryError> {
        let began = self.inner.clock.now();
        let outcome = self.run(query).await;
        let elapsed_ns = self.since(began);
        let rows = outcome.as_ref().map(|answer| answer.row_count() as u64);
        let mut said: String = query.sql.clone();
        if said.len() > SQL_BYTES_MAX {
            said.truncate(said.floor_char_boundary(SQL_BYTES_MAX));
        }
        self.record(auditor, account(&said, rows, elapsed_ns))
            .await?;
        outcome.map(|answer| Answer {
            elapsed_ns,
            ..answer
        })
    }

    /// Sessions that `filter` lets through, newest first.
    pub async fn sessions(
        &self,
        auditor: &Auditor,
        filter: &SessionFilter,
    ) -> Result<Answer, QueryError> {
        let limit = filter.limit.unwrap_or(crate::limits::SESSIONS_DEFAULT);
        let query = Query {
            sql: filter.sql(),
            limit: Some(limit),
        };
        self.query(auditor, &query).await
    }

    /// The events of `session` with their positions and page bodies, for a replay in `mode`. The replay is recorded before they are returned.
    pub async fn session_events(
        &self,
        auditor: &Auditor,
        session: SessionId,
        mode: &str,
    ) -> Result<Vec<(Position, Event)>, QueryError> {
        let view = self.inner.freshness.view().await?;
        let context = self.inner.template.session(view);
        let events = timeout(
            self.inner.config.timeout(),
            record::session(&context, session),
        );
        let events = events.await.map_err(|_| self.timed_out())??;
        if events.is_empty() {
            return Err(QueryError::UnknownSession(session));
        }
        let replayed = AuditorReplayed {
            session,
            mode: mode.to_owned(),
        };
        self.record(auditor, replayed).await?;
        Ok(events)
    }

    async fn run(&self, query: &Query) -> Result<Answer, QueryError> {
        let bytes = query.sql.len();
        if bytes > SQL_BYTES_MAX {
            return Err(QueryError::TooLong { bytes });
        }
        let limit = query
            .limit
            .unwrap_or(ROWS_DEFAULT)
            .min(self.inner.config.rows_max);
        let answering = async {
            // Closed never: the semaphore lives as long as the engine.
            let _turn = self.inner.running.acquire().await;
            let view = self.inner.freshness.view().await?;
            let positions: BTreeMap<String, u64> = view
                .positions
                .iter()
                .map(|(partition, end)| (partition.to_string(), *end))
                .collect();
            let context = self.inner.template.session(view);
            let mut answer = context::answer(&context, &query.sql, limit).await?;
            answer.positions = positions;
            Ok(answer)
        };
        match timeout(self.inner.config.timeout(), answering).await {
            Ok(answer) => answer,
            Err(_) => Err(self.timed_out()),
        }
    }

    fn timed_out(&self) -> QueryError {
        QueryError::Timeout {
            seconds: self.inner.config.timeout().as_secs(),
        }
    }

    fn since(&self, began: event::TimeNs) -> u64 {
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
