//! `firn export status`: how each sink stands.
//!
//! Enters: the configuration. Leaves: a row or an object a sink, by the hour where that is asked for. Never here: a moved cursor, or a sink
//! that takes nothing told as if it were well.

use std::process::ExitCode;

use anyhow::Result;
use exporter::status::{Status, archived_by_hour, status};

use super::when;
use crate::compose;
use crate::config::Config;

/// Longest reason of a failure in a table; the JSON has all of it.
const WHY_CHARS_MAX: usize = 240;

/// Shows them all; 1 where something is dead, or a sink takes nothing while something waits for it.
pub(super) async fn show(config: &Config, by_hour: bool, as_json: bool) -> Result<ExitCode> {
    let archive = compose::archive(config).await?;
    let journal = compose::reader(config).await?;
    let mut all = Vec::new();
    for sink in &config.export.sink {
        all.push(status(&archive, &journal, &sink.name).await?);
    }
    if by_hour {
        let first = all.iter().filter_map(|one| one.hours.keys().next()).min();
        let archived = match first {
            Some(first) => archived_by_hour(&archive, first).await?,
            None => Default::default(),
        };
        for (hour, counts) in all.iter_mut().flat_map(|one| &mut one.hours) {
            counts.archived = Some(archived.get(hour).copied().unwrap_or(0));
        }
    }
    let wrong = all.iter().any(|one| one.dead > 0 || one.is_stuck());
    if as_json {
        for one in &all {
            say!("{}", serde_json::to_string(one)?);
        }
    } else {
        table(&all);
        for one in all.iter().filter(|_| by_hour) {
            hours(one);
        }
    }
    Ok(ExitCode::from(u8::from(wrong)))
}

fn table(rows: &[Status]) {
    say!(
        "{:<20} {:>8} {:>12} {:>12} {:>12} {:>10} {:>6}  {}",
        "SINK",
        "BEHIND",
        "PRODUCED",
        "SENT",
        "ACKNOWLEDGED",
        "FILTERED",
        "DEAD",
        "LAST FAILURE"
    );
    for status in rows {
        let behind = status
            .behind
            .map_or("?".to_owned(), |count| count.to_string());
        say!(
            "{:<20} {behind:>8} {:>12} {:>12} {:>12} {:>10} {:>6}  {}",
            status.sink,
            status.total.produced,
            status.total.tries(),
            status.total.acknowledged,
            status.total.filtered,
            status.dead,
            failed(status)
        );
    }
}

fn failed(status: &Status) -> String {
    let Some(failure) = &status.failure else {
        return "-".to_owned();
    };
    let why: String = failure.why.chars().take(WHY_CHARS_MAX).collect();
    let last = when(failure.last);
    if status.is_stuck() {
        format!(
            "takes nothing since {}, last tried {last}: {why}",
            when(failure.since)
        )
    } else {
        format!("{last}, over: {why}")
    }
}

fn hours(status: &Status) {
    say!(
        "\n{:<20} {:>12} {:>12} {:>12} {:>12} {:>10} {:>6}",
        status.sink,
        "PRODUCED",
        "ARCHIVED",
        "SENT",
        "ACKNOWLEDGED",
        "FILTERED",
        "DEAD"
    );
    for (hour, of) in &status.hours {
        say!(
            "{hour} {:>12} {:>12} {:>12} {:>12} {:>10} {:>6}",
            of.counts.produced,
            of.archived.unwrap_or(0),
            of.counts.tries(),
            of.counts.acknowledged,
            of.counts.filtered,
            of.counts.dead
        );
    }
}
