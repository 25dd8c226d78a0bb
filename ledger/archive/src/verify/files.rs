//! The archive's files of one partition, each row rebuilt, hashed and compared.
//!
//! Enters: files of `events`, `pages` and `quarantine`. Leaves: the events that are what they say, and findings for the rest.
//! Never here: one bad row hiding its neighbours: a file that does not decode whole is decoded row by row.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch, sort_to_indices, take_record_batch};
use arrow::datatypes::Int64Type;
use datafusion::error::DataFusionError;
use event::{Digest, EventId, Kind};

use super::coverage::{self, Counted};
use super::report::{Finding, Findings, Verdict};
use crate::contents::ArchiveFile;
use crate::coverage::Coverage;
use crate::rows::{
    Bodies, Quarantined, RowError, StoredEvent, page_rows, quarantined, stored_events,
};
use crate::selection::Selection;
use crate::{Snapshot, SnapshotError, TableKind};
use ::journal::{Offset, Partition};

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
    events: Selection,
    pages: Selection,
    quarantine: Selection,
}

/// A file looked at by itself, and not yet held against those before it.
pub(super) struct Examined {
    checked: Checked,
    findings: Findings,
    listed: Arc<ArchiveFile>,
    /// What is wrong with how it is listed: said last, for what is known to the event comes first.
    listings: Vec<Finding>,
    /// Of a file that could be read: what it says it covers, and the leaves found there.
    read: Option<(Option<Coverage>, u64)>,
}

impl Examined {
    /// Takes it in the order of the walk.
    pub(super) fn join(self, leaves: &mut Counted, findings: &mut Findings) -> Checked {
        findings.join(self.findings);
        match self.read {
            Some((coverage, here)) => {
                leaves.pass(&self.listed, coverage.as_ref(), here, findings);
            }
            None => leaves.skip(&self.listed),
        }
        findings.extend(self.listings);
        self.checked
    }
}

/// What looks at rows: no I/O, so that it runs beside others.
#[derive(Clone, Copy)]
struct Look {
    partition: Partition,
}

impl<'a> Files<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, partition: Partition) -> Self {
        Self {
            snapshot,
            partition,
            events: snapshot.selection(TableKind::Events, partition),
            pages: snapshot.selection(TableKind::Pages, partition),
            quarantine: snapshot.selection(TableKind::Quarantine, partition),
        }
    }

    /// Those of `events` that are read, in order.
    pub(super) fn listed(&self) -> Vec<Arc<ArchiveFile>> {
        self.events.chosen.clone()
    }

    const fn selection(&self, kind: TableKind) -> &Selection {
        match kind {
            TableKind::Events | TableKind::Statements | TableKind::Sessions => &self.events,
            TableKind::Pages => &self.pages,
            TableKind::Quarantine => &self.quarantine,
        }
    }

    /// Files that are listed beside others with the same offsets.
    pub(super) async fn compare_replaced(
        &self,
        findings: &mut Findings,
    ) -> Result<(), SnapshotError> {
        for kind in [TableKind::Events, TableKind::Pages, TableKind::Quarantine] {
            let selection = self.selection(kind);
            coverage::disagreements(kind, self.partition, selection, findings);
            coverage::replaced(self.snapshot, kind, selection, findings).await?;
        }
        Ok(())
    }

    /// Heartbeats and ends in a file; none if it cannot be read, which [`Self::examine`] says.
    pub(super) async fn producer_events(
        &self,
        listed: &ArchiveFile,
    ) -> Result<Vec<StoredEvent>, SnapshotError> {
        let Ok(file) = self.snapshot.file(TableKind::Events, listed).await else {
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

    /// Looks at a file of `events` with the pages and quarantine of its offsets.
    pub(super) async fn examine(
        &self,
        listed: Arc<ArchiveFile>,
    ) -> Result<Examined, SnapshotError> {
        let mut findings = Findings::default();
        let mut listings = Vec::new();
        let mut checked = Checked {
            partition: self.partition,
            range: listed.offsets.clone(),
            events: Vec::new(),
            quarantined: Vec::new(),
            broken: Vec::new(),
        };
        let file = match self.snapshot.file(TableKind::Events, &listed).await {
            Ok(file) => file,
            Err(error) => {
                checked.quarantined = self
                    .quarantined(&listed.offsets, &mut listings, &mut findings)
                    .await?;
                findings.extend(listings);
                self.unreadable(TableKind::Events, &listed, &error, &mut findings);
                return Ok(Examined {
                    checked,
                    findings,
                    listed,
                    listings: Vec::new(),
                    read: None,
                });
            }
        };
        findings.counts.files += 1;
        checked.range = file.range.clone();
        checked.quarantined = self
            .quarantined(&file.range, &mut listings, &mut findings)
            .await?;
        let pages = self
            .side_rows(TableKind::Pages, &file.range, &mut listings, &mut findings)
            .await?;
        let set_aside = checked
            .quarantined
            .iter()
            .filter(|record| !record.is_dropped());
        let here = (file.rows.num_rows() + set_aside.count()) as u64;
        listings.extend(coverage::listing(&listed, &file));
        let look = Look {
            partition: self.partition,
        };
        let (rows, coverage) = (file.rows, file.coverage);
        let looking = tokio::task::spawn_blocking(move || {
            look.events(&rows, &pages, &mut checked, &mut findings);
            (checked, findings)
        });
        let (checked, findings) = looking
            .await
            .map_err(|error| DataFusionError::External(error.into()))?;
        Ok(Examined {
            checked,
            findings,
            listed,
            listings,
            read: Some((coverage, here)),
        })
    }
}

impl Look {
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
}

impl Files<'_> {
    async fn quarantined(
        &self,
        range: &Range<u64>,
        listings: &mut Vec<Finding>,
        findings: &mut Findings,
    ) -> Result<Vec<Quarantined>, SnapshotError> {
        let rows = self
            .side_rows(TableKind::Quarantine, range, listings, findings)
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

    /// Rows of `pages` or `quarantine` at offsets of `range`, in journal order. What is wrong with how their files are
    /// listed goes to `listings`.
    async fn side_rows(
        &self,
        kind: TableKind,
        range: &Range<u64>,
        listings: &mut Vec<Finding>,
        findings: &mut Findings,
    ) -> Result<RecordBatch, SnapshotError> {
        let mut found = vec![RecordBatch::new_empty(kind.schema())];
        let overlaps = |file: &&Arc<ArchiveFile>| {
            file.offsets.start < range.end && range.start < file.offsets.end
        };
        for listed in self.selection(kind).chosen.iter().filter(overlaps) {
            match self.snapshot.file(kind, listed).await {
                Ok(file) => {
                    // Its first offset lies in one file of `events`, so this is said once.
                    if range.contains(&listed.offsets.start) {
                        listings.extend(coverage::listing(listed, &file));
                    }
                    found.push(file.rows);
                }
                Err(error) => self.unreadable(kind, listed, &error, findings),
            }
        }
        let found: Vec<RecordBatch> = found
            .iter()
            .filter_map(|rows| rows_at(rows, range))
            .collect();
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
        listed: &ArchiveFile,
        error: &SnapshotError,
        findings: &mut Findings,
    ) {
        let range = &listed.offsets;
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
                    "file of table {} with offsets {} to {} cannot be read: {error}",
                    kind.name(),
                    range.start,
                    range.end.saturating_sub(1)
                ),
            )
        });
    }
}

/// Rows whose offsets lie in `range`.
pub(super) fn rows_at(rows: &RecordBatch, range: &Range<u64>) -> Option<RecordBatch> {
    let offsets = rows
        .column_by_name("offset")?
        .as_primitive_opt::<Int64Type>()?;
    let inside = |offset| u64::try_from(offset).is_ok_and(|offset| range.contains(&offset));
    let wanted: BooleanArray = offsets
        .iter()
        .map(|offset| Some(offset.is_some_and(inside)))
        .collect();
    filter_record_batch(rows, &wanted).ok()
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
