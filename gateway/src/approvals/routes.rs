//! Approvals over HTTP: list, grant, deny; one of them looked at is in `look`, what was granted for more than one statement in `standing`.
//!
//! Enters: a bearer token and an answer. Leaves: JSON. Never here: an identity of its own making, or one from the body.
//!
//! `GET /api/approvals`, `GET /api/approvals/{id}`, `POST /api/approvals/{id}/grant` with `{"note": "…", "scope": {"kind": "shape"}}`,
//! `POST /api/approvals/{id}/deny` with `{"note": "…"}`.

mod look;
mod standing;

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use door::{Action, Caller, Problem, Routes, Scope};
use event::payload::{Approver, AuditorListed, Quorum, ScopeKind};
use event::{Principal, StatementId};
use http::StatusCode;
use journal::emit::{Draft, EmitError, Emitter};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::{AnswerError, Answered, Approvals, Memory, NotGiven, PendingApproval, Person, Wish};
use crate::control::HoldStatus;

/// What is recorded as shown when somebody lists what waits.
const LISTED: &str = "approvals";

#[derive(Clone)]
struct Api {
    approvals: Approvals,
    emitter: Emitter,
    memory: Option<Arc<dyn Memory>>,
}

/// The routes, added to those of the listener where people and the command line reach them. Who lists is recorded by `emitter`; `memory`
/// knows what was answered before, where this process reads the record.
pub fn routes(
    routes: Routes,
    approvals: Approvals,
    emitter: Emitter,
    memory: Option<Arc<dyn Memory>>,
) -> Routes {
    let api = Api {
        approvals,
        emitter,
        memory,
    };
    let routes = standing::routes(routes, &api);
    routes
        .get("/api/approvals", Action::ListApprovals, list, api.clone())
        .get(
            "/api/approvals/{id}",
            Action::ListApprovals,
            look::look,
            api.clone(),
        )
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
#[openapi(paths(
    list,
    look::look,
    grant,
    deny,
    standing::grants,
    standing::revoke,
    standing::reviews,
    standing::review
))]
pub struct Description;

/// Why the answer is what it is, for those who read it later.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Note {
    /// At most 4 KiB.
    #[serde(default)]
    note: String,
}

/// A yes, and what it covers.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Yes {
    /// At most 4 KiB; an emergency takes one.
    #[serde(default)]
    note: String,
    /// What it covers besides the one statement; without it, nothing.
    #[serde(default)]
    scope: Option<Wished>,
}

/// What a yes is to cover besides the one statement, within what the policy lets its giver give.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wished {
    /// `shape`, `session` or `break-glass`.
    kind: ScopeKind,
    /// How many statements, this one included; the policy's most unless given.
    #[serde(default)]
    uses: Option<u64>,
    /// Most rows of one result.
    #[serde(default)]
    rows: Option<u64>,
    /// For how long, like `30m` or `8h`; as long as the policy lets unless given.
    #[serde(default)]
    lasts: Option<String>,
}

impl Wished {
    fn read(self) -> Result<Wish, Refused> {
        let lasts = self.lasts.as_deref().map(humantime::parse_duration);
        Ok(Wish {
            kind: self.kind,
            uses: self.uses,
            rows: self.rows,
            lasts: lasts.transpose().map_err(|_| Refused::Lasts)?,
        })
    }
}

/// What waits and the caller may see, oldest first.
#[derive(Serialize, ToSchema)]
struct Listed {
    /// The held statements: as the record shows them, never the original text.
    approvals: Vec<Shown>,
}

/// One that waits, and what the caller may give besides it.
#[derive(Serialize, ToSchema)]
struct Shown {
    #[serde(flatten)]
    one: PendingApproval,
    /// `shape`, `session`, `break-glass`; empty where the policy lets the caller answer it only once, or not at all.
    may_give: Vec<ScopeKind>,
}

/// Where the hold stands after the answer.
#[derive(Serialize, ToSchema)]
struct Outcome {
    /// The statement that was answered.
    #[schema(value_type = String, format = Uuid)]
    statement_id: StatementId,
    /// `pending` (more must agree), `approved`, `denied`, `expired`, `canceled`.
    #[schema(value_type = String)]
    status: Stands,
    /// Who agreed so far.
    approved_by: Vec<String>,
}

/// Where a hold stands, as people are told.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Stands {
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
    #[error("`lasts` must be a duration like \"30m\" or \"8h\"")]
    Lasts,
    #[error("the listing could not be recorded, so it is not shown: {0}")]
    Unrecorded(#[from] EmitError),
    #[error(transparent)]
    Answer(#[from] AnswerError),
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let (status, hint) = match &refused {
            Refused::Path => (StatusCode::BAD_REQUEST, "GET /api/approvals lists the ids"),
            Refused::Body | Refused::Lasts | Refused::Answer(AnswerError::Note) => {
                (StatusCode::BAD_REQUEST, "")
            }
            Refused::Answer(AnswerError::NotGiven(NotGiven::Hours { .. })) => (
                StatusCode::CONFLICT,
                "[[approvals.window]] of the policy says when",
            ),
            Refused::Answer(AnswerError::NotGiven(_)) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "without a scope the answer is for this statement alone",
            ),
            Refused::Answer(AnswerError::UnknownGrant(_)) => (
                StatusCode::NOT_FOUND,
                "GET /api/approvals/grants lists what stands",
            ),
            Refused::Answer(AnswerError::NoReview) => (
                StatusCode::CONFLICT,
                "GET /api/approvals/reviews lists what is to be looked at",
            ),
            Refused::Answer(AnswerError::NotYours | AnswerError::OwnReview) => {
                (StatusCode::FORBIDDEN, "")
            }
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
        .map(|one| Shown {
            may_give: api
                .approvals
                .may_give(&one.quorum, &caller.identity.principal.groups),
            one,
        })
        .collect();
    listed(&api, caller, LISTED, approvals.len()).await?;
    Ok(Json(Listed { approvals }))
}

/// Reading is recorded before anything is returned.
async fn listed(api: &Api, caller: Caller, what: &str, rows: usize) -> Result<(), Refused> {
    let said = AuditorListed {
        what: what.to_owned(),
        rows: rows as u64,
    };
    let draft = Draft {
        principal: Some(caller.identity.principal),
        source: caller.source,
        ..Draft::new(said)
    };
    api.emitter.emit(draft).await?;
    Ok(())
}

fn may_see(caller: &Caller, one: &PendingApproval) -> bool {
    sees(caller, &one.requester, &one.quorum)
}

/// Whether the caller is one of those asked, asked for it, or keeps firn running.
fn sees(caller: &Caller, requester: &Principal, quorum: &[Quorum]) -> bool {
    let who = &caller.identity.principal;
    let own = || requester.issuer == who.issuer && requester.subject == who.subject;
    let eligible = || {
        let mut asked = quorum.iter().map(|quorum| &quorum.group);
        asked.any(|group| who.groups.contains(group))
    };
    caller.scope.has(Scope::ALL)
        || (caller.scope.has(Scope::OWN) && own())
        || (caller.scope.has(Scope::ELIGIBLE) && eligible())
}

/// Says yes to a held statement, and to more where the policy lets the caller.
#[utoipa::path(post, path = "/api/approvals/{id}/grant", tag = "approvals", security(("bearer" = [])), request_body = Yes,
    params(("id" = Uuid, Path, description = "the statement")), responses(
    (status = 200, body = Outcome), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn grant(
    State(api): State<Api>,
    caller: Caller,
    path: Result<Path<Uuid>, PathRejection>,
    yes: Result<Json<Yes>, JsonRejection>,
) -> Result<Json<Outcome>, Problem> {
    let (statement, yes) = (statement(path)?, said(yes)?);
    let wish = yes.scope.map(Wished::read).transpose()?;
    let answering = api
        .approvals
        .grant_for(statement, person(caller.clone()), yes.note, wish);
    let answered = answering.await;
    let answered = answered.map_err(|error| over(&api, &caller, statement, error))?;
    Ok(Json(outcome(statement, answered)))
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
    let (statement, note) = (statement(path)?, said(note)?.note);
    let by = person(caller.clone());
    let answered = api.approvals.deny(statement, by, note).await;
    let answered = answered.map_err(|error| over(&api, &caller, statement, error))?;
    Ok(Json(outcome(statement, answered)))
}

/// Who calls, as their answer is recorded.
fn person(caller: Caller) -> Person {
    let who = caller.identity.principal;
    Person {
        approver: Approver {
            issuer: who.issuer,
            subject: who.subject,
            display: who.display,
            groups: who.groups,
        },
        names: caller.identity.names,
    }
}

/// The refusal of an answer; where somebody was first, with who it was, for those who may see it.
fn over(api: &Api, caller: &Caller, statement: StatementId, error: AnswerError) -> Problem {
    match &error {
        AnswerError::Ineligible(why) if why.is_about_the_hold() => {
            let told = api.approvals.standing_of(statement);
            let told = told.filter(|one| sees(caller, &one.requester, &one.quorum));
            let hint = told.map_or_else(String::new, |standing| standing.told());
            Problem::new(StatusCode::CONFLICT, error, hint)
        }
        _ => Refused::from(error).into(),
    }
}

fn statement(path: Result<Path<Uuid>, PathRejection>) -> Result<StatementId, Refused> {
    let Path(id) = path.map_err(|_| Refused::Path)?;
    Ok(StatementId::from_uuid(id))
}

fn said<T: Default>(body: Result<Json<T>, JsonRejection>) -> Result<T, Refused> {
    match body {
        Ok(Json(said)) => Ok(said),
        // No body at all is no note.
        Err(JsonRejection::MissingJsonContentType(_)) => Ok(T::default()),
        Err(_) => Err(Refused::Body),
    }
}

fn outcome(statement_id: StatementId, answered: Answered) -> Outcome {
    Outcome {
        statement_id,
        status: match answered.status {
            HoldStatus::Pending => Stands::Pending,
            HoldStatus::Granted | HoldStatus::Claimed { .. } => Stands::Approved,
            HoldStatus::Denied { .. } => Stands::Denied,
            HoldStatus::Expired => Stands::Expired,
            HoldStatus::Canceled { .. } => Stands::Canceled,
        },
        approved_by: answered
            .approved_by
            .into_iter()
            .map(|by| by.display)
            .collect(),
    }
}
