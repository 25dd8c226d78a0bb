//! What the detectors would find in somebody's own data.
//!
//! Enters: cells, rows of a file, Arrow batches. Leaves: which columns hold what, where, found how. Never here: a value; reports
//! carry places and counts only.

mod cells;
mod file;
mod moved;
mod report;

use std::io;

use crate::mask::family::Family;
use crate::mask::leaf::LeafMask;
use crate::mask::semi::is_document;
use crate::mask::text::splice;
use detect::vote::Vote;
use detect::{Detectors, Finding, is_placeholder};

pub use cells::scan_cells;
pub use file::{FileScan, scan_file};
pub use moved::{Moved, look_into};
pub use report::{ColumnReport, Found, Place, ScanReport};

/// Why a scan stopped.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The file or stream could not be read or written.
    #[error("cannot read or write: {0}")]
    Io(#[from] io::Error),
    /// A line is not the JSON that is expected.
    #[error("line {line} is not the JSON expected: {source}")]
    Json {
        /// From 1.
        line: u64,
        /// Where and why.
        source: serde_json::Error,
    },
    /// The CSV is broken.
    #[error("the CSV cannot be read: {0}")]
    Csv(#[from] csv::Error),
    /// The file's ending says no format known here.
    #[error("{0:?} is not .csv, .tsv, .jsonl or .ndjson; rename it")]
    Format(String),
}

/// One column: its votes and what finds values in its cells.
struct ColumnScan {
    family: Family,
    vote: Vote,
    leaves: LeafMask,
}

impl ColumnScan {
    fn new(name: &str, family: Family) -> Self {
        Self {
            family,
            vote: Vote::new(name, family == Family::Text),
            leaves: LeafMask::under(name),
        }
    }

    fn observe(&mut self, text: &str) {
        if self.family == Family::Semi || self.family == Family::Text && is_document(text) {
            self.leaves.observe(text);
        }
        if self.family != Family::Semi {
            self.vote.observe(text);
        }
    }

    fn settle(&mut self) {
        self.vote.settle();
        self.leaves.settle();
    }

    /// The cell with what is found replaced, none where nothing is; what is found is appended.
    fn mask(
        &mut self,
        text: &str,
        detectors: &Detectors,
        findings: &mut Vec<Finding>,
    ) -> Option<String> {
        let document = self.family == Family::Semi
            || self.vote.label().is_none() && self.family == Family::Text && is_document(text);
        if document {
            return self.leaves.mask(text, detectors, findings);
        }
        self.find(text, detectors, findings);
        (!findings.is_empty()).then(|| splice(text, findings, detectors))
    }

    /// Appends what is found in a cell, with places in bytes.
    fn find(&mut self, text: &str, detectors: &Detectors, findings: &mut Vec<Finding>) {
        if self.family == Family::Semi {
            self.leaves.mask(text, detectors, findings);
            return;
        }
        let trimmed = text.trim();
        match self.vote.label() {
            Some(_) if is_placeholder(trimmed) => {}
            Some((label, basis)) => {
                let start = text.len() - text.trim_start().len();
                findings.push(Finding {
                    start,
                    end: start + trimmed.len(),
                    label,
                    basis,
                });
            }
            None if self.family == Family::Text && is_document(text) => {
                self.leaves.mask(text, detectors, findings);
            }
            None => {
                let from = findings.len();
                detectors.find(text, findings);
                self.vote.spare(text, from, findings);
            }
        }
    }
}

/// The family of a column by its SQL type's word: `VARCHAR`, `NUMBER`, `NUMBER(38,0)`, `VARIANT`.
fn family_of(sql_type: &str) -> Family {
    let word = sql_type.split(['(', ' ']).next().unwrap_or("");
    match word.to_ascii_uppercase().as_str() {
        "" => Family::Text,
        "INT" | "INTEGER" | "BIGINT" | "SMALLINT" | "TINYINT" | "DECIMAL" | "NUMERIC" => {
            Family::of_word("FIXED", None)
        }
        _ => Family::of_word(word, None),
    }
}

#[cfg(test)]
mod tests;
