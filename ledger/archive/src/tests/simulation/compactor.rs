//! Neighbours that become one, by a compactor of the simulation.
//!
//! Enters: files side by side. Leaves: one in their place. Never here: a choice of what is worth it.

use std::sync::Arc;

use super::member::Trouble;
use super::mutants::Mutant;
use super::world::World;
use crate::compaction::{Compacted, Due};
use crate::{Archive, ArchiveFile, TableKind, tamper};

/// Tables whose files become one.
pub(super) const KINDS: [TableKind; 3] =
    [TableKind::Events, TableKind::Pages, TableKind::Quarantine];

pub(super) async fn compact(
    world: &World,
    archive: &Archive,
    due: &Due,
) -> Result<Compacted, Trouble> {
    let compacted = archive.compact(due, world.now()).await?;
    if world.stage.has(Mutant::RowDropped) {
        drop_last_row(world, archive, due).await?;
    }
    Ok(compacted)
}

/// All of each table that stand side by side.
pub(super) async fn compact_all(world: &World, archive: &Archive) {
    for kind in KINDS {
        for partition in world.partitions().await {
            let snapshot = archive.snapshot().await.unwrap();
            let files = snapshot.files(kind, partition).unwrap();
            // Files of a sparse table need not stand side by side.
            let stand = |left: &Arc<ArchiveFile>, right: &Arc<ArchiveFile>| {
                left.offsets.end == right.offsets.start
            };
            for run in files.chunk_by(stand).filter(|run| run.len() > 1) {
                let due = Due {
                    kind,
                    partition,
                    pieces: run.to_vec(),
                };
                compact(world, archive, &due).await.unwrap();
            }
        }
    }
}

/// Writes the file that stands where `due` stood once more, without its last row.
async fn drop_last_row(world: &World, archive: &Archive, due: &Due) -> Result<(), Trouble> {
    let first = due.pieces.first().map_or(0, |piece| piece.offsets.start);
    let snapshot = archive.snapshot().await?;
    for file in snapshot.files(due.kind, due.partition)? {
        if file.generation > 0 && file.offsets.contains(&first) {
            let rows = snapshot.file(due.kind, &file).await?.rows;
            let kept = rows.slice(0, rows.num_rows().saturating_sub(1));
            let words = tamper::words(&world.store, due.kind, &file.path).await;
            tamper::write(&world.store, due.kind, &file.path, words, &kept).await;
        }
    }
    Ok(())
}
