//! Held statements that an earlier yes covers: of their shape, or of their session.
//!
//! Enters: a statement that the policy holds. Leaves: that it is granted, or waits for people. Never here: a grant that people took
//! back, or one outside the hours of those who gave it.

use access::policy::ApprovalRules;
use event::TimeNs;
use event::payload::{Quorum, ScopeKind, Verdict};

use crate::control::grants::Grant;
use crate::control::{Control, ControlError, HoldStatus};
use crate::shared::Shared;
use crate::statement::decide::Decided;

/// Grants a statement that waits, if what people said before covers it.
pub(super) async fn rest_on(
    shared: &Shared,
    decided: &Decided,
) -> Result<HoldStatus, ControlError> {
    let rules = &shared.engine.policy().settings().approvals;
    let shape = decided.shape();
    let open = |grant: &Grant| is_good(rules, grant, shared.clock.now());
    let resting = shared
        .control
        .rest_on(&decided.about, quorum(decided), shape.as_deref(), open);
    resting.await?.ok_or(ControlError::Unknown)
}

/// The statement, marked where it is held and would run because somebody broke the glass.
pub(crate) fn marked(control: &Control, mut decided: Decided) -> Decided {
    let glass = |grant: &Grant| grant.scope.kind == ScopeKind::BreakGlass;
    let held = decided.outcome.decision.verdict() == Verdict::Hold;
    if held
        && control
            .covering(&decided.about, quorum(&decided), None, glass)
            .is_some()
    {
        decided.mark_broken_glass();
    }
    decided
}

/// Whether what the grant's people said is good at this hour. Broken glass knows no hours.
fn is_good(rules: &ApprovalRules, grant: &Grant, now: TimeNs) -> bool {
    let mut groups = grant.quorum.iter().map(|quorum| &quorum.group);
    grant.scope.kind == ScopeKind::BreakGlass || groups.all(|group| rules.is_open(group, now))
}

fn quorum(decided: &Decided) -> &[Quorum] {
    let hold = decided.outcome.decision.hold();
    hold.map_or(&[], |hold| &hold.quorum)
}
