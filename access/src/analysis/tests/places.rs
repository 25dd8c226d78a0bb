//! A name is looked up where the session stands; where nobody knows where that is, it is nobody's, however few tables are called so.

use super::*;

fn stands(database: Option<&str>, schema: Option<&str>) -> SessionView {
    SessionView {
        context: Context {
            database: database.map(str::to_owned),
            schema: schema.map(str::to_owned),
            ..Context::default()
        },
        ..SessionView::default()
    }
}

fn lost(text: &str, session: &SessionView) -> bool {
    let analysis = analyze(Statement { text, binds: &[] }, session, &catalog());
    has(&analysis, Finding::UnresolvedTable)
}

/// Each reads, writes or changes `{}`.
const STATEMENTS: [&str; 19] = [
    "SELECT city FROM {}",
    "SELECT COUNT(*) FROM {} x",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM {})",
    "SELECT * FROM TABLE('{}')",
    "SELECT 1 FROM IDENTIFIER('{}')",
    "WITH c AS (SELECT city FROM {}) SELECT city FROM c",
    "SELECT city FROM {} AT (OFFSET => -60)",
    "INSERT INTO {} (city) VALUES ('x')",
    "INSERT INTO d.s.u (v) SELECT city FROM {}",
    "UPDATE {} SET city = 'x' WHERE id = 1",
    "DELETE FROM {} WHERE id = 1",
    "MERGE INTO {} a USING d.s.u b ON a.id = b.id WHEN MATCHED THEN DELETE",
    "TRUNCATE TABLE {}",
    "DROP TABLE {}",
    "ALTER TABLE {} ADD COLUMN n INT",
    "CREATE TABLE {} (n INT)",
    "CREATE TABLE d.s.n CLONE {}",
    "CREATE VIEW d.s.w AS SELECT city FROM {}",
    "CREATE STREAM d.s.m ON TABLE {}",
];

#[test]
fn a_name_that_the_session_does_not_complete_is_nobodys() {
    let cases = [
        (None, None, "t", true),
        (None, None, "s.t", true),
        (None, None, "nowhere", true),
        (Some("D"), None, "t", true),
        (None, Some("S"), "t", true),
        (None, Some("S"), "s.t", true),
        (None, None, "d.s.t", false),
        (Some("D"), None, "s.t", false),
        (Some("D"), Some("S"), "t", false),
    ];
    for (database, schema, name, expected) in cases {
        for statement in STATEMENTS {
            let text = statement.replace("{}", name);
            let session = stands(database, schema);
            assert_eq!(lost(&text, &session), expected, "{text} in {session:?}");
        }
    }
}

/// The files of the catalog stand somewhere: a session does not therefore.
#[test]
fn what_is_known_by_such_a_name_is_read_and_shown_by_no_means() {
    let text = "SELECT city FROM t WHERE id = 1";
    let analysis = analyze(
        Statement { text, binds: &[] },
        &SessionView::default(),
        &catalog(),
    );
    assert_eq!(analysis.reads, ["D.S.T"]);
    let outputs = analysis.outputs[0].as_ref();
    let unresolved = |columns: &Vec<Provenance>| columns.iter().all(|column| column.unresolved);
    assert!(outputs.is_none_or(unresolved), "{:?}", analysis.outputs);
    assert!(has(&analysis, Finding::SensitiveOutput) || has(&analysis, Finding::UnresolvedOutput));
    let text = "DELETE FROM t WHERE id = 1";
    let analysis = analyze(
        Statement { text, binds: &[] },
        &SessionView::default(),
        &catalog(),
    );
    assert_eq!(analysis.writes, ["D.S.T"]);
}

#[test]
fn the_accounts_own_views_are_what_they_are_in_each_database() {
    for text in [
        "SELECT table_name FROM information_schema.tables",
        "SELECT 1",
        "SHOW TABLES",
        "SELECT * FROM TABLE(FLATTEN(INPUT => PARSE_JSON('[1]')))",
        "SELECT a FROM (VALUES (1)) v (a)",
        "WITH c AS (SELECT 1 a) SELECT a FROM c",
        "USE DATABASE d",
        "CREATE DATABASE other",
        "ALTER WAREHOUSE w SUSPEND",
    ] {
        assert!(!lost(text, &SessionView::default()), "{text}");
    }
    for text in ["DROP SCHEMA s", "CREATE SCHEMA n CLONE s"] {
        assert!(lost(text, &SessionView::default()), "{text}");
        assert!(!lost(text, &stands(Some("D"), None)), "{text}");
    }
}

/// What a request's first statements do to the names of its last one.
#[test]
fn names_are_nobodys_behind_what_may_have_moved_the_session() {
    let here = stands(Some("D"), Some("S"));
    for (before, expected) in [
        ("USE SCHEMA d.s", false),
        ("USE SCHEMA s", false),
        ("USE WAREHOUSE w", false),
        ("SELECT 1", false),
        ("CREATE SCHEMA s3", false),
        ("CREATE SCHEMA d.s", true),
        ("CREATE TABLE n (a INT)", false),
        ("CREATE TABLE IF NOT EXISTS t (a INT)", false),
        ("EXECUTE IMMEDIATE 'use schema s'", false),
        ("INSERT INTO u (v) VALUES ('x')", false),
        ("USE SCHEMA IDENTIFIER($x)", true),
        ("USE IDENTIFIER($x)", true),
        ("CALL p()", true),
        ("EXECUTE IMMEDIATE $x", true),
        ("EXECUTE IMMEDIATE FROM @land/x.sql", true),
        ("CREATE SCHEMA IF NOT EXISTS s", true),
        ("CREATE DATABASE IF NOT EXISTS d", true),
        ("DROP SCHEMA s2", true),
        ("ALTER SCHEMA s SWAP WITH s2", true),
        ("BEGIN IF (1 = 1) THEN USE SCHEMA s2; END IF; END", true),
        ("BEGIN CALL p(); END", true),
    ] {
        let text = format!("{before}; SELECT city FROM t");
        assert_eq!(lost(&text, &here), expected, "{text}");
    }
    let moved = analyze(
        Statement {
            text: "CREATE SCHEMA s2; SELECT v FROM u",
            binds: &[],
        },
        &here,
        &catalog(),
    );
    assert_eq!(moved.reads, ["D.S2.U"]);
    let moved = analyze(
        Statement {
            text: "CREATE DATABASE e; SELECT v FROM u",
            binds: &[],
        },
        &here,
        &catalog(),
    );
    assert_eq!(moved.reads, ["E.PUBLIC.U"]);
}

/// A table that another statement of the request swapped, dropped or made again is not what the catalog knows.
#[test]
fn what_a_request_makes_anew_is_not_what_it_was() {
    let here = stands(Some("D"), Some("S"));
    for (before, expected) in [
        ("ALTER TABLE u SWAP WITH t", true),
        ("ALTER TABLE t SWAP WITH d.s.u", true),
        ("ALTER TABLE u RENAME TO x; ALTER TABLE t RENAME TO u", true),
        ("DROP TABLE u", true),
        ("CREATE OR REPLACE VIEW u AS SELECT id, city v FROM t", true),
        ("CREATE TEMPORARY TABLE u AS SELECT id, ssn v FROM t", true),
        ("EXECUTE IMMEDIATE 'drop table u'", true),
        ("ALTER SCHEMA d.s SWAP WITH d.s2", true),
        ("DROP DATABASE d", true),
        ("ALTER TABLE t ADD COLUMN n INT", false),
        ("CREATE TABLE IF NOT EXISTS u (id INT)", false),
        ("DROP TABLE d.s.u2", false),
        ("ALTER SCHEMA d.s2 SET COMMENT = 'x'", false),
        ("TRUNCATE TABLE u", false),
    ] {
        let text = format!("{before}; SELECT v FROM d.s.u");
        assert_eq!(lost(&text, &here), expected, "{text}");
    }
    assert!(!lost("CREATE OR REPLACE TABLE u AS SELECT v FROM u", &here));
}

/// Snowflake looks into PUBLIC last; files of definitions need not know what is before it.
#[test]
fn a_table_of_public_may_be_one_of_the_sessions_own_schema() {
    let ddl = "CREATE TABLE d.public.t (id INT); CREATE TABLE d.s.u (id INT);";
    let catalog = Catalog::from_ddl_files([("ddl", ddl)]).unwrap();
    for (schema, name, expected) in [
        ("S", "t", true),
        ("PUBLIC", "t", false),
        ("S", "public.t", false),
        ("S", "u", false),
    ] {
        let text = format!("SELECT id FROM {name}");
        let statement = Statement {
            text: &text,
            binds: &[],
        };
        let analysis = analyze(statement, &stands(Some("D"), Some(schema)), &catalog);
        assert_eq!(
            has(&analysis, Finding::UnknownTable),
            expected,
            "{text} in {schema}"
        );
    }
}
