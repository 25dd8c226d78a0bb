//! How much of a corpus of Snowflake SQL is classified: `corpus FILE [--failed]`.
//!
//! The file has one string a block, blocks end with a line `--;;`, the first line of a block is
//! `-- kind=stmt|expr … sqlglot=NODE`. Prints the share read, by group.

use std::collections::BTreeMap;
use std::error::Error;

use access::analysis::analyze;
use access::{Catalog, SessionView, Statement};
use event::payload::Finding;

fn group(header: &str, sql: &str) -> &'static str {
    if header.contains("kind=expr") {
        return "expressions";
    }
    let start = sql
        .trim_start_matches(|c: char| c.is_whitespace() || c == '(')
        .to_uppercase();
    let query = ["SELECT", "WITH", "VALUES", "FROM"]
        .iter()
        .any(|verb| start.starts_with(verb));
    if query { "queries" } else { "other statements" }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let Some(path) = args.next() else {
        return Err("usage: corpus FILE [--failed]".into());
    };
    let failed = args.next().is_some();
    let (catalog, session) = (Catalog::empty(), SessionView::default());
    let mut shares: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for block in std::fs::read_to_string(&path)?.split("\n--;;") {
        let Some((header, sql)) = block
            .trim_start()
            .split_once('\n')
            .filter(|(header, _)| header.starts_with("-- kind=") || header.starts_with('#'))
        else {
            continue;
        };
        let (header, sql) = if header.starts_with('#') {
            sql.split_once('\n').unwrap_or((header, sql))
        } else {
            (header, sql)
        };
        let text = if header.contains("kind=expr") {
            format!("SELECT {sql}")
        } else {
            sql.to_owned()
        };
        let analysis = analyze(
            Statement {
                text: &text,
                binds: &[],
            },
            &session,
            &catalog,
        );
        let read = !analysis.has(&Finding::Unclassified);
        for name in [group(header, sql), "all"] {
            let share = shares.entry(name).or_default();
            share.0 += usize::from(read);
            share.1 += 1;
        }
        if failed && !read {
            println!(
                "{} | {}",
                header.split("test=").nth(1).unwrap_or_default(),
                text.replace('\n', " ")
            );
        }
    }
    for (name, (read, total)) in shares {
        println!(
            "{name:17} {read}/{total} = {:.1} %",
            100.0 * read as f64 / total.max(1) as f64
        );
    }
    Ok(())
}
