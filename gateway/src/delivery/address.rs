//! Chunk addresses: where a client gets its chunks instead of from cloud storage.
//!
//! Enters: upstream's `chunks`, `chunkHeaders`, `qrmk`. Leaves: the same list with sealed URLs of the gateway's own.
//! Never here: a cloud URL or a storage key that the client could read.

use access::{MaskPlan, MaskState};
use event::payload::{ResultColumn, ResultFormat};
use event::{SessionId, TimeNs};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::About;
use super::reply::{GarbageReply, UpstreamReply};
use crate::limits::{CHUNK_ADDRESS_BYTES_MAX, CHUNK_TICKET_BYTES_MAX};
use crate::raw::RawObject;
use crate::seal::{OpenError, Purpose, Sealer};

/// Where chunks are served: the sealed ticket follows.
pub const CHUNK_PATH: &str = "/firn/chunk/";

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
    /// The session it was given to.
    pub const fn session(&self) -> SessionId {
        self.about.session
    }

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

/// Why the client can not be given chunk addresses.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum AddressError {
    #[error(transparent)]
    Garbage(#[from] GarbageReply),
    #[error("the result has too many columns to be delivered in chunks")]
    TooLong,
    #[error("a chunk address can not be sealed")]
    Seal,
}

/// Upstream's chunks, taken apart.
pub(super) struct Chunks {
    list: Vec<RawObject>,
    headers: Vec<(String, String)>,
}

impl Chunks {
    pub(super) fn of(reply: &UpstreamReply) -> Result<Self, GarbageReply> {
        let Some(data) = &reply.data else {
            return Ok(Self {
                list: Vec::new(),
                headers: Vec::new(),
            });
        };
        let list: Option<Vec<RawObject>> = data
            .read("chunks")
            .map_err(|_| GarbageReply::Field("chunks"))?;
        let headers: Option<RawObject> = data
            .read("chunkHeaders")
            .map_err(|_| GarbageReply::Field("chunkHeaders"))?;
        let mut headers: Vec<(String, String)> = headers
            .unwrap_or_default()
            .iter()
            .filter_map(|(name, raw)| Some((name.to_owned(), serde_json::from_str(raw).ok()?)))
            .collect();
        if headers.is_empty()
            && let Some(key) = data.text("qrmk")
        {
            let prefix = "x-amz-server-side-encryption-customer";
            headers.push((format!("{prefix}-algorithm"), "AES256".to_owned()));
            headers.push((format!("{prefix}-key"), key));
        }
        Ok(Self {
            list: list.unwrap_or_default(),
            headers,
        })
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.list.len()).unwrap_or(u32::MAX)
    }

    /// The list as the client gets it. `ticket` is what all its chunks have in common.
    pub(super) fn rewritten(
        self,
        sealer: &Sealer,
        public_base: &str,
        mut ticket: ChunkTicket,
    ) -> Result<Box<RawValue>, AddressError> {
        ticket.headers = self.headers;
        let mut list = Vec::with_capacity(self.list.len());
        for (mut chunk, number) in self.list.into_iter().zip(1..) {
            ticket.chunk = number;
            ticket.url = chunk.text("url").ok_or(GarbageReply::Field("chunks"))?;
            ticket.rows = chunk.read("rowCount").ok().flatten();
            let sealed = seal(sealer, &ticket)?;
            // Whatever else a chunk says (sizes, counts) stays; another field with the URL in it may not.
            chunk.retain(|name| CHUNK_FIELDS.contains(&name));
            chunk
                .set("url", &format!("{public_base}{CHUNK_PATH}{sealed}"))
                .map_err(|_| AddressError::Seal)?;
            list.push(chunk);
            // How many rows stand before the next chunk is known only where upstream says it; then it is checked too.
            ticket.kept_rows = ticket
                .kept_rows
                .map(|left| left.saturating_sub(ticket.rows.unwrap_or(left)));
        }
        serde_json::value::to_raw_value(&list).map_err(|_| AddressError::Seal)
    }
}

/// What a chunk's entry may say to the client.
const CHUNK_FIELDS: [&str; 4] = ["url", "rowCount", "uncompressedSize", "compressedSize"];

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
