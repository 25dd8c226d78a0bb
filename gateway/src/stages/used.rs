//! Which tickets were used: each carries its file once.
//!
//! Enters: a ticket's id. Leaves: leave to use it, given back where nothing came of it. Never here: what other gateways saw: there a
//! ticket would carry the same file once more, looked into and recorded as the first time.

use std::sync::Arc;

use lru::LruCache;
use parking_lot::Mutex;
use uuid::Uuid;

use super::failure::FileFailure;
use crate::limits::STAGE_TICKETS_KEPT;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    AtWork,
    Done,
}

/// Tickets that were used; the least recently used are forgotten when they have long expired.
#[derive(Clone, Debug)]
pub(super) struct Used(Arc<Mutex<LruCache<Uuid, State>>>);

impl Default for Used {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::sparse(STAGE_TICKETS_KEPT))))
    }
}

/// Leave to use a ticket.
#[derive(Debug)]
pub(crate) struct Use {
    used: Used,
    id: Uuid,
    done: bool,
}

impl Used {
    pub fn begin(&self, id: Uuid) -> Result<Use, FileFailure> {
        let mut known = self.0.lock();
        match known.get(&id).copied() {
            Some(State::Done) => Err(FileFailure::Used),
            Some(State::AtWork) => Err(FileFailure::AtWork),
            None => {
                known.put(id, State::AtWork);
                Ok(Use {
                    used: self.clone(),
                    id,
                    done: false,
                })
            }
        }
    }
}

impl Use {
    /// The ticket is used up.
    pub fn done(mut self) {
        self.done = true;
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        let mut known = self.used.0.lock();
        if self.done {
            known.put(self.id, State::Done);
        } else {
            known.pop(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::Used;
    use crate::stages::failure::FileFailure;

    #[test]
    fn a_ticket_is_used_once_and_tried_until_then() {
        let (used, id) = (Used::default(), Uuid::from_u128(1));
        let begun = used.begin(id).expect("leave");
        assert_eq!(used.begin(id).err(), Some(FileFailure::AtWork));
        drop(begun);
        used.begin(id).expect("leave again").done();
        assert_eq!(used.begin(id).err(), Some(FileFailure::Used));
    }
}
