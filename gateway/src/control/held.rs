//! What a gateway needs to run a held statement it never saw.
//!
//! Enters: the request as it came. Leaves: its sealed form's content, compressed. Never here: unsealed bytes on their way
//! to the journal.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use event::Masked;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::HELD_BYTES_MAX;

/// What a gateway needs to run a held statement it never saw: travels sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The text as the record shows it, for the approver.
    pub shown: Masked<String>,
    /// The driver will fetch the result later; nobody polls, so nobody's silence cancels it.
    pub asynchronous: bool,
    /// The client's request, in the statement orchestration's own form.
    #[serde(serialize_with = "pack", deserialize_with = "unpack")]
    pub request: Vec<u8>,
}

fn pack<S: Serializer>(request: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::Error as _;
    let packed =
        zstd::bulk::compress(request, zstd::DEFAULT_COMPRESSION_LEVEL).map_err(S::Error::custom)?;
    serializer.serialize_str(&STANDARD.encode(packed))
}

fn unpack<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    use serde::de::Error as _;
    let text = String::deserialize(deserializer)?;
    let packed = STANDARD.decode(text).map_err(D::Error::custom)?;
    zstd::bulk::decompress(&packed, HELD_BYTES_MAX).map_err(D::Error::custom)
}
