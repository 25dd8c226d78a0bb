//! The HTTP API of query: `POST /api/sql`, `POST /api/find`, `GET /api/sessions`, `GET /api/sessions/{id}/timeline`.
//!
//! Enters: requests of callers whom the door let in. Leaves: rows as JSON, CSV, Arrow or Parquet, or a problem. Never here: who may ask (see `door`),
//! or an answer that was not recorded first (the engine sees to that).

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query as UrlQuery, State};
use axum::response::{IntoResponse, Response};
use door::{Action, Caller, Problem, Routes, Scope, private};
use event::payload::ReplayMode;
use event::{Event, SessionId};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, TRAILER};
use http::{HeaderMap, HeaderValue, StatusCode};
use journal::Position;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::answer::Rows;
use crate::auditor::{Auditor, Sees};
use crate::engine::{Engine, Query};
use crate::error::QueryError;
use crate::find::{FindCursor, FindRequest};
use crate::sessions::{Cursor, SessionFilter};
use crate::stream::{Form, TRAILERS, WriteError, body};

/// Turns a session's events into the page's model; `src` gives the replayer's.
pub type TimelinePage = Arc<
    dyn Fn(SessionId, Vec<(Position, Event)>) -> Result<serde_json::Value, String> + Send + Sync,
>;

#[derive(Clone)]
struct Api {
    engine: Engine,
    timeline: TimelinePage,
}

/// The API's routes, added to those of the listener.
pub fn routes(routes: Routes, engine: Engine, timeline: TimelinePage) -> Routes {
    let api = Api { engine, timeline };
    routes
        .post("/api/sql", Action::QueryRecord, sql, api.clone())
        .post("/api/find", Action::QueryRecord, find, api.clone())
        .get("/api/sessions", Action::ListSessions, sessions, api.clone())
        .get(
            "/api/sessions/{id}/timeline",
            Action::ReplaySession,
            timeline_page,
            api,
        )
}

/// These routes' part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(sql, find, sessions, timeline_page), components(schemas(Mode)))]
pub struct Description;

/// The form of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One object, `Rows`; at most 1,000 rows unless `limit` says otherwise, and never more than one answer holds.
    #[default]
    Json,
    /// One JSON object a line, as they are read; all of them unless `limit` says otherwise.
    Jsonl,
    /// CSV with a header line, as they are read.
    Csv,
    /// Arrow IPC stream, as they are read.
    Arrow,
    /// A Parquet file, as they are read.
    Parquet,
}

impl Format {
    /// The first of the media types in an `accept` header that names a form; an answer to whoever takes anything is JSON.
    fn accepted(headers: &HeaderMap) -> Option<Self> {
        let accepted = headers.get(ACCEPT)?.to_str().ok()?;
        accepted.split(',').find_map(
            |one| match one.split(';').next().unwrap_or_default().trim() {
                "application/json" => Some(Self::Json),
                "application/x-ndjson" => Some(Self::Jsonl),
                "text/csv" => Some(Self::Csv),
                "application/vnd.apache.arrow.stream" => Some(Self::Arrow),
                "application/vnd.apache.parquet" => Some(Self::Parquet),
                _ => None,
            },
        )
    }
}

/// Body of `POST /api/sql`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlRequest {
    /// One reading statement.
    pub sql: String,
    /// How the answer is wanted; what the `accept` header names, unless this says.
    #[serde(default)]
    pub format: Option<Format>,
    /// Most rows wanted.
    #[serde(default)]
    pub limit: Option<usize>,
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        let status = match &error {
            QueryError::UnknownSession(_) => StatusCode::NOT_FOUND,
            QueryError::Gone { .. } => StatusCode::GONE,
            QueryError::TooLong { .. } | QueryError::TooLarge { .. } => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            QueryError::Timeout { .. } | QueryError::Unread { .. } => StatusCode::REQUEST_TIMEOUT,
            QueryError::SoughtTooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            ours if ours.is_ours() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        Self::new(status, &error, error.hint())
    }
}

fn bad_body(rejection: &JsonRejection) -> Problem {
    Problem::new(
        rejection.status(),
        rejection.body_text(),
        "send application/json: {\"sql\": \"select …\", \"format\": \"json\", \"limit\": 100}",
    )
}

fn bad_query(rejection: &QueryRejection) -> Problem {
    Problem::new(
        rejection.status(),
        rejection.body_text(),
        "sessions take who, since, until, verdict, outcome, table, text, connection, limit, after; a timeline takes mode",
    )
}

fn bad_path(rejection: &PathRejection) -> Problem {
    Problem::new(
        rejection.status(),
        rejection.body_text(),
        "the path is /api/sessions/{session id}/timeline",
    )
}

impl From<Caller> for Auditor {
    fn from(caller: Caller) -> Self {
        Self {
            principal: caller.identity.principal,
            source: caller.source,
            sees: if caller.scope.has(Scope::ALL) {
                Sees::All
            } else {
                Sees::Unobserved
            },
        }
    }
}

/// SQL over every recorded event, archive and journal tail.
///
/// In the streaming forms the answer begins before the last row is read: `x-firn-columns` names the columns, the trailers
/// `x-firn-rows` and `x-firn-truncated` say how it ended; an answer that breaks off says why in its last line and ends the
/// connection. Closing the connection ends the query.
#[utoipa::path(post, path = "/api/sql", tag = "record", security(("bearer" = [])), request_body = SqlRequest, responses(
    (status = 200, content((Rows = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"),
        (String = "application/vnd.apache.arrow.stream"), (String = "application/vnd.apache.parquet"))),
    (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn sql(
    State(api): State<Api>,
    caller: Caller,
    headers: HeaderMap,
    request: Result<Json<SqlRequest>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(request) = request.map_err(|rejection| bad_body(&rejection))?;
    let auditor = Auditor::from(caller);
    let query = Query {
        sql: request.sql,
        limit: request.limit,
    };
    let format = request.format.or_else(|| Format::accepted(&headers));
    let form = match format.unwrap_or_default() {
        Format::Json => {
            let answer = api.engine.query(&auditor, &query).await?;
            let rows = answer.rows().map_err(unreadable)?;
            return Ok(private(Json(rows).into_response()));
        }
        Format::Jsonl => Form::Jsonl,
        Format::Csv => Form::Csv,
        Format::Arrow => Form::Arrow,
        Format::Parquet => Form::Parquet,
    };
    let export = api.engine.export(&auditor, &query).await?;
    let names: Vec<&String> = export
        .schema()
        .fields()
        .iter()
        .map(|field| field.name())
        .collect();
    let names = ascii_json(&names);
    let stream = body(export, form).map_err(unwritable)?;
    let mut response = Response::new(Body::new(stream));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    headers.insert(TRAILER, HeaderValue::from_static(TRAILERS));
    if let Ok(names) = HeaderValue::from_str(&names) {
        headers.insert(HeaderName::from_static("x-firn-columns"), names);
    }
    Ok(private(response))
}

/// Statements that met a value the policy lets be looked for, newest first, a page at a time: `next` of a page is what to ask for `after` to go on. The value is not recorded.
#[utoipa::path(post, path = "/api/find", tag = "record", security(("bearer" = [])), request_body = FindRequest, responses(
    (status = 200, body = Rows), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn find(
    State(api): State<Api>,
    caller: Caller,
    request: Result<Json<FindRequest>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(request) = request.map_err(|rejection| {
        // What is wrong with the body could quote the value.
        let detail = "the body is no question for a value";
        let hint = "send application/json: {\"value\": \"marta@example.com\", \"class\": \"email\", \"since\": \"30d\"}; `after` is `next` of the page before, as it came";
        Problem::new(rejection.status(), detail, hint)
    })?;
    let answer = api.engine.find(&Auditor::from(caller), &request).await?;
    let mut rows = answer.rows().map_err(unreadable)?;
    rows.next = FindCursor::after(&rows).map(|cursor| cursor.to_string());
    Ok(private(Json(rows).into_response()))
}

fn unreadable(error: impl std::fmt::Display) -> Problem {
    QueryError::Record(error.to_string()).into()
}

fn unwritable(error: WriteError) -> Problem {
    match error {
        WriteError::Parquet(error) => {
            let hint = "cast the column to another type, or ask for another format";
            Problem::new(StatusCode::BAD_REQUEST, error, hint)
        }
        WriteError::Arrow(error) => unreadable(error),
        WriteError::Csv(error) => unreadable(error),
    }
}

/// JSON that fits a header.
fn ascii_json(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\u{unit:04x}")),
        }
    }
    out
}

/// Recorded sessions, newest first, a page at a time: `next` of a page is what to ask for `after` to go on.
#[utoipa::path(get, path = "/api/sessions", tag = "record", security(("bearer" = [])), params(SessionFilter), responses(
    (status = 200, body = Rows), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn sessions(
    State(api): State<Api>,
    caller: Caller,
    filter: Result<UrlQuery<SessionFilter>, QueryRejection>,
) -> Result<Response, Problem> {
    let UrlQuery(filter) = filter.map_err(|rejection| bad_query(&rejection))?;
    let answer = api.engine.sessions(&Auditor::from(caller), &filter).await?;
    let mut rows = answer.rows().map_err(unreadable)?;
    rows.next = Cursor::after(&rows).map(|cursor| cursor.to_string());
    Ok(private(Json(rows).into_response()))
}

/// Query of `GET /api/sessions/{id}/timeline`.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct Shown {
    /// How the reader shows it, for the record.
    mode: Mode,
}

/// Where a replay is shown.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// The terminal player.
    Terminal,
    /// A file.
    Json,
    /// Plain text.
    Text,
    /// A page.
    #[default]
    Page,
}

impl From<Mode> for ReplayMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Terminal => Self::Terminal,
            Mode::Json => Self::Json,
            Mode::Text => Self::Text,
            Mode::Page => Self::Page,
        }
    }
}

/// One session as a timeline: every statement with its decision, its approval and what was shown. Reading it is recorded as a replay.
#[utoipa::path(get, path = "/api/sessions/{id}/timeline", tag = "record", security(("bearer" = [])),
    params(("id" = String, Path, description = "the session"), Shown), responses(
    (status = 200, body = ref("#/components/schemas/Timeline")), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn timeline_page(
    State(api): State<Api>,
    caller: Caller,
    session: Result<Path<SessionId>, PathRejection>,
    shown: Result<UrlQuery<Shown>, QueryRejection>,
) -> Result<Response, Problem> {
    let Path(session) = session.map_err(|rejection| bad_path(&rejection))?;
    let UrlQuery(Shown { mode }) = shown.map_err(|rejection| bad_query(&rejection))?;
    let events = api
        .engine
        .session_events(&Auditor::from(caller), session, mode.into())
        .await?;
    let page = (api.timeline)(session, events).map_err(QueryError::Record)?;
    Ok(private(Json(page).into_response()))
}
