//! Names in binds: what `write_pandas` of three lines of the Python connector sends, and binds that name nothing.

use super::*;

const MARK: &str = "/* Python:snowflake.connector.pandas_tools.write_pandas() */";

fn bind(ordinal: usize, kind: &str, values: &[Option<&str>]) -> BoundValue {
    BoundValue {
        name: ordinal.to_string(),
        kind: kind.to_owned(),
        values: values.iter().map(|one| one.map(str::to_owned)).collect(),
    }
}

fn texts(values: &[&str]) -> Vec<BoundValue> {
    (1..)
        .zip(values)
        .map(|(ordinal, value)| bind(ordinal, "TEXT", &[Some(*value)]))
        .collect()
}

fn with(text: &str, binds: &[BoundValue]) -> Analysis {
    analyze(Statement { text, binds }, &session(), &catalog())
}

/// What says that nobody knows what it does, or to what.
fn lost(analysis: &Analysis) -> bool {
    let unknown = [
        Finding::Unclassified,
        Finding::UnresolvedTable,
        Finding::UnresolvedColumn,
        Finding::UnresolvedOutput,
        Finding::UnresolvedStar,
        Finding::UnknownFunction,
        Finding::UnknownLineage,
        Finding::OpaqueCode,
    ];
    unknown.iter().any(|finding| analysis.has(finding))
}

/// Text, binds, kind, what is read, what is written.
type Case<'a> = (String, &'a [&'a str], &'a str, &'a [&'a str], &'a [&'a str]);

fn are_understood(cases: &[Case<'_>]) {
    for (text, binds, kind, reads, writes) in cases {
        let analysis = with(text, &texts(binds));
        assert!(!lost(&analysis), "{text}: {:?}", analysis.flags);
        let kinds: Vec<&str> = analysis.kinds.iter().map(|one| one.as_str()).collect();
        assert_eq!(kinds, [*kind], "{text}");
        assert_eq!(analysis.reads, *reads, "{text}");
        assert_eq!(analysis.writes, *writes, "{text}");
    }
}

#[test]
fn stages_and_formats_of_frames_are_understood() {
    let parquet = "FILE_FORMAT=(TYPE=PARQUET COMPRESSION=auto BINARY_AS_TEXT=FALSE)";
    are_understood(&[
        (
            format!("CREATE TEMP STAGE {MARK} identifier(?) {parquet}"),
            &["\"SNOWPARK_TEMP_STAGE_A1\""],
            "create_stage",
            &[],
            &["@D.S.SNOWPARK_TEMP_STAGE_A1"],
        ),
        (
            format!("CREATE SCOPED TEMPORARY STAGE {MARK} identifier(?) {parquet}"),
            &["\"D2\".\"s 2\".\"A1\""],
            "create_stage",
            &[],
            &["@D2.\"s 2\".A1"],
        ),
        (
            format!("CREATE TEMPORARY STAGE IDENTIFIER(?) {parquet}"),
            &["\"__WRITE_PANDAS_STAGE_0a\""],
            "create_stage",
            &[],
            &["@D.S.\"__WRITE_PANDAS_STAGE_0a\""],
        ),
        (
            format!("CREATE TEMP FILE FORMAT identifier(?) {MARK} TYPE=PARQUET COMPRESSION=auto USE_LOGICAL_TYPE = TRUE"),
            &["\"FF\""],
            "create_file_format",
            &[],
            &["D.S.FF"],
        ),
        (
            "PUT 'file:///tmp/a/file0.txt' ? parallel=4 source_compression=auto_detect".to_owned(),
            &["@\"A1\""],
            "put",
            &[],
            &["@D.S.A1"],
        ),
        (
            format!("PUT {MARK} 'file:///tmp/a/file0.txt' @\"A1\" PARALLEL=4"),
            &[],
            "put",
            &[],
            &["@D.S.A1"],
        ),
        (
            "PUT 'file:///tmp/a/*' @\"d\".S.\"st_0a\" PARALLEL=4 AUTO_COMPRESS=FALSE SOURCE_COMPRESSION=AUTO_DETECT OVERWRITE=TRUE"
                .to_owned(),
            &[],
            "put",
            &[],
            &["@\"d\".S.\"st_0a\""],
        ),
        (
            "SELECT COLUMN_NAME, TYPE FROM table(infer_schema(location=>?, file_format=>?))".to_owned(),
            &["@\"A1\"", "\"FF\""],
            "select",
            &["@D.S.A1"],
            &[],
        ),
        (
            "SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => ?, FILE_FORMAT => ?))".to_owned(),
            &["@\"A1\"", "\"FF\""],
            "select",
            &["@D.S.A1"],
            &[],
        ),
    ]);
}

#[test]
fn tables_of_frames_are_understood() {
    are_understood(&[
        (
            format!("CREATE  TABLE IF NOT EXISTS identifier(?) (\"ID\" NUMBER(38, 0), \"AS\" TEXT)  {MARK} "),
            &["\"FRAMED\""],
            "create_table",
            &[],
            &["D.S.FRAMED"],
        ),
        (
            "CREATE TEMP ICEBERG TABLE IF NOT EXISTS identifier(?) (a TEXT) CATALOG='SNOWFLAKE' BASE_LOCATION='b'".to_owned(),
            &["framed"],
            "create_iceberg_table",
            &[],
            &["D.S.FRAMED"],
        ),
        (
            format!("TRUNCATE TABLE identifier(?) {MARK}"),
            &["t"],
            "truncate",
            &[],
            &["D.S.T"],
        ),
        (
            "TRUNCATE TABLE IF EXISTS IDENTIFIER(?)".to_owned(),
            &["\"D\".\"S\".\"T\""],
            "truncate",
            &[],
            &["D.S.T"],
        ),
        (
            format!("DROP TABLE IF EXISTS identifier(?) {MARK}"),
            &["\"T\""],
            "drop",
            &[],
            &["D.S.T"],
        ),
        (
            format!("COPY INTO identifier(?) {MARK} (\"ID\",\"CITY\") FROM (SELECT $1:\"ID\",$1:\"CITY\" FROM '@\"A1\"') \
                FILE_FORMAT=(TYPE=PARQUET USE_VECTORIZED_SCANNER=False COMPRESSION=auto) PURGE=TRUE ON_ERROR=?"),
            &["\"T\"", "abort_statement"],
            "copy_into_table",
            &["@D.S.A1"],
            &["D.S.T"],
        ),
        (
            "COPY INTO IDENTIFIER(?) (\"ID\", \"CITY\") FROM (SELECT $1:\"ID\"::NUMBER(38, 0) AS \"ID\", $1:\"CITY\"::TEXT AS \"CITY\" \
                FROM '@\"A1\"') FILE_FORMAT = (TYPE=PARQUET COMPRESSION=auto BINARY_AS_TEXT=FALSE) PURGE=TRUE ON_ERROR=?"
                .to_owned(),
            &["\"T\"", "abort_statement"],
            "copy_into_table",
            &["@D.S.A1"],
            &["D.S.T"],
        ),
        (
            "COPY INTO \"T\" (\"ID\") FROM (SELECT $1:\"ID\"::NUMBER(38, 0) FROM @\"A1\") FILE_FORMAT=(TYPE=PARQUET COMPRESSION=auto) \
                PURGE=TRUE ON_ERROR=abort_statement"
                .to_owned(),
            &[],
            "copy_into_table",
            &["@D.S.A1"],
            &["D.S.T"],
        ),
        (
            format!("ALTER TABLE identifier(?) RENAME TO identifier(?) {MARK}"),
            &["\"A2\"", "\"T\""],
            "alter_table",
            &[],
            &["D.S.A2"],
        ),
    ]);
    let renamed = with(
        "ALTER TABLE identifier(?) RENAME TO identifier(?)",
        &texts(&["\"A2\"", "t"]),
    );
    assert_eq!(renamed.defines, ["D.S.A2", "D.S.T"]);
    let into = with(
        "COPY INTO identifier(?) (id) FROM (SELECT $1:id::INT FROM '@a1') ON_ERROR=?",
        &texts(&["t", "continue"]),
    );
    for finding in [
        Finding::DataWrite,
        Finding::StageRead,
        Finding::IdentifierFn,
    ] {
        assert!(into.has(&finding), "{finding:?} of {:?}", into.flags);
    }
}

const NAMING: [&str; 6] = [
    "CREATE TEMP STAGE identifier(?) FILE_FORMAT=(TYPE=PARQUET)",
    "CREATE TABLE IF NOT EXISTS identifier(?) (id INT)",
    "TRUNCATE TABLE identifier(?)",
    "DROP TABLE IF EXISTS identifier(?)",
    "ALTER TABLE identifier(?) RENAME TO other",
    "COPY INTO identifier(?) (id) FROM (SELECT $1:id FROM '@s') ON_ERROR='CONTINUE'",
];

#[test]
fn a_bind_that_is_no_name_names_nothing() {
    let no_names = [
        "",
        "\"x\"; drop",
        "t; DROP TABLE u",
        "t u",
        "t(1)",
        "a..",
        "@s",
        "'t'",
        "$t",
        "?",
        "identifier('t')",
        "'a' || 'b'",
        "\"t",
        "t /* /* */",
        "a --\r.t",
    ];
    let mut binds: Vec<Vec<BoundValue>> = no_names.iter().map(|text| texts(&[*text])).collect();
    binds.push(Vec::new());
    binds.push(vec![bind(1, "FIXED", &[Some("1")])]);
    binds.push(vec![bind(1, "REAL", &[Some("1.5")])]);
    binds.push(vec![bind(1, "TEXT", &[None])]);
    binds.push(vec![bind(1, "TEXT", &[Some("t"), Some("u")])]);
    binds.push(vec![bind(2, "TEXT", &[Some("t")])]);
    for binds in &binds {
        for text in NAMING {
            let analysis = with(text, binds);
            assert!(lost(&analysis), "{text} {binds:?}: {:?}", analysis.flags);
        }
    }
}

#[test]
fn what_is_made_of_a_bind_names_nothing() {
    for text in [
        "DROP TABLE IDENTIFIER('a' || 'b')",
        "TRUNCATE TABLE IDENTIFIER(? || 'x')",
        "DROP TABLE IDENTIFIER(?).t",
        "DROP TABLE IDENTIFIER('s').t",
        "DROP TABLE s.IDENTIFIER(?)",
        "TRUNCATE TABLE s.IDENTIFIER('t')",
        "DROP TABLE IDENTIFIER((SELECT city FROM t))",
        "CREATE STAGE IDENTIFIER($name)",
        "DROP TABLE IDENTIFIER($name)",
        "SET name = 'u'; DROP TABLE IDENTIFIER($name)",
        "CREATE TABLE c LIKE IDENTIFIER($name)",
        "CREATE STREAM s ON TABLE IDENTIFIER($name)",
        "ALTER TABLE u SWAP WITH IDENTIFIER($name)",
        "ALTER TABLE u RENAME TO IDENTIFIER($name)",
        "EXECUTE IMMEDIATE 'DROP TABLE IDENTIFIER(?)'",
        "BEGIN DROP TABLE IDENTIFIER(?); END",
        "COPY INTO t FROM ? ON_ERROR='CONTINUE'",
        "COPY INTO t FROM (SELECT $1 FROM ?) ON_ERROR='CONTINUE'",
        "SELECT type FROM TABLE(INFER_SCHEMA(LOCATION => $name, FILE_FORMAT => 'f'))",
        "SELECT type FROM TABLE(INFER_SCHEMA(FILE_FORMAT => 'f'))",
    ] {
        let analysis = with(text, &texts(&["t"]));
        assert!(lost(&analysis), "{text}: {:?}", analysis.flags);
    }
}

#[test]
fn a_variable_names_what_is_changed_as_what_is_read() {
    let session = SessionView {
        variables: vec![("NAME".to_owned(), "u".to_owned())],
        ..session()
    };
    let statement = Statement {
        text: "DROP TABLE IDENTIFIER($name)",
        binds: &[],
    };
    let analysis = analyze(statement, &session, &catalog());
    assert_eq!(analysis.writes, ["D.S.U"]);
    assert!(analysis.rests_on_variables());
}

#[test]
fn a_place_outside_is_one_in_a_bind_too() {
    let outside =
        |text: &str, binds: &[&str]| with(text, &texts(binds)).has(&Finding::ExternalLocation);
    assert!(outside("CREATE STAGE x URL = ?", &["s3://evil/"]));
    assert!(outside("CREATE STAGE x URL = ?", &[]));
    assert!(outside(
        "COPY INTO t FROM 's3://evil/in' ON_ERROR=?",
        &["continue"]
    ));
    assert!(outside(
        "COPY INTO t FROM (SELECT $1 FROM 's3://evil/in') ON_ERROR=?",
        &["continue"]
    ));
    assert!(!outside(
        "CREATE TEMP STAGE identifier(?) FILE_FORMAT=(TYPE=PARQUET)",
        &["x"]
    ));
}
