//! `firn retention …`: what goes, what went, what is held.
//!
//! Enters: a command and the configuration. Leaves: a plan, or what was done. Never here: a rule that the configuration does not say.

use std::process::ExitCode;

use anyhow::Result;
use archive::retention::{Applied, Hold, Plan, Release, Rules, Scope};
use archive::{Archive, ObjectLock};
use event::TimeNs;
use indicatif::HumanBytes;
use uuid::Uuid;

use super::read::moment;
use crate::cli::{HoldCommand, RetentionArgs, RetentionCommand};
use crate::config::Config;
use crate::{compose, progress};

/// Nanoseconds in a millisecond.
const NANOS_PER_MILLI: i64 = 1_000_000;

/// Does what `arguments` say.
pub async fn run(arguments: RetentionArgs) -> Result<ExitCode> {
    let config = Config::load(&arguments.config.config)?;
    let rules = config.retention.rules()?;
    let archive = compose::archive(&config).await?;
    match arguments.command {
        RetentionCommand::Plan { json } => plan(&archive, &rules, json).await?,
        RetentionCommand::Apply { by, json } => {
            let lock = config.archive().object_lock;
            return apply(&archive, &rules, lock, &by, json).await;
        }
        RetentionCommand::Log { session, json } => log(&archive, session, json).await?,
        RetentionCommand::Hold(command) => hold(&archive, command).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn plan(archive: &Archive, rules: &Rules, as_json: bool) -> Result<()> {
    let now = compose::clock().now();
    let plan = progress::show("looking at every event", archive.retention_plan(rules, now));
    let plan = plan.await?;
    if as_json {
        say!("{}", serde_json::to_string(&plan)?);
    } else {
        tell(&plan, rules);
    }
    Ok(())
}

fn tell(plan: &Plan, rules: &Rules) {
    if rules.is_empty() {
        say!("nothing goes: [retention] says no days");
    }
    for due in &plan.due {
        say!(
            "{}: {} events of {} sessions, {} pages of rows among them{}",
            due.rule,
            due.events,
            due.sessions,
            due.pages,
            match (due.oldest, due.newest) {
                (Some(oldest), Some(newest)) => format!(", {} to {}", day(oldest), day(newest)),
                _ => String::new(),
            }
        );
    }
    for held in &plan.held {
        say!(
            "held by {} ({}): {} events of {} sessions stay",
            held.hold,
            held.why,
            held.events,
            held.sessions
        );
    }
    if plan.waiting > 0 {
        say!(
            "{} events are not sealed yet, they go next time",
            plan.waiting
        );
    }
    say!(
        "{} events go, about {}: {} files are written again, of {} nothing stays",
        plan.events(),
        HumanBytes(plan.bytes),
        plan.files,
        plan.files_whole
    );
}

fn day(time: TimeNs) -> String {
    let date = chrono::DateTime::from_timestamp_nanos(time.0);
    date.format("%Y-%m-%d").to_string()
}

async fn apply(
    archive: &Archive,
    rules: &Rules,
    lock: Option<ObjectLock>,
    by: &str,
    as_json: bool,
) -> Result<ExitCode> {
    let now = compose::clock().now();
    let applied = progress::show("letting go", archive.retain(rules, by, now)).await?;
    let Applied {
        events,
        pages,
        files,
        refused,
    } = &applied;
    if as_json {
        say!("{}", serde_json::to_string(&applied)?);
    } else {
        say!(
            "{events} events and {pages} page bodies went, {files} files were written again without them"
        );
        for refused in refused {
            say!("{} stays: {}", refused.path, refused.what);
        }
        if let Some(ObjectLock { days, .. }) = lock
            && *events > 0
        {
            say!(
                "their bytes stay in the bucket as old versions, locked until {days} days after each file was written"
            );
        }
    }
    Ok(ExitCode::from(u8::from(!refused.is_empty())))
}

async fn log(archive: &Archive, session: Option<event::SessionId>, as_json: bool) -> Result<()> {
    let went = match session {
        Some(session) => archive.erasures_of(session).await?,
        None => archive.erasures().await?,
    };
    for one in &went {
        if as_json {
            say!("{}", serde_json::to_string(one)?);
            continue;
        }
        let rules: Vec<&str> = one.rules.iter().map(|rule| rule.rule.as_str()).collect();
        say!(
            "{} {} offsets {} to {}: {} events went ({}), applied by {}",
            day(one.at),
            one.partition,
            one.first,
            one.end.saturating_sub(1),
            one.events,
            rules.join("; "),
            one.by
        );
    }
    if went.is_empty() && !as_json {
        say!("nothing went");
    }
    Ok(())
}

async fn hold(archive: &Archive, command: HoldCommand) -> Result<()> {
    let now = compose::clock().now();
    match command {
        HoldCommand::Add {
            session,
            principal,
            table,
            from,
            until,
            by,
            why,
            json,
        } => {
            let hold = Hold {
                id: id(now),
                scope: Scope {
                    session,
                    principal,
                    table,
                    from: from.as_deref().map(moment).transpose()?,
                    until: until.as_deref().map(moment).transpose()?,
                },
                why,
                by,
                at: now,
                released: None,
            };
            archive.hold(&hold).await?;
            match json {
                true => say!("{}", serde_json::to_string(&hold)?),
                false => say!("{} holds from now on", hold.id),
            }
        }
        HoldCommand::List { json } => {
            let holds = archive.holds().await?;
            for hold in &holds {
                match json {
                    true => say!("{}", serde_json::to_string(hold)?),
                    false => say!("{}", line(hold)),
                }
            }
            if holds.is_empty() && !json {
                say!("nothing is held");
            }
        }
        HoldCommand::Release { id, by, why, json } => {
            let end = Release { why, by, at: now };
            archive.release(id, &end).await?;
            match json {
                true => say!("{}", serde_json::to_string(&end)?),
                false => say!("{id} is released"),
            }
        }
    }
    Ok(())
}

fn line(hold: &Hold) -> String {
    let scope = &hold.scope;
    let covers = [
        scope.session.map(|session| format!("session {session}")),
        scope
            .principal
            .as_ref()
            .map(|who| format!("principal {who}")),
        scope.table.as_ref().map(|table| format!("table {table}")),
        scope.from.map(|from| format!("from {}", day(from))),
        scope.until.map(|until| format!("until {}", day(until))),
    ];
    let covers: Vec<String> = covers.into_iter().flatten().collect();
    let standing = match &hold.released {
        None => format!("since {}", day(hold.at)),
        Some(end) => format!("released {} by {}: {}", day(end.at), end.by, end.why),
    };
    format!(
        "{}  {}  by {}: {}  {standing}",
        hold.id,
        covers.join(", "),
        hold.by,
        hold.why
    )
}

fn id(now: TimeNs) -> Uuid {
    let millis = u64::try_from(now.0.div_euclid(NANOS_PER_MILLI)).unwrap_or(0);
    let random = compose::random();
    let mut tail = [0; 10];
    for (to, from) in tail.iter_mut().zip(random) {
        *to = from;
    }
    uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}
