//! An account read once, for whoever asks on a command line.
//!
//! Enters: a configuration, a connection's name. Leaves: what the account says. Never here: a change of what is in force.

use std::sync::Arc;

use access::catalog::live::Snapshot;
use event::TimeNs;

use super::kept::Reading;
use super::known::ground_of;
use super::read;
use super::session::{AccountError, close, open, upstream, wanted};
use crate::config::Config;
use crate::upstream::Client;
use crate::upstream::accounts::Accounts;
use crate::upstream::client::ClientError;
use crate::upstream::login::CredentialError;

/// Why an account could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// It is not to be read.
    #[error("connection {0} has no [gateway.connections.{0}.catalog]: say there what to read")]
    NotLive(String),
    /// No such connection.
    #[error("no connection is named {0}")]
    Unknown(String),
    /// The client does not come up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A credential cannot be read.
    #[error("connection {name}: {source}")]
    Credential {
        /// Its connection.
        name: String,
        /// Why not.
        source: CredentialError,
    },
    /// The account does not say.
    #[error("the account of connection {name} cannot be read: {reason}")]
    Account {
        /// The connection.
        name: String,
        /// Why not.
        reason: String,
    },
}

/// Reads the account of connection `name` whole.
pub async fn pull(config: &Config, name: &str, now: TimeNs) -> Result<Reading, PullError> {
    let connection = config.connections.get(name);
    let connection = connection.ok_or_else(|| PullError::Unknown(name.to_owned()))?;
    let ground = ground_of(connection).ok_or_else(|| PullError::NotLive(name.to_owned()))?;
    let client = Client::new(config.upstream_ca.as_deref(), config.upstream_timeout.0)?;
    let accounts = Accounts::new(Arc::new(config.clone()), client)
        .map_err(|(name, source)| PullError::Credential { name, source })?;
    let failed = |error: AccountError| PullError::Account {
        name: name.to_owned(),
        reason: error.to_string(),
    };
    let session = open(&accounts, name, connection, now)
        .await
        .map_err(failed)?;
    let upstream = upstream(&accounts, connection, &session);
    let read = read::whole(upstream, &wanted(connection), Snapshot::default()).await;
    close(&accounts, connection, &session).await;
    let snapshot = read.map_err(|error| failed(error.into()))?;
    // Nobody knows here how far the journal is: whatever was said of the account is looked at again.
    Ok(Reading::new(ground, now, 0, snapshot))
}
