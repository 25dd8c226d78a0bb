//! A session between login and its end: opened from its token on every request, renewed, kept alive.
//!
//! Enters: requests with a sealed token. Leaves: a [`Session`], or the code that makes the driver renew (`390112`) or give
//! up (`390114`). Never here: anything one instance must remember for another to serve the session.

use std::sync::Arc;

use event::payload::{CloseReason, SessionRenewed};
use event::{Payload, SessionId, Source, TimeNs};
use http::{HeaderMap, Response, StatusCode};
use ledger::emit::Draft;
use serde_json::json;

use crate::answer::{Reply, session_refused, success, whole};
use crate::claims::{Claims, ClaimsError, UpstreamSession, bearer};
use crate::config::{Connection, RecordRows};
use crate::ending::end;
use crate::limits::LOGOUT_TIMEOUT;
use crate::login::{seconds_to, token_end};
use crate::raw::RawObject;
use crate::seal::Purpose;
use crate::service::Shared;
use crate::upstream::login::{LoginCall, login as upstream_login};
use crate::upstream::session::{RenewError, Upstream, renew as upstream_renew};
use crate::views;

/// One request's session.
#[derive(Clone, Debug)]
pub struct Session {
    /// What its token says.
    pub claims: Claims,
    /// From where the request came.
    pub source: Source,
    /// Scheme and host the driver used, for chunk URLs.
    pub public_base: String,
    /// When the request arrived.
    pub arrived: TimeNs,
}

impl Session {
    /// A draft of an event about this session.
    pub fn draft(&self, payload: impl Into<Payload>) -> Draft {
        let mut draft = Draft::new(payload);
        draft.session_id = Some(self.claims.session);
        draft.principal = Some(self.claims.principal.clone());
        draft.source = Some(self.source.clone());
        draft.connection = Some(self.claims.connection.clone());
        draft
    }

    /// Its id.
    pub fn id(&self) -> SessionId {
        self.claims.session
    }
}

/// What the driver hears when its token opens no session.
pub(crate) fn refusal(error: &ClaimsError) -> Reply {
    let code = match error {
        ClaimsError::Missing | ClaimsError::Open(_) => "390104",
        ClaimsError::Expired => "390112",
        ClaimsError::Ended(_) => "390114",
    };
    session_refused(code, &error.to_string())
}

/// The driver must renew its token: a chance to look at the grant again. Every driver does it and sends its request again.
pub(crate) fn renew_first() -> Reply {
    session_refused("390112", &ClaimsError::Expired.to_string())
}

impl Shared {
    /// Opens the session of a request from its token.
    pub(crate) fn claims(
        &self,
        headers: &HeaderMap,
        purpose: Purpose,
    ) -> Result<Claims, ClaimsError> {
        let claims = Claims::open(&self.sealer, purpose, bearer(headers)?, self.clock.now())?;
        // A connection that was taken out of the configuration is closed to the sessions it had.
        if self.has_ended(claims.session)
            || !self.config.connections.contains_key(&claims.connection)
        {
            return Err(ClaimsError::Ended(claims.session));
        }
        Ok(claims)
    }

    /// Whether the session's end is known, here or from whichever gateway saw it.
    pub(crate) fn has_ended(&self, session: SessionId) -> bool {
        self.closed.contains(session) || self.control.is_closed(session)
    }

    /// The configured connection of a session; `claims` has seen that it is there.
    pub(crate) fn connection(&self, claims: &Claims) -> Option<&Connection> {
        self.config.connections.get(&claims.connection)
    }

    /// How many rows of a result the record keeps; none is all.
    pub(crate) fn kept_rows(&self, claims: &Claims) -> Option<u64> {
        match self.connection(claims)?.record_rows {
            RecordRows::Full => None,
            RecordRows::First(rows) => Some(rows),
        }
    }

    /// Upstream, as this session.
    pub(crate) fn upstream<'a>(&'a self, claims: &'a Claims) -> Option<Upstream<'a>> {
        Some(Upstream {
            client: &self.client,
            base: &self.connection(claims)?.upstream,
            token: &claims.upstream.token,
        })
    }
}

/// `POST /session/token-request`: new tokens for the master token, upstream renewed along the way.
pub(crate) async fn renew(shared: &Arc<Shared>, mut session: Session) -> Reply {
    let now = session.arrived;
    let Some(connection) = shared.connection(&session.claims) else {
        return refusal(&ClaimsError::Ended(session.id()));
    };
    session.claims.context = {
        let view = shared.views.of(session.id(), &session.claims.context);
        let mut view = view.lock();
        views::renewed(&mut view);
        view.context.clone()
    };
    match renewed(shared, connection, &session.claims, now).await {
        Ok(upstream) => session.claims.upstream = upstream,
        Err(Renewal::Over) => {
            end(shared, &session, CloseReason::Upstream).await;
            return refusal(&ClaimsError::Ended(session.id()));
        }
        Err(Renewal::Later(detail)) => return try_again(&detail),
    }
    session.claims.issued = now;
    session.claims.expires = token_end(&session.claims.upstream, now, session.claims.ends);
    let claims = &session.claims;
    let event = session.draft(SessionRenewed {
        expires: claims.expires,
    });
    if let Err(error) = shared.recorder.record([event]).await {
        return try_again(&error.to_string());
    }
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

enum Renewal {
    /// Upstream ended the session.
    Over,
    /// Upstream does not answer; the driver may try again.
    Later(String),
}

async fn renewed(
    shared: &Shared,
    connection: &Connection,
    claims: &Claims,
    now: TimeNs,
) -> Result<UpstreamSession, Renewal> {
    let old = &claims.upstream;
    if now < old.master_expires {
        let renewal = upstream_renew(
            &shared.client,
            &connection.upstream,
            old,
            &old.token,
            shared.fresh_v4(),
            now,
        );
        return match renewal.await {
            Ok(upstream) => Ok(upstream),
            // A server without master tokens does not end sessions either.
            Err(RenewError::NoMaster) => {
                let mut same = old.clone();
                same.token_expires =
                    crate::upstream::login::after(now, crate::limits::SESSION_TOKEN_SECONDS);
                Ok(same)
            }
            Err(RenewError::Refused { .. }) => Err(Renewal::Over),
            Err(RenewError::Upstream(error)) => Err(Renewal::Later(error.to_string())),
        };
    }
    // The upstream master token ran out while the agent's grant did not: a new upstream session, standing where the old one stood.
    let credential = shared
        .credentials
        .get(&claims.connection)
        .ok_or(Renewal::Over)?;
    let login = upstream_login(
        &shared.client,
        LoginCall {
            connection,
            credential,
            forwarded: driver_fields(claims).map_err(|error| Renewal::Later(error.to_string()))?,
            context: &claims.context,
            request_id: shared.fresh_v4(),
            now,
        },
    );
    login
        .await
        .map(|logged_in| logged_in.session)
        .map_err(|error| Renewal::Later(error.to_string()))
}

/// What a later login says of the driver: it chooses result formats.
fn driver_fields(claims: &Claims) -> Result<RawObject, serde_json::Error> {
    let mut fields = RawObject::default();
    if let Some(agent) = &claims.principal.agent {
        fields.set("CLIENT_APP_ID", &agent.application)?;
        fields.set("CLIENT_APP_VERSION", &agent.version)?;
    }
    Ok(fields)
}

/// Not a policy's answer, so an HTTP status that drivers retry.
fn try_again(detail: &str) -> Reply {
    tracing::warn!(detail, "a session could not be renewed now");
    let body = json!({ "data": null, "code": "390400", "message": detail, "success": false });
    let mut reply = Response::new(whole(body.to_string().into()));
    *reply.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    reply
}

/// `POST /session/heartbeat`: keeps the upstream session alive.
pub(crate) async fn heartbeat(shared: &Shared, session: &Session) -> Reply {
    if let Some(upstream) = shared.upstream(&session.claims) {
        let beat = tokio::time::timeout(LOGOUT_TIMEOUT, upstream.heartbeat(shared.fresh_v4()));
        if let Ok(Ok(reply)) = beat.await
            && crate::upstream::Head::parse(&reply.body).is_ok_and(|head| head.session_ended())
        {
            return renew_first();
        }
    }
    success(&serde_json::Value::Null)
}
