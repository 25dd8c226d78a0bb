//! What `sql` must do, tried.

use super::*;

fn masked(text: &str) -> String {
    mask(text, &Detectors::default())
}

#[test]
fn nothing_sensitive_typed_into_sql_is_left() {
    let cases = [
        (
            "SELECT * FROM t WHERE pan = '4111111111111111'",
            "SELECT * FROM t WHERE pan = '[CREDIT_CARD]'",
        ),
        (
            "SELECT 4111111111111111 -- for a@b.com",
            "SELECT [CREDIT_CARD] -- for [EMAIL]",
        ),
        (
            "/* ssn 078-05-1121 */ SELEC 1",
            "/* ssn [US_SSN] */ SELEC 1",
        ),
        (
            "UPDATE t SET x=$$DE89 3704 0044 0532 0130 00$$",
            "UPDATE t SET x=$$[IBAN]$$",
        ),
        (
            "SELECT '+1 212 555 0100', 'it''s'",
            "SELECT '[PHONE]', 'it''s'",
        ),
        ("SELECT '\\x34111111111111111'", "SELECT '[CREDIT_CARD]'"),
        (
            "SELECT 'never closed 4111111111111111",
            "SELECT 'never closed [CREDIT_CARD]",
        ),
        ("SELECT \"joe@example.org\"", "SELECT \"[EMAIL]\""),
        (
            "SELECT 1 // card 4111-1111-1111-1111\n, 2",
            "SELECT 1 // card [CREDIT_CARD]\n, 2",
        ),
        (
            "WHERE ssn = '078051121' AND n = '078051121'",
            "WHERE ssn = '[US_SSN]' AND n = '078051121'",
        ),
        (
            "WHERE t.ssn IN ('078051121')",
            "WHERE t.ssn IN ('[US_SSN]')",
        ),
        ("WHERE ssn = 78051121", "WHERE ssn = [US_SSN]"),
        (
            "INSERT INTO p (id, last_name, ssn) VALUES (1, 'Quux', '078051121'), (2, 'Blah', '219099998')",
            "INSERT INTO p (id, last_name, ssn) VALUES (1, '[PERSON]', '[US_SSN]'), (2, '[PERSON]', '[US_SSN]')",
        ),
        (
            "WHERE note = 'call John Smith'",
            "WHERE note = 'call [PERSON]'",
        ),
    ];
    for (text, want) in cases {
        assert_eq!(masked(text), want);
    }
}

#[test]
fn what_is_not_sensitive_stays_as_typed() {
    for text in [
        "SELECT a FROM b LIMIT 10",
        "SELECT * FROM PARIS JOIN JORDAN ON MARK = MAY ORDER BY GRACE DESC",
        "SELECT $1, 'it''s', $$x$$, -- y\n 2.5e3 FROM t WHERE d >= '2024-01-01'",
        "",
        "'",
        "$$",
        "/*",
        "\\'",
    ] {
        assert_eq!(masked(text), text);
    }
}

proptest::proptest! {
    #[test]
    fn every_piece_of_any_text_is_tries(text in "['\"$\\-/*\\\\\n a-z0-9é]{0,60}") {
        let mut whole = String::new();
        pieces(&text, |_, part| whole.push_str(part));
        assert_eq!(whole, text);
    }

    #[test]
    fn a_card_is_never_left_wherever_it_stands(before in "['\"$\\-/* a-zé(,=]{0,20}", after in "['\"$\\-/* a-zé),=]{0,20}") {
        proptest::prop_assume!(!before.ends_with(|last: char| last.is_alphanumeric() || last == '_' || last == '.'));
        proptest::prop_assume!(!after.starts_with(|first: char| first.is_alphanumeric() || first == '_'));
        let text = format!("{before}4111111111111111{after}");
        proptest::prop_assert!(!masked(&text).contains("4111111111111111"), "{}", masked(&text));
    }
}
