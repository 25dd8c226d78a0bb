//! The lineage of each output column, for comparison with other tools: `lineage SCHEMA.sql < STATEMENTS`, one statement a line;
//! prints one line of JSON for each: `{"out": [["TABLE.COLUMN"]] | null, "flags": []}`.

use std::error::Error;
use std::io::BufRead as _;

use access::analysis::analyze;
use access::{Catalog, SessionView, Statement};

/// `SHOP.PUBLIC.CUSTOMERS.SSN` → `CUSTOMERS.SSN`.
fn short(full: &str) -> String {
    let parts: Vec<&str> = full.split('.').collect();
    parts[parts.len().saturating_sub(2)..].join(".")
}

fn main() -> Result<(), Box<dyn Error>> {
    let schema = std::env::args()
        .nth(1)
        .ok_or("usage: lineage SCHEMA.sql < STATEMENTS")?;
    let catalog =
        Catalog::from_ddl_files([(schema.as_str(), std::fs::read_to_string(&schema)?.as_str())])?;
    let mut session = SessionView::default();
    if let Some((database, schema)) = catalog.default_context() {
        session.context.database = Some(database.to_owned());
        session.context.schema = Some(schema.to_owned());
    }
    for line in std::io::stdin().lock().lines() {
        let text = line?;
        let statement = Statement {
            text: &text,
            binds: &[],
        };
        let analysis = analyze(statement, &session, &catalog);
        let columns = analysis.outputs.last().cloned().flatten().map(|columns| {
            let sources = |column: &access::analysis::Provenance| {
                column.sources.iter().map(|s| short(s)).collect::<Vec<_>>()
            };
            columns.iter().map(sources).collect::<Vec<_>>()
        });
        println!(
            "{}",
            serde_json::json!({"out": columns, "flags": analysis.flags})
        );
    }
    Ok(())
}
