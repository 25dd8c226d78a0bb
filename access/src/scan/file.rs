//! Files: CSV, TSV, JSON lines; Parquet as the Arrow batches its reader gives.
//!
//! Enters: rows, in pages. Leaves: a report. Never here: more than one page of rows in memory.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use ::arrow::array::{Array, AsArray as _, RecordBatch};
use ::arrow::datatypes::DataType;
use ::arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::Value;

use super::report::{ColumnReport, ScanReport};
use super::{ColumnScan, ScanError};
use crate::mask::family::Family;
use detect::Detectors;

/// Rows that vote together;
const PAGE_ROWS: usize = 2048;
/// fewer where they are longer than this together, bytes.
const PAGE_BYTES: usize = 64 << 20;

/// Scans a file by its ending: `.csv`, `.tsv`, `.jsonl`, `.ndjson`.
pub fn scan_file(path: &Path, detectors: &Detectors) -> Result<ScanReport, ScanError> {
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or("")
        .to_ascii_lowercase();
    let open = || File::open(path).map(BufReader::new);
    match ending.as_str() {
        "csv" => scan_csv(open()?, b',', detectors),
        "tsv" => scan_csv(open()?, b'\t', detectors),
        "jsonl" | "ndjson" => scan_json_lines(open()?, detectors),
        _ => Err(ScanError::Format(path.display().to_string())),
    }
}

/// Collects rows into pages, votes, finds, counts. For formats read elsewhere: [`FileScan::batch`].
pub struct FileScan<'a> {
    detectors: &'a Detectors,
    names: Vec<String>,
    columns: Vec<(ColumnScan, ColumnReport)>,
    page: Vec<Vec<Option<String>>>,
    page_bytes: usize,
    rows: u64,
}

impl<'a> FileScan<'a> {
    /// A scan with no columns yet.
    pub fn new(detectors: &'a Detectors) -> Self {
        Self {
            detectors,
            names: Vec::new(),
            columns: Vec::new(),
            page: Vec::new(),
            page_bytes: 0,
            rows: 0,
        }
    }

    /// Scans an Arrow batch, such as a Parquet reader's.
    pub fn batch(&mut self, batch: &RecordBatch) {
        let schema = batch.schema();
        let options = FormatOptions::default();
        let names = unlike(schema.fields().iter().map(|field| field.name().as_str()));
        let columns: Vec<(usize, Option<ArrayFormatter<'_>>, &dyn Array)> = names
            .iter()
            .zip(batch.columns())
            .map(|(name, array)| {
                let family = if array.data_type().is_numeric() {
                    Family::Fixed(0)
                } else {
                    Family::Text
                };
                (
                    self.column(name, family),
                    ArrayFormatter::try_new(array.as_ref(), &options).ok(),
                    array.as_ref(),
                )
            })
            .collect();
        for row in 0..batch.num_rows() {
            let mut cells = vec![None; self.columns.len()];
            for (place, formatter, array) in &columns {
                let valid = formatter.as_ref().filter(|_| array.is_valid(row));
                if let (Some(slot), Some(formatter)) = (cells.get_mut(*place), valid) {
                    let text = text(*array, row).map(str::to_owned);
                    *slot = Some(text.unwrap_or_else(|| formatter.value(row).to_string()));
                }
            }
            self.row(cells);
        }
    }

    /// The place of a column, made at its first sight.
    fn column(&mut self, name: &str, family: Family) -> usize {
        if let Some(place) = self.names.iter().position(|known| known == name) {
            return place;
        }
        self.names.push(name.to_owned());
        self.columns
            .push((ColumnScan::new(name, family), ColumnReport::new(name)));
        self.names.len() - 1
    }

    fn row(&mut self, cells: Vec<Option<String>>) {
        self.page_bytes += cells.iter().flatten().map(String::len).sum::<usize>();
        self.page.push(cells);
        if self.page.len() >= PAGE_ROWS || self.page_bytes >= PAGE_BYTES {
            self.settle();
        }
    }

    fn settle(&mut self) {
        let mut findings = Vec::new();
        for (place, (scan, report)) in self.columns.iter_mut().enumerate() {
            let cells = || {
                self.page
                    .iter()
                    .map(move |row| row.get(place).and_then(Option::as_deref))
            };
            cells().flatten().for_each(|text| scan.observe(text));
            scan.settle();
            for (row, text) in (self.rows + 1..).zip(cells()) {
                let Some(text) = text.filter(|text| !text.is_empty()) else {
                    continue;
                };
                report.cells += 1;
                findings.clear();
                scan.find(text, self.detectors, &mut findings);
                report.add(row, text, &findings, self.detectors);
            }
        }
        self.rows += self.page.len() as u64;
        self.page.clear();
        self.page_bytes = 0;
    }

    /// The report.
    pub fn finish(mut self) -> ScanReport {
        self.settle();
        let columns = self
            .columns
            .into_iter()
            .map(|(_, mut report)| {
                report.sort();
                report
            })
            .collect();
        ScanReport {
            rows: self.rows,
            columns,
        }
    }
}

/// Names that tell columns apart: two of one name stay two columns.
fn unlike<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut taken = HashSet::new();
    let unlike = names.enumerate().map(|(place, name)| {
        let mut name = name.to_owned();
        while !taken.insert(name.clone()) {
            name = format!("{name} ({})", place + 1);
        }
        name
    });
    unlike.collect()
}

/// Bytes that are text, which many writers of Parquet do not say.
fn text(array: &dyn Array, row: usize) -> Option<&str> {
    let bytes = match array.data_type() {
        DataType::Binary => array.as_binary::<i32>().value(row),
        DataType::LargeBinary => array.as_binary::<i64>().value(row),
        DataType::BinaryView => array.as_binary_view().value(row),
        DataType::FixedSizeBinary(_) => array.as_fixed_size_binary().value(row),
        _ => return None,
    };
    std::str::from_utf8(bytes).ok()
}

pub(super) fn scan_csv(
    input: impl Read,
    separator: u8,
    detectors: &Detectors,
) -> Result<ScanReport, ScanError> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .from_reader(input);
    let mut scan = FileScan::new(detectors);
    for (place, name) in reader.headers()?.iter().enumerate() {
        // Two columns of one name stay two columns.
        let taken = scan.names.iter().any(|known| known == name);
        scan.column(
            &if taken {
                format!("{name} ({})", place + 1)
            } else {
                name.to_owned()
            },
            Family::Text,
        );
    }
    for record in reader.records() {
        let record = record?;
        for place in scan.columns.len()..record.len() {
            scan.column(&format!("column {}", place + 1), Family::Text);
        }
        scan.row(record.iter().map(|cell| Some(cell.to_owned())).collect());
    }
    Ok(scan.finish())
}

pub(super) fn scan_json_lines(
    input: impl BufRead,
    detectors: &Detectors,
) -> Result<ScanReport, ScanError> {
    let mut scan = FileScan::new(detectors);
    for (line, text) in (1_u64..).zip(input.lines()) {
        let text = text?;
        if text.trim().is_empty() {
            continue;
        }
        let value: Value =
            serde_json::from_str(&text).map_err(|source| ScanError::Json { line, source })?;
        let members = match value {
            Value::Object(members) => members,
            other => serde_json::Map::from_iter([("value".to_owned(), other)]),
        };
        let mut cells = vec![None; scan.columns.len()];
        for (name, value) in members {
            let (family, text) = match value {
                Value::Null => continue,
                Value::String(text) => (Family::Text, text),
                Value::Number(number) => (Family::Fixed(0), number.to_string()),
                Value::Bool(truth) => (Family::Boolean, truth.to_string()),
                nested => (Family::Semi, nested.to_string()),
            };
            let place = scan.column(&name, family);
            if cells.len() <= place {
                cells.resize(place + 1, None);
            }
            if let Some(slot) = cells.get_mut(place) {
                *slot = Some(text);
            }
        }
        scan.row(cells);
    }
    Ok(scan.finish())
}
