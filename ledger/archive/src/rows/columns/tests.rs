//! Columns give the bytes that the encoder gives, for every kind; and no row passes that is not written as firn writes it.

use arrow::datatypes::DataType;
use event::{Event, Kind};
use journal::{Offset, Position, Topic};
use proptest::prelude::*;

use super::*;
use crate::rows::to_batches;
use crate::samples::Draw;
use crate::tamper;

const PARTITION: Partition = Partition {
    topic: Topic::Events,
    number: 3,
};

/// Two events of every kind, in an order that is not the journal's.
fn every_kind(seed: u64) -> Vec<(Position, Event)> {
    let mut draw = Draw::new(seed);
    let kinds = Kind::ALL.iter().chain(Kind::ALL.iter().rev());
    let places = (0..).map(|number: u64| number.wrapping_mul(7919) % 997);
    let event = |(offset, kind): (u64, &Kind)| {
        let place = Position {
            partition: PARTITION,
            offset: Offset(offset),
        };
        (place, draw.event(*kind))
    };
    places.zip(kinds).map(event).collect()
}

/// Rows, and pages sorted by offset.
fn batches(events: &[(Position, Event)]) -> (RecordBatch, RecordBatch) {
    let (rows, _) = to_batches(events).unwrap();
    let mut sorted = events.to_vec();
    sorted.sort_by_key(|(position, _)| *position);
    let (_, pages) = to_batches(&sorted).unwrap();
    (rows, pages)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn columns_give_the_bytes_that_events_give(seed: u64) {
        let events = every_kind(seed);
        let (rows, pages) = batches(&events);
        let found = essences(&rows, &pages, PARTITION);
        prop_assert!(found.is_some(), "a sound row is not plain");
        for (essence, (position, event)) in found.unwrap().iter().zip(&events) {
            // The hash is that of the encoder's bytes, and no other bytes have it.
            let want = event::event_hash(&event::encode(event).unwrap());
            prop_assert_eq!(essence.hash, want);
            prop_assert_eq!(essence.position, *position);
            prop_assert_eq!(essence.event_id, event.event_id);
            prop_assert_eq!(essence.session_id, event.session_id);
            prop_assert_eq!((essence.run, essence.seq), (event.producer.run, event.producer.seq));
            prop_assert_eq!((essence.index, essence.previous), (event.part.index, event.part.previous_hash));
            prop_assert_eq!(essence.time, event.time);
        }
    }
}

/// Batch by batch, without columns of kinds that none of their rows is of, it is the same.
#[test]
fn rows_prove_themselves_batch_by_batch() {
    let mut drawn = (0..).map(|seed| batches(&every_kind(seed)));
    let (rows, pages) = drawn.find(|(_, pages)| pages.num_rows() > 0).unwrap();
    let whole = essences(&rows, &pages, PARTITION);
    assert!(whole.is_some());
    for step in [1, 5, 1000] {
        let mut proving = Proving::new(&pages, PARTITION).unwrap();
        let starts = (0..rows.num_rows()).step_by(step);
        let all = starts
            .map(|at| rows.slice(at, step.min(rows.num_rows() - at)))
            .try_for_each(|batch| {
                let columns = batch.columns().iter().enumerate();
                let kept = columns.filter(|(_, column)| {
                    let is_payload = matches!(column.data_type(), DataType::Struct(_));
                    !is_payload || column.null_count() < column.len()
                });
                let kept: Vec<usize> = kept.map(|(number, _)| number).collect();
                proving.take(&batch.project(&kept).unwrap())
            });
        assert!(all.is_some(), "{step}");
        assert_eq!(proving.finish(), whole, "{step}");
    }
    // A body whose event does not come is one too many.
    let proving = Proving::new(&pages, PARTITION).unwrap();
    assert_eq!(proving.finish(), None);
}

#[test]
fn bodies_are_found_in_any_order() {
    let mut drawn = (0..).map(|seed| batches(&every_kind(seed)));
    let (rows, pages) = drawn.find(|(_, pages)| pages.num_rows() > 1).unwrap();
    let found = essences(&rows, &pages, PARTITION);
    assert!(found.is_some());
    let last_first: Vec<RecordBatch> = (0..pages.num_rows())
        .rev()
        .map(|row| pages.slice(row, 1))
        .collect();
    let turned = arrow::compute::concat_batches(&pages.schema(), &last_first).unwrap();
    assert_ne!(turned, pages);
    assert_eq!(essences(&rows, &turned, PARTITION), found);
    // One body twice is one too many.
    let doubled = arrow::compute::concat_batches(&pages.schema(), [&pages, &pages.slice(0, 1)]);
    assert_eq!(essences(&rows, &doubled.unwrap(), PARTITION), None);
}

#[test]
fn no_changed_column_passes() {
    let (rows, pages) = batches(&every_kind(11));
    let mut names = 0;
    for (name, _, flipped) in tamper::flips(&rows) {
        // Where a row stands is not in the event.
        let passes = essences(&flipped, &pages, PARTITION).is_some();
        assert!(!passes || name == "offset", "{name}");
        names += 1;
    }
    assert!(names > 150, "{names}");
    for (name, _, flipped) in tamper::flips(&pages) {
        assert_eq!(essences(&rows, &flipped, PARTITION), None, "{name}");
    }
    let fewer = pages.slice(1, pages.num_rows() - 1);
    assert_eq!(essences(&rows, &fewer, PARTITION), None);
    let other = Partition {
        number: 4,
        ..PARTITION
    };
    assert_eq!(essences(&rows, &pages, other), None);
}
