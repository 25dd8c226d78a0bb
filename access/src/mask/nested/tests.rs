//! Structured types and decimal floats, as Arrow carries them.

use std::sync::Arc;

use ::arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, StructArray};
use ::arrow::datatypes::{DataType, Field, Fields, Schema};

use permit::{MaskPlan, Operator};

use super::write_json;
use crate::mask::tests::{column, masking, planned};

#[test]
fn structured_cells_are_masked_leaf_by_leaf_and_keep_their_type() {
    use ::arrow::array::{ListArray, ListBuilder, StringBuilder};

    let mut mails = ListBuilder::new(StringBuilder::new());
    mails.append_value([Some("a@b.cd"), None, Some("x")]);
    mails.append_null();
    let mails: ListArray = mails.finish();
    let person = StructArray::from(vec![
        (
            Arc::new(Field::new("name", DataType::Utf8, true)),
            Arc::new(StringArray::from(vec!["Jane Smith", "Blue Lamp"])) as ArrayRef,
        ),
        (
            Arc::new(Field::new("pan", DataType::Int64, false)),
            Arc::new(Int64Array::from(vec![4_111_111_111_111_111, 7])) as ArrayRef,
        ),
    ]);
    let arrays: Vec<ArrayRef> = vec![Arc::new(mails), Arc::new(person)];
    let fields: Vec<Field> = arrays
        .iter()
        .map(|array| Field::new("C", array.data_type().clone(), true))
        .collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    let columns = [column("L", "array", None), column("O", "object", None)];
    let masked = masking()
        .result(MaskPlan::detect_only(), &columns, None)
        .arrow(batch.clone())
        .unwrap();
    let text = |place: usize, row: usize| {
        let mut out = String::new();
        write_json(masked.rows.get().column(place).as_ref(), row, &mut out);
        out
    };
    assert_eq!(text(0, 0), r#"["[EMAIL]",null,"x"]"#);
    assert_eq!(text(0, 1), "null");
    assert_eq!(text(1, 0), r#"{"name":"[PERSON]","pan":null}"#);
    assert_eq!(text(1, 1), r#"{"name":"Blue Lamp","pan":7}"#);

    let plan = MaskPlan {
        columns: vec![planned(0, Operator::Redact), planned(1, Operator::Redact)],
        ..MaskPlan::default()
    };
    let masked = masking().result(plan, &columns, None).arrow(batch).unwrap();
    assert!(
        masked
            .rows
            .get()
            .columns()
            .iter()
            .all(|column| column.null_count() == 2)
    );
}

/// One cell of a structured column through the detectors.
fn seen(array: ArrayRef, data_type: &str) -> String {
    let field = Field::new("C", array.data_type().clone(), true);
    let batch = RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![array]).unwrap();
    let columns = [column("C", data_type, None)];
    let masked = masking()
        .result(MaskPlan::detect_only(), &columns, None)
        .arrow(batch)
        .unwrap();
    let mut out = String::new();
    write_json(masked.rows.get().column(0).as_ref(), 0, &mut out);
    out
}

/// As the JSON of the same cell has them masked.
#[test]
fn members_of_every_width_and_dates_are_masked_by_their_names() {
    use ::arrow::array::{Date32Array, Int16Array, Int32Array};

    let member = |name: &str, array: ArrayRef| {
        (
            Arc::new(Field::new(name, array.data_type().clone(), true)),
            array,
        )
    };
    for (array, want) in [
        (
            member("dob", Arc::new(Int32Array::from(vec![19_850_312]))),
            r#"{"dob":null}"#,
        ),
        (
            member("dob", Arc::new(Int16Array::from(vec![5549]))),
            r#"{"dob":null}"#,
        ),
        (
            member("dob", Arc::new(Date32Array::from(vec![5549]))),
            r#"{"dob":null}"#,
        ),
        (
            member("seen", Arc::new(Date32Array::from(vec![20_455]))),
            r#"{"seen":"2026-01-02"}"#,
        ),
        (
            member("n", Arc::new(Int16Array::from(vec![7]))),
            r#"{"n":7}"#,
        ),
    ] {
        let cell = seen(Arc::new(StructArray::from(vec![array])), "object");
        assert_eq!(cell, want);
    }
}

#[test]
fn keys_of_a_map_name_its_values() {
    use ::arrow::array::{MapBuilder, StringBuilder};

    for (entries, want) in [
        (
            [("dob", "1985-03-12"), ("seen", "2026-01-02")],
            r#"{"dob":"[DOB]","seen":"2026-01-02"}"#,
        ),
        (
            [("n", "7"), ("seen", "2026-01-02")],
            r#"{"n":"7","seen":"2026-01-02"}"#,
        ),
    ] {
        let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
        for (key, value) in entries {
            map.keys().append_value(key);
            map.values().append_value(value);
        }
        map.append(true).unwrap();
        assert_eq!(seen(Arc::new(map.finish()), "map"), want);
    }
}

#[test]
fn decimal_floats_are_read_and_redacted_to_null_at_every_depth() {
    use ::arrow::array::{BinaryArray, Int16Array};

    let fields = Fields::from(vec![
        Field::new("exponent", DataType::Int16, true),
        Field::new("significand", DataType::Binary, true),
    ]);
    let card = 4_111_111_111_111_111_i64.to_be_bytes();
    let significand: [&[u8]; 3] = [&card, &[0xff], &[0x04, 0xd2]];
    let array = StructArray::new(
        fields,
        vec![
            Arc::new(Int16Array::from(vec![0_i16, 2, -2])),
            Arc::new(BinaryArray::from(significand.to_vec())),
        ],
        None,
    );
    let field = Field::new("D", array.data_type().clone(), true);
    let batch =
        RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![Arc::new(array)]).unwrap();
    let columns = [column("D", "decfloat", None)];
    let clear = masking()
        .result(MaskPlan::default(), &columns, None)
        .arrow(batch.clone())
        .unwrap();
    let rows = vec![
        vec![Some("4111111111111111".to_owned())],
        vec![Some("-100".to_owned())],
        vec![Some("12.34".to_owned())],
    ];
    let text = masking()
        .result(MaskPlan::default(), &columns, None)
        .json(rows.clone())
        .unwrap();
    assert_eq!(clear.digest, text.digest);

    let masked = masking()
        .result(MaskPlan::detect_only(), &columns, None)
        .arrow(batch)
        .unwrap();
    let json = masking()
        .result(MaskPlan::detect_only(), &columns, None)
        .json(rows)
        .unwrap();
    assert_eq!(masked.digest, json.digest);
    let parent = masked.rows.get().column(0).as_struct();
    assert!(
        parent.is_null(0)
            && parent.columns().iter().all(|child| child.is_null(0))
            && parent.is_valid(1)
    );
}

/// No server sends these; one that did would carry its texts past the detectors.
#[test]
fn types_that_nobody_reads_become_null_and_are_counted() {
    use ::arrow::array::{DictionaryArray, Int32Array, StringViewArray};
    use ::arrow::datatypes::Int32Type;

    let view: ArrayRef = Arc::new(StringViewArray::from(vec![Some("a@b.cd"), None]));
    let inside: ArrayRef = Arc::new(StructArray::from(vec![(
        Arc::new(Field::new("m", DataType::Utf8View, true)),
        Arc::clone(&view),
    )]));
    let texts: DictionaryArray<Int32Type> = vec!["a@b.cd", "x"].into_iter().collect();
    let twice = DictionaryArray::<Int32Type>::new(Int32Array::from(vec![0, 1]), Arc::new(texts));
    let arrays: Vec<ArrayRef> = vec![view, inside, Arc::new(twice)];
    let fields: Vec<Field> = arrays
        .iter()
        .map(|array| Field::new("C", array.data_type().clone(), true))
        .collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    let columns = [
        column("T", "text", None),
        column("O", "object", None),
        column("D", "text", None),
    ];
    let masked = masking()
        .result(MaskPlan::detect_only(), &columns, None)
        .arrow(batch)
        .unwrap();
    let rows = masked.rows.get();
    assert_eq!(rows.column(0).null_count(), 2);
    assert_eq!(rows.column(1).as_struct().column(0).null_count(), 2);
    assert_eq!(rows.column(2).null_count(), 2);
    assert_eq!(
        masked.counts.first().map(|count| count.by.as_str()),
        Some("unread_type")
    );
}

#[test]
fn nothing_stays_under_a_null_of_a_redacted_structure() {
    use ::arrow::buffer::NullBuffer;

    let fields = Fields::from(vec![Field::new("note", DataType::Utf8, true)]);
    let notes: ArrayRef = Arc::new(StringArray::from(vec!["hidden", "shown"]));
    let nulls = NullBuffer::from(vec![false, true]);
    let array = StructArray::new(fields, vec![notes], Some(nulls));
    let field = Field::new("O", array.data_type().clone(), true);
    let batch =
        RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![Arc::new(array)]).unwrap();
    let plan = MaskPlan {
        columns: vec![planned(0, Operator::Redact)],
        ..MaskPlan::default()
    };
    let masked = masking()
        .result(plan, &[column("O", "object", None)], None)
        .arrow(batch)
        .unwrap();
    let notes = masked.rows.get().column(0).as_struct().column(0);
    assert_eq!(notes.null_count(), 2);
}
