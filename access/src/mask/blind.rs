//! A mask that hides NULLs: what a driver and the record get must not depend on which cells were NULL.
//!
//! Enters: the same column with other cells NULL, as JSON, plain Arrow and a dictionary. Leaves: equal results.

use std::sync::Arc;

use ::arrow::array::{Array, ArrayRef, DictionaryArray, Int64Array, RecordBatch, StringArray};
use ::arrow::datatypes::Int32Type;
use permit::Operator;

use super::tests::{column, masking, planned};
use super::*;

type Cells<'a> = [Option<&'a str>; 3];

const SOME: Cells<'_> = [Some("457-55-5462"), None, Some("x")];
const OTHERS: Cells<'_> = [None, Some("078-05-1120"), None];

fn plan(operator: Operator, null_blind: bool) -> MaskPlan {
    MaskPlan {
        columns: vec![planned(0, operator)],
        null_blind: if null_blind { vec![0] } else { Vec::new() },
        ..MaskPlan::default()
    }
}

fn json(plan: MaskPlan, kind: &str, cells: Cells<'_>) -> MaskedRows<Vec<Vec<Option<String>>>> {
    let rows = cells.iter().map(|cell| vec![cell.map(str::to_owned)]);
    masking()
        .result(plan, &[column("C", kind, Some(0))], None)
        .json(rows.collect())
        .unwrap()
}

fn arrow(plan: MaskPlan, kind: &str, array: ArrayRef) -> MaskedRows<RecordBatch> {
    let batch = RecordBatch::try_from_iter_with_nullable([("C", array, true)]).unwrap();
    masking()
        .result(plan, &[column("C", kind, Some(0))], None)
        .arrow(batch)
        .unwrap()
}

#[test]
fn texts_look_alike_whether_null_or_not() {
    for plan_of in [
        |blind| plan(Operator::Redact, blind),
        |_| MaskPlan::redact_all(),
    ] {
        let (a, b) = (
            json(plan_of(true), "text", SOME),
            json(plan_of(true), "text", OTHERS),
        );
        assert!(a.rows.get().iter().flatten().all(Option::is_some));
        assert_eq!(a.rows.get(), b.rows.get());
        assert_eq!((a.counts, a.digest), (b.counts, b.digest));
        let carriers: [fn(Cells<'_>) -> ArrayRef; 2] = [
            |cells| Arc::new(StringArray::from(cells.to_vec())),
            |cells| Arc::new(cells.into_iter().collect::<DictionaryArray<Int32Type>>()),
        ];
        for carrier in carriers {
            let one = arrow(plan_of(true), "text", carrier(SOME));
            let other = arrow(plan_of(true), "text", carrier(OTHERS));
            assert_eq!(one.rows.get().column(0).logical_null_count(), 0);
            assert_eq!(one.digest, a.digest);
            assert_eq!(one.digest, other.digest);
            assert_eq!(one.counts, other.counts);
            assert_eq!(
                one.rows.get().column(0).data_type(),
                carrier(SOME).data_type()
            );
        }
    }
}

#[test]
fn numbers_are_null_throughout() {
    let blind = || plan(Operator::Redact, true);
    let a = json(blind(), "fixed", [Some("1"), None, Some("3")]);
    let b = json(blind(), "fixed", [None, Some("2"), None]);
    assert_eq!(a.rows.get(), b.rows.get());
    let array: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(3)]));
    assert_eq!(arrow(blind(), "fixed", array).digest, a.digest);
}

#[test]
fn a_column_that_is_nullified_stays_null() {
    let masked = json(plan(Operator::Nullify, true), "text", SOME);
    assert!(masked.rows.get().iter().flatten().all(Option::is_none));
}

#[test]
fn the_plain_column_keeps_its_nulls() {
    let masked = json(plan(Operator::Redact, false), "text", SOME);
    let nulls: Vec<bool> = masked
        .rows
        .get()
        .iter()
        .flatten()
        .map(Option::is_none)
        .collect();
    assert_eq!(nulls, [false, true, false]);
}

#[test]
fn plans_made_before_nulls_were_hidden_read_the_same() {
    let old = r#"{"columns":[],"mask_all":false,"expected_columns":2,"clear":[1],"detect":true}"#;
    let plan: MaskPlan = serde_json::from_str(old).unwrap();
    assert!(plan.null_blind.is_empty() && !plan.withhold_errors);
    assert_eq!(serde_json::to_string(&plan).unwrap(), old);
}
