//! What would go: counts for people, and files for who lets it go.
//!
//! Enters: a survey, files. Leaves: a line a rule, a line a hold, runs of files. Never here: a file opened, or anything changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::DataFusionError;
use event::{SessionId, TimeNs};
use futures::TryStreamExt as _;
use journal::Partition;
use serde::Serialize;
use uuid::Uuid;

use super::error::RetentionError;
use super::holds::Hold;
use super::rules::{Class, Rules};
use super::survey::{Fate, Rows, Survey, stream};
use crate::contents::ArchiveFile;
use crate::limits::{COMPACTED_BYTES, COMPACTED_ROWS, ERASED_PIECES};
use crate::rows::parse_partition;
use crate::sealed::Sealed;
use crate::{Archive, Snapshot, SnapshotError, TableKind};

/// What goes by one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The rule, in words.
    pub rule: String,
    /// Events.
    pub events: u64,
    /// Pages of results among them.
    pub pages: u64,
    /// Sessions they are of.
    pub sessions: u64,
    /// The first event of these sessions, nanoseconds since 1970 UTC.
    pub oldest: Option<TimeNs>,
    /// The last.
    pub newest: Option<TimeNs>,
}

/// What would go, were it not for a hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The hold.
    pub hold: Uuid,
    /// Why it is held.
    pub why: String,
    /// Events.
    pub events: u64,
    /// Sessions they are of.
    pub sessions: u64,
}

/// What would go, and what would not.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Plan {
    /// By rule.
    pub due: Vec<Due>,
    /// By hold.
    pub held: Vec<Held>,
    /// Files of events with something that goes.
    pub files: u64,
    /// Those of them of which nothing stays.
    pub files_whole: u64,
    /// Bytes that go, about: files are written again without.
    pub bytes: u64,
    /// Events that may go and stand in files that are not sealed yet: next time.
    pub waiting: u64,
    #[serde(skip)]
    pub(super) runs: Vec<Run>,
}

impl Plan {
    /// Nothing goes.
    pub const fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Events that go.
    pub fn events(&self) -> u64 {
        self.due.iter().map(|due| due.events).sum()
    }
}

/// Files side by side that become one of what stays.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) partition: Partition,
    pub(super) pieces: Vec<Arc<ArchiveFile>>,
}

/// One file, with what goes of it.
struct File {
    listed: Arc<ArchiveFile>,
    sealed: bool,
    going: u64,
    pages: u64,
}

/// Counts on the way to a plan.
#[derive(Default)]
struct Counting {
    due: BTreeMap<super::rules::Rule, (Due, BTreeSet<SessionId>)>,
    held: BTreeMap<Uuid, (u64, BTreeSet<SessionId>)>,
}

/// What is alike of a file's events: one session's, of one class.
type Alike = (usize, SessionId, Class);

impl Archive {
    /// What would go at `now`. Changes nothing.
    pub async fn retention_plan(&self, rules: &Rules, now: TimeNs) -> Result<Plan, RetentionError> {
        let holds = in_force(self.holds().await?);
        let snapshot = self.snapshot().await?;
        let survey = Survey::of(&snapshot, rules, &holds, now).await?;
        Ok(Plan::of(&snapshot, &survey, &holds).await?)
    }
}

/// Those that hold.
pub(super) fn in_force(mut holds: Vec<Hold>) -> Vec<Hold> {
    holds.retain(|hold| hold.released.is_none());
    holds
}

impl Plan {
    pub(super) async fn of(
        snapshot: &Snapshot,
        survey: &Survey<'_>,
        holds: &[Hold],
    ) -> Result<Self, SnapshotError> {
        let mut files = files(snapshot)?;
        let counting = count(snapshot, survey, &mut files).await?;
        let mut plan = Self {
            waiting: files
                .iter()
                .filter(|file| !file.sealed)
                .map(|file| file.going)
                .sum(),
            ..Self::default()
        };
        for (rule, (mut due, sessions)) in counting.due {
            due.rule = rule.to_string();
            due.sessions = sessions.len() as u64;
            let spans: Vec<(i64, i64)> =
                sessions.iter().filter_map(|id| survey.span(*id)).collect();
            let nanos = |micros: i64| TimeNs(micros.saturating_mul(1_000));
            due.oldest = spans.iter().map(|(first, _)| nanos(*first)).min();
            due.newest = spans.iter().map(|(_, last)| nanos(*last)).max();
            plan.due.push(due);
        }
        for hold in holds {
            if let Some((events, sessions)) = counting.held.get(&hold.id) {
                plan.held.push(Held {
                    hold: hold.id,
                    why: hold.why.clone(),
                    events: *events,
                    sessions: sessions.len() as u64,
                });
            }
        }
        let due: Vec<&File> = files
            .iter()
            .filter(|file| file.sealed && file.going > 0)
            .collect();
        plan.files = due.len() as u64;
        let whole = |file: &&&File| file.listed.rows == Some(file.going);
        plan.files_whole = due.iter().filter(whole).count() as u64;
        plan.bytes = due
            .iter()
            .map(|file| share(&file.listed, file.going))
            .sum::<u64>()
            + page_bytes(snapshot, &due)?;
        plan.runs = runs(&files);
        Ok(plan)
    }
}

/// Every file of events, in order; what of each is sealed is known by its end.
fn files(snapshot: &Snapshot) -> Result<Vec<File>, SnapshotError> {
    let mut files = Vec::new();
    for partition in snapshot.next_offsets().keys().copied() {
        let sealed = snapshot.sealed_up_to(partition);
        for listed in snapshot.files(TableKind::Events, partition)? {
            files.push(File {
                sealed: listed.offsets.end <= sealed,
                listed,
                going: 0,
                pages: 0,
            });
        }
    }
    Ok(files)
}

impl Snapshot {
    /// What lies before is in both sealed tables.
    pub(super) fn sealed_up_to(&self, partition: Partition) -> u64 {
        let marks = TableKind::SEALED.into_iter().map(|table| {
            // What is not understood reaches nowhere.
            let known = Sealed::of(self, table).unwrap_or_default();
            known.mark.position(partition)
        });
        marks.min().unwrap_or(0)
    }
}

async fn count(
    snapshot: &Snapshot,
    survey: &Survey<'_>,
    files: &mut [File],
) -> Result<Counting, SnapshotError> {
    let mut begins: HashMap<Partition, Vec<(u64, usize)>> = HashMap::new();
    for (number, file) in files.iter().enumerate() {
        let of = begins.entry(file.listed.partition).or_default();
        of.push((file.listed.offsets.start, number));
    }
    let mut counting = Counting::default();
    let mut alike: HashMap<Alike, (u64, Fate)> = HashMap::new();
    let mut batches = stream(snapshot, false).await?;
    while let Some(batch) = batches.try_next().await? {
        let rows = Rows::of(&batch)?;
        let column = |name: &str, kind: &DataType| {
            let column = batch.column_by_name(name).ok_or_else(|| {
                DataFusionError::Execution(format!("column {name} of events is missing"))
            })?;
            cast(column, kind).map_err(DataFusionError::from)
        };
        let partitions = column("partition", &DataType::Utf8)?;
        let offsets = column("offset", &DataType::Int64)?;
        let offsets = offsets.as_primitive::<Int64Type>();
        for number in 0..rows.len() {
            let partition = parse_partition(partitions.as_string::<i32>().value(number));
            let offset = u64::try_from(offsets.value(number)).unwrap_or(0);
            let file = partition.and_then(|partition| {
                let begins = begins.get(&partition)?;
                let after = begins.partition_point(|(begin, _)| *begin <= offset);
                Some(begins.get(after.checked_sub(1)?)?.1)
            });
            let Some(file) = file else { continue };
            let row = rows.row(number);
            match (row.judged_with(), row.class()) {
                (Some(session), Some(class)) => {
                    let known = alike.entry((file, session, class));
                    known.or_insert_with(|| (0, survey.fate(&row))).0 += 1;
                }
                _ => counting.take(files, file, None, Class::Operations, &survey.fate(&row), 1),
            }
        }
    }
    for ((file, session, class), (events, fate)) in alike {
        counting.take(files, file, Some(session), class, &fate, events);
    }
    Ok(counting)
}

impl Counting {
    fn take(
        &mut self,
        files: &mut [File],
        file: usize,
        session: Option<SessionId>,
        class: Class,
        fate: &Fate,
        events: u64,
    ) {
        match fate {
            Fate::Stays => {}
            Fate::Held(hold) => {
                let (count, sessions) = self.held.entry(*hold).or_default();
                *count += events;
                sessions.extend(session);
            }
            Fate::Goes(rule) => {
                let Some(file) = files.get_mut(file) else {
                    return;
                };
                file.going += events;
                let pages = if class == Class::Results { events } else { 0 };
                file.pages += pages;
                if file.sealed {
                    let (due, sessions) = self.due.entry(rule.clone()).or_default();
                    due.events += events;
                    due.pages += pages;
                    sessions.extend(session);
                }
            }
        }
    }
}

/// Bytes of so many of a file's rows, about.
fn share(file: &ArchiveFile, rows: u64) -> u64 {
    let bytes = u64::try_from(file.size).unwrap_or(0);
    match file.rows {
        Some(all) if all > 0 => bytes.saturating_mul(rows.min(all)) / all,
        _ => 0,
    }
}

/// Bytes of bodies of pages that go, about: as much of each file of pages as pages go of its offsets.
fn page_bytes(snapshot: &Snapshot, due: &[&File]) -> Result<u64, SnapshotError> {
    let mut bytes = 0;
    let partitions: BTreeSet<Partition> = due.iter().map(|file| file.listed.partition).collect();
    for partition in partitions {
        let of = due.iter().filter(|file| file.listed.partition == partition);
        let mut going: u64 = of.map(|file| file.pages).sum();
        for file in snapshot.files(TableKind::Pages, partition)? {
            let here = going.min(file.rows.unwrap_or(0));
            bytes += share(&file, here);
            going -= here;
        }
    }
    Ok(bytes)
}

/// Neighbours that have something that goes, as many as become one file at a time.
fn runs(files: &[File]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let (mut bytes, mut kept, mut open) = (0, 0, false);
    for file in files {
        if !file.sealed || file.going == 0 {
            open = false;
            continue;
        }
        let size = u64::try_from(file.listed.size).unwrap_or(0);
        let stays = file.listed.rows.unwrap_or(0).saturating_sub(file.going);
        let last = runs.last_mut().filter(|run| {
            open && run.partition == file.listed.partition
                && run.pieces.len() < ERASED_PIECES
                && bytes + size <= 2 * COMPACTED_BYTES
                && kept + stays <= COMPACTED_ROWS
        });
        match last {
            Some(run) => {
                run.pieces.push(Arc::clone(&file.listed));
                bytes += size;
                kept += stays;
            }
            None => {
                runs.push(Run {
                    partition: file.listed.partition,
                    pieces: vec![Arc::clone(&file.listed)],
                });
                (bytes, kept, open) = (size, stays, true);
            }
        }
    }
    runs
}
