//! Over HTTP: what was granted for more than one statement, its end, and the review of broken glass.
//!
//! Enters: a bearer token, a grant's id, words. Leaves: JSON. Never here: a grant of others shown to whoever was not asked.
//!
//! `GET /api/approvals/grants`, `POST /api/approvals/grants/{id}/revoke`, `GET /api/approvals/reviews`, `POST /api/approvals/reviews/{id}`.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use door::{Action, Caller, Problem, Routes, Scope};
use event::EventId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Api, Note, Refused, listed, person, said, sees};
use crate::approvals::StandingGrant;

/// What is recorded as shown.
const GRANTS: &str = "standing approvals";
const REVIEWS: &str = "reviews of broken glass";

/// Adds the routes.
pub(super) fn routes(routes: Routes, api: &Api) -> Routes {
    routes
        .get(
            "/api/approvals/grants",
            Action::ListApprovals,
            grants,
            api.clone(),
        )
        .post(
            "/api/approvals/grants/{id}/revoke",
            Action::AnswerApproval,
            revoke,
            api.clone(),
        )
        .get(
            "/api/approvals/reviews",
            Action::ListApprovals,
            reviews,
            api.clone(),
        )
        .post(
            "/api/approvals/reviews/{id}",
            Action::AnswerApproval,
            review,
            api.clone(),
        )
}

/// What stands and the caller may see, oldest first.
#[derive(Serialize, ToSchema)]
pub(super) struct Grants {
    /// Each with who gave it, until when, and how many statements ran by it.
    grants: Vec<StandingGrant>,
}

/// What came of a word about a grant.
#[derive(Serialize, ToSchema)]
pub(super) struct Said {
    /// The grant.
    #[schema(value_type = String, format = Uuid)]
    grant_id: EventId,
    /// Whether this word did it; false where somebody had said it before.
    done: bool,
}

fn seen(caller: &Caller, all: Vec<StandingGrant>) -> Vec<StandingGrant> {
    let groups = &caller.identity.principal.groups;
    // Who could have broken the glass too; whatever else those who did are in says nothing of the caller.
    let glass = |one: &StandingGrant| {
        let group = one.emergency.as_ref();
        caller.scope.has(Scope::ELIGIBLE) && group.is_some_and(|group| groups.contains(group))
    };
    all.into_iter()
        .filter(|one| sees(caller, &one.requester, &one.quorum) || glass(one))
        .collect()
}

/// What people granted for more than one statement and is in force.
#[utoipa::path(get, path = "/api/approvals/grants", tag = "approvals", security(("bearer" = [])), responses(
    (status = 200, body = Grants), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub(super) async fn grants(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<Grants>, Problem> {
    let grants = seen(&caller, api.approvals.standing());
    listed(&api, caller, GRANTS, grants.len()).await?;
    Ok(Json(Grants { grants }))
}

/// Takes back what covers more than one statement: nothing more runs by it.
#[utoipa::path(post, path = "/api/approvals/grants/{id}/revoke", tag = "approvals", security(("bearer" = [])), request_body = Note,
    params(("id" = Uuid, Path, description = "the grant")), responses(
    (status = 200, body = Said), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub(super) async fn revoke(
    State(api): State<Api>,
    caller: Caller,
    path: Result<Path<Uuid>, PathRejection>,
    note: Result<Json<Note>, JsonRejection>,
) -> Result<Json<Said>, Problem> {
    let (grant_id, reason) = (grant(path)?, said(note)?.note);
    let revoking = api.approvals.revoke(grant_id, person(caller), reason);
    let done = revoking.await.map_err(Refused::from)?;
    Ok(Json(Said { grant_id, done }))
}

/// Broken glass that nobody of another name has looked at.
#[utoipa::path(get, path = "/api/approvals/reviews", tag = "approvals", security(("bearer" = [])), responses(
    (status = 200, body = Grants), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub(super) async fn reviews(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<Grants>, Problem> {
    let grants = seen(&caller, api.approvals.reviews());
    listed(&api, caller, REVIEWS, grants.len()).await?;
    Ok(Json(Grants { grants }))
}

/// Says that the caller looked at broken glass, which closes its review.
#[utoipa::path(post, path = "/api/approvals/reviews/{id}", tag = "approvals", security(("bearer" = [])), request_body = Note,
    params(("id" = Uuid, Path, description = "the grant")), responses(
    (status = 200, body = Said), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub(super) async fn review(
    State(api): State<Api>,
    caller: Caller,
    path: Result<Path<Uuid>, PathRejection>,
    note: Result<Json<Note>, JsonRejection>,
) -> Result<Json<Said>, Problem> {
    let (grant_id, found) = (grant(path)?, said(note)?.note);
    let reviewing = api.approvals.review(grant_id, person(caller), found);
    let done = reviewing.await.map_err(Refused::from)?;
    Ok(Json(Said { grant_id, done }))
}

fn grant(path: Result<Path<Uuid>, PathRejection>) -> Result<EventId, Refused> {
    let Path(id) = path.map_err(|_| Refused::Path)?;
    Ok(EventId::from_uuid(id))
}
