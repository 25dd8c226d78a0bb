//! Where each output column comes from, and what would show of its cells.
//!
//! Enters: what the engine said of a statement. Leaves: an [`OutputColumn`] each. Never here: a decision of its own; it reads lineage and plan
//! together.

use event::payload::MaskOperator;
use permit::MaskPlan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::analysis::{Analysis, Derivation, Provenance};
use crate::engine::Outcome;

/// What an agent sees of a column's cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// As they are, detectors too leave them alone.
    Clear,
    /// As they are, unless a detector finds something.
    Detect,
    /// What the operator makes of them.
    #[serde(untagged)]
    Masked(MaskOperator),
}

impl Shown {
    /// The word for it: `clear`, `detect`, or the operator's.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Clear => "clear",
            Self::Detect => "detect",
            Self::Masked(operator) => operator.as_str(),
        }
    }
}

/// One output column, as `--json` shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExplainedColumn)]
pub struct OutputColumn<'a> {
    /// From 0.
    pub ordinal: usize,
    /// The name the result will show, in the words of whoever wrote the statement.
    pub name: &'a str,
    /// Base columns, sorted.
    pub sources: &'a [String],
    /// The worst way any of them got here: `identity`, `reversible`, `lossy` or `aggregate`.
    #[schema(value_type = String)]
    pub derivation: Derivation,
    /// Not known in full.
    pub unresolved: bool,
    /// What shows of its cells: `clear`, `detect` (as they are, unless a detector finds something), or a mask's operator.
    #[schema(value_type = String)]
    pub shown: Shown,
    /// Its NULLs are masked too: they would answer a question.
    pub null_blind: bool,
    /// The rule that masks it.
    #[schema(required)]
    pub rule: Option<&'a str>,
}

/// The output columns of each statement of `outcome`, as they show if it runs; none where they are not known.
pub fn outputs(outcome: &Outcome) -> Vec<Option<Vec<OutputColumn<'_>>>> {
    let (analysis, decision) = (&outcome.analysis, &outcome.decision);
    (0..analysis.kinds.len())
        .map(|index| columns_of(analysis, index, decision.plans().get(index)))
        .collect()
}

fn columns_of<'a>(
    analysis: &'a Analysis,
    index: usize,
    plan: Option<&'a MaskPlan>,
) -> Option<Vec<OutputColumn<'a>>> {
    let columns = analysis.outputs.get(index)?.as_ref()?;
    let shown = columns
        .iter()
        .enumerate()
        .map(|(ordinal, column)| shown(ordinal, column, plan));
    Some(shown.collect())
}

fn shown<'a>(
    ordinal: usize,
    column: &'a Provenance,
    plan: Option<&'a MaskPlan>,
) -> OutputColumn<'a> {
    let at = u32::try_from(ordinal).unwrap_or(u32::MAX);
    let masked = plan.and_then(|plan| plan.columns.iter().find(|column| column.ordinal == at));
    let shown = match (masked, plan) {
        (Some(masked), _) => Shown::Masked(masked.operator.word()),
        (None, Some(plan)) if !plan.mask_all && plan.clear.contains(&at) => Shown::Clear,
        (None, Some(plan)) if !plan.mask_all => Shown::Detect,
        (None, _) => Shown::Masked(MaskOperator::Redact),
    };
    // Everything redacted is redacted whether NULL or not.
    let null_blind = plan.is_none_or(|plan| plan.mask_all || plan.null_blind.contains(&at));
    OutputColumn {
        ordinal,
        name: &column.name,
        sources: &column.sources,
        derivation: column.derivation,
        unresolved: column.unresolved,
        shown,
        null_blind,
        rule: masked.map(|masked| masked.rule.as_str()),
    }
}
