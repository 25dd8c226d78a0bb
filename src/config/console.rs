//! `[console]`: how people sign in with a browser.
//!
//! Enters: the section. Leaves: where the page is, and which client at which provider. Never here: the client's secret; the section says
//! where it is.

use door::Secret;
use serde::Deserialize;
use url::{Host, Url};

/// Where the provider sends browsers back to, below `url`.
pub const CALLBACK: &str = "/auth/callback";

/// `[console]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsoleConfig {
    /// Where browsers find this API, as `https://firn.internal:8086`.
    pub url: Url,
    /// One of `[[oidc.issuers]]`.
    pub issuer: String,
    /// firn's own id at the provider; one of that issuer's audiences.
    pub client_id: String,
    /// Where the provider asks for one besides PKCE.
    #[serde(default)]
    pub client_secret: Option<Secret>,
    /// Asked for, so that the token names groups.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
}

fn scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(str::to_owned).to_vec()
}

impl ConsoleConfig {
    /// Whether browsers come by https, so that cookies need never travel in clear.
    pub fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// Whether `url` is of this machine.
pub fn is_near(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
