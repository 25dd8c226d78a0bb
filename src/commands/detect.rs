//! `firn detect`: the detections over the record, once.
//!
//! Enters: rules' files, a span of time. Leaves: what they found, as a table, JSON or CSV, and an exit status scripts can use. Never here:
//! SQL of its own, or a rule that was passed over because it is wrong.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use event::TimeNs;
use exporter::detections::{Found, Rule};
use query::{ColumnHead, Rows, render};
use serde_json::{Map, Value, json};

use super::read::{moment, print};
use crate::cli::{DEFAULT_CONFIG, DetectArgs};
use crate::config::{Config, rules};
use crate::progress;
use crate::reach::Reach;

/// Findings of one rule that are shown.
const FINDINGS_MAX: usize = 10_000;
/// The rules that are asked where nothing is configured.
const DEFAULT_RULES: &str = "deploy/detections";

/// `firn detect`: 0 nothing found, 1 something; 2, an error, where it could not be told.
pub async fn run(arguments: DetectArgs) -> Result<ExitCode> {
    let rules = wanted(&arguments)?;
    let now = crate::compose::clock().now();
    let until = arguments
        .until
        .as_deref()
        .map(moment)
        .transpose()?
        .unwrap_or(now);
    let since = arguments.since.as_deref().map(moment).transpose()?;
    let reach = Reach::find(&arguments.reach).await?;
    let asked = progress::show("asking the record", ask(&reach, &rules, since, until)).await;
    reach.close().await?;
    let (mut found, elapsed_ms) = asked?;
    found.sort_by_key(|(_, found)| found.time);
    let rows = Rows {
        elapsed_ms,
        ..table(&found)
    };
    print(&rows, arguments.format.format(), render::table)?;
    Ok(ExitCode::from(u8::from(!found.is_empty())))
}

/// The rules to ask: of the folder that is given, else those that are asked on a schedule.
fn wanted(arguments: &DetectArgs) -> Result<Vec<Rule>> {
    let names = &arguments.names;
    if let Some(folder) = &arguments.rules {
        return rules(folder, names);
    }
    let path = &arguments.reach.config.config;
    // Unless one is named, there need not be a configuration.
    let unnamed = path.as_os_str() == DEFAULT_CONFIG && !path.exists();
    let section = if unnamed {
        None
    } else {
        Config::load(path)?.detections
    };
    match section {
        Some(section) if names.is_empty() => section.read(),
        Some(section) => rules(&section.folder, names),
        None => rules(Path::new(DEFAULT_RULES), names),
    }
}

/// What each rule finds, and how long the record took to answer, milliseconds.
async fn ask<'a>(
    reach: &Reach,
    rules: &'a [Rule],
    since: Option<TimeNs>,
    until: TimeNs,
) -> Result<(Vec<(&'a Rule, Found)>, f64)> {
    let (mut all, mut elapsed_ms) = (Vec::new(), 0.0);
    for rule in rules {
        let window = i64::try_from(rule.window().as_nanos()).unwrap_or(i64::MAX);
        let since = since.unwrap_or(TimeNs(until.0.saturating_sub(window)));
        let answer = reach
            .sql(&rule.query(since, until), Some(FINDINGS_MAX))
            .await;
        let rows = answer.with_context(|| format!("rule {}", rule.name()))?;
        elapsed_ms += rows.elapsed_ms;
        if rows.truncated {
            aside!(
                "firn: rule {} found more than {FINDINGS_MAX}; ask for less time",
                rule.name()
            );
        }
        for row in rows.rows {
            let names = rows.columns.iter().map(|column| column.name.clone());
            let row: Map<String, Value> = names.zip(row).collect();
            all.push((rule, rule.found(&row)?));
        }
    }
    Ok((all, elapsed_ms))
}

fn table(found: &[(&Rule, Found)]) -> Rows {
    let head = |name: &str, data_type: &str| ColumnHead {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
    };
    let row = |(rule, found): &(&Rule, Found)| {
        let time = exporter::format::record::rfc3339(found.time);
        let who = found.principal.as_ref();
        vec![
            json!(time),
            json!(rule.severity().name().to_lowercase()),
            json!(rule.name()),
            json!(found.title),
            json!(who.map(|who| &who.subject)),
            json!(found.session),
            json!(found.statement),
            json!(found.id),
        ]
    };
    Rows {
        columns: vec![
            head("time", "timestamp"),
            head("severity", "text"),
            head("rule", "text"),
            head("finding", "text"),
            head("principal_subject", "text"),
            head("session_id", "text"),
            head("statement_id", "text"),
            head("finding_id", "text"),
        ],
        rows: found.iter().map(row).collect(),
        row_count: found.len(),
        ..Rows::default()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command};

    /// The names of the rules that `words` ask for.
    fn asked(words: &[&str]) -> Vec<String> {
        let whole = [&"firn", &"detect"].into_iter().chain(words);
        let Command::Detect(arguments) = Cli::try_parse_from(whole).unwrap().command else {
            panic!("another command");
        };
        let rules = wanted(&arguments).unwrap();
        rules.iter().map(|rule| rule.name().to_owned()).collect()
    }

    #[test]
    fn the_configured_rules_are_asked_unless_others_are_given() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join(DEFAULT_RULES);
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("own");
        std::fs::create_dir(&own).unwrap();
        for name in ["mine", "other"] {
            let to = own.join(format!("{name}.toml"));
            std::fs::copy(shipped.join("mass-read.toml"), to).unwrap();
        }
        let file = folder.path().join("firn.toml");
        let config = file.to_str().unwrap();
        std::fs::write(&file, "[detections]\nfolder = \"own\"\n").unwrap();
        assert_eq!(asked(&["--config", config]), ["mine", "other"]);
        assert_eq!(asked(&["other", "--config", config]), ["other"]);
        let shipped = shipped.to_str().unwrap();
        let given = asked(&["--config", config, "--rules", shipped]);
        assert!(given.contains(&"mass-read".to_owned()), "{given:?}");
        std::fs::write(
            &file,
            "[detections]\nfolder = \"own\"\nrules = [\"mine\"]\n",
        )
        .unwrap();
        assert_eq!(asked(&["--config", config]), ["mine"]);
        assert_eq!(asked(&["other", "--config", config]), ["other"]);
    }
}
