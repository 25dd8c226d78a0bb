//! The list of sessions: filters to SQL.
//!
//! Enters: what a person or a URL asks for. Leaves: one SELECT over `sessions`, values as escaped literals. Never here: a value outside quotes.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use event::TimeNs;
use event::payload::Verdict;
use serde::{Deserialize, Serialize};

/// Which sessions; each field narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionFilter {
    /// Principal's name or subject contains this, whatever the case.
    pub who: Option<String>,
    /// Last event at or after, nanoseconds since 1970 UTC.
    pub since: Option<TimeNs>,
    /// Opened before, nanoseconds since 1970 UTC.
    pub until: Option<TimeNs>,
    /// Has a statement with this verdict.
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
}

/// The columns of the list.
const COLUMNS: &str = "session_id, opened, principal, agent, connection, state, duration_ms, statements, denied, held, masked, failed, rows, masked_cells, first_text";

impl SessionFilter {
    /// The SELECT.
    pub fn sql(&self) -> String {
        let mut conditions = Vec::new();
        if let Some(who) = &self.who {
            conditions.push(format!(
                "({} OR {})",
                contains("principal", who),
                contains("principal_subject", who)
            ));
        }
        if let Some(since) = self.since {
            conditions.push(format!("last_time >= {}", timestamp(since)));
        }
        if let Some(until) = self.until {
            conditions.push(format!("opened < {}", timestamp(until)));
        }
        if let Some(connection) = &self.connection {
            conditions.push(format!("connection = {}", literal(connection)));
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

fn timestamp(time: TimeNs) -> String {
    let time = DateTime::<Utc>::from_timestamp_nanos(time.0);
    format!(
        "TIMESTAMP '{}'",
        time.to_rfc3339_opts(SecondsFormat::Micros, true)
    )
}
