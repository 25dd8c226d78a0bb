//! Compaction: small files of events become few, and what they were goes after a while.
//!
//! Enters: the archive. Leaves: files in place of others, each by one entry of the table's log. Never here: an event that is not sealed
//! yet (the sealer reads those), a row more or less, or an object deleted that a snapshot younger than the grace time may read.
//!
//! Any number may compact at once. What is to become one follows from the files alone, the file of it has one name and one content,
//! and the entry that lists it is refused once one of its pieces is gone: whoever is cut off, paused or doubled changes nothing twice.

mod large;
mod policy;
mod standing;
mod vacuum;

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::{
    SortColumn, SortOptions, concat_batches, lexsort_to_indices, take_record_batch,
};
use arrow::error::ArrowError;
use event::TimeNs;
use journal::Partition;

pub(crate) use large::Large;
pub use standing::Standing;
pub use vacuum::{VacuumError, Vacuumed};

use crate::contents::ArchiveFile;
use crate::file::Opened;
use crate::limits::{COMPACTED_BYTES, COMPACTED_MEMORY};
use crate::sealed::Sealed;
use crate::{Archive, FileError, ReplaceError, Snapshot, SnapshotError, TableError, TableKind};

/// Why files did not become one. Nothing changed then for any reader, and trying again is safe.
#[derive(Debug, thiserror::Error)]
pub enum CompactError {
    /// The archive.
    #[error(transparent)]
    Archive(#[from] SnapshotError),
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The rows cannot be put in order.
    #[error("rows of files that are to become one cannot be sorted: {0}")]
    Rows(#[from] ArrowError),
    /// The commit.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
    /// The process is going down.
    #[error("compaction was cut off: {0}")]
    Aborted(String),
}

/// Files that are to become one.
#[derive(Clone, Debug)]
pub struct Due {
    /// The table.
    pub kind: TableKind,
    /// The partition they are of.
    pub partition: Partition,
    pub(crate) pieces: Vec<Arc<ArchiveFile>>,
}

impl Due {
    /// How many files.
    pub fn files(&self) -> usize {
        self.pieces.len()
    }

    /// The first so many of them.
    pub fn first(&self, files: usize) -> Self {
        let pieces = self.pieces.iter().take(files);
        Self {
            pieces: pieces.cloned().collect(),
            ..*self
        }
    }

    /// Their bytes together.
    pub fn bytes(&self) -> u64 {
        let sizes = self.pieces.iter().map(|piece| piece.size);
        sizes.filter_map(|size| u64::try_from(size).ok()).sum()
    }
}

/// What became of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compacted {
    /// One file of so many bytes.
    File(u64),
    /// The first so many files one of so many bytes: for all there is no room in memory.
    Part {
        /// How many.
        files: usize,
        /// Bytes of the one.
        bytes: u64,
    },
    /// Nothing: the first file and the next take more memory than there is room for. It is not due again in this process.
    TooLarge,
    /// Nothing: another was first.
    AnotherWasFirst,
    /// Nothing: a later release wrote columns that this one does not know.
    Newer,
}

/// The tables whose files are recorded, and become one.
const RECORDED: [TableKind; 3] = [TableKind::Quarantine, TableKind::Pages, TableKind::Events];

impl Archive {
    /// Everything that is to become one, of `partition` or all.
    pub async fn compactions(
        &self,
        partition: Option<Partition>,
    ) -> Result<Vec<Due>, SnapshotError> {
        let snapshot = self.snapshot().await?;
        let mut due = Vec::new();
        for kind in RECORDED {
            let all = snapshot.next_offsets().keys().copied();
            for partition in all.filter(|known| partition.is_none_or(|wanted| wanted == *known)) {
                due.extend(snapshot.due(kind, partition)?);
            }
        }
        Ok(due)
    }

    /// Makes one file of what is due, or of as much of it as there is room for; `at` is when.
    pub async fn compact(&self, due: &Due, at: TimeNs) -> Result<Compacted, CompactError> {
        self.compact_within(due, at, COMPACTED_MEMORY).await
    }

    /// [`Self::compact`], in so many bytes of memory and as many again.
    pub(crate) async fn compact_within(
        &self,
        due: &Due,
        at: TimeNs,
        memory: u64,
    ) -> Result<Compacted, CompactError> {
        let table = self.table(due.kind);
        let mut left = memory;
        let mut rows = Vec::with_capacity(due.pieces.len());
        for piece in &due.pieces {
            let opened = match table.open_file(piece).await {
                Ok(opened) => opened,
                // Replaced by another, and gone since.
                Err(TableError::Store {
                    source: object_store::Error::NotFound { .. },
                    ..
                }) if !table.contents().await?.lists(&piece.path) => {
                    return Ok(Compacted::AnotherWasFirst);
                }
                Err(error) => return Err(error.into()),
            };
            if !opened.is_known(due.kind) {
                return Ok(Compacted::Newer);
            }
            let Some(unpacked) = unpacked(opened, due.kind, left).await? else {
                break;
            };
            left = left.saturating_sub(unpacked.get_array_memory_size() as u64);
            rows.push(unpacked);
        }
        let (kind, read) = (due.kind, rows.len());
        let pieces = due.pieces.get(..read);
        let Some(pieces) = pieces.filter(|_| read > 1 || read == due.files()) else {
            self.0.large.lock().note(kind, &due.pieces);
            return Ok(Compacted::TooLarge);
        };
        let rows = tokio::task::spawn_blocking(move || joined(kind, rows));
        let rows = rows.await;
        let rows = rows.map_err(|error| CompactError::Aborted(error.to_string()))??;
        match self.replace(kind, pieces, rows, at).await {
            Ok(bytes) if read < due.files() => Ok(Compacted::Part { files: read, bytes }),
            Ok(bytes) => Ok(Compacted::File(bytes)),
            Err(ReplaceError::Gone { .. }) => Ok(Compacted::AnotherWasFirst),
            Err(error) => Err(error.into()),
        }
    }
}

/// All rows of a file; none if they take more memory than `left`.
async fn unpacked(
    opened: Opened,
    kind: TableKind,
    left: u64,
) -> Result<Option<RecordBatch>, CompactError> {
    let rows = tokio::task::spawn_blocking(move || opened.rows_within(kind, left));
    let rows = rows.await;
    Ok(rows.map_err(|error| CompactError::Aborted(error.to_string()))??)
}

impl Snapshot {
    /// What is due of one partition of one table.
    fn due(&self, kind: TableKind, partition: Partition) -> Result<Vec<Due>, SnapshotError> {
        let mut sealed = u64::MAX;
        for table in TableKind::SEALED {
            // What is not understood reaches nowhere.
            let known = Sealed::of(self, table).unwrap_or_default();
            sealed = sealed.min(known.mark.position(partition));
        }
        let mut files = self.files(kind, partition)?;
        files.retain(|file| file.offsets.end <= sealed);
        let known = self.archive().0.large.lock();
        let pieces = files.iter();
        let pieces: Vec<policy::Piece> = pieces
            .map(|file| piece(file, known.has(kind, file)))
            .collect();
        drop(known);
        let due = policy::due(&pieces).into_iter().filter_map(|run| {
            let pieces = files.get(run)?.to_vec();
            Some(Due {
                kind,
                partition,
                pieces,
            })
        });
        Ok(due.collect())
    }
}

/// One whose rows take too much memory beside others is as good as whole, whatever its bytes.
fn piece(file: &ArchiveFile, is_large: bool) -> policy::Piece {
    let bytes = u64::try_from(file.size).unwrap_or(0);
    policy::Piece {
        bytes: if is_large {
            bytes.max(COMPACTED_BYTES)
        } else {
            bytes
        },
        rows: file.rows.unwrap_or(file.offsets.end - file.offsets.start),
        generation: file.generation,
    }
}

/// All rows in one order, which does not depend on how they were cut.
fn joined(kind: TableKind, pieces: Vec<RecordBatch>) -> Result<RecordBatch, ArrowError> {
    let rows = concat_batches(&kind.schema(), &pieces)?;
    // Before they are copied once more.
    drop(pieces);
    let options = Some(SortOptions {
        descending: false,
        nulls_first: true,
    });
    let order: Vec<SortColumn> = ["session_id", "offset"]
        .into_iter()
        .filter_map(|name| rows.column_by_name(name).cloned())
        .map(|values| SortColumn { values, options })
        .collect();
    let order = lexsort_to_indices(&order, None)?;
    take_record_batch(&rows, &order)
}
