//! How much a held statement would read, for whoever answers for it, on any gateway.
//!
//! Enters: what one gateway learnt, or why it did not. Leaves: `approval.estimated`, folded. Never here: how it is learnt; a word of it in
//! a decision.

use event::payload::ApprovalEstimated;

use super::{Control, ControlError};
use crate::about::About;

impl Control {
    /// Tells every gateway what is known of how much the statement would read.
    pub async fn estimated(
        &self,
        about: &About,
        estimated: ApprovalEstimated,
    ) -> Result<(), ControlError> {
        self.emit(about, estimated).await.map(drop)
    }
}
