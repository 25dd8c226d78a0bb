//! A tool call, from its arguments to its result.
//!
//! Enters: a tool and the conversation's session. Leaves: the result, and word on the way of how it stands. Never here: HTTP.

use std::sync::Arc;
use std::time::Duration;

use access::analysis::SessionView;
use event::{RequestId, StatementId};
use journal::clock::moment;
use serde_json::{Value, json};
use uuid::Uuid;

use super::tables::Looker;
use super::told;
use super::tools::Tool;
use crate::approvals::Approvals;
use crate::cancel::cancel_id;
use crate::doors::sessions::Sessions;
use crate::failure::Failure;
use crate::fresh;
use crate::limits::{MCP_PATIENCE, MCP_PATIENCE_MAX, MCP_PROGRESS_EVERY};
use crate::outcome::{Outcome, Refusal};
use crate::poll::poll;
use crate::session::Session;
use crate::session::renewal::NotRenewed;
use crate::shared::Shared;
use crate::statement::ask;
use crate::statement::request::StatementRequest;

/// Who hears how a call stands; false once nobody does.
pub(super) type Hears<'a> = &'a (dyn Fn(&str) -> bool + Send + Sync);

/// A call under way.
pub(super) struct Call<'a> {
    pub shared: &'a Arc<Shared>,
    pub sessions: &'a Sessions,
    pub session: Session,
    /// The client asked to hear of progress.
    pub reports: bool,
    /// What it hears by.
    pub hears: Hears<'a>,
}

impl Call<'_> {
    /// Does what the tool does. `statement` is the id a new statement gets.
    pub async fn run(mut self, tool: Tool, request_id: RequestId) -> Value {
        match tool {
            Tool::Run { request, rows } => self.statement(*request, request_id, rows).await,
            Tool::Get { statement, rows } => match Uuid::try_parse(&statement) {
                Ok(id) => {
                    let outcome = self.polled(id).await;
                    let ended = self.followed(outcome, id, Duration::ZERO).await;
                    self.told(ended, id, None, rows).await
                }
                Err(_) => no_statement(&statement),
            },
            Tool::Describe(wanted) => {
                let looker = self.looker();
                // Hundreds of decisions are work for a thread of its own.
                let told = tokio::task::spawn_blocking(move || looker.tables(&wanted));
                match told.await {
                    Ok(told) => told::tool_result(&told.to_string(), &told, false),
                    Err(error) => {
                        tracing::error!(%error, "tables could not be described");
                        let text = "the tables cannot be described now: try again";
                        told::tool_result(text, &json!({ "status": "failed" }), true)
                    }
                }
            }
            Tool::Held => self.held(),
            Tool::Cancel { statement } => self.cancel(&statement).await,
        }
    }

    async fn statement(
        &mut self,
        request: StatementRequest,
        request_id: RequestId,
        rows: usize,
    ) -> Value {
        let text = request.text.clone();
        let id = StatementId::derive(self.session.id(), &request_id).uuid();
        let asked = |session| ask(self.shared, session, request_id.clone(), request.clone());
        let mut outcome = self.awaited(asked(self.session.clone()), id).await;
        if matches!(outcome, Outcome::RenewFirst) {
            outcome = match self.renew().await {
                Ok(()) => ask(self.shared, self.session.clone(), request_id, request).await,
                Err(refused) => refused,
            };
        }
        let patience = if self.reports {
            MCP_PATIENCE_MAX
        } else {
            MCP_PATIENCE
        };
        let ended = self.followed(outcome, id, patience).await;
        self.told(ended, id, Some(&text), rows).await
    }

    /// Polls until there is an end, patience is over, or nobody listens any more.
    async fn followed(&mut self, mut outcome: Outcome, id: Uuid, patience: Duration) -> Outcome {
        let until = moment() + patience;
        while let Outcome::Running(_) = &outcome {
            if moment() >= until || !(self.hears)(&self.standing(id)) {
                return outcome;
            }
            outcome = self.polled(id).await;
        }
        outcome
    }

    async fn polled(&mut self, id: Uuid) -> Outcome {
        let session = self.session.clone();
        let outcome = self.awaited(poll(self.shared, &session, id), id).await;
        if !matches!(outcome, Outcome::RenewFirst) {
            return outcome;
        }
        match self.renew().await {
            Ok(()) => poll(self.shared, &self.session, id).await,
            Err(refused) => refused,
        }
    }

    /// Waits, and says every while how it stands.
    async fn awaited(&self, work: impl Future<Output = Outcome>, id: Uuid) -> Outcome {
        let mut work = std::pin::pin!(work);
        loop {
            match tokio::time::timeout(MCP_PROGRESS_EVERY, &mut work).await {
                Ok(outcome) => return outcome,
                Err(_) => {
                    (self.hears)(&self.standing(id));
                }
            }
        }
    }

    fn standing(&self, id: Uuid) -> String {
        let statement = StatementId::from_uuid(id);
        match told::held(&self.shared.control, self.session.id(), statement) {
            Some(held) => format!("statement {id}: {}", told::held_text(&held)),
            None => format!("statement {id} runs"),
        }
    }

    async fn renew(&mut self) -> Result<(), Outcome> {
        let session = self.session.clone();
        match self.sessions.renewed(self.shared, session).await {
            Ok(session) => {
                self.session = session;
                Ok(())
            }
            Err(why) => {
                let text = match why {
                    NotRenewed::Over(why) => why.to_string(),
                    NotRenewed::Later(detail) => detail,
                };
                Err(Failure::upstream(fresh::v4(), text).into())
            }
        }
    }

    async fn told(&self, outcome: Outcome, id: Uuid, text: Option<&str>, rows: usize) -> Value {
        let named = id.to_string();
        match outcome {
            Outcome::Delivered(result) => {
                told::delivered(self.shared, &self.session, &named, &result, rows).await
            }
            Outcome::Running(_) => {
                let statement = StatementId::from_uuid(id);
                told::waiting(&self.shared.control, self.session.id(), statement, &named)
            }
            Outcome::Refused(refusal) => {
                let by_policy =
                    matches!(&*refusal, Refusal::Own(failure) if !failure.reasons.is_empty());
                let text = text.filter(|_| by_policy).map(str::to_owned);
                let looker = self.looker();
                let looked = tokio::task::spawn_blocking(move || {
                    text.and_then(|text| looker.would_pass(&text))
                });
                let would_pass = looked.await.ok().flatten();
                told::refused(&named, &refusal, would_pass)
            }
            Outcome::RenewFirst => {
                let text = "the session at Snowflake ended while the statement was on its way: send it again";
                let failure = Failure::upstream(id, text);
                told::refused(&named, &Refusal::Own(failure), None)
            }
            Outcome::Busy => {
                let text = "too much is asked for at once, and the statement was not taken: send it again later";
                let failure = Failure::refused(event::payload::FailureStage::Gateway, id, text);
                told::refused(&named, &Refusal::Own(failure), None)
            }
        }
    }

    fn looker(&self) -> Looker {
        let session = &self.session;
        let view = self.shared.views.of(session.id(), &session.claims.context);
        let view = view.lock();
        Looker {
            engine: Arc::clone(&self.shared.engine),
            session: session.clone(),
            view: SessionView {
                context: view.context.clone(),
                unsettled: view.unsettled.clone(),
                ..SessionView::default()
            },
        }
    }

    fn held(&self) -> Value {
        let me = &self.session.claims.principal;
        let approvals = Approvals::new(self.shared.control.clone());
        let own = approvals.pending_of(|who| who.issuer == me.issuer && who.subject == me.subject);
        let told: Vec<Value> = own
            .into_iter()
            .map(|one| {
                let needed = one.quorum.iter();
                let needed =
                    needed.map(|quorum| json!({ "group": quorum.group, "people": quorum.needed }));
                json!({
                    "statement_id": one.statement_id,
                    "this_conversation": one.session_id == self.session.id(),
                    "text": one.text,
                    "reasons": one.reasons,
                    "needed": needed.collect::<Vec<_>>(),
                    "approved_by": one.approved_by.len(),
                    "expires": told::instant(one.expires),
                })
            })
            .collect();
        let told = json!({ "held": told });
        told::tool_result(&told.to_string(), &told, false)
    }

    async fn cancel(&self, statement: &str) -> Value {
        let Ok(id) = Uuid::try_parse(statement) else {
            return no_statement(statement);
        };
        match cancel_id(self.shared, &self.session, id).await {
            Ok(()) => {
                let told = json!({ "status": "canceled", "statement_id": id });
                told::tool_result(&format!("statement {id} is canceled"), &told, false)
            }
            Err(failure) => told::refused(statement, &Refusal::Own(failure), None),
        }
    }
}

fn no_statement(named: &str) -> Value {
    let named: String = named.chars().take(64).collect();
    let text =
        format!("{named:?} is no statement_id: give the one that run_statement or list_held gave");
    let told = json!({ "status": "failed", "message": text });
    told::tool_result(&text, &told, true)
}
