//! A poll of a held statement: says how it stands, and runs it if it was granted and nobody else took it.
//!
//! Enters: a poll. Leaves: its outcome so far. Never here: an end that two gateways tell differently.

use std::sync::Arc;

use event::payload::{Approver, FailureStage};
use event::{Digest, StatementId};

use super::claim::{about, claim};
use crate::control::{ControlError, HoldStatus};
use crate::failure::Failure;
use crate::limits::POLL_ANSWER;
use crate::outcome::Outcome;
use crate::replies::{Entry, Phase};
use crate::results;
use crate::session::Session;
use crate::shared::Shared;

/// Answers a poll; none where no such statement is held in the session.
pub(crate) async fn poll(
    shared: &Arc<Shared>,
    session: &Session,
    statement: StatementId,
) -> Option<Outcome> {
    let waiting = Outcome::running(statement);
    let status = tokio::select! {
        status = shared.control.wait(session.id(), statement, POLL_ANSWER) => status,
        // Whoever is asked next tells how it stands: a stop need not wait for people.
        () = shared.leaving.cancelled() => return Some(waiting),
    };
    let status = match status {
        Ok(status) => status?,
        Err(error) => return Some(not_now(statement, &error)),
    };
    let refused = |text: String| Failure::refused(FailureStage::Approval, statement.uuid(), text);
    Some(match status {
        HoldStatus::Pending => waiting,
        HoldStatus::Granted => match claim(shared, session, statement).await {
            Ok(Some(waiter)) => results::awaited(shared, session, statement, waiter).await,
            Ok(None) => waiting,
            Err(error) => not_now(statement, &error),
        },
        HoldStatus::Claimed { ran: false, .. } => waiting,
        HoldStatus::Claimed { query_ids, .. } if query_ids.is_empty() => {
            let text = "This statement was approved and failed; its answer was given already: to run it, send it anew";
            refused(text.to_owned()).into()
        }
        HoldStatus::Claimed { .. } => match shared.queries.known(session, &statement.to_string()) {
            Ok(Some(query)) => results::result(shared, session, &query).await,
            Ok(None) => waiting,
            Err(failure) => failure.into(),
        },
        HoldStatus::Denied { by, note } => {
            end(shared, session, statement, refused(denied(&by, &note))).await
        }
        HoldStatus::Expired => {
            let text = "Nobody approved this statement in time: ask an approver, and send it again";
            end(shared, session, statement, refused(text.to_owned())).await
        }
        HoldStatus::Canceled { reason } => {
            let text = format!("SQL execution canceled: {reason}");
            let failure = Failure::canceled(statement.uuid(), text);
            end(shared, session, statement, failure).await
        }
    })
}

fn denied(by: &Approver, note: &str) -> String {
    if note.is_empty() {
        return format!("Denied by {}", by.display);
    }
    format!("Denied by {}: {note}", by.display)
}

/// The end of a held statement, recorded once by the instance that first tells it.
async fn end(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    failure: Failure,
) -> Outcome {
    let entry = shared
        .replies
        .enter(session.id(), statement, Phase::Approved, Digest::ZERO);
    if let Entry::First(slot, _) = entry {
        if let Some(about) = about(&shared.control, statement) {
            let recorder = &shared.recorder;
            recorder.failed(&about, &failure, session.arrived).await;
        }
        slot.fill(failure.clone().into(), shared.clock.now());
    }
    failure.into()
}

/// The control topic does not answer now; the driver polls again.
fn not_now(statement: StatementId, error: &ControlError) -> Outcome {
    tracing::warn!(%statement, %error, "a held statement cannot be looked at now");
    Outcome::running(statement)
}
