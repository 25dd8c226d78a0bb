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

/// Answers a poll.
pub(crate) async fn poll(shared: &Arc<Shared>, session: &Session, id: Uuid) -> Outcome {
    let statement = StatementId::from_uuid(id);
    let replies = &shared.replies;
    if let Some(waiter) = replies.find(session.id(), statement, Phase::Approved) {
        return results::awaited(shared, session, statement, waiter).await;
    }
    if shared.control.status(session.id(), statement).is_some() {
        let held = holds::poll(shared, session, statement).await;
        return held.unwrap_or_else(|| foreign(&shared.recorder, session, id));
    }
    if let Some(waiter) = replies.find(session.id(), statement, Phase::Asked) {
        return results::awaited(shared, session, statement, waiter).await;
    }
    match shared.queries.found(session, &id.to_string()).await {
        Ok(Some(query)) if runs_elsewhere(&query) => elsewhere(shared, session, &query).await,
        Ok(Some(query)) => results::result(shared, session, &query).await,
        Ok(None) => foreign(&shared.recorder, session, id),
        Err(failure) => failure.into(),
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
