//! What a commit costs after many small ones, as a quiet gateway makes them, with sealing and compaction at work as in a recorder.
//!
//! Enters: how many commits, how many events each, a folder. Leaves: the time of the hundredth and of the last, their ratio; files, bytes
//! an event, beside those of the same events in large commits, and what compaction wrote for each byte written; what questions cost of both. Fails
//! where the last took more than 1.5 times the hundredth, where small commits left more than 1.1 times the bytes, or where the two do not answer
//! alike. Never here: a commit that is not durable.

#![allow(clippy::disallowed_methods, reason = "a bench measures")]

mod compared;
mod engine;
#[path = "questions/question.rs"]
#[allow(dead_code, reason = "DuckDB is asked by another bench")]
mod question;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use archive::compaction::Compacted;
use archive::sealed::Pace;
use archive::{Archive, ArchiveConfig, Batch};
use event::{TimeNs, encode, event_hash};
use journal::Partition;

/// Partitions of the made-up journal.
const PARTITIONS: u32 = 6;
/// Commits between two looks of the sealer and the compactor: each minute, where six partitions commit every 5 seconds.
const UPKEEP: usize = 72;
/// Commits around the hundredth, and the last, that are measured together.
const AROUND: usize = 20;
const MOST: f64 = 1.5;
/// Bytes of what was small, to those of what never was.
const BYTES_MOST: f64 = 1.1;
/// Time of questions about what was small and is compacted, to that about what never was small.
const QUERIES_MOST: f64 = 1.2;
/// Events a statement, about.
const EVENTS_A_STATEMENT: u64 = 7;
/// Events of a commit that is not small.
const LARGE: usize = 8_192;

struct Options {
    commits: usize,
    events: usize,
    folder: PathBuf,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let options = Options::parse()?;
    let archive = open(&options.folder.join("small")).await?;
    let mut run = Run::default();
    let mut batches: BTreeMap<Partition, Batch> = BTreeMap::new();
    for (position, event) in history::grown(statements(&options), 1, PARTITIONS) {
        let batch = batches
            .entry(position.partition)
            .or_insert_with(|| Batch::new(position.partition, position.offset.0));
        let hash = event_hash(&encode(&event)?);
        batch.push(position.offset.0, event, hash);
        if batch.events() < options.events {
            continue;
        }
        let began = Instant::now();
        archive.commit(batch).await?;
        run.took.push(began.elapsed());
        run.events += batch.events() as u64;
        *batch = Batch::new(position.partition, position.offset.0 + 1);
        if run.took.len() % UPKEEP == 0 {
            run.upkeep(&archive).await?;
        }
        if run.took.len() >= options.commits {
            break;
        }
    }
    run.upkeep(&archive).await?;
    let bytes = run.tell(&archive).await?;
    // What is in no commit yet is in no archive.
    let ends = batches
        .iter()
        .map(|(partition, batch)| (*partition, batch.first()));
    let ends: BTreeMap<Partition, u64> = ends.collect();
    let (never_small, large) = Box::pin(never_small(&options, &ends, run.events)).await?;
    let ratio = bytes as f64 / large as f64;
    println!("{bytes} bytes, {ratio:.3} times those of the same events in large commits\n");
    let statements = run.events / EVENTS_A_STATEMENT;
    let slower = Box::pin(compared::compare((archive, never_small), statements)).await?;
    let met = if slower <= QUERIES_MOST {
        "met"
    } else {
        "MISSED"
    };
    println!("{met}: questions take {slower:.2} times as long, at most {QUERIES_MOST:.2}");
    if ratio > BYTES_MOST {
        bail!("small commits left more than {BYTES_MOST} times the bytes");
    }
    Ok(())
}

async fn open(folder: &Path) -> Result<Archive> {
    let config = ArchiveConfig {
        url: folder.display().to_string(),
        options: BTreeMap::new(),
        object_lock: None,
    };
    Ok(Archive::open(&config).await?)
}

/// The same events, those before `ends`, committed many at once, and their bytes.
async fn never_small(
    options: &Options,
    ends: &BTreeMap<Partition, u64>,
    events: u64,
) -> Result<(Archive, u64)> {
    let archive = open(&options.folder.join("large")).await?;
    let mut run = Run::default();
    let mut batches: BTreeMap<Partition, Batch> = BTreeMap::new();
    let all = history::grown(statements(options), 1, PARTITIONS).filter(|(position, _)| {
        let end = ends.get(&position.partition);
        end.is_some_and(|end| position.offset.0 < *end)
    });
    for (position, event) in all.take(usize::try_from(events)?) {
        let batch = batches
            .entry(position.partition)
            .or_insert_with(|| Batch::new(position.partition, position.offset.0));
        let hash = event_hash(&encode(&event)?);
        batch.push(position.offset.0, event, hash);
        if batch.events() >= LARGE {
            archive.commit(batch).await?;
            *batch = Batch::new(position.partition, position.offset.0 + 1);
        }
    }
    for batch in batches.values().filter(|batch| !batch.is_empty()) {
        archive.commit(batch).await?;
    }
    run.upkeep(&archive).await?;
    let standing = archive.standing().await?;
    let bytes = standing.iter().map(|table| table.bytes).sum();
    Ok((archive, bytes))
}

/// Seven events a statement: enough for all commits, whatever falls on control.
const fn statements(options: &Options) -> u64 {
    (options.commits * options.events / 6) as u64
}

impl Options {
    fn parse() -> Result<Self> {
        const USAGE: &str = "usage: commits --folder ARCHIVE [--commits N] [--events N]";
        let mut given: BTreeMap<String, String> = BTreeMap::new();
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            given.insert(name, arguments.next().context(USAGE)?);
        }
        let number =
            |name: &str, default: usize| given.get(name).map_or(Ok(default), |text| text.parse());
        Ok(Self {
            commits: number("--commits", 20_000).context(USAGE)?,
            events: number("--events", 200).context(USAGE)?,
            folder: given.get("--folder").context(USAGE)?.into(),
        })
    }
}

#[derive(Default)]
struct Run {
    took: Vec<Duration>,
    events: u64,
    written_again: u64,
    upkeep: Duration,
}

impl Run {
    /// What a recorder does beside.
    async fn upkeep(&mut self, archive: &Archive) -> Result<()> {
        let began = Instant::now();
        let pace = Pace::default();
        while archive.seal(TimeNs(0), pace).await?.is_some() {}
        for due in archive.compactions(None).await? {
            if let Compacted::File(bytes) = archive.compact(&due, TimeNs(0)).await? {
                self.written_again += bytes;
            }
        }
        self.upkeep += began.elapsed();
        Ok(())
    }

    /// Bytes of all tables.
    async fn tell(&self, archive: &Archive) -> Result<u64> {
        let mean = |took: &[Duration]| {
            took.iter().sum::<Duration>().as_secs_f64() * 1e3 / took.len().max(1) as f64
        };
        let last = self.took.len().saturating_sub(AROUND);
        let early = self.took.get(100 - AROUND / 2..100 + AROUND / 2);
        let early = mean(early.context("more than a hundred commits are needed")?);
        let late = mean(self.took.get(last..).unwrap_or_default());
        let commits: Duration = self.took.iter().sum();
        println!(
            "{} commits in {:.1} s: the hundredth took {early:.2} ms, the last {late:.2} ms, {:.2} times; sealing and compaction beside {:.1} s",
            self.took.len(),
            commits.as_secs_f64(),
            late / early,
            self.upkeep.as_secs_f64(),
        );
        let mut bytes = 0;
        for table in archive.standing().await? {
            bytes += table.bytes;
            println!(
                "{:<12}{:>8} files{:>12} rows{:>14} bytes",
                table.table, table.files, table.rows, table.bytes
            );
        }
        println!(
            "{:.0} bytes an event; compaction wrote {:.1} MB",
            bytes as f64 / self.events.max(1) as f64,
            self.written_again as f64 / 1e6
        );
        if late > early * MOST {
            bail!("the last commit took more than {MOST} times the hundredth");
        }
        Ok(bytes)
    }
}
