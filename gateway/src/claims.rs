//! What a client's token says once opened: everything any gateway needs to serve the session.
//!
//! Enters: sealed tokens. Leaves: claims, or which way they ended. Never here: a store of sessions, or a token's text in an error.

use std::fmt;

use event::payload::{Authenticator, Context};
use event::{Principal, SessionId, TimeNs};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::limits::RENEW_MARGIN;
use crate::seal::{KeyRingError, OpenError, Purpose, Sealer};

/// A credential that works against upstream. Never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct UpstreamToken(String);

impl UpstreamToken {
    /// Wraps a token upstream gave.
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// The token, for the one header it belongs in.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UpstreamToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UpstreamToken(…)")
    }
}

/// The session with upstream, as of when the token was sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UpstreamSession {
    /// Upstream's session token.
    pub token: UpstreamToken,
    /// When it ends.
    pub token_expires: TimeNs,
    /// Upstream's master token, which renews it; some test servers give none. In master tokens only.
    pub master: Option<UpstreamToken>,
    /// When the master token ends.
    pub master_expires: TimeNs,
    /// Upstream's session id.
    pub id: Option<String>,
}

impl UpstreamSession {
    /// When our session token ends: before the upstream token inside it, so that renewal comes in time.
    pub fn token_end(&self, now: TimeNs, ends: TimeNs) -> TimeNs {
        let life = self.token_expires.0.saturating_sub(now.0).max(0);
        let margin = i64::try_from(RENEW_MARGIN.as_nanos())
            .unwrap_or(i64::MAX)
            .min(life / 2);
        TimeNs(self.token_expires.0.saturating_sub(margin)).min(ends)
    }
}

/// The claims of a session or master token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The session.
    pub session: SessionId,
    /// Who acts, as the identity provider vouched.
    pub principal: Principal,
    /// The configured connection.
    pub connection: String,
    /// How the login token came.
    pub authenticator: Authenticator,
    /// The session upstream.
    pub upstream: UpstreamSession,
    /// Where the session stood when this was sealed.
    pub context: Context,
    /// When this token was sealed.
    pub issued: TimeNs,
    /// When this token ends; renewal gives another.
    pub expires: TimeNs,
    /// When the agent's grant ends; nothing lasts longer.
    pub ends: TimeNs,
    /// Where the session's own record begins; none where it was opened unrecorded.
    #[serde(default)]
    pub begins: Option<Begins>,
}

/// A place in the session's partition of the event topic: nothing of the session stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begins {
    /// The partition's number.
    pub partition: u32,
    /// The offset of `session.opened`.
    pub offset: u64,
}

/// Why a token does not open a session now.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ClaimsError {
    /// No token in the request.
    #[error("the request carries no session token: log in first")]
    Missing,
    /// Not ours, altered, or of another kind.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The token ended; the driver may renew it.
    #[error("your session token has expired: renew it")]
    Expired,
    /// The grant ended; the agent must log in again.
    #[error("your session has ended: log in again\n(session {0})")]
    Ended(SessionId),
}

impl Claims {
    /// The sealed session token; it does not carry the upstream master token.
    pub fn seal_session(&self, sealer: &Sealer) -> Result<String, KeyRingError> {
        let mut claims = self.clone();
        claims.upstream.master = None;
        sealer.seal_text(Purpose::Session, &claims)
    }

    /// The sealed master token, which lasts until `expires`.
    pub fn seal_master(&self, sealer: &Sealer, expires: TimeNs) -> Result<String, KeyRingError> {
        let mut claims = self.clone();
        claims.expires = expires;
        sealer.seal_text(Purpose::Master, &claims)
    }

    /// Opens a token sealed for `purpose` and checks its times against `now`.
    pub fn open(
        sealer: &Sealer,
        purpose: Purpose,
        token: &str,
        now: TimeNs,
    ) -> Result<Self, ClaimsError> {
        let claims: Self = sealer.open_text(purpose, token)?;
        if claims.is_over(now) {
            return Err(ClaimsError::Ended(claims.session));
        }
        if now >= claims.expires {
            return Err(ClaimsError::Expired);
        }
        Ok(claims)
    }

    /// What a token says whose time is over: to record the end of its session, never to serve it.
    pub fn open_ended(sealer: &Sealer, purpose: Purpose, token: &str, now: TimeNs) -> Option<Self> {
        let claims: Self = sealer.open_text(purpose, token).ok()?;
        claims.is_over(now).then_some(claims)
    }

    /// Whether the agent's grant has ended.
    pub fn is_over(&self, now: TimeNs) -> bool {
        now >= self.ends
    }
}

/// The token in `Authorization: Snowflake Token="…"`.
pub fn bearer(headers: &http::HeaderMap) -> Result<&str, ClaimsError> {
    headers
        .get(http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Snowflake Token="))
        .map(|token| token.trim_matches('"'))
        .filter(|token| !token.is_empty() && *token != "None")
        .ok_or(ClaimsError::Missing)
}
