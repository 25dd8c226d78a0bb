//! Over drawn histories: each statement that was submitted is told once, and a restart anywhere changes nothing of that.

use std::collections::BTreeMap;
use std::sync::Arc;

use event::fold::{Place, StatementFold};
use event::{Payload, StatementId, TimeNs};
use history::drawn;
use journal::Topic;
use proptest::prelude::*;

use crate::item::{Recorded, StatementOutcome};
use crate::outcomes::{Open, Outcomes};

/// The events of the one partition that holds statements.
fn lane(choices: &[u8]) -> Vec<Recorded> {
    let placed = drawn(choices).into_iter();
    let here = placed.filter(|(position, _)| position.partition.topic == Topic::Events);
    let recorded = here.map(|(position, event)| Recorded {
        position,
        event: Arc::new(event),
    });
    recorded.collect()
}

type Told = BTreeMap<StatementId, Vec<StatementOutcome>>;

fn tell(told: &mut Told, open: Open) {
    let outcome = open.outcome(&[]);
    told.entry(outcome.statement).or_default().push(outcome);
}

fn over(outcomes: &mut Outcomes, told: &mut Told) {
    for open in outcomes.silent(TimeNs(i64::MAX)) {
        let ended = outcomes.end(open.statement());
        tell(told, ended.unwrap());
    }
}

/// What an exporter tells that is started anew before each of `restarts`, the cursor being where it was left.
fn told(events: &[Recorded], restarts: &[usize]) -> Told {
    let mut told = Told::new();
    let (mut outcomes, mut sent) = (Outcomes::default(), 0);
    for (index, recorded) in events.iter().enumerate() {
        if restarts.contains(&index) {
            let from = outcomes.fold_from().unwrap_or(sent).min(sent);
            outcomes = Outcomes::default();
            for before in &events[..index] {
                if before.position.offset.0 >= from {
                    outcomes.apply(before);
                }
            }
        }
        if let Some(open) = outcomes.apply(recorded) {
            tell(&mut told, open);
        }
        sent = recorded.position.offset.0 + 1;
    }
    over(&mut outcomes, &mut told);
    told
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn each_submitted_statement_is_told_once_as_the_fold_has_it(choices in proptest::collection::vec(any::<u8>(), 0..400)) {
        let events = lane(&choices);
        let mut submitted: BTreeMap<StatementId, StatementFold> = BTreeMap::new();
        for recorded in &events {
            let Some(statement) = recorded.event.statement_id else { continue };
            let begins = matches!(recorded.event.payload, Payload::StatementSubmitted(_));
            if begins {
                submitted.entry(statement).or_default();
            }
        }
        let told = told(&events, &[]);
        prop_assert!(told.keys().eq(submitted.keys()));
        for (statement, outcomes) in told {
            prop_assert_eq!(outcomes.len(), 1, "{:?}", statement);
            // Folding everything from its submission to the event it was told at gives what was told.
            let outcome = &outcomes[0];
            let mut fold = StatementFold::default();
            let mut begun = false;
            for recorded in &events {
                if recorded.event.statement_id != Some(statement) { continue }
                begun |= matches!(recorded.event.payload, Payload::StatementSubmitted(_));
                if begun && recorded.position <= outcome.completed.position {
                    fold.apply(Place::from(recorded.position), &recorded.event);
                }
            }
            prop_assert_eq!(&fold, &outcome.fold);
        }
    }

    #[test]
    fn a_restart_anywhere_changes_nothing(
        choices in proptest::collection::vec(any::<u8>(), 0..400),
        restarts in proptest::collection::vec(0_usize..120, 0..6),
    ) {
        let events = lane(&choices);
        // A retry of a statement that ended before the oldest open one may tell it again: its id is the same.
        let (once, again) = (told(&events, &[]), told(&events, &restarts));
        prop_assert!(once.keys().eq(again.keys()));
        for (statement, outcomes) in &again {
            prop_assert_eq!(&outcomes[0], &once[statement][0]);
        }
    }
}
