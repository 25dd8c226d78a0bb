//! The journal in a folder of this machine: segment files, checksummed records, one sync for many appends.
//!
//! Enters: records. Leaves: the same records in order, once they are on disk. Never here: a network, or a second writer.
//!
//! A torn tail, what was being written when the process or the machine died, is cut at open and was never acknowledged: one that the marks
//! say was durable is an error, as is anything else that cannot be read; it names the offset.

mod folder;
mod frame;
mod log;
mod reader;
mod segment;
mod watcher;
mod writer;

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use parking_lot::Mutex;

use self::folder::{Layout, Lock, Marks};
use self::frame::SegmentHead;
use self::log::{Log, Side};
use self::segment::{Segment, Tail};
pub use self::watcher::EmbeddedReader;
use self::writer::{Queue, Writer};
use super::group::Groups;
use super::partitioner::partition_of;
use super::{
    AppendError, Appending, Assignments, Journal, Offset, Partition, Position, ReadError, Record,
    Subscription, Topic,
};
use crate::clock::Clock;
use crate::limits;

/// How the folder is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddedConfig {
    /// Partitions of `firn.events`; fixed when the folder is made.
    pub events_partitions: u32,
    /// A segment is closed beyond this many bytes.
    pub segment_bytes: u64,
    /// Archived segments go when the partition has more bytes than this,
    pub retention_bytes: u64,
    /// or when they are older than this.
    pub retention_age: Duration,
    /// Appends are refused when a partition has more bytes than this, archived or not.
    pub capacity_bytes: u64,
}

impl Default for EmbeddedConfig {
    fn default() -> Self {
        Self {
            events_partitions: limits::EVENTS_PARTITIONS,
            segment_bytes: limits::SEGMENT_BYTES,
            retention_bytes: limits::RETENTION_BYTES,
            retention_age: limits::RETENTION_AGE,
            capacity_bytes: limits::CAPACITY_BYTES,
        }
    }
}

/// Why a folder is not opened as a journal.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process writes to it.
    #[error("journal {folder} is in use by {holder}: stop it, or ask it instead")]
    Locked {
        /// The folder.
        folder: PathBuf,
        /// Who holds it.
        holder: String,
    },
    /// It was made with another number of partitions.
    #[error(
        "journal {folder} has {found} event partitions, the configuration says {wanted}: keep {found}, or begin a new folder"
    )]
    Partitions {
        /// The folder.
        folder: PathBuf,
        /// What it has.
        found: u32,
        /// What was asked for.
        wanted: u32,
    },
    /// The configuration cannot be.
    #[error(
        "events_partitions must be 1 to {}, got {count}",
        limits::PARTITIONS_MAX
    )]
    Count {
        /// What was asked for.
        count: u32,
    },
    /// Not a journal of this version.
    #[error("{path} is not a journal this build reads: {detail}")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// In words, for whoever mends it.
        detail: String,
    },
    /// Something that was durable cannot be read.
    #[error(
        "{partition} is damaged at offset {offset}: {detail}; restore its folder from a copy, or move it away"
    )]
    Damaged {
        /// The partition.
        partition: Partition,
        /// The first offset that cannot be read.
        offset: u64,
        /// What is wrong.
        detail: String,
    },
    /// The operating system refused.
    #[error("cannot {action} {path}: {error}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

impl OpenError {
    fn io(action: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            error,
        }
    }
}

/// The journal in a folder. One process at a time; others read with [`Embedded::open_reader`].
pub struct Embedded {
    folder: PathBuf,
    layout: Layout,
    partitions: Vec<(Arc<Log>, Arc<Queue>)>,
    groups: Groups,
    running: Mutex<Option<Running>>,
}

/// What ends when the journal is closed.
struct Running {
    threads: Vec<std::thread::JoinHandle<()>>,
    lock: Arc<Lock>,
}

impl Embedded {
    /// Opens the folder, or makes it. Cuts torn tails; refuses a folder that another process writes to.
    pub fn open(
        folder: &Path,
        config: EmbeddedConfig,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        if !(1..=limits::PARTITIONS_MAX).contains(&config.events_partitions) {
            let count = config.events_partitions;
            return Err(OpenError::Count { count });
        }
        folder::make_folder(folder).map_err(|error| OpenError::io("make", folder, error))?;
        folder::close_to_others(folder).map_err(|error| OpenError::io("close", folder, error))?;
        let lock = Arc::new(Lock::take(folder)?);
        let wanted = Layout::new(config.events_partitions, limits::CONTROL_PARTITIONS);
        let layout = Layout::read_or_write(folder, wanted)?;
        let closed = folder::read_closed(folder)
            .map_err(|error| OpenError::io("read", &folder.join("closed.json"), error))?;
        let durable = folder.join("durable");
        let marks = Marks::left(folder, layout.partitions().len())
            .map_err(|error| OpenError::io("read", &durable, error))?;
        let mut opened = Vec::new();
        for (partition, durable) in layout.partitions().into_iter().zip(marks) {
            let closed = closed.get(&partition.to_string()).copied().unwrap_or(0);
            let floor = Floor { closed, durable };
            opened.push(open_partition(folder, partition, floor)?);
        }
        folder::remove_closed(folder)
            .map_err(|error| OpenError::io("remove", &folder.join("closed.json"), error))?;
        let ends: Vec<u64> = opened.iter().map(|(log, _)| log.end().next).collect();
        let marks = Marks::create(folder, &ends)
            .map_err(|error| OpenError::io("write", &durable, error))?;
        let marks = Arc::new(marks);
        let mut partitions = Vec::new();
        let mut threads = Vec::new();
        for (number, (log, active)) in opened.into_iter().enumerate() {
            let queue = Arc::new(Queue::default());
            let writer = Writer {
                next: log.end().next,
                log: Arc::clone(&log),
                queue: Arc::clone(&queue),
                clock: Arc::clone(&clock),
                config,
                marks: Arc::clone(&marks),
                number,
                lock: Arc::clone(&lock),
                file: active.file,
                head: active.head,
                durable: active.bytes,
                failed: false,
            };
            partitions.push((log, queue));
            let thread = std::thread::Builder::new()
                .name(format!("journal-{number}"))
                .spawn(move || writer.run())
                .map_err(|error| OpenError::io("start a thread for", folder, error))?;
            threads.push(thread);
        }
        Ok(Self {
            folder: folder.to_owned(),
            layout,
            partitions,
            groups: Groups::default(),
            running: Mutex::new(Some(Running { threads, lock })),
        })
    }

    /// Opens a folder that another process writes to, for reading only. Needs no lock and changes nothing.
    pub fn open_reader(folder: &Path) -> Result<EmbeddedReader, OpenError> {
        EmbeddedReader::open(folder)
    }

    fn find(&self, partition: Partition) -> Result<&(Arc<Log>, Arc<Queue>), ReadError> {
        self.partitions
            .iter()
            .find(|(log, _)| log.partition == partition)
            .ok_or_else(|| ReadError::Unavailable(format!("there is no partition {partition}")))
    }

    /// Takes records of one partition into its order, beside each other.
    fn take(&self, partition: Partition, records: Vec<Record>) -> Vec<Appending> {
        let queue = match self.find(partition) {
            Ok((_, queue)) => queue,
            Err(error) => {
                let unavailable = || AppendError::Unavailable(error.to_string());
                let each = records.iter();
                return each.map(|_| answered(Err(unavailable()))).collect();
            }
        };
        let taken = queue.push_all(records).into_iter();
        taken
            .map(|pending| match pending {
                Ok(pending) => pending
                    .map(|answer| answer.unwrap_or_else(|_| Err(gone())))
                    .boxed(),
                Err(error) => answered(Err(error)),
            })
            .collect()
    }

    fn shut(&self) {
        for (_, queue) in &self.partitions {
            queue.close();
        }
    }
}

/// Appends that wait are still written; nobody waits for that. [`Journal::close`] does.
impl Drop for Embedded {
    fn drop(&mut self) {
        self.shut();
    }
}

#[async_trait]
impl Journal for Embedded {
    fn append(&self, topic: Topic, record: Record) -> Appending {
        let number = partition_of(&record.key, self.layout.count(topic));
        let mut taken = self.take(Partition { topic, number }, vec![record]);
        taken.pop().unwrap_or_else(|| answered(Err(gone())))
    }

    fn append_all(&self, records: Vec<(Topic, Record)>) -> Vec<Appending> {
        let mut appending = Vec::with_capacity(records.len());
        let mut together: Option<(Partition, Vec<Record>)> = None;
        for (topic, record) in records {
            let number = partition_of(&record.key, self.layout.count(topic));
            let partition = Partition { topic, number };
            match &mut together {
                Some((same, records)) if *same == partition => records.push(record),
                _ => {
                    if let Some((before, records)) = together.replace((partition, vec![record])) {
                        appending.extend(self.take(before, records));
                    }
                }
            }
        }
        if let Some((last, records)) = together {
            appending.extend(self.take(last, records));
        }
        appending
    }

    async fn subscribe(
        &self,
        partition: Partition,
        from: Offset,
    ) -> Result<Subscription, ReadError> {
        reader::subscribe(Arc::clone(&self.find(partition)?.0), from.0).await
    }

    async fn partitions(&self, topic: Topic) -> Result<Vec<Partition>, ReadError> {
        Ok(of_topic(&self.layout, topic))
    }

    async fn bounds(&self, partition: Partition) -> Result<Range<u64>, ReadError> {
        let log = &self.find(partition)?.0;
        Ok(log.begins()?..log.end().next)
    }

    async fn join(&self, group: &str) -> Result<Assignments, ReadError> {
        Ok(self.groups.join(group, &self.layout.partitions()))
    }

    fn release(&self, partition: Partition, below: Offset) {
        if let Ok((log, queue)) = self.find(partition) {
            log.release(below.0);
            queue.tidy();
        }
    }

    async fn close(&self) {
        self.shut();
        let Some(Running { threads, lock }) = self.running.lock().take() else {
            return;
        };
        let ends: Vec<Arc<Log>> = self
            .partitions
            .iter()
            .map(|(log, _)| Arc::clone(log))
            .collect();
        let folder = self.folder.clone();
        let finish = move || {
            let mut whole = true;
            for thread in threads {
                whole &= thread.join().is_ok();
            }
            let ends: BTreeMap<String, u64> = ends
                .iter()
                .map(|log| (log.partition.to_string(), log.end().next))
                .collect();
            if !whole {
                return;
            }
            if let Err(error) = folder::write_closed(&folder, &ends) {
                // The next open then treats a torn tail as a crash's, which is the careful guess anyway.
                tracing::warn!(%error, "cannot note that the journal was closed in order");
            }
            drop(lock);
        };
        if let Err(error) = tokio::task::spawn_blocking(finish).await {
            tracing::error!(%error, "journal did not close in order");
        }
    }
}

/// An answer that is there already.
fn answered(answer: Result<Position, AppendError>) -> Appending {
    futures::future::ready(answer).boxed()
}

/// What an append is told whose writer ended before it.
fn gone() -> AppendError {
    AppendError::Unavailable("journal stopped before it wrote the record".to_owned())
}

fn of_topic(layout: &Layout, topic: Topic) -> Vec<Partition> {
    (0..layout.count(topic))
        .map(|number| Partition { topic, number })
        .collect()
}

/// The file that grows.
struct Active {
    file: fs::File,
    head: SegmentHead,
    bytes: u64,
}

/// Unique, not secret: told apart from what a value could hold.
fn random_salt() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().1.rotate_left(32)
}

/// Where a partition ended at least, by what the last process said of it.
#[derive(Clone, Copy)]
struct Floor {
    /// When it was closed in order; 0 if it was not.
    closed: u64,
    /// When records were last made durable, before anybody was told so.
    durable: u64,
}

impl Floor {
    /// What is lost of a log that ends at `next`, if anything is.
    fn lacks(self, next: u64) -> Option<String> {
        if next < self.closed {
            return Some(format!("it was closed in order at offset {}", self.closed));
        }
        (next < self.durable).then(|| {
            format!(
                "records up to offset {} were acknowledged (whoever goes on without them deletes the journal's file `durable`)",
                self.durable - 1
            )
        })
    }
}

fn open_partition(
    root: &Path,
    partition: Partition,
    floor: Floor,
) -> Result<(Arc<Log>, Active), OpenError> {
    let folder = folder::partition_folder(root, partition);
    let io = |action, error| OpenError::io(action, &folder, error);
    folder::make_folder(&folder).map_err(|error| io("make", error))?;
    let damaged = |offset, detail: String| OpenError::Damaged {
        partition,
        offset,
        detail,
    };
    let mut segments = Vec::new();
    for (base, path) in segment::list(&folder).map_err(|error| io("list", error))? {
        let segment = Segment::read(&path, base)
            .map_err(|error| damaged(base, format!("{}: {error}", path.display())))?;
        segments.push(segment);
    }
    let Some(mut last) = segments.pop() else {
        if let Some(lacking) = floor.lacks(0) {
            let detail = format!("its segments are gone, and {lacking}");
            return Err(damaged(0, detail));
        }
        let head = SegmentHead {
            base: 0,
            salt: random_salt(),
        };
        let (segment, file) = Segment::create(&folder, head).map_err(|error| io("write", error))?;
        let active = Active {
            file,
            head,
            bytes: segment.bytes,
        };
        let log = Log::new(partition, folder, Side::Owner, vec![segment], 0);
        return Ok((Arc::new(log), active));
    };
    let bytes = fs::read(&last.path).map_err(|error| io("read", error))?;
    let (next, tail) = segment::scan(&mut last, &bytes)
        .map_err(|damage| damaged(damage.offset, damage.detail.to_owned()))?;
    // Before anything is cut: what was acknowledged is not given up in silence, though it is torn as what was not would be.
    if let Some(lacking) = floor.lacks(next) {
        return Err(damaged(next, lacking));
    }
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&last.path)
        .map_err(|error| io("open", error))?;
    if let Tail::Torn(at) = tail {
        tracing::warn!(%partition, next, bytes = bytes.len() as u64 - at, "cut a torn tail");
        file.set_len(at).map_err(|error| io("cut", error))?;
        last.bytes = at;
    }
    // What was read may be in the page cache only, and the segment's name too: it is about to be marked as durable.
    file.sync_all().map_err(|error| io("sync", error))?;
    folder::sync_folder(&folder).map_err(|error| io("sync", error))?;
    let active = Active {
        file,
        head: last.head,
        bytes: last.bytes,
    };
    segments.push(last);
    let log = Log::new(partition, folder, Side::Owner, segments, next);
    Ok((Arc::new(log), active))
}

#[cfg(test)]
mod tests;
