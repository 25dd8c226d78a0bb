//! Statements that wait for people: asked for here, answered anywhere, run by whichever gateway claims the grant.
//!
//! Enters: a statement that the policy holds. Leaves: that it waits; then whatever it came to. Never here: who may answer (see
//! [`crate::control`]); a statement that runs without a binding people agreed to.

mod ask;
mod claim;
mod poll;

use std::sync::Arc;

use event::RequestId;

use crate::control::ControlError;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::session::Session;
use crate::shared::Shared;
use crate::statement::decide::Decided;

pub(crate) use poll::poll;

/// Holds a statement: people are asked, and the driver is told to poll.
pub(crate) async fn hold(
    shared: &Arc<Shared>,
    session: &Session,
    decided: Decided,
    request_id: RequestId,
) -> Outcome {
    let about = decided.about.clone();
    let unattended = decided.request.is_unattended();
    match ask::people(&shared.control, &shared.masking, decided, request_id).await {
        // Whatever its state, the poll that follows says it.
        Ok(_) => {
            if unattended {
                let (owned, session) = (Arc::clone(shared), session.clone());
                let waiting = claim::when_granted(owned, session, about.statement);
                shared.tasks.spawn(waiting);
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
