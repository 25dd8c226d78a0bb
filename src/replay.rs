//! A session for a page: its outline first, then the statements and rows that somebody looks at, or all of it as a file.
//!
//! Enters: requests of those who may replay. Leaves: JSON, and files that are written as they are read. Never here: a session held whole, or
//! reading without its event.

mod download;
mod find;
mod outline;
mod walk;

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use door::{Action, Caller, Problem, Routes, private};
use event::payload::ReplayMode;
use event::{SessionId, StatementId, TimeNs};
use query::{Auditor, Engine, Replay};
use replayer::timeline::{Entry, Timeline};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use download::Form;
use outline::Outline;
use walk::{Walk, told};

/// Statements that are asked for at once.
const STATEMENTS_MAX: usize = 64;
/// Rows of each result that come with its statement.
const ROWS_WITH: u64 = 100;
/// Rows of a result that are asked for at once.
const ROWS_MAX: u64 = 5_000;
/// Longest words that are searched for, bytes.
const WORDS_MAX: usize = 1_000;

/// Adds the routes that ask `engine`.
pub fn routes(routes: Routes, engine: Engine) -> Routes {
    let action = Action::ReplaySession;
    let (asked, kept) = (engine.clone(), engine.clone());
    routes
        .get(
            "/api/sessions/{id}/outline",
            action,
            outlined,
            engine.clone(),
        )
        .get("/api/sessions/{id}/statements", action, statements, asked)
        .get("/api/sessions/{id}/rows", action, rows, engine.clone())
        .get("/api/sessions/{id}/find", action, found, engine)
        .get("/api/sessions/{id}/download", action, downloaded, kept)
}

/// Part of the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(
    paths(outlined, statements, rows, found, downloaded),
    components(schemas(Form))
)]
pub struct Description;

/// An address that names no session.
pub fn bad_path(rejection: &PathRejection) -> Problem {
    let hint = "sessions are UUIDs: GET /api/sessions lists them";
    Problem::new(rejection.status(), rejection.body_text(), hint)
}

fn bad_query(rejection: &QueryRejection, hint: &'static str) -> Problem {
    Problem::new(rejection.status(), rejection.body_text(), hint)
}

/// A record that cannot be told.
pub fn unreadable(error: &dyn std::fmt::Display) -> Problem {
    let hint = "`firn verify` says whether the record is whole";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string(), hint)
}

/// Begins to read the session of `path`; that is recorded first.
async fn begin(
    engine: &Engine,
    caller: Caller,
    path: Result<Path<SessionId>, PathRejection>,
    mode: ReplayMode,
) -> Result<Replay, Problem> {
    let Path(session) = path.map_err(|rejection| bad_path(&rejection))?;
    Ok(engine.replay(&Auditor::from(caller), session, mode).await?)
}

/// What is in a session: who, from where, and a line for each of its moments, up to 100,000 of them. What a statement was answered is asked
/// for by `statements` and `rows`. Reading it is recorded as a replay.
#[utoipa::path(get, path = "/api/sessions/{id}/outline", tag = "record", security(("bearer" = [])),
    params(("id" = String, Path, description = "the session")), responses(
    (status = 200, body = Outline), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn outlined(
    State(engine): State<Engine>,
    caller: Caller,
    session: Result<Path<SessionId>, PathRejection>,
) -> Result<Response, Problem> {
    let replay = begin(&engine, caller, session, ReplayMode::Page).await?;
    let outline = walk::outline(&replay).await?;
    Ok(private(Json(outline).into_response()))
}

/// Query of `GET /api/sessions/{id}/statements`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Which statements, at most 64 ids with commas between.
    ids: String,
    /// What times count from: the outline's `start`; the first event of these statements otherwise.
    start: Option<i64>,
}

impl Wanted {
    fn statements(&self) -> Result<Vec<StatementId>, String> {
        let ids: Result<Vec<StatementId>, _> = self.ids.split(',').map(str::parse).collect();
        let ids = ids.map_err(|error| error.to_string())?;
        match ids.len() {
            0..=STATEMENTS_MAX => Ok(ids),
            many => Err(format!(
                "{many} statements are asked for at once, at most {STATEMENTS_MAX} are given"
            )),
        }
    }
}

/// Statements with all that came of them.
#[derive(Serialize, ToSchema)]
struct StatementsTold {
    /// Each as the session's timeline has it.
    #[schema(value_type = Vec<Entry>)]
    entries: Entries,
}

/// Some statements of a session, each with its decision, its approval and the first 100 rows of its results. Recorded as a replay.
#[utoipa::path(get, path = "/api/sessions/{id}/statements", tag = "record", security(("bearer" = [])),
    params(("id" = String, Path, description = "the session"), Wanted), responses(
    (status = 200, body = StatementsTold), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn statements(
    State(engine): State<Engine>,
    caller: Caller,
    session: Result<Path<SessionId>, PathRejection>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, Problem> {
    const HINT: &str = "ask with ?ids=ID,ID: GET /api/sessions/{id}/outline names them";
    let Query(wanted) = wanted.map_err(|rejection| bad_query(&rejection, HINT))?;
    let ids = wanted.statements();
    let ids = ids.map_err(|detail| Problem::new(StatusCode::BAD_REQUEST, detail, HINT))?;
    let replay = begin(&engine, caller, session, ReplayMode::Page).await?;
    let events = replay.statements(&ids, 0..ROWS_WITH).await?;
    let rows_max = usize::try_from(ROWS_WITH).unwrap_or(usize::MAX);
    let start = wanted.start.map(TimeNs);
    let entries = told(replay.session(), events, rows_max, start).await;
    let entries = entries.map_err(|error| unreadable(&error))?;
    Ok(private(Json(StatementsTold { entries }).into_response()))
}

/// Query of `GET /api/sessions/{id}/rows`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Looked {
    /// The statement.
    #[param(value_type = String)]
    statement: StatementId,
    /// Which result of a multi-statement, from 0.
    #[serde(default)]
    result: u32,
    /// The number of the first row, from 0.
    #[serde(default)]
    from: u64,
    /// How many rows, at most 5,000.
    limit: Option<u64>,
}

/// Some rows of a result.
#[derive(Serialize, ToSchema)]
struct Window {
    /// The number of the first of them, from 0.
    from: u64,
    /// How many rows of the result can be shown.
    total: u64,
    /// The rows, masked, a text a column; null is NULL.
    rows: Vec<Vec<Option<String>>>,
}

/// Some rows of a result, masked as they were delivered: `{"from", "total", "rows"}`, where `total` counts those that can be shown.
/// Recorded as a replay.
#[utoipa::path(get, path = "/api/sessions/{id}/rows", tag = "record", security(("bearer" = [])),
    params(("id" = String, Path, description = "the session"), Looked), responses(
    (status = 200, body = Window), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn rows(
    State(engine): State<Engine>,
    caller: Caller,
    session: Result<Path<SessionId>, PathRejection>,
    looked: Result<Query<Looked>, QueryRejection>,
) -> Result<Response, Problem> {
    const HINT: &str = "ask with ?statement=ID&result=0&from=0&limit=500";
    let Query(looked) = looked.map_err(|rejection| bad_query(&rejection, HINT))?;
    let replay = begin(&engine, caller, session, ReplayMode::Page).await?;
    let limit = looked.limit.unwrap_or(ROWS_MAX).min(ROWS_MAX);
    let range = looked.from..looked.from.saturating_add(limit);
    let window = replay.rows(looked.statement, looked.result, range).await?;
    let Some(window) = window else {
        let detail = format!(
            "no result {} of statement {} is recorded in this session",
            looked.result, looked.statement
        );
        return Err(Problem::new(StatusCode::NOT_FOUND, detail, HINT));
    };
    let body = Window {
        from: looked.from,
        total: window.total,
        rows: window.grid.rows,
    };
    Ok(private(Json(body).into_response()))
}

/// Query of `GET /api/sessions/{id}/find`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Searched {
    /// What is searched for, whatever the case.
    words: String,
}

/// Where words were found.
#[derive(Serialize, ToSchema)]
struct Found {
    /// The statements, in order of their beginning.
    #[schema(value_type = Vec<String>)]
    statements: Vec<StatementId>,
}

/// Statements of a session in which some words stand: text, tables, rules, answers, errors, columns, and the first 10,000 rows of each result.
/// `{"statements": [ids]}`. Recorded as a replay.
#[utoipa::path(get, path = "/api/sessions/{id}/find", tag = "record", security(("bearer" = [])),
    params(("id" = String, Path, description = "the session"), Searched), responses(
    (status = 200, body = Found), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn found(
    State(engine): State<Engine>,
    caller: Caller,
    session: Result<Path<SessionId>, PathRejection>,
    searched: Result<Query<Searched>, QueryRejection>,
) -> Result<Response, Problem> {
    const HINT: &str = "ask with ?words=…, at most 1,000 bytes of them";
    let Query(Searched { words }) = searched.map_err(|rejection| bad_query(&rejection, HINT))?;
    if words.is_empty() || words.len() > WORDS_MAX {
        let detail = format!("{} bytes of words", words.len());
        return Err(Problem::new(StatusCode::BAD_REQUEST, detail, HINT));
    }
    let replay = begin(&engine, caller, session, ReplayMode::Page).await?;
    let statements = find::find(replay, Arc::from(words)).await?;
    Ok(private(Json(Found { statements }).into_response()))
}

/// Query of `GET /api/sessions/{id}/download`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Taken {
    /// Which kind of file.
    #[param(inline)]
    form: Form,
}

/// A whole session as a file: its timeline as JSON, a line a statement as CSV, or a terminal's recording (asciicast v2). It is written as it is
/// read; one that breaks off ends the connection. Recorded as a replay.
#[utoipa::path(get, path = "/api/sessions/{id}/download", tag = "record", security(("bearer" = [])),
    params(("id" = String, Path, description = "the session"), Taken), responses(
    (status = 200, content((Timeline = "application/json"), (String = "text/csv"), (String = "application/x-asciicast"))),
    (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn downloaded(
    State(engine): State<Engine>,
    caller: Caller,
    session: Result<Path<SessionId>, PathRejection>,
    taken: Result<Query<Taken>, QueryRejection>,
) -> Result<Response, Problem> {
    const HINT: &str = "ask with ?form=json, ?form=csv or ?form=asciicast";
    let Query(Taken { form }) = taken.map_err(|rejection| bad_query(&rejection, HINT))?;
    let replay = begin(&engine, caller, session, form.mode()).await?;
    let walk = Walk::begin(replay).await?;
    Ok(private(download::response(walk, form)))
}

/// The frame of a session: all but its entries.
type Frame = Timeline;

/// Entries that follow one another.
type Entries = Vec<Entry>;
