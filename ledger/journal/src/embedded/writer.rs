//! The one thread that writes a partition: takes what waits, writes it, syncs once, answers all.
//!
//! Enters: records in call order. Leaves: durable positions. Never here: an answer before the disk's.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};
use tokio::sync::oneshot;

use super::folder::{Lock, Marks};
use super::frame::{self, SegmentHead};
use super::log::Log;
use super::segment::Segment;
use super::{EmbeddedConfig, random_salt};
use crate::clock::Clock;
use crate::limits::{COMMIT_BYTES_MAX, QUEUE_BYTES_MAX};
use crate::{AppendError, Offset, Position, Record};

pub(super) type Answer = oneshot::Sender<Result<Position, AppendError>>;
/// Where the answer comes.
pub(super) type Pending = oneshot::Receiver<Result<Position, AppendError>>;

/// What waits for the disk.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    records: Vec<(Record, Answer)>,
    bytes: usize,
    tidy: bool,
    closed: bool,
}

impl Waiting {
    fn take(&mut self, bytes: usize, record: Record) -> Result<Pending, AppendError> {
        if self.closed {
            return Err(AppendError::Unavailable("journal is closed".to_owned()));
        }
        if self.bytes + bytes > QUEUE_BYTES_MAX {
            let detail = format!("{} bytes wait for the disk already", self.bytes);
            return Err(AppendError::Unavailable(detail));
        }
        let (answer, pending) = oneshot::channel();
        self.bytes += bytes;
        self.records.push((record, answer));
        Ok(pending)
    }
}

impl Queue {
    /// Takes the records into the order, beside each other: a commit that has one has all of them, as far as it holds them. Each is answered
    /// for itself.
    pub(super) fn push_all(&self, records: Vec<Record>) -> Vec<Result<Pending, AppendError>> {
        let measured: Vec<_> = records
            .into_iter()
            .map(|record| (frame::measure(&record), record))
            .collect();
        let mut waiting = self.waiting.lock();
        let taken = measured
            .into_iter()
            .map(|(bytes, record)| waiting.take(bytes.map_err(AppendError::Refused)?, record))
            .collect();
        drop(waiting);
        self.changed.notify_one();
        taken
    }

    /// Asks the writer to look for segments to drop.
    pub(super) fn tidy(&self) {
        self.waiting.lock().tidy = true;
        self.changed.notify_one();
    }

    /// Takes no more; the writer ends after what waits.
    pub(super) fn close(&self) {
        self.waiting.lock().closed = true;
        self.changed.notify_one();
    }

    /// Waits for work. None once closed and empty.
    fn take(&self) -> Option<(Vec<(Record, Answer)>, bool)> {
        let mut waiting = self.waiting.lock();
        loop {
            if !waiting.records.is_empty() || waiting.tidy {
                waiting.bytes = 0;
                let tidy = std::mem::take(&mut waiting.tidy);
                return Some((std::mem::take(&mut waiting.records), tidy));
            }
            if waiting.closed {
                return None;
            }
            self.changed.wait(&mut waiting);
        }
    }
}

pub(super) struct Writer {
    pub log: Arc<Log>,
    pub queue: Arc<Queue>,
    pub clock: Arc<dyn Clock>,
    pub config: EmbeddedConfig,
    pub marks: Arc<Marks>,
    /// The partition's place in the marks.
    pub number: usize,
    /// Held by every writer, so that the folder stays ours until the last one ended.
    pub lock: Arc<Lock>,
    pub file: File,
    pub head: SegmentHead,
    /// Bytes of the active file that are durable.
    pub durable: u64,
    pub next: u64,
    /// The last write failed: bytes beyond `durable` may be anything.
    pub failed: bool,
}

impl Writer {
    pub(super) fn run(mut self) {
        while let Some((records, tidy)) = self.queue.take() {
            let mut records = records.into_iter().peekable();
            while records.peek().is_some() {
                let mut batch = Vec::new();
                let mut bytes = 0;
                while let Some((record, _)) = records.peek() {
                    bytes += record.value.len();
                    if !batch.is_empty() && bytes > COMMIT_BYTES_MAX {
                        break;
                    }
                    batch.extend(records.next());
                }
                self.commit(batch);
            }
            if tidy {
                self.tidy();
            }
        }
        self.log.close();
        drop(self.lock);
    }

    /// Writes the batch, syncs once, and answers everybody in it.
    pub(super) fn commit(&mut self, batch: Vec<(Record, Answer)>) {
        let first = self.next;
        let result = self.write(&batch);
        if let Err(error) = &result {
            self.failed = true;
            tracing::error!(partition = %self.log.partition, %error, "journal cannot write");
        }
        for ((_, answer), offset) in batch.into_iter().zip(first..) {
            let position = Position {
                partition: self.log.partition,
                offset: Offset(offset),
            };
            // Whoever no longer waits needs no answer.
            let _ = answer.send(match &result {
                Ok(()) => Ok(position),
                Err(error) => Err(AppendError::Unavailable(error.to_string())),
            });
        }
    }

    fn write(&mut self, batch: &[(Record, Answer)]) -> io::Result<()> {
        if self.failed {
            // Pages of a failed sync count as clean, so nothing beyond what is known durable may stay.
            self.file.set_len(self.durable)?;
            self.file.sync_all()?;
            self.failed = false;
        }
        if self.log.bytes() > self.config.capacity_bytes {
            return Err(io::Error::other(
                "journal is full: the recorder must archive, or journal.capacity_bytes must grow",
            ));
        }
        if self.durable > self.config.segment_bytes && self.next > self.head.base {
            self.roll()?;
        }
        let time = self.clock.now().0;
        let mut buffer = Vec::new();
        let mut starts = Vec::with_capacity(batch.len());
        for ((record, _), offset) in batch.iter().zip(self.next..) {
            starts.push((offset, self.durable + buffer.len() as u64));
            frame::push(
                &mut buffer,
                self.head.salt,
                (offset, self.next, time),
                record,
            );
        }
        self.file.write_all_at(&buffer, self.durable)?;
        self.file.sync_data()?;
        self.durable += buffer.len() as u64;
        self.next += batch.len() as u64;
        self.log.update(|segments| {
            if let Some(active) = segments.last_mut() {
                active.bytes = self.durable;
                active.first_time.get_or_insert(time);
                for (offset, at) in starts {
                    active.note(offset, at);
                }
            }
        });
        if let Err(error) = self.marks.set(self.number, self.next) {
            // Readers in other processes fall behind; what is durable stays durable.
            tracing::warn!(partition = %self.log.partition, %error, "cannot mark the journal's end");
        }
        self.log.advance(self.next);
        Ok(())
    }

    fn roll(&mut self) -> io::Result<()> {
        let head = SegmentHead {
            base: self.next,
            salt: random_salt(),
        };
        let (segment, file) = Segment::create(&self.log.folder, head)?;
        self.file = file;
        self.head = head;
        self.durable = segment.bytes;
        self.log.update(|segments| segments.push(segment));
        self.tidy();
        Ok(())
    }

    fn tidy(&self) {
        let age = i64::try_from(self.config.retention_age.as_nanos()).unwrap_or(i64::MAX);
        let older_than = self.clock.now().0.saturating_sub(age);
        if let Err(error) = self.log.retain(self.config.retention_bytes, older_than) {
            tracing::warn!(partition = %self.log.partition, %error, "cannot drop an old segment");
        }
    }
}
