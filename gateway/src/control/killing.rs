//! People end sessions: one event that every gateway folds; what was meant is over from then on.
//!
//! Enters: who says it, and whose sessions. Leaves: `sessions.killed`, and word to whoever works for one of them. Never here: who may
//! say it.

use event::payload::SessionsKilled;
use event::{Principal, Source, TimeNs};
use journal::emit::Draft;

use super::killed::Named;
use super::{Control, ControlError};
use crate::about::About;

impl Control {
    /// Records that sessions are over; when this returns they are, on this gateway.
    pub async fn kill(
        &self,
        killed: SessionsKilled,
        by: Principal,
        source: Option<Source>,
    ) -> Result<(), ControlError> {
        let draft = Draft {
            principal: Some(by),
            source,
            ..Draft::new(killed)
        };
        let emitted = self.shared.emitter.emit(draft).await?;
        self.shared.reached(emitted.position.offset).await
    }

    /// Why the session is over, if somebody ended it.
    pub fn killed<'n>(&self, session: impl Into<Named<'n>>) -> Option<String> {
        let state = self.shared.state.read();
        let kill = state.kills().over(session)?;
        Some(kill.reason.clone())
    }

    /// Why, and until when, no new session is opened.
    pub fn barred(&self, subject: &str, connection: &str, now: TimeNs) -> Option<(String, TimeNs)> {
        let state = self.shared.state.read();
        let (kill, until) = state.kills().bars(subject, connection, now)?;
        Some((kill.reason.clone(), until))
    }

    /// Waits until somebody ends the session, and says why.
    pub async fn until_killed(&self, about: &About) -> String {
        let mut folded = self.shared.folded.subscribe();
        loop {
            folded.borrow_and_update();
            if let Some(reason) = self.killed(about) {
                return reason;
            }
            if folded.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    /// Waits until there are other words than `seen` of them, and says how many.
    pub async fn more_killed(&self, seen: u64) -> u64 {
        let mut folded = self.shared.folded.subscribe();
        loop {
            folded.borrow_and_update();
            let count = self.with_state(|state| state.kills().count());
            if count != seen {
                return count;
            }
            if folded.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}
