//! Verification: whether the record is unaltered, and whether all of it is there.
//!
//! Enters: the archive, and the journal where it is at hand. Leaves: two verdicts and the first thing that breaks one.
//! Never here: a repair, or trust in an index: every event's bytes are rebuilt, hashed and placed in its chain again, but for what a
//! checkpoint proved and the store says is the same (`checkpoint`, `known`).
//!
//! *Integrity*: every event has the hash it is stored under, follows its part's previous event, agrees with the heartbeats
//! that count it and with the journal. *Completeness*: no number of a run or part is missing, no page body, no file, and no
//! journal record. What a run that was ended by force had in flight was acknowledged to nobody: that is a note.

mod ask;
mod base;
mod checkpoint;
mod claims;
mod coverage;
mod error;
mod files;
mod journal;
mod known;
mod look;
mod objects;
mod parts;
mod progress;
mod report;
mod runs;
mod said;
mod sealed;
mod spot;
mod tombstones;
mod tree;
mod walk;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::StreamExt as _;

pub use ask::{Ask, Since, Told};
pub use checkpoint::CheckpointError;
pub use error::VerifyError;
pub use progress::Progress;
pub use report::{Counts, Finding, Report, Verdict};

use crate::rows::StoredEvent;
use crate::{Archive, Snapshot, TableKind};
use ::journal::{Journal, Partition, Topic};
use base::Base;
use claims::Claims;
use files::Files;
use journal::{Cursor, Kept};
use known::{Known, Shore};
use parts::Parts;
use report::Findings;
use runs::Runs;
use walk::{Marks, Walk, at_once};

/// Verifies everything archived and, with a journal, what retention still holds of it and the tail after it.
/// Memory: some files of the archive, 1 bit an event, some hundred bytes a part.
pub async fn verify(
    archive: &Archive,
    journal: Option<&Arc<dyn Journal>>,
) -> Result<Report, VerifyError> {
    verify_asked(archive, journal, Ask::default(), &Progress::default()).await
}

/// [`verify`] as `ask` says; `progress` says how far it is.
///
/// After a checkpoint, what it proved is not read again where the store says that it is the same object (size and entity tag) and the
/// table's log says the same of it; the journal is compared from there on.
pub async fn verify_asked(
    archive: &Archive,
    journal: Option<&Arc<dyn Journal>>,
    ask: Ask,
    progress: &Progress,
) -> Result<Report, VerifyError> {
    let snapshot = archive.snapshot().await?;
    progress.of(events(&snapshot) + sealed::rows(&snapshot));
    let mut findings = Findings::default();
    let base = Base::of(archive, &snapshot, ask, &mut findings).await?;
    let files = base.by_path();
    let known = base.known(&files);
    let mut kept = Vec::new();
    for partition in partitions(&snapshot, journal).await? {
        kept.push((partition, Kept::of(journal, partition).await?));
    }
    let mut parts = Parts::new(read_claims(&snapshot, journal, &kept, known).await?);
    let mut runs = Runs::default();
    if let Some(known) = known {
        parts.restore(&known.checkpoint.parts);
        runs = Runs::restore(&known.checkpoint.runs);
    }
    let mut walk = Walk {
        snapshot: &snapshot,
        journal,
        known,
        objects: base.objects(),
        checkpoints: base.checkpoints(),
        findings,
        parts,
        runs,
        progress,
        marks: Marks::default(),
        every: ask.every,
        unkept: 0,
    };
    coverage::strangers(&snapshot, &mut walk.findings);
    for (partition, kept) in &kept {
        walk.archived(*partition, kept.as_ref()).await?;
    }
    let draft = ask.keep.then(|| walk.draft());
    for (partition, kept) in &kept {
        walk.tail(*partition, kept.as_ref()).await?;
    }
    let Walk {
        mut findings,
        parts,
        runs,
        ..
    } = walk;
    let runs = runs.close(journal.is_some(), &mut findings);
    parts.close(&runs, &mut findings);
    let sealed = sealed::check(&snapshot, known, base.objects(), &mut findings, progress).await?;
    let mut report = findings.into_report();
    base.end(draft, sealed, &mut report).await;
    Ok(report)
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
    known: Option<Known<'_>>,
) -> Result<Claims, VerifyError> {
    let mut claims = Claims::default();
    for (partition, kept) in kept {
        let files = Files::new(snapshot, *partition);
        let shore = Shore::of(known, *partition, &files.sides());
        let mut listed = files.listed();
        listed.retain(|file| shore.knows(file).is_none());
        let reading = listed
            .iter()
            .map(|listed| said::producer_events(snapshot, listed));
        let reading: Vec<_> = reading.collect();
        let mut read = futures::stream::iter(reading).buffered(at_once());
        while let Some(events) = read.next().await {
            // What was said before the checkpoint was held to the record then; what was open of it, the checkpoint says.
            let new = |stored: &&StoredEvent| stored.position.offset.0 >= shore.end;
            for stored in events.iter().filter(new) {
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
