//! The development issuer's sign-in for browsers: a form that takes anybody's word, and the code flow behind it.
//!
//! Enters: an authorization request (RFC 6749 §4.1.1 with PKCE, RFC 7636). Leaves: a code to an address on loopback, and for the code with
//! its verifier an ID token. Never here: a redirect to elsewhere, a code that is taken twice or without its verifier, a script.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use event::TimeNs;
use journal::clock::Clock;
use parking_lot::Mutex;
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::json;
use url::{Url, form_urlencoded};

use super::{AUDIENCE, Claims, Issuer};
use crate::cli::name_and_groups;
use crate::config::{CALLBACK, is_near};

/// A code is good for this long, nanoseconds.
const CODE_LIFETIME_NS: i64 = 60_000_000_000;
/// Codes at once; more than people have browsers.
const CODES_MAX: usize = 256;

/// What the form's style may be; there is no script.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Clone)]
struct Desk {
    issuer: Arc<Issuer>,
    codes: Arc<Mutex<HashMap<String, Granted>>>,
    clock: Arc<dyn Clock>,
    random: fn() -> [u8; 32],
}

struct Granted {
    claims: Claims,
    asked: Asked,
    until: TimeNs,
}

/// An authorization request.
#[derive(Clone, Deserialize)]
struct Asked {
    response_type: String,
    client_id: String,
    redirect_uri: Url,
    #[serde(default)]
    state: String,
    nonce: Option<String>,
    code_challenge: String,
    code_challenge_method: String,
}

/// A field of a form; the first of its name.
fn field(body: &str, name: &str) -> String {
    let mut pairs = form_urlencoded::parse(body.as_bytes());
    let found = pairs.find(|(key, _)| key == name);
    found
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// The routes below the issuer's URL.
pub fn router(issuer: Arc<Issuer>, clock: Arc<dyn Clock>, random: fn() -> [u8; 32]) -> Router {
    let desk = Desk {
        issuer,
        codes: Arc::default(),
        clock,
        random,
    };
    Router::new()
        .route("/firn-development/authorize", get(form).post(choose))
        .route("/firn-development/token", post(redeem))
        .route("/firn-development/form.css", get(style))
        .with_state(desk)
}

impl Asked {
    /// Where the browser goes next, unless the request is not one to answer.
    fn check(&self) -> Result<(), &'static str> {
        let to = &self.redirect_uri;
        if !is_near(to) || to.path() != CALLBACK || self.client_id != AUDIENCE {
            return Err("the development issuer signs in to a firn on this machine only");
        }
        if self.response_type != "code" || self.code_challenge_method != "S256" {
            return Err(
                "the development issuer takes response_type=code with code_challenge_method=S256",
            );
        }
        Ok(())
    }
}

async fn style() -> Response {
    (
        [(CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("form.css"),
    )
        .into_response()
}

async fn form(Query(asked): Query<Asked>) -> Response {
    if let Err(why) = asked.check() {
        return (StatusCode::BAD_REQUEST, why).into_response();
    }
    let headers: [(HeaderName, &str); 2] = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, include_str!("form.html")).into_response()
}

async fn choose(State(desk): State<Desk>, Query(asked): Query<Asked>, body: String) -> Response {
    if let Err(why) = asked.check() {
        return (StatusCode::BAD_REQUEST, why).into_response();
    }
    let (subject, groups) = name_and_groups(field(&body, "as").trim());
    if subject.is_empty() {
        return (StatusCode::BAD_REQUEST, "say who you are: name@group,group").into_response();
    }
    let claims = Claims {
        subject,
        groups,
        nonce: asked.nonce.clone(),
        ..Claims::default()
    };
    let (code, now) = (BASE64URL.encode((desk.random)()), desk.clock.now());
    let mut to = asked.redirect_uri.clone();
    to.query_pairs_mut()
        .append_pair("code", &code)
        .append_pair("state", &asked.state);
    let until = TimeNs(now.0.saturating_add(CODE_LIFETIME_NS));
    let mut codes = desk.codes.lock();
    codes.retain(|_, one| now < one.until);
    if codes.len() >= CODES_MAX {
        return (StatusCode::TOO_MANY_REQUESTS, "try again in a minute").into_response();
    }
    let granted = Granted {
        claims,
        asked,
        until,
    };
    codes.insert(code, granted);
    (StatusCode::SEE_OTHER, [(LOCATION, to.to_string())]).into_response()
}

async fn redeem(State(desk): State<Desk>, body: String) -> Response {
    let refused = || {
        (
            StatusCode::BAD_REQUEST,
            Json(json!({"error": "invalid_grant"})),
        )
    };
    let now = desk.clock.now();
    let Some(granted) = desk.codes.lock().remove(&field(&body, "code")) else {
        return refused().into_response();
    };
    let proof = BASE64URL.encode(digest(&SHA256, field(&body, "code_verifier").as_bytes()));
    let holds = now < granted.until
        && field(&body, "grant_type") == "authorization_code"
        && proof == granted.asked.code_challenge
        && field(&body, "redirect_uri") == granted.asked.redirect_uri.as_str();
    if !holds {
        return refused().into_response();
    }
    match desk.issuer.token(&granted.claims, now) {
        Ok(token) => {
            let body = json!({"access_token": token, "id_token": token, "token_type": "Bearer"});
            ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
