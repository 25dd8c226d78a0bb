//! The archive's files of one partition, each row rebuilt, hashed and compared.
//!
//! Enters: files of `events`, `pages` and `quarantine`. Leaves: the events that are what they say, and findings for the rest.
//! Never here: what is looked for in rows (see `look`).

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch, sort_to_indices, take_record_batch};
use arrow::datatypes::Int64Type;
use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use event::Digest;

use super::coverage::{self, Counted};
use super::look::{Checked, Look};
use super::report::{Finding, Findings, Verdict};
use super::tombstones::Buried;
use crate::contents::ArchiveFile;
use crate::coverage::Coverage;
use crate::limits::VERIFY_ROWS;
use crate::rows::{Essence, Proving, Quarantined, RowError, quarantined};
use crate::selection::Selection;
use crate::{Snapshot, SnapshotError, TableKind};
use ::journal::{Offset, Partition};

/// The files of a partition, as they are now.
pub(super) struct Sides<'a> {
    pub(super) events: &'a Selection,
    pub(super) pages: &'a Selection,
    pub(super) quarantine: &'a Selection,
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
    pub(super) const fn listed(&self) -> &Arc<ArchiveFile> {
        &self.listed
    }

    /// Whether the file could be read at all.
    pub(super) const fn was_read(&self) -> bool {
        self.read.is_some()
    }

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

    pub(super) const fn partition(&self) -> Partition {
        self.partition
    }

    /// Its files as they are listed now.
    pub(super) const fn sides(&self) -> Sides<'_> {
        Sides {
            events: &self.events,
            pages: &self.pages,
            quarantine: &self.quarantine,
        }
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

    /// Looks at a file of `events` with the pages and quarantine of its offsets.
    pub(super) async fn examine(
        &self,
        listed: Arc<ArchiveFile>,
    ) -> Result<Examined, SnapshotError> {
        match self.sound(&listed).await {
            Some(sound) => Ok(sound),
            None => self.examine_whole(listed).await,
        }
    }

    /// Looks at it batch by batch, so that never more than one is in memory: all that is to be known of a file in which nothing is wrong. Of
    /// any other, or of which something went, nothing is said: it is looked at whole.
    async fn sound(&self, listed: &Arc<ArchiveFile>) -> Option<Examined> {
        // Told by its log entry as a rule, so that it is not read for nothing first.
        if listed.claim().is_some_and(|claim| claim.erased.is_some()) {
            return None;
        }
        let table = self.snapshot.archive().table(TableKind::Events);
        let opened = table.open_file(listed).await.ok()?;
        let (range, claimed) = (opened.range.clone(), opened.coverage.clone());
        let erased = claimed.as_ref().and_then(|claim| claim.erased);
        if i64::try_from(opened.size()) != Ok(listed.size) || erased.is_some() {
            return None;
        }
        let (mut findings, mut listings) = (Findings::default(), Vec::new());
        let beside = self.quarantined(&range, &mut listings, &mut findings);
        let quarantined = beside.await.ok()?;
        let beside = self.side_rows(TableKind::Pages, &range, &mut listings, &mut findings);
        let pages = beside.await.ok()?;
        let (partition, bodies) = (self.partition, pages.num_rows() as u64);
        let log = Arc::clone(&listed.stats);
        let looking = tokio::task::spawn_blocking(move || {
            if opened.broken_promise(&log).is_some() {
                return None;
            }
            let mut proving = Proving::new(&pages, partition)?;
            opened.each(TableKind::Events, VERIFY_ROWS, |rows| proving.take(rows))?;
            proving.finish()
        });
        let mut events = looking.await.ok()??;
        let rows = events.len() as u64;
        listings.extend(coverage::listing_of(listed, &range, claimed.as_ref(), rows));
        let inside = |event: &Essence| range.contains(&event.position.offset.0);
        if findings.any() || !listings.is_empty() || !events.iter().all(inside) {
            return None;
        }
        // They are large: their places are sorted, and each is moved once.
        events.sort_by_cached_key(|event| event.position);
        findings.counts.files += 1;
        findings.counts.archived_events += rows;
        findings.counts.pages += bodies;
        let set_aside = quarantined.iter().filter(|record| !record.is_dropped());
        let here = rows + set_aside.count() as u64;
        Some(Examined {
            checked: Checked {
                partition,
                range,
                events,
                quarantined,
                broken: Vec::new(),
                buried: Buried::default(),
            },
            findings,
            listed: Arc::clone(listed),
            listings,
            read: Some((claimed, here)),
        })
    }

    /// Looks at it with all its rows in memory, and says what is wrong.
    async fn examine_whole(&self, listed: Arc<ArchiveFile>) -> Result<Examined, SnapshotError> {
        let mut findings = Findings::default();
        let mut listings = Vec::new();
        let mut checked = self.unseen(&listed);
        let held = self.snapshot.file_held(TableKind::Events, &listed).await;
        let (file, hidden) = match held {
            Ok(held) => held,
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
        if i64::try_from(file.bytes) != Ok(listed.size) {
            findings.resized(&listed.path, file.bytes, listed.size);
        }
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
        let buried = Buried::of(self.snapshot, &listed, &file, &mut findings).await;
        let here = (file.rows.num_rows() + set_aside.count()) as u64 + buried.leaves();
        buried.check(&file, &checked.quarantined, &pages, &mut findings);
        checked.bury(buried);
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
        // Of rows that were altered, what was said of them before does not hold any more: nothing new.
        if !findings.any() && listings.is_empty() {
            let hidden = hidden.map(|what| self.hidden(TableKind::Events, &listed, &what));
            listings.extend(hidden);
        }
        Ok(Examined {
            checked,
            findings,
            listed,
            listings,
            read: Some((coverage, here)),
        })
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
        let rows = in_order(&rows).map_err(|error| RowError::Columns(error.to_string()))?;
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

    /// Rows of `pages` or `quarantine` at offsets of `range`, as their files have them: bodies are large, and are not copied to be put in
    /// order. What is wrong with how their files are listed goes to `listings`.
    async fn side_rows(
        &self,
        kind: TableKind,
        range: &Range<u64>,
        listings: &mut Vec<Finding>,
        findings: &mut Findings,
    ) -> Result<RecordBatch, SnapshotError> {
        let mut found = Vec::new();
        let overlaps = |file: &&Arc<ArchiveFile>| {
            file.offsets.start < range.end && range.start < file.offsets.end
        };
        for listed in self.selection(kind).chosen.iter().filter(overlaps) {
            // Its first offset lies in one file of `events`, so what is wrong with it is looked for and said once.
            let is_here = range.contains(&listed.offsets.start);
            let held = match is_here {
                true => self.snapshot.file_held(kind, listed).await,
                false => {
                    let file = self.snapshot.file(kind, listed).await;
                    file.map(|file| (file, None))
                }
            };
            match held {
                Ok((file, hidden)) => {
                    if is_here {
                        listings.extend(coverage::listing(listed, &file));
                        listings.extend(hidden.map(|what| self.hidden(kind, listed, &what)));
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
        let joined = concat_batches(&kind.schema(), &found);
        Ok(joined.map_err(|error| RowError::Columns(error.to_string()))?)
    }

    /// A file before anything of it is looked at.
    fn unseen(&self, listed: &ArchiveFile) -> Checked {
        Checked {
            partition: self.partition,
            range: listed.offsets.clone(),
            events: Vec::new(),
            quarantined: Vec::new(),
            broken: Vec::new(),
            buried: Buried::default(),
        }
    }

    /// `what` of a file hides rows from whoever asks for few: who reads all of them sees them.
    fn hidden(&self, kind: TableKind, listed: &ArchiveFile, what: &str) -> Finding {
        let (table, path) = (kind.name(), &listed.path);
        Finding {
            position: Some((self.partition, Offset(listed.offsets.start)).into()),
            ..Finding::of(
                Verdict::Integrity,
                format!("file {path} of table {table}: {what}"),
            )
        }
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

/// Rows in journal order.
pub(super) fn in_order(rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let offsets = rows.column_by_name("offset").unwrap_or(rows.column(0));
    let order = sort_to_indices(offsets, None, None)?;
    take_record_batch(rows, &order)
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
