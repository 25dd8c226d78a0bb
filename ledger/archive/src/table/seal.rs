//! How a sealed table grows: a file, the rows it replaces and the files it takes in, in one commit.
//!
//! Enters: what was known when the step was folded. Leaves: the next log entry, or none if anything is different by then.
//! Never here: a step on top of another that it did not see.

use std::sync::Arc;

use deltalake::kernel::{Action, Add, Remove};
use deltalake::protocol::{DeltaOperation, SaveMode};

use super::{Log, Step, Table, TableError, entry};
use crate::sealed::SealedFile;

/// A step on its way into its table's log.
pub(crate) struct Sealing<'a> {
    /// The files it was folded on, in order.
    pub(crate) known: &'a [Arc<SealedFile>],
    /// Those of them whose rows are in its file now.
    pub(crate) removed: &'a [Arc<SealedFile>],
    /// Those of which more rows are replaced, as they are to be listed.
    pub(crate) updated: Vec<Add>,
    /// Its file.
    pub(crate) added: Add,
    /// When, milliseconds since 1970 UTC.
    pub(crate) at: i64,
}

impl Table {
    /// Commits a step; false if another was first, and the step is void.
    pub(crate) async fn seal(&self, sealing: &Sealing<'_>) -> Result<bool, TableError> {
        let removes = sealing
            .removed
            .iter()
            .map(|file| Action::Remove(remove(file, sealing.at)));
        let adds = sealing.updated.iter().chain([&sealing.added]);
        let actions: Vec<Action> = removes.chain(adds.cloned().map(Action::Add)).collect();
        self.transact(|log| {
            if !is_as_known(log, sealing.known) {
                return Ok::<_, TableError>(Step::Leave(false));
            }
            Ok(Step::Commit {
                entry: entry(actions.clone(), appending(), None),
                done: true,
            })
        })
        .await
    }

    /// Lists the same steps as other files; false if another was first, and they are void.
    pub(crate) async fn reseal(
        &self,
        known: &[Arc<SealedFile>],
        removed: &[Arc<SealedFile>],
        adds: &[Add],
        at: i64,
    ) -> Result<bool, TableError> {
        let removes = removed.iter().map(|file| Action::Remove(remove(file, at)));
        let adds = adds.iter().cloned().map(Action::Add);
        let actions: Vec<Action> = removes.chain(adds).collect();
        self.transact(|log| {
            if !is_as_known(log, known) {
                return Ok::<_, TableError>(Step::Leave(false));
            }
            Ok(Step::Commit {
                entry: entry(actions.clone(), appending(), None),
                done: true,
            })
        })
        .await
    }

    /// Takes every file off the list, if some are of an earlier format: the next step is the first.
    pub(crate) async fn begin_again(&self, at: i64) -> Result<(), TableError> {
        self.transact(|log| {
            let files = log.contents.sealed().filter(|files| files.is_outdated());
            let Some(files) = files else {
                return Ok::<_, TableError>(Step::Leave(()));
            };
            let remove = |path: &str| Action::Remove(gone(path, None, at));
            Ok(Step::Commit {
                entry: entry(files.paths().map(remove).collect(), appending(), None),
                done: (),
            })
        })
        .await
    }

    /// Writes an entry as whoever tampers with the log would.
    #[cfg(test)]
    pub(crate) async fn write_for_test(&self, actions: Vec<Action>) {
        self.transact(|_| {
            Ok::<_, TableError>(Step::Commit {
                entry: entry(actions.clone(), appending(), None),
                done: (),
            })
        })
        .await
        .unwrap();
    }
}

/// Nobody listed or replaced anything since.
fn is_as_known(log: &Log, known: &[Arc<SealedFile>]) -> bool {
    let now = log.contents.sealed().and_then(|files| files.chain().ok());
    let same = |(now, known): (&Arc<SealedFile>, &Arc<SealedFile>)| {
        now.path() == known.path() && now.dead == known.dead && now.erased == known.erased
    };
    now.is_some_and(|now| now.len() == known.len() && now.iter().zip(known).all(same))
}

pub(super) fn remove(file: &SealedFile, at: i64) -> Remove {
    gone(file.path(), Some(file.add.size), at)
}

fn gone(path: &str, size: Option<i64>, at: i64) -> Remove {
    Remove {
        path: path.to_owned(),
        data_change: true,
        deletion_timestamp: Some(at),
        extended_file_metadata: Some(true),
        partition_values: Some(std::collections::HashMap::new()),
        size,
        ..Remove::default()
    }
}

const fn appending() -> DeltaOperation {
    DeltaOperation::Write {
        mode: SaveMode::Append,
        partition_by: None,
        predicate: None,
    }
}
