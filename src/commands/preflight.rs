//! What a role needs, looked at before anything is begun: a start that is refused leaves no trace in the record.
//!
//! Enters: a configuration. Leaves: the first fault; a warning where it lets through what it seems to stop. Never here: a
//! producer run, a journal or an archive that is opened.

use std::net::SocketAddr;
use std::path::Path;

use access::policy::PolicySet;
use anyhow::{Context as _, Result};
use door::{Listener, Tls};
use gateway::rehearsal;

use crate::compose;
use crate::config::{Config, ConfigError};
use crate::seen;

/// Finds what would refuse the start of an API halfway: issuers, an address that is taken.
pub async fn api(config: &Config) -> Result<()> {
    compose::check_issuers(config)?;
    let query = &config.query;
    free(query.listen, query.tls.as_ref())
        .await
        .context("[query] listen")
}

/// Finds what would refuse the start of a gateway halfway: sections, policy, masks, secrets, an address that is taken.
pub async fn gateway(config: &Config, path: &Path) -> Result<()> {
    let missing = |section| ConfigError::Section {
        path: path.to_owned(),
        section,
    };
    let section = config.gateway.as_ref().ok_or_else(|| missing("gateway"))?;
    let policy = config.policy.as_ref().ok_or_else(|| missing("policy"))?;
    let loaded = PolicySet::load(&policy.folder)?;
    seen::check(config, loaded.settings())?;
    let catalog = compose::catalog(&policy.catalog, compose::is_live(config))?;
    if let Some(said) = compose::unguarded_connections(config, loaded.settings(), &catalog) {
        tracing::warn!("{said}");
    }
    compose::check_masking(config)?;
    if let Some(fault) = rehearsal::faults(section).into_iter().next() {
        return Err(fault.into());
    }
    free(section.listen, section.tls.as_ref())
        .await
        .context("[gateway] listen")
}

/// Whether the address can be listened on with this certificate, tried and given back.
async fn free(address: SocketAddr, tls: Option<&Tls>) -> Result<()> {
    let listener = Listener::bind(address, tls).await?;
    drop(listener);
    Ok(())
}
