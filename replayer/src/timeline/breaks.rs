//! Stretches in which statements ran unrecorded, laid over a session that they may belong to.
//!
//! Enters: `audit.degraded` and `audit.restored`, which name a connection and no session. Leaves: a note for each stretch, from its
//! beginning to its end. Never here: which stretches are the session's to know of (the query picks them), or what ran in them.

use std::collections::BTreeMap;

use display::screen::line;
use event::{Event, Kind, Payload, TimeNs};
use journal::Position;

use super::{Entry, EventRef, Marker, Note};
use crate::when;

/// Whether `event` tells of such a stretch.
pub(super) const fn tells(event: &Event) -> bool {
    event.session_id.is_none()
        && matches!(
            event.payload,
            Payload::AuditDegraded(_) | Payload::AuditRestored(_)
        )
}

/// What is known of one stretch: its two events say the same beginning.
struct Stretch {
    until: TimeNs,
    reason: Option<String>,
    unrecorded: Option<u64>,
    event: EventRef,
}

/// The stretches that `events` tell of, as notes of a session that began at `start`, in order.
pub(super) fn notes(events: &[(Position, Event)], start: TimeNs) -> Vec<Note> {
    let mut stretches: BTreeMap<(TimeNs, Option<&str>), Stretch> = BTreeMap::new();
    for (position, event) in events {
        let (since, reason, unrecorded) = match &event.payload {
            Payload::AuditDegraded(told) => (told.since, Some(&told.reason), None),
            Payload::AuditRestored(told) => (told.since, None, Some(told.unrecorded)),
            _ => continue,
        };
        let key = (since, event.connection.as_deref());
        let stretch = stretches.entry(key).or_insert_with(|| Stretch {
            until: event.time,
            reason: None,
            unrecorded: None,
            event: EventRef {
                event_id: event.event_id,
                kind: event.kind(),
                at_ns: event.time.0 - start.0,
                partition: position.partition.to_string(),
                offset: position.offset.0,
            },
        });
        stretch.until = stretch.until.max(event.time);
        stretch.reason = stretch.reason.take().or_else(|| reason.cloned());
        stretch.unrecorded = stretch.unrecorded.or(unrecorded);
    }
    let stretches = stretches.into_iter();
    stretches
        .map(|((since, connection), stretch)| note(since, connection, stretch, start))
        .collect()
}

fn note(since: TimeNs, connection: Option<&str>, stretch: Stretch, start: TimeNs) -> Note {
    let lasted = stretch.until.0 - since.0;
    let because = stretch.reason.map(|reason| format!(": {}", line(&reason)));
    let text = format!(
        "recording degraded for {} from {}{}; {} ran unrecorded over {}, and this session's may be among them",
        when::span(lasted),
        when::instant(since),
        because.unwrap_or_default(),
        match stretch.unrecorded {
            Some(1) => "1 statement".to_owned(),
            Some(count) => format!("{count} statements"),
            None => "statements".to_owned(),
        },
        line(connection.unwrap_or("an unnamed connection")),
    );
    // One that was there before the session begins with it.
    let from = since.max(start);
    Note {
        at_ns: from.0 - start.0,
        time: since,
        kind: Kind::AuditDegraded,
        text,
        duration_ns: (stretch.until.0 - from.0).max(0),
        markers: vec![Marker::Degraded],
        event: stretch.event,
    }
}

/// Puts `notes` among `entries`, each before what came after its beginning.
pub(super) fn overlay(entries: &mut Vec<Entry>, notes: Vec<Note>) {
    for note in notes {
        let later = entries.iter().position(|entry| entry.at_ns() > note.at_ns);
        entries.insert(later.unwrap_or(entries.len()), Entry::Note(note));
    }
}
