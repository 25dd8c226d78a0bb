//! Who is this: a token in, a principal with its authorities out.
//!
//! Enters: what somebody showed. Leaves: an [`Identity`], or the one error of all doors. Never here: how a token is verified
//! (see `access::oidc`), or anything of the token in an error.

use async_trait::async_trait;
use event::{Principal, Source, TimeNs};

use crate::authority::Authorities;
use crate::matrix::{Action, Scope};

/// A principal that a token proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who, with the groups held now; `agent` as the token says it.
    pub principal: Principal,
    /// When the token ends.
    pub expires: TimeNs,
    /// What the principal is to firn.
    pub authorities: Authorities,
    /// Whatever else names the principal: who acts for one of them acts for this one.
    pub names: Vec<String>,
}

/// Why a token proves nobody. Says nothing of the token's content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// It is no token of a configured issuer, altered, for another audience, or lacks a claim.
    #[error("the token is not valid: {reason}")]
    Invalid {
        /// In what way.
        reason: String,
    },
    /// It ended.
    #[error("the token has expired: get a new one")]
    Expired,
    /// The issuer's keys cannot be had now.
    #[error("the identity provider cannot be reached: try again")]
    Unavailable,
}

/// Proves who a token speaks of; one for every door of a process.
#[async_trait]
pub trait Authenticate: Send + Sync + 'static {
    /// Verifies `token` as of `now`.
    async fn authenticate(&self, token: &str, now: TimeNs) -> Result<Identity, AuthError>;

    /// The issuers whose tokens are taken, for clients that have none yet (RFC 9728).
    fn issuers(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Somebody who was let in, for one action.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who calls, and what they are to firn.
    pub identity: Identity,
    /// From where, where it is not this machine.
    pub source: Option<Source>,
    /// What was asked for,
    pub action: Action,
    /// and how far the matrix lets this caller go in it; never nothing.
    pub scope: Scope,
}
