//! `firn approvals`: what waits for people, their answers, what they agreed to besides one statement.
//!
//! Enters: a subcommand. Leaves: the list, or where the hold stands after the answer. Never here: an answer without a person's token.

mod told;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

use super::moves::{About, Moves};
use crate::cli::{AnswerArgs, ApprovalsArgs, ApprovalsCommand, GrantArgs, SayArgs, ScopeChoice};
use crate::reach::Reach;

/// Between two looks, where the stream that tells what moves broke off.
const AGAIN: Duration = Duration::from_secs(5);

/// Runs the subcommand.
pub async fn run(arguments: ApprovalsArgs) -> Result<ExitCode> {
    let reach = Reach::find(&arguments.reach).await?;
    match arguments.command {
        ApprovalsCommand::List { json } => {
            let waiting = pending(&reach).await?;
            told::all(&waiting, json, "nothing waits for approval", told::waiting);
        }
        ApprovalsCommand::Watch { json } => watch(&reach, json).await?,
        ApprovalsCommand::Show { statement, json } => {
            let path = format!("/api/approvals/{statement}");
            let standing = reach.running(Method::GET, &path, None).await?;
            told::all(&[standing], json, "", told::standing);
        }
        ApprovalsCommand::Grant(grant) => {
            let body = yes(&grant);
            send(&reach, "grant", &grant.answer, &body).await?;
        }
        ApprovalsCommand::Deny(answer) => {
            let body = json!({"note": answer.note});
            send(&reach, "deny", &answer, &body).await?;
        }
        ApprovalsCommand::Grants { json } => {
            let grants = listed(&reach, "/api/approvals/grants").await?;
            let nothing = "nothing is granted for more than one statement";
            told::all(&grants, json, nothing, told::grant);
        }
        ApprovalsCommand::Revoke(word) => {
            let path = format!("/api/approvals/grants/{}/revoke", word.grant);
            say(&reach, &path, &word, ["taken back", "it was over already"]).await?;
        }
        ApprovalsCommand::Reviews { json } => {
            let reviews = listed(&reach, "/api/approvals/reviews").await?;
            told::all(
                &reviews,
                json,
                "no broken glass is to be looked at",
                told::grant,
            );
        }
        ApprovalsCommand::Review(word) => {
            let path = format!("/api/approvals/reviews/{}", word.grant);
            say(&reach, &path, &word, ["reviewed", "somebody had looked"]).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn pending(reach: &Reach) -> Result<Vec<Value>> {
    let answer = reach.running(Method::GET, "/api/approvals", None).await?;
    Ok(answer["approvals"].as_array().cloned().unwrap_or_default())
}

async fn listed(reach: &Reach, path: &str) -> Result<Vec<Value>> {
    let answer = reach.running(Method::GET, path, None).await?;
    Ok(answer["grants"].as_array().cloned().unwrap_or_default())
}

/// Shows each statement that waits once, when it comes. What moves is told by the stream that pages follow too, so nothing polls.
async fn watch(reach: &Reach, json: bool) -> Result<()> {
    let mut known = BTreeSet::new();
    if !json {
        aside!("what waits shows here as it comes; interrupt to stop");
    }
    loop {
        let mut moves = Moves::open(reach, About::Approvals).await?;
        while moves.next().await.is_some() {
            let waiting = pending(reach).await?;
            let id = |one: &Value| one["statement_id"].as_str().unwrap_or_default().to_owned();
            let fresh = waiting.iter().filter(|one| !known.contains(&id(one)));
            let fresh: Vec<Value> = fresh.cloned().collect();
            told::all(&fresh, json, "", told::waiting);
            known = waiting.iter().map(id).collect();
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// The body of a yes.
fn yes(grant: &GrantArgs) -> Value {
    let mut body = json!({"note": grant.answer.note});
    let kind = match grant.scope {
        ScopeChoice::Once => return body,
        ScopeChoice::Shape => "shape",
        ScopeChoice::Session => "session",
        ScopeChoice::BreakGlass => "break-glass",
    };
    body["scope"] = json!({
        "kind": kind, "uses": grant.uses, "rows": grant.rows,
        "lasts": grant.lasts.map(|lasts| lasts.to_string().replace(' ', "")),
    });
    body
}

async fn send(reach: &Reach, verb: &str, answer: &AnswerArgs, body: &Value) -> Result<()> {
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
    let path = format!("/api/approvals/{id}/{verb}");
    let outcome = reach.running(Method::POST, &path, Some(body)).await?;
    if answer.json {
        say!("{outcome}");
    } else {
        say!("{id}: {}", outcome["status"].as_str().unwrap_or("answered"));
    }
    Ok(())
}

/// Says something of a grant; `[done, before]` are the words for that it did it, and for that somebody had.
async fn say(reach: &Reach, path: &str, word: &SayArgs, [done, before]: [&str; 2]) -> Result<()> {
    let body = json!({"note": word.note});
    let outcome = reach.running(Method::POST, path, Some(&body)).await?;
    if word.json {
        say!("{outcome}");
        return Ok(());
    }
    let did = outcome["done"].as_bool().unwrap_or(false);
    say!("{}: {}", word.grant, if did { done } else { before });
    Ok(())
}
