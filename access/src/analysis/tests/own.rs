//! A temporary table that an earlier request made is known by what it was made of, as long as nothing else can be in it.

use super::*;
use crate::engine::DecisionRequest;
use crate::engine::binding_of;

const MADE: &str = "CREATE OR REPLACE TEMP TABLE n AS SELECT id, ssn v, LEFT(city, 2) c FROM t";

fn analyzed(text: &str, session: &SessionView, catalog: &Catalog) -> Analysis {
    analyze(Statement { text, binds: &[] }, session, catalog)
}

/// The session after a request that ran by itself.
fn after(text: &str) -> SessionView {
    SessionView {
        tables: of(text).makes,
        ..session()
    }
}

/// What the next request comes to.
fn then(made: &str, text: &str) -> Analysis {
    analyzed(text, &after(made), &catalog())
}

fn is_known(table: &OwnTable) -> bool {
    table.made_of.is_some()
}

/// Neither known nor taken for another.
fn is_lost(analysis: &Analysis) -> bool {
    has(analysis, Finding::UnknownTable) || has(analysis, Finding::UnresolvedTable)
}

#[test]
fn what_an_earlier_request_made_is_what_its_query_gives() {
    for (made, text, ordinal, expected) in [
        (MADE, "SELECT v FROM n", 0, "D.S.T.SSN"),
        (MADE, "SELECT * FROM d.s.n", 1, "D.S.T.SSN"),
        (
            MADE,
            "WITH x AS (SELECT * FROM n) SELECT UPPER(v) FROM x",
            0,
            "D.S.T.SSN",
        ),
        (MADE, "SELECT c FROM n", 0, "D.S.T.CITY"),
        (
            "CREATE TEMPORARY TABLE n LIKE t",
            "SELECT ssn FROM n",
            0,
            "D.S.T.SSN",
        ),
        (
            "CREATE TEMP TABLE n CLONE d.s.t",
            "SELECT ssn FROM n",
            0,
            "D.S.T.SSN",
        ),
        (
            "CREATE LOCAL TEMP TABLE n AS (SELECT ssn FROM t)",
            "SELECT ssn FROM n",
            0,
            "D.S.T.SSN",
        ),
        // It hides a table that is known.
        (
            "CREATE TEMP TABLE u AS SELECT id, ssn v FROM t",
            "SELECT v FROM u",
            0,
            "D.S.T.SSN",
        ),
        (
            "CREATE TEMP TABLE t AS SELECT id, v ssn FROM u",
            "SELECT ssn FROM t",
            0,
            "D.S.U.V",
        ),
        // Of two that replace each other the last one is there.
        (
            "CREATE TEMP TABLE n AS SELECT city v FROM t; CREATE OR REPLACE TEMP TABLE n AS SELECT ssn v FROM t",
            "SELECT v FROM n",
            0,
            "D.S.T.SSN",
        ),
    ] {
        let analysis = then(made, text);
        assert_eq!(sources(&analysis, ordinal), [expected], "{made}: {text}");
        assert!(!is_lost(&analysis), "{made}: {text}: {:?}", analysis.flags);
        assert_eq!(analysis.rests_on.len(), 1, "{made}: {text}");
    }
    assert!(has(
        &then(MADE, "SELECT v FROM n"),
        Finding::SensitiveOutput
    ));
    assert!(has(
        &then(MADE, "INSERT INTO u SELECT id, v FROM n"),
        Finding::PersistSensitive
    ));
    // What comes of that is known in turn.
    let session = SessionView {
        tables: [
            after(MADE).tables,
            then(MADE, "CREATE TEMP TABLE m AS SELECT v w FROM n").makes,
        ]
        .concat(),
        ..session()
    };
    let analysis = analyzed("SELECT w FROM m", &session, &catalog());
    assert_eq!(sources(&analysis, 0), ["D.S.T.SSN"]);
}

/// Conditions on it, and groups of it, tell what conditions on its sources and groups of them would.
#[test]
fn conditions_and_groups_are_those_of_the_sources() {
    for (on_it, on_the_source) in [
        (
            "SELECT id FROM n WHERE v = 'x'",
            "SELECT id FROM t WHERE ssn = 'x'",
        ),
        (
            "SELECT id FROM n WHERE v LIKE '0%'",
            "SELECT id FROM t WHERE ssn LIKE '0%'",
        ),
        (
            "SELECT v, COUNT(*) FROM n GROUP BY v",
            "SELECT ssn, COUNT(*) FROM t GROUP BY ssn",
        ),
        (
            "SELECT id FROM n ORDER BY v",
            "SELECT id FROM t ORDER BY ssn",
        ),
        ("SELECT COUNT(v) FROM n", "SELECT COUNT(ssn) FROM t"),
        (
            "SELECT COUNT(DISTINCT v) FROM n",
            "SELECT COUNT(DISTINCT ssn) FROM t",
        ),
        ("SELECT MAX(v) FROM n", "SELECT MAX(ssn) FROM t"),
        (
            "SELECT id FROM n WHERE v IS NULL",
            "SELECT id FROM t WHERE ssn IS NULL",
        ),
        (
            "SELECT RANK() OVER (ORDER BY v) FROM n",
            "SELECT RANK() OVER (ORDER BY ssn) FROM t",
        ),
        (
            "DELETE FROM n WHERE v LIKE '0%'",
            "DELETE FROM t WHERE ssn LIKE '0%'",
        ),
    ] {
        let (kept, base) = (then(MADE, on_it), of(on_the_source));
        let told = |analysis: &Analysis| {
            let predicates = analysis.predicates.iter();
            let about = predicates.filter(|one| one.column == "D.S.T.SSN");
            about
                .map(|one| (one.comparison, one.times))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(&kept), told(&base), "{on_it}");
        let shown = |analysis: &Analysis| {
            let outputs = analysis.outputs[0].clone().unwrap_or_default();
            outputs
                .into_iter()
                .map(|one| {
                    (
                        one.sources,
                        one.derivation,
                        one.mixed,
                        one.tested,
                        one.grouped,
                    )
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(&kept), shown(&base), "{on_it}");
        for finding in [
            Finding::PredicateOnSensitive,
            Finding::RangePredicate,
            Finding::GroupBySensitive,
            Finding::OrderBySensitive,
            Finding::NullTest,
        ] {
            assert_eq!(
                has(&kept, finding.clone()),
                has(&base, finding.clone()),
                "{on_it}: {finding:?}"
            );
        }
    }
}

#[test]
fn what_is_not_known_whole_is_not_kept() {
    for text in [
        // Its rows are not those of the query alone.
        "CREATE TEMP TABLE n AS SELECT city v FROM t; INSERT INTO n SELECT ssn FROM t",
        "CREATE TEMP TABLE n AS SELECT city v FROM t; INSERT INTO d.s.\"n\" SELECT ssn FROM t",
        "CREATE TEMP TABLE n AS SELECT city v FROM t; UPDATE n SET v = ssn FROM t",
        "CREATE TEMP TABLE n AS SELECT city v FROM t; ALTER TABLE n ADD COLUMN w INT",
        "CREATE TEMP TABLE n AS SELECT city v FROM t; DROP TABLE n",
        "CREATE TEMP TABLE n AS SELECT city v FROM t; ALTER TABLE n SWAP WITH u",
        "CREATE TEMP TABLE n AS SELECT city v FROM t; CREATE TEMP TABLE IF NOT EXISTS n AS SELECT ssn v FROM t",
        "CREATE TEMP TABLE n AS SELECT city v FROM t; CALL p()",
        "CREATE TEMP TABLE n AS SELECT city v FROM t; EXECUTE IMMEDIATE $x",
        // It may have been there, or not be made at all.
        "CREATE TEMP TABLE IF NOT EXISTS n AS SELECT city v FROM t",
        "BEGIN CREATE TEMP TABLE n AS SELECT city v FROM t; END",
        "BEGIN IF (1 = 1) THEN CREATE TEMP TABLE n AS SELECT city v FROM t; END IF; END",
        "EXECUTE IMMEDIATE 'CREATE TEMP TABLE n AS SELECT city v FROM t'",
        // Columns of their own, or none that a query gives.
        "CREATE TEMP TABLE n (v) AS SELECT city FROM t",
        "CREATE TEMP TABLE n (v VARCHAR)",
        "CREATE TEMP TABLE n LIKE nobody_knows",
        "CREATE TEMP TABLE n CLONE t AT (OFFSET => -60)",
        "CREATE TEMP TABLE n AS SELECT x v FROM nobody_knows",
        "CREATE TEMP TABLE n AS SELECT city v FROM t, nobody_knows",
        "CREATE TEMP TABLE n AS SELECT nobody_knows(city) v FROM t",
        "CREATE TEMP TABLE n AS SELECT $1 v FROM @land",
        "CREATE TEMP TABLE n AS SELECT $x v",
        "CREATE TEMP TABLE n AS SELECT table_name v FROM information_schema.tables",
        "CREATE TEMP TABLE n AS SELECT * FROM TABLE(RESULT_SCAN('01b2'))",
        // A view is read anew each time.
        "CREATE TEMP VIEW n AS SELECT city v FROM t",
    ] {
        let made = of(text).makes;
        assert!(
            made.iter().all(|table| !is_known(table)),
            "{text}: {made:?}"
        );
    }
    // Not temporary: others see it, and change it.
    for text in [
        "CREATE TABLE n AS SELECT city v FROM t",
        "CREATE TRANSIENT TABLE n AS SELECT city v FROM t",
        "EXPLAIN CREATE TEMP TABLE n AS SELECT city v FROM t",
    ] {
        assert!(of(text).makes.is_empty(), "{text}");
    }
    let wide: Vec<String> = (0..=limits::OWN_TABLE_COLUMNS_MAX)
        .map(|at| format!("id c{at}"))
        .collect();
    let wide = of(&format!(
        "CREATE TEMP TABLE n AS SELECT {} FROM t",
        wide.join(", ")
    ))
    .makes;
    assert!(!is_known(&wide[0]));
    // The name is the session's own all the same.
    assert_eq!(of("CREATE TEMP TABLE n (v VARCHAR)").makes[0].name, "D.S.N");
}

/// A name with quotes may be another table's, or the known one's in a session that ignores case.
#[test]
fn another_spelling_of_a_known_table_is_neither() {
    let analysis = of("CREATE TEMP TABLE \"t\" AS SELECT v ssn FROM u; SELECT ssn FROM t");
    assert!(is_lost(&analysis), "{:?}", analysis.flags);
    assert!(analysis.makes.iter().all(|table| !is_known(table)));
    let analysis = then("CREATE TEMP TABLE \"u\" (v VARCHAR)", "SELECT v FROM u");
    assert!(is_lost(&analysis), "{:?}", analysis.flags);
}

#[test]
fn what_may_change_a_table_is_told() {
    let session = after(MADE);
    for (text, expected) in [
        ("INSERT INTO n VALUES (1, 'x', 'y')", true),
        ("INSERT INTO d.s.\"n\" VALUES (1, 'x', 'y')", true),
        ("INSERT ALL INTO n (v) VALUES (v) SELECT v FROM u", true),
        ("UPDATE n SET v = 'x'", true),
        ("DELETE FROM n", true),
        (
            "MERGE INTO n USING u ON n.id = u.id WHEN MATCHED THEN UPDATE SET v = u.v",
            true,
        ),
        ("TRUNCATE TABLE n", true),
        ("COPY INTO n FROM @land", true),
        ("DROP TABLE n", true),
        ("UNDROP TABLE n", true),
        ("ALTER TABLE n ADD COLUMN w INT", true),
        ("ALTER TABLE n RENAME TO m", true),
        ("ALTER TABLE u RENAME TO n", true),
        ("ALTER TABLE u SWAP WITH n", true),
        ("ALTER TABLE n SWAP WITH u", true),
        ("CREATE OR REPLACE TEMP TABLE n AS SELECT 1 v", true),
        ("CREATE OR REPLACE TABLE n AS SELECT 1 v", true),
        ("DROP SCHEMA d.s", true),
        ("CREATE OR REPLACE SCHEMA d.s", true),
        ("ALTER SCHEMA d.s RENAME TO d.s3", true),
        ("DROP DATABASE d", true),
        ("INSERT INTO IDENTIFIER(?) VALUES (1)", true),
        ("DROP TABLE IDENTIFIER(?)", true),
        ("CALL p()", true),
        ("EXECUTE IMMEDIATE 'SELECT 1'", true),
        ("BEGIN SELECT 1; END", true),
        ("FROBNICATE n", true),
        ("SELECT v FROM n", false),
        ("CREATE TEMP TABLE m AS SELECT v FROM n", false),
        ("INSERT INTO u SELECT id, v FROM n", false),
        ("INSERT INTO d.s2.n VALUES (1)", false),
        ("DROP TABLE d.s2.n", false),
        ("DROP SCHEMA d.s2", false),
        ("USE SCHEMA d.s2", false),
        ("SET x = 1", false),
        ("ALTER SESSION SET TIMEZONE = 'UTC'", false),
    ] {
        let analysis = analyzed(text, &session, &catalog());
        assert_eq!(
            analysis.may_change("D.S.N"),
            expected,
            "{text}: {analysis:?}"
        );
    }
    // A name that nobody can complete.
    let nowhere = SessionView {
        unsettled: vec![SessionView::LOST.to_owned()],
        ..session
    };
    for text in [
        "INSERT INTO n VALUES (1)",
        "DROP TABLE u",
        "TRUNCATE TABLE x",
    ] {
        assert!(
            analyzed(text, &nowhere, &catalog()).may_change("D.S.N"),
            "{text}"
        );
    }
}

/// Within the next request, too, a table that was changed is not what it was made of.
#[test]
fn what_a_request_changes_it_does_not_take_for_what_it_was() {
    let made = "CREATE TEMP TABLE n AS SELECT city v FROM t";
    for before in [
        "INSERT INTO n SELECT ssn FROM t",
        "INSERT INTO d.s.\"n\" SELECT ssn FROM t",
        "UPDATE n SET v = ssn FROM t",
        "COPY INTO n FROM @land",
        "CALL p()",
        "EXECUTE IMMEDIATE $x",
        "DROP TABLE n",
        "CREATE OR REPLACE TABLE n AS SELECT id v FROM u",
        "ALTER TABLE n SWAP WITH u",
        "DROP SCHEMA d.s",
        "INSERT INTO IDENTIFIER(?) VALUES (1)",
        "BEGIN IF (1 = 1) THEN INSERT INTO n SELECT ssn FROM t; END IF; END",
    ] {
        let analysis = then(made, &format!("{before}; SELECT v FROM d.s.n"));
        assert!(is_lost(&analysis), "{before}: {:?}", analysis.flags);
    }
    assert!(!is_lost(&then(made, "SELECT 1; SELECT v FROM d.s.n")));
}

#[test]
fn a_name_of_the_sessions_own_is_no_known_tables() {
    let session = SessionView {
        tables: vec![OwnTable {
            name: "D.S.U".to_owned(),
            made_of: None,
        }],
        ..session()
    };
    for text in [
        "SELECT v FROM u",
        "SELECT COUNT(*) FROM d.s.u",
        "DELETE FROM u WHERE v = 'x'",
        "CREATE OR REPLACE TABLE u AS SELECT id, v FROM t; SELECT v FROM u",
    ] {
        assert!(is_lost(&analyzed(text, &session, &catalog())), "{text}");
    }
    let analysis = analyzed("SELECT city FROM t", &session, &catalog());
    assert!(!is_lost(&analysis));
}

/// A view, and what runs later, need not mean the session's table.
#[test]
fn another_ones_text_may_mean_the_table_behind() {
    let ddl = format!("{SCHEMA}\nCREATE VIEW d.s.w AS SELECT v FROM d.s.u;");
    let catalog = Catalog::from_ddl_files([("schema", ddl.as_str())]).unwrap();
    let session = after("CREATE TEMP TABLE u AS SELECT id, city v FROM t");
    let known = analyzed("SELECT v FROM u", &session, &catalog);
    assert!(!is_lost(&known) && known.rests_on == ["D.S.U"]);
    for text in [
        "SELECT v FROM w",
        "CREATE TASK k AS INSERT INTO t (city) SELECT v FROM d.s.u",
    ] {
        let analysis = analyzed(text, &session, &catalog);
        assert!(is_lost(&analysis), "{text}: {:?}", analysis.flags);
        assert!(analysis.rests_on.is_empty(), "{text}");
    }
}

/// Labels are those of now; where a source is another table by now, nobody knows what they would be.
#[test]
fn sources_that_are_others_now_make_it_unknown() {
    let session = after(MADE);
    let seen = |ddl: &str| {
        let catalog = Catalog::from_ddl_files([("schema", ddl)]).unwrap();
        is_lost(&analyzed("SELECT v FROM n", &session, &catalog))
    };
    assert!(!seen(SCHEMA));
    // Another table does not matter.
    assert!(!seen(&format!("{SCHEMA} CREATE TABLE d.s.x (n INT);")));
    for (from, to) in [
        ("ssn VARCHAR TAG (pii = 'ssn')", "ssn VARCHAR"),
        (
            "ssn VARCHAR TAG (pii = 'ssn')",
            "ssn2 VARCHAR TAG (pii = 'ssn')",
        ),
        ("city VARCHAR", "city VARCHAR TAG (pii = 'place')"),
        ("CREATE TABLE d.s.t", "CREATE TABLE d.s.t2"),
    ] {
        assert!(seen(&SCHEMA.replace(from, to)), "{to}");
    }
}

#[test]
fn the_table_that_a_request_drops_alone_is_told() {
    for (text, expected) in [
        ("DROP TABLE n", Some("D.S.N")),
        ("DROP TABLE IF EXISTS d.s.n", Some("D.S.N")),
        ("DROP TABLE \"n\"", Some("D.S.\"n\"")),
        // A table of that spelling, and not the known one.
        ("DROP TABLE \"u\"", Some("D.S.\"u\"")),
        ("DROP VIEW n", None),
        ("DROP SEQUENCE n", None),
        ("DROP STAGE n", None),
        ("DROP TABLE n; SELECT 1", None),
        ("DROP TABLE n; DROP TABLE u", None),
        ("EXECUTE IMMEDIATE 'DROP TABLE n'", None),
        ("DROP SCHEMA d.s", None),
    ] {
        assert_eq!(of(text).drops.as_deref(), expected, "{text}");
    }
}

/// A yes is for what the table was then.
#[test]
fn an_approval_is_bound_to_the_tables_that_a_statement_rests_on() {
    let who = event::Principal {
        issuer: "i".to_owned(),
        subject: "s".to_owned(),
        display: String::new(),
        groups: Vec::new(),
        agent: None,
    };
    let bound = |session: &SessionView, text: &str| {
        let request = DecisionRequest {
            statement_id: event::StatementId::from_uuid(uuid::Uuid::nil()),
            statement: Statement { text, binds: &[] },
            session,
            principal: &who,
            connection: "main",
            now: event::TimeNs(0),
            describe_only: false,
        };
        let analysis = analyzed(text, session, &catalog());
        let policy = event::PolicyHash(event::Digest::ZERO);
        binding_of(&request, policy, &analysis.catalog_version, &analysis)
    };
    let city = after("CREATE TEMP TABLE n AS SELECT city v FROM t");
    let (ssn, none) = (after(MADE), session());
    let read = "SELECT v FROM n";
    assert_ne!(bound(&city, read), bound(&ssn, read));
    assert_ne!(bound(&city, read), bound(&none, read));
    assert_eq!(bound(&city, "SELECT 1"), bound(&none, "SELECT 1"));
}

/// What an earlier release kept of a session says nothing of tables, and reads as it did.
#[test]
fn a_session_without_tables_has_the_bytes_it_had() {
    let text = serde_json::to_string(&session()).unwrap();
    assert!(!text.contains("tables"), "{text}");
    assert_eq!(
        serde_json::from_str::<SessionView>(&text).unwrap(),
        session()
    );
    let made = after(MADE);
    let text = serde_json::to_string(&made).unwrap();
    assert_eq!(serde_json::from_str::<SessionView>(&text).unwrap(), made);
}
