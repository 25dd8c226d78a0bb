//! An answer: rows, and what is to be known of them.
//!
//! Enters: record batches. Leaves: [`Answer`] inside a process, [`Rows`] on the wire and for rendering.
//! Never here: a number rounded on its way to JSON text.

use std::collections::BTreeMap;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::writer::{EncoderOptions, make_encoder};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::catalog::type_word;

/// What a query gave.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its columns.
    pub schema: SchemaRef,
    /// Its rows.
    pub batches: Vec<RecordBatch>,
    /// More rows there were than asked for.
    pub truncated: bool,
    /// How long it took, nanoseconds.
    pub elapsed_ns: u64,
    /// What the journal held of each partition (`firn.events/3`): every event before these offsets was seen.
    pub positions: BTreeMap<String, u64>,
    /// What else is to be known: rows of a recorded result that are not in the record.
    pub notices: Vec<String>,
}

/// Bytes of the rows themselves: a slice keeps the whole buffer alive, which would be counted again and again.
pub(crate) fn slice_bytes(batch: &RecordBatch) -> usize {
    let columns = batch.columns().iter();
    let sizes = columns.map(|column| {
        column
            .to_data()
            .get_slice_memory_size()
            .unwrap_or(usize::MAX)
    });
    sizes.fold(0, usize::saturating_add)
}

/// One column of [`Rows`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ColumnHead {
    /// Its name.
    pub name: String,
    /// `text`, `bigint`, `timestamp`, `text[]` …
    #[serde(rename = "type")]
    pub data_type: String,
}

/// An answer as JSON: the body of `POST /api/sql` and what renderers take.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rows {
    /// Its columns.
    pub columns: Vec<ColumnHead>,
    /// Its rows, a value a column.
    pub rows: Vec<Vec<Value>>,
    /// How many rows these are.
    pub row_count: usize,
    /// More rows there were than asked for.
    pub truncated: bool,
    /// In a list of sessions, or of what met a value, what to ask for `after` to go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How long it took, milliseconds.
    pub elapsed_ms: f64,
    /// What the journal held of each partition: every event before these offsets was seen.
    pub positions: BTreeMap<String, u64>,
    /// What else is to be known.
    #[serde(default)]
    pub notices: Vec<String>,
}

impl Rows {
    /// The text in a column of the last row; none where there is no such row, column or text.
    pub(crate) fn last_text(&self, column: &str) -> Option<&str> {
        let place = self.columns.iter().position(|head| head.name == column)?;
        self.rows.last()?.get(place)?.as_str()
    }
}

impl Answer {
    /// How many rows.
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Bytes of its rows in memory.
    pub fn bytes(&self) -> u64 {
        let sizes = self.batches.iter().map(|batch| slice_bytes(batch) as u64);
        sizes.fold(0, u64::saturating_add)
    }

    /// As JSON values.
    pub fn rows(&self) -> Result<Rows, ArrowError> {
        let mut rows = Vec::with_capacity(self.row_count());
        for batch in &self.batches {
            push_rows(batch, &mut rows)?;
        }
        let fields = self.schema.fields().iter();
        Ok(Rows {
            columns: fields
                .map(|field| ColumnHead {
                    name: field.name().clone(),
                    data_type: type_word(field.data_type()),
                })
                .collect(),
            row_count: rows.len(),
            rows,
            truncated: self.truncated,
            next: None,
            elapsed_ms: self.elapsed_ns as f64 / 1e6,
            positions: self.positions.clone(),
            notices: self.notices.clone(),
        })
    }
}

/// Adds the rows of `batch` as JSON values.
pub fn push_rows(batch: &RecordBatch, rows: &mut Vec<Vec<Value>>) -> Result<(), ArrowError> {
    let options = EncoderOptions::default().with_explicit_nulls(true);
    let schema = batch.schema();
    let mut encoders = schema
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| make_encoder(field, column.as_ref(), &options))
        .collect::<Result<Vec<_>, _>>()?;
    let mut text = Vec::new();
    for index in 0..batch.num_rows() {
        let mut row = Vec::with_capacity(encoders.len());
        for encoder in &mut encoders {
            if encoder.is_null(index) {
                row.push(Value::Null);
                continue;
            }
            text.clear();
            encoder.encode(index, &mut text);
            let value = serde_json::from_slice(&text);
            row.push(value.map_err(|error| ArrowError::JsonError(error.to_string()))?);
        }
        rows.push(row);
    }
    Ok(())
}
