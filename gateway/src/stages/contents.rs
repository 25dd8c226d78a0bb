//! What is in a file, however it is packed.
//!
//! Enters: a file as it is on the wire. Leaves: what it was read as and what was found in it. Never here: more of it unpacked than
//! the limit: such a file is unread.

use std::io::{self, BufRead, BufReader, Read, Write as _};

use access::Masking;
use access::scan::{FileScan, Moved, look_into};
use arrow::datatypes::DataType;
use bytes::Bytes;
use event::Masked;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

use super::footer::is_sound;
use crate::limits::{
    STAGE_BATCH_BYTES, STAGE_BATCH_ROWS, STAGE_CELLS_BYTES_MAX, STAGE_PLAIN_BYTES_MAX,
};

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
    rows(masking, whole.into(), STAGE_CELLS_BYTES_MAX)
}

/// Parquet, batch by batch; with more than `cells_bytes_max` in its cells it is unread.
fn rows(masking: &Masking, file: Bytes, cells_bytes_max: usize) -> io::Result<Moved> {
    if !is_sound(&file) {
        return Ok(Moved::unread());
    }
    // What its writer says that Arrow makes of it is not asked: only what is in it.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options);
    let builder = builder.map_err(io::Error::other)?;
    let groups = builder.metadata().row_groups().iter();
    let groups = groups.map(|group| usize::try_from(group.total_byte_size()).unwrap_or(usize::MAX));
    let (plain, largest) = groups.fold((0_usize, 1_usize), |(plain, largest), group| {
        (plain.saturating_add(group), largest.max(group))
    });
    let mut columns = builder.schema().fields().iter();
    if plain > STAGE_PLAIN_BYTES_MAX || columns.any(|field| hides(field.data_type(), false)) {
        return Ok(Moved::unread());
    }
    let mut scan = FileScan::new(masking.detectors());
    let batch_rows = (STAGE_BATCH_BYTES / largest).clamp(1, STAGE_BATCH_ROWS);
    let batches = builder.with_batch_size(batch_rows).build();
    let mut cells_bytes = 0_usize;
    for batch in batches.map_err(io::Error::other)? {
        let batch = batch.map_err(io::Error::other)?;
        cells_bytes = cells_bytes.saturating_add(batch.get_array_memory_size());
        if cells_bytes > cells_bytes_max {
            return Ok(Moved::unread());
        }
        scan.batch(&batch);
    }
    Ok(Moved::of_parquet(&scan.finish()))
}

/// Whether a column has bytes `inside` of its values, which nobody looks at as the text that they may be.
fn hides(kind: &DataType, inside: bool) -> bool {
    match kind {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => inside,
        DataType::List(of)
        | DataType::LargeList(of)
        | DataType::ListView(of)
        | DataType::LargeListView(of)
        | DataType::FixedSizeList(of, _)
        | DataType::Map(of, _) => hides(of.data_type(), true),
        DataType::Struct(fields) => fields.iter().any(|field| hides(field.data_type(), true)),
        DataType::Dictionary(_, of) => hides(of, true),
        _ => false,
    }
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
    use std::sync::Arc;

    use access::{Masking, MaskingConfig};
    use arrow::array::{ArrayRef, BinaryArray, ListArray, RecordBatch, StringArray};
    use arrow::buffer::OffsetBuffer;
    use arrow::datatypes::{DataType, Field, Schema};
    use bytes::Bytes;
    use event::payload::FileContent;
    use parquet::arrow::ArrowWriter;

    use super::{Packing, look, packed, rows};
    use crate::stages::footer::tests::hostile;

    /// A Parquet file of columns that are all called the same.
    fn parquet(columns: Vec<ArrayRef>) -> Vec<u8> {
        let field = |column: &ArrayRef| Field::new("c", column.data_type().clone(), true);
        let schema = Arc::new(Schema::new(
            columns.iter().map(field).collect::<Vec<Field>>(),
        ));
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns).expect("a batch");
        let mut writer = ArrowWriter::try_new(Vec::new(), schema, None).expect("a writer");
        writer.write(&batch).expect("writes");
        writer.into_inner().expect("a file")
    }

    fn texts(values: &[&str]) -> ArrayRef {
        Arc::new(StringArray::from(values.to_vec()))
    }

    fn bytes(values: &[&[u8]]) -> ArrayRef {
        Arc::new(BinaryArray::from(values.to_vec()))
    }

    #[tokio::test]
    async fn parquet_is_looked_into_wherever_text_may_be() {
        let masking = Masking::new(MaskingConfig::default()).expect("masks");
        let inside = Arc::new(Field::new("item", DataType::Binary, true));
        let lengths = OffsetBuffer::from_lengths([1]);
        let list = ListArray::new(inside, lengths, bytes(&[b"ann@example.com"]), None);
        for (columns, content, found) in [
            (vec![texts(&["ann@example.com"])], FileContent::Parquet, 1),
            (
                vec![texts(&["ann@example.com"]), texts(&["x"])],
                FileContent::Parquet,
                1,
            ),
            (
                vec![bytes(&[b"ann@example.com", b"\xff"])],
                FileContent::Parquet,
                1,
            ),
            (vec![Arc::new(list) as ArrayRef], FileContent::Unread, 0),
        ] {
            let told = format!("{columns:?}");
            let looked = look(&masking, parquet(columns).into(), true).await;
            assert_eq!(looked.moved.content, content, "{told}");
            assert_eq!(looked.moved.found.len(), found, "{told}");
        }
    }

    #[test]
    fn a_value_that_stands_in_every_row_counts_in_each() {
        let masking = Masking::new(MaskingConfig::default()).expect("masks");
        let value = "x".repeat(10_000);
        let file = Bytes::from(parquet(vec![texts(&vec![value.as_str(); 1000])]));
        assert!(file.len() < 100_000, "it is written once");
        for (bytes_max, content) in [
            (1 << 20, FileContent::Unread),
            (1 << 30, FileContent::Parquet),
        ] {
            let moved = rows(&masking, file.clone(), bytes_max).expect("reads");
            assert_eq!(moved.content, content, "{bytes_max}");
        }
    }

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
        let broken = [b"PAR1 no".to_vec(), b"\x1f\x8b\x08 no".to_vec(), bomb];
        for file in broken.into_iter().chain(hostile()) {
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
