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
            let ids: Vec<String> = if choice.all {
                // What cannot be read can be dropped all the same.
                kept.ids().await?.into_iter().collect()
            } else {
                let chosen = chosen(&kept, &choice).await?.into_iter();
                chosen.map(|letter| letter.id).collect()
            };
            for id in &ids {
                kept.remove(id).await?;
            }
            if choice.json {
                say!("{}", json!({"dropped": ids.len()}));
            } else {
                say!("{} dropped", ids.len());
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
        let record = match letter.record() {
            Ok(record) => record,
            // What never was a record is no reason to keep those after it dead.
            Err(error) => {
                refused += 1;
                aside!("{error}");
                continue;
            }
        };
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

#[cfg(test)]
mod tests {
    use archive::{Archive, ArchiveConfig};
    use event::TimeNs;
    use exporter::Severity;
    use uuid::Uuid;

    use super::*;

    fn letter(number: u128, record: &str) -> DeadLetter {
        let item = Uuid::from_u128(number);
        DeadLetter {
            id: item.to_string(),
            item,
            part: None,
            partition: "firn.events/0".to_owned(),
            offset: 7,
            session: None,
            time: TimeNs(1),
            died: TimeNs(2),
            reason: "it is no event".to_owned(),
            class: 0,
            severity: Severity::Informational,
            record: record.to_owned(),
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_letter_with_nothing_to_send_keeps_no_other_dead() {
        let folder = tempfile::tempdir().unwrap();
        let below = |name: &str| folder.path().join(name).display().to_string();
        let place = ArchiveConfig {
            url: below("archive"),
            options: Default::default(),
            object_lock: None,
        };
        let archive = Archive::open(&place).await.unwrap();
        let kept = DeadLetters::new(exporter::store(&archive).unwrap(), "files");
        // Oldest first: by its id, the empty one comes before the other.
        let letters = vec![letter(1, ""), letter(2, "{\"id\":\"x\"}")];
        kept.keep(letters).await.unwrap();
        let text = format!(
            "[[sink]]\nname = 'files'\nto.file.folder = '{}'\n",
            below("lines")
        );
        let config: exporter::Config = toml::from_str(&text).unwrap();
        let choice = DeadChoice {
            sink: "files".to_owned(),
            ids: Vec::new(),
            all: true,
            json: true,
        };
        let sink = config.named("files").unwrap();
        retry(sink, &kept, &choice).await.unwrap();
        let left: Vec<String> = kept.ids().await.unwrap().into_iter().collect();
        assert_eq!(left, [Uuid::from_u128(1).to_string()]);
    }
}
