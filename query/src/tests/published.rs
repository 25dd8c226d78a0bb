//! The views published as SQL for other engines show what firn's own do, read by DuckDB.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use archive::sealed::Pace;
use event::TimeNs;
use serde_json::{Value, json};

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

/// None, and it says so, where DuckDB with its Delta extension is not at hand.
fn python() -> Option<PathBuf> {
    let installed = std::env::var_os("FIRN_DEV_DIR")
        .map(|dev| Path::new(&dev).join("duckdb/bin/python"))
        .filter(|python| python.is_file());
    if installed.is_none() {
        eprintln!("skipped: no DuckDB in $FIRN_DEV_DIR, see tests/provision.sh");
    }
    installed
}

/// DuckDB's rows for each question.
fn theirs(python: &Path, archive: &Path) -> Vec<Vec<Vec<Value>>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new(python)
        .arg(here.join("src/tests/published.py"))
        .arg(here.join("../deploy/open-table/views.sql"))
        .arg(archive)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(json!(QUESTIONS).to_string().as_bytes())
        .unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "DuckDB did not answer");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn sorted(rows: Vec<Vec<Value>>) -> Vec<String> {
    let mut rows: Vec<String> = rows.iter().map(|row| json!(row).to_string()).collect();
    rows.sort();
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn published_views_show_what_ours_do() {
    let Some(python) = python() else { return };
    let world = World::with(|_, length| length).await;
    // In steps, so that rows of before lie beside those that replaced them.
    let pace = Pace {
        events: 20,
        merges: false,
    };
    while world.archive.seal(TimeNs(0), pace).await.unwrap().is_some() {}
    let theirs = theirs(&python, world.folder.path());
    for (sql, theirs) in QUESTIONS.into_iter().zip(theirs) {
        let answer = world.engine.query(&auditor(), &Query::new(sql)).await;
        let ours = answer.unwrap().rows().unwrap().rows;
        assert!(!ours.is_empty(), "{sql}");
        assert_eq!(sorted(ours), sorted(theirs), "{sql}");
    }
}
