//! JSON rows out of a stream of bytes, one row in memory at a time.
//!
//! Enters: pieces of comma-separated row arrays without outer brackets, cut anywhere. Leaves: whole rows of cells.
//! Never here: a row in an error text.

use serde_json::value::RawValue;

use crate::limits::ROW_BYTES_MAX;

/// One row: cells are text or NULL.
pub(super) type Row = Vec<Option<String>>;

/// Why bytes are not rows.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum RowsError {
    /// Something that is no row stands at this byte.
    #[error("rows are malformed at byte {at}")]
    Malformed {
        /// From 0.
        at: u64,
    },
    /// A row beyond the limit.
    #[error("a row exceeds {ROW_BYTES_MAX} bytes")]
    TooLong,
    /// The bytes end inside a row or after a comma.
    #[error("rows end early")]
    Truncated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    /// Nothing yet: a row, or the end.
    Start,
    /// After a row: a comma, or the end.
    Row,
    /// After a comma: a row.
    Comma,
}

/// Finds the rows.
#[derive(Debug)]
pub(super) struct RowSplitter {
    /// The row begun and not ended.
    row: Vec<u8>,
    depth: u32,
    in_string: bool,
    escaped: bool,
    between: Between,
    /// Bytes seen.
    seen: u64,
}

impl RowSplitter {
    /// At the beginning of a chunk.
    pub(super) const fn new() -> Self {
        Self {
            row: Vec::new(),
            depth: 0,
            in_string: false,
            escaped: false,
            between: Between::Start,
            seen: 0,
        }
    }

    /// Takes the next bytes; `take` gets every row they complete and its length in bytes.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        mut take: impl FnMut(Row, usize),
    ) -> Result<(), RowsError> {
        // First byte, in `bytes`, of the row begun.
        let mut begun = 0;
        for (place, &byte) in bytes.iter().enumerate() {
            let at = self.seen.saturating_add(place as u64);
            if self.depth == 0 {
                match (byte, self.between) {
                    (b' ' | b'\t' | b'\r' | b'\n', _) => {}
                    (b',', Between::Row) => self.between = Between::Comma,
                    (b'[', Between::Start | Between::Comma) => {
                        self.depth = 1;
                        begun = place;
                    }
                    _ => return Err(RowsError::Malformed { at }),
                }
                continue;
            }
            self.inside(byte);
            if self.depth == 0 {
                self.between = Between::Row;
                let part = bytes.get(begun..=place).unwrap_or_default();
                let length = self.row.len().saturating_add(part.len());
                let row = if self.row.is_empty() {
                    cells(part)
                } else {
                    self.row.extend_from_slice(part);
                    cells(&std::mem::take(&mut self.row))
                };
                take(row.ok_or(RowsError::Malformed { at })?, length);
            }
        }
        if self.depth > 0 {
            self.row
                .extend_from_slice(bytes.get(begun..).unwrap_or_default());
        }
        self.seen = self.seen.saturating_add(bytes.len() as u64);
        if self.row.len() > ROW_BYTES_MAX {
            return Err(RowsError::TooLong);
        }
        Ok(())
    }

    /// Says that no more bytes come.
    pub(super) fn finish(&self) -> Result<(), RowsError> {
        if self.depth > 0 || self.between == Between::Comma {
            return Err(RowsError::Truncated);
        }
        Ok(())
    }

    /// One byte inside a row.
    const fn inside(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'[' | b'{' => self.depth = self.depth.saturating_add(1),
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

/// A cell that is no text (some servers send bare numbers) is taken as the text of its JSON.
fn cells(row: &[u8]) -> Option<Row> {
    // Nearly all rows are texts and NULLs only; the second form costs an allocation more a cell.
    if let Ok(row) = serde_json::from_slice::<Row>(row) {
        return Some(row);
    }
    let raw: Vec<&RawValue> = serde_json::from_slice(row).ok()?;
    raw.into_iter()
        .map(|cell| match cell.get() {
            "null" => Some(None),
            text if text.starts_with('"') => serde_json::from_str(text).ok(),
            bare => Some(Some(bare.to_owned())),
        })
        .collect()
}

#[cfg(test)]
mod tests;
