//! Canonical bytes: one event, one byte string, on every machine and for ever.
//!
//! Enters: an [`Event`], or bytes from a journal or archive. Leaves: deterministic CBOR (RFC 8949 §4.2: shortest forms,
//! definite lengths, map keys in bytewise order), and its SHA-256. Never here: bytes that decode but would encode differently.

mod direct;

#[cfg(test)]
pub(crate) mod by_value;

use ciborium::Value;

use direct::{Refused, Writer};

use crate::limits::{DEPTH_MAX, EVENT_BYTES_MAX};
use crate::versions::{NewerVersion, Version};
use crate::{Digest, Event, Kind, Payload};

/// Why an event has no canonical bytes.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EncodeError {
    /// It is too large to journal.
    #[error("event of {bytes} bytes exceeds the limit of {EVENT_BYTES_MAX}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// serde refused a field; a bug in a payload type.
    #[error("field has no canonical form: {0}")]
    Field(String),
}

/// Why bytes are not an event.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DecodeError {
    /// Larger than any event this build writes.
    #[error("{bytes} bytes exceed the limit of {EVENT_BYTES_MAX}")]
    TooLarge {
        /// Their size.
        bytes: usize,
    },
    /// Not CBOR, or nested too deep.
    #[error("not CBOR: {0}")]
    Cbor(String),
    /// CBOR, but not of an event's shape.
    #[error("not an event: {0}")]
    Shape(String),
    /// A version only a later release reads.
    #[error(transparent)]
    Newer(#[from] NewerVersion),
    /// A kind this build does not know.
    #[error("unknown event kind {0:?}")]
    Kind(String),
    /// Readable, but not in the one canonical form.
    #[error("bytes are not in canonical form")]
    NotCanonical,
}

/// Most events are shorter.
const USUAL_BYTES: usize = 1024;

/// The canonical bytes of `event`.
pub fn encode(event: &Event) -> Result<Vec<u8>, EncodeError> {
    let bytes = write(event).map_err(|error| EncodeError::Field(error.to_string()))?;
    if bytes.len() > EVENT_BYTES_MAX {
        return Err(EncodeError::TooLarge { bytes: bytes.len() });
    }
    Ok(bytes)
}

/// Its entries in their order: shorter names first, equally long ones by their letters.
fn write(event: &Event) -> Result<Vec<u8>, Refused> {
    let version = event.version();
    let later = version > Version::V1;
    let body = match &event.payload {
        Payload::ResponsePage(page) => page.body.len(),
        _ => 0,
    };
    let mut to = Writer::with_capacity(USUAL_BYTES + body);
    to.map(if later { 14 } else { 13 });
    to.text("v");
    to.unsigned(version.number().into());
    to.text("id");
    to.value(&event.event_id)?;
    to.text("data");
    event.payload.write(&mut to)?;
    to.text("kind");
    to.text(event.kind().as_str());
    to.text("part");
    to.value(&event.part)?;
    to.text("time");
    to.value(&event.time)?;
    if later {
        to.text(SINCE);
        to.text(version.since());
    }
    to.text("policy");
    to.value(&event.policy)?;
    to.text("source");
    to.value(&event.source)?;
    to.text("session");
    to.value(&event.session_id)?;
    to.text("producer");
    to.value(&event.producer)?;
    to.text("principal");
    to.value(&event.principal)?;
    to.text("statement");
    to.value(&event.statement_id)?;
    to.text("connection");
    to.value(&event.connection)?;
    Ok(to.into_bytes())
}

/// The event in `bytes`, refused unless they are its canonical form.
pub fn decode(bytes: &[u8]) -> Result<Event, DecodeError> {
    if bytes.len() > EVENT_BYTES_MAX {
        return Err(DecodeError::TooLarge { bytes: bytes.len() });
    }
    let mut rest = bytes;
    let value: Value = ciborium::de::from_reader_with_recursion_limit(&mut rest, DEPTH_MAX)
        .map_err(|error| DecodeError::Cbor(error.to_string()))?;
    let event = from_value(&value)?;
    // Comparing the re-encoding covers trailing bytes, long forms, unsorted and duplicate keys at once.
    match encode(&event) {
        Ok(again) if again == bytes => Ok(event),
        Ok(_) | Err(_) => Err(DecodeError::NotCanonical),
    }
}

/// The event's leaf: SHA-256 of its canonical bytes.
pub fn event_hash(canonical: &[u8]) -> Digest {
    Digest::of(canonical)
}

/// From version 2 on an event says which release reads it, so that an older one can.
const SINCE: &str = "since";

fn from_value(value: &Value) -> Result<Event, DecodeError> {
    let version = version(value)?;
    let name = field::<String>(value, "kind")?;
    let kind = name.parse().ok();
    // A kind that a later version brought is none of this one.
    let Some(kind) = kind.filter(|kind: &Kind| kind.since() <= version) else {
        return Err(DecodeError::Kind(name));
    };
    let payload = Payload::from_value(kind, version, lookup(value, "data")?)
        .map_err(|error| DecodeError::Shape(format!("{kind}: {error}")))?;
    Ok(Event {
        event_id: field(value, "id")?,
        session_id: field(value, "session")?,
        statement_id: field(value, "statement")?,
        time: field(value, "time")?,
        producer: field(value, "producer")?,
        part: field(value, "part")?,
        principal: field(value, "principal")?,
        source: field(value, "source")?,
        connection: field(value, "connection")?,
        policy: field(value, "policy")?,
        payload,
    })
}

fn version(value: &Value) -> Result<Version, DecodeError> {
    let number = field::<u64>(value, "v")?;
    if let Some(version) = Version::of_number(number) {
        return Ok(version);
    }
    if number < u64::from(Version::NEWEST.number()) {
        return Err(DecodeError::Shape(format!("there is no version {number}")));
    }
    let since = lookup(value, SINCE).ok().and_then(Value::as_text);
    Err(NewerVersion::new(number, since).into())
}

fn lookup<'a>(value: &'a Value, name: &str) -> Result<&'a Value, DecodeError> {
    let Value::Map(entries) = value else {
        return Err(DecodeError::Shape("not a map".to_owned()));
    };
    entries
        .iter()
        .find_map(|(key, value)| (key.as_text() == Some(name)).then_some(value))
        .ok_or_else(|| DecodeError::Shape(format!("{name} is missing")))
}

fn field<T: serde::de::DeserializeOwned>(value: &Value, name: &str) -> Result<T, DecodeError> {
    lookup(value, name)?
        .deserialized()
        .map_err(|error| DecodeError::Shape(format!("{name}: {error}")))
}
