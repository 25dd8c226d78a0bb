//! Two sessions held against each other.

use proptest::prelude::*;

use super::timeline;
use crate::diff::{Aspect, Standing, sessions};
use crate::timeline::{Entry, Timeline};

fn statements(timeline: &mut Timeline) -> Vec<&mut crate::timeline::Statement> {
    let entries = timeline.entries.iter_mut();
    let statements = entries.filter_map(|entry| match entry {
        Entry::Statement(statement) => Some(statement.as_mut()),
        Entry::Note(_) => None,
    });
    statements.collect()
}

#[test]
fn a_session_is_as_itself() {
    for number in [1, 2, 3] {
        let one = timeline(number);
        let diff = sessions(&one, &one);
        assert!(diff.is_same(), "{}", diff.text());
        assert_eq!(diff.same, diff.before.statements);
    }
}

#[test]
fn what_is_otherwise_is_named() {
    let before = timeline(1);
    let mut after = before.clone();
    let changed = statements(&mut after)
        .into_iter()
        .find(|one| !one.results.is_empty());
    let changed = changed.unwrap();
    let number = changed.number;
    changed.results[0].rows += 1;
    changed.results[0]
        .grid
        .rows
        .push(vec![Some("one more".to_owned())]);
    changed.results[0].masked_cells += 2;
    let diff = sessions(&before, &after);
    assert_eq!((diff.changed, diff.added, diff.missing), (1, 0, 0));
    let pair = diff
        .statements
        .iter()
        .find(|pair| pair.standing == Standing::Changed)
        .unwrap();
    assert_eq!(pair.after.as_ref().unwrap().number, number);
    let has = |wanted: fn(&Aspect) -> bool| pair.aspects.iter().any(wanted);
    assert!(has(|aspect| matches!(aspect, Aspect::Rows { .. })));
    assert!(has(|aspect| matches!(
        aspect,
        Aspect::Values {
            only_before: 0,
            only_after: 1
        }
    )));
    assert!(has(|aspect| matches!(aspect, Aspect::MaskedCells { .. })));
    assert!(
        diff.text()
            .contains("values: 0 rows only before, 1 only after"),
        "{}",
        diff.text()
    );
}

#[test]
fn a_wide_terminal_has_them_beside_each_other() {
    let before = timeline(1);
    let mut after = before.clone();
    for statement in statements(&mut after) {
        if let Some(request) = &mut statement.request {
            request.text.push_str(" \u{1b}[2J");
        }
        for result in &mut statement.results {
            result.rows += 1;
        }
    }
    after.entries.pop();
    let diff = sessions(&before, &after);
    assert_eq!(diff.columns(80), None);
    for columns in [110, 160, 240] {
        let text = diff.columns(columns).unwrap();
        assert!(text.contains("~ #1") && text.contains(" │ "));
        for line in text.lines() {
            assert!(display::screen::width(line) <= columns, "{line}");
            assert!(!line.contains(char::is_control));
        }
    }
    insta::assert_snapshot!(diff.columns(160).unwrap());
}

proptest! {
    /// Whatever is taken out of one of two equal sessions is missing there, and nothing else is said.
    #[test]
    fn what_is_taken_out_is_missing(kept in prop::collection::vec(any::<bool>(), 64)) {
        let before = timeline(1);
        let mut after = before.clone();
        let mut kept = kept.into_iter().cycle();
        after.entries.retain(|entry| matches!(entry, Entry::Note(_)) || kept.next().unwrap_or(true));
        let diff = sessions(&before, &after);
        prop_assert_eq!((diff.changed, diff.added), (0, 0));
        prop_assert_eq!(diff.missing, diff.before.statements - diff.after.statements);
        let back = sessions(&after, &before);
        prop_assert_eq!((back.added, back.missing), (diff.missing, 0));
    }
}
