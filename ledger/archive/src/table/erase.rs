//! How rows go for good: the commit of retention.
//!
//! Enters: files of one partition, side by side, the rows of them that stay, and the tombstone of those that do not. Leaves: one file of
//! the next generation in their place, by one log entry; whole offsets, so that nothing reads as a hole. Never here: a choice of what
//! goes, an event that goes without a tombstone, or an object deleted: that is vacuum's, after the grace time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::RecordBatch;
use deltalake::kernel::{Action, MetadataExt as _};
use deltalake::protocol::DeltaOperation;
use event::Digest;
use journal::Partition;
use object_store::ObjectStoreExt as _;
use object_store::path::Path;

use super::grow::Registered;
use super::replace::{remove, same_rows};
use super::{CommitError, Log, ReplaceError, Step, Table, TableError, TableKind, entry};
use crate::contents::ArchiveFile;
use crate::coverage::{Coverage, Erased};
use crate::limits::ERASED_NAMES_MAX;
use crate::object;
use crate::tombstone::{FORMAT, Tombstone, TombstoneError};

/// Rows on their way out.
pub(crate) struct Erasing<'a> {
    /// The files, side by side.
    pub(crate) pieces: &'a [Arc<ArchiveFile>],
    /// Their rows that stay.
    pub(crate) rows: RecordBatch,
    /// How many do not.
    pub(crate) gone: u64,
    /// Of `events`: all that went of these offsets, now and before.
    pub(crate) erased: Option<Erased>,
    /// Holds the log knew of before they were looked for; none where what goes was decided before.
    pub(crate) holds: Option<u64>,
    /// When, in milliseconds since 1970 UTC.
    pub(crate) at: i64,
}

impl Table {
    /// Lists one file of what stays in place of the pieces; its bytes.
    pub(crate) async fn erase(
        &self,
        erasing: &Erasing<'_>,
        quarantine: &Self,
    ) -> Result<u64, ReplaceError> {
        let mut coverage = self.covered(erasing.pieces, quarantine).await?;
        coverage.erased = erasing.erased;
        self.check_rows(erasing.pieces, &coverage, &erasing.rows, erasing.gone)?;
        let file = self.place(coverage, &erasing.rows).await?;
        let size = u64::try_from(file.size).unwrap_or(0);
        let removes: Vec<Action> = erasing
            .pieces
            .iter()
            .map(|piece| Action::Remove(remove(piece, erasing.at, true)))
            .collect();
        self.transact(|log| {
            if log.contents.lists(file.path.as_ref()) {
                return Ok(Step::Leave(size));
            }
            // Who had something held meanwhile has said so in this log before being told that it is.
            let holds = log.contents.holds();
            if erasing.holds.is_some_and(|known| holds > known) {
                return Err(ReplaceError::Held);
            }
            let listed = |piece: &&Arc<ArchiveFile>| log.contents.lists(&piece.path);
            if let Some(gone) = erasing.pieces.iter().find(|piece| !listed(piece)) {
                return Err(ReplaceError::Gone {
                    table: self.kind.name(),
                    path: gone.path.clone(),
                });
            }
            let mut actions = self.no_longer_append_only(log)?;
            actions.extend(removes.iter().cloned());
            actions.push(Action::Add(file.add(true)));
            Ok(Step::Commit {
                entry: entry(actions, DeltaOperation::Delete { predicate: None }, None),
                done: size,
            })
        })
        .await
    }

    /// A table that says rows are only ever added must not say so any more.
    fn no_longer_append_only(&self, log: &Log) -> Result<Vec<Action>, TableError> {
        const KEY: &str = "delta.appendOnly";
        let says = log.metadata.configuration().get(KEY);
        if says.is_none_or(|says| says != "true") {
            return Ok(Vec::new());
        }
        let metadata = log.metadata.clone();
        let metadata = metadata.add_config_key(KEY.to_owned(), "false".to_owned());
        let metadata = metadata.map_err(|error| self.log_error(error.into()))?;
        Ok(vec![Action::Metadata(metadata)])
    }

    /// Creates the file of `coverage`, or finds it; in the next generation where one of other contents has its name: an erasure or a
    /// compaction that was cut off before its commit left it there.
    pub(super) async fn place(
        &self,
        mut coverage: Coverage,
        rows: &RecordBatch,
    ) -> Result<Registered, ReplaceError> {
        for _ in 0..ERASED_NAMES_MAX {
            let Some(file) = self.put(coverage.clone(), rows.clone()).await? else {
                let what = "the store says the file exists and then that it does not";
                return Err(self.wrong_rows(&coverage, what));
            };
            let same = file
                .rows
                .as_ref()
                .is_none_or(|found| same_rows(found, rows));
            if same && file.erased == coverage.erased {
                return Ok(file);
            }
            if file.erased.is_none() && coverage.erased.is_none() && self.kind == TableKind::Events
            {
                let what = "a file of that name holds others; move it away";
                return Err(self.wrong_rows(&coverage, what));
            }
            coverage.generation = coverage.generation.saturating_add(1);
        }
        Err(self.wrong_rows(&coverage, "files of that name hold others; move them away"))
    }

    /// What went before of the offsets of `pieces`, as one file in their place has to say it.
    pub(super) async fn gathered(
        &self,
        pieces: &[Arc<ArchiveFile>],
    ) -> Result<Option<Erased>, ReplaceError> {
        let claims = pieces
            .iter()
            .filter_map(|piece| Some((piece, piece.claim()?)));
        let erased: Vec<(&Arc<ArchiveFile>, Erased)> = claims
            .filter_map(|(piece, claim)| Some((piece, claim.erased?)))
            .collect();
        let (Some((first, one)), Some((last, _))) = (erased.first(), erased.last()) else {
            return Ok(None);
        };
        let mut before: Vec<Digest> = erased.iter().map(|(_, erased)| erased.tombstone).collect();
        before.dedup();
        if before.len() == 1 {
            return Ok(Some(*one));
        }
        let tombstone = Tombstone {
            format: FORMAT,
            partition: first.partition.to_string(),
            first: first.offsets.start,
            end: last.offsets.end,
            before,
            gone: None,
        };
        let tombstone = self.put_tombstone(first.partition, &tombstone).await?;
        let leaves = erased.iter().map(|(_, erased)| erased.leaves).sum();
        Ok(Some(Erased { leaves, tombstone }))
    }

    /// Writes a tombstone; its digest. Equal ones are one object.
    pub(crate) async fn put_tombstone(
        &self,
        partition: Partition,
        tombstone: &Tombstone,
    ) -> Result<Digest, TombstoneError> {
        let encoded = tombstone.encode();
        let (bytes, digest) = encoded.map_err(|error| TombstoneError::Altered {
            path: String::new(),
            detail: error.to_string(),
        })?;
        let path = Tombstone::path(partition, &digest);
        let created = object::create(&self.store, &Path::from(path.as_str()), bytes).await;
        match created {
            Ok(_) => Ok(digest),
            Err(source) => Err(TombstoneError::Store { path, source }),
        }
    }

    /// The tombstone named `digest` and all before it, each once.
    pub(crate) async fn tombstones(
        &self,
        partition: Partition,
        digest: Digest,
    ) -> Result<Vec<Tombstone>, TombstoneError> {
        let mut found = BTreeMap::new();
        let mut wanted = BTreeSet::from([digest]);
        while let Some(digest) = wanted.pop_first() {
            let path = Tombstone::path(partition, &digest);
            let store = |source| TombstoneError::Store {
                path: path.clone(),
                source,
            };
            let object = self.store.get(&Path::from(path.as_str())).await;
            let bytes = object.map_err(store)?.bytes().await.map_err(store)?;
            let read = Tombstone::decode(&bytes, partition, &digest);
            let read = read.map_err(|detail| TombstoneError::Altered {
                path: path.clone(),
                detail,
            })?;
            let before = read.before.iter().copied();
            wanted.extend(before.filter(|before| !found.contains_key(before)));
            found.insert(digest, read);
        }
        Ok(found.into_values().collect())
    }
}

impl From<TombstoneError> for ReplaceError {
    fn from(error: TombstoneError) -> Self {
        match error {
            TombstoneError::Store { path, source } => {
                Self::Commit(CommitError::Table(TableError::Store { path, source }))
            }
            altered @ TombstoneError::Altered { .. } => Self::Tombstone(altered),
        }
    }
}
