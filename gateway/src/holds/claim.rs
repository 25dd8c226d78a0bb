//! Running what people agreed to, once, on one gateway.
//!
//! Enters: a granted hold. Leaves: its outcome, if this gateway's claim is the first. Never here: another statement than the one
//! that was approved, or one that stands elsewhere now.

use std::sync::Arc;

use access::{Execute, Permit};
use event::payload::{FailureStage, ScopeKind};
use event::{ApprovalBinding, Digest, PolicyHash, StatementId};
use tracing::Instrument as _;

use super::ask::Sealed;
use crate::about::About;
use crate::control::{ClaimOutcome, Control, ControlError, Held, HoldStatus};
use crate::failure::Failure;
use crate::limits::{FOLLOW_PAUSE, POLL_ANSWER};
use crate::metrics;
use crate::outcome::Outcome;
use crate::replies::{Entry, Phase, Waiter};
use crate::session::Session;
use crate::shared::Shared;
use crate::statement::budget;
use crate::statement::decide::{Decided, decide};
use crate::statement::request::StatementRequest;
use crate::statement::run::run;
use crate::statement::stale;
use crate::statement::view::current_view;

/// Takes a granted statement, and runs it if nobody else did: its outcome is to be waited for. None where another gateway runs
/// it; its announcement leads a later poll to the result.
pub(super) async fn claim(
    shared: &Arc<Shared>,
    session: &Session,
    statement: StatementId,
) -> Result<Option<Waiter>, ControlError> {
    // Decided again by the policy of now, not of when somebody began to wait for people.
    let shared = &shared.now();
    let binding = shared
        .control
        .with_state(|state| state.hold(statement).map(|hold| hold.request.binding));
    let Some(binding) = binding else {
        return Ok(None);
    };
    let entry = shared
        .replies
        .enter(session.id(), statement, Phase::Approved, Digest::ZERO);
    let (slot, waiter) = match entry {
        Entry::First(slot, waiter) => (slot, waiter),
        Entry::Join(waiter) => return Ok(Some(waiter)),
        Entry::Reused => return Ok(None),
    };
    let claimed = shared.control.claim(session.id(), statement, binding);
    match claimed.await? {
        ClaimOutcome::Won(held) => {
            let (owned, session) = (Arc::clone(shared), session.clone());
            let span = metrics::span(statement, session.id(), &session.claims.connection);
            let work = async move {
                let owned = stale::current(&owned, &session.claims.connection).await;
                let outcome =
                    Box::pin(run_approved(&owned, &session, statement, &held, binding)).await;
                metrics::answered(&outcome);
                slot.fill(outcome, owned.clock.now());
            };
            shared.tasks.spawn(work.instrument(span));
            Ok(Some(waiter))
        }
        ClaimOutcome::Lost | ClaimOutcome::NotGranted(_) => Ok(None),
    }
}

/// Nobody polls an asynchronous statement while people think about it: this gateway waits for their answer itself. If it
/// goes away, whichever hears the driver's next question runs what was granted.
pub(super) async fn when_granted(shared: Arc<Shared>, session: Session, statement: StatementId) {
    loop {
        let status = tokio::select! {
            status = shared.control.wait(session.id(), statement, POLL_ANSWER) => status,
            // The hold stays: another gateway, or this one when it is back, runs what is granted.
            () = shared.leaving.cancelled() => return,
        };
        match status {
            Ok(Some(HoldStatus::Pending)) => {}
            Ok(Some(HoldStatus::Granted)) => {
                if let Err(error) = claim(&shared, &session, statement).await {
                    tracing::warn!(%statement, %error, "a granted statement cannot be claimed now");
                }
                return;
            }
            Ok(_) => return,
            Err(error) => {
                tracing::warn!(%statement, %error, "a held statement cannot be looked at now");
                tokio::time::sleep(FOLLOW_PAUSE).await;
            }
        }
    }
}

/// Whom a held statement's events are about.
pub(super) fn about(control: &Control, statement: StatementId) -> Option<About> {
    control.with_state(|state| state.hold(statement).map(|hold| hold.about.clone()))
}

async fn run_approved(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    held: &Held,
    binding: ApprovalBinding,
) -> Outcome {
    // From here on it has a place among the session's statements, and what it assigns is known to nobody until it ended.
    let mut working = shared.views.work(session.id(), &session.claims.context);
    let outcome = match approved(shared, session, statement, held, binding).await {
        Ok((decided, permit)) => {
            working.assigns(&decided.outcome.analysis);
            run(shared, session, decided, permit, Phase::Approved).await
        }
        Err(failure) => {
            if let Some(about) = about(&shared.control, statement) {
                let recorder = &shared.recorder;
                recorder.failed(&about, &failure, session.arrived).await;
            }
            failure.into()
        }
    };
    if matches!(outcome, Outcome::RenewFirst) {
        return outcome;
    }
    // A result is announced by now; what failed must be known to have run too, or another gateway takes it over.
    if let Err(error) = shared.control.ran(statement).await {
        tracing::error!(%statement, %error, "that an approved statement ran could not be recorded");
    }
    outcome
}

/// The decision on an approved statement, made again from what was sealed, and the permit people's approval gives it.
async fn approved(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    held: &Held,
    binding: ApprovalBinding,
) -> Result<(Decided, Permit<Execute>), Failure> {
    let broken = |text: String| Failure::refused(FailureStage::Approval, statement.uuid(), text);
    let sealed: Sealed = serde_json::from_slice(&held.request)
        .map_err(|_| broken("the held statement cannot be read: send it again".to_owned()))?;
    let request = StatementRequest::read(sealed.body).map_err(|error| broken(error.to_string()))?;
    let here = current_view(shared, session, statement, &request.text)
        .await
        .map_err(|error| broken(error.to_string()))?
        .0;
    let (view, at) = (sealed.view, sealed.evaluated_at);
    let asked_under = about(&shared.control, statement)
        .map_or(PolicyHash(Digest::ZERO), |about| about.policy.hash);
    let mut decided = decide(&shared.engine, session, statement, request, view, at);
    if let Some(grant) = shared.control.grant_of(statement) {
        decided.rows_max = grant.scope.rows;
        if grant.scope.kind == ScopeKind::BreakGlass {
            decided.mark_broken_glass();
        }
    }
    if stale::is_stale(shared, &decided) {
        let text =
            "what this statement reads was changed just now and is being read again: send it again";
        return Err(broken(text.to_owned()));
    }
    let moved = decided.view.context != here.context || decided.view.unsettled != here.unsettled;
    match decided.outcome.decision.permit_approved(binding) {
        Ok(permit) if !moved => {
            let counted = budget::count(&shared.control, &decided).await;
            counted.map_err(|error| {
                tracing::error!(%statement, %error, "what an approved statement compares could not be counted, so it did not run");
                let text = "what this statement compares cannot be counted now, so it did not run: send it again";
                Failure::unrecorded(statement.uuid(), text)
            })?;
            Ok((decided, permit))
        }
        Ok(_) => Err(broken(
            "the session stands elsewhere than when this was approved (USE): send it again"
                .to_owned(),
        )),
        Err(_) if decided.about.policy.hash != asked_under => Err(broken(
            "the policy is another one now than when people were asked: send it again".to_owned(),
        )),
        Err(error) => Err(broken(format!("{error}: send it again"))),
    }
}
