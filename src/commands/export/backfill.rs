//! `firn export backfill`: a span of the archive to one sink.
//!
//! Enters: a sink and a span in somebody's words. Leaves: the span at the sink, or the command that goes on with it. Never here: a span
//! begun anew because its words mean another time by now.

use std::ops::Range;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use chrono::{DateTime, SecondsFormat};
use event::TimeNs;
use exporter::backfill::{Backfill, Progress, broken_off};
use exporter::cursor::{Counts, Words};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{named, span};
use crate::cli::SpanArgs;
use crate::compose;
use crate::config::Config;

/// Sends what the archive has of a span.
pub(super) async fn run(config: &Config, arguments: &SpanArgs) -> Result<ExitCode> {
    let sink = named(config, &arguments.sink)?;
    let archive = compose::archive(config).await?;
    let words = Words {
        since: arguments.since.clone(),
        until: arguments.until.clone(),
    };
    let time = match broken_off(&archive, &sink.name, &words).await? {
        None => span(arguments)?,
        Some(time) => {
            aside!("goes on with what was broken off: {}", times(&time));
            time
        }
    };
    let work = Backfill::of(&archive, time.clone(), compose::clock()).await?;
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
    let done = work.run(words, outlet, stop, told).await;
    bar.finish_and_clear();
    let goes_on = || {
        let times = times(&time);
        format!(
            "the same command goes on from there, and so does: firn export backfill {} {times}",
            sink.name
        )
    };
    let done = done.with_context(|| format!("the backfill is broken off; {}", goes_on()))?;
    let whole = done.done == done.total;
    let Counts {
        acknowledged,
        filtered,
        dead,
        ..
    } = done.counts;
    if arguments.json {
        let [since, until] = [time.start, time.end].map(exactly);
        say!(
            "{}",
            json!({"whole": whole, "since": since, "until": until, "acknowledged": acknowledged, "filtered": filtered, "dead": dead})
        );
    } else {
        let end = if whole { "whole" } else { "broken off" };
        say!("{end}: {acknowledged} items acknowledged, {filtered} filtered, {dead} dead");
        if !whole {
            say!("{}", goes_on());
        }
    }
    Ok(ExitCode::from(u8::from(!whole)))
}

/// A span as arguments that name it for ever.
fn times(span: &Range<TimeNs>) -> String {
    let [since, until] = [span.start, span.end].map(exactly);
    format!("--since {since} --until {until}")
}

fn exactly(time: TimeNs) -> String {
    DateTime::from_timestamp_nanos(time.0).to_rfc3339_opts(SecondsFormat::Nanos, true)
}
