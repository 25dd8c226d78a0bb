//! One member of the recorder's group: runs a task for each partition it was given.
//!
//! Enters: assignments. Leaves: tasks begun and ended. Never here: trust in an assignment: two members may hold one partition
//! for a while, and the archive sorts it out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use archive::Archive;
use backon::BackoffBuilder as _;
use futures::StreamExt;
use journal::clock::{Clock, moment};
use journal::{Journal, Partition, ReadError, Topic};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::compacting::compact;
use crate::config::{Config, ConfigError};
use crate::counters::Counters;
use crate::partition::{Shared, record};
use crate::retaining::retain;
use crate::sealing::seal;
use crate::{limits, metrics};

/// What a recorder works with.
pub struct Dependencies {
    /// Where records come from.
    pub journal: Arc<dyn Journal>,
    /// Where they go.
    pub archive: Archive,
    /// When they arrived.
    pub clock: Arc<dyn Clock>,
}

/// Why a recorder ended before it was told to.
#[derive(Debug, thiserror::Error)]
pub enum RecorderError {
    /// The configuration cannot work.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// A recorder, not yet running.
pub struct Recorder {
    group: String,
    drain: Duration,
    shared: Arc<Shared>,
    tasks: TaskTracker,
}

/// A recorder of `dependencies` under `config`.
pub fn build(config: Config, dependencies: Dependencies) -> Result<Recorder, RecorderError> {
    config.check()?;
    metrics::register();
    let units = config.max_memory / limits::MEMORY_UNIT;
    let units = usize::try_from(units).unwrap_or(usize::MAX);
    Ok(Recorder {
        group: config.group.clone(),
        drain: config.drain_timeout,
        shared: Arc::new(Shared {
            memory: Arc::new(Semaphore::new(units.min(Semaphore::MAX_PERMITS))),
            memory_units: units.min(Semaphore::MAX_PERMITS),
            compacting: Semaphore::new(1),
            config,
            journal: dependencies.journal,
            archive: dependencies.archive,
            clock: dependencies.clock,
            counters: Counters::default(),
        }),
        tasks: TaskTracker::new(),
    })
}

struct Running {
    revoked: CancellationToken,
    task: JoinHandle<()>,
}

impl Recorder {
    /// What this recorder counts, also after it ended.
    pub fn counters(&self) -> Counters {
        self.shared.counters.clone()
    }

    /// Records until `shutdown`, then commits what was read and ends. Failures of journal and archive are waited out.
    pub async fn run(self, shutdown: CancellationToken) -> Result<(), RecorderError> {
        let mut running = BTreeMap::new();
        let mut pauses = limits::RETRY.build();
        while !shutdown.is_cancelled() {
            let ended = self.follow(&mut running, &shutdown).await;
            if let Err(error) = ended {
                self.shared.counters.failed();
                self.shared.counters.joined(false);
                let pause = pauses.next().unwrap_or(limits::RETRY_PAUSE_MAX);
                tracing::warn!(%error, pause_ms = pause.as_millis(), "recorder cannot join its group, trying again");
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = shutdown.cancelled() => {}
                }
            } else {
                pauses = limits::RETRY.build();
            }
        }
        self.drain(running).await;
        Ok(())
    }

    /// Follows assignments until the journal or `shutdown` ends them.
    async fn follow(
        &self,
        running: &mut BTreeMap<Partition, Running>,
        shutdown: &CancellationToken,
    ) -> Result<(), ReadError> {
        let mut assignments = tokio::select! {
            joined = self.shared.journal.join(&self.group) => joined?,
            () = shutdown.cancelled() => return Ok(()),
        };
        self.shared.counters.joined(true);
        let mut watch = tokio::time::interval(limits::WATCH_INTERVAL);
        loop {
            let assigned = tokio::select! {
                assigned = assignments.next() => assigned,
                () = shutdown.cancelled() => return Ok(()),
                _ = watch.tick() => {
                    self.revive(running, shutdown).await;
                    continue;
                }
            };
            match assigned {
                Some(assigned) => self.assign(running, &assigned?, shutdown).await,
                None if shutdown.is_cancelled() => return Ok(()),
                None => return Err(ReadError::Unavailable("the group ended".to_owned())),
            }
        }
    }

    async fn assign(
        &self,
        running: &mut BTreeMap<Partition, Running>,
        assigned: &[Partition],
        shutdown: &CancellationToken,
    ) {
        let gone: Vec<Partition> = running
            .keys()
            .filter(|partition| !assigned.contains(partition))
            .copied()
            .collect();
        for partition in gone {
            if let Some(task) = running.remove(&partition) {
                tracing::info!(%partition, "partition goes to another member");
                task.revoked.cancel();
                finished(partition, task.task).await;
                self.shared.counters.left(partition);
            }
        }
        for &partition in assigned {
            running
                .entry(partition)
                .or_insert_with(|| self.start(partition, shutdown));
        }
    }

    fn start(&self, partition: Partition, shutdown: &CancellationToken) -> Running {
        tracing::info!(%partition, "recording partition");
        let revoked = CancellationToken::new();
        let shared = Arc::clone(&self.shared);
        let work = record(shared, partition, shutdown.clone(), revoked.clone());
        // One member is enough to seal for all, and there is one partition of this kind; two that hold it for a while do no harm.
        let seals = partition.topic == Topic::Control && partition.number == 0;
        let shared = Arc::clone(&self.shared);
        let sealing = seal(shared, shutdown.clone(), revoked.clone());
        let shared = Arc::clone(&self.shared);
        let compacting = compact(shared, partition, shutdown.clone(), revoked.clone());
        let shared = Arc::clone(&self.shared);
        let retaining = retain(shared, shutdown.clone(), revoked.clone());
        Running {
            revoked,
            task: self.tasks.spawn(async move {
                if seals {
                    tokio::join!(work, compacting, sealing, retaining);
                } else {
                    tokio::join!(work, compacting);
                }
            }),
        }
    }

    /// A task that ended by itself was ended by a defect; its partition must not stand still for that.
    async fn revive(
        &self,
        running: &mut BTreeMap<Partition, Running>,
        shutdown: &CancellationToken,
    ) {
        for (partition, task) in running {
            if task.task.is_finished() && !shutdown.is_cancelled() {
                let ended = std::mem::replace(task, self.start(*partition, shutdown));
                self.shared.counters.failed();
                finished(*partition, ended.task).await;
            }
        }
    }

    async fn drain(&self, running: BTreeMap<Partition, Running>) {
        let deadline = moment() + self.drain;
        for (partition, mut running) in running {
            if tokio::time::timeout_at(deadline, &mut running.task)
                .await
                .is_err()
            {
                // Nothing is lost: the next member begins at the archive's position.
                tracing::warn!(%partition, "last batch was not committed in time, the next start records it");
                running.task.abort();
            }
        }
        self.tasks.close();
        self.tasks.wait().await;
    }
}

async fn finished(partition: Partition, task: JoinHandle<()>) {
    if let Err(error) = task.await {
        tracing::error!(%partition, %error, "recording task ended badly");
    }
}
