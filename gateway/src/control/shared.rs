//! What the parts of the control topic's view work on together.
//!
//! Enters: nothing. Leaves: nothing. Never here: what any of it means.

use std::collections::HashMap;
use std::sync::Arc;

use event::{EventId, StatementId};
use journal::Journal;
use journal::clock::Clock;
use journal::emit::{Draft, EmitError, Emitted, Emitter};
use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::end::End;
use super::notice::Notices;
use super::seen::Seen;
use super::state::State;
use crate::seal::Sealer;

pub(super) struct Shared {
    pub(super) state: RwLock<State>,
    /// The fold's next offset, to wait for.
    pub(super) folded: watch::Sender<u64>,
    pub(super) seen: Mutex<HashMap<StatementId, Seen>>,
    /// Claims this gateway won and has not announced: its to go on with, as long as no other took over.
    pub(super) own_claims: Mutex<HashMap<StatementId, EventId>>,
    pub(super) journal: Arc<dyn Journal>,
    pub(super) emitter: Emitter,
    pub(super) clock: Arc<dyn Clock>,
    /// Who is told of what this gateway's own events change, and the runs that are its own.
    pub(super) notices: Mutex<Notices>,
    /// Where the topic ends, for all who ask at once.
    pub(super) end: End,
    /// Another ring while it runs, where keys rotate.
    pub(super) ring: RwLock<Sealer>,
    pub(super) stop: CancellationToken,
    pub(super) tasks: TaskTracker,
}

impl Shared {
    /// Emits, and remembers that what comes of it is this gateway's doing.
    pub(super) async fn emit_own(&self, draft: Draft) -> Result<Emitted, EmitError> {
        if let Some(run) = self.emitter.run() {
            self.notices.lock().own(run);
        }
        self.emitter.emit(draft).await
    }

    /// The key ring of now.
    pub(super) fn sealer(&self) -> Sealer {
        self.ring.read().clone()
    }
}
