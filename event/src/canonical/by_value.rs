//! Canonical bytes by way of a tree of CBOR values and a sort of its keys: how events were first written, kept as the oracle of
//! `direct`. Never here: a caller but tests.

use ciborium::Value;
use serde::{Serialize, Serializer};

use super::SINCE;
use crate::versions::Version;
use crate::{Event, Payload};

/// The canonical bytes of `event`, of any size.
pub(crate) fn encode(event: &Event) -> Vec<u8> {
    let mut value = to_value(event).unwrap();
    sort_keys(&mut value);
    written(&value)
}

/// A payload that writes itself in its version.
struct Said<'a>(&'a Payload);

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

fn to_value(event: &Event) -> Result<Value, ciborium::value::Error> {
    let entry = |name: &str, value| (Value::Text(name.to_owned()), value);
    let version = event.version();
    let mut entries = vec![
        entry("v", Value::Integer(version.number().into())),
        entry("id", Value::serialized(&event.event_id)?),
        entry("session", Value::serialized(&event.session_id)?),
        entry("statement", Value::serialized(&event.statement_id)?),
        entry("time", Value::serialized(&event.time)?),
        entry("producer", Value::serialized(&event.producer)?),
        entry("part", Value::serialized(&event.part)?),
        entry("principal", Value::serialized(&event.principal)?),
        entry("source", Value::serialized(&event.source)?),
        entry("connection", Value::serialized(&event.connection)?),
        entry("policy", Value::serialized(&event.policy)?),
        entry("kind", Value::Text(event.kind().as_str().to_owned())),
        entry("data", Value::serialized(&Said(&event.payload))?),
    ];
    if version > Version::V1 {
        entries.push(entry(SINCE, Value::Text(version.since().to_owned())));
    }
    Ok(Value::Map(entries))
}

fn written(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::ser::into_writer(value, &mut bytes).unwrap();
    bytes
}

/// Puts map keys into the bytewise order of their encodings, all the way down.
fn sort_keys(value: &mut Value) {
    match value {
        Value::Map(entries) => {
            let mut keyed = Vec::with_capacity(entries.len());
            for (key, mut value) in entries.drain(..) {
                sort_keys(&mut value);
                keyed.push((written(&key), key, value));
            }
            keyed.sort_by(|left, right| left.0.cmp(&right.0));
            entries.extend(keyed.into_iter().map(|(_, key, value)| (key, value)));
        }
        Value::Array(items) => items.iter_mut().for_each(sort_keys),
        _ => {}
    }
}
