//! The HTTP API of query: `POST /api/sql`, `GET /api/sessions`, `GET /api/sessions/{id}/timeline`.
//!
//! Enters: requests with a bearer token and, as an extension, where they come from. Leaves: rows as JSON, CSV or Arrow, or `{error, hint}`. Never here: an answer to somebody unknown,
//! or one that was not recorded first (the engine sees to that).

use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query as UrlQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use event::{Event, Principal, SessionId, Source};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use ledger::journal::Position;
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::engine::{Auditor, Engine, Query};
use crate::error::QueryError;
use crate::limits::REQUEST_BYTES_MAX;
use crate::render;
use crate::sessions::SessionFilter;

/// Why somebody is not let in; told to them, so never anything of the token.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The token is missing, wrong or out of date.
    #[error("{0}")]
    Unknown(String),
    /// Known, but not allowed to read the record.
    #[error("{0}")]
    Forbidden(String),
}

/// Says who a bearer token is.
#[async_trait]
pub trait Authenticate: Send + Sync + 'static {
    /// The principal behind `bearer`, if it may read the record.
    async fn authenticate(&self, bearer: &str) -> Result<Principal, AuthError>;
}

/// Turns a session's events into the page's model; `src` gives the replayer's.
pub type TimelinePage = Arc<
    dyn Fn(SessionId, Vec<(Position, Event)>) -> Result<serde_json::Value, String> + Send + Sync,
>;

#[derive(Clone)]
struct Api {
    engine: Engine,
    identity: Arc<dyn Authenticate>,
    timeline: TimelinePage,
}

/// The API's routes.
pub fn routes(engine: Engine, identity: Arc<dyn Authenticate>, timeline: TimelinePage) -> Router {
    let api = Api {
        engine,
        identity,
        timeline,
    };
    Router::new()
        .route("/api/sql", post(sql))
        .route("/api/sessions", get(sessions))
        .route("/api/sessions/{id}/timeline", get(timeline_page))
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
        .with_state(api)
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One object, `Rows`.
    #[default]
    Json,
    /// One JSON object a line.
    Jsonl,
    /// CSV with a header line.
    Csv,
    /// Arrow IPC stream.
    Arrow,
}

/// Body of `POST /api/sql`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlRequest {
    /// One reading statement.
    pub sql: String,
    /// How the answer is wanted.
    #[serde(default)]
    pub format: Format,
    /// Most rows wanted.
    #[serde(default)]
    pub limit: Option<usize>,
}

/// Body of every error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What is wrong.
    pub error: String,
    /// What to do about it.
    pub hint: String,
}

struct Refusal(StatusCode, ErrorBody);

impl Refusal {
    fn new(status: StatusCode, error: impl ToString, hint: &str) -> Self {
        Self(
            status,
            ErrorBody {
                error: error.to_string(),
                hint: hint.to_owned(),
            },
        )
    }
}

impl From<QueryError> for Refusal {
    fn from(error: QueryError) -> Self {
        let status = match &error {
            QueryError::UnknownSession(_) => StatusCode::NOT_FOUND,
            QueryError::TooLong { .. } | QueryError::TooLarge { .. } => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            QueryError::Timeout { .. } => StatusCode::REQUEST_TIMEOUT,
            ours if ours.is_ours() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        Self::new(status, &error, error.hint())
    }
}

macro_rules! rejections {
    ($($rejection:ty => $hint:literal),+ $(,)?) => {
        $(impl From<$rejection> for Refusal {
            fn from(rejection: $rejection) -> Self {
                Self::new(rejection.status(), rejection.body_text(), $hint)
            }
        })+
    };
}

rejections!(
    JsonRejection => "send application/json: {\"sql\": \"select …\", \"format\": \"json\", \"limit\": 100}",
    QueryRejection => "sessions take who, since, until, verdict, outcome, table, text, connection, limit; a timeline takes mode",
    PathRejection => "the path is /api/sessions/{session id}/timeline",
);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(status, body) = self;
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let headers = response.headers_mut();
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        private(response)
    }
}

/// The record must not rest in a cache.
fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

impl FromRequestParts<Api> for Auditor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Response> {
        let hint = "send `Authorization: Bearer <token>` of a principal that may read the record";
        let bearer = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        let Some(bearer) = bearer else {
            let refusal = Refusal::new(StatusCode::UNAUTHORIZED, "no bearer token", hint);
            return Err(refusal.into_response());
        };
        let principal = api.identity.authenticate(bearer).await.map_err(|error| {
            let status = match error {
                AuthError::Unknown(_) => StatusCode::UNAUTHORIZED,
                AuthError::Forbidden(_) => StatusCode::FORBIDDEN,
            };
            Refusal::new(status, error, hint).into_response()
        })?;
        Ok(Self {
            principal,
            source: parts.extensions.get::<Source>().cloned(),
        })
    }
}

async fn sql(
    State(api): State<Api>,
    auditor: Auditor,
    request: Result<Json<SqlRequest>, JsonRejection>,
) -> Result<Response, Refusal> {
    let Json(request) = request?;
    let query = Query {
        sql: request.sql,
        limit: request.limit,
    };
    let answer = api.engine.query(&auditor, &query).await?;
    respond(&answer, request.format)
}

async fn sessions(
    State(api): State<Api>,
    auditor: Auditor,
    filter: Result<UrlQuery<SessionFilter>, QueryRejection>,
) -> Result<Response, Refusal> {
    let UrlQuery(filter) = filter?;
    let answer = api.engine.sessions(&auditor, &filter).await?;
    respond(&answer, Format::Json)
}

/// Query of `GET /api/sessions/{id}/timeline`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Shown {
    /// How the reader shows it, for the record.
    mode: Mode,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Terminal,
    Json,
    Text,
    #[default]
    Page,
}

impl Mode {
    const fn word(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Json => "json",
            Self::Text => "text",
            Self::Page => "page",
        }
    }
}

async fn timeline_page(
    State(api): State<Api>,
    auditor: Auditor,
    session: Result<Path<SessionId>, PathRejection>,
    shown: Result<UrlQuery<Shown>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Path(session) = session?;
    let UrlQuery(Shown { mode }) = shown?;
    let events = api
        .engine
        .session_events(&auditor, session, mode.word())
        .await?;
    let page = (api.timeline)(session, events)
        .map_err(|error| Refusal::from(QueryError::Record(error)))?;
    Ok(private(Json(page).into_response()))
}

fn respond(answer: &Answer, format: Format) -> Result<Response, Refusal> {
    let unreadable =
        |error: &dyn std::fmt::Display| Refusal::from(QueryError::Record(error.to_string()));
    if format == Format::Arrow {
        let bytes = answer.arrow().map_err(|error| unreadable(&error))?;
        return Ok(with_facts(
            answer,
            "application/vnd.apache.arrow.stream",
            bytes,
        ));
    }
    let rows = answer.rows().map_err(|error| unreadable(&error))?;
    Ok(match format {
        Format::Json | Format::Arrow => private(Json(rows).into_response()),
        Format::Jsonl => with_facts(
            answer,
            "application/x-ndjson",
            render::json_lines(&rows).into(),
        ),
        Format::Csv => {
            let text = render::csv(&rows).map_err(|error| unreadable(&error))?;
            with_facts(answer, "text/csv; charset=utf-8", text.into())
        }
    })
}

/// Forms without a place for them carry the facts in headers.
fn with_facts(answer: &Answer, content_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    let facts = [
        ("x-firn-rows", answer.row_count().to_string()),
        ("x-firn-truncated", answer.truncated.to_string()),
        (
            "x-firn-elapsed-ms",
            format!("{:.3}", answer.elapsed_ns as f64 / 1e6),
        ),
    ];
    for (name, value) in facts {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    private(response)
}
