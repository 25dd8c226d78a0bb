//! What `family` must do, tried.

use super::*;

fn column(data_type: &str, scale: Option<i64>) -> ResultColumn {
    ResultColumn {
        name: "C".into(),
        data_type: data_type.into(),
        nullable: true,
        precision: None,
        scale,
        length: None,
        origin: String::new(),
    }
}

#[test]
fn what_snowflake_sends_reads_and_writes_back_unchanged() {
    let cases = [
        ("fixed", Some(0), "42"),
        ("fixed", Some(2), "12.34"),
        ("fixed", Some(2), "-0.05"),
        ("fixed", Some(0), "12345678901234567890123456789012345678"),
        ("fixed", Some(5), "12345678901234567890.12345"),
        ("real", None, "1.5"),
        ("real", None, "1e+20"),
        ("boolean", None, "1"),
        ("text", None, "hé"),
        ("binary", None, "DEADBEEF"),
        ("date", None, "19782"),
        ("date", None, "-1"),
        ("time", Some(0), "45296"),
        ("time", Some(9), "45296.789000000"),
        ("timestamp_ntz", Some(3), "1709210096.123"),
        ("timestamp_ntz", Some(9), "-1.500000000"),
        ("timestamp_ltz", Some(9), "1709210096.000000005"),
        ("timestamp_tz", Some(9), "1709210096.500000000 1560"),
        ("timestamp_tz", Some(3), "1709210096.500 1140"),
        ("variant", None, "{\n  \"a\": 1\n}"),
    ];
    for (data_type, scale, text) in cases {
        let family = Family::of(&column(data_type, scale));
        let value = family.parse(text);
        assert!(
            data_type == "text" || !matches!(value, Value::Text(_)),
            "{data_type} {text}"
        );
        let mut out = String::new();
        family.write(&value, &mut out);
        assert_eq!(out, text, "{data_type} {scale:?}");
    }
}

#[test]
fn what_is_not_of_its_type_is_looked_at_as_text() {
    for (data_type, text) in [
        ("fixed", "1e5"),
        ("date", "2024-01-01"),
        ("timestamp_tz", "1.5"),
        ("binary", "xyz"),
    ] {
        assert_eq!(
            Family::of(&column(data_type, None)).parse(text),
            Value::Text(text.into())
        );
    }
}
