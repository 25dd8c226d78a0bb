//! One partition's log as writer and readers see it.
//!
//! Enters: segments as they grow and go. Leaves: how far the log is durable, and where an offset is found.
//! Never here: an end that is not durable.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::RwLock;
use tokio::sync::watch;

use super::folder;
use super::segment::{self, Segment};
use crate::{Partition, ReadError};

/// How far a log goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// The offset after the last durable record.
    pub next: u64,
    /// Nothing will follow.
    pub closed: bool,
}

/// Who changes the segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// This process.
    Owner,
    /// Another one, so the folder is listed again when a reader looks for an offset.
    Watcher,
}

pub(super) struct Log {
    pub partition: Partition,
    pub folder: PathBuf,
    side: Side,
    segments: RwLock<Vec<Segment>>,
    end: watch::Sender<End>,
    released: AtomicU64,
}

impl Log {
    pub(super) fn new(
        partition: Partition,
        folder: PathBuf,
        side: Side,
        segments: Vec<Segment>,
        next: u64,
    ) -> Self {
        Self {
            partition,
            folder,
            side,
            segments: RwLock::new(segments),
            end: watch::Sender::new(End {
                next,
                closed: false,
            }),
            released: AtomicU64::new(0),
        }
    }

    pub(super) fn end(&self) -> End {
        *self.end.borrow()
    }

    pub(super) fn watch(&self) -> watch::Receiver<End> {
        self.end.subscribe()
    }

    /// The log is durable up to `next`.
    pub(super) fn advance(&self, next: u64) {
        self.end.send_if_modified(|end| {
            let grows = next > end.next;
            end.next = end.next.max(next);
            grows
        });
    }

    pub(super) fn close(&self) {
        self.end.send_modify(|end| end.closed = true);
    }

    /// The archive has everything below `offset`.
    pub(super) fn release(&self, offset: u64) {
        self.released.fetch_max(offset, Ordering::SeqCst);
    }

    /// Whoever has read further than the owner's log goes has read another log, or records that are lost: what is written from now
    /// on would have numbers that reader is past, and never reach it. A watcher's end may lag behind the owner's.
    pub(super) fn check_reaches(&self, from: u64) -> Result<(), ReadError> {
        let end = self.end().next;
        if self.side == Side::Watcher || from <= end {
            return Ok(());
        }
        Err(ReadError::Unavailable(format!(
            "{} ends at offset {end}, and was read up to offset {from} before: this is another journal, or an older copy; put back the one that was there, or give this one an archive of its own",
            self.partition
        )))
    }

    pub(super) fn begins(&self) -> Result<u64, ReadError> {
        self.refresh()?;
        Ok(self
            .segments
            .read()
            .first()
            .map_or(0, |segment| segment.head.base))
    }

    /// Bytes of the segment that begins at `base` that are durable; none where that is not known: it is gone, or another process's.
    pub(super) fn durable_bytes(&self, base: u64) -> Option<u64> {
        if self.side == Side::Watcher {
            return None;
        }
        let segments = self.segments.read();
        // Readers are mostly at the end.
        let mut newest = segments.iter().rev();
        newest
            .find(|segment| segment.head.base == base)
            .map(|segment| segment.bytes)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.segments
            .read()
            .iter()
            .map(|segment| segment.bytes)
            .sum()
    }

    /// The segment that holds `offset`, and where in it to begin looking.
    pub(super) fn locate(&self, offset: u64) -> Result<(Segment, u64), ReadError> {
        self.refresh()?;
        let segments = self.segments.read();
        let after = segments.partition_point(|segment| segment.head.base <= offset);
        let segment = after.checked_sub(1).and_then(|at| segments.get(at));
        segment
            .map(|segment| {
                let at = segment.seek(offset);
                (
                    Segment {
                        index: Vec::new(),
                        ..segment.clone()
                    },
                    at,
                )
            })
            .ok_or_else(|| ReadError::Dropped {
                partition: self.partition,
                asked: offset,
                begins: segments.first().map_or(0, |segment| segment.head.base),
            })
    }

    /// Replaces the active segment's account, or adds a new one.
    pub(super) fn update(&self, change: impl FnOnce(&mut Vec<Segment>)) {
        change(&mut self.segments.write());
    }

    /// Drops the oldest segments that are archived and either too old or too many. The last one always stays.
    pub(super) fn retain(&self, bytes_max: u64, older_than: i64) -> io::Result<()> {
        loop {
            let released = self.released.load(Ordering::SeqCst);
            let total = self.bytes();
            let oldest = {
                let segments = self.segments.read();
                let [oldest, following, ..] = segments.as_slice() else {
                    return Ok(());
                };
                let archived = following.head.base <= released;
                let aged = following.first_time.is_some_and(|time| time < older_than);
                if !archived || !(aged || total > bytes_max) {
                    return Ok(());
                }
                oldest.path.clone()
            };
            match fs::remove_file(&oldest) {
                // By a try that could not sync the folder, or by hand: it must not keep those after it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed?,
            }
            folder::sync_folder(&self.folder)?;
            self.segments
                .write()
                .retain(|segment| segment.path != oldest);
        }
    }

    fn refresh(&self) -> Result<(), ReadError> {
        if self.side == Side::Owner {
            return Ok(());
        }
        let unavailable = |error: io::Error| {
            ReadError::Unavailable(format!("{}: {error}", self.folder.display()))
        };
        let listed = segment::list(&self.folder).map_err(unavailable)?;
        let mut segments = self.segments.write();
        segments.retain(|segment| listed.iter().any(|(_, path)| *path == segment.path));
        for (base, path) in listed {
            if segments.iter().any(|segment| segment.path == path) {
                continue;
            }
            match Segment::read(&path, base) {
                Ok(segment) => segments.push(segment),
                // Retention was quicker.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(ReadError::Damaged {
                        partition: self.partition,
                        offset: base,
                        detail: error.to_string(),
                    });
                }
            }
        }
        segments.sort_by_key(|segment| segment.head.base);
        Ok(())
    }
}
