//! What is a rule, what is none, and what a row becomes.

use serde_json::json;

use super::*;

const RIGHT: &str = r#"
title = "{principal} did {what} {times} times {of course}"
severity = "high"
attack = ["T1213.006"]
every = "5m"
window = "15m"
sql = "select 1 where time >= $since and time < $until"
"#;

fn row(value: Value) -> Map<String, Value> {
    value.as_object().cloned().expect("a row")
}

#[test]
fn each_wrong_file_is_refused_for_what_is_wrong_with_it() {
    assert!(Rule::parse("mass-read", RIGHT).is_ok());
    for (right, wrong, said) in [
        ("\"high\"", "\"awful\"", "awful"),
        ("\"T1213.006\"", "\"T9999\"", "T1213.006"),
        ("\"5m\"", "\"often\"", "every"),
        ("\"5m\"", "\"0s\"", "longer than nothing"),
        ("\"15m\"", "\"1m\"", "shorter than every"),
        ("$since", "now()", "no $since"),
        ("$until", "now()", "no $until"),
        ("every =", "evry =", "evry"),
        (
            "title = \"{principal} did {what} {times} times {of course}\"",
            "title = \" \"",
            "empty",
        ),
    ] {
        let text = RIGHT.replacen(right, wrong, 1);
        assert_ne!(text, RIGHT);
        let error = Rule::parse("mass-read", &text)
            .expect_err(wrong)
            .to_string();
        assert!(
            error.contains("mass-read") && error.contains(said),
            "{wrong}: {error}"
        );
    }
    assert!(matches!(
        Rule::parse("Mass Read", RIGHT),
        Err(RuleError::Name(_))
    ));
}

#[test]
fn the_window_is_written_as_times() {
    let rule = Rule::parse("r", RIGHT).expect("a rule");
    assert_eq!(
        rule.query(TimeNs(0), TimeNs(1_500_000_001)),
        "select 1 where time >= TIMESTAMP '1970-01-01T00:00:00.000000000Z' and time < TIMESTAMP '1970-01-01T00:00:01.500000001Z'"
    );
}

#[test]
fn the_same_key_is_the_same_finding_and_another_rule_another() {
    let said = json!({"key": "a", "time": "2026-03-04T10:00:00.5", "principal_subject": "ann@example.com", "what": "it", "times": 3,
        "session_id": "019c0000-0000-7000-8000-000000000001", "principal": "ann"});
    let rule = Rule::parse("one", RIGHT).expect("a rule");
    let finding = rule.found(&row(said.clone())).expect("a finding");
    assert_eq!(finding.title, "ann did it 3 times {of course}");
    assert_eq!(finding.time, TimeNs(1_772_618_400_500_000_000));
    assert_eq!(
        finding
            .principal
            .as_ref()
            .map(|principal| principal.display.as_str()),
        Some("ann")
    );
    assert_eq!(rule.found(&row(said.clone())), Ok(finding.clone()));
    let other = Rule::parse("other", RIGHT).expect("a rule");
    assert_ne!(other.found(&row(said)).expect("a finding").id, finding.id);
}

#[test]
fn a_row_without_key_or_time_says_which_rule_is_wrong() {
    let rule = Rule::parse("one", RIGHT).expect("a rule");
    for (value, column) in [
        (json!({"time": "2026-03-04 10:00:00"}), "key"),
        (json!({"key": "a", "time": 7}), "time"),
        (json!({"key": "a", "time": "noon"}), "time"),
    ] {
        assert_eq!(
            rule.found(&row(value)).expect_err("no finding").column,
            column
        );
    }
}
