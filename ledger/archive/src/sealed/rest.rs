//! What is not sealed yet, folded as if it were one more step.
//!
//! Enters: a snapshot, a range of events, the journal's tail. Leaves: the statements and sessions they touch, folded whole, and the
//! sealed rows these replace. Never here: a statement folded from a part of its events.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::logical_expr::{Expr, col, lit};
use datafusion::prelude::SessionContext;
use event::{Event, SessionId, StatementId};
use journal::Position;

use super::lookup::Spans;
use super::scan::sealed_scan;
use super::session::{SessionRow, Sessions, session_rows};
use super::story::{Key, Stories};
use super::{Dead, SealedFile, Watermark, statement_rows};
use crate::contents::ArchiveFile;
use crate::limits::UNSEALED_EVENTS_MAX;
use crate::rows::{Bodies, stored_events};
use crate::{Snapshot, SnapshotError, TableKind};

/// Sealed files of one table in order, and how far they reach.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sealed {
    pub(crate) files: Vec<Arc<SealedFile>>,
    pub(crate) mark: Watermark,
    /// Leaves that have gone by retention.
    pub(crate) erased: u64,
    /// When the last of those went that its files know of, nanoseconds since 1970 UTC.
    pub(crate) erased_at: i64,
}

/// What is folded.
pub(crate) struct Range<'a> {
    pub(crate) from: &'a Watermark,
    pub(crate) to: &'a Watermark,
    /// Sealed at `from` or later: they say where earlier events of a statement stand.
    pub(crate) statements: &'a [Arc<SealedFile>],
    /// Sealed at `from`; none if sessions are not asked for.
    pub(crate) sessions: Option<&'a [Arc<SealedFile>]>,
    /// Events of these alone.
    pub(crate) share: Option<Expr>,
    /// Events after `to`, too.
    pub(crate) tail: Option<Arc<dyn TableProvider>>,
}

/// Numbers of rows by file.
pub(crate) type Replaced = BTreeMap<String, Vec<u64>>;

/// Statements and sessions touched in a range, and what they replace.
#[derive(Debug, Default)]
pub(crate) struct Rest {
    pub(crate) stories: Stories,
    pub(crate) replaced: Replaced,
    pub(crate) sessions: Sessions,
    pub(crate) sessions_replaced: Replaced,
    /// Events in the range.
    pub(crate) events: u64,
}

/// Every row once: sealed ones, and the rest.
pub struct Once {
    /// Sealed rows that count.
    pub sealed: Arc<dyn TableProvider>,
    /// Everything else, in the same columns.
    pub rest: RecordBatch,
}

/// Statements and sessions, each once.
pub struct Answers {
    /// The statements.
    pub statements: Once,
    /// The sessions; none where what is sealed of them does not fit what is sealed of the statements.
    pub sessions: Option<Once>,
}

impl Sealed {
    /// What `snapshot` has sealed of `kind`; none of it if its log is not understood.
    pub(crate) fn of(snapshot: &Snapshot, kind: TableKind) -> Result<Self, (String, String)> {
        let Some(files) = snapshot.sealed(kind) else {
            return Ok(Self::default());
        };
        let files = files.chain()?;
        let mark = files.last().map(|file| file.claim.to.clone());
        Ok(Self {
            mark: mark.unwrap_or_default(),
            erased: 0,
            erased_at: files.iter().map(|file| file.erased_at).min().unwrap_or(0),
            files,
        })
    }

    /// [`Self::of`], or nothing, which is said once.
    fn used(snapshot: &Snapshot, kind: TableKind) -> Option<Self> {
        match Self::of(snapshot, kind) {
            Ok(sealed) => Some(sealed),
            Err((path, what)) => {
                let table = kind.name();
                tracing::warn!(
                    table,
                    path,
                    what,
                    "sealed rows are not used, all are folded from the events"
                );
                None
            }
        }
    }
}

impl Snapshot {
    /// Every statement and session of the archive and of `tail`, which holds the events after it, once. None where too much is not
    /// sealed to be folded in memory, or what is sealed is not understood: then it must be asked of the events.
    pub async fn answers(
        &self,
        context: &SessionContext,
        tail: Arc<dyn TableProvider>,
    ) -> Result<Option<Answers>, SnapshotError> {
        let Some(statements) = Sealed::used(self, TableKind::Statements) else {
            return Ok(None);
        };
        let to = Watermark::from(self.next_offsets());
        if self.events_between(&statements.mark, &to)? > UNSEALED_EVENTS_MAX {
            return Ok(None);
        }
        let sessions = Sealed::used(self, TableKind::Sessions);
        let sessions = sessions.filter(|sessions| statements.mark.is_at_or_after(&sessions.mark));
        let together = sessions
            .as_ref()
            .filter(|sessions| sessions.mark == statements.mark);
        let mut range = Range {
            from: &statements.mark,
            to: &to,
            statements: &statements.files,
            sessions: together.map(|sessions| sessions.files.as_slice()),
            share: None,
            tail: Some(Arc::clone(&tail)),
        };
        let rest = self.rest(context, &range).await?;
        let mut answers = Answers {
            statements: self.once(
                TableKind::Statements,
                &statements,
                &rest.replaced,
                statement_rows(&rest.stories)?,
            )?,
            sessions: None,
        };
        let Some(sessions) = &sessions else {
            return Ok(Some(answers));
        };
        let rest = if sessions.mark == statements.mark {
            rest
        } else if self.events_between(&sessions.mark, &to)? > UNSEALED_EVENTS_MAX {
            return Ok(Some(answers));
        } else {
            // Sessions are sealed in a commit after their statements'.
            range.from = &sessions.mark;
            range.sessions = Some(&sessions.files);
            self.rest(context, &range).await?
        };
        answers.sessions = Some(self.once(
            TableKind::Sessions,
            sessions,
            &rest.sessions_replaced,
            session_rows(&rest.sessions)?,
        )?);
        Ok(Some(answers))
    }

    fn once(
        &self,
        kind: TableKind,
        sealed: &Sealed,
        replaced: &Replaced,
        rest: RecordBatch,
    ) -> Result<Once, SnapshotError> {
        let files = sealed.files.iter().map(|file| {
            let replaced = replaced.get(file.path()).into_iter().flatten();
            (Arc::clone(file), file.dead.with(replaced.copied()))
        });
        let location = &self.archive().0.location;
        let sealed = sealed_scan(location, kind, files.collect(), false)?;
        Ok(Once {
            sealed: Arc::new(sealed),
            rest,
        })
    }

    /// Folds what lies in `range`.
    pub(crate) async fn rest(
        &self,
        context: &SessionContext,
        range: &Range<'_>,
    ) -> Result<Rest, SnapshotError> {
        let share = range.share.clone().unwrap_or_else(|| lit(true));
        let mut told = self
            .told(context, range.from, range.to, share, None)
            .await?;
        if let Some(tail) = &range.tail {
            told.extend(decoded(context, Arc::clone(tail), told_of()).await?);
        }
        // Events are large: their places are sorted, and each is moved once.
        told.sort_by_cached_key(|(position, _)| *position);
        let keys: BTreeSet<Key> = told.iter().filter_map(|(_, event)| key(event)).collect();
        let mut rest = Rest {
            events: told.len() as u64,
            ..Rest::default()
        };
        let mut earlier: BTreeMap<StatementId, Spans> = BTreeMap::new();
        for file in range.statements {
            for (row, statement, spans) in self.find_statements(context, file, &keys).await? {
                let replaced = rest.replaced.entry(file.path().to_owned()).or_default();
                replaced.push(row);
                earlier.entry(statement).or_default().extend(spans);
            }
        }
        let mut before = Stories::new();
        if !earlier.is_empty() {
            let (begin, all) = (Watermark::default(), lit(true));
            let events = self.told(context, &begin, range.from, all, Some(&earlier));
            let mut events = events.await?;
            events.sort_by_cached_key(|(position, _)| *position);
            let of_keys = |event: &Event| key(event).filter(|key| keys.contains(key));
            for (position, event) in &events {
                if let Some(key) = of_keys(event) {
                    before.entry(key).or_default().apply(*position, event);
                }
            }
        }
        rest.stories = before.clone();
        for (position, event) in &told {
            if let Some(key) = key(event) {
                rest.stories.entry(key).or_default().apply(*position, event);
            }
        }
        if let Some(files) = range.sessions {
            self.sessions(context, files, &told, &before, &mut rest)
                .await?;
        }
        Ok(rest)
    }

    /// Sessions go on from their sealed rows with what is told of them, and with what that makes of their statements.
    async fn sessions(
        &self,
        context: &SessionContext,
        files: &[Arc<SealedFile>],
        told: &[(Position, Event)],
        before: &Stories,
        rest: &mut Rest,
    ) -> Result<(), SnapshotError> {
        let touched: BTreeSet<Option<SessionId>> = told
            .iter()
            .filter_map(|(_, event)| event.session_id.map(Some))
            .collect();
        if touched.is_empty() {
            return Ok(());
        }
        for file in files {
            for (row, session) in self.find_sessions(context, file, &touched).await? {
                let replaced = rest.sessions_replaced.entry(file.path().to_owned());
                replaced.or_default().push(row);
                rest.sessions.insert(session.session_id, session);
            }
        }
        for (position, event) in told {
            let Some(session) = event.session_id else {
                continue;
            };
            let row = rest.sessions.entry(session);
            row.or_insert_with(|| SessionRow::new(session, event))
                .apply(*position, event);
        }
        for (key, story) in &rest.stories {
            let was = before.get(key).and_then(super::story::Story::tally);
            let now = story.tally();
            let row = key.0.and_then(|session| rest.sessions.get_mut(&session));
            if let Some(row) = row {
                row.replace(key.1, was.as_ref(), now.as_ref());
            }
        }
        Ok(())
    }

    /// Files of `events` with offsets between two watermarks.
    pub(crate) fn files_between(
        &self,
        from: &Watermark,
        to: &Watermark,
    ) -> Result<Vec<Arc<ArchiveFile>>, SnapshotError> {
        let mut files = Vec::new();
        for (partition, end) in to.iter() {
            let begin = from.position(partition);
            let inside =
                |file: &Arc<ArchiveFile>| file.offsets.end > begin && file.offsets.start < end;
            files.extend(
                self.files(TableKind::Events, partition)?
                    .into_iter()
                    .filter(inside),
            );
        }
        Ok(files)
    }

    /// At most so many events lie between two watermarks.
    pub(crate) fn events_between(
        &self,
        from: &Watermark,
        to: &Watermark,
    ) -> Result<u64, SnapshotError> {
        let files = self.files_between(from, to)?;
        let count = |file: &Arc<ArchiveFile>| {
            let offsets = file.offsets.end.saturating_sub(file.offsets.start);
            file.rows.unwrap_or(offsets)
        };
        Ok(files.iter().map(count).sum())
    }

    /// Events of statements between two watermarks; of `only` these, where their rows say that they are.
    async fn told(
        &self,
        context: &SessionContext,
        from: &Watermark,
        to: &Watermark,
        share: Expr,
        only: Option<&BTreeMap<StatementId, Spans>>,
    ) -> Result<Vec<(Position, Event)>, SnapshotError> {
        let mut files = self.files_between(from, to)?;
        let mut wanted = told_of().and(between(from, to)).and(share);
        if let Some(only) = only {
            let spans: Vec<_> = only.values().flatten().collect();
            files.retain(|file| {
                let partition = file.partition.to_string();
                spans.iter().any(|(name, first, last)| {
                    let (first, last) = (u64::try_from(*first), u64::try_from(*last));
                    *name == partition
                        && first.is_ok_and(|first| first < file.offsets.end)
                        && last.is_ok_and(|last| last >= file.offsets.start)
                })
            });
            let ids = only.keys().map(|id| lit(id.to_string())).collect();
            wanted = wanted.and(col("statement_id").in_list(ids, false));
        }
        if files.is_empty() {
            return Ok(Vec::new());
        }
        decoded(context, self.events_in(files)?, wanted).await
    }
}

fn key(event: &Event) -> Option<Key> {
    event
        .statement_id
        .map(|statement| (event.session_id, statement))
}

/// Everything that is told of a statement or a session.
fn told_of() -> Expr {
    let of = |column: &str| col(column).is_not_null();
    of("statement_id").or(of("session_id"))
}

fn between(from: &Watermark, to: &Watermark) -> Expr {
    let offset = |offset: u64| lit(i64::try_from(offset).unwrap_or(i64::MAX));
    to.iter()
        .map(|(partition, end)| {
            col("partition")
                .eq(lit(partition.to_string()))
                .and(col("offset").gt_eq(offset(from.position(partition))))
                .and(col("offset").lt(offset(end)))
        })
        .reduce(Expr::or)
        .unwrap_or_else(|| lit(false))
}

async fn decoded(
    context: &SessionContext,
    events: Arc<dyn TableProvider>,
    wanted: Expr,
) -> Result<Vec<(Position, Event)>, SnapshotError> {
    let frame = context.read_table(events)?.filter(wanted)?;
    let batches = frame.collect().await?;
    let mut events = Vec::new();
    for batch in &batches {
        let stored = stored_events(batch, &Bodies::left_out())?;
        events.extend(
            stored
                .into_iter()
                .map(|stored| (stored.position, stored.event)),
        );
    }
    Ok(events)
}

/// What is replaced of `file`, beyond what was.
pub(crate) fn dead(file: &SealedFile, replaced: &Replaced) -> Option<Dead> {
    let rows = replaced.get(file.path())?;
    Some(file.dead.with(rows.iter().copied()))
}
