//! The bytes of a segment: a head, then one frame a record.
//!
//! Enters: records, or bytes of a file. Leaves: frames, checked. Never here: files.
//!
//! Segment head, 32 bytes: `firnseg` and version 1, base offset, salt (u64), CRC-32 of those, 4 zero bytes.
//! Frame: mark (u32), CRC-32 (u32), body length (u32), offset, commit (u64), time (i64), body. All little endian.
//! Body: key length (u16), key, header count (u16), per header name length (u16), value length (u32), name, value; then the value.
//!
//! The mark is half of the segment's random salt, and the CRC begins with all of it, so bytes inside a value never pass for a frame.
//! `commit` is the offset of the first record of the same group commit: a frame proves that everything below its
//! `commit` was durable before it was written. That tells a torn tail from damage.

use bytes::{Buf, BufMut, Bytes};

use crate::Record;
use crate::limits::RECORD_BYTES_MAX;

pub(super) const SEGMENT_HEAD: usize = 32;
pub(super) const FRAME_HEAD: usize = 36;
const MAGIC: &[u8; 8] = b"firnseg\x01";
/// Where the frame's CRC begins to cover it.
const COVERED: usize = 8;
/// A body carries lengths besides the record's own bytes.
const BODY_BYTES_MAX: usize = RECORD_BYTES_MAX + 64 * 1024;

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SegmentHead {
    /// Offset of its first record.
    pub base: u64,
    /// Random, never shown outside the folder.
    pub salt: u64,
}

impl SegmentHead {
    pub(super) fn to_bytes(self) -> [u8; SEGMENT_HEAD] {
        let mut bytes = [0; SEGMENT_HEAD];
        let mut rest = bytes.as_mut_slice();
        rest.put_slice(MAGIC);
        rest.put_u64_le(self.base);
        rest.put_u64_le(self.salt);
        let crc = crc32fast::hash(&bytes[..24]);
        bytes[24..28].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub(super) fn parse(bytes: &[u8; SEGMENT_HEAD]) -> Result<Self, &'static str> {
        if !bytes.starts_with(MAGIC) {
            return Err("segment does not begin as this version writes it");
        }
        let mut rest = &bytes[8..];
        let base = rest.get_u64_le();
        let salt = rest.get_u64_le();
        if rest.get_u32_le() != crc32fast::hash(&bytes[..24]) {
            return Err("checksum of the segment's head is wrong");
        }
        Ok(Self { base, salt })
    }
}

/// The fixed part of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameHead {
    pub crc: u32,
    pub body: usize,
    pub offset: u64,
    pub commit: u64,
    pub time: i64,
}

impl FrameHead {
    /// Bytes of the whole frame.
    pub(super) const fn frame_bytes(&self) -> usize {
        FRAME_HEAD + self.body
    }

    /// Reads a head; the checksum is [`check`]'s business.
    pub(super) fn parse(bytes: &[u8; FRAME_HEAD], salt: u64) -> Result<Self, &'static str> {
        let mut rest = bytes.as_slice();
        if rest.get_u32_le() != mark(salt) {
            return Err("no record begins here");
        }
        let head = Self {
            crc: rest.get_u32_le(),
            body: rest.get_u32_le() as usize,
            offset: rest.get_u64_le(),
            commit: rest.get_u64_le(),
            time: rest.get_i64_le(),
        };
        if head.body > BODY_BYTES_MAX {
            return Err("record's length is impossible");
        }
        Ok(head)
    }
}

/// What stands before every frame of the segment.
pub(super) const fn mark(salt: u64) -> u32 {
    // A file's hole reads as zeros, so zero is no mark.
    salt as u32 | 1
}

/// Appends the frame of `record` to `buffer`.
pub(super) fn push(
    buffer: &mut Vec<u8>,
    salt: u64,
    (offset, commit, time): (u64, u64, i64),
    record: &Record,
) {
    let start = buffer.len();
    buffer.put_u32_le(mark(salt));
    buffer.put_u32_le(0);
    buffer.put_u32_le(0);
    buffer.put_u64_le(offset);
    buffer.put_u64_le(commit);
    buffer.put_i64_le(time);
    buffer.put_u16_le(record.key.len() as u16);
    buffer.put_slice(&record.key);
    buffer.put_u16_le(record.headers.len() as u16);
    for (name, value) in &record.headers {
        buffer.put_u16_le(name.len() as u16);
        buffer.put_u32_le(value.len() as u32);
        buffer.put_slice(name.as_bytes());
        buffer.put_slice(value.as_bytes());
    }
    buffer.put_slice(&record.value);
    let body = (buffer.len() - start - FRAME_HEAD) as u32;
    buffer[start + 8..start + 12].copy_from_slice(&body.to_le_bytes());
    let crc = checksum(salt, &buffer[start + COVERED..]);
    buffer[start + 4..start + 8].copy_from_slice(&crc.to_le_bytes());
}

/// Whether `frame`, head and body, is what was written.
pub(super) fn check(head: &FrameHead, frame: &[u8], salt: u64) -> Result<(), &'static str> {
    match frame.get(COVERED..) {
        Some(covered) if checksum(salt, covered) == head.crc => Ok(()),
        _ => Err("checksum of the record is wrong"),
    }
}

fn checksum(salt: u64, covered: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&salt.to_le_bytes());
    hasher.update(covered);
    hasher.finalize()
}

/// Key, headers, value.
pub(super) type Body = (Vec<u8>, Vec<(String, String)>, Bytes);

/// Takes a checked body apart; the value shares the memory of `body`.
pub(super) fn open(mut body: Bytes) -> Result<Body, &'static str> {
    const BAD: &str = "record's parts do not add up";
    let length = body.try_get_u16_le().map_err(|_| BAD)?;
    let key = cut(&mut body, length.into()).ok_or(BAD)?.to_vec();
    let count = body.try_get_u16_le().map_err(|_| BAD)?;
    let mut headers = Vec::with_capacity(usize::from(count).min(64));
    for _ in 0..count {
        let name = body.try_get_u16_le().map_err(|_| BAD)?;
        let value = body.try_get_u32_le().map_err(|_| BAD)?;
        let name = cut(&mut body, name.into()).ok_or(BAD)?;
        let value = cut(&mut body, value as usize).ok_or(BAD)?;
        headers.push((text(&name), text(&value)));
    }
    Ok((key, headers, body))
}

fn cut(body: &mut Bytes, length: usize) -> Option<Bytes> {
    (length <= body.len()).then(|| body.split_to(length))
}

fn text(bytes: &Bytes) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The bytes `record` takes in a segment, or why it cannot be written.
pub(super) fn measure(record: &Record) -> Result<usize, String> {
    let parts = record
        .headers
        .iter()
        .map(|(name, value)| name.len() + value.len());
    let bytes = record.value.len() + record.key.len() + parts.sum::<usize>();
    if bytes > RECORD_BYTES_MAX {
        return Err(format!(
            "record of {bytes} bytes exceeds the limit of {RECORD_BYTES_MAX}"
        ));
    }
    if record.headers.len() > 1024 {
        return Err(format!("{} headers are too many", record.headers.len()));
    }
    if record
        .headers
        .iter()
        .any(|(name, _)| name.len() > usize::from(u16::MAX))
    {
        return Err("a header's name is too long".to_owned());
    }
    Ok(FRAME_HEAD + bytes + 4 + record.headers.len() * 6)
}
