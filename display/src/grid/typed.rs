//! A grid as typed Arrow columns, for SQL over a recorded result.
//!
//! Enters: a [`Grid`]. Leaves: one record batch. Never here: a value changed to fit; a column of which one cell (a mask made it)
//! is not of its type stays text.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::error::ArrowError;

use crate::grid::assemble::{Column, Grid};

/// A recorded result as a table.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The rows.
    pub batch: RecordBatch,
    /// Rows delivered but not here.
    pub missing: u64,
}

/// The rows of `grid`, each column as its type says, or as text. Columns of one name are told apart by `_2`, `_3` ….
pub fn typed(grid: &Grid) -> Result<Typed, ArrowError> {
    let mut taken = HashSet::new();
    let mut fields = Vec::with_capacity(grid.columns.len());
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(grid.columns.len());
    for (ordinal, column) in grid.columns.iter().enumerate() {
        let cells = grid
            .rows
            .iter()
            .map(|row| row.get(ordinal).cloned().flatten());
        let text: ArrayRef = Arc::new(cells.collect::<StringArray>());
        let array = convert(column, &text).unwrap_or(text);
        let name = unique(&mut taken, &column.name);
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(grid.rows.len()));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)?;
    Ok(Typed {
        batch,
        missing: grid.holes.iter().map(|hole| hole.rows).sum(),
    })
}

/// The types to try for a column, strictest first.
fn candidates(column: &Column) -> Vec<DataType> {
    match column.data_type.as_str() {
        "fixed" => {
            let scale = i8::try_from(column.scale.unwrap_or(0)).unwrap_or(0);
            let mut types = vec![DataType::Decimal128(38, scale)];
            if scale == 0 {
                types.insert(0, DataType::Int64);
            }
            types
        }
        "real" | "float" | "double" => vec![DataType::Float64],
        "boolean" => vec![DataType::Boolean],
        "date" => vec![DataType::Date32],
        "time" => vec![DataType::Time64(TimeUnit::Nanosecond)],
        "timestamp_ntz" => vec![DataType::Timestamp(TimeUnit::Nanosecond, None)],
        "timestamp_ltz" | "timestamp_tz" => {
            vec![DataType::Timestamp(
                TimeUnit::Nanosecond,
                Some("+00:00".into()),
            )]
        }
        _ => Vec::new(),
    }
}

fn convert(column: &Column, text: &ArrayRef) -> Option<ArrayRef> {
    // Strict: a cell that does not parse must not become NULL.
    let options = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    candidates(column)
        .iter()
        .find_map(|to| cast_with_options(text, to, &options).ok())
}

fn unique(taken: &mut HashSet<String>, name: &str) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}_{number}");
        number += 1;
    }
    candidate
}
