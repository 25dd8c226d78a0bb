//! A step is written: the recorder's part of sealing.
//!
//! Enters: the archive. Leaves: one file, one commit, the watermark moved; or nothing, if another was first. Never here: a second
//! truth about progress: where the next step begins is what the last commit says.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use event::{Digest, TimeNs};
use object_store::ObjectStoreExt;
use object_store::path::Path;

use super::merge::{merged, taken_in};
use super::rest::{Range, Replaced, dead};
use super::{
    Claim, Held, Rest, Sealed, SealedFile, SealedFiles, Watermark, session_rows, statement_rows,
};
use crate::file::{decode_sealed, encode_with};
use crate::limits::{SEAL_BYTES, SEAL_EVENTS};
use crate::object;
use crate::snapshot::session_config;
use crate::table::Sealing;
use crate::tombstone::TombstoneError;
use crate::{Archive, FileError, NANOS_PER_MILLI, Snapshot, SnapshotError, TableError, TableKind};

/// Why nothing was sealed. Trying again is always safe.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The archive.
    #[error(transparent)]
    Archive(#[from] SnapshotError),
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Arrow refused the rows.
    #[error("sealed rows cannot be merged: {0}")]
    Rows(#[from] arrow::error::ArrowError),
    /// What is sealed is not understood.
    #[error("sealed file {path:?} is not understood: {what}; a newer release may have written it")]
    Strange {
        /// The file.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// What went by retention is not known.
    #[error(transparent)]
    Tombstone(TombstoneError),
    /// The process is going down.
    #[error("sealing was cut off: {0}")]
    Aborted(String),
}

/// How much a step takes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Events, some more: a file of events is sealed whole.
    pub events: u64,
    /// Small files before it become one with it.
    pub merges: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            events: SEAL_EVENTS,
            merges: true,
        }
    }
}

/// What a step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Events it took in.
    pub events: u64,
    /// Statements it wrote a row for.
    pub statements: u64,
    /// Events that are archived and not sealed yet, pages and others included.
    pub left: u64,
}

/// A step of one table on its way.
struct Appending<'a> {
    kind: TableKind,
    known: &'a Sealed,
    rows: RecordBatch,
    replaced: &'a Replaced,
    to: Watermark,
}

impl Archive {
    /// Events that are archived and not sealed.
    pub async fn unsealed(&self) -> Result<u64, SealError> {
        let snapshot = self.snapshot().await?;
        let mut most = 0;
        for kind in TableKind::SEALED {
            if snapshot.is_to_be_sealed_again(kind) {
                return Ok(snapshot.left(&Watermark::default())?);
            }
            most = snapshot.left(&sealed(&snapshot, kind)?.mark)?.max(most);
        }
        Ok(most)
    }

    /// Seals the oldest events that are not sealed, so many at a time; `at` is when. None if all are sealed, or another sealed them
    /// meanwhile.
    pub async fn seal(&self, at: TimeNs, pace: Pace) -> Result<Option<Step>, SealError> {
        let at = at.0.div_euclid(NANOS_PER_MILLI);
        let erased = self.snapshot().await?.erased_leaves();
        for kind in TableKind::SEALED {
            let table = self.table(kind);
            // Made if missing, so that the commit has something to follow.
            let contents = table.contents().await?;
            table.evolve().await?;
            let files = contents.sealed();
            if files.is_some_and(SealedFiles::is_outdated) {
                let table = kind.name();
                tracing::info!(table, "sealed rows of an earlier form are made again");
                self.table(kind).begin_again(at).await?;
            } else if files.is_some_and(|files| !files.knows(erased)) {
                let table = kind.name();
                tracing::info!(
                    table,
                    "sealed rows of sessions of which something went are made again"
                );
                if !Box::pin(self.reseal(kind, at)).await? {
                    return Ok(None);
                }
            }
        }
        let snapshot = self.snapshot().await?;
        let statements = sealed(&snapshot, TableKind::Statements)?;
        let sessions = sealed(&snapshot, TableKind::Sessions)?;
        if sessions.mark == statements.mark {
            self.seal_both(&snapshot, &statements, &sessions, at, pace)
                .await
        } else if statements.mark.is_at_or_after(&sessions.mark) {
            self.seal_sessions(&snapshot, &statements, &sessions, at, pace)
                .await
        } else {
            // The statements were dropped and are made again: sessions wait for them.
            self.seal_statements(&snapshot, &statements, at, pace).await
        }
    }

    async fn seal_both(
        &self,
        snapshot: &Snapshot,
        statements: &Sealed,
        sessions: &Sealed,
        at: i64,
        pace: Pace,
    ) -> Result<Option<Step>, SealError> {
        let end = Watermark::from(snapshot.next_offsets());
        let Some(to) = snapshot.next_mark(&statements.mark, &end, pace.events)? else {
            return Ok(None);
        };
        let files = Some(sessions.files.as_slice());
        let rest = folded(snapshot, statements, &statements.mark, &to, files).await?;
        let appending = statements_of(statements, &rest, &to)?;
        if !self.append(appending, at, pace).await? {
            return Ok(None);
        }
        let appending = sessions_of(sessions, &rest, &to)?;
        // If this is cut off, or another is first, the sessions catch up by themselves.
        self.append(appending, at, pace).await?;
        Ok(Some(step(&rest, snapshot.left(&to)?)))
    }

    /// Sessions up to where their statements are sealed.
    async fn seal_sessions(
        &self,
        snapshot: &Snapshot,
        statements: &Sealed,
        sessions: &Sealed,
        at: i64,
        pace: Pace,
    ) -> Result<Option<Step>, SealError> {
        let end = &statements.mark;
        let to = snapshot.next_mark(&sessions.mark, end, pace.events)?;
        let to = to.unwrap_or_else(|| end.clone());
        let files = Some(sessions.files.as_slice());
        let rest = folded(snapshot, statements, &sessions.mark, &to, files).await?;
        let ours = self
            .append(sessions_of(sessions, &rest, &to)?, at, pace)
            .await?;
        Ok(ours.then_some(step(&rest, snapshot.left(&to)?)))
    }

    async fn seal_statements(
        &self,
        snapshot: &Snapshot,
        statements: &Sealed,
        at: i64,
        pace: Pace,
    ) -> Result<Option<Step>, SealError> {
        let end = Watermark::from(snapshot.next_offsets());
        let Some(to) = snapshot.next_mark(&statements.mark, &end, pace.events)? else {
            return Ok(None);
        };
        let rest = folded(snapshot, statements, &statements.mark, &to, None).await?;
        let ours = self
            .append(statements_of(statements, &rest, &to)?, at, pace)
            .await?;
        Ok(ours.then_some(step(&rest, snapshot.left(&to)?)))
    }

    /// Writes a step's file and commits it; false if another was first.
    async fn append(
        &self,
        appending: Appending<'_>,
        at: i64,
        pace: Pace,
    ) -> Result<bool, SealError> {
        let Appending {
            kind,
            known,
            rows,
            replaced,
            to,
        } = appending;
        let taken = match pace.merges {
            true => taken_in(&known.files, rows.num_rows() as u64),
            false => 0,
        };
        let (kept, taken) = known.files.split_at(known.files.len() - taken);
        let mut pieces = Vec::new();
        for file in taken {
            let dead = dead(file, replaced).unwrap_or_else(|| file.dead.clone());
            pieces.push((self.sealed_rows(kind, file).await?, dead));
        }
        let rows = merged(kind, pieces, rows)?;
        let before =
            |files: &[Arc<SealedFile>]| files.last().map_or(0, |file| file.claim.steps.end);
        let from = kept.last().map(|file| file.claim.to.clone());
        let claim = Claim {
            table: kind.name().to_owned(),
            steps: before(kept)..before(&known.files) + 1,
            from: from.unwrap_or_default(),
            to,
        };
        let sealing = Sealing {
            known: &known.files,
            removed: taken,
            updated: updates(kept, replaced),
            added: SealedFile::with_erased(
                self.put_sealed(kind, claim, rows).await?,
                known.erased,
                known.erased_at,
            ),
            at,
        };
        Ok(self.table(kind).seal(&sealing).await?)
    }

    /// All rows of a sealed file, replaced ones too.
    pub(crate) async fn sealed_rows(
        &self,
        kind: TableKind,
        file: &SealedFile,
    ) -> Result<RecordBatch, SealError> {
        let (rows, _) = self.sealed_whole(kind, file).await?;
        Ok(rows)
    }

    /// The same, and what its bytes come to: its name is made of that.
    pub(crate) async fn sealed_whole(
        &self,
        kind: TableKind,
        file: &SealedFile,
    ) -> Result<(RecordBatch, Digest), SealError> {
        let table = self.table(kind);
        let name = format!("{}/{}", kind.name(), file.path());
        let fault = |source| TableError::Store {
            path: name.clone(),
            source,
        };
        let found = table
            .store
            .get(&Path::from(file.path()))
            .await
            .map_err(fault)?;
        let bytes = found.bytes().await.map_err(fault)?;
        if i64::try_from(bytes.len()) != Ok(file.add.size) {
            // Readers look for a file's footer where the log says that it ends.
            return Err(SealError::Strange {
                path: file.path().to_owned(),
                what: format!(
                    "it has {} bytes, and the table's log says {}",
                    bytes.len(),
                    file.add.size
                ),
            });
        }
        let digest = Digest::of(&bytes);
        let (claim, rows) = decode_sealed(kind, &name, bytes)?;
        if claim != file.claim || Held::of(&rows) != file.held {
            return Err(SealError::Strange {
                path: file.path().to_owned(),
                what: "its footer says other than the table's log".to_owned(),
            });
        }
        Ok((rows, digest))
    }

    pub(super) async fn put_sealed(
        &self,
        kind: TableKind,
        claim: Claim,
        rows: RecordBatch,
    ) -> Result<deltalake::kernel::Add, SealError> {
        let (words, stored) = (claim.words(), rows.clone());
        let bytes = tokio::task::spawn_blocking(move || encode_with(kind.name(), words, &stored))
            .await
            .map_err(|error| SealError::Aborted(error.to_string()))??;
        let path = claim.path(&Digest::of(&bytes));
        let size = bytes.len();
        let store = &self.table(kind).store;
        // Equal names are equal contents.
        let created = object::create(store, &Path::from(path.as_str()), bytes).await;
        if let Err(source) = created {
            let path = format!("{}/{path}", kind.name());
            return Err(TableError::Store { path, source }.into());
        }
        Ok(listing(&claim, path, size, &rows))
    }
}

fn listing(claim: &Claim, path: String, size: usize, rows: &RecordBatch) -> deltalake::kernel::Add {
    let tag = |(key, value): (&str, String)| (key.to_owned(), Some(value));
    deltalake::kernel::Add {
        path,
        size: i64::try_from(size).unwrap_or(i64::MAX),
        modification_time: crate::stats::latest_millis(rows),
        data_change: true,
        stats: Some(crate::stats::of(rows)),
        tags: Some(
            claim
                .words()
                .into_iter()
                .chain(Held::of(rows).words())
                .map(tag)
                .collect(),
        ),
        ..deltalake::kernel::Add::default()
    }
}

fn updates(kept: &[Arc<SealedFile>], replaced: &Replaced) -> Vec<deltalake::kernel::Add> {
    let update = |file: &Arc<SealedFile>| Some(file.with_dead(&dead(file, replaced)?));
    kept.iter().filter_map(update).collect()
}

pub(super) fn sealed(snapshot: &Snapshot, kind: TableKind) -> Result<Sealed, SealError> {
    let sealed = Sealed::of(snapshot, kind);
    let sealed = sealed.map_err(|(path, what)| SealError::Strange { path, what })?;
    Ok(Sealed {
        erased: snapshot.erased_leaves(),
        ..sealed
    })
}

async fn folded(
    snapshot: &Snapshot,
    statements: &Sealed,
    from: &Watermark,
    to: &Watermark,
    sessions: Option<&[Arc<SealedFile>]>,
) -> Result<Rest, SnapshotError> {
    let context = SessionContext::new_with_config(session_config());
    let range = Range {
        from,
        to,
        statements: &statements.files,
        sessions,
        share: None,
        tail: None,
    };
    snapshot.rest(&context, &range).await
}

fn statements_of<'a>(
    known: &'a Sealed,
    rest: &'a Rest,
    to: &Watermark,
) -> Result<Appending<'a>, SnapshotError> {
    Ok(Appending {
        kind: TableKind::Statements,
        known,
        rows: statement_rows(&rest.stories)?,
        replaced: &rest.replaced,
        to: to.clone(),
    })
}

fn sessions_of<'a>(
    known: &'a Sealed,
    rest: &'a Rest,
    to: &Watermark,
) -> Result<Appending<'a>, SnapshotError> {
    Ok(Appending {
        kind: TableKind::Sessions,
        known,
        rows: session_rows(&rest.sessions)?,
        replaced: &rest.sessions_replaced,
        to: to.clone(),
    })
}

fn step(rest: &Rest, left: u64) -> Step {
    Step {
        events: rest.events,
        statements: rest.stories.len() as u64,
        left,
    }
}

impl Snapshot {
    /// What is sealed of `kind` is of an earlier form, or of events that went by retention.
    pub(crate) fn is_to_be_sealed_again(&self, kind: TableKind) -> bool {
        let sealed = self.sealed(kind);
        sealed.is_some_and(|files| files.is_outdated() || !files.knows(self.erased_leaves()))
    }

    fn left(&self, mark: &Watermark) -> Result<u64, SnapshotError> {
        self.events_between(mark, &Watermark::from(self.next_offsets()))
    }

    /// Where the next step ends, at `end` at the latest: whole files of events, the oldest first, so that what belongs together is
    /// sealed together.
    fn next_mark(
        &self,
        mark: &Watermark,
        end: &Watermark,
        most: u64,
    ) -> Result<Option<Watermark>, SnapshotError> {
        let mut files = self.files_between(mark, end)?;
        files.sort_by_key(|file| (file.latest_millis, file.partition, file.offsets.start));
        let sizes = files.iter().map(|file| {
            let offsets = file.offsets.end.saturating_sub(file.offsets.start);
            let bytes = u64::try_from(file.size).unwrap_or(0);
            (file.rows.unwrap_or(offsets), bytes)
        });
        let enough = enough(sizes, most);
        let mut next = mark.clone();
        for file in files.iter().take(enough) {
            let reached = file.offsets.end.min(end.position(file.partition));
            next.advance(file.partition, reached);
        }
        Ok((!files.is_empty()).then_some(next))
    }
}

/// How many files one step takes, of each its events and bytes: one at least, and none once it has `most` events or many bytes.
fn enough(files: impl Iterator<Item = (u64, u64)>, most: u64) -> usize {
    let (mut events, mut bytes) = (0_u64, 0_u64);
    files
        .take_while(|(more, size)| {
            let has_room = events < most && bytes < SEAL_BYTES;
            events = events.saturating_add(*more);
            bytes = bytes.saturating_add(*size);
            has_room
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_takes_a_file_at_least_and_no_more_than_fits_into_memory() {
        assert_eq!(enough([(10, 1); 5].into_iter(), 25), 3);
        assert_eq!(enough([(1, SEAL_BYTES / 2); 5].into_iter(), 1_000), 2);
        assert_eq!(enough([(9, 2 * SEAL_BYTES); 2].into_iter(), 1), 1);
        assert_eq!(enough(std::iter::empty(), 5), 0);
    }
}
