//! Reading one partition: durable records from an offset on, then each new one as it becomes durable.
//!
//! Enters: a log and an offset. Leaves: records in order. Never here: a record that is not durable, or a gap.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;

use super::frame::{self, FRAME_HEAD, FrameHead};
use super::log::Log;
use super::segment::Segment;
use crate::limits::{NEAR_BYTES, READ_BYTES};
use crate::{Delivered, Offset, Position, ReadError, Subscription};

/// The records of `log` from `from` on.
pub(super) async fn subscribe(log: Arc<Log>, from: u64) -> Result<Subscription, ReadError> {
    log.check_reaches(from)?;
    let mut cursor = Cursor {
        log: Arc::clone(&log),
        next: from,
        open: None,
    };
    // Finds out at once whether the offset was dropped.
    cursor = blocking(move || cursor.seek().map(|()| cursor)).await?;
    let mut end = log.watch();
    let stream = async_stream::try_stream! {
        loop {
            let seen = *end.borrow_and_update();
            if cursor.next < seen.next {
                let records;
                if cursor.is_near() {
                    // Written a moment ago, so it is in memory still: another thread would take longer to wake than to read it.
                    records = cursor.read(seen.next)?;
                } else {
                    (cursor, records) = blocking(move || cursor.read(seen.next).map(|records| (cursor, records))).await?;
                }
                for record in records {
                    yield record;
                }
            } else if seen.closed || end.changed().await.is_err() {
                return;
            }
        }
    };
    Ok(stream.boxed())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ReadError> + Send + 'static,
) -> Result<T, ReadError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ReadError::Unavailable(error.to_string()))?
}

/// A place in a log.
struct Cursor {
    log: Arc<Log>,
    /// The offset wanted next.
    next: u64,
    open: Option<OpenSegment>,
}

enum Step {
    Record(Delivered),
    /// It lies before what is wanted.
    Skipped,
    /// The rest needs another read.
    Cut,
}

struct OpenSegment {
    segment: Segment,
    file: File,
    at: u64,
}

impl Cursor {
    fn seek(&mut self) -> Result<(), ReadError> {
        let (segment, at) = self.log.locate(self.next)?;
        let file = File::open(&segment.path).map_err(|error| self.unavailable(&error))?;
        self.open = Some(OpenSegment { segment, file, at });
        Ok(())
    }

    /// Whether little is left to read, of what this process wrote last.
    fn is_near(&self) -> bool {
        let left = self.open.as_ref().and_then(|open| {
            let durable = self.log.durable_bytes(open.segment.head.base)?;
            Some(durable.saturating_sub(open.at))
        });
        left.is_some_and(|left| left <= NEAR_BYTES)
    }

    /// Some records below `end`, at least one. `end` is durable and beyond `next`.
    fn read(&mut self, end: u64) -> Result<Vec<Delivered>, ReadError> {
        loop {
            let Some(open) = &mut self.open else {
                self.seek()?;
                continue;
            };
            let length = worth_reading(&self.log, open);
            let bytes = match read_at(&open.file, open.at, length) {
                Ok(bytes) => bytes,
                Err(error) => return Err(self.unavailable(&error)),
            };
            if bytes.is_empty() {
                let base = open.segment.head.base;
                self.seek()?;
                let moved = self
                    .open
                    .as_ref()
                    .is_some_and(|open| open.segment.head.base != base);
                if !moved {
                    return Err(self.damaged("record is missing"));
                }
                continue;
            }
            let records = self.take(bytes, end)?;
            if !records.is_empty() {
                return Ok(records);
            }
        }
    }

    /// The records of `bytes`, which begin where the open segment stands, below `end`.
    fn take(&mut self, mut bytes: Bytes, end: u64) -> Result<Vec<Delivered>, ReadError> {
        let mut records = Vec::new();
        let mut first = true;
        while self.next < end {
            match self.step(&mut bytes, first) {
                Ok(Step::Record(record)) => records.push(record),
                Ok(Step::Skipped) => {}
                Ok(Step::Cut) => break,
                Err(error) if first => return Err(error),
                // What is good is delivered; the next read begins with the bad one and says so.
                Err(_) => break,
            }
            first = false;
        }
        Ok(records)
    }

    /// Takes one frame off `bytes`; moves only if it is good. Only the first of a read is sure to have all its bytes.
    fn step(&mut self, bytes: &mut Bytes, first: bool) -> Result<Step, ReadError> {
        let Some(open) = &self.open else {
            return Ok(Step::Cut);
        };
        let salt = open.segment.head.salt;
        let head = match bytes.first_chunk::<FRAME_HEAD>() {
            Some(head) => FrameHead::parse(head, salt),
            None if first => Err("record's head is cut off"),
            None => return Ok(Step::Cut),
        };
        let head = head.map_err(|detail| self.damaged(detail))?;
        let length = head.frame_bytes();
        if bytes.len() < length {
            if !first {
                return Ok(Step::Cut);
            }
            // One record larger than what is read at once.
            *bytes =
                read_at(&open.file, open.at, length).map_err(|error| self.unavailable(&error))?;
            if bytes.len() < length {
                return Err(self.damaged("record is cut off"));
            }
        }
        let frame = bytes.split_to(length);
        let step = if head.offset < self.next {
            Step::Skipped
        } else {
            Step::Record(self.deliver(&head, &frame, salt)?)
        };
        if let Some(open) = &mut self.open {
            open.at += length as u64;
        }
        if matches!(step, Step::Record(_)) {
            self.next += 1;
        }
        Ok(step)
    }

    fn deliver(&self, head: &FrameHead, frame: &Bytes, salt: u64) -> Result<Delivered, ReadError> {
        if head.offset != self.next {
            return Err(self.damaged("another record stands in its place"));
        }
        frame::check(head, frame, salt).map_err(|detail| self.damaged(detail))?;
        let body = frame.slice(FRAME_HEAD..);
        let (key, headers, value) = frame::open(body).map_err(|detail| self.damaged(detail))?;
        let position = Position {
            partition: self.log.partition,
            offset: Offset(head.offset),
        };
        Ok(Delivered {
            position,
            key,
            headers,
            value,
        })
    }

    fn damaged(&self, detail: &str) -> ReadError {
        ReadError::Damaged {
            partition: self.log.partition,
            offset: self.next,
            detail: detail.to_owned(),
        }
    }

    fn unavailable(&self, error: &io::Error) -> ReadError {
        ReadError::Unavailable(format!("{}: {error}", self.log.folder.display()))
    }
}

/// How much to read at once. Who is at the end mostly waits for the few records of the last commit: each shares the memory of what was
/// read with it for as long as anybody keeps it.
fn worth_reading(log: &Log, open: &OpenSegment) -> usize {
    let durable = log.durable_bytes(open.segment.head.base);
    let left = durable.map(|durable| usize::try_from(durable.saturating_sub(open.at)));
    match left {
        Some(Ok(left)) => left.min(READ_BYTES),
        _ => READ_BYTES,
    }
}

/// Up to `length` bytes at `at`; fewer only at the file's end.
fn read_at(file: &File, at: u64, length: usize) -> io::Result<Bytes> {
    let mut bytes = BytesMut::zeroed(length);
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, at + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes.freeze())
}
