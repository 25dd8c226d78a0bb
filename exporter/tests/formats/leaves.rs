//! Nothing is dropped: every leaf of an event's canonical bytes is found in what each format that has names for all of it says.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ciborium::Value;
use event::{Event, Kind, Payload};
use exporter::Format;
use proptest::prelude::*;
use uuid::Uuid;

use crate::drawn::{Choices, other};
use crate::samples;

/// Formats with a name for everything.
const WHOLE: [Format; 4] = [Format::Ocsf, Format::Ecs, Format::CloudEvents, Format::Udm];

/// The ways a leaf may be written.
fn ways(leaf: &Value) -> Vec<String> {
    match leaf {
        Value::Text(text) => vec![text.clone()],
        Value::Bool(value) => vec![value.to_string()],
        Value::Integer(number) => vec![i128::from(*number).to_string()],
        Value::Bytes(bytes) => {
            let id = <[u8; 16]>::try_from(bytes.as_slice()).ok();
            let id = id.map(|id| Uuid::from_bytes(id).to_string());
            id.into_iter()
                .chain([hex::encode(bytes), STANDARD.encode(bytes)])
                .collect()
        }
        _ => Vec::new(),
    }
}

fn expected(value: &Value, found: &mut Vec<Vec<String>>) {
    match value {
        // What is sealed is for gateways alone, and leaves by no format.
        Value::Map(entries) => {
            let told = entries
                .iter()
                .filter(|(name, _)| name.as_text() != Some("sealed"));
            told.for_each(|(_, below)| expected(below, found));
        }
        Value::Array(items) => items.iter().for_each(|below| expected(below, found)),
        Value::Null => {}
        leaf => found.push(ways(leaf)),
    }
}

/// How often each leaf stands there.
fn said(value: &serde_json::Value, counts: &mut HashMap<String, usize>) {
    match value {
        serde_json::Value::Object(below) => below.values().for_each(|below| said(below, counts)),
        serde_json::Value::Array(items) => items.iter().for_each(|below| said(below, counts)),
        serde_json::Value::Null => {}
        serde_json::Value::String(text) => *counts.entry(text.clone()).or_default() += 1,
        other => *counts.entry(other.to_string()).or_default() += 1,
    }
}

fn rendered(event: &Event, format: Format) -> Vec<u8> {
    format
        .render(&samples::item(3, event.clone()))
        .bytes
        .to_vec()
}

/// The leaves of `event` that `rendered` does not say as often as the event does.
fn lost(event: &Event, rendered: &[u8]) -> Vec<Vec<String>> {
    let bytes = event::encode(event).expect("encodes");
    let Value::Map(entries) = ciborium::from_reader(bytes.as_slice()).expect("CBOR") else {
        panic!("an event is a map");
    };
    let mut leaves = Vec::new();
    for (name, value) in &entries {
        match name.as_text() {
            // Follows from the version; and the time is said in words.
            Some("since" | "time") => {}
            _ => expected(value, &mut leaves),
        }
    }
    let time = chrono::DateTime::from_timestamp_nanos(event.time.0);
    leaves.push(vec![
        time.to_rfc3339_opts(chrono::SecondsFormat::Nanos, true),
    ]);
    let value = serde_json::from_slice(rendered).expect("JSON");
    let mut counts = HashMap::new();
    said(&value, &mut counts);
    leaves.retain(|ways| {
        let way = ways
            .iter()
            .find(|way| counts.get(*way).is_some_and(|count| *count > 0));
        match way {
            Some(way) => {
                *counts.get_mut(way).unwrap() -= 1;
                false
            }
            None => true,
        }
    });
    leaves
}

/// CloudEvents says the kind with a prefix.
fn is_kind(ways: &[String], event: &Event) -> bool {
    ways.len() == 1 && ways[0] == event.kind().as_str()
}

fn check(event: &Event) -> Result<(), String> {
    for format in WHOLE {
        let mut lost = lost(event, &rendered(event, format));
        if format == Format::CloudEvents {
            lost.retain(|ways| !is_kind(ways, event));
        }
        if !lost.is_empty() {
            return Err(format!(
                "{} of {} lost {lost:?}",
                format.name(),
                event.kind()
            ));
        }
    }
    Ok(())
}

#[test]
fn no_leaf_of_a_sample_is_lost() {
    for event in samples::events() {
        check(&event).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_leaf_of_any_event_is_lost(kind in 0..Kind::ALL.len(), bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let event = other(&samples::event(Kind::ALL[kind]), &mut Choices::new(&bytes));
        prop_assert_eq!(check(&event), Ok(()));
    }
}

/// The test must be able to fail: a rendering that says one thing less is caught.
#[test]
fn what_is_sealed_leaves_by_no_format() {
    let mut sealed = 0;
    for mut event in samples::events() {
        let secret = b"sealed for gateways alone".as_slice();
        match &mut event.payload {
            Payload::ApprovalRequested(asked) => asked.sealed = secret.into(),
            Payload::StatementAnnounced(announced) => announced.sealed = secret.into(),
            _ => continue,
        }
        sealed += 1;
        for format in Format::ALL {
            let text = String::from_utf8(rendered(&event, *format)).unwrap();
            assert!(!text.contains("sealed"), "{text}");
            assert!(!text.contains(&STANDARD.encode(secret)), "{text}");
        }
    }
    assert_eq!(sealed, 2);
}

#[test]
fn a_lost_leaf_would_show() {
    let event = samples::event(Kind::StatementSubmitted);
    let mut changed = event.clone();
    changed.connection = Some("another".to_owned());
    let other = rendered(&changed, Format::Ocsf);
    assert_eq!(lost(&event, &other), [["analytics"]]);
}
