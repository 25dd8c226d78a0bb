//! `firn sql`, `sessions`, `verify`: questions to the record.
//!
//! Enters: a question. Leaves: a table, JSON or CSV on standard output, and an exit status scripts can use. Never here: SQL of its own.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;
use std::str::FromStr as _;

use anyhow::{Context as _, Result};
use event::TimeNs;
use event::payload::Verdict;
use query::{Cursor, Moment, Rows, SessionFilter, render};

use crate::cli::{Format, SessionsArgs, SessionsCommand, SqlArgs, VerifyArgs};
use crate::progress;
use crate::reach::Reach;

/// `firn sql`
pub async fn sql(arguments: SqlArgs) -> Result<ExitCode> {
    let mut text = arguments.sql;
    if text == "-" {
        text.clear();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("standard input cannot be read")?;
    }
    let reach = Reach::find(&arguments.reach).await?;
    let format = arguments.format.format();
    if format != Format::Table {
        let limit = arguments.limit.unwrap_or(query::limits::ROWS_DEFAULT);
        let more = stream(&reach, &text, limit, format).await;
        reach.close().await?;
        if more? {
            aside!("firn: there are more rows; raise --limit to see them");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let answer = progress::show("asking the record", reach.sql(&text, arguments.limit)).await;
    reach.close().await?;
    print(&answer?, format, render::table)
}

/// Prints rows as they come; true if there were more than `limit`.
async fn stream(reach: &Reach, sql: &str, limit: usize, format: Format) -> Result<bool> {
    let (mut headed, mut any) = (false, false);
    let mut each = |names: &[String], rows: Vec<Vec<serde_json::Value>>| {
        let mut text = String::new();
        if format == Format::Csv {
            if !headed {
                text.push_str(&render::csv_head(names)?);
            }
            text.push_str(&render::csv_rows(&rows)?);
        } else {
            text.push_str(&render::json_rows(names, rows));
        }
        headed = true;
        any |= !text.is_empty();
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        Ok(())
    };
    let told = reach.stream(sql, limit, &mut each).await;
    if told.is_ok() && !any {
        // No rows have always been an empty line.
        say("")?;
    }
    match told {
        Err(error) if is_broken_pipe(&error) => Ok(false),
        told => told,
    }
}

/// A reader that went away (`| head`) is not an error.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}

/// `firn sessions`
pub async fn sessions(arguments: SessionsArgs) -> Result<ExitCode> {
    let reach = arguments.reach;
    let arguments = match arguments.command {
        Some(SessionsCommand::Kill(order)) => return super::kill::run(&reach, &order).await,
        None => arguments.list,
    };
    let filter = SessionFilter {
        who: arguments.who,
        since: arguments.since,
        until: arguments.until,
        verdict: arguments
            .verdict
            .as_deref()
            .map(Verdict::from_str)
            .transpose()?,
        table: arguments.table,
        text: arguments.text,
        limit: Some(arguments.limit),
        after: arguments.after,
        ..SessionFilter::default()
    };
    let reach = Reach::find(&reach).await?;
    let answer = progress::show("listing sessions", reach.sessions(&filter)).await;
    reach.close().await?;
    let mut answer = answer?;
    let next = Cursor::after(&answer);
    // There is more to be said of it than that the limit can be raised.
    answer.truncated = false;
    let ended = print(&answer, arguments.format.format(), render::sessions)?;
    if let Some(next) = next {
        aside!("firn: there are more; the same with --after {next} goes on");
    }
    Ok(ended)
}

/// `firn verify`: 0 sound, 1 broken; 2, an error, where it could not be told.
pub async fn verify(arguments: VerifyArgs) -> Result<ExitCode> {
    let reach = Reach::find(&arguments.reach).await?;
    let far = archive::verify::Progress::default();
    let since = match arguments.resume {
        true => Some("interrupted"),
        false => arguments.since.as_deref(),
    };
    let work = reach.verify(since, &far);
    let report = progress::share("recomputing every hash", || far.standing(), work).await;
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
pub(super) fn moment(text: &str) -> Result<TimeNs> {
    let moment: Moment = text.parse()?;
    Ok(moment.at(crate::compose::clock().now()))
}

type Layout = fn(&Rows, Option<usize>, &dyn Fn(display::screen::Mark, &str) -> String) -> String;

pub(super) fn print(rows: &Rows, format: Format, layout: Layout) -> Result<ExitCode> {
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
        aside!("firn: there are more rows; raise --limit to see them");
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
pub(super) fn say(text: &str) -> Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}
