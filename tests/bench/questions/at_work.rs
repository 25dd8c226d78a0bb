//! A recorder at work, as in a process of its own.
//!
//! Enters: a journal, an archive. Leaves: how much is recorded; at its end, whether all went well. Never here: a record set aside unnoticed.

use std::sync::Arc;

use anyhow::{Result, bail};
use archive::Archive;
use journal::Journal;
use journal::clock::SystemClock;
use recorder::{Counters, Dependencies, RecorderError};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// A recorder that runs.
pub struct AtWork {
    counters: Counters,
    shutdown: CancellationToken,
    running: JoinSet<Result<(), RecorderError>>,
}

impl AtWork {
    /// Begins to record, seal and compact.
    pub fn start(journal: Arc<dyn Journal>, archive: &Archive) -> Result<Self> {
        let dependencies = Dependencies {
            journal,
            archive: archive.clone(),
            clock: Arc::new(SystemClock),
        };
        let recorder = recorder::build(recorder::Config::default(), dependencies)?;
        let (counters, shutdown) = (recorder.counters(), CancellationToken::new());
        let mut running = JoinSet::new();
        running.spawn(recorder.run(shutdown.clone()));
        Ok(Self {
            counters,
            shutdown,
            running,
        })
    }

    /// Events that are recorded by now; fails where it ended, or took a record for none.
    pub fn recorded(&mut self) -> Result<u64> {
        if self.counters.quarantined() > 0 || self.running.try_join_next().is_some() {
            bail!("the recorder does not record what it is given");
        }
        Ok(self.counters.recorded())
    }

    /// Ends it.
    pub async fn stop(mut self) -> Result<()> {
        self.shutdown.cancel();
        while let Some(ended) = self.running.join_next().await {
            ended??;
        }
        Ok(())
    }
}
