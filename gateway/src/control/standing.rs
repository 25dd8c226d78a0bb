//! Where a session stands, by what gateways announced of it.
//!
//! Enters: a session. Leaves: the place and variables that were said last. Never here: what a gateway knows and could not say.

use std::sync::Arc;

use event::{SessionId, StatementId};

use super::contract::Announcement;
use super::state::Announced;
use super::{Control, ControlError, Standing};
use crate::seal::Purpose;

impl Control {
    /// Where the session stood when `statement` first came: at the last announcement of another one, whichever gateway made
    /// it. None if there was none: it stands where its login left it.
    pub fn standing(
        &self,
        session: SessionId,
        statement: StatementId,
    ) -> Result<Option<Standing>, ControlError> {
        let last = self.with_state(|state| state.last_announced(session, statement).cloned());
        self.opened(last)
    }

    /// Where the session stands by the last announcement there is.
    pub fn last_standing(&self, session: SessionId) -> Result<Option<Standing>, ControlError> {
        let last = self.with_state(|state| state.last_said(session).cloned());
        self.opened(last)
    }

    fn opened(&self, said: Option<Arc<Announced>>) -> Result<Option<Standing>, ControlError> {
        let Some(said) = said else {
            return Ok(None);
        };
        let Announcement { standing, .. } = self
            .shared
            .sealer()
            .open(Purpose::Announced, &said.payload.sealed)?;
        Ok(Some(standing))
    }
}
