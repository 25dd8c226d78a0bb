//! What of an event chains and counts go by.
//!
//! Enters: an event, or its columns. Leaves: a small copy. Never here: what happened, but for what a run says of its end.

use event::payload::ProducerStarted;
use event::{Digest, Event, EventId, Payload, RunId, SessionId, TimeNs};
use journal::Position;

/// What chains and counts need of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Essence {
    /// Where it stands.
    pub(crate) position: Position,
    /// SHA-256 of the canonical bytes.
    pub(crate) hash: Digest,
    pub(crate) event_id: EventId,
    pub(crate) session_id: Option<SessionId>,
    pub(crate) time: TimeNs,
    pub(crate) run: RunId,
    pub(crate) seq: u64,
    pub(crate) index: u64,
    pub(crate) previous: Digest,
    pub(crate) said: Said,
}

/// What a producer says that bears on what may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Nothing,
    /// The run ends here.
    Stopped,
    /// Another run was given up, with so many events acknowledged.
    GaveUp(RunId, u64),
}

impl Essence {
    /// Of an event that was built.
    pub(crate) fn of(event: &Event, position: Position, hash: Digest) -> Self {
        let said = match &event.payload {
            Payload::ProducerStopped(_) => Said::Stopped,
            Payload::ProducerStarted(ProducerStarted {
                abandoned: Some(abandoned),
                ..
            }) => Said::GaveUp(abandoned.run, abandoned.acknowledged),
            _ => Said::Nothing,
        };
        Self {
            position,
            hash,
            event_id: event.event_id,
            session_id: event.session_id,
            time: event.time,
            run: event.producer.run,
            seq: event.producer.seq,
            index: event.part.index,
            previous: event.part.previous_hash,
            said,
        }
    }
}
