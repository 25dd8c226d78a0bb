//! Cells as JSON lines: `{id, t, c, ty, text}` in, `{id, spans: [[start, end, LABEL]]}` out.
//!
//! Enters: lines in any order; cells of one `t` and `c` are one column. Leaves: a line for each, in the order they came, offsets in code
//! points. Never here: output before all is read; a column votes on all its cells.

use std::collections::HashMap;
use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ColumnScan, ScanError, family_of};
use detect::Detectors;

/// Most cells of one column that vote.
const VOTERS_MAX: usize = 4096;

#[derive(Deserialize)]
struct Cell {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    t: String,
    #[serde(default)]
    c: String,
    #[serde(default)]
    ty: String,
    text: Option<String>,
}

#[derive(Serialize)]
struct Spans<'a> {
    id: &'a Value,
    spans: &'a [(usize, usize, &'a str)],
}

/// Reads cells, lets each column vote, and writes the spans found. Returns the number of cells.
pub fn scan_cells(
    input: impl BufRead,
    mut output: impl Write,
    detectors: &Detectors,
) -> Result<u64, ScanError> {
    let cells = read(input)?;
    let mut columns: HashMap<(&str, &str), ColumnScan> = HashMap::new();
    let mut sizes: HashMap<(&str, &str), usize> = HashMap::new();
    for cell in &cells {
        *sizes.entry((&cell.t, &cell.c)).or_default() += 1;
    }
    let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
    for cell in &cells {
        let key = (cell.t.as_str(), cell.c.as_str());
        let column = columns
            .entry(key)
            .or_insert_with(|| ColumnScan::new(&cell.c, family_of(&cell.ty)));
        let step = sizes
            .get(&key)
            .map_or(1, |size| size.div_ceil(VOTERS_MAX))
            .max(1);
        let place = seen.entry(key).or_default();
        if place.is_multiple_of(step)
            && let Some(text) = &cell.text
        {
            column.observe(text);
        }
        *place += 1;
    }
    columns.values_mut().for_each(ColumnScan::settle);

    let mut findings = Vec::new();
    let mut spans = Vec::new();
    for cell in &cells {
        findings.clear();
        spans.clear();
        let text = cell.text.as_deref().unwrap_or("");
        if let Some(column) = columns.get_mut(&(cell.t.as_str(), cell.c.as_str())) {
            column.find(text, detectors, &mut findings);
        }
        let (mut at, mut points) = (0, 0);
        let mut points_to = |end: usize| {
            points += text
                .get(at..end)
                .map_or(0, |between| between.chars().count());
            at = end;
            points
        };
        for finding in &findings {
            let (start, end) = (points_to(finding.start), points_to(finding.end));
            spans.push((start, end, detectors.word(finding.label)));
        }
        serde_json::to_writer(
            &mut output,
            &Spans {
                id: &cell.id,
                spans: &spans,
            },
        )
        .map_err(std::io::Error::from)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(cells.len() as u64)
}

fn read(input: impl BufRead) -> Result<Vec<Cell>, ScanError> {
    let mut cells = Vec::new();
    for (line, text) in (1_u64..).zip(input.lines()) {
        let text = text?;
        if !text.trim().is_empty() {
            cells.push(
                serde_json::from_str(&text).map_err(|source| ScanError::Json { line, source })?,
            );
        }
    }
    Ok(cells)
}
