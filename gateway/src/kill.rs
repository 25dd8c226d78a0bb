//! Ending sessions over HTTP: one, a principal's, a connection's, all.
//!
//! Enters: a bearer token and whose sessions. Leaves: JSON, once every session meant is over here and the others hear it. Never here: an
//! end without a reason and a name behind it.
//!
//! `POST /api/sessions/kill` with `{"scope": "principal", "target": "agent-7", "reason": "…", "seconds": 900}`.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use door::{Action, Caller, Problem, Routes};
use event::SessionId;
use event::payload::{KillScope, SessionsKilled};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::control::Control;
use crate::limits::{KILL_UNTIL_MAX, NOTE_BYTES_MAX};
use crate::time::seconds_later;

/// The route, added to those of the listener where people and the command line reach it.
pub fn routes(routes: Routes, control: Control) -> Routes {
    routes.post("/api/sessions/kill", Action::KillSessions, kill, control)
}

/// This route's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(kill))]
pub struct Description;

/// Whose sessions, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Order {
    /// `session`, `principal`, `connection` or `all`.
    #[schema(value_type = String)]
    scope: KillScope,
    /// The session's id, the principal's subject or the connection's name; nothing for all.
    #[serde(default)]
    target: Option<String>,
    /// Why; recorded, and told to whoever is cut off. At most 4 KiB.
    reason: String,
    /// Keep new sessions out for so many seconds, at most a day; 0 lets them come back at once.
    #[serde(default)]
    seconds: u64,
}

/// What was ordered, and recorded.
#[derive(Serialize, ToSchema)]
struct Done {
    /// `session`, `principal`, `connection` or `all`.
    #[schema(value_type = String)]
    scope: KillScope,
    /// The session's id, the principal's subject or the connection's name; nothing for all.
    target: Option<String>,
    /// Until then no new ones are opened, nanoseconds since 1970 UTC; nothing where they may come back.
    #[schema(value_type = Option<i64>)]
    until: Option<event::TimeNs>,
}

/// Ends sessions on every gateway: running statements are aborted, what waits is given up, addresses of results stop working.
#[utoipa::path(post, path = "/api/sessions/kill", tag = "sessions", security(("bearer" = [])), request_body = Order, responses(
    (status = 200, body = Done), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn kill(
    State(control): State<Control>,
    caller: Caller,
    order: Result<Json<Order>, JsonRejection>,
) -> Result<Json<Done>, Problem> {
    let Json(order) = order.map_err(|error| bad(error.body_text()))?;
    let target = named(&order).map_err(bad)?;
    if order.reason.trim().is_empty() || order.reason.len() > NOTE_BYTES_MAX {
        return Err(bad(format!(
            "give a reason of at most {NOTE_BYTES_MAX} bytes: it is recorded"
        )));
    }
    if order.seconds > KILL_UNTIL_MAX.as_secs() {
        return Err(bad(format!(
            "new sessions can be kept out for at most {} s: for longer, take the group out of the connection",
            KILL_UNTIL_MAX.as_secs()
        )));
    }
    let until = seconds_later(control.clock().now(), order.seconds);
    let until = (order.seconds > 0).then_some(until);
    let killed = SessionsKilled {
        scope: order.scope,
        target: target.clone(),
        reason: order.reason,
        until,
    };
    let by = caller.identity.principal;
    control
        .kill(killed, by, caller.source)
        .await
        .map_err(|error| {
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("the sessions are not ended: {error}"),
                "check that the journal can be reached",
            )
        })?;
    Ok(Json(Done {
        scope: order.scope,
        target,
        until,
    }))
}

fn bad(text: String) -> Problem {
    let hint =
        r#"{"scope": "principal", "target": "agent-7", "reason": "ticket 4711", "seconds": 900}"#;
    Problem::new(StatusCode::BAD_REQUEST, text, hint)
}

/// Whom the order names.
fn named(order: &Order) -> Result<Option<String>, String> {
    let target = order.target.as_deref().map(str::trim);
    let target = target.filter(|target| !target.is_empty());
    match (order.scope, target) {
        (KillScope::All, None) => Ok(None),
        (KillScope::All, Some(_)) => Err("all are all: leave `target` out".to_owned()),
        (scope, None) => Err(format!("say which {scope}: `target` is missing")),
        (KillScope::Session, Some(id)) => {
            let id: SessionId = id
                .parse()
                .map_err(|_| format!("{id:?} is not a session's id: `firn sessions` lists them"))?;
            if order.seconds > 0 {
                return Err(
                    "a session that ended does not come back: keep out a principal or a connection"
                        .to_owned(),
                );
            }
            Ok(Some(id.to_string()))
        }
        (KillScope::Principal | KillScope::Connection, Some(name)) => Ok(Some(name.to_owned())),
    }
}
