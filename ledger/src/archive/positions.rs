//! How far each partition is archived, by the table's own log: the `txn` action of each commit.
//!
//! Enters: a loaded table. Leaves: the offset after the last one each partition holds. Never here: a consumer offset.

use std::collections::{BTreeMap, BTreeSet};

use deltalake::DeltaTable;
use deltalake::kernel::Version;
use serde::Deserialize;

use super::rows::parse_partition;
use super::table::{TableError, TableKind};
use crate::journal::Partition;

/// A line of a log entry, as far as positions go.
#[derive(Deserialize)]
struct Line {
    txn: Option<Txn>,
}

#[derive(Deserialize)]
struct Txn {
    #[serde(rename = "appId")]
    app_id: String,
    version: i64,
}

/// The positions of a table just loaded. Every commit that moves one adds a file, so the files name the partitions.
pub(super) async fn load(
    kind: TableKind,
    delta: &DeltaTable,
) -> Result<BTreeMap<Partition, u64>, TableError> {
    let log_error = |source| TableError::Log {
        table: kind.name(),
        source: Box::new(source),
    };
    let log = delta.log_store();
    let snapshot = delta.snapshot().map_err(log_error)?;
    let partitions: BTreeSet<Partition> = snapshot
        .log_data()
        .iter()
        .filter_map(|file| file.partition_values_map().remove("partition").flatten())
        .filter_map(|name| parse_partition(&name))
        .collect();
    let mut positions = BTreeMap::new();
    for partition in partitions {
        let version = snapshot
            .transaction_version(log.as_ref(), partition.to_string())
            .await
            .map_err(log_error)?;
        positions.extend(
            version
                .and_then(offset)
                .map(|position| (partition, position)),
        );
    }
    Ok(positions)
}

/// Reads the log entries after `before`, of which the table just loaded knows the last.
pub(super) async fn advance(
    kind: TableKind,
    delta: &DeltaTable,
    before: Option<Version>,
    positions: &mut BTreeMap<Partition, u64>,
) -> Result<(), TableError> {
    let (Some(before), Some(now)) = (before, delta.version()) else {
        *positions = load(kind, delta).await?;
        return Ok(());
    };
    let log = delta.log_store();
    for version in before.saturating_add(1)..=now {
        let entry = log.read_commit_entry(version).await;
        let entry = entry.map_err(|source| TableError::Log {
            table: kind.name(),
            source: Box::new(source),
        })?;
        let Some(entry) = entry else {
            // Cleaned up behind a checkpoint by another writer.
            *positions = load(kind, delta).await?;
            return Ok(());
        };
        for line in entry.split(|byte| *byte == b'\n') {
            if line.is_empty() {
                continue;
            }
            let line: Line = serde_json::from_slice(line).map_err(|error| TableError::Entry {
                table: kind.name(),
                version,
                detail: error.to_string(),
            })?;
            let moved = line
                .txn
                .and_then(|txn| Some((parse_partition(&txn.app_id)?, offset(txn.version)?)));
            positions.extend(moved);
        }
    }
    Ok(())
}

fn offset(version: i64) -> Option<u64> {
    u64::try_from(version).ok()
}
