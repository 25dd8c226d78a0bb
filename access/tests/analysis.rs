//! Cases written by hand (`analysis/cases.txt`), each with what the statement must be found to reveal.
//!
//! The header of that file says how a line reads. A case fails with everything that differs, not only the first.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;

use access::analysis::{Answer, analyze};
use access::{Analysis, Catalog, Column, SessionView, Statement};
use event::payload::Context;

const SCHEMA: &str = include_str!("analysis/schema.sql");
const CASES: &str = include_str!("analysis/cases.txt");

fn catalog() -> Catalog {
    Catalog::from_ddl_files([("schema.sql", SCHEMA)]).unwrap()
}

fn session() -> SessionView {
    let context = Context {
        database: Some("CLINIC".to_owned()),
        schema: Some("MAIN".to_owned()),
        ..Context::default()
    };
    SessionView {
        context,
        ..SessionView::default()
    }
}

/// `CLINIC.MAIN.PEOPLE.TAXNO` → `PEOPLE.TAXNO`.
fn tail(full: &str, parts: usize) -> String {
    let all: Vec<&str> = full.split('.').collect();
    all[all.len().saturating_sub(parts)..].join(".")
}

fn last_rows(analysis: &Analysis) -> Option<&[access::analysis::Provenance]> {
    let answers = analysis.answers.iter().zip(&analysis.outputs);
    let mut rows =
        answers.filter(|(answer, outputs)| **answer == Answer::Rows || outputs.is_some());
    rows.next_back()?.1.as_deref()
}

fn masked(analysis: &Analysis, catalog: &Catalog) -> String {
    let Some(columns) = last_rows(analysis) else {
        return "?".to_owned();
    };
    let sensitive = |source: &str| catalog.column(source).is_some_and(Column::is_sensitive);
    let hit = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.unresolved || column.revealed().any(sensitive));
    let ordinals: Vec<String> = hit.map(|(i, _)| i.to_string()).collect();
    if ordinals.is_empty() {
        "-".to_owned()
    } else {
        ordinals.join(",")
    }
}

fn lineage(analysis: &Analysis) -> String {
    let columns = last_rows(analysis).unwrap_or_default();
    let one = |column: &access::analysis::Provenance| {
        let sources: BTreeSet<String> = column
            .sources
            .iter()
            .map(|source| tail(source, 2))
            .collect();
        if sources.is_empty() {
            "-".to_owned()
        } else {
            sources.into_iter().collect::<Vec<_>>().join(",")
        }
    };
    columns.iter().map(one).collect::<Vec<_>>().join("|")
}

/// A list as the case writes it: sorted, and each name no longer than the case has it.
fn names(found: &[String], expected: &str) -> (String, String) {
    let expected: BTreeSet<&str> = expected
        .split(',')
        .filter(|name| !name.is_empty())
        .collect();
    let quoted = expected.iter().any(|name| name.contains('/'));
    let parts = if quoted {
        usize::MAX
    } else {
        expected
            .iter()
            .map(|name| name.split('.').count())
            .max()
            .unwrap_or(1)
    };
    let found: BTreeSet<String> = found
        .iter()
        .map(|name| {
            if quoted {
                name.clone()
            } else {
                tail(name, parts)
            }
        })
        .collect();
    (
        found.into_iter().collect::<Vec<_>>().join(","),
        expected.into_iter().collect::<Vec<_>>().join(","),
    )
}

fn sorted_lineage(expected: &str) -> String {
    let one = |column: &str| {
        let sources: BTreeSet<&str> = column.split(',').collect();
        sources.into_iter().collect::<Vec<_>>().join(",")
    };
    expected.split('|').map(one).collect::<Vec<_>>().join("|")
}

fn differences(analysis: &Analysis, catalog: &Catalog, expectations: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut equal = |what: &str, found: String, expected: String| {
        if found != expected {
            wrong.push(format!("{what} is {found}, not {expected}"));
        }
    };
    for word in expectations.split_whitespace() {
        let has = |flag: &str| analysis.flags.iter().any(|found| found.as_str() == flag);
        match word.split_once(':') {
            Some(("m", ordinals)) => equal("mask", masked(analysis, catalog), ordinals.to_owned()),
            Some(("o", columns)) => equal("lineage", lineage(analysis), sorted_lineage(columns)),
            Some(("k", kinds)) => equal("kinds", analysis.kinds.join(","), kinds.to_owned()),
            Some(("r", tables)) => {
                let (found, expected) = names(&analysis.reads, tables);
                equal("reads", found, expected);
            }
            Some(("w", tables)) => {
                let (found, expected) = names(&analysis.writes, tables);
                equal("writes", found, expected);
            }
            _ => match word.split_at(1) {
                ("+", flag) => equal(flag, has(flag).to_string(), "true".to_owned()),
                ("-", flag) => equal(flag, has(flag).to_string(), "false".to_owned()),
                _ => equal(word, "no expectation".to_owned(), String::new()),
            },
        }
    }
    wrong
}

fn cases() -> impl Iterator<Item = (usize, &'static str, &'static str, String)> {
    CASES
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| {
            let mut fields = line.splitn(3, " | ");
            let category = fields.next().unwrap();
            let expectations = fields.next().unwrap();
            let sql = fields
                .next()
                .unwrap()
                .replace("\\n", "\n")
                .replace("\\r", "\r");
            (number + 1, category, expectations, sql)
        })
}

#[test]
fn statements_reveal_what_their_case_says() {
    let (catalog, session) = (catalog(), session());
    let mut failures = Vec::new();
    let mut count = 0;
    for (line, category, expectations, sql) in cases() {
        count += 1;
        let statement = Statement {
            text: &sql,
            binds: &[],
        };
        let analysis = analyze(statement, &session, &catalog);
        let wrong = differences(&analysis, &catalog, expectations);
        if !wrong.is_empty() {
            failures.push(format!(
                "line {line} ({category}): {sql}\n  {}\n  flags {:?}",
                wrong.join("\n  "),
                analysis.flags
            ));
        }
    }
    assert!(count >= 300, "only {count} cases");
    assert!(
        failures.is_empty(),
        "{} of {count} cases:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn outputs_answers_and_kinds_line_up() {
    let (catalog, session) = (catalog(), session());
    for (line, _, _, sql) in cases() {
        let analysis = analyze(
            Statement {
                text: &sql,
                binds: &[],
            },
            &session,
            &catalog,
        );
        assert_eq!(analysis.kinds.len(), analysis.outputs.len(), "line {line}");
        assert_eq!(analysis.kinds.len(), analysis.answers.len(), "line {line}");
        for (_, start, end) in &analysis.spans {
            assert!(
                sql.get(*start as usize..*end as usize)
                    .is_some_and(|text| !text.is_empty()),
                "line {line}: span {start}..{end}"
            );
        }
        for output in analysis.outputs.iter().flatten().flatten() {
            assert!(
                output.sources.is_sorted() && output.counted.is_sorted(),
                "line {line}"
            );
        }
    }
}
