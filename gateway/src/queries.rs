//! Cancelling statements and asking how they stand.
//!
//! Enters: a request id or a query id of this session. Leaves: that it was canceled; its state. Never here: SQL text, or an
//! error text of Snowflake's that was not masked.

use std::sync::Arc;

use event::payload::StatementCanceled;
use event::{RequestId, StatementId};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::{Failure, Reply, success};
use crate::control::HoldStatus;
use crate::limits::ELSEWHERE_PAUSE;
use crate::raw::RawObject;
use crate::results::{found, known, runs_elsewhere};
use crate::service::Shared;
use crate::session::Session;
use crate::statement::replies::Phase;
use crate::upstream::UpstreamError;

/// `POST /queries/v1/abort-request`: the target's request id stands in the body.
pub(crate) async fn abort(shared: &Arc<Shared>, session: &Session, body: &[u8]) -> Reply {
    let target = RawObject::parse(body)
        .ok()
        .and_then(|body| body.text("requestId"))
        .and_then(|text| RequestId::parse(&text).ok());
    let Some(target) = target else {
        let text = "the request names no requestId to cancel";
        return Failure::malformed(shared.fresh_v4(), text)
            .of_request()
            .reply();
    };
    let statement = StatementId::derive(session.id(), &target);
    cancel(shared, session, statement).await
}

/// `POST /queries/{id}/abort-request`.
pub(crate) async fn abort_by_id(shared: &Arc<Shared>, session: &Session, id: &str) -> Reply {
    let Ok(uuid) = Uuid::try_parse(id) else {
        return Failure::malformed(shared.fresh_v4(), "this is not a query id")
            .of_request()
            .reply();
    };
    let statement = StatementId::from_uuid(uuid);
    let ours = shared.control.status(session.id(), statement).is_some()
        || shared
            .replies
            .find(session.id(), statement, Phase::Asked)
            .is_some();
    if ours {
        return cancel(shared, session, statement).await;
    }
    let query = match found(shared, session, id).await {
        Ok(Some(query)) => query,
        Ok(None) => {
            let text = format!("query {id} is not one of this session");
            return Failure::malformed(uuid, text).reply();
        }
        Err(failure) => return failure.reply(),
    };
    if runs_elsewhere(&query) {
        return cancel(shared, session, query.about.statement).await;
    }
    record(shared, session, query.about.statement).await;
    if let Some(upstream) = shared.upstream(&session.claims)
        && let Err(error) = upstream
            .abort_query(&query.result.query_id, shared.fresh_v4())
            .await
    {
        return Failure::upstream(uuid, error.to_string()).reply();
    }
    success(&Value::Null)
}

/// A held statement is given up; one that runs is canceled upstream by the request id it went there under.
async fn cancel(shared: &Arc<Shared>, session: &Session, statement: StatementId) -> Reply {
    match shared
        .control
        .cancel(session.id(), statement, "aborted")
        .await
    {
        Ok(true) => {
            record(shared, session, statement).await;
            return success(&Value::Null);
        }
        Ok(false) => {}
        Err(error) => {
            tracing::warn!(%statement, %error, "a held statement could not be given up");
            let text = "the cancellation can not be recorded now: try again";
            return Failure::unrecorded(statement.uuid(), text).reply();
        }
    }
    record(shared, session, statement).await;
    match reach(shared, session, statement) {
        Ok(Some(target)) => match abort_upstream(shared, session, &target).await {
            Ok(()) => success(&Value::Null),
            Err(error) => Failure::upstream(statement.uuid(), error.to_string()).reply(),
        },
        Ok(None) => {
            tokio::spawn(abort_when_known(
                Arc::clone(shared),
                session.clone(),
                statement,
            ));
            success(&Value::Null)
        }
        Err(failure) => failure.reply(),
    }
}

/// What a running statement is canceled by.
enum Target {
    Request(Uuid),
    Query(String),
}

/// What is known of it here, or from the gateway that runs it.
fn reach(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
) -> Result<Option<Target>, Failure> {
    if let Some(request) = shared.sent.find(statement) {
        return Ok(Some(Target::Request(request)));
    }
    let known = known(shared, session, &statement.to_string())?;
    Ok(known.and_then(|query| match query.result.request {
        Some(request) => Some(Target::Request(request)),
        None if runs_elsewhere(&query) => None,
        None => Some(Target::Query(query.result.query_id)),
    }))
}

async fn abort_upstream(
    shared: &Shared,
    session: &Session,
    target: &Target,
) -> Result<(), UpstreamError> {
    let Some(upstream) = shared.upstream(&session.claims) else {
        return Ok(());
    };
    let call_id = shared.fresh_v4();
    match target {
        Target::Request(request) => upstream.abort(*request, call_id).await.map(drop),
        Target::Query(query_id) => upstream.abort_query(query_id, call_id).await.map(drop),
    }
}

/// Another gateway runs it, and says so before its driver's patience ends; a statement that is done by then needs no cancel.
async fn abort_when_known(shared: Arc<Shared>, session: Session, statement: StatementId) {
    let told = async {
        loop {
            tokio::time::sleep(ELSEWHERE_PAUSE).await;
            match reach(&shared, &session, statement) {
                Ok(None) => {}
                Ok(Some(target)) => return Some(target),
                Err(_) => return None,
            }
        }
    };
    let told = tokio::time::timeout(shared.config.answer_within.0, told).await;
    let Ok(Some(target)) = told else {
        tracing::debug!(%statement, "no gateway runs a statement that was canceled");
        return;
    };
    if let Err(error) = abort_upstream(&shared, &session, &target).await {
        tracing::warn!(%statement, %error, "a statement on another gateway could not be canceled");
    }
}

async fn record(shared: &Shared, session: &Session, statement: StatementId) {
    let mut draft = session.draft(StatementCanceled {
        by: "client".to_owned(),
    });
    draft.statement_id = Some(statement);
    if let Err(error) = shared.recorder.record([draft]).await {
        tracing::error!(%statement, %error, "a cancellation is not recorded");
    }
}

/// What of Snowflake's monitoring answer a driver may see.
#[derive(Debug, Deserialize)]
struct Monitored {
    data: MonitoredData,
}

#[derive(Debug, Deserialize)]
struct MonitoredData {
    queries: Vec<MonitoredQuery>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct MonitoredQuery {
    status: Option<String>,
    state: Option<String>,
    error_code: Value,
    error_message: Option<String>,
    start_time: Value,
    end_time: Value,
    total_duration: Value,
}

/// `GET /monitoring/queries/{id}`: an id of this session, or nothing.
pub(crate) async fn monitoring(shared: &Shared, session: &Session, id: &str) -> Reply {
    let statement = Uuid::try_parse(id).map(StatementId::from_uuid);
    if let Ok(statement) = statement {
        match shared.control.status(session.id(), statement) {
            Some(HoldStatus::Claimed { query_ids, ran }) => {
                // Of several statements the parent is announced last.
                return match query_ids.last() {
                    Some(query_id) => monitored(shared, session, id, query_id).await,
                    None if ran => {
                        let text = "The approved statement failed";
                        state(session, id, "FAILED_WITH_ERROR", "000603", Some(text))
                    }
                    None => state(session, id, "RUNNING", "", None),
                };
            }
            Some(HoldStatus::Pending | HoldStatus::Granted) => {
                return state(session, id, "RUNNING", "", None);
            }
            Some(HoldStatus::Denied { by, .. }) => {
                let text = format!("Denied by {}", by.display);
                return state(session, id, "FAILED_WITH_ERROR", "003001", Some(&text));
            }
            Some(HoldStatus::Expired) => {
                let text = "Nobody approved this statement in time";
                return state(session, id, "FAILED_WITH_ERROR", "003001", Some(text));
            }
            Some(HoldStatus::Canceled { .. }) => {
                let text = "SQL execution canceled";
                return state(session, id, "FAILED_WITH_ERROR", "000604", Some(text));
            }
            None => {}
        }
        if let Some(waiter) = shared.replies.find(session.id(), statement, Phase::Asked) {
            let status = if waiter.is_running() {
                "RUNNING"
            } else {
                "SUCCESS"
            };
            return state(session, id, status, "", None);
        }
    }
    match found(shared, session, id).await {
        Ok(Some(query)) => monitored(shared, session, id, &query.result.query_id).await,
        Ok(None) => success(&json!({ "queries": [] })),
        Err(failure) => failure.reply(),
    }
}

/// Snowflake's word on a query of this session, under the id the driver asked for.
async fn monitored(shared: &Shared, session: &Session, shown: &str, query_id: &str) -> Reply {
    let asked = match shared.upstream(&session.claims) {
        Some(upstream) => upstream.monitoring(query_id).await,
        None => return success(&json!({ "queries": [] })),
    };
    let reply = match asked {
        Ok(reply) => reply,
        Err(error) => {
            let id = Uuid::try_parse(shown).unwrap_or_default();
            return Failure::upstream(id, error.to_string()).reply();
        }
    };
    let Some(query) = serde_json::from_slice::<Monitored>(&reply.body)
        .ok()
        .and_then(|monitored| monitored.data.queries.into_iter().next())
    else {
        return success(&json!({ "queries": [] }));
    };
    // Error texts may quote values; the plan of the statement is not at hand, so they are withheld whole.
    let message = query
        .error_message
        .filter(|text| !text.is_empty())
        .map(|text| shared.masking.message(&text, true).into_inner());
    success(&json!({ "queries": [{
        "id": shown,
        "status": query.status,
        "state": query.state,
        "errorCode": query.error_code,
        "errorMessage": message,
        "sqlText": "",
        "startTime": query.start_time,
        "endTime": query.end_time,
        "totalDuration": query.total_duration,
        "sessionId": session_number(session),
        "warehouseId": 0,
        "warehouseName": session.claims.context.warehouse,
    }] }))
}

fn state(session: &Session, id: &str, status: &str, code: &str, message: Option<&str>) -> Reply {
    let state = match status {
        "RUNNING" => "EXECUTING",
        "SUCCESS" => "SUCCEEDED",
        _ => "FAILED",
    };
    success(&json!({ "queries": [{
        "id": id,
        "status": status,
        "state": state,
        "errorCode": code,
        "errorMessage": message,
        "sqlText": "",
        "startTime": 0,
        "endTime": 0,
        "totalDuration": 0,
        "sessionId": session_number(session),
        "warehouseId": 0,
        "warehouseName": session.claims.context.warehouse,
    }] }))
}

fn session_number(session: &Session) -> u64 {
    session
        .claims
        .upstream
        .id
        .as_deref()
        .and_then(|id| id.parse().ok())
        .unwrap_or_default()
}
