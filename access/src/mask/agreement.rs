//! Properties of masking, over any columns, rows and plans: JSON and Arrow agree, and nothing outside the plan changes.

use std::sync::Arc;

use ::arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array,
    Int8Array, Int16Array, Int32Array, Int64Array, RecordBatch, StringArray, StructArray,
};
use ::arrow::buffer::NullBuffer;
use ::arrow::datatypes::{Field, Fields, Schema};
use event::payload::ResultColumn;
use permit::{ColumnPlan, Operator};
use proptest::prelude::*;

use super::*;

/// A column in both carriers.
#[derive(Clone, Debug)]
struct Both {
    column: ResultColumn,
    text: Vec<Option<String>>,
    array: ArrayRef,
}

fn described(data_type: &str, scale: Option<i64>, nullable: bool) -> ResultColumn {
    ResultColumn {
        name: "C".into(),
        data_type: data_type.into(),
        nullable,
        precision: None,
        scale,
        length: None,
        origin: String::new(),
    }
}

fn decimal(number: i128, scale: u32) -> String {
    let unit = 10_i128.pow(scale);
    let sign = if number < 0 { "-" } else { "" };
    let (whole, rest) = (number.abs() / unit, number.abs() % unit);
    if scale == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest:0width$}", width = scale as usize)
    }
}

fn cells<T: Clone + std::fmt::Debug>(
    value: impl Strategy<Value = T> + 'static,
    rows: usize,
) -> BoxedStrategy<Vec<Option<T>>> {
    proptest::collection::vec(proptest::option::weighted(0.8, value), rows).boxed()
}

fn texts(rows: usize) -> BoxedStrategy<Both> {
    let value = prop_oneof![
        "[a-zA-Z0-9 @.'-]{0,24}",
        Just("call 212-555-0100".to_owned()),
        Just("4111111111111111".to_owned()),
        Just("joe@example.org".to_owned()),
        Just("021000021".to_owned()),
        Just("Jane Smith".to_owned()),
        Just("1950-01-31".to_owned()),
        Just("N/A".to_owned()),
        "\\PC{0,12}",
    ];
    cells(value, rows)
        .prop_map(|cells| Both {
            column: described("text", None, true),
            array: Arc::new(StringArray::from(cells.clone())),
            text: cells,
        })
        .boxed()
}

fn numbers(rows: usize) -> BoxedStrategy<Both> {
    let narrow = (cells(any::<i8>(), rows), 0_u32..3).prop_map(|(cells, scale)| {
        (
            to_text(&cells, scale),
            scale,
            Arc::new(Int8Array::from(cells)) as ArrayRef,
        )
    });
    let short = (cells(any::<i16>(), rows), 0_u32..3).prop_map(|(cells, scale)| {
        (
            to_text(&cells, scale),
            scale,
            Arc::new(Int16Array::from(cells)) as ArrayRef,
        )
    });
    let middle = (cells(any::<i32>(), rows), 0_u32..3).prop_map(|(cells, scale)| {
        (
            to_text(&cells, scale),
            scale,
            Arc::new(Int32Array::from(cells)) as ArrayRef,
        )
    });
    let value = prop_oneof![
        any::<i64>(),
        Just(4_111_111_111_111_111),
        100_000_000_i64..999_999_999
    ];
    let wide = (cells(value, rows), 0_u32..3).prop_map(|(cells, scale)| {
        (
            to_text(&cells, scale),
            scale,
            Arc::new(Int64Array::from(cells)) as ArrayRef,
        )
    });
    let huge =
        (cells(-(10_i128.pow(37))..10_i128.pow(37), rows), 0_u32..6).prop_map(|(cells, scale)| {
            let array = Decimal128Array::from(cells.clone())
                .with_precision_and_scale(38, i8::try_from(scale).unwrap())
                .unwrap();
            (to_text(&cells, scale), scale, Arc::new(array) as ArrayRef)
        });
    prop_oneof![narrow, short, middle, wide, huge]
        .prop_map(|(text, scale, array)| Both {
            column: described("fixed", Some(scale.into()), true),
            text,
            array,
        })
        .boxed()
}

fn to_text<T: Copy + Into<i128>>(cells: &[Option<T>], scale: u32) -> Vec<Option<String>> {
    cells
        .iter()
        .map(|cell| cell.map(|number| decimal(number.into(), scale)))
        .collect()
}

fn simple(rows: usize) -> BoxedStrategy<Both> {
    let real = cells(
        prop_oneof![
            Just(1.5),
            Just(-0.25),
            Just(1e20),
            Just(4_111_111_111_111_111.0),
            Just(0.0)
        ],
        rows,
    )
    .prop_map(|cells| {
        let text = cells.iter().map(|cell| cell.map(real_text)).collect();
        (
            described("real", None, true),
            text,
            Arc::new(Float64Array::from(cells)) as ArrayRef,
        )
    });
    let boolean = cells(any::<bool>(), rows).prop_map(|cells| {
        let text = cells
            .iter()
            .map(|cell| cell.map(|truth| u8::from(truth).to_string()))
            .collect();
        (
            described("boolean", None, true),
            text,
            Arc::new(BooleanArray::from(cells)) as ArrayRef,
        )
    });
    let date = cells(-20_000..20_000_i32, rows).prop_map(|cells| {
        let text = cells
            .iter()
            .map(|cell| cell.map(|days| days.to_string()))
            .collect();
        (
            described("date", None, true),
            text,
            Arc::new(Date32Array::from(cells)) as ArrayRef,
        )
    });
    let binary = cells(proptest::collection::vec(any::<u8>(), 0..6), rows).prop_map(|cells| {
        let text = cells
            .iter()
            .map(|cell| cell.as_ref().map(hex::encode_upper))
            .collect();
        let array: BinaryArray = cells.iter().map(Option::as_deref).collect();
        (
            described("binary", None, true),
            text,
            Arc::new(array) as ArrayRef,
        )
    });
    let semi = cells(
        prop_oneof![
            Just(r#"{"email":"a@b.cd","n":4111111111111111}"#.to_owned()),
            Just(r#"{ "name": "Jane Smith", "x": [1, true, null, "y"] }"#.to_owned()),
            Just("[]".to_owned()),
            "[\\[\\]{}\":,a-z0-9 ]{0,20}",
        ],
        rows,
    )
    .prop_map(|cells| {
        (
            described("variant", None, true),
            cells.clone(),
            Arc::new(StringArray::from(cells)) as ArrayRef,
        )
    });
    prop_oneof![real, boolean, date, binary, semi]
        .prop_map(|(column, text, array)| Both {
            column,
            text,
            array,
        })
        .boxed()
}

/// As Snowflake writes it, with an exponent where plain digits would be long.
fn real_text(real: f64) -> String {
    let mut text = String::new();
    family::Family::Real.write(&crate::operators::Value::Real(real), &mut text);
    text
}

fn times(rows: usize) -> BoxedStrategy<Both> {
    let time = (cells(0..86_400_000_i32, rows)).prop_map(|cells| {
        let text = cells
            .iter()
            .map(|cell| cell.map(|number| decimal(number.into(), 3)))
            .collect();
        Both {
            column: described("time", Some(3), true),
            text,
            array: Arc::new(Int32Array::from(cells)),
        }
    });
    let scaled = cells(-10_000_000_000_i64..10_000_000_000, rows).prop_map(|cells| {
        let text = cells
            .iter()
            .map(|cell| cell.map(|number| decimal(number.into(), 3)))
            .collect();
        Both {
            column: described("timestamp_ntz", Some(3), true),
            text,
            array: Arc::new(Int64Array::from(cells)),
        }
    });
    let whole =
        cells((-10_000_000_i64..10_000_000, 0..1_000_000_000_i32), rows).prop_map(|cells| {
            let text = cells
                .iter()
                .map(|cell| {
                    cell.map(|(epoch, fraction)| {
                        decimal(i128::from(epoch) * 1_000_000_000 + i128::from(fraction), 9)
                    })
                })
                .collect();
            Both {
                column: described("timestamp_ltz", Some(9), true),
                text,
                array: stamps(
                    &cells
                        .iter()
                        .map(|cell| cell.map(|(epoch, fraction)| (epoch, Some(fraction), None)))
                        .collect::<Vec<_>>(),
                    &["epoch", "fraction"],
                ),
            }
        });
    let zoned = cells(
        (
            -10_000_000_i64..10_000_000,
            0..1_000_000_000_i32,
            0..2880_i32,
        ),
        rows,
    )
    .prop_map(|cells| {
        let text = cells
            .iter()
            .map(|cell| {
                cell.map(|(epoch, fraction, zone)| {
                    format!(
                        "{} {zone}",
                        decimal(i128::from(epoch) * 1_000_000_000 + i128::from(fraction), 9)
                    )
                })
            })
            .collect();
        Both {
            column: described("timestamp_tz", Some(9), true),
            text,
            array: stamps(
                &cells
                    .iter()
                    .map(|cell| {
                        cell.map(|(epoch, fraction, zone)| (epoch, Some(fraction), Some(zone)))
                    })
                    .collect::<Vec<_>>(),
                &["epoch", "fraction", "timezone"],
            ),
        }
    });
    let zoned_short = cells((-10_000_000_i64..10_000_000, 0..2880_i32), rows).prop_map(|cells| {
        let text = cells
            .iter()
            .map(|cell| cell.map(|(epoch, zone)| format!("{} {zone}", decimal(epoch.into(), 3))))
            .collect();
        Both {
            column: described("timestamp_tz", Some(3), true),
            text,
            array: stamps(
                &cells
                    .iter()
                    .map(|cell| cell.map(|(epoch, zone)| (epoch, None, Some(zone))))
                    .collect::<Vec<_>>(),
                &["epoch", "timezone"],
            ),
        }
    });
    prop_oneof![time, scaled, whole, zoned, zoned_short].boxed()
}

/// A row of a struct timestamp: epoch, fraction, time zone.
type StampRow = Option<(i64, Option<i32>, Option<i32>)>;

fn stamps(rows: &[StampRow], names: &[&str]) -> ArrayRef {
    let children = names.iter().map(|name| -> ArrayRef {
        match *name {
            "epoch" => Arc::new(
                rows.iter()
                    .map(|row| row.map(|row| row.0))
                    .collect::<Int64Array>(),
            ),
            "fraction" => Arc::new(
                rows.iter()
                    .map(|row| row.and_then(|row| row.1))
                    .collect::<Int32Array>(),
            ),
            _ => Arc::new(
                rows.iter()
                    .map(|row| row.and_then(|row| row.2))
                    .collect::<Int32Array>(),
            ),
        }
    });
    let children: Vec<ArrayRef> = children.collect();
    let fields: Fields = names
        .iter()
        .zip(&children)
        .map(|(name, child)| Field::new(*name, child.data_type().clone(), true))
        .collect();
    let nulls: NullBuffer = rows.iter().map(Option::is_some).collect();
    Arc::new(StructArray::new(fields, children, Some(nulls)))
}

fn operator() -> impl Strategy<Value = Operator> {
    prop_oneof![
        Just(Operator::Redact),
        Just(Operator::Nullify),
        (0_u8..6).prop_map(|keep| Operator::Partial { keep }),
        Just(Operator::Hash),
        Just(Operator::Tokenize),
        Just(Operator::Generalize),
        (0_u16..400).prop_map(|days| Operator::DateShift { days }),
        (0_u8..50).prop_map(|percent| Operator::Noise { percent }),
    ]
}

/// What happens to a column: planned, cleared, or left to the detectors.
#[derive(Clone, Debug)]
enum Fate {
    Planned(Operator),
    Clear,
    Detected,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![3 => operator().prop_map(Fate::Planned), 1 => Just(Fate::Clear), 2 => Just(Fate::Detected)]
}

fn result() -> impl Strategy<Value = Vec<(Both, Fate)>> {
    (0_usize..30).prop_flat_map(|rows| {
        let column = prop_oneof![texts(rows), numbers(rows), simple(rows), times(rows)];
        proptest::collection::vec((column, fate()), 1..5)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn json_and_arrow_agree_and_nothing_outside_the_plan_changes(result in result()) {
        let columns: Vec<ResultColumn> = result.iter().map(|(both, _)| both.column.clone()).collect();
        let rows = result.first().map_or(0, |(both, _)| both.text.len());
        let json: Vec<Vec<Option<String>>> =
            (0..rows).map(|row| result.iter().map(|(both, _)| both.text[row].clone()).collect()).collect();
        let fields: Vec<Field> = result
            .iter()
            .map(|(both, _)| {
                Field::new("C", both.array.data_type().clone(), true)
                    .with_metadata([("logicalType".to_owned(), both.column.data_type.to_uppercase())].into())
            })
            .collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), result.iter().map(|(both, _)| Arc::clone(&both.array)).collect()).unwrap();
        let plan = MaskPlan {
            columns: (0..).zip(&result).filter_map(|(ordinal, (_, fate))| match fate {
                Fate::Planned(operator) => Some(ColumnPlan { ordinal, operator: operator.clone(), rule: "r".into(), label: "L".into(), sources: vec![] }),
                Fate::Clear | Fate::Detected => None,
            }).collect(),
            clear: (0..).zip(&result).filter(|(_, (_, fate))| matches!(fate, Fate::Clear)).map(|(ordinal, _)| ordinal).collect(),
            detect: true,
            ..MaskPlan::default()
        };
        let masking = Masking::new(MaskingConfig { key: Some(MaskKey::from_bytes([9; 32])), ..MaskingConfig::default() }).unwrap();
        let mut json_mask = masking.result(plan.clone(), &columns, None);
        let mut arrow_mask = masking.result(plan, &columns, None);
        let masked = json_mask.json(json.clone()).unwrap();
        let batch_masked = arrow_mask.arrow(batch.clone()).unwrap();

        prop_assert_eq!(masked.digest, batch_masked.digest);
        prop_assert_eq!(&masked.counts, &batch_masked.counts);
        prop_assert_eq!(json_mask.state(), arrow_mask.state());
        prop_assert_eq!(masked.rows.get().len(), rows);
        prop_assert_eq!(batch_masked.rows.get().num_rows(), rows);
        prop_assert_eq!(batch_masked.rows.get().schema(), batch.schema(), "types and metadata stay");
        for (place, (both, fate)) in result.iter().enumerate() {
            let arrow = batch_masked.rows.get().column(place);
            let counted: u64 = masked.counts.iter().filter(|count| count.ordinal as usize == place).map(|count| count.cells).sum();
            for (row, (before, after)) in json.iter().zip(masked.rows.get()).enumerate() {
                let (before, after) = (&before[place], &after[place]);
                prop_assert!(before.is_some() || after.is_none(), "NULL stays NULL");
                prop_assert_eq!(arrow.is_null(row), after.is_none());
                if counted == 0 {
                    prop_assert_eq!(before, after);
                }
                if matches!(fate, Fate::Planned(Operator::Nullify)) {
                    prop_assert!(after.is_none());
                }
            }
            if matches!(fate, Fate::Clear) {
                prop_assert!(counted == 0 && arrow.to_data() == both.array.to_data());
            }
        }
    }
}
