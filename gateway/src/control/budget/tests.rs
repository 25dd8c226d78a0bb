//! Budgets against a second way of counting: all statements kept, and added up anew each time.

use std::collections::HashSet;

use event::payload::{Compared, StatementCounted};
use event::{Principal, TimeNs};
use proptest::prelude::*;

use super::super::sample::{about, binding, statement};
use super::Budgets;

const HOUR: i64 = super::HOUR_NS;

fn principal(subject: &str) -> Principal {
    Principal {
        subject: subject.to_owned(),
        ..about(1).principal
    }
}

fn compared(column: &str, times: u32) -> Compared {
    Compared {
        column: column.to_owned(),
        times,
    }
}

fn counted(word: &str, columns: &[(&str, u32)]) -> StatementCounted {
    StatementCounted {
        binding: binding(word),
        compared: columns
            .iter()
            .map(|(column, times)| compared(column, *times))
            .collect(),
    }
}

/// How often `who` has had SSN compared at `hour`.
fn uses(budgets: &Budgets, who: &str, hour: i64) -> u32 {
    let found = budgets.before(&principal(who), ["SSN"].into_iter(), TimeNs(hour * HOUR));
    found[0].times
}

#[test]
fn what_one_principal_asks_sums_over_sessions_and_wordings_and_is_no_other_principals() {
    let mut budgets = Budgets::default();
    let mut ask = |number, who, word, columns: &[(&str, u32)]| {
        let counted = counted(word, columns);
        budgets.count(statement(number), &principal(who), &counted, TimeNs(HOUR));
    };
    // Statement ids differ by session.
    ask(1, "a", "ssn < 'x'", &[("SSN", 1)]);
    ask(2, "a", "case ssn", &[("EMAIL", 1), ("SSN", 3)]);
    ask(3, "b", "ssn < 'x'", &[("SSN", 1)]);
    assert_eq!([uses(&budgets, "a", 1), uses(&budgets, "b", 1)], [4, 1]);
    assert_eq!(uses(&budgets, "c", 1), 0);
    let told = budgets.told(statement(2), binding("case ssn"));
    assert_eq!(told, Some(&[compared("EMAIL", 0), compared("SSN", 1)][..]));
    // What the client says of itself makes nobody else of it.
    let renamed = Principal {
        display: "somebody".to_owned(),
        groups: vec!["other".to_owned()],
        agent: None,
        ..principal("a")
    };
    let found = budgets.before(&renamed, ["SSN"].into_iter(), TimeNs(HOUR));
    assert_eq!(found, [compared("SSN", 4)]);
}

#[test]
fn a_statement_counts_once_unless_it_says_something_else() {
    let mut budgets = Budgets::default();
    for word in ["one", "one", "other", "one"] {
        let counted = counted(word, &[("SSN", 1)]);
        budgets.count(statement(1), &principal("a"), &counted, TimeNs(0));
    }
    assert_eq!(uses(&budgets, "a", 0), 2);
    let told = budgets.told(statement(1), binding("one"));
    assert_eq!(told, Some(&[compared("SSN", 0)][..]));
}

#[test]
fn what_is_older_than_the_window_counts_no_more_and_takes_no_room() {
    let mut budgets = Budgets::default();
    let mut number = 0;
    let mut ask = |budgets: &mut Budgets, who, hour| {
        number += 1;
        let counted = counted("w", &[("SSN", 1)]);
        budgets.count(
            statement(number),
            &principal(who),
            &counted,
            TimeNs(hour * HOUR),
        );
    };
    ask(&mut budgets, "a", 0);
    ask(&mut budgets, "a", 10);
    for (hour, expected) in [(10, 2), (24, 2), (25, 1), (34, 1), (35, 0)] {
        assert_eq!(uses(&budgets, "a", hour), expected, "{hour} h");
    }
    // One whose clock is a day ahead takes nothing from the others.
    ask(&mut budgets, "b", 33);
    assert_eq!(uses(&budgets, "a", 10), 2);
    ask(&mut budgets, "b", 100);
    assert_eq!(budgets.used.len(), 1);
}

/// (who, which statement, when, how often)
fn asked() -> impl Strategy<Value = (u8, u8, i64, u32)> {
    (0..3u8, 0..40u8, 0..30i64, 1..4u32)
}

proptest! {
    #[test]
    fn each_is_told_what_was_counted_before_it_in_journal_order(
        asked in proptest::collection::vec(asked(), 0..60)
    ) {
        let mut budgets = Budgets::default();
        let mut all: Vec<(u8, i64, u32)> = Vec::new();
        let mut seen = HashSet::new();
        for (who, number, hour, times) in asked {
            let principal = principal(&who.to_string());
            let event = counted("w", &[("SSN", times)]);
            let time = TimeNs(hour * HOUR + i64::from(number));
            budgets.count(statement(number.into()), &principal, &event, time);
            if !seen.insert(number) {
                continue;
            }
            let own = all.iter().filter(|(other, at, _)| *other == who && *at >= hour - 24);
            let before: u32 = own.map(|(_, _, times)| times).sum();
            let told = budgets.told(statement(number.into()), binding("w"));
            prop_assert_eq!(told, Some(&[compared("SSN", before)][..]));
            all.push((who, hour, times));
        }
    }
}
