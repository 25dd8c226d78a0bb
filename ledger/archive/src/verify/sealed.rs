//! Sealed tables: each file is what the events between its watermarks make, and each statement and session has one row that counts.
//!
//! Enters: a snapshot. Leaves: findings. Never here: trust in a row: every one is folded again from the events, and compared.

mod together;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, col, lit};
use datafusion::prelude::SessionContext;
use event::Digest;
use object_store::ObjectStoreExt as _;
use object_store::path::Path;
use together::{Partner, Together};

use super::checkpoint::{FileMark, Place};
use super::error::VerifyError;
use super::known::{self, Known};
use super::objects::Objects;
use super::progress::Progress;
use super::report::{Finding, Findings, Verdict};
use crate::file::broken_promise;
use crate::limits::VERIFY_STATEMENTS;
use crate::sealed::{
    Dead, Range, Replaced, SealError, Sealed, SealedFile, SealedFiles, Watermark, session_rows,
    statement_rows,
};
use crate::snapshot::session_config;
use crate::{Snapshot, SnapshotError, TableError, TableKind};

/// Sessions from one, not included, to another, included; the last has no end, and those without a session stand alone.
#[derive(Clone, Debug)]
enum Share {
    Without,
    Between(Option<String>, Option<String>),
}

impl Share {
    fn wanted(&self) -> Expr {
        match self {
            Self::Without => col("session_id").is_null(),
            Self::Between(after, to) => {
                let some = col("session_id").is_not_null();
                let after = after
                    .as_ref()
                    .map(|after| col("session_id").gt(lit(after.as_str())));
                let to = to
                    .as_ref()
                    .map(|to| col("session_id").lt_eq(lit(to.as_str())));
                after.into_iter().chain(to).fold(some, Expr::and)
            }
        }
    }

    /// Its part of `rows`, which are of these sessions.
    fn of(
        &self,
        rows: &RecordBatch,
        sessions: &[Option<String>],
    ) -> Result<RecordBatch, SnapshotError> {
        let inside = sessions
            .iter()
            .map(|session| Some(self.has(session.as_deref())));
        let inside: BooleanArray = inside.collect();
        Ok(filter_record_batch(rows, &inside).map_err(DataFusionError::from)?)
    }

    fn has(&self, session: Option<&str>) -> bool {
        match (self, session) {
            (Self::Without, session) => session.is_none(),
            (Self::Between(..), None) => false,
            (Self::Between(after, to), Some(session)) => {
                after.as_ref().is_none_or(|after| session > after.as_str())
                    && to.as_ref().is_none_or(|to| session <= to.as_str())
            }
        }
    }
}

/// Rows that [`check`] folds.
pub(super) fn rows(snapshot: &Snapshot) -> u64 {
    let sealed = TableKind::SEALED.map(|kind| Sealed::of(snapshot, kind).unwrap_or_default());
    let files = sealed.iter().flat_map(|sealed| &sealed.files);
    files.map(|file| file.held.rows).sum()
}

/// Folds every sealed row again, but for those of files that are known. Returns what a checkpoint says of the files, as `objects` has
/// them.
pub(super) async fn check(
    snapshot: &Snapshot,
    known: Option<Known<'_>>,
    objects: Option<&Objects>,
    findings: &mut Findings,
    progress: &Progress,
) -> Result<Vec<FileMark>, VerifyError> {
    if let Some(what) = findings.any_resized().map(str::to_owned) {
        findings.note(format!("sealed tables are not checked: {what}"));
        // Otherwise there is more to be said of the file than that.
        if !findings.any() {
            findings.add(Finding::of(Verdict::Integrity, what));
        }
        return Ok(Vec::new());
    }
    let mut marks = Vec::new();
    let tables = tables(snapshot, findings);
    let archived = Watermark::from(snapshot.next_offsets());
    if let [statements, sessions] = tables.as_slice() {
        let mut together = Together::default();
        let bounds = [
            (TableKind::Statements, statements, &archived),
            // A session's row is made with those of its statements.
            (TableKind::Sessions, sessions, &statements.mark),
        ];
        for (kind, sealed, bound) in bounds {
            let table = Checked {
                kind,
                sealed,
                statements,
                sessions,
                bound,
                known,
            };
            if findings.any() {
                together = Together::default();
            }
            let checking = table.check(snapshot, &mut together, findings, progress);
            // Sessions are folded with what statements say of their events.
            if !checking.await? {
                return Ok(Vec::new());
            }
            marks.extend(
                sealed
                    .files
                    .iter()
                    .filter_map(|file| mark(kind, file, objects?)),
            );
        }
    }
    Ok(marks)
}

fn mark(kind: TableKind, file: &SealedFile, objects: &Objects) -> Option<FileMark> {
    let place = Place::Steps {
        dead: file.dead.to_string(),
    };
    let object = objects.get(kind, file.path())?;
    Some(FileMark::new(
        kind,
        file.path(),
        object,
        known::sealed(file),
        place,
    ))
}

/// Both tables, if they are to be checked.
fn tables(snapshot: &Snapshot, findings: &mut Findings) -> Vec<Sealed> {
    let mut known = Vec::new();
    for kind in TableKind::SEALED {
        // What an earlier release sealed is not used, and the recorder makes it again.
        if snapshot.sealed(kind).is_some_and(SealedFiles::is_outdated) {
            return Vec::new();
        }
        if snapshot.is_to_be_sealed_again(kind) {
            findings.note(format!(
                "table {} is not checked: it was sealed before the last events went by retention; `firn archive seal`, or a recorder, makes it again",
                kind.name()
            ));
            return Vec::new();
        }
        match Sealed::of(snapshot, kind) {
            Ok(sealed) => known.push(sealed),
            Err((path, what)) => {
                findings.add(wrong(kind, &path, &what));
                return Vec::new();
            }
        }
    }
    known
}

/// One table.
struct Checked<'a> {
    kind: TableKind,
    sealed: &'a Sealed,
    statements: &'a Sealed,
    sessions: &'a Sealed,
    /// It cannot know more than what is before this.
    bound: &'a Watermark,
    /// What was checked before.
    known: Option<Known<'a>>,
}

impl Checked<'_> {
    /// False if a file of it cannot be read.
    async fn check(
        &self,
        snapshot: &Snapshot,
        together: &mut Together,
        findings: &mut Findings,
        progress: &Progress,
    ) -> Result<bool, VerifyError> {
        let Self { kind, sealed, .. } = *self;
        // One for all, so that footers of events are read once.
        let context = SessionContext::new_with_config(session_config());
        let mut replaced: BTreeMap<String, Dead> = BTreeMap::new();
        for (number, file) in sealed.files.iter().enumerate() {
            if !self.bound.is_at_or_after(&file.claim.to) {
                let what = "it is folded from events that are not archived";
                findings.add(wrong(kind, file.path(), what));
                continue;
            }
            if let Some(dead) = self.known.and_then(|known| known.dead(kind, file)) {
                let dead = Dead::parse(dead).unwrap_or_default();
                let known = replaced.entry(file.path().to_owned()).or_default();
                *known = known.joined(&dead);
                progress.done(file.held.rows);
                continue;
            }
            let gone = match together.take(kind, file) {
                Some(held) => {
                    findings.counts.files += 1;
                    named(kind, file, &held.digest, findings);
                    held.replaced
                }
                None => {
                    let before: Vec<_> = sealed.files.iter().take(number).map(all_rows).collect();
                    let folded = Folded {
                        file,
                        before: &before,
                        context: &context,
                    };
                    match self.folded(snapshot, &folded, together, findings).await? {
                        Some(gone) => gone,
                        None => return Ok(false),
                    }
                }
            };
            if !findings.any()
                && let Some(what) = hidden(snapshot, kind, file).await
            {
                findings.add(wrong(kind, file.path(), &what));
            }
            for (path, numbers) in gone.iter().flatten() {
                let dead = replaced.entry(path.clone()).or_default();
                *dead = dead.with(numbers.iter().copied());
            }
            progress.done(file.held.rows);
        }
        for file in &sealed.files {
            if replaced.get(file.path()).cloned().unwrap_or_default() != file.dead {
                let what =
                    "the log says that other rows of it are replaced than later files replace";
                findings.add(wrong(kind, file.path(), what));
            }
        }
        Ok(true)
    }

    /// Holds a file to the fold of its steps; what its rows replace, share by share. None if it cannot be read, or not be folded.
    async fn folded(
        &self,
        snapshot: &Snapshot,
        folded: &Folded<'_>,
        together: &mut Together,
        findings: &mut Findings,
    ) -> Result<Option<Vec<Replaced>>, VerifyError> {
        let (kind, file) = (self.kind, folded.file);
        let (rows, digest) = match snapshot.archive().sealed_whole(kind, file).await {
            Ok(rows) => rows,
            Err(error) => {
                // Later steps are folded with what this file says of earlier ones: they cannot be checked.
                findings.add(unreadable(kind, file.path(), error)?);
                return Ok(None);
            }
        };
        findings.counts.files += 1;
        // Sessions of the same steps are folded of the same events, which is most of the work.
        if kind == TableKind::Statements
            && !findings.any()
            && let Some(partner) = Partner::of(snapshot, self.sessions, file, self.known).await
            && let Some((replaced, held)) = partner.held(snapshot, folded, &rows).await
        {
            together.keep(held);
            named(kind, file, &digest, findings);
            return Ok(Some(replaced));
        }
        let mut replaced = Vec::new();
        let sessions = sessions(&rows);
        for share in shares(&[sessions.as_slice()]) {
            let (want, gone) = match self.again(snapshot, folded, &share).await {
                Ok(again) => again,
                // What they are folded from is already known to be wrong, and may be all there is to the error.
                Err(error) if findings.any() => {
                    findings.note(format!(
                        "table {} is not checked from file {} on: {error}",
                        kind.name(),
                        file.path()
                    ));
                    return Ok(None);
                }
                Err(error) => return Err(error.into()),
            };
            replaced.push(gone);
            compare(kind, file, &share.of(&rows, &sessions)?, &want, findings);
        }
        named(kind, file, &digest, findings);
        Ok(Some(replaced))
    }

    /// The fold of a file's steps, for a share of the sessions, on what was sealed before it; and what that replaces.
    async fn again(
        &self,
        snapshot: &Snapshot,
        folded: &Folded<'_>,
        share: &Share,
    ) -> Result<(RecordBatch, Replaced), SnapshotError> {
        let of_sessions = self.kind == TableKind::Sessions;
        let range = Range {
            from: &folded.file.claim.from,
            to: &folded.file.claim.to,
            statements: if of_sessions {
                &self.statements.files
            } else {
                folded.before
            },
            sessions: of_sessions.then_some(folded.before),
            share: Some(share.wanted()),
            tail: None,
        };
        let rest = snapshot.rest(folded.context, &range).await?;
        Ok(match of_sessions {
            true => (session_rows(&rest.sessions)?, rest.sessions_replaced),
            false => (statement_rows(&rest.stories)?, rest.replaced),
        })
    }
}

/// A file whose steps are folded again.
struct Folded<'a> {
    file: &'a SealedFile,
    /// What was sealed before it, as it was then.
    before: &'a [Arc<SealedFile>],
    context: &'a SessionContext,
}

/// The file as it was before anything of it was replaced.
fn all_rows(file: &Arc<SealedFile>) -> Arc<SealedFile> {
    Arc::new(SealedFile {
        dead: Dead::default(),
        ..SealedFile::clone(file)
    })
}

/// Sessions of rows in shares that are folded in memory one after another.
fn shares(rows: &[&[Option<String>]]) -> Vec<Share> {
    let sessions = rows.iter().copied().flatten();
    let mut known: Vec<&str> = sessions.flatten().map(String::as_str).collect();
    known.sort_unstable();
    let ends = known.chunks(VERIFY_STATEMENTS);
    let ends: BTreeSet<&str> = ends.filter_map(|share| share.last().copied()).collect();
    let mut shares = vec![Share::Without];
    let mut after = None;
    for end in ends {
        shares.push(Share::Between(after, Some(end.to_owned())));
        after = Some(end.to_owned());
    }
    shares.push(Share::Between(after, None));
    shares
}

fn sessions(rows: &RecordBatch) -> Vec<Option<String>> {
    let sessions = rows.column_by_name("session_id");
    let sessions = sessions.and_then(|column| column.as_string_opt::<i32>());
    let sessions = sessions.into_iter().flat_map(|sessions| sessions.iter());
    sessions.map(|session| session.map(str::to_owned)).collect()
}

fn compare(
    kind: TableKind,
    file: &SealedFile,
    found: &RecordBatch,
    want: &RecordBatch,
    findings: &mut Findings,
) {
    if found != want {
        let what = match kind {
            TableKind::Sessions => "it says other of a session than the session's events",
            TableKind::Statements
            | TableKind::Events
            | TableKind::Pages
            | TableKind::Quarantine => "it says other of a statement than the statement's events",
        };
        findings.add(Finding {
            session_id: first_other(found, want),
            ..wrong(kind, file.path(), what)
        });
    }
}

/// Filters and statistics stand in the file, too: whoever asks for few rows reads no others.
fn named(kind: TableKind, file: &SealedFile, digest: &Digest, findings: &mut Findings) {
    if file.claim.path(digest) != file.path() {
        let what = "its bytes are not those its name was made of, so its filters may hide rows";
        findings.add(wrong(kind, file.path(), what));
    }
}

/// What a file or the log says of its rows that hides some; none where it cannot be read, which is said elsewhere.
async fn hidden(snapshot: &Snapshot, kind: TableKind, file: &SealedFile) -> Option<String> {
    let store = &snapshot.archive().table(kind).store;
    let found = store.get(&Path::from(file.path())).await.ok()?;
    let bytes = found.bytes().await.ok()?;
    let log = file.stats.clone();
    let looking = tokio::task::spawn_blocking(move || broken_promise(&bytes, &log));
    let looked = looking.await;
    looked.unwrap_or_else(|error| Some(format!("what it says of its rows cannot be read: {error}")))
}

/// The session of the first row that differs.
fn first_other(found: &RecordBatch, want: &RecordBatch) -> Option<event::SessionId> {
    let both = found.num_rows().min(want.num_rows());
    let other = (0..both)
        .find(|row| found.slice(*row, 1) != want.slice(*row, 1))
        .unwrap_or(both);
    let longer = if found.num_rows() > other {
        found
    } else {
        want
    };
    let column = longer
        .column_by_name("session_id")?
        .as_string_opt::<i32>()?;
    (other < column.len() && column.is_valid(other)).then(|| column.value(other).parse().ok())?
}

fn wrong(kind: TableKind, path: &str, what: &str) -> Finding {
    let table = kind.name();
    Finding::of(
        Verdict::Integrity,
        format!("file {path} of table {table}: {what}"),
    )
}

fn unreadable(kind: TableKind, path: &str, error: SealError) -> Result<Finding, VerifyError> {
    match error {
        SealError::Table(TableError::Store {
            source: object_store::Error::NotFound { .. },
            ..
        }) => Ok(Finding::of(
            Verdict::Completeness,
            format!("file {path} of table {} is missing", kind.name()),
        )),
        SealError::Table(error) => Err(error.into()),
        error => Ok(wrong(kind, path, &error.to_string())),
    }
}
