//! Counting comparisons before they run, so that a budget holds across sessions and gateways.
//!
//! Enters: a statement with what it compares. Leaves: how often that was compared before it, `statement.counted` being durable
//! and folded. Never here: what that means for the statement.

use event::ApprovalBinding;
use event::payload::{Compared, StatementCounted};

use super::{Control, ControlError};
use crate::about::About;

impl Control {
    /// How often the principal had these columns compared, as far as this gateway knows; what the statement was told, if it is
    /// counted already.
    pub fn compared_before(
        &self,
        about: &About,
        binding: ApprovalBinding,
        compared: &[Compared],
    ) -> Vec<Compared> {
        let now = self.shared.clock.now();
        let columns = compared.iter().map(|one| one.column.as_str());
        self.with_state(|state| {
            let told = state.told(about.statement, binding).map(<[_]>::to_vec);
            told.unwrap_or_else(|| state.compared_before(&about.principal, columns, now))
        })
    }

    /// Counts a statement that is about to run, durably and once, and says how often its columns had been compared before it in
    /// the journal's order. No two statements of a principal are told the same, on whichever gateways they are.
    pub async fn count(
        &self,
        about: &About,
        binding: ApprovalBinding,
        compared: &[Compared],
    ) -> Result<Vec<Compared>, ControlError> {
        let told = |control: &Self| {
            control.with_state(|state| state.told(about.statement, binding).map(<[_]>::to_vec))
        };
        if let Some(before) = told(self) {
            return Ok(before);
        }
        let counted = StatementCounted {
            binding,
            compared: compared.to_vec(),
        };
        self.emit(about, counted).await?;
        told(self).ok_or(ControlError::Lagging)
    }
}
