//! `firn find`: which statements met a value.
//!
//! Enters: a value. Leaves: statements with time, principal, column, how often. Never here: the value in what is recorded, logged or
//! printed: the engine looks for its tokens.

use std::io::Read as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use query::{FindCursor, FindRequest, render};
use zeroize::Zeroizing;

use super::read::print;
use crate::cli::FindArgs;
use crate::compose;
use crate::progress;
use crate::reach::Reach;

/// Longest value that is looked for, bytes.
const VALUE_BYTES_MAX: u64 = 64 * 1024;

/// Runs the command.
pub async fn run(arguments: FindArgs) -> Result<ExitCode> {
    let value = match arguments.value {
        Some(value) if value != "-" => Zeroizing::new(value),
        _ => said()?,
    };
    if value.trim().is_empty() {
        bail!("there is no value to look for: give --value, or write it to standard input");
    }
    let asked = FindRequest {
        value: value.trim().to_owned(),
        class: arguments.class,
        since: arguments.since,
        until: arguments.until,
        limit: Some(arguments.limit),
        after: arguments.after,
    };
    let sql = Zeroizing::new(asked.sql(compose::clock().now()));
    let reach = Reach::find(&arguments.reach).await?;
    let answer = progress::show("asking the record", reach.sql(&sql, Some(arguments.limit))).await;
    reach.close().await?;
    let mut answer = answer?;
    let next = FindCursor::after(&answer);
    // There is more to be said of it than that the limit can be raised.
    answer.truncated = false;
    let ended = print(&answer, arguments.format.format(), render::table)?;
    if let Some(next) = next {
        aside!("firn: there are more; the same with --after {next} goes on");
    }
    Ok(ended)
}

/// The value as standard input has it.
fn said() -> Result<Zeroizing<String>> {
    let mut value = Zeroizing::new(String::new());
    let read = std::io::stdin()
        .take(VALUE_BYTES_MAX + 1)
        .read_to_string(&mut value);
    let read = read.context("standard input cannot be read")?;
    if read as u64 > VALUE_BYTES_MAX {
        bail!("the value has more than {VALUE_BYTES_MAX} bytes: give one value alone");
    }
    Ok(value)
}
