//! The archive's files of one partition, each row rebuilt, hashed and compared.
//!
//! Enters: files of `events`, `pages` and `quarantine`. Leaves: the events that are what they say, and findings for the rest.
//! Never here: one bad row hiding its neighbours: a file that does not decode whole is decoded row by row.

use std::ops::Range;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch, sort_to_indices, take_record_batch};
use arrow::datatypes::Int64Type;
use event::{Digest, EventId, Kind};

use super::report::{Finding, Findings, Verdict};
use crate::archive::rows::{
    Bodies, Quarantined, RowError, StoredEvent, page_rows, quarantined, stored_events,
};
use crate::archive::{Snapshot, SnapshotError, TableKind};
use crate::journal::{Offset, Partition};

/// Kinds whose events say what a run emitted.
const PRODUCER_KINDS: [Kind; 2] = [Kind::ProducerHeartbeat, Kind::ProducerStopped];

/// What one file range holds, checked.
pub(super) struct Checked {
    pub(super) partition: Partition,
    pub(super) range: Range<u64>,
    /// In journal order.
    pub(super) events: Vec<StoredEvent>,
    /// In journal order.
    pub(super) quarantined: Vec<Quarantined>,
    /// Offsets of rows that hold no event any more: found, and said.
    pub(super) broken: Vec<u64>,
}

/// The files of one partition.
pub(super) struct Files<'a> {
    snapshot: &'a Snapshot,
    partition: Partition,
}

impl<'a> Files<'a> {
    pub(super) const fn new(snapshot: &'a Snapshot, partition: Partition) -> Self {
        Self {
            snapshot,
            partition,
        }
    }

    pub(super) fn ranges(&self) -> Result<Vec<Range<u64>>, SnapshotError> {
        self.snapshot.ranges(TableKind::Events, self.partition)
    }

    /// Heartbeats and ends in a file; none if it can not be read, which [`Self::check`] says.
    pub(super) async fn producer_events(
        &mut self,
        range: &Range<u64>,
    ) -> Result<Vec<StoredEvent>, SnapshotError> {
        let Ok(file) = self
            .snapshot
            .file(TableKind::Events, self.partition, range)
            .await
        else {
            return Ok(Vec::new());
        };
        let Some(kinds) = file
            .rows
            .column_by_name("kind")
            .and_then(|kinds| kinds.as_string_opt::<i32>())
        else {
            return Ok(Vec::new());
        };
        let wanted = |kind: Option<&str>| {
            kind.is_some_and(|kind| PRODUCER_KINDS.iter().any(|known| known.as_str() == kind))
        };
        let wanted: BooleanArray = kinds.iter().map(|kind| Some(wanted(kind))).collect();
        let Ok(rows) = filter_record_batch(&file.rows, &wanted) else {
            return Ok(Vec::new());
        };
        let whole = stored_events(&rows, &Bodies::default());
        let one_by_one = || {
            let rows = (0..rows.num_rows()).map(|row| rows.slice(row, 1));
            rows.filter_map(|row| stored_events(&row, &Bodies::default()).ok())
                .flatten()
                .collect()
        };
        Ok(whole.unwrap_or_else(|_| one_by_one()))
    }

    /// Checks the file that begins at `range.start` with the pages and quarantine of its offsets.
    pub(super) async fn check(
        &mut self,
        range: &Range<u64>,
        findings: &mut Findings,
    ) -> Result<Checked, SnapshotError> {
        let mut checked = Checked {
            partition: self.partition,
            range: range.clone(),
            events: Vec::new(),
            quarantined: self.quarantined(range, findings).await?,
            broken: Vec::new(),
        };
        let file = match self
            .snapshot
            .file(TableKind::Events, self.partition, range)
            .await
        {
            Ok(file) => file,
            Err(error) => {
                self.unreadable(TableKind::Events, range, &error, findings);
                return Ok(checked);
            }
        };
        findings.counts.files += 1;
        checked.range = file.range.clone();
        let pages = self
            .side_rows(TableKind::Pages, &file.range, findings)
            .await?;
        self.events(&file.rows, &pages, &mut checked, findings);
        Ok(checked)
    }

    fn events(
        &self,
        rows: &RecordBatch,
        pages: &RecordBatch,
        checked: &mut Checked,
        findings: &mut Findings,
    ) {
        let bodies = Bodies::read(std::slice::from_ref(pages)).unwrap_or_default();
        let stored = match stored_events(rows, &bodies) {
            Ok(stored) => stored,
            Err(_) => self.row_by_row(rows, pages, checked, findings),
        };
        for stored in stored {
            if let Some(finding) = self.fault(&stored, &checked.range) {
                checked.broken.push(stored.position.offset.0);
                findings.add(finding);
                // What the row says of itself is not to be trusted, but its hash still links its neighbours.
            }
            findings.counts.archived_events += 1;
            checked.events.push(stored);
        }
        checked.events.sort_by_key(|stored| stored.position);
        self.pages(pages, checked, findings);
    }

    fn row_by_row(
        &self,
        rows: &RecordBatch,
        pages: &RecordBatch,
        checked: &mut Checked,
        findings: &mut Findings,
    ) -> Vec<StoredEvent> {
        let bodies = Bodies::read(std::slice::from_ref(pages)).unwrap_or_default();
        let bodied = offsets(pages);
        let mut sound = Vec::new();
        for row in (0..rows.num_rows()).map(|row| rows.slice(row, 1)) {
            let error = match stored_events(&row, &bodies) {
                Ok(stored) => {
                    sound.extend(stored);
                    continue;
                }
                Err(error) => error,
            };
            let offset = number(&row, "offset");
            // A body that is there under another event's id was not lost.
            let verdict = match error {
                RowError::BodyMissing { .. } if !bodied.contains(&offset) => Verdict::Completeness,
                _ => Verdict::Integrity,
            };
            checked.broken.extend(offset);
            findings.add(Finding {
                event_id: text(&row, "event_id").and_then(|id| id.parse::<EventId>().ok()),
                position: offset.map(|offset| (self.partition, Offset(offset)).into()),
                ..Finding::of(
                    verdict,
                    format!("archived row does not rebuild its event: {error}"),
                )
            });
        }
        sound
    }

    fn fault(&self, stored: &StoredEvent, range: &Range<u64>) -> Option<Finding> {
        let recomputed = event::encode(&stored.event).map(|bytes| event::event_hash(&bytes));
        let what = if recomputed != Ok(stored.event_hash) {
            "archived event was altered: its hash is not the stored one"
        } else if stored.position.partition != self.partition {
            "archived event names another partition than the file it stands in"
        } else if !range.contains(&stored.position.offset.0) {
            "archived event stands in a file that does not cover its offset"
        } else {
            return None;
        };
        Some(Finding {
            event_id: Some(stored.event.event_id),
            session_id: stored.event.session_id,
            run: Some(stored.event.producer.run),
            position: Some(stored.position.into()),
            ..Finding::of(Verdict::Integrity, what.to_owned())
        })
    }

    /// Rows of `pages` must be what the events say, and no others.
    fn pages(&self, pages: &RecordBatch, checked: &Checked, findings: &mut Findings) {
        let events: Vec<_> = checked
            .events
            .iter()
            .map(|stored| (stored.position, &stored.event, stored.event_hash))
            .collect();
        findings.counts.pages += pages.num_rows() as u64;
        let Ok(expected) = page_rows(&events) else {
            return;
        };
        if expected == *pages {
            return;
        }
        let known = offsets(&expected);
        for row in (0..pages.num_rows()).map(|row| pages.slice(row, 1)) {
            let offset = number(&row, "offset");
            if offset.is_some_and(|offset| checked.broken.contains(&offset)) {
                continue;
            }
            let place = known.iter().position(|known| *known == offset);
            let (verdict, what) = match place {
                Some(place) if expected.slice(place, 1) == row => continue,
                Some(_) => (
                    Verdict::Integrity,
                    "row of table pages is not what its event says",
                ),
                None => (
                    Verdict::Completeness,
                    "the event of this row of table pages is missing",
                ),
            };
            findings.add(Finding {
                event_id: text(&row, "event_id").and_then(|id| id.parse::<EventId>().ok()),
                position: offset.map(|offset| (self.partition, Offset(offset)).into()),
                ..Finding::of(verdict, what.to_owned())
            });
        }
    }

    async fn quarantined(
        &self,
        range: &Range<u64>,
        findings: &mut Findings,
    ) -> Result<Vec<Quarantined>, SnapshotError> {
        let rows = self
            .side_rows(TableKind::Quarantine, range, findings)
            .await?;
        let records = quarantined(&rows)?;
        for record in &records {
            findings.counts.quarantined += 1;
            let place = Some((self.partition, Offset(record.offset)).into());
            if Digest::of(&record.value) != record.sha256 {
                let what =
                    "quarantined record was altered: its hash is not the stored one".to_owned();
                findings.add(Finding {
                    position: place,
                    ..Finding::of(Verdict::Integrity, what)
                });
            } else if record.is_dropped() {
                findings.add(Finding {
                    position: place,
                    ..Finding::of(Verdict::Completeness, record.reason.clone())
                });
            }
        }
        Ok(records)
    }

    /// Rows of `pages` or `quarantine` at offsets of `range`, in journal order.
    async fn side_rows(
        &self,
        kind: TableKind,
        range: &Range<u64>,
        findings: &mut Findings,
    ) -> Result<RecordBatch, SnapshotError> {
        let mut found = vec![RecordBatch::new_empty(kind.schema())];
        let overlaps = |file: &Range<u64>| file.start < range.end && range.start < file.end;
        for file in self
            .snapshot
            .ranges(kind, self.partition)?
            .iter()
            .filter(|file| overlaps(file))
        {
            match self.snapshot.file(kind, self.partition, file).await {
                Ok(file) => found.push(file.rows),
                Err(error) => self.unreadable(kind, file, &error, findings),
            }
        }
        let inside = |rows: &RecordBatch| {
            let offsets = rows
                .column_by_name("offset")?
                .as_primitive_opt::<Int64Type>()?;
            let wanted: BooleanArray = offsets
                .iter()
                .map(|offset| {
                    Some(offset.is_some_and(|offset| {
                        u64::try_from(offset).is_ok_and(|offset| range.contains(&offset))
                    }))
                })
                .collect();
            filter_record_batch(rows, &wanted).ok()
        };
        let found: Vec<RecordBatch> = found.iter().filter_map(inside).collect();
        let sorted = concat_batches(&kind.schema(), &found).and_then(|rows| {
            let order = sort_to_indices(
                rows.column_by_name("offset").unwrap_or(rows.column(0)),
                None,
                None,
            )?;
            take_record_batch(&rows, &order)
        });
        Ok(sorted.map_err(|error| RowError::Columns(error.to_string()))?)
    }

    fn unreadable(
        &self,
        kind: TableKind,
        range: &Range<u64>,
        error: &SnapshotError,
        findings: &mut Findings,
    ) {
        let verdict = if error.is_missing() {
            Verdict::Completeness
        } else {
            Verdict::Integrity
        };
        findings.add(Finding {
            position: Some((self.partition, Offset(range.start)).into()),
            ..Finding::of(
                verdict,
                format!(
                    "file of table {} with offsets {} to {} can not be read: {error}",
                    kind.name(),
                    range.start,
                    range.end.saturating_sub(1)
                ),
            )
        });
    }
}

fn offsets(rows: &RecordBatch) -> Vec<Option<u64>> {
    let row = |row| number(&rows.slice(row, 1), "offset");
    (0..rows.num_rows()).map(row).collect()
}

fn number(row: &RecordBatch, column: &str) -> Option<u64> {
    let values = row
        .column_by_name(column)?
        .as_primitive_opt::<Int64Type>()?;
    (values.len() == 1).then(|| u64::try_from(values.value(0)).ok())?
}

fn text(row: &RecordBatch, column: &str) -> Option<String> {
    let values = row.column_by_name(column)?.as_string_opt::<i32>()?;
    (values.len() == 1).then(|| values.value(0).to_owned())
}
