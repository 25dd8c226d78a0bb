//! `firn archive …`: how the archive stands, sealing, compaction and vacuum by hand.
//!
//! Enters: a command and the configuration. Leaves: what was done. Never here: a second way to do what recorders do.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use archive::compaction::{Compacted, Due};
use archive::sealed::Pace;
use archive::{Archive, ObjectLock};
use event::TimeNs;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use serde_json::json;

use super::repair;
use crate::cli::{ArchiveArgs, ArchiveCommand};
use crate::compose;
use crate::config::Config;
use crate::progress;

/// Does what `arguments` say.
pub async fn run(arguments: ArchiveArgs) -> Result<ExitCode> {
    let config = Config::load(&arguments.config.config)?;
    match arguments.command {
        // An archive that cannot be opened is what these are for.
        ArchiveCommand::Check { json } => return repair::check(&config, json).await,
        ArchiveCommand::Repair { dry_run, json } => {
            return repair::repair(&config, dry_run, json).await;
        }
        ArchiveCommand::RebuildFromJournal { dry_run, json } => {
            return repair::rebuild(&config, dry_run, json).await;
        }
        command => upkeep(command, &config).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What recorders do by themselves.
async fn upkeep(command: ArchiveCommand, config: &Config) -> Result<()> {
    let archive = compose::archive(config).await?;
    match command {
        ArchiveCommand::Status { json } => status(&archive, json).await?,
        ArchiveCommand::Seal { json } => seal(&archive, json).await?,
        ArchiveCommand::Compact { dry_run, json } => compact(&archive, dry_run, json).await?,
        ArchiveCommand::Vacuum {
            older_than,
            dry_run,
            json,
        } => {
            // What the configuration says was checked when it was read.
            let kept = match older_than {
                Some(given) => within(given.into())?,
                None => config.recorder.keep_replaced,
            };
            let lock = config.archive().object_lock;
            vacuum(&archive, kept, lock, dry_run, json).await?;
        }
        ArchiveCommand::Check { .. }
        | ArchiveCommand::Repair { .. }
        | ArchiveCommand::RebuildFromJournal { .. } => {}
    }
    Ok(())
}

async fn status(archive: &Archive, as_json: bool) -> Result<()> {
    let standing = progress::show("reading the tables' logs", archive.standing()).await?;
    for table in standing {
        if as_json {
            say!("{}", serde_json::to_string(&table)?);
            continue;
        }
        let name = table.table;
        let size = HumanBytes(table.bytes).to_string();
        let waits = match (table.unsealed, table.due) {
            (Some(unsealed), _) => format!("{unsealed} events not sealed yet"),
            (None, Some(due)) => format!("{due} files wait to become fewer"),
            (None, None) => String::new(),
        };
        let (files, rows) = (table.files, table.rows);
        say!("{name:<12}{files:>9} files {rows:>12} rows {size:>12}  {waits}");
    }
    Ok(())
}

fn line(length: u64, what: &'static str) -> ProgressBar {
    let line = ProgressBar::new(length).with_message(what);
    if let Ok(style) =
        ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} % {elapsed} ({eta} left)")
    {
        line.set_style(style);
    }
    line
}

async fn seal(archive: &Archive, as_json: bool) -> Result<()> {
    let all = archive.unsealed().await?;
    let line = line(all, "sealing");
    let (mut steps, mut rows) = (0_u64, 0_u64);
    while let Some(step) = archive
        .seal(compose::clock().now(), Pace::default())
        .await?
    {
        steps += 1;
        rows += step.statements;
        line.set_position(all.saturating_sub(step.left));
    }
    line.finish_and_clear();
    if as_json {
        say!("{}", json!({"steps": steps, "statements": rows}));
    } else if steps == 0 {
        say!("everything is sealed");
    } else {
        say!("sealed {rows} rows of statements in {steps} steps");
    }
    Ok(())
}

async fn compact(archive: &Archive, dry_run: bool, as_json: bool) -> Result<()> {
    let (mut files, mut made, mut large) = (0, 0, 0);
    loop {
        let due = progress::show("looking for small files", archive.compactions(None)).await?;
        let done = due.is_empty();
        let line = line(due.iter().map(Due::bytes).sum(), "compacting");
        for due in due {
            let (due, after) = match dry_run {
                true => (due, None),
                false => match archive.compact(&due, compose::clock().now()).await? {
                    Compacted::File(bytes) => (due, Some(bytes)),
                    Compacted::Part { files, bytes } => (due.first(files), Some(bytes)),
                    Compacted::AnotherWasFirst => continue,
                    // It is not due again.
                    Compacted::TooLarge => {
                        large += 1;
                        continue;
                    }
                    // It would be due for ever.
                    Compacted::Newer => bail!(
                        "{} of {} has files of a later release: compact with that one",
                        due.kind.name(),
                        due.partition
                    ),
                },
            };
            line.inc(due.bytes());
            files += due.files();
            made += 1;
            line.suspend(|| tell(&due, after, as_json));
        }
        line.finish_and_clear();
        if done || dry_run {
            break;
        }
    }
    if !as_json {
        match (made, dry_run) {
            (0, _) => {
                say!("nothing is to be compacted; what is not sealed yet is left as it is")
            }
            (_, true) => say!("{files} files would become {made}"),
            (_, false) => say!("{files} files became {made}"),
        }
        if large > 0 {
            say!("{large} are left as they are: with the next one, they take too much memory");
        }
    }
    Ok(())
}

fn tell(due: &Due, after: Option<u64>, as_json: bool) {
    let (table, partition, files, before) =
        (due.kind.name(), due.partition, due.files(), due.bytes());
    if as_json {
        let partition = partition.to_string();
        say!(
            "{}",
            json!({"table": table, "partition": partition, "files": files, "bytes_before": before, "bytes_after": after})
        );
        return;
    }
    let before = HumanBytes(before);
    match after {
        Some(after) => {
            say!(
                "{table} {partition}: {files} files of {before} became one of {}",
                HumanBytes(after)
            );
        }
        None => say!("{table} {partition}: {files} files of {before}"),
    }
}

/// What `--older-than` says, within what a recorder would take.
fn within(kept: Duration) -> Result<Duration> {
    if kept < recorder::limits::KEEP_REPLACED_MIN {
        bail!(
            "--older-than must be ten minutes at the least: so long a query may read files that were replaced"
        );
    }
    if kept > recorder::limits::KEEP_REPLACED_MAX {
        bail!(
            "--older-than must be six days at the most: a table's log forgets after seven days what is to be deleted"
        );
    }
    Ok(kept)
}

async fn vacuum(
    archive: &Archive,
    kept: Duration,
    lock: Option<ObjectLock>,
    dry_run: bool,
    as_json: bool,
) -> Result<()> {
    let now = compose::clock().now();
    let kept = i64::try_from(kept.as_nanos()).unwrap_or(i64::MAX);
    let before = TimeNs(now.0.saturating_sub(kept));
    let gone = match dry_run {
        true => archive.vacuumable(TimeNs(0), before).await?,
        false => progress::show("deleting", archive.vacuum(TimeNs(0), before, now)).await?,
    };
    let (objects, bytes, entries) = (gone.objects, gone.bytes, gone.entries);
    if as_json {
        say!(
            "{}",
            json!({"objects": objects, "bytes": bytes, "refused": gone.refused, "log_entries": entries, "dry_run": dry_run})
        );
        return Ok(());
    }
    let size = HumanBytes(bytes);
    match dry_run {
        true => say!("{objects} objects of {size} would be deleted"),
        false => {
            say!("deleted {objects} objects of {size}, and {entries} entries of table logs")
        }
    }
    if gone.refused > 0 {
        say!(
            "{} objects stay, the store refuses to delete them: they are locked, or the archive's key may not delete (s3:DeleteObject)",
            gone.refused
        );
    }
    if let Some(ObjectLock { days, .. }) = lock {
        say!(
            "the bucket keeps their bytes as old versions, locked until {days} days after each was written; its lifecycle rule deletes them then"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vacuum_takes_ages_that_a_recorder_takes() {
        let day = 86_400;
        for (seconds, taken) in [
            (599, false),
            (600, true),
            (6 * day, true),
            (6 * day + 1, false),
            (30 * day, false),
        ] {
            let kept = within(Duration::from_secs(seconds));
            assert_eq!(kept.is_ok(), taken, "{seconds} s");
        }
    }
}
