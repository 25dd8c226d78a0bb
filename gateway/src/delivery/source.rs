//! Where the rows of large results come from.
//!
//! Enters: an address and its headers, both from upstream. Leaves: bytes as stored. Never here: a token of the session.

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

/// Stored bytes as they come, still compressed if they were.
pub type ChunkBody = BoxStream<'static, std::io::Result<Bytes>>;

/// Fetches chunks from cloud storage.
#[async_trait]
pub trait ChunkSource: Send + Sync + 'static {
    /// Asks for `url` with exactly `headers`.
    async fn fetch(
        &self,
        url: &str,
        headers: &[(String, String)],
    ) -> Result<ChunkBody, ChunkSourceError>;
}

/// Why there are no bytes. Says nothing of the address.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ChunkSourceError {
    /// Nobody answers.
    #[error("cloud storage cannot be reached")]
    Unreachable,
    /// Another try may go better.
    #[error("cloud storage refused the chunk with status {0}")]
    NotNow(u16),
    /// No other try will.
    #[error("cloud storage refused the chunk with status {0}")]
    ForGood(u16),
}
