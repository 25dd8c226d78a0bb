//! The polls this gateway sees: what nobody else can know.
//!
//! Enters: polls that begin and end. Leaves: since when a hold is silent here. Never here: a conclusion for other gateways.

use std::sync::Arc;

use event::StatementId;

use super::seen::Seen;
use super::shared::Shared;

/// A poll in hand: while it lives, the hold is not abandoned.
pub(super) struct Watching {
    shared: Arc<Shared>,
    statement: StatementId,
}

impl Watching {
    pub(super) fn begin(shared: &Arc<Shared>, statement: StatementId, asynchronous: bool) -> Self {
        let now = shared.clock.now();
        let mut seen = shared.seen.lock();
        let entry = seen.entry(statement).or_insert(Seen {
            watchers: 0,
            last: now,
            home: false,
            asynchronous,
        });
        entry.watchers = entry.watchers.saturating_add(1);
        entry.last = now;
        Self {
            shared: Arc::clone(shared),
            statement,
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let now = self.shared.clock.now();
        if let Some(entry) = self.shared.seen.lock().get_mut(&self.statement) {
            entry.watchers = entry.watchers.saturating_sub(1);
            entry.last = now;
        }
    }
}
