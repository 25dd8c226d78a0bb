//! What recording costs: a journal's events into an archive by a recorder, sealed and compacted, beside DuckDB from NDJSON to Parquet.
//!
//! Enters: how many statements. Leaves: events for each processor's second of both. Never here: what making up the events costs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use event::encode;
use journal::memory::Memory;
use journal::{Journal as _, Record};

use crate::at_work::AtWork;
use crate::peer::Peer;
use crate::{PARTITIONS, making, process};

/// How often it is asked whether all is recorded.
const LOOKED_EVERY: Duration = Duration::from_millis(50);

/// Events for each processor's second: a recorder's, and DuckDB's.
pub async fn measure(peer: &Peer, statements: u64, runs: usize) -> Result<(f64, f64)> {
    let scratch = tempfile::tempdir()?;
    let folder = scratch.path().join("archive");
    let journal = Memory::new(PARTITIONS, usize::MAX);
    let mut events = 0_u64;
    for (position, event) in history::grown(statements, 1, PARTITIONS) {
        let record = Record {
            key: event.key(),
            headers: Vec::new(),
            value: encode(&event)?.into(),
        };
        journal.append(position.partition.topic, record).await?;
        events += 1;
    }
    let before = process::cpu_seconds()?;
    Box::pin(record(&folder, journal, events)).await?;
    let ours = process::cpu_seconds()? - before;
    let theirs = peer.ingest(&folder, runs)?;
    Ok((events as f64 / ours, events as f64 / theirs))
}

/// Records all of `journal` as a recorder does, and does at once what one does in the minutes after.
async fn record(folder: &Path, journal: Memory, events: u64) -> Result<()> {
    let archive = making::open(folder).await?;
    let mut recorder = AtWork::start(Arc::new(journal), &archive)?;
    while recorder.recorded()? < events {
        tokio::time::sleep(LOOKED_EVERY).await;
    }
    recorder.stop().await?;
    making::seal(&archive).await?;
    making::compact(&archive).await
}
