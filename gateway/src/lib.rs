//! The data path: an agent's driver on one side, Snowflake on the other.
//!
//! Enters: requests of an unmodified Snowflake driver. Leaves: the same protocol's answers, masked, after their events are durable.
//! Never here: a decision (see `access`), storage (see `ledger`).

pub mod answer;
pub mod approvals;
pub mod body;
pub mod claims;
pub mod config;
pub mod control;
pub mod crosscheck;
pub mod delivery;
mod ended;
mod ending;
pub mod identify;
mod inline;
pub mod known;
pub mod limits;
mod listener;
mod login;
mod past;
mod queries;
pub mod raw;
pub mod record;
mod results;
pub mod router;
pub mod seal;
mod service;
pub mod session;
mod statement;
pub mod upstream;
pub mod views;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use access::Masking;
use access::engine::Engine;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ledger::clock::Clock;
use ledger::emit::Emitter;
use ledger::journal::Journal;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use config::{ConfigError, SealingKey, SecretError};
use control::{Control, ControlError};
use delivery::Delivery;
use identify::Identify;
use record::Recorder;
use seal::{KEY_BYTES, KeyRingError, Sealer};
use service::Shared;
use upstream::Client;
use upstream::client::ClientError;
use upstream::login::{Credential, CredentialError};

pub use config::Config;
pub use listener::{ListenError, Listener};

/// What the gateway works with; the roles around it own them.
pub struct Deps {
    /// The journal, for the control topic.
    pub journal: Arc<dyn Journal>,
    /// The process's emitter.
    pub emitter: Emitter,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Policy and catalog.
    pub engine: Arc<Engine>,
    /// Detectors and mask keys.
    pub masking: Masking,
    /// The identity provider.
    pub identify: Arc<dyn Identify>,
    /// No other gateway can serve these sessions: the journal is this process's own. Then nothing need be asked of it
    /// before a decision.
    pub alone: bool,
}

/// Why the gateway is not built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The configuration says something that can not be.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A sealing key can not be read.
    #[error("sealing key {id}: {source}")]
    SealingKey {
        /// Its name.
        id: String,
        /// Why.
        source: SecretError,
    },
    /// A sealing key has not 32 bytes.
    #[error("sealing key {0} must be 32 bytes, as 64 hex digits or base64")]
    SealingKeyShape(String),
    /// The ring can not be used.
    #[error(transparent)]
    KeyRing(#[from] KeyRingError),
    /// A stored credential can not be read.
    #[error("connection {name}: {source}")]
    Credential {
        /// The connection.
        name: String,
        /// Why.
        source: CredentialError,
    },
    /// The upstream client does not come up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The control topic can not be followed.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The listener does not come up.
    #[error(transparent)]
    Listen(#[from] ListenError),
}

/// A gateway that is bound, and serves once [`Gateway::run`] is called.
pub struct Gateway {
    shared: Arc<Shared>,
    listener: Listener,
}

/// Reads secrets, follows the control topic, binds.
pub async fn build(config: Config, deps: Deps) -> Result<Gateway, BuildError> {
    config.check()?;
    let sealer = Sealer::new(
        config
            .sealing
            .iter()
            .map(|key| Ok((key.id.clone(), sealing_key(key)?)))
            .collect::<Result<Vec<_>, BuildError>>()?,
    )?;
    let credentials = config
        .connections
        .iter()
        .map(|(name, connection)| {
            let credential =
                Credential::read(&connection.auth).map_err(|source| BuildError::Credential {
                    name: name.clone(),
                    source,
                })?;
            Ok((name.clone(), credential))
        })
        .collect::<Result<BTreeMap<_, _>, BuildError>>()?;
    let client = Client::new(config.upstream_ca.as_deref(), config.upstream_timeout.0)?;
    let control = Control::start(
        Arc::clone(&deps.journal),
        deps.emitter.clone(),
        Arc::clone(&deps.clock),
        sealer.clone(),
    )
    .await?;
    let audits = config
        .connections
        .iter()
        .map(|(name, connection)| (name.clone(), connection.audit));
    let recorder = Recorder::new(deps.emitter, Arc::clone(&deps.clock), audits);
    let delivery = Delivery::new(
        recorder.clone(),
        deps.masking.clone(),
        Arc::clone(&deps.clock),
        sealer.clone(),
        Arc::new(client.clone()),
    );
    let listener = Listener::bind(config.listen, config.tls.as_ref()).await?;
    let shared = Arc::new(Shared {
        credentials,
        sealer,
        recorder,
        clock: deps.clock,
        engine: deps.engine,
        masking: deps.masking,
        identify: deps.identify,
        client,
        control,
        delivery,
        views: views::Views::default(),
        known: known::Known::default(),
        sent: known::Sent::default(),
        replies: statement::replies::Replies::default(),
        closed: ending::Closed::default(),
        watch: ending::Watch::default(),
        pasts: past::Pasts::default(),
        journal: deps.journal,
        alone: deps.alone,
        config,
    });
    Ok(Gateway { shared, listener })
}

impl Gateway {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// What it knows of held statements, for the approvals API.
    pub fn control(&self) -> Control {
        self.shared.control.clone()
    }

    /// Serves until `shutdown`, then drains.
    pub async fn run(self, shutdown: CancellationToken) {
        let control = self.shared.control.clone();
        let watching = tokio::spawn(ending::watch(Arc::clone(&self.shared), shutdown.clone()));
        let shared = self.shared;
        let answer = move |source, request| service::serve(Arc::clone(&shared), source, request);
        self.listener.run(answer, shutdown).await;
        // It only ends between two sessions; a panic in it is in the log.
        let _ = watching.await;
        control.stop().await;
    }
}

fn sealing_key(key: &SealingKey) -> Result<Zeroizing<[u8; KEY_BYTES]>, BuildError> {
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
