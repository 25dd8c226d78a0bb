//! Roles that nobody connects to: the recorder, the rules that are asked on a schedule; the exporter is in `exporting`.
//!
//! Enters: a configuration and a process to run in. Leaves: tasks in it. Never here: their behaviour, or a listener.

use std::sync::Arc;

use anyhow::Result;
use event::payload::ProducerRole;
use journal::Journal;
use tokio::signal::unix::Signal;

use crate::api::Record;
use crate::commands::exporting::Exports;
use crate::commands::process::Process;
use crate::commands::watch;
use crate::compose;
use crate::config::Config;
use crate::reload::{self, Read};

/// Starts the recorder.
pub async fn record(
    config: &Config,
    journal: Arc<dyn Journal>,
    process: &mut Process,
) -> Result<()> {
    let mut settings = config.recorder.clone();
    let rules = config.retention.rules()?;
    settings.retention = config
        .retention
        .every
        .filter(|_| !rules.is_empty())
        .map(|every| recorder::Retention { rules, every });
    let recorder = recorder::build(
        settings,
        recorder::Dependencies {
            journal,
            archive: compose::archive(config).await?,
            clock: compose::clock(),
        },
    )?;
    let (counters, clock) = (recorder.counters(), compose::clock());
    let telemetry = &process.telemetry;
    telemetry.measure({
        let counters = counters.clone();
        move || counters.measure(clock.now())
    });
    let readiness = telemetry.readiness();
    readiness.needs("the recorder waits for journal or archive", move || {
        counters.ready()
    });
    let stop = process.shutdown.clone();
    process
        .tasks
        .spawn(async move { Ok(recorder.run(stop).await?) });
    tracing::info!(archive = config.archive().url, "recorder runs");
    Ok(())
}

/// Asks the rules of `[detections]` on their schedule, over the engine that is there, or one of its own, which is to be closed after it.
pub async fn detect(
    config: &Config,
    asked: bool,
    journal: &Arc<dyn Journal>,
    serving: Option<&(Record, Option<query::Engine>)>,
    process: &mut Process,
) -> Result<Option<(Record, query::Engine)>> {
    let Some(section) = config.detections.as_ref().filter(|_| asked) else {
        return Ok(None);
    };
    let mut own = None;
    let (record, engine) = match serving {
        Some((record, Some(engine))) => (record.clone(), engine.clone()),
        _ => {
            let record = Record {
                journal: journal.clone(),
                archive: compose::archive(config).await?,
                emitter: compose::emitter(&config.producer, journal, ProducerRole::Export).await?,
            };
            let engine = compose::query_engine(config, &record).await?;
            own = Some((record.clone(), engine.clone()));
            (record, engine)
        }
    };
    let schedule = watch::schedule(section, &record, &engine)?;
    let stop = process.shutdown.clone();
    process.tasks.spawn(async move {
        schedule.run(stop).await;
        Ok(())
    });
    Ok(own)
}

/// Lets a process without an API hear that its configuration changed, take other sinks, and say what is not in force.
pub fn hear(read: &Read, hangups: Signal, exports: Option<Exports>, process: &mut Process) {
    let (read, stop) = (read.clone(), process.shutdown.clone());
    process.tasks.spawn(async move {
        reload::watch(read, hangups, exports, stop).await;
        Ok(())
    });
}
