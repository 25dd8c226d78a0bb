//! Tickets: with one a client sends or fetches one file, instead of a credential for the stage's storage.
//!
//! Enters: where upstream keeps the file. Leaves: a sealed ticket. Never here: an address or a key that the client could read.

use event::TimeNs;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::moves::Way;
use crate::about::About;
use crate::limits::{CHUNK_ADDRESS_BYTES_MAX, STAGE_TICKET_BYTES_MAX};
use crate::seal::{OpenError, Purpose, Sealer};
use crate::upstream::storage::Storage;

/// Everything any gateway needs to carry one file. Holds storage keys, so it is never shown.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct FileTicket {
    /// Its own, so that it is used once.
    pub id: Uuid,
    /// The envelope of the events about the file: session and statement it was given to.
    pub about: About,
    pub way: Way,
    /// The stage by its full name.
    pub stage: String,
    /// The file's name there; of an upload the path that the statement says.
    pub file: String,
    /// The client packs what it uploads.
    pub packed: bool,
    pub storage: Storage,
    pub expires: TimeNs,
}

/// Why a ticket is not written.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum TicketError {
    #[error("the file's address would be too long")]
    TooLong,
    #[error("the file's address cannot be sealed")]
    Seal,
}

impl FileTicket {
    pub fn seal(&self, sealer: &Sealer) -> Result<String, TicketError> {
        let plain = serde_json::to_vec(self).map_err(|_| TicketError::Seal)?;
        if plain.len() > STAGE_TICKET_BYTES_MAX {
            return Err(TicketError::TooLong);
        }
        let packed = zstd::bulk::compress(&plain, zstd::DEFAULT_COMPRESSION_LEVEL)
            .map_err(|_| TicketError::Seal)?;
        let sealed = sealer
            .seal_text_bytes(Purpose::File, &packed)
            .map_err(|_| TicketError::Seal)?;
        if sealed.len() > CHUNK_ADDRESS_BYTES_MAX {
            return Err(TicketError::TooLong);
        }
        Ok(sealed)
    }

    /// The ticket in an address, if a gateway of this ring sealed it; its time may be over.
    pub fn open(sealer: &Sealer, sealed: &str) -> Result<Self, OpenError> {
        let packed = sealer.open_text_bytes(Purpose::File, sealed)?;
        let plain = zstd::bulk::decompress(&packed, STAGE_TICKET_BYTES_MAX)
            .map_err(|_| OpenError::Malformed)?;
        serde_json::from_slice(&plain).map_err(|_| OpenError::Malformed)
    }
}
