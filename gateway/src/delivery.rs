//! What an upstream reply becomes before any byte of it reaches the client.
//!
//! Enters: an upstream body, the mask plan of the statement, who asked. Leaves: the client's body, after its events are
//! durable. Never here: a row that skipped its mask, a stage credential, a direct cloud URL, a text that quotes any of them.

mod about;
mod address;
mod columns;
mod fit;
mod framing;
mod inflate;
mod inline;
mod page;
mod press;
mod reply;
mod serve;
mod split;

use std::sync::Arc;

use access::{MaskPlan, Masking};
use bytes::Bytes;
use event::payload::{Context, FailureStage, StageRefused, StatementFailed};
use event::{Payload, TimeNs};
use ledger::clock::Clock;
use uuid::Uuid;

use crate::answer::Failure;
use crate::record::Recorder;
use crate::seal::Sealer;

pub use about::About;
pub use address::{CHUNK_PATH, ChunkRefused, ChunkTicket};
pub use press::RowsRefused;
pub use reply::{GarbageReply, InProgress, UpstreamReply};
pub use serve::{ChunkFetched, ChunkSource, ChunkSourceError};
pub use split::RowsError;

/// How one reply is to be delivered.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The envelope of its events.
    pub about: About,
    /// Which result of a multi-statement, from 0. The parent's own reply takes the number after its last child.
    pub result: u32,
    /// What to do to its rows.
    pub plan: MaskPlan,
    /// The statement touches sensitive columns: upstream's error texts may quote them.
    pub sensitive: bool,
    /// How many rows of the result the record keeps beside their digests; none is all.
    pub kept_rows: Option<u64>,
    /// Scheme and host of the client's own request, no trailing slash: chunk URLs are put under it.
    pub public_base: String,
    /// When the client's request arrived.
    pub arrived: TimeNs,
    /// When its chunk URLs stop working.
    pub chunks_expire: TimeNs,
}

/// What goes to the client, its events being durable, and what the session learns from it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP 200 body.
    pub body: Bytes,
    /// How it ended.
    pub ending: Ending,
}

/// How a statement ended, as far as the session cares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// A result, or the parent of several.
    Result {
        /// Snowflake's query id.
        query_id: String,
        /// Query ids of a multi-statement's children, in order.
        children: Vec<String>,
        /// Where the session stands now, as far as the reply says.
        context: Context,
        /// Snowflake's `statementTypeId`.
        statement_type: Option<u64>,
    },
    /// An error, shown to the driver and recorded.
    Failed {
        /// Six digits.
        code: String,
        /// SQLSTATE.
        sql_state: String,
    },
}

/// The record could not be written, so nothing is delivered.
#[derive(Debug, thiserror::Error)]
#[error("the record could not be written, so the result is withheld: {0}")]
pub struct Unrecorded(#[from] crate::record::Unrecorded);

/// Turns upstream replies and chunks into what the client may have. Cheap to clone.
#[derive(Clone)]
pub struct Delivery {
    recorder: Recorder,
    masking: Masking,
    clock: Arc<dyn Clock>,
    sealer: Sealer,
    source: Arc<dyn ChunkSource>,
}

impl Delivery {
    /// With everything it needs: `source` fetches chunks from cloud storage.
    pub fn new(
        recorder: Recorder,
        masking: Masking,
        clock: Arc<dyn Clock>,
        sealer: Sealer,
        source: Arc<dyn ChunkSource>,
    ) -> Self {
        Self {
            recorder,
            masking,
            clock,
            sealer,
            source,
        }
    }

    /// The answer to a final upstream reply. Returns only when all it says is durable; whatever is wrong with the reply
    /// becomes an error the driver shows, and is recorded.
    pub async fn respond(&self, terms: &Terms, reply: UpstreamReply) -> Result<Answer, Unrecorded> {
        if !reply.success() {
            return self.pass_on_error(terms, &reply).await;
        }
        let query_id = self.shown_query_id(terms, &reply);
        if reply.leads_to_storage() {
            let refused = StageRefused {
                operation: "stage credentials in a reply".to_owned(),
                reason: "rows and files must pass through the gateway".to_owned(),
            };
            let failure = Failure::refused(
                FailureStage::Gateway,
                query_id,
                "file transfer to and from stages is not possible through this gateway: query the data, or insert it with binds",
            );
            self.record(&terms.about, [refused.into()]).await?;
            return self.fail(terms, &failure).await;
        }
        if reply.in_progress().is_some() {
            let failure = Failure::upstream(query_id, "upstream did not finish the statement");
            return self.fail(terms, &failure).await;
        }
        match inline::press(self, terms, reply).await {
            Ok(inline) => {
                self.record(&terms.about, inline.events).await?;
                Ok(Answer {
                    body: inline.body,
                    ending: inline.ending,
                })
            }
            Err(refused) => {
                let failure = Failure::upstream(query_id, refused.to_string());
                self.fail(terms, &failure).await
            }
        }
    }

    /// The answer to a body that [`UpstreamReply::parse`] refused.
    pub async fn refuse(
        &self,
        terms: &Terms,
        garbage: &GarbageReply,
    ) -> Result<Answer, Unrecorded> {
        let query_id = terms.about.statement.uuid();
        self.fail(terms, &Failure::upstream(query_id, garbage.to_string()))
            .await
    }

    /// An error of the gateway's own as the answer, recorded.
    pub async fn fail(&self, terms: &Terms, failure: &Failure) -> Result<Answer, Unrecorded> {
        let failed = StatementFailed {
            stage: failure.stage,
            code: failure.code.to_owned(),
            sql_state: failure.sql_state.to_owned(),
            message: self.masking.message(&failure.text(), false),
            duration_ns: self.since(terms.arrived),
        };
        self.record(&terms.about, [failed.into()]).await?;
        Ok(Answer {
            body: failure.body(),
            ending: Ending::Failed {
                code: failure.code.to_owned(),
                sql_state: failure.sql_state.to_owned(),
            },
        })
    }

    async fn pass_on_error(
        &self,
        terms: &Terms,
        reply: &UpstreamReply,
    ) -> Result<Answer, Unrecorded> {
        let error = inline::error(&self.masking, terms, reply);
        let failed = StatementFailed {
            stage: FailureStage::Upstream,
            code: error.code.clone(),
            sql_state: error.sql_state.clone(),
            message: error.message,
            duration_ns: self.since(terms.arrived),
        };
        self.record(&terms.about, [failed.into()]).await?;
        Ok(Answer {
            body: error.body,
            ending: Ending::Failed {
                code: error.code,
                sql_state: error.sql_state,
            },
        })
    }

    /// Takes the events into order at once, and waits until all are durable.
    async fn record(
        &self,
        about: &About,
        payloads: impl IntoIterator<Item = Payload>,
    ) -> Result<(), Unrecorded> {
        let drafts = payloads.into_iter().map(|payload| about.draft(payload));
        self.recorder.record(drafts).await?;
        Ok(())
    }

    fn shown_query_id(&self, terms: &Terms, reply: &UpstreamReply) -> Uuid {
        reply
            .query_id()
            .and_then(|id| Uuid::parse_str(&id).ok())
            .unwrap_or_else(|| terms.about.statement.uuid())
    }

    fn since(&self, arrived: TimeNs) -> u64 {
        u64::try_from(self.clock.now().0.saturating_sub(arrived.0)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
