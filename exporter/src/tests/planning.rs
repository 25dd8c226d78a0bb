//! What goes out is what was wanted, whole, within the sink's limit.

use std::sync::Arc;

use event::Payload;

use super::world::Wish;
use crate::filter::Filter;
use crate::item::{Item, Recorded};
use crate::plan::Planned;

fn items() -> Vec<Item> {
    let placed = history::journaled(2).into_iter();
    let recorded = placed.map(|(position, event)| Recorded {
        position,
        event: Arc::new(event),
    });
    recorded.map(Item::Event).collect()
}

#[test]
fn parts_put_together_are_the_whole_record_and_each_fits() {
    let items = items();
    let whole = Wish::default().plan().batch(&items);
    let mut split = 0;
    for most in [1_024, 1_500, 4_096] {
        let wish = Wish {
            record_bytes: most,
            ..Wish::default()
        };
        for (whole, parts) in whole.iter().zip(wish.plan().batch(&items)) {
            let (Planned::Records(whole), Planned::Records(parts)) = (whole, parts) else {
                panic!("everything is wanted");
            };
            if let [only] = parts.as_slice() {
                assert_eq!(only, &whole[0]);
                continue;
            }
            split += 1;
            let mut together = String::new();
            for (index, part) in parts.iter().enumerate() {
                assert!(part.bytes.len() <= most, "{} bytes", part.bytes.len());
                let said: serde_json::Value = serde_json::from_slice(&part.bytes).unwrap();
                assert_eq!(said["firn"]["part"], index as u64 + 1);
                assert_eq!(said["firn"]["parts"], parts.len() as u64);
                assert_eq!(said["firn"]["id"], part.id());
                assert_eq!(said["firn"]["item"], whole[0].id());
                together.push_str(said["firn"]["data"].as_str().unwrap());
            }
            assert_eq!(together.as_bytes(), whole[0].bytes);
        }
    }
    assert!(split > 10, "{split} were split");
}

#[test]
fn an_event_without_a_row_is_undecided_alone() {
    // The archive's tables hold 63 bits of a number.
    let mut items = items();
    let at = items.iter().position(|item| match item {
        Item::Event(recorded) => matches!(recorded.event.payload, Payload::ResponseFinished(_)),
        _ => false,
    });
    let at = at.unwrap();
    let Item::Event(recorded) = &mut items[at] else {
        unreachable!();
    };
    let event = Arc::make_mut(&mut recorded.event);
    let Payload::ResponseFinished(finished) = &mut event.payload else {
        unreachable!();
    };
    finished.rows = u64::MAX;
    let wish = Wish {
        filter: Some("kind <> 'session.opened'"),
        ..Wish::default()
    };
    let planned = wish.plan().batch(&items);
    for (index, planned) in planned.iter().enumerate() {
        let undecided = matches!(planned, Planned::Undecided(_));
        assert_eq!(undecided, index == at, "{index}: {planned:?}");
    }
}

#[test]
fn a_filter_that_is_no_predicate_over_events_is_refused_with_a_reason() {
    for (text, said) in [
        ("knid = 'session.opened'", "knid"),
        ("time", "yes or no"),
        ("kind = ", "kind = "),
        ("(select count(*) from events) > 1", "select"),
        ("producer_seq + 1", "yes or no"),
    ] {
        let error = Filter::events(text).unwrap_err().to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
}
