//! The typed table of operators: what comes out, and that it keeps its type and range.

use proptest::prelude::*;

use super::*;

fn keyed(operator: Operator) -> Keyed {
    Keyed::new(operator, "SSN", "acme", Some(&MaskKey::from_bytes([7; 32])))
}

fn text(value: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(value))
}

fn shown(outcome: Outcome) -> String {
    match outcome {
        Outcome::Value(Value::Text(text) | Value::Semi(text)) => text.into_owned(),
        Outcome::Value(Value::Fixed(number)) => number.to_string(),
        Outcome::Value(other) => format!("{other:?}"),
        Outcome::Null => "NULL".to_owned(),
        Outcome::Failed => "FAILED".to_owned(),
    }
}

#[test]
fn the_typed_table() {
    let cases = [
        (Operator::Redact, text("x"), "[SSN]"),
        (Operator::Redact, Value::Fixed(5), "NULL"),
        (Operator::Nullify, text("x"), "NULL"),
        (
            Operator::Partial { keep: 4 },
            text("078-05-1120"),
            "***-**-1120",
        ),
        (Operator::Partial { keep: 4 }, Value::Fixed(5), "FAILED"),
        (Operator::Hash, Value::Date(5), "FAILED"),
        (Operator::Hash, Value::Boolean(true), "FAILED"),
        (Operator::Tokenize, Value::Date(5), "FAILED"),
        (
            Operator::Generalize,
            text("joe@example.org"),
            "@example.org",
        ),
        (Operator::Generalize, text("62704-1234"), "627"),
        (Operator::Generalize, text("03601"), "000"),
        (Operator::Generalize, text("203.0.113.9"), "203.0.113.0/24"),
        (Operator::Generalize, text("1950-01-31"), "1950"),
        (Operator::Generalize, text("1901-01-31"), "1935"),
        (Operator::Generalize, text("no such form"), "FAILED"),
        (Operator::Generalize, Value::Fixed(-1234), "-1000"),
        (Operator::Generalize, Value::Date(19_782), "Date(19723)"),
        (Operator::Generalize, Value::Boolean(true), "FAILED"),
        (Operator::DateShift { days: 30 }, Value::Fixed(5), "FAILED"),
        (Operator::DateShift { days: 0 }, Value::Date(5), "FAILED"),
        (Operator::Noise { percent: 10 }, text("x"), "FAILED"),
        (Operator::Noise { percent: 0 }, Value::Fixed(5), "FAILED"),
    ];
    for (operator, value, want) in cases {
        assert_eq!(
            shown(keyed(operator.clone()).apply(&value)),
            want,
            "{operator:?} {value:?}"
        );
    }
}

#[test]
fn hashes_join_within_a_tag_of_a_tenant_and_nowhere_else() {
    let master = MaskKey::from_bytes([7; 32]);
    let of = |label: &str, tenant: &str| {
        shown(Keyed::new(Operator::Hash, label, tenant, Some(&master)).apply(&text("a@b.cd")))
    };
    assert_eq!(of("EMAIL", "acme"), of("EMAIL", "acme"));
    assert_ne!(of("EMAIL", "acme"), of("EMAIL", "zeta"));
    assert_ne!(of("EMAIL", "acme"), of("SSN", "acme"));
    assert_eq!(of("EMAIL", "acme").len(), 26);
}

#[test]
fn without_a_master_key_keyed_operators_fail() {
    for operator in [
        Operator::Hash,
        Operator::Tokenize,
        Operator::DateShift { days: 3 },
        Operator::Noise { percent: 3 },
    ] {
        assert_eq!(
            Keyed::new(operator, "X", "", None).apply(&Value::Fixed(12_345_678)),
            Outcome::Failed
        );
    }
}

#[test]
fn json_is_hashed_leaf_by_leaf() {
    let hashed = shown(keyed(Operator::Hash).apply(&Value::Semi(Cow::Borrowed(
        r#"{"a": "x", "b": [-1, true], "c": "x", "d-null": -2}"#,
    ))));
    let parsed: serde_json::Value = serde_json::from_str(&hashed).unwrap();
    assert_eq!(parsed["a"], parsed["c"]);
    assert_ne!(parsed["a"], "x");
    assert!(parsed["b"][0].is_null() && parsed["b"][1] == true);
    assert!(parsed.get("d-null").is_some_and(|member| member.is_null()));
    let whole = shown(keyed(Operator::Hash).apply(&Value::Semi(Cow::Borrowed("not json"))));
    assert!(serde_json::from_str::<String>(&whole).is_ok());
}

/// Found by fuzzing: a token of 39 digits may be larger than 128 bits.
#[test]
fn the_longest_integers_get_a_hash_for_a_token() {
    let tokenize = keyed(Operator::Tokenize);
    for number in [i128::MAX, i128::MIN, 10_i128.pow(38), 10_i128.pow(38) - 1] {
        match tokenize.apply(&Value::Fixed(number)) {
            Outcome::Value(Value::Fixed(token)) => assert_ne!(token, number),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn tokens_keep_length_alphabet_and_separators() {
    let token = shown(keyed(Operator::Tokenize).apply(&text("078-05-1120")));
    assert_eq!(token.len(), 11);
    assert_ne!(token, "078-05-1120");
    for (place, byte) in token.bytes().enumerate() {
        assert_eq!(matches!(place, 3 | 6), byte == b'-', "{token}");
    }
    let lettered = shown(keyed(Operator::Tokenize).apply(&text("Ab-12345")));
    assert!(
        lettered
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
        "{lettered}"
    );
    let short = shown(keyed(Operator::Tokenize).apply(&text("12345")));
    assert_eq!(short.len(), 26, "too few values to hide among: a hash");
}

#[test]
fn shifted_dates_keep_their_spelling() {
    for spelled in ["1950-01-31", "01/31/1950", "31.01.1950", "19500131"] {
        let shifted = shown(keyed(Operator::DateShift { days: 20 }).apply(&text(spelled)));
        assert_ne!(shifted, spelled);
        assert_eq!(shifted.len(), spelled.len());
        let parsed = detect::date::parse(&shifted).unwrap();
        let off = detect::date::to_days(parsed) + 7276;
        assert!((1..=20).contains(&off.abs()), "{spelled} became {shifted}");
    }
}

fn narrowest(value: i128) -> u8 {
    match value {
        -128..=127 => 8,
        -32_768..=32_767 => 16,
        -2_147_483_648..=2_147_483_647 => 32,
        -9_223_372_036_854_775_808..=9_223_372_036_854_775_807 => 64,
        _ => 128,
    }
}

proptest! {
    #[test]
    fn numbers_stay_inside_the_type_that_held_them(number in prop_oneof![any::<i64>().prop_map(i128::from), any::<i32>().prop_map(i128::from), any::<i8>().prop_map(i128::from), any::<i128>().prop_map(|n| n / 4)]) {
        for operator in [Operator::Hash, Operator::Tokenize, Operator::Generalize, Operator::Noise { percent: 20 }] {
            match keyed(operator.clone()).apply(&Value::Fixed(number)) {
                Outcome::Value(Value::Fixed(masked)) => prop_assert!(narrowest(masked) <= narrowest(number), "{operator:?} {number} {masked}"),
                Outcome::Failed => {}
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }

    #[test]
    fn tokens_of_integers_do_not_collide_and_keep_their_digits(numbers in proptest::collection::btree_set(1_000_000_i128..9_999_999_999, 2..40)) {
        let keyed = keyed(Operator::Tokenize);
        let mut tokens = std::collections::BTreeSet::new();
        for number in &numbers {
            let Outcome::Value(Value::Fixed(token)) = keyed.apply(&Value::Fixed(*number)) else {
                return Err(TestCaseError::fail("no token"));
            };
            prop_assert_eq!(token.to_string().len(), number.to_string().len());
            prop_assert!(tokens.insert(token));
        }
    }

    #[test]
    fn noise_is_bounded(number in -1_000_000_000_i128..1_000_000_000, percent in 1_u8..100) {
        let Outcome::Value(Value::Fixed(noisy)) = keyed(Operator::Noise { percent }).apply(&Value::Fixed(number)) else {
            return Err(TestCaseError::fail("no noise"));
        };
        let bound = (number.abs() * i128::from(percent) / 100).max(1);
        prop_assert!((noisy - number).abs() <= bound, "{number} became {noisy}, more than {bound} off");
    }
}
