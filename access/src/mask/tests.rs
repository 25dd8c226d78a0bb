//! One result through both carriers: JSON rows and Arrow batches must come out the same.

use std::sync::Arc;

use ::arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Decimal128Array, DictionaryArray, Int8Array, Int32Array,
    Int64Array, RecordBatch, StringArray, StructArray,
};
use ::arrow::buffer::NullBuffer;
use ::arrow::datatypes::{DataType, Field, Fields, Int32Type, Schema};
use event::payload::ResultColumn;
use permit::{ColumnPlan, Operator};

use super::*;

pub(super) fn masking() -> Masking {
    Masking::new(MaskingConfig {
        key: Some(MaskKey::from_bytes([7; 32])),
        tenant: "acme".into(),
        ..MaskingConfig::default()
    })
    .unwrap()
}

pub(super) fn column(name: &str, data_type: &str, scale: Option<i64>) -> ResultColumn {
    ResultColumn {
        name: name.into(),
        data_type: data_type.into(),
        nullable: true,
        precision: None,
        scale,
        length: None,
        origin: String::new(),
    }
}

pub(super) fn planned(ordinal: u32, operator: Operator) -> ColumnPlan {
    ColumnPlan {
        ordinal,
        operator,
        rule: "r1".into(),
        label: "SSN".into(),
        sources: vec!["D.S.T.C".into()],
    }
}

fn timestamps(rows: &[Option<(i64, i32)>]) -> StructArray {
    let epoch: Int64Array = rows.iter().map(|row| row.map(|row| row.0)).collect();
    let fraction: Int32Array = rows.iter().map(|row| row.map(|row| row.1)).collect();
    let fields = Fields::from(vec![
        Field::new("epoch", DataType::Int64, true),
        Field::new("fraction", DataType::Int32, true),
    ]);
    let nulls = NullBuffer::from_iter(rows.iter().map(Option::is_some));
    StructArray::new(
        fields,
        vec![Arc::new(epoch), Arc::new(fraction)],
        Some(nulls),
    )
}

/// Three rows of many types, in both carriers.
fn both() -> (Vec<ResultColumn>, Vec<Vec<Option<String>>>, RecordBatch) {
    let columns = vec![
        column("NOTE", "text", None),
        column("N", "fixed", Some(2)),
        column("REF", "fixed", Some(0)),
        column("D", "date", None),
        column("T", "timestamp_ntz", Some(9)),
        column("V", "variant", None),
        column("TAG", "text", None),
        column("S", "fixed", Some(0)),
    ];
    let dictionary: DictionaryArray<Int32Type> = vec![Some("x@y.org"), Some("x@y.org"), None]
        .into_iter()
        .collect();
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec![
            Some("call 212-555-0100 now"),
            None,
            Some("nothing here"),
        ])),
        Arc::new(
            Decimal128Array::from(vec![Some(1234), Some(-5), None])
                .with_precision_and_scale(38, 2)
                .unwrap(),
        ),
        Arc::new(Int64Array::from(vec![
            Some(4_111_111_111_111_111),
            Some(4_111_111_111_111_112),
            None,
        ])),
        Arc::new(Date32Array::from(vec![Some(19_782), None, Some(-1)])),
        Arc::new(timestamps(&[
            Some((1_709_210_096, 123_456_789)),
            None,
            Some((-2, 500_000_000)),
        ])),
        Arc::new(StringArray::from(vec![
            Some(r#"{"a":"078-05-1121","b":4111111111111111}"#),
            Some("{}"),
            None,
        ])),
        Arc::new(dictionary),
        Arc::new(Int8Array::from(vec![Some(42), Some(1), None])),
    ];
    let fields: Vec<Field> = columns
        .iter()
        .zip(&arrays)
        .map(|(column, array)| {
            Field::new(&column.name, array.data_type().clone(), true)
                .with_metadata([("logicalType".to_owned(), column.data_type.to_uppercase())].into())
        })
        .collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    let rows = [
        [
            Some("call 212-555-0100 now"),
            Some("12.34"),
            Some("4111111111111111"),
            Some("19782"),
            Some("1709210096.123456789"),
            Some(r#"{"a":"078-05-1121","b":4111111111111111}"#),
            Some("x@y.org"),
            Some("42"),
        ],
        [
            None,
            Some("-0.05"),
            Some("4111111111111112"),
            None,
            None,
            Some("{}"),
            Some("x@y.org"),
            Some("1"),
        ],
        [
            Some("nothing here"),
            None,
            None,
            Some("-1"),
            Some("-1.500000000"),
            None,
            None,
            None,
        ],
    ];
    let rows = rows
        .map(|row| row.map(|cell| cell.map(str::to_owned)).to_vec())
        .to_vec();
    (columns, rows, batch)
}

#[test]
fn detectors_mask_json_and_arrow_alike() {
    let (columns, rows, batch) = both();
    let masking = masking();
    let json = masking
        .result(MaskPlan::detect_only(), &columns, None)
        .json(rows)
        .unwrap();
    let schema = batch.schema();
    let arrow = masking
        .result(MaskPlan::detect_only(), &columns, None)
        .arrow(batch)
        .unwrap();
    assert_eq!(json.digest, arrow.digest);
    assert_eq!(json.counts, arrow.counts);
    assert_eq!(arrow.rows.get().schema(), schema);
    let first: Vec<Option<&str>> = json.rows.get()[0].iter().map(Option::as_deref).collect();
    assert_eq!(
        first,
        [
            Some("call [PHONE] now"),
            Some("12.34"),
            None,
            Some("19782"),
            Some("1709210096.123456789"),
            Some(r#"{"a":"[US_SSN]","b":null}"#),
            Some("[EMAIL]"),
            Some("42")
        ]
    );
    let counts: Vec<(u32, &str, u64)> = json
        .counts
        .iter()
        .map(|count| (count.ordinal, count.by.as_str(), count.cells))
        .collect();
    assert_eq!(
        counts,
        [
            (0, "detector:PHONE", 1),
            (2, "detector:CREDIT_CARD", 1),
            (5, "detector:CREDIT_CARD", 1),
            (5, "detector:US_SSN", 1),
            (6, "detector:EMAIL", 2)
        ]
    );
}

#[test]
fn operators_mask_json_and_arrow_alike_and_keep_types() {
    let operators = [
        Operator::Redact,
        Operator::Nullify,
        Operator::Hash,
        Operator::Partial { keep: 4 },
    ];
    for operator in operators {
        let (columns, rows, batch) = both();
        let plan = MaskPlan {
            columns: (0..8)
                .map(|ordinal| planned(ordinal, operator.clone()))
                .collect(),
            detect: true,
            ..MaskPlan::default()
        };
        let masking = masking();
        let json = masking
            .result(plan.clone(), &columns, None)
            .json(rows.clone())
            .unwrap();
        let before = batch.clone();
        let arrow = masking.result(plan, &columns, None).arrow(batch).unwrap();
        assert_eq!(json.digest, arrow.digest, "{operator:?}");
        assert_eq!(json.counts, arrow.counts, "{operator:?}");
        assert_eq!(arrow.rows.get().schema(), before.schema(), "{operator:?}");
        for (row, masked) in rows.iter().zip(json.rows.get()) {
            for (cell, masked) in row.iter().zip(masked) {
                assert!(
                    cell.is_none() || cell.as_deref() == Some("{}") || cell != masked,
                    "{operator:?} left {cell:?}"
                );
                assert!(
                    cell.is_some() || masked.is_none(),
                    "{operator:?} made {masked:?} of NULL"
                );
            }
        }
    }
}

#[test]
fn nothing_raw_stays_under_a_null() {
    let (columns, _, batch) = both();
    let masked = masking()
        .result(MaskPlan::redact_all(), &columns, None)
        .arrow(batch)
        .unwrap();
    let batch = masked.rows.get();
    assert!(
        batch
            .column(2)
            .as_primitive::<::arrow::datatypes::Int64Type>()
            .values()
            .iter()
            .all(|value| *value == 0)
    );
    let stamps = batch.column(4).as_struct();
    assert_eq!(stamps.null_count(), 3);
    for child in stamps.columns() {
        assert_eq!(child.null_count(), 3);
    }
    assert!(
        stamps
            .column(0)
            .as_primitive::<::arrow::datatypes::Int64Type>()
            .values()
            .iter()
            .all(|value| *value == 0)
    );
}

#[test]
fn a_result_of_another_shape_than_the_plan_expects_is_redacted_whole() {
    let (columns, rows, _) = both();
    for plan in [
        MaskPlan {
            expected_columns: Some(7),
            ..MaskPlan::default()
        },
        MaskPlan {
            columns: vec![planned(8, Operator::Nullify)],
            ..MaskPlan::default()
        },
        MaskPlan {
            mask_all: true,
            clear: (0..8).collect(),
            ..MaskPlan::default()
        },
    ] {
        let masked = masking()
            .result(plan, &columns, None)
            .json(rows.clone())
            .unwrap();
        for cell in masked.rows.get().iter().flatten().flatten() {
            assert_eq!(cell, "***");
        }
    }
}

#[test]
fn clear_ordinals_and_plans_without_detectors_are_left_alone() {
    let (columns, rows, _) = both();
    for plan in [
        MaskPlan::default(),
        MaskPlan {
            clear: (0..8).collect(),
            ..MaskPlan::detect_only()
        },
    ] {
        let masked = masking()
            .result(plan, &columns, None)
            .json(rows.clone())
            .unwrap();
        assert_eq!(*masked.rows.get(), rows);
        assert!(masked.counts.is_empty());
    }
}

#[test]
fn an_operator_that_cannot_work_redacts_and_says_so() {
    let (columns, rows, _) = both();
    let plan = MaskPlan {
        columns: vec![planned(3, Operator::Hash)],
        ..MaskPlan::default()
    };
    let masked = masking().result(plan, &columns, None).json(rows).unwrap();
    assert_eq!(
        masked.counts,
        [MaskCount {
            ordinal: 3,
            by: "operator_failed:r1".into(),
            cells: 2
        }]
    );
    assert!(masked.rows.get().iter().all(|row| row[3].is_none()));
}

#[test]
fn rows_and_batches_of_another_width_are_refused() {
    let (columns, rows, batch) = both();
    let mut mask = masking().result(MaskPlan::detect_only(), &columns[1..], None);
    assert!(matches!(
        mask.json(rows),
        Err(MaskError::RowWidth {
            row: 0,
            got: 8,
            want: 7
        })
    ));
    assert!(matches!(
        mask.arrow(batch),
        Err(MaskError::Columns { got: 8, want: 7 })
    ));
}

#[test]
fn a_column_voted_in_one_part_stays_masked_in_the_next() {
    let columns = [column("REF", "text", None)];
    let routing = ["021000021", "011401533", "091000019"];
    let page = |cells: Vec<&str>| {
        cells
            .into_iter()
            .map(|cell| vec![Some(cell.to_owned())])
            .collect::<Vec<_>>()
    };
    let masking = masking();
    let mut first = masking.result(MaskPlan::detect_only(), &columns, None);
    first
        .json(page(routing.into_iter().cycle().take(40).collect()))
        .unwrap();
    let state: MaskState =
        serde_json::from_str(&serde_json::to_string(&first.state()).unwrap()).unwrap();
    let mut next = masking.result(MaskPlan::detect_only(), &columns, Some(state));
    let masked = next
        .json(page(vec!["021000021", "n/a", "something else"]))
        .unwrap();
    let cells: Vec<Option<&str>> = masked
        .rows
        .get()
        .iter()
        .map(|row| row[0].as_deref())
        .collect();
    assert_eq!(cells, [Some("[US_ABA]"), Some("n/a"), Some("[US_ABA]")]);
    let alone = masking
        .result(MaskPlan::detect_only(), &columns, None)
        .json(page(vec!["021000021"]))
        .unwrap();
    assert!(
        alone.counts.is_empty(),
        "one number of nine digits is no routing number"
    );
}

/// As in tables that were made of data frames, where a column with a NULL is one of floats.
#[test]
fn numbers_vote_whatever_their_type_writes_behind_the_point() {
    for (data_type, scale, fraction) in [
        ("fixed", Some(0), ""),
        ("fixed", Some(2), ".00"),
        ("real", None, ""),
    ] {
        let numbers = (0..30).map(|number| 512_448_271 + 1_001 * number);
        let rows = numbers.map(|number| vec![Some(format!("{number}{fraction}"))]);
        let masked = masking()
            .result(
                MaskPlan::detect_only(),
                &[column("SSN", data_type, scale)],
                None,
            )
            .json(rows.collect())
            .unwrap();
        let mut cells = masked.rows.get().iter().flatten();
        assert!(cells.all(Option::is_none), "{data_type} {scale:?}");
    }
}

/// Found by fuzzing: there is no value to look at, and arrow panics when asked for its place.
#[test]
fn a_dictionary_without_any_value_is_masked() {
    for rows in [0, 3] {
        let dictionary: DictionaryArray<Int32Type> =
            std::iter::repeat_n(None::<&str>, rows).collect();
        let fields = vec![Field::new("C", dictionary.data_type().clone(), true)];
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), vec![Arc::new(dictionary)])
            .unwrap();
        let columns = [column("C", "text", None)];
        let masked = masking()
            .result(MaskPlan::detect_only(), &columns, None)
            .arrow(batch.clone())
            .unwrap();
        assert_eq!(masked.rows.get(), &batch);
    }
}
