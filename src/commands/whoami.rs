//! `firn whoami`: who one is to firn.
//!
//! Enters: a token, or nothing on the machine itself. Leaves: principal, groups, and what they may do. Never here: the token.

use std::process::ExitCode;

use anyhow::Result;
use chrono::{DateTime, SecondsFormat};
use display::screen;
use serde_json::Value;

use crate::cli::WhoamiArgs;
use crate::reach::Reach;

/// Runs the command.
pub async fn run(arguments: &WhoamiArgs) -> Result<ExitCode> {
    let reach = Reach::find(&arguments.reach).await?;
    let told = reach.whoami().await;
    reach.close().await?;
    let mut told = told?;
    if arguments.json {
        // What a browser needs is of no use here.
        if let Some(fields) = told.as_object_mut() {
            fields.remove("csrf");
        }
        say!("{told}");
        return Ok(ExitCode::SUCCESS);
    }
    let text = |name: &str| screen::line(told[name].as_str().unwrap_or_default());
    let list = |name: &str| {
        let all = told[name].as_array().into_iter().flatten();
        let all: Vec<_> = all.filter_map(Value::as_str).map(screen::line).collect();
        if all.is_empty() {
            "none".to_owned()
        } else {
            all.join(", ")
        }
    };
    say!(
        "{} ({} of {})",
        text("display"),
        text("subject"),
        text("issuer")
    );
    say!("groups  {}", list("groups"));
    say!("is      {}", list("authorities"));
    for one in told["may"].as_array().into_iter().flatten() {
        let said = |name: &str| one[name].as_str().unwrap_or_default();
        say!("may     {}: {}", said("action"), said("scope"));
    }
    if let Some(expires) = told["expires"]
        .as_i64()
        .filter(|expires| *expires < i64::MAX)
    {
        let until = DateTime::from_timestamp_nanos(expires);
        say!(
            "until   {}",
            until.to_rfc3339_opts(SecondsFormat::Secs, true)
        );
    }
    Ok(ExitCode::SUCCESS)
}
