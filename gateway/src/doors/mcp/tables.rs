//! Tables and columns as the policy shows them to one principal.
//!
//! Enters: who asks, which tables. Leaves: columns, each with what a plain SELECT of it would show. Never here: a table or a
//! column whose SELECT would be refused; a call to Snowflake.

use std::sync::Arc;

use access::analysis::{SessionView, Statement};
use access::catalog::{Catalog, Table};
use access::engine::{DecisionRequest, Engine, Outcome};
use event::StatementId;
use event::payload::Verdict;
use serde_json::{Value, json};
use uuid::Uuid;

use super::tools::Wanted;
use crate::limits::{MCP_COLUMNS_MAX, MCP_TABLES_MAX};
use crate::session::Session;

/// Asks the policy about one principal's statements without running any.
pub(super) struct Looker {
    pub engine: Arc<Engine>,
    pub session: Session,
    pub view: SessionView,
}

impl Looker {
    /// What `tools/call describe_tables` answers.
    pub fn tables(&self, wanted: &Wanted) -> Value {
        let catalog = self.engine.catalog_of(&self.session.claims.connection);
        let part = wanted.containing.to_ascii_uppercase();
        let mut names: Vec<&str> = catalog
            .tables()
            .map(|table| &*table.full_name)
            .filter(|name| name.to_ascii_uppercase().contains(&part))
            .filter(|name| *name > wanted.after.as_str())
            .collect();
        names.sort_unstable();
        let (mut told, mut last, mut more) = (Vec::new(), None, false);
        for name in names {
            if told.len() == MCP_TABLES_MAX {
                more = true;
                break;
            }
            last = Some(name);
            told.extend(self.table(&catalog, name));
        }
        json!({ "tables": told, "more_after": if more { last } else { None }, "catalog": catalog.version() })
    }

    /// One table; none where nothing of it would be shown.
    pub fn table(&self, catalog: &Catalog, name: &str) -> Option<Value> {
        let table = catalog.table(name)?;
        let columns = self.columns(table);
        if columns.is_empty() {
            return None;
        }
        let kind = if table.view.is_some() {
            "view"
        } else {
            "table"
        };
        Some(json!({ "name": name, "kind": kind, "columns": columns }))
    }

    fn columns(&self, table: &Table) -> Vec<Value> {
        let named: Vec<String> = table
            .columns
            .iter()
            .map(|column| quoted(&column.name))
            .collect();
        let list = if named.is_empty() {
            "*".to_owned()
        } else {
            named.join(", ")
        };
        let whole = self.decide(&format!("select {list} from {}", table.full_name));
        let names: Vec<String> = match whole.analysis.outputs.as_slice() {
            [Some(outputs)] => outputs.iter().map(|output| output.name.clone()).collect(),
            _ => table
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect(),
        };
        let told = |place: usize, shows: String| {
            let name = names.get(place)?;
            let known = table.columns.iter().find(|column| column.name == *name);
            let mut told = json!({ "name": name, "shows": shows });
            if let Some(column) = known.filter(|column| !column.data_type.is_empty()) {
                told["type"] = json!(column.data_type);
            }
            Some(told)
        };
        if whole.decision.verdict() != Verdict::Deny && !names.is_empty() {
            return (0..names.len())
                .filter_map(|place| told(place, shows(&whole, place)))
                .collect();
        }
        let each = names.iter().take(MCP_COLUMNS_MAX).enumerate();
        each.filter_map(|(place, name)| {
            let one = self.decide(&format!("select {} from {}", quoted(name), table.full_name));
            let allowed = one.decision.verdict() != Verdict::Deny;
            allowed.then(|| told(place, shows(&one, 0)))?
        })
        .collect()
    }

    /// What would pass in place of a statement that was refused: what may be read of the tables it reads.
    pub fn would_pass(&self, text: &str) -> Option<Value> {
        let refused = self.decide(text);
        let catalog = self.engine.catalog_of(&self.session.claims.connection);
        let reads = refused.analysis.reads.iter().take(5);
        let tables: Vec<Value> = reads
            .filter_map(|name| self.table(&catalog, name))
            .collect();
        if tables.is_empty() {
            return None;
        }
        let one = |table: &Value| {
            let columns = table["columns"].as_array().into_iter().flatten();
            let columns = columns.map(|column| {
                let (name, shows) = (column["name"].as_str(), column["shows"].as_str());
                let (name, shows) = (name.unwrap_or_default(), shows.unwrap_or_default());
                if shows == "clear" {
                    name.to_owned()
                } else {
                    format!("{name} ({shows})")
                }
            });
            let columns = columns.collect::<Vec<_>>().join(", ");
            format!("{}: {columns}", table["name"].as_str().unwrap_or_default())
        };
        let lines: Vec<String> = tables.iter().map(one).collect();
        let advice = format!("A plain SELECT of these would pass:\n{}", lines.join("\n"));
        Some(json!({ "tables": tables, "advice": advice }))
    }

    fn decide(&self, text: &str) -> Outcome {
        self.engine.decide(&DecisionRequest {
            statement_id: StatementId::from_uuid(Uuid::nil()),
            statement: Statement { text, binds: &[] },
            session: &self.view,
            principal: &self.session.claims.principal,
            connection: &self.session.claims.connection,
            now: self.session.arrived,
            describe_only: false,
        })
    }
}

/// What the column at `place` of a statement's result would look like.
fn shows(outcome: &Outcome, place: usize) -> String {
    let held = outcome.decision.verdict() == Verdict::Hold;
    let shown = outcome.decision.plans().first().map_or_else(
        || "masked: redact".to_owned(),
        |plan| {
            let column = plan
                .columns
                .iter()
                .find(|column| column.ordinal as usize == place);
            match column {
                _ if plan.mask_all => "masked: redact".to_owned(),
                Some(column) => format!("masked: {}", column.operator.word()),
                None => "clear".to_owned(),
            }
        },
    );
    if held {
        format!("{shown}, after approval")
    } else {
        shown
    }
}

/// A column's name as it must stand in SQL to mean exactly that column.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
