//! What `catalog` must do, tried.

use super::*;
use crate::analysis::{SessionView, Statement, analyze};

fn read(text: &str) -> Result<Catalog, CatalogError> {
    Catalog::from_ddl_files([("a.sql", text)])
}

#[test]
fn ddl_gives_columns_types_tags_and_labels() {
    let catalog = read(
        "CREATE DATABASE d; CREATE SCHEMA s;
         CREATE OR REPLACE TRANSIENT TABLE IF NOT EXISTS t (
           id NUMBER(38, 0) NOT NULL AUTOINCREMENT, \"Mail\" VARCHAR(9) WITH TAG (gov.pii = 'email', cost = 'x') COMMENT 'a, b',
           born DATE MASKING POLICY p, PRIMARY KEY (id)) COMMENT = 'c';
         ALTER TABLE d.s.t MODIFY COLUMN born SET TAG semantic_category = 'DATE_OF_BIRTH', privacy_category = 'QUASI_IDENTIFIER';
         ALTER TABLE t SET TAG team = 'billing';",
    )
    .unwrap();
    let table = catalog.table("D.S.T").unwrap();
    let shape: Vec<_> = table
        .columns
        .iter()
        .map(|c| (c.name.as_str(), c.data_type.as_str()))
        .collect();
    assert_eq!(
        shape,
        [
            ("ID", "NUMBER(38,0)"),
            ("Mail", "VARCHAR(9)"),
            ("BORN", "DATE")
        ]
    );
    let mail = catalog.column("D.S.T.\"Mail\"").unwrap();
    assert_eq!(mail.labels, ["EMAIL"]);
    assert_eq!(mail.tags["COST"], "x");
    assert_eq!(
        catalog.column("D.S.T.BORN").unwrap().labels,
        ["DATE_OF_BIRTH", "QUASI"]
    );
    assert_eq!(catalog.column("D.S.T.ID").unwrap().tags["TEAM"], "billing");
    assert!(!catalog.column("D.S.T.ID").unwrap().is_sensitive());
    assert_eq!(catalog.default_context(), Some(("D", "S")));
}

#[test]
fn a_comment_classifies_where_tags_may_not_be_set() {
    let catalog = read(
        "CREATE TABLE d.s.t (ssn VARCHAR, zip VARCHAR, other INT);
         CREATE TABLE d.s.u (a INT);
         -- sensitive: T.{SSN,OTHER}
         -- s.u.A; quasi: T.ZIP",
    )
    .unwrap();
    assert_eq!(
        catalog.column("D.S.T.SSN").unwrap().labels,
        ["SENSITIVE", "SSN"]
    );
    assert_eq!(catalog.column("D.S.T.OTHER").unwrap().labels, ["SENSITIVE"]);
    assert!(catalog.column("D.S.U.A").unwrap().is_sensitive());
    assert_eq!(catalog.column("D.S.T.ZIP").unwrap().labels, [QUASI]);
    assert!(!catalog.column("D.S.T.ZIP").unwrap().is_sensitive());
}

#[test]
fn what_no_file_defines_is_refused_with_its_line() {
    let unknown =
        read("CREATE TABLE d.s.t (a INT);\nALTER TABLE d.s.t MODIFY COLUMN b SET TAG pii = 'x';")
            .unwrap_err();
    assert_eq!(
        unknown,
        CatalogError::Unknown {
            file: "a.sql".to_owned(),
            line: 2,
            name: "D.S.T.B".to_owned()
        }
    );
    let comment = read("CREATE TABLE d.s.t (a INT);\n\n-- sensitive: NOPE.{A}").unwrap_err();
    assert!(matches!(comment, CatalogError::Unknown { line: 3, .. }));
    assert!(matches!(
        read("CREATE TABLE (a INT)"),
        Err(CatalogError::Malformed { line: 1, .. })
    ));
    assert!(matches!(
        read("CREATE TABLE t (a VARCHAR DEFAULT 'x"),
        Err(CatalogError::Unreadable { .. })
    ));
}

#[test]
fn information_schema_rows_give_the_same_catalog() {
    let json = r#"{
      "tables": [{"TABLE_CATALOG": "D", "TABLE_SCHEMA": "S", "TABLE_NAME": "V",
                  "VIEW_DEFINITION": "create view V (K) as select MAIL from D.S.T"}],
      "columns": [
        {"TABLE_CATALOG": "D", "TABLE_SCHEMA": "S", "TABLE_NAME": "T", "COLUMN_NAME": "MAIL", "ORDINAL_POSITION": 2, "DATA_TYPE": "TEXT"},
        {"TABLE_CATALOG": "D", "TABLE_SCHEMA": "S", "TABLE_NAME": "T", "COLUMN_NAME": "ID", "ORDINAL_POSITION": 1, "DATA_TYPE": "NUMBER"}],
      "tags": [{"TAG_NAME": "PII", "TAG_VALUE": "email", "OBJECT_DATABASE": "D", "OBJECT_SCHEMA": "S", "OBJECT_NAME": "T", "COLUMN_NAME": "MAIL"}]
    }"#;
    let catalog = Catalog::from_information_schema(&serde_json::from_str(json).unwrap());
    let names: Vec<_> = catalog
        .table("D.S.T")
        .unwrap()
        .columns
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(names, ["ID", "MAIL"]);
    let statement = Statement {
        text: "SELECT k FROM d.s.v",
        binds: &[],
    };
    let analysis = analyze(statement, &SessionView::default(), &catalog);
    assert_eq!(
        analysis.outputs[0].as_ref().unwrap()[0].sources,
        ["D.S.T.MAIL"]
    );
    assert!(analysis.flags.contains(&"sensitive_output".to_owned()));
}

#[test]
fn the_version_is_the_content() {
    let one = read("CREATE TABLE d.s.t (a INT)").unwrap();
    let same = read("create  table D.S.T (A int)").unwrap();
    let tagged = read("CREATE TABLE d.s.t (a INT TAG (pii = 'x'))").unwrap();
    assert_eq!(one.version(), same.version());
    assert_ne!(one.version(), tagged.version());
}

#[test]
fn ddl_seen_passing_is_forgotten() {
    let catalog =
        read("CREATE TABLE d.s.t (a INT); CREATE TABLE d.s.u (a INT); CREATE TABLE d.r.t (a INT)")
            .unwrap();
    let after = |sql: &str| {
        let analysis = analyze(
            Statement {
                text: sql,
                binds: &[],
            },
            &SessionView::default(),
            &catalog,
        );
        let left = catalog.invalidate(&analysis)?;
        Some(
            left.tables()
                .map(|table| table.full_name.to_string())
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(after("SELECT 1"), None);
    assert_eq!(after("INSERT INTO d.s.t VALUES (1)"), None);
    assert_eq!(
        after("ALTER TABLE d.s.t ADD COLUMN b INT").unwrap(),
        ["D.R.T", "D.S.U"]
    );
    assert_eq!(
        after("ALTER TABLE d.s.t SWAP WITH d.s.u").unwrap(),
        ["D.R.T"]
    );
    assert_eq!(after("DROP SCHEMA d.s").unwrap(), ["D.R.T"]);
    assert_eq!(
        after("CREATE OR REPLACE TABLE d.r.t AS SELECT 1 AS x").unwrap(),
        ["D.S.T", "D.S.U"]
    );
}
