//! What the archive lacks and the journal still has is read again.
//!
//! Enters: offsets that no file covers, files that are listed and not there, the journal. Leaves: files in their place, of a higher
//! generation. Never here: an event that went by retention, or a guess at a record that the journal has dropped.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use event::{Digest, TimeNs};
use futures::StreamExt as _;
use journal::{Journal, Offset, Partition, ReadError};
use serde::Serialize;

use super::RepairError;
use super::check::{Folder, holes};
use crate::batch::Batch;
use crate::contents::ArchiveFile;
use crate::coverage::Coverage;
use crate::limits::JOURNAL_QUIET;
use crate::retention::{gaps_of, offsets};
use crate::rows::{Quarantined, QuarantinedHeader, fits};
use crate::{Archive, Snapshot, TableKind};

/// Nanoseconds in a microsecond.
const NANOS_PER_MICRO: i64 = 1_000;

/// Offsets that were read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reread {
    /// The table.
    pub table: &'static str,
    /// The partition, `firn.events/3`.
    pub partition: String,
    /// First offset.
    pub first: u64,
    /// One past the last.
    pub end: u64,
    /// How many rows they are.
    pub rows: u64,
}

/// Offsets that were not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// The table.
    pub table: &'static str,
    /// The partition, `firn.events/3`.
    pub partition: String,
    /// First offset.
    pub first: u64,
    /// One past the last.
    pub end: u64,
    /// Why they could not be read again.
    pub what: String,
}

/// What was read again, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    /// Offsets that are there again.
    pub read: Vec<Reread>,
    /// Offsets that are not.
    pub lost: Vec<Lost>,
}

/// What is missing of one table.
struct Missing {
    kind: TableKind,
    partition: Partition,
    offsets: Range<u64>,
    /// The file that is listed and not there; none for a hole.
    file: Option<Arc<ArchiveFile>>,
}

impl Archive {
    /// Reads again from the journal what is missing; with `dry_run`, says what that would be. `at` is when.
    pub async fn rebuild(
        &self,
        journal: &Arc<dyn Journal>,
        dry_run: bool,
        at: TimeNs,
    ) -> Result<Rebuilt, RepairError> {
        let snapshot = self.snapshot().await?;
        let mut rebuilt = Rebuilt::default();
        // As commits do: what stands beside the events first.
        for kind in [TableKind::Quarantine, TableKind::Pages, TableKind::Events] {
            for missing in self.lacking(&snapshot, kind).await? {
                let reading = self.reread(&snapshot, journal, &missing, dry_run, at, &mut rebuilt);
                Box::pin(reading).await?;
            }
        }
        Ok(rebuilt)
    }

    async fn lacking(
        &self,
        snapshot: &Snapshot,
        kind: TableKind,
    ) -> Result<Vec<Missing>, RepairError> {
        let table = self.table(kind);
        let folder = Folder::of(table).await?;
        let contents = table.contents().await?;
        let mut missing = Vec::new();
        for partition in snapshot.next_offsets().keys().copied() {
            for file in snapshot.files(kind, partition)? {
                let there = folder.files.get(&file.path);
                // One of another length is as good as none: readers look for its end where the log says.
                if there.is_none_or(|object| i64::try_from(object.size) != Ok(file.size)) {
                    missing.push(Missing {
                        kind,
                        partition,
                        offsets: file.offsets.clone(),
                        file: Some(file),
                    });
                }
            }
            if kind == TableKind::Events {
                missing.extend(
                    holes(&contents, partition)
                        .into_iter()
                        .map(|offsets| Missing {
                            kind,
                            partition,
                            offsets,
                            file: None,
                        }),
                );
            }
        }
        Ok(missing)
    }

    async fn reread(
        &self,
        snapshot: &Snapshot,
        journal: &Arc<dyn Journal>,
        missing: &Missing,
        dry_run: bool,
        at: TimeNs,
        rebuilt: &mut Rebuilt,
    ) -> Result<(), RepairError> {
        let Missing {
            kind,
            partition,
            offsets,
            file,
        } = missing;
        let (first, end) = (offsets.start, offsets.end);
        let lost = |what: String| Lost {
            table: kind.name(),
            partition: partition.to_string(),
            first,
            end,
            what,
        };
        let batch = match read(journal, *partition, offsets, at).await? {
            Ok(batch) => batch,
            Err(what) => {
                rebuilt.lost.push(lost(what));
                return Ok(());
            }
        };
        let rows = match kind {
            TableKind::Pages => batch.page_rows(first)?,
            TableKind::Quarantine => batch.quarantine_rows(first)?,
            TableKind::Events | TableKind::Statements | TableKind::Sessions => {
                batch.event_rows(first)?
            }
        };
        let rows = without_gone(snapshot, *partition, rows).await?;
        let counted = file.as_ref().and_then(|file| file.rows);
        if counted.is_some_and(|counted| counted != rows.num_rows() as u64) {
            let counted = counted.unwrap_or(0);
            let what = format!("the journal has {} of its {counted} rows", rows.num_rows());
            rebuilt.lost.push(lost(what));
            return Ok(());
        }
        let done = Reread {
            table: kind.name(),
            partition: partition.to_string(),
            first,
            end,
            rows: rows.num_rows() as u64,
        };
        if !dry_run {
            match file {
                Some(file) => {
                    let pieces = [Arc::clone(file)];
                    self.replace(*kind, &pieces, rows, at).await?;
                }
                None => self.fill(missing, &batch, &rows).await?,
            }
        }
        rebuilt.read.push(done);
        Ok(())
    }

    /// Fills a hole of `events`, and of the tables beside it where they have one in the same place.
    async fn fill(
        &self,
        missing: &Missing,
        batch: &Batch,
        rows: &RecordBatch,
    ) -> Result<(), RepairError> {
        let Missing {
            kind,
            partition,
            offsets,
            ..
        } = missing;
        let coverage = |leaves| Coverage {
            partition: *partition,
            offsets: offsets.clone(),
            generation: 1,
            leaves,
            erased: None,
        };
        let beside = [
            (TableKind::Quarantine, batch.quarantine_rows(offsets.start)?),
            (TableKind::Pages, batch.page_rows(offsets.start)?),
        ];
        for (kind, rows) in beside {
            if rows.num_rows() > 0 {
                // Where a file covers these offsets, it has the rows: they are written before the events.
                self.table(kind).fill(coverage(None), &rows).await?;
            }
        }
        let table = self.table(*kind);
        let before = table
            .leaves_up_to(*partition, offsets.start, &self.0.quarantine)
            .await?;
        let leaves = before..before + batch.leaves_from(offsets.start);
        table.fill(coverage(Some(leaves)), rows).await?;
        Ok(())
    }
}

/// The records of these offsets; why not, if the journal has dropped some.
async fn read(
    journal: &Arc<dyn Journal>,
    partition: Partition,
    offsets: &Range<u64>,
    at: TimeNs,
) -> Result<Result<Batch, String>, ReadError> {
    let has = journal.partitions(partition.topic).await?;
    if !has.contains(&partition) {
        return Ok(Err("the journal does not have the partition".to_owned()));
    }
    let bounds = journal.bounds(partition).await?;
    if bounds.start > offsets.start || bounds.end < offsets.end {
        let what = format!(
            "the journal holds offsets {} to {}",
            bounds.start, bounds.end
        );
        return Ok(Err(what));
    }
    let mut batch = Batch::new(partition, offsets.start);
    let mut records = journal.subscribe(partition, Offset(offsets.start)).await?;
    while batch.end() < offsets.end {
        let next = tokio::time::timeout(JOURNAL_QUIET, records.next()).await;
        let Ok(Some(record)) = next else {
            // A range ends with a record, so there is more: a journal that is slow must not pass for one that has nothing, for what is
            // covered once is not looked for again.
            let what = format!(
                "the journal was silent at offset {}; try again",
                batch.end()
            );
            return Ok(Err(what));
        };
        let record = record?;
        let offset = record.position.offset.0;
        if offset >= offsets.end {
            break;
        }
        let event = event::decode(&record.value).map_err(|error| error.to_string());
        let event = event.and_then(|event| {
            let fits = fits(record.position, &event, &record.value);
            fits.map(|()| event).map_err(|error| error.to_string())
        });
        match event {
            Ok(event) => batch.push(offset, event, event::event_hash(&record.value)),
            Err(reason) => {
                let header = |(name, value)| QuarantinedHeader { name, value };
                batch.quarantine(Quarantined {
                    partition,
                    offset,
                    reason,
                    key: record.key.into(),
                    headers: record.headers.into_iter().map(header).collect(),
                    sha256: Digest::of(&record.value),
                    value: record.value,
                    arrived: at.0.div_euclid(NANOS_PER_MICRO),
                });
            }
        }
    }
    batch.cover_up_to(offsets.end);
    Ok(Ok(batch))
}

/// Rows but for those that a tombstone says went.
async fn without_gone(
    snapshot: &Snapshot,
    partition: Partition,
    rows: RecordBatch,
) -> Result<RecordBatch, RepairError> {
    let gaps = gaps_of(snapshot, partition).await?;
    let gone: BTreeSet<u64> = offsets(&rows)
        .filter(|offset| {
            let after = gaps.partition_point(|(first, _)| first <= offset);
            let gap = after.checked_sub(1).and_then(|at| gaps.get(at));
            gap.is_some_and(|(_, last)| offset <= last)
        })
        .collect();
    if gone.is_empty() {
        return Ok(rows);
    }
    let stays: BooleanArray = offsets(&rows)
        .map(|offset| Some(!gone.contains(&offset)))
        .collect();
    let kept = filter_record_batch(&rows, &stays);
    Ok(kept.map_err(|error| crate::rows::RowError::Columns(error.to_string()))?)
}
