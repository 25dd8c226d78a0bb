//! `GET /monitoring/queries/{id}`: how a statement stands.
//!
//! Enters: a query id of this session. Leaves: its state. Never here: SQL text, or an error text of Snowflake's that was not masked.

use event::StatementId;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{Reply, failed, success};
use crate::control::HoldStatus;
use crate::failure::Failure;
use crate::replies::Phase;
use crate::results;
use crate::session::Session;
use crate::shared::Shared;

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
    if let Some(reply) = known_here(shared, session, id).await {
        return reply;
    }
    // Whether it heard or not, it looks again and says what it knows.
    shared.control.heard_of_others(id).await;
    let known = known_here(shared, session, id).await;
    known.unwrap_or_else(|| success(&json!({ "queries": [] })))
}

/// How a statement that this gateway knows to be the session's stands.
async fn known_here(shared: &Shared, session: &Session, id: &str) -> Option<Reply> {
    let statement = Uuid::try_parse(id).map(StatementId::from_uuid);
    let refused = |text: &str| state(session, id, "FAILED_WITH_ERROR", "003001", Some(text));
    if let Ok(statement) = statement {
        match shared.control.status(session.id(), statement) {
            Some(HoldStatus::Claimed { query_ids, ran }) => {
                // Of several statements the parent is announced last.
                return Some(match query_ids.last() {
                    Some(query_id) => monitored(shared, session, id, query_id).await,
                    None if ran => {
                        let text = "The approved statement failed";
                        state(session, id, "FAILED_WITH_ERROR", "000603", Some(text))
                    }
                    None => state(session, id, "RUNNING", "", None),
                });
            }
            Some(HoldStatus::Pending | HoldStatus::Granted) => {
                return Some(state(session, id, "RUNNING", "", None));
            }
            Some(HoldStatus::Denied { by, .. }) => {
                let text = format!("Denied by {}", by.display);
                return Some(refused(&text));
            }
            Some(HoldStatus::Expired) => {
                let text = "Nobody approved this statement in time";
                return Some(refused(text));
            }
            Some(HoldStatus::Canceled { .. }) => {
                let text = "SQL execution canceled";
                return Some(state(
                    session,
                    id,
                    "FAILED_WITH_ERROR",
                    "000604",
                    Some(text),
                ));
            }
            None => {}
        }
        if let Some(waiter) = shared.replies.find(session.id(), statement, Phase::Asked) {
            let status = if waiter.is_running() {
                "RUNNING"
            } else {
                "SUCCESS"
            };
            return Some(state(session, id, status, "", None));
        }
    }
    match shared.queries.found(session, id).await {
        Ok(Some(query)) => Some(monitored(shared, session, id, &query.result.query_id).await),
        Ok(None) => None,
        Err(failure) => Some(failed(&failure)),
    }
}

/// Snowflake's word on a query of this session, under the id the driver asked for.
async fn monitored(shared: &Shared, session: &Session, shown: &str, query_id: &str) -> Reply {
    let asked = match shared.accounts.session(&session.claims) {
        Some(upstream) => upstream.monitoring(query_id).await,
        None => return success(&json!({ "queries": [] })),
    };
    let reply = match asked {
        Ok(reply) => reply,
        Err(error) => {
            let id = Uuid::try_parse(shown).unwrap_or_default();
            return failed(&Failure::upstream(id, error.to_string()));
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
    if query.status.as_deref().is_some_and(is_over) {
        results::ended(shared, session, query_id).await;
    }
    success(&json!({ "queries": [{
        "id": shown,
        "status": query.status,
        "state": query.state,
        "errorCode": if query.error_code.is_null() { json!("") } else { query.error_code },
        "errorMessage": message,
        "sqlText": "",
        "startTime": number(&query.start_time),
        "endTime": number(&query.end_time),
        "totalDuration": number(&query.total_duration),
        "sessionId": session_number(session),
        "warehouseId": 0,
        "warehouseName": session.claims.context.warehouse,
    }] }))
}

/// Whether a statement that stands so does nothing more.
fn is_over(status: &str) -> bool {
    matches!(
        status,
        "SUCCESS" | "FAILED_WITH_ERROR" | "FAILED_WITH_INCIDENT" | "ABORTED"
    )
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

/// Drivers take nothing but numbers there.
fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
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
