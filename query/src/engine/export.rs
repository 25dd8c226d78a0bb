//! Rows on their way out, however many: read as they are taken, counted, and told when they end.
//!
//! Enters: a query that began to run. Leaves: batches; then one `auditor.exported` with the rows taken, also when the reader goes away.
//! Never here: more than a batch in memory.

use std::collections::BTreeMap;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use event::TimeNs;
use event::payload::AuditorExported;
use futures::StreamExt as _;
use tokio::time::timeout;

use super::{Engine, Query, Started, said};
use crate::answer::slice_bytes;
use crate::auditor::Auditor;
use crate::error::QueryError;
use crate::metrics;

/// An answer as a stream. Dropping it ends the query at once.
pub struct Export {
    engine: Engine,
    auditor: Auditor,
    what: String,
    started: Option<Started>,
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

impl Export {
    pub(super) fn new(
        engine: Engine,
        auditor: Auditor,
        query: &Query,
        mut started: Started,
    ) -> Self {
        Self {
            auditor,
            what: said(query).to_owned(),
            schema: started.rows.schema(),
            positions: std::mem::take(&mut started.positions),
            notices: std::mem::take(&mut started.notices),
            started: Some(started),
            left: query.limit,
            rows: 0,
            bytes: 0,
            began: engine.inner.clock.now(),
            truncated: false,
            told: false,
            engine,
        }
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
        loop {
            let Some(started) = self.started.as_mut() else {
                return if self.told {
                    None
                } else {
                    self.end(None).await
                };
            };
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
                self.started = None;
            }
            return Some(Ok(rows));
        }
    }

    async fn end(&mut self, error: Option<QueryError>) -> Option<Result<RecordBatch, QueryError>> {
        self.started = None;
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
        self.started = None;
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
