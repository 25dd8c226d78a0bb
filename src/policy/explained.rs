//! What the policy in force says to a statement, over HTTP.
//!
//! Enters: a statement, who asks it, through which connection. Leaves: JSON, asked on the record first. Never here: a statement that runs.

use access::analysis::{SessionView, Statement};
use access::explain::{Asker, Explained, explain};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use door::{Caller, Problem};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Policy, bad_body};

/// What is recorded as shown: one answer.
const LISTED: &str = "explain";

/// What is asked to be explained.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Explain {
    /// The statement.
    sql: String,
    /// Who asks.
    name: String,
    /// In which groups.
    #[serde(default)]
    groups: Vec<String>,
    /// Through which connection.
    #[serde(default)]
    connection: String,
    /// By which program, as its driver calls it.
    #[serde(default)]
    agent: String,
    /// On whose behalf, as a token's claim says.
    #[serde(default)]
    on_behalf_of: String,
}

/// What the policy in force says to a statement of a principal, and why; nothing runs. That it was asked is recorded.
#[utoipa::path(post, path = "/api/policy/explain", tag = "policy", security(("bearer" = [])), request_body = Explain, responses(
    (status = 200, body = Explained), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub(super) async fn explained(
    State(policy): State<Policy>,
    caller: Caller,
    request: Result<Json<Explain>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(asked) = request.map_err(|rejection| bad_body(&rejection))?;
    policy.listed(caller, LISTED, 1).await?;
    let (engine, now) = (policy.engine(), policy.clock.now());
    // A long text takes its time.
    let explained = tokio::task::spawn_blocking(move || {
        let asker = Asker::named(&asked.name, &asked.groups, &asked.connection, now)
            .acting(&asked.agent, &asked.on_behalf_of);
        let statement = Statement {
            text: &asked.sql,
            binds: &[],
        };
        explain(&engine, &asker, &statement, &SessionView::default()).json()
    });
    explained.await.map(Json).map_err(|error| {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            error,
            "this is a fault of firn: please report it with the statement",
        )
    })
}
