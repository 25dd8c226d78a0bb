//! A poll: the result of something this session asked for, or that it is not there yet.
//!
//! Enters: an id a driver polls: a statement of ours (held, or slow), or Snowflake's query id. Leaves: that it runs, every
//! [`POLL_ANSWER`], then its outcome. Never here: an id that is not bound to this session, whoever it belongs to.

use std::sync::Arc;

use event::StatementId;
use event::payload::{FailureStage, StageRefused};
use uuid::Uuid;

use crate::control::KnownQuery;
use crate::failure::Failure;
use crate::holds;
use crate::limits::{ELSEWHERE_PAUSE, POLL_ANSWER};
use crate::outcome::Outcome;
use crate::queries::runs_elsewhere;
use crate::record::Recorder;
use crate::replies::Phase;
use crate::results;
use crate::session::Session;
use crate::shared::Shared;

/// Answers a poll. What is not known here may have been said a moment ago by a gateway that answered the driver before this
/// one heard of it: an id is foreign only to a gateway that has everything that was durable when it was asked.
pub(crate) async fn poll(shared: &Arc<Shared>, session: &Session, id: Uuid) -> Outcome {
    if let Some(outcome) = known_here(shared, session, id).await {
        return outcome;
    }
    if !shared.control.heard_of_others(id).await {
        return Outcome::Running(id.to_string());
    }
    let known = known_here(shared, session, id).await;
    known.unwrap_or_else(|| foreign(&shared.recorder, session, id))
}

/// The outcome so far of what this gateway knows to be the session's.
async fn known_here(shared: &Arc<Shared>, session: &Session, id: Uuid) -> Option<Outcome> {
    let statement = StatementId::from_uuid(id);
    let replies = &shared.replies;
    if let Some(waiter) = replies.find(session.id(), statement, Phase::Approved) {
        return Some(results::awaited(shared, session, statement, waiter).await);
    }
    if shared.control.status(session.id(), statement).is_some() {
        return holds::poll(shared, session, statement).await;
    }
    if let Some(waiter) = replies.find(session.id(), statement, Phase::Asked) {
        return Some(results::awaited(shared, session, statement, waiter).await);
    }
    match shared.queries.found(session, &id.to_string()).await {
        Ok(Some(query)) if runs_elsewhere(&query) => Some(elsewhere(shared, session, &query).await),
        Ok(Some(query)) => Some(results::result(shared, session, &query).await),
        Ok(None) => None,
        Err(failure) => Some(failure.into()),
    }
}

/// Waits for the word of the gateway that runs it.
async fn elsewhere(shared: &Shared, session: &Session, query: &KnownQuery) -> Outcome {
    let id = query.about.statement.to_string();
    let told = async {
        loop {
            match shared.queries.known(session, &id) {
                Ok(Some(query)) if runs_elsewhere(&query) => {
                    tokio::time::sleep(ELSEWHERE_PAUSE).await;
                }
                other => return other,
            }
        }
    };
    match tokio::time::timeout(POLL_ANSWER, told).await {
        Ok(Ok(Some(query))) => results::result(shared, session, &query).await,
        Ok(Err(failure)) => failure.into(),
        Ok(Ok(None)) | Err(_) => Outcome::Running(id),
    }
}

/// An id this session has nothing to do with, or nobody has. The answer does not tell which.
fn foreign(recorder: &Recorder, session: &Session, id: Uuid) -> Outcome {
    recorder.note(session.draft(StageRefused {
        operation: format!("/queries/{id}/result"),
        reason: "the query id is not one of this session".to_owned(),
    }));
    let text = format!(
        "query {id} is not one of this session: a result belongs to the session that ran its statement"
    );
    Failure::refused(FailureStage::Gateway, id, text).into()
}
