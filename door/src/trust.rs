//! TLS towards receivers: the system's roots or those given, and a client certificate where one is asked for.
//!
//! Enters: PEM files. Leaves: a client configuration. Never here: a connection without verification.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;

/// `tls` of a receiver.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// Who vouches for the receiver, PEM; without it, the system's authorities.
    pub ca: Option<PathBuf>,
    /// Our certificate chain, PEM, where the receiver asks for one.
    pub cert: Option<PathBuf>,
    /// Its key, PEM.
    pub key: Option<PathBuf>,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Half of a client certificate.
    #[error("tls: `cert` and `key` go together")]
    Pair,
    /// A file of certificates or keys.
    #[error("{path}: {detail}")]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// What the library said.
    #[error("{0}")]
    Client(String),
}

impl Trust {
    /// A client that verifies so.
    pub fn client(&self) -> Result<ClientConfig, TrustError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TrustError::Client(error.to_string()))?
            .with_root_certificates(self.roots()?);
        let (Some(cert), Some(key)) = (&self.cert, &self.key) else {
            if self.cert.is_some() || self.key.is_some() {
                return Err(TrustError::Pair);
            }
            return Ok(builder.with_no_client_auth());
        };
        let pem = |path: &PathBuf, error: &dyn std::fmt::Display| TrustError::Pem {
            path: path.clone(),
            detail: error.to_string(),
        };
        let chain = CertificateDer::pem_file_iter(cert)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| pem(cert, &error))?;
        let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| pem(key, &error))?;
        builder
            .with_client_auth_cert(chain, secret)
            .map_err(|error| pem(cert, &error))
    }

    fn roots(&self) -> Result<RootCertStore, TrustError> {
        let mut roots = RootCertStore::empty();
        let Some(ca) = &self.ca else {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            return Ok(roots);
        };
        let pem = |detail: String| TrustError::Pem {
            path: ca.clone(),
            detail,
        };
        let found = CertificateDer::pem_file_iter(ca)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| pem(error.to_string()))?;
        if found.is_empty() {
            return Err(pem("it holds no certificate".to_owned()));
        }
        for certificate in found {
            roots
                .add(certificate)
                .map_err(|error| pem(error.to_string()))?;
        }
        Ok(roots)
    }
}
