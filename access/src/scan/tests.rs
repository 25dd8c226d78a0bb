//! What `scan` must do, tried.

use std::io::Cursor;
use std::sync::Arc;

use ::arrow::array::{Array as _, ArrayRef, BinaryArray, RecordBatch, StringArray};
use ::arrow::datatypes::{Field, Schema};

use super::file::{scan_csv, scan_json_lines};
use super::*;

fn found(report: &ScanReport) -> Vec<(&str, &str, &str, u64)> {
    report
        .columns
        .iter()
        .flat_map(|column| {
            column.found.iter().map(|found| {
                (
                    column.column.as_str(),
                    found.label.as_str(),
                    found.detector,
                    found.cells,
                )
            })
        })
        .collect()
}

#[test]
fn csv_columns_are_judged_by_name_by_cells_and_as_a_whole() {
    let mut text = "id,ssn,ref,note\n".to_owned();
    let routing = ["021000021", "011401533", "091000019"];
    for row in 0..60 {
        let note = if row == 7 {
            "é call 212-555-0100"
        } else {
            "fine"
        };
        text += &format!(
            "{row},{:03}-12-3456,{},{note}\n",
            row + 100,
            routing[row % 3]
        );
    }
    let report = scan_csv(Cursor::new(text), b',', &Detectors::default()).unwrap();
    assert_eq!(report.rows, 60);
    assert_eq!(
        found(&report),
        [
            ("ssn", "US_SSN", "name", 60),
            ("ref", "US_ABA", "column", 60),
            ("note", "PHONE", "form", 1)
        ]
    );
    assert_eq!(
        report.columns[3].found[0].places,
        [Place {
            row: 8,
            start: 7,
            end: 19
        }]
    );
    assert!(
        !serde_json::to_string(&report).unwrap().contains("555"),
        "a report holds no value"
    );
}

#[test]
fn json_lines_may_lack_members_and_nest() {
    let text = "{\"a\": \"x@y.org\"}\n\n{\"b\": {\"pan\": 4111111111111111}, \"a\": null}\n[\"y@z.org\"]\n";
    let report = scan_json_lines(Cursor::new(text), &Detectors::default()).unwrap();
    assert_eq!(
        found(&report),
        [
            ("a", "EMAIL", "form", 1),
            ("b", "CREDIT_CARD", "checksum", 1),
            ("value", "EMAIL", "form", 1)
        ]
    );
    let broken = scan_json_lines(Cursor::new("{\n"), &Detectors::default());
    assert!(matches!(broken, Err(ScanError::Json { line: 1, .. })));
}

#[test]
fn cells_come_back_in_their_order_with_code_point_offsets() {
    let input = concat!(
        "{\"id\":7,\"t\":\"t\",\"c\":\"x\",\"ty\":\"VARCHAR\",\"text\":\"né a@b.cd\"}\n",
        "{\"id\":\"b\",\"t\":\"t\",\"c\":\"v\",\"ty\":\"VARIANT\",\"text\":\"{\\\"é\\\":\\\"a@b.cd\\\"}\"}\n",
        "{\"id\":9,\"t\":\"t\",\"c\":\"x\",\"ty\":\"VARCHAR\",\"text\":null}\n",
    );
    let mut output = Vec::new();
    assert_eq!(
        scan_cells(Cursor::new(input), &mut output, &Detectors::default()).unwrap(),
        3
    );
    assert_eq!(
        String::from_utf8(output).unwrap(),
        "{\"id\":7,\"spans\":[[3,9,\"EMAIL\"]]}\n{\"id\":\"b\",\"spans\":[[6,12,\"EMAIL\"]]}\n{\"id\":9,\"spans\":[]}\n"
    );
}

#[test]
fn unknown_endings_are_refused() {
    let refused = scan_file(std::path::Path::new("data.xlsx"), &Detectors::default());
    assert!(matches!(refused, Err(ScanError::Format(_))));
}

#[test]
fn every_column_of_a_batch_is_looked_at_and_bytes_that_are_text_as_text() {
    let text = |value: &str| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let bytes = |value: &[u8]| Arc::new(BinaryArray::from(vec![value])) as ArrayRef;
    let mail = "ann@example.com";
    for (columns, expected) in [
        (vec![text(mail), text("x")], "c"),
        (vec![text("x"), text(mail)], "c (2)"),
        (vec![bytes(b"\xff"), bytes(mail.as_bytes())], "c (2)"),
    ] {
        let field = |column: &ArrayRef| Field::new("c", column.data_type().clone(), true);
        let fields: Vec<Field> = columns.iter().map(field).collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
        let detectors = Detectors::default();
        let mut scan = FileScan::new(&detectors);
        scan.batch(&batch);
        let report = scan.finish();
        assert_eq!(report.columns.len(), 2);
        assert_eq!(found(&report), [(expected, "EMAIL", "form", 1)]);
    }
}
