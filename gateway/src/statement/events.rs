//! What the record says of a statement before it runs.
//!
//! Enters: a statement that was decided on. Leaves: the payloads of `statement.submitted` and `statement.decided`.
//! Never here: a literal or a bind value that was not masked, or more binds than an event holds.

use std::borrow::Cow;

use access::analysis::BoundValue;
use access::{MaskPlan, Masking};
use event::RequestId;
use event::payload::{Finding, StatementDecided, StatementSubmitted};

use super::decide::Decided;
use crate::limits::BINDS_RECORDED_BYTES_MAX;

/// What was asked.
pub(super) fn submitted(
    masking: &Masking,
    decided: &Decided,
    request_id: &RequestId,
) -> StatementSubmitted {
    let analysis = &decided.outcome.analysis;
    let request = &decided.request;
    let (binds, cut) = recordable(&request.binds, BINDS_RECORDED_BYTES_MAX);
    let mut flags = analysis.flags.clone();
    if cut {
        flags.push(Finding::BindsCut);
        flags.sort();
    }
    StatementSubmitted {
        text: masking.sql_text(&request.text),
        text_bytes: request.text.len() as u64,
        binds: masking.binds(&binds),
        fingerprint: analysis.fingerprint.clone(),
        kinds: analysis.kinds.clone(),
        reads: analysis.reads.clone(),
        writes: analysis.writes.clone(),
        columns: analysis.columns.clone(),
        flags,
        request_id: request_id.clone(),
        describe_only: request.describe_only,
        asynchronous: request.asynchronous,
        context: decided.view.context.clone(),
        seen: masking.seen(&request.text, &binds, &decided.outcome.sought, analysis),
    }
}

/// Bind values as far as they fit `bytes_max`, an equal number of rows of each bind, and whether any had to go.
pub(crate) fn recordable(binds: &[BoundValue], bytes_max: usize) -> (Cow<'_, [BoundValue]>, bool) {
    let bytes = |value: &Option<String>| value.as_ref().map_or(1, |text| text.len() + 8);
    let all: usize = binds.iter().flat_map(|bind| &bind.values).map(bytes).sum();
    if all <= bytes_max {
        return (Cow::Borrowed(binds), false);
    }
    let share = bytes_max / binds.len().max(1);
    let rows_of = |bind: &BoundValue| {
        let mut left = share;
        let fits = bind.values.iter().take_while(|value| {
            let taken = left.checked_sub(bytes(value));
            left = taken.unwrap_or(0);
            taken.is_some()
        });
        fits.count()
    };
    let rows = binds.iter().map(rows_of).min().unwrap_or(0);
    let cut = binds.iter().map(|bind| BoundValue {
        values: bind.values.iter().take(rows).cloned().collect(),
        ..bind.clone()
    });
    (Cow::Owned(cut.collect()), true)
}

/// What was decided.
pub(super) fn verdict(decided: &Decided) -> StatementDecided {
    let decision = &decided.outcome.decision;
    let plans = decision.plans();
    StatementDecided {
        verdict: decision.verdict(),
        reasons: decision.reasons().to_vec(),
        masks: plans.iter().flat_map(MaskPlan::to_record).collect(),
        mask_all: plans.iter().any(|plan| plan.mask_all),
        catalog_version: decision.catalog_version().to_owned(),
        evaluated_at: decided.evaluated_at,
        binding: decision.binding(),
        compared_before: decided.compared_before(),
    }
}
