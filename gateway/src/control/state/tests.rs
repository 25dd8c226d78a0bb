//! The fold: every order of control events leads every gateway to the same state.

use event::payload::{ApprovalEstimated, GivenUp, StatementAnnounced};
use proptest::prelude::*;

use super::super::sample::*;
use super::{Phase, State};
use event::{Event, Kind, Payload, SessionId};
use journal::Offset;
use uuid::Uuid;

fn fold(events: &[(i64, Payload)]) -> State {
    let mut state = State::default();
    for (place, (seconds, payload)) in events.iter().enumerate() {
        let id = place as u128 + 1;
        let event = event(id, id, 1, *seconds, payload.clone());
        state.apply(Offset(place as u64), &event);
    }
    state
}

/// A word for the phase, with the number of the event that made it where that matters.
fn word(events: &[(i64, Payload)]) -> String {
    match fold(events)
        .hold(statement(1))
        .map(|hold| hold.phase.clone())
    {
        None => "none".to_owned(),
        Some(Phase::Pending) => "pending".to_owned(),
        Some(Phase::Granted) => "granted".to_owned(),
        Some(Phase::Claimed(claim)) => format!("claimed {}", claim.event.uuid().as_u128()),
        Some(Phase::Denied { by, .. }) => format!("denied {}", by.subject),
        Some(Phase::Expired) => "expired".to_owned(),
        Some(Phase::Canceled { reason }) => format!("canceled {reason}"),
    }
}

fn announced(ids: &[&str]) -> Payload {
    StatementAnnounced {
        query_ids: ids.iter().map(|&id| id.to_owned()).collect(),
        sealed: if ids.is_empty() { "" } else { "plan" }.into(),
    }
    .into()
}

fn estimated(word: &str, bytes: u64) -> Payload {
    ApprovalEstimated {
        binding: binding(word),
        bytes: Some(bytes),
        partitions: None,
        partitions_total: None,
        unknown: None,
    }
    .into()
}

#[test]
fn the_first_estimate_of_what_was_asked_is_told_and_moves_nothing() {
    let ask = || (0, requested(&[("dba", 1)]));
    let yes = || (10, granted(person("ann", &["dba"])));
    for (what, events, bytes) in [
        ("it is told", vec![ask(), (1, estimated("a", 7))], Some(7)),
        (
            "the first counts",
            vec![ask(), (1, estimated("a", 7)), (2, estimated("a", 8))],
            Some(7),
        ),
        (
            "another binding's is none",
            vec![ask(), (1, estimated("b", 7)), (2, estimated("a", 8))],
            Some(8),
        ),
        (
            "late is better than none",
            vec![ask(), yes(), (11, estimated("a", 7))],
            Some(7),
        ),
        (
            "before the request it is none",
            vec![(0, estimated("a", 7)), ask()],
            None,
        ),
    ] {
        let state = fold(&events);
        let hold = state.hold(statement(1)).expect("a hold");
        let told = hold.estimate.as_ref().and_then(|told| told.bytes);
        assert_eq!(told, bytes, "{what}");
        let others = events.into_iter();
        let others = others.filter(|(_, one)| one.kind() != Kind::ApprovalEstimated);
        let others: Vec<_> = others.collect();
        let phase = fold(&others)
            .hold(statement(1))
            .expect("a hold")
            .phase
            .clone();
        assert_eq!(hold.phase, phase, "{what}");
    }
}

#[test]
fn each_transition_needs_what_it_needs() {
    let ask = || (0, requested(&[("dba", 1)]));
    let ann = || person("ann", &["dba"]);
    let yes = || (10, granted(ann()));
    type Case = (&'static str, Vec<(i64, Payload)>, &'static str);
    let cases: Vec<Case> = vec![
        ("a request waits", vec![ask()], "pending"),
        ("one of the group is enough", vec![ask(), yes()], "granted"),
        ("a vote without a request is nothing", vec![yes()], "none"),
        (
            "an outsider does not count",
            vec![ask(), (10, granted(person("eve", &["agents"])))],
            "pending",
        ),
        (
            "the requester does not count",
            vec![ask(), (10, granted(person("agent-7", &["dba"])))],
            "pending",
        ),
        (
            "the human behind the agent does not count",
            vec![ask(), (10, granted(person("carol", &["dba"])))],
            "pending",
        ),
        (
            "a late yes does not count",
            vec![ask(), (1800, granted(ann()))],
            "pending",
        ),
        (
            "a no ends it",
            vec![
                ask(),
                (10, denied(ann())),
                (11, granted(person("bob", &["dba"]))),
            ],
            "denied ann",
        ),
        (
            "an outsider's no does not",
            vec![ask(), (10, denied(person("eve", &[])))],
            "pending",
        ),
        (
            "a no after the grant is too late",
            vec![ask(), yes(), (11, denied(person("bob", &["dba"])))],
            "granted",
        ),
        (
            "nobody can expire it early",
            vec![ask(), (1799, expired())],
            "pending",
        ),
        (
            "unanswered it expires",
            vec![ask(), (1800, expired())],
            "expired",
        ),
        (
            "a yes after that is nothing",
            vec![ask(), (1800, expired()), (10, granted(ann()))],
            "expired",
        ),
        (
            "a grant lasts its own time",
            vec![ask(), yes(), (909, expired())],
            "granted",
        ),
        (
            "an unused grant expires",
            vec![ask(), yes(), (910, expired())],
            "expired",
        ),
        (
            "the client may give up",
            vec![ask(), (5, canceled(GivenUp::Aborted)), yes()],
            "canceled aborted",
        ),
        (
            "also after the grant",
            vec![ask(), yes(), (11, canceled(GivenUp::Aborted))],
            "canceled aborted",
        ),
        (
            "not once it runs",
            vec![
                ask(),
                yes(),
                (11, claimed("a")),
                (12, canceled(GivenUp::Aborted)),
            ],
            "claimed 3",
        ),
        (
            "nothing runs before the grant",
            vec![ask(), (5, claimed("a"))],
            "pending",
        ),
        (
            "nothing else than what was approved runs",
            vec![ask(), yes(), (11, claimed("b"))],
            "granted",
        ),
        (
            "the first claim wins",
            vec![ask(), yes(), (11, claimed("a")), (12, claimed("a"))],
            "claimed 3",
        ),
        (
            "a claim after the execution time is nothing",
            vec![ask(), yes(), (910, claimed("a"))],
            "granted",
        ),
        (
            "a dead claim is taken over",
            vec![ask(), yes(), (11, claimed("a")), (131, claimed("a"))],
            "claimed 4",
        ),
        (
            "not a second early",
            vec![ask(), yes(), (11, claimed("a")), (130, claimed("a"))],
            "claimed 3",
        ),
        (
            "nor once its query id is known",
            vec![
                ask(),
                yes(),
                (11, claimed("a")),
                (20, announced(&["q"])),
                (500, claimed("a")),
            ],
            "claimed 3",
        ),
        (
            "nor once it is known to have run without a result",
            vec![
                ask(),
                yes(),
                (11, claimed("a")),
                (20, announced(&[])),
                (500, claimed("a")),
            ],
            "claimed 3",
        ),
        (
            "abandoned is not pending",
            vec![
                ask(),
                (130, canceled(GivenUp::Abandoned)),
                (131, granted(ann())),
            ],
            "canceled abandoned",
        ),
        (
            "a live poll revives it",
            vec![
                ask(),
                (130, canceled(GivenUp::Abandoned)),
                (131, requested(&[("dba", 1)])),
            ],
            "pending",
        ),
        (
            "with its grant",
            vec![
                ask(),
                yes(),
                (130, canceled(GivenUp::Abandoned)),
                (131, requested(&[("dba", 1)])),
            ],
            "granted",
        ),
        (
            "but not past its time",
            vec![
                ask(),
                (130, canceled(GivenUp::Abandoned)),
                (1800, requested(&[("dba", 1)])),
            ],
            "canceled abandoned",
        ),
        (
            "an aborted one is not revived",
            vec![
                ask(),
                (5, canceled(GivenUp::Aborted)),
                (6, requested(&[("dba", 1)])),
            ],
            "canceled aborted",
        ),
        (
            "an abort beats abandonment",
            vec![
                ask(),
                (130, canceled(GivenUp::Abandoned)),
                (131, canceled(GivenUp::Aborted)),
                (132, requested(&[("dba", 1)])),
            ],
            "canceled aborted",
        ),
        (
            "a second request changes nothing",
            vec![
                ask(),
                (1, requested(&[("agents", 1)])),
                (2, granted(person("eve", &["agents"]))),
            ],
            "pending",
        ),
    ];
    for (name, events, want) in cases {
        assert_eq!(word(&events), want, "{name}");
    }
}

#[test]
fn a_run_never_takes_over_its_own_claim() {
    let mut state = State::default();
    let steps = [
        (7, 0, requested(&[("dba", 1)])),
        (7, 1, granted(person("ann", &["dba"]))),
        (7, 2, claimed("a")),
        (7, 500, claimed("a")),
    ];
    for (offset, (run, seconds, payload)) in (0..).zip(steps) {
        let id = u128::from(offset) + 1;
        state.apply(Offset(offset), &event(id, run, 1, seconds, payload));
    }
    let phase = state.hold(statement(1)).map(|hold| hold.phase.clone());
    assert!(matches!(phase, Some(Phase::Claimed(claim)) if claim.event.uuid().as_u128() == 3));
}

#[test]
fn a_query_id_resolves_in_its_own_session_only() {
    let state = fold(&[(0, announced(&["01B2-AA", "01b2-bb"]))]);
    let other = SessionId::from_uuid(Uuid::from_u128(0xbad));
    for id in ["01b2-aa", "01B2-BB", &statement(1).to_string()] {
        assert!(state.announced(session(), id).is_some(), "{id}");
        assert!(state.announced(other, id).is_none(), "{id}");
    }
    assert!(state.announced(session(), "01b2-cc").is_none());
}

#[test]
fn a_query_id_never_moves_to_another_statement() {
    let mut state = State::default();
    state.apply(Offset(0), &event(1, 1, 1, 0, announced(&["q"])));
    state.apply(Offset(1), &event(2, 1, 2, 1, announced(&["q", "r"])));
    let of = |id| {
        state
            .announced(session(), id)
            .map(|one| one.about.statement)
    };
    assert_eq!(of("q"), Some(statement(1)));
    assert_eq!(of("r"), Some(statement(2)));
}

#[test]
fn what_cannot_run_any_more_keeps_no_sealed_request() {
    let ann = || person("ann", &["dba"]);
    for end in [
        vec![(10, denied(ann()))],
        vec![(1800, expired())],
        vec![(5, canceled(GivenUp::Aborted))],
    ] {
        let mut events = vec![(0, requested(&[("dba", 1)]))];
        events.extend(end);
        let state = fold(&events);
        assert!(
            state
                .hold(statement(1))
                .expect("a hold")
                .request
                .sealed
                .is_empty()
        );
    }
    let claimed = fold(&[
        (0, requested(&[("dba", 1)])),
        (1, granted(ann())),
        (2, claimed("a")),
    ]);
    assert!(
        !claimed
            .hold(statement(1))
            .expect("a hold")
            .request
            .sealed
            .is_empty()
    );
}

fn any_payload() -> impl Strategy<Value = Payload> {
    let someone = (0..5_usize).prop_map(|who| {
        let (name, groups): (&str, &[&str]) = [
            ("ann", &["dba"][..]),
            ("bob", &["dba", "owners"]),
            ("cem", &["owners"]),
            ("agent-7", &["dba", "owners"]),
            ("eve", &[]),
        ][who];
        person(name, groups)
    });
    prop_oneof![
        Just(requested(&[("dba", 1), ("owners", 1)])),
        someone.clone().prop_map(granted),
        someone.prop_map(denied),
        Just(expired()),
        Just(canceled(GivenUp::Aborted)),
        Just(canceled(GivenUp::Abandoned)),
        Just(claimed("a")),
        Just(claimed("b")),
        Just(announced(&["q"])),
    ]
}

fn any_events() -> impl Strategy<Value = Vec<Event>> {
    let one = (0..3_u128, 0..4_u128, 0..3000_i64, any_payload());
    prop::collection::vec(one, 0..60).prop_map(|all| {
        let numbered = all.into_iter().zip(1..);
        numbered
            .map(|((number, run, seconds, payload), id)| event(id, run, number, seconds, payload))
            .collect()
    })
}

proptest! {
    /// A gateway that restarts, or sees records again, folds to what every other folds to.
    #[test]
    fn any_instance_folds_to_the_same_state(events in any_events(), again in prop::collection::vec(any::<prop::sample::Index>(), 0..20)) {
        let mut straight = State::default();
        for (offset, event) in (0..).zip(&events) {
            straight.apply(Offset(offset), event);
        }
        let mut halting = State::default();
        for (offset, event) in (0..).zip(&events) {
            halting.apply(Offset(offset), event);
            for index in &again {
                let earlier = index.index(events.len());
                if earlier as u64 <= offset {
                    halting.apply(Offset(earlier as u64), &events[earlier]);
                }
            }
        }
        prop_assert_eq!(straight, halting);
    }

    /// Whatever comes in whatever order: nothing runs without two distinct eligible people and one claim at a time.
    #[test]
    fn nothing_runs_that_was_not_granted(events in any_events()) {
        let mut state = State::default();
        for (offset, event) in (0..).zip(&events) {
            let before: Vec<_> = state.holds().map(|(id, hold)| (id, hold.phase.clone())).collect();
            state.apply(Offset(offset), event);
            for (id, hold) in state.holds() {
                let mut people: Vec<_> = hold.votes.iter().map(|vote| &vote.by.subject).collect();
                people.sort();
                people.dedup();
                prop_assert_eq!(people.len(), hold.votes.len());
                prop_assert!(!people.iter().any(|who| *who == "agent-7" || *who == "eve"));
                if matches!(hold.phase, Phase::Granted | Phase::Claimed(_)) {
                    prop_assert!(people.len() >= 2);
                }
                let earlier = before.iter().find(|(known, _)| *known == id).map(|(_, phase)| phase);
                match earlier {
                    Some(Phase::Denied { .. } | Phase::Expired) => prop_assert_eq!(earlier, Some(&hold.phase)),
                    Some(Phase::Claimed(claim)) => match &hold.phase {
                        Phase::Claimed(now) => prop_assert!(
                            now == claim || (!hold.ran && now.run != claim.run && now.at.0 - claim.at.0 >= 120 * SECOND)
                        ),
                        other => prop_assert!(false, "a claim became {other:?}"),
                    },
                    _ => {}
                }
            }
        }
    }
}
