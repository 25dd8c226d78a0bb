//! Rows on their way out, however many: read as they are taken, counted, and told when they end.
//!
//! Enters: a query that began to run. Leaves: batches; then one `auditor.exported` with the rows taken, also when the reader goes away.
//! Never here: more than a batch in memory; a turn that a reader keeps by taking nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use door::{Lent, Turn};
use event::TimeNs;
use event::payload::AuditorExported;
use futures::StreamExt as _;
use tokio::time::timeout;

use super::{Engine, Query, Started, said};
use crate::answer::slice_bytes;
use crate::auditor::Auditor;
use crate::error::QueryError;
use crate::limits::READER_PAUSE;
use crate::metrics;

/// An answer as a stream. Dropping it ends the query at once.
pub struct Export {
    engine: Engine,
    auditor: Auditor,
    what: String,
    open: Open,
    /// How long its reader may take nothing.
    patience: Duration,
    schema: SchemaRef,
    /// What the journal held of each partition: every event before these offsets was seen.
    pub positions: BTreeMap<String, u64>,
    /// What else is to be known.
    pub notices: Vec<String>,
    /// Rows still wanted; none is all.
    left: Option<usize>,
    rows: u64,
    bytes: u64,
    began: TimeNs,
    truncated: bool,
    told: bool,
}

/// Where the query is.
enum Open {
    /// It computes.
    AtWork(Started),
    /// Its reader has what was computed: the turn is kept a moment, the query for as long as there is patience.
    Waiting {
        query: Lent<Started>,
        turn: Option<Lent<Turn<String>>>,
    },
    /// It ended, or was given up.
    Over,
}

impl Export {
    pub(super) fn new(
        engine: Engine,
        auditor: Auditor,
        query: &Query,
        mut started: Started,
    ) -> Self {
        let mut export = Self {
            auditor,
            what: said(query).to_owned(),
            schema: started.rows.schema(),
            positions: std::mem::take(&mut started.positions),
            notices: std::mem::take(&mut started.notices),
            open: Open::AtWork(started),
            patience: Duration::MAX,
            left: query.limit,
            rows: 0,
            bytes: 0,
            began: engine.inner.clock.now(),
            truncated: false,
            told: false,
            engine,
        };
        export.waits();
        export
    }

    /// The same, cut off where nobody asks for the next rows for so long.
    #[must_use]
    pub fn within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self.take_up();
        self.waits();
        self
    }

    /// The columns, known before the first row.
    pub const fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Rows taken so far.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether there were more rows than wanted; known at the end.
    pub const fn truncated(&self) -> bool {
        self.truncated
    }

    /// The next rows; none after the last, once the end is recorded.
    pub async fn next(&mut self) -> Option<Result<RecordBatch, QueryError>> {
        if self.told {
            return None;
        }
        if !self.take_up() {
            let seconds = self.patience.as_secs();
            return self.end(Some(QueryError::Unread { seconds })).await;
        }
        loop {
            let Open::AtWork(started) = &mut self.open else {
                return self.end(None).await;
            };
            if started.turn.is_none() {
                // Exports never have all of them, and what queries have is given back within the time of one.
                started.turn = Some(self.engine.turn(&self.auditor).await);
            }
            let within = self.engine.inner.config.timeout();
            let batch = match timeout(within, started.rows.next()).await {
                Err(_) => Err(self.engine.timed_out()),
                Ok(None) => return self.end(None).await,
                Ok(Some(batch)) => batch.map_err(QueryError::from),
            };
            let batch = match batch {
                Ok(batch) => batch,
                Err(error) => return self.end(Some(error)).await,
            };
            if batch.num_rows() == 0 {
                continue;
            }
            let fits = self.left.unwrap_or(usize::MAX).min(batch.num_rows());
            if fits == 0 {
                self.truncated = true;
                return self.end(None).await;
            }
            self.left = self.left.map(|left| left - fits);
            self.truncated = fits < batch.num_rows();
            let rows = batch.slice(0, fits);
            self.rows += fits as u64;
            self.bytes += slice_bytes(&rows) as u64;
            if self.truncated {
                self.open = Open::Over;
            }
            self.waits();
            return Some(Ok(rows));
        }
    }

    /// From here on its reader is waited for.
    fn waits(&mut self) {
        let open = std::mem::replace(&mut self.open, Open::Over);
        let tasks = &self.engine.inner.ending;
        self.open = match open {
            Open::AtWork(mut started) => {
                let turn = started.turn.take();
                Open::Waiting {
                    turn: turn.map(|turn| Lent::new(turn, READER_PAUSE, tasks)),
                    query: Lent::new(started, self.patience, tasks),
                }
            }
            Open::Waiting { .. } | Open::Over => open,
        };
    }

    /// Its reader is there. False where the query was given up meanwhile.
    fn take_up(&mut self) -> bool {
        let open = std::mem::replace(&mut self.open, Open::Over);
        self.open = match open {
            Open::Waiting { query, turn } => {
                let Some(mut started) = query.back() else {
                    return false;
                };
                started.turn = turn.and_then(Lent::back);
                Open::AtWork(started)
            }
            Open::AtWork(_) | Open::Over => open,
        };
        true
    }

    async fn end(&mut self, error: Option<QueryError>) -> Option<Result<RecordBatch, QueryError>> {
        self.open = Open::Over;
        self.told = true;
        self.count(error.is_none());
        let told = self.engine.record(&self.auditor, self.account()).await;
        let error = error.or(told.err().map(QueryError::from));
        error.map(Err)
    }

    fn count(&self, answered: bool) {
        let size = (self.rows, self.bytes);
        let elapsed_ns = self.engine.since(self.began);
        metrics::asked(answered.then_some(size), elapsed_ns);
    }

    fn account(&self) -> AuditorExported {
        AuditorExported {
            what: self.what.clone(),
            events: self.rows,
        }
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        // Ends the query and frees its turn before the rest.
        self.open = Open::Over;
        if self.told {
            return;
        }
        self.count(true);
        let (engine, auditor, account) =
            (self.engine.clone(), self.auditor.clone(), self.account());
        let ending = self.engine.inner.ending.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let end = async move {
                if let Err(error) = engine.record(&auditor, account).await {
                    tracing::warn!(%error, "the end of an export could not be recorded");
                }
            };
            drop(ending.spawn_on(end, &runtime));
        }
    }
}
