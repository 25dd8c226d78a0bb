//! Where a running firn is, and whose certificates are believed there.
//!
//! Enters: `--api`, `--ca`. Leaves: a base URL to which a token may go, certificates. Never here: a connection.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use url::{Host, Url};

/// The certificates that `--ca` names, in PEM.
pub(super) fn authorities(file: &Path) -> Result<Vec<reqwest::Certificate>> {
    let pem =
        std::fs::read(file).with_context(|| format!("--ca: {} cannot be read", file.display()))?;
    let found = reqwest::Certificate::from_pem_bundle(&pem)
        .with_context(|| format!("--ca: {} is not PEM", file.display()))?;
    if found.is_empty() {
        bail!("--ca: {} holds no certificate", file.display());
    }
    Ok(found)
}

/// A base URL whose scheme keeps a token to itself.
pub(super) fn checked(base: &str) -> Result<&str> {
    let url = Url::parse(base)
        .with_context(|| format!("--api {base:?} is not a URL like https://firn.internal:8086"))?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(base.trim_end_matches('/')),
        "http" if loopback => Ok(base.trim_end_matches('/')),
        "http" => bail!(
            "--api {base}: the token would cross the network in clear; use https, or a tunnel to this machine's loopback"
        ),
        other => bail!("--api {base}: {other} is neither https nor http"),
    }
}
