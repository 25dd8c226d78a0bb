//! Identity: a JWT of a trusted issuer becomes a [`Principal`], or a reason why not.
//!
//! Enters: a token as the driver sent it, the time. Leaves: who it is, until when. Never here: a token kept, logged or put
//! into an error; an algorithm taken from the token instead of the configuration. The only network of this crate is in
//! `oidc/keys.rs`, which fetches the issuers' public keys.

mod claims;
mod config;
mod keys;
#[cfg(test)]
mod tests;
mod token;

use event::{Principal, TimeNs};
use openidconnect::core::CoreJsonWebKeySet;
use openidconnect::{JsonWebKey, JsonWebKeyAlgorithm};

pub use config::{IssuerConfig, OidcConfig, OidcConfigError};

use claims::Claims;
use keys::Keys;
use token::Token;

/// Why a token is not accepted. No text of the token is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not a signed JWT.
    #[error("the token is not a signed JWT")]
    Malformed,
    /// A JWT that is meant for something else (`typ`, `crit`).
    #[error("the token is of a type that does not log in: send an access token or an ID token")]
    TokenType,
    /// Signed by an algorithm that is not on the list, `none` and `HS256` never being.
    #[error("the token is signed by an algorithm this gateway does not accept")]
    Algorithm,
    /// Not from an issuer on the list.
    #[error("the token's issuer is not trusted by this gateway")]
    Issuer,
    /// Signed by a key the issuer does not publish.
    #[error("the token is signed by a key its issuer does not publish")]
    UnknownKey,
    /// The signature does not fit.
    #[error("the token's signature does not verify")]
    Signature,
    /// For somebody else.
    #[error("the token is not for this gateway: its audience must be one of {}", .0.join(", "))]
    Audience(Vec<String>),
    /// Too late.
    #[error("the token has expired: get a new one")]
    Expired,
    /// Too early (`nbf`, or `iat` in the future).
    #[error("the token is not valid yet: check the clocks")]
    NotYetValid,
    /// Issued longer ago than the configuration takes.
    #[error("the token is too old: get a new one")]
    TooOld,
    /// A claim that must be there is not, or is no text.
    #[error("the token lacks the claim {0}")]
    MissingClaim(String),
    /// A required claim has another value.
    #[error("the token's claim {0} does not have the required value")]
    WrongClaim(String),
    /// The groups are no list of names, or too many: without some of them, what is forbidden to those would be permitted.
    #[error("the token's claim {0} is no list of at most {max} names", max = crate::limits::GROUPS_MAX)]
    Groups(String),
    /// The issuer's keys cannot be had now.
    #[error("the keys of the issuer {issuer} cannot be fetched now: {why}")]
    Unavailable {
        /// The issuer.
        issuer: String,
        /// What failed.
        why: String,
    },
}

/// Who logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The principal, with its groups as mapped.
    pub principal: Principal,
    /// When the token ends, by its own word.
    pub expires: TimeNs,
    /// The scopes it grants (`scope`, `scp`), sorted.
    pub scopes: Vec<String>,
    /// Whatever else names whom it speaks of: who acts for one of them acts for this one.
    pub names: Vec<String>,
    /// It was given to a person, not to a program, nor to one that acts for a person.
    pub is_person: bool,
}

/// Verifies tokens of the configured issuers. Share it by `Arc`.
#[derive(Debug)]
pub struct Verifier {
    issuers: Vec<(IssuerConfig, Keys)>,
}

impl Verifier {
    /// Checks the configuration; fetches nothing yet.
    pub fn new(config: OidcConfig) -> Result<Self, OidcConfigError> {
        config.check()?;
        let client = keys::client(&config)?;
        let issuers = config
            .issuers
            .into_iter()
            .map(|issuer| {
                let keys = Keys::new(&issuer, client.clone());
                (issuer, keys)
            })
            .collect();
        Ok(Self { issuers })
    }

    /// The issuers whose tokens are taken, exactly as in a token's `iss`.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        self.issuers
            .iter()
            .map(|(issuer, _)| issuer.issuer.as_str())
    }

    /// Fetches every issuer's keys, so that the first login does not wait. A failure is not final: logins try again.
    pub async fn warm_up(&self, now: TimeNs) -> Vec<IdentityError> {
        let mut failed = Vec::new();
        for (_, keys) in &self.issuers {
            failed.extend(keys.get(now, |_| true).await.err());
        }
        failed
    }

    /// Who holds this token.
    pub async fn verify(&self, token: &str, now: TimeNs) -> Result<Principal, IdentityError> {
        Ok(self.identify(token, now).await?.principal)
    }

    /// Who holds this token, until when and with which scopes.
    pub async fn identify(&self, token: &str, now: TimeNs) -> Result<Identity, IdentityError> {
        let token = Token::parse(token)?;
        let (issuer, keys) = self
            .issuers
            .iter()
            .find(|(issuer, _)| Some(issuer.issuer.as_str()) == token.claims.text("iss"))
            .ok_or(IdentityError::Issuer)?;
        if !issuer.algorithms.contains(&token.algorithm) {
            return Err(IdentityError::Algorithm);
        }
        let published = keys.get(now, |set| has_key(set, &token)).await?;
        check_signature(&published, &token)?;
        token.claims.identity(issuer, now)
    }
}

/// Whether the set holds a key this token may be signed by.
fn has_key(set: &CoreJsonWebKeySet, token: &Token<'_>) -> bool {
    set.keys().iter().any(|key| fits(key, token))
}

/// By id where the token names one, else by type; never a key for something else.
fn fits(key: &openidconnect::core::CoreJsonWebKey, token: &Token<'_>) -> bool {
    use openidconnect::JwsSigningAlgorithm as _;
    use openidconnect::core::CoreJsonWebKeyUse;
    let named = match (&token.key_id, key.key_id()) {
        (Some(wanted), Some(id)) => id.as_str() == wanted,
        (Some(_), None) => false,
        (None, _) => true,
    };
    let signs = !matches!(key.key_use(), Some(usage) if *usage != CoreJsonWebKeyUse::Signature);
    let algorithm = match key.signing_alg() {
        JsonWebKeyAlgorithm::Algorithm(algorithm) => *algorithm == token.algorithm,
        JsonWebKeyAlgorithm::Unspecified => true,
        JsonWebKeyAlgorithm::Unsupported => false,
    };
    named && signs && algorithm && token.algorithm.key_type().as_ref() == Some(key.key_type())
}

fn check_signature(set: &CoreJsonWebKeySet, token: &Token<'_>) -> Result<(), IdentityError> {
    let mut tried = false;
    for key in set.keys().iter().filter(|key| fits(key, token)) {
        tried = true;
        let verified = key.verify_signature(&token.algorithm, token.signed, &token.signature);
        if verified.is_ok() {
            return Ok(());
        }
    }
    Err(if tried {
        IdentityError::Signature
    } else {
        IdentityError::UnknownKey
    })
}
