//! `firn archive check|repair|rebuild-from-journal`: an archive that is not whole.
//!
//! Enters: the configuration. Leaves: what is wrong and what helps, or what was done. Never here: an archive opened before it is known
//! to be sound: opening makes what is missing.

use std::process::ExitCode;

use anyhow::Result;
use archive::Archive;
use archive::repair::{Log, Relisted};
use serde_json::json;

use crate::config::Config;
use crate::{compose, progress};

/// 0 sound, 1 something is wrong.
pub async fn check(config: &Config, as_json: bool) -> Result<ExitCode> {
    let archive = Archive::unopened(&config.archive())?;
    let checked = progress::show("looking at every object", archive.check()).await?;
    let sound = checked.problems.is_empty();
    if as_json {
        say!("{}", serde_json::to_string(&checked)?);
        return Ok(ExitCode::from(u8::from(!sound)));
    }
    for problem in &checked.problems {
        say!(
            "{}/{}: {}; {}",
            problem.table,
            problem.path,
            problem.what,
            problem.kind.remedy()
        );
    }
    say!(
        "{} files are listed; {} were replaced and wait for vacuum, {} are left of commits that were cut off",
        checked.listed,
        checked.replaced,
        checked.leftovers
    );
    match checked.problems.len() {
        0 => say!("the archive is whole"),
        1 => say!("1 thing is wrong"),
        count => say!("{count} things are wrong"),
    }
    Ok(ExitCode::from(u8::from(!sound)))
}

/// Lists what is there.
pub async fn repair(config: &Config, dry_run: bool, as_json: bool) -> Result<ExitCode> {
    let archive = Archive::unopened(&config.archive())?;
    let now = compose::clock().now();
    let done = progress::show("reading the files", archive.relist(dry_run, now)).await?;
    if as_json {
        say!("{}", json!({"dry_run": dry_run, "tables": done}));
        return Ok(ExitCode::SUCCESS);
    }
    for table in &done {
        say(table, dry_run);
    }
    if done.iter().all(Relisted::is_nothing) {
        say!("nothing is to be repaired");
    }
    Ok(ExitCode::SUCCESS)
}

fn say(done: &Relisted, dry_run: bool) {
    let would = if dry_run { "would be" } else { "is" };
    let files = done.listed.len();
    match done.log {
        Log::Sound if files > 0 => {
            say!("{}: {files} files more {would} listed", done.table);
        }
        Log::Sound => {}
        Log::MadeAgain => say!(
            "{}: its log {would} made again of {files} files, {} that they replaced are left out; {} objects of the old one are in _lost_log",
            done.table,
            done.replaced,
            done.moved
        ),
        Log::FoldedAgain => say!(
            "{}: its log {would} set aside, the recorder or `firn archive seal` makes the table again",
            done.table
        ),
    }
    for (path, what) in &done.left {
        say!("{}/{path} is not listed: {what}", done.table);
    }
}

/// 0 nothing is missing any more, 1 something is.
pub async fn rebuild(config: &Config, dry_run: bool, as_json: bool) -> Result<ExitCode> {
    let archive = compose::archive(config).await?;
    let journal = compose::reader(config).await?;
    let now = compose::clock().now();
    let rebuilding = archive.rebuild(&journal, dry_run, now);
    let rebuilt = progress::show("reading the journal", rebuilding).await?;
    let whole = rebuilt.lost.is_empty();
    if as_json {
        say!(
            "{}",
            json!({"dry_run": dry_run, "read": rebuilt.read, "lost": rebuilt.lost})
        );
        return Ok(ExitCode::from(u8::from(!whole)));
    }
    let would = if dry_run { "would be" } else { "are" };
    for read in &rebuilt.read {
        say!(
            "{} {} offsets {} to {}: {} rows {would} there again",
            read.table,
            read.partition,
            read.first,
            read.end - 1,
            read.rows
        );
    }
    for lost in &rebuilt.lost {
        say!(
            "{} {} offsets {} to {} are not to be had: {}",
            lost.table,
            lost.partition,
            lost.first,
            lost.end - 1,
            lost.what
        );
    }
    if whole && rebuilt.read.is_empty() {
        say!("nothing is missing");
    }
    Ok(ExitCode::from(u8::from(!whole)))
}
