//! The mask of one result, page after page.
//!
//! Enters: pages, as JSON rows or Arrow batches. Leaves: masked pages. Never here: more than one page in memory.

use std::sync::Arc;

use ::arrow::array::RecordBatch;
use event::Masked;
use event::payload::{MaskCount, ResultColumn, Seen};
use permit::MaskPlan;

use super::column::{Action, ColumnMask};
use super::family::Family;
use super::seek::{Seek, room};
use super::{Inner, MaskError, MaskState, MaskedRows, arrow, json};
use crate::operators::Keyed;
use detect::vote::Vote;

/// Most cells of a page and column that vote.
const VOTERS_MAX: usize = 512;

/// Masks the pages of one result.
pub struct ResultMask {
    columns: Vec<ColumnMask>,
    /// What may be looked for; none where nothing may.
    seek: Option<Seek>,
    /// Some column's findings may be looked for.
    seeks_findings: bool,
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
        // Where the result is another than was planned, nobody knows what its columns hold.
        let keys = masking.find.as_deref().filter(|_| all.is_none());
        let seek = Seek::new(keys, &plan.sought, columns);
        let findings = keys.filter(|_| !plan.sought_labels.is_empty());
        let columns: Vec<ColumnMask> = (0_u32..)
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
                        Action::Detect(Box::new(vote(masking, &plan, column, ordinal, &state)))
                    }
                };
                // Of a result whose lineage is lost nobody knows what its NULLs tell.
                let null_blind = all.is_some() || plan.null_blind.contains(&ordinal);
                let mut mask =
                    ColumnMask::new(ordinal, column, action, null_blind, Arc::clone(masking));
                base_names(&plan, ordinal).for_each(|name| mask.also_named(name));
                let planned = plan.sought.iter().any(|one| one.ordinal == ordinal);
                if let Some(keys) = findings.filter(|_| !planned) {
                    mask.seek(&column.name, keys, &plan.sought_labels);
                }
                mask
            })
            .collect();
        Self {
            columns,
            seek,
            seeks_findings: findings.is_some(),
        }
    }

    /// Most rows of a page whose tokens fit one event.
    pub fn rows_max(&self) -> usize {
        let width = self.seek.as_ref().map_or(0, Seek::width);
        room().checked_div(width).unwrap_or(usize::MAX).max(1)
    }

    /// Masks one page of JSON rows.
    #[expect(clippy::disallowed_methods, reason = "a mask made it")]
    pub fn json(
        &mut self,
        mut rows: Vec<Vec<Option<String>>>,
    ) -> Result<MaskedRows<Vec<Vec<Option<String>>>>, MaskError> {
        let mut left = room();
        if let Some(seek) = &mut self.seek {
            seek.json(&rows, &mut left);
        }
        let digest = json::mask(&mut self.columns, &mut rows)?;
        Ok(MaskedRows {
            rows: Masked::from_mask(rows),
            counts: self.take_counts(),
            digest,
            seen: self.take_seen(left),
        })
    }

    /// Masks one Arrow batch. Columns keep their type and metadata; one that becomes NULL becomes nullable.
    #[expect(clippy::disallowed_methods, reason = "a mask made it")]
    pub fn arrow(&mut self, batch: RecordBatch) -> Result<MaskedRows<RecordBatch>, MaskError> {
        let mut left = room();
        if let Some(seek) = &mut self.seek {
            seek.arrow(&batch, &mut left);
        }
        let (batch, digest) = arrow::mask(&mut self.columns, &batch)?;
        Ok(MaskedRows {
            rows: Masked::from_mask(batch),
            counts: self.take_counts(),
            digest,
            seen: self.take_seen(left),
        })
    }

    /// What was learned so far: for whoever masks the next chunk.
    pub fn state(&self) -> MaskState {
        let voted = |column: &ColumnMask| Some((column.ordinal, column.voted()?.to_owned()));
        MaskState {
            labels: self.columns.iter().filter_map(voted).collect(),
        }
    }

    /// Tokens of this page; findings have the room that is left.
    fn take_seen(&mut self, mut left: usize) -> Option<Vec<Seen>> {
        let mut seen: Vec<Seen> = self.seek.iter_mut().flat_map(Seek::seen).collect();
        if self.seeks_findings {
            for column in &mut self.columns {
                column.take_seen(&mut seen, &mut left);
            }
        }
        (!seen.is_empty()).then_some(seen)
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

/// Names of the column's base columns that say more than its own.
fn base_names(plan: &MaskPlan, ordinal: u32) -> impl Iterator<Item = &str> {
    plan.names
        .iter()
        .filter(move |(place, _)| *place == ordinal)
        .map(|(_, name)| name.as_str())
}

/// The column's vote, with what an earlier part of the result settled.
fn vote(
    masking: &Inner,
    plan: &MaskPlan,
    column: &ResultColumn,
    ordinal: u32,
    state: &MaskState,
) -> Vote {
    let text = Family::of(column) == Family::Text;
    let mut vote = Vote::new(&column.name, text);
    base_names(plan, ordinal).for_each(|name| vote.also_named(name));
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
