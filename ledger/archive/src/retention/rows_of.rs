//! Where rows stand.
//!
//! Enters: rows of any table of records. Leaves: their offsets. Never here: what they say.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;

/// Offsets of rows.
pub(crate) fn offsets(rows: &RecordBatch) -> impl Iterator<Item = u64> {
    let column = rows.column_by_name("offset");
    let column = column.and_then(|column| column.as_primitive_opt::<Int64Type>());
    let offsets: Vec<u64> = column
        .into_iter()
        .flat_map(|offsets| offsets.iter())
        .filter_map(|offset| u64::try_from(offset?).ok())
        .collect();
    offsets.into_iter()
}
