//! What is in a session: who recorded it, what happened outside its statements, a line for each of these.
//!
//! Enters: a query's session, the id of a recorded one. Leaves: an [`Outline`]. Never here: an event of a statement; what became of each is
//! what the view `statements` says.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::logical_expr::{col, lit};
use event::fold::{ApprovalOutcome, Outcome};
use event::{Event, RunId, SessionId, StatementId, TimeNs};
use journal::Position;

use super::breaks::{self, Span};
use super::context::Session;
use super::headers::{OF_SESSIONS, headers, unreadable};
use crate::error::QueryError;
use crate::limits::{OUTLINE_STATEMENTS_MAX, OUTLINE_TEXT_MAX, SESSION_EVENTS_MAX};

/// What is in a session, without what its statements returned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// The runs that recorded it.
    pub runs: Vec<RunPart>,
    /// Its events that are of no statement, and what tells of stretches in which statements of it may have run unrecorded.
    pub loose: Vec<(Position, Event)>,
    /// Its statements, by their arrival.
    pub statements: Vec<Brief>,
    /// There are more statements than these.
    pub truncated: bool,
}

/// What one run recorded of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunPart {
    /// The run.
    pub run: RunId,
    /// Events of it.
    pub events: u64,
    /// The highest number among them, from 0.
    pub highest: u64,
    /// The first one's time.
    pub first: TimeNs,
    /// The last one's time.
    pub last: TimeNs,
}

/// A statement in a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Brief {
    /// The statement.
    pub statement: StatementId,
    /// Its arrival, cut to microseconds.
    pub time: TimeNs,
    /// From arrival to its end.
    pub duration_ns: i64,
    /// The beginning of its text, white space folded; none where the record holds no submission.
    pub text: Option<String>,
    /// Equal for statements that differ in literals only.
    pub fingerprint: Option<String>,
    /// What came of it, as the view `statements` says.
    pub outcome: Option<Outcome>,
    /// How its approval ended, if one was needed.
    pub approval: Option<ApprovalOutcome>,
    /// Some of it is masked by plan.
    pub planned: bool,
    /// It was canceled.
    pub canceled: bool,
    /// Rows delivered.
    pub rows: u64,
    /// Bytes delivered.
    pub bytes: u64,
    /// Cells masked.
    pub masked_cells: u64,
}

/// The outline of session `id`.
pub(super) async fn read(session: &Session, id: SessionId) -> Result<Outline, QueryError> {
    let (runs, mut span) = runs(session, id).await?;
    if runs.is_empty() {
        return Err(QueryError::UnknownSession(id));
    }
    let of_session = col("session_id").eq(lit(id.to_string()));
    let of_no_statement = of_session.and(col("statement_id").is_null());
    let mut loose = headers(session, of_no_statement, &OF_SESSIONS).await?;
    span = span.lasting(loose.iter().map(|(_, event)| event));
    loose.extend(breaks::read(session, &span).await?);
    let mut statements = briefs(session, id).await?;
    let truncated = statements.len() > OUTLINE_STATEMENTS_MAX;
    statements.truncate(OUTLINE_STATEMENTS_MAX);
    Ok(Outline {
        runs,
        loose,
        statements,
        truncated,
    })
}

async fn ask(session: &Session, sql: &str) -> Result<Vec<RecordBatch>, QueryError> {
    Ok(session.context.sql(sql).await?.collect().await?)
}

/// Each run's part of a session, and its connection and time. An id of a session is digits and hyphens, so it may stand in SQL.
async fn runs(session: &Session, id: SessionId) -> Result<(Vec<RunPart>, Span), QueryError> {
    let sql = format!(
        "SELECT arrow_cast(producer_run, 'Utf8'), count(*), cast(max(part_index) AS BIGINT), \
         min(cast(time AS BIGINT) * 1000 + time_nanos), max(cast(time AS BIGINT) * 1000 + time_nanos), \
         arrow_cast(max(connection), 'Utf8') \
         FROM events WHERE session_id = '{id}' GROUP BY producer_run LIMIT {SESSION_EVENTS_MAX}"
    );
    let mut runs = BTreeMap::new();
    let mut span = Span::default();
    for batch in ask(session, &sql).await? {
        let row = Columns::of(&batch);
        for at in 0..batch.num_rows() {
            let run = row.text(0, at).unwrap_or_default();
            let run: RunId = run.parse().map_err(unreadable)?;
            let number = |column| row.number(column, at).unwrap_or(0);
            let part = RunPart {
                run,
                events: number(1).unsigned_abs(),
                highest: number(2).unsigned_abs(),
                first: TimeNs(number(3)),
                last: TimeNs(number(4)),
            };
            span.reach(part.first, part.last);
            span.connections.extend(row.text(5, at).map(str::to_owned));
            runs.insert(run, part);
        }
    }
    Ok((runs.into_values().collect(), span))
}

/// The statements of a session, by their arrival; one more than an outline holds, where there are more.
async fn briefs(session: &Session, id: SessionId) -> Result<Vec<Brief>, QueryError> {
    let sql = format!(
        "SELECT arrow_cast(statement_id, 'Utf8') AS c0, cast(time AS BIGINT) AS c1, arrow_cast(left(text, {text}), 'Utf8') AS c2, \
         arrow_cast(fingerprint, 'Utf8') AS c3, arrow_cast(outcome, 'Utf8') AS c4, arrow_cast(approval, 'Utf8') AS c5, \
         arrow_cast(canceled_by, 'Utf8') AS c6, cast(duration_ms * 1000000 AS BIGINT) AS c7, cast(rows AS BIGINT) AS c8, \
         cast(bytes AS BIGINT) AS c9, cast(masked_cells AS BIGINT) AS c10, \
         CASE WHEN verdict = 'mask' OR mask_all THEN 1 ELSE 0 END AS c11 \
         FROM statements WHERE session_id = '{id}' ORDER BY time, statement_id LIMIT {most}",
        text = OUTLINE_TEXT_MAX * 2,
        most = OUTLINE_STATEMENTS_MAX + 1,
    );
    let mut briefs = Vec::new();
    for batch in ask(session, &sql).await? {
        let row = Columns::of(&batch);
        for at in 0..batch.num_rows() {
            let text = |column| row.text(column, at);
            let number = |column| row.number(column, at).unwrap_or(0);
            let id = text(0).unwrap_or_default();
            briefs.push(Brief {
                statement: id.parse().map_err(unreadable)?,
                time: TimeNs(number(1).saturating_mul(1000)),
                text: text(2).map(folded),
                fingerprint: text(3).map(str::to_owned),
                outcome: text(4)
                    .map(str::parse::<Outcome>)
                    .transpose()
                    .map_err(unreadable)?,
                approval: text(5)
                    .map(str::parse::<ApprovalOutcome>)
                    .transpose()
                    .map_err(unreadable)?,
                canceled: text(6).is_some(),
                duration_ns: number(7),
                rows: number(8).unsigned_abs(),
                bytes: number(9).unsigned_abs(),
                masked_cells: number(10).unsigned_abs(),
                planned: number(11) > 0,
            });
        }
    }
    Ok(briefs)
}

/// On one line, and no longer than a line of a list shows.
fn folded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(OUTLINE_TEXT_MAX).collect()
}

/// Texts and numbers of a batch; NULL and what is neither are none.
struct Columns<'a>(&'a RecordBatch);

impl<'a> Columns<'a> {
    const fn of(batch: &'a RecordBatch) -> Self {
        Self(batch)
    }

    fn text(&self, column: usize, row: usize) -> Option<&'a str> {
        let texts = self.0.columns().get(column)?.as_string_opt::<i32>()?;
        texts.is_valid(row).then(|| texts.value(row))
    }

    fn number(&self, column: usize, row: usize) -> Option<i64> {
        let numbers = self
            .0
            .columns()
            .get(column)?
            .as_primitive_opt::<Int64Type>()?;
        numbers.is_valid(row).then(|| numbers.value(row))
    }
}
