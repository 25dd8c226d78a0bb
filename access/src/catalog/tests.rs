//! What `catalog` must do, tried.

use super::*;

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
        Err(CatalogError::Unreadable { line: 1, .. })
    ));
}

#[test]
fn the_version_is_the_content() {
    let one = read("CREATE TABLE d.s.t (a INT)").unwrap();
    let same = read("create  table D.S.T (A int)").unwrap();
    let tagged = read("CREATE TABLE d.s.t (a INT TAG (pii = 'x'))").unwrap();
    assert_eq!(one.version(), same.version());
    assert_ne!(one.version(), tagged.version());
}

/// `T.C: LABEL LABEL`, of every column with labels in schema D.S, in order.
fn labels(catalog: &Catalog) -> Vec<String> {
    let labelled = catalog.tables().flat_map(|table| {
        let columns = table.columns.iter().filter(|c| !c.labels.is_empty());
        columns.map(|c| format!("{}.{}: {}", table.name, c.name, c.labels.join(" ")))
    });
    labelled.collect()
}

const BASE: &str = "CREATE DATABASE d; CREATE SCHEMA s;
    CREATE TABLE t (id INT, mail VARCHAR WITH TAG (pii = 'EMAIL'), zip VARCHAR TAG (privacy_category = 'QUASI_IDENTIFIER'));
    ";

/// Labels after BASE and this, those of T itself left out; the unknown tables after a bar.
fn after(ddl: &str) -> String {
    let catalog = read(&format!("{BASE}{ddl}")).unwrap();
    let of_others = labels(&catalog)
        .into_iter()
        .filter(|line| !line.starts_with("T."));
    let unknown = catalog.skipped().iter().filter_map(|s| s.table.clone());
    let unknown: Vec<String> = unknown.collect();
    let of_others: Vec<String> = of_others.collect();
    format!("{} | {}", of_others.join(", "), unknown.join(", "))
}

#[test]
fn every_kind_of_relation_carries_what_it_is_made_of() {
    for (ddl, expected) in [
        ("CREATE TABLE u CLONE t", "U.MAIL: EMAIL, U.ZIP: QUASI | "),
        ("CREATE TABLE u LIKE t", "U.MAIL: EMAIL, U.ZIP: QUASI | "),
        (
            "CREATE TABLE u AS SELECT mail AS m, UPPER(mail) AS x, id FROM t",
            "U.M: EMAIL, U.X: SENSITIVE | ",
        ),
        (
            "create or replace transient table u (a, b) cluster by (a) as (with s as (select * from t) select id, mail from s)",
            "U.B: EMAIL | ",
        ),
        ("CREATE TABLE u AS SELECT a FROM nowhere", " | D.S.U"),
        ("CREATE TABLE u AS SELECT f(id) AS x FROM t", " | D.S.U"),
        ("CREATE TABLE u (a, b) AS SELECT id FROM t", " | D.S.U"),
        ("CREATE TABLE u CLONE nowhere", " | D.S.U"),
        (
            "CREATE ICEBERG TABLE u CATALOG = 'x' EXTERNAL_VOLUME = 'y'",
            " | D.S.U",
        ),
        (
            "CREATE EXTERNAL TABLE u USING TEMPLATE (SELECT 1) LOCATION = @s",
            " | D.S.U",
        ),
        ("CREATE QUANTUM TABLE u (a INT)", " | D.S.U"),
        ("CREATE STREAM u ON STAGE s", " | D.S.U"),
        (
            "CREATE HYBRID TABLE u (id INT PRIMARY KEY, \"INDEX\" INT, m VARCHAR TAG (pii = 'EMAIL'), INDEX ix (m))",
            "U.M: EMAIL | ",
        ),
        (
            "CREATE EXTERNAL TABLE u (m VARCHAR AS (VALUE:c1::VARCHAR) TAG (pii = 'EMAIL'), d DATE AS (TO_DATE(METADATA$FILENAME))) LOCATION = @s",
            "U.M: EMAIL, U.VALUE: SENSITIVE | ",
        ),
        (
            "CREATE TABLE u (m VARCHAR TAG (pii = 'EMAIL'), a VARCHAR AS (LEFT(m, 1)), b INT AS (LENGTH(a)), c INT AS (1))",
            "U.M: EMAIL, U.A: SENSITIVE, U.B: SENSITIVE | ",
        ),
        (
            "CREATE TABLE u (m VARCHAR, a VARCHAR AS (LEFT(m, 1))); ALTER TABLE u MODIFY COLUMN m SET TAG pii = 'EMAIL'",
            "U.M: EMAIL, U.A: SENSITIVE | ",
        ),
        (
            "CREATE SCHEMA x CLONE s; CREATE TABLE s2 (a INT)",
            "T.MAIL: EMAIL, T.ZIP: QUASI | ",
        ),
    ] {
        let expected = expected.to_owned();
        if ddl.starts_with("CREATE SCHEMA") {
            let catalog = read(&format!("{BASE}{ddl}")).unwrap();
            assert!(catalog.column("D.X.T.MAIL").unwrap().is_sensitive());
            assert!(catalog.table("D.X.S2").is_some());
        } else {
            assert_eq!(after(ddl), expected, "{ddl}");
        }
    }
}

#[test]
fn tags_apply_in_whatever_order_they_are_set() {
    for (ddl, expected) in [
        (
            "ALTER SCHEMA s SET TAG pii = 'PERSON'; CREATE TABLE u (a INT)",
            "U.A: PERSON | ",
        ),
        (
            "CREATE TABLE u (a INT); ALTER DATABASE d SET TAG pii = 'PERSON'",
            "U.A: PERSON | ",
        ),
        (
            "CREATE SCHEMA p WITH TAG (pii = 'PERSON'); CREATE TABLE d.p.u (a INT)",
            "U.A: PERSON | ",
        ),
        (
            "CREATE TABLE u (a INT, b INT TAG (pii = 'NONE')) WITH TAG (pii = 'PERSON'); ALTER TABLE u ADD COLUMN c INT",
            "U.A: PERSON, U.C: PERSON | ",
        ),
        (
            "CREATE TABLE u (a INT TAG (pii = 'X')); ALTER TABLE u MODIFY COLUMN a UNSET TAG pii",
            " | ",
        ),
        (
            "CREATE TABLE u (a INT TAG (pii = 'X')); CREATE TABLE IF NOT EXISTS u (a INT)",
            "U.A: X | ",
        ),
        (
            "CREATE TABLE u (a INT TAG (pii = 'X')); CREATE OR REPLACE TABLE u (a INT)",
            " | ",
        ),
        (
            "CREATE TABLE u (a INT TAG (pii = 'X')); CREATE OR ALTER TABLE u (a INT, b INT)",
            "U.A: X | ",
        ),
        (
            "CREATE VIEW u AS SELECT id, zip FROM t; ALTER VIEW u SET TAG pii = 'PERSON'",
            "U.ID: PERSON, U.ZIP: PERSON | ",
        ),
    ] {
        assert_eq!(after(ddl), expected, "{ddl}");
    }
}

#[test]
fn alter_and_drop_change_what_is_known() {
    for (ddl, expected) in [
        (
            "ALTER TABLE t RENAME TO u",
            "U.MAIL: EMAIL, U.ZIP: QUASI | ",
        ),
        (
            "CREATE TABLE u (a INT); ALTER TABLE u SWAP WITH t",
            "U.MAIL: EMAIL, U.ZIP: QUASI | ",
        ),
        (
            "ALTER TABLE t RENAME COLUMN mail TO post; CREATE TABLE u LIKE t",
            "U.POST: EMAIL, U.ZIP: QUASI | ",
        ),
        (
            "ALTER TABLE t ADD COLUMN IF NOT EXISTS tel VARCHAR WITH TAG (pii = 'PHONE'), x INT; ALTER TABLE t DROP COLUMN mail, zip; CREATE TABLE u LIKE t",
            "U.TEL: PHONE | ",
        ),
        ("CREATE TABLE u LIKE t; DROP TABLE u", " | "),
        (
            "CREATE TABLE u LIKE t; ALTER TABLE u TRANSMOGRIFY",
            " | D.S.U",
        ),
        (
            "CREATE TABLE u LIKE t; ALTER TABLE u SWAP WITH nowhere; DROP TABLE nowhere",
            " | D.S.U",
        ),
        (
            "CREATE TABLE u LIKE t; ALTER TABLE u ADD CONSTRAINT c UNIQUE (id); ALTER TABLE u CLUSTER BY (id); ALTER TABLE u SET COMMENT = 'x'",
            "U.MAIL: EMAIL, U.ZIP: QUASI | ",
        ),
        (
            "CREATE TABLE u LIKE t; ALTER TABLE u MODIFY (id SET TAG pii = 'ID', COLUMN mail DROP NOT NULL)",
            "U.ID: ID, U.MAIL: EMAIL, U.ZIP: QUASI | ",
        ),
    ] {
        assert_eq!(after(ddl), expected, "{ddl}");
    }
    let renamed = read(&format!("{BASE}ALTER SCHEMA s RENAME TO r")).unwrap();
    assert!(renamed.column("D.R.T.MAIL").unwrap().is_sensitive());
    assert!(renamed.table("D.S.T").is_none());
    let gone = read(&format!("{BASE}DROP SCHEMA d.s")).unwrap();
    assert!(gone.is_empty());
}

#[test]
fn what_stands_behind_a_block_is_read() {
    let tail = "ALTER TABLE t MODIFY COLUMN id SET TAG pii = 'ID'; CREATE TABLE u LIKE t";
    for block in [
        "CREATE TASK n WAREHOUSE = w AS BEGIN INSERT INTO l SELECT 1; END;",
        "create procedure p() returns int language sql as begin let x := case when 1 = 1 then 1 end; if (x = 1) then return 1; end if; return 2; end;",
        "EXECUTE IMMEDIATE $$ BEGIN SELECT 1; END; $$;",
        "BEGIN; SELECT 1; COMMIT;",
    ] {
        assert!(
            after(&format!("{block} {tail}")).starts_with("U.ID: ID"),
            "{block}"
        );
    }
    assert_eq!(
        read("CREATE TABLE t (a INT);\nCREATE TASK n AS BEGIN SELECT 1;\nSELECT 2;").unwrap_err(),
        CatalogError::Malformed {
            file: "a.sql".to_owned(),
            line: 2,
            what: "this block has no END with a semicolon behind it",
        }
    );
}

/// What `GET_DDL('DATABASE', 'D', TRUE)` gives: names without a schema stand in the one made last.
#[test]
fn a_dump_of_a_database_is_read() {
    let catalog = read(
        "create or replace database D;\n\ncreate or replace schema D.PUBLIC;\n\n\
         create or replace TABLE T (\n\tID NUMBER(38,0) NOT NULL autoincrement start 1 increment 1 noorder,\n\t\
         MAIL VARCHAR(16777216) WITH TAG (D.PUBLIC.PII='EMAIL'),\n\tprimary key (ID)\n);\n\
         create or replace view V(\n\tID,\n\tM\n) as select id, mail from t;\n\
         CREATE OR REPLACE FUNCTION \"F\"(\"X\" NUMBER(38,0))\nRETURNS VARCHAR\nLANGUAGE SQL\nAS 'select ''a;b''';\n\
         CREATE OR REPLACE PROCEDURE \"P\"()\nRETURNS VARCHAR\nLANGUAGE SQL\nEXECUTE AS OWNER\nAS 'begin\n  return 1;\nend';\n\
         create or replace task K\n\twarehouse=W\n\tschedule='1 minute'\n\tas begin\n  insert into t select 1, 'x';\nend;\n\
         create or replace schema D.LATER;\n\n\
         create or replace TABLE T (\n\tID NUMBER(38,0)\n);\n",
    )
    .unwrap();
    assert!(catalog.column("D.PUBLIC.T.MAIL").unwrap().is_sensitive());
    assert!(catalog.table("D.PUBLIC.V").unwrap().view.is_some());
    assert_eq!(catalog.table("D.LATER.T").unwrap().columns.len(), 1);
    let unknown = catalog.skipped().iter().filter(|s| s.table.is_some());
    assert_eq!(unknown.count(), 0, "{:?}", catalog.skipped());
}

#[test]
fn what_is_passed_over_is_said() {
    let catalog = read(
        "CREATE TABLE d.s.t (a INT);\nCREATE ROLE r;\nGRANT SELECT ON t TO ROLE r;\nCREATE ICEBERG TABLE d.s.i CATALOG = 'x';",
    )
    .unwrap();
    let said: Vec<_> = catalog
        .skipped()
        .iter()
        .map(|s| (s.line, s.what.as_str(), s.table.as_deref()))
        .collect();
    assert_eq!(
        said,
        [
            (2, "CREATE ROLE", None),
            (3, "GRANT SELECT", None),
            (4, "it is written without its columns", Some("D.S.I")),
        ]
    );
    assert!(catalog.is_unknown("D.S.I"));
}
