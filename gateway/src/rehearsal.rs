//! A start that is only tried: every secret read as a start reads it, every account logged in to and left again.
//!
//! Enters: a configuration. Leaves: each fault a start would have, and which accounts let firn in. Never here: anything kept, a
//! statement, a secret's text.

use event::TimeNs;
use event::payload::Context;

use crate::build::{BuildError, sealing_key};
use crate::config::{Config, Connection};
use crate::fresh;
use crate::limits::REHEARSAL_PATIENCE;
use crate::seal::Sealer;
use crate::upstream::Client;
use crate::upstream::login::{Credential, CredentialError, LoginCall, LoginError, login};
use crate::upstream::own::presented;
use crate::upstream::session::Upstream;

/// Every fault that a start with `config` would have, not only the first.
pub fn faults(config: &Config) -> Vec<BuildError> {
    let mut faults = Vec::new();
    let mut keys = Vec::new();
    for key in &config.sealing {
        match sealing_key(key) {
            Ok(bytes) => keys.push((key.id.clone(), bytes)),
            Err(fault) => faults.push(fault),
        }
    }
    if keys.len() == config.sealing.len() {
        faults.extend(Sealer::new(keys).err().map(BuildError::from));
    }
    faults.extend(client(config).err());
    for (name, connection) in &config.connections {
        let name = name.clone();
        let read = Credential::read(&connection.auth);
        let fault = |source| BuildError::Credential { name, source };
        faults.extend(read.err().map(fault));
    }
    faults
}

/// Why an account lets nobody in.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// The client or a secret is at fault, which [`faults`] says too.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A credential is at fault, which [`faults`] says too.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// No login.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// Nothing came back.
    #[error("Snowflake did not answer within {} s", REHEARSAL_PATIENCE.as_secs())]
    Late,
}

impl RehearsalError {
    /// Whether [`faults`] says it too.
    pub const fn is_of_the_configuration(&self) -> bool {
        matches!(self, Self::Build(_) | Self::Credential(_))
    }
}

/// Logs in over `connection` as a session of its own would, and out again. Where the session stood, as Snowflake says.
pub async fn log_in(
    config: &Config,
    connection: &Connection,
    now: TimeNs,
) -> Result<Context, RehearsalError> {
    let credential = Credential::read(&connection.auth)?;
    let client = client(config)?;
    let asked = Context {
        database: connection.database.clone(),
        schema: connection.schema.clone(),
        warehouse: connection.warehouse.clone(),
        role: connection.role.clone(),
    };
    let call = LoginCall {
        connection,
        credential: &credential,
        forwarded: presented("firn:check").map_err(LoginError::Json)?,
        context: &asked,
        request_id: fresh::v4(),
        now,
    };
    let opened = tokio::time::timeout(REHEARSAL_PATIENCE, login(&client, call)).await;
    let opened = opened.map_err(|_| RehearsalError::Late)??;
    let session = Upstream {
        client: &client,
        base: &connection.upstream,
        token: &opened.session.token,
        whose: None,
    };
    let left = tokio::time::timeout(REHEARSAL_PATIENCE, session.logout(fresh::v4())).await;
    if !matches!(left, Ok(Ok(_))) {
        tracing::debug!("the session that was tried could not be ended; Snowflake ends it");
    }
    Ok(opened.context)
}

fn client(config: &Config) -> Result<Client, BuildError> {
    let roots = config.upstream_ca.as_deref();
    Ok(Client::new(roots, REHEARSAL_PATIENCE)?)
}
