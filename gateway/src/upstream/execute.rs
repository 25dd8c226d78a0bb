//! The only place that puts a statement on the wire to Snowflake.
//!
//! Enters: a permit and the exact text it was minted for. Leaves: upstream's first answer. Never here: a text the permit does
//! not cover, a text taken from anywhere but the decision's own input.

use access::{Describe, Execute, Permit};
use bytes::Bytes;
use event::Principal;
use http::Method;
use url::Url;
use uuid::Uuid;

use super::client::{Call, Client, Reply, Retry, UpstreamError};
use crate::claims::UpstreamToken;
use crate::raw::RawObject;

/// A statement ready for upstream.
#[derive(Debug)]
pub struct Execution<'a> {
    /// The connection's address.
    pub base: &'a Url,
    /// Upstream's session token.
    pub token: &'a UpstreamToken,
    /// Whose statement it is.
    pub whose: &'a Principal,
    /// The text that was decided on, byte for byte.
    pub text: &'a str,
    /// The request id it goes under.
    pub request_id: Uuid,
    /// The driver's request; its unknown fields go along as they are.
    pub request: RawObject,
    /// Milliseconds since 1970 when the statement began, for upstream's retry accounting.
    pub started_ms: i64,
}

/// Why nothing usable came back.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// The permit is for another text.
    #[error("the permit does not cover this statement: nothing was sent")]
    NotCovered,
    /// Another statement moved the session, or may have, since it was decided where that stands.
    #[error("the session stands elsewhere than when this was decided: nothing was sent")]
    Moved,
    /// The request cannot be written.
    #[error("the request cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Upstream failed.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
}

/// Runs the statement. The permit is consumed.
pub async fn execute(
    client: &Client,
    permit: Permit<Execute>,
    execution: Execution<'_>,
) -> Result<Reply, ExecuteError> {
    if !permit.covers(execution.text) {
        return Err(ExecuteError::NotCovered);
    }
    send(client, execution, Retry::Always).await
}

/// Has the statement compiled and described, and nothing more. The permit is consumed.
pub async fn describe(
    client: &Client,
    permit: Permit<Describe>,
    mut execution: Execution<'_>,
) -> Result<Reply, ExecuteError> {
    if !permit.covers(execution.text) {
        return Err(ExecuteError::NotCovered);
    }
    execution.request.set("describeOnly", &true)?;
    execution.request.set("asyncExec", &false)?;
    // Nobody waits for a second try: without an answer the statement waits for people as it is.
    send(client, execution, Retry::Never).await
}

/// What stands before a text that is explained.
const EXPLAIN: &str = "EXPLAIN USING JSON ";

/// Has the statement explained in a session of the gateway's own: compiled, and not run. Of the driver's request only its binds go along,
/// and Snowflake is told that it is one statement. The permit is consumed.
pub async fn explain(
    client: &Client,
    permit: Permit<Describe>,
    mut execution: Execution<'_>,
) -> Result<Reply, ExecuteError> {
    if !permit.covers(execution.text) {
        return Err(ExecuteError::NotCovered);
    }
    let text = format!("{EXPLAIN}{}", execution.text);
    let mut parameters = RawObject::default();
    parameters.set("MULTI_STATEMENT_COUNT", &1)?;
    execution.request.retain(|field| field == "bindings");
    execution.request.set("asyncExec", &false)?;
    execution.request.set("sequenceId", &1)?;
    execution.request.set("parameters", &parameters)?;
    let explained = Execution {
        text: &text,
        ..execution
    };
    // Nobody waits for a second try.
    send(client, explained, Retry::Never).await
}

async fn send(
    client: &Client,
    execution: Execution<'_>,
    retry: Retry,
) -> Result<Reply, ExecuteError> {
    let mut request = execution.request;
    // The text is written anew from what was decided on: no second reading of the driver's JSON can differ from ours.
    request.set("sqlText", execution.text)?;
    let reply = client
        .call(Call {
            base: execution.base,
            method: Method::POST,
            path: "/queries/v1/query-request",
            query: vec![
                ("requestId", execution.request_id.to_string()),
                ("clientStartTime", execution.started_ms.to_string()),
            ],
            token: Some(execution.token),
            whose: Some(execution.whose),
            body: Bytes::from(request.to_bytes()?),
            retry,
        })
        .await?;
    Ok(reply)
}
