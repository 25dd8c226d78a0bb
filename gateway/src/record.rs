//! The way into the journal, and what happens where it is closed.
//!
//! Enters: drafts of events. Leaves: `Ok` once they are durable. Never here: a silent gap: where a connection's configuration
//! lets statements run unrecorded, `audit.degraded` and `audit.restored` say from when to when.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;

use access::Masking;
use event::payload::{AuditDegraded, AuditRestored, StatementFailed};
use event::{Kind, Payload, TimeNs};
use futures::future::try_join_all;
use journal::Position;
use journal::clock::Clock;
use journal::emit::{Draft, EmitError, Emitter};
use parking_lot::Mutex;

use crate::about::About;
use crate::config::Audit;
use crate::failure::Failure;
use crate::limits::RECORD_DEADLINE;
use crate::metrics;
use crate::outcome::Outcome;
use crate::time::between;

/// The events are not durable, so what they speak of must not happen.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unrecorded {
    /// The journal said no.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// It did not answer in time.
    #[error("the journal did not acknowledge within {} ms", RECORD_DEADLINE.as_millis())]
    Late,
}

/// A connection's unrecorded time, until it can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Gap {
    since: TimeNs,
    reason: String,
    unrecorded: u64,
}

/// Records events under the rule of each connection. Cheap to clone.
#[derive(Clone)]
pub struct Recorder(Arc<Shared>);

struct Shared {
    emitter: Emitter,
    clock: Arc<dyn Clock>,
    masking: Masking,
    audits: BTreeMap<String, Audit>,
    gaps: Arc<Mutex<HashMap<String, Gap>>>,
}

impl Recorder {
    /// A recorder over `emitter`; connections that are not in `audits` are recorded or do not run.
    pub fn new(
        emitter: Emitter,
        clock: Arc<dyn Clock>,
        masking: Masking,
        audits: impl IntoIterator<Item = (String, Audit)>,
    ) -> Self {
        Self(Arc::new(Shared {
            emitter,
            clock,
            masking,
            audits: audits.into_iter().collect(),
            gaps: Arc::default(),
        }))
    }

    /// The same with other masks and rules; a gap that is open stays open.
    #[must_use]
    pub fn with(
        &self,
        masking: Masking,
        audits: impl IntoIterator<Item = (String, Audit)>,
    ) -> Self {
        Self(Arc::new(Shared {
            emitter: self.0.emitter.clone(),
            clock: Arc::clone(&self.0.clock),
            masking,
            audits: audits.into_iter().collect(),
            gaps: Arc::clone(&self.0.gaps),
        }))
    }

    /// Whether the journal takes events, as far as is known.
    pub fn healthy(&self) -> bool {
        self.0.emitter.healthy()
    }

    /// Connections whose statements run unrecorded now.
    pub fn degraded(&self) -> usize {
        self.0.gaps.lock().len()
    }

    /// Whether statements of this connection run even if they cannot be recorded.
    pub fn is_best_effort(&self, connection: &str) -> bool {
        self.0.audits.get(connection) == Some(&Audit::BestEffort)
    }

    /// Puts one event into the order now; a later recorded event of this process is durable only if this one is.
    pub fn note(&self, draft: Draft) {
        metrics::delivered(&draft.payload);
        drop(self.0.emitter.emit(draft));
    }

    /// [`Recorder::note`] of what the next event of the statement follows at once: the journal takes both together.
    pub fn note_with_next(&self, draft: Draft) {
        metrics::delivered(&draft.payload);
        self.0.emitter.emit_with_next(draft);
    }

    /// A failure as the record keeps it.
    pub fn failure(&self, failure: &Failure, arrived: TimeNs) -> StatementFailed {
        StatementFailed {
            stage: failure.stage,
            code: failure.code.to_owned(),
            sql_state: failure.sql_state.to_owned(),
            message: self.0.masking.message(&failure.text(), false),
            duration_ns: between(arrived, self.0.clock.now()),
        }
    }

    /// Records an error that will be shown. It says nothing but the gateway's own words, so it is shown even if that fails.
    pub async fn failed(&self, about: &About, failure: &Failure, arrived: TimeNs) {
        let failed = self.failure(failure, arrived);
        if let Err(error) = self.record([about.draft(failed)]).await {
            tracing::error!(statement = %about.statement, %error, "a failure is not recorded");
        }
    }

    /// [`Recorder::failed`], as what the statement came to.
    pub async fn refuse(&self, about: &About, failure: Failure, arrived: TimeNs) -> Outcome {
        self.failed(about, &failure, arrived).await;
        failure.into()
    }

    /// [`Recorder::record`] of one event, which also says where it stands; none where it is not recorded and need not be.
    pub fn record_at(
        &self,
        draft: Draft,
    ) -> impl Future<Output = Result<Option<Position>, Unrecorded>> + Send + 'static {
        let connection = draft.connection.clone().unwrap_or_default();
        metrics::delivered(&draft.payload);
        let emitting = self.0.emitter.emit(draft);
        let shared = Arc::clone(&self.0);
        async move {
            let result = match tokio::time::timeout(RECORD_DEADLINE, emitting).await {
                Ok(Ok(emitted)) => Ok(emitted.position),
                Ok(Err(error)) => Err(Unrecorded::Emit(error)),
                Err(_) => Err(Unrecorded::Late),
            };
            let position = result.as_ref().ok().copied();
            shared
                .settle(connection, 0, result.map(drop))
                .map(|()| position)
        }
    }

    /// Puts `drafts` into the order now, before returning. Resolves when all are durable, or, under
    /// [`Audit::BestEffort`], when it is known that they are not and the gap is noted.
    pub fn record(
        &self,
        drafts: impl IntoIterator<Item = Draft>,
    ) -> impl Future<Output = Result<(), Unrecorded>> + Send + 'static {
        let mut connection = None;
        let mut statements = 0u64;
        let drafts = drafts.into_iter().inspect(|draft| {
            if draft.payload.kind() == Kind::StatementSubmitted {
                statements += 1;
            }
            metrics::delivered(&draft.payload);
            connection = connection.take().or_else(|| draft.connection.clone());
        });
        let emitting = self.0.emitter.emit_all(drafts);
        let shared = Arc::clone(&self.0);
        async move {
            // Each is asked for: one that can never be recorded does not stop the later ones.
            let all = try_join_all(emitting);
            let result = match tokio::time::timeout(RECORD_DEADLINE, all).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(Unrecorded::Emit(error)),
                Err(_) => Err(Unrecorded::Late),
            };
            shared.settle(connection.unwrap_or_default(), statements, result)
        }
    }
}

impl Shared {
    fn settle(
        &self,
        connection: String,
        statements: u64,
        result: Result<(), Unrecorded>,
    ) -> Result<(), Unrecorded> {
        match result {
            Ok(()) => {
                self.close_gap(&connection);
                Ok(())
            }
            Err(error) if self.audits.get(&connection) == Some(&Audit::BestEffort) => {
                self.open_gap(connection, &error, statements);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn open_gap(&self, connection: String, error: &Unrecorded, statements: u64) {
        tracing::error!(connection, %error, "statements of this connection run unrecorded");
        let now = self.clock.now();
        let mut gaps = self.gaps.lock();
        let gap = gaps.entry(connection).or_insert_with(|| Gap {
            since: now,
            reason: error.to_string(),
            unrecorded: 0,
        });
        metrics::unrecorded(statements);
        gap.unrecorded = gap.unrecorded.saturating_add(statements);
    }

    fn close_gap(&self, connection: &str) {
        let Some(gap) = self.gaps.lock().remove(connection) else {
            return;
        };
        let told: [Payload; 2] = [
            AuditDegraded {
                reason: gap.reason,
                since: gap.since,
            }
            .into(),
            AuditRestored {
                since: gap.since,
                unrecorded: gap.unrecorded,
            }
            .into(),
        ];
        for payload in told {
            let mut draft = Draft::new(payload);
            draft.connection = Some(connection.to_owned());
            drop(self.emitter.emit(draft));
        }
    }
}
