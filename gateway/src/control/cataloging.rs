//! What passes through any gateway and may change tables makes what is known of them stale on all of them.
//!
//! Enters: names of objects. Leaves: `catalog.invalidated`, folded; what is stale. Never here: what the tables are now.

use event::payload::CatalogInvalidated;

use super::{Control, ControlError};
use crate::about::About;

impl Control {
    /// Says that these may be others now, durably; an empty list is everything. When this returns, this gateway has folded it, and
    /// another has before it decides on its next statement.
    pub async fn invalidate(
        &self,
        about: &About,
        objects: Vec<String>,
    ) -> Result<(), ControlError> {
        let said = CatalogInvalidated { objects };
        self.emit(about, said).await.map(drop)
    }

    /// How far the topic is folded: whoever reads an account now knows it as it was at this place, or later.
    pub fn place(&self) -> u64 {
        self.with_state(|state| state.next().0)
    }

    /// The place of the last word about a connection's tables.
    pub fn invalidated(&self, connection: &str) -> u64 {
        self.with_state(|state| state.stale().latest(connection))
    }

    /// What may be other than was known at `place`.
    pub fn stale_since(&self, connection: &str, place: u64) -> Vec<String> {
        self.with_state(|state| state.stale().since(connection, place))
    }

    /// Waits until there is a later word about the connection's tables than `place`.
    pub async fn more_invalidated(&self, connection: &str, place: u64) {
        let mut folded = self.shared.folded.subscribe();
        loop {
            folded.borrow_and_update();
            if self.invalidated(connection) > place {
                return;
            }
            if folded.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}
