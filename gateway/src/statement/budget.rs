//! The budgets of a statement's comparisons: what it tells of columns is counted before it runs, whatever comes of it.
//!
//! Enters: a statement that was decided on. Leaves: the decision as it is on the recorded count. Never here: a comparison that
//! runs uncounted, also where a connection may run unrecorded: a budget that an outage resets is none.

use access::engine::Engine;
use event::payload::{Compared, Verdict};

use super::decide::Decided;
use crate::control::{Control, ControlError};
use crate::session::Session;

/// The decision on how often the principal compared these columns before. What will run is counted first, and decided on what
/// the journal's order says: of two gateways at the same budget, one is told that it is spent.
pub(super) async fn within(
    control: &Control,
    engine: &Engine,
    session: &Session,
    decided: Decided,
) -> Result<Decided, ControlError> {
    if decided.outcome.compared.is_empty() {
        return Ok(decided);
    }
    let binding = decided.outcome.decision.binding();
    let known = control.compared_before(&decided.about, binding, &decided.outcome.compared);
    let decided = decided.told(engine, session, known);
    let runs = matches!(
        decided.outcome.decision.verdict(),
        Verdict::Allow | Verdict::Mask
    );
    if !runs || decided.request.describe_only {
        return Ok(decided);
    }
    let before = count(control, &decided).await?;
    Ok(decided.told(engine, session, before))
}

/// Counts a statement that is about to run.
pub(crate) async fn count(
    control: &Control,
    decided: &Decided,
) -> Result<Vec<Compared>, ControlError> {
    let compared = &decided.outcome.compared;
    let binding = decided.outcome.decision.binding();
    if compared.is_empty() || decided.request.describe_only {
        return Ok(Vec::new());
    }
    control.count(&decided.about, binding, compared).await
}
