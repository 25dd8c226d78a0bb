//! The mask of one result, page after page.
//!
//! Enters: pages, as JSON rows or Arrow batches. Leaves: masked pages. Never here: more than one page in memory.

use std::sync::Arc;

use ::arrow::array::RecordBatch;
use event::Masked;
use event::payload::{MaskCount, ResultColumn};

use super::column::{Action, ColumnMask};
use super::{Inner, MaskError, MaskState, MaskedRows, arrow, json};
use crate::detect::Label;
use crate::operators::Keyed;
use crate::plan::MaskPlan;

/// Masks the pages of one result.
pub struct ResultMask {
    columns: Vec<ColumnMask>,
}

impl ResultMask {
    pub(super) fn new(
        masking: &Arc<Inner>,
        mut plan: MaskPlan,
        columns: &[ResultColumn],
        state: Option<MaskState>,
    ) -> Self {
        let shape = plan
            .expected_columns
            .is_some_and(|expected| expected as usize != columns.len());
        let beyond = plan
            .columns
            .iter()
            .any(|column| column.ordinal as usize >= columns.len());
        let all = if plan.mask_all {
            Some("mask_all")
        } else {
            (shape || beyond).then_some("unexpected_columns")
        };
        let labels = state.map(|state| state.labels).unwrap_or_default();
        let columns = (0_u32..)
            .zip(columns)
            .map(|(ordinal, column)| {
                let planned = plan
                    .columns
                    .iter()
                    .position(|planned| planned.ordinal == ordinal);
                let action = match (all, planned.map(|place| plan.columns.remove(place))) {
                    (Some(why), _) => Action::All(why),
                    (None, Some(planned)) => {
                        let key = masking.key.as_ref();
                        let keyed =
                            Keyed::new(planned.operator, &planned.label, &masking.tenant, key);
                        Action::Rule(Box::new(keyed), planned.rule)
                    }
                    (None, None) if plan.clear.contains(&ordinal) || !plan.detect => Action::Clear,
                    (None, None) => Action::Detect,
                };
                let voted = labels
                    .get(ordinal as usize)
                    .and_then(|word| Label::of(word.as_deref()?));
                ColumnMask::new(ordinal, column, action, voted)
            })
            .collect();
        Self { columns }
    }

    /// Masks one page of JSON rows.
    pub fn json(
        &mut self,
        mut rows: Vec<Vec<Option<String>>>,
    ) -> Result<MaskedRows<Vec<Vec<Option<String>>>>, MaskError> {
        let digest = json::mask(&mut self.columns, &mut rows)?;
        Ok(MaskedRows {
            rows: Masked::from_mask(rows),
            counts: self.take_counts(),
            digest,
        })
    }

    /// Masks one Arrow batch. Columns keep their type and metadata; one that becomes NULL becomes nullable.
    pub fn arrow(&mut self, batch: RecordBatch) -> Result<MaskedRows<RecordBatch>, MaskError> {
        let (batch, digest) = arrow::mask(&mut self.columns, &batch)?;
        Ok(MaskedRows {
            rows: Masked::from_mask(batch),
            counts: self.take_counts(),
            digest,
        })
    }

    /// What was learned so far: for whoever masks the next chunk.
    pub fn state(&self) -> MaskState {
        let word = |column: &ColumnMask| Some(column.label?.word()?.to_owned());
        MaskState {
            labels: self.columns.iter().map(word).collect(),
        }
    }

    fn take_counts(&mut self) -> Vec<MaskCount> {
        let mut counts = Vec::new();
        for column in &mut self.columns {
            column.take_counts(&mut counts);
        }
        counts.sort();
        counts
    }
}
