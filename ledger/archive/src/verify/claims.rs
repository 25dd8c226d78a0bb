//! What runs say of their parts, in heartbeats and at their end.
//!
//! Enters: producer events. Leaves: for each part how many events it must have and the hash of the last of them. Never here: whether it
//! is true.

use std::collections::HashMap;

use event::payload::PartHead;
use event::{Digest, Event, EventId, Payload, RunId, SessionId, TimeNs};
use serde::{Deserialize, Serialize};

use ::journal::Position;

/// A part: the events of one session, or of none, by one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct PartKey {
    pub(super) run: RunId,
    pub(super) session: Option<SessionId>,
}

/// What the last heartbeat that names a part says of it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Claim {
    pub(super) count: u64,
    pub(super) head: Digest,
    pub(super) said_by: EventId,
    #[serde(with = "super::spot")]
    pub(super) said_at: Position,
    pub(super) said_time: TimeNs,
}

/// All claims.
#[derive(Debug, Default)]
pub(super) struct Claims(HashMap<PartKey, Claim>);

impl Claims {
    /// Takes what `event` says, if it is a producer's.
    pub(super) fn take(&mut self, position: Position, event: &Event) {
        match &event.payload {
            Payload::ProducerHeartbeat(beat) => self.heads(position, event, &beat.parts),
            Payload::ProducerStopped(stopped) => self.heads(position, event, &stopped.parts),
            _ => {}
        }
    }

    fn heads(&mut self, position: Position, event: &Event, heads: &[PartHead]) {
        for head in heads {
            let key = PartKey {
                run: event.producer.run,
                session: head.session,
            };
            let claim = Claim {
                count: head.count,
                head: head.head,
                said_by: event.event_id,
                said_at: position,
                said_time: event.time,
            };
            self.add(key, claim);
        }
    }

    /// Takes what was said before.
    pub(super) fn add(&mut self, key: PartKey, claim: Claim) {
        let known = self.0.entry(key).or_insert(claim);
        if claim.count > known.count {
            *known = claim;
        }
    }

    pub(super) fn of(&self, key: &PartKey) -> Option<&Claim> {
        self.0.get(key)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&PartKey, &Claim)> {
        self.0.iter()
    }
}
