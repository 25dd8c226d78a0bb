//! The HTTP API of one process: query, approvals, verification, health, mounted on one listener.
//!
//! Enters: requests with a bearer token. Leaves: what the roles answer. Never here: an unauthenticated way to the record.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use event::payload::AuditorVerified;
use event::{Event, Principal, SessionId};
use ledger::archive::Archive;
use ledger::emit::{Draft, Emitter};
use ledger::journal::{Journal, Position};
use ledger::verify::Report;
use query::{AuthError, Authenticate};
use replayer::Timeline;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The record as commands and the API reach it.
#[derive(Clone)]
pub struct Record {
    /// Where events arrive.
    pub journal: Arc<dyn Journal>,
    /// Where they are kept.
    pub archive: Archive,
    /// Records who reads.
    pub emitter: Emitter,
}

impl Record {
    /// Verifies everything, and records that `who` did.
    pub async fn verify(&self, who: &Principal) -> Result<Report> {
        let report = ledger::verify::verify(&self.archive, Some(&self.journal)).await?;
        let mut draft = Draft::new(AuditorVerified {
            events: report.events,
            integrity: report.integrity,
            completeness: report.completeness,
        });
        draft.principal = Some(who.clone());
        self.emitter
            .emit(draft)
            .await
            .context("the verification could not be recorded")?;
        Ok(report)
    }

    /// Ends the run in order and closes the journal.
    pub async fn close(&self) -> Result<()> {
        self.emitter
            .stop()
            .await
            .context("the run could not be ended in order")?;
        self.journal.close().await;
        Ok(())
    }
}

/// A session's timeline from its events.
pub fn timeline(
    session: SessionId,
    events: Vec<(Position, Event)>,
) -> Result<Timeline, replayer::TimelineError> {
    replayer::build(session, events, &replayer::Options::default())
}

#[derive(Clone)]
struct Verifying {
    record: Record,
    identity: Arc<dyn Authenticate>,
}

/// Health and verification, to be merged with the roles' routes.
pub fn routes(record: Record, identity: Arc<dyn Authenticate>) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/healthz", get(health))
        .route("/api/verify", post(verify))
        .with_state(Verifying { record, identity })
}

async fn front() -> &'static str {
    concat!(
        "firn ",
        env!("CARGO_PKG_VERSION"),
        "\n\n",
        "POST /api/sql {\"sql\": \"select * from sessions\"}\n",
        "GET  /api/sessions\nGET  /api/sessions/ID/timeline\nPOST /api/verify\n",
        "GET  /api/approvals\nPOST /api/approvals/ID/grant\nPOST /api/approvals/ID/deny\n\n",
        "Each takes an OIDC token as bearer. On this machine, `firn sql`, `firn sessions`, `firn replay`,\n",
        "`firn verify` and `firn approvals` do the same.\n"
    )
}

async fn health(State(state): State<Verifying>) -> Response {
    if state.record.emitter.healthy() {
        return Json(json!({"status": "ready"})).into_response();
    }
    (
        StatusCode::SERVICE_UNAVAILABLE,
        Json(json!({"status": "the journal does not take events"})),
    )
        .into_response()
}

async fn verify(State(state): State<Verifying>, headers: HeaderMap) -> Response {
    let refused =
        |status, error: String| (status, Json(json!({"error": error, "hint": ""}))).into_response();
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let Some(bearer) = bearer.and_then(|value| value.strip_prefix("Bearer ")) else {
        return refused(
            StatusCode::UNAUTHORIZED,
            "send a bearer token in the authorization header".to_owned(),
        );
    };
    let who = match state.identity.authenticate(bearer).await {
        Ok(who) => who,
        Err(AuthError::Unknown(why)) => return refused(StatusCode::UNAUTHORIZED, why),
        Err(AuthError::Forbidden(why)) => return refused(StatusCode::FORBIDDEN, why),
    };
    match state.record.verify(&who).await {
        Ok(report) => Json(report).into_response(),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")),
    }
}

/// Serves `router` until `shutdown`.
pub async fn serve(
    router: Router,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> Result<()> {
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown.cancelled_owned())
        .await
        .context("the API ended")
}

/// Listens on `address`; beyond loopback only behind something that speaks TLS, which the log says.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    if !address.ip().is_loopback() {
        tracing::warn!(
            "[query] listens on {address} without TLS: put a proxy that speaks TLS before it"
        );
    }
    TcpListener::bind(address)
        .await
        .with_context(|| format!("[query] can not listen on {address}"))
}
