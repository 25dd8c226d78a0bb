//! One partition's way into the archive.
//!
//! Enters: records from the archive's position on. Leaves: commits, by size, by age, or because memory is short.
//! Never here: a commit that skips a record. Whoever else records the same partition can only be ahead, never in the way.

use std::sync::Arc;

use archive::rows::{Quarantined, QuarantinedHeader, fits};
use archive::{Archive, Batch, CommitError};
use backon::BackoffBuilder as _;
use event::Digest;
use futures::StreamExt;
use journal::clock::{Clock, moment};
use journal::{Delivered, Journal, Offset, Partition, ReadError, Subscription};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::counters::Counters;
use crate::limits;

/// Nanoseconds in a microsecond.
const NANOS_PER_MICRO: i64 = 1_000;

/// What all partitions of a member share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) archive: Archive,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) counters: Counters,
    pub(crate) memory: Arc<Semaphore>,
    pub(crate) memory_units: usize,
    /// One compaction at a time.
    pub(crate) compacting: Semaphore,
}

/// Why reading stopped.
enum Stop {
    /// The member goes down: commit what was read.
    Shutdown,
    /// The partition is somebody else's now: leave it.
    Revoked,
}

/// Why a partition must be taken up again from the archive's position.
#[derive(Debug, thiserror::Error)]
enum Interruption {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Archive(#[from] archive::TableError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error("journal ended the subscription")]
    Ended,
}

/// Records `partition` until `shutdown` or `revoked`.
pub(crate) async fn record(
    shared: Arc<Shared>,
    partition: Partition,
    shutdown: CancellationToken,
    revoked: CancellationToken,
) {
    let mut pauses = limits::RETRY.build();
    loop {
        let before = shared.counters.commits();
        let mut line = Line::new(&shared, partition, &shutdown, &revoked);
        let pause = match line.run().await {
            Ok(Stop::Shutdown | Stop::Revoked) => return,
            Err(_) if shutdown.is_cancelled() || revoked.is_cancelled() => return,
            Err(error) => {
                shared.counters.trouble(partition);
                if shared.counters.commits() > before {
                    pauses = limits::RETRY.build();
                }
                let pause = pauses.next().unwrap_or(limits::RETRY_PAUSE_MAX);
                let pause_ms = pause.as_millis();
                tracing::warn!(%partition, %error, pause_ms, "recording is interrupted, nothing is lost, trying again");
                pause
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shutdown.cancelled() => return,
            () = revoked.cancelled() => return,
        }
    }
}

struct Line<'a> {
    shared: &'a Shared,
    partition: Partition,
    shutdown: &'a CancellationToken,
    revoked: &'a CancellationToken,
    batch: Batch,
    bytes: u64,
    due: Option<Instant>,
    memory: Vec<OwnedSemaphorePermit>,
}

impl<'a> Line<'a> {
    fn new(
        shared: &'a Shared,
        partition: Partition,
        shutdown: &'a CancellationToken,
        revoked: &'a CancellationToken,
    ) -> Self {
        Self {
            shared,
            partition,
            shutdown,
            revoked,
            batch: Batch::new(partition, 0),
            bytes: 0,
            due: None,
            memory: Vec::new(),
        }
    }

    async fn run(&mut self) -> Result<Stop, Interruption> {
        let position = self.shared.archive.position(self.partition).await?;
        self.restart(position);
        self.shared.counters.archived(self.partition, position);
        let mut records = self.subscribe().await?;
        let mut lag = tokio::time::interval(limits::LAG_INTERVAL);
        loop {
            let due = self.due;
            tokio::select! {
                biased;
                () = self.revoked.cancelled() => return Ok(Stop::Revoked),
                () = self.shutdown.cancelled() => {
                    self.drain(&mut records).await?;
                    return Ok(Stop::Shutdown);
                }
                () = at(due) => self.commit().await?,
                _ = lag.tick() => self.look_ahead().await,
                record = records.next() => match record {
                    Some(record) => self.take(record?).await?,
                    None => {
                        self.commit().await?;
                        return Err(Interruption::Ended);
                    }
                },
            }
        }
    }

    /// Takes what the journal holds at this moment, commits it, and no more.
    async fn drain(&mut self, records: &mut Subscription) -> Result<(), Interruption> {
        let end = self.shared.journal.bounds(self.partition).await?.end;
        while self.batch.end() < end {
            // The last offsets may belong to no record, as Kafka's transaction markers do.
            match tokio::time::timeout(limits::DRAIN_QUIET, records.next()).await {
                Ok(Some(record)) => self.take(record?).await?,
                Ok(None) | Err(_) => break,
            }
        }
        self.commit().await
    }

    /// The journal from the archive's position on. What retention dropped before it was archived is said in quarantine.
    async fn subscribe(&mut self) -> Result<Subscription, Interruption> {
        loop {
            let from = Offset(self.batch.first());
            match self.shared.journal.subscribe(self.partition, from).await {
                Ok(records) => return Ok(records),
                Err(ReadError::Dropped { begins, .. }) if begins > from.0 => {
                    tracing::error!(partition = %self.partition, from = from.0, begins, "the journal dropped records that were never archived");
                    let arrived = self.arrived();
                    let lost = Quarantined::dropped(self.partition, from.0..begins, arrived);
                    self.batch.quarantine(lost);
                    self.batch.cover_up_to(begins);
                    self.commit().await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn take(&mut self, record: Delivered) -> Result<(), Interruption> {
        let offset = record.position.offset.0;
        // Another member was ahead: its commit holds this record.
        if offset < self.batch.end() {
            return Ok(());
        }
        self.reserve(record.value.len()).await?;
        self.bytes += record.value.len() as u64;
        match event::decode(&record.value) {
            Ok(event) => match fits(record.position, &event, &record.value) {
                Ok(()) => {
                    self.shared.counters.waits(self.partition, event.time);
                    let hash = event::event_hash(&record.value);
                    self.batch.push(offset, event, hash);
                }
                Err(error) => self.set_aside(record, error.to_string()),
            },
            Err(error) => self.set_aside(record, error.to_string()),
        }
        self.due
            .get_or_insert_with(|| moment() + self.shared.config.max_batch_age);
        let held = (self.batch.events() + self.batch.quarantined()) as u64;
        let config = &self.shared.config;
        if self.bytes >= config.max_batch_bytes || held >= config.max_batch_events {
            self.commit().await?;
        }
        Ok(())
    }

    fn set_aside(&mut self, record: Delivered, reason: String) {
        let offset = record.position.offset.0;
        tracing::warn!(partition = %self.partition, offset, reason, "record goes to quarantine");
        let header = |(name, value)| QuarantinedHeader { name, value };
        self.batch.quarantine(Quarantined {
            partition: self.partition,
            offset,
            reason,
            key: record.key.into(),
            headers: record.headers.into_iter().map(header).collect(),
            sha256: Digest::of(&record.value),
            value: record.value,
            arrived: self.arrived(),
        });
    }

    /// Microseconds since 1970 UTC.
    fn arrived(&self) -> i64 {
        self.shared.clock.now().0.div_euclid(NANOS_PER_MICRO)
    }

    /// Takes the record's share of the memory budget. When others have it all, our own batch goes first; an empty batch waits.
    async fn reserve(&mut self, value_bytes: usize) -> Result<(), Interruption> {
        let bytes = (value_bytes as u64)
            .saturating_mul(limits::MEMORY_FACTOR)
            .saturating_add(limits::MEMORY_PER_RECORD);
        let units = usize::try_from(bytes.div_ceil(limits::MEMORY_UNIT)).unwrap_or(usize::MAX);
        // A record larger than the whole budget takes all of it.
        let units = u32::try_from(units.min(self.shared.memory_units)).unwrap_or(u32::MAX);
        if let Ok(permit) = Arc::clone(&self.shared.memory).try_acquire_many_owned(units) {
            self.memory.push(permit);
            return Ok(());
        }
        self.commit().await?;
        let waiting = Arc::clone(&self.shared.memory).acquire_many_owned(units);
        tokio::select! {
            permit = waiting => self.memory.extend(permit.ok()),
            // The record is read again after the next start.
            () = self.revoked.cancelled() => return Err(Interruption::Ended),
        }
        Ok(())
    }

    /// Commits the batch, if it holds anything, until that works or the member must go.
    async fn commit(&mut self) -> Result<(), Interruption> {
        if self.batch.is_empty() {
            self.due = None;
            return Ok(());
        }
        let mut pauses = limits::RETRY.build();
        let mut began = self.shared.clock.now();
        let committed = loop {
            let pause = match self.shared.archive.commit(&self.batch).await {
                Ok(committed) => break committed,
                // Somebody put the archive back: what is missing has to be read again.
                Err(error @ CommitError::Gap { .. }) => return Err(error.into()),
                Err(error) if self.revoked.is_cancelled() => return Err(error.into()),
                Err(error) => {
                    self.shared.counters.trouble(self.partition);
                    let pause = pauses.next().unwrap_or(limits::RETRY_PAUSE_MAX);
                    let (partition, pause_ms) = (self.partition, pause.as_millis());
                    tracing::warn!(%partition, %error, pause_ms, "archive does not take the batch, trying again");
                    pause
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.revoked.cancelled() => {}
            }
            began = self.shared.clock.now();
        };
        let position = committed.position;
        let took = self.shared.clock.now().0.saturating_sub(began.0);
        let took_ns = u64::try_from(took).unwrap_or(0);
        let counters = &self.shared.counters;
        counters.committed(self.partition, &committed, took_ns);
        self.shared
            .journal
            .release(self.partition, Offset(position));
        tracing::debug!(partition = %self.partition, ?committed, "batch is archived");
        self.restart(position);
        Ok(())
    }

    fn restart(&mut self, position: u64) {
        self.batch = Batch::new(self.partition, position);
        self.bytes = 0;
        self.due = None;
        self.memory.clear();
    }

    async fn look_ahead(&self) {
        match self.shared.journal.bounds(self.partition).await {
            Ok(bounds) => {
                let now = self.shared.clock.now();
                let counters = &self.shared.counters;
                counters.journal_end(self.partition, bounds.end, now);
            }
            Err(error) => tracing::debug!(partition = %self.partition, %error, "lag is not known"),
        }
    }
}

async fn at(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
