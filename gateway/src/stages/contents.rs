//! What is in a file, however it is packed.
//!
//! Enters: a file as it is on the wire. Leaves: what it was read as and what was found in it. Never here: more of it unpacked than
//! the limit: such a file is unread.

use std::io::{self, BufRead, BufReader, Read, Write as _};

use access::Masking;
use access::scan::{FileScan, Moved, look_into};
use bytes::Bytes;
use event::Masked;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::limits::{STAGE_BATCH_ROWS, STAGE_PLAIN_BYTES_MAX};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const PARQUET: &[u8] = b"PAR1";

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Gzip,
    Zstd,
}

/// A file that was looked into.
pub(super) struct Looked {
    pub moved: Moved,
    pub packing: Packing,
}

/// Whether a file is packed with gzip.
pub(super) fn is_gzip(file: &[u8]) -> bool {
    file.starts_with(&GZIP)
}

/// Looks into a file; with `mask`, for a masked copy. What cannot be read is unread.
pub(super) async fn look(masking: &Masking, file: Bytes, mask: bool) -> Looked {
    let packing = match file.as_ref() {
        bytes if is_gzip(bytes) => Packing::Gzip,
        bytes if bytes.starts_with(&ZSTD) => Packing::Zstd,
        _ => Packing::None,
    };
    let masking = masking.clone();
    // A reader that panics on hostile bytes costs this file only.
    let looking = tokio::task::spawn_blocking(move || unpacked(&masking, &file, packing, mask));
    let moved = looking.await.ok().and_then(Result::ok);
    Looked {
        moved: moved.unwrap_or_else(Moved::unread),
        packing,
    }
}

fn unpacked(masking: &Masking, file: &[u8], packing: Packing, mask: bool) -> io::Result<Moved> {
    match packing {
        Packing::None => read(masking, file, mask),
        Packing::Gzip => read(masking, MultiGzDecoder::new(file), mask),
        Packing::Zstd => read(masking, zstd::Decoder::new(file)?, mask),
    }
}

fn read(masking: &Masking, input: impl Read, mask: bool) -> io::Result<Moved> {
    let mut input = BufReader::new(Bounded {
        inner: input,
        left: STAGE_PLAIN_BYTES_MAX,
    });
    if !input.fill_buf()?.starts_with(PARQUET) {
        return look_into(input, masking, mask);
    }
    let mut whole = Vec::new();
    input.read_to_end(&mut whole)?;
    rows(masking, whole.into())
}

/// Parquet, batch by batch.
fn rows(masking: &Masking, file: Bytes) -> io::Result<Moved> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(io::Error::other)?;
    let groups = builder.metadata().row_groups().iter();
    let plain: i64 = groups.map(|group| group.total_byte_size().max(0)).sum();
    if usize::try_from(plain).unwrap_or(usize::MAX) > STAGE_PLAIN_BYTES_MAX {
        return Ok(Moved::unread());
    }
    let mut scan = FileScan::new(masking.detectors());
    let batches = builder.with_batch_size(STAGE_BATCH_ROWS).build();
    for batch in batches.map_err(io::Error::other)? {
        scan.batch(&batch.map_err(io::Error::other)?);
    }
    Ok(Moved::of_parquet(&scan.finish()))
}

/// A masked copy, packed as the file was; none where that fails.
pub(super) async fn packed(packing: Packing, copy: Masked<Vec<u8>>) -> Option<Bytes> {
    let packing = tokio::task::spawn_blocking(move || {
        let plain = copy.into_inner();
        match packing {
            Packing::None => Ok(plain),
            Packing::Gzip => {
                let mut packer = GzEncoder::new(Vec::new(), Compression::default());
                packer.write_all(&plain)?;
                packer.finish()
            }
            Packing::Zstd => zstd::encode_all(plain.as_slice(), zstd::DEFAULT_COMPRESSION_LEVEL),
        }
    });
    let packed: io::Result<Vec<u8>> = packing.await.ok()?;
    packed.ok().map(Bytes::from)
}

/// A reader that fails where it would give more than it may.
struct Bounded<R> {
    inner: R,
    left: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.left = self
            .left
            .checked_sub(read)
            .ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use access::{Masking, MaskingConfig};
    use bytes::Bytes;
    use event::payload::FileContent;

    use super::{Packing, look, packed};

    #[tokio::test]
    async fn packed_files_are_looked_into_and_stay_packed() {
        let masking = Masking::new(MaskingConfig::default()).expect("masks");
        let plain = "id,email\n1,ann@example.com\n";
        let zstd = zstd::encode_all(plain.as_bytes(), 3).expect("packs");
        for (file, packing) in [
            (plain.as_bytes().to_vec(), Packing::None),
            (gzip(plain.as_bytes()), Packing::Gzip),
            (zstd, Packing::Zstd),
        ] {
            let looked = look(&masking, file.into(), true).await;
            assert_eq!(looked.packing, packing);
            assert_eq!(looked.moved.content, FileContent::Text);
            assert_eq!(looked.moved.found.len(), 1, "{packing:?}");
            let copy = looked.moved.masked.expect("a copy");
            let copy = packed(packing, copy).await.expect("packs");
            let again = look(&masking, copy, true).await;
            assert_eq!((again.packing, again.moved.found.len()), (packing, 0));
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_unread() {
        let masking = Masking::new(MaskingConfig::default()).expect("masks");
        let bomb = gzip(&vec![b' '; 160 << 20]);
        for file in [b"PAR1 no".to_vec(), b"\x1f\x8b\x08 no".to_vec(), bomb] {
            let looked = look(&masking, Bytes::from(file), false).await;
            assert_eq!(looked.moved.content, FileContent::Unread);
        }
    }

    fn gzip(plain: &[u8]) -> Vec<u8> {
        use std::io::Write as _;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(plain).expect("writes");
        packer.finish().expect("finishes")
    }
}
