//! One file's rows: each is what its hash says, or is named.
//!
//! Enters: rows of `events`, with those of `pages` at their offsets. Leaves: what chains and counts need of each event, and findings.
//! Never here: I/O, so that it runs beside others; or one bad row hiding its neighbours: a file that does not decode whole is decoded row
//! by row.

use std::collections::BTreeSet;
use std::ops::Range;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use event::EventId;

use super::files::in_order;
use super::report::{Finding, Findings, Verdict};
use super::tombstones::Buried;
use crate::rows::{
    Bodies, Essence, Quarantined, RowError, StoredEvent, essences, event_rows, page_rows,
    stored_events,
};
use ::journal::{Offset, Partition};

/// What one file range holds, checked.
pub(super) struct Checked {
    pub(super) partition: Partition,
    pub(super) range: Range<u64>,
    /// In journal order.
    pub(super) events: Vec<Essence>,
    /// In journal order.
    pub(super) quarantined: Vec<Quarantined>,
    /// Offsets of rows that hold no event any more: found, and said.
    pub(super) broken: Vec<u64>,
    /// What went of it by retention.
    pub(super) buried: Buried,
}

impl Checked {
    pub(super) fn bury(&mut self, buried: Buried) {
        self.broken.extend(buried.offsets(&self.range));
        self.buried = buried;
    }
}

/// Looks at the rows of one partition.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub(super) partition: Partition,
}

impl Look {
    pub(super) fn events(
        &self,
        rows: &RecordBatch,
        pages: &RecordBatch,
        checked: &mut Checked,
        findings: &mut Findings,
    ) {
        let inside = |event: &Essence| checked.range.contains(&event.position.offset.0);
        match essences(rows, pages, self.partition) {
            Some(events) if events.iter().all(inside) => {
                findings.counts.archived_events += events.len() as u64;
                findings.counts.pages += pages.num_rows() as u64;
                checked.events = events;
            }
            // Something is wrong, or written as firn does not write it: what it is, the long way tells.
            _ => {
                let pages = in_order(pages).unwrap_or_else(|_| pages.clone());
                self.built(rows, &pages, checked, findings);
            }
        }
        // They are large: their places are sorted, and each is moved once.
        checked.events.sort_by_cached_key(|event| event.position);
    }

    /// Builds every event and encodes it again.
    fn built(
        &self,
        rows: &RecordBatch,
        pages: &RecordBatch,
        checked: &mut Checked,
        findings: &mut Findings,
    ) {
        let bodies = Bodies::read(std::slice::from_ref(pages)).unwrap_or_default();
        let mut stored = match stored_events(rows, &bodies) {
            Ok(stored) => stored.into_iter().enumerate().collect(),
            Err(_) => self.row_by_row(rows, pages, checked, findings),
        };
        let rewritten = rewritten(&stored, rows);
        for (row, stored) in &stored {
            let fault = self.fault(stored, &checked.range).or_else(|| {
                let what = "archived row is not written as its event is: queries may not find it";
                let other = rewritten.contains(row);
                other.then(|| of(stored, Verdict::Integrity, what))
            });
            if let Some(finding) = fault {
                checked.broken.push(stored.position.offset.0);
                findings.add(finding);
                // What the row says of itself is not to be trusted, but its hash still links its neighbours.
            }
            findings.counts.archived_events += 1;
            let event = Essence::of(&stored.event, stored.position, stored.event_hash);
            checked.events.push(event);
        }
        stored.sort_by_key(|(_, stored)| stored.position);
        Self::pages(self.partition, &stored, pages, &checked.broken, findings);
    }

    fn row_by_row(
        &self,
        rows: &RecordBatch,
        pages: &RecordBatch,
        checked: &mut Checked,
        findings: &mut Findings,
    ) -> Vec<(usize, StoredEvent)> {
        let bodies = Bodies::read(std::slice::from_ref(pages)).unwrap_or_default();
        let bodied = offsets(pages);
        let mut sound = Vec::new();
        for at in 0..rows.num_rows() {
            let row = rows.slice(at, 1);
            let error = match stored_events(&row, &bodies) {
                Ok(stored) => {
                    sound.extend(stored.into_iter().map(|stored| (at, stored)));
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
        Some(of(stored, Verdict::Integrity, what))
    }

    /// Rows of `pages` must be what the events say, and no others.
    fn pages(
        partition: Partition,
        stored: &[(usize, StoredEvent)],
        pages: &RecordBatch,
        broken: &[u64],
        findings: &mut Findings,
    ) {
        let events: Vec<_> = stored
            .iter()
            .map(|(_, stored)| (stored.position, &stored.event, stored.event_hash))
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
            if offset.is_some_and(|offset| broken.contains(&offset)) {
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
                position: offset.map(|offset| (partition, Offset(offset)).into()),
                ..Finding::of(verdict, what.to_owned())
            });
        }
    }
}

/// Numbers of rows that are not the ones firn writes for their events: queries go by what is written.
fn rewritten(stored: &[(usize, StoredEvent)], rows: &RecordBatch) -> BTreeSet<usize> {
    let events: Vec<_> = stored
        .iter()
        .map(|(_, stored)| (stored.position, &stored.event, stored.event_hash))
        .collect();
    // What does not fit the tables was not written by firn.
    let written = event_rows(&events).ok();
    if written.as_ref() == Some(rows) {
        return BTreeSet::new();
    }
    let same = |at: usize, row: usize| {
        let written = written.as_ref().map(|written| written.slice(at, 1));
        written.is_some_and(|written| written == rows.slice(row, 1))
    };
    let numbers = stored.iter().map(|(row, _)| *row).enumerate();
    let others = numbers.filter(|(at, row)| !same(*at, *row));
    others.map(|(_, row)| row).collect()
}

fn of(stored: &StoredEvent, verdict: Verdict, what: &str) -> Finding {
    Finding {
        event_id: Some(stored.event.event_id),
        session_id: stored.event.session_id,
        run: Some(stored.event.producer.run),
        position: Some(stored.position.into()),
        ..Finding::of(verdict, what.to_owned())
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
