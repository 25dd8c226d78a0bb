//! The questions of `slt/`, over what version 1 recorded and over a made-up history: firn answers what the files say, however much of
//! the history is archived and sealed, and so does DuckDB where it is at hand.
//!
//! What the files say is DuckDB's answer, which `slt/write.sh` writes down. Never here: a file that has firn's.

mod script;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use archive::sealed::Pace;
use archive::{Archive, ArchiveConfig, Batch};
use event::{Event, TimeNs, decode, encode, event_hash};
use futures::StreamExt as _;
use journal::clock::ManualClock;
use journal::embedded::{Embedded, EmbeddedConfig};
use journal::memory::Memory;
use journal::{Journal, Offset, Partition, Position, Topic};
use tempfile::TempDir;

use self::script::{Block, Side, parse, text};
use super::peer;
use super::world::{auditor, engine, record};
use crate::limits::ROWS_MAX;
use crate::{Config, Query};

/// When it is asked: 2027-01-15T08:00:00Z, after all that is told and asked of.
const ASKED: TimeNs = TimeNs(1_800_000_000_000_000_000);
/// Statements of the made-up history; the files were written over as many.
const STATEMENTS: u64 = 300;
/// Event partitions of its journal.
const PARTITIONS: u32 = 6;
/// Event partitions of version 1's.
const PARTITIONS_1: u32 = 2;
/// Questions that a folder has at least: one that is not found asks none.
const QUESTIONS_LEAST: usize = 30;

/// The files of a folder below `slt/`.
fn scripts(folder: &str) -> BTreeMap<PathBuf, Vec<Block>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/slt");
    let entries = std::fs::read_dir(here.join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            let blocks = parse(&std::fs::read_to_string(&path).unwrap());
            (path, blocks)
        })
        .collect()
}

/// Asks firn what `folder` has for it.
async fn firn_answers(folder: &str, archive: &Archive, journal: Memory) {
    let clock = Arc::new(ManualClock::at(ASKED));
    let engine = engine(archive, Arc::new(journal), (clock, Config::default(), None)).await;
    let mut wrong = Vec::new();
    let mut asked = 0;
    for (path, blocks) in scripts(folder) {
        for block in blocks.iter().filter(|block| block.is_for(Side::Firn)) {
            let query = Query {
                sql: block.sql.clone(),
                limit: Some(ROWS_MAX),
            };
            let answer = engine.query(&auditor(), &query).await;
            let answer = answer
                .map(|answer| answer.rows().unwrap().rows)
                .map_err(|error| error.to_string());
            wrong.extend(differing(&path, block, &answer));
            asked += 1;
        }
    }
    engine.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(asked >= QUESTIONS_LEAST, "{asked} questions");
}

fn differing(path: &Path, block: &Block, answer: &peer::Answered) -> Option<String> {
    let wrong = block.wrong(answer)?;
    Some(format!("{}: {}\n{wrong}", path.display(), block.sql))
}

/// Asks DuckDB what `folder` has for it, and writes its answers down if `FIRN_WRITE_SLT` is set.
fn duckdb_answers(folder: &str, archive: &Path) {
    let writes = std::env::var_os("FIRN_WRITE_SLT").is_some();
    let Some(python) = peer::python() else {
        assert!(!writes, "there is no DuckDB that answers");
        return;
    };
    let mut scripts = scripts(folder);
    let is_asked = |block: &&Block| block.is_for(Side::DuckDb);
    let asked = scripts.values().flatten().filter(is_asked);
    let asked: Vec<&str> = asked.map(|block| block.sql.as_str()).collect();
    assert!(asked.len() >= QUESTIONS_LEAST, "{} questions", asked.len());
    let mut answers = peer::answers(&python, archive, &asked).into_iter();
    let mut wrong = Vec::new();
    for (path, blocks) in &mut scripts {
        for block in blocks.iter_mut().filter(|block| block.is_for(Side::DuckDb)) {
            let answer = answers.next().unwrap();
            if let (true, Ok(rows)) = (writes, &answer) {
                block.set_rows(block.lines(rows));
            }
            wrong.extend(differing(path, block, &answer));
        }
        if writes {
            share(blocks);
            std::fs::write(path, text(blocks)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Rows that DuckDB gave, by their label.
fn labelled(blocks: &[Block]) -> BTreeMap<String, Vec<String>> {
    let theirs = blocks.iter().filter(|block| block.is_for(Side::DuckDb));
    let theirs =
        theirs.filter_map(|block| Some((block.label()?.to_owned(), block.rows().to_vec())));
    theirs.collect()
}

/// Gives what is asked of firn alone the rows of DuckDB's question of the same label.
fn share(blocks: &mut [Block]) {
    let theirs = labelled(blocks);
    for block in blocks
        .iter_mut()
        .filter(|block| !block.is_for(Side::DuckDb))
    {
        if let Some(rows) = block.label().and_then(|label| theirs.get(label)) {
            block.set_rows(rows.clone());
        }
    }
}

async fn seal(archive: &Archive) {
    // In steps, so that rows of before lie beside those that replaced them.
    let pace = Pace {
        events: 40,
        merges: false,
    };
    while archive.seal(TimeNs(0), pace).await.unwrap().is_some() {}
}

async fn opened(folder: &Path) -> Archive {
    let config = ArchiveConfig {
        url: folder.display().to_string(),
        options: BTreeMap::new(),
        object_lock: None,
    };
    Archive::open(&config).await.unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// What version 1 recorded, all of its journal in the archive.
async fn version_1(folder: &Path) -> Archive {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/v1");
    for part in ["archive", "journal"] {
        copy(&fixture.join(part), &folder.join(part));
    }
    let archive = opened(&folder.join("archive")).await;
    let config = EmbeddedConfig {
        events_partitions: PARTITIONS_1,
        ..EmbeddedConfig::default()
    };
    let clock = Arc::new(ManualClock::at(ASKED));
    let journal = Embedded::open(&folder.join("journal"), config, clock).unwrap();
    for topic in Topic::ALL {
        for partition in journal.partitions(topic).await.unwrap() {
            let from = archive.position(partition).await.unwrap();
            let end = journal.bounds(partition).await.unwrap().end;
            let mut batch = Batch::new(partition, from);
            let records = journal.subscribe(partition, Offset(from)).await.unwrap();
            let mut records = records.take(usize::try_from(end - from).unwrap());
            while let Some(record) = records.next().await {
                let record = record.unwrap();
                let event = decode(&record.value).unwrap();
                batch.push(record.position.offset.0, event, event_hash(&record.value));
            }
            if !batch.is_empty() {
                archive.commit(&batch).await.unwrap();
            }
        }
    }
    journal.close().await;
    archive
}

#[tokio::test(flavor = "multi_thread")]
async fn what_version_1_recorded_is_answered_as_duckdb_answers() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Box::pin(version_1(folder.path())).await;
    let journal = || Memory::new(PARTITIONS_1, 1_000_000);
    let unsealed = archive.unsealed().await.unwrap();
    assert!(unsealed > 0, "something seals what is asked unsealed");
    if std::env::var_os("FIRN_WRITE_SLT").is_none() {
        Box::pin(firn_answers("v1", &archive, journal())).await;
    }
    seal(&archive).await;
    duckdb_answers("v1", &folder.path().join("archive"));
    Box::pin(firn_answers("v1", &archive, journal())).await;
}

/// The made-up history, so many hundredths of each partition in the archive.
async fn archived(history: &[(Position, Event)], share: u64) -> (TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = opened(folder.path()).await;
    let mut lanes: BTreeMap<Partition, Vec<&(Position, Event)>> = BTreeMap::new();
    for told in history {
        lanes.entry(told.0.partition).or_default().push(told);
    }
    for (partition, lane) in lanes {
        let mut batch = Batch::new(partition, 0);
        let most = lane.len() as u64 * share / 100;
        for (position, event) in lane.into_iter().take(usize::try_from(most).unwrap()) {
            let hash = event_hash(&encode(event).unwrap());
            batch.push(position.offset.0, event.clone(), hash);
        }
        if !batch.is_empty() {
            archive.commit(&batch).await.unwrap();
        }
    }
    (folder, archive)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_history_is_answered_as_duckdb_answers() {
    let history: Vec<_> = history::grown(STATEMENTS, 1, PARTITIONS).collect();
    for share in [100, 50, 0] {
        let (folder, archive) = archived(&history, share).await;
        seal(&archive).await;
        let journal = Memory::new(PARTITIONS, 1_000_000);
        for (position, event) in &history {
            let appended = journal.append(position.partition.topic, record(event));
            assert_eq!(appended.await.unwrap(), *position);
        }
        if share == 100 {
            duckdb_answers("grown", folder.path());
        }
        Box::pin(firn_answers("grown", &archive, journal)).await;
    }
}

#[test]
fn what_is_asked_in_other_words_has_duckdbs_rows() {
    let mut shared = 0;
    for (path, blocks) in ["v1", "grown"].into_iter().flat_map(scripts) {
        let whole = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text(&blocks), whole, "{}", path.display());
        let theirs = labelled(&blocks);
        for block in blocks.iter().filter(|block| !block.is_for(Side::DuckDb)) {
            let Some(label) = block.label() else { continue };
            assert_eq!(
                Some(block.rows()),
                theirs.get(label).map(Vec::as_slice),
                "{label}"
            );
            shared += 1;
        }
    }
    assert!(shared > 5, "{shared} questions in other words");
}
