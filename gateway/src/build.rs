//! The parts of a gateway that its configuration, policy and masks decide, made and checked whole before any is in force.
//!
//! Enters: what is configured, read anew. Leaves: everything it takes to serve by it, secrets read; or why not. Never here: a part
//! that is in force already and another that is not yet.

use std::sync::Arc;

use access::Masking;
use access::engine::Engine;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use door::ListenError;
use journal::clock::Clock;
use zeroize::Zeroizing;

use crate::config::{Audit, Config, ConfigError, SealingKey, SecretError};
use crate::control::ControlError;
use crate::delivery::Delivery;
use crate::record::Recorder;
use crate::seal::{KEY_BYTES, KeyRingError, Sealer};
use crate::upstream::Client;
use crate::upstream::accounts::Accounts;
use crate::upstream::client::ClientError;
use crate::upstream::login::CredentialError;

/// What may be changed while a gateway runs.
pub struct Parts {
    /// Its section of the configuration. Where it listens stays.
    pub config: Config,
    /// Policy and catalog.
    pub engine: Arc<Engine>,
    /// Detectors and mask keys.
    pub masking: Masking,
}

/// Why the gateway is not built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The configuration says something that cannot be.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A sealing key cannot be read.
    #[error("sealing key {id}: {source}")]
    SealingKey {
        /// Its name.
        id: String,
        /// What the system or the library said.
        source: SecretError,
    },
    /// A sealing key has not 32 bytes.
    #[error("sealing key {0} must be 32 bytes, as 64 hex digits or base64")]
    SealingKeyShape(String),
    /// The ring cannot be used.
    #[error(transparent)]
    KeyRing(#[from] KeyRingError),
    /// A stored credential cannot be read.
    #[error("connection {name}: {source}")]
    Credential {
        /// The connection.
        name: String,
        /// What the system or the library said.
        source: CredentialError,
    },
    /// The upstream client does not come up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The control topic cannot be followed.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The listener does not come up.
    #[error(transparent)]
    Listen(#[from] ListenError),
}

/// Parts that were checked, with everything they name read.
pub(crate) struct Prepared {
    pub config: Arc<Config>,
    pub engine: Arc<Engine>,
    pub masking: Masking,
    pub sealer: Sealer,
    pub accounts: Arc<Accounts>,
}

/// Checks `parts` and reads what they name. With `running`, its connections upstream are kept where nothing about them changed.
pub(crate) fn prepare(parts: Parts, running: Option<&Accounts>) -> Result<Prepared, BuildError> {
    let Parts {
        config,
        engine,
        masking,
    } = parts;
    config.check()?;
    let keys = config.sealing.iter();
    let keys = keys.map(|key| Ok((key.id.clone(), sealing_key(key)?)));
    let sealer = Sealer::new(keys.collect::<Result<Vec<_>, BuildError>>()?)?;
    let config = Arc::new(config);
    let (roots, patience) = (config.upstream_ca.as_deref(), config.upstream_timeout.0);
    let client = match running {
        Some(running) => running.client().again(roots, patience)?,
        None => Client::new(roots, patience)?,
    };
    let accounts = Accounts::new(Arc::clone(&config), client)
        .map_err(|(name, source)| BuildError::Credential { name, source })?;
    Ok(Prepared {
        config,
        engine,
        masking,
        sealer,
        accounts: Arc::new(accounts),
    })
}

impl Prepared {
    /// How each connection is recorded.
    pub fn audits(&self) -> impl Iterator<Item = (String, Audit)> {
        let connections = self.config.connections.iter();
        connections.map(|(name, connection)| (name.clone(), connection.audit))
    }

    /// What turns replies into results.
    pub fn delivery(&self, recorder: Recorder, clock: &Arc<dyn Clock>) -> Delivery {
        Delivery::new(
            recorder,
            self.masking.clone(),
            Arc::clone(clock),
            self.sealer.clone(),
            Arc::new(self.accounts.client().clone()),
        )
    }
}

/// The key that is named, if it is one.
pub(crate) fn sealing_key(key: &SealingKey) -> Result<Zeroizing<[u8; KEY_BYTES]>, BuildError> {
    let text = key
        .secret()
        .read()
        .map_err(|source| BuildError::SealingKey {
            id: key.id.clone(),
            source,
        })?;
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    if hex::decode_to_slice(text.as_bytes(), bytes.as_mut_slice()).is_ok() {
        return Ok(bytes);
    }
    let decoded = Zeroizing::new(STANDARD.decode(text.as_bytes()).unwrap_or_default());
    if decoded.len() != KEY_BYTES {
        return Err(BuildError::SealingKeyShape(key.id.clone()));
    }
    bytes.copy_from_slice(&decoded);
    Ok(bytes)
}
