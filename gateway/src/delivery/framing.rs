//! What an Arrow stream says of itself, looked at before the decoder believes it.
//!
//! Enters: the bytes of an IPC stream, cut anywhere. Leaves: whether its messages claim no more than their bytes can hold.
//! Never here: a cell; a decision on types (the mask makes that).
//!
//! The decoder allocates what a message claims: a compressed buffer names its own plain length, a batch its own number of
//! rows. A lie there would end the process, not the statement. Snowflake compresses chunks as a whole, never single buffers
//! (its drivers could not read them), so a compressed batch is refused.

use arrow::ipc::{Message, RecordBatch, root_as_message};

use super::refused::RowsRefused;
use crate::limits::{ARROW_METADATA_BYTES_MAX, CHUNK_BYTES_MAX};

/// Stands before the length of a message; older streams have the length alone.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// How far into which message the stream is.
#[derive(Debug)]
pub(crate) enum Framing {
    /// The length of the next message, as far as it came.
    Length(Vec<u8>),
    /// The message's own description.
    Metadata { wanted: usize, got: Vec<u8> },
    /// Its buffers.
    Body { left: u64 },
    /// The end was marked; what follows is nobody's.
    Ended,
}

impl Framing {
    /// At the beginning of a stream.
    pub(crate) const fn new() -> Self {
        Self::Length(Vec::new())
    }

    /// Looks at the next bytes, before they are decoded.
    pub(crate) fn look(&mut self, mut bytes: &[u8]) -> Result<(), RowsRefused> {
        while !bytes.is_empty() {
            let next = match self {
                Self::Ended => return Ok(()),
                Self::Length(got) => {
                    take(got, 4 + continued(got), &mut bytes);
                    if got.len() < 4 + continued(got) {
                        continue;
                    }
                    Some(Self::after_length(got)?)
                }
                Self::Metadata { wanted, got } => {
                    take(got, *wanted, &mut bytes);
                    if got.len() < *wanted {
                        continue;
                    }
                    Some(Self::Body { left: body(got)? })
                }
                Self::Body { left } => {
                    let here = usize::try_from(*left)
                        .unwrap_or(usize::MAX)
                        .min(bytes.len());
                    bytes = bytes.get(here..).unwrap_or_default();
                    *left = left.saturating_sub(here as u64);
                    (*left == 0).then(Self::new)
                }
            };
            if let Some(next) = next {
                // A message without a body ends where its description does.
                *self = match next {
                    Self::Body { left: 0 } => Self::new(),
                    other => other,
                };
            }
        }
        Ok(())
    }

    fn after_length(got: &[u8]) -> Result<Self, RowsRefused> {
        let length = got.last_chunk::<4>().ok_or(RowsRefused::Arrow)?;
        let length = i32::from_le_bytes(*length);
        match usize::try_from(length) {
            Ok(0) => Ok(Self::Ended),
            Ok(wanted) if wanted <= ARROW_METADATA_BYTES_MAX => Ok(Self::Metadata {
                wanted,
                got: Vec::new(),
            }),
            _ => Err(RowsRefused::Arrow),
        }
    }
}

/// Four more bytes, once the first four are the marker.
fn continued(got: &[u8]) -> usize {
    if got.starts_with(&CONTINUATION) { 4 } else { 0 }
}

/// Moves bytes over until `got` has `wanted`.
fn take(got: &mut Vec<u8>, wanted: usize, bytes: &mut &[u8]) {
    let here = wanted.saturating_sub(got.len()).min(bytes.len());
    let (now, later) = bytes.split_at_checked(here).unwrap_or((bytes, &[]));
    got.extend_from_slice(now);
    *bytes = later;
}

/// The length of a message's body, if what the message claims fits into it.
fn body(metadata: &[u8]) -> Result<u64, RowsRefused> {
    let message: Message<'_> = root_as_message(metadata).map_err(|_| RowsRefused::Arrow)?;
    let length = u64::try_from(message.bodyLength()).map_err(|_| RowsRefused::Arrow)?;
    if length > CHUNK_BYTES_MAX {
        return Err(RowsRefused::TooLarge);
    }
    let dictionary = message.header_as_dictionary_batch();
    let batches = [
        message.header_as_record_batch(),
        dictionary.and_then(|dictionary| dictionary.data()),
    ];
    for batch in batches.into_iter().flatten() {
        fits(&batch, length)?;
    }
    Ok(length)
}

/// Every row takes at least a bit of some buffer.
fn fits(batch: &RecordBatch<'_>, length: u64) -> Result<(), RowsRefused> {
    let rows = u64::try_from(batch.length()).map_err(|_| RowsRefused::Arrow)?;
    if batch.compression().is_some() || rows > length.saturating_mul(8) {
        return Err(RowsRefused::Arrow);
    }
    Ok(())
}
