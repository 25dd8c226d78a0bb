//! The HTTP API of one process: query, approvals, verification, health, mounted on one listener.
//!
//! Enters: requests with a bearer token. Leaves: what the roles answer. Never here: an unauthenticated way to the record.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use archive::Archive;
use archive::verify::{Ask, Progress, Report, Since, VerifyError};
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use door::{Action, Caller, Line, Listener, Problem, Routes};
use event::payload::AuditorVerified;
use event::{Event, Principal, SessionId, Source};
use hyper::body::Incoming;
use journal::emit::{Draft, Emitter};
use journal::{Journal, Position};
use replayer::Timeline;
use tokio_util::sync::CancellationToken;
use tower::util::ServiceExt as _;
use utoipa::OpenApi as _;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Info, OpenApi, RefOr, Responses};

use crate::config::QueryConfig;
use crate::telemetry::{self, Telemetry};

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
    /// Verifies what there is since `since`, keeps what it proves, and records that `who` did; `progress` says how far it is.
    pub async fn verify(
        &self,
        who: &Principal,
        since: Since,
        progress: &Progress,
    ) -> Result<Report> {
        let (journal, ask) = (
            Some(&self.journal),
            Ask {
                since,
                keep: true,
                ..Ask::default()
            },
        );
        let report = archive::verify::verify_asked(&self.archive, journal, ask, progress).await?;
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

/// Health, metrics and verification, added to the routes of the roles.
pub fn routes(routes: Routes, record: Record, telemetry: Telemetry) -> Routes {
    routes
        .get("/healthz", Action::Probe, health, record.clone())
        .get("/livez", Action::Probe, livez, ())
        .get("/readyz", Action::Probe, readyz, telemetry.clone())
        .get("/metrics", Action::ReadMetrics, metrics, telemetry)
        .post("/api/verify", Action::VerifyRecord, verify, record)
}

/// These routes' part of the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(openapi, health, livez, readyz, metrics, verify))]
struct Own;

/// Adds the description of all `routes`, each with the action of the matrix it takes; `parts` describe those that are not this
/// file's. A route that is not described is an error: it would be a door that no list shows.
pub fn described(routes: Routes, parts: Vec<OpenApi>) -> Result<Routes> {
    const OPENAPI: &str = "/api/openapi.json";
    let own = Line {
        method: Method::GET,
        path: OPENAPI,
        action: Action::Describe,
    };
    let mut lines = routes.lines().to_vec();
    lines.push(own);
    let document = Arc::new(description(&lines, parts)?);
    Ok(routes.get(OPENAPI, Action::Describe, openapi, document))
}

fn description(lines: &[Line], parts: Vec<OpenApi>) -> Result<OpenApi> {
    let mut whole = Own::openapi();
    for part in parts {
        agree(&whole, &part)?;
        whole.merge(part);
    }
    whole.info = Info::new("firn", "1");
    whole.info.description =
        Some("Audit and replay for autonomous agents on Snowflake.".to_owned());
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("An OIDC token of a configured issuer"))
        .build();
    whole
        .components
        .get_or_insert_default()
        .add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let mut found = 0;
    for (path, item) in &mut whole.paths.paths {
        for (method, operation) in [(Method::GET, &mut item.get), (Method::POST, &mut item.post)] {
            let line = lines
                .iter()
                .find(|line| line.path == path && line.method == method);
            match (line, operation.as_mut()) {
                (Some(line), Some(described)) => {
                    let action = ("x-firn-action", line.action.as_str());
                    described.extensions = Some([action].into_iter().collect());
                    refusals_as_sent(&mut described.responses);
                    found += 1;
                }
                // Described, but not served by the roles of this process.
                (None, Some(_)) => *operation = None,
                (Some(line), None) => {
                    bail!("{} {} is served but not described", line.method, line.path)
                }
                (None, None) => {}
            }
        }
    }
    whole
        .paths
        .paths
        .retain(|_, item| item.get.is_some() || item.post.is_some());
    if found != lines.len() {
        bail!(
            "{} routes are served, {found} of them described",
            lines.len()
        );
    }
    Ok(whole)
}

/// Two types of one name are told apart by nobody: the description would have the first of them for both.
fn agree(whole: &OpenApi, part: &OpenApi) -> Result<()> {
    let (Some(known), Some(more)) = (&whole.components, &part.components) else {
        return Ok(());
    };
    for (name, schema) in &more.schemas {
        if known.schemas.get(name).is_some_and(|other| other != schema) {
            bail!(
                "two types of the API are called {name}: `#[schema(as = …)]` gives one another name"
            );
        }
    }
    Ok(())
}

/// Bodies that are problem details stand in a description under their own media type: the macros know JSON alone.
fn refusals_as_sent(responses: &mut Responses) {
    for response in responses.responses.values_mut() {
        let RefOr::T(response) = response else {
            continue;
        };
        let content = std::mem::take(&mut response.content);
        let content = content.into_iter().map(|(kind, content)| {
            if is_problem(&content) {
                (Problem::MEDIA_TYPE.to_owned(), content)
            } else {
                (kind, content)
            }
        });
        response.content = content.collect();
    }
}

fn is_problem(content: &RefOr<Content>) -> bool {
    let RefOr::T(content) = content else {
        return false;
    };
    match &content.schema {
        Some(RefOr::Ref(named)) => named.ref_location == "#/components/schemas/Problem",
        _ => false,
    }
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "process", responses((status = 200, body = serde_json::Value)))]
async fn openapi(State(document): State<Arc<OpenApi>>) -> Response {
    Json(document.as_ref()).into_response()
}

/// What a process says that records.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct Ready {
    /// `ready`.
    status: &'static str,
}

/// Whether events can be recorded, without which nothing is served.
#[utoipa::path(get, path = "/healthz", tag = "process", responses((status = 200, body = Ready), (status = 503, body = Problem)))]
async fn health(State(record): State<Record>) -> Response {
    if record.emitter.healthy() {
        return Json(Ready { status: "ready" }).into_response();
    }
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "the journal does not take events",
        "check that it can be reached; it is tried again all the time",
    )
    .into_response()
}

/// That the process answers.
#[utoipa::path(get, path = "/livez", tag = "process", responses((status = 200, body = String)))]
async fn livez() -> Response {
    telemetry::livez()
}

/// Whether every part of the process is ready, or which is not.
#[utoipa::path(get, path = "/readyz", tag = "process", responses((status = 200, body = String), (status = 503, body = String)))]
async fn readyz(State(telemetry): State<Telemetry>) -> Response {
    telemetry::readyz(telemetry.readiness())
}

/// Counters, gauges and histograms of this process, as Prometheus reads them.
#[utoipa::path(get, path = "/metrics", tag = "process", security(("bearer" = [])), responses(
    (status = 200, body = String, content_type = "text/plain"), (status = "4XX", body = Problem)))]
async fn metrics(State(telemetry): State<Telemetry>) -> Response {
    telemetry::exposition(&telemetry)
}

/// What `POST /api/verify` takes.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest {
    /// `last`, `interrupted` or a checkpoint's digest; without it, everything is verified.
    #[serde(default)]
    since: Option<String>,
}

/// Where a verification begins, as people and scripts write it.
pub fn since(text: Option<&str>) -> Result<Since> {
    match text {
        None => Ok(Since::Beginning),
        Some("last") => Ok(Since::Last),
        Some("interrupted") => Ok(Since::Interrupted),
        Some(digest) => digest.parse().map(Since::Checkpoint).map_err(|_| {
            anyhow::anyhow!("{digest:?} is neither `last` nor the digest of a checkpoint, which has 64 hex digits")
        }),
    }
}

// The body may be absent or `{}`, or name the checkpoint to go on from: `{"since": "last"}`.
/// Recomputes every hash, chain and count of the record, and records who asked for it.
#[utoipa::path(post, path = "/api/verify", tag = "record", security(("bearer" = [])), request_body = Option<VerifyRequest>, responses(
    (status = 200, body = Report), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn verify(
    State(record): State<Record>,
    caller: Caller,
    body: axum::body::Bytes,
) -> Result<Json<Report>, Problem> {
    let unseen = Progress::default();
    let wrong = |detail: String| {
        let hint = "send {} to verify everything, or {\"since\": \"last\"}";
        Problem::new(StatusCode::BAD_REQUEST, detail, hint)
    };
    let asked: VerifyRequest = match body.is_empty() {
        true => VerifyRequest::default(),
        false => serde_json::from_slice(&body).map_err(|error| wrong(error.to_string()))?,
    };
    let since = since(asked.since.as_deref()).map_err(|error| wrong(error.to_string()))?;
    let who = &caller.identity.principal;
    let report = record.verify(who, since, &unseen).await;
    let report = report.map_err(|error| {
        let (status, hint) = match error.downcast_ref() {
            Some(VerifyError::Erased(_)) => (StatusCode::CONFLICT, "send {} to verify everything"),
            _ => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "check that archive and journal can be reached",
            ),
        };
        Problem::new(status, format!("{error:#}"), hint)
    })?;
    Ok(Json(report))
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
    let router = router.layer(axum::middleware::map_response(crate::console::guarded));
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

#[cfg(test)]
mod tests {
    use utoipa::openapi::{ComponentsBuilder, ObjectBuilder};

    use super::*;

    #[test]
    fn refusals_are_described_under_the_media_type_that_they_are_sent_in() {
        let line = |method, path, action| Line {
            method,
            path,
            action,
        };
        let lines = [
            line(Method::GET, "/healthz", Action::Probe),
            line(Method::GET, "/livez", Action::Probe),
            line(Method::GET, "/readyz", Action::Probe),
            line(Method::GET, "/metrics", Action::ReadMetrics),
            line(Method::GET, "/api/openapi.json", Action::Describe),
            line(Method::POST, "/api/verify", Action::VerifyRecord),
        ];
        let whole = description(&lines, Vec::new()).expect("all are described");
        let whole = serde_json::to_value(&whole).expect("JSON");
        let kinds = |path: &str, method: &str, status: &str| -> Vec<String> {
            let response = &whole["paths"][path][method]["responses"][status];
            let content = response["content"].as_object().expect("content");
            content.keys().cloned().collect()
        };
        assert_eq!(kinds("/api/verify", "post", "200"), ["application/json"]);
        for status in ["4XX", "5XX"] {
            assert_eq!(kinds("/api/verify", "post", status), [Problem::MEDIA_TYPE]);
        }
        assert_eq!(kinds("/healthz", "get", "503"), [Problem::MEDIA_TYPE]);
        assert_eq!(kinds("/readyz", "get", "503"), ["text/plain"]);
    }

    #[test]
    fn two_types_of_one_name_are_not_described_as_one() {
        let named = |word: &str| {
            let schema = ObjectBuilder::new().description(Some(word));
            let components = ComponentsBuilder::new().schema("Place", schema).build();
            let mut part = Own::openapi();
            part.components = Some(components);
            part
        };
        assert!(agree(&named("where a record is"), &named("where a record is")).is_ok());
        let told = agree(
            &named("where a record is"),
            &named("where a session stands"),
        );
        let told = told.expect_err("another type").to_string();
        assert!(told.contains("called Place"), "{told}");
    }
}
