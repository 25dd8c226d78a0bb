//! The seam to the identity provider: a token in, a principal out.
//!
//! Enters: what a driver handed over at login. Leaves: who that is. Never here: how it is verified (see `access::oidc`), or
//! anything of the token in an error.

use async_trait::async_trait;
use event::{Principal, TimeNs};

/// A principal that a token proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who. Without an agent: the driver says that itself.
    pub principal: Principal,
    /// On whose behalf the principal acts, where a claim says so.
    pub on_behalf_of: Option<String>,
    /// When the token ends.
    pub expires: TimeNs,
}

/// Why a token proves nobody. Says nothing of the token's content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifyError {
    /// It is no token of a configured issuer, altered, for another audience, or lacks a claim.
    #[error("the token is not valid: {reason}")]
    Invalid {
        /// In what way.
        reason: String,
    },
    /// It ended.
    #[error("the token has expired: get a new one and log in again")]
    Expired,
    /// The issuer's keys can not be had now.
    #[error("the identity provider can not be reached: try again")]
    Unavailable,
}

/// Proves who a token speaks of.
#[async_trait]
pub trait Identify: Send + Sync + 'static {
    /// Verifies `token` as of `now`.
    async fn identify(&self, token: &str, now: TimeNs) -> Result<Identity, IdentifyError>;
}
