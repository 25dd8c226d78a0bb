//! DuckDB beside: what it takes for the same questions, the same rows, the same events.
//!
//! Enters: what is asked, as JSON. Leaves: its answer. Never here: a measure of firn's.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::question::Question;

/// DuckDB's Python and our script for it.
pub struct Peer {
    pub python: PathBuf,
    pub script: PathBuf,
}

impl Peer {
    /// Seconds, megabytes and rows for each question; fails where DuckDB reads other events than the archive has.
    pub fn questions(
        &self,
        archive: &Path,
        (questions, events, runs): (&[Question], u64, usize),
    ) -> Result<Vec<Value>> {
        let sql: Vec<&String> = questions.iter().map(|question| &question.peer).collect();
        let answer = self.ask(&json!({
            "do": "questions", "archive": archive, "runs": runs, "questions": sql,
        }))?;
        if answer["events"] != json!(events) {
            bail!("DuckDB reads {} events of {events}", answer["events"]);
        }
        let answers = answer["answers"].as_array().cloned();
        answers.context("DuckDB's answers are no list")
    }

    /// Bytes of plain Parquet, zstd-3, with the rows of `events` and `pages`.
    pub fn plain(&self, archive: &Path) -> Result<f64> {
        let scratch = tempfile::tempdir()?;
        let answer = self.ask(&json!({
            "do": "plain", "archive": archive, "scratch": scratch.path(),
        }))?;
        answer["bytes"].as_f64().context("DuckDB tells no bytes")
    }

    /// Processor seconds from NDJSON of the archive's events to Parquet, best of `runs`.
    pub fn ingest(&self, archive: &Path, runs: usize) -> Result<f64> {
        let scratch = tempfile::tempdir()?;
        let answer = self.ask(&json!({
            "do": "ingest", "archive": archive, "scratch": scratch.path(), "runs": runs,
        }))?;
        answer["seconds"]
            .as_f64()
            .context("DuckDB tells no seconds")
    }

    fn ask(&self, asked: &Value) -> Result<Value> {
        let mut child = Command::new(&self.python)
            .arg(&self.script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("DuckDB's Python {}", self.python.display()))?;
        let mut stdin = child.stdin.take().context("the peer takes no questions")?;
        stdin.write_all(asked.to_string().as_bytes())?;
        drop(stdin);
        let output = child.wait_with_output()?;
        if !output.status.success() {
            bail!("DuckDB did not answer");
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}
