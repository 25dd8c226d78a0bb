//! What a file lacks is left out, what one row has is not, and either way the rows are the same.

use arrow::array::{Array as _, RecordBatch};
use event::{Event, Kind};
use journal::{Offset, Partition, Position, Topic};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::properties::WriterProperties;

use super::*;
use crate::rows::{conform, events_schema, to_batches};
use crate::samples::Draw;

/// Events of these kinds in turn; the last is of `last`.
fn rows(kinds: &[Kind], count: u64, last: Kind) -> RecordBatch {
    let mut draw = Draw::new(count);
    let place = |offset| Position {
        partition: Partition {
            topic: Topic::Events,
            number: 0,
        },
        offset: Offset(offset),
    };
    let mut events: Vec<(Position, Event)> = (0..count)
        .zip(kinds.iter().cycle())
        .map(|(offset, kind)| (place(offset), draw.event(*kind)))
        .collect();
    events.push((place(count), draw.event(last)));
    to_batches(&events).unwrap().0
}

fn written(rows: &RecordBatch) -> Bytes {
    super::super::encode_with("file", Vec::new(), rows)
        .unwrap()
        .into()
}

/// As another writer has it: nothing is packed, and pages are short.
fn plainly_written(rows: &RecordBatch) -> Bytes {
    let properties = WriterProperties::builder()
        .set_data_page_row_count_limit(16)
        .set_write_batch_size(16)
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, rows.schema(), Some(properties)).unwrap();
    writer.write(rows).unwrap();
    writer.close().unwrap();
    bytes.into()
}

/// Unpacks what is worth it, and says which columns that are.
fn read(bytes: &Bytes) -> (RecordBatch, Vec<String>) {
    let footer = ArrowReaderMetadata::load(bytes, Default::default()).unwrap();
    let mask = present(bytes, &footer, &events_schema());
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes.clone(), footer);
    let reader = reader.with_projection(mask).with_batch_size(1 << 16);
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    let rows = arrow::compute::concat_batches(&batches[0].schema(), &batches).unwrap();
    let schema = rows.schema();
    let names = schema.fields().iter().map(|field| field.name().clone());
    (conform(&rows, &events_schema()).unwrap(), names.collect())
}

/// Columns of which some row has a value, and all that are no payloads.
fn wanted(rows: &RecordBatch) -> Vec<String> {
    let schema = rows.schema();
    let fields = schema.fields().iter().zip(rows.columns());
    let wanted = fields.filter(|(field, values)| {
        let is_payload = matches!(field.data_type(), DataType::Struct(_));
        !is_payload || values.null_count() < values.len()
    });
    wanted.map(|(field, _)| field.name().clone()).collect()
}

#[test]
fn columns_that_no_row_has_are_left_out_and_read_the_same() {
    let common = [
        Kind::StatementSubmitted,
        Kind::StatementDecided,
        Kind::ResponsePage,
    ];
    for &last in Kind::ALL {
        for count in [1, 40] {
            let rows = rows(&common, count, last);
            for bytes in [written(&rows), plainly_written(&rows)] {
                let (found, names) = read(&bytes);
                assert_eq!(names, wanted(&rows), "{last:?} {count}");
                assert_eq!(found, rows, "{last:?} {count}");
            }
        }
    }
}

#[test]
fn other_columns_than_the_tables_are_unpacked() {
    let rows = rows(&[Kind::StatementSubmitted], 9, Kind::StatementDecided);
    let bytes = written(&rows);
    let footer = ArrowReaderMetadata::load(&bytes, Default::default()).unwrap();
    let all = |mask: &ProjectionMask| {
        (0..footer.parquet_schema().num_columns()).all(|leaf| mask.leaf_included(leaf))
    };
    assert!(!all(&present(&bytes, &footer, &events_schema())));
    assert!(all(&present(&bytes, &footer, &Schema::empty())));
}

#[test]
fn only_levels_that_are_all_zero_are_passed() {
    let levels = |runs: &[u8]| {
        let length = i32::try_from(runs.len()).unwrap().to_le_bytes();
        [&length[..], runs, &b"rest"[..]].concat()
    };
    let passed = |runs: &[u8], highest, count| {
        let levels = levels(runs);
        past_zeros(&levels, highest, count).map(<[u8]>::to_vec)
    };
    let rest = Some(b"rest".to_vec());
    // Ten of one level; three hundred; sixteen packed ones of two bits; two runs.
    assert_eq!(passed(&[20, 0], 1, 10), rest);
    assert_eq!(passed(&[0xd8, 0x04, 0], 3, 300), rest);
    assert_eq!(passed(&[5, 0, 0, 0, 0], 2, 16), rest);
    assert_eq!(passed(&[20, 0, 20, 0], 1, 20), rest);
    for (runs, highest, count) in [
        (&[20, 1][..], 1, 10),
        (&[20, 0][..], 1, 11),
        (&[20, 0, 20, 1][..], 1, 20),
        (&[5, 0, 0, 0, 2][..], 2, 16),
        (&[5, 0, 0, 0][..], 2, 16),
        (&[20][..], 1, 10),
        (&[0_u8; 0][..], 1, 1),
        (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..], 1, 1),
    ] {
        assert_eq!(passed(runs, highest, count), None, "{runs:?}");
    }
    // Fewer bytes than they are said to be, and no length at all.
    assert_eq!(past_zeros(&[9, 0, 0, 0, 20, 0], 1, 10), None);
    assert_eq!(past_zeros(&[255, 255, 255, 255, 20, 0], 1, 10), None);
    assert_eq!(past_zeros(&[2, 0], 1, 10), None);
}
