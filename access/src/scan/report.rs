//! What a scan found.
//!
//! Enters: findings with their row. Leaves: counts and places per column and label. Never here: values.

use serde::Serialize;

use detect::{Detectors, Finding};

/// Places kept per column and label.
const PLACES_MAX: usize = 5;

/// Where a value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Row, from 1.
    pub row: u64,
    /// First character of the value in its cell, from 0.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// One kind of value in one column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// The class it is of.
    pub label: String,
    /// How: `form`, `checksum`, `column`, `name`, `cue`, `dictionary`, `own`.
    pub detector: &'static str,
    /// 0 to 1, an order and no probability.
    pub confidence: f64,
    /// Cells that hold it.
    pub cells: u64,
    /// The first places.
    pub places: Vec<Place>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnReport {
    /// Its name.
    pub column: String,
    /// Cells that are not NULL or empty.
    pub cells: u64,
    /// What was found, the most frequent first.
    pub found: Vec<Found>,
}

/// A whole file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScanReport {
    /// Rows read.
    pub rows: u64,
    /// Its columns, in their order.
    pub columns: Vec<ColumnReport>,
}

impl ColumnReport {
    pub(super) fn new(column: &str) -> Self {
        Self {
            column: column.to_owned(),
            cells: 0,
            found: Vec::new(),
        }
    }

    pub(super) fn add(
        &mut self,
        row: u64,
        text: &str,
        findings: &[Finding],
        detectors: &Detectors,
    ) {
        let points = |end: usize| text.get(..end).map_or(0, |head| head.chars().count());
        for (order, finding) in findings.iter().enumerate() {
            let word = detectors.word(finding.label);
            let detector = finding.basis.word();
            let place = match self
                .found
                .iter()
                .position(|found| found.label == word && found.detector == detector)
            {
                Some(place) => place,
                None => {
                    self.found.push(Found {
                        label: word.to_owned(),
                        detector,
                        confidence: finding.basis.confidence(),
                        cells: 0,
                        places: Vec::new(),
                    });
                    self.found.len() - 1
                }
            };
            let earlier = findings
                .iter()
                .take(order)
                .any(|other| other.label == finding.label && other.basis == finding.basis);
            if let Some(found) = self.found.get_mut(place) {
                found.cells += u64::from(!earlier);
                if found.places.len() < PLACES_MAX {
                    found.places.push(Place {
                        row,
                        start: points(finding.start),
                        end: points(finding.end),
                    });
                }
            }
        }
    }

    pub(super) fn sort(&mut self) {
        self.found.sort_by(|one, other| {
            other
                .cells
                .cmp(&one.cells)
                .then_with(|| one.label.cmp(&other.label))
        });
    }
}
