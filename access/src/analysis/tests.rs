//! What `analysis` must do, tried.

mod bound;
mod newer;
mod own;
mod places;
mod stages;
mod unsettled;

use event::payload::{Context, Finding};
use proptest::prelude::*;

use super::*;
use crate::catalog::Catalog;
use crate::limits;

const SCHEMA: &str = "CREATE TABLE d.s.t (id INT, ssn VARCHAR TAG (pii = 'ssn'), city VARCHAR);
CREATE TABLE d.s.u (id INT, v VARCHAR);";

fn catalog() -> Catalog {
    Catalog::from_ddl_files([("schema", SCHEMA)]).unwrap()
}

fn session() -> SessionView {
    let context = Context {
        database: Some("D".to_owned()),
        schema: Some("S".to_owned()),
        ..Context::default()
    };
    SessionView {
        context,
        ..SessionView::default()
    }
}

fn of(text: &str) -> Analysis {
    analyze(Statement { text, binds: &[] }, &session(), &catalog())
}

fn has(analysis: &Analysis, finding: Finding) -> bool {
    analysis.has(&finding)
}

fn sources(analysis: &Analysis, ordinal: usize) -> Vec<String> {
    analysis.outputs.last().unwrap().as_ref().unwrap()[ordinal]
        .sources
        .clone()
}

#[test]
fn a_select_of_named_columns_resolves_without_a_catalog() {
    let statement = Statement {
        text: "select a, b as c from db.s.t",
        binds: &[],
    };
    let analysis = analyze(statement, &SessionView::default(), &Catalog::empty());
    assert_eq!(analysis.reads, ["DB.S.T"]);
    assert_eq!(sources(&analysis, 1), ["DB.S.T.B"]);
    assert_eq!(analysis.outputs[0].as_ref().unwrap()[1].name, "C");
    let star = Statement {
        text: "select * from db.s.t",
        binds: &[],
    };
    let analysis = analyze(star, &SessionView::default(), &Catalog::empty());
    assert_eq!(analysis.outputs, [None]);
    assert!(has(&analysis, Finding::UnresolvedStar));
}

#[test]
fn each_place_where_a_column_is_compared_counts() {
    let times = |text: &str| {
        let analysis = of(text);
        let own = analysis.predicates.iter();
        let own = own.filter(|one| one.column == "D.S.T.SSN");
        own.map(|one| one.times).sum::<u32>()
    };
    for (text, expected) in [
        ("SELECT id FROM t WHERE ssn < 'm'", 1),
        (
            "SELECT id FROM t WHERE ssn < 'm' OR ssn < 'n' OR ssn LIKE 'x%'",
            3,
        ),
        ("SELECT id FROM t WHERE ssn IN ('a', 'b', 'c')", 1),
        (
            "SELECT id FROM t WHERE ssn < 'm' UNION ALL SELECT id FROM t WHERE ssn < 'm'",
            2,
        ),
        (
            "SELECT COUNT(*) FROM t GROUP BY LEFT(ssn, 1), LEFT(ssn, 2), LEFT(ssn, 3)",
            3,
        ),
        ("EXECUTE IMMEDIATE $$SELECT id FROM t WHERE ssn < 'm'$$", 1),
    ] {
        assert_eq!(times(text), expected, "{text}");
    }
}

#[test]
fn what_a_variable_names_is_known_unless_the_request_itself_sets_it() {
    let session = SessionView {
        variables: vec![("T".to_owned(), "t".to_owned())],
        ..session()
    };
    for (text, rests, unknown) in [
        ("SELECT ssn FROM IDENTIFIER($t)", true, false),
        ("SELECT ssn FROM TABLE($t)", true, false),
        ("SET t = 't'; SELECT ssn FROM IDENTIFIER($t)", false, true),
        ("SET q = 'SELECT 1'; EXECUTE IMMEDIATE $q", false, true),
        ("SELECT id FROM t WHERE city = $t", false, false),
        ("SELECT ssn FROM IDENTIFIER($s)", false, true),
    ] {
        let analysis = analyze(Statement { text, binds: &[] }, &session, &catalog());
        assert_eq!(analysis.rests_on_variables(), rests, "{text}");
        let lost = has(&analysis, Finding::UnresolvedTable) || has(&analysis, Finding::OpaqueCode);
        assert_eq!(lost, unknown, "{text}: {:?}", analysis.flags);
    }
}

#[test]
fn placeholders_inside_a_text_are_not_the_requests() {
    let bind = |name: &str| BoundValue {
        name: name.to_owned(),
        kind: "TEXT".to_owned(),
        values: vec![Some("d.s.u".to_owned())],
    };
    let binds = [bind("1"), bind("x")];
    for text in [
        "EXECUTE IMMEDIATE 'SELECT ssn FROM IDENTIFIER(?)' USING (x)",
        "EXECUTE IMMEDIATE 'SELECT ssn FROM IDENTIFIER(:x)'",
        "SELECT * FROM TABLE(TO_QUERY('SELECT ssn FROM IDENTIFIER(?)'))",
        "BEGIN LET x := 'd.s.t'; LET r RESULTSET := (SELECT v FROM IDENTIFIER(:x)); END",
    ] {
        let statement = Statement {
            text,
            binds: &binds,
        };
        let analysis = analyze(statement, &session(), &catalog());
        assert!(
            has(&analysis, Finding::UnresolvedTable),
            "{text}: {:?}",
            analysis.flags
        );
    }
}

#[test]
fn binds_and_variables_name_tables() {
    let binds = [BoundValue {
        name: "1".to_owned(),
        kind: "TEXT".to_owned(),
        values: vec![Some("d.s.t".to_owned())],
    }];
    let statement = Statement {
        text: "SELECT ssn FROM IDENTIFIER(?)",
        binds: &binds,
    };
    let analysis = analyze(statement, &session(), &catalog());
    assert_eq!(sources(&analysis, 0), ["D.S.T.SSN"]);
    let second = Statement {
        text: "SELECT 1; SELECT ssn FROM TABLE(?)",
        binds: &binds,
    };
    assert_eq!(
        sources(&analyze(second, &session(), &catalog()), 0),
        ["D.S.T.SSN"]
    );
    let mut known = session();
    known
        .variables
        .push(("WHERE_FROM".to_owned(), "t".to_owned()));
    let statement = Statement {
        text: "SELECT ssn FROM IDENTIFIER($where_from)",
        binds: &[],
    };
    assert_eq!(
        sources(&analyze(statement, &known, &catalog()), 0),
        ["D.S.T.SSN"]
    );
    assert!(has(
        &analyze(statement, &session(), &catalog()),
        Finding::UnresolvedTable
    ));
}

#[test]
fn a_result_scan_inherits_what_the_query_revealed() {
    let first = of("SELECT id AS a, ssn AS b, COUNT(ssn) AS c FROM t GROUP BY 1, 2");
    let mut later = session();
    later.results.push(("q0".to_owned(), Vec::new()));
    later
        .results
        .push(("q1".to_owned(), first.outputs[0].clone().unwrap()));
    let scan = |text: &str| analyze(Statement { text, binds: &[] }, &later, &catalog());
    for text in [
        "SELECT b FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))",
        "SELECT $2 FROM TABLE(RESULT_SCAN('q1'))",
        "SELECT b FROM TABLE(RESULT_SCAN(LAST_QUERY_ID(-1)))",
        "SELECT b FROM TABLE(RESULT_SCAN(LAST_QUERY_ID(2)))",
    ] {
        let analysis = scan(text);
        assert_eq!(sources(&analysis, 0), ["D.S.T.SSN"], "{text}");
        assert!(has(&analysis, Finding::SensitiveOutput), "{text}");
    }
    assert!(!has(
        &scan("SELECT c FROM TABLE(RESULT_SCAN('q1'))"),
        Finding::SensitiveOutput
    ));
    assert!(has(
        &scan("SELECT b FROM TABLE(RESULT_SCAN('somebody-elses'))"),
        Finding::UnresolvedTable
    ));
    assert!(has(
        &scan("SELECT b FROM TABLE(RESULT_SCAN(LAST_QUERY_ID(-9)))"),
        Finding::UnresolvedTable
    ));
}

#[test]
fn the_last_query_of_a_request_is_its_own() {
    let mut later = session();
    let harmless = of("SELECT id FROM t").outputs[0].clone().unwrap();
    later.results.push(("q0".to_owned(), harmless));
    later.results.push(("q1".to_owned(), Vec::new()));
    let scan = |text: &str| analyze(Statement { text, binds: &[] }, &later, &catalog());
    let own = scan("SELECT ssn FROM t; SELECT $1 FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))");
    assert_eq!(sources(&own, 0), ["D.S.T.SSN"]);
    for text in [
        "SELECT $1 FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))",
        "SELECT * FROM nobody_knows; SELECT $1 FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))",
        "SELECT ssn FROM t; SELECT $1 FROM TABLE(RESULT_SCAN(LAST_QUERY_ID(-2)))",
        "SELECT ssn FROM t ->> SELECT $1 FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))",
        "EXECUTE IMMEDIATE 'SELECT ssn FROM t; SELECT $1 FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))'",
        "SELECT ssn FROM t; EXECUTE IMMEDIATE 'SELECT $1 FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))'",
    ] {
        assert!(has(&scan(text), Finding::UnresolvedTable), "{text}");
    }
}

#[test]
fn assignments_are_told_to_the_session() {
    let analysis =
        of("SET a = 'x'; SET b = (SELECT MAX(ssn) FROM t); SET (c, d) = (1, 2); UNSET e");
    let known = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
    assert_eq!(
        analysis.assigns,
        [
            known("A", Some("x")),
            known("B", None),
            known("C", Some("1")),
            known("D", Some("2")),
            known("E", None)
        ]
    );
}

#[test]
fn fingerprints_ignore_literals_and_nothing_else() {
    let print = |text: &str| of(text).fingerprint;
    let base = print("SELECT id FROM t WHERE id = 1 AND city IN ('a', 'b')");
    assert_eq!(
        base,
        print("select ID\n from T -- x\n where id = 22 and city in ('c')")
    );
    assert_ne!(
        base,
        print("SELECT id FROM t WHERE id > 1 AND city IN ('a')")
    );
    assert_ne!(base, print("SELECT id FROM u WHERE id = 1 AND v IN ('a')"));
    assert_ne!(
        print("EXECUTE IMMEDIATE 'SELECT id FROM t'"),
        print("EXECUTE IMMEDIATE 'DROP TABLE t'")
    );
    assert_ne!(
        print("SELECT id FROM IDENTIFIER('t')"),
        print("SELECT id FROM IDENTIFIER('u')")
    );
    assert_ne!(
        print("DELETE FROM t WHERE id = 1"),
        print("DELETE FROM t WHERE 1 = 1")
    );
}

#[test]
fn spans_point_at_what_was_found() {
    let text = "SELECT id FROM t WHERE UPPER(ssn) LIKE 'é%' AND city = 'x'; DROP TABLE u";
    let analysis = of(text);
    let spanned = |finding: Finding| {
        let (_, start, end) = analysis
            .spans
            .iter()
            .find(|(found, _, _)| *found == finding)
            .unwrap();
        &text[*start as usize..*end as usize]
    };
    assert_eq!(spanned(Finding::RangePredicate), "UPPER(ssn) LIKE 'é%'");
    assert_eq!(spanned(Finding::Destructive), "DROP TABLE u");
}

#[test]
fn too_much_is_unclassified_and_quick() {
    let cases = [
        format!("SELECT {}", "x".repeat(limits::MAX_STATEMENT_BYTES)),
        format!("SELECT 1{}", " + 1".repeat(limits::MAX_OPERATORS + 1)),
        format!(
            "SELECT {}1{}",
            "(".repeat(limits::MAX_NESTING + 1),
            ")".repeat(limits::MAX_NESTING + 1)
        ),
        format!("SELECT {}1 2", "CEIL(".repeat(40)),
        format!("SELECT {}1 2", "POSITION('a' IN ".repeat(20)),
        format!("SELECT a{}+@", ".b".repeat(40)),
        format!("SELECT {}+@", "a.b(".repeat(20)),
        format!("SELECT a{}+@", ".b.+c".repeat(20)),
        format!(
            "SELECT a{}.+b!{}.+!0+@",
            ".b".repeat(9),
            "c.d!e.+f".repeat(9)
        ),
        "SELECT 1;".repeat(limits::MAX_STATEMENTS + 1),
        format!(
            "SELECT 1{}",
            " UNION SELECT 1".repeat(limits::MAX_OPERATORS + 1)
        ),
    ];
    for text in &cases {
        let analysis = of(text);
        assert!(
            has(&analysis, Finding::Unclassified),
            "{} bytes",
            text.len()
        );
    }
}

/// What the parser reads at the first try is read, however long or deep.
#[test]
fn long_chains_and_deep_calls_are_read() {
    let cases = [
        format!(
            "SELECT {}id{} FROM t",
            "CAST(".repeat(40),
            " AS INT)".repeat(40)
        ),
        format!(
            "SELECT {}v{} FROM u",
            "POSITION('a' IN ".repeat(20),
            ")".repeat(20)
        ),
        format!("SELECT v:a{} FROM u", ".b".repeat(40)),
        "SELECT d.s.t.id FROM d.s.t".to_owned(),
        format!("SELECT {} FROM t", ["t.id"; 60].join(", ")),
        format!(
            "SELECT id FROM t WHERE {}",
            ["t.id = t.id"; 60].join(" AND ")
        ),
        "SELECT t.id x FROM d.s.t JOIN d.s.t u ON t.id = u.id JOIN d.s.t w ON w.id = u.id"
            .to_owned(),
    ];
    for text in &cases {
        assert!(!has(&of(text), Finding::Unclassified), "{text}");
    }
}

#[test]
fn deep_and_wide_statements_do_not_overflow() {
    let deep = format!(
        "SELECT 1{} FROM t",
        " + ssn".repeat(limits::MAX_OPERATORS - 10)
    );
    assert_eq!(sources(&of(&deep), 0), ["D.S.T.SSN"]);
    let nested = format!(
        "SELECT id FROM t WHERE ssn = 'x'{}",
        " AND (id = 1 OR id = 2)".repeat(900)
    );
    assert!(has(&of(&nested), Finding::PredicateOnSensitive));
    let many: Vec<String> = (0..20_000).map(|n| n.to_string()).collect();
    assert!(!has(
        &of(&format!(
            "SELECT id FROM t WHERE id IN ({})",
            many.join(",")
        )),
        Finding::Unclassified
    ));
    let brackets = format!("SELECT {}ssn{} FROM t", "(".repeat(40), ")".repeat(40));
    let analysis = of(&brackets);
    assert!(has(&analysis, Finding::Unclassified) || sources(&analysis, 0) == ["D.S.T.SSN"]);
}

#[test]
fn views_that_stand_on_each_other_end() {
    let schema =
        "CREATE VIEW d.s.a AS SELECT * FROM d.s.b; CREATE VIEW d.s.b AS SELECT * FROM d.s.a;";
    let catalog = Catalog::from_ddl_files([("schema", schema)]).unwrap();
    let analysis = analyze(
        Statement {
            text: "SELECT x FROM d.s.a",
            binds: &[],
        },
        &session(),
        &catalog,
    );
    assert!(has(&analysis, Finding::UnresolvedView));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_analysed(text in "\\PC{0,120}") {
        let analysis = of(&text);
        prop_assert_eq!(analysis.kinds.len(), analysis.outputs.len());
    }

    #[test]
    fn any_words_are_analysed(words in proptest::collection::vec(word(), 1..40)) {
        let text = words.join(" ");
        let analysis = of(&text);
        for (_, start, end) in &analysis.spans {
            prop_assert!(text.get(*start as usize..*end as usize).is_some());
        }
        prop_assert_eq!(&analysis, &of(&text), "the same input gives the same analysis");
    }

    /// Whatever is made of it, and however it is wrapped, a sensitive column stays in the lineage.
    #[test]
    fn expressions_keep_their_sources(expression in expression(), wrap in 0usize..5) {
        let text = match wrap {
            0 => format!("SELECT {expression} AS x FROM t"),
            1 => format!("WITH c AS (SELECT {expression} AS y FROM t) SELECT y AS x FROM c"),
            2 => format!("SELECT q.$1 FROM (SELECT {expression} FROM t) q"),
            3 => format!("SELECT 'a' AS x UNION ALL SELECT {expression} FROM t"),
            _ => format!("SELECT x FROM (SELECT * FROM (SELECT {expression} AS y, id FROM t) AS z(x, i))"),
        };
        let analysis = of(&text);
        prop_assert!(has(&analysis, Finding::Unclassified) || sources(&analysis, 0).contains(&"D.S.T.SSN".to_owned()), "{} {:?}", text, analysis);
    }
}

/// Found by fuzzing: 550 bytes that took more than a minute.
const SLOW_TO_PARSE: &str = "iF+FCCCCCC!CCCCCCCCCiFCCCC+FCCCCCC!CCCCCCCCCiFCCCCCCCCCCCCCCCCCCCC!CCCCCCCCCCCCCCCCCCC!CCCCCCCCCCCCC\
    !CCCCCCCCCCCCCCCCCCC!CCCCCCCCCiFCCCCCCCCCCCCCCCCCCCCCC!CCCCCCCCCCCCCCCCCCC!CCCCCCCCCCCCC!CCCCCCCCCCC\
    CCCCCCCC!CCCCCCCCCiFCCCCCCCCCC.CCC$.F.[CCCCC!CCCCCCCCCCiF+FCCCCCC!CCCCCCCCCiFCCCC+FCCCCCC!CCCCCCCCCi\
    FCCCCCCCCCCCCCCCCCCCC!CCCCCCCCCCCCCCCCCCC!CCCCCCCCCCCCC!CCCCCCCCCCCCCCCCCCC!CCCCCCCCCiFCCCCCCCCCCCCC\
    CCCCCCCCC!CCCCCCCCCCCCCCCCCCC!CCCCCCCCCCCCC!CCCCCCCCCCCCCCCCCCC!CCCCCCCCCiFCCCCCCCCCC.CCC$.F.[CCCCC!\
    CCCCCCCCCCCCCCCCCCCCCCCC!C[Funclassified.CF ,+0+@.";

#[test]
fn a_text_that_makes_the_parser_go_back_and_forth_is_given_up() {
    assert!(has(&of(SLOW_TO_PARSE), Finding::Unclassified));
}

fn word() -> impl Strategy<Value = String> {
    let words = "SELECT FROM WHERE ( ) , * ssn id t u . ; ' \" $$ -- /* */ AS JOIN ON USING UNION ALL BY NAME WITH RECURSIVE ORDER GROUP \
        HAVING QUALIFY OVER PARTITION CASE WHEN THEN ELSE END IN NOT AND OR LIKE BETWEEN 1 'x' $1 $v :a [ ] { } :: || -> => @s IDENTIFIER \
        TABLE FLATTEN LATERAL PIVOT UNPIVOT FOR VALUES INSERT INTO UPDATE SET DELETE MERGE CREATE VIEW DROP ALTER BEGIN DECLARE EXECUTE \
        IMMEDIATE CALL COPY ->> EXCLUDE RENAME REPLACE ILIKE COUNT MAX MATCH_RECOGNIZE PATTERN DEFINE EXPLAIN ?";
    let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    proptest::sample::select(words)
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = Just("ssn".to_owned());
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|e| format!("UPPER({e})")),
            inner.clone().prop_map(|e| format!("({e} || city)")),
            inner
                .clone()
                .prop_map(|e| format!("CASE WHEN id = 1 THEN {e} ELSE 'x' END")),
            inner.clone().prop_map(|e| format!("IFF({e} > 'a', 1, 0)")),
            inner
                .clone()
                .prop_map(|e| format!("OBJECT_CONSTRUCT('k', {e})")),
            inner.clone().prop_map(|e| format!("my_function({e}, id)")),
            inner.clone().prop_map(|e| format!("{e}::VARIANT:a")),
            inner
                .clone()
                .prop_map(|e| format!("ARRAY_CONSTRUCT(1, {e})[1]")),
            inner
                .clone()
                .prop_map(|e| format!("(SELECT MAX({e}) FROM u)")),
            inner.prop_map(|e| format!("LAG({e}) OVER (PARTITION BY city ORDER BY id)")),
        ]
    })
}
