//! Attacks by what Snowflake added late or nobody thinks of first: none goes by unseen, and what each mend must find is found.

use event::payload::StatementKind;

use super::*;

const SSN: &str = "D.S.T.SSN";

/// Any of these is a matter for the policy.
const TOLD: &[Finding] = &[
    Finding::ErrorChannel,
    Finding::NamedByData,
    Finding::NullTest,
    Finding::OpaqueCode,
    Finding::OrderBySensitive,
    Finding::PersistSensitive,
    Finding::PredicateOnSensitive,
    Finding::Scripting,
    Finding::Unclassified,
    Finding::UnknownMetadata,
    Finding::UnresolvedColumn,
    Finding::UnresolvedOutput,
    Finding::UnresolvedStar,
    Finding::UnresolvedTable,
];

/// Whether a value is masked, or something is said of how it is asked for.
fn noticed(analysis: &Analysis) -> bool {
    let unseen = |outputs: &Option<Vec<Provenance>>| outputs.is_none();
    let rows = analysis.answers.iter().zip(&analysis.outputs);
    let mut rows = rows.filter(|(answer, _)| **answer == Answer::Rows);
    let outputs = analysis.outputs.iter().flatten().flatten();
    let mut shown = outputs.filter(|one| one.unresolved || one.revealed().any(|from| from == SSN));
    shown.next().is_some()
        || rows.any(|(_, outputs)| unseen(outputs))
        || analysis.flags.iter().any(|found| TOLD.contains(found))
}

#[test]
fn no_late_form_of_asking_goes_by_unseen() {
    for text in [
        // NULLs.
        "SELECT id, NULLIF(ssn, '078') FROM t",
        "SELECT id, CASE WHEN ssn LIKE '0%' THEN 1 END FROM t",
        "SELECT id, (SELECT 1 WHERE t.ssn > '5') FROM t",
        "SELECT id, ssn IN ('1', NULL) FROM t",
        // Errors.
        "SELECT 1 / (LENGTH(ssn) - 9) FROM t",
        "SELECT id FROM t WHERE id = 1 AND TO_NUMBER(ssn) > 0",
        "SELECT ZEROIFNULL(ssn) FROM t",
        // Groups.
        "SELECT COUNT(*) FROM t GROUP BY ALL HAVING MAX(ssn) > '5'",
        "SELECT LEFT(ssn, 1), COUNT(*) FROM t GROUP BY ALL",
        "SELECT COUNT(*) FROM t GROUP BY CUBE (LEFT(ssn, 1), city)",
        "SELECT DISTINCT LEFT(ssn, 2) = '07' FROM t",
        // Windows.
        "SELECT id FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY ssn) = 1",
        "SELECT id, LAG(id) OVER (ORDER BY ssn) FROM t",
        "SELECT id, COUNT(*) OVER (PARTITION BY LEFT(ssn, 1)) FROM t",
        "SELECT id, CONDITIONAL_TRUE_EVENT(ssn > '5') OVER (ORDER BY id) FROM t",
        // Shapes.
        "SELECT * FROM (SELECT id, ssn FROM t) PIVOT (COUNT(id) FOR ssn IN ('078', '079'))",
        "SELECT * FROM (SELECT id, ssn FROM t) PIVOT (COUNT(id) FOR ssn IN (ANY))",
        "SELECT * FROM t UNPIVOT (x FOR n IN (ssn, city))",
        "SELECT * FROM t MATCH_RECOGNIZE (ORDER BY id MEASURES MATCH_NUMBER() AS m ALL ROWS PER MATCH PATTERN (a+) DEFINE a AS ssn > '5')",
        "SELECT t.id FROM t ASOF JOIN u MATCH_CONDITION (t.ssn >= u.v)",
        // Lateral.
        "SELECT t.id, f.index FROM t, LATERAL FLATTEN(INPUT => SPLIT(ssn, '0')) f",
        "SELECT t.id, s.n FROM t, LATERAL (SELECT COUNT(*) n FROM u WHERE u.v < t.ssn) s",
        "SELECT COUNT(*) FROM t, TABLE(GENERATOR(ROWCOUNT => 10)) g WHERE ssn LIKE '0%'",
        "SELECT t.id FROM t JOIN (VALUES ('078')) g (v) ON t.ssn = g.v",
        // Stars.
        "SELECT * EXCLUDE (id, city) FROM t",
        "SELECT * ILIKE 's%' FROM t",
        "SELECT * RENAME (ssn AS ok) FROM t",
        "SELECT * REPLACE (ssn AS city) FROM t",
        "SELECT {*} FROM t",
        "SELECT {t.* EXCLUDE (id)} FROM t",
        "SELECT HASH(*) FROM t",
        "SELECT ** FROM t",
        "SELECT COALESCE(** [ssn, city]) FROM t",
        "SELECT id, ssn, FROM t",
        // Sets.
        "SELECT id, city FROM t UNION ALL BY NAME SELECT ssn AS city, id FROM t",
        "SELECT v FROM u UNION ALL SELECT ssn FROM t",
        "SELECT v FROM u EXCEPT SELECT ssn FROM t",
        "SELECT id FROM u WHERE v IN (SELECT ssn FROM t)",
        "SELECT EXISTS (SELECT 1 FROM t WHERE ssn = '078')",
        // Chains.
        "SELECT ssn FROM t ->> SELECT * FROM $1",
        "SELECT ssn s FROM t ->> SELECT COUNT(*) FROM $1 WHERE s > '5'",
        "SHOW TABLES ->> SELECT ssn FROM t",
        "SELECT * FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))",
        // Names.
        "SELECT ssn FROM IDENTIFIER('t')",
        "SELECT IDENTIFIER('ssn') FROM t",
        "SELECT $2 FROM t",
        "SELECT x.$2 FROM t x",
        "TABLE t",
        "FROM t SELECT ssn",
        "SELECT c.b FROM t AS c (a, b, d)",
        "SELECT id FROM IDENTIFIER(?)",
        // Times.
        "SELECT ssn FROM t AT (OFFSET => -60)",
        "SELECT ssn FROM t CHANGES (INFORMATION => DEFAULT) AT (OFFSET => -60)",
        // Values made of others, and functions of functions.
        "SELECT TRANSFORM(ARRAY_CONSTRUCT(ssn), x -> UPPER(x)) FROM t",
        "SELECT ARRAY_SIZE(FILTER(ARRAY_CONSTRUCT(ssn), x -> x > '5')) FROM t",
        "SELECT REDUCE(ARRAY_CONSTRUCT(ssn), '', (a, x) -> a || x) FROM t",
        "SELECT [ssn, 1] FROM t",
        "SELECT {'k': ssn} FROM t",
        "SELECT OBJECT_CONSTRUCT('k', ssn):k::VARCHAR FROM t",
        // Order.
        "SELECT id FROM t ORDER BY ssn",
        "SELECT id, city FROM (SELECT ssn AS id, city FROM t) ORDER BY ALL",
        // Code.
        "BEGIN LET x := (SELECT ssn FROM t LIMIT 1); EXECUTE IMMEDIATE :x; END",
        "EXECUTE IMMEDIATE 'SELECT ssn FROM t'",
        "SET v = (SELECT MAX(ssn) FROM t)",
        "CREATE DYNAMIC TABLE n TARGET_LAG = '1 day' WAREHOUSE = w AS SELECT ssn FROM t",
        "CREATE STREAM m ON TABLE t",
    ] {
        let analysis = of(text);
        assert!(noticed(&analysis), "{text}: {:?}", analysis.flags);
    }
}

/// A text where a number or a truth is wanted is made one first: whether that fails tells something of it.
#[test]
fn a_value_that_is_made_a_number_or_a_truth_may_fail() {
    for (text, expected) in [
        ("SELECT SUBSTR('abc', ssn) FROM t", true),
        ("SELECT SUBSTRING('abc', 1, ssn) FROM t", true),
        ("SELECT SUBSTR('abc', id) FROM t", false),
        ("SELECT SUBSTR(ssn, 2) FROM t", false),
        ("SELECT SUBSTR(ssn, POSITION('-' IN ssn) + 1) FROM t", false),
        ("SELECT (ssn AND TRUE) FROM t", true),
        ("SELECT (city = 'x' OR ssn) FROM t", true),
        ("SELECT (ssn LIKE '0%' AND city = 'x') FROM t", false),
        ("SELECT IFF(ssn, 1, 2) FROM t", true),
        ("SELECT IFF(ssn IS NULL, 1, 2) FROM t", false),
        ("SELECT IFF(city, 1, 2) FROM t", false),
        ("SELECT CASE WHEN ssn THEN 1 ELSE 2 END FROM t", true),
        ("SELECT CASE WHEN ssn = '1' THEN 1 END FROM t", false),
        ("SELECT (ssn IS NOT TRUE) FROM t", true),
        ("SELECT ((ssn = '1') IS TRUE) FROM t", false),
    ] {
        let analysis = of(text);
        let fails = has(&analysis, Finding::ErrorChannel);
        assert_eq!(fails, expected, "{text}: {:?}", analysis.flags);
    }
}

/// Masks leave an array as long as it is.
#[test]
fn where_something_is_put_says_how_long_an_array_gets() {
    for (text, expected) in [
        (
            "SELECT ARRAY_INSERT(ARRAY_CONSTRUCT(), LENGTH(ssn), 1) FROM t",
            true,
        ),
        (
            "SELECT ARRAY_INSERT(ARRAY_CONSTRUCT(), 0, ssn) FROM t",
            false,
        ),
    ] {
        let analysis = of(text);
        let outputs = analysis.outputs[0].as_ref().unwrap();
        assert_eq!(outputs[0].tested, expected, "{text}");
    }
}

#[test]
fn which_version_of_a_table_is_read_is_a_question_about_what_it_rests_on() {
    let text = "SELECT id FROM u AT (OFFSET => (SELECT -LENGTH(ssn) FROM t LIMIT 1))";
    let analysis = of(text);
    let told = [Finding::PredicateOnSensitive, Finding::Unclassified];
    assert!(told.iter().any(|found| analysis.has(found)));
    assert!(!has(
        &of("SELECT id FROM u AT (OFFSET => -60)"),
        told[0].clone()
    ));
}

/// A statement in brackets acts as one without.
#[test]
fn statements_in_brackets_of_a_block_are_statements() {
    let kind = |text: &str, kind: &StatementKind| of(text).inner_kinds.contains(kind);
    let jobs = "BEGIN ASYNC (DELETE FROM t); AWAIT ALL; END";
    assert!(kind(jobs, &StatementKind::Delete));
    assert_eq!(of(jobs).writes, ["D.S.T"]);
    assert!(has(&of(jobs), Finding::UnfilteredWrite));
    let text = "BEGIN LET r RESULTSET := (INSERT INTO u (v) SELECT ssn FROM t); RETURN 1; END";
    assert!(kind(text, &StatementKind::Insert));
    assert!(has(&of(text), Finding::PersistSensitive));
    let text = "BEGIN LET r RESULTSET := ASYNC (CALL p()); END";
    assert!(kind(text, &StatementKind::Call));
    let text = "DECLARE r RESULTSET DEFAULT (TABLE t); BEGIN RETURN TABLE(r); END";
    assert_eq!(of(text).reads, ["D.S.T"]);
    let text = "BEGIN LET r RESULTSET := (FROM t); RETURN TABLE(r); END";
    assert_eq!(of(text).reads, ["D.S.T"]);
    // Functions and columns that are called as a verb are none.
    let text = "BEGIN LET x := (GET(y, 'a')); IF (comment IS NULL) THEN RETURN (INSERT('abc', 1, 1, 'x')); END IF; END";
    assert_eq!(of(text).inner_kinds, [] as [StatementKind; 0]);
    assert!(!has(&of(text), Finding::Ddl));
}

/// What is made or altered reads and acts later, or names its columns by data.
#[test]
fn objects_are_made_of_what_is_written_in_them() {
    let persists = |text: &str| has(&of(text), Finding::PersistSensitive);
    let text = "CREATE TABLE n USING TEMPLATE (SELECT ARRAY_AGG(OBJECT_CONSTRUCT('COLUMN_NAME', ssn, 'TYPE', 'INT')) FROM t)";
    assert!(persists(text) && has(&of(text), Finding::NamedByData));
    let text = "CREATE TABLE n USING TEMPLATE (SELECT ARRAY_AGG(OBJECT_CONSTRUCT(*)) FROM TABLE(INFER_SCHEMA(LOCATION => '@land', FILE_FORMAT => 'f')))";
    assert!(!persists(text) && !has(&of(text), Finding::NamedByData));
    assert_eq!(of(text).reads, ["@D.S.LAND"]);

    for (text, expected) in [
        ("ALTER TABLE t ADD COLUMN other VARCHAR AS (ssn)", true),
        (
            "ALTER TABLE t ADD COLUMN a INT AS (id + 1), b VARCHAR AS (LOWER(ssn))",
            true,
        ),
        ("ALTER TABLE t ADD COLUMN n INT AS (id + 1)", false),
        ("ALTER TABLE t ADD COLUMN n INT", false),
        (
            "ALTER TASK k MODIFY AS INSERT INTO u (v) SELECT ssn FROM t",
            true,
        ),
        ("ALTER TASK k RESUME", false),
        (
            "ALTER ALERT a MODIFY ACTION INSERT INTO u (v) SELECT ssn FROM t",
            true,
        ),
        ("CREATE STREAM m ON EVENT TABLE t", true),
        ("CREATE STREAM m ON TABLE u", false),
    ] {
        assert_eq!(persists(text), expected, "{text}");
    }
    for text in [
        "CREATE ALERT a IF (EXISTS (SELECT 1 FROM t WHERE ssn LIKE '0%')) THEN SELECT 1",
        "ALTER ALERT a MODIFY CONDITION EXISTS (SELECT 1 FROM t WHERE ssn LIKE '0%')",
    ] {
        let analysis = of(text);
        assert!(has(&analysis, Finding::PredicateOnSensitive), "{text}");
        assert_eq!(analysis.reads, ["D.S.T"], "{text}");
    }
}

/// A function of INFORMATION_SCHEMA is as harmless as what it is known to tell.
#[test]
fn the_accounts_own_functions_are_known_one_by_one() {
    for (call, expected) in [
        ("information_schema.tag_references('t', 'table')", None),
        ("d.information_schema.dynamic_tables()", None),
        (
            "information_schema.query_history()",
            Some(Finding::QueryText),
        ),
        (
            "information_schema.validate_pipe_load(PIPE_NAME => 'p')",
            Some(Finding::QueryText),
        ),
        (
            "information_schema.cortex_search_data_scan(SERVICE_NAME => 's')",
            Some(Finding::UnknownMetadata),
        ),
        (
            "information_schema.s.tag_references()",
            Some(Finding::UnknownFunction),
        ),
    ] {
        let analysis = of(&format!("SELECT * FROM TABLE({call})"));
        let all = [
            Finding::QueryText,
            Finding::UnknownMetadata,
            Finding::UnknownFunction,
        ];
        let found: Vec<&Finding> = all.iter().filter(|one| analysis.has(one)).collect();
        assert_eq!(found, expected.iter().collect::<Vec<_>>(), "{call}");
    }
}

/// `TABLE "u"` is not the table `U`.
#[test]
fn a_name_in_quotes_stays_what_it_is_behind_table() {
    let ddl = "CREATE TABLE d.s.u (n INT); CREATE TABLE d.s.\"u\" (n VARCHAR TAG (pii = 'ssn'));";
    let catalog = Catalog::from_ddl_files([("ddl", ddl)]).unwrap();
    let text = "SELECT * FROM (TABLE \"u\")";
    let analysis = analyze(Statement { text, binds: &[] }, &session(), &catalog);
    let masked = has(&analysis, Finding::SensitiveOutput);
    assert!(
        masked || has(&analysis, Finding::Unclassified),
        "{:?}",
        analysis.flags
    );
}
