//! The hot tail: what the journal holds and the archive does not yet, in memory.
//!
//! Enters: journal records after the archive's position, per partition. Leaves: Arrow batches of `events` and `pages`, cut exactly at
//! a snapshot's positions. Never here: a record twice, a silent gap, unbounded memory. Records that are no events are passed
//! over: the recorder quarantines them.

mod lane;
mod reader;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use journal::{Journal, Partition, ReadError, Topic};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use lane::Lane;
pub use lane::TailBatchError;

/// How far each partition is archived: the next offset the archive wants.
pub type Positions = BTreeMap<Partition, u64>;

/// Rows of the tail after some positions.
#[derive(Clone, Debug, Default)]
pub struct TailRows {
    /// Table `events`.
    pub events: Vec<RecordBatch>,
    /// Table `pages`.
    pub pages: Vec<RecordBatch>,
}

/// A partition the tail has not caught up with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lag {
    /// The partition.
    pub partition: Partition,
    /// The next offset the tail reads.
    pub reached: u64,
    /// The offset after the last durable record.
    pub end: u64,
    /// Why, where it is known.
    pub why: String,
}

/// Handle on the tail. Cheap to clone; the readers stop with their token.
#[derive(Clone)]
pub struct Tail {
    shared: Arc<Shared>,
}

struct Shared {
    journal: Arc<dyn Journal>,
    bytes_max: usize,
    state: Mutex<State>,
    /// Counts changes; whoever waits looks again.
    changed: watch::Sender<u64>,
    readers: Readers,
}

/// What the tail's readers run under.
#[derive(Clone, Debug, Default)]
pub struct Readers {
    /// Ends them.
    pub stop: CancellationToken,
    /// Knows when they have ended.
    pub tasks: TaskTracker,
}

#[derive(Default)]
struct State {
    lanes: BTreeMap<Partition, Lane>,
    bytes: usize,
}

impl Tail {
    /// A tail that reads `journal` from `archived` on.
    pub async fn start(
        journal: Arc<dyn Journal>,
        archived: &Positions,
        bytes_max: usize,
        readers: Readers,
    ) -> Result<Self, ReadError> {
        let tail = Self {
            shared: Arc::new(Shared {
                journal,
                bytes_max,
                state: Mutex::default(),
                changed: watch::Sender::new(0),
                readers,
            }),
        };
        tail.adopt_partitions(archived).await?;
        Ok(tail)
    }

    /// Starts a reader for each partition that has none yet; partitions may be added to a running journal.
    pub async fn adopt_partitions(&self, archived: &Positions) -> Result<(), ReadError> {
        for topic in Topic::ALL {
            for partition in self.shared.journal.partitions(topic).await? {
                let from = archived.get(&partition).copied().unwrap_or(0);
                let begins = self.shared.journal.bounds(partition).await?.start;
                let mut state = self.shared.state.lock();
                if state.lanes.contains_key(&partition) {
                    continue;
                }
                if begins > from {
                    tracing::error!(%partition, from, begins, "the journal dropped records before they were archived");
                }
                let mut lane = Lane::new(from);
                lane.skip_dropped(begins);
                state.lanes.insert(partition, lane);
                drop(state);
                let Readers { stop, tasks } = self.shared.readers.clone();
                let reading = reader::run(Arc::clone(&self.shared), partition);
                tasks.spawn(stop.run_until_cancelled_owned(reading));
            }
        }
        Ok(())
    }

    /// The offset after the last durable record of each partition, now.
    pub async fn ends(&self) -> Result<Positions, ReadError> {
        let partitions: Vec<Partition> = self.shared.state.lock().lanes.keys().copied().collect();
        let bounds = partitions.into_iter().map(|partition| async move {
            let bounds = self.shared.journal.bounds(partition).await?;
            Ok::<_, ReadError>((partition, bounds.end))
        });
        futures::future::try_join_all(bounds)
            .await
            .map(|all| all.into_iter().collect())
    }

    /// Waits until the tail or `archived` holds everything before `ends`. Cancel by dropping; [`Tail::lag`] says what is missing then.
    pub async fn reached(&self, ends: &Positions, archived: &Positions) {
        let mut changed = self.shared.changed.subscribe();
        while self.lag(ends, archived).is_some() {
            // The sender lives in `self`.
            let _ = changed.changed().await;
        }
    }

    /// The first partition that is behind `ends`.
    pub fn lag(&self, ends: &Positions, archived: &Positions) -> Option<Lag> {
        let state = self.shared.state.lock();
        ends.iter().find_map(|(partition, end)| {
            let lane = state.lanes.get(partition)?;
            let cold = archived.get(partition).copied().unwrap_or(0);
            // Between the archive that is read and what the journal still has, nothing may be left out.
            if lane.lacks_before() > cold {
                return Some(Lag {
                    partition: *partition,
                    reached: cold,
                    end: lane.lacks_before(),
                    why: "the journal dropped these records, and the archive that is read does not have them yet"
                        .to_owned(),
                });
            }
            let reached = lane.next().max(cold);
            (reached < *end).then(|| Lag {
                partition: *partition,
                reached,
                end: *end,
                why: match lane.trouble() {
                    Some(trouble) => trouble.to_owned(),
                    None if state.bytes >= self.shared.bytes_max => format!(
                        "the tail is full ({} bytes) and the recorder has not archived it yet",
                        state.bytes
                    ),
                    None => "the journal is being read".to_owned(),
                },
            })
        })
    }

    /// The rows at or after `archived`.
    pub fn rows(&self, archived: &Positions) -> Result<TailRows, TailBatchError> {
        let mut rows = TailRows::default();
        let mut state = self.shared.state.lock();
        for (partition, lane) in &mut state.lanes {
            let from = archived.get(partition).copied().unwrap_or(0);
            lane.rows(from, &mut rows)?;
        }
        Ok(rows)
    }

    /// Drops what the archive has.
    pub fn evict(&self, archived: &Positions) {
        let mut state = self.shared.state.lock();
        let mut freed = 0;
        for (partition, lane) in &mut state.lanes {
            freed += archived.get(partition).map_or(0, |next| lane.evict(*next));
        }
        state.bytes = state.bytes.saturating_sub(freed);
        drop(state);
        if freed > 0 {
            self.shared.changed.send_modify(|count| *count += 1);
        }
    }

    /// Bytes of journal records held.
    pub fn bytes(&self) -> usize {
        self.shared.state.lock().bytes
    }
}
