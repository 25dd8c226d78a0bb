//! Segment files: made, listed, and the last one scanned at open.
//!
//! Enters: a partition's folder. Leaves: segments, the last one cut at its torn tail. Never here: a cut of anything that was durable.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::folder;
use super::frame::{self, FRAME_HEAD, FrameHead, SEGMENT_HEAD, SegmentHead};
use crate::limits::INDEX_STRIDE_BYTES;

/// One file of a partition.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub path: PathBuf,
    pub head: SegmentHead,
    /// Bytes that are durable.
    pub bytes: u64,
    /// Time of its first record, once it has one.
    pub first_time: Option<i64>,
    /// Some offsets and where their frames begin, both growing.
    pub index: Vec<(u64, u64)>,
}

impl Segment {
    /// Makes a new file; it is there whole or not at all.
    pub(super) fn create(folder: &Path, head: SegmentHead) -> io::Result<(Self, File)> {
        let path = path_of(folder, head.base);
        let fresh = path.with_extension("new");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .mode(folder::FILE_MODE)
            .open(&fresh)?;
        file.write_all(&head.to_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, &path)?;
        folder::sync_folder(folder)?;
        let segment = Self {
            path,
            head,
            bytes: SEGMENT_HEAD as u64,
            first_time: None,
            index: Vec::new(),
        };
        Ok((segment, file))
    }

    /// Reads what a file says of itself.
    pub(super) fn read(path: &Path, base: u64) -> io::Result<Self> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let mut head = [0; SEGMENT_HEAD];
        file.read_exact_at(&mut head, 0)?;
        let head = SegmentHead::parse(&head).map_err(io::Error::other)?;
        if head.base != base {
            return Err(io::Error::other("segment's name and head disagree"));
        }
        let mut first = [0; FRAME_HEAD];
        let first_time = match file.read_exact_at(&mut first, SEGMENT_HEAD as u64) {
            Ok(()) => FrameHead::parse(&first, head.salt)
                .ok()
                .map(|frame| frame.time),
            Err(_) => None,
        };
        Ok(Self {
            path: path.to_owned(),
            head,
            bytes,
            first_time,
            index: Vec::new(),
        })
    }

    /// Notes where a record begins, sparsely.
    pub(super) fn note(&mut self, offset: u64, at: u64) {
        if self
            .index
            .last()
            .is_none_or(|&(_, last)| at >= last + INDEX_STRIDE_BYTES)
        {
            self.index.push((offset, at));
        }
    }

    /// Where to begin looking for `offset`.
    pub(super) fn seek(&self, offset: u64) -> u64 {
        let after = self.index.partition_point(|&(known, _)| known <= offset);
        after
            .checked_sub(1)
            .and_then(|at| self.index.get(at))
            .map_or(SEGMENT_HEAD as u64, |&(_, at)| at)
    }
}

fn path_of(folder: &Path, base: u64) -> PathBuf {
    folder.join(format!("{base:020}.log"))
}

/// The segments in `folder`, oldest first; nothing of them is read.
pub(super) fn list(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let base = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_suffix(".log"))
            .and_then(|base| base.parse().ok());
        if let Some(base) = base {
            found.push((base, path));
        }
    }
    found.sort();
    Ok(found)
}

/// What a scan of the last segment found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// Every byte belongs to a record.
    Whole,
    /// Bytes from here on were being written when the process or the machine died.
    Torn(u64),
}

/// Records below `offset` can be read, that one cannot, and it was durable once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Damage {
    pub offset: u64,
    pub detail: &'static str,
}

/// Reads the whole of `bytes`, a segment file, and fills the index. Returns the next offset and how the file ends.
pub(super) fn scan(segment: &mut Segment, bytes: &[u8]) -> Result<(u64, Tail), Damage> {
    let salt = segment.head.salt;
    let mut next = segment.head.base;
    let mut at = SEGMENT_HEAD;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        match whole_frame(rest, salt) {
            Ok(head) if head.offset == next => {
                segment.first_time.get_or_insert(head.time);
                segment.note(next, at as u64);
                next += 1;
                at += head.frame_bytes();
            }
            Ok(_) => {
                return Err(Damage {
                    offset: next,
                    detail: "another record stands in its place",
                });
            }
            Err(detail) => {
                // Every later commit began after this record's own was durable.
                if later_commit(rest, salt, next) {
                    return Err(Damage {
                        offset: next,
                        detail,
                    });
                }
                return Ok((next, Tail::Torn(at as u64)));
            }
        }
    }
    Ok((next, Tail::Whole))
}

fn whole_frame(bytes: &[u8], salt: u64) -> Result<FrameHead, &'static str> {
    let head = bytes.first_chunk().ok_or("record's head is cut off")?;
    let head = FrameHead::parse(head, salt)?;
    let frame = bytes.get(..head.frame_bytes()).ok_or("record is cut off")?;
    frame::check(&head, frame, salt)?;
    Ok(head)
}

fn later_commit(bytes: &[u8], salt: u64, offset: u64) -> bool {
    let mark = frame::mark(salt).to_le_bytes();
    bytes
        .windows(mark.len())
        .enumerate()
        .skip(1)
        .any(|(at, window)| {
            window == mark
                && bytes.get(at..).is_some_and(|rest| {
                    whole_frame(rest, salt).is_ok_and(|head| head.commit > offset)
                })
        })
}
