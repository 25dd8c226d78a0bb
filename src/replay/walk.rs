//! A session's entries from the first to the last, some at a time.
//!
//! Enters: a reading that is recorded. Leaves: entries as a timeline has them, a few thousand rows at once. Never here: more of the session in
//! memory than that and its outline.

use std::collections::{HashMap, VecDeque};

use anyhow::{Context as _, Result};
use door::Problem;
use event::{Event, SessionId, StatementId, TimeNs};
use journal::Position;
use query::{QueryError, Replay};
use replayer::limits::RESULT_ROWS_MAX;
use replayer::timeline::Entry;
use replayer::{Options, TimelineError};

use super::outline::{Outline, Row};
use super::{Entries, Frame, unreadable};

/// Statements read at once.
const STATEMENTS: usize = 512;
/// Rows read at once, unless one statement alone has more.
const ROWS: u64 = 20_000;

/// The outline of what `replay` reads.
pub async fn outline(replay: &Replay) -> Result<Outline, Problem> {
    let session = replay.session();
    let told = replay.outline().await?;
    let outline = tokio::task::spawn_blocking(move || Outline::new(session, told)).await;
    let outline = outline.map_err(|error| unreadable(&error))?;
    let mut outline = outline.map_err(|error| unreadable(&error))?;
    if outline.head.principal.is_none()
        && let Some(first) = statements_of(&outline.entries).next()
    {
        // Its login is not in the record; a statement says too whose it is.
        let events = replay.statements(&[first], 0..0).await?;
        let options = Options::default();
        let timeline = replayer::build(session, events, &options);
        if let Ok(timeline) = timeline {
            outline.head.principal = timeline.head.principal;
            outline.head.source = timeline.head.source;
            outline.head.connection = timeline.head.connection;
        }
    }
    Ok(outline)
}

fn statements_of(rows: &[Row]) -> impl Iterator<Item = StatementId> {
    rows.iter().filter_map(|row| match row {
        Row::Statement(line) => Some(line.statement),
        Row::Note(_) => None,
    })
}

/// The entries that `events` tell, with `rows_max` rows of each result.
pub async fn told(
    session: SessionId,
    events: Vec<(Position, Event)>,
    rows_max: usize,
    start: Option<TimeNs>,
) -> Result<Entries> {
    let options = Options { rows_max, start };
    let work = tokio::task::spawn_blocking(move || replayer::build(session, events, &options));
    match work.await.context("the session could not be told")? {
        Ok(timeline) => Ok(timeline.entries),
        // None of what was asked for is in it.
        Err(TimelineError::Unknown(_)) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// A session on its way out.
pub struct Walk {
    replay: Replay,
    frame: Frame,
    left: VecDeque<Row>,
}

impl Walk {
    /// At the beginning of what `replay` reads.
    pub async fn begin(replay: Replay) -> Result<Self, Problem> {
        let outline = outline(&replay).await?;
        Ok(Self {
            frame: outline.frame(),
            left: outline.entries.into(),
            replay,
        })
    }

    /// The session without its entries, its sums as far as they have come.
    pub const fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The next entries, in order; none after the last.
    pub async fn next(&mut self) -> Option<Result<Entries, QueryError>> {
        let mut batch = Vec::new();
        let (mut statements, mut rows) = (0, 0);
        while statements < STATEMENTS && rows < ROWS {
            let Some(row) = self.left.pop_front() else {
                break;
            };
            if let Row::Statement(line) = &row {
                statements += 1;
                rows += line.rows.min(RESULT_ROWS_MAX as u64);
            }
            batch.push(row);
        }
        if batch.is_empty() {
            return None;
        }
        let entries = self.read(batch).await;
        if let Ok(entries) = &entries {
            entries
                .iter()
                .for_each(|entry| self.frame.totals.add(entry));
        }
        Some(entries)
    }

    async fn read(&self, batch: Vec<Row>) -> Result<Entries, QueryError> {
        let ids: Vec<StatementId> = statements_of(&batch).collect();
        let mut found = HashMap::new();
        if !ids.is_empty() {
            let events = self
                .replay
                .statements(&ids, 0..RESULT_ROWS_MAX as u64)
                .await?;
            let (session, start) = (self.replay.session(), Some(self.frame.start));
            let entries = told(session, events, RESULT_ROWS_MAX, start).await;
            let entries = entries.map_err(|error| QueryError::Record(format!("{error:#}")))?;
            for entry in entries {
                if let Entry::Statement(statement) = entry {
                    found.insert(statement.statement, statement);
                }
            }
        }
        let entries = batch.into_iter().filter_map(|row| match row {
            Row::Note(note) => Some(Entry::Note(note)),
            Row::Statement(line) => found.remove(&line.statement).map(|mut statement| {
                statement.number = line.number;
                Entry::Statement(statement)
            }),
        });
        Ok(entries.collect())
    }
}
