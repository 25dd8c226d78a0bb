//! `firn export dead …`: what sinks refused.
//!
//! Enters: which letters. Leaves: what they say, or what became of them when they were sent again. Never here: a letter forgotten that was
//! neither taken nor named.

use std::process::ExitCode;

use anyhow::{Result, bail};
use exporter::config::SinkConfig;
use exporter::dead::{DeadLetter, DeadLetters};
use serde_json::json;

use super::{named, when};
use crate::cli::{DeadChoice, DeadCommand};
use crate::compose;
use crate::config::Config;

/// Does what `command` says.
pub(super) async fn run(config: &Config, command: DeadCommand) -> Result<ExitCode> {
    let archive = compose::archive(config).await?;
    let store = exporter::store(&archive)?;
    let letters = |sink: &SinkConfig| DeadLetters::new(store.clone(), &sink.name);
    match command {
        DeadCommand::List { sink, json } => {
            let chosen: Vec<&SinkConfig> = match &sink {
                Some(name) => vec![named(config, name)?],
                None => config.export.sink.iter().collect(),
            };
            for sink in chosen {
                for letter in letters(sink).list().await? {
                    list(&sink.name, &letter, json)?;
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        DeadCommand::Show { sink, id, json } => {
            let letter = letters(named(config, &sink)?).get(&id).await?;
            if json {
                say!("{}", serde_json::to_string(&letter)?);
            } else {
                say!("{}\n{}", about(&letter), letter.record);
            }
            Ok(ExitCode::SUCCESS)
        }
        DeadCommand::Retry(choice) => {
            let sink = named(config, &choice.sink)?;
            retry(sink, &letters(sink), &choice).await
        }
        DeadCommand::Drop(choice) => {
            let sink = named(config, &choice.sink)?;
            let kept = letters(sink);
            let chosen = chosen(&kept, &choice).await?;
            for letter in &chosen {
                kept.remove(&letter.id).await?;
            }
            if choice.json {
                say!("{}", json!({"dropped": chosen.len()}));
            } else {
                say!("{} dropped", chosen.len());
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn list(sink: &str, letter: &DeadLetter, as_json: bool) -> Result<()> {
    if as_json {
        let mut said = serde_json::to_value(letter)?;
        said["sink"] = json!(sink);
        if let Some(fields) = said.as_object_mut() {
            fields.remove("record");
        }
        say!("{said}");
    } else {
        say!("{sink:<20} {}", about(letter));
    }
    Ok(())
}

fn about(letter: &DeadLetter) -> String {
    let DeadLetter {
        id,
        partition,
        offset,
        reason,
        ..
    } = letter;
    format!("{id} {} {partition}:{offset} {reason}", when(letter.died))
}

async fn chosen(kept: &DeadLetters, choice: &DeadChoice) -> Result<Vec<DeadLetter>> {
    if choice.all {
        return Ok(kept.list().await?);
    }
    let mut letters = Vec::with_capacity(choice.ids.len());
    for id in &choice.ids {
        letters.push(kept.get(id).await?);
    }
    Ok(letters)
}

/// Sends letters one by one, so that each is judged for itself.
async fn retry(sink: &SinkConfig, kept: &DeadLetters, choice: &DeadChoice) -> Result<ExitCode> {
    let outlet = sink.outlet()?;
    let (mut taken, mut refused) = (0_usize, 0_usize);
    for letter in chosen(kept, choice).await? {
        let record = letter.record()?;
        match outlet.sink.send(std::slice::from_ref(&record)).await {
            Ok(receipt) if receipt == exporter::sink::Receipt::default() => {
                kept.remove(&letter.id).await?;
                taken += 1;
            }
            Ok(receipt) if receipt.refused.is_empty() => {
                bail!(
                    "{} does not take {} now; it stays dead",
                    sink.name,
                    letter.id
                )
            }
            Ok(receipt) => {
                refused += 1;
                for (_, why) in receipt.refused {
                    aside!("{}: {why}", letter.id);
                }
            }
            Err(exporter::sink::SendError::Refused { why }) => {
                refused += 1;
                aside!("{}: {why}", letter.id);
            }
            Err(error) => {
                let left = format!(
                    "{} does not take {} now; it stays dead",
                    sink.name, letter.id
                );
                return Err(anyhow::Error::from(error).context(left));
            }
        }
    }
    if choice.json {
        say!("{}", json!({"taken": taken, "refused": refused}));
    } else {
        say!("{taken} taken, {refused} refused again");
    }
    Ok(ExitCode::from(u8::from(refused > 0)))
}
