//! Sealed files as DataFusion sees them.
//!
//! Enters: files and which of their rows were replaced. Leaves: a scan of the rest, newest first. Never here: a replaced row.

use std::sync::{Arc, OnceLock};

use datafusion::common::ScalarValue;
use datafusion::error::Result;

use super::{Dead, SealedFile};
use crate::TableKind;
use crate::location::Location;
use crate::scan::{FileScan, ListedFile};

/// The file a row stands in, where that is asked for.
pub(super) const FILE: &str = "file";
/// The row's number there.
pub(super) const ROW: &str = "row";

/// The rows of `files`, newest last, that are not replaced; `placed` adds where each stands.
pub(super) fn sealed_scan(
    location: &Location,
    kind: TableKind,
    files: Vec<(Arc<SealedFile>, Dead)>,
    placed: bool,
) -> Result<FileScan> {
    // The newest first: what is asked for the latest then finds it before it opens the rest.
    let files = files.into_iter().rev().map(|(file, dead)| ListedFile {
        path: file.path().to_owned(),
        size: u64::try_from(file.add.size).unwrap_or(0),
        stats: file.stats.clone(),
        constants: placed
            .then(|| ScalarValue::from(file.path()))
            .into_iter()
            .collect(),
        selection: (!dead.is_empty()).then(|| dead.selection(file.held.rows)),
        known: OnceLock::new(),
    });
    let (constants, row): (&[&str], _) = if placed {
        (&[FILE], Some(ROW))
    } else {
        (&[], None)
    };
    FileScan::new(location, kind, constants, row, files.collect())
}
