//! How many statements may wait for people: of one session, of one principal, at all.
//!
//! Enters: the fold, and who asks. Leaves: that there is room for one more, or which limit is reached. Never here: a limit that holds
//! on one gateway only.

use super::error::ControlError;
use super::state::State;
use crate::about::About;
use crate::limits::{HOLDS_PER_PRINCIPAL_MAX, HOLDS_PER_SESSION_MAX, PENDING_HOLDS_MAX};

impl State {
    /// Whether one more may wait.
    pub(super) fn room_for(&self, about: &About) -> Result<(), ControlError> {
        let (mut all, mut of_principal, mut of_session) = (0, 0, 0);
        let waiting = self.holds().filter(|(_, hold)| hold.lapses().is_some());
        for (_, hold) in waiting {
            all += 1;
            let principal = &hold.about.principal;
            let own = principal.subject == about.principal.subject
                && principal.issuer == about.principal.issuer;
            of_principal += usize::from(own);
            of_session += usize::from(hold.about.session == about.session);
        }
        for (count, most, whose) in [
            (of_session, HOLDS_PER_SESSION_MAX, "session"),
            (of_principal, HOLDS_PER_PRINCIPAL_MAX, "principal"),
        ] {
            if count >= most {
                return Err(ControlError::TooManyOf { whose, most });
            }
        }
        if all >= PENDING_HOLDS_MAX {
            return Err(ControlError::TooMany);
        }
        Ok(())
    }
}
