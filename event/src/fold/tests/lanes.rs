//! That neither the lanes' pace nor repetition nor length changes what the fold says.

use proptest::prelude::*;

use super::*;

/// Anything a statement's record may hold, in any order.
fn any_payload() -> impl Strategy<Value = Payload> {
    prop_oneof![
        Just(decided(Verdict::Allow)),
        Just(decided(Verdict::Deny)),
        Just(asked(&[("g", 2)])),
        prop_oneof![Just("a"), Just("b"), Just("c")].prop_map(|name| yes(name, &["g"])),
        Just(no("d")),
        Just(expired()),
        Just(withdrawn()),
        Just(claimed()),
        Just(forwarded()),
        (0..2_u32, 0..3_u32).prop_map(|(result, chunks)| started(result, chunks)),
        (0..2_u32, 0..4_u32).prop_map(|(result, chunk)| finished(result, chunk)),
        Just(failed(FailureStage::Gateway)),
        Just(failed(FailureStage::Policy)),
        Just(canceled()),
        Just(refused()),
        Just(
            SessionClosed {
                reason: CloseReason::Logout
            }
            .into()
        ),
        Just(
            SessionClosed {
                reason: CloseReason::Killed
            }
            .into()
        ),
    ]
}

fn any_history() -> impl Strategy<Value = Vec<(Place, Event)>> {
    let told = (proptest::option::weighted(0.9, 0..3_u128), any_payload());
    proptest::collection::vec(told, 0..40).prop_map(|told| {
        let of = |(number, payload): (Option<u128>, Payload)| (number.map(statement), payload);
        journaled(told.into_iter().map(of).collect())
    })
}

/// Everything a fold says.
fn said(fold: &SessionFold) -> String {
    let statements: Vec<String> = fold
        .statements()
        .map(|(id, fold)| {
            format!(
                "{id} {} {:?} {:?} {:?} {:?} {:?} {:?}",
                fold.outcome(),
                fold.approval().outcome(),
                fold.approval().ended_at(),
                fold.deliveries().sums(),
                fold.failure(),
                fold.canceled_by(),
                fold.query_id(),
            )
        })
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    format!(
        "{} {:?} {:?} {statements:?}",
        fold.state(),
        fold.closed(),
        fold.totals()
    )
}

fn told<'a>(events: impl IntoIterator<Item = &'a (Place, Event)>) -> SessionFold {
    let mut fold = SessionFold::default();
    for (place, event) in events {
        fold.apply(*place, event);
    }
    fold
}

proptest! {
    #[test]
    fn lanes_may_run_ahead_of_each_other(
        events in any_history(), picks in proptest::collection::vec(any::<bool>(), 40),
    ) {
        let whole = said(&told(&events));
        let lanes = [EVENTS, CONTROL].map(|lane| {
            events.iter().filter(move |(place, _)| place.lane == lane)
        });
        let [mut events, mut control] = lanes.map(|lane| lane.peekable());
        let mut fold = SessionFold::default();
        for pick in picks.into_iter().chain([true, false].into_iter().cycle()) {
            let next = if pick { events.next() } else { control.next() };
            match next {
                Some((place, event)) => fold.apply(*place, event),
                None if events.peek().is_none() && control.peek().is_none() => break,
                None => {}
            }
        }
        prop_assert_eq!(said(&fold), whole);
    }

    #[test]
    fn what_comes_again_changes_nothing(
        events in any_history(), again in any::<prop::sample::Index>(),
    ) {
        let whole = said(&told(&events));
        let from = if events.is_empty() { 0 } else { again.index(events.len()) };
        let mut fold = told(&events);
        for (place, event) in &events[from..] {
            fold.apply(*place, event);
        }
        prop_assert_eq!(fold.events(), events.len() as u64);
        prop_assert_eq!(said(&fold), whole);
    }
}

#[test]
fn a_long_session_keeps_its_sums_in_bounded_memory() {
    use crate::limits::FOLD_STATEMENTS_MAX;
    let submitted = |number: u128| {
        let submitted = StatementSubmitted {
            text: masked("select 1"),
            text_bytes: 8,
            binds: vec![],
            fingerprint: String::new(),
            kinds: vec![],
            reads: vec![],
            writes: vec![],
            columns: vec![],
            flags: vec![],
            request_id: RequestId::parse(&format!("request-{number}")).unwrap(),
            describe_only: false,
            asynchronous: false,
            context: Context::default(),
            seen: None,
        };
        (Some(statement(number)), submitted.into())
    };
    let count = FOLD_STATEMENTS_MAX as u128 + 10;
    let mut events: Vec<(Option<StatementId>, Payload)> = Vec::new();
    for number in 0..count {
        events.push(submitted(number));
        events.push((Some(statement(number)), finished(0, 0)));
    }
    events.push((Some(statement(0)), finished(0, 0)));
    let fold = told(&journaled(events));
    assert_eq!(fold.statements().count(), FOLD_STATEMENTS_MAX);
    let totals = fold.totals();
    assert_eq!(u128::from(totals.statements), count);
    assert_eq!(u128::from(totals.rows), count * 10);
    assert_eq!(fold.late(), 1);
    assert!(fold.statement(statement(0)).is_none());
}
