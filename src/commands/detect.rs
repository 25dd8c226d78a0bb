//! `firn detect`: the detections over the record, once.
//!
//! Enters: rules' files, a span of time. Leaves: what they found, as a table, JSON or CSV, and an exit status scripts can use. Never here:
//! SQL of its own, or a rule that was passed over because it is wrong.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use event::TimeNs;
use exporter::detections::{Found, Rule};
use query::{ColumnHead, Rows, render};
use serde_json::{Map, Value, json};

use super::read::{moment, print};
use crate::cli::DetectArgs;
use crate::config::rules;
use crate::progress;
use crate::reach::Reach;

/// Findings of one rule that are shown.
const FINDINGS_MAX: usize = 10_000;

/// `firn detect`: 0 nothing found, 1 something; 2, an error, where it could not be told.
pub async fn run(arguments: DetectArgs) -> Result<ExitCode> {
    let rules = rules(&arguments.rules, &arguments.names)?;
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
