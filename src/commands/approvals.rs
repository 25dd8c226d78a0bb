//! `firn approvals`: what waits for people, and their answers.
//!
//! Enters: a subcommand. Leaves: the list, or where the hold stands after the answer. Never here: an answer without a person's token.

use std::process::ExitCode;

use anyhow::{Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

use crate::cli::{AnswerArgs, ApprovalsArgs, ApprovalsCommand};
use crate::reach::Reach;

/// Runs the subcommand.
pub async fn run(arguments: ApprovalsArgs) -> Result<ExitCode> {
    let reach = Reach::find(&arguments.reach).await?;
    match arguments.command {
        ApprovalsCommand::List { json } => list(&reach, json).await?,
        ApprovalsCommand::Grant(answer) => send(&reach, "grant", &answer).await?,
        ApprovalsCommand::Deny(answer) => send(&reach, "deny", &answer).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn pending(reach: &Reach) -> Result<Vec<Value>> {
    let answer = reach.running(Method::GET, "/api/approvals", None).await?;
    Ok(answer["approvals"].as_array().cloned().unwrap_or_default())
}

async fn list(reach: &Reach, json: bool) -> Result<()> {
    let waiting = pending(reach).await?;
    if json {
        for one in &waiting {
            println!("{one}");
        }
        return Ok(());
    }
    if waiting.is_empty() {
        println!("nothing waits for approval");
    }
    for one in &waiting {
        let said =
            |value: &Value| display::screen::line(value.as_str().unwrap_or("-")).into_owned();
        let needs: Vec<String> = one["quorum"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|need| format!("{} of {}", need["needed"], said(&need["group"])))
            .collect();
        let age_s = one["age_ns"].as_u64().unwrap_or(0) / 1_000_000_000;
        println!("{}  waits {age_s} s", said(&one["statement_id"]));
        println!(
            "  who    {} ({})",
            said(&one["requester"]["display"]),
            said(&one["connection"])
        );
        println!("  what   {}", said(&one["text"]));
        for reason in one["reasons"].as_array().into_iter().flatten() {
            println!("  why    {}", said(reason));
        }
        println!("  needs  {}", needs.join(", "));
        println!(
            "  answer firn approvals grant {} --note '…'",
            said(&one["statement_id"])
        );
    }
    Ok(())
}

async fn send(reach: &Reach, verb: &str, answer: &AnswerArgs) -> Result<()> {
    let waiting = pending(reach).await?;
    let matching: Vec<&str> = waiting
        .iter()
        .filter_map(|one| one["statement_id"].as_str())
        .filter(|id| id.starts_with(&answer.statement))
        .collect();
    let id = match matching.as_slice() {
        [one] => (*one).to_owned(),
        // Perhaps answered already: the gateway says what became of it.
        [] => answer.statement.clone(),
        several => bail!(
            "{:?} begins {} statements that wait; give more of the id",
            answer.statement,
            several.len()
        ),
    };
    let outcome = reach
        .running(
            Method::POST,
            &format!("/api/approvals/{id}/{verb}"),
            Some(&json!({"note": answer.note})),
        )
        .await?;
    if answer.json {
        println!("{outcome}");
    } else {
        println!("{id}: {}", outcome["status"].as_str().unwrap_or("answered"));
    }
    Ok(())
}
