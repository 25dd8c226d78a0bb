//! Agreement of the analysis with a file of labelled cases: `redteam CASES.jsonl SCHEMA.sql [--all]`.
//!
//! Each line: `{id, sql, kinds, reads, writes, cols, out, mask, flags, expect, parse}`, with `out` an ordinal's base columns as
//! `TABLE.COLUMN`. Prints per field how often they agree, every sensitive ordinal that was missed, and every one masked for nothing.

use std::collections::BTreeSet;
use std::error::Error;

use access::analysis::{Answer, analyze};
use access::{Analysis, Catalog, SessionView, Statement};
use serde_json::Value;

fn strings(value: &Value) -> BTreeSet<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// `SHOP.PUBLIC.CUSTOMERS.SSN` → `CUSTOMERS.SSN`.
fn short(full: &str) -> String {
    let parts: Vec<&str> = full.split('.').collect();
    parts[parts.len().saturating_sub(2)..].join(".")
}

fn outputs(analysis: &Analysis) -> Option<Vec<BTreeSet<String>>> {
    let mut rows = analysis
        .answers
        .iter()
        .zip(&analysis.outputs)
        .filter(|(answer, _)| **answer == Answer::Rows);
    let (_, last) = rows.next_back()?;
    let columns = last.as_ref()?;
    Some(
        columns
            .iter()
            .map(|column| column.sources.iter().map(|source| short(source)).collect())
            .collect(),
    )
}

/// Ordinals a mask would cover; none where it would cover all.
fn masked(analysis: &Analysis, catalog: &Catalog) -> Option<BTreeSet<u64>> {
    let mut rows = analysis
        .answers
        .iter()
        .zip(&analysis.outputs)
        .filter(|(answer, _)| **answer == Answer::Rows);
    let columns = rows.next_back()?.1.as_ref()?;
    let sensitive = |source: &str| {
        catalog
            .column(source)
            .is_some_and(access::Column::is_sensitive)
    };
    let hit = |(i, column): (usize, &access::analysis::Provenance)| {
        (column.unresolved || column.revealed().any(sensitive)).then_some(i as u64)
    };
    Some(columns.iter().enumerate().filter_map(hit).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(cases), Some(schema)) = (args.next(), args.next()) else {
        return Err("usage: redteam CASES.jsonl SCHEMA.sql [--all]".into());
    };
    let verbose = args.next().is_some();
    let catalog =
        Catalog::from_ddl_files([(schema.as_str(), std::fs::read_to_string(&schema)?.as_str())])?;
    let mut session = SessionView::default();
    if let Some((database, schema)) = catalog.default_context() {
        session.context.database = Some(database.to_owned());
        session.context.schema = Some(schema.to_owned());
    }
    let mut agree = [0usize; 6];
    let (mut total, mut with_out, mut missed, mut over, mut missing_flags) =
        (0usize, 0usize, 0usize, 0usize, 0usize);
    for line in std::fs::read_to_string(&cases)?.lines() {
        let case: Value = serde_json::from_str(line)?;
        let sql = case["sql"].as_str().unwrap_or_default();
        let analysis = analyze(
            Statement {
                text: sql,
                binds: &[],
            },
            &session,
            &catalog,
        );
        let id = case["id"].as_str().unwrap_or_default();
        total += 1;
        let kinds: Vec<&str> = case["kinds"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut notes = Vec::new();
        let mut check = |at: usize, name: &str, same: bool, ours: String, theirs: String| {
            agree[at] += usize::from(same);
            if !same {
                notes.push(format!("  {name}: {ours} instead of {theirs}"));
            }
        };
        check(
            0,
            "kinds",
            analysis.kinds.join(", ") == kinds.join(", "),
            analysis.kinds.join(", "),
            kinds.join(", "),
        );
        let reads: BTreeSet<String> = analysis.reads.iter().cloned().collect();
        check(
            1,
            "reads",
            reads == strings(&case["reads"]),
            format!("{reads:?}"),
            case["reads"].to_string(),
        );
        let writes: BTreeSet<String> = analysis.writes.iter().cloned().collect();
        check(
            2,
            "writes",
            writes == strings(&case["writes"]),
            format!("{writes:?}"),
            case["writes"].to_string(),
        );
        let used = analysis
            .columns
            .iter()
            .filter(|used| used.usage != event::payload::Use::Write);
        let columns: BTreeSet<String> = used
            .map(|used| short(&format!("{}.{}", used.table, used.column)))
            .collect();
        check(
            3,
            "cols",
            columns == strings(&case["cols"]),
            format!("{columns:?}"),
            case["cols"].to_string(),
        );
        let flags: BTreeSet<String> = analysis.flags.iter().map(ToString::to_string).collect();
        let lacking: Vec<String> = strings(&case["flags"])
            .difference(&flags)
            .cloned()
            .collect();
        missing_flags += lacking.len();
        check(
            4,
            "flags",
            flags == strings(&case["flags"]),
            format!("{flags:?} lacking {lacking:?}"),
            case["flags"].to_string(),
        );
        if let Some(expected) = case["out"].as_array() {
            with_out += 1;
            let expected: Vec<BTreeSet<String>> = expected.iter().map(strings).collect();
            let ours = outputs(&analysis);
            check(
                5,
                "out",
                ours.as_ref() == Some(&expected),
                format!("{ours:?}"),
                format!("{expected:?}"),
            );
        }
        let must: BTreeSet<u64> = case["mask"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_u64)
            .collect();
        if let Some(ours) = masked(&analysis, &catalog) {
            let lost: Vec<_> = must.difference(&ours).collect();
            missed += lost.len();
            let extra = ours.difference(&must).count();
            over += extra;
            if !lost.is_empty() || extra > 0 {
                notes.push(format!("  MASK ours {ours:?}, expected {must:?}"));
            }
        }
        if verbose && !notes.is_empty() {
            println!("{id} {} {sql}\n{}", case["expect"], notes.join("\n"));
        }
    }
    println!("cases {total}");
    for (i, name) in ["kinds", "reads", "writes", "cols", "flags"]
        .iter()
        .enumerate()
    {
        println!("{name:7} equal {}/{total}", agree[i]);
    }
    println!("out     exact {}/{with_out}", agree[5]);
    println!("expected flags lacking {missing_flags}");
    println!("sensitive ordinals missed {missed}, masked for nothing {over}");
    if missed > 0 {
        Err("sensitive ordinals were missed".into())
    } else {
        Ok(())
    }
}
