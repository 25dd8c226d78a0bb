//! What people answered before to statements that touch the same tables, from the record.
//!
//! Enters: what a statement that waits touches. Leaves: answered ones as the record shows them, read in the name of whoever asks and recorded as
//! read. Never here: who may see which of them (the approvals' routes say that); a value outside an escaped literal.

use std::sync::Arc;

use async_trait::async_trait;
use door::Caller;
use event::Principal;
use event::payload::Quorum;
use gateway::approvals::{Alike, Like, Memory, Unread};
use query::{Auditor, Engine, Query, Rows, Sees};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The record as approvals remember it.
pub struct Remembered(Engine);

impl Remembered {
    /// What `engine` reads.
    pub fn over(engine: &Engine) -> Arc<dyn Memory> {
        Arc::new(Self(engine.clone()))
    }
}

#[async_trait]
impl Memory for Remembered {
    async fn alike(&self, caller: &Caller, like: &Like, most: usize) -> Result<Vec<Alike>, Unread> {
        let Some(sql) = sql(like) else {
            return Ok(Vec::new());
        };
        let auditor = Auditor {
            principal: caller.identity.principal.clone(),
            source: caller.source.clone(),
            sees: Sees::Unobserved,
        };
        let query = Query {
            sql,
            limit: Some(most),
        };
        let unread = |error: &dyn std::fmt::Display| Unread(error.to_string());
        let answer = self.0.query(&auditor, &query).await;
        let answer = answer.map_err(|error| unread(&error))?;
        let rows = answer.rows().map_err(|error| unread(&error))?;
        let found = rows_of(&rows).map(|row| serde_json::from_value::<Row>(row).map(Row::told));
        found
            .collect::<Result<Vec<_>, serde_json::Error>>()
            .map_err(|error| unread(&error))
    }
}

/// One answered statement, by the names of its columns.
#[derive(Deserialize)]
struct Row {
    session_id: String,
    statement_id: String,
    time: String,
    principal: Option<String>,
    principal_issuer: Option<String>,
    principal_subject: Option<String>,
    text: Option<String>,
    approval: String,
    approvers: Option<Vec<String>>,
    deniers: Option<Vec<String>>,
    quorum: Option<Vec<String>>,
}

impl Row {
    fn told(self) -> Alike {
        let subject = self.principal_subject.unwrap_or_default();
        let quorum = self.quorum.unwrap_or_default();
        Alike {
            statement_id: self.statement_id,
            session_id: self.session_id,
            time: self.time,
            requester: Principal {
                issuer: self.principal_issuer.unwrap_or_default(),
                display: self.principal.unwrap_or_else(|| subject.clone()),
                subject,
                groups: Vec::new(),
                agent: None,
            },
            quorum: quorum.iter().filter_map(|seat| asked(seat)).collect(),
            approval: self.approval,
            approvers: self.approvers.unwrap_or_default(),
            deniers: self.deniers.unwrap_or_default(),
            text: self.text,
        }
    }
}

/// A seat as the view writes it: `group:needed`.
fn asked(seat: &str) -> Option<Quorum> {
    let (group, needed) = seat.rsplit_once(':')?;
    Some(Quorum {
        group: group.to_owned(),
        needed: needed.parse().ok()?,
    })
}

fn rows_of(rows: &Rows) -> impl Iterator<Item = Value> + '_ {
    rows.rows.iter().map(|row| {
        let names = rows.columns.iter().map(|column| column.name.clone());
        Value::Object(Map::from_iter(names.zip(row.iter().cloned())))
    })
}

/// What was answered on all of the same tables in the same way, newest first; none for a statement that touches no table.
fn sql(like: &Like) -> Option<String> {
    if like.reads.is_empty() && like.writes.is_empty() {
        return None;
    }
    let mut sql = format!(
        "SELECT s.session_id, s.statement_id, s.time, s.principal, s.principal_issuer, s.principal_subject, s.text, s.approval, \
         s.approvers, s.deniers, a.quorum
FROM statements s JOIN approvals a ON a.session_id = s.session_id AND a.statement_id = s.statement_id
WHERE s.approval IN ('granted', 'denied') AND s.statement_id <> {}",
        literal(&like.statement.to_string())
    );
    for (column, tables) in [("reads", &like.reads), ("writes", &like.writes)] {
        let tables: Vec<String> = tables.iter().map(|table| literal(table)).collect();
        sql.push_str(&if tables.is_empty() {
            format!("\n  AND coalesce(cardinality(s.{column}), 0) = 0")
        } else {
            let tables = tables.join(", ");
            format!("\n  AND array_has_all(s.{column}, make_array({tables}))")
        });
    }
    sql.push_str("\nORDER BY s.time DESC");
    Some(sql)
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use event::StatementId;

    use super::{Like, asked, sql};

    fn like(reads: &[&str], writes: &[&str]) -> Like {
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect();
        Like {
            statement: StatementId::from_uuid(uuid::Uuid::nil()),
            reads: names(reads),
            writes: names(writes),
        }
    }

    #[test]
    fn a_name_stays_inside_its_quotes() {
        let sql = sql(&like(&["A.B.\"x' OR true --\""], &[])).expect("tables");
        assert!(
            sql.contains("make_array('A.B.\"x'' OR true --\"')"),
            "{sql}"
        );
        assert!(
            sql.contains("coalesce(cardinality(s.writes), 0) = 0"),
            "{sql}"
        );
    }

    #[test]
    fn what_touches_no_table_is_like_nothing() {
        assert_eq!(sql(&like(&[], &[])), None);
    }

    #[test]
    fn a_seat_is_read_whatever_its_group_is_called() {
        let seat = asked("data:oncall:2").expect("a seat");
        assert_eq!((seat.group.as_str(), seat.needed), ("data:oncall", 2));
        assert_eq!(asked("data"), None);
    }
}
