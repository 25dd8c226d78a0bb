//! `POST /session/token-request` and `POST /session/heartbeat`.
//!
//! Enters: a session. Leaves: new tokens for it, or that it lives. Never here: whether it may be renewed.

use std::sync::Arc;

use http::{Response, StatusCode};
use serde_json::json;

use super::answer::{Reply, refused, success, whole};
use crate::claims::ClaimsError;
use crate::fresh;
use crate::limits::LOGOUT_TIMEOUT;
use crate::session::Session;
use crate::session::renewal::{self, NotRenewed};
use crate::shared::Shared;
use crate::time::seconds_to;
use crate::upstream::accounts::Accounts;
use crate::upstream::head::Head;

/// New tokens for the master token, upstream renewed along the way.
pub(crate) async fn renew(shared: &Arc<Shared>, mut session: Session) -> Reply {
    match renewal::renew(shared, &mut session).await {
        Ok(()) => {}
        Err(NotRenewed::Over(error)) => return refused(&error),
        Err(NotRenewed::Later(detail)) => return try_again(&detail),
    }
    let (claims, now) = (&session.claims, session.arrived);
    let sealed = claims
        .seal_session(&shared.sealer)
        .and_then(|token| Ok((token, claims.seal_master(&shared.sealer, claims.ends)?)));
    let (token, master) = match sealed {
        Ok(sealed) => sealed,
        Err(error) => return try_again(&error.to_string()),
    };
    let master_end = claims.upstream.master_expires.min(claims.ends);
    success(&json!({
        "sessionToken": token,
        "validityInSecondsST": seconds_to(claims.expires, now),
        "masterToken": master,
        "validityInSecondsMT": seconds_to(master_end, now),
        "sessionId": claims.upstream.id.as_deref().and_then(|id| id.parse::<u64>().ok()),
    }))
}

/// Not a policy's answer, so an HTTP status that drivers retry.
fn try_again(detail: &str) -> Reply {
    tracing::warn!(detail, "a session could not be renewed now");
    let body = json!({ "data": null, "code": "390400", "message": detail, "success": false });
    let mut reply = Response::new(whole(body.to_string().into()));
    *reply.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    reply
}

/// Keeps the upstream session alive.
pub(crate) async fn heartbeat(accounts: &Accounts, session: &Session) -> Reply {
    if let Some(upstream) = accounts.session(&session.claims) {
        let beat = tokio::time::timeout(LOGOUT_TIMEOUT, upstream.heartbeat(fresh::v4()));
        if let Ok(Ok(reply)) = beat.await
            && Head::parse(&reply.body).is_ok_and(|head| head.session_ended())
        {
            return refused(&ClaimsError::Expired);
        }
    }
    success(&serde_json::Value::Null)
}
