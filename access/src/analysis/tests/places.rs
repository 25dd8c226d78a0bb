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
        ("CREATE SCHEMA IF NOT EXISTS s", false),
        ("CREATE SCHEMA IF NOT EXISTS s2", true),
        ("CREATE SCHEMA IF NOT EXISTS s2; USE SCHEMA s", false),
        ("CREATE SCHEMA IF NOT EXISTS e.s; USE SCHEMA s", true),
        ("CREATE DATABASE IF NOT EXISTS d", true),
        ("CREATE DATABASE IF NOT EXISTS d; USE SCHEMA s", false),
        ("USE SCHEMA IDENTIFIER('s')", false),
        ("DROP SCHEMA s2", false),
        ("DROP SCHEMA IF EXISTS s", true),
        ("DROP SCHEMA IDENTIFIER($x)", true),
        ("DROP DATABASE e", false),
        ("UNDROP SCHEMA s2", true),
        ("ALTER SCHEMA s SET COMMENT = 'x'", false),
        ("ALTER SCHEMA s2 RENAME TO s3", false),
        ("ALTER SCHEMA s RENAME TO s3", true),
        ("ALTER SCHEMA s SWAP WITH s2", true),
        ("BEGIN IF (1 = 1) THEN USE SCHEMA s2; END IF; END", true),
        ("BEGIN CALL p(); END", true),
        ("BEGIN USE SCHEMA s; END", false),
        ("BEGIN IF (1 = 1) THEN USE SCHEMA s; END IF; END", false),
        (
            "BEGIN IF (1 = 1) THEN INSERT INTO u (v) VALUES ('x'); END IF; END",
            false,
        ),
        (
            "EXECUTE IMMEDIATE 'begin use schema s; return 1; end'",
            false,
        ),
        (
            "EXECUTE IMMEDIATE 'begin use schema s2; return 1; end'",
            false,
        ),
        (
            "EXECUTE IMMEDIATE 'begin return 1; use schema s2; end'",
            true,
        ),
        // What runs later runs in no session.
        ("CREATE TASK k WAREHOUSE = w AS CALL p()", false),
        ("ALTER TASK k MODIFY AS CALL p()", false),
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
        (
            "CREATE OR REPLACE VIEW u (id, v) AS SELECT id, city FROM t",
            true,
        ),
        ("UNDROP TABLE u", true),
        ("ALTER TABLE u DROP COLUMN v", true),
        ("ALTER TABLE u ADD COLUMN n INT", false),
        ("ALTER TABLE u CLUSTER BY (v)", false),
        (
            "BEGIN IF (1 = 1) THEN CREATE OR REPLACE TABLE u AS SELECT id, ssn v FROM t; END IF; END",
            true,
        ),
        (
            "CREATE OR REPLACE TABLE u AS SELECT * FROM t; DROP TABLE u",
            true,
        ),
        ("CREATE OR REPLACE TABLE u (id INT, v VARCHAR)", false),
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

/// What a request made of a query, or like another table, is known by that.
#[test]
fn what_a_request_makes_of_a_query_is_what_that_gives() {
    let here = stands(Some("D"), Some("S"));
    let of = |text: &str| analyze(Statement { text, binds: &[] }, &here, &catalog());
    for (before, expected) in [
        (
            "CREATE OR REPLACE TABLE u AS SELECT id, ssn v FROM t",
            ["D.S.T.SSN"],
        ),
        (
            "CREATE TEMPORARY TABLE u AS (SELECT id, LEFT(ssn, 3) AS v FROM t)",
            ["D.S.T.SSN"],
        ),
        (
            "DROP TABLE IF EXISTS u; CREATE TABLE u AS SELECT city AS v FROM t",
            ["D.S.T.CITY"],
        ),
        (
            "CREATE OR REPLACE VIEW u AS SELECT city v FROM t",
            ["D.S.T.CITY"],
        ),
    ] {
        let analysis = of(&format!("{before}; SELECT v FROM u"));
        assert_eq!(sources(&analysis, 0), expected, "{before}");
        assert!(!has(&analysis, Finding::UnresolvedTable), "{before}");
        assert!(!has(&analysis, Finding::UnknownTable), "{before}");
    }
    for before in [
        "CREATE TABLE n LIKE t",
        "CREATE OR REPLACE TABLE u CLONE t; CREATE TABLE n LIKE u",
        "CREATE TEMP TABLE n CLONE d.s.t",
    ] {
        let analysis = of(&format!("{before}; SELECT ssn FROM n"));
        assert_eq!(sources(&analysis, 0), ["D.S.T.SSN"], "{before}");
    }
    // So it is in a block without branches.
    let block = "BEGIN CREATE OR REPLACE TEMP TABLE u AS SELECT id, ssn v FROM t; MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET city = u.v; RETURN 'done'; END";
    assert!(has(&of(block), Finding::PersistSensitive));
    assert!(!has(&of(block), Finding::UnresolvedTable));
    // A new name is one, too.
    let analysis = of("CREATE TEMP TABLE n AS SELECT id, ssn v FROM t; SELECT * FROM n");
    assert_eq!(sources(&analysis, 1), ["D.S.T.SSN"]);
    assert!(has(&analysis, Finding::SensitiveOutput));
    assert_eq!(analysis.reads, ["D.S.N", "D.S.T"]);
    // What was put in besides is as little known as the rows of any new table.
    for (change, expected) in [
        ("INSERT INTO n SELECT id, city FROM t", true),
        ("UPDATE n SET v = city FROM t WHERE n.id = t.id", true),
        ("INSERT INTO u SELECT id, city FROM t", false),
        ("ALTER TABLE n CLUSTER BY (id)", false),
    ] {
        let made = "CREATE TEMP TABLE n AS SELECT id, ssn v FROM t";
        let analysis = of(&format!("{made}; {change}; SELECT v FROM n"));
        assert_eq!(sources(&analysis, 0), ["D.S.T.SSN"], "{change}");
        assert_eq!(has(&analysis, Finding::UnknownTable), expected, "{change}");
    }
    // A condition on it is one on what it was made of.
    for text in [
        "CREATE TEMP TABLE n AS SELECT id, ssn v FROM t; DELETE FROM n WHERE v LIKE '0%'",
        "CREATE TEMP TABLE u AS SELECT id, ssn v FROM t; UPDATE u SET id = 1 WHERE v LIKE '0%'",
    ] {
        let analysis = of(text);
        assert!(has(&analysis, Finding::PredicateOnSensitive), "{text}");
        let written = analysis.columns.iter();
        let mut written = written.filter(|column| column.usage == event::payload::Use::Write);
        assert!(written.next().is_none(), "{:?}", analysis.columns);
    }
    // Where nobody knows what is in a table, nothing can be told of a condition on it.
    let text = "ALTER TABLE u SWAP WITH t; DELETE FROM u WHERE v LIKE '0%'";
    assert!(has(&of(text), Finding::UnresolvedTable));
    let text = "CREATE OR REPLACE TABLE u (id INT); INSERT INTO u SELECT id FROM t";
    let analysis = of(text);
    assert!(!has(&analysis, Finding::UnresolvedTable));
    assert_eq!(analysis.writes, ["D.S.U"]);
}

/// A round of a loop finds what the one before left.
#[test]
fn names_in_a_loop_are_those_of_each_round() {
    let here = stands(Some("D"), Some("S"));
    for (inside, expected) in [
        ("USE SCHEMA s2;", true),
        ("LET r := (CALL p());", true),
        ("EXECUTE IMMEDIATE 'use schema s2';", true),
        ("CREATE SCHEMA IF NOT EXISTS s2;", true),
        ("DROP TABLE u;", true),
        ("USE SCHEMA s;", false),
        ("INSERT INTO u (v) VALUES ('x');", false),
    ] {
        let text = format!(
            "BEGIN FOR i IN 1 TO 2 DO INSERT INTO d.s.t (city) SELECT v FROM u; {inside} END FOR; END"
        );
        assert_eq!(lost(&text, &here), expected, "{text}");
        let text =
            format!("BEGIN INSERT INTO d.s.t (city) SELECT v FROM u; {inside} RETURN 1; END");
        assert!(!lost(&text, &here), "{text}");
    }
}

/// A task runs where it is, not where the session that made it stood.
#[test]
fn what_runs_later_reads_what_its_names_mean_there() {
    let here = stands(Some("D"), Some("S"));
    let ddl = format!("{SCHEMA} CREATE TABLE d.s2.u (v VARCHAR TAG (pii = 'ssn'));");
    let catalog = Catalog::from_ddl_files([("ddl", ddl.as_str())]).unwrap();
    for (text, expected) in [
        (
            "CREATE TASK d.s2.k AS INSERT INTO d.s.t (city) SELECT v FROM u",
            true,
        ),
        (
            "ALTER TASK d.s2.k MODIFY AS INSERT INTO d.s.t (city) SELECT v FROM u",
            true,
        ),
        (
            "CREATE TASK k AS INSERT INTO d.s.t (city) SELECT v FROM u",
            false,
        ),
        (
            "CREATE TASK k AS USE SCHEMA s2; INSERT INTO d.s.t (city) SELECT v FROM u",
            false,
        ),
    ] {
        let analysis = analyze(Statement { text, binds: &[] }, &here, &catalog);
        assert_eq!(
            has(&analysis, Finding::PersistSensitive),
            expected,
            "{text}"
        );
        assert!(analysis.reads.contains(&"D.S.U".to_owned()), "{text}");
    }
}

/// Queries alone look into PUBLIC: what is made, changed or written without a schema is in the session's own.
#[test]
fn what_is_changed_is_looked_for_where_the_session_stands() {
    let ddl = "CREATE TABLE d.public.t (id INT, ssn VARCHAR TAG (pii = 'ssn'));";
    let catalog = Catalog::from_ddl_files([("ddl", ddl)]).unwrap();
    for (text, schema, expected) in [
        ("DROP TABLE t", "S", vec!["D.S.T"]),
        ("TRUNCATE TABLE t", "S", vec!["D.S.T"]),
        ("CREATE OR REPLACE TABLE t (id INT)", "S", vec!["D.S.T"]),
        (
            "DELETE FROM t WHERE id = 1",
            "S",
            vec!["D.PUBLIC.T", "D.S.T"],
        ),
        ("DROP TABLE t", "PUBLIC", vec!["D.PUBLIC.T"]),
    ] {
        let statement = Statement { text, binds: &[] };
        let analysis = analyze(statement, &stands(Some("D"), Some(schema)), &catalog);
        assert_eq!(analysis.writes, expected, "{text}");
        let evades = text.starts_with("CREATE") && schema == "PUBLIC";
        assert_eq!(has(&analysis, Finding::PolicyEvasion), evades, "{text}");
    }
}

/// In its session, a temporary table is what the name of a known one means.
#[test]
fn what_a_temporary_object_hides_loses_its_protection() {
    for (text, expected) in [
        ("CREATE TEMP TABLE u (id INT)", true),
        ("CREATE TEMPORARY VIEW t AS SELECT 1 AS id", true),
        ("CREATE TEMP TABLE IF NOT EXISTS d.s.u (id INT)", true),
        ("CREATE TEMP TABLE n (id INT)", false),
        ("CREATE TABLE n (id INT)", false),
        ("CREATE TEMP STAGE u", false),
    ] {
        let analysis = of(text);
        assert_eq!(has(&analysis, Finding::PolicyEvasion), expected, "{text}");
        assert!(!has(&analysis, Finding::Destructive), "{text}");
    }
}
