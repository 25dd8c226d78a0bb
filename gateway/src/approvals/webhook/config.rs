//! `[approvals]`: whom firn tells of held statements and of what became of them.
//!
//! Enters: TOML. Leaves: checked targets. Never here: a secret's text, an address that is not https beyond loopback.

use std::time::Duration;

use door::{Secret, Trust};
use serde::Deserialize;
use url::{Host, Url};

use crate::config::HumanDuration;
use crate::limits::WEBHOOK_TIMEOUT_DEFAULT;

/// The section `[approvals]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ApprovalsConfig {
    /// Who is told; each `[[approvals.webhook]]`.
    pub webhook: Vec<WebhookConfig>,
}

/// One receiver.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// Where to POST.
    #[serde(default)]
    pub url: Option<Url>,
    /// Where to POST, where the address itself is a secret, as Slack's and Teams' are.
    #[serde(default)]
    pub url_secret: Option<Secret>,
    /// The key of the signature, at least 24 bytes; `whsec_` and base64, or any text. `json` needs one.
    #[serde(default)]
    pub secret: Option<Secret>,
    /// What the body is.
    pub format: Format,
    /// What to tell; everything unless given.
    #[serde(default)]
    pub only: Vec<Occasion>,
    /// Through this proxy.
    #[serde(default)]
    pub proxy: Option<Url>,
    /// Trust and client certificate.
    #[serde(default)]
    pub tls: Trust,
    /// One try may take this long.
    #[serde(default = "default_timeout")]
    pub timeout: HumanDuration,
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Slack's Block Kit.
    Slack,
    /// An adaptive card, as Microsoft Teams takes it.
    Teams,
    /// Plain JSON.
    Json,
}

/// What is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// A statement waits for people.
    Held,
    /// People agreed.
    Granted,
    /// Somebody said no.
    Denied,
    /// Nobody answered, or nobody ran it, in time.
    Expired,
    /// Its client gave it up.
    Canceled,
    /// It ran.
    Ran,
    /// Somebody broke the glass.
    BreakGlass,
}

impl Occasion {
    /// Its word in plain JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Canceled => "canceled",
            Self::Ran => "ran",
            Self::BreakGlass => "break_glass",
        }
    }
}

/// What is wrong with a receiver.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// Nowhere, or two places.
    #[error("[[approvals.webhook]]: give either `url` or `url_secret`")]
    Where,
    /// Not an address.
    #[error("[[approvals.webhook]]: the url must be https, or http on loopback")]
    Address,
    /// Nobody could tell it from a forgery.
    #[error("[[approvals.webhook]]: `secret` is needed for format \"json\"")]
    Unsigned,
    /// A secret.
    #[error("[[approvals.webhook]]: {0}")]
    Secret(#[from] door::SecretError),
    /// A key.
    #[error("[[approvals.webhook]]: {0}")]
    Key(#[from] door::SigningKeyError),
    /// Certificates, PEM.
    #[error("[[approvals.webhook]]: {0}")]
    Trust(#[from] door::TrustError),
    /// What the library said.
    #[error("[[approvals.webhook]]: {0}")]
    Client(String),
}

impl WebhookConfig {
    /// Where it is, read from its secret where it is one.
    pub fn address(&self) -> Result<Url, WebhookError> {
        let url = match (&self.url, &self.url_secret) {
            (Some(url), None) => url.clone(),
            (None, Some(secret)) => {
                Url::parse(secret.read()?.trim()).map_err(|_| WebhookError::Address)?
            }
            _ => return Err(WebhookError::Where),
        };
        let loopback = match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        if url.scheme() == "https" || (url.scheme() == "http" && loopback) {
            return Ok(url);
        }
        Err(WebhookError::Address)
    }

    /// Whether it is told of this.
    pub fn wants(&self, occasion: Occasion) -> bool {
        self.only.is_empty() || self.only.contains(&occasion)
    }
}

const fn default_timeout() -> HumanDuration {
    HumanDuration(WEBHOOK_TIMEOUT_DEFAULT)
}

/// Used where a duration of the section is compared.
pub(super) const fn span(duration: HumanDuration) -> Duration {
    duration.0
}
