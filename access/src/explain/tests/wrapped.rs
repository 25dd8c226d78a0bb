//! A statement inside another: no way of dressing it may lose a masked column or soften a refusal.
//!
//! The statements are the red-team cases; the wrappings are what a person would try next.

use event::TimeNs;
use event::payload::Verdict;

use super::redteam::{Expected, files};
use crate::explain::{Asker, batch};

/// Wrappings a case goes through: which ones depends on where it stands in its file, so that a run stays short.
const TURNS: usize = 4;

type Wrapping = fn(&str, usize) -> Option<String>;

/// Around a query, given how many columns it has. Each keeps their order.
const QUERIES: &[Wrapping] = &[
    |sql, _| Some(format!("SELECT * FROM ({sql}) AS w")),
    |sql, _| Some(format!("WITH w AS ({sql}) SELECT w.* FROM w")),
    |sql, n| {
        Some(format!(
            "WITH w ({0}) AS ({sql}) SELECT {0} FROM w",
            names("c", n)?
        ))
    },
    |sql, n| Some(format!("SELECT {} FROM ({sql}) AS w", names("w.$", n)?)),
    |sql, n| {
        Some(format!(
            "SELECT {0} FROM ({sql}) AS w ({0})",
            names("id", n)?
        ))
    },
    |sql, _| Some(format!("({sql}) UNION ALL ({sql})")),
    |sql, _| Some(format!("SELECT * FROM ({sql}) LIMIT 5")),
    |sql, _| Some(format!("{sql} ->> SELECT * FROM $1")),
    |sql, _| Some(format!("SELECT 1 AS one; {sql}")),
    |sql, _| (!sql.contains("$$")).then(|| format!("EXECUTE IMMEDIATE $$ {sql} $$")),
    |sql, _| {
        Some(format!(
            "SELECT DISTINCT * FROM (SELECT * FROM ({sql}) WHERE TRUE)"
        ))
    },
    |sql, _| {
        Some(format!(
            "SELECT w.* FROM (SELECT 1 AS one) o, LATERAL ({sql}) w"
        ))
    },
    |sql, _| {
        Some(format!(
            "WITH RECURSIVE r AS (({sql}) UNION ALL SELECT * FROM r) SELECT * FROM r"
        ))
    },
    |sql, _| Some(format!("FROM ({sql}) AS w SELECT *")),
    |sql, n| {
        Some(format!(
            "SELECT {0} FROM (SELECT * FROM ({sql}) AS a ({0})) QUALIFY ROW_NUMBER() OVER (ORDER BY 1) > 0",
            names("k", n)?
        ))
    },
    |sql, _| plain(sql).then(|| sql.to_lowercase()),
    |sql, _| plain(sql).then(|| sql.to_uppercase()),
    |sql, _| plain(sql).then(|| sql.replace(' ', "/* ; */")),
    |sql, _| plain(sql).then(|| sql.replace(' ', " -- '\n\t")),
];

/// Around what is refused.
const REFUSED: &[Wrapping] = &[
    |sql, _| Some(format!("SELECT 1 AS one; {sql}")),
    |sql, _| Some(format!("{sql}; SELECT 1 AS one")),
    |sql, _| Some(format!("/* read only */ {sql} -- SELECT 1")),
    |sql, _| (!sql.contains("$$")).then(|| format!("EXECUTE IMMEDIATE $$ {sql} $$")),
    |sql, _| Some(format!("BEGIN {sql}; END")),
    |sql, _| Some(format!("SHOW TABLES ->> {sql}")),
    |sql, _| plain(sql).then(|| sql.to_lowercase()),
    |sql, _| plain(sql).then(|| sql.replace(' ', "\n/**/\n")),
];

/// `c1, c2, …`; none of none.
fn names(prefix: &str, columns: usize) -> Option<String> {
    let names: Vec<String> = (1..=columns).map(|n| format!("{prefix}{n}")).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Nothing in it that blanks or case are part of.
fn plain(sql: &str) -> bool {
    !sql.contains(['\'', '"', '$', '/', '\\', ':']) && !sql.contains("--")
}

/// Queries alone can stand inside others.
fn is_query(case: &Expected) -> bool {
    let sql = case.sql.trim_start_matches('(').to_uppercase();
    let starts = ["SELECT ", "WITH "]
        .iter()
        .any(|verb| sql.starts_with(verb));
    let chained = ["->>", ";", "--", "//", " PROCEDURE ", "$1", "$2"];
    starts && !chained.iter().any(|other| sql.contains(other))
}

/// A file's cases under the wrappings whose turn it is, as `check` sees them.
fn each_wrapped(
    wrappings: &[Wrapping],
    chosen: fn(&Expected) -> bool,
    check: impl Fn(&batch::Answer, &batch::Answer) -> bool,
) {
    let asker = Asker::named("agent", &[], "main", TimeNs(0));
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (engine, cases) in files() {
        for (at, case) in cases.iter().enumerate().filter(|(_, case)| chosen(case)) {
            let ask = |sql: String| batch::answer(&engine, &asker, &case.asked(sql));
            let plain = ask(case.sql.clone());
            for turn in 0..TURNS {
                let wrapping = wrappings[(at * TURNS + turn) % wrappings.len()];
                let columns = plain.out.as_ref().map_or(0, Vec::len);
                let Some(sql) = wrapping(&case.sql, columns) else {
                    continue;
                };
                tried += 1;
                let answer = ask(sql.clone());
                if !check(&plain, &answer) {
                    let (verdict, mask) = (answer.verdict.as_str(), &answer.mask);
                    wrong.push(format!(
                        "{}: {} {:?} became {verdict} {mask:?}: {sql}",
                        case.id,
                        plain.verdict.as_str(),
                        plain.mask
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(tried > 1_000, "{tried}");
}

const fn severity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Allow => 0,
        Verdict::Mask => 1,
        Verdict::Hold => 2,
        Verdict::Deny => 3,
    }
}

#[test]
fn a_query_inside_another_keeps_its_masks() {
    each_wrapped(QUERIES, is_query, |plain, answer| {
        let covered = answer.mask_all || plain.mask.iter().all(|at| answer.mask.contains(at));
        let softer = severity(answer.verdict) < severity(plain.verdict);
        !softer && (covered || answer.verdict == Verdict::Deny)
    });
}

#[test]
fn what_is_refused_stays_refused() {
    each_wrapped(
        REFUSED,
        // What the query before gave is known once it stands in the same request; a comment alone is no statement.
        |case| {
            let told = case.sql.contains("LAST_QUERY_ID") || case.sql.starts_with("--");
            case.expect == Verdict::Deny && !told
        },
        |_, answer| answer.verdict == Verdict::Deny,
    );
}
