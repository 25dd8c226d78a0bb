//! Small sealed files become one as the next step is written.
//!
//! Enters: the last files of the chain, the rows of the step after them. Leaves: the rows of all these steps as one step would have
//! made them. Never here: a replaced row, and files in the middle of the chain, whose replaced rows are counted by number.

use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::{
    SortColumn, concat_batches, filter_record_batch, lexsort_to_indices, take_record_batch,
};
use arrow::error::ArrowError;

use super::{Dead, SealedFile};
use crate::TableKind;
use crate::limits::SEALED_ROWS_MAX;

/// How many of the last files a step of `rows` rows takes in: as in a binary counter, so that each row is written again about
/// as often as the number of files doubles.
pub(super) fn taken_in(files: &[Arc<SealedFile>], rows: u64) -> usize {
    let mut sum = rows;
    let mut taken = 0;
    for file in files.iter().rev() {
        let small = file.held.rows <= sum.saturating_mul(2).max(256);
        if !small || sum.saturating_add(file.held.rows) > SEALED_ROWS_MAX {
            break;
        }
        sum = sum.saturating_add(file.held.rows);
        taken += 1;
    }
    taken
}

/// The rows of `files`, each with those that no longer count, and of the step after them, in one order.
pub(super) fn merged(
    kind: TableKind,
    files: Vec<(RecordBatch, Dead)>,
    step: RecordBatch,
) -> Result<RecordBatch, ArrowError> {
    if files.is_empty() {
        return Ok(step);
    }
    let schema = step.schema();
    let mut parts = Vec::new();
    for (rows, dead) in files {
        let left: BooleanArray = (0..rows.num_rows() as u64)
            .map(|row| Some(!dead.contains(row)))
            .collect();
        parts.push(filter_record_batch(&rows, &left)?);
    }
    parts.push(step);
    let all = concat_batches(&schema, &parts)?;
    let column = |name: &str| {
        let values = all.column_by_name(name).cloned();
        let values = values.ok_or_else(|| ArrowError::SchemaError(format!("{name} is missing")))?;
        // Absent sessions first, as they are sorted when they are folded.
        let options = arrow::compute::SortOptions {
            descending: false,
            nulls_first: true,
        };
        Ok::<_, ArrowError>(SortColumn {
            values,
            options: Some(options),
        })
    };
    let order: &[&str] = match kind {
        TableKind::Sessions => &["opened", "session_id"],
        TableKind::Statements | TableKind::Events | TableKind::Pages | TableKind::Quarantine => {
            &["time", "session_id", "statement_id"]
        }
    };
    let order = order.iter().map(|name| column(name));
    let order = order.collect::<Result<Vec<_>, _>>()?;
    let order = lexsort_to_indices(&order, None)?;
    take_record_batch(&all, &order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::statements_schema;

    #[test]
    fn nothing_to_take_in_leaves_the_step_as_it_is() {
        let step = RecordBatch::new_empty(statements_schema());
        let kept = merged(TableKind::Statements, Vec::new(), step.clone());
        assert_eq!(kept.unwrap(), step);
        assert_eq!(taken_in(&[], 10), 0);
    }
}
