//! How many holds there are, in the log of `events`: whoever lets something go commits there, and so finds out that there is one more.
//!
//! Enters: a number of holds. Leaves: a log entry that says it, unless one says it or more. Never here: what is held.

use deltalake::kernel::Transaction;
use deltalake::protocol::{DeltaOperation, SaveMode};

use super::{Step, Table, TableError, entry};
use crate::contents::HOLDS;

impl Table {
    /// Says that there are so many holds.
    pub(crate) async fn note_holds(&self, holds: u64) -> Result<(), TableError> {
        let version = i64::try_from(holds).unwrap_or(i64::MAX);
        self.transact(|log| {
            if log.contents.holds() >= holds {
                return Ok::<_, TableError>(Step::Leave(()));
            }
            let operation = DeltaOperation::Write {
                mode: SaveMode::Append,
                partition_by: Some(vec!["partition".to_owned()]),
                predicate: None,
            };
            let noted = Transaction::new(HOLDS.to_owned(), version);
            Ok(Step::Commit {
                entry: entry(Vec::new(), operation, Some(noted)),
                done: (),
            })
        })
        .await
    }

    /// How many holds the log knew of when it was last read: the store is not asked.
    pub(crate) async fn known_holds(&self) -> u64 {
        let read = self.read.lock().await;
        read.as_ref().map_or(0, |log| log.contents.holds())
    }

    /// How many holds the log knows of.
    pub(crate) async fn noted_holds(&self) -> Result<u64, TableError> {
        Ok(self.contents().await?.holds())
    }
}
