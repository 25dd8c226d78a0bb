//! One member of the exporters' group: a line for each sink, over the partitions it was given.
//!
//! Enters: assignments. Leaves: lines begun and ended. Never here: trust in an assignment: two members may hold one partition for a
//! while, and the cursor's epoch sorts it out; or one sink waiting for another.

use std::sync::Arc;

use archive::{Archive, TableError};
use backon::BackoffBuilder as _;
use event::TimeNs;
use futures::StreamExt as _;
use journal::clock::Clock;
use journal::{Journal, Partition, ReadError};
use object_store::ObjectStore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::approvals::Approvals;
use crate::config::{Config, ConfigError};
use crate::limits;
use crate::line::{self, Feed, Outlet, Shared};
use crate::metrics::Meter;

/// The folder beside the archive's tables where cursors and dead letters are.
const FOLDER: &str = "exports";

/// What an exporter works with.
pub struct Dependencies {
    /// Where records come from.
    pub journal: Arc<dyn Journal>,
    /// Where older ones are, and where cursors and dead letters are kept.
    pub archive: Archive,
    /// The time now.
    pub clock: Arc<dyn Clock>,
}

/// Why an exporter does not begin.
#[derive(Debug, thiserror::Error)]
pub enum ExporterError {
    /// The configuration cannot work.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The archive's place.
    #[error(transparent)]
    Archive(#[from] TableError),
}

/// An exporter, not yet running.
pub struct Exporter {
    group: String,
    outlets: Vec<Arc<Outlet>>,
    deps: Dependencies,
    store: Arc<dyn ObjectStore>,
}

/// What the telemetry may ask of a running exporter. Cheap to clone.
#[derive(Clone)]
pub struct Meters(Vec<Meter>);

impl Meters {
    /// Sets the gauges of every sink.
    pub fn measure(&self, now: TimeNs) {
        for meter in &self.0 {
            meter.measure(now);
        }
    }

    /// Leaves gauges that call for nobody: these sinks are configured no more, or by others.
    pub fn retire(&self) {
        for meter in &self.0 {
            meter.retire();
        }
    }
}

/// Where cursors and dead letters of `archive` are.
pub fn store(archive: &Archive) -> Result<Arc<dyn ObjectStore>, TableError> {
    archive.folder(FOLDER)
}

/// An exporter of `deps` under `config`.
pub fn build(config: &Config, deps: Dependencies) -> Result<Exporter, ExporterError> {
    Ok(Exporter {
        group: config.group.clone(),
        outlets: config.outlets()?,
        store: store(&deps.archive)?,
        deps,
    })
}

/// The lines of one assignment.
struct Running {
    revoked: CancellationToken,
    partitions: Vec<Partition>,
    /// Ended with this: a line that nobody looks after must not go on.
    lines: Vec<(Arc<Outlet>, AbortOnDropHandle<()>)>,
}

impl Exporter {
    /// An exporter to sinks made elsewhere.
    #[cfg(test)]
    pub(crate) fn to(
        outlets: Vec<Outlet>,
        group: &str,
        deps: Dependencies,
    ) -> Result<Self, ExporterError> {
        Ok(Self {
            group: group.to_owned(),
            outlets: outlets.into_iter().map(Arc::new).collect(),
            store: store(&deps.archive)?,
            deps,
        })
    }

    /// What the telemetry may ask.
    pub fn meters(&self) -> Meters {
        Meters(
            self.outlets
                .iter()
                .map(|outlet| outlet.meter.clone())
                .collect(),
        )
    }

    /// Exports until `shutdown`, then sends what was read and ends. Failures of journal, archive and sinks are waited out.
    pub async fn run(self, shutdown: CancellationToken) {
        let stop = CancellationToken::new();
        let _stops = stop.clone().drop_guard();
        let shared = Arc::new(Shared {
            feed: Feed::Live(Arc::clone(&self.deps.journal), self.deps.archive.clone()),
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.deps.clock),
            approvals: Approvals::follow(
                Arc::clone(&self.deps.journal),
                self.deps.archive.clone(),
                stop.clone(),
            ),
            room: Arc::default(),
            ahead: limits::READ_AHEAD_BYTES / self.outlets.len().max(1),
        });
        let mut running = None;
        let mut pauses = limits::RETRY.build();
        while !shutdown.is_cancelled() {
            let began = journal::clock::moment();
            let Err(error) = self.follow(&shared, &mut running, &shutdown).await else {
                continue;
            };
            if began.elapsed() > limits::RETRY_PAUSE_MAX {
                pauses = limits::RETRY.build();
            }
            let pause = pauses.next().unwrap_or(limits::RETRY_PAUSE_MAX);
            tracing::warn!(%error, pause_ms = pause.as_millis(), "exporter cannot join its group, trying again");
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = shutdown.cancelled() => {}
            }
        }
        if let Some(running) = running {
            running.drain().await;
        }
    }

    /// Follows assignments until the journal or `shutdown` ends them.
    async fn follow(
        &self,
        shared: &Arc<Shared>,
        running: &mut Option<Running>,
        shutdown: &CancellationToken,
    ) -> Result<(), ReadError> {
        let mut assignments = tokio::select! {
            joined = self.deps.journal.join(&self.group) => joined?,
            () = shutdown.cancelled() => return Ok(()),
        };
        let mut watch = tokio::time::interval(limits::WATCH_INTERVAL);
        loop {
            let assigned = tokio::select! {
                assigned = assignments.next() => assigned,
                () = shutdown.cancelled() => return Ok(()),
                _ = watch.tick() => {
                    if let Some(running) = running {
                        running.revive(shared, shutdown).await;
                    }
                    continue;
                }
            };
            let Some(assigned) = assigned else {
                return Err(ReadError::Unavailable("the group ended".to_owned()));
            };
            let assigned = assigned?;
            if running
                .as_ref()
                .is_some_and(|now| now.partitions == assigned)
            {
                continue;
            }
            if let Some(before) = running.take() {
                before.revoke().await;
            }
            *running = Some(self.begin(shared, assigned, shutdown));
        }
    }

    fn begin(
        &self,
        shared: &Arc<Shared>,
        partitions: Vec<Partition>,
        shutdown: &CancellationToken,
    ) -> Running {
        let revoked = CancellationToken::new();
        let count = partitions.len();
        tracing::info!(partitions = count, sinks = self.outlets.len(), "exporting");
        let outlets = if count == 0 {
            &[]
        } else {
            self.outlets.as_slice()
        };
        let lines = outlets.iter().map(|outlet| {
            let line = start(shared, outlet, &partitions, shutdown, &revoked);
            (Arc::clone(outlet), line)
        });
        Running {
            lines: lines.collect(),
            revoked,
            partitions,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "its handle is held, and ends it where it is dropped"
)]
fn start(
    shared: &Arc<Shared>,
    outlet: &Arc<Outlet>,
    partitions: &[Partition],
    shutdown: &CancellationToken,
    revoked: &CancellationToken,
) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(line::run(
        Arc::clone(shared),
        Arc::clone(outlet),
        partitions.to_vec(),
        shutdown.clone(),
        revoked.clone(),
    )))
}

impl Running {
    /// A line that ended by itself was ended by a defect; its sink must not stand still for that.
    async fn revive(&mut self, shared: &Arc<Shared>, shutdown: &CancellationToken) {
        for (outlet, line) in &mut self.lines {
            if line.is_finished() && !shutdown.is_cancelled() {
                let anew = start(shared, outlet, &self.partitions, shutdown, &self.revoked);
                let ended = std::mem::replace(line, anew);
                finished(outlet, ended).await;
            }
        }
    }

    async fn revoke(self) {
        self.revoked.cancel();
        for (outlet, line) in self.lines {
            finished(&outlet, line).await;
        }
    }

    async fn drain(self) {
        let deadline = journal::clock::moment() + limits::DRAIN;
        for (outlet, mut line) in self.lines {
            if tokio::time::timeout_at(deadline, &mut line).await.is_err() {
                // Nothing is lost: the next start begins at the cursor.
                tracing::warn!(
                    sink = outlet.name,
                    "last batch was not acknowledged in time, the next start sends it again"
                );
                self.revoked.cancel();
                line.abort();
            }
        }
    }
}

async fn finished(outlet: &Outlet, line: AbortOnDropHandle<()>) {
    if let Err(error) = line.await {
        tracing::error!(sink = outlet.name, %error, "export ended badly");
    }
}
