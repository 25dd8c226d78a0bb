//! Makes the archive that is asked: a history as long as wanted, recorded, sealed and compacted as recorders would.
//!
//! Enters: a folder. Leaves: an archive in it, and how long each step took. Never here: a question; an object of a replaced file, which DuckDB
//! would read beside the one that replaced it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use archive::compaction::Compacted;
use archive::sealed::Pace;
use archive::{Archive, ArchiveConfig};
use event::TimeNs;
use journal::clock::{Clock as _, SystemClock};

use crate::recording::record;
use crate::{PARTITIONS, process, seconds};

/// A replaced file may go at once: nobody reads it.
const SECOND_NS: i64 = 1_000_000_000;

/// The archive in `folder`.
pub async fn open(folder: &Path) -> Result<Archive> {
    let config = ArchiveConfig {
        url: folder.display().to_string(),
        options: BTreeMap::new(),
        object_lock: None,
    };
    Ok(Archive::open(&config).await?)
}

/// Archives the history as a recorder would: partition by partition, so many events a commit.
pub async fn write(archive: &Archive, statements: u64) -> Result<()> {
    let began = Instant::now();
    let events = record(archive, history::grown(statements, 1, PARTITIONS)).await?;
    println!("wrote {events} events in {:.1} s", seconds(began));
    Ok(())
}

/// Seals as a recorder would.
pub async fn seal(archive: &Archive) -> Result<()> {
    let began = Instant::now();
    let (mut steps, mut statements) = (0, 0);
    while let Some(step) = archive.seal(SystemClock.now(), Pace::default()).await? {
        steps += 1;
        statements += step.statements;
    }
    println!(
        "sealed {statements} rows in {steps} steps, {:.1} s",
        seconds(began)
    );
    Ok(())
}

/// Compacts as recorders would, and deletes what was replaced.
pub async fn compact(archive: &Archive) -> Result<()> {
    let began = Instant::now();
    let (mut files, mut made, mut bytes) = (0, 0, 0);
    loop {
        let due = archive.compactions(None).await?;
        let mut changed = false;
        for due in &due {
            // The time of now: a checkpoint of the log forgets removals of long ago, and what is forgotten is never deleted.
            let (replaced, size) = match archive.compact(due, SystemClock.now()).await? {
                Compacted::File(size) => (due.files(), size),
                Compacted::Part { files, bytes } => (files, bytes),
                // It is not due again.
                Compacted::TooLarge => (0, 0),
                Compacted::AnotherWasFirst | Compacted::Newer => continue,
            };
            changed = true;
            files += replaced;
            made += usize::from(replaced > 0);
            bytes += size;
        }
        if !changed {
            break;
        }
    }
    println!(
        "compacted {files} files into {made} of {:.1} MB, {:.1} s",
        bytes as f64 / 1e6,
        seconds(began)
    );
    let now = SystemClock.now();
    archive
        .vacuum(TimeNs(0), TimeNs(now.0 + SECOND_NS), now)
        .await?;
    Ok(())
}

/// Verifies all of it.
pub async fn verify(archive: &Archive) -> Result<()> {
    let (began, cpu) = (Instant::now(), process::cpu_seconds()?);
    let report = Box::pin(archive::verify::verify(archive, None)).await?;
    let cpu = process::cpu_seconds()? - cpu;
    println!(
        "verify: {:.1} s, {:.0} events a processor's second, sound: {}",
        seconds(began),
        report.events as f64 / cpu,
        report.integrity && report.completeness
    );
    Ok(())
}
