//! Answers for people and programs: a table for the terminal, JSON lines, CSV.
//!
//! Enters: [`Rows`], made here or received over HTTP. Leaves: text. Never here: a control character of the record in a table.

use screen::{Cell, Head, Mark, Pieces, Table};
use serde_json::{Map, Value};

use crate::answer::{ColumnHead, Rows};

/// CSV could not be written.
#[derive(Debug, thiserror::Error)]
#[error("rows can not be written as csv: {0}")]
pub struct CsvError(String);

/// `rows` as a table of at most `window` cells width, and a line that says what it is. `paint` colours cells.
pub fn table(rows: &Rows, window: Option<usize>, paint: &dyn Fn(Mark, &str) -> String) -> String {
    let heads = rows.columns.iter().map(|column| Head {
        text: column.name.clone(),
        right: is_number(column),
    });
    let cells = rows.rows.iter().map(|row| {
        let columns = rows.columns.iter().zip(row);
        columns.map(|(column, value)| cell(column, value)).collect()
    });
    let table = Table {
        heads: heads.collect(),
        rows: cells.collect(),
    };
    let painted = |pieces: Pieces| {
        pieces
            .iter()
            .map(|(mark, text)| paint(*mark, text))
            .collect()
    };
    let mut lines: Vec<String> = table.lines(window).into_iter().map(painted).collect();
    lines.push(summary(rows));
    lines.extend(
        rows.notices
            .iter()
            .map(|notice| format!("note: {}", screen::line(notice))),
    );
    lines.join("\n") + "\n"
}

/// Colours nothing.
pub fn plain(_: Mark, text: &str) -> String {
    text.to_owned()
}

fn summary(rows: &Rows) -> String {
    let unit = if rows.row_count == 1 { "row" } else { "rows" };
    let more = if rows.truncated {
        ", and more: raise the limit to see them"
    } else {
        ""
    };
    format!(
        "({} {unit}, {:.0} ms{more})",
        rows.row_count, rows.elapsed_ms
    )
}

fn is_number(column: &ColumnHead) -> bool {
    matches!(column.data_type.as_str(), "bigint" | "double")
        || column.data_type.starts_with("decimal")
}

fn cell(column: &ColumnHead, value: &Value) -> Cell {
    match value {
        Value::Null => Cell::null(),
        Value::String(text) if column.data_type == "timestamp" => Cell::plain(moment(text)),
        Value::Number(number) if column.data_type == "double" => {
            Cell::plain(number.as_f64().map_or_else(|| number.to_string(), decimal))
        }
        other => Cell::plain(text(other)),
    }
}

/// Three digits after the point are enough for the eye.
fn decimal(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Milliseconds are enough for the eye; the date and time stand apart.
fn moment(text: &str) -> String {
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let time = time.trim_end_matches('Z');
    let (whole, fraction) = time.split_once('.').unwrap_or((time, ""));
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    format!("{date} {whole}.{millis}")
}

/// A value as a text: lists by commas, rows as JSON.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// One JSON object a row, a line each. Columns of one name are told apart by `_2`, `_3` …
pub fn json_lines(rows: &Rows) -> String {
    let mut names: Vec<String> = Vec::with_capacity(rows.columns.len());
    for column in &rows.columns {
        let mut name = column.name.clone();
        let mut number = 2;
        while names.contains(&name) {
            name = format!("{}_{number}", column.name);
            number += 1;
        }
        names.push(name);
    }
    let mut out = String::new();
    for row in &rows.rows {
        let object: Map<String, Value> = names.iter().cloned().zip(row.iter().cloned()).collect();
        out.push_str(&Value::Object(object).to_string());
        out.push('\n');
    }
    out
}

/// RFC 4180, with a header line; NULL is empty, lists and rows are JSON. A text that a spreadsheet would run gets a `'` in front.
pub fn csv(rows: &Rows) -> Result<String, CsvError> {
    let wrong = |error: csv::Error| CsvError(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = rows.columns.iter().map(|column| column.name.as_str());
    writer.write_record(names).map_err(wrong)?;
    for row in &rows.rows {
        let fields = row.iter().map(|value| match value {
            Value::Null => String::new(),
            Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
                format!("'{text}")
            }
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        writer.write_record(fields).map_err(wrong)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| CsvError(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| CsvError(error.to_string()))
}
