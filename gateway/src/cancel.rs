//! Cancelling statements.
//!
//! Enters: a statement or a query id of this session. Leaves: that it is canceled, recorded, wherever it runs. Never here: a
//! cancellation of another session's statement.

use std::sync::Arc;

use event::StatementId;
use event::payload::{Canceler, GivenUp, StatementCanceled};
use uuid::Uuid;

use crate::control::KnownQuery;
use crate::failure::Failure;
use crate::fresh;
use crate::known::Sent;
use crate::limits::ELSEWHERE_PAUSE;
use crate::queries::{Queries, runs_elsewhere};
use crate::record::Recorder;
use crate::replies::Phase;
use crate::session::Session;
use crate::shared::Shared;
use crate::upstream::UpstreamError;
use crate::upstream::accounts::Accounts;

/// Cancels what an id names: a statement of ours, or a query of Snowflake's.
pub(crate) async fn cancel_id(
    shared: &Arc<Shared>,
    session: &Session,
    id: Uuid,
) -> Result<(), Failure> {
    let mut named = named_here(shared, session, id).await?;
    if named.is_none() {
        // Whether it heard or not, it looks again and says what it knows.
        shared.control.heard_of_others(id).await;
        named = named_here(shared, session, id).await?;
    }
    let query = match named {
        None => {
            let text = format!("query {id} is not one of this session");
            return Err(Failure::malformed(id, text));
        }
        Some(Named::Statement(statement)) => return cancel(shared, session, statement).await,
        Some(Named::Query(query)) => query,
    };
    record(&shared.recorder, session, query.about.statement).await;
    let target = Target::Query(query.result.query_id);
    abort_upstream(&shared.accounts, session, &target)
        .await
        .map_err(|error| Failure::upstream(id, error.to_string()))
}

/// What an id names in a session.
enum Named {
    Statement(StatementId),
    Query(Box<KnownQuery>),
}

/// What this gateway knows it to be; none where it is not the session's, as far as this gateway knows.
async fn named_here(
    shared: &Shared,
    session: &Session,
    id: Uuid,
) -> Result<Option<Named>, Failure> {
    let statement = StatementId::from_uuid(id);
    let asked = shared.replies.find(session.id(), statement, Phase::Asked);
    if asked.is_some() || shared.control.status(session.id(), statement).is_some() {
        return Ok(Some(Named::Statement(statement)));
    }
    let query = shared.queries.found(session, &id.to_string()).await?;
    Ok(query.map(|query| match runs_elsewhere(&query) {
        true => Named::Statement(query.about.statement),
        false => Named::Query(Box::new(query)),
    }))
}

/// A held statement is given up; one that runs is canceled upstream by the request id it went there under.
pub(crate) async fn cancel(
    shared: &Arc<Shared>,
    session: &Session,
    statement: StatementId,
) -> Result<(), Failure> {
    match shared
        .control
        .cancel(session.id(), statement, GivenUp::Aborted)
        .await
    {
        Ok(true) => {
            record(&shared.recorder, session, statement).await;
            return Ok(());
        }
        Ok(false) => {}
        Err(error) => {
            tracing::warn!(%statement, %error, "a held statement could not be given up");
            let text = "the cancellation cannot be recorded now: try again";
            return Err(Failure::unrecorded(statement.uuid(), text));
        }
    }
    record(&shared.recorder, session, statement).await;
    match reach(&shared.sent, &shared.queries, session, statement)? {
        Some(target) => abort_upstream(&shared.accounts, session, &target)
            .await
            .map_err(|error| Failure::upstream(statement.uuid(), error.to_string())),
        None => {
            let (owned, session) = (Arc::clone(shared), session.clone());
            shared
                .tasks
                .spawn(abort_when_known(owned, session, statement));
            Ok(())
        }
    }
}

/// What a running statement is canceled by.
enum Target {
    Request(Uuid),
    Query(String),
}

/// What is known of it here, or from the gateway that runs it.
fn reach(
    sent: &Sent,
    queries: &Queries,
    session: &Session,
    statement: StatementId,
) -> Result<Option<Target>, Failure> {
    if let Some(request) = sent.find(statement) {
        return Ok(Some(Target::Request(request)));
    }
    let known = queries.known(session, &statement.to_string())?;
    Ok(known.and_then(|query| match query.result.request {
        Some(request) => Some(Target::Request(request)),
        None if runs_elsewhere(&query) => None,
        None => Some(Target::Query(query.result.query_id)),
    }))
}

async fn abort_upstream(
    accounts: &Accounts,
    session: &Session,
    target: &Target,
) -> Result<(), UpstreamError> {
    let Some(upstream) = accounts.session(&session.claims) else {
        return Ok(());
    };
    let call_id = fresh::v4();
    match target {
        Target::Request(request) => upstream.abort(*request, call_id).await.map(drop),
        Target::Query(query_id) => upstream.abort_query(query_id, call_id).await.map(drop),
    }
}

/// What went upstream under `request`.
pub(crate) async fn abort_request(
    accounts: &Accounts,
    session: &Session,
    request: Uuid,
) -> Result<(), UpstreamError> {
    abort_upstream(accounts, session, &Target::Request(request)).await
}

/// What upstream knows by `query_id`.
pub(crate) async fn abort_query(
    accounts: &Accounts,
    session: &Session,
    query_id: String,
) -> Result<(), UpstreamError> {
    abort_upstream(accounts, session, &Target::Query(query_id)).await
}

/// Another gateway runs it, and says so before its driver's patience ends; a statement that is done by then needs no cancel.
async fn abort_when_known(shared: Arc<Shared>, session: Session, statement: StatementId) {
    let told = async {
        loop {
            tokio::time::sleep(ELSEWHERE_PAUSE).await;
            match reach(&shared.sent, &shared.queries, &session, statement) {
                Ok(None) => {}
                Ok(Some(target)) => return Some(target),
                Err(_) => return None,
            }
        }
    };
    let told = tokio::select! {
        told = tokio::time::timeout(shared.config.answer_within.0, told) => told,
        () = shared.stop.cancelled() => return,
    };
    let Ok(Some(target)) = told else {
        tracing::debug!(%statement, "no gateway runs a statement that was canceled");
        return;
    };
    if let Err(error) = abort_upstream(&shared.accounts, &session, &target).await {
        tracing::warn!(%statement, %error, "a statement on another gateway could not be canceled");
    }
}

async fn record(recorder: &Recorder, session: &Session, statement: StatementId) {
    let mut draft = session.draft(StatementCanceled {
        by: Canceler::Client,
    });
    draft.statement_id = Some(statement);
    if let Err(error) = recorder.record([draft]).await {
        tracing::error!(%statement, %error, "a cancellation is not recorded");
    }
}
