//! What a question about recorded history costs: the auditor's views through the query engine, beside hand-written SQL in DuckDB
//! over the same files, alone and with several auditors at once; what the record takes on disk, what recording it takes, and how soon what was
//! acknowledged is seen. All in one run.
//!
//! Enters: how many statements, a folder for the archive (made if empty), DuckDB's Python. Leaves: a table with the time of both,
//! the ratio, the most memory each took, and which bars were met; fails where the two answer with different numbers of rows. Never here: a
//! question that only one of them is asked.

#![allow(clippy::disallowed_methods, reason = "a bench measures")]

mod at_work;
mod auditors;
mod bars;
#[path = "../engine.rs"]
mod engine;
mod ingest;
mod making;
mod peer;
mod process;
mod question;
#[path = "../recording.rs"]
mod recording;
mod visible;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use archive::Archive;
use journal::memory::Memory;
use query::Engine;
use serde_json::{Value, json};

use bars::{Bars, percentile};
use peer::Peer;
use question::Question;

/// As the binary has it: memory is part of what is measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Partitions of the made-up journal.
const PARTITIONS: u32 = 6;
/// What is to hold, at a million statements.
const RATIO_MAX: f64 = 1.0;
const P95_MAX: f64 = 1.0;
const MEMORY_MB_MAX: f64 = 512.0;
const BYTES_RATIO_MAX: f64 = 1.15;
const INGEST_RATIO_MIN: f64 = 1.0;
const SEEN_P99_MAX: f64 = 2.0;

struct Options {
    statements: u64,
    folder: PathBuf,
    peer: Peer,
    runs: usize,
    auditors: usize,
    rounds: usize,
    /// Statements whose recording is measured; 0 for none.
    ingest: u64,
    /// How often it is looked how soon what was acknowledged is seen; 0 for never.
    looks: usize,
    make: bool,
    verify: bool,
    seal: bool,
    compact: bool,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let options = Options::parse()?;
    let archive = making::open(&options.folder).await?;
    // A process of its own makes it: what that leaves in memory is none of the questions'.
    if options.make {
        return Box::pin(make(&archive, &options)).await;
    }
    let mut bars = Bars::default();
    let journal = Arc::new(Memory::new(PARTITIONS, 1_000_000));
    let engine = engine::engine(archive.clone(), journal).await?;
    let questions = Arc::new(question::questions(options.statements));
    Box::pin(alone(
        &options,
        &archive,
        (&engine, questions.as_slice()),
        &mut bars,
    ))
    .await?;
    let many = (options.auditors, options.rounds);
    let met = Box::pin(auditors::beside(&engine, &questions, many)).await?;
    met.tell(options.auditors, &questions)?;
    bars.most("p95 of auditors at once, s", met.percentile(95.0)?, P95_MAX);
    let peak = met.peak_mb.unwrap_or(f64::NAN);
    bars.most("memory of auditors at once, MB", peak, MEMORY_MB_MAX);
    engine.close().await;
    drop(engine);
    Box::pin(stored(&options, &archive, &mut bars)).await?;
    if options.ingest > 0 {
        println!("\nrecording of {} statements:", options.ingest);
        let measured = ingest::measure(&options.peer, options.ingest, options.runs);
        let (ours, theirs) = Box::pin(measured).await?;
        println!("firn {ours:.0} events a processor's second, duckdb {theirs:.0}");
        bars.least(
            "events recorded, of duckdb's",
            ours / theirs,
            INGEST_RATIO_MIN,
        );
    }
    if options.looks > 0 {
        Box::pin(seen_soon(options.looks, &mut bars)).await?;
    }
    bars.tell();
    Ok(())
}

/// How soon what was acknowledged is seen in SQL.
async fn seen_soon(looks: usize, bars: &mut Bars) -> Result<()> {
    let took = visible::measure(looks).await?;
    let took = |share: f64| percentile(took.iter().copied(), share);
    println!(
        "\nfrom acknowledged to seen, {looks} looks: p50 {:.3} s, p99 {:.3} s, slowest {:.3} s",
        took(50.0)?,
        took(99.0)?,
        took(100.0)?
    );
    bars.most(
        "acknowledged to seen in SQL, p99, s",
        took(99.0)?,
        SEEN_P99_MAX,
    );
    Ok(())
}

impl Options {
    fn parse() -> Result<Self> {
        const USAGE: &str = "usage: questions --statements N --folder ARCHIVE --python PYTHON --peer PEER.PY [--runs N] [--auditors N] [--rounds N] [--ingest N] [--looks N] [--make [--verify] [--unsealed] [--uncompacted]]";
        let mut given: BTreeMap<String, String> = BTreeMap::new();
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = match name.as_str() {
                "--make" | "--verify" | "--unsealed" | "--uncompacted" => String::new(),
                _ => arguments.next().context(USAGE)?,
            };
            given.insert(name, value);
        }
        let needed = |name: &str| given.get(name).context(USAGE);
        let number =
            |name: &str, default: usize| given.get(name).map_or(Ok(default), |text| text.parse());
        let statements = needed("--statements")?.parse::<u64>().context(USAGE)?;
        Ok(Self {
            statements,
            folder: needed("--folder")?.into(),
            peer: Peer {
                python: needed("--python")?.into(),
                script: needed("--peer")?.into(),
            },
            runs: number("--runs", 3).context(USAGE)?,
            auditors: number("--auditors", 8).context(USAGE)?,
            rounds: number("--rounds", 3).context(USAGE)?,
            ingest: number("--ingest", 20_000).context(USAGE)? as u64,
            looks: number("--looks", 300).context(USAGE)?,
            make: given.contains_key("--make"),
            verify: given.contains_key("--verify"),
            seal: !given.contains_key("--unsealed"),
            compact: !given.contains_key("--uncompacted"),
        })
    }
}

fn seconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64()
}

async fn make(archive: &Archive, options: &Options) -> Result<()> {
    if archive.snapshot().await?.next_offsets().is_empty() {
        making::write(archive, options.statements).await?;
    }
    if options.seal {
        making::seal(archive).await?;
    }
    if options.compact {
        making::compact(archive).await?;
    }
    if options.verify {
        making::verify(archive).await?;
    }
    Ok(())
}

/// Every question by itself, beside DuckDB.
async fn alone(
    options: &Options,
    archive: &Archive,
    (engine, questions): (&Engine, &[Question]),
    bars: &mut Bars,
) -> Result<()> {
    let standing = archive.standing().await?;
    let events = standing.iter().filter(|table| table.table == "events");
    let events = events.map(|table| table.rows).sum::<u64>();
    let peers = options
        .peer
        .questions(&options.folder, (questions, events, options.runs))?;
    println!(
        "\n{} statements, {events} events, best of {} runs\n{:<44} {:>9} {:>9} {:>7} {:>9} {:>9} {:>7}",
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
        differ |= !ask(engine, question, (&peer, options.runs), bars).await;
    }
    if differ {
        bail!("firn did not answer a question, or with another number of rows than DuckDB");
    }
    Ok(())
}

/// Asks and prints; false if there is no answer, or the numbers of rows differ.
async fn ask(
    engine: &Engine,
    question: &Question,
    (peer, runs): (&Value, usize),
    bars: &mut Bars,
) -> bool {
    let auditor = question::auditor(0);
    let mut best = Duration::MAX;
    let mut rows = Err("not asked".to_owned());
    process::forget_peak();
    for _ in 0..runs {
        let began = Instant::now();
        let answer = Box::pin(question.ask(engine, &auditor)).await;
        best = best.min(began.elapsed());
        rows = answer.map_err(|error| error.to_string());
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
        process::peak_mb().unwrap_or(f64::NAN),
        peer["mb"].as_f64().unwrap_or(f64::NAN),
    );
    bars.most(question.name, best / theirs, RATIO_MAX);
    match rows {
        Ok(rows) if peer["rows"] != json!(rows) => {
            println!("  DuckDB has {} rows", peer["rows"]);
            false
        }
        Ok(_) => true,
        Err(_) => false,
    }
}

/// Bytes of the record, indexes and sealed tables among them, beside plain Parquet of the same rows.
async fn stored(options: &Options, archive: &Archive, bars: &mut Bars) -> Result<()> {
    let standing = archive.standing().await?;
    let (mut bytes, mut events) = (0, 0);
    println!();
    for table in &standing {
        bytes += table.bytes;
        if table.table == "events" {
            events = table.rows;
        }
        println!(
            "{:<12}{:>8} files{:>12} rows{:>14} bytes",
            table.table, table.files, table.rows, table.bytes
        );
    }
    let plain = options.peer.plain(&options.folder)?;
    let each = |bytes: f64| bytes / events.max(1) as f64;
    println!(
        "{:.1} bytes an event, duckdb's plain zstd-3 Parquet of events and pages {:.1}",
        each(bytes as f64),
        each(plain)
    );
    let ratio = bytes as f64 / plain;
    bars.most("bytes, of plain Parquet's", ratio, BYTES_RATIO_MAX);
    Ok(())
}
