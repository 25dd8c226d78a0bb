//! The views published as SQL for other engines show what firn's own do, read by DuckDB.

use archive::sealed::Pace;
use event::TimeNs;
use serde_json::{Value, json};

use super::peer;
use super::world::{World, auditor};
use crate::Query;

/// One for each view; columns that both write alike.
const QUESTIONS: [&str; 5] = [
    "select session_id, statement_id, principal, text, kinds, verdict, outcome, reasons, approval, approvers, rows, masked_cells, tables, flags, \
     error_code, agent, connection from statements",
    "select session_id, principal, agent, state, close_reason, statements, denied, held, masked, failed, rows, bytes, masked_cells, first_text, \
     events, principal_subject from sessions",
    "select session_id, statement_id, principal, table_name, column_name, usage, verdict, outcome, rows from accesses",
    "select session_id, statement_id, principal, text, outcome, quorum, reasons, approvers, deniers, notes, binding, statement_outcome from approvals",
    "select session_id, statement_id, principal, column_name, masked_by, cells, operator, sources, ordinal, result from masks",
];

fn sorted(rows: Vec<Vec<Value>>) -> Vec<String> {
    let mut rows: Vec<String> = rows.iter().map(|row| json!(row).to_string()).collect();
    rows.sort();
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn published_views_show_what_ours_do() {
    let Some(python) = peer::python() else {
        return;
    };
    let world = World::with(|_, length| length).await;
    // In steps, so that rows of before lie beside those that replaced them.
    let pace = Pace {
        events: 20,
        merges: false,
    };
    while world.archive.seal(TimeNs(0), pace).await.unwrap().is_some() {}
    let theirs = peer::answers(&python, world.folder.path(), &QUESTIONS);
    for (sql, theirs) in QUESTIONS.into_iter().zip(theirs) {
        let answer = world.engine.query(&auditor(), &Query::new(sql)).await;
        let ours = answer.unwrap().rows().unwrap().rows;
        assert!(!ours.is_empty(), "{sql}");
        assert_eq!(sorted(ours), sorted(theirs.unwrap()), "{sql}");
    }
}
