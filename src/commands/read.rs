//! `firn sql`, `sessions`, `replay`, `verify`: questions to the record.
//!
//! Enters: a question. Leaves: a table, JSON or CSV on standard output, and an exit status scripts can use. Never here: SQL of its own.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;
use std::str::FromStr as _;

use anyhow::{Context as _, Result};
use event::TimeNs;
use event::payload::Verdict;
use query::{Rows, SessionFilter, render};

use crate::cli::{Format, ReplayArgs, SessionsArgs, SqlArgs, VerifyArgs};
use crate::progress;
use crate::reach::Reach;

/// Plain text is laid out for this many columns,
const TEXT_WIDTH: usize = 120;
/// and shows this many rows of each result.
const TEXT_ROWS: usize = 50;

/// `firn sql`
pub async fn sql(arguments: SqlArgs) -> Result<ExitCode> {
    let mut text = arguments.sql;
    if text == "-" {
        text.clear();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("standard input can not be read")?;
    }
    let reach = Reach::find(&arguments.reach).await?;
    let answer = progress::show("asking the record", reach.sql(&text, arguments.limit)).await;
    reach.close().await?;
    print(&answer?, arguments.format.format(), render::table)
}

/// `firn sessions`
pub async fn sessions(arguments: SessionsArgs) -> Result<ExitCode> {
    let filter = SessionFilter {
        who: arguments.who,
        since: arguments.since.as_deref().map(moment).transpose()?,
        until: arguments.until.as_deref().map(moment).transpose()?,
        verdict: arguments
            .verdict
            .as_deref()
            .map(Verdict::from_str)
            .transpose()?,
        table: arguments.table,
        text: arguments.text,
        limit: Some(arguments.limit),
        ..SessionFilter::default()
    };
    let reach = Reach::find(&arguments.reach).await?;
    let answer = progress::show("listing sessions", reach.sessions(&filter)).await;
    reach.close().await?;
    print(&answer?, arguments.format.format(), render::sessions)
}

/// `firn replay`
pub async fn replay(arguments: ReplayArgs) -> Result<ExitCode> {
    let terminal = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    let mode = match (arguments.json, terminal) {
        (true, _) => "json",
        (false, true) => "terminal",
        (false, false) => "text",
    };
    let reach = Reach::find(&arguments.reach).await?;
    let timeline = progress::show(
        "fetching the session",
        reach.timeline(arguments.session, mode),
    )
    .await;
    reach.close().await?;
    let timeline = timeline?;
    if mode == "json" {
        return say(&serde_json::to_string_pretty(&timeline)?);
    }
    if mode == "text" {
        let mut text = Vec::new();
        replayer::print(&mut text, &timeline, TEXT_WIDTH, TEXT_ROWS, false)?;
        return say(String::from_utf8_lossy(&text).trim_end());
    }
    let options = replayer::PlayOptions {
        speed: arguments.speed,
        step: arguments.step,
        idle_limit: arguments.idle_limit.map(Into::into),
    };
    tokio::task::spawn_blocking(move || replayer::play(&timeline, &options)).await??;
    Ok(ExitCode::SUCCESS)
}

/// `firn verify`: 0 sound, 1 broken; 2, an error, where it could not be told.
pub async fn verify(arguments: VerifyArgs) -> Result<ExitCode> {
    let reach = Reach::find(&arguments.reach).await?;
    let report = progress::show("recomputing every hash", reach.verify()).await;
    reach.close().await?;
    let report = report?;
    if arguments.json {
        say(&serde_json::to_string(&report)?)?;
    } else {
        say(report.to_string().trim_end())?;
    }
    Ok(ExitCode::from(u8::from(
        !(report.integrity && report.completeness),
    )))
}

/// A time as written, or an age counted back from now.
fn moment(text: &str) -> Result<TimeNs> {
    if let Ok(age) = humantime::parse_duration(text) {
        let now = crate::compose::clock().now();
        return Ok(TimeNs(now.0.saturating_sub(i64::try_from(age.as_nanos())?)));
    }
    let time = chrono::DateTime::parse_from_rfc3339(text)
        .or_else(|_| chrono::DateTime::parse_from_rfc3339(&format!("{text}T00:00:00Z")))
        .with_context(|| format!("{text:?} is not a time like 2026-11-23T10:00:00Z, a day like 2026-11-23 or an age like 2h"))?;
    time.timestamp_nanos_opt()
        .map(TimeNs)
        .with_context(|| format!("{text:?} is outside 1677 to 2262"))
}

type Layout = fn(&Rows, Option<usize>, &dyn Fn(screen::Mark, &str) -> String) -> String;

fn print(rows: &Rows, format: Format, layout: Layout) -> Result<ExitCode> {
    let text = match format {
        Format::Json => render::json_lines(rows),
        Format::Csv => render::csv(rows)?,
        Format::Table => {
            let window = width();
            let colours = window.is_some() && std::env::var_os("NO_COLOR").is_none();
            layout(
                rows,
                window,
                if colours {
                    &render::coloured
                } else {
                    &render::plain
                },
            )
        }
    };
    if rows.truncated && format != Format::Table {
        eprintln!("firn: there are more rows; raise --limit to see them");
    }
    say(text.trim_end())
}

/// The terminal's width; none where the output is no terminal.
fn width() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    crossterm::terminal::size()
        .ok()
        .map(|(columns, _)| usize::from(columns))
}

/// Prints; a reader that went away (`| head`) is not an error.
fn say(text: &str) -> Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}
