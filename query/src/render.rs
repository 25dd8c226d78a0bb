//! Answers for people and programs: a table for the terminal, JSON lines, CSV.
//!
//! Enters: [`Rows`], made here or received over HTTP. Leaves: text. Never here: a control character of the record in a table.

use std::borrow::Cow;

use display::screen::{Cell, Head, Mark, Pieces, Table};
use serde_json::{Map, Value};

use crate::answer::{ColumnHead, Rows};

/// CSV could not be written.
#[derive(Debug, thiserror::Error)]
#[error("rows cannot be written as csv: {0}")]
pub struct CsvError(String);

/// `rows` as a table of at most `window` cells width, and a line that says what it is. `paint` colours cells.
pub fn table(rows: &Rows, window: Option<usize>, paint: &dyn Fn(Mark, &str) -> String) -> String {
    let heads = rows.columns.iter().map(|column| Head {
        text: column.name.clone(),
        right: is_number(column),
        whole: column.name.ends_with("_id"),
    });
    let cells = rows.rows.iter().map(|row| {
        let columns = rows.columns.iter().zip(row);
        columns.map(|(column, value)| cell(column, value)).collect()
    });
    let table = Table {
        heads: heads.collect(),
        rows: cells.collect(),
    };
    drawn(rows, &table, window, paint)
}

/// The list of sessions as people scan it: one line a session, its counts as words. Other rows are shown as [`table`] shows them.
pub fn sessions(
    rows: &Rows,
    window: Option<usize>,
    paint: &dyn Fn(Mark, &str) -> String,
) -> String {
    let index = |name: &str| rows.columns.iter().position(|column| column.name == name);
    let places: Option<Vec<usize>> = SESSION_COLUMNS.iter().map(|name| index(name)).collect();
    let Some(places) = places else {
        return table(rows, window, paint);
    };
    let listed = rows.rows.iter().map(|row| {
        let field = |place: usize| places.get(place).and_then(|place| row.get(*place));
        let said = |place: usize| field(place).map(text).unwrap_or_default();
        let opened = said(1);
        let opened = moment(&opened);
        let (opened, _) = opened.split_once('.').unwrap_or((&opened, ""));
        let cells = [
            said(0),
            opened.to_owned(),
            said(2),
            said(3),
            what(&places, row),
            said(4),
        ];
        cells.map(Cell::plain).to_vec()
    });
    let mut heads = [
        "session_id",
        "opened",
        "principal",
        "connection",
        "what",
        "first statement",
    ]
    .map(Head::text);
    for head in heads.iter_mut().take(2) {
        head.whole = true;
    }
    let table = Table {
        heads: heads.to_vec(),
        rows: listed.collect(),
    };
    drawn(rows, &table, window, paint)
}

/// What [`sessions`] needs, in this order.
const SESSION_COLUMNS: [&str; 11] = [
    "session_id",
    "opened",
    "principal",
    "connection",
    "first_text",
    "state",
    "statements",
    "denied",
    "held",
    "masked",
    "failed",
];

/// `4 statements, 1 denied, 1 held`, and the state unless it is over.
fn what(places: &[usize], row: &[Value]) -> String {
    let field = |place: usize| places.get(place).and_then(|place| row.get(*place));
    let count = |place: usize| field(place).and_then(Value::as_u64).unwrap_or(0);
    let state = field(5).and_then(Value::as_str).unwrap_or_default();
    let mut words = Vec::new();
    if state != "closed" {
        words.push(state.to_owned());
    }
    match count(6) {
        0 => {}
        1 => words.push("1 statement".to_owned()),
        many => words.push(format!("{many} statements")),
    }
    let kinds = ["denied", "held", "masked", "failed"];
    for (kind, place) in kinds.into_iter().zip(7..) {
        if count(place) > 0 {
            words.push(format!("{} {kind}", count(place)));
        }
    }
    words.join(", ")
}

fn drawn(
    rows: &Rows,
    table: &Table,
    window: Option<usize>,
    paint: &dyn Fn(Mark, &str) -> String,
) -> String {
    let painted = |pieces: Pieces| {
        let pieces = pieces.iter();
        pieces.map(|(mark, text)| paint(*mark, text)).collect()
    };
    let mut lines: Vec<String> = table.lines(window).into_iter().map(painted).collect();
    lines.push(summary(rows));
    lines.extend(
        rows.notices
            .iter()
            .map(|notice| format!("note: {}", display::screen::line(notice))),
    );
    lines.join("\n") + "\n"
}

/// Colours for a terminal: heads strong, lines and NULL dim.
pub fn coloured(mark: Mark, text: &str) -> String {
    let sgr = match mark {
        Mark::Head => "1",
        Mark::Rule | Mark::Null => "2",
        Mark::Masked => "35",
        Mark::Plain => return text.to_owned(),
    };
    format!("\u{1b}[{sgr}m{text}\u{1b}[0m")
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

/// Names of columns for forms where each needs its own: those of one name are told apart by `_2`, `_3` …
pub fn names<'a>(columns: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for column in columns {
        let mut name = column.to_owned();
        let mut number = 2;
        while names.contains(&name) {
            name = format!("{column}_{number}");
            number += 1;
        }
        names.push(name);
    }
    names
}

/// One JSON object a row, a line each.
pub fn json_lines(rows: &Rows) -> String {
    let names = names(rows.columns.iter().map(|column| column.name.as_str()));
    json_rows(&names, rows.rows.clone())
}

/// The lines of `rows` whose columns are called `names`.
pub fn json_rows(names: &[String], rows: Vec<Vec<Value>>) -> String {
    let mut out = String::new();
    for row in rows {
        let object: Map<String, Value> = names.iter().cloned().zip(row).collect();
        out.push_str(&Value::Object(object).to_string());
        out.push('\n');
    }
    out
}

/// RFC 4180, with a header line; NULL is empty, lists and rows are JSON. A text that a spreadsheet would run gets a `'` in front.
pub fn csv(rows: &Rows) -> Result<String, CsvError> {
    let names: Vec<String> = rows
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    Ok(csv_head(&names)? + &csv_rows(&rows.rows)?)
}

/// The header line; a column's name is an agent's words too.
pub fn csv_head(names: &[String]) -> Result<String, CsvError> {
    written(|writer| writer.write_record(names.iter().map(|name| inert(name).into_owned())))
}

/// The lines of `rows`.
pub fn csv_rows(rows: &[Vec<Value>]) -> Result<String, CsvError> {
    written(|writer| {
        for row in rows {
            let fields = row.iter().map(|value| match value {
                Value::Null => String::new(),
                Value::String(text) => inert(text).into_owned(),
                other => other.to_string(),
            });
            writer.write_record(fields)?;
        }
        Ok(())
    })
}

/// `text` as no spreadsheet runs it (OWASP: CSV injection): what begins a formula, behind blanks and in full width too, gets a `'` in front,
/// unless it is a number.
fn inert(text: &str) -> Cow<'_, str> {
    let begins = text.trim_start_matches(|one: char| one.is_whitespace() || one == '\0');
    let formula = begins.starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠']);
    if (formula || text.starts_with(['\t', '\r'])) && !text.parse().is_ok_and(f64::is_finite) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

fn written(
    write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> Result<(), csv::Error>,
) -> Result<String, CsvError> {
    let wrong = |error: String| CsvError(error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    write(&mut writer).map_err(|error| wrong(error.to_string()))?;
    let bytes = writer
        .into_inner()
        .map_err(|error| wrong(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_csv_is_a_formula() {
        for (text, want) in [
            ("=1+1", "'=1+1"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            (" \u{a0}=1", "' \u{a0}=1"),
            ("\0@SUM(A1)", "'\0@SUM(A1)"),
            ("＝1", "'＝1"),
            ("|calc", "'|calc"),
            ("%0", "'%0"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("-5", "-5"),
            ("+1.5e3", "+1.5e3"),
            ("-x", "'-x"),
            ("-inf(A1)", "'-inf(A1)"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(inert(text), want, "{text:?}");
        }
        let head = csv_head(&["=1+1".to_owned(), "b".to_owned()]).unwrap();
        assert_eq!(head, "'=1+1,b\n");
    }
}
