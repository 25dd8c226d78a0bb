//! Verification: whether the record is unaltered, and whether all of it is there.
//!
//! Enters: the archive, and the journal where it is at hand. Leaves: two verdicts and the first thing that breaks one.
//! Never here: a repair, or trust in an index: every event is rebuilt, hashed and placed in its chain again.
//!
//! *Integrity*: every event has the hash it is stored under, follows its part's previous event, agrees with the heartbeats
//! that count it and with the journal. *Completeness*: no number of a run or part is missing, no page body, no file, and no
//! journal record. What a run that was ended by force had in flight was acknowledged to nobody: that is a note.

mod claims;
mod coverage;
mod files;
mod journal;
mod parts;
mod progress;
mod report;
mod runs;
mod sealed;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _};

pub use progress::Progress;
pub use report::{Counts, Finding, Report, Verdict};

use crate::limits::VERIFY_FILES;
use crate::{Archive, Snapshot, SnapshotError, TableError, TableKind};
use ::journal::{Journal, Offset, Partition, ReadError, Topic};
use claims::Claims;
use coverage::Counted;
use files::Files;
use journal::{Cursor, Kept};
use parts::Parts;
use report::Findings;
use runs::Runs;

/// Why nothing can be said of the record.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The archive cannot be read.
    #[error(transparent)]
    Archive(#[from] TableError),
    /// Its files cannot be listed.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] ReadError),
}

/// Verifies everything archived and, with a journal, what retention still holds of it and the tail after it.
/// Memory: some files of the archive, 1 bit an event, some hundred bytes a part.
pub async fn verify(
    archive: &Archive,
    journal: Option<&Arc<dyn Journal>>,
) -> Result<Report, VerifyError> {
    verify_watched(archive, journal, &Progress::default()).await
}

/// [`verify`], which says how far it is.
pub async fn verify_watched(
    archive: &Archive,
    journal: Option<&Arc<dyn Journal>>,
    progress: &Progress,
) -> Result<Report, VerifyError> {
    let snapshot = archive.snapshot().await?;
    progress.of(events(&snapshot) + sealed::rows(&snapshot));
    let partitions = partitions(&snapshot, journal).await?;
    let mut kept = Vec::new();
    for partition in partitions {
        kept.push((partition, Kept::of(journal, partition).await?));
    }
    let mut pass = Pass {
        snapshot: &snapshot,
        journal,
        findings: Findings::default(),
        parts: Parts::new(read_claims(&snapshot, journal, &kept).await?),
        runs: Runs::default(),
        progress,
    };
    coverage::strangers(&snapshot, &mut pass.findings);
    for (partition, kept) in &kept {
        pass.partition(*partition, kept.as_ref()).await?;
    }
    let Pass {
        mut findings,
        parts,
        runs,
        ..
    } = pass;
    let runs = runs.close(journal.is_some(), &mut findings);
    parts.close(&runs, &mut findings);
    sealed::check(&snapshot, &mut findings, progress).await?;
    Ok(findings.into_report())
}

/// Files that are looked at beside each other.
fn at_once() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cores.min(VERIFY_FILES)
}

/// Archived events, by the tables' logs.
fn events(snapshot: &Snapshot) -> u64 {
    let mut events = 0;
    for partition in snapshot.next_offsets().keys() {
        let files = snapshot.selection(TableKind::Events, *partition).chosen;
        events += files.iter().filter_map(|file| file.rows).sum::<u64>();
    }
    events
}

/// Control first: a part's control events are few, and are held until the rest of the part passes by.
async fn partitions(
    snapshot: &Snapshot,
    journal: Option<&Arc<dyn Journal>>,
) -> Result<Vec<Partition>, VerifyError> {
    let mut all: BTreeSet<Partition> = snapshot.next_offsets().keys().copied().collect();
    if let Some(journal) = journal {
        for topic in Topic::ALL {
            all.extend(journal.partitions(topic).await?);
        }
    }
    let (control, events): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|partition| partition.topic == Topic::Control);
    Ok(control.into_iter().chain(events).collect())
}

/// What runs say of themselves, from the whole record, before anything is held against it.
async fn read_claims(
    snapshot: &Snapshot,
    journal: Option<&Arc<dyn Journal>>,
    kept: &[(Partition, Option<Kept>)],
) -> Result<Claims, VerifyError> {
    let mut claims = Claims::default();
    for (partition, kept) in kept {
        let files = Files::new(snapshot, *partition);
        for listed in files.listed() {
            for stored in files.producer_events(&listed).await? {
                claims.take(stored.position, &stored.event);
            }
        }
        if let (Some(journal), Some(kept)) = (journal, kept) {
            let from = snapshot.next_offset(*partition);
            let mut cursor = Cursor::open(journal, *partition, from, kept).await?;
            while let Some(record) = cursor.next_below(kept.end).await? {
                if let Ok(event) = event::decode(&record.value) {
                    claims.take(record.position, &event);
                }
            }
        }
    }
    Ok(claims)
}

/// One walk over the record.
struct Pass<'a> {
    snapshot: &'a Snapshot,
    journal: Option<&'a Arc<dyn Journal>>,
    findings: Findings,
    parts: Parts,
    runs: Runs,
    progress: &'a Progress,
}

impl Pass<'_> {
    async fn partition(
        &mut self,
        partition: Partition,
        kept: Option<&Kept>,
    ) -> Result<(), VerifyError> {
        let position = self.snapshot.next_offset(partition);
        let mut cursor = match (self.journal, kept) {
            (Some(journal), Some(kept)) => Some(Cursor::open(journal, partition, 0, kept).await?),
            _ => None,
        };
        let files = Files::new(self.snapshot, partition);
        let mut leaves = Counted::from_the_start();
        let mut expected = 0;
        // Some are looked at beside each other; each is taken in its turn.
        let mut looking = Vec::new();
        for listed in files.listed() {
            let files = &files;
            looking.push(async move {
                let begins = listed.offsets.start;
                Ok::<_, SnapshotError>((begins, files.examine(listed).await?))
            });
        }
        let mut looked = futures::stream::iter(looking).buffered(at_once());
        while let Some((begins, examined)) = looked.try_next().await? {
            self.range_begins(partition, expected..begins);
            let file = examined.join(&mut leaves, &mut self.findings);
            let looked_at = file.events.len() as u64;
            if let Some(cursor) = &mut cursor {
                journal::compare(cursor, &file, &mut self.findings).await?;
            }
            for stored in &file.events {
                self.runs
                    .accept(&stored.event, stored.position, &mut self.findings);
                self.parts.accept(
                    &stored.event,
                    stored.event_hash,
                    stored.position,
                    &mut self.findings,
                );
            }
            expected = file.range.end;
            self.progress.done(looked_at);
        }
        drop(looked);
        self.range_begins(partition, expected..position);
        files.compare_replaced(&mut self.findings).await?;
        let (Some(mut cursor), Some(kept)) = (cursor, kept) else {
            return Ok(());
        };
        while let Some(record) = cursor.next_below(kept.end).await? {
            // Below the archive's position only if no file covers it, which is said already.
            match event::decode(&record.value) {
                Ok(event) if record.position.offset.0 >= position => {
                    self.findings.counts.tail_events += 1;
                    let hash = event::event_hash(&record.value);
                    self.runs
                        .accept(&event, record.position, &mut self.findings);
                    self.parts
                        .accept(&event, hash, record.position, &mut self.findings);
                }
                Ok(_) => {}
                Err(_) => self.findings.counts.tail_unreadable += 1,
            }
        }
        Ok(())
    }

    /// The files in use cover every offset.
    fn range_begins(&mut self, partition: Partition, hole: Range<u64>) {
        if hole.is_empty() {
            return;
        }
        let what = format!(
            "no file of events covers offsets {} to {} of {partition}",
            hole.start,
            hole.end - 1
        );
        self.findings.add(Finding {
            position: Some((partition, Offset(hole.start)).into()),
            ..Finding::of(Verdict::Completeness, what)
        });
    }
}
