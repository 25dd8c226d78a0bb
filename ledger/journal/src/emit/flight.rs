//! Events on their way to the journal: acknowledged in the order they left, or all failed together.
//!
//! Enters: departures, arrivals, a failure. Leaves: answers. Never here: an answer ahead of an earlier event's.

use std::collections::VecDeque;

use event::payload::AbandonedRun;
use event::{Kind, RunId, TimeNs};
use tokio::sync::oneshot;

use super::{Answer, EmitError, Emitted};
use crate::limits::{IN_FLIGHT_BYTES_MAX, IN_FLIGHT_MAX};
use crate::metrics;

#[derive(Default)]
pub(super) struct Flight {
    /// Ticket of the first slot; tickets grow by one, over all runs.
    first: u64,
    slots: VecDeque<Slot>,
    bytes: usize,
}

/// An event as it leaves.
pub(super) struct Departure {
    pub run: RunId,
    pub seq: u64,
    pub kind: Kind,
    pub bytes: usize,
    pub at: TimeNs,
}

struct Slot {
    event: Departure,
    landed: Option<Emitted>,
    answer: oneshot::Sender<Result<Emitted, EmitError>>,
}

impl Flight {
    /// Whether another event may leave.
    pub(super) fn has_room(&self) -> bool {
        self.slots.len() < IN_FLIGHT_MAX && self.bytes < IN_FLIGHT_BYTES_MAX
    }

    /// How many are on their way.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// An event leaves; its ticket tells it apart.
    pub(super) fn take_off(&mut self, event: Departure) -> (u64, Answer) {
        let ticket = self.first + self.slots.len() as u64;
        let (answer, receiver) = oneshot::channel();
        self.bytes += event.bytes;
        self.slots.push_back(Slot {
            event,
            landed: None,
            answer,
        });
        (ticket, receiver)
    }

    /// An event arrived. It and whatever waited for it are answered once all earlier ones are.
    pub(super) fn land(&mut self, ticket: u64, emitted: Emitted, now: TimeNs) {
        if let Some(slot) = self.slot(ticket) {
            slot.landed = Some(emitted);
        }
        while let Some(emitted) = self.slots.front().and_then(|slot| slot.landed) {
            if let Some(slot) = self.slots.pop_front() {
                self.first += 1;
                let event = slot.event;
                self.bytes -= event.bytes;
                metrics::appended(event.kind, event.bytes, event.at, now);
                // Whoever no longer waits needs no answer.
                let _ = slot.answer.send(Ok(emitted));
            }
        }
    }

    /// An event failed, and with it all that wait. None if it had failed already.
    pub(super) fn crash(&mut self, ticket: u64, detail: &str) -> Option<AbandonedRun> {
        self.slot(ticket)?;
        let front = self.slots.front()?;
        let abandoned = AbandonedRun {
            run: front.event.run,
            acknowledged: front.event.seq,
        };
        metrics::failed(self.slots.len());
        self.first += self.slots.len() as u64;
        self.bytes = 0;
        for slot in self.slots.drain(..) {
            let _ = slot.answer.send(Err(EmitError::Failed(detail.to_owned())));
        }
        Some(abandoned)
    }

    fn slot(&mut self, ticket: u64) -> Option<&mut Slot> {
        let at = ticket.checked_sub(self.first)?;
        self.slots.get_mut(usize::try_from(at).ok()?)
    }
}
