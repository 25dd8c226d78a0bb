//! Detections on a schedule: the rules of `[detections]`, asked of this process's query engine.
//!
//! Enters: a configuration, the record. Leaves: findings as events. Never here: when a rule is due, which the exporter knows; reading that is
//! not recorded.

use std::sync::Arc;

use anyhow::Result;
use async_trait::async_trait;
use event::Principal;
use exporter::detections::schedule::{self, Rows, Schedule};
use query::{Auditor, Engine, Query, Sees};
use serde_json::{Map, Value};

use crate::api::Record;
use crate::compose;
use crate::config::DetectionsConfig;

/// Beside the archive's tables: what was asked of each rule.
const FOLDER: &str = "detections";
/// Who reads, as the record has it.
const READER: &str = "detections";

/// The rules of `section` over `record`, ready to run.
pub fn schedule(section: &DetectionsConfig, record: &Record, engine: &Engine) -> Result<Schedule> {
    let rules = section.read()?;
    tracing::info!(
        rules = rules.len(),
        "detections are asked on their schedule"
    );
    let asked = Asked {
        engine: engine.clone(),
        auditor: Auditor {
            principal: Principal {
                issuer: "firn".to_owned(),
                subject: READER.to_owned(),
                display: READER.to_owned(),
                groups: Vec::new(),
                agent: None,
            },
            source: None,
            sees: Sees::All,
        },
    };
    Ok(Schedule::new(
        rules,
        record.archive.folder(FOLDER)?,
        Arc::new(asked),
        record.emitter.clone(),
        compose::clock(),
    ))
}

/// The engine, asked by the detections.
struct Asked {
    engine: Engine,
    auditor: Auditor,
}

#[async_trait]
impl schedule::Record for Asked {
    async fn ask(&self, sql: &str, most: usize) -> Result<Rows, String> {
        let query = Query {
            sql: sql.to_owned(),
            limit: Some(most),
        };
        let answer = self.engine.query(&self.auditor, &query).await;
        let answer = answer.map_err(|error| error.to_string())?;
        let rows = answer.rows().map_err(|error| error.to_string())?;
        let names: Vec<String> = rows.columns.into_iter().map(|column| column.name).collect();
        let named =
            |row: Vec<Value>| -> Map<String, Value> { names.iter().cloned().zip(row).collect() };
        Ok(Rows {
            rows: rows.rows.into_iter().map(named).collect(),
            truncated: rows.truncated,
        })
    }
}
