//! What a record that was read means: an item, the end of a statement, or neither.
//!
//! Enters: records in the order of their partitions. Leaves: items of the batch in the making. Never here: a statement told twice, or an
//! item from below the cursor.

use std::sync::Arc;

use event::fold::Place;
use event::{Event, Payload, TimeNs};
use journal::{Offset, Partition, Position, Topic};
use uuid::Uuid;

use super::{PLACE_NAMESPACE, Prepare};
use crate::deliver::Refused;
use crate::item::{Item, Recorded};
use crate::limits;
use crate::outcomes::Open;
use crate::plan::{Record, Wanted};
use crate::severity::Severity;
use crate::source::Read;
use crate::time::nanos;

impl Prepare {
    pub(super) async fn take(&mut self, read: Read) {
        match read {
            Read::Event(recorded, bytes) => self.event(recorded, bytes).await,
            Read::NoEvent(position, reason) => {
                self.no_event(position, position.offset.0.saturating_add(1), reason);
            }
            Read::Lost(partition, offsets) => {
                let position = Position {
                    partition,
                    offset: Offset(offsets.start),
                };
                let last = offsets.end.saturating_sub(1);
                let reason = format!(
                    "offsets {} to {last} are neither in the journal nor in the archive",
                    offsets.start
                );
                tracing::error!(sink = self.outlet.name, %partition, reason, "records are lost");
                self.no_event(position, offsets.end, reason);
            }
        }
    }

    async fn event(&mut self, recorded: Recorded, bytes: usize) {
        let position = recorded.position;
        let wants = |wanted| self.outlet.plan.wanted.contains(&wanted);
        let (statements, events) = (wants(Wanted::Statements), wants(Wanted::Events));
        let Some(lane) = self.lanes.get_mut(&position.partition) else {
            return;
        };
        if position.offset.0 < lane.read {
            return;
        }
        let new = position.offset.0 >= lane.sent;
        if position.offset.0 >= lane.swept_to && !lane.caught_up {
            self.catch_up(position.partition).await;
        }
        let Some(lane) = self.lanes.get_mut(&position.partition) else {
            return;
        };
        lane.read = position.offset.0.saturating_add(1);
        lane.time = lane.time.max(recorded.event.time);
        lane.moved |= new;
        let folded = statements && position.partition.topic == Topic::Events;
        let ended = folded.then(|| lane.outcomes.apply(&recorded)).flatten();
        let told = new && self.shared.feed.tells(recorded.event.time);
        if told && events {
            self.bytes += bytes;
            self.items.push(Item::Event(recorded));
        }
        if told && let Some(open) = ended {
            self.outcome(open).await;
        }
    }

    /// What became of a statement, with what people said of it.
    pub(super) async fn outcome(&mut self, open: Open) {
        let said = if open.needs_people() {
            self.shared.approvals.of(open.statement()).await
        } else {
            None
        };
        let outcome = open.outcome(&said.unwrap_or_default());
        if let Some(event) = &outcome.submitted
            && let Payload::StatementSubmitted(submitted) = &event.payload
        {
            self.bytes += submitted.text.get().len();
        }
        self.items.push(Item::Statement(Box::new(outcome)));
    }

    /// Tells statements of which nothing more was heard. Silence is measured by the events that came since; only where a partition is
    /// read to its end by the clock: what is read late is not silent for that.
    pub(super) async fn sweep(&mut self) {
        let now = self.shared.clock.now();
        let partitions: Vec<Partition> = self.lanes.keys().copied().collect();
        for partition in partitions {
            let Some(lane) = self.lanes.get(&partition) else {
                continue;
            };
            // Before the cursor's place is reached, what is open is not known.
            if lane.read < lane.sent {
                continue;
            }
            let (swept, time, read) = (lane.swept, lane.time, lane.read);
            if !lane.caught_up {
                self.catch_up(partition).await;
            }
            let at_end = self.shared.feed.behind(partition, read).await == Some(0);
            let time = swept.max(if at_end { now } else { time });
            let unread = nanos(limits::APPROVALS_UNREAD);
            let told = self.take_silent(partition, time, unread).await;
            if told.is_empty() {
                continue;
            }
            if let Some(lane) = self.lanes.get_mut(&partition) {
                lane.swept = time;
                lane.swept_to = read;
                lane.moved = true;
            }
            for open in told {
                self.outcome(open).await;
            }
        }
    }

    /// The fold of a partition stands where it was last swept: what had been told for its silence is taken out.
    async fn catch_up(&mut self, partition: Partition) {
        let Some(lane) = self.lanes.get_mut(&partition) else {
            return;
        };
        lane.caught_up = true;
        let swept = lane.swept;
        // Of whom nothing is known, nobody knows whether it was told: it may be told twice, by one id, rather than never.
        drop(self.take_silent(partition, swept, i64::MAX).await);
    }

    /// Takes out the statements that were silent for too long at `time`; one for whose people it is not known whether they are asked
    /// is silent `unread` nanoseconds longer.
    pub(super) async fn take_silent(
        &mut self,
        partition: Partition,
        time: TimeNs,
        unread: i64,
    ) -> Vec<Open> {
        let Some(lane) = self.lanes.get(&partition) else {
            return Vec::new();
        };
        let mut over = Vec::new();
        for open in lane.outcomes.silent(time) {
            let waits = open.needs_people()
                && match self.shared.approvals.of(open.statement()).await {
                    Some(said) => waits(&said, time),
                    None => open.last_at().0.saturating_add(unread) > time.0,
                };
            if !waits {
                over.push(open.statement());
            }
        }
        let Some(lane) = self.lanes.get_mut(&partition) else {
            return Vec::new();
        };
        over.into_iter()
            .filter_map(|id| lane.outcomes.end(id))
            .collect()
    }

    fn no_event(&mut self, position: Position, end: u64, reason: String) {
        let Some(lane) = self.lanes.get_mut(&position.partition) else {
            return;
        };
        let new = position.offset.0 >= lane.sent;
        lane.read = lane.read.max(end);
        if !new {
            return;
        }
        lane.moved = true;
        let time = self.shared.clock.now();
        let place = format!("{}:{}", position.partition, position.offset.0);
        let record = Record {
            item: Uuid::new_v5(&PLACE_NAMESPACE, place.as_bytes()),
            part: None,
            position,
            session: None,
            time,
            class: 0,
            severity: Severity::Informational,
            bytes: bytes::Bytes::new(),
        };
        self.dead.push((Refused { record, reason }, time));
    }
}

/// People may still answer, or what they granted may still be run.
fn waits(said: &[(Place, Arc<Event>)], now: TimeNs) -> bool {
    said.iter().any(|(_, event)| match &event.payload {
        Payload::ApprovalRequested(asked) => {
            let ttl = i64::try_from(asked.execution_ttl_ns).unwrap_or(i64::MAX);
            asked.expires.0.saturating_add(ttl) > now.0
        }
        _ => false,
    })
}
