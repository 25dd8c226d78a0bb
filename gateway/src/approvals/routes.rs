//! Approvals over HTTP: list, grant, deny.
//!
//! Enters: a bearer token and an answer. Leaves: JSON. Never here: an identity of its own making, or one from the body.
//!
//! `GET /api/approvals`, `POST /api/approvals/{id}/grant`, `POST /api/approvals/{id}/deny` with `{"note": "…"}`.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use door::{Action, Caller, Problem, Routes, Scope};
use event::payload::{Approver, AuditorListed};
use event::{Principal, StatementId};
use http::StatusCode;
use journal::emit::{Draft, EmitError, Emitter};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::{AnswerError, Answered, Approvals, PendingApproval};
use crate::control::HoldStatus;

/// What is recorded as shown when somebody lists what waits.
const LISTED: &str = "approvals";

#[derive(Clone)]
struct Api {
    approvals: Approvals,
    emitter: Emitter,
}

/// The routes, added to those of the listener where people and the command line reach them. Who lists is recorded by `emitter`.
pub fn routes(routes: Routes, approvals: Approvals, emitter: Emitter) -> Routes {
    let api = Api { approvals, emitter };
    routes
        .get("/api/approvals", Action::ListApprovals, list, api.clone())
        .post(
            "/api/approvals/{id}/grant",
            Action::AnswerApproval,
            grant,
            api.clone(),
        )
        .post(
            "/api/approvals/{id}/deny",
            Action::AnswerApproval,
            deny,
            api,
        )
}

/// These routes' part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(list, grant, deny))]
pub struct Description;

/// Why the answer is what it is, for those who read it later.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Note {
    /// At most 4 KiB.
    #[serde(default)]
    note: String,
}

/// What waits and the caller may see, oldest first.
#[derive(Serialize, ToSchema)]
struct Listed {
    /// The held statements: as the record shows them, never the original text.
    #[schema(value_type = Vec<Object>)]
    approvals: Vec<PendingApproval>,
}

/// Where the hold stands after the answer.
#[derive(Serialize, ToSchema)]
struct Outcome {
    /// The statement that was answered.
    #[schema(value_type = String, format = Uuid)]
    statement_id: StatementId,
    /// `pending` (more must agree), `approved`, `denied`, `expired`, `canceled`.
    #[schema(value_type = String)]
    status: Standing,
    /// Who agreed so far.
    approved_by: Vec<String>,
}

/// Where a hold stands, as people are told.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Pending,
    Approved,
    Denied,
    Expired,
    Canceled,
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("the statement id in the path is not a UUID")]
    Path,
    #[error("the body must be JSON like {{\"note\": \"text\"}}")]
    Body,
    #[error("the listing could not be recorded, so it is not shown: {0}")]
    Unrecorded(#[from] EmitError),
    #[error(transparent)]
    Answer(#[from] AnswerError),
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let (status, hint) = match &refused {
            Refused::Path => (StatusCode::BAD_REQUEST, "GET /api/approvals lists the ids"),
            Refused::Body | Refused::Answer(AnswerError::Note) => (StatusCode::BAD_REQUEST, ""),
            Refused::Answer(AnswerError::Unknown(_)) => {
                (StatusCode::NOT_FOUND, "GET /api/approvals lists what waits")
            }
            Refused::Answer(AnswerError::Ineligible(why)) if why.is_about_the_hold() => {
                (StatusCode::CONFLICT, "")
            }
            Refused::Answer(AnswerError::Ineligible(_)) => (
                StatusCode::FORBIDDEN,
                "the policy names the groups that answer it",
            ),
            Refused::Unrecorded(_) | Refused::Answer(AnswerError::Control(_)) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "check that the journal can be reached",
            ),
        };
        Self::new(status, refused, hint)
    }
}

/// What waits for people: an approver sees what asks for one of the caller's groups, an agent its own, an operator all.
#[utoipa::path(get, path = "/api/approvals", tag = "approvals", security(("bearer" = [])), responses(
    (status = 200, body = Listed), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn list(State(api): State<Api>, caller: Caller) -> Result<Json<Listed>, Problem> {
    let approvals: Vec<_> = api
        .approvals
        .pending()
        .into_iter()
        .filter(|one| may_see(&caller, one))
        .collect();
    let said = AuditorListed {
        what: LISTED.to_owned(),
        rows: approvals.len() as u64,
    };
    let draft = Draft {
        principal: Some(caller.identity.principal),
        source: caller.source,
        ..Draft::new(said)
    };
    api.emitter.emit(draft).await.map_err(Refused::from)?;
    Ok(Json(Listed { approvals }))
}

fn may_see(caller: &Caller, one: &PendingApproval) -> bool {
    let who = &caller.identity.principal;
    let own = || one.requester.issuer == who.issuer && one.requester.subject == who.subject;
    let eligible = || {
        let mut asked = one.quorum.iter().map(|quorum| &quorum.group);
        asked.any(|group| who.groups.contains(group))
    };
    caller.scope.has(Scope::ALL)
        || (caller.scope.has(Scope::OWN) && own())
        || (caller.scope.has(Scope::ELIGIBLE) && eligible())
}

/// Says yes to a held statement.
#[utoipa::path(post, path = "/api/approvals/{id}/grant", tag = "approvals", security(("bearer" = [])), request_body = Note,
    params(("id" = Uuid, Path, description = "the statement")), responses(
    (status = 200, body = Outcome), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn grant(
    State(api): State<Api>,
    caller: Caller,
    path: Result<Path<Uuid>, PathRejection>,
    note: Result<Json<Note>, JsonRejection>,
) -> Result<Json<Outcome>, Problem> {
    let (statement, note) = (statement(path)?, text(note)?);
    let by = approver(caller.identity.principal);
    let answered = api.approvals.grant(statement, by, note).await;
    Ok(Json(outcome(statement, answered.map_err(Refused::from)?)))
}

/// Says no to a held statement, which ends it.
#[utoipa::path(post, path = "/api/approvals/{id}/deny", tag = "approvals", security(("bearer" = [])), request_body = Note,
    params(("id" = Uuid, Path, description = "the statement")), responses(
    (status = 200, body = Outcome), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn deny(
    State(api): State<Api>,
    caller: Caller,
    path: Result<Path<Uuid>, PathRejection>,
    note: Result<Json<Note>, JsonRejection>,
) -> Result<Json<Outcome>, Problem> {
    let (statement, note) = (statement(path)?, text(note)?);
    let by = approver(caller.identity.principal);
    let answered = api.approvals.deny(statement, by, note).await;
    Ok(Json(outcome(statement, answered.map_err(Refused::from)?)))
}

fn approver(who: Principal) -> Approver {
    Approver {
        issuer: who.issuer,
        subject: who.subject,
        display: who.display,
        groups: who.groups,
    }
}

fn statement(path: Result<Path<Uuid>, PathRejection>) -> Result<StatementId, Refused> {
    let Path(id) = path.map_err(|_| Refused::Path)?;
    Ok(StatementId::from_uuid(id))
}

fn text(note: Result<Json<Note>, JsonRejection>) -> Result<String, Refused> {
    match note {
        Ok(Json(note)) => Ok(note.note),
        // No body at all is no note.
        Err(JsonRejection::MissingJsonContentType(_)) => Ok(String::new()),
        Err(_) => Err(Refused::Body),
    }
}

fn outcome(statement_id: StatementId, answered: Answered) -> Outcome {
    Outcome {
        statement_id,
        status: match answered.status {
            HoldStatus::Pending => Standing::Pending,
            HoldStatus::Granted | HoldStatus::Claimed { .. } => Standing::Approved,
            HoldStatus::Denied { .. } => Standing::Denied,
            HoldStatus::Expired => Standing::Expired,
            HoldStatus::Canceled { .. } => Standing::Canceled,
        },
        approved_by: answered
            .approved_by
            .into_iter()
            .map(|by| by.display)
            .collect(),
    }
}
