//! What a reader finds.
//!
//! Enters: a snapshot. Leaves: every event of it, by partition and offset. Never here: a judgement on it.

use futures::TryStreamExt as _;
use journal::{Offset, Partition, Position};

use super::mutants::Mutant;
use super::world::World;
use crate::{Snapshot, SnapshotError, TableKind};

/// Everything there is.
pub(super) async fn read(
    world: &World,
    snapshot: &Snapshot,
) -> Result<Vec<(Position, event::Event)>, SnapshotError> {
    let mut found = Vec::new();
    for partition in snapshot.next_offsets().keys() {
        let events = snapshot.read_range(*partition, Offset(0));
        found.extend(events.try_collect::<Vec<_>>().await?);
        if world.stage.has(Mutant::BothGenerations) {
            found.extend(replaced(snapshot, *partition).await?);
        }
    }
    found.sort_by_key(|(position, _)| *position);
    Ok(found)
}

/// What a reader finds that takes files for current which others have replaced: the same rows again.
async fn replaced(
    snapshot: &Snapshot,
    partition: Partition,
) -> Result<Vec<(Position, event::Event)>, SnapshotError> {
    let mut found = Vec::new();
    for file in snapshot.files(TableKind::Events, partition)? {
        if file.generation > 0 {
            let events = snapshot.read_range(partition, Offset(file.offsets.start));
            let events = events.try_collect::<Vec<_>>().await?.into_iter();
            let within = events.filter(|(position, _)| position.offset.0 < file.offsets.end);
            found.extend(within);
        }
    }
    Ok(found)
}
