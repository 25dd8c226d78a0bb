//! New tokens for a session that goes on.
//!
//! Enters: a session opened by its master token. Leaves: its claims with a renewed session upstream. Never here: a longer
//! grant than the agent was given.

use std::sync::Arc;

use event::payload::{CloseReason, SessionRenewed};

use super::Session;
use super::ending::end;
use crate::claims::{Claims, ClaimsError, UpstreamSession};
use crate::limits::SESSION_TOKEN_SECONDS;
use crate::raw::RawObject;
use crate::shared::Shared;
use crate::statement::announce::refresh;
use crate::time::seconds_later;
use crate::upstream::accounts::Accounts;
use crate::upstream::login::LoginError;
use crate::upstream::session::RenewError;
use crate::views;

/// Why a session is not renewed now.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotRenewed {
    /// It is over.
    #[error(transparent)]
    Over(ClaimsError),
    /// Snowflake or the journal does not answer; the driver may try again.
    #[error("{0}")]
    Later(String),
}

/// Renews the session upstream, durably: its claims are those to seal into new tokens.
pub(crate) async fn renew(shared: &Arc<Shared>, session: &mut Session) -> Result<(), NotRenewed> {
    let now = session.arrived;
    if shared.accounts.connection(&session.claims).is_none() {
        return Err(NotRenewed::Over(ClaimsError::Ended(session.id())));
    }
    heard(shared, session).await?;
    session.claims.context = {
        let view = shared.views.of(session.id(), &session.claims.context);
        let mut view = view.lock();
        views::renewed(&mut view);
        view.context.clone()
    };
    let anew = now >= session.claims.upstream.master_expires;
    match upstream(&shared.accounts, session).await {
        Ok(upstream) => {
            session.claims.upstream = upstream;
            if anew {
                shared.views.renew_tables(session);
            }
        }
        Err(Upstream::Over) => {
            end(shared, session, CloseReason::Upstream).await;
            return Err(NotRenewed::Over(ClaimsError::Ended(session.id())));
        }
        Err(Upstream::Later(detail)) => return Err(NotRenewed::Later(detail)),
    }
    let ends = session.claims.ends;
    session.claims.issued = now;
    session.claims.expires = session.claims.upstream.token_end(now, ends);
    let event = session.draft(SessionRenewed {
        expires: session.claims.expires,
    });
    let recorded = shared.recorder.record([event]).await;
    recorded.map_err(|error| NotRenewed::Later(error.to_string()))
}

/// Waits until this gateway knows where the session stands by whichever one: where Snowflake opens it anew, it is to stand there.
async fn heard(shared: &Shared, session: &Session) -> Result<(), NotRenewed> {
    if shared.alone {
        return Ok(());
    }
    match shared.control.caught_up().await {
        Ok(()) => {
            refresh(&shared.views, &shared.control, session);
            Ok(())
        }
        Err(error) if shared.recorder.is_best_effort(&session.claims.connection) => {
            tracing::warn!(session = %session.id(), %error, "what other gateways did for a session is not known");
            Ok(())
        }
        Err(error) => Err(NotRenewed::Later(error.to_string())),
    }
}

enum Upstream {
    /// Snowflake ended the session.
    Over,
    /// It does not answer.
    Later(String),
}

async fn upstream(accounts: &Accounts, session: &Session) -> Result<UpstreamSession, Upstream> {
    let (claims, now) = (&session.claims, session.arrived);
    let old = &claims.upstream;
    if now < old.master_expires {
        return match accounts.renew(claims, now).await {
            Ok(upstream) => Ok(upstream),
            // A server without master tokens does not end sessions either.
            Err(RenewError::NoMaster) => {
                let mut same = old.clone();
                same.token_expires = seconds_later(now, SESSION_TOKEN_SECONDS);
                Ok(same)
            }
            Err(RenewError::Refused { .. } | RenewError::NoConnection) => Err(Upstream::Over),
            Err(RenewError::Upstream(error)) => Err(Upstream::Later(error.to_string())),
        };
    }
    // The upstream master token ran out while the agent's grant did not: a new upstream session, standing where the old one stood.
    let forwarded = driver_fields(claims).map_err(|error| Upstream::Later(error.to_string()))?;
    let login = accounts.login(&claims.connection, forwarded, &claims.context, now);
    match login.await {
        Ok(logged_in) => Ok(logged_in.session),
        Err(LoginError::NoCredential) => Err(Upstream::Over),
        Err(error) => Err(Upstream::Later(error.to_string())),
    }
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
