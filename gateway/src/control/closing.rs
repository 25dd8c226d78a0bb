//! The end of a session, which every gateway must see: its tokens are refused everywhere, its holds are given up.
//!
//! Enters: a session, and who says that it ended. Leaves: one `session.closed`, and `approval.canceled` for what was held.
//! Never here: a second end of a session whose end this gateway has seen. Two gateways may still speak at the same instant;
//! the first in journal order counts.

use event::payload::{CloseReason, GivenUp, SessionClosed};
use event::{SessionId, StatementId};
use journal::emit::Draft;

use super::{Control, ControlError};

impl Control {
    /// Whether the session's end is recorded, by whichever gateway.
    pub fn is_closed(&self, session: SessionId) -> bool {
        self.shared.state.read().is_closed(session)
    }

    /// Records that a session ended, unless its end is recorded already. `draft` makes the event of the session's envelope.
    pub async fn close(
        &self,
        session: SessionId,
        reason: CloseReason,
        draft: impl FnOnce(SessionClosed) -> Draft,
    ) -> Result<(), ControlError> {
        if self.is_closed(session) {
            return Ok(());
        }
        let draft = draft(SessionClosed { reason });
        let emitted = self.shared.emitter.emit(draft).await?;
        self.shared.reached(emitted.position.offset).await
    }

    /// Gives up every hold of a session that ends.
    pub async fn give_up(&self, session: SessionId) -> Result<(), ControlError> {
        let statements: Vec<StatementId> = {
            let state = self.shared.state.read();
            let own = state
                .holds()
                .filter(|(_, hold)| hold.about.session == session && hold.lapses().is_some());
            own.map(|(statement, _)| statement).collect()
        };
        for statement in statements {
            self.cancel(session, statement, GivenUp::SessionClosed)
                .await?;
        }
        Ok(())
    }
}
