//! Bodies of pages go after the events they belong to.
//!
//! Enters: the archive. Leaves: files of pages without the bodies of what a tombstone says went. Never here: a body whose event is missing
//! for any other reason: that is evidence.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{AsArray, BooleanArray};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use event::TimeNs;
use journal::Partition;

use super::error::RetentionError;
use super::lookup::gaps_of;
use super::rows_of::offsets;
use crate::limits::ERASURE_TRIES_MAX;
use crate::rows::parse_partition;
use crate::snapshot::session_config;
use crate::table::Erasing;
use crate::{Archive, NANOS_PER_MILLI, ReplaceError, Snapshot, SnapshotError, TableKind};

impl Archive {
    /// Drops the bodies of events that went; how many.
    pub(super) async fn drop_orphans(&self, now: TimeNs) -> Result<u64, RetentionError> {
        let mut dropped = 0;
        for _ in 0..ERASURE_TRIES_MAX {
            let (gone, again) = self.drop_orphans_once(now).await?;
            dropped += gone;
            if !again {
                return Ok(dropped);
            }
        }
        Err(RetentionError::Contended)
    }

    async fn drop_orphans_once(&self, now: TimeNs) -> Result<(u64, bool), RetentionError> {
        let snapshot = self.snapshot().await?;
        if snapshot.erased_leaves() == 0 {
            return Ok((0, false));
        }
        let (mut dropped, mut again) = (0, false);
        for (partition, orphans) in orphans(&snapshot).await? {
            let gaps = gaps_of(&snapshot, partition).await?;
            let went = |offset: &u64| {
                let after = gaps.partition_point(|(first, _)| first <= offset);
                let gap = after.checked_sub(1).and_then(|at| gaps.get(at));
                gap.is_some_and(|(_, last)| offset <= last)
            };
            for file in snapshot.files(TableKind::Pages, partition)? {
                let here = orphans.range(file.offsets.clone());
                let here: BTreeSet<u64> = here.copied().filter(went).collect();
                if here.is_empty() {
                    continue;
                }
                let rows = match snapshot.file(TableKind::Pages, &file).await {
                    Ok(file) => file.rows,
                    // Replaced meanwhile, or missing, which the next look or `verify` tells.
                    Err(error) if error.is_missing() => continue,
                    Err(error) => return Err(error.into()),
                };
                let stays = offsets(&rows).map(|offset| Some(!here.contains(&offset)));
                let kept = filter_record_batch(&rows, &stays.collect::<BooleanArray>())?;
                let gone = (rows.num_rows() - kept.num_rows()) as u64;
                let erasing = Erasing {
                    pieces: &[file],
                    rows: kept,
                    gone,
                    erased: None,
                    holds: None,
                    at: now.0.div_euclid(NANOS_PER_MILLI),
                };
                let table = self.table(TableKind::Pages);
                match table.erase(&erasing, &self.0.quarantine).await {
                    Ok(_) => dropped += gone,
                    Err(ReplaceError::Gone { .. }) => again = true,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok((dropped, again))
    }
}

/// Offsets of bodies without their events.
async fn orphans(snapshot: &Snapshot) -> Result<BTreeMap<Partition, BTreeSet<u64>>, SnapshotError> {
    let context = SessionContext::new_with_config(session_config());
    context.register_table("events", snapshot.events()?)?;
    context.register_table("pages", snapshot.pages()?)?;
    let found = context
        .sql(
            "SELECT p.\"partition\", p.\"offset\" FROM pages p LEFT ANTI JOIN \
             (SELECT \"partition\", \"offset\" FROM events WHERE kind = 'response.page') e \
             ON p.\"partition\" = e.\"partition\" AND p.\"offset\" = e.\"offset\"",
        )
        .await?
        .collect()
        .await?;
    let mut orphans: BTreeMap<Partition, BTreeSet<u64>> = BTreeMap::new();
    for batch in &found {
        let partitions = cast(batch.column(0), &DataType::Utf8).map_err(DataFusionError::from)?;
        let offsets = batch.column(1).as_primitive::<Int64Type>();
        for (partition, offset) in partitions.as_string::<i32>().iter().zip(offsets) {
            let partition = partition.and_then(parse_partition);
            let offset = offset.and_then(|offset| u64::try_from(offset).ok());
            if let (Some(partition), Some(offset)) = (partition, offset) {
                orphans.entry(partition).or_default().insert(offset);
            }
        }
    }
    Ok(orphans)
}
