//! Statements written against Snowflake's own rules, and ones reduced from bugs that people reported of other tools.
//!
//! `tests/redteam/semantics` and `tests/redteam/reported`: each line has what may be answered, the best answer first, and the
//! ordinals that must be masked where that is `mask`; `ddl` is what its catalog has besides.

use std::path::Path;

use event::TimeNs;
use event::payload::Verdict;
use serde::Deserialize;

use crate::catalog::Catalog;
use crate::engine::{Engine, EngineConfig};
use crate::explain::{Asker, batch};
use crate::policy::PolicySet;

#[derive(Deserialize)]
struct Case {
    id: String,
    sql: String,
    expect: Vec<Verdict>,
    mask: Option<Vec<u32>>,
    #[serde(default)]
    ddl: String,
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn engine(ddl: &[&str]) -> Engine {
    let catalog = Catalog::from_ddl_files(ddl.iter().map(|ddl| ("catalog.sql", *ddl))).unwrap();
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policy");
    Engine::new(
        PolicySet::load(&policy).unwrap(),
        catalog,
        EngineConfig::default(),
    )
}

/// Which cases of a folder get another answer; how many there are.
fn wrong(folder: &str, schema: &str) -> (Vec<String>, usize) {
    let asker = Asker::named("agent", &[], "main", TimeNs(0));
    let schema = read(&format!("tests/redteam/{folder}/{schema}"));
    let plain = engine(&[&schema]);
    let cases = read(&format!("tests/redteam/{folder}/cases.jsonl"));
    let mut wrong = Vec::new();
    for line in cases.lines() {
        let case: Case =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let own = (!case.ddl.is_empty()).then(|| engine(&[&schema, &case.ddl]));
        let asked: batch::Case = serde_json::from_str(line).unwrap();
        let answer = batch::answer(own.as_ref().unwrap_or(&plain), &asker, &asked);
        let masks = case.mask.as_ref().is_none_or(|mask| *mask == answer.mask);
        let best = case.expect.first() == Some(&Verdict::Mask);
        let right = case.expect.contains(&answer.verdict)
            && (!best || answer.verdict != Verdict::Mask || masks);
        if !right {
            wrong.push(format!(
                "{}: wanted {:?} {:?}, got {} {:?} by {:?}: {} {}",
                case.id,
                case.expect,
                case.mask,
                answer.verdict.as_str(),
                answer.mask,
                answer.rules,
                case.ddl,
                case.sql
            ));
        }
    }
    (wrong, cases.lines().count())
}

#[test]
fn statements_are_read_by_snowflakes_rules() {
    let (wrong, total) = wrong("semantics", "shop.sql");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(total >= 290, "{total}");
}

#[test]
fn what_was_reported_of_others_is_right_here() {
    let (wrong, total) = wrong("reported", "crm.sql");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(total >= 200, "{total}");
}
