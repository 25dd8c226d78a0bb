//! `firn sessions kill`: sessions end, on every gateway.
//!
//! Enters: whose, and why. Leaves: that it is ordered and recorded. Never here: an end that is not recorded.

use std::process::ExitCode;

use anyhow::Result;
use reqwest::Method;
use serde_json::json;

use crate::cli::{KillArgs, ReachArgs};
use crate::reach::Reach;

/// Runs the command.
pub async fn run(reach: &ReachArgs, order: &KillArgs) -> Result<ExitCode> {
    let (scope, target) = match (&order.session, &order.principal, &order.connection) {
        (Some(session), _, _) => ("session", Some(session.to_string())),
        (_, Some(subject), _) => ("principal", Some(subject.clone())),
        (_, _, Some(name)) => ("connection", Some(name.clone())),
        _ => ("all", None),
    };
    let seconds = order.keep_out.map_or(0, |span| span.as_secs());
    let body = json!({
        "scope": scope, "target": target, "reason": order.reason, "seconds": seconds,
    });
    let reach = Reach::find(reach).await?;
    let done = reach
        .running(Method::POST, "/api/sessions/kill", Some(&body))
        .await?;
    if order.json {
        say!("{done}");
        return Ok(ExitCode::SUCCESS);
    }
    let whose = match (scope, target) {
        ("session", Some(id)) => format!("session {id} is over"),
        ("principal", Some(subject)) => format!("every session of {subject} is over"),
        ("connection", Some(name)) => format!("every session over {name} is over"),
        _ => "every session is over".to_owned(),
    };
    match seconds {
        0 => say!("{whose}; new ones may be opened"),
        _ => say!("{whose}; no new ones are opened for {seconds} s"),
    }
    Ok(ExitCode::SUCCESS)
}
