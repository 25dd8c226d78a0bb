//! `firn export …`: how sinks stand, and what to do about what they refused.
//!
//! Enters: a command and the configuration. Leaves: answers from the archive's store. Never here: an exporter, a moved cursor.

use std::ops::Range;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, SecondsFormat};
use event::TimeNs;
use exporter::backfill::{Backfill, Progress};
use exporter::config::SinkConfig;
use exporter::cursor::Counts;
use exporter::dead::{DeadLetter, DeadLetters};
use exporter::reconcile::{Missing, Sums};
use exporter::status::{Status, status};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::cli::{ConfigArgs, DeadChoice, DeadCommand, ExportCommand, SpanArgs};
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
        ExportCommand::Status { json } => show_status(&config, json).await,
        ExportCommand::Backfill(span) => backfill(&config, &span).await,
        ExportCommand::Reconcile(span) => reconcile(&config, &span).await,
        ExportCommand::Dead(command) => dead(&config, command).await,
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

async fn backfill(config: &Config, arguments: &SpanArgs) -> Result<ExitCode> {
    let sink = named(config, &arguments.sink)?;
    let (archive, time) = (compose::archive(config).await?, span(arguments)?);
    let work = Backfill::of(&archive, time, compose::clock()).await?;
    let stop = CancellationToken::new();
    let interrupted = stop.clone();
    #[expect(clippy::disallowed_methods, reason = "it ends with the command")]
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            interrupted.cancel();
        }
    });
    // Draws on standard error, and only where that is a terminal.
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent}% {msg} {eta} left") {
        bar.set_style(style);
    }
    let told = |progress: Progress| {
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        bar.set_message(format!("{} items", progress.counts.acknowledged));
    };
    let outlet = sink.outlet()?;
    let done = work.run(outlet, stop, told).await;
    bar.finish_and_clear();
    let done = done.context("the backfill is broken off; the same command goes on from there")?;
    let whole = done.done == done.total;
    let Counts {
        acknowledged,
        filtered,
        dead,
        ..
    } = done.counts;
    if arguments.json {
        say!(
            "{}",
            json!({"whole": whole, "acknowledged": acknowledged, "filtered": filtered, "dead": dead})
        );
    } else {
        let end = if whole {
            "whole"
        } else {
            "broken off, the same command goes on from there"
        };
        say!("{end}: {acknowledged} items acknowledged, {filtered} filtered, {dead} dead");
    }
    Ok(ExitCode::from(u8::from(!whole)))
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

async fn show_status(config: &Config, as_json: bool) -> Result<ExitCode> {
    let archive = compose::archive(config).await?;
    let journal = compose::reader(config).await?;
    let mut any_dead = false;
    let mut rows = Vec::new();
    for sink in &config.export.sink {
        let status = status(&archive, &journal, &sink.name).await?;
        any_dead |= status.dead > 0;
        if as_json {
            say!("{}", serde_json::to_string(&status)?);
        } else {
            rows.push(status);
        }
    }
    if !as_json {
        table(&rows);
    }
    Ok(ExitCode::from(u8::from(any_dead)))
}

fn table(rows: &[Status]) {
    say!(
        "{:<20} {:>8} {:>12} {:>12} {:>10} {:>6}",
        "SINK",
        "BEHIND",
        "PRODUCED",
        "ACKNOWLEDGED",
        "FILTERED",
        "DEAD"
    );
    for status in rows {
        let behind = status
            .behind
            .map_or("?".to_owned(), |count| count.to_string());
        say!(
            "{:<20} {behind:>8} {:>12} {:>12} {:>10} {:>6}",
            status.sink,
            status.total.produced,
            status.total.acknowledged,
            status.total.filtered,
            status.dead
        );
    }
}

async fn dead(config: &Config, command: DeadCommand) -> Result<ExitCode> {
    let archive = compose::archive(config).await?;
    let store = exporter::store(&archive)?;
    let letters = |sink: &SinkConfig| DeadLetters::new(store.clone(), &sink.name);
    match command {
        DeadCommand::List { sink, json } => {
            let chosen: Vec<&SinkConfig> = match &sink {
                Some(name) => vec![named(config, name)?],
                None => config.export.sink.iter().collect(),
            };
            for sink in chosen {
                for letter in letters(sink).list().await? {
                    list(&sink.name, &letter, json)?;
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        DeadCommand::Show { sink, id, json } => {
            let letter = letters(named(config, &sink)?).get(&id).await?;
            if json {
                say!("{}", serde_json::to_string(&letter)?);
            } else {
                say!("{}\n{}", about(&letter), letter.record);
            }
            Ok(ExitCode::SUCCESS)
        }
        DeadCommand::Retry(choice) => {
            let sink = named(config, &choice.sink)?;
            retry(sink, &letters(sink), &choice).await
        }
        DeadCommand::Drop(choice) => {
            let sink = named(config, &choice.sink)?;
            let kept = letters(sink);
            let chosen = chosen(&kept, &choice).await?;
            for letter in &chosen {
                kept.remove(&letter.id).await?;
            }
            if choice.json {
                say!("{}", json!({"dropped": chosen.len()}));
            } else {
                say!("{} dropped", chosen.len());
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn list(sink: &str, letter: &DeadLetter, as_json: bool) -> Result<()> {
    if as_json {
        let mut said = serde_json::to_value(letter)?;
        said["sink"] = json!(sink);
        if let Some(fields) = said.as_object_mut() {
            fields.remove("record");
        }
        say!("{said}");
    } else {
        say!("{sink:<20} {}", about(letter));
    }
    Ok(())
}

fn about(letter: &DeadLetter) -> String {
    let DeadLetter {
        id,
        partition,
        offset,
        reason,
        ..
    } = letter;
    format!("{id} {} {partition}:{offset} {reason}", when(letter.died))
}

fn when(time: TimeNs) -> String {
    DateTime::from_timestamp_nanos(time.0).to_rfc3339_opts(SecondsFormat::Secs, true)
}

async fn chosen(kept: &DeadLetters, choice: &DeadChoice) -> Result<Vec<DeadLetter>> {
    if choice.all {
        return Ok(kept.list().await?);
    }
    let mut letters = Vec::with_capacity(choice.ids.len());
    for id in &choice.ids {
        letters.push(kept.get(id).await?);
    }
    Ok(letters)
}

/// Sends letters one by one, so that each is judged for itself.
async fn retry(sink: &SinkConfig, kept: &DeadLetters, choice: &DeadChoice) -> Result<ExitCode> {
    let outlet = sink.outlet()?;
    let (mut taken, mut refused) = (0_usize, 0_usize);
    for letter in chosen(kept, choice).await? {
        let record = letter.record()?;
        match outlet.sink.send(std::slice::from_ref(&record)).await {
            Ok(receipt) if receipt == exporter::sink::Receipt::default() => {
                kept.remove(&letter.id).await?;
                taken += 1;
            }
            Ok(receipt) if receipt.refused.is_empty() => {
                bail!(
                    "{} does not take {} now; it stays dead",
                    sink.name,
                    letter.id
                )
            }
            Ok(receipt) => {
                refused += 1;
                for (_, why) in receipt.refused {
                    aside!("{}: {why}", letter.id);
                }
            }
            Err(exporter::sink::SendError::Refused { why }) => {
                refused += 1;
                aside!("{}: {why}", letter.id);
            }
            Err(error) => {
                let left = format!(
                    "{} does not take {} now; it stays dead",
                    sink.name, letter.id
                );
                return Err(anyhow::Error::from(error).context(left));
            }
        }
    }
    if choice.json {
        say!("{}", json!({"taken": taken, "refused": refused}));
    } else {
        say!("{taken} taken, {refused} refused again");
    }
    Ok(ExitCode::from(u8::from(refused > 0)))
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
