//! Statements that wait for people: asked for here, answered anywhere, run by whichever gateway claims the grant.
//!
//! Enters: a statement that the policy holds. Leaves: that it waits; then whatever it came to. Never here: who may answer (see
//! [`crate::control`]); a statement that runs without a binding people agreed to.

mod ask;
mod claim;
mod covered;
mod estimate;
mod explains;
mod poll;

use std::sync::Arc;

use event::RequestId;

use crate::about::About;
use crate::control::state::State;
use crate::control::{ControlError, HoldStatus};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::results;
use crate::session::Session;
use crate::shared::Shared;
use crate::statement::decide::Decided;

pub(crate) use covered::marked;
pub(crate) use explains::Explains;
pub(crate) use poll::poll;

/// Holds a statement: people are asked, and the driver is told to poll. What people agreed to before runs at once.
pub(crate) async fn hold(
    shared: &Arc<Shared>,
    session: &Session,
    decided: Decided,
    request_id: RequestId,
) -> Outcome {
    let about = decided.about.clone();
    let unattended = decided.request.is_unattended();
    let known = |state: &State| state.hold(about.statement).is_some();
    let anew = !shared.control.with_state(known);
    match asked(shared, &decided, request_id).await {
        // Whatever its state, the poll that follows says it.
        Ok(status) => {
            if status == HoldStatus::Granted && !unattended {
                return at_once(shared, session, &about).await;
            }
            if unattended {
                let (owned, session) = (Arc::clone(shared), session.clone());
                let waiting = claim::when_granted(owned, session, about.statement);
                shared.tasks.spawn(waiting);
            }
            // A retry joins the hold there is, and nothing is asked again.
            if status == HoldStatus::Pending && anew {
                estimate::begin(shared, session, decided);
            }
            Outcome::running(about.statement)
        }
        Err(error) => {
            let failure = match &error {
                ControlError::Emit(_) | ControlError::Lagging => Failure::unrecorded(
                    about.statement.uuid(),
                    "this statement needs approval, which cannot be asked for now: try again",
                ),
                _ => Failure::refused(
                    event::payload::FailureStage::Approval,
                    about.statement.uuid(),
                    format!("this statement needs approval: {error}"),
                ),
            };
            shared
                .recorder
                .refuse(&about, failure, session.arrived)
                .await
        }
    }
}

/// Where a statement stands that people are asked about, or that an earlier yes of theirs covers.
async fn asked(
    shared: &Shared,
    decided: &Decided,
    request_id: RequestId,
) -> Result<HoldStatus, ControlError> {
    match ask::people(&shared.control, &shared.masking, decided, request_id).await? {
        HoldStatus::Pending => covered::rest_on(shared, decided).await,
        other => Ok(other),
    }
}

/// Nobody need be waited for: it runs within the driver's own request.
async fn at_once(shared: &Arc<Shared>, session: &Session, about: &About) -> Outcome {
    let statement = about.statement;
    match claim::claim(shared, session, statement).await {
        Ok(Some(waiter)) => results::awaited(shared, session, statement, waiter).await,
        Ok(None) => Outcome::running(statement),
        Err(error) => {
            tracing::warn!(%statement, %error, "a granted statement cannot be claimed now");
            Outcome::running(statement)
        }
    }
}
