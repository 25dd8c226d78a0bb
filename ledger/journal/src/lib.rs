//! The journal: an append-only log in partitions. An append resolves when it is durable; a subscription starts at a position.
//!
//! Enters: keyed records. Leaves: their positions, and the records again, in order, for ever from the same position.
//! Never here: what a record means, or how far a reader has come: readers keep their own positions.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests measure and spawn")
)]

pub mod clock;
pub mod embedded;
pub mod emit;
mod group;
pub mod kafka;
pub mod limits;
pub mod memory;
pub mod metrics;
pub mod partitioner;

#[cfg(test)]
mod contract;

use std::fmt;
use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::BoxStream;

/// A named log of several partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Every event of sessions and producers; the key is the session.
    Events,
    /// Approvals, claims, announcements, ends of sessions, policy loads; one partition, read whole by every gateway.
    Control,
}

impl Topic {
    /// Both, in the order they are archived.
    pub const ALL: [Self; 2] = [Self::Events, Self::Control];

    /// The topic's name, unless the configuration gives another.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Events => "firn.events",
            Self::Control => "firn.control",
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One partition of one topic. Prints as `firn.events/3`, which is also its name in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition {
    /// The topic.
    pub topic: Topic,
    /// From 0.
    pub number: u32,
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.topic, self.number)
    }
}

/// A record's number in its partition. Grows; not dense (Kafka may skip numbers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(pub u64);

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The partition.
    pub partition: Partition,
    /// The record's number there.
    pub offset: Offset,
}

impl From<Position> for event::fold::Place {
    fn from(position: Position) -> Self {
        let topic = match position.partition.topic {
            Topic::Events => 0,
            Topic::Control => 1,
        };
        Self {
            lane: topic << 32 | u64::from(position.partition.number),
            offset: position.offset.0,
        }
    }
}

/// What goes into the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Records of one key stay in one partition, in append order.
    pub key: [u8; 16],
    /// Names and values for consumers that do not read the value.
    pub headers: Vec<(String, String)>,
    /// Canonical event bytes.
    pub value: Bytes,
}

/// What comes out of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Where it stands.
    pub position: Position,
    /// What stands there. The key is raw: a foreign producer may have written any, or none.
    pub key: Vec<u8>,
    /// Headers as stored.
    pub headers: Vec<(String, String)>,
    /// The value as stored; undecodable ones are delivered too.
    pub value: Bytes,
}

/// Why a record is not in the journal, or why that is not known.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The journal did not acknowledge within the deadline. The record may or may not be there.
    #[error("journal did not acknowledge within {waited_ms} ms: {detail}")]
    Deadline {
        /// How long was waited.
        waited_ms: u64,
        /// What the journal last said.
        detail: String,
    },
    /// The journal refused it; it is not there.
    #[error("journal refused the record: {0}")]
    Refused(String),
    /// The journal is closed or broken.
    #[error("journal is unavailable: {0}")]
    Unavailable(String),
}

/// Why the journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The position is older than what retention kept.
    #[error("{partition} begins at offset {begins}, offset {asked} was dropped by retention")]
    Dropped {
        /// The partition.
        partition: Partition,
        /// The offset asked for.
        asked: u64,
        /// The oldest that is there.
        begins: u64,
    },
    /// Storage holds something that was not written.
    #[error("{partition} is damaged at offset {offset}: {detail}")]
    Damaged {
        /// The partition.
        partition: Partition,
        /// The first offset that cannot be read.
        offset: u64,
        /// What is wrong.
        detail: String,
    },
    /// The journal cannot be reached.
    #[error("journal is unavailable: {0}")]
    Unavailable(String),
}

/// Resolves when the record is durable.
pub type Appending = BoxFuture<'static, Result<Position, AppendError>>;

/// Records of one partition from a position on; waits at the end for more.
pub type Subscription = BoxStream<'static, Result<Delivered, ReadError>>;

/// The partitions this member of a group reads from now on; a new item replaces the last.
pub type Assignments = BoxStream<'static, Result<Vec<Partition>, ReadError>>;

/// An append-only log in partitions. Two implementations pass one contract suite.
#[async_trait]
pub trait Journal: Send + Sync + 'static {
    /// Takes `record` into the order of its key at once, before returning; the future resolves when it is durable.
    /// Two appends of one key stand in the journal in call order. Dropping the future does not take the record back.
    fn append(&self, topic: Topic, record: Record) -> Appending;

    /// [`Journal::append`] of each, in order. What goes to one partition is taken beside each other where the journal can: one commit has it.
    fn append_all(&self, records: Vec<(Topic, Record)>) -> Vec<Appending> {
        let each = records.into_iter();
        each.map(|(topic, record)| self.append(topic, record))
            .collect()
    }

    /// Records of `partition` from `from` on, in order, then new ones as they become durable.
    async fn subscribe(
        &self,
        partition: Partition,
        from: Offset,
    ) -> Result<Subscription, ReadError>;

    /// The same for who holds many subscriptions at once: where the journal reads ahead of whoever takes the records, it reads about
    /// `ahead` bytes ahead, or one record where that is larger.
    async fn subscribe_within(
        &self,
        partition: Partition,
        from: Offset,
        ahead: usize,
    ) -> Result<Subscription, ReadError> {
        let _ = ahead;
        self.subscribe(partition, from).await
    }

    /// The partitions of `topic`.
    async fn partitions(&self, topic: Topic) -> Result<Vec<Partition>, ReadError>;

    /// Oldest offset kept, and the offset after the last durable record.
    async fn bounds(&self, partition: Partition) -> Result<Range<u64>, ReadError>;

    /// Joins `group`: its members share all partitions of both topics. Correctness never rests on it: an assignment may
    /// overlap another's for a while, and whoever commits to the archive first wins.
    async fn join(&self, group: &str) -> Result<Assignments, ReadError>;

    /// Says that the archive has everything of `partition` below `below`, so that storage may go. A journal with
    /// a retention of its own ignores it.
    fn release(&self, partition: Partition, below: Offset) {
        let _ = (partition, below);
    }

    /// Makes what was appended durable and stops; later appends are refused and subscriptions end.
    async fn close(&self);
}
