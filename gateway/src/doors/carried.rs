//! What a client carries of its session instead of a cookie: sealed, so that any gateway goes on with it and nobody else.
//!
//! Enters: claims and what a door adds. Leaves: text for a path or a header. Never here: an authority: whoever sends it shows a
//! token too, of the same principal.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::limits::CARRIED_BYTES_MAX;
use crate::seal::{KeyRingError, OpenError, Purpose, Sealer};

/// Seals `value`, compressed: it stands in addresses.
pub(crate) fn pack<T: Serialize>(
    sealer: &Sealer,
    purpose: Purpose,
    value: &T,
) -> Result<String, KeyRingError> {
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(value).map_err(|_| KeyRingError::Seal)?);
    if plain.len() > CARRIED_BYTES_MAX {
        return Err(KeyRingError::Seal);
    }
    let packed = zstd::bulk::compress(&plain, zstd::DEFAULT_COMPRESSION_LEVEL)
        .map_err(|_| KeyRingError::Seal)?;
    sealer.seal_text_bytes(purpose, &packed)
}

/// Opens what [`pack`] sealed for the same purpose.
pub(crate) fn unpack<T: DeserializeOwned>(
    sealer: &Sealer,
    purpose: Purpose,
    text: &str,
) -> Result<T, OpenError> {
    let packed = sealer.open_text_bytes(purpose, text)?;
    let plain =
        zstd::bulk::decompress(&packed, CARRIED_BYTES_MAX).map_err(|_| OpenError::Malformed)?;
    serde_json::from_slice(&plain).map_err(|_| OpenError::Malformed)
}
