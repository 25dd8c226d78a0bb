//! Processes around the archive: those that record, those that seal, compact, let go and vacuum, those that hold, and those that read.
//!
//! Enters: the world. Leaves: commits, and readings that are held against the journal at once. Never here: a judgement on what failed: it is
//! told, and tried again, as the recorder does; only a gap and a file that cannot be read are wrong at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use event::TimeNs;
use journal::Partition;
use tokio::sync::Notify;

use super::super::Draw;
use super::mutants::Mutant;
use super::store::Way;
use super::world::World;
use super::{compactor, counsel, reading};
use crate::compaction::Due;
use crate::sealed::{Pace, Sealed};
use crate::{Archive, CommitError, SnapshotError, TableKind};

/// What a process is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Gateway,
    Recorder,
    Keeper,
    Reader,
    /// Has things held that retention would let go.
    Counsel,
}

/// One life of a process.
pub(super) struct Member {
    pub(super) world: Arc<World>,
    pub(super) way: Arc<Way>,
    pub(super) role: Role,
    pub(super) draw: Draw,
    /// Cuts off what is under way, as a revoked partition does: the process lives on with what it knows.
    pub(super) cut: Arc<Notify>,
    /// Where each partition stands, as the last commit said.
    pub(super) lines: BTreeMap<Partition, u64>,
}

/// Why something was not done.
pub(super) type Trouble = Box<dyn std::error::Error + Send + Sync>;

impl Member {
    /// Until the simulation ends.
    pub(super) async fn run(mut self) {
        let (way, cut) = (Arc::clone(&self.way), Arc::clone(&self.cut));
        let mut archive = None;
        loop {
            way.turns.wait(way.life, "begin").await;
            if way.turns.is_ending() {
                return;
            }
            let before = way.faults.load(Ordering::Relaxed);
            let doing = async {
                if archive.is_none() {
                    archive = Some(Box::pin(self.world.open(&way)).await?);
                }
                match &archive {
                    Some(archive) => Box::pin(self.step(archive)).await,
                    None => Ok(()),
                }
            };
            let done = tokio::select! {
                biased;
                () = cut.notified() => {
                    way.turns.tell(format!("{:?} is cut off", way.life));
                    Ok(())
                }
                done = doing => done,
            };
            if let Err(error) = done {
                let faults = way.faults.load(Ordering::Relaxed) - before;
                way.turns
                    .tell(format!("{:?} {faults} faults: {error}", way.life));
                self.lines.clear();
            }
        }
    }

    async fn step(&mut self, archive: &Archive) -> Result<(), Trouble> {
        match self.role {
            Role::Gateway => Ok(()),
            Role::Recorder => self.record(archive).await,
            Role::Keeper => self.keep(archive).await,
            Role::Reader => self.read(archive).await,
            Role::Counsel => counsel::advise(&self.world, &self.way, &mut self.draw, archive).await,
        }
    }

    /// One batch, until it is committed.
    async fn record(&mut self, archive: &Archive) -> Result<(), Trouble> {
        let partitions = self.world.partitions().await;
        let partition = partitions[self.draw.below(partitions.len())];
        let position = match self.lines.get(&partition) {
            Some(position) => *position,
            None => archive.position(partition).await?,
        };
        let most = 1 + self.draw.below(self.world.batch);
        let batch = self.world.batch(partition, position, most);
        let is_careless = self.world.stage.has(Mutant::OffsetFirst);
        let noted = if is_careless { batch.end() } else { position };
        self.lines.insert(partition, noted);
        if batch.is_empty() {
            return Ok(());
        }
        for _ in 0..3 {
            match archive.commit(&batch).await {
                Ok(committed) => {
                    assert!(committed.position >= batch.end());
                    self.lines.insert(partition, committed.position);
                    let mut archived = self.world.archived.lock();
                    let known = archived.entry(partition).or_default();
                    *known = committed.position.max(*known);
                    return Ok(());
                }
                Err(error @ CommitError::Gap { .. }) => panic!("{error}"),
                Err(error) => self.way.turns.tell(format!("{:?} {error}", self.way.life)),
            }
            if is_careless {
                return Ok(());
            }
        }
        Err("three times not committed".into())
    }

    async fn keep(&mut self, archive: &Archive) -> Result<(), Trouble> {
        let now = self.world.now();
        match self.draw.below(9) {
            0..3 => {
                let pace = Pace {
                    events: 1 + self.draw.below(20) as u64,
                    merges: self.draw.below(3) > 0,
                };
                archive.seal(now, pace).await?;
            }
            3..6 => self.compact(archive).await?,
            6..8 => self.let_go(archive).await?,
            // Without a time of grace: only readers may miss what goes.
            _ => {
                archive.vacuum(TimeNs(0), now, now).await?;
            }
        }
        Ok(())
    }

    /// Each time by a name of its own, so that tombstones say when it was.
    async fn let_go(&self, archive: &Archive) -> Result<(), Trouble> {
        let Some(kept) = self.world.kept else {
            return Ok(());
        };
        let by = format!("{:?} in turn {}", self.way.life, self.way.turns.now());
        let archived = self.world.archived.lock().clone();
        self.world.begun.lock().insert(by.clone(), archived);
        let now = self.world.now();
        archive.retain(&kept.rules(), &by, now).await?;
        Ok(())
    }

    /// Some neighbours that are sealed become one.
    async fn compact(&mut self, archive: &Archive) -> Result<(), Trouble> {
        let snapshot = archive.snapshot().await?;
        let kind = compactor::KINDS[self.draw.below(3)];
        let partitions = self.world.partitions().await;
        let partition = partitions[self.draw.below(partitions.len())];
        let mut sealed = u64::MAX;
        for table in TableKind::SEALED {
            let known = Sealed::of(&snapshot, table).unwrap_or_default();
            sealed = sealed.min(known.mark.position(partition));
        }
        let mut files = snapshot.files(kind, partition)?;
        files.retain(|file| file.offsets.end <= sealed);
        // Files of a sparse table need not stand side by side.
        let stands = |at: &usize| files[*at].offsets.end == files[at + 1].offsets.start;
        let pairs = files.len().saturating_sub(1);
        let Some(from) = (0..pairs).find(stands) else {
            return Ok(());
        };
        let run = 1 + (from..pairs).take_while(stands).count();
        let skipped = self.draw.below(run - 1);
        let length = 2 + self.draw.below(run - skipped - 1);
        let due = Due {
            kind,
            partition,
            pieces: files[from + skipped..from + skipped + length].to_vec(),
        };
        let compacted = compactor::compact(&self.world, archive, &due).await?;
        self.way
            .turns
            .tell(format!("{:?} {kind:?} {compacted:?}", self.way.life));
        Ok(())
    }

    /// Everything there is, held against the journal.
    async fn read(&mut self, archive: &Archive) -> Result<(), Trouble> {
        let snapshot = archive.snapshot().await?;
        let found = match reading::read(&self.world, &snapshot).await {
            Ok(found) => found,
            // Its objects went: nobody reads longer than their time of grace.
            Err(error) if error.is_missing() => return Ok(()),
            Err(SnapshotError::Table(error)) => return Err(error.into()),
            Err(error) => panic!("{error}"),
        };
        self.world.assert_read(&found, snapshot.next_offsets());
        self.world.readings.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
