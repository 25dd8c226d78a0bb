//! The journal beside the archive: what retention still holds must be archived or quarantined, once and alike.
//!
//! Enters: records of one partition, file ranges as checked. Leaves: findings. Never here: waiting for records to come, or a journal that is
//! slow, away or closed taken for one that holds nothing more: what it holds would count as missing, or be passed over.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use event::Digest;
use futures::StreamExt;

use super::look::Checked;
use super::report::{Finding, Findings, Verdict};
use crate::rows::Essence;
use ::journal::{Delivered, Journal, Offset, Partition, Position, ReadError, Subscription};

/// A journal that delivers nothing for this long is asked whether it is there.
const QUIET: Duration = Duration::from_secs(5);
/// One that is there each time, and has delivered nothing before any of them, has nothing more: its last offsets may belong to no record.
const ANSWERS: u32 = 3;
/// One that is not there so often without having delivered anything meanwhile is given up.
const SILENCES: u32 = 8;

/// The offsets a journal holds of a partition when verification begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) begins: u64,
    pub(super) end: u64,
}

impl Kept {
    /// None without a journal, or if it does not have the partition.
    pub(super) async fn of(
        journal: Option<&Arc<dyn Journal>>,
        partition: Partition,
    ) -> Result<Option<Self>, ReadError> {
        let Some(journal) = journal else {
            return Ok(None);
        };
        if !journal
            .partitions(partition.topic)
            .await?
            .contains(&partition)
        {
            return Ok(None);
        }
        let bounds = journal.bounds(partition).await?;
        Ok(Some(Self {
            begins: bounds.start,
            end: bounds.end,
        }))
    }
}

/// Reads a partition up to where it ended when verification began.
pub(super) struct Cursor {
    journal: Arc<dyn Journal>,
    partition: Partition,
    records: Subscription,
    peeked: Option<Delivered>,
    /// From here on the journal has every record.
    begins: u64,
    end: u64,
    /// One past the last that was delivered.
    next: u64,
    done: bool,
}

impl Cursor {
    pub(super) async fn open(
        journal: &Arc<dyn Journal>,
        partition: Partition,
        from: u64,
        kept: &Kept,
    ) -> Result<Self, ReadError> {
        let mut begins = from.max(kept.begins);
        // Retention may go on meanwhile.
        let records = loop {
            // An archive that is ahead of the journal is verified too: nothing is read then.
            let from = Offset(begins.min(kept.end));
            match journal.subscribe(partition, from).await {
                Err(ReadError::Dropped { begins: later, .. }) if later > begins => begins = later,
                other => break other?,
            }
        };
        Ok(Self {
            journal: Arc::clone(journal),
            partition,
            records,
            peeked: None,
            begins,
            end: kept.end,
            next: begins,
            done: begins >= kept.end,
        })
    }

    /// The next record, if it stands below `offset`.
    pub(super) async fn next_below(&mut self, offset: u64) -> Result<Option<Delivered>, ReadError> {
        if self.peeked.is_none() && !self.done {
            let (journal, partition) = (&*self.journal, self.partition);
            match awaited(&mut self.records, journal, partition, QUIET).await? {
                Some(record) => {
                    self.next = record.position.offset.0.saturating_add(1);
                    self.done = self.next >= self.end;
                    self.peeked = Some(record);
                }
                None => self.done = true,
            }
        }
        match &self.peeked {
            Some(record) if record.position.offset.0 < offset.min(self.end) => {
                Ok(self.peeked.take())
            }
            _ => Ok(None),
        }
    }

    /// The last offsets, if they belong to no record, once all is read.
    pub(super) fn lacking(&self) -> Option<Range<u64>> {
        (self.done && self.next < self.end).then_some(self.next..self.end)
    }
}

/// The next record, before the journal's end; none if the journal answers and delivers none. Each wait takes `quiet`.
async fn awaited(
    records: &mut Subscription,
    journal: &dyn Journal,
    partition: Partition,
    quiet: Duration,
) -> Result<Option<Delivered>, ReadError> {
    let (mut answers, mut silences) = (0, 0);
    loop {
        match tokio::time::timeout(quiet, records.next()).await {
            Ok(Some(record)) => return record.map(Some),
            Ok(None) => {
                let what = format!("it was closed while {partition} was verified");
                return Err(ReadError::Unavailable(what));
            }
            Err(_) => {}
        }
        match journal.bounds(partition).await {
            Ok(_) => {
                answers += 1;
                if answers == ANSWERS {
                    return Ok(None);
                }
            }
            // A broker that is away for a while comes back, and its reader goes on by itself.
            Err(error) => {
                answers = 0;
                silences += 1;
                if silences == SILENCES {
                    return Err(error);
                }
            }
        }
    }
}

/// What `file` holds at each offset, in order: the hash, or none where that is broken and said already.
fn archived_rows(file: &Checked, findings: &mut Findings) -> Vec<(u64, Option<Digest>)> {
    let place = |event: &Essence| event.position.offset.0;
    let in_order = |left: &Essence, right: &Essence| place(left) < place(right);
    // As a rule: events that are sound, each in a place of its own.
    if file.quarantined.is_empty() && file.broken.is_empty() && file.events.is_sorted_by(in_order) {
        let events = file.events.iter();
        return events
            .map(|event| (place(event), Some(event.hash)))
            .collect();
    }
    let mut rows: BTreeMap<u64, Option<Digest>> = BTreeMap::new();
    for stored in &file.events {
        let offset = stored.position.offset.0;
        if rows.insert(offset, Some(stored.hash)).is_some() {
            findings.add(finding(
                stored.position,
                Verdict::Integrity,
                "two archived rows have this position",
            ));
        }
    }
    for record in file
        .quarantined
        .iter()
        .filter(|record| !record.is_dropped())
    {
        if rows.insert(record.offset, Some(record.sha256)).is_some() {
            let position = at(file, record.offset);
            findings.add(finding(
                position,
                Verdict::Integrity,
                "two archived rows have this position",
            ));
        }
    }
    for offset in &file.broken {
        rows.insert(*offset, None);
    }
    rows.into_iter().collect()
}

/// Compares one file range with the journal.
pub(super) async fn compare(
    cursor: &mut Cursor,
    file: &Checked,
    findings: &mut Findings,
) -> Result<(), ReadError> {
    let held = |offset: u64| offset >= cursor.begins && offset < cursor.end;
    let mut rows = archived_rows(file, findings);
    rows.retain(|(offset, _)| held(*offset));
    let mut rows = rows.into_iter().peekable();
    let mut passed = Vec::new();
    while let Some(record) = cursor.next_below(file.range.end).await? {
        findings.counts.compared += 1;
        let hash = Digest::of(&record.value);
        let offset = record.position.offset.0;
        // Records come in order: a row before this one has none.
        while let Some(row) = rows.next_if(|(row, _)| *row < offset) {
            passed.push(row);
        }
        let row = rows.next_if(|(row, _)| *row == offset);
        let found = match row.map(|(_, archived)| archived) {
            // Said already.
            Some(None) => continue,
            Some(Some(archived)) if archived == hash => continue,
            Some(Some(_)) => finding(
                record.position,
                Verdict::Integrity,
                "the journal holds another record in this place than the archive",
            ),
            None => finding(
                record.position,
                Verdict::Completeness,
                "journal record is neither archived nor in quarantine",
            ),
        };
        let event = event::decode(&record.value).ok();
        findings.add(Finding {
            event_id: event.as_ref().map(|event| event.event_id),
            session_id: event.as_ref().and_then(|event| event.session_id),
            run: event.as_ref().map(|event| event.producer.run),
            ..found
        });
    }
    for (offset, archived) in passed.into_iter().chain(rows) {
        if archived.is_some() {
            let what = "archived row is not in the journal, which holds this place";
            findings.add(finding(at(file, offset), Verdict::Integrity, what));
        }
    }
    Ok(())
}

const fn at(file: &Checked, offset: u64) -> Position {
    Position {
        partition: file.partition,
        offset: Offset(offset),
    }
}

fn finding(position: Position, verdict: Verdict, what: &str) -> Finding {
    Finding {
        position: Some(position.into()),
        ..Finding::of(verdict, what.to_owned())
    }
}

#[cfg(test)]
mod tests;
