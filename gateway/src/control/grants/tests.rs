//! Standing grants: whatever order uses, ends and other people's words come in, no more runs than was agreed to.

use event::payload::{
    ApprovalGranted, ApprovalReviewed, ApprovalRevoked, Approver, GrantScope, ScopeKind,
};
use event::{EventId, Payload, TimeNs};
use journal::Offset;
use proptest::prelude::*;
use uuid::Uuid;

use crate::control::sample::{SECOND, binding, event, person, requested, statement};
use crate::control::state::{Phase, State};

fn scope(kind: ScopeKind, uses: Option<u64>) -> GrantScope {
    GrantScope {
        kind,
        shape: (kind == ScopeKind::Shape).then(|| "shape".to_owned()),
        uses,
        rows: None,
        until: TimeNs(1000 * SECOND),
        group: (kind == ScopeKind::BreakGlass).then(|| "glass".to_owned()),
        under: None,
    }
}

fn yes(by: Approver, scope: Option<GrantScope>) -> Payload {
    ApprovalGranted {
        binding: binding("a"),
        by,
        note: String::new(),
        scope,
    }
    .into()
}

fn rests(kind: ScopeKind, under: u128) -> Payload {
    let scope = GrantScope {
        under: Some(EventId::from_uuid(Uuid::from_u128(under))),
        ..scope(kind, None)
    };
    yes(person("ann", &["dba"]), Some(scope))
}

/// Folds events, each of a statement at some second; an event's id is its place from 1.
fn fold(events: &[(u128, i64, Payload)]) -> State {
    let mut state = State::default();
    for (place, (number, seconds, payload)) in events.iter().enumerate() {
        let id = place as u128 + 1;
        let event = event(id, id, *number, *seconds, payload.clone());
        state.apply(Offset(place as u64), &event);
    }
    state
}

fn is_granted(state: &State, number: u128) -> bool {
    let hold = state.hold(statement(number));
    hold.is_some_and(|hold| hold.phase == Phase::Granted)
}

fn ask(number: u128) -> (u128, i64, Payload) {
    (number, 1, requested(&[("dba", 1)]))
}

fn ann() -> Approver {
    person("ann", &["dba"])
}

#[test]
fn a_use_needs_what_it_needs() {
    use ScopeKind::{BreakGlass, Session, Shape};
    let begun = |scope| vec![ask(1), (1, 2, yes(ann(), scope)), ask(2)];
    let until = |seconds| {
        let short = GrantScope {
            until: TimeNs(seconds * SECOND),
            ..scope(Session, None)
        };
        begun(Some(short))
    };
    let of_glass = |by: Approver| {
        vec![
            ask(1),
            (1, 2, yes(by, Some(scope(BreakGlass, None)))),
            ask(2),
        ]
    };
    let revoked = |by: Approver| {
        let mut events = begun(Some(scope(Session, None)));
        let revoked = ApprovalRevoked {
            grant: EventId::from_uuid(Uuid::from_u128(2)),
            by,
            reason: String::new(),
        };
        events.push((1, 3, revoked.into()));
        events
    };
    let glass = || person("gil", &["glass"]);
    let cases = [
        (
            "a yes for one statement is for one",
            begun(None),
            (2, 3, rests(Session, 2)),
            false,
        ),
        (
            "a session's is for another",
            begun(Some(scope(Session, None))),
            (2, 3, rests(Session, 2)),
            true,
        ),
        (
            "a shape's for the same shape",
            begun(Some(scope(Shape, None))),
            (2, 3, rests(Shape, 2)),
            true,
        ),
        (
            "no other event is a grant",
            begun(Some(scope(Session, None))),
            (2, 3, rests(Session, 1)),
            false,
        ),
        (
            "the last use is the statement's own",
            begun(Some(scope(Session, Some(1)))),
            (2, 3, rests(Session, 2)),
            false,
        ),
        ("in time", until(10), (2, 9, rests(Session, 2)), true),
        ("not after it", until(10), (2, 10, rests(Session, 2)), false),
        (
            "one of the glass alone",
            of_glass(glass()),
            (2, 3, rests(BreakGlass, 2)),
            true,
        ),
        (
            "nobody else breaks it",
            of_glass(ann()),
            (2, 3, rests(BreakGlass, 2)),
            false,
        ),
        (
            "nor whoever asked",
            of_glass(person("agent-7", &["glass"])),
            (2, 3, rests(BreakGlass, 2)),
            false,
        ),
        (
            "taken back",
            revoked(ann()),
            (2, 4, rests(Session, 2)),
            false,
        ),
        (
            "by an outsider it is not",
            revoked(person("eve", &["sales"])),
            (2, 4, rests(Session, 2)),
            true,
        ),
    ];
    for (name, mut events, last, want) in cases {
        events.push(last);
        assert_eq!(is_granted(&fold(&events), 2), want, "{name}");
    }
}

#[test]
fn what_was_taken_back_before_it_ran_does_not_run() {
    let revoked = ApprovalRevoked {
        grant: EventId::from_uuid(Uuid::from_u128(2)),
        by: ann(),
        reason: "done".to_owned(),
    };
    let events = [
        ask(1),
        (1, 2, yes(ann(), Some(scope(ScopeKind::Session, None)))),
        ask(2),
        (2, 3, rests(ScopeKind::Session, 2)),
        (1, 4, revoked.into()),
    ];
    let state = fold(&events);
    for number in [1, 2] {
        let phase = &state.hold(statement(number)).expect("held").phase;
        assert!(
            matches!(phase, Phase::Denied { note, .. } if note == "done"),
            "{phase:?}"
        );
    }
}

#[test]
fn of_several_the_narrowest_counts_and_all_must_wish_it() {
    let two = |first: Option<GrantScope>, second: Option<GrantScope>| {
        let ask = (1, 1, requested(&[("dba", 1), ("owners", 1)]));
        let bob = person("bob", &["owners"]);
        fold(&[ask, (1, 2, yes(ann(), first)), (1, 3, yes(bob, second))])
    };
    let wide = || Some(scope(ScopeKind::Session, None));
    let narrow = Some(scope(ScopeKind::Session, Some(3)));
    let both = two(wide(), narrow);
    let (_, grant) = both.grants().iter().next().expect("a grant");
    assert_eq!((grant.scope.uses, grant.voters.len()), (Some(3), 2));
    assert_eq!(
        two(wide(), None).grants().iter().count(),
        0,
        "one said once"
    );
    let mixed = two(wide(), Some(scope(ScopeKind::Shape, None)));
    assert_eq!(mixed.grants().iter().count(), 0);
    assert!(is_granted(&mixed, 1), "the statement itself runs");
}

#[test]
fn nothing_lasts_longer_whatever_a_gateway_let_through() {
    let longest = GrantScope {
        until: TimeNs(i64::MAX),
        ..scope(ScopeKind::BreakGlass, None)
    };
    let state = fold(&[
        ask(1),
        (1, 2, yes(person("gil", &["glass"]), Some(longest))),
    ]);
    let (_, grant) = state.grants().iter().next().expect("a grant");
    assert_eq!(grant.scope.until, TimeNs((2 + 1800) * SECOND));
}

#[test]
fn a_review_is_somebody_elses() {
    let broken = || {
        let by = person("gil", &["glass"]);
        vec![
            ask(1),
            (1, 2, yes(by, Some(scope(ScopeKind::BreakGlass, None)))),
        ]
    };
    for (by, closed) in [
        (person("gil", &["glass"]), false),
        (person("agent-7", &["glass"]), false),
        (person("carol", &["glass"]), false),
        (person("ines", &["glass"]), true),
    ] {
        let mut events = broken();
        let reviewed = ApprovalReviewed {
            grant: EventId::from_uuid(Uuid::from_u128(2)),
            by: by.clone(),
            note: String::new(),
        };
        events.push((1, 5, reviewed.into()));
        let state = fold(&events);
        let (_, grant) = state.grants().iter().next().expect("a grant");
        assert_eq!(grant.reviewed.is_some(), closed, "{}", by.subject);
    }
}

proptest! {
    /// However uses of several gateways come in, as many statements are granted as people agreed to.
    #[test]
    fn no_more_than_agreed(uses in 1u64..6, order in prop::collection::vec(2u128..9, 0..40)) {
        let mut events: Vec<_> = (1..9).map(ask).collect();
        events.push((1, 2, yes(ann(), Some(scope(ScopeKind::Shape, Some(uses))))));
        events.extend(order.iter().map(|number| (*number, 3, rests(ScopeKind::Shape, 9))));
        let state = fold(&events);
        let granted = (1..9).filter(|number| is_granted(&state, *number)).count() as u64;
        let asked: std::collections::BTreeSet<_> = order.iter().collect();
        prop_assert_eq!(granted, uses.min(asked.len() as u64 + 1));
    }
}
