//! How a table grows: a file and the partition's new position in one commit.
//!
//! Enters: rows of a partition from its position on. Leaves: an immutable file, registered once, and the position moved.
//! Never here: an overwrite, a range that overlaps another's, a position that moves without its file.
//!
//! Each file begins where the partition's position stands, and its name holds nothing else. So whoever writes next must
//! write that name, whatever its release; the first to create it has won, and everybody else registers what the winner wrote.

use std::collections::HashMap;
use std::ops::Range;

use arrow::array::RecordBatch;
use deltalake::kernel::{Action, Add, Transaction};
use deltalake::protocol::{DeltaOperation, SaveMode};
use journal::Partition;
use object_store::ObjectStoreExt;
use object_store::path::Path;

use super::{CommitError, Step, Table, TableError, entry, pause, tries};
use crate::coverage::{Coverage, Erased, Name};
use crate::file::{Opened, encode};
use crate::object::once;
use crate::{rows, stats};

/// The rows from an offset on, sorted for the file.
pub(crate) type RowsFrom<'a> = &'a (dyn Fn(u64) -> Result<RecordBatch, rows::RowError> + Sync);

/// Rows on their way into a table: those of `partition` up to `end`.
pub(crate) struct Growth<'a> {
    pub(crate) partition: Partition,
    /// Where the rows begin to be known: a position before it is a gap, for the table that is the truth.
    pub(crate) first: u64,
    pub(crate) end: u64,
    /// Asked again when the position turns out to be further.
    pub(crate) rows: RowsFrom<'a>,
    /// Without rows there is nothing to write: the position may lag. False for `events`, which is the truth.
    pub(crate) sparse: bool,
    /// For `events`, whose files count them.
    pub(crate) leaves: Option<Leaves<'a>>,
}

/// How leaves are counted.
pub(crate) struct Leaves<'a> {
    /// Those of the rows from an offset on.
    pub(crate) from: &'a (dyn Fn(u64) -> u64 + Sync),
    /// Where records stand that are leaves and no events.
    pub(crate) quarantine: &'a Table,
}

/// Where a partition stands after its table grew.
#[derive(Clone, Copy)]
pub(crate) struct Grown {
    pub(crate) position: u64,
    /// From where on the rows are in a file this call wrote; none if others had written them all.
    pub(crate) wrote_from: Option<u64>,
}

impl Table {
    /// Moves the partition's position to `growth.end` or beyond, with the rows that belong there. Doing it twice, or two
    /// doing it at once, is the same as doing it once.
    pub(crate) async fn grow(&self, growth: &Growth<'_>) -> Result<Grown, CommitError> {
        self.evolve().await?;
        let mut wrote_from = None;
        for wait in tries() {
            pause(wait).await;
            let position = self.position(growth.partition).await?;
            let grown = Grown {
                position,
                wrote_from,
            };
            if position >= growth.end {
                return Ok(grown);
            }
            if !growth.sparse && position < growth.first {
                return Err(CommitError::Gap {
                    partition: growth.partition,
                    position,
                    first: growth.first,
                });
            }
            let rows = (growth.rows)(position)?;
            if growth.sparse && rows.num_rows() == 0 {
                return Ok(grown);
            }
            let coverage = Coverage {
                partition: growth.partition,
                offsets: position..growth.end,
                generation: 0,
                leaves: self.leaves(growth, position).await?,
                erased: None,
            };
            let Some(file) = self.put(coverage, rows).await? else {
                // The store says the file exists and then that it does not.
                continue;
            };
            // Whoever registers it, we wrote it.
            wrote_from = wrote_from.or_else(|| file.own.then_some(position));
            let position = self.register(&file).await?;
            if position >= growth.end {
                return Ok(Grown {
                    position,
                    wrote_from,
                });
            }
        }
        Err(TableError::Contended {
            table: self.kind.name(),
            last: format!("files of {} are there and are not", growth.partition),
        }
        .into())
    }

    async fn leaves(
        &self,
        growth: &Growth<'_>,
        position: u64,
    ) -> Result<Option<Range<u64>>, TableError> {
        let Some(leaves) = &growth.leaves else {
            return Ok(None);
        };
        let first = self
            .leaves_before(growth.partition, position, leaves.quarantine)
            .await?;
        Ok(Some(first..first.saturating_add((leaves.from)(position))))
    }

    /// Creates the file of `coverage`, or finds the one that stands under its name. None if the store contradicts itself,
    /// as S3 does when it answers a retryable 409: try again.
    pub(super) async fn put(
        &self,
        coverage: Coverage,
        rows: RecordBatch,
    ) -> Result<Option<Registered>, CommitError> {
        let path = coverage.path();
        let name = format!("{}/{path}", self.kind.name());
        let encoding = (name.clone(), coverage.clone(), rows.clone());
        let bytes = tokio::task::spawn_blocking(move || {
            let (name, coverage, rows) = encoding;
            encode(&name, &coverage, &rows)
        })
        .await
        .map_err(|error| CommitError::Aborted(error.to_string()))??;
        let size = bytes.len();
        let store = |source| TableError::Store {
            path: name.clone(),
            source,
        };
        match self.store.put_opts(&path, bytes.into(), once()).await {
            Ok(_) => Ok(Some(Registered::new(
                path,
                &coverage,
                Some(&coverage),
                size,
                &rows,
            ))),
            Err(object_store::Error::AlreadyExists { .. }) => self.find(&coverage, &name).await,
            Err(error) => Err(store(error).into()),
        }
    }

    /// The file another member wrote under the name of `coverage`.
    async fn find(
        &self,
        coverage: &Coverage,
        name: &str,
    ) -> Result<Option<Registered>, CommitError> {
        let path = coverage.path();
        let fault = |source| TableError::Store {
            path: name.to_owned(),
            source,
        };
        let found = match self.store.get(&path).await {
            Ok(found) => found.bytes().await.map_err(fault)?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(fault(error).into()),
        };
        let expected = Name {
            partition: coverage.partition,
            first: coverage.offsets.start,
            end: (coverage.generation > 0).then_some(coverage.offsets.end),
            generation: coverage.generation,
        };
        let opened = Opened::new(name, found, &expected).map_err(TableError::from)?;
        if let Some(found) = opened.leaves()
            && coverage
                .leaves
                .as_ref()
                .is_some_and(|leaves| leaves.start != found.start)
        {
            return Err(opened
                .foreign("its footer counts other leaves before it than the archive has")
                .into());
        }
        let rows = opened.rows(self.kind).map_err(TableError::from)?;
        tracing::info!(
            file = name,
            end = opened.range.end,
            "registering the file another member wrote"
        );
        let covers = Coverage {
            offsets: opened.range.clone(),
            ..coverage.clone()
        };
        let mut found = Registered::new(
            path,
            &covers,
            opened.coverage.as_ref(),
            opened.size(),
            &rows,
        );
        found.own = false;
        found.rows = Some(rows);
        Ok(Some(found))
    }

    /// Lists a file of `rows` that is never written: what its listing costs is the same.
    #[cfg(test)]
    pub(crate) async fn list_for_test(&self, coverage: &Coverage, rows: &RecordBatch) {
        let file = Registered::new(coverage.path(), coverage, Some(coverage), 1, rows);
        let position = self.register(&file).await.unwrap();
        assert_eq!(position, coverage.offsets.end);
    }

    /// Lists the file and moves the position to its end, if the position still stands where it begins.
    async fn register(&self, file: &Registered) -> Result<u64, TableError> {
        let app = file.partition.to_string();
        let version = i64::try_from(file.offsets.end).unwrap_or(i64::MAX);
        self.transact(|log| {
            let position = log.contents.position(file.partition);
            if position != file.offsets.start {
                return Ok::<_, TableError>(Step::Leave(position));
            }
            let operation = DeltaOperation::Write {
                mode: SaveMode::Append,
                partition_by: Some(vec!["partition".to_owned()]),
                predicate: None,
            };
            let moved = Transaction::new(app.clone(), version);
            Ok(Step::Commit {
                entry: entry(vec![Action::Add(file.add(true))], operation, Some(moved)),
                done: file.offsets.end,
            })
        })
        .await
    }
}

/// What a commit says of a file.
pub(super) struct Registered {
    pub(super) path: Path,
    pub(super) partition: Partition,
    pub(super) offsets: Range<u64>,
    tags: Option<HashMap<String, Option<String>>>,
    pub(super) size: i64,
    stats: String,
    latest_millis: i64,
    /// Written by this process, not found.
    pub(super) own: bool,
    /// Of a file that was found.
    pub(super) rows: Option<RecordBatch>,
    /// What it says went of its offsets.
    pub(super) erased: Option<Erased>,
}

impl Registered {
    /// `said` is what the file's footer says: a file of format 1 says nothing, and gets no tags.
    pub(super) fn new(
        path: Path,
        covers: &Coverage,
        said: Option<&Coverage>,
        size: usize,
        rows: &RecordBatch,
    ) -> Self {
        let tag = |(key, value): (&str, String)| (key.to_owned(), Some(value));
        Self {
            path,
            partition: covers.partition,
            offsets: covers.offsets.clone(),
            tags: said.map(|said| said.words().into_iter().map(tag).collect()),
            size: i64::try_from(size).unwrap_or(i64::MAX),
            stats: stats::of(rows),
            latest_millis: stats::latest_millis(rows),
            own: true,
            rows: None,
            erased: said.and_then(|said| said.erased),
        }
    }

    pub(super) fn add(&self, data_change: bool) -> Add {
        Add {
            path: self.path.to_string(),
            partition_values: [("partition".to_owned(), Some(self.partition.to_string()))].into(),
            size: self.size,
            modification_time: self.latest_millis,
            data_change,
            stats: Some(self.stats.clone()),
            tags: self.tags.clone(),
            ..Add::default()
        }
    }
}
