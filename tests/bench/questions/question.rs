//! The questions of auditors that are measured: through the views or the list of sessions, and by hand-written SQL in DuckDB.
//!
//! Enters: how long the history is. Leaves: questions, and their answers' numbers of rows. Never here: a question that only one of them is asked.

use event::{Principal, TimeNs};
use query::{Auditor, Engine, Query, QueryError, Sees, SessionFilter};

/// The first event's time: 2026-03-01T12:00:00Z.
const BEGINS_S: i64 = 1_772_366_400;
/// One statement each 2.6 seconds.
const STATEMENT_S: f64 = 2.6;
/// Rows of an answer, at most: more than any of these has.
const ROWS_MAX: usize = 100_000;

pub enum Ask {
    Sql(String),
    Sessions(Box<SessionFilter>),
}

pub struct Question {
    pub name: &'static str,
    ask: Ask,
    /// The same in DuckDB's SQL over `ev`, the Parquet files of `events`.
    pub peer: String,
}

impl Question {
    /// How many rows the answer has.
    pub async fn ask(&self, engine: &Engine, auditor: &Auditor) -> Result<u64, QueryError> {
        let answer = match &self.ask {
            Ask::Sql(sql) => {
                let limit = Some(ROWS_MAX);
                let sql = sql.clone();
                engine.query(auditor, &Query { sql, limit }).await?
            }
            Ask::Sessions(filter) => engine.sessions(auditor, filter).await?,
        };
        Ok(answer.row_count() as u64)
    }
}

/// One of those who ask.
pub fn auditor(number: usize) -> Auditor {
    Auditor {
        principal: Principal {
            issuer: "https://id.example".to_owned(),
            subject: format!("auditor{number}@example.com"),
            display: format!("auditor{number}"),
            groups: Vec::new(),
            agent: None,
        },
        source: None,
        sees: Sees::All,
    }
}

fn moment(second: i64) -> String {
    let time = chrono::DateTime::from_timestamp(second, 0).unwrap_or_default();
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// All of them, over a history of so many statements.
pub fn questions(statements: u64) -> Vec<Question> {
    let length = (statements as f64 * STATEMENT_S) as i64;
    let middle = BEGINS_S + length / 2;
    let (from, to) = (moment(middle), moment(middle + 7_200));
    let week = BEGINS_S + (length - 7 * 86_400).max(length / 2);
    // A session counts from its last event, in firn and here.
    let sessions = |condition: &str| {
        format!(
            "WITH hit AS ({condition}), s AS (SELECT session_id, min(time) opened, max(time) last_time, count(*) n, \
             min(principal_display) principal FROM ev WHERE session_id IN (SELECT session_id FROM hit) GROUP BY 1), \
             t AS (SELECT session_id, statement_id, bool_or(statement_decided.verdict = 'deny') d, sum(response_finished.rows) r, \
             sum(response_finished.masked_cells) m, arg_min(statement_submitted.text, time) x, min(time) tm FROM ev \
             WHERE statement_id IS NOT NULL AND session_id IN (SELECT session_id FROM hit) GROUP BY 1, 2), \
             a AS (SELECT session_id, count(*) statements, count(*) FILTER (d) denied, sum(r) rows, sum(m) masked, arg_min(x, tm) first_text \
             FROM t GROUP BY 1) SELECT * FROM s JOIN a USING (session_id)"
        )
    };
    let filter = SessionFilter {
        limit: Some(ROWS_MAX),
        ..SessionFilter::default()
    };
    vec![
        Question {
            name: "statements of a principal in 2 h",
            ask: Ask::Sql(format!(
                "SELECT time, session_id, text, verdict, outcome, rows, masked_cells FROM statements \
                 WHERE principal = 'agent1' AND time >= TIMESTAMP '{from}' AND time < TIMESTAMP '{to}' ORDER BY time"
            )),
            peer: format!(
                "WITH s AS (SELECT statement_id, time, session_id, statement_submitted.text x FROM ev WHERE kind = 'statement.submitted' \
                 AND principal_display = 'agent1' AND time >= TIMESTAMPTZ '{from}' AND time < TIMESTAMPTZ '{to}'), \
                 o AS (SELECT statement_id, max(statement_decided.verdict) v, count(*) FILTER (kind = 'statement.failed') f, \
                 sum(response_finished.rows) r, sum(response_finished.masked_cells) m FROM ev \
                 WHERE statement_id IN (SELECT statement_id FROM s) GROUP BY 1) SELECT * FROM s JOIN o USING (statement_id) ORDER BY time"
            ),
        },
        Question {
            name: "latest 100 denied",
            ask: Ask::Sql(
                "SELECT time, session_id, principal, text, reasons FROM statements WHERE outcome = 'denied' ORDER BY time DESC LIMIT 100"
                    .to_owned(),
            ),
            peer: "WITH d AS (SELECT statement_id, time, statement_decided.reasons r FROM ev WHERE kind = 'statement.decided' \
                   AND statement_decided.verdict = 'deny' ORDER BY time DESC LIMIT 100) SELECT d.*, e.session_id, e.principal_display, \
                   e.statement_submitted.text FROM d JOIN ev e ON e.statement_id = d.statement_id AND e.kind = 'statement.submitted' ORDER BY d.time DESC"
                .to_owned(),
        },
        Question {
            name: "firn sessions --table X",
            ask: Ask::Sessions(Box::new(SessionFilter {
                table: Some("TABLE_60".to_owned()),
                ..filter.clone()
            })),
            peer: sessions(
                "SELECT DISTINCT session_id FROM ev WHERE kind = 'statement.submitted' AND \
                 len(list_filter(list_concat(statement_submitted.reads, statement_submitted.writes), lambda x: x LIKE '%.TABLE_60')) > 0",
            ),
        },
        Question {
            name: "firn sessions --text rare",
            ask: Ask::Sessions(Box::new(SessionFilter {
                text: Some("needle".to_owned()),
                ..filter.clone()
            })),
            peer: sessions(
                "SELECT DISTINCT session_id FROM ev WHERE kind = 'statement.submitted' AND lower(statement_submitted.text) LIKE '%needle%'",
            ),
        },
        Question {
            name: "firn sessions --verdict deny --since 7d",
            ask: Ask::Sessions(Box::new(SessionFilter {
                verdict: Some(event::payload::Verdict::Deny),
                since: Some(query::Moment::At(TimeNs(week * 1_000_000_000))),
                ..filter
            })),
            peer: format!(
                "{} WHERE last_time >= TIMESTAMPTZ '{}'",
                sessions(
                    "SELECT DISTINCT session_id FROM ev WHERE kind = 'statement.decided' AND statement_decided.verdict = 'deny'"
                ),
                moment(week)
            ),
        },
        Question {
            name: "accesses of one table by principal",
            ask: Ask::Sql(
                "SELECT principal, count(*) AS n, count(DISTINCT statement_id) AS statements FROM accesses \
                 WHERE table_name = 'SHOP.PUBLIC.TABLE_9' GROUP BY principal ORDER BY n DESC"
                    .to_owned(),
            ),
            peer: "WITH u AS (SELECT principal_display p, statement_id, unnest(statement_submitted.columns) c FROM ev \
                   WHERE kind = 'statement.submitted') SELECT p, count(*) n, count(DISTINCT statement_id) FROM u \
                   WHERE c.\"table\" = 'SHOP.PUBLIC.TABLE_9' GROUP BY 1 ORDER BY n DESC"
                .to_owned(),
        },
    ]
}
