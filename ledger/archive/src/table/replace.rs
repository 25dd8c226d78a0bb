//! How files become one: the compactor's commit.
//!
//! Enters: files of one partition, side by side, and their rows in another order. Leaves: one file of the next generation in
//! their place, by one log entry. Never here: a row more or less, a position that moves, or an object deleted: a reader on an
//! older snapshot reads the pieces for as long as they stand.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::{sort_to_indices, take_record_batch};
use arrow::datatypes::Int64Type;
use deltalake::kernel::{Action, Remove};
use deltalake::protocol::DeltaOperation;

use super::{CommitError, Step, Table, TableError, TableKind, entry};
use crate::contents::ArchiveFile;
use crate::coverage::Coverage;
use crate::rows;
use crate::tombstone::TombstoneError;

/// Why files are not replaced. Nothing changed then for any reader.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// They are no unbroken range of one partition.
    #[error("files of {table} do not stand side by side: {detail}")]
    Apart {
        /// The table.
        table: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// The rows are not those of the files.
    #[error("rows for {path} of {table} are not those of the files it replaces: {detail}")]
    Rows {
        /// The table.
        table: &'static str,
        /// The file.
        path: String,
        /// What is wrong.
        detail: String,
    },
    /// Somebody else replaced one of them first: look again.
    #[error("{path} of {table} is not listed any more, another compaction was first")]
    Gone {
        /// The table.
        table: &'static str,
        /// The file.
        path: String,
    },
    /// There is a hold that was not looked for.
    #[error("there are more holds by now than were looked at")]
    Held,
    /// The file cannot be written.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// What went of the files before is not known.
    #[error(transparent)]
    Tombstone(TombstoneError),
}

impl From<TableError> for ReplaceError {
    fn from(error: TableError) -> Self {
        Self::Commit(error.into())
    }
}

impl Table {
    /// Lists one file of `rows` in place of `pieces`; its bytes. `at` is when, in milliseconds since 1970 UTC.
    pub(crate) async fn replace(
        &self,
        pieces: &[Arc<ArchiveFile>],
        rows: RecordBatch,
        quarantine: &Self,
        at: i64,
    ) -> Result<u64, ReplaceError> {
        let mut coverage = self.covered(pieces, quarantine).await?;
        self.check_rows(pieces, &coverage, &rows, 0)?;
        coverage.erased = self.gathered(pieces).await?;
        let file = self.place(coverage, &rows).await?;
        let removes: Vec<Action> = pieces
            .iter()
            .map(|piece| Action::Remove(remove(piece, at, false)))
            .collect();
        let size = u64::try_from(file.size).unwrap_or(0);
        self.transact(|log| {
            if log.contents.lists(file.path.as_ref()) {
                return Ok(Step::Leave(size));
            }
            if let Some(gone) = pieces.iter().find(|piece| !log.contents.lists(&piece.path)) {
                return Err(ReplaceError::Gone {
                    table: self.kind.name(),
                    path: gone.path.clone(),
                });
            }
            let mut actions = removes.clone();
            actions.push(Action::Add(file.add(false)));
            let operation = DeltaOperation::Optimize {
                predicate: None,
                target_size: file.size,
            };
            Ok(Step::Commit {
                entry: entry(actions, operation, None),
                done: size,
            })
        })
        .await
    }

    /// What one file in place of `pieces` covers, but for what went of them.
    pub(crate) async fn covered(
        &self,
        pieces: &[Arc<ArchiveFile>],
        quarantine: &Self,
    ) -> Result<Coverage, ReplaceError> {
        let apart = |detail: String| ReplaceError::Apart {
            table: self.kind.name(),
            detail,
        };
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return Err(apart("there are none".to_owned()));
        };
        for pair in pieces.windows(2) {
            if let [left, right] = pair
                && (left.partition != right.partition || left.offsets.end != right.offsets.start)
            {
                return Err(apart(format!(
                    "{} does not begin where {} ends",
                    right.path, left.path
                )));
            }
        }
        let generation = pieces.iter().map(|piece| piece.generation).max();
        let before = |offset| self.leaves_before(first.partition, offset, quarantine);
        let leaves = match self.kind {
            TableKind::Events => {
                Some(before(first.offsets.start).await?..before(last.offsets.end).await?)
            }
            TableKind::Pages
            | TableKind::Quarantine
            | TableKind::Statements
            | TableKind::Sessions => None,
        };
        Ok(Coverage {
            partition: first.partition,
            offsets: first.offsets.start..last.offsets.end,
            generation: generation.unwrap_or(0).saturating_add(1),
            leaves,
            erased: None,
        })
    }

    /// The object of a compaction that was cut off before its commit.
    #[cfg(test)]
    pub(crate) async fn put_for_test(
        &self,
        pieces: &[Arc<ArchiveFile>],
        rows: RecordBatch,
        quarantine: &Self,
    ) {
        let coverage = self.covered(pieces, quarantine).await.unwrap();
        assert!(
            self.put(coverage, rows)
                .await
                .unwrap()
                .is_some_and(|file| file.own)
        );
    }

    /// They are those of the pieces, but for so many that went.
    pub(super) fn check_rows(
        &self,
        pieces: &[Arc<ArchiveFile>],
        coverage: &Coverage,
        rows: &RecordBatch,
        gone: u64,
    ) -> Result<(), ReplaceError> {
        let counted: Option<u64> = pieces.iter().map(|piece| piece.rows).sum();
        if counted.is_some_and(|counted| counted != rows.num_rows() as u64 + gone) {
            return Err(self.wrong_rows(coverage, "they are more or fewer"));
        }
        let offsets = rows.column_by_name("offset");
        let offsets = offsets.and_then(|offsets| offsets.as_primitive_opt::<Int64Type>());
        let mut offsets: Vec<u64> = offsets
            .into_iter()
            .flat_map(|offsets| offsets.iter())
            .filter_map(|offset| u64::try_from(offset?).ok())
            .filter(|offset| coverage.offsets.contains(offset))
            .collect();
        offsets.sort_unstable();
        offsets.dedup();
        if offsets.len() != rows.num_rows() {
            return Err(self.wrong_rows(coverage, "offsets repeat or lie outside"));
        }
        Ok(())
    }

    pub(super) fn wrong_rows(&self, coverage: &Coverage, detail: &str) -> ReplaceError {
        ReplaceError::Rows {
            table: self.kind.name(),
            path: coverage.path().to_string(),
            detail: detail.to_owned(),
        }
    }
}

/// `changes`: rows go with it.
pub(super) fn remove(piece: &ArchiveFile, at: i64, changes: bool) -> Remove {
    Remove {
        path: piece.path.clone(),
        data_change: changes,
        deletion_timestamp: Some(at),
        extended_file_metadata: Some(true),
        partition_values: Some(
            [("partition".to_owned(), Some(piece.partition.to_string()))].into(),
        ),
        size: Some(piece.size),
        ..Remove::default()
    }
}

/// Equal in journal order, whatever the order in the files.
pub(crate) fn same_rows(left: &RecordBatch, right: &RecordBatch) -> bool {
    let ordered = |batch: &RecordBatch| {
        let batch = rows::conform(batch, &left.schema()).ok()?;
        let order = sort_to_indices(batch.column_by_name("offset")?, None, None).ok()?;
        take_record_batch(&batch, &order).ok()
    };
    let left_rows = ordered(left);
    left_rows.is_some() && left_rows == ordered(right)
}
