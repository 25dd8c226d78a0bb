//! A stage has one name, whichever statement speaks of it and however it is written; where nobody can tell which it is, that is said.

use super::*;

const LAND: &str = "@D.S.LAND";

/// Whether it is said that nobody knows what it is about.
fn lost(analysis: &Analysis) -> bool {
    let unknown = [
        Finding::Unclassified,
        Finding::UnresolvedTable,
        Finding::UnknownFunction,
    ];
    unknown.iter().any(|finding| analysis.has(finding))
}

#[test]
fn every_statement_that_reads_a_stage_names_it_in_full() {
    for text in [
        "COPY INTO u FROM @land",
        "COPY INTO u FROM @LAND/in/a.csv FILE_FORMAT = (TYPE = CSV)",
        "COPY INTO u FROM '@land/in it'",
        "COPY INTO u FROM @\"LAND\"/x",
        "COPY INTO u (id) FROM (SELECT t.$1 FROM @s.land t)",
        "COPY INTO u FROM (SELECT $1 FROM '@d.s.land/x') ON_ERROR = ?",
        "COPY INTO @out FROM (SELECT id FROM u WHERE id IN (SELECT $1 FROM @land))",
        "COPY INTO '@out' FROM (SELECT id FROM u WHERE id IN (SELECT $1 FROM @land/x))",
        "COPY FILES INTO @other FROM @land/a",
        "COPY FILES INTO @other FROM '@land/a'",
        "COPY FILES INTO @other FROM (SELECT $1 FROM @land)",
        "SELECT $1 FROM @land",
        "SELECT t.$1 FROM @d.s.land/x.csv (FILE_FORMAT => 'f') t",
        "SELECT $1 FROM '@land/a'",
        "SELECT id FROM u WHERE id IN (SELECT $1 FROM @land)",
        "WITH c AS (SELECT $1 x FROM @land/a) SELECT x FROM c",
        "EXPLAIN SELECT $1 FROM @land",
        "SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@land/x', FILE_FORMAT => 'f'))",
        "SELECT relative_path FROM DIRECTORY(@land)",
        "SELECT GET_PRESIGNED_URL(@land, 'a')",
        "SELECT BUILD_SCOPED_FILE_URL('@land', 'a')",
        "SELECT TO_FILE('@land/a.mp3')",
        "LIST @land",
        "ls '@land/x'",
        "LIST /* x */ @D.\"S\".land PATTERN = '.*'",
        "GET @land/a file:///tmp/",
        "EXECUTE IMMEDIATE FROM @land/job.sql",
        "EXECUTE IMMEDIATE 'LIST @land'",
        "BEGIN LIST @land; END",
        "CREATE EXTERNAL TABLE e LOCATION = @land/x FILE_FORMAT = (TYPE = CSV)",
        "CREATE STREAM m ON STAGE land",
        "CREATE STAGE other CLONE land",
        "CREATE PIPE p AS COPY INTO u FROM @land",
        "CREATE TABLE n AS SELECT $1 x FROM @land",
        "INSERT INTO u SELECT $1, $2 FROM @land",
        "MERGE INTO u USING (SELECT $1 id FROM @land) n ON n.id = u.id WHEN MATCHED THEN DELETE",
    ] {
        let analysis = of(text);
        assert!(
            analysis.reads.iter().any(|name| name == LAND),
            "{text}: {:?}",
            analysis.reads
        );
        assert!(!lost(&analysis), "{text}: {:?}", analysis.flags);
    }
    // What the parser does not read names it all the same.
    let analysis = of("FROBNICATE x FROM @land/x y");
    assert_eq!(analysis.reads, [LAND]);
    assert!(has(&analysis, Finding::Unclassified));
}

#[test]
fn every_statement_that_changes_a_stage_names_it_in_full() {
    for text in [
        "COPY INTO @land FROM u",
        "COPY INTO @land/from/t FROM u",
        "COPY INTO @land/from/t FROM u HEADER = ?",
        "COPY INTO @land/x FROM (SELECT id FROM u)",
        "COPY INTO '@land/path' FROM u",
        "copy into '@d.s.land' from (select u.id from u join t on t.id = u.id) header = true",
        "COPY INTO @\"LAND\" FROM u",
        "COPY FILES INTO @land FROM @other",
        "COPY FILES INTO '@land/from x' FROM @other",
        "RM @land/x",
        "REMOVE '@land'",
        "PUT file:///a @land/x",
        "CREATE STAGE land",
        "CREATE OR REPLACE TEMPORARY STAGE s.land FILE_FORMAT = (TYPE = CSV)",
        "CREATE STAGE IF NOT EXISTS \"LAND\"",
        "CREATE STAGE IDENTIFIER('land')",
        "DROP STAGE land",
        "DROP STAGE IF EXISTS d.s.land",
        "DROP STAGE IDENTIFIER('d.s.\"LAND\"')",
        "ALTER STAGE land SET COMMENT = 'x'",
        "ALTER STAGE IF EXISTS land REFRESH",
    ] {
        let analysis = of(text);
        assert_eq!(analysis.writes, [LAND], "{text}");
        assert!(!lost(&analysis), "{text}: {:?}", analysis.flags);
    }
    let renamed = of("ALTER STAGE other RENAME TO land");
    assert_eq!(renamed.defines, [LAND, "@D.S.OTHER"]);
}

/// One place for a reference in each kind of statement.
const STATEMENTS: [&str; 9] = [
    "LIST {}",
    "REMOVE {}",
    "COPY INTO d.s.u FROM {}",
    "COPY INTO {} FROM d.s.u",
    "COPY FILES INTO {} FROM @d.s.x",
    "SELECT $1 FROM {}",
    "SELECT x.$1 FROM {} (FILE_FORMAT => 'f') x",
    "PUT file:///a {}",
    "GET {} file:///a",
];

#[test]
fn a_stage_has_the_same_name_in_all_of_them() {
    for (written, name) in [
        ("@land", LAND),
        ("@Land/a.b/c", LAND),
        ("@s2.land", "@D.S2.LAND"),
        ("@d2.s2.land/x", "@D2.S2.LAND"),
        ("@d2..land", "@D2.PUBLIC.LAND"),
        ("@\"land\"", "@D.S.\"land\""),
        ("@\"La/n.d\"/x", "@D.S.\"La/n.d\""),
        ("@\"a\"\"b\"", "@D.S.\"a\"\"b\""),
        ("@\"LAND\"\".\"\"X\"", "@D.S.\"LAND\"\".\"\"X\""),
        ("@%t", "@D.S.%T"),
        ("@%\"odd t\"/x", "@D.S.%\"odd t\""),
        ("@s2.%t", "@D.S2.%T"),
        ("@\"%t\"", "@D.S.\"%t\""),
        ("@~", "@~"),
        ("@~/x.csv", "@~"),
        ("@land/s3:x", LAND),
        ("'@land/a b'", LAND),
        ("'@\"La/n.d\"/x'", "@D.S.\"La/n.d\""),
        ("'@s2.%\"odd t\"'", "@D.S2.%\"odd t\""),
        ("'@~/x'", "@~"),
    ] {
        for statement in STATEMENTS {
            let text = statement.replace("{}", written);
            let analysis = of(&text);
            let all = analysis.reads.iter().chain(&analysis.writes);
            let stages: Vec<&String> = all
                .filter(|one| one.starts_with('@') && *one != "@D.S.X")
                .collect();
            assert_eq!(stages, [name], "{text}");
            assert!(!lost(&analysis), "{text}: {:?}", analysis.flags);
        }
    }
}

#[test]
fn what_may_be_read_otherwise_is_unresolved() {
    for written in [
        "@d .s.land",
        "@d. s.land",
        "@d/*x*/.s.land",
        "@d /* x */ . s . land",
        "@d -- x\n.s.land",
        "@ land",
        "@/*x*/land",
        "@.s.land",
        "@d.s.",
        "@a.b.c.d",
        "@~x",
        "@%",
        "@\"a\"b",
        "@identifier('land')",
        "@IDENTIFIER ('land')",
        "IDENTIFIER('@land')",
        "'@land x'",
        "'@d .s.land'",
        "' @land'",
        "?",
        "$land",
    ] {
        for statement in STATEMENTS {
            let text = statement.replace("{}", written);
            let analysis = of(&text);
            let by_name = |name: &&String| name.as_str() == LAND;
            assert!(lost(&analysis), "{text}: {:?}", analysis.flags);
            assert_eq!(analysis.reads.iter().find(by_name), None, "{text}");
            assert_eq!(analysis.writes.iter().find(by_name), None, "{text}");
        }
    }
}

#[test]
fn a_stage_that_the_session_does_not_complete_is_unresolved() {
    let place = |database: Option<&str>, schema: Option<&str>| SessionView {
        context: Context {
            database: database.map(str::to_owned),
            schema: schema.map(str::to_owned),
            ..Context::default()
        },
        ..SessionView::default()
    };
    let known = [
        (None, None, "d.s.land", LAND),
        (Some("D"), None, "s.land", LAND),
        (Some("D"), None, "d..land", "@D.PUBLIC.LAND"),
    ];
    let unknown = [
        (None, None, "land", "@LAND"),
        (None, None, "%t", "@%T"),
        (None, None, "s.land", "@S.LAND"),
        (None, Some("S"), "s.land", "@S.LAND"),
        (Some("D"), None, "land", "@LAND"),
        (None, Some("S"), "land", "@LAND"),
    ];
    let all = known.map(|case| (case, false));
    for ((database, schema, written, name), is_lost) in
        all.into_iter().chain(unknown.map(|case| (case, true)))
    {
        for statement in STATEMENTS {
            let text = statement.replace("{}", &format!("@{written}"));
            let session = place(database, schema);
            let statement = Statement {
                text: &text,
                binds: &[],
            };
            let analysis = analyze(statement, &session, &Catalog::empty());
            let mut all = analysis.reads.iter().chain(&analysis.writes);
            assert!(all.any(|one| one == name), "{text}: {name}");
            let unresolved = has(&analysis, Finding::UnresolvedTable);
            assert_eq!(unresolved, is_lost, "{text} in {database:?}.{schema:?}");
        }
    }
    for text in ["CREATE STAGE land", "DROP STAGE land", "LIST @~"] {
        let statement = Statement { text, binds: &[] };
        let analysis = analyze(statement, &SessionView::default(), &Catalog::empty());
        assert_eq!(
            has(&analysis, Finding::UnresolvedTable),
            text != "LIST @~",
            "{text}"
        );
    }
}

#[test]
fn places_outside_stay_as_they_are() {
    for (text, reads, writes) in [
        ("COPY INTO u FROM 's3://B/x'", "'s3://B/x'", "D.S.U"),
        ("COPY INTO 's3://B/x' FROM u", "D.S.U", "'s3://B/x'"),
        (
            "COPY INTO 's3://B/x' FROM u HEADER = ?",
            "D.S.U",
            "'s3://B/x'",
        ),
        (
            "COPY INTO u FROM 'snow://notebook/d.s.n/versions/live/x'",
            "'snow://notebook/d.s.n/versions/live/x'",
            "D.S.U",
        ),
        ("COPY INTO u FROM '@land/s3://x'", LAND, "D.S.U"),
    ] {
        let analysis = of(text);
        assert_eq!(analysis.reads, [reads], "{text}");
        assert_eq!(analysis.writes, [writes], "{text}");
        assert!(has(&analysis, Finding::ExternalLocation), "{text}");
    }
}

#[test]
fn a_table_whose_name_begins_with_the_sign_is_no_stage() {
    let read = of("SELECT id FROM \"@LAND\"");
    assert_eq!(read.reads, ["D.S.\"@LAND\""]);
    let written = of("COPY INTO \"@LAND\" FROM @land");
    assert_eq!(written.reads, [LAND]);
    assert_eq!(written.writes, ["D.S.\"@LAND\""]);
}
