//! The HTTP API of one process: query, approvals, verification, health, mounted on one listener.
//!
//! Enters: requests with a bearer token. Leaves: what the roles answer. Never here: an unauthenticated way to the record.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use event::payload::AuditorVerified;
use event::{Event, Principal, SessionId, Source};
use gateway::Listener;
use hyper::body::Incoming;
use ledger::archive::Archive;
use ledger::emit::{Draft, Emitter};
use ledger::journal::{Journal, Position};
use ledger::verify::Report;
use query::{AuthError, Authenticate};
use replayer::Timeline;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tower::util::ServiceExt as _;

use crate::config::QueryConfig;

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

/// Listens as `[query]` says; that it speaks TLS beyond loopback is the configuration's check.
pub async fn listen(config: &QueryConfig) -> Result<Listener> {
    if config.danger_plain_http && config.tls.is_none() && !config.listen.ip().is_loopback() {
        tracing::warn!(
            "[query] listens on {} without TLS, as danger_plain_http says: something in front of it must speak TLS",
            config.listen
        );
    }
    Listener::bind(config.listen, config.tls.as_ref())
        .await
        .context("[query] listen")
}

/// Serves `router` until `shutdown`, then drains. Routes find where a request comes from as an extension.
pub async fn serve(router: Router, listener: Listener, shutdown: CancellationToken) {
    let answer = move |source: Source, request: Request<Incoming>| {
        let router = router.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(source);
        async move {
            match router.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
    };
    listener.run(answer, shutdown).await;
}
