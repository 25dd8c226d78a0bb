//! What a session's files are made of.
//!
//! Enters: a session's frame, entries. Leaves: pieces of JSON, lines of CSV. Never here: when which is written.

use query::render::{CsvError, csv_head as head, csv_rows};
use replayer::timeline::{Entry, Statement};
use serde_json::{Value, json};

use crate::replay::Frame;

/// The columns of a session as CSV.
const COLUMNS: [&str; 20] = [
    "number",
    "time_ns",
    "at_ms",
    "statement_id",
    "text",
    "kinds",
    "reads",
    "writes",
    "verdict",
    "rules",
    "reasons",
    "approval",
    "answered_by",
    "rows",
    "masked_cells",
    "bytes",
    "duration_ms",
    "error_code",
    "error_message",
    "query_id",
];

/// A timeline's JSON up to its first entry.
pub fn json_head(frame: &Frame) -> Result<String, serde_json::Error> {
    Ok(format!(
        "{{\"session\":{},\"head\":{},\"start\":{},\"duration_ns\":{},\"entries\":[",
        serde_json::to_string(&frame.session)?,
        serde_json::to_string(&frame.head)?,
        frame.start.0,
        frame.duration_ns
    ))
}

/// A timeline's JSON after its last entry.
pub fn json_end(frame: &Frame) -> Result<String, serde_json::Error> {
    Ok(format!(
        "],\"totals\":{},\"parts\":{}}}\n",
        serde_json::to_string(&frame.totals)?,
        serde_json::to_string(&frame.parts)?
    ))
}

/// The line of heads.
pub fn csv_head() -> Result<String, CsvError> {
    head(&COLUMNS.map(str::to_owned))
}

/// The statements among `entries`, a line each.
pub fn csv(entries: &[Entry]) -> Result<String, CsvError> {
    let statements = entries.iter().filter_map(|entry| match entry {
        Entry::Statement(statement) => Some(row(statement)),
        Entry::Note(_) => None,
    });
    csv_rows(&statements.collect::<Vec<_>>())
}

fn row(statement: &Statement) -> Vec<Value> {
    let request = statement.request.as_ref();
    let decision = statement.decision.as_ref();
    let approval = statement.approval.as_ref();
    let failure = statement.failure.as_ref();
    let results = &statement.results;
    let list = |texts: Option<&Vec<String>>| texts.map(|texts| texts.join(", "));
    let millis = |ns: i64| json!(ns as f64 / 1e6);
    let joined = |texts: Vec<&str>| texts.join("; ");
    let kinds = request.map(|asked| {
        let kinds = asked.kinds.iter().map(|kind| kind.as_str());
        kinds.collect::<Vec<_>>().join(", ")
    });
    let rules = decision.map(|decision| {
        let rules = decision.reasons.iter().map(|reason| reason.rule.as_str());
        joined(rules.collect())
    });
    let reasons = decision.map(|decision| {
        let reasons = decision.reasons.iter().map(|reason| reason.text.as_str());
        joined(reasons.collect())
    });
    let answered = approval.map(|approval| {
        let people = approval.answers.iter().map(|one| one.by.display.as_str());
        joined(people.collect())
    });
    vec![
        json!(statement.number),
        json!(statement.time),
        millis(statement.at_ns),
        json!(statement.statement),
        json!(request.map(|asked| &asked.text)),
        json!(kinds),
        json!(list(request.map(|asked| &asked.reads))),
        json!(list(request.map(|asked| &asked.writes))),
        json!(decision.map(|decision| decision.verdict.as_str())),
        json!(rules),
        json!(reasons),
        json!(approval.map(|approval| approval.outcome)),
        json!(answered),
        json!(results.iter().map(|one| one.rows).sum::<u64>()),
        json!(results.iter().map(|one| one.masked_cells).sum::<u64>()),
        json!(results.iter().map(|one| one.bytes).sum::<u64>()),
        millis(statement.duration_ns),
        json!(failure.map(|failure| &failure.code)),
        json!(failure.map(|failure| &failure.message)),
        json!(results.iter().find_map(|one| one.query_id.as_ref())),
    ]
}
