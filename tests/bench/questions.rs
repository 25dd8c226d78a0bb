//! What a question about recorded history costs: the auditor's views through the query engine, beside hand-written SQL in DuckDB
//! over the same files, in one run.
//!
//! Enters: how many statements, a folder for the archive (made if empty), DuckDB's Python. Leaves: a table with the time of both,
//! the ratio, and the most memory each took; fails where the two answer with different numbers of rows. Never here: a question
//! that only one of them is asked.

#![allow(clippy::disallowed_methods, reason = "a bench measures")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use archive::compaction::Compacted;
use archive::sealed::Pace;
use archive::{Archive, ArchiveConfig, Batch};
use event::payload::ProducerRole;
use event::{Principal, TimeNs, encode, event_hash};
use journal::clock::SystemClock;
use journal::emit::{Emitter, EmitterConfig};
use journal::memory::Memory;
use journal::{Journal, Partition};
use query::{Auditor, Config, Deps, Engine, Query, Sees, SessionFilter};
use serde_json::{Value, json};

/// Partitions of the made-up journal.
const PARTITIONS: u32 = 6;
/// Events of a partition in one commit.
const COMMIT_EVENTS: usize = 8_192;
/// The first event's time: 2026-03-01T12:00:00Z.
const BEGINS_S: i64 = 1_772_366_400;
/// One statement each 2.6 seconds.
const STATEMENT_S: f64 = 2.6;

struct Options {
    statements: u64,
    folder: PathBuf,
    python: PathBuf,
    peer: PathBuf,
    runs: usize,
    verify: bool,
    seal: bool,
    compact: bool,
}

enum Ask {
    Sql(String),
    Sessions(Box<SessionFilter>),
}

struct Question {
    name: &'static str,
    ask: Ask,
    /// The same in DuckDB's SQL over `ev`, the Parquet files of `events`.
    peer: String,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let options = Options::parse()?;
    let archive = Archive::open(&ArchiveConfig {
        url: options.folder.display().to_string(),
        options: BTreeMap::new(),
    })
    .await?;
    if archive.snapshot().await?.next_offsets().is_empty() {
        write(&archive, options.statements).await?;
    }
    if options.seal {
        seal(&archive).await?;
    }
    if options.compact {
        compact(&archive).await?;
    }
    if options.verify {
        let began = Instant::now();
        let report = archive::verify::verify(&archive, None).await?;
        println!(
            "verify: {:.1} s, {:.0} events a second, sound: {}",
            seconds(began),
            report.events as f64 / seconds(began),
            report.integrity && report.completeness
        );
    }
    let engine = engine(archive).await?;
    let questions = questions(options.statements);
    let peers = peers(&options, &questions)?;
    println!(
        "\n{} statements, best of {} runs\n{:<44} {:>9} {:>9} {:>7} {:>9} {:>9} {:>7}",
        options.statements,
        options.runs,
        "question",
        "firn s",
        "duckdb s",
        "ratio",
        "firn MB",
        "duckdb MB",
        "rows"
    );
    let mut differ = false;
    for (question, peer) in questions.iter().zip(peers) {
        differ |= !ask(&engine, question, &peer, options.runs).await;
    }
    if differ {
        bail!("firn and DuckDB answered a question with different numbers of rows");
    }
    Ok(())
}

impl Options {
    fn parse() -> Result<Self> {
        const USAGE: &str = "usage: questions --statements N --folder ARCHIVE --python PYTHON --peer QUESTIONS.PY [--runs N] [--verify] [--unsealed] [--uncompacted]";
        let mut given: BTreeMap<String, String> = BTreeMap::new();
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = match name.as_str() {
                "--verify" | "--unsealed" | "--uncompacted" => String::new(),
                _ => arguments.next().context(USAGE)?,
            };
            given.insert(name, value);
        }
        let needed = |name: &str| given.get(name).context(USAGE);
        Ok(Self {
            statements: needed("--statements")?.parse().context(USAGE)?,
            folder: needed("--folder")?.into(),
            python: needed("--python")?.into(),
            peer: needed("--peer")?.into(),
            runs: given.get("--runs").map_or(Ok(3), |runs| runs.parse())?,
            verify: given.contains_key("--verify"),
            seal: !given.contains_key("--unsealed"),
            compact: !given.contains_key("--uncompacted"),
        })
    }
}

fn seconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64()
}

/// Archives the history as a recorder would: partition by partition, so many events a commit.
async fn write(archive: &Archive, statements: u64) -> Result<()> {
    let began = Instant::now();
    let mut batches: BTreeMap<Partition, Batch> = BTreeMap::new();
    let mut events = 0_u64;
    for (position, event) in history::grown(statements, 1, PARTITIONS) {
        let batch = batches
            .entry(position.partition)
            .or_insert_with(|| Batch::new(position.partition, position.offset.0));
        let hash = event_hash(&encode(&event)?);
        batch.push(position.offset.0, event, hash);
        events += 1;
        if batch.events() >= COMMIT_EVENTS {
            archive.commit(batch).await?;
            *batch = Batch::new(position.partition, position.offset.0 + 1);
        }
    }
    for batch in batches.values().filter(|batch| !batch.is_empty()) {
        archive.commit(batch).await?;
    }
    println!("wrote {events} events in {:.1} s", seconds(began));
    Ok(())
}

/// Seals as a recorder would.
async fn seal(archive: &Archive) -> Result<()> {
    let began = Instant::now();
    let (mut steps, mut statements) = (0, 0);
    while let Some(step) = archive.seal(TimeNs(0), Pace::default()).await? {
        steps += 1;
        statements += step.statements;
    }
    println!(
        "sealed {statements} rows in {steps} steps, {:.1} s",
        seconds(began)
    );
    Ok(())
}

/// Compacts as recorders would.
async fn compact(archive: &Archive) -> Result<()> {
    let began = Instant::now();
    let (mut files, mut made, mut bytes) = (0, 0, 0);
    loop {
        let due = archive.compactions(None).await?;
        for due in &due {
            if let Compacted::File(size) = archive.compact(due, TimeNs(0)).await? {
                files += due.files();
                made += 1;
                bytes += size;
            }
        }
        if due.is_empty() {
            break;
        }
    }
    println!(
        "compacted {files} files into {made} of {:.1} MB, {:.1} s",
        bytes as f64 / 1e6,
        seconds(began)
    );
    // What was replaced goes: DuckDB reads the folder's files, whatever the log says of them.
    let (all, none) = (TimeNs(1_000_000), TimeNs(0));
    archive.vacuum(none, all, none).await?;
    Ok(())
}

async fn engine(archive: Archive) -> Result<Engine> {
    let journal: Arc<dyn Journal> = Arc::new(Memory::new(PARTITIONS, 1_000_000));
    let clock = Arc::new(SystemClock);
    let emitter = Emitter::start(
        Arc::clone(&journal),
        clock.clone(),
        EmitterConfig::new(ProducerRole::Query),
    )
    .await?;
    let deps = Deps {
        archive: Arc::new(archive),
        journal,
        emitter,
        clock,
        exports: None,
        finder: None,
    };
    // Long enough for the slowest build to answer at all.
    let config = Config {
        timeout_ms: 600_000,
        ..Config::default()
    };
    Ok(Engine::open(deps, config).await?)
}

fn moment(second: i64) -> String {
    let time = chrono::DateTime::from_timestamp(second, 0).unwrap_or_default();
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn questions(statements: u64) -> Vec<Question> {
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
        limit: Some(100_000),
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

/// DuckDB's seconds, megabytes and rows for each question.
fn peers(options: &Options, questions: &[Question]) -> Result<Vec<Value>> {
    let asked = json!({
        "files": options.folder.join("events/**/*.parquet"),
        "runs": options.runs,
        "questions": questions.iter().map(|question| &question.peer).collect::<Vec<_>>(),
    });
    let mut child = Command::new(&options.python)
        .arg(&options.peer)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("DuckDB's Python {}", options.python.display()))?;
    let mut stdin = child.stdin.take().context("the peer takes no questions")?;
    stdin.write_all(asked.to_string().as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("DuckDB did not answer");
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Asks and prints; false if the numbers of rows differ.
async fn ask(engine: &Engine, question: &Question, peer: &Value, runs: usize) -> bool {
    let auditor = auditor();
    let mut best = Duration::MAX;
    let mut rows = Err("not asked".to_owned());
    forget_peak();
    for _ in 0..runs {
        let began = Instant::now();
        let answer = match &question.ask {
            Ask::Sql(sql) => {
                let limit = Some(100_000);
                let sql = sql.clone();
                engine.query(&auditor, &Query { sql, limit }).await
            }
            Ask::Sessions(filter) => engine.sessions(&auditor, filter).await,
        };
        best = best.min(began.elapsed());
        rows = answer
            .map(|answer| answer.row_count() as u64)
            .map_err(|error| error.to_string());
        if rows.is_err() {
            break;
        }
    }
    let theirs = peer["seconds"].as_f64().unwrap_or(f64::NAN);
    let best = best.as_secs_f64();
    let told = match &rows {
        Ok(rows) => rows.to_string(),
        Err(error) => format!("fails: {error}"),
    };
    println!(
        "{:<44} {best:>9.3} {theirs:>9.3} {:>6.1}x {:>9.0} {:>9.0} {told:>7}",
        question.name,
        best / theirs,
        peak_mb(Path::new("/proc/self/status")).unwrap_or(f64::NAN),
        peer["mb"].as_f64().unwrap_or(f64::NAN),
    );
    match rows {
        Ok(rows) if peer["rows"] != json!(rows) => {
            println!("  DuckDB has {} rows", peer["rows"]);
            false
        }
        _ => true,
    }
}

fn auditor() -> Auditor {
    Auditor {
        principal: Principal {
            issuer: "https://id.example".to_owned(),
            subject: "alma@example.com".to_owned(),
            display: "alma".to_owned(),
            groups: Vec::new(),
            agent: None,
        },
        source: None,
        sees: Sees::All,
    }
}

/// Begins to measure the most memory anew (Linux; elsewhere it is the process's own).
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn peak_mb(status: &Path) -> Option<f64> {
    let status = std::fs::read_to_string(status).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1_024.0)
}
