//! One session read in pieces: what is in it first, then the statements and rows that somebody looks at.
//!
//! Enters: a session and who reads it. Leaves: its outline, events of some of its statements, rows of a result by their numbers; all after the
//! journal holds an `auditor.replayed` of it. Never here: a session read whole, a page body of which no row is wanted.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use archive::rows::Bodies;
use datafusion::logical_expr::{Expr, col, lit};
use display::grid::{Grid, assemble, window};
use door::Turn;
use event::payload::{AuditorReplayed, ReplayMode, ResponsePage};
use event::{Event, EventId, Payload, SessionId, StatementId};
use journal::Position;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::context::Session;
use super::gone;
use super::headers::{OF_STATEMENTS, headers, unreadable};
use super::outline::{self, Outline};
use super::{Engine, record};
use crate::auditor::Auditor;
use crate::error::QueryError;
use crate::limits::FIRST_ROWS_MAX;

/// A session that somebody reads, of which the record knows.
#[derive(Clone)]
pub struct Replay {
    engine: Engine,
    auditor: Auditor,
    session: SessionId,
}

/// Some rows of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The rows, with the columns of the whole result.
    pub grid: Grid,
    /// Rows of the result that can be shown.
    pub total: u64,
}

impl Engine {
    /// Begins to read `session` for `auditor`; that it is read is recorded before this returns.
    pub async fn replay(
        &self,
        auditor: &Auditor,
        session: SessionId,
        mode: ReplayMode,
    ) -> Result<Replay, QueryError> {
        self.record(auditor, AuditorReplayed { session, mode })
            .await?;
        Ok(Replay {
            engine: self.clone(),
            auditor: auditor.clone(),
            session,
        })
    }
}

impl Replay {
    /// The session.
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// Waits for a turn and a fresh view.
    async fn open(&self) -> Result<(Session, Turn<String>), QueryError> {
        let inner = &self.engine.inner;
        let turn = self.engine.turn(&self.auditor).await;
        let view = inner.freshness.view().await?;
        Ok((inner.template.session(view, self.auditor.sees), turn))
    }

    /// Reads within the time that a query has.
    async fn within<T>(
        &self,
        reading: impl Future<Output = Result<T, QueryError>>,
    ) -> Result<T, QueryError> {
        let done = timeout(self.engine.inner.config.timeout(), reading).await;
        done.unwrap_or_else(|_| Err(self.engine.timed_out()))
    }

    /// What is in it.
    pub async fn outline(&self) -> Result<Outline, QueryError> {
        self.within(async {
            let (session, _turn) = self.open().await?;
            match outline::read(&session, self.session).await {
                Err(QueryError::UnknownSession(id)) => {
                    let view = self.engine.inner.freshness.view().await?;
                    Err(gone::or_unknown(&view.cold.archive, id).await)
                }
                read => read,
            }
        })
        .await
    }

    /// The events of `statements`, in no order; of each result the bodies of those pages that hold `rows` of it, others are empty.
    pub async fn statements(
        &self,
        statements: &[StatementId],
        rows: Range<u64>,
    ) -> Result<Vec<(Position, Event)>, QueryError> {
        let wanted = of(self.session, statements);
        self.within(async {
            let (session, _turn) = self.open().await?;
            let mut likely = first_pages(&session, &wanted, &rows);
            let mut events = headers(&session, wanted.clone(), &OF_STATEMENTS).await?;
            let mut known = match likely.join_next().await {
                Some(read) => read.map_err(unreadable)??,
                None => Bodies::default(),
            };
            let shown = shown(&events, &rows);
            let missing = shown.iter().copied();
            let missing: Vec<_> = missing.filter(|id| known.get(*id).is_none()).collect();
            known.extend(&bodies(&session, wanted, &missing).await?);
            for (_, event) in &mut events {
                if let Payload::ResponsePage(page) = &mut event.payload
                    && shown.contains(&event.event_id)
                    && let Some(body) = known.get(event.event_id)
                {
                    page.body = body.clone();
                }
            }
            Ok(events)
        })
        .await
    }

    /// `rows` of a recorded result, by their numbers among those that can be shown; none where no such result is recorded.
    pub async fn rows(
        &self,
        statement: StatementId,
        result: u32,
        rows: Range<u64>,
    ) -> Result<Option<Window>, QueryError> {
        let wanted = of(self.session, &[statement]);
        self.within(async {
            let (session, _turn) = self.open().await?;
            rows_of(&session, wanted, result, rows).await
        })
        .await
    }
}

/// The bodies of the pages that most likely hold `rows` of each result, read while the events are: most results are one chunk.
fn first_pages(
    session: &Session,
    wanted: &Expr,
    rows: &Range<u64>,
) -> JoinSet<Result<Bodies, QueryError>> {
    let mut reading = JoinSet::new();
    if rows.is_empty() || rows.end > FIRST_ROWS_MAX {
        return reading;
    }
    let end = i64::try_from(rows.end).unwrap_or(i64::MAX);
    let inline = col("chunk").eq(lit(0_i64));
    let wanted = wanted
        .clone()
        .and(inline)
        .and(col("first_row").lt(lit(end)));
    let session = session.clone();
    reading.spawn(async move { bodies_of(&session, wanted).await });
    reading
}

/// The pages that hold `rows` of each result.
fn shown(events: &[(Position, Event)], rows: &Range<u64>) -> HashSet<EventId> {
    let mut results: HashMap<_, Vec<(EventId, &ResponsePage)>> = HashMap::new();
    for (_, event) in events {
        if let Payload::ResponsePage(page) = &event.payload {
            let result = results.entry((event.statement_id, page.result));
            result.or_default().push((event.event_id, page));
        }
    }
    let mut shown = HashSet::new();
    for pages in results.values() {
        let headers: Vec<&ResponsePage> = pages.iter().map(|(_, page)| *page).collect();
        let found = window(&headers, rows.clone()).pages;
        shown.extend(
            found
                .into_iter()
                .filter_map(|at| pages.get(at))
                .map(|one| one.0),
        );
    }
    shown
}

async fn rows_of(
    session: &Session,
    wanted: Expr,
    result: u32,
    rows: Range<u64>,
) -> Result<Option<Window>, QueryError> {
    let mut started = None;
    let mut pages = Vec::new();
    let kinds = record::result_kinds();
    let of_results = wanted.clone().and(kinds);
    for (_, event) in headers(session, of_results, &OF_STATEMENTS).await? {
        match event.payload {
            Payload::ResponseStarted(one) if one.result == result => started = Some(one),
            Payload::ResponsePage(page) if page.result == result => {
                pages.push((event.event_id, page));
            }
            _ => {}
        }
    }
    if started.is_none() && pages.is_empty() {
        return Ok(None);
    }
    let all: Vec<&ResponsePage> = pages.iter().map(|(_, page)| page).collect();
    let found = window(&all, rows.clone());
    let chosen: Vec<&(EventId, ResponsePage)> =
        found.pages.iter().filter_map(|at| pages.get(*at)).collect();
    let ids: Vec<EventId> = chosen.iter().map(|(id, _)| *id).collect();
    let bodies = bodies(session, wanted, &ids).await?;
    let pages: Vec<ResponsePage> = chosen
        .into_iter()
        .map(|(id, page)| ResponsePage {
            body: bodies.get(*id).cloned().unwrap_or_default(),
            ..page.clone()
        })
        .collect();
    let most = usize::try_from(rows.end.saturating_sub(rows.start)).unwrap_or(usize::MAX);
    let most = found.skip.saturating_add(most);
    let mut grid = assemble(started.as_ref(), &pages, most).map_err(unreadable)?;
    grid.rows.drain(..found.skip.min(grid.rows.len()));
    let total = found.total;
    Ok(Some(Window { grid, total }))
}

fn of(session: SessionId, statements: &[StatementId]) -> Expr {
    let ids = statements.iter().map(|id| lit(id.to_string())).collect();
    let of_session = col("session_id").eq(lit(session.to_string()));
    of_session.and(col("statement_id").in_list(ids, false))
}

/// The bodies of these pages, which are among `wanted`.
async fn bodies(session: &Session, wanted: Expr, pages: &[EventId]) -> Result<Bodies, QueryError> {
    if pages.is_empty() {
        return Ok(Bodies::default());
    }
    let ids = pages.iter().map(|id| lit(id.to_string())).collect();
    bodies_of(session, wanted.and(col("event_id").in_list(ids, false))).await
}

async fn bodies_of(session: &Session, wanted: Expr) -> Result<Bodies, QueryError> {
    let columns = ["event_id", "body"];
    let rows = record::collect(session, session.relations.pages()?, wanted, &columns).await?;
    Bodies::read(&rows).map_err(unreadable)
}
