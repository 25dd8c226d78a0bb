//! Inline Arrow results through the mask: types, metadata and NULLs stay, broken streams leak nothing.

use std::collections::HashMap;
use std::sync::Arc;

use access::{MaskPlan, Operator};
use arrow::array::{
    Array as _, ArrayRef, AsArray as _, Int8Array, Int32Array, Int64Array, RecordBatch,
    StringArray, StructArray,
};
use arrow::datatypes::{DataType, Field, Fields, Int64Type, Schema};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use event::Payload;
use serde_json::json;

use super::replies::{CARD, data, masking, rowtype};
use super::world::{World, batches, ipc};

/// FIXED, TEXT, NTZ(9) and TZ(9) as a real reply carries them: metadata, struct timestamps, a NULL in parent and children.
fn typed() -> RecordBatch {
    let meta = |pairs: &[(&str, &str)]| -> HashMap<String, String> {
        let pairs = pairs
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()));
        pairs.collect()
    };
    let ntz = Fields::from(vec![
        Field::new("epoch", DataType::Int64, true),
        Field::new("fraction", DataType::Int32, true),
    ]);
    let tz = Fields::from(vec![
        Field::new("epoch", DataType::Int64, true),
        Field::new("fraction", DataType::Int32, true),
        Field::new("timezone", DataType::Int32, true),
    ]);
    let schema = Schema::new_with_metadata(
        vec![
            Field::new("N", DataType::Int8, false).with_metadata(meta(&[
                ("logicalType", "FIXED"),
                ("precision", "2"),
                ("scale", "0"),
                ("physicalType", "SB1"),
            ])),
            Field::new("C", DataType::Utf8, true).with_metadata(meta(&[
                ("logicalType", "TEXT"),
                ("charLength", "100"),
                ("byteLength", "400"),
            ])),
            Field::new("T", DataType::Struct(ntz.clone()), true).with_metadata(meta(&[
                ("logicalType", "TIMESTAMP_NTZ"),
                ("scale", "9"),
                ("byteLength", "16"),
            ])),
            Field::new("Z", DataType::Struct(tz.clone()), true).with_metadata(meta(&[
                ("logicalType", "TIMESTAMP_TZ"),
                ("scale", "9"),
                ("byteLength", "16"),
            ])),
        ],
        meta(&[("driver", "kept")]),
    );
    let epoch = || Arc::new(Int64Array::from(vec![Some(1_700_000_000), None])) as ArrayRef;
    let fraction = || Arc::new(Int32Array::from(vec![Some(5), None])) as ArrayRef;
    let zone = Arc::new(Int32Array::from(vec![Some(1500), None])) as ArrayRef;
    let nulls = || Some(vec![true, false].into());
    RecordBatch::try_new(
        Arc::new(schema),
        vec![
            Arc::new(Int8Array::from(vec![1, 2])),
            Arc::new(StringArray::from(vec![Some(CARD), None])),
            Arc::new(StructArray::new(ntz, vec![epoch(), fraction()], nulls())),
            Arc::new(StructArray::new(
                tz,
                vec![epoch(), fraction(), zone],
                nulls(),
            )),
        ],
    )
    .expect("a batch")
}

fn arrow_reply(stream: &[u8]) -> String {
    let columns = [
        ("N", "fixed"),
        ("C", "text"),
        ("T", "timestamp_ntz"),
        ("Z", "timestamp_tz"),
    ];
    json!({"success": true, "code": null, "message": null, "data": {"rowtype": rowtype(&columns),
        "rowsetBase64": STANDARD.encode(stream), "rowset": [["zebra"]], "total": 2, "returned": 2, "queryId": "01b2", "queryResultFormat": "arrow"}})
    .to_string()
}

fn delivered(body: &[u8]) -> Vec<RecordBatch> {
    let text = data(body)["rowsetBase64"]
        .as_str()
        .expect("a text")
        .to_owned();
    batches(&STANDARD.decode(text).expect("base64"))
}

#[tokio::test]
async fn arrow_keeps_types_and_metadata_through_the_mask() {
    let world = World::new().await;
    let given = typed();
    let answer = world
        .respond(
            MaskPlan::detect_only(),
            &arrow_reply(&ipc(std::slice::from_ref(&given))),
        )
        .await;
    assert!(!String::from_utf8_lossy(&answer.body).contains("zebra"));
    let got = &delivered(&answer.body)[0];
    assert_eq!(got.schema().metadata(), given.schema().metadata());
    for (want, field) in given.schema().fields().iter().zip(got.schema().fields()) {
        assert_eq!(
            (want.name(), want.data_type(), want.metadata()),
            (field.name(), field.data_type(), field.metadata())
        );
    }
    for ordinal in [0, 2, 3] {
        assert_eq!(got.column(ordinal), given.column(ordinal));
    }
    let card = got.column(1).as_string::<i32>();
    assert!(card.value(0) != CARD && card.is_null(1));
    let Payload::ResponsePage(page) = &world.payloads()[1] else {
        panic!("no page")
    };
    assert_eq!(batches(&page.body)[0].columns(), got.columns());
}

#[tokio::test]
async fn a_masked_struct_timestamp_is_null_in_parent_and_children() {
    for (ordinal, operator) in [
        (2, Operator::Nullify),
        (3, Operator::Redact),
        (0, Operator::Redact),
    ] {
        let world = World::new().await;
        let answer = world
            .respond(masking(ordinal, operator), &arrow_reply(&ipc(&[typed()])))
            .await;
        let got = &delivered(&answer.body)[0];
        let column = got.column(ordinal as usize);
        assert_eq!(column.null_count(), 2);
        assert!(got.schema().field(ordinal as usize).is_nullable());
        if let Some(parts) = column.as_struct_opt() {
            assert!(parts.columns().iter().all(|child| child.null_count() == 2));
            assert_eq!(
                parts
                    .column(0)
                    .as_primitive::<Int64Type>()
                    .values()
                    .to_vec(),
                vec![0, 0]
            );
        }
    }
}

#[tokio::test]
async fn an_empty_arrow_result_keeps_its_schema_and_none_stays_none() {
    let world = World::new().await;
    let empty = RecordBatch::new_empty(typed().schema());
    let mut stream = ipc(&[empty]);
    let answer = world
        .respond(MaskPlan::detect_only(), &arrow_reply(&stream))
        .await;
    let text = data(&answer.body)["rowsetBase64"]
        .as_str()
        .expect("a text")
        .to_owned();
    let reader =
        arrow::ipc::reader::StreamReader::try_new(&*STANDARD.decode(text).expect("base64"), None)
            .map(|reader| reader.schema().fields().len());
    assert_eq!(reader.expect("a stream"), 4);
    stream.clear();
    let answer = world
        .respond(MaskPlan::detect_only(), &arrow_reply(&stream))
        .await;
    assert_eq!(data(&answer.body)["rowsetBase64"], "");
}

#[tokio::test]
async fn truncated_arrow_is_an_error_and_leaks_nothing() {
    let stream = ipc(&[typed(), typed()]);
    for length in (1..stream.len() - 8).step_by(37) {
        let world = World::new().await;
        let answer = world
            .respond(MaskPlan::detect_only(), &arrow_reply(&stream[..length]))
            .await;
        let whole_batches = !answer.failed();
        assert!(!String::from_utf8_lossy(&answer.body).contains(CARD));
        assert!(!world.journaled().contains(CARD));
        if whole_batches {
            assert!(data(&answer.body)["rowsetBase64"].is_string());
        }
    }
}

#[tokio::test]
async fn a_large_inline_part_is_cut_into_pages_and_fragments() {
    let world = World::new().await;
    // Not compressible and without digits that a detector could take for something.
    let mut seed = 1_u64;
    let mut noise = |length: usize| -> String {
        let letters = (0..length).map(|_| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from(b'a' + ((seed >> 59) as u8 % 26))
        });
        letters.collect()
    };
    let rows: Vec<Vec<String>> = (0..3).map(|_| vec![noise(1_500_000)]).collect();
    let body = json!({"success": true, "data": {"rowtype": rowtype(&[("A", "text")]), "rowset": rows,
        "queryId": "01b2", "queryResultFormat": "json"}});
    let answer = world.respond(MaskPlan::default(), &body.to_string()).await;
    assert_eq!(data(&answer.body)["rowset"], json!(rows));
    let pages: Vec<_> = world
        .payloads()
        .into_iter()
        .filter_map(|payload| match payload {
            Payload::ResponsePage(page) => Some(page),
            _ => None,
        })
        .collect();
    assert!(pages.iter().all(|page| page.body.len() <= event::limits::PAGE_BODY_BYTES_MAX && page.fragments > 1));
    let first: Vec<u8> = pages
        .iter()
        .filter(|page| page.page == 0)
        .flat_map(|page| page.body.to_vec())
        .collect();
    assert_eq!(
        batches(&first)[0].column(0).as_string::<i32>().value(0),
        rows[0][0]
    );
    let firsts: Vec<u64> = pages
        .iter()
        .filter(|page| page.fragment == 0)
        .map(|page| page.first_row)
        .collect();
    assert_eq!(firsts, [0, 1, 2]);
}
