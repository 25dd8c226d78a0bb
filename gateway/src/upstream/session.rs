//! Calls about a session of ours that run no statement: results, state, cancel, renew, heartbeat, goodbye.
//!
//! Enters: an upstream token. Leaves: upstream's answers. Never here: an id that was not bound to the session before.

use bytes::Bytes;
use event::{Principal, TimeNs};
use http::Method;
use serde::Deserialize;
use serde_json::json;
use url::Url;
use uuid::Uuid;

use super::client::{Call, Client, Reply, Retry, UpstreamError};
use super::head::Head;
use crate::claims::{UpstreamSession, UpstreamToken};
use crate::limits::{MASTER_TOKEN_SECONDS, SESSION_TOKEN_SECONDS};
use crate::time::seconds_later;

/// A session upstream, to make calls about.
#[derive(Clone, Copy, Debug)]
pub struct Upstream<'a> {
    /// The client.
    pub client: &'a Client,
    /// The connection's address.
    pub base: &'a Url,
    /// Its session token.
    pub token: &'a UpstreamToken,
    /// Whose session it is; none where it is the gateway's own.
    pub whose: Option<&'a Principal>,
}

/// Why a session cannot be renewed.
#[derive(Debug, thiserror::Error)]
pub enum RenewError {
    /// No usable answer.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// The session's connection is not configured any more.
    #[error("the session's connection is gone")]
    NoConnection,
    /// Upstream gave no master token at login: there is nothing to renew with.
    #[error("upstream gave no master token")]
    NoMaster,
    /// Upstream says no.
    #[error("upstream refused to renew the session ({code})")]
    Refused {
        /// Its code.
        code: String,
    },
}

#[derive(Deserialize)]
struct Renewed {
    data: RenewedData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RenewedData {
    session_token: String,
    master_token: Option<String>,
    #[serde(rename = "validityInSecondsST")]
    session_seconds: Option<u64>,
    #[serde(rename = "validityInSecondsMT")]
    master_seconds: Option<u64>,
}

impl Upstream<'_> {
    /// The result of a query, or that it still runs.
    pub async fn result(&self, query_id: &str) -> Result<Reply, UpstreamError> {
        let path = format!("/queries/{query_id}/result");
        self.call(Method::GET, &path, Vec::new(), Bytes::new(), Retry::Always)
            .await
    }

    /// The state of a query.
    pub async fn monitoring(&self, query_id: &str) -> Result<Reply, UpstreamError> {
        let path = format!("/monitoring/queries/{query_id}");
        self.call(Method::GET, &path, Vec::new(), Bytes::new(), Retry::Always)
            .await
    }

    /// Cancels a statement by the request id it went upstream under.
    pub async fn abort(&self, request: Uuid, call_id: Uuid) -> Result<Reply, UpstreamError> {
        let target = request.to_string();
        let body = Bytes::from(json!({ "requestId": target }).to_string());
        let query = vec![("requestId", call_id.to_string())];
        self.call(
            Method::POST,
            "/queries/v1/abort-request",
            query,
            body,
            Retry::Always,
        )
        .await
    }

    /// Cancels a query by its id.
    pub async fn abort_query(&self, query_id: &str, call_id: Uuid) -> Result<Reply, UpstreamError> {
        let path = format!("/queries/{query_id}/abort-request");
        let query = vec![("requestId", call_id.to_string())];
        self.call(
            Method::POST,
            &path,
            query,
            Bytes::from_static(b"{}"),
            Retry::Always,
        )
        .await
    }

    /// Keeps the session alive.
    pub async fn heartbeat(&self, call_id: Uuid) -> Result<Reply, UpstreamError> {
        let query = vec![("requestId", call_id.to_string())];
        self.call(
            Method::POST,
            "/session/heartbeat",
            query,
            Bytes::new(),
            Retry::Always,
        )
        .await
    }

    /// Ends the session. Nobody waits for a second try.
    pub async fn logout(&self, call_id: Uuid) -> Result<Reply, UpstreamError> {
        let query = vec![
            ("delete", "true".to_owned()),
            ("requestId", call_id.to_string()),
        ];
        self.call(
            Method::POST,
            "/session",
            query,
            Bytes::from_static(b"{}"),
            Retry::Never,
        )
        .await
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        query: Vec<(&'static str, String)>,
        body: Bytes,
        retry: Retry,
    ) -> Result<Reply, UpstreamError> {
        self.client
            .call(Call {
                base: self.base,
                method,
                path,
                query,
                token: Some(self.token),
                whose: self.whose,
                body,
                retry,
            })
            .await
    }
}

/// A new upstream session token for the old one.
pub async fn renew(
    upstream: Upstream<'_>,
    old: &UpstreamSession,
    call_id: Uuid,
    now: TimeNs,
) -> Result<UpstreamSession, RenewError> {
    let master = old.master.as_ref().ok_or(RenewError::NoMaster)?;
    let body = json!({ "oldSessionToken": upstream.token.expose(), "requestType": "RENEW" });
    let reply = upstream
        .client
        .call(Call {
            base: upstream.base,
            method: Method::POST,
            path: "/session/token-request",
            query: vec![("requestId", call_id.to_string())],
            token: Some(master),
            whose: upstream.whose,
            body: Bytes::from(body.to_string()),
            retry: Retry::Always,
        })
        .await?;
    let head = Head::parse(&reply.body)?;
    if !head.success {
        return Err(RenewError::Refused {
            code: head.code.unwrap_or_default(),
        });
    }
    let renewed: Renewed =
        serde_json::from_slice(&reply.body).map_err(|_| UpstreamError::NotAnAnswer {
            detail: "its renewal has no tokens",
        })?;
    let data = renewed.data;
    let master_seconds = data.master_seconds.unwrap_or(MASTER_TOKEN_SECONDS);
    let fresh_master = data.master_token.map(UpstreamToken::new);
    Ok(UpstreamSession {
        token: UpstreamToken::new(data.session_token),
        token_expires: seconds_later(now, data.session_seconds.unwrap_or(SESSION_TOKEN_SECONDS)),
        master_expires: match fresh_master {
            Some(_) => seconds_later(now, master_seconds),
            None => old.master_expires,
        },
        master: fresh_master.or_else(|| Some(master.clone())),
        id: old.id.clone(),
    })
}
