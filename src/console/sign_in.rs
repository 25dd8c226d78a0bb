//! How a browser signs in: OpenID Connect's authorization code flow with PKCE, ended by a cookie.
//!
//! Enters: a browser, later with a code of the identity provider. Leaves: a redirect; a session that this process keeps; who one is.
//! Never here: who somebody is by another word than the token's (see [`Authenticate`]), a token that a page can read, a redirect to
//! elsewhere than the provider and this origin.

mod flow;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use door::browser::cookie;
use door::{Action, Authenticate, Browsers, Caller, Problem, Routes};
use journal::clock::Clock;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use zeroize::Zeroizing;

use crate::config::{CALLBACK, ConsoleConfig};
use crate::identity::allowed;
use flow::{Flow, FlowError, Waiting};

/// Binds an answer of the provider to the browser that asked.
const STATE_COOKIE: &str = "firn-signing-in";
/// Longest address one comes back to, bytes.
const TO_BYTES_MAX: usize = 4096;

/// The way in and out of the console.
#[derive(Clone)]
pub struct SignIn {
    flow: Option<Arc<Flow>>,
    browsers: Arc<Browsers>,
    people: Arc<dyn Authenticate>,
    clock: Arc<dyn Clock>,
    random: Random,
}

/// Random bytes of the operating system.
pub type Random = fn() -> [u8; 32];

impl SignIn {
    /// As `config` says; without it, nobody can sign in, and the page says how to change that.
    pub fn new(
        config: Option<&ConsoleConfig>,
        browsers: Arc<Browsers>,
        people: Arc<dyn Authenticate>,
        (clock, random): (Arc<dyn Clock>, Random),
    ) -> anyhow::Result<Self> {
        let flow = config.map(Flow::new).transpose()?.map(Arc::new);
        Ok(Self {
            flow,
            browsers,
            people,
            clock,
            random,
        })
    }

    /// Its routes.
    pub fn routes(self, routes: Routes) -> Routes {
        routes
            .get("/auth/login", Action::SignIn, login, self.clone())
            .get(CALLBACK, Action::SignIn, callback, self.clone())
            .post("/auth/logout", Action::UseConsole, logout, self.clone())
            .get("/api/me", Action::UseConsole, me, self)
    }

    fn flow(&self) -> Result<&Flow, Problem> {
        self.flow.as_deref().ok_or_else(|| {
            let hint = "configure [console] with an OpenID client, or [development] to try out; see deploy/example.toml";
            Problem::new(StatusCode::NOT_FOUND, "nobody can sign in with a browser here", hint)
        })
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Where to come back to: a path of the console.
    to: Option<String>,
}

/// To the identity provider.
#[utoipa::path(get, path = "/auth/login", tag = "console", params(Wanted), responses(
    (status = 303, description = "to the provider"), (status = 404, body = Problem, description = "no provider is configured"),
    (status = 503, body = Problem)))]
pub(super) async fn login(
    State(sign_in): State<SignIn>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let flow = sign_in.flow()?;
    let to = wanted
        .to
        .filter(|to| is_own(to))
        .unwrap_or_else(|| "/".to_owned());
    let begun = flow
        .begin(to, (sign_in.random)(), sign_in.clock.now())
        .await;
    let (address, state) = begun.map_err(|error| {
        tracing::warn!(%error, "a sign-in could not begin");
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            error,
            "check that firn reaches the issuer of [console]",
        )
    })?;
    Ok(redirect(
        &address,
        &[state_cookie(&state, flow.is_secure(), "600")],
    ))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Returned {
    /// The provider's code.
    code: Option<String>,
    /// What the sign-in began with.
    state: Option<String>,
    /// The provider's reason, where there is no code.
    error: Option<String>,
}

/// Back from the identity provider.
#[utoipa::path(get, path = "/auth/callback", tag = "console", params(Returned), responses(
    (status = 303, description = "signed in, or back to the console, which says why not"), (status = 404, body = Problem)))]
pub(super) async fn callback(
    State(sign_in): State<SignIn>,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Result<Response, Problem> {
    let flow = sign_in.flow()?;
    let done = state_cookie("", flow.is_secure(), "0");
    match finish(&sign_in, flow, &headers, returned).await {
        Ok((to, opened)) => Ok(redirect(&to, &[done, opened])),
        Err(error) => {
            tracing::warn!(%error, "a sign-in failed");
            Ok(redirect(&format!("/?failed={}", error.word()), &[done]))
        }
    }
}

async fn finish(
    sign_in: &SignIn,
    flow: &Flow,
    headers: &HeaderMap,
    returned: Returned,
) -> Result<(String, Option<HeaderValue>), FlowError> {
    let now = sign_in.clock.now();
    let state = returned.state.unwrap_or_default();
    // Another browser's answer, sent here to make this one somebody else's, lacks the cookie.
    let own = cookie(headers, STATE_COOKIE) == Some(state.as_str());
    let waiting = flow.waiting(&state, now).filter(|_| own);
    let Waiting {
        verifier,
        nonce,
        to,
        ..
    } = waiting.ok_or(FlowError::Stale)?;
    let Some(code) = returned.code else {
        tracing::info!(error = returned.error, "the identity provider gave no code");
        return Err(FlowError::Refused);
    };
    let token = Box::pin(flow.redeem(code, verifier, &nonce)).await?;
    let proved = sign_in.people.authenticate(&token, now).await;
    let expires = proved
        .map_err(|error| FlowError::Token(error.to_string()))?
        .expires;
    // Whatever id the browser came with, it leaves with a new one.
    let _ = sign_in.browsers.close(headers);
    let opened = sign_in.browsers.open(
        token,
        expires,
        now,
        [(sign_in.random)(), (sign_in.random)()],
    );
    Ok((to, opened))
}

/// Ends being signed in.
#[utoipa::path(post, path = "/auth/logout", tag = "console", security(("bearer" = [])), responses(
    (status = 204, description = "signed out"), (status = "4XX", body = Problem)))]
pub(super) async fn logout(
    State(sign_in): State<SignIn>,
    headers: HeaderMap,
    _: Caller,
) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = sign_in.browsers.close(&headers) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

/// Who calls, and what there is for them.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    /// The name for people.
    display: String,
    /// The issuer's stable name.
    subject: String,
    /// The issuer.
    issuer: String,
    /// Groups, as the token says.
    groups: Vec<String>,
    /// What the caller is to firn.
    authorities: Vec<&'static str>,
    /// Each action of the matrix the caller may take, with how far.
    may: Vec<May>,
    /// When the token ends, nanoseconds since 1970.
    expires: i64,
    /// What a page sends as `x-firn-csrf` with every write; none for whoever came with a bearer token.
    csrf: Option<String>,
    /// firn's version.
    version: &'static str,
}

/// One action of the matrix.
#[derive(Serialize, ToSchema)]
pub(super) struct May {
    /// As `door/authorization.txt` names it.
    action: &'static str,
    /// `all`, `unobserved`, `own`, `eligible`.
    scope: &'static str,
}

/// Who one is here, and what one may do.
#[utoipa::path(get, path = "/api/me", tag = "console", security(("bearer" = [])), responses(
    (status = 200, body = Me), (status = "4XX", body = Problem)))]
pub(super) async fn me(
    State(sign_in): State<SignIn>,
    headers: HeaderMap,
    caller: Caller,
) -> Response {
    let seen = sign_in.browsers.seen(&headers, sign_in.clock.now());
    let csrf: Option<Zeroizing<String>> = seen.map(|seen| seen.csrf);
    let authorities = caller.identity.authorities;
    let who = caller.identity.principal;
    let body = Me {
        display: who.display,
        subject: who.subject,
        issuer: who.issuer,
        groups: who.groups,
        authorities: authorities.iter().map(door::Authority::as_str).collect(),
        may: allowed(authorities)
            .map(|(action, scope)| May {
                action: action.as_str(),
                scope: scope.as_str(),
            })
            .collect(),
        expires: caller.identity.expires.0,
        csrf: csrf.map(|csrf| csrf.to_string()),
        version: env!("CARGO_PKG_VERSION"),
    };
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// Whether `to` stays here whatever a browser makes of it: a path, with nothing that reads as a host.
fn is_own(to: &str) -> bool {
    let plain = to
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    plain && to.len() <= TO_BYTES_MAX && to.starts_with('/') && !to.starts_with("//")
}

fn state_cookie(state: &str, secure: bool, age: &str) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    // Lax: the provider's redirect brings the browser back from another site.
    let text = format!(
        "{STATE_COOKIE}={state}; Path=/auth; HttpOnly; SameSite=Lax; Max-Age={age}{secure}"
    );
    HeaderValue::from_str(&text).ok()
}

fn redirect(to: &str, cookies: &[Option<HeaderValue>]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    let to = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    headers.insert(LOCATION, to);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies.iter().flatten() {
        headers.append(SET_COOKIE, cookie.clone());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comes_back_to_this_origin_only() {
        for own in [
            "/",
            "/?q=actor%3Aana",
            "/sessions/0198c5a0?at=3",
            "/sql#x",
            "/a//b",
            "/@evil.com",
        ] {
            assert!(is_own(own), "{own}");
        }
        for foreign in [
            "",
            "//evil.com",
            "/\\evil.com",
            "\\\\evil.com",
            "https://evil.com",
            "javascript:alert(1)",
            "evil.com",
            "/\t/evil.com",
            "/\n/evil.com",
            " /",
            "/ü",
        ] {
            assert!(!is_own(foreign), "{foreign}");
        }
        assert!(!is_own(&format!("/{}", "x".repeat(TO_BYTES_MAX))));
    }
}
