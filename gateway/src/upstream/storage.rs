//! Where Snowflake keeps a stage's files, and how a file gets there and back.
//!
//! Enters: what a reply to PUT or GET says of it; a file. Leaves: the file, stored or fetched, encrypted as Snowflake's own clients
//! do. Never here: a word of it for a client; a storage's error text (it may quote a credential); storage in clear, or a folder of
//! this machine, unless Snowflake itself is a test server on it.

mod address;
mod cipher;
mod folder;
mod http;
pub mod place;
mod s3;
pub mod transfer;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use event::Digest;

use super::client::Client;
use cipher::Envelope;
use place::Place;
pub use place::Storage;

/// Why a file did not get where it should. Says nothing of the address.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum StorageError {
    /// Nobody answers, or not in time.
    #[error("the stage's storage cannot be reached")]
    Unreachable,
    /// Another try may go better.
    #[error("the stage's storage refused the file with status {0}")]
    NotNow(u16),
    /// No other try will.
    #[error("the stage's storage refused the file with status {0}")]
    ForGood(u16),
    /// It is not there.
    #[error("the file is not on the stage any more")]
    NotThere,
    /// More than the gateway takes.
    #[error("the file is larger than {limit_bytes} bytes: split it")]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// The name would lead elsewhere.
    #[error("the file's name cannot be one on this stage")]
    Name,
    /// Its encryption is not Snowflake's, or its key is another.
    #[error("the file on the stage cannot be decrypted")]
    Encryption,
    /// The address cannot be used.
    #[error("the stage's storage cannot be addressed")]
    Address,
}

impl StorageError {
    /// Whether another try may go better.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable | Self::NotNow(_))
    }
}

/// What storage keeps beside a file.
#[derive(Clone, Debug, Default)]
struct Beside {
    /// SHA-256 of the file before it was encrypted.
    digest: Option<Digest>,
    envelope: Option<Envelope>,
}

impl Beside {
    fn digest_text(&self) -> Option<String> {
        self.digest.map(|digest| STANDARD.encode(digest.as_bytes()))
    }
}

/// Puts a file on the stage under `name`.
pub async fn store(
    client: &Client,
    storage: &Storage,
    name: &str,
    file: Bytes,
    digest: Digest,
) -> Result<(), StorageError> {
    let mut beside = Beside {
        digest: Some(digest),
        envelope: None,
    };
    let bytes = match &storage.material {
        None => file,
        Some(material) => {
            let material = material.clone();
            let sealing = tokio::task::spawn_blocking(move || cipher::seal(&file, &material));
            let sealed = sealing.await.ok().flatten();
            let (bytes, envelope) = sealed.ok_or(StorageError::Encryption)?;
            beside.envelope = Some(envelope);
            bytes.into()
        }
    };
    match &storage.place {
        Place::Url { url } => http::put(client, url, bytes, http::goog(&beside)).await,
        Place::Gcs { base, token } => {
            let url = address::under(base, name, None)?;
            let mut headers = http::goog(&beside);
            headers.push(("authorization", format!("Bearer {token}")));
            http::put(client, url.as_str(), bytes, headers).await
        }
        Place::Azure { base, signature } => {
            let url = address::under(base, name, Some(signature))?;
            http::put(client, url.as_str(), bytes, http::azure(&beside)).await
        }
        Place::S3(bucket) => s3::put(client, bucket, name, bytes, &beside).await,
        Place::Folder { path } => folder::put(path, name, &bytes).await,
    }
}

/// Takes a file from the stage, decrypted; at most `limit_bytes` of it.
pub async fn fetch(
    client: &Client,
    storage: &Storage,
    name: &str,
    limit_bytes: usize,
) -> Result<Bytes, StorageError> {
    let (bytes, envelope) = match &storage.place {
        Place::Url { url } => http::get(client, url, limit_bytes, None).await?,
        Place::Gcs { base, token } => {
            let url = address::under(base, name, None)?;
            http::get(client, url.as_str(), limit_bytes, Some(token)).await?
        }
        Place::Azure { base, signature } => {
            let url = address::under(base, name, Some(signature))?;
            http::get(client, url.as_str(), limit_bytes, None).await?
        }
        Place::S3(bucket) => s3::get(client, bucket, name, limit_bytes).await?,
        Place::Folder { path } => (folder::get(path, name, limit_bytes).await?, None),
    };
    match (&storage.material, envelope) {
        (_, None) => Ok(bytes),
        (None, Some(_)) => Err(StorageError::Encryption),
        (Some(material), Some(envelope)) => {
            let material = material.clone();
            let opening =
                tokio::task::spawn_blocking(move || cipher::open(&bytes, &envelope, &material));
            let opened = opening.await.ok().flatten();
            opened.map(Bytes::from).ok_or(StorageError::Encryption)
        }
    }
}
