//! How the archive stands, for people.
//!
//! Enters: a snapshot. Leaves: a line a table. Never here: a file opened.

use serde::Serialize;

use super::{CompactError, RECORDED};
use crate::sealed::{Sealed, Watermark};
use crate::{Archive, TableKind};

/// One table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Its name.
    pub table: &'static str,
    /// Files readers use.
    pub files: u64,
    /// Their rows; of a sealed table, those that count.
    pub rows: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Of a sealed table, events it does not know yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsealed: Option<u64>,
    /// Of a recorded table, files that wait to become fewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<u64>,
}

impl Archive {
    /// Every table.
    pub async fn standing(&self) -> Result<Vec<Standing>, CompactError> {
        let snapshot = self.snapshot().await?;
        let mut tables = Vec::new();
        for kind in RECORDED.into_iter().rev() {
            let mut standing = Standing::of(kind);
            let mut due = 0;
            for partition in snapshot.next_offsets().keys().copied() {
                for file in snapshot.files(kind, partition)? {
                    standing.files += 1;
                    standing.rows += file.rows.unwrap_or(0);
                    standing.bytes += u64::try_from(file.size).unwrap_or(0);
                }
                due += snapshot
                    .due(kind, partition)?
                    .iter()
                    .map(|due| due.files() as u64)
                    .sum::<u64>();
            }
            standing.due = Some(due);
            tables.push(standing);
        }
        for kind in TableKind::SEALED {
            let sealed = Sealed::of(&snapshot, kind).unwrap_or_default();
            let mut standing = Standing::of(kind);
            for file in &sealed.files {
                standing.files += 1;
                standing.rows += file.held.rows - file.dead.count();
                standing.bytes += u64::try_from(file.add.size).unwrap_or(0);
            }
            let end = Watermark::from(snapshot.next_offsets());
            standing.unsealed = Some(snapshot.events_between(&sealed.mark, &end)?);
            tables.push(standing);
        }
        Ok(tables)
    }
}

impl Standing {
    const fn of(kind: TableKind) -> Self {
        Self {
            table: kind.name(),
            files: 0,
            rows: 0,
            bytes: 0,
            unsealed: None,
            due: None,
        }
    }
}
