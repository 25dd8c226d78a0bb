//! Files of questions and answers, in the form of sqllogictest; what of that form is not used here is not understood.
//!
//! Enters: a file's text. Leaves: its blocks, and the text again, byte for byte. Never here: an engine.
//!
//! Empty lines part blocks. Each has comments (`# …`), whom it is for unless it is for both (`onlyif firn`, `onlyif duckdb`), then
//! `statement ok`, `statement error PART OF WHAT IS SAID` or `query TYPES nosort|rowsort [LABEL]`, then SQL; a query has `----` after
//! it, and its rows, a line each, values apart by tabs. TYPES has a letter a column: `T` text, `I` a whole number, `R` a number with
//! three places. `rowsort` sorts the lines. Queries of one LABEL have the same rows: what is asked in other words of each engine.

use serde_json::Value;

use crate::tests::peer::Answered;

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Firn,
    DuckDb,
}

/// What is to come of it.
#[derive(Debug)]
enum Asked {
    /// Comments alone.
    Nothing,
    Success,
    Failure(String),
    Rows {
        types: String,
        sorts: bool,
        label: Option<String>,
    },
}

#[derive(Debug)]
pub(super) struct Block {
    /// The lines before the SQL, as they are.
    head: Vec<String>,
    only: Option<Side>,
    asked: Asked,
    pub(super) sql: String,
    rows: Vec<String>,
}

pub(super) fn parse(text: &str) -> Vec<Block> {
    text.trim_end().split("\n\n").map(Block::parse).collect()
}

/// The file of `blocks`.
pub(super) fn text(blocks: &[Block]) -> String {
    let blocks: Vec<String> = blocks.iter().map(Block::text).collect();
    blocks.join("\n\n") + "\n"
}

impl Block {
    fn parse(text: &str) -> Self {
        let mut lines = text.lines();
        let (mut head, mut only) = (Vec::new(), None);
        let asked = loop {
            let Some(line) = lines.next() else {
                break Asked::Nothing;
            };
            head.push(line.to_owned());
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["#", ..] => {}
                ["onlyif", "firn"] => only = Some(Side::Firn),
                ["onlyif", "duckdb"] => only = Some(Side::DuckDb),
                ["statement", "ok"] => break Asked::Success,
                ["statement", "error", part @ ..] if !part.is_empty() => {
                    break Asked::Failure(part.join(" "));
                }
                ["query", types, order, label @ ..]
                    if matches!(*order, "nosort" | "rowsort") && label.len() <= 1 =>
                {
                    break Asked::Rows {
                        types: (*types).to_owned(),
                        sorts: *order == "rowsort",
                        label: label.first().map(|label| (*label).to_owned()),
                    };
                }
                _ => panic!("no line of a file of questions: {line:?}"),
            }
        };
        let rest: Vec<&str> = lines.collect();
        let mut parts = rest.splitn(2, |line| *line == "----");
        let sql = parts.next().unwrap_or_default().join("\n");
        let rows = parts.next().unwrap_or_default().iter();
        Self {
            head,
            only,
            asked,
            sql,
            rows: rows.map(|row| (*row).to_owned()).collect(),
        }
    }

    fn text(&self) -> String {
        let mut lines: Vec<&str> = self.head.iter().map(String::as_str).collect();
        match self.asked {
            Asked::Nothing => {}
            Asked::Success | Asked::Failure(_) => lines.push(&self.sql),
            Asked::Rows { .. } => {
                lines.extend([self.sql.as_str(), "----"]);
                lines.extend(self.rows.iter().map(String::as_str));
            }
        }
        lines.join("\n")
    }

    /// Whether `side` is asked.
    pub(super) fn is_for(&self, side: Side) -> bool {
        let asks = !matches!(self.asked, Asked::Nothing);
        asks && self.only.is_none_or(|only| only == side)
    }

    /// What its rows are known by, where others have the same.
    pub(super) fn label(&self) -> Option<&str> {
        match &self.asked {
            Asked::Rows { label, .. } => label.as_deref(),
            Asked::Nothing | Asked::Success | Asked::Failure(_) => None,
        }
    }

    /// The rows as the file has them.
    pub(super) fn rows(&self) -> &[String] {
        &self.rows
    }

    /// From now on these are its rows.
    pub(super) fn set_rows(&mut self, rows: Vec<String>) {
        self.rows = rows;
    }

    /// Rows as a file has them.
    pub(super) fn lines(&self, rows: &[Vec<Value>]) -> Vec<String> {
        let Asked::Rows { types, sorts, .. } = &self.asked else {
            return Vec::new();
        };
        let line = |row: &Vec<Value>| {
            assert_eq!(row.len(), types.len(), "a letter a column: {}", self.sql);
            let values = types.chars().zip(row);
            let values: Vec<String> = values.map(|(kind, value)| shown(kind, value)).collect();
            values.join("\t")
        };
        let mut lines: Vec<String> = rows.iter().map(line).collect();
        if *sorts {
            lines.sort();
        }
        lines
    }

    /// What is wrong with an answer; none if it is the file's.
    pub(super) fn wrong(&self, answer: &Answered) -> Option<String> {
        match (&self.asked, answer) {
            (Asked::Nothing, _) | (Asked::Success, Ok(_)) => None,
            (Asked::Failure(part), Err(said)) => {
                let told = format!("said {said:?}, not {part:?}");
                (!said.contains(part.as_str())).then_some(told)
            }
            (Asked::Failure(part), Ok(_)) => Some(format!("succeeded, and was to say {part:?}")),
            (Asked::Success | Asked::Rows { .. }, Err(said)) => Some(format!("failed: {said}")),
            (Asked::Rows { .. }, Ok(rows)) => {
                let lines = self.lines(rows);
                let told = format!("said\n{}\nnot\n{}", lines.join("\n"), self.rows.join("\n"));
                (lines != self.rows).then_some(told)
            }
        }
    }
}

fn shown(kind: char, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Null) => "NULL".to_owned(),
        ('R', Value::Number(number)) => format!("{:.3}", number.as_f64().unwrap()),
        ('I', Value::Number(number)) => number.to_string(),
        ('T', Value::String(text)) if text.is_empty() => "(empty)".to_owned(),
        ('T', Value::String(text)) => on_one_line(text),
        ('T', Value::Array(_) | Value::Object(_) | Value::Bool(_)) => value.to_string(),
        _ => panic!("{value} is no {kind}"),
    }
}

fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for sign in text.chars() {
        if sign.is_control() {
            line.extend(sign.escape_default());
        } else {
            line.push(sign);
        }
    }
    line
}

#[test]
fn a_file_is_read_and_written_as_it_is_and_other_answers_are_told() {
    const FILE: &str = "# Of nothing.\n\n# One.\nonlyif firn\nquery TIR rowsort one\nSELECT\n  1\n----\n(empty)\t-2\t0.500\nNULL\tNULL\tNULL\n\nstatement error no such\nSELECT 2\n\nstatement ok\nSELECT 3\n";
    let blocks = parse(FILE);
    assert_eq!(text(&blocks), FILE);
    let [nothing, one, fails, succeeds] = blocks.as_slice() else {
        panic!("{blocks:?}");
    };
    assert!(!nothing.is_for(Side::Firn) && !one.is_for(Side::DuckDb) && one.is_for(Side::Firn));
    assert_eq!(
        (one.sql.as_str(), one.label()),
        ("SELECT\n  1", Some("one"))
    );
    let none = || vec![Value::Null; 3];
    let some = |text: &str| vec![Value::from(text), Value::from(-2), Value::from(0.5)];
    assert_eq!(one.wrong(&Ok(vec![none(), some("")])), None);
    let other = one.wrong(&Ok(vec![none(), some("a\n\u{1b}")])).unwrap();
    assert!(other.contains("a\\n\\u{1b}\t-2\t0.500"), "{other}");
    assert!(one.wrong(&Ok(vec![none()])).is_some());
    assert!(one.wrong(&Err("no".to_owned())).is_some());
    let said = |text: &str| Err(format!("there is no such {text}"));
    assert_eq!(fails.wrong(&said("table")), None);
    assert!(fails.wrong(&Err("another".to_owned())).is_some());
    assert!(fails.wrong(&Ok(Vec::new())).is_some());
    assert_eq!(succeeds.wrong(&Ok(vec![none()])), None);
    assert!(succeeds.wrong(&said("table")).is_some());
}
