//! What a statement came to, as a model reads it.
//!
//! Enters: outcomes. Leaves: a tool's result: a sentence and the same as structure. Never here: a row that was not masked; more
//! rows than were asked for.

use std::sync::Arc;

use display::grid::from_json;
use event::payload::{FailureStage, ResultColumn};
use event::{SessionId, StatementId, TimeNs};
use futures::StreamExt as _;
use serde_json::{Map, Value, json};

use crate::control::{Control, HoldStatus};
use crate::doors::cells::{Cells, Row};
use crate::limits::MCP_ROWS_BYTES_MAX;
use crate::outcome::{Delivered, Refusal};
use crate::session::Session;
use crate::shared::Shared;

/// A tool's result: `text` for people and models, `structure` for programs.
pub(super) fn tool_result(text: &str, structure: &Value, failed: bool) -> Value {
    json!({
        "content": [{ "type": "text", "text": text }],
        "structuredContent": structure,
        "isError": failed,
    })
}

/// A result: its columns and as many rows as are wanted.
pub(super) async fn delivered(
    shared: &Shared,
    session: &Session,
    statement: &str,
    result: &Arc<Delivered>,
    most: usize,
) -> Value {
    let taken = taken(shared, session, result, most).await;
    let mut structure = json!({
        "status": "done",
        "statement_id": statement,
        "query_id": result.query_id,
        "columns": described(&result.columns),
        "rows": taken.rows,
        "row_count": taken.total,
        "truncated": taken.truncated,
    });
    let shown = taken.rows.len();
    let mut text = match (taken.truncated, taken.total) {
        (false, _) => format!("{shown} rows"),
        (true, Some(total)) => format!(
            "the first {shown} of {total} rows; narrow the statement, or ask with a higher max_rows"
        ),
        (true, None) => {
            format!("the first {shown} rows; narrow the statement, or ask with a higher max_rows")
        }
    };
    if let Some(why) = taken.broken {
        structure["incomplete"] = json!(why);
        text = format!("{text}. Incomplete: {why}");
    }
    let lines = taken.rows.iter().map(Value::to_string);
    let names: Vec<&str> = result
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let table = std::iter::once(json!(names).to_string()).chain(lines);
    let text = format!("{text}\n{}", table.collect::<Vec<_>>().join("\n"));
    tool_result(&text, &structure, false)
}

struct Taken {
    rows: Vec<Value>,
    total: Option<u64>,
    truncated: bool,
    broken: Option<String>,
}

/// The beginning of a result.
struct Beginning<'a> {
    columns: &'a [ResultColumn],
    most: usize,
    rows: Vec<Value>,
    weight: usize,
    seen: u64,
    full: bool,
}

impl Beginning<'_> {
    fn take(&mut self, row: Row) {
        self.seen += 1;
        let size: usize = row.iter().flatten().map(String::len).sum();
        let weight = self.weight.saturating_add(size);
        // Nothing after the first row that does not fit: what is shown is a beginning.
        self.full |= self.rows.len() >= self.most || weight > MCP_ROWS_BYTES_MAX;
        if !self.full {
            self.weight = weight;
            self.rows.push(readable(self.columns, row));
        }
    }
}

/// Rows until there are enough of them; a part that is not wanted is not fetched.
async fn taken(shared: &Shared, session: &Session, result: &Delivered, most: usize) -> Taken {
    let columns = &result.columns;
    let mut beginning = Beginning {
        columns,
        most,
        rows: Vec::new(),
        weight: 0,
        seen: 0,
        full: false,
    };
    let mut broken = None;
    if !result.rows.bytes.is_empty() {
        let mut cells = Cells::new(columns, result.rows.format);
        let pushed = cells.push(result.rows.bytes.clone(), |row| beginning.take(row));
        broken = pushed.err().map(|error| error.to_string());
    }
    // Rows of parts that are not fetched; none where somebody does not say how many.
    let mut unseen = Some(0_u64);
    for part in &result.parts {
        let enough = beginning.full || beginning.rows.len() >= most;
        if enough || broken.is_some() {
            unseen = unseen.zip(part.rows).map(|(all, more)| all + more);
            beginning.full = true;
            continue;
        }
        let fetched = part_of(shared, session, result, &part.ticket, &mut beginning);
        broken = fetched.await.err();
    }
    let whole = broken.is_none();
    Taken {
        truncated: beginning.full,
        total: unseen.filter(|_| whole).map(|more| beginning.seen + more),
        rows: beginning.rows,
        broken,
    }
}

/// One part's rows; whatever is wrong with it, in words.
async fn part_of(
    shared: &Shared,
    session: &Session,
    result: &Delivered,
    ticket: &str,
    beginning: &mut Beginning<'_>,
) -> Result<(), String> {
    let ticket = shared.delivery.open_chunk(ticket);
    let ticket = ticket.map_err(|_| "a part of the result has expired: run the statement again")?;
    if shared.chunks.is_full(ticket.about()) {
        return Err("too much is asked for at once: ask again later".to_owned());
    }
    let mut stretches = shared.rows(ticket, session.arrived);
    let mut cells = Cells::new(&result.columns, result.rows.format);
    while let Some(stretch) = stretches.next().await {
        let bytes = stretch.map_err(|error| error.to_string())?;
        if !bytes.is_empty() {
            let pushed = cells.push(bytes, |row| beginning.take(row));
            pushed.map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// A row as people read it: dates as dates, numbers as numbers where JSON holds them exactly.
fn readable(columns: &[ResultColumn], row: Row) -> Value {
    let cells = row.into_iter().enumerate().map(|(place, cell)| {
        let (Some(text), Some(column)) = (cell, columns.get(place)) else {
            return Value::Null;
        };
        let kind = column.data_type.to_ascii_lowercase();
        match kind.as_str() {
            "fixed" | "real" => match serde_json::from_str::<Value>(&text) {
                // What does not come out as it went in stays text.
                Ok(number) if number.is_number() && is_written(&number, &text) => number,
                _ => Value::from(text),
            },
            "boolean" => match text.as_str() {
                "1" | "true" => Value::Bool(true),
                "0" | "false" => Value::Bool(false),
                _ => Value::from(text),
            },
            _ => Value::from(from_json(&kind, column.scale, &text)),
        }
    });
    Value::Array(cells.collect())
}

fn is_written(number: &Value, text: &str) -> bool {
    let written = number.to_string();
    written == text
}

fn described(columns: &[ResultColumn]) -> Value {
    columns
        .iter()
        .map(|column| json!({ "name": column.name, "type": column.data_type }))
        .collect()
}

/// It waits for people, or runs: what to ask for later.
pub(super) fn waiting(
    control: &Control,
    session: SessionId,
    statement: StatementId,
    id: &str,
) -> Value {
    let mut structure = json!({ "status": "running", "statement_id": id });
    let text = match held(control, session, statement) {
        Some(held) => {
            let text = held_text(&held);
            structure["status"] = json!("held");
            structure["held"] = Value::Object(held);
            text
        }
        None => "it still runs".to_owned(),
    };
    let text = format!(
        "{text}. Ask get_statement for statement_id {id} later; do not send the statement again."
    );
    tool_result(&text, &structure, false)
}

/// Why a statement waits, whose approval it needs, until when; none if it does not wait.
pub(super) fn held(
    control: &Control,
    session: SessionId,
    statement: StatementId,
) -> Option<Map<String, Value>> {
    match control.status(session, statement)? {
        HoldStatus::Pending | HoldStatus::Granted => {}
        HoldStatus::Claimed { .. }
        | HoldStatus::Denied { .. }
        | HoldStatus::Expired
        | HoldStatus::Canceled { .. } => return None,
    }
    control.with_state(|state| {
        let hold = state.hold(statement)?;
        let needed = hold.request.quorum.iter();
        let needed = needed.map(|one| json!({ "group": one.group, "people": one.needed }));
        let mut told = Map::new();
        told.insert("reasons".to_owned(), json!(hold.request.reasons));
        told.insert("needed".to_owned(), needed.collect());
        told.insert("approved_by".to_owned(), json!(hold.votes.len()));
        told.insert("expires".to_owned(), json!(instant(hold.request.expires)));
        Some(told)
    })
}

/// The same as a sentence.
pub(super) fn held_text(held: &Map<String, Value>) -> String {
    let groups: Vec<&str> = held
        .get("needed")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|one| one["group"].as_str())
        .collect();
    let until = held.get("expires").and_then(Value::as_str).unwrap_or("?");
    format!(
        "it waits until {until} for approval by {}",
        groups.join(", ")
    )
}

/// A time as people and programs read it.
pub(super) fn instant(at: TimeNs) -> String {
    let since = std::time::Duration::from_nanos(u64::try_from(at.0).unwrap_or(0));
    let at = std::time::SystemTime::UNIX_EPOCH + since;
    humantime::format_rfc3339_seconds(at).to_string()
}

/// It was refused, or failed: the rule, the reason, and what would pass.
pub(super) fn refused(statement: &str, refusal: &Refusal, would_pass: Option<Value>) -> Value {
    let (status, code, sql_state, message, reasons) = match refusal {
        Refusal::Own(failure) => {
            let status = match failure.stage {
                FailureStage::Policy | FailureStage::Approval => "denied",
                FailureStage::Gateway | FailureStage::Journal | FailureStage::Upstream => "failed",
            };
            let reasons: Vec<Value> = failure
                .reasons
                .iter()
                .map(|reason| json!({ "rule": reason.rule, "reason": reason.text }))
                .collect();
            (
                status,
                failure.code,
                failure.sql_state,
                failure.text(),
                reasons,
            )
        }
        Refusal::Upstream(error) => (
            "failed",
            error.code.as_str(),
            error.sql_state.as_str(),
            error.message.get().clone(),
            Vec::new(),
        ),
    };
    let mut structure = json!({
        "status": status,
        "statement_id": statement,
        "code": code,
        "sql_state": sql_state,
        "message": message,
    });
    let mut text = message.clone();
    if !reasons.is_empty() {
        structure["reasons"] = Value::Array(reasons);
    }
    if let Some(would_pass) = would_pass {
        if let Some(advice) = would_pass["advice"].as_str() {
            text = format!("{text}\n{advice}");
        }
        structure["would_pass"] = would_pass;
    }
    tool_result(&text, &structure, true)
}

#[cfg(test)]
mod tests {
    use event::payload::ResultColumn;
    use serde_json::json;

    use super::readable;

    #[test]
    fn cells_are_what_people_read() {
        let column = |data_type: &str, scale| ResultColumn {
            name: "C".to_owned(),
            data_type: data_type.to_owned(),
            nullable: true,
            precision: None,
            scale: Some(scale),
            length: None,
            origin: String::new(),
        };
        let columns = [
            column("FIXED", 0),
            column("fixed", 2),
            column("fixed", 0),
            column("real", 0),
            column("boolean", 0),
            column("date", 0),
            column("timestamp_ntz", 0),
            column("text", 0),
            column("text", 0),
        ];
        let cells = [
            "7",
            "1.50",
            "123456789012345678901",
            "0.1",
            "1",
            "20421",
            "1700000000",
            "x",
            "",
        ];
        let mut row: Vec<Option<String>> = cells.map(|text| Some(text.to_owned())).to_vec();
        row[8] = None;
        assert_eq!(
            readable(&columns, row),
            json!([
                7,
                "1.50",
                "123456789012345678901",
                0.1,
                true,
                "2025-11-29",
                "2023-11-14 22:13:20",
                "x",
                null
            ])
        );
    }
}
