//! One walk over the record: what is archived first, then what is in the journal only.
//!
//! Enters: a snapshot, a journal, what a checkpoint knows. Leaves: chains, counts and findings; where the archived part of it stands, for the
//! next checkpoint. Never here: sealed tables (see `sealed`).

use std::ops::Range;
use std::sync::Arc;

use futures::TryStreamExt as _;

use super::checkpoint::{Checkpoints, Draft, FileMark, Leaves, PartitionMark, Place};
use super::coverage::Counted;
use super::error::VerifyError;
use super::files::{Examined, Files};
use super::journal;
use super::journal::{Cursor, Kept};
use super::known::{self, Known, Shore};
use super::look::Checked;
use super::objects::Objects;
use super::parts::Parts;
use super::progress::Progress;
use super::report::{Finding, Findings, Verdict};
use super::runs::Runs;
use crate::contents::ArchiveFile;
use crate::limits::VERIFY_FILES;
use crate::rows::Essence;
use crate::{Snapshot, SnapshotError, TableKind};
use ::journal::{Journal, Offset, Partition};

/// Files that are looked at beside each other.
pub(super) fn at_once() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cores.min(VERIFY_FILES)
}

/// One walk.
pub(super) struct Walk<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) journal: Option<&'a Arc<dyn Journal>>,
    pub(super) known: Option<Known<'a>>,
    /// What is to be kept of it, if anything.
    pub(super) objects: Option<&'a Objects>,
    /// Where to keep how far it is.
    pub(super) checkpoints: Option<&'a Checkpoints>,
    pub(super) findings: Findings,
    pub(super) parts: Parts,
    pub(super) runs: Runs,
    pub(super) progress: &'a Progress,
    pub(super) marks: Marks,
    /// Events after which it is kept how far it is.
    pub(super) every: u64,
    /// Events since it was kept how far it is.
    pub(super) unkept: u64,
}

/// What a checkpoint says of places.
#[derive(Clone, Default)]
pub(super) struct Marks {
    pub(super) events: u64,
    pub(super) partitions: Vec<PartitionMark>,
    pub(super) files: Vec<FileMark>,
}

/// A file of `events` whose turn comes.
enum Looked {
    /// Proved before, and the same.
    Known(Arc<ArchiveFile>),
    Read(u64, Box<Examined>),
}

impl Walk<'_> {
    /// What of a partition is archived.
    pub(super) async fn archived(
        &mut self,
        partition: Partition,
        kept: Option<&Kept>,
    ) -> Result<(), VerifyError> {
        let position = self.snapshot.next_offset(partition);
        let files = Files::new(self.snapshot, partition);
        let mut shore = Shore::of(self.known, partition, &files.sides());
        if shore.end > position {
            self.ends_early(partition, position, shore.end);
        }
        let mut cursor = match (self.journal, kept) {
            (Some(journal), Some(kept)) => {
                Some(Cursor::open(journal, partition, shore.end, kept).await?)
            }
            _ => None,
        };
        let mut leaves = Counted::from_the_start();
        let mut expected = 0;
        // Some are looked at beside each other; each is taken in its turn.
        let mut looking = Vec::new();
        for listed in files.listed() {
            let (files, known) = (&files, shore.knows(&listed).is_some());
            looking.push(async move {
                if known {
                    return Ok::<_, SnapshotError>(Looked::Known(listed));
                }
                let begins = listed.offsets.start;
                let examined = files.examine(listed).await?;
                Ok(Looked::Read(begins, Box::new(examined)))
            });
        }
        let mut looked = futures::StreamExt::buffered(futures::stream::iter(looking), at_once());
        while let Some(looked) = looked.try_next().await? {
            match looked {
                Looked::Known(listed) => {
                    self.range_begins(partition, expected..listed.offsets.start);
                    self.pass_by(&listed, &shore, &mut leaves);
                    expected = listed.offsets.end;
                }
                Looked::Read(begins, examined) => {
                    self.range_begins(partition, expected..begins);
                    let cursor = cursor.as_mut();
                    let file = self
                        .read(*examined, cursor, &mut shore, &mut leaves)
                        .await?;
                    expected = file.range.end;
                    if self.unkept >= self.every {
                        self.unkept = 0;
                        self.keep_unfinished(partition, expected, &shore, &files)
                            .await;
                    }
                }
            }
        }
        drop(looked);
        self.range_begins(partition, expected..position);
        shore.close(partition, &mut self.findings);
        files.compare_replaced(&mut self.findings).await?;
        Self::mark_partition(&mut self.marks, self.objects, position, &shore, &files);
        Ok(())
    }

    /// A file that was read, in its turn.
    async fn read(
        &mut self,
        examined: Examined,
        cursor: Option<&mut Cursor>,
        shore: &mut Shore,
        leaves: &mut Counted,
    ) -> Result<Checked, VerifyError> {
        let (listed, was_read) = (Arc::clone(examined.listed()), examined.was_read());
        let mut file = examined.join(leaves, &mut self.findings);
        let looked_at = file.events.len() as u64;
        if let Some(cursor) = cursor {
            journal::compare(cursor, &file, &mut self.findings).await?;
        }
        self.mark(&listed, &file, shore);
        if was_read {
            shore.has_read(file.range.clone());
        }
        // What stands before the checkpoint is in the chains already.
        file.events
            .retain(|event| event.position.offset.0 >= shore.end);
        // An archive of which something went is verified whole: none of it stands before a checkpoint (see `Base::of`).
        file.buried
            .accept(&mut self.runs, &mut self.parts, &mut self.findings);
        for event in &file.events {
            self.runs.accept(event, &mut self.findings);
            self.parts.accept(event, &mut self.findings);
        }
        self.progress.done(looked_at);
        self.unkept += looked_at;
        Ok(file)
    }

    /// A file that is not read again.
    fn pass_by(&mut self, listed: &ArchiveFile, shore: &Shore, leaves: &mut Counted) {
        leaves.skip(listed);
        let rows = listed.rows.unwrap_or(0);
        self.findings.counts.known_files += 1;
        self.findings.counts.known_events += rows;
        self.progress.done(rows);
        let leaves = shore.knows(listed);
        mark_file(
            &mut self.marks,
            self.objects,
            TableKind::Events,
            listed,
            leaves,
        );
    }

    fn mark(&mut self, listed: &ArchiveFile, file: &Checked, shore: &mut Shore) {
        if self.objects.is_none() {
            return;
        }
        let leaves = known::leaves(file);
        shore.take(&leaves);
        let leaves = Some(known::summed(&leaves));
        mark_file(
            &mut self.marks,
            self.objects,
            TableKind::Events,
            listed,
            leaves,
        );
    }

    /// What is known of a partition up to `end`.
    fn mark_partition(
        marks: &mut Marks,
        objects: Option<&Objects>,
        end: u64,
        shore: &Shore,
        files: &Files<'_>,
    ) {
        let sides = files.sides();
        for (kind, selection) in [
            (TableKind::Pages, sides.pages),
            (TableKind::Quarantine, sides.quarantine),
        ] {
            let inside = selection.chosen.iter();
            for file in inside.filter(|file| file.offsets.end <= end) {
                mark_file(marks, objects, kind, file, None);
            }
        }
        marks.events += shore.tree.leaves();
        marks.partitions.push(PartitionMark {
            partition: files.partition().to_string(),
            end,
            root: shore.tree.root(),
            tree: shore.tree.clone(),
        });
    }

    /// Keeps how far a sound walk is.
    async fn keep_unfinished(
        &self,
        partition: Partition,
        end: u64,
        shore: &Shore,
        files: &Files<'_>,
    ) {
        let Some(checkpoints) = self.checkpoints else {
            return;
        };
        if self.findings.any() || end < shore.end {
            return;
        }
        let mut marks = self.marks.clone();
        Self::mark_partition(&mut marks, self.objects, end, shore, files);
        let draft = self.draft_of(marks);
        if !draft.is_whole() {
            return;
        }
        if let Err(error) = checkpoints.keep_unfinished(draft).await {
            tracing::debug!(%partition, end, %error, "how far the verification is was not kept");
        }
    }

    /// What a checkpoint of the archived part would say.
    pub(super) fn draft(&self) -> Draft {
        self.draft_of(self.marks.clone())
    }

    fn draft_of(&self, marks: Marks) -> Draft {
        Draft {
            events: marks.events,
            partitions: marks.partitions,
            files: marks.files,
            runs: self.runs.standing(),
            parts: self.parts.standing(&self.runs.over()),
        }
    }

    /// What of a partition is in the journal only.
    pub(super) async fn tail(
        &mut self,
        partition: Partition,
        kept: Option<&Kept>,
    ) -> Result<(), VerifyError> {
        let (Some(journal), Some(kept)) = (self.journal, kept) else {
            return Ok(());
        };
        let position = self.snapshot.next_offset(partition);
        let mut cursor = Cursor::open(journal, partition, position, kept).await?;
        while let Some(record) = cursor.next_below(kept.end).await? {
            match event::decode(&record.value) {
                Ok(event) => {
                    self.findings.counts.tail_events += 1;
                    let hash = event::event_hash(&record.value);
                    let event = Essence::of(&event, record.position, hash);
                    self.runs.accept(&event, &mut self.findings);
                    self.parts.accept(&event, &mut self.findings);
                }
                Err(_) => self.findings.counts.tail_unreadable += 1,
            }
        }
        if let Some(Range { start, end }) = cursor.lacking() {
            self.findings.note(format!(
                "the journal says that {partition} ends at offset {end}, and delivers no record from offset {start} on"
            ));
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

    fn ends_early(&mut self, partition: Partition, position: u64, end: u64) {
        let what = format!(
            "{partition} is archived up to offset {position}, and was up to {end} at the checkpoint"
        );
        self.findings.add(Finding {
            position: Some((partition, Offset(position)).into()),
            ..Finding::of(Verdict::Completeness, what)
        });
    }
}

fn mark_file(
    marks: &mut Marks,
    objects: Option<&Objects>,
    kind: TableKind,
    file: &ArchiveFile,
    leaves: Option<Leaves>,
) {
    let object = objects.and_then(|objects| objects.get(kind, &file.path));
    let Some(object) = object else { return };
    let place = Place::Offsets {
        partition: file.partition.to_string(),
        first: file.offsets.start,
        end: file.offsets.end,
        leaves,
    };
    let mark = FileMark::new(kind, &file.path, object, known::listed(file), place);
    marks.files.push(mark);
}
