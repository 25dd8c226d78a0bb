//! An upstream reply in, an outcome out, everything it says being durable.
//!
//! Enters: a final reply and the terms of its delivery. Leaves: the outcome: a result, or a refusal. Never here: a refusal that is
//! not recorded.

use std::sync::Arc;

use access::Masking;
use event::Payload;
use event::payload::{FailureStage, StageRefused, StatementFailed};
use journal::clock::Clock;
use uuid::Uuid;

use super::result::{self, Tools};
use super::source::ChunkSource;
use super::terms::Terms;
use crate::about::About;
use crate::failure::Failure;
use crate::outcome::{Outcome, Refusal, UpstreamRefusal};
use crate::record::{Recorder, Unrecorded};
use crate::seal::Sealer;
use crate::time::between;
use crate::upstream::reply::{GarbageReply, UpstreamReply};

/// Turns upstream replies and chunks into what the client may have. Cheap to clone.
#[derive(Clone)]
pub struct Delivery {
    pub(super) recorder: Recorder,
    pub(super) tools: Tools,
    pub(super) source: Arc<dyn ChunkSource>,
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
            tools: Tools {
                masking,
                sealer,
                clock,
            },
            source,
        }
    }

    /// What a final upstream reply comes to: a result or a refusal. Returns only when all it says is durable; whatever is
    /// wrong with the reply becomes an error the agent sees, and is recorded.
    pub async fn respond(
        &self,
        terms: &Terms,
        reply: UpstreamReply,
    ) -> Result<Outcome, Unrecorded> {
        if !reply.success() {
            return self.pass_on_error(terms, &reply).await;
        }
        let query_id = shown_query_id(terms, &reply);
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
            return self.fail(terms, failure).await;
        }
        if reply.in_progress().is_some() {
            let failure = Failure::upstream(query_id, "upstream did not finish the statement");
            return self.fail(terms, failure).await;
        }
        match result::press(&self.tools, terms, reply).await {
            Ok(pressed) => {
                self.record(&terms.about, pressed.events).await?;
                Ok(Outcome::Delivered(Arc::new(pressed.delivered)))
            }
            Err(refused) => {
                let failure = Failure::upstream(query_id, refused.to_string());
                self.fail(terms, failure).await
            }
        }
    }

    /// What a body comes to that [`UpstreamReply::parse`] refused.
    pub async fn refuse(
        &self,
        terms: &Terms,
        garbage: &GarbageReply,
    ) -> Result<Outcome, Unrecorded> {
        let query_id = terms.about.statement.uuid();
        self.fail(terms, Failure::upstream(query_id, garbage.to_string()))
            .await
    }

    /// An error of the gateway's own, recorded.
    async fn fail(&self, terms: &Terms, failure: Failure) -> Result<Outcome, Unrecorded> {
        let failed = self.recorder.failure(&failure, terms.arrived);
        self.record(&terms.about, [failed.into()]).await?;
        Ok(failure.into())
    }

    async fn pass_on_error(
        &self,
        terms: &Terms,
        reply: &UpstreamReply,
    ) -> Result<Outcome, Unrecorded> {
        let error = reply.error();
        // An agent must be able to correct what does not compile.
        let compiles = !(terms.planned && reply.is_compile_error());
        let withheld = terms.withhold_errors && compiles;
        let message = self.tools.masking.message(&error.message, withheld);
        let failed = StatementFailed {
            stage: FailureStage::Upstream,
            code: error.code.clone(),
            sql_state: error.sql_state.clone(),
            message: message.clone(),
            duration_ns: between(terms.arrived, self.tools.clock.now()),
        };
        self.record(&terms.about, [failed.into()]).await?;
        let refusal = Refusal::Upstream(UpstreamRefusal {
            code: error.code,
            sql_state: error.sql_state,
            message,
            query_id: reply
                .query_id()
                .unwrap_or_else(|| terms.about.statement.to_string()),
            details: error.details,
        });
        Ok(Outcome::Refused(Box::new(refusal)))
    }

    /// Takes the events into order at once, and waits until all are durable.
    pub(super) async fn record(
        &self,
        about: &About,
        payloads: impl IntoIterator<Item = Payload>,
    ) -> Result<(), Unrecorded> {
        let drafts = payloads.into_iter().map(|payload| about.draft(payload));
        self.recorder.record(drafts).await
    }
}

fn shown_query_id(terms: &Terms, reply: &UpstreamReply) -> Uuid {
    reply
        .query_id()
        .and_then(|id| Uuid::parse_str(&id).ok())
        .unwrap_or_else(|| terms.about.statement.uuid())
}
