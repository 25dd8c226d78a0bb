//! Statements that are short to write and long to think about: each ends in a refusal, not in hours or gigabytes.
//!
//! What is asserted is that the analysis gave up by its own count of steps, which is the same on every machine.

use event::payload::Finding;

use super::*;

/// `one` for each number, with commas between.
fn listed(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(", ")
}

fn wide() -> String {
    let columns = listed(1_000, |n| format!("id AS k{n}"));
    format!("WITH w AS (SELECT {columns} FROM customers)")
}

fn statements() -> Vec<(&'static str, String)> {
    let doubled = listed(20, |n| {
        format!("c{} AS (SELECT a.*, b.* FROM c{n} a, c{n} b)", n + 1)
    });
    vec![
        (
            "a CTE doubled twenty times",
            format!("WITH c0 AS (SELECT * FROM customers), {doubled} SELECT * FROM c20"),
        ),
        (
            "a wide CTE read a thousand times",
            format!(
                "{} SELECT 1 FROM {}",
                wide(),
                listed(1_000, |n| format!("w a{n}"))
            ),
        ),
        (
            "every aggregate with every value",
            format!(
                "SELECT * FROM customers PIVOT ({} FOR id IN ({}))",
                listed(1_000, |_| "MAX(ssn)".to_owned()),
                listed(1_000, |n| n.to_string())
            ),
        ),
        (
            "every symbol with every column",
            format!(
                "{} SELECT * FROM w MATCH_RECOGNIZE (ORDER BY k1 MEASURES 1 AS m PATTERN ({}) DEFINE s1 AS TRUE)",
                wide(),
                (0..1_000).map(|n| format!("s{n} ")).collect::<String>()
            ),
        ),
        (
            "every branch with every column",
            format!(
                "INSERT ALL {} SELECT {} FROM customers",
                "INTO scratch ".repeat(3_000),
                listed(1_000, |n| format!("id AS k{n}"))
            ),
        ),
        (
            "a pattern for every column",
            format!("{} SELECT * ILIKE '{}' FROM w", wide(), "%a".repeat(50_000)),
        ),
        (
            "every name among every other",
            format!(
                "SELECT {}, {}",
                listed(10_000, |n| format!("1 AS a{n}")),
                listed(10_000, |_| "a1".to_owned())
            ),
        ),
        (
            "every table of nobody's catalog",
            format!("SELECT 1 FROM {}", listed(1_100, |n| format!("t{n}"))),
        ),
        (
            "every column of nobody's catalog",
            format!("SELECT {} FROM nosuch", listed(10_100, |n| format!("c{n}"))),
        ),
        (
            "two unions of all names",
            format!(
                "SELECT {} UNION ALL BY NAME SELECT {}",
                listed(8_000, |n| format!("1 AS a{n}")),
                listed(8_000, |n| format!("1 AS b{n}"))
            ),
        ),
    ]
}

#[test]
fn what_would_take_too_long_is_refused() {
    let engine = engine();
    for (what, sql) in statements() {
        let statement = Statement {
            text: &sql,
            binds: &[],
        };
        let explained = explain(&engine, &asker(), &statement, &SessionView::default());
        let flags = &explained.outcome().analysis.flags;
        assert!(flags.contains(&Finding::TooComplex), "{what}: {flags:?}");
        assert_eq!(
            explained.outcome().decision.verdict(),
            Verdict::Deny,
            "{what}"
        );
    }
}
