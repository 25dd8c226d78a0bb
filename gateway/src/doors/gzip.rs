//! A streamed body in gzip.
//!
//! Enters: bytes as they become durable. Leaves: the same, compressed, each piece as soon as it is there. Never here: what they are.

use std::io::{self, Write as _};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::{Stream, StreamExt as _};

/// Each piece flushed to a byte boundary, so that its bytes can leave at once.
pub(crate) fn gzip<E>(
    pieces: impl Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static
where
    E: Into<Box<dyn std::error::Error + Send + Sync>> + Send + 'static,
{
    let encoder = GzEncoder::new(Vec::new(), Compression::fast());
    futures::stream::unfold(Some((pieces, encoder)), |state| async move {
        let (mut pieces, mut encoder) = state?;
        loop {
            match pieces.next().await {
                // It only says that the rows before it were all.
                Some(Ok(bytes)) if bytes.is_empty() => {}
                Some(Ok(bytes)) => {
                    let packing = tokio::task::spawn_blocking(move || pack(encoder, &bytes));
                    return match packing.await.map_err(io::Error::other) {
                        Ok(Ok((packed, again))) => Some((Ok(packed), Some((pieces, again)))),
                        Ok(Err(error)) | Err(error) => Some((Err(error), None)),
                    };
                }
                Some(Err(failure)) => return Some((Err(io::Error::other(failure)), None)),
                None => return Some((encoder.try_finish().map(|()| taken(&mut encoder)), None)),
            }
        }
    })
}

fn pack(mut encoder: GzEncoder<Vec<u8>>, bytes: &[u8]) -> io::Result<(Bytes, GzEncoder<Vec<u8>>)> {
    encoder.write_all(bytes)?;
    encoder.flush()?;
    Ok((taken(&mut encoder), encoder))
}

fn taken(encoder: &mut GzEncoder<Vec<u8>>) -> Bytes {
    std::mem::take(encoder.get_mut()).into()
}
