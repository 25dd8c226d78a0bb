//! Every way around the policy that we know of, with the verdict and the masked ordinals each must get.
//!
//! The cases are `tests/redteam/cases.jsonl`, written by hand against `tests/redteam/schema.sql`; the starter policy must
//! answer each as expected. A new evasion becomes a line there before it is closed here.

use std::collections::BTreeMap;
use std::path::Path;

use event::TimeNs;
use event::payload::Verdict;
use serde::Deserialize;

use crate::catalog::Catalog;
use crate::engine::{Engine, EngineConfig};
use crate::explain::{Asker, batch};
use crate::policy::PolicySet;

#[derive(Deserialize)]
struct Expected {
    id: String,
    cat: String,
    sql: String,
    expect: Verdict,
    mask: Vec<u32>,
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn engine() -> Engine {
    let ddl = read("tests/redteam/schema.sql");
    let catalog = Catalog::from_ddl_files([("schema.sql", ddl.as_str())]).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policy");
    Engine::new(
        PolicySet::load(&folder).unwrap(),
        catalog,
        EngineConfig::default(),
    )
}

#[test]
fn every_known_evasion_gets_the_expected_answer() {
    let cases = read("tests/redteam/cases.jsonl");
    let asker = Asker::named("agent", &[], "main", TimeNs(0));
    let engine = engine();
    let answers = batch::answers(&engine, &asker, &cases);
    let mut categories: BTreeMap<String, u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (line, answer) in cases.lines().zip(answers) {
        let expected: Expected = serde_json::from_str(line).unwrap();
        let answer = answer.unwrap();
        *categories.entry(expected.cat).or_default() += 1;
        let masked = expected.expect != Verdict::Mask || answer.mask == expected.mask;
        if answer.verdict != expected.expect || !masked {
            wrong.push(format!(
                "{}: wanted {} {:?}, got {} {:?} by {:?}: {}",
                expected.id,
                expected.expect.as_str(),
                expected.mask,
                answer.verdict.as_str(),
                answer.mask,
                answer.rules,
                expected.sql
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(categories.len(), 13);
    assert!(categories.values().sum::<u32>() >= 400, "{categories:?}");
}

/// What a policy says must not depend on how the statement is laid out.
#[test]
fn blanks_comments_and_case_change_nothing() {
    let cases = read("tests/redteam/cases.jsonl");
    let asker = Asker::named("agent", &[], "main", TimeNs(0));
    let engine = engine();
    for line in cases.lines() {
        let case: batch::Case = serde_json::from_str(line).unwrap();
        let plain = batch::answer(&engine, &asker, &case);
        let dressed = batch::Case {
            sql: format!("/* ; DROP TABLE x */\n\t {} \n-- '", case.sql),
            ..case
        };
        let answer = batch::answer(&engine, &asker, &dressed);
        assert_eq!(
            (plain.verdict, plain.mask),
            (answer.verdict, answer.mask),
            "{}",
            dressed.sql
        );
    }
}
