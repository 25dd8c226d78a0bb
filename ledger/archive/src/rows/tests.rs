//! What comes back from a row has the canonical bytes that went in, for every kind, through Arrow and through Parquet.

use arrow::array::{ArrayRef, AsArray, UInt32Array};
use arrow::datatypes::DataType;
use event::{Kind, Payload};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;

use super::*;
use crate::samples::Draw;

fn position(offset: u64) -> Position {
    Position {
        partition: Partition {
            topic: Topic::Events,
            number: 3,
        },
        offset: Offset(offset),
    }
}

/// The events of `events` rows, in row order. `pages` must hold the bodies of those that have one; others are ignored.
fn from_batches(
    events: &RecordBatch,
    pages: &RecordBatch,
) -> Result<Vec<(Position, Event)>, RowError> {
    let stored = stored_events(events, &Bodies::read(std::slice::from_ref(pages))?)?;
    let events = stored.into_iter();
    Ok(events
        .map(|stored| (stored.position, stored.event))
        .collect())
}

/// One event of every kind.
fn every_kind(seed: u64) -> Vec<(Position, Event)> {
    let mut draw = Draw::new(seed);
    Kind::ALL
        .iter()
        .enumerate()
        .map(|(offset, kind)| (position(offset as u64), draw.event(*kind)))
        .collect()
}

fn through_parquet(batch: &RecordBatch) -> RecordBatch {
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file)).unwrap();
    let mut reader = reader.with_batch_size(1 << 20).build().unwrap();
    reader
        .next()
        .map_or_else(|| RecordBatch::new_empty(batch.schema()), Result::unwrap)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn canonical_bytes_rebuild_from_rows(seed: u64) {
        let events = every_kind(seed);
        let (rows, pages) = to_batches(&events).unwrap();
        for (rows, pages) in [(through_parquet(&rows), through_parquet(&pages)), (rows, pages)] {
            let bodies = Bodies::read(&[pages]).unwrap();
            let stored = stored_events(&rows, &bodies).unwrap();
            prop_assert_eq!(stored.len(), events.len());
            // Built from columns, and by serde from rows.
            prop_assert!(columns::built(&rows, &bodies).is_some());
            prop_assert_eq!(&one_by_one(&conform(&rows, &events_schema()).unwrap(), &bodies).unwrap(), &stored);
            for (stored, (position, event)) in stored.iter().zip(&events) {
                let canonical = event::encode(event).unwrap();
                prop_assert_eq!(&event::encode(&stored.event).unwrap(), &canonical);
                prop_assert_eq!(stored.event_hash, event::event_hash(&canonical));
                prop_assert_eq!(stored.position, *position);
            }
        }
    }
}

/// Payloads stand in the rows of their events, whatever kinds stand around them.
#[test]
fn rows_of_some_kinds_are_those_of_all_kinds() {
    let all = every_kind(13);
    let (rows, _) = to_batches(&all).unwrap();
    for (step, skip) in [(1, 0), (2, 1), (5, 3), (41, 1), (42, 41), (100, 0)] {
        let some: Vec<_> = all.iter().skip(skip).step_by(step).cloned().collect();
        let own = (0..all.len() as u32).skip(skip).step_by(step);
        let own = UInt32Array::from(own.collect::<Vec<u32>>());
        let want = arrow::compute::take_record_batch(&rows, &own).unwrap();
        assert_eq!(to_batches(&some).unwrap().0, want, "{step} {skip}");
    }
    let (none, _) = to_batches(&[]).unwrap();
    assert_eq!(none, RecordBatch::new_empty(events_schema()));
}

#[test]
fn rows_keep_their_schema_with_comments() {
    let (rows, pages) = to_batches(&every_kind(1)).unwrap();
    assert_eq!(rows.schema(), events_schema());
    assert_eq!(pages.schema(), pages_schema());
}

#[test]
fn every_kind_has_a_column_of_its_name() {
    for kind in Kind::ALL {
        let name = crate::schema::kind_column(*kind);
        let schema = events_schema();
        let field = schema.field_with_name(&name).unwrap();
        assert!(field.is_nullable(), "{name}");
        assert!(matches!(field.data_type(), DataType::Struct(_)), "{name}");
    }
}

#[test]
fn every_column_is_documented() {
    use crate::schema::{Column, ColumnType};
    fn visit(column: &Column) {
        let documented = column.doc.len() >= 3 && !column.doc.ends_with('.');
        assert!(documented, "{}", column.name);
        if let ColumnType::Struct(inner) | ColumnType::List(inner) = &column.data {
            inner.iter().for_each(visit);
        }
    }
    use crate::schema::{events_columns, pages_columns, quarantine_columns};
    for columns in [events_columns(), pages_columns(), quarantine_columns()] {
        columns.iter().for_each(visit);
    }
}

#[test]
fn view_layouts_and_projections_read_the_same() {
    let events = every_kind(7);
    let (rows, pages) = to_batches(&events).unwrap();
    let view = |batch: &RecordBatch, names: &[&str]| {
        let schema = batch.schema();
        let columns = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| {
                let target = match column.data_type() {
                    DataType::Utf8 if names.contains(&field.name().as_str()) => DataType::Utf8View,
                    DataType::Binary => DataType::BinaryView,
                    other => other.clone(),
                };
                (
                    field.name().clone(),
                    arrow::compute::cast(column, &target).unwrap(),
                )
            });
        RecordBatch::try_from_iter(columns.collect::<Vec<(String, ArrayRef)>>()).unwrap()
    };
    let rows = view(&rows, &["event_id", "kind", "partition", "event_hash"]);
    let pages = view(&pages, &["event_id"]).project(&[0, 11]).unwrap();
    assert_eq!(from_batches(&rows, &pages).unwrap(), events);
}

#[test]
fn a_number_beyond_63_bits_does_not_fit() {
    let mut draw = Draw::new(3);
    let mut event = draw.event(Kind::StatementFailed);
    event.producer.seq = u64::MAX;
    assert!(matches!(
        to_batches(&[(position(0), event)]),
        Err(RowError::Unfit(_))
    ));
}

#[test]
fn a_missing_body_is_named() {
    let mut draw = Draw::new(11);
    let mut event = draw.event(Kind::ResponsePage);
    if let Payload::ResponsePage(page) = &mut event.payload {
        page.body = Bytes::from_static(b"rows");
    }
    let (rows, pages) = to_batches(&[(position(0), event.clone())]).unwrap();
    assert_eq!(pages.num_rows(), 1);
    let error = from_batches(&rows, &pages.slice(0, 0)).unwrap_err();
    assert!(matches!(error, RowError::BodyMissing { event_id } if event_id == event.event_id));
}

#[test]
fn a_row_with_two_payloads_is_no_event() {
    let events = every_kind(5);
    let (rows, pages) = to_batches(&events).unwrap();
    let mut columns = rows.columns().to_vec();
    let index = rows.schema().index_of("session_renewed").unwrap();
    // Every row gets the payload of the one row that has one.
    let renewed = rows.column(index).as_struct();
    let source = (0..renewed.len())
        .find(|row| renewed.is_valid(*row))
        .unwrap();
    let take = arrow::array::UInt32Array::from(vec![source as u32; rows.num_rows()]);
    columns[index] = arrow::compute::take(rows.column(index), &take, None).unwrap();
    let rows = RecordBatch::try_new(rows.schema(), columns).unwrap();
    assert!(matches!(
        from_batches(&rows, &pages),
        Err(RowError::Row { .. })
    ));
}

#[test]
fn partitions_parse_only_as_they_print() {
    for number in [0, 3, 4_294_967_295] {
        for topic in Topic::ALL {
            let partition = Partition { topic, number };
            assert_eq!(parse_partition(&partition.to_string()), Some(partition));
        }
    }
    for text in [
        "",
        "firn.events",
        "firn.events/",
        "firn.events/03",
        "firn.events/+3",
        "other/1",
        "firn.events/-1",
    ] {
        assert_eq!(parse_partition(text), None, "{text}");
    }
}
