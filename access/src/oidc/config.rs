//! Which issuers are trusted, and how their claims are read.
//!
//! Enters: the `[oidc]` section. Leaves: a checked [`OidcConfig`]. Never here: a secret; verifying takes none.

use std::collections::BTreeMap;
use std::time::Duration;

use openidconnect::core::CoreJwsSigningAlgorithm;
use serde::{Deserialize, Deserializer};
use url::{Host, Url};

use crate::limits;

/// The `[oidc]` section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcConfig {
    /// Trusted issuers, each `[[oidc.issuers]]`.
    #[serde(default)]
    pub issuers: Vec<IssuerConfig>,
    /// Lets issuers on loopback use plain http. For development only.
    #[serde(default)]
    pub development: bool,
}

/// One `[[oidc.issuers]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// Exactly as in the token's `iss`.
    pub issuer: String,
    /// The token's `aud` must hold one of these.
    pub audiences: Vec<String>,
    /// Accepted signatures; `none` and the symmetric ones are refused.
    #[serde(default = "algorithms")]
    pub algorithms: Vec<CoreJwsSigningAlgorithm>,
    /// Where the keys are, if not where discovery says.
    #[serde(default)]
    pub jwks_uri: Option<String>,
    /// Claims that must hold a value.
    #[serde(default)]
    pub required_claims: BTreeMap<String, String>,
    /// The stable name; `sub`.
    #[serde(default = "subject_claim")]
    pub subject_claim: String,
    /// The name for people: the first of these that is there.
    #[serde(default = "display_claims")]
    pub display_claims: Vec<String>,
    /// The groups, a list or one text; dots step into objects.
    #[serde(default = "groups_claim")]
    pub groups_claim: String,
    /// The issuer's group → the policy's group.
    #[serde(default)]
    pub group_map: BTreeMap<String, String>,
    /// Put before groups that are not in `group_map`, so that issuers cannot speak for each other.
    #[serde(default)]
    pub group_prefix: String,
    /// The program that acts, of a delegated token (RFC 8693 `act.sub`).
    #[serde(default = "agent_claim")]
    pub agent_claim: String,
    /// On whose behalf it acts.
    #[serde(default = "on_behalf_of_claim")]
    pub on_behalf_of_claim: String,
    /// Claims that a person's token has, each with its value; without one, whatever no claim says is a program's is a person's. Who is
    /// no person answers no approval.
    #[serde(default)]
    pub person_claims: BTreeMap<String, String>,
    /// Claims of which a program's token has one.
    #[serde(default = "workload_claims")]
    pub workload_claims: BTreeMap<String, String>,
    /// What else may name the person whom an agent acts for, besides `subject_claim` and `display_claims`.
    #[serde(default = "name_claims")]
    pub name_claims: Vec<String>,
    /// How far the clocks may be apart; 60s.
    #[serde(default = "clock_skew", deserialize_with = "duration")]
    pub clock_skew: Duration,
    /// Oldest token taken, by `iat`; no limit besides `exp` if not set.
    #[serde(default, deserialize_with = "optional_duration")]
    pub token_age_max: Option<Duration>,
    /// Keys older than this are fetched anew; 1h.
    #[serde(default = "keys_age_max", deserialize_with = "duration")]
    pub keys_age_max: Duration,
    /// Keys the issuer could not renew are used up to this age; 24h.
    #[serde(default = "keys_stale_max", deserialize_with = "duration")]
    pub keys_stale_max: Duration,
    /// An unknown key id fetches anew at most this often; 10s.
    #[serde(default = "keys_interval_min", deserialize_with = "duration")]
    pub keys_interval_min: Duration,
}

/// What is wrong with the section.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OidcConfigError {
    /// Nobody could log in.
    #[error("oidc has no issuer: add [[oidc.issuers]]")]
    NoIssuer,
    /// Two entries for one issuer.
    #[error("the issuer {0} is configured twice: keep one")]
    Twice(String),
    /// A token for anybody would do.
    #[error("the issuer {0} has no audience: name the one its tokens for this gateway carry")]
    NoAudience(String),
    /// Not a URL, or not one that can be trusted.
    #[error(
        "{0} must be an https URL without a query; http is for loopback with oidc.development only"
    )]
    Address(String),
    /// An algorithm anybody could sign with.
    #[error(
        "the issuer {0} lists no algorithm, `none` or a symmetric one: use RS256, PS256, ES256, ES384 or EdDSA"
    )]
    Algorithm(String),
    /// Too generous.
    #[error("clock_skew of the issuer {0} is above {max}s: mend the clocks", max = limits::CLOCK_SKEW_MAX.as_secs())]
    ClockSkew(String),
    /// The HTTP client cannot be built.
    #[error("no HTTP client for the issuers: {0}")]
    Client(String),
}

impl OidcConfig {
    pub(super) fn check(&self) -> Result<(), OidcConfigError> {
        if self.issuers.is_empty() {
            return Err(OidcConfigError::NoIssuer);
        }
        for (index, issuer) in self.issuers.iter().enumerate() {
            let name = || issuer.issuer.clone();
            let earlier = self.issuers.iter().take(index);
            if earlier
                .into_iter()
                .any(|other| other.issuer == issuer.issuer)
            {
                return Err(OidcConfigError::Twice(name()));
            }
            if issuer.audiences.iter().all(|audience| audience.is_empty()) {
                return Err(OidcConfigError::NoAudience(name()));
            }
            for address in std::iter::once(&issuer.issuer).chain(&issuer.jwks_uri) {
                if !is_trusted(address, self.development) {
                    return Err(OidcConfigError::Address(address.clone()));
                }
            }
            let weak = issuer
                .algorithms
                .iter()
                .any(|algorithm| !is_asymmetric(algorithm));
            if weak || issuer.algorithms.is_empty() {
                return Err(OidcConfigError::Algorithm(name()));
            }
            if issuer.clock_skew > limits::CLOCK_SKEW_MAX {
                return Err(OidcConfigError::ClockSkew(name()));
            }
        }
        Ok(())
    }
}

/// https, or http on loopback in development.
pub(super) fn is_trusted(address: &str, development: bool) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && loopback && development);
    scheme && url.host().is_some() && url.query().is_none() && url.fragment().is_none()
}

const fn is_asymmetric(algorithm: &CoreJwsSigningAlgorithm) -> bool {
    use CoreJwsSigningAlgorithm as Alg;
    match algorithm {
        Alg::RsaSsaPkcs1V15Sha256
        | Alg::RsaSsaPkcs1V15Sha384
        | Alg::RsaSsaPkcs1V15Sha512
        | Alg::RsaSsaPssSha256
        | Alg::RsaSsaPssSha384
        | Alg::RsaSsaPssSha512
        | Alg::EcdsaP256Sha256
        | Alg::EcdsaP384Sha384
        | Alg::EdDsa => true,
        // Anything new counts as weak until it is looked at; the enum is open.
        _ => false,
    }
}

fn algorithms() -> Vec<CoreJwsSigningAlgorithm> {
    use CoreJwsSigningAlgorithm as Alg;
    vec![
        Alg::RsaSsaPkcs1V15Sha256,
        Alg::RsaSsaPssSha256,
        Alg::EcdsaP256Sha256,
        Alg::EcdsaP384Sha384,
        Alg::EdDsa,
    ]
}

fn subject_claim() -> String {
    "sub".to_owned()
}

fn display_claims() -> Vec<String> {
    ["preferred_username", "email", "name"]
        .map(str::to_owned)
        .to_vec()
}

fn groups_claim() -> String {
    "groups".to_owned()
}

fn agent_claim() -> String {
    "act.sub".to_owned()
}

fn on_behalf_of_claim() -> String {
    "on_behalf_of".to_owned()
}

/// As Entra ID and Auth0 mark tokens that an application got for itself.
fn workload_claims() -> BTreeMap<String, String> {
    let known = [("idtyp", "app"), ("gty", "client-credentials")];
    let owned = known.map(|(claim, value)| (claim.to_owned(), value.to_owned()));
    owned.into()
}

fn name_claims() -> Vec<String> {
    ["email", "preferred_username", "upn", "unique_name"]
        .map(str::to_owned)
        .to_vec()
}

const fn clock_skew() -> Duration {
    Duration::from_secs(60)
}

const fn keys_age_max() -> Duration {
    Duration::from_secs(60 * 60)
}

const fn keys_stale_max() -> Duration {
    Duration::from_secs(24 * 60 * 60)
}

const fn keys_interval_min() -> Duration {
    Duration::from_secs(10)
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_duration(&text).map_err(serde::de::Error::custom)
}

fn optional_duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    duration(deserializer).map(Some)
}
