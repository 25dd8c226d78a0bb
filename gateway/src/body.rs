//! A driver's request body, whole, decompressed, bounded.
//!
//! Enters: a request body, plain or gzip. Leaves: its bytes, or a refusal that reaches the driver. Never here: more memory
//! than the limit, whatever the client claims or compresses.

use std::io::Read as _;

use bytes::Bytes;
use event::Principal;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use crate::arriving::{Arriving, Cut, next_piece};
use crate::limits::{BODY_STEP_BYTES, BODY_TIMEOUT, DRAINED_BYTES_MAX, RETRY_AFTER_SECONDS};
use crate::room::{Growing, NoRoom};

/// Why a body is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BodyError {
    /// Too long as sent, or once decompressed.
    #[error("the request is larger than {limit_bytes} bytes{}: send less at once", if *.unpacked { " once decompressed" } else { "" })]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
        /// It was the decompressed form.
        unpacked: bool,
    },
    /// Not gzip though it says so.
    #[error("the request body is not valid gzip: send it again")]
    Gzip,
    /// Another compression.
    #[error("content encoding {0:?} is not supported: send gzip or none")]
    Encoding(String),
    /// Others' bodies fill the room there is.
    #[error(
        "this gateway has no room for the request now: send it again in {RETRY_AFTER_SECONDS} s"
    )]
    Busy,
    /// The client went away or was too slow.
    #[error("the request body did not arrive in full: send it again")]
    Cut,
}

/// Reads the whole body, in the room of the principal `whose` it is, or of the token that is shown. Past the limit it goes on reading, keeping nothing, so that the driver hears the refusal
/// instead of a broken pipe, which it would retry.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Arriving,
    whose: Option<&Principal>,
    limit_bytes: usize,
) -> Result<Bytes, BodyError> {
    let sent = Growing::of(whose, headers);
    let sent = tokio::time::timeout(BODY_TIMEOUT, collect(body, limit_bytes, sent))
        .await
        .map_err(|_| BodyError::Cut)??;
    match headers.get(CONTENT_ENCODING).map(|value| value.as_bytes()) {
        None | Some(b"" | b"identity") => Ok(sent.freeze()),
        Some(value) if value.eq_ignore_ascii_case(b"gzip") => unpack(sent, limit_bytes).await,
        Some(other) => Err(BodyError::Encoding(
            String::from_utf8_lossy(other).chars().take(32).collect(),
        )),
    }
}

async fn collect(
    mut body: Arriving,
    limit_bytes: usize,
    mut kept: Growing,
) -> Result<Growing, BodyError> {
    let mut read_bytes = 0usize;
    while let Some(data) = next_piece(&mut body).await? {
        read_bytes = read_bytes.saturating_add(data.len());
        if read_bytes > DRAINED_BYTES_MAX {
            break;
        }
        if read_bytes > limit_bytes {
            kept = kept.another();
        } else {
            kept.push(&data).await?;
        }
    }
    if read_bytes > limit_bytes {
        return Err(BodyError::TooLarge {
            limit_bytes,
            unpacked: false,
        });
    }
    Ok(kept)
}

/// Decompresses at most `limit_bytes`, a step at a time and each in its room: a bomb takes what it may, and no more.
pub(crate) async fn unpack(packed: Growing, limit_bytes: usize) -> Result<Bytes, BodyError> {
    // An empty body with the header set is what some clients send for "nothing".
    if packed.len() == 0 {
        return Ok(Bytes::new());
    }
    let mut plain = packed.another();
    let mut reader = flate2::read::MultiGzDecoder::new(packed.as_ref());
    let likely = packed.len().saturating_mul(4).max(4096);
    let mut step = vec![
        0;
        BODY_STEP_BYTES
            .min(likely)
            .min(limit_bytes.saturating_add(1))
    ];
    loop {
        let read = match reader.read(&mut step) {
            Ok(0) => return Ok(plain.freeze()),
            Ok(read) => read,
            Err(_) => return Err(BodyError::Gzip),
        };
        if plain.len().saturating_add(read) > limit_bytes {
            return Err(BodyError::TooLarge {
                limit_bytes,
                unpacked: true,
            });
        }
        plain.push(step.get(..read).unwrap_or_default()).await?;
    }
}

impl From<Cut> for BodyError {
    fn from(Cut: Cut) -> Self {
        Self::Cut
    }
}

impl From<NoRoom> for BodyError {
    fn from(NoRoom: NoRoom) -> Self {
        Self::Busy
    }
}

/// Decompresses at most `limit_bytes`.
pub fn gunzip(packed: &[u8], limit_bytes: usize) -> Result<Bytes, BodyError> {
    // An empty body with the header set is what some clients send for "nothing".
    if packed.is_empty() {
        return Ok(Bytes::new());
    }
    let mut plain = Vec::new();
    let ceiling = u64::try_from(limit_bytes)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    flate2::read::MultiGzDecoder::new(packed)
        .take(ceiling)
        .read_to_end(&mut plain)
        .map_err(|_| BodyError::Gzip)?;
    if plain.len() > limit_bytes {
        return Err(BodyError::TooLarge {
            limit_bytes,
            unpacked: true,
        });
    }
    Ok(Bytes::from(plain))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::{BodyError, gunzip};

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(plain).expect("writes");
        packer.finish().expect("finishes")
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
        let bomb = gzip(&vec![0; 4 << 20]);
        assert!(bomb.len() < 8 << 10);
        let refused = BodyError::TooLarge {
            limit_bytes: 1 << 20,
            unpacked: true,
        };
        assert_eq!(gunzip(&bomb, 1 << 20), Err(refused));
        assert_eq!(gunzip(&bomb, 4 << 20).map(|plain| plain.len()), Ok(4 << 20));
    }

    #[test]
    fn what_is_not_gzip_is_refused() {
        let cut = gzip(b"select 1");
        for packed in [b"{}".as_slice(), &cut[..cut.len() - 4], &[0x1f, 0x8b, 8]] {
            assert_eq!(gunzip(packed, 100), Err(BodyError::Gzip));
        }
        assert_eq!(gunzip(&[], 100).as_deref(), Ok(b"".as_slice()));
    }
}
