//! Approvals over HTTP: list, grant, deny.
//!
//! Enters: a bearer token and an answer. Leaves: JSON. Never here: an identity of its own making, or one from the body.
//!
//! `GET /api/approvals`, `POST /api/approvals/{id}/grant`, `POST /api/approvals/{id}/deny` with `{"note": "…"}`.

use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use event::StatementId;
use event::payload::Approver;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AnswerError, Answered, Approvals, PendingApproval};
use crate::control::HoldStatus;

/// Who a bearer token is, with the groups held now.
#[async_trait]
pub trait IdentifyApprover: Send + Sync + 'static {
    /// Verifies `token`.
    async fn identify(&self, token: &str) -> Result<Approver, NotIdentified>;
}

/// Why a token is nobody's. Says nothing of the token.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{reason}")]
pub struct NotIdentified {
    /// What to do about it.
    pub reason: String,
}

#[derive(Clone)]
struct Api {
    approvals: Approvals,
    identify: Arc<dyn IdentifyApprover>,
}

/// The routes, to be mounted where people and the command line reach them.
pub fn routes(approvals: Approvals, identify: Arc<dyn IdentifyApprover>) -> Router {
    Router::new()
        .route("/api/approvals", get(list))
        .route("/api/approvals/{id}/grant", post(grant))
        .route("/api/approvals/{id}/deny", post(deny))
        .with_state(Api {
            approvals,
            identify,
        })
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    #[serde(default)]
    note: String,
}

#[derive(Serialize)]
struct Listed {
    approvals: Vec<PendingApproval>,
}

#[derive(Serialize)]
struct Outcome {
    statement_id: StatementId,
    status: &'static str,
    approved_by: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("send a bearer token in the authorization header")]
    NoToken,
    #[error(transparent)]
    NotIdentified(#[from] NotIdentified),
    #[error("the statement id in the path is not a UUID")]
    Path,
    #[error("the body must be JSON like {{\"note\": \"text\"}}")]
    Body,
    #[error(transparent)]
    Answer(#[from] AnswerError),
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NoToken | Self::NotIdentified(_) => StatusCode::UNAUTHORIZED,
            Self::Path | Self::Body | Self::Answer(AnswerError::Note) => StatusCode::BAD_REQUEST,
            Self::Answer(AnswerError::Unknown(_)) => StatusCode::NOT_FOUND,
            Self::Answer(AnswerError::Ineligible(why)) if why.is_about_the_hold() => {
                StatusCode::CONFLICT
            }
            Self::Answer(AnswerError::Ineligible(_)) => StatusCode::FORBIDDEN,
            Self::Answer(AnswerError::Control(_)) => StatusCode::SERVICE_UNAVAILABLE,
        };
        let body = Json(serde_json::json!({ "error": self.to_string() }));
        let mut response = (status, body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

async fn list(State(api): State<Api>, headers: HeaderMap) -> Result<Json<Listed>, Refused> {
    api.who(&headers).await?;
    Ok(Json(Listed {
        approvals: api.approvals.pending(),
    }))
}

async fn grant(
    State(api): State<Api>,
    path: Result<Path<Uuid>, PathRejection>,
    headers: HeaderMap,
    note: Result<Json<Note>, JsonRejection>,
) -> Result<Json<Outcome>, Refused> {
    let by = api.who(&headers).await?;
    let (statement, note) = (statement(path)?, text(note)?);
    let answered = api.approvals.grant(statement, by, note).await?;
    Ok(Json(outcome(statement, answered)))
}

async fn deny(
    State(api): State<Api>,
    path: Result<Path<Uuid>, PathRejection>,
    headers: HeaderMap,
    note: Result<Json<Note>, JsonRejection>,
) -> Result<Json<Outcome>, Refused> {
    let by = api.who(&headers).await?;
    let (statement, note) = (statement(path)?, text(note)?);
    let answered = api.approvals.deny(statement, by, note).await?;
    Ok(Json(outcome(statement, answered)))
}

impl Api {
    async fn who(&self, headers: &HeaderMap) -> Result<Approver, Refused> {
        let token = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .map(str::trim)
            .filter(|token| !token.is_empty())
            .ok_or(Refused::NoToken)?;
        Ok(self.identify.identify(token).await?)
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
            HoldStatus::Pending => "pending",
            HoldStatus::Granted | HoldStatus::Claimed { .. } => "approved",
            HoldStatus::Denied { .. } => "denied",
            HoldStatus::Expired => "expired",
            HoldStatus::Canceled { .. } => "canceled",
        },
        approved_by: answered
            .approved_by
            .into_iter()
            .map(|by| by.display)
            .collect(),
    }
}
