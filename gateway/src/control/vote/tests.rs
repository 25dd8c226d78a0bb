//! Whose votes count, and when a quorum is met.

use super::super::sample::{person, quorum};
use super::super::state::Vote;
use super::quorum_met;
use event::EventId;
use uuid::Uuid;

fn votes(people: &[(&str, &[&str])]) -> Vec<Vote> {
    let votes = people.iter().map(|(name, groups)| Vote {
        event: EventId::from_uuid(Uuid::nil()),
        by: person(name, groups),
    });
    votes.collect()
}

#[test]
fn each_person_fills_one_seat() {
    type Case<'a> = (
        &'a str,
        &'a [(&'a str, u32)],
        &'a [(&'a str, &'a [&'a str])],
        bool,
    );
    let cases: &[Case] = &[
        (
            "nobody asked for is nobody's to give",
            &[],
            &[("ann", &["a"])],
            false,
        ),
        ("one of one", &[("a", 1)], &[("ann", &["a"])], true),
        ("none of one", &[("a", 1)], &[], false),
        (
            "two of one group are two people",
            &[("a", 2)],
            &[("ann", &["a"])],
            false,
        ),
        (
            "two of one group",
            &[("a", 2)],
            &[("ann", &["a"]), ("bob", &["a"])],
            true,
        ),
        (
            "one person in two groups fills one seat",
            &[("a", 1), ("b", 1)],
            &[("ann", &["a", "b"])],
            false,
        ),
        (
            "the second person fits where the first can not",
            &[("a", 1), ("b", 1)],
            &[("ann", &["a", "b"]), ("bob", &["a"])],
            true,
        ),
        (
            "in either order",
            &[("a", 1), ("b", 1)],
            &[("bob", &["a"]), ("ann", &["a", "b"])],
            true,
        ),
        (
            "a chain of moves",
            &[("a", 1), ("b", 1), ("c", 1)],
            &[("x", &["a", "b"]), ("y", &["b", "c"]), ("z", &["a"])],
            true,
        ),
        (
            "more than needed",
            &[("a", 1)],
            &[("ann", &["a"]), ("bob", &["a"])],
            true,
        ),
        (
            "a need beyond all people",
            &[("a", u32::MAX)],
            &[("ann", &["a"])],
            false,
        ),
        (
            "a seat nobody is asked for",
            &[("a", 0)],
            &[("ann", &["a"])],
            false,
        ),
    ];
    for (name, parts, people, want) in cases {
        assert_eq!(quorum_met(&quorum(parts), &votes(people)), *want, "{name}");
    }
}
