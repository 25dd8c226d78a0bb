//! An alias hides nothing from the detectors: they are told what the base columns are called.
//!
//! Enters: SQL over tables without tags. Leaves: rows as a client gets them. Never here: a rule that masks.

use event::payload::ResultColumn;

use super::*;
use crate::{Masking, MaskingConfig};

const PEOPLE: &str = "CREATE DATABASE SHOP; CREATE SCHEMA SHOP.PUBLIC;
CREATE TABLE SHOP.PUBLIC.PEOPLE (FIRST_NAME VARCHAR, DOB DATE, CVV VARCHAR, SSN VARCHAR, RAW VARIANT, CITY VARCHAR);";

fn plan(catalog: &str, sql: &str) -> MaskPlan {
    let catalog = Catalog::from_ddl_files([("ddl", catalog)]).unwrap();
    let policy = PolicySet::from_files(vec![
        (
            "firn-policy.toml".to_owned(),
            "[unknown]\ntable = \"detect\"\n".to_owned(),
        ),
        ("r.cedar".to_owned(), PERMIT_ALL.to_owned()),
    ])
    .unwrap_or_else(|error| panic!("{error}"));
    let engine = Engine::new(policy, catalog, EngineConfig::default());
    let session = SessionView::default();
    let who = principal(&[]);
    let request = DecisionRequest {
        statement_id: StatementId::from_uuid(uuid::Uuid::nil()),
        statement: Statement {
            text: sql,
            binds: &[],
        },
        session: &session,
        principal: &who,
        connection: "main",
        now: TimeNs(0),
        describe_only: false,
    };
    let outcome = engine.decide(&request);
    assert_eq!(outcome.decision.verdict(), Verdict::Allow, "{sql}");
    outcome.decision.plans()[0].clone()
}

/// One row through the plan, its columns under these names.
fn shown(plan: MaskPlan, columns: &[(&str, &str)], row: &[&str]) -> Vec<String> {
    let columns: Vec<ResultColumn> = columns
        .iter()
        .map(|(name, data_type)| ResultColumn {
            name: (*name).to_owned(),
            data_type: (*data_type).to_owned(),
            nullable: true,
            precision: None,
            scale: None,
            length: None,
            origin: String::new(),
        })
        .collect();
    let row = row.iter().map(|cell| Some((*cell).to_owned())).collect();
    let masking = Masking::new(MaskingConfig::default()).unwrap();
    let masked = masking
        .result(plan, &columns, None)
        .json(vec![row])
        .unwrap();
    let cells = masked.rows.get().iter().flatten();
    cells
        .map(|cell| cell.clone().unwrap_or_else(|| "NULL".to_owned()))
        .collect()
}

const TYPES: [(&str, &str); 6] = [
    ("A", "text"),
    ("B", "date"),
    ("C", "text"),
    ("D", "text"),
    ("E", "variant"),
    ("F", "text"),
];
const ROW: [&str; 6] = ["Zoe", "-7276", "123", "512448271", "\"512448271\"", "Oslo"];

#[test]
fn a_known_tables_columns_are_masked_under_any_name() {
    let sql = "select first_name a, dob b, cvv c, ssn d, raw:ssn e, city f from shop.public.people";
    let rows = shown(plan(PEOPLE, sql), &TYPES, &ROW);
    assert_eq!(
        rows,
        [
            "[PERSON]",
            "NULL",
            "[CVV]",
            "[US_SSN]",
            "\"512448271\"",
            "Oslo"
        ],
        "a path into a document is no column's name yet"
    );
}

#[test]
fn so_are_an_unknown_tables() {
    let sql = "select first_name a, dob b, cvv c, ssn d, doc e, city f from shop.public.strangers";
    let rows = shown(plan("CREATE DATABASE SHOP;", sql), &TYPES, &ROW);
    assert_eq!(rows[..4], ["[PERSON]", "NULL", "[CVV]", "[US_SSN]"]);
}

#[test]
fn names_travel_only_where_they_say_more_than_the_alias() {
    let sql =
        "select ssn, ssn social_security_no, city f, first_name || ssn g from shop.public.people";
    let plan = plan(PEOPLE, sql);
    assert_eq!(
        plan.names,
        [(3, "FIRST_NAME".to_owned()), (3, "SSN".to_owned())]
    );
}
