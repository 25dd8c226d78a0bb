//! A session as a script: each statement with what its driver got.
//!
//! Enters: the session's events with page bodies. Leaves: lines in the order they were asked. Never here: an answer that is not whole in
//! the record and looks as if it were.

use std::collections::BTreeMap;
use std::io::Cursor;

use access::BoundValue;
use access::analysis::{SessionView, Statement, analyze};
use access::catalog::Catalog;
use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use event::payload::{
    Context, FailureStage, Kept, ResponsePage, ResponseStarted, ResultFormat, StatementFailed,
};
use event::{Event, Payload, SessionId, StatementId};
use journal::Position;

use super::cells::Cells;
use crate::order::merge;

/// Why a session cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// It has no statement.
    #[error("session {0} has no statement to answer")]
    Empty(SessionId),
    /// A recorded page cannot be read.
    #[error("a page of statement {statement} cannot be read: {source}")]
    Page {
        /// The statement.
        statement: StatementId,
        /// What the reader said.
        source: ArrowError,
    },
}

/// A recorded session, ready to be asked.
#[derive(Debug)]
pub struct Script {
    /// The session.
    pub session: SessionId,
    /// Where it stood at login.
    pub context: Context,
    /// Its statements, in order.
    pub(super) lines: Vec<Line>,
}

/// One recorded statement.
#[derive(Debug)]
pub(super) struct Line {
    pub shape: String,
    /// As recorded: literals masked.
    pub text: String,
    pub binds: Vec<BoundValue>,
    pub describe_only: bool,
    pub query_id: String,
    pub ended: Ended,
}

/// What its driver got.
#[derive(Debug)]
pub(super) enum Ended {
    /// One result, or several of a multi-statement.
    Rows(Vec<ResultSet>),
    /// An error.
    Failed(StatementFailed),
    /// The record ends before it did, or does not keep its rows.
    Unknown(&'static str),
}

/// One recorded result.
#[derive(Debug)]
pub(super) struct ResultSet {
    pub started: ResponseStarted,
    pub cells: Cells,
}

#[derive(Default)]
struct Draft {
    line: Option<(String, Vec<BoundValue>, bool)>,
    query_id: Option<String>,
    results: BTreeMap<u32, ResponseStarted>,
    /// By result, chunk, page, fragment: what was fetched twice is there once.
    pages: BTreeMap<(u32, u32, u32), BTreeMap<u32, ResponsePage>>,
    finished: bool,
    failed: Option<StatementFailed>,
}

/// Equal for statements that differ in literals only, whatever catalog they were recorded under.
pub(super) fn shape(text: &str) -> String {
    let statement = Statement { text, binds: &[] };
    analyze(statement, &SessionView::default(), &Catalog::empty()).fingerprint
}

impl Script {
    /// The script in the events of `session`.
    pub fn of(
        session: SessionId,
        events: impl IntoIterator<Item = (Position, Event)>,
    ) -> Result<Self, ScriptError> {
        let mut context = Context::default();
        let mut order = Vec::new();
        let mut drafts: BTreeMap<StatementId, Draft> = BTreeMap::new();
        for (_, event) in merge(events) {
            if event.session_id != Some(session) {
                continue;
            }
            if let Payload::SessionOpened(opened) = &event.payload {
                context.clone_from(&opened.context);
            }
            let Some(statement) = event.statement_id else {
                continue;
            };
            if !drafts.contains_key(&statement) {
                order.push(statement);
            }
            drafts.entry(statement).or_default().take(event.payload);
        }
        let mut lines = Vec::new();
        for statement in order {
            if let Some(draft) = drafts.remove(&statement) {
                lines.extend(draft.line(statement)?);
            }
        }
        if lines.is_empty() {
            return Err(ScriptError::Empty(session));
        }
        Ok(Self {
            session,
            context,
            lines,
        })
    }

    /// How many statements it has.
    pub fn statements(&self) -> usize {
        self.lines.len()
    }
}

impl Draft {
    fn take(&mut self, payload: Payload) {
        match payload {
            Payload::StatementSubmitted(submitted) => {
                let binds = submitted.binds.into_iter();
                self.line.get_or_insert_with(|| {
                    (
                        submitted.text.into_inner(),
                        binds.map(crate::backtest::bound).collect(),
                        submitted.describe_only,
                    )
                });
            }
            Payload::StatementForwarded(forwarded) => {
                self.query_id = self.query_id.take().or(forwarded.query_id);
            }
            Payload::ResponseStarted(started) => {
                self.results.entry(started.result).or_insert(started);
            }
            Payload::ResponsePage(page) => {
                let place = (page.result, page.chunk, page.page);
                let fragments = self.pages.entry(place).or_default();
                fragments.entry(page.fragment).or_insert(page);
            }
            Payload::ResponseFinished(_) => self.finished = true,
            Payload::StatementFailed(failed) => {
                self.failed.get_or_insert(failed);
            }
            _ => {}
        }
    }

    fn line(mut self, statement: StatementId) -> Result<Option<Line>, ScriptError> {
        let Some((text, binds, describe_only)) = self.line.take() else {
            return Ok(None);
        };
        let ended = self.ended();
        let ended = ended.map_err(|source| ScriptError::Page { statement, source })?;
        let named = self.results.values().next();
        let named = named.map(|started| started.query_id.clone());
        let query_id = self.query_id.or(named).filter(|id| !id.is_empty());
        Ok(Some(Line {
            shape: shape(&text),
            text,
            binds,
            describe_only,
            query_id: query_id.unwrap_or_else(|| statement.to_string()),
            ended,
        }))
    }

    fn ended(&mut self) -> Result<Ended, ArrowError> {
        // A chunk that failed and came again is no failure of the statement.
        if let Some(failed) = self.failed.take() {
            let got_over = self.finished && failed.stage == FailureStage::Gateway;
            if !got_over {
                return Ok(Ended::Failed(failed));
            }
        }
        if self.results.is_empty() {
            return Ok(Ended::Unknown("the record does not say how it ended"));
        }
        let mut results = Vec::new();
        for (number, started) in &self.results {
            let pages = self
                .pages
                .range((*number, 0, 0)..=(*number, u32::MAX, u32::MAX));
            let mut cells = Cells::new(&started.columns);
            for (_, fragments) in pages {
                let Some(first) = fragments.values().next() else {
                    continue;
                };
                if first.kept != Kept::Full {
                    return Ok(Ended::Unknown("policy keeps digests of its rows only"));
                }
                if fragments.len() != usize::try_from(first.fragments).unwrap_or(usize::MAX) {
                    return Ok(Ended::Unknown("a page of its rows is not in the record"));
                }
                let body: Vec<u8> = fragments
                    .values()
                    .flat_map(|page| page.body.to_vec())
                    .collect();
                for batch in StreamReader::try_new(Cursor::new(body), None)? {
                    let batch: RecordBatch = batch?;
                    cells.add(&batch);
                }
            }
            results.push(ResultSet {
                started: started.clone(),
                cells,
            });
        }
        Ok(Ended::Rows(results))
    }
}

impl Line {
    /// Whether its driver got Arrow.
    pub fn was_arrow(&self) -> bool {
        let Ended::Rows(results) = &self.ended else {
            return false;
        };
        let mut formats = results.iter().map(|result| result.started.format);
        formats.any(|format| format == ResultFormat::Arrow)
    }
}
