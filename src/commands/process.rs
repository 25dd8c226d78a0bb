//! A process with long-running tasks: what runs in it, and how it ends.
//!
//! Enters: tasks, signals. Leaves: the first failure, once every task has ended. Never here: which roles there are.

use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::supervisor;
use crate::telemetry::Telemetry;

/// What runs in this process, and what ends it.
pub struct Process {
    /// Whatever runs; one that ends by itself ends all.
    pub tasks: JoinSet<Result<()>>,
    /// Ends them in order.
    pub shutdown: CancellationToken,
    /// Before that: clients are sent elsewhere.
    pub leaving: CancellationToken,
    /// What they are seen by.
    pub telemetry: Telemetry,
    /// How long they serve on once the process says that it stops.
    pub drain_delay: Duration,
}

impl Process {
    /// Waits for a signal or for a role that ends by itself, which is a failure; then for every role to end.
    pub async fn wait(&mut self) -> Result<()> {
        let tasks = &mut self.tasks;
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        let mut told = false;
        let mut early = tokio::select! {
            _ = tokio::signal::ctrl_c() => None,
            _ = terminate.recv() => { told = true; None }
            ended = tasks.join_next() => ended,
        };
        self.telemetry.readiness().stopping();
        supervisor::stopping();
        self.leaving.cancel();
        if told && !self.drain_delay.is_zero() {
            // Whoever sends it twice means now.
            early = tokio::select! {
                () = tokio::time::sleep(self.drain_delay) => None,
                _ = tokio::signal::ctrl_c() => None,
                _ = terminate.recv() => None,
                ended = tasks.join_next() => ended,
            };
        }
        self.shutdown.cancel();
        let mut outcome = match early {
            None => Ok(()),
            Some(Ok(Err(error))) => Err(error),
            Some(Err(error)) => Err(error.into()),
            Some(Ok(Ok(()))) => Err(anyhow::anyhow!("a role ended by itself")),
        };
        while let Some(ended) = tasks.join_next().await {
            let ended = ended.map_err(anyhow::Error::from).and_then(|ended| ended);
            if outcome.is_ok() {
                outcome = ended;
            }
        }
        outcome
    }
}
