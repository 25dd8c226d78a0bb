//! One statement that people were asked about, over HTTP: where it stands, what it touches, what was answered before to others like it.
//!
//! Enters: a bearer token, a statement's id. Leaves: JSON, read on the record first. Never here: a statement, of now or before, of which the
//! caller was not asked.
//!
//! `GET /api/approvals/{id}`.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use door::{Caller, Problem, Scope};
use event::StatementId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Api, LISTED, Refused, listed, sees, statement};
use crate::approvals::{Alike, AnswerError, Estimate, Like, Standing};
use crate::control::Touches;
use crate::limits::{ALIKE_READ_MAX, ALIKE_SHOWN_MAX};

/// One that people were asked about.
#[derive(Serialize, ToSchema)]
pub(super) struct Looked {
    #[serde(flatten)]
    standing: Standing,
    /// What it touches and shows, as long as it can run.
    #[schema(required)]
    touches: Option<Touches>,
    /// How much it would read, or why that is not known; none until a gateway knows either.
    #[schema(required)]
    estimate: Option<Estimate>,
    /// What was answered before to statements on the same tables, newest first, of those that are the caller's to see; none where that cannot be
    /// told.
    #[schema(required)]
    alike: Option<Vec<Alike>>,
}

/// Where a statement stands that people were asked about, and by whose word: an answered one says so; of one that waits, what it touches and
/// what was answered before on the same tables.
#[utoipa::path(get, path = "/api/approvals/{id}", tag = "approvals", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "the statement")), responses(
    (status = 200, body = Looked), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub(super) async fn look(
    State(api): State<Api>,
    caller: Caller,
    path: Result<Path<Uuid>, PathRejection>,
) -> Result<Json<Looked>, Problem> {
    let statement = statement(path)?;
    let standing = api.approvals.standing_of(statement);
    let standing = standing.filter(|one| sees(&caller, &one.requester, &one.quorum));
    let unknown = || Refused::Answer(AnswerError::Unknown(statement));
    let standing = standing.ok_or_else(unknown)?;
    let touches = api.approvals.touches_of(statement);
    let alike = match &touches {
        Some(touches) => alike(&api, &caller, statement, touches).await,
        None => None,
    };
    listed(&api, caller, LISTED, 1).await?;
    Ok(Json(Looked {
        standing,
        touches,
        estimate: api.approvals.estimate_of(statement),
        alike,
    }))
}

/// What was answered before that `caller` could have seen then; for those who answer, and who keep firn running.
async fn alike(
    api: &Api,
    caller: &Caller,
    statement: StatementId,
    touches: &Touches,
) -> Option<Vec<Alike>> {
    let memory = api.memory.as_ref()?;
    if !caller.scope.has(Scope::ELIGIBLE) && !caller.scope.has(Scope::ALL) {
        return None;
    }
    let like = Like {
        statement,
        reads: touches.reads.clone(),
        writes: touches.writes.clone(),
    };
    match memory.alike(caller, &like, ALIKE_READ_MAX).await {
        Ok(found) => {
            let seen = |one: &Alike| sees(caller, &one.requester, &one.quorum);
            Some(
                found
                    .into_iter()
                    .filter(seen)
                    .take(ALIKE_SHOWN_MAX)
                    .collect(),
            )
        }
        Err(error) => {
            tracing::warn!(%statement, "{error}");
            None
        }
    }
}
