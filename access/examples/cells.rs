//! Reads cells as JSON lines (`{id, t, c, ty, text}`) and writes the spans the detectors find in them.
//!
//! Enters: standard input. Leaves: standard output, `{id, spans: [[start, end, LABEL]]}`. Never here: configuration.

use std::io::{stdin, stdout};

use access::Detectors;
use access::scan::{ScanError, scan_cells};

fn main() -> Result<(), ScanError> {
    scan_cells(stdin().lock(), stdout().lock(), &Detectors::default()).map(|_| ())
}
