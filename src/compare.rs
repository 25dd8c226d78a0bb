//! Two recorded sessions held against each other, over HTTP.
//!
//! Enters: two session ids. Leaves: `GET /api/sessions/{id}/diff/{earlier}`. Never here: reading without its event: each of the two is recorded
//! as a replay.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use door::{Action, Caller, Problem, Routes, private};
use event::SessionId;
use event::payload::ReplayMode;
use query::{Auditor, Engine};
use replayer::diff::SessionDiff;

use crate::replay::{bad_path, unreadable};

/// Adds the route that asks `engine`.
pub fn routes(routes: Routes, engine: Engine) -> Routes {
    const PATH: &str = "/api/sessions/{id}/diff/{earlier}";
    routes.get(PATH, Action::ReplaySession, diff, engine)
}

/// Part of the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(diff))]
pub struct Description;

/// What a session did otherwise than an earlier one: statements added, missing, or answered otherwise. Both are recorded as replayed.
#[utoipa::path(get, path = "/api/sessions/{id}/diff/{earlier}", tag = "record", security(("bearer" = [])), params(
    ("id" = String, Path, description = "the session"), ("earlier" = String, Path, description = "the session it is held against")),
    responses((status = 200, body = SessionDiff), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn diff(
    State(engine): State<Engine>,
    caller: Caller,
    path: Result<Path<(SessionId, SessionId)>, PathRejection>,
) -> Result<Response, Problem> {
    let Path((session, earlier)) = path.map_err(|rejection| bad_path(&rejection))?;
    let auditor = Auditor::from(caller);
    let before = timeline(&engine, &auditor, earlier).await?;
    let after = timeline(&engine, &auditor, session).await?;
    let told = tokio::task::spawn_blocking(move || {
        serde_json::to_value(replayer::diff::sessions(&before, &after))
    });
    let told = told.await.map_err(|error| unreadable(&error))?;
    let told = told.map_err(|error| unreadable(&error))?;
    Ok(private(Json(told).into_response()))
}

async fn timeline(
    engine: &Engine,
    auditor: &Auditor,
    session: SessionId,
) -> Result<replayer::Timeline, Problem> {
    let events = engine
        .session_events(auditor, session, ReplayMode::Page)
        .await?;
    crate::api::timeline(session, events).map_err(|error| unreadable(&error))
}
