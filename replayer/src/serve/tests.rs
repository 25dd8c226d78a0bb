//! Values through both forms and back, and which line answers a statement.

use std::io::Cursor as Bytes;

use arrow::ipc::reader::StreamReader;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use event::SessionId;
use event::payload::{Context, ResultColumn};
use proptest::prelude::*;

use super::cells::Cells;
use super::cursor::{Asked, Cursor, Found};
use super::form::{arrow_rows, json_rows};
use super::script::{Ended, Line, Script, shape};

fn column(kind: &str, scale: Option<i64>) -> ResultColumn {
    ResultColumn {
        name: "C".to_owned(),
        data_type: kind.to_owned(),
        nullable: true,
        precision: None,
        scale,
        length: None,
        origin: String::new(),
    }
}

fn cells(column: &ResultColumn, texts: &[Option<&str>]) -> Cells {
    let mut cells = Cells::new(std::slice::from_ref(column));
    cells.columns[0] = texts.iter().map(|text| text.map(str::to_owned)).collect();
    cells
}

/// Written as Arrow and read as a recorded page is.
fn through(column: &ResultColumn, texts: &[Option<&str>]) -> (Vec<Option<String>>, bool) {
    let columns = std::slice::from_ref(column);
    let (stream, as_text) = arrow_rows(columns, &cells(column, texts)).unwrap();
    let bytes = STANDARD.decode(stream).unwrap();
    let mut again = Cells::new(columns);
    for batch in StreamReader::try_new(Bytes::new(bytes), None).unwrap() {
        again.add(&batch.unwrap());
    }
    (again.columns.remove(0), as_text[0])
}

/// A type, its scale, cells.
type Column<'a> = (&'a str, Option<i64>, &'a [Option<&'a str>]);

#[test]
fn every_type_comes_back_as_it_went() {
    let cases: [Column<'_>; 13] = [
        ("fixed", Some(0), &[Some("7"), None, Some("-12345678901")]),
        (
            "fixed",
            Some(0),
            &[Some("99999999999999999999999999999999999999")],
        ),
        ("fixed", Some(2), &[Some("12.50"), Some("-0.05"), None]),
        ("real", None, &[Some("1.5"), Some("-3"), None]),
        ("text", None, &[Some("ümlaut \u{1b}[31m"), Some(""), None]),
        ("boolean", None, &[Some("1"), Some("0"), None]),
        ("date", None, &[Some("19000"), Some("-1"), None]),
        ("time", Some(9), &[Some("3661.000000001"), None]),
        (
            "timestamp_ntz",
            Some(9),
            &[Some("1700000000.123456789"), Some("-1.500000000"), None],
        ),
        (
            "timestamp_ltz",
            Some(9),
            &[Some("1700000000.000000000"), None],
        ),
        (
            "timestamp_tz",
            Some(9),
            &[Some("1700000000.250000000 1500"), None],
        ),
        ("binary", None, &[Some("00FF10"), None]),
        ("variant", None, &[Some("{\"a\":1}"), None]),
    ];
    for (kind, scale, texts) in cases {
        let column = column(kind, scale);
        let (again, as_text) = through(&column, texts);
        let want: Vec<Option<String>> = texts.iter().map(|text| text.map(str::to_owned)).collect();
        assert_eq!((again, as_text), (want, false), "{kind} {scale:?}");
        let json = json_rows(&cells(&column, texts));
        assert_eq!(json.as_array().map(Vec::len), Some(texts.len()));
    }
}

#[test]
fn what_a_mask_made_of_a_value_is_sent_as_text() {
    for (kind, scale) in [
        ("fixed", Some(0)),
        ("real", None),
        ("date", None),
        ("timestamp_tz", Some(9)),
        ("binary", None),
    ] {
        let texts = [Some("***"), None, Some("7")];
        let (again, as_text) = through(&column(kind, scale), &texts);
        assert!(as_text, "{kind}");
        assert_eq!(again[0].as_deref(), Some("***"), "{kind}");
    }
}

proptest! {
    #[test]
    fn any_number_comes_back(values in prop::collection::vec(prop::option::of(any::<i128>()), 1..20), scale in 0i64..6) {
        let bound = 10i128.pow(30);
        let texts: Vec<Option<String>> = values.iter().map(|value| value.map(|value| {
            let value = value % bound;
            let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale as usize + 1);
            let (whole, part) = digits.split_at(digits.len() - scale as usize);
            let sign = if value < 0 { "-" } else { "" };
            if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
        })).collect();
        let refs: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let (again, as_text) = through(&column("fixed", Some(scale)), &refs);
        prop_assert!(!as_text);
        prop_assert_eq!(again, texts);
    }
}

fn script(texts: &[(&str, bool)]) -> Script {
    let line = |(text, describe_only): &(&str, bool)| Line {
        shape: shape(text),
        text: (*text).to_owned(),
        binds: Vec::new(),
        describe_only: *describe_only,
        query_id: String::new(),
        ended: Ended::Unknown("nothing"),
    };
    Script {
        session: SessionId::from_uuid(uuid::Uuid::nil()),
        context: Context::default(),
        lines: texts.iter().map(line).collect(),
    }
}

fn ask(
    request: &str,
    text: &str,
    describe_only: bool,
    cursor: &mut Cursor,
    script: &Script,
) -> Result<Found, String> {
    let asked = Asked {
        request,
        text,
        binds: &[],
        describe_only,
    };
    cursor.find(script, asked)
}

#[test]
fn lines_answer_by_shape_and_order() {
    let script = script(&[
        ("select a from t where b = 1", false),
        ("select a from t where b = 2", false),
        ("select c from t", false),
        ("select c from t", true),
    ]);
    let mut cursor = Cursor::default();
    let mut find = |request, text, describe| ask(request, text, describe, &mut cursor, &script);
    // The very same text goes first, whatever the order.
    assert_eq!(
        find("1", "select a from t where b = 2", false),
        Ok(Found::Line(1))
    );
    // A request id that comes again means the same.
    assert_eq!(
        find("1", "select a from t where b = 2", false),
        Ok(Found::Line(1))
    );
    // Another literal is the same statement.
    assert_eq!(
        find("2", "SELECT a FROM t WHERE b = 7", false),
        Ok(Found::Line(0))
    );
    let why = find("3", "select a from t where b = 7", false).unwrap_err();
    assert!(
        why.contains("2 times") && why.contains("log in again"),
        "{why}"
    );
    // A description is answered by its own line, then by the shape of the result.
    assert_eq!(find("4", "select c from t", true), Ok(Found::Line(3)));
    assert_eq!(find("5", "select c from t", true), Ok(Found::Shape(2)));
    assert_eq!(find("6", "select c from t", false), Ok(Found::Line(2)));
    let why = find("7", "select d from t", false).unwrap_err();
    assert!(
        why.contains("is not in the recording") && why.contains("all of its statements were asked"),
        "{why}"
    );
}

#[test]
fn a_statement_that_is_not_there_is_told_what_comes_next() {
    let script = script(&[("select a from t", false)]);
    let why = ask("1", "drop table t", false, &mut Cursor::default(), &script).unwrap_err();
    assert!(why.contains("#1: \"select a from t\""), "{why}");
}
