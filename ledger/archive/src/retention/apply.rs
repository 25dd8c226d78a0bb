//! What is due goes: for each run of files one of what stays, and a tombstone.
//!
//! Enters: rules, the time, who lets it go. Leaves: commits. Never here: an event that is not what its hash says, or one that a hold
//! covers which was acknowledged before its commit: both stand in one log, in one order.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch, not};
use arrow::error::ArrowError;
use event::TimeNs;
use serde::Serialize;

use super::error::RetentionError;
use super::holds::Hold;
use super::plan::{Plan, Run, in_force};
use super::rows_of::offsets;
use super::rules::{Class, Rule, Rules};
use super::survey::{Fate, Rows, Survey};
use crate::coverage::Erased;
use crate::limits::ERASURE_TRIES_MAX;
use crate::rows::{Bodies, StoredEvent, quarantined, stored_events};
use crate::table::Erasing;
use crate::tombstone::{
    FORMAT, Going, Gone, RuleCount, Standing, Tombstone, gaps, numbers, segments,
};
use crate::{Archive, NANOS_PER_MILLI, ReplaceError, Snapshot, SnapshotError, TableKind};

/// What went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// Events.
    pub events: u64,
    /// Bodies of pages.
    pub pages: u64,
    /// Files that were replaced by others without them.
    pub files: u64,
    /// Files of which something should have gone and did not.
    pub refused: Vec<Refused>,
}

/// Files that stay as they are: they hold what could not be proved before it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The first of them.
    pub path: String,
    /// What is wrong.
    pub what: String,
}

/// What became of one run.
enum Done {
    Gone {
        events: u64,
        files: u64,
    },
    /// Somebody else was first, with a compaction or an erasure.
    Moved,
    /// A hold was made or released meanwhile.
    OtherHolds,
    Refused(Refused),
}

/// Who lets go, when.
struct Order<'a> {
    by: &'a str,
    at: TimeNs,
}

impl Archive {
    /// Lets go what is due at `now`; `by` is who says so. Sealed rows of it go last.
    pub async fn retain(
        &self,
        rules: &Rules,
        by: &str,
        now: TimeNs,
    ) -> Result<Applied, RetentionError> {
        let mut applied = Applied::default();
        let order = Order { by, at: now };
        for _ in 0..ERASURE_TRIES_MAX {
            let once = self.retain_once(rules, &order, &mut applied);
            if Box::pin(once).await? {
                applied.pages = Box::pin(self.drop_orphans(now)).await?;
                let at = now.0.div_euclid(NANOS_PER_MILLI);
                Box::pin(self.reseal_all(at)).await?;
                return Ok(applied);
            }
        }
        Err(RetentionError::Contended)
    }

    /// False if something changed meanwhile, so that it must be looked at again.
    async fn retain_once(
        &self,
        rules: &Rules,
        order: &Order<'_>,
        applied: &mut Applied,
    ) -> Result<bool, RetentionError> {
        applied.refused.clear();
        if rules.is_empty() {
            return Ok(true);
        }
        let all = self.holds().await?;
        let holds = in_force(all.clone());
        let snapshot = self.snapshot().await?;
        let survey = Survey::of(&snapshot, rules, &holds, order.at).await?;
        let plan = Plan::of(&snapshot, &survey, &holds).await?;
        let mut unmoved = true;
        for run in &plan.runs {
            match self.erase_run(&snapshot, &survey, &all, run, order).await? {
                Done::Gone { events, files } => {
                    applied.events += events;
                    applied.files += files;
                }
                Done::Moved => unmoved = false,
                Done::OtherHolds => return Ok(false),
                Done::Refused(refused) => applied.refused.push(refused),
            }
        }
        Ok(unmoved)
    }

    async fn erase_run(
        &self,
        snapshot: &Snapshot,
        survey: &Survey<'_>,
        holds: &[Hold],
        run: &Run,
        order: &Order<'_>,
    ) -> Result<Done, RetentionError> {
        let rows = match events_of(snapshot, run).await {
            Ok(rows) => rows,
            Err(error) if error.is_missing() => return self.missing(run).await,
            Err(error) => return Ok(Done::Refused(refused(run, error.to_string()))),
        };
        let (kept, gone, rules) = split(&rows, survey)?;
        if gone.num_rows() == 0 {
            return Ok(Done::Gone {
                events: 0,
                files: 0,
            });
        }
        let bodies = match bodies_of(snapshot, run).await {
            Ok(bodies) => bodies,
            Err(error) if error.is_missing() => return Ok(Done::Moved),
            Err(error) => return Ok(Done::Refused(refused(run, error.to_string()))),
        };
        let going = tokio::task::spawn_blocking(move || proved(&gone, &bodies));
        let going = going
            .await
            .map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
        let going = match going {
            Ok(going) => going,
            Err(what) => return Ok(Done::Refused(refused(run, what))),
        };
        let erased = self.bury(snapshot, run, &kept, going, rules, order).await?;
        let events_table = self.table(TableKind::Events);
        // Before the look: of a hold that comes too late for it the log knows, then, before the commit.
        let noted = events_table.noted_holds().await?;
        if self.holds().await? != holds {
            return Ok(Done::OtherHolds);
        }
        let events = (rows.num_rows() - kept.num_rows()) as u64;
        let erasing = Erasing {
            pieces: &run.pieces,
            rows: kept,
            gone: events,
            erased: Some(erased),
            holds: Some(noted),
            at: order.at.0.div_euclid(NANOS_PER_MILLI),
        };
        match events_table.erase(&erasing, &self.0.quarantine).await {
            Ok(_) => Ok(Done::Gone {
                events,
                files: run.pieces.len() as u64,
            }),
            Err(ReplaceError::Gone { .. }) => Ok(Done::Moved),
            Err(ReplaceError::Held) => Ok(Done::OtherHolds),
            Err(error) => Err(error.into()),
        }
    }

    /// An object that is not there and not listed either was replaced; one that is listed is missing.
    async fn missing(&self, run: &Run) -> Result<Done, RetentionError> {
        let contents = self.table(TableKind::Events).contents().await?;
        let all_listed = run.pieces.iter().all(|piece| contents.lists(&piece.path));
        Ok(match all_listed {
            true => Done::Refused(refused(run, "a file is missing".to_owned())),
            false => Done::Moved,
        })
    }

    /// Writes the tombstone of what goes of a run.
    async fn bury(
        &self,
        snapshot: &Snapshot,
        run: &Run,
        kept: &RecordBatch,
        going: Vec<Going>,
        rules: BTreeMap<Rule, RuleCount>,
        order: &Order<'_>,
    ) -> Result<Erased, RetentionError> {
        let table = self.table(TableKind::Events);
        let mut before = BTreeSet::new();
        let mut leaves = 0;
        let mut standing = Standing {
            kept: offsets(kept).collect(),
            ..Standing::default()
        };
        let claims = run.pieces.iter().filter_map(|piece| piece.claim()?.erased);
        for erased in claims {
            leaves += erased.leaves;
            before.insert(erased.tombstone);
        }
        let mut earlier = BTreeSet::new();
        for tombstone in &before {
            for tombstone in table.tombstones(run.partition, *tombstone).await? {
                let gaps = tombstone.gone.into_iter().flat_map(|gone| gone.gaps);
                earlier.extend(gaps.map(|gap| (gap.first, gap.leaves)));
            }
        }
        standing.earlier = earlier.into_iter().collect();
        standing.kept.extend(set_aside(snapshot, run).await?);
        let coverage = table.covered(&run.pieces, &self.0.quarantine).await?;
        let first_leaf = coverage.leaves.map_or(0, |leaves| leaves.start);
        let gone = Gone {
            at: order.at,
            by: order.by.to_owned(),
            rules: rules.into_values().collect(),
            leaves: going.len() as u64,
            gaps: gaps(&going, &standing, first_leaf),
            runs: numbers(&going),
            segments: segments(&going),
        };
        leaves += gone.leaves;
        let tombstone = Tombstone {
            format: FORMAT,
            partition: run.partition.to_string(),
            first: coverage.offsets.start,
            end: coverage.offsets.end,
            before: before.into_iter().collect(),
            gone: Some(gone),
        };
        let tombstone = table.put_tombstone(run.partition, &tombstone).await?;
        Ok(Erased { leaves, tombstone })
    }
}

fn refused(run: &Run, what: String) -> Refused {
    let path = run.pieces.first().map(|piece| piece.path.clone());
    Refused {
        path: path.unwrap_or_default(),
        what: format!("{what}; run `firn verify`, nothing of it goes before it is sound"),
    }
}

async fn events_of(snapshot: &Snapshot, run: &Run) -> Result<RecordBatch, SnapshotError> {
    let mut rows = Vec::with_capacity(run.pieces.len());
    for piece in &run.pieces {
        rows.push(snapshot.file(TableKind::Events, piece).await?.rows);
    }
    let joined = concat_batches(&TableKind::Events.schema(), &rows);
    Ok(joined.map_err(datafusion::error::DataFusionError::from)?)
}

/// What stays, what goes, and by which rules.
fn split(
    rows: &RecordBatch,
    survey: &Survey<'_>,
) -> Result<(RecordBatch, RecordBatch, BTreeMap<Rule, RuleCount>), RetentionError> {
    let looked = Rows::of(rows)?;
    let mut rules: BTreeMap<Rule, RuleCount> = BTreeMap::new();
    let mut goes = Vec::with_capacity(looked.len());
    for number in 0..looked.len() {
        let row = looked.row(number);
        let fate = survey.fate(&row);
        if let Fate::Goes(rule) = &fate {
            let count = rules.entry(rule.clone()).or_insert_with(|| RuleCount {
                rule: rule.to_string(),
                events: 0,
                pages: 0,
            });
            count.events += 1;
            count.pages += u64::from(row.class() == Some(Class::Results));
        }
        goes.push(matches!(fate, Fate::Goes(_)));
    }
    let goes = BooleanArray::from(goes);
    let gone = filter_record_batch(rows, &goes)?;
    let kept = filter_record_batch(rows, &not(&goes)?)?;
    Ok((kept, gone, rules))
}

/// Bodies of the pages among a run's offsets.
async fn bodies_of(snapshot: &Snapshot, run: &Run) -> Result<Bodies, SnapshotError> {
    let mut bodies = Bodies::default();
    for file in snapshot.files(TableKind::Pages, run.partition)? {
        let shares = |piece: &std::sync::Arc<crate::contents::ArchiveFile>| {
            piece.offsets.start < file.offsets.end && file.offsets.start < piece.offsets.end
        };
        if run.pieces.iter().any(shares) && file.rows != Some(0) {
            let pages = snapshot.file(TableKind::Pages, &file).await?;
            bodies.extend(&Bodies::read(&[pages.rows])?);
        }
    }
    Ok(bodies)
}

/// Each event as its tombstone will know it, if all are what their hashes say.
fn proved(gone: &RecordBatch, bodies: &Bodies) -> Result<Vec<Going>, String> {
    let stored = stored_events(gone, bodies).map_err(|error| error.to_string())?;
    let mut going = Vec::with_capacity(stored.len());
    for StoredEvent {
        position,
        event_hash,
        event,
    } in stored
    {
        let bytes = event::encode(&event).map_err(|error| error.to_string())?;
        if event::event_hash(&bytes) != event_hash {
            return Err(format!(
                "the event at offset {} was altered: its hash is not the stored one",
                position.offset.0
            ));
        }
        going.push(Going {
            offset: position.offset.0,
            hash: event_hash,
            event_id: event.event_id,
            run: event.producer.run,
            seq: event.producer.seq,
            session: event.session_id,
            index: event.part.index,
            previous: event.part.previous_hash,
            time: event.time,
        });
    }
    going.sort_by_key(|going| going.offset);
    Ok(going)
}

/// Offsets of records in quarantine among a run's, which are leaves too.
async fn set_aside(snapshot: &Snapshot, run: &Run) -> Result<Vec<u64>, SnapshotError> {
    let mut found = Vec::new();
    let inside = |offset: u64| {
        run.pieces
            .iter()
            .any(|piece| piece.offsets.contains(&offset))
    };
    for file in snapshot.files(TableKind::Quarantine, run.partition)? {
        let shares = |piece: &std::sync::Arc<crate::contents::ArchiveFile>| {
            piece.offsets.start < file.offsets.end && file.offsets.start < piece.offsets.end
        };
        if !run.pieces.iter().any(shares) {
            continue;
        }
        let rows = snapshot.file(TableKind::Quarantine, &file).await?.rows;
        let records = quarantined(&rows)?.into_iter();
        let leaves = records.filter(|record| !record.is_dropped() && inside(record.offset));
        found.extend(leaves.map(|record| record.offset));
    }
    Ok(found)
}
