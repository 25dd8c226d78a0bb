//! How far each partition is archived, by the table's own log: the `txn` action of each commit.
//!
//! Enters: a table loaded whole. Leaves: the offset after the last one each partition holds; how many holds there are. Never here: a
//! consumer offset.

use deltalake::DeltaTable;
use journal::Partition;

use super::{TableError, TableKind};
use crate::contents::{Contents, HOLDS};

/// The positions of a table just loaded. Every commit that moves one adds a file, so the files name the partitions.
pub(super) async fn load(
    kind: TableKind,
    delta: &DeltaTable,
    contents: &Contents,
) -> Result<Vec<(Partition, u64)>, TableError> {
    let log_error = |source| TableError::Log {
        table: kind.name(),
        source: Box::new(source),
    };
    let log = delta.log_store();
    let snapshot = delta.snapshot().map_err(log_error)?;
    let mut positions = Vec::new();
    for partition in contents.partitions() {
        let version = snapshot
            .transaction_version(log.as_ref(), partition.to_string())
            .await
            .map_err(log_error)?;
        let position = version.and_then(|version| u64::try_from(version).ok());
        positions.extend(position.map(|position| (partition, position)));
    }
    Ok(positions)
}

/// How many holds the log of a table just loaded knows of: that of `events` is where they are said.
pub(super) async fn holds(kind: TableKind, delta: &DeltaTable) -> Result<u64, TableError> {
    if kind != TableKind::Events {
        return Ok(0);
    }
    let log_error = |source| TableError::Log {
        table: kind.name(),
        source: Box::new(source),
    };
    let log = delta.log_store();
    let snapshot = delta.snapshot().map_err(log_error)?;
    let version = snapshot
        .transaction_version(log.as_ref(), HOLDS.to_owned())
        .await
        .map_err(log_error)?;
    Ok(version.map_or(0, |version| u64::try_from(version).unwrap_or(0)))
}
