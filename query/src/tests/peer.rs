//! DuckDB beside, where it is at hand: what it says over an archive's published views.
//!
//! Enters: questions. Leaves: rows, or what DuckDB has against a question. Never here: anything of firn's but the files of the archive.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};

/// Rows, a value a column, or what is wrong.
pub(super) type Answered = Result<Vec<Vec<Value>>, String>;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Told {
    Rows(Vec<Vec<Value>>),
    Error(String),
}

/// None, and it says so, where DuckDB with its Delta extension is not at hand.
pub(super) fn python() -> Option<PathBuf> {
    let installed = std::env::var_os("FIRN_DEV_DIR")
        .map(|dev| Path::new(&dev).join("duckdb/bin/python"))
        .filter(|python| python.is_file());
    if installed.is_none() {
        eprintln!("skipped: no DuckDB in $FIRN_DEV_DIR, see tests/provision.sh");
    }
    installed
}

/// What it says to each question over the archive in a folder.
pub(super) fn answers(python: &Path, archive: &Path, questions: &[&str]) -> Vec<Answered> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new(python)
        .arg(here.join("src/tests/peer.py"))
        .arg(here.join("../deploy/open-table/views.sql"))
        .arg(archive)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(json!(questions).to_string().as_bytes())
        .unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "DuckDB did not answer");
    let told: Vec<Told> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told.len(), questions.len(), "DuckDB did not answer each");
    let answered = told.into_iter().map(|told| match told {
        Told::Rows(rows) => Ok(rows),
        Told::Error(error) => Err(error),
    });
    answered.collect()
}
