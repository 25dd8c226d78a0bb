//! One fixed history that golden tests of several crates tell: a masked select, a blocked DROP, an approved UPDATE, a failure, a second
//! agent, a refused login, an auditor.
//!
//! Enters: nothing, or bytes that choose. Leaves: the same events for ever, chained as an emitter would. Never here: time, randomness, raw values.

#![allow(
    clippy::unwrap_used,
    reason = "test support: a value that does not parse is a mistake in this file"
)]

mod drawn;
mod grown;
mod long;
mod place;
mod scene;
mod story;
mod suspicious;

use event::{Event, EventId, SessionId, StatementId};
use journal::Position;
use uuid::Uuid;

pub use drawn::drawn;
pub use grown::{Grown, grown};
pub use long::{long, long_session};
pub use place::topic;
use place::{chain, partition, placed};
pub use scene::{page_body, session_id, statement_id};
pub use suspicious::{DAY_NS, suspicious};

/// Every event in the order it was emitted.
pub fn events() -> Vec<Event> {
    let mut scene = scene::Scene::new();
    story::tell(&mut scene);
    chain(scene.events)
}

/// `events` some times over, each time of other sessions, statements and events.
pub fn retold(events: &[Event], times: usize) -> Vec<Event> {
    (0..times)
        .flat_map(|time| retelling(events, time))
        .collect()
}

/// One time of [`retold`], counted from 0, which changes nothing.
pub fn retelling(events: &[Event], time: usize) -> Vec<Event> {
    let other = |uuid: Uuid| match time {
        0 => uuid,
        time => Uuid::new_v5(&uuid, &time.to_be_bytes()),
    };
    let told = events.iter().cloned().map(|mut event| {
        event.event_id = EventId::from_uuid(other(event.event_id.uuid()));
        let session = event.session_id.map(|id| other(id.uuid()));
        event.session_id = session.map(SessionId::from_uuid);
        let statement = event.statement_id.map(|id| other(id.uuid()));
        event.statement_id = statement.map(StatementId::from_uuid);
        event
    });
    told.collect()
}

/// [`events`] as a journal of one control partition and `partitions` event partitions would hold them.
pub fn journaled(partitions: u32) -> Vec<(Position, Event)> {
    placed(events(), |event| partition(topic(event), event, partitions))
}
