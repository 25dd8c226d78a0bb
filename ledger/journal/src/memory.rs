//! A journal in memory, with faults on order: for tests of whatever emits or reads.
//!
//! Enters: records. Leaves: the same records, while the process lives. Never here: durability.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use futures::{FutureExt, StreamExt};
use parking_lot::Mutex;
use tokio::sync::watch;

use super::group::Groups;
use super::partitioner::partition_of;
use super::{
    AppendError, Appending, Assignments, Delivered, Journal, Offset, Partition, Position,
    ReadError, Record, Subscription, Topic,
};

/// How appends go wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// They do not.
    #[default]
    None,
    /// Refused at once; nothing is kept.
    Refuse,
    /// Nothing is kept and nobody answers.
    Silent,
    /// Kept, but nobody answers: the acknowledgement is lost.
    Unanswered,
}

/// A journal in memory. Cheap to clone; clones share it.
#[derive(Clone)]
pub struct Memory {
    shared: Arc<Shared>,
}

struct Shared {
    partitions: Vec<Log>,
    events: u32,
    capacity: usize,
    state: Mutex<State>,
    groups: Groups,
}

#[derive(Default)]
struct State {
    fault: Fault,
    closed: bool,
    kept: usize,
}

struct Log {
    partition: Partition,
    records: watch::Sender<(Vec<Delivered>, bool)>,
}

impl Memory {
    /// A journal of `events` partitions that keeps up to `capacity` records and refuses more.
    pub fn new(events: u32, capacity: usize) -> Self {
        let log = |topic, number| Log {
            partition: Partition { topic, number },
            records: watch::Sender::default(),
        };
        let mut partitions: Vec<Log> = (0..events)
            .map(|number| log(Topic::Events, number))
            .collect();
        partitions.push(log(Topic::Control, 0));
        let shared = Shared {
            partitions,
            events,
            capacity,
            state: Mutex::default(),
            groups: Groups::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// From now on appends go this way.
    pub fn set_fault(&self, fault: Fault) {
        self.shared.state.lock().fault = fault;
    }

    /// Everything kept, partition by partition.
    pub fn all(&self) -> Vec<Delivered> {
        let logs = self.shared.partitions.iter();
        logs.flat_map(|log| log.records.borrow().0.clone())
            .collect()
    }

    fn find(&self, partition: Partition) -> Result<&Log, ReadError> {
        let mut logs = self.shared.partitions.iter();
        logs.find(|log| log.partition == partition)
            .ok_or_else(|| ReadError::Unavailable(format!("there is no partition {partition}")))
    }

    fn keep(&self, topic: Topic, record: Record) -> Result<(Position, Fault), AppendError> {
        let mut state = self.shared.state.lock();
        if state.closed {
            return Err(AppendError::Unavailable("journal is closed".to_owned()));
        }
        if state.kept >= self.shared.capacity {
            return Err(AppendError::Refused("journal in memory is full".to_owned()));
        }
        let events = match topic {
            Topic::Events => self.shared.events,
            Topic::Control => 1,
        };
        let partition = Partition {
            topic,
            number: partition_of(&record.key, events),
        };
        let log = self
            .find(partition)
            .map_err(|error| AppendError::Unavailable(error.to_string()))?;
        let mut position = Position {
            partition,
            offset: Offset(0),
        };
        match state.fault {
            Fault::Refuse => return Err(AppendError::Refused("refused on order".to_owned())),
            Fault::Silent => return Ok((position, Fault::Silent)),
            Fault::None | Fault::Unanswered => {}
        }
        state.kept += 1;
        log.records.send_modify(|(records, _)| {
            position.offset = Offset(records.len() as u64);
            records.push(Delivered {
                position,
                key: record.key.to_vec(),
                headers: record.headers,
                value: record.value,
            });
        });
        Ok((position, state.fault))
    }
}

#[async_trait]
impl Journal for Memory {
    fn append(&self, topic: Topic, record: Record) -> Appending {
        match self.keep(topic, record) {
            Ok((position, Fault::None)) => futures::future::ready(Ok(position)).boxed(),
            Ok(_) => futures::future::pending().boxed(),
            Err(error) => futures::future::ready(Err(error)).boxed(),
        }
    }

    async fn subscribe(
        &self,
        partition: Partition,
        from: Offset,
    ) -> Result<Subscription, ReadError> {
        let mut records = self.find(partition)?.records.subscribe();
        let mut next = usize::try_from(from.0).unwrap_or(usize::MAX);
        let stream = async_stream::stream! {
            loop {
                let (found, closed) = {
                    let seen = records.borrow_and_update();
                    (seen.0.get(next).cloned(), seen.1)
                };
                if let Some(record) = found {
                    next += 1;
                    yield Ok(record);
                } else if closed || records.changed().await.is_err() {
                    return;
                }
            }
        };
        Ok(stream.boxed())
    }

    async fn partitions(&self, topic: Topic) -> Result<Vec<Partition>, ReadError> {
        let logs = self.shared.partitions.iter().map(|log| log.partition);
        Ok(logs.filter(|partition| partition.topic == topic).collect())
    }

    async fn bounds(&self, partition: Partition) -> Result<Range<u64>, ReadError> {
        let end = self.find(partition)?.records.borrow().0.len();
        Ok(0..end as u64)
    }

    async fn join(&self, group: &str) -> Result<Assignments, ReadError> {
        let partitions: Vec<_> = self
            .shared
            .partitions
            .iter()
            .map(|log| log.partition)
            .collect();
        Ok(self.shared.groups.join(group, &partitions))
    }

    async fn close(&self) {
        self.shared.state.lock().closed = true;
        for log in &self.shared.partitions {
            log.records.send_modify(|(_, closed)| *closed = true);
        }
    }
}
