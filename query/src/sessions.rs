//! The list of sessions: filters to SQL.
//!
//! Enters: what a person or a URL asks for. Leaves: one SELECT over `sessions`, values as escaped literals. Never here: a value outside quotes.

mod cursor;
mod moment;

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use event::TimeNs;
use event::payload::Verdict;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

pub use cursor::{Cursor, CursorError};
pub use moment::Moment;

/// Which sessions; each field narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct SessionFilter {
    /// Principal's name or subject contains this, whatever the case.
    pub who: Option<String>,
    /// Last event at or after: an age (`1h`, `30d`), a day, RFC 3339, or nanoseconds since 1970 UTC.
    #[param(value_type = Option<String>)]
    pub since: Option<Moment>,
    /// Opened before, likewise.
    #[param(value_type = Option<String>)]
    pub until: Option<Moment>,
    /// Has a statement with this verdict.
    #[param(value_type = Option<String>)]
    pub verdict: Option<Verdict>,
    /// Has a statement with this outcome: `denied`, `failed`, `held` …
    pub outcome: Option<String>,
    /// Has a statement that reads or writes a table of this name, whole or its last parts, whatever the case.
    pub table: Option<String>,
    /// Has a statement whose masked text contains this, whatever the case.
    pub text: Option<String>,
    /// Through this connection.
    pub connection: Option<String>,
    /// How many at most.
    pub limit: Option<usize>,
    /// Those after the page whose `next` this is; new arrivals move nothing.
    #[param(value_type = Option<String>)]
    pub after: Option<Cursor>,
}

/// The columns of the list.
const COLUMNS: &str = "session_id, opened, principal, agent, connection, state, duration_ms, statements, denied, held, masked, failed, rows, masked_cells, first_text";

impl SessionFilter {
    /// The SELECT; ages are counted back from `now`.
    pub fn sql(&self, now: TimeNs) -> String {
        let mut conditions = Vec::new();
        if let Some(who) = &self.who {
            conditions.push(format!(
                "({} OR {})",
                contains("principal", who),
                contains("principal_subject", who)
            ));
        }
        if let Some(since) = self.since {
            conditions.push(format!("last_time >= {}", timestamp(since.at(now))));
        }
        if let Some(until) = self.until {
            conditions.push(format!("opened < {}", timestamp(until.at(now))));
        }
        if let Some(connection) = &self.connection {
            conditions.push(format!("connection = {}", literal(connection)));
        }
        if let Some(after) = &self.after {
            let (opened, session) = (timestamp(after.opened()), after.session());
            conditions.push(format!(
                "(opened < {opened} OR (opened = {opened} AND session_id > '{session}'))"
            ));
        }
        let statements = self.statement_conditions();
        if !statements.is_empty() {
            conditions.push(format!(
                "session_id IN (SELECT session_id FROM statements WHERE {})",
                statements.join(" AND ")
            ));
        }
        let mut sql = format!("SELECT {COLUMNS} FROM sessions");
        if !conditions.is_empty() {
            let _ = write!(sql, " WHERE {}", conditions.join(" AND "));
        }
        sql.push_str(" ORDER BY opened DESC, session_id");
        sql
    }

    fn statement_conditions(&self) -> Vec<String> {
        let mut conditions = Vec::new();
        if let Some(verdict) = self.verdict {
            conditions.push(format!("verdict = {}", literal(verdict.as_str())));
        }
        if let Some(outcome) = &self.outcome {
            conditions.push(format!("outcome = {}", literal(outcome)));
        }
        if let Some(table) = &self.table {
            conditions.push(format!("touches(tables, {})", literal(table)));
        }
        if let Some(text) = &self.text {
            conditions.push(contains("text", text));
        }
        conditions
    }
}

/// `text` as an SQL string literal.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `column` contains `text`, whatever the case; no character of `text` is a wildcard.
fn contains(column: &str, text: &str) -> String {
    format!(
        "contains(lower({column}), {})",
        literal(&text.to_lowercase())
    )
}

/// `time` as an SQL literal.
pub(crate) fn timestamp(time: TimeNs) -> String {
    let time = DateTime::<Utc>::from_timestamp_nanos(time.0);
    format!(
        "TIMESTAMP '{}'",
        time.to_rfc3339_opts(SecondsFormat::Micros, true)
    )
}
