//! TLS towards receivers, as all of firn does it.
//!
//! Enters: PEM files. Leaves: a client configuration. Never here: a connection without verification.

pub use door::Trust as TlsConfig;
use door::TrustError;
use rustls::ClientConfig;

use super::BuildError;

/// A client that verifies as `config` says.
pub fn client(config: &TlsConfig) -> Result<ClientConfig, BuildError> {
    config.client().map_err(|error| match error {
        TrustError::Pair => BuildError::Pair,
        TrustError::Pem { path, detail } => BuildError::Pem { path, detail },
        TrustError::Client(said) => BuildError::Client(said),
    })
}
