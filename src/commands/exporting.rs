//! The exporter of a process, and another in its place where `[export]` changes.
//!
//! Enters: `[export]` as it is, and as it is later. Leaves: one running exporter of what it says. Never here: a second one before the first
//! has ended in order, or none because a change cannot work.

use std::sync::Arc;

use anyhow::Result;
use exporter::{Exporter, ExporterError, Meters};
use journal::Journal;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::commands::process::Process;
use crate::compose;
use crate::config::Config;

/// Where the exporter of a process hears that `[export]` changed. Cheap to clone.
#[derive(Clone)]
pub struct Exports(Arc<watch::Sender<exporter::Config>>);

impl Exports {
    /// Lets an exporter of `config` take over, once the one before has sent what it read.
    pub fn put(&self, config: exporter::Config) {
        self.0.send_replace(config);
    }
}

/// Starts the exporter.
pub async fn export(
    config: &Config,
    journal: Arc<dyn Journal>,
    process: &mut Process,
) -> Result<Exports> {
    let archive = compose::archive(config).await?;
    let build = move |config: &exporter::Config| {
        let deps = exporter::Dependencies {
            journal: Arc::clone(&journal),
            archive: archive.clone(),
            clock: compose::clock(),
        };
        exporter::build(config, deps)
    };
    let exporter = build(&config.export)?;
    let (shown, meters) = watch::channel(exporter.meters());
    let clock = compose::clock();
    process
        .telemetry
        .measure(move || meters.borrow().measure(clock.now()));
    let (changes, changed) = watch::channel(config.export.clone());
    let stop = process.shutdown.clone();
    process.tasks.spawn(async move {
        follow(exporter, build, changed, shown, stop).await;
        Ok(())
    });
    tracing::info!(sinks = names(&config.export), "exporter runs");
    Ok(Exports(Arc::new(changes)))
}

/// Runs one exporter after the other until `stop`.
async fn follow(
    mut exporter: Exporter,
    build: impl Fn(&exporter::Config) -> Result<Exporter, ExporterError>,
    mut changed: watch::Receiver<exporter::Config>,
    shown: watch::Sender<Meters>,
    stop: CancellationToken,
) {
    loop {
        let ending = stop.child_token();
        let mut running = Box::pin(exporter.run(ending.clone()));
        let (next, config) = loop {
            let heard = tokio::select! {
                () = &mut running => return,
                heard = changed.changed() => heard,
            };
            if heard.is_err() {
                running.await;
                return;
            }
            let config = changed.borrow_and_update().clone();
            match build(&config) {
                Ok(next) => break (next, config),
                Err(error) => tracing::error!(%error, "the sinks that were there go on"),
            }
        };
        ending.cancel();
        running.await;
        shown.borrow().retire();
        shown.send_replace(next.meters());
        tracing::info!(sinks = names(&config), "the sinks changed, exporter runs");
        exporter = next;
    }
}

fn names(config: &exporter::Config) -> String {
    let names = config.sink.iter().map(|sink| sink.name.as_str());
    names.collect::<Vec<_>>().join(", ")
}
