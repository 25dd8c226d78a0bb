//! Order, holes, fragments, text and types.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Int8Array, Int32Array, Int64Array, RecordBatch, StringArray,
    StructArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::ipc::writer::StreamWriter;
use bytes::Bytes;
use event::Digest;
use event::payload::{Kept, MaskCount, ResponsePage, ResponseStarted, ResultColumn, ResultFormat};

use crate::grid::cell::from_json;
use crate::grid::{Why, assemble, typed};

fn ipc(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

fn texts(columns: &[(&str, &[Option<&str>])]) -> RecordBatch {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, _)| Field::new(*name, DataType::Utf8, true))
        .collect();
    let arrays = columns
        .iter()
        .map(|(_, cells)| Arc::new(cells.iter().copied().collect::<StringArray>()) as ArrayRef)
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

fn page(chunk: u32, number: u32, batch: &RecordBatch) -> ResponsePage {
    ResponsePage {
        result: 0,
        chunk,
        page: number,
        first_row: 0,
        rows: batch.num_rows() as u64,
        masked: Vec::new(),
        digest: Digest::ZERO,
        bytes: 1,
        kept: Kept::Full,
        fragment: 0,
        fragments: 1,
        body: Bytes::from(ipc(batch)),
        seen: None,
    }
}

fn started(columns: &[(&str, &str, Option<i64>)]) -> ResponseStarted {
    ResponseStarted {
        result: 0,
        query_id: "q".to_owned(),
        columns: columns
            .iter()
            .map(|(name, kind, scale)| ResultColumn {
                name: (*name).to_owned(),
                data_type: (*kind).to_owned(),
                nullable: true,
                precision: None,
                scale: *scale,
                length: None,
                origin: String::new(),
            })
            .collect(),
        masks: Vec::new(),
        mask_all: false,
        format: ResultFormat::Json,
        rows_total: None,
        chunks: 0,
        statement_type: None,
    }
}

#[test]
fn json_cells_read_as_people_read_them() {
    for (kind, scale, text, want) in [
        ("fixed", Some(2), "-1.05", "-1.05"),
        ("boolean", None, "1", "true"),
        ("boolean", None, "***", "***"),
        ("date", None, "19723", "2024-01-01"),
        ("date", None, "-1", "1969-12-31"),
        ("date", None, "[DOB]", "[DOB]"),
        ("time", Some(3), "3661.500000000", "01:01:01.500"),
        (
            "timestamp_ntz",
            Some(0),
            "1704067200",
            "2024-01-01 00:00:00",
        ),
        (
            "timestamp_ntz",
            Some(9),
            "-0.500000000",
            "1969-12-31 23:59:59.500000000",
        ),
        (
            "timestamp_ltz",
            Some(0),
            "1704067200",
            "2024-01-01 00:00:00+00:00",
        ),
        (
            "timestamp_tz",
            Some(0),
            "1704067200 1500",
            "2024-01-01 01:00:00+01:00",
        ),
        ("timestamp_tz", Some(0), "1704067200", "1704067200"),
        (
            "timestamp_ntz",
            Some(0),
            "99999999999999999999",
            "99999999999999999999",
        ),
        ("text", None, "19723", "19723"),
    ] {
        assert_eq!(from_json(kind, scale, text), want, "{kind} {text}");
    }
}

#[test]
fn pages_come_in_delivery_order_and_once() {
    let row = |text| texts(&[("A", &[Some(text)])]);
    let pages = [
        page(1, 0, &row("c")),
        page(0, 1, &row("b")),
        page(0, 0, &row("a")),
        page(1, 0, &row("c")),
    ];
    let grid = assemble(Some(&started(&[("A", "text", None)])), &pages, 100).unwrap();
    let cells: Vec<_> = grid
        .rows
        .iter()
        .map(|row| row[0].as_deref().unwrap())
        .collect();
    assert_eq!(cells, ["a", "b", "c"]);
    assert_eq!(grid.rows_delivered, 3);
    assert!(grid.holes.is_empty());
}

#[test]
fn fragments_are_joined_and_a_lost_one_is_named() {
    let whole = page(0, 0, &texts(&[("A", &[Some("x"), None])]));
    let (left, right) = whole.body.split_at(whole.body.len() / 2);
    let fragment = |number, body: &[u8]| ResponsePage {
        fragment: number,
        fragments: 2,
        body: Bytes::copy_from_slice(body),
        ..whole.clone()
    };
    let both = [fragment(1, right), fragment(0, left)];
    let grid = assemble(None, &both, 100).unwrap();
    assert_eq!(grid.rows, [vec![Some("x".to_owned())], vec![None]]);
    assert_eq!(grid.columns[0].name, "A");
    let grid = assemble(None, &both[..1], 100).unwrap();
    assert_eq!((grid.holes[0].why, grid.holes[0].rows), (Why::Missing, 2));
}

#[test]
fn digest_only_and_cut_rows_are_holes() {
    let batch = texts(&[("A", &[Some("x"), Some("y"), Some("z")])]);
    let mut digest = page(0, 1, &batch);
    digest.kept = Kept::Digest;
    digest.body = Bytes::new();
    let grid = assemble(None, &[page(0, 0, &batch), digest], 2).unwrap();
    assert_eq!(grid.rows.len(), 2);
    let holes: Vec<_> = grid
        .holes
        .iter()
        .map(|hole| (hole.why, hole.rows))
        .collect();
    assert_eq!(holes, [(Why::Cut, 1), (Why::DigestOnly, 3)]);
    assert_eq!(grid.rows_delivered, 6);
}

#[test]
fn masks_are_counted_over_pages() {
    let batch = texts(&[("A", &[Some("[EMAIL]")])]);
    let mut first = page(0, 0, &batch);
    first.masked = vec![MaskCount {
        ordinal: 0,
        by: "detector:EMAIL".to_owned(),
        cells: 1,
    }];
    let second = ResponsePage {
        page: 1,
        ..first.clone()
    };
    let grid = assemble(None, &[first, second], 10).unwrap();
    assert_eq!(grid.columns[0].masked_cells(), 2);
}

#[test]
fn a_body_that_is_no_stream_is_an_error() {
    let mut broken = page(0, 0, &texts(&[("A", &[None])]));
    broken.body = Bytes::from_static(b"not arrow");
    assert!(
        assemble(None, &[broken], 10)
            .unwrap_err()
            .to_string()
            .contains("chunk 0")
    );
}

#[test]
fn snowflake_physical_types_read_like_their_json() {
    let meta = |kind: &str, scale: &str| {
        HashMap::from([
            ("logicalType".to_owned(), kind.to_owned()),
            ("scale".to_owned(), scale.to_owned()),
        ])
    };
    let parts = StructArray::from(vec![
        (
            Arc::new(Field::new("epoch", DataType::Int64, true)),
            Arc::new(Int64Array::from(vec![1_704_067_200])) as ArrayRef,
        ),
        (
            Arc::new(Field::new("fraction", DataType::Int32, true)),
            Arc::new(Int32Array::from(vec![5])) as ArrayRef,
        ),
        (
            Arc::new(Field::new("timezone", DataType::Int32, true)),
            Arc::new(Int32Array::from(vec![1500])) as ArrayRef,
        ),
    ]);
    let columns: Vec<(ArrayRef, &str, &str, &str)> = vec![
        (Arc::new(Int8Array::from(vec![-105])), "FIXED", "2", "-1.05"),
        (
            Arc::new(
                Decimal128Array::from(vec![5])
                    .with_precision_and_scale(38, 0)
                    .unwrap(),
            ),
            "FIXED",
            "2",
            "0.05",
        ),
        (
            Arc::new(Int64Array::from(vec![1_704_067_200_500])),
            "TIMESTAMP_NTZ",
            "3",
            "2024-01-01 00:00:00.500",
        ),
        (
            Arc::new(Int32Array::from(vec![3661])),
            "TIME",
            "0",
            "01:01:01",
        ),
        (
            Arc::new(parts),
            "TIMESTAMP_TZ",
            "9",
            "2024-01-01 01:00:00.000000005+01:00",
        ),
    ];
    let fields: Vec<Field> = columns
        .iter()
        .zip('A'..)
        .map(|((array, kind, scale, _), name)| {
            Field::new(name, array.data_type().clone(), true).with_metadata(meta(kind, scale))
        })
        .collect();
    let arrays = columns
        .iter()
        .map(|(array, ..)| Arc::clone(array))
        .collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    let grid = assemble(None, &[page(0, 0, &batch)], 10).unwrap();
    let got: Vec<_> = grid.rows[0]
        .iter()
        .map(|cell| cell.as_deref().unwrap())
        .collect();
    let want: Vec<_> = columns.iter().map(|(.., want)| *want).collect();
    assert_eq!(got, want);
}

#[test]
fn columns_get_their_types_unless_a_mask_stands_in_them() {
    let columns = [
        ("ID", "FIXED", Some(0)),
        ("PRICE", "FIXED", Some(2)),
        ("DAY", "DATE", None),
        ("AT", "TIMESTAMP_TZ", Some(3)),
        ("DOB", "DATE", None),
        ("ID", "TEXT", None),
    ];
    let batch = texts(&[
        ("ID", &[Some("7"), None]),
        ("PRICE", &[Some("1.50"), None]),
        ("DAY", &[Some("19723"), None]),
        ("AT", &[Some("1704067200.5 1500"), None]),
        ("DOB", &[Some("[DOB]"), Some("19723")]),
        ("ID", &[Some("x"), None]),
    ]);
    let grid = assemble(Some(&started(&columns)), &[page(0, 0, &batch)], 10).unwrap();
    let typed = typed(&grid).unwrap();
    let got: Vec<String> = typed
        .batch
        .schema()
        .fields()
        .iter()
        .map(|field| format!("{} {}", field.name(), field.data_type()))
        .collect();
    assert_eq!(
        got,
        [
            "ID Int64",
            "PRICE Decimal128(38, 2)",
            "DAY Date32",
            "AT Timestamp(ns, \"+00:00\")",
            "DOB Utf8",
            "ID_2 Utf8"
        ]
    );
}
