//! The plain listener of `[telemetry]`: `/metrics`, `/livez`, `/readyz`, and nothing else.
//!
//! Enters: requests of whoever can reach the address. Leaves: numbers and states that name no person, no statement and no row.
//! Never here: anything of the record, anything that changes something.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Readiness, Telemetry};

/// The text format that [`Telemetry::metrics`] writes.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Binds the configured address.
pub async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "[telemetry] listen {address}; processes that share a configuration take --telemetry"
        )
    })
}

/// Serves until `stop`.
pub async fn serve(telemetry: Telemetry, socket: TcpListener, stop: CancellationToken) {
    let router = Router::new()
        .route("/metrics", get(exposed))
        .route("/livez", get(alive))
        .route("/readyz", get(ready))
        .with_state(telemetry);
    let serving = axum::serve(socket, router).with_graceful_shutdown(stop.cancelled_owned());
    if let Err(error) = serving.await {
        tracing::error!(%error, "metrics and probes are not served any more");
    }
}

async fn exposed(State(telemetry): State<Telemetry>) -> Response {
    exposition(&telemetry)
}

async fn alive() -> Response {
    livez()
}

async fn ready(State(telemetry): State<Telemetry>) -> Response {
    readyz(telemetry.readiness())
}

/// Every metric.
pub fn exposition(telemetry: &Telemetry) -> Response {
    ([(header::CONTENT_TYPE, EXPOSITION)], telemetry.metrics()).into_response()
}

/// That the process answers at all.
pub fn livez() -> Response {
    "alive\n".into_response()
}

/// Whether the process is ready, or what is missing.
pub fn readyz(readiness: &Readiness) -> Response {
    let missing = readiness.missing();
    if missing.is_empty() {
        return "ready\n".into_response();
    }
    let said = format!("not ready: {}\n", missing.join("; "));
    (StatusCode::SERVICE_UNAVAILABLE, said).into_response()
}
