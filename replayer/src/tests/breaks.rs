//! Stretches of a session in which its connection ran unrecorded.

use event::payload::{AuditDegraded, AuditRestored};
use event::{Event, Payload, TimeNs};
use journal::Position;

use super::{events, timeline};
use crate::timeline::{Entry, Marker, Options, Timeline, build};

const SECOND: i64 = 1_000_000_000;

/// Tells of a stretch from `from` to `to` seconds after the session's first event.
fn gap(from: i64, to: i64) -> Vec<(Position, Event)> {
    let (position, first) = events(1).into_iter().next().unwrap();
    let since = TimeNs(first.time.0 + from * SECOND);
    let payloads: [Payload; 2] = [
        AuditDegraded {
            reason: "the journal \u{1b}[2J is away".to_owned(),
            since,
        }
        .into(),
        AuditRestored {
            since,
            unrecorded: 3,
        }
        .into(),
    ];
    let told = payloads.into_iter().map(|payload| {
        let event = Event {
            session_id: None,
            statement_id: None,
            time: TimeNs(first.time.0 + to * SECOND),
            connection: Some("shop".to_owned()),
            payload,
            ..first.clone()
        };
        (position, event)
    });
    told.collect()
}

/// The first session, with such stretches.
pub(super) fn with(gaps: &[(i64, i64)]) -> Timeline {
    let gaps = gaps.iter().flat_map(|(from, to)| gap(*from, *to));
    let all = events(1).into_iter().chain(gaps);
    build(history::session_id(1), all, &Options::default()).unwrap()
}

#[test]
fn stretches_that_were_not_recorded_stand_in_the_session() {
    let plain = timeline(1);
    let told = with(&[(-5, 2), (10, 40), (200, 210)]);
    let notes: Vec<_> = told
        .entries
        .iter()
        .filter(|entry| entry.markers() == [Marker::Degraded])
        .collect();
    let spans: Vec<(i64, i64)> = notes
        .iter()
        .map(|entry| match entry {
            Entry::Note(note) => (note.at_ns / SECOND, note.duration_ns / SECOND),
            Entry::Statement(_) => panic!("no note"),
        })
        .collect();
    assert_eq!(spans, [(0, 2), (10, 30), (200, 10)]);
    assert!(told.entries.is_sorted_by_key(Entry::at_ns));
    assert_eq!(told.duration_ns, 200 * SECOND, "the last came after all");
    // What the session's own events say is as it was.
    assert_eq!((told.totals, &told.parts), (plain.totals, &plain.parts));
    assert_eq!(told.entries.len(), plain.entries.len() + 3);

    let text = crate::text(&told);
    assert!(!text.contains('\u{1b}'));
    let words: Vec<&str> = text.split_whitespace().collect();
    let said = "3 statements ran unrecorded over shop";
    assert!(words.join(" ").contains(said), "{text}");
    let json = serde_json::to_value(&told).unwrap();
    assert!(json["entries"].as_array().unwrap().iter().any(|entry| {
        entry["markers"] == serde_json::json!(["degraded"]) && entry["duration_ns"] == 30 * SECOND
    }));
}
