//! Tickets: with one a client gets a chunk of its result, masked, instead of an address in cloud storage.
//!
//! Enters: where upstream's chunks are. Leaves: a sealed ticket for each. Never here: a cloud URL or a storage key that the
//! client could read.

use access::{MaskPlan, MaskState};
use event::TimeNs;
use event::payload::{ResultColumn, ResultFormat};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::limits::{CHUNK_ADDRESS_BYTES_MAX, CHUNK_TICKET_BYTES_MAX};
use crate::outcome::Part;
use crate::seal::{OpenError, Purpose, Sealer};
use crate::upstream::given::Chunk;

/// Everything any gateway needs to fetch, mask and record one chunk. Holds storage keys, so it is never shown.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChunkTicket {
    pub(super) about: About,
    pub(super) result: u32,
    pub(super) chunk: u32,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) rows: Option<u64>,
    pub(super) format: ResultFormat,
    pub(super) columns: Vec<ResultColumn>,
    pub(super) plan: MaskPlan,
    pub(super) state: MaskState,
    /// Rows of the chunk the record keeps; none is all.
    #[serde(default)]
    pub(super) kept_rows: Option<u64>,
    pub(super) expires: TimeNs,
}

impl ChunkTicket {
    /// The envelope of the events its delivery emits.
    pub const fn about(&self) -> &About {
        &self.about
    }
}

/// Why a chunk address is not served.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ChunkRefused {
    /// Not sealed by a gateway of this ring.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Its time is over.
    #[error("this chunk address has expired: run the statement again")]
    Expired,
}

/// Why the client cannot be given chunk addresses.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum AddressError {
    #[error("the result has too many columns to be delivered in chunks")]
    TooLong,
    #[error("a chunk address cannot be sealed")]
    Seal,
}

/// A ticket for each chunk. `ticket` is what all of them have in common.
pub(super) fn tickets(
    sealer: &Sealer,
    chunks: Vec<Chunk>,
    mut ticket: ChunkTicket,
) -> Result<Vec<Part>, AddressError> {
    let mut parts = Vec::with_capacity(chunks.len());
    for (chunk, number) in chunks.into_iter().zip(1..) {
        ticket.chunk = number;
        ticket.url = chunk.url;
        ticket.rows = chunk.rows;
        parts.push(Part {
            ticket: seal(sealer, &ticket)?,
            rows: chunk.rows,
        });
        // How many rows stand before the next chunk is known only where upstream says it; then it is checked too.
        ticket.kept_rows = ticket
            .kept_rows
            .map(|left| left.saturating_sub(ticket.rows.unwrap_or(left)));
    }
    Ok(parts)
}

/// The ticket in an address, if a gateway of this ring sealed it and its time is not over.
pub(super) fn open(
    sealer: &Sealer,
    sealed: &str,
    now: TimeNs,
) -> Result<ChunkTicket, ChunkRefused> {
    let packed = sealer.open_text_bytes(Purpose::Chunk, sealed)?;
    let plain = zstd::bulk::decompress(&packed, CHUNK_TICKET_BYTES_MAX)
        .map_err(|_| OpenError::Malformed)?;
    let ticket: ChunkTicket = serde_json::from_slice(&plain).map_err(|_| OpenError::Malformed)?;
    if now >= ticket.expires {
        return Err(ChunkRefused::Expired);
    }
    Ok(ticket)
}

fn seal(sealer: &Sealer, ticket: &ChunkTicket) -> Result<String, AddressError> {
    let plain = serde_json::to_vec(ticket).map_err(|_| AddressError::Seal)?;
    if plain.len() > CHUNK_TICKET_BYTES_MAX {
        return Err(AddressError::TooLong);
    }
    let packed = zstd::bulk::compress(&plain, zstd::DEFAULT_COMPRESSION_LEVEL)
        .map_err(|_| AddressError::Seal)?;
    let sealed = sealer
        .seal_text_bytes(Purpose::Chunk, &packed)
        .map_err(|_| AddressError::Seal)?;
    if sealed.len() > CHUNK_ADDRESS_BYTES_MAX {
        return Err(AddressError::TooLong);
    }
    Ok(sealed)
}
