//! A chunk's bytes, inflated where they are gzip.
//!
//! Enters: pieces as they came. Leaves: plain pieces, a bounded size at a time. Never here: trust in a header: the bytes
//! themselves say what they are, as drivers too decide.

use std::io::Write as _;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;

use super::refused::RowsRefused;
use crate::limits::INFLATE_STEP_BYTES;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Inflates a stream of pieces.
pub(super) enum Inflate {
    /// Too few bytes yet to say.
    Unknown(Vec<u8>),
    Plain,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Inflate {
    pub(super) const fn new() -> Self {
        Self::Unknown(Vec::new())
    }

    /// Takes the next piece; `take` gets what it holds.
    pub(super) fn push(
        &mut self,
        piece: Bytes,
        take: &mut impl FnMut(Bytes) -> Result<(), RowsRefused>,
    ) -> Result<(), RowsRefused> {
        match self {
            Self::Plain => take(piece),
            Self::Gzip(decoder) => {
                for step in piece.chunks(INFLATE_STEP_BYTES) {
                    decoder.write_all(step).map_err(|_| RowsRefused::Gzip)?;
                    let inflated = std::mem::take(decoder.get_mut());
                    if !inflated.is_empty() {
                        take(inflated.into())?;
                    }
                }
                Ok(())
            }
            Self::Unknown(begun) => {
                begun.extend_from_slice(&piece);
                let Some(magic) = begun.first_chunk::<2>() else {
                    return Ok(());
                };
                let gzip = *magic == GZIP_MAGIC;
                let begun = Bytes::from(std::mem::take(begun));
                *self = if gzip {
                    Self::Gzip(Box::new(MultiGzDecoder::new(Vec::new())))
                } else {
                    Self::Plain
                };
                self.push(begun, take)
            }
        }
    }

    /// Says that no more pieces come.
    pub(super) fn finish(
        self,
        take: &mut impl FnMut(Bytes) -> Result<(), RowsRefused>,
    ) -> Result<(), RowsRefused> {
        match self {
            Self::Plain => Ok(()),
            Self::Unknown(begun) if begun.is_empty() => Ok(()),
            Self::Unknown(begun) => take(begun.into()),
            Self::Gzip(decoder) => {
                // `finish` checks length and checksum: a stream cut short fails here.
                let rest = decoder.finish().map_err(|_| RowsRefused::Gzip)?;
                if rest.is_empty() {
                    return Ok(());
                }
                take(rest.into())
            }
        }
    }
}
