//! Names of a session that may stand anywhere: no file and no catalog says which table they are.

use super::*;

const TWO: &str = "CREATE TABLE d.s.t (id INT, ssn VARCHAR TAG (pii = 'ssn'));\nCREATE TABLE d.s2.t (id INT);\nCREATE TABLE d.s.u (v INT);";

fn lost() -> SessionView {
    SessionView {
        unsettled: vec![SessionView::LOST.to_owned()],
        ..SessionView::default()
    }
}

fn unresolved(text: &str, session: &SessionView) -> bool {
    let catalog = Catalog::from_ddl_files([("schema", TWO)]).unwrap();
    let analysis = analyze(Statement { text, binds: &[] }, session, &catalog);
    has(&analysis, Finding::UnresolvedTable)
}

#[test]
fn a_name_without_its_schema_is_nobodys_where_the_session_may_have_moved() {
    for text in [
        "SELECT id FROM t",
        "SELECT id FROM s2.t",
        // One table of the catalog has that name; the session may stand where it is another's.
        "SELECT v FROM u",
        "SELECT 1 FROM nobody_knows",
        "INSERT INTO u VALUES (1)",
        "DELETE FROM u WHERE v = 1",
        "TRUNCATE TABLE u",
        "CREATE TABLE x (n INT)",
        "CREATE SCHEMA x",
        "DROP TABLE u",
        "USE SCHEMA s2; SELECT v FROM u",
    ] {
        assert!(unresolved(text, &lost()), "{text}");
        assert!(!unresolved(text, &session()), "{text}");
    }
}

#[test]
fn a_full_name_is_the_same_wherever_the_session_stands() {
    for text in [
        "SELECT 1",
        "SELECT id FROM d.s2.t",
        "WITH x AS (SELECT id FROM d.s2.t) SELECT id FROM x",
        "INSERT INTO d.s.u VALUES (1)",
        "SELECT table_name FROM information_schema.tables",
        "USE SCHEMA s2",
        "USE DATABASE d",
        "USE SCHEMA d.s; SELECT v FROM u",
        "DROP DATABASE x",
        "SHOW TABLES",
    ] {
        assert!(!unresolved(text, &lost()), "{text}");
    }
}

#[test]
fn the_record_of_a_session_that_nobody_could_place_says_nothing_of_it() {
    let mut view = session();
    view.stand_as_recorded(&Context::default());
    assert_eq!(view, lost());
    view.stand_as_recorded(&session().context);
    assert_eq!(view, session());
}
