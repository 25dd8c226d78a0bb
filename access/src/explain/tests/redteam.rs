//! Every way around the policy that we know of, with the verdict and the masked ordinals each must get.
//!
//! The cases are `tests/redteam/*.jsonl`, written by hand against the schema beside them; the starter policy must answer each
//! as expected. A new evasion becomes a line there before it is closed here.

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
pub(super) struct Expected {
    pub(super) id: String,
    cat: String,
    pub(super) sql: String,
    pub(super) expect: Verdict,
    /// All that is masked where the verdict is `mask`, else what must be among it.
    mask: Vec<u32>,
    #[serde(skip)]
    line: String,
}

impl Expected {
    /// The case with its binds and session, and this text.
    pub(super) fn asked(&self, sql: String) -> batch::Case {
        let case: batch::Case = serde_json::from_str(&self.line).unwrap();
        batch::Case { sql, ..case }
    }
}

/// Each file of cases, and the schema it speaks of.
const FILES: &[(&str, &str)] = &[
    ("schema.sql", "cases.jsonl"),
    ("shop.sql", "shop.jsonl"),
    ("shop.sql", "flows.jsonl"),
];

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn engine(schema: &str) -> Engine {
    let ddl = read(&format!("tests/redteam/{schema}"));
    let catalog = Catalog::from_ddl_files([(schema, ddl.as_str())]).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policy");
    Engine::new(
        PolicySet::load(&folder).unwrap(),
        catalog,
        EngineConfig::default(),
    )
}

/// An engine for each file, and its cases.
pub(super) fn files() -> impl Iterator<Item = (Engine, Vec<Expected>)> {
    FILES.iter().map(|(schema, cases)| {
        let cases = read(&format!("tests/redteam/{cases}"));
        let cases = cases.lines().map(|line| {
            let case: Expected =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            Expected {
                line: line.to_owned(),
                ..case
            }
        });
        (engine(schema), cases.collect())
    })
}

#[test]
fn every_known_evasion_gets_the_expected_answer() {
    let asker = Asker::named("agent", &[], "main", TimeNs(0));
    let mut categories: BTreeMap<String, u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (engine, cases) in files() {
        for expected in cases {
            let case = expected.asked(expected.sql.clone());
            let answer = batch::answer(&engine, &asker, &case);
            let masked = if expected.expect == Verdict::Mask {
                answer.mask == expected.mask
            } else {
                expected.mask.iter().all(|at| answer.mask.contains(at))
            };
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
            *categories.entry(expected.cat).or_default() += 1;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(categories.len(), 13);
    assert!(categories.values().sum::<u32>() >= 1_400, "{categories:?}");
}

/// What a policy says must not depend on how the statement is laid out.
#[test]
fn blanks_comments_and_case_change_nothing() {
    let asker = Asker::named("agent", &[], "main", TimeNs(0));
    for (engine, cases) in files() {
        for case in cases {
            let dressed = format!("/* ; DROP TABLE x */\n\t {} \n-- '", case.sql);
            let plain = batch::answer(&engine, &asker, &case.asked(case.sql.clone()));
            let answer = batch::answer(&engine, &asker, &case.asked(dressed.clone()));
            assert_eq!(
                (plain.verdict, plain.mask),
                (answer.verdict, answer.mask),
                "{dressed}"
            );
        }
    }
}
