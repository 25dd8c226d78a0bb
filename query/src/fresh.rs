//! Archive and tail as one: every acknowledged event once.
//!
//! Enters: snapshots, the tail. Leaves: [`Fresh`], tables that hold everything the journal held when they were asked for.
//! Never here: a snapshot paired with a tail that was cut for another.

use std::sync::Arc;
use std::time::Duration;

use archive::schema::{events_schema, pages_schema};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{MemTable, TableProvider};
use journal::clock::moment;
use parking_lot::Mutex;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cold::{Cold, ColdError, ColdSnapshot};
use crate::config::Config;
use crate::limits::EVICTION_INTERVAL;
use crate::tail::{Positions, Readers, Tail, TailBatchError};

/// Why there is no fresh view.
#[derive(Debug, thiserror::Error)]
pub enum FreshError {
    /// The archive cannot be read.
    #[error(transparent)]
    Cold(#[from] ColdError),
    /// The journal cannot be read.
    #[error("journal cannot be read: {0}")]
    Journal(#[from] journal::ReadError),
    /// Nothing is read rather than something left out.
    #[error(
        "the journal tail of {partition} is at offset {reached} of {end} after {waited_ms} ms: {why}"
    )]
    Behind {
        /// The partition.
        partition: String,
        /// The next offset to be read.
        reached: u64,
        /// What the journal holds.
        end: u64,
        /// How long was waited.
        waited_ms: u64,
        /// In words, for whoever asked.
        why: String,
    },
    /// A row could not be made.
    #[error(transparent)]
    Rows(#[from] TailBatchError),
    /// Arrow refused the batches.
    #[error("journal tail cannot be read as a table: {0}")]
    Table(String),
}

/// One consistent view.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// The archive.
    pub cold: ColdSnapshot,
    /// The tail's `events` after it.
    pub events: Arc<MemTable>,
    /// The tail's `pages` after it.
    pub pages: Arc<MemTable>,
    /// What the journal held of each partition: the offset after the last record seen.
    pub positions: Positions,
}

/// Makes fresh views.
pub(crate) struct Freshness {
    cold: Arc<dyn Cold>,
    tail: Tail,
    /// The snapshot in use and when it was taken. Eviction goes by this one, under this lock, so the tail never loses what
    /// the snapshot does not have.
    current: Mutex<(ColdSnapshot, Instant)>,
    /// One refresh at a time.
    refreshing: tokio::sync::Mutex<()>,
    age_max: Duration,
    wait: Duration,
    stop: CancellationToken,
    /// The tail's readers, and what keeps it short.
    tasks: TaskTracker,
}

impl Freshness {
    /// Takes the first snapshot and starts the tail after it.
    pub(crate) async fn start(
        cold: Arc<dyn Cold>,
        journal: Arc<dyn journal::Journal>,
        config: &Config,
        stop: CancellationToken,
    ) -> Result<Arc<Self>, FreshError> {
        let snapshot = cold.snapshot().await?;
        let tasks = TaskTracker::new();
        let readers = Readers {
            stop: stop.clone(),
            tasks: tasks.clone(),
        };
        let positions = &snapshot.positions;
        let tail = Tail::start(journal, positions, config.tail_bytes, readers).await?;
        let freshness = Arc::new(Self {
            cold,
            tail,
            current: Mutex::new((snapshot, moment())),
            refreshing: tokio::sync::Mutex::new(()),
            age_max: config.snapshot_age_max(),
            wait: config.freshness_wait(),
            stop: stop.clone(),
            tasks: tasks.clone(),
        });
        let evicting = Arc::clone(&freshness);
        tasks.spawn(stop.run_until_cancelled_owned(async move {
            loop {
                tokio::time::sleep(EVICTION_INTERVAL).await;
                if let Err(error) = evicting.refresh(EVICTION_INTERVAL).await {
                    tracing::warn!(%error, "the tail keeps what it has");
                }
            }
        }));
        Ok(freshness)
    }

    /// Takes a newer snapshot if the one in use is older than `age_max`, and drops what it has from the tail.
    async fn refresh(&self, age_max: Duration) -> Result<(), FreshError> {
        let stale = || self.current.lock().1.elapsed() > age_max;
        if !stale() {
            return Ok(());
        }
        let _one = self.refreshing.lock().await;
        if !stale() {
            return Ok(());
        }
        let taken = moment();
        let snapshot = self.cold.snapshot().await?;
        self.tail.adopt_partitions(&snapshot.positions).await?;
        let mut current = self.current.lock();
        *current = (snapshot, taken);
        self.tail.evict(&current.0.positions);
        Ok(())
    }

    /// Bytes of the tail, and the age of the snapshot in use.
    pub(crate) fn standing(&self) -> (usize, Duration) {
        (self.tail.bytes(), self.current.lock().1.elapsed())
    }

    /// Stops following the journal, and waits until nothing does.
    pub(crate) async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Everything the journal holds now, once.
    pub(crate) async fn view(&self) -> Result<Fresh, FreshError> {
        if let Err(error) = self.refresh(self.age_max).await {
            // The snapshot in use and its tail are still whole.
            tracing::warn!(%error, "going on with an older snapshot");
        }
        let ends = self.tail.ends().await?;
        let archived = self.current.lock().0.positions.clone();
        let waited = timeout(self.wait, self.tail.reached(&ends, &archived)).await;
        let current = self.current.lock();
        let cold = current.0.clone();
        if waited.is_err()
            && let Some(lag) = self.tail.lag(&ends, &cold.positions)
        {
            return Err(FreshError::Behind {
                partition: lag.partition.to_string(),
                reached: lag.reached,
                end: lag.end,
                waited_ms: self.wait.as_millis() as u64,
                why: lag.why,
            });
        }
        let rows = self.tail.rows(&cold.positions)?;
        drop(current);
        let mut positions = cold.positions.clone();
        for (partition, end) in ends {
            let known = positions.entry(partition).or_insert(end);
            *known = (*known).max(end);
        }
        Ok(Fresh {
            events: table(events_schema(), rows.events)?,
            pages: table(pages_schema(), rows.pages)?,
            cold,
            positions,
        })
    }
}

fn table(
    schema: SchemaRef,
    batches: Vec<datafusion::arrow::array::RecordBatch>,
) -> Result<Arc<MemTable>, FreshError> {
    MemTable::try_new(schema, vec![batches])
        .map(Arc::new)
        .map_err(|error| FreshError::Table(error.to_string()))
}

impl Fresh {
    /// Table `quarantine`: the archive's alone.
    pub fn quarantine(&self) -> Arc<dyn TableProvider> {
        Arc::clone(&self.cold.quarantine)
    }
}
