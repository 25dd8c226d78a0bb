//! Many statements at once, for a security team's own cases in CI: `firn policy explain --batch FILE.jsonl`.
//!
//! Enters: JSON lines `{id, sql}`, with `binds` and `session` where they matter. Leaves: JSON lines of what is decided, in the
//! words `allow`, `mask`, `hold`, `deny`. Never here: a line that is skipped.

use std::collections::BTreeMap;

use event::payload::{Context, Finding, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Asker, explain};
use crate::analysis::{BoundValue, SessionView, Statement};
use crate::engine::Engine;

/// One case. Other fields of the line are passed over, so that a file of expectations can be fed as it is.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Any text; it comes back.
    pub id: String,
    /// The statement.
    pub sql: String,
    /// Values in order, or `{name, type, value}` each.
    #[serde(default)]
    pub binds: Vec<CaseBind>,
    /// Where the session stands.
    #[serde(default)]
    pub session: CaseSession,
}

/// One bind value.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum CaseBind {
    /// With its type word, and a name where it is not its ordinal.
    Typed {
        /// The ordinal if not given.
        name: Option<String>,
        /// Snowflake's type word.
        #[serde(rename = "type")]
        kind: String,
        /// Null is NULL.
        value: Option<String>,
    },
    /// A text, a number, a truth value or null.
    Plain(Value),
}

/// What the session knows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the names are Snowflake's own")]
pub struct CaseSession {
    pub database: Option<String>,
    pub schema: Option<String>,
    pub warehouse: Option<String>,
    pub role: Option<String>,
    pub variables: BTreeMap<String, String>,
    pub range_uses: BTreeMap<String, u32>,
}

/// What is decided of one case.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// As given.
    pub id: String,
    /// `allow`, `mask`, `hold` or `deny`.
    pub verdict: Verdict,
    /// Masked ordinals of the last statement that returns rows, from 0.
    pub mask: Vec<u32>,
    /// Those of them whose NULLs do not show either.
    pub blind: Vec<u32>,
    /// Every column is masked, however many there are.
    pub mask_all: bool,
    /// For each output column of that statement its base columns `TABLE.COLUMN`; null where they are not known.
    pub out: Option<Vec<Vec<String>>>,
    /// Tables read.
    pub reads: Vec<String>,
    /// Tables written.
    pub writes: Vec<String>,
    /// What the analysis found, by name.
    pub flags: Vec<Finding>,
    /// Rules that determined it.
    pub rules: Vec<String>,
}

/// A line that is no case.
#[derive(Debug, thiserror::Error)]
#[error("line {line} is no case, write {{\"id\": …, \"sql\": …}}: {error}")]
pub struct CaseError {
    /// From 1.
    pub line: usize,
    error: serde_json::Error,
}

/// Answers every line of `text`; empty lines are passed over.
pub fn answers(
    engine: &Engine,
    asker: &Asker,
    text: &str,
) -> impl Iterator<Item = Result<Answer, CaseError>> {
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            let case = serde_json::from_str(line).map_err(|error| CaseError {
                line: index + 1,
                error,
            })?;
            Ok(answer(engine, asker, &case))
        })
}

/// Decides one case.
pub fn answer(engine: &Engine, asker: &Asker, case: &Case) -> Answer {
    let binds: Vec<BoundValue> = case
        .binds
        .iter()
        .enumerate()
        .map(|(index, bind)| bound(index, bind))
        .collect();
    let statement = Statement {
        text: &case.sql,
        binds: &binds,
    };
    let explained = explain(engine, asker, &statement, &session(&case.session));
    let (analysis, decision) = (&explained.outcome.analysis, &explained.outcome.decision);
    let last = analysis.outputs.iter().rposition(Option::is_some);
    let columns = last.and_then(|index| analysis.outputs.get(index)?.as_ref());
    let plan = last
        .and_then(|index| decision.plans().get(index))
        .or_else(|| decision.plans().last());
    let mask_all = plan.is_none_or(|plan| plan.mask_all);
    let mask = match columns {
        Some(columns) if mask_all => (0u32..).zip(columns).map(|(ordinal, _)| ordinal).collect(),
        _ => plan.map_or_else(Vec::new, |plan| {
            plan.columns.iter().map(|column| column.ordinal).collect()
        }),
    };
    Answer {
        id: case.id.clone(),
        verdict: decision.verdict(),
        blind: match (mask_all, plan) {
            (false, Some(plan)) => plan.null_blind.clone(),
            _ => mask.clone(),
        },
        mask,
        mask_all,
        out: columns.map(|columns| {
            let sources = columns.iter().map(|column| &column.sources);
            sources
                .map(|sources| sources.iter().map(|name| short(name)).collect())
                .collect()
        }),
        reads: analysis.reads.clone(),
        writes: analysis.writes.clone(),
        flags: analysis.flags.clone(),
        rules: decision.policy().rules.clone(),
    }
}

/// `DATABASE.SCHEMA.TABLE.COLUMN` without where the table is.
fn short(name: &str) -> String {
    let mut quoted = false;
    let mut dots = Vec::new();
    for (at, byte) in name.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'.' if !quoted => dots.push(at),
            _ => {}
        }
    }
    let cut = dots.len().checked_sub(2).and_then(|index| dots.get(index));
    let rest = cut.and_then(|at| name.get(at + 1..));
    rest.unwrap_or(name).to_owned()
}

fn session(case: &CaseSession) -> SessionView {
    SessionView {
        context: Context {
            database: case.database.clone(),
            schema: case.schema.clone(),
            warehouse: case.warehouse.clone(),
            role: case.role.clone(),
        },
        variables: case.variables.clone().into_iter().collect(),
        range_uses: case.range_uses.clone().into_iter().collect(),
        ..SessionView::default()
    }
}

fn bound(index: usize, bind: &CaseBind) -> BoundValue {
    let ordinal = (index + 1).to_string();
    match bind {
        CaseBind::Typed { name, kind, value } => BoundValue {
            name: name.clone().unwrap_or(ordinal),
            kind: kind.clone(),
            values: vec![value.clone()],
        },
        CaseBind::Plain(value) => {
            let (kind, value) = match value {
                Value::Null => ("ANY", None),
                Value::Bool(truth) => ("BOOLEAN", Some(truth.to_string())),
                Value::Number(number) => ("FIXED", Some(number.to_string())),
                Value::String(text) => ("TEXT", Some(text.clone())),
                Value::Array(_) | Value::Object(_) => ("VARIANT", Some(value.to_string())),
            };
            BoundValue {
                name: ordinal,
                kind: kind.to_owned(),
                values: vec![value],
            }
        }
    }
}
