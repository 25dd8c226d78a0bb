//! How a receiver is reached: what all sinks share before they speak.
//!
//! Enters: trust, logins, proxies, times. Leaves: clients' settings. Never here: a secret in an error, a connection.

mod credentials;
mod error;
pub mod human;
pub mod tls;

use std::time::Duration;

use serde::Deserialize;
use url::{Host, Url};

pub use credentials::Credentials;
pub use error::BuildError;
pub use tls::TlsConfig;

/// How bodies are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compress {
    /// With gzip.
    Gzip,
    /// They go as they are.
    None,
}

/// How a receiver is reached.
#[derive(Clone, Debug)]
pub struct Connection {
    /// One request may take this long.
    pub timeout: Duration,
    /// Through this proxy.
    pub proxy: Option<Url>,
    /// As configured.
    pub compression: Option<Compress>,
    /// Trust and client certificate.
    pub tls: TlsConfig,
}

/// What is recorded does not cross the network in clear.
pub fn check_url(url: &Url) -> Result<(), BuildError> {
    let loopback = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback => Ok(()),
        "http" => Err(BuildError::Plain(url.clone())),
        _ => Err(BuildError::Url(url.clone())),
    }
}
