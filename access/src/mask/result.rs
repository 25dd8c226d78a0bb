//! The mask of one result, page after page.
//!
//! Enters: pages, as JSON rows or Arrow batches. Leaves: masked pages. Never here: more than one page in memory.

use std::sync::Arc;

use ::arrow::array::RecordBatch;
use event::Masked;
use event::payload::{MaskCount, ResultColumn};

use super::column::{Action, ColumnMask};
use super::family::Family;
use super::{Inner, MaskError, MaskState, MaskedRows, arrow, json};
use crate::detect::vote::Vote;
use crate::operators::Keyed;
use crate::plan::MaskPlan;

/// Most cells of a page and column that vote.
const VOTERS_MAX: usize = 512;

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
        let state = state.unwrap_or_default();
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
                    (None, None) => {
                        Action::Detect(Box::new(vote(masking, column, ordinal, &state)))
                    }
                };
                ColumnMask::new(ordinal, column, action, Arc::clone(masking))
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
        let voted = |column: &ColumnMask| Some((column.ordinal, column.voted()?.to_owned()));
        MaskState {
            labels: self.columns.iter().filter_map(voted).collect(),
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

/// The column's vote, with what an earlier part of the result settled.
fn vote(masking: &Inner, column: &ResultColumn, ordinal: u32, state: &MaskState) -> Vote {
    let text = Family::of(column) == Family::Text;
    let mut vote = Vote::new(&column.name, text);
    let earlier = state.labels.iter().find(|(place, _)| *place == ordinal);
    if let Some(label) = earlier.and_then(|(_, word)| masking.detectors.of(word)) {
        vote.stick(label);
    }
    vote
}

/// Rows of a page that vote: all of a small page, evenly spread ones of a large page.
pub(super) fn sample(rows: usize) -> impl Iterator<Item = usize> {
    (0..rows).step_by(rows.div_ceil(VOTERS_MAX).max(1))
}
