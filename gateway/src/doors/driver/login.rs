//! `POST /session/v1/login-request`.
//!
//! Enters: a driver's login. Leaves: upstream's own reply with our tokens in it, or a refusal the driver shows. Never here: who
//! may log in.

use event::payload::Authenticator;
use event::{SessionId, Source, TimeNs};

use super::answer::{Reply, json_reply, login_refused};
use super::login_request::parse;
use crate::parameters::{Missing, keep_inline};
use crate::raw::RawObject;
use crate::session::opening::{Opened, Refusal, open, refuse};
use crate::shared::Shared;
use crate::time::seconds_to;

/// Answers a login request.
pub(crate) async fn login(
    shared: &Shared,
    source: Source,
    query: Option<&str>,
    request: &[u8],
) -> Reply {
    let login = match parse(request, query) {
        Ok(login) => login,
        Err(error) => {
            let refusal = Refusal::new("390100", error.to_string());
            let (recorder, now) = (&shared.recorder, shared.clock.now());
            let refusal = refuse(recorder, now, source, Authenticator::Other, refusal).await;
            return refused(Authenticator::Other, &refusal);
        }
    };
    match open(shared, source, &login).await {
        Ok(opened) => match body(opened, shared.clock.now()) {
            Ok(body) => json_reply(body.into()),
            Err(error) => {
                let text = format!("the login reply could not be written: {error}");
                refused(login.authenticator, &Refusal::new("390400", text))
            }
        },
        Err(refusal) => refused(login.authenticator, &refusal),
    }
}

fn refused(authenticator: Authenticator, refusal: &Refusal) -> Reply {
    let method = match authenticator {
        Authenticator::Oauth => "OAUTH",
        Authenticator::ProgrammaticAccessToken => "PROGRAMMATIC_ACCESS_TOKEN",
        Authenticator::WorkloadIdentity => "WORKLOAD_IDENTITY",
        Authenticator::Password | Authenticator::Other => "USERNAME_PASSWORD",
    };
    login_refused(&refusal.code, method, &refusal.message)
}

/// Upstream's `data`, with our tokens in place of its own and binds kept inline.
fn body(opened: Opened, now: TimeNs) -> Result<Vec<u8>, serde_json::Error> {
    let Opened {
        claims,
        token,
        master,
        mut data,
    } = opened;
    // Upstream's own tokens work directly against Snowflake: whatever is called a token goes.
    let tokens: Vec<String> = data
        .iter()
        .map(|(name, _)| name.to_owned())
        .filter(|name| name.to_ascii_lowercase().contains("token"))
        .collect();
    for name in &tokens {
        data.set(name, &())?;
    }
    data.set("token", &token)?;
    data.set("masterToken", &master)?;
    data.set("validityInSeconds", &seconds_to(claims.expires, now))?;
    let master_end = claims.upstream.master_expires.min(claims.ends);
    data.set("masterValidityInSeconds", &seconds_to(master_end, now))?;
    data.set_default("sessionId", &numeric_id(claims.session))?;
    data.set_default("sessionInfo", &RawObject::default())?;
    data.set_default("serverVersion", "8.0.0")?;
    keep_inline(&mut data, Missing::Add)?;
    let mut envelope = RawObject::default();
    envelope.set("data", &data)?;
    envelope.set("code", &())?;
    envelope.set("message", &())?;
    envelope.set("success", &true)?;
    envelope.to_bytes()
}

/// A session id for drivers that need a number: 48 bits of ours, exact in every language.
fn numeric_id(session: SessionId) -> u64 {
    (session.uuid().as_u128() & 0xffff_ffff_ffff) as u64
}
