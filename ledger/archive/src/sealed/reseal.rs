//! What is sealed of sessions of which something went by retention is folded again, and nothing else.
//!
//! Enters: a sealed table that was folded before the last events went, and the tombstones since. Leaves: the same steps, folded from the
//! events that are left, in one commit. Never here: a row of a session that nothing went of folded again, or a step more or less.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use datafusion::logical_expr::{Expr, col, lit};
use datafusion::prelude::SessionContext;
use deltalake::kernel::Add;
use event::{SessionId, TimeNs};

use super::merge::merged;
use super::rest::{Range, Sealed};
use super::seal::{SealError, sealed};
use super::{Dead, Held, SealedFile, SealedFiles, session_rows, statement_rows};
use crate::limits::{RESEALED_BEFORE, SESSIONS_LOOKED_UP_MAX};
use crate::snapshot::session_config;
use crate::stats::Stats;
use crate::tombstone::Tombstone;
use crate::{Archive, Snapshot, SnapshotError, TableKind};

/// Sessions of which something went.
type Touched = BTreeSet<Option<SessionId>>;

/// A file on its way: as it was, as it is now, and what of it is replaced.
struct Folded {
    file: Arc<SealedFile>,
    dead: Dead,
    /// Taken off the list: its rows are in the new file.
    was: Option<Arc<SealedFile>>,
}

impl Archive {
    /// Makes what is sealed what the events that are left make, where it is not. What others change meanwhile, or what is of an earlier
    /// form, is left to the next step.
    pub(crate) async fn reseal_all(&self, at: i64) -> Result<(), SealError> {
        for kind in TableKind::SEALED {
            let snapshot = self.snapshot().await?;
            let sealed = snapshot.sealed(kind);
            let behind = sealed.is_some_and(|files| !files.knows(snapshot.erased_leaves()));
            if behind && !sealed.is_some_and(SealedFiles::is_outdated) {
                self.reseal(kind, at).await?;
            }
        }
        Ok(())
    }

    /// Makes what is sealed of `kind` what the events that are left make; false if another was first. `at` is when, in milliseconds
    /// since 1970 UTC.
    pub(super) async fn reseal(&self, kind: TableKind, at: i64) -> Result<bool, SealError> {
        let snapshot = self.snapshot().await?;
        let known = sealed(&snapshot, kind)?;
        let statements = sealed(&snapshot, TableKind::Statements)?;
        let (touched, latest) = touched(&snapshot, known.erased_at).await?;
        let mut done: Vec<Folded> = Vec::new();
        for file in &known.files {
            let before: Vec<_> = done.iter().map(|done| all_rows(&done.file)).collect();
            let Some(rows) = self.rows_with(kind, file, &touched).await? else {
                done.push(Folded {
                    file: Arc::clone(file),
                    dead: file.dead.clone(),
                    was: None,
                });
                continue;
            };
            let (again, replaced) =
                folded_again(&snapshot, kind, file, &before, &statements, &touched, &rows).await?;
            for earlier in &mut done {
                if let Some(numbers) = replaced.get(earlier.file.path()) {
                    earlier.dead = earlier.dead.with(numbers.iter().copied());
                }
            }
            done.push(
                self.replaced_file(kind, file, &rows, again, &touched)
                    .await?,
            );
        }
        let adds = done.iter().map(|done| {
            let add = done.file.with_dead(&done.dead);
            SealedFile::with_erased(add, known.erased, latest)
        });
        let adds: Vec<Add> = adds.collect();
        let removed: Vec<Arc<SealedFile>> =
            done.iter().filter_map(|done| done.was.clone()).collect();
        let table = self.table(kind);
        Ok(table.reseal(&known.files, &removed, &adds, at).await?)
    }

    /// Rows of a file that has some of `touched` sessions; none if it has not.
    async fn rows_with(
        &self,
        kind: TableKind,
        file: &SealedFile,
        touched: &Touched,
    ) -> Result<Option<RecordBatch>, SealError> {
        let between = file.held.sessions.as_ref().is_some_and(|(low, high)| {
            let sessions = touched.iter().flatten().map(SessionId::to_string);
            let mut sessions = sessions.filter(|session| low <= session && session <= high);
            sessions.next().is_some()
        });
        let nobodys = file.held.sessionless > 0 && touched.contains(&None);
        if !between && !nobodys {
            return Ok(None);
        }
        let rows = self.sealed_rows(kind, file).await?;
        let any = sessions(&rows)
            .iter()
            .any(|session| touched.contains(session));
        Ok(any.then_some(rows))
    }

    /// The file of what stays of `rows` and of what was folded again.
    async fn replaced_file(
        &self,
        kind: TableKind,
        file: &Arc<SealedFile>,
        rows: &RecordBatch,
        again: RecordBatch,
        touched: &Touched,
    ) -> Result<Folded, SealError> {
        let stays: BooleanArray = sessions(rows)
            .iter()
            .map(|session| Some(!touched.contains(session)))
            .collect();
        let kept = filter_record_batch(rows, &stays)?;
        let now = merged(kind, vec![(kept, Dead::default())], again)?;
        let dead = moved(&file.dead, rows, &stays, &now);
        let add = self
            .put_sealed(kind, file.claim.clone(), now.clone())
            .await?;
        let was = (add.path != file.add.path).then(|| Arc::clone(file));
        let stats = Stats::read(add.stats.as_deref());
        Ok(Folded {
            file: Arc::new(SealedFile {
                add,
                claim: file.claim.clone(),
                held: Held::of(&now),
                dead: Dead::default(),
                stats,
                erased: 0,
                erased_at: 0,
            }),
            dead,
            was,
        })
    }
}

/// Sessions of which something went since `since`, and when the last did.
async fn touched(snapshot: &Snapshot, since: i64) -> Result<(Touched, i64), SealError> {
    let since = TimeNs(since.saturating_sub(RESEALED_BEFORE));
    let (mut touched, mut latest) = (Touched::new(), 0);
    let table = snapshot.archive().table(TableKind::Events);
    for partition in snapshot.next_offsets().keys().copied() {
        for file in snapshot.files(TableKind::Events, partition)? {
            let Some(erased) = file.claim().and_then(|claim| claim.erased) else {
                continue;
            };
            let stones = table.tombstones(partition, erased.tombstone).await;
            let stones: Vec<Tombstone> = stones.map_err(SealError::Tombstone)?;
            for gone in stones.into_iter().filter_map(|stone| stone.gone) {
                latest = gone.at.0.max(latest);
                if gone.at >= since {
                    touched.extend(gone.segments.iter().map(|segment| segment.session));
                }
            }
        }
    }
    Ok((touched, latest))
}

/// The rows of touched sessions that a file's steps make of what is left, and the earlier rows they replace.
async fn folded_again(
    snapshot: &Snapshot,
    kind: TableKind,
    file: &SealedFile,
    before: &[Arc<SealedFile>],
    statements: &Sealed,
    touched: &Touched,
    rows: &RecordBatch,
) -> Result<(RecordBatch, BTreeMap<String, Vec<u64>>), SnapshotError> {
    let context = SessionContext::new_with_config(session_config());
    let of_sessions = kind == TableKind::Sessions;
    let range = Range {
        from: &file.claim.from,
        to: &file.claim.to,
        statements: if of_sessions {
            &statements.files
        } else {
            before
        },
        sessions: of_sessions.then_some(before),
        share: Some(share(touched, rows)),
        tail: None,
    };
    let mut rest = snapshot.rest(&context, &range).await?;
    if of_sessions {
        rest.sessions
            .retain(|session, _| touched.contains(&Some(*session)));
        return Ok((session_rows(&rest.sessions)?, rest.sessions_replaced));
    }
    rest.stories
        .retain(|(session, _), _| touched.contains(session));
    Ok((statement_rows(&rest.stories)?, rest.replaced))
}

/// What events of touched sessions in a file have in common; some others may have it too.
fn share(touched: &Touched, rows: &RecordBatch) -> Expr {
    let here: BTreeSet<Option<SessionId>> = sessions(rows).into_iter().collect();
    let here: Vec<_> = here.intersection(touched).collect();
    let ids: Vec<String> = here
        .iter()
        .filter_map(|id| id.map(|id| id.to_string()))
        .collect();
    let column = || col("session_id");
    let some = match (ids.iter().min(), ids.iter().max()) {
        (Some(low), Some(high)) if ids.len() > SESSIONS_LOOKED_UP_MAX => {
            Some(column().between(lit(low.as_str()), lit(high.as_str())))
        }
        (Some(_), _) => {
            let ids = ids.iter().map(|id| lit(id.as_str())).collect();
            Some(column().in_list(ids, false))
        }
        _ => None,
    };
    let none = here.contains(&&None).then(|| column().is_null());
    some.into_iter()
        .chain(none)
        .reduce(Expr::or)
        .unwrap_or_else(|| lit(false))
}

/// Numbers of replaced rows where they stand now; those of touched sessions are worked out anew.
fn moved(dead: &Dead, rows: &RecordBatch, stays: &BooleanArray, now: &RecordBatch) -> Dead {
    if dead.is_empty() {
        return Dead::default();
    }
    let places: HashMap<(String, String), u64> = keys(now).into_iter().zip(0..).collect();
    let old = keys(rows).into_iter().zip(stays.iter()).zip(0..);
    let kept = old.filter(|((_, stays), number)| *stays == Some(true) && dead.contains(*number));
    let moved = kept.filter_map(|((key, _), _)| places.get(&key).copied());
    Dead::default().with(moved)
}

/// What tells rows apart.
fn keys(rows: &RecordBatch) -> Vec<(String, String)> {
    let text = |name: &str| {
        let column = rows.column_by_name(name)?;
        column.as_string_opt::<i32>().cloned()
    };
    let (sessions, statements) = (text("session_id"), text("statement_id"));
    let value = |texts: &Option<StringArray>, row: usize| {
        let texts = texts.as_ref()?;
        texts.is_valid(row).then(|| texts.value(row).to_owned())
    };
    let key = |row| {
        let (session, statement) = (value(&sessions, row), value(&statements, row));
        (session.unwrap_or_default(), statement.unwrap_or_default())
    };
    (0..rows.num_rows()).map(key).collect()
}

fn sessions(rows: &RecordBatch) -> Vec<Option<SessionId>> {
    let column = rows.column_by_name("session_id");
    let texts = column.and_then(|column| column.as_string_opt::<i32>());
    let texts = texts.into_iter().flat_map(|texts| texts.iter());
    texts.map(|text| text?.parse().ok()).collect()
}

/// The file as if nothing of it was replaced.
fn all_rows(file: &Arc<SealedFile>) -> Arc<SealedFile> {
    Arc::new(SealedFile {
        dead: Dead::default(),
        ..SealedFile::clone(file)
    })
}
