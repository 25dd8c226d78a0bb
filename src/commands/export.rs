//! `firn export …`: how sinks stand, and what to do about what they refused.
//!
//! Enters: a command and the configuration. Leaves: answers from the archive's store. Never here: an exporter, a moved cursor.

mod backfill;
mod dead;
mod status;

use std::ops::Range;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, SecondsFormat};
use event::TimeNs;
use exporter::config::SinkConfig;
use exporter::reconcile::{Missing, Sums};

use crate::cli::{ConfigArgs, ExportCommand, SpanArgs};
use crate::commands::read::moment;
use crate::compose;
use crate::config::{Config, ConfigError};
use crate::progress;

/// Does what `command` says.
pub async fn run(at: &ConfigArgs, command: ExportCommand) -> Result<ExitCode> {
    if let ExportCommand::Schema { json } = command {
        return schema(json);
    }
    let config = Config::load(&at.config)?;
    if config.export.sink.is_empty() {
        return Err(ConfigError::Section {
            path: at.config.clone(),
            section: "[export.sink]",
        }
        .into());
    }
    match command {
        ExportCommand::Status { hours, json } => status::show(&config, hours, json).await,
        ExportCommand::Backfill(span) => backfill::run(&config, &span).await,
        ExportCommand::Reconcile(span) => reconcile(&config, &span).await,
        ExportCommand::Dead(command) => dead::run(&config, command).await,
        ExportCommand::Schema { json } => schema(json),
    }
}

fn schema(as_json: bool) -> Result<ExitCode> {
    for row in exporter::format::schema::rows() {
        if as_json {
            say!("{}", serde_json::to_string(&row)?);
            continue;
        }
        let about = match row.when {
            "" => row.kind.to_owned(),
            when => format!("{} ({when})", row.kind),
        };
        say!(
            "{about:<48} {} {}: {}, {}{}",
            row.class_uid,
            row.class,
            row.activities.join(" or "),
            row.severity.unwrap_or("as its rule says"),
            match row.attacks.as_slice() {
                [] => String::new(),
                attacks => format!(", {}", attacks.join(" ")),
            }
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// The span that `arguments` name.
fn span(arguments: &SpanArgs) -> Result<Range<TimeNs>> {
    let until = arguments.until.as_deref().map(moment).transpose()?;
    let until = until.unwrap_or_else(|| compose::clock().now());
    let since = moment(&arguments.since)?;
    if since >= until {
        bail!("--since is not before --until");
    }
    Ok(since..until)
}

async fn reconcile(config: &Config, arguments: &SpanArgs) -> Result<ExitCode> {
    let sink = named(config, &arguments.sink)?;
    let (archive, time) = (compose::archive(config).await?, span(arguments)?);
    let work = exporter::reconcile::reconcile(&archive, sink.outlet()?, time, compose::clock());
    let report = progress::show("comparing the archive with the receiver", work).await?;
    if arguments.json {
        say!("{}", serde_json::to_string(&report)?);
    } else {
        say!("{}: {}", report.sink, sums(&report.sums));
        // The hours that are as they should be are in the JSON.
        let odd = |of: &&Sums| of.missing + of.repeats + of.dead > 0;
        for (hour, of) in report.hours.iter().filter(|(_, of)| odd(of)) {
            say!("{hour} {}", sums(of));
        }
        for Missing {
            id,
            partition,
            offset,
            time,
        } in &report.named
        {
            say!("missing {id} {} {partition}:{offset}", when(TimeNs(*time)));
        }
    }
    Ok(ExitCode::from(u8::from(report.sums.missing > 0)))
}

fn sums(of: &Sums) -> String {
    format!(
        "{} expected, {} there, {} missing, {} repeats; {} dead, {} not sent yet, {} from before it began",
        of.expected, of.present, of.missing, of.repeats, of.dead, of.pending, of.before
    )
}

fn when(time: TimeNs) -> String {
    DateTime::from_timestamp_nanos(time.0).to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn named<'a>(config: &'a Config, name: &str) -> Result<&'a SinkConfig> {
    let names = || {
        let names = config.export.sink.iter().map(|sink| sink.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    config
        .export
        .named(name)
        .with_context(|| format!("there is no sink {name:?}; there are: {}", names()))
}
