//! CloudEvents 1.0 in Kafka binary mode: the envelope once more, as headers, for consumers that do not read CBOR.
//!
//! Enters: an event. Leaves: `ce_*` headers. Never here: anything the canonical bytes do not hold; headers are a convenience, not the record.

use crate::Event;

/// The CloudEvents version of the headers.
pub const SPEC_VERSION: &str = "1.0";
/// What the value is.
pub const CONTENT_TYPE: &str = "application/cbor";

/// A header's name and value.
pub type Header = (&'static str, String);

/// The headers of `event` (CloudEvents Kafka protocol binding 1.0.2, §3.2).
pub fn headers(event: &Event) -> Vec<Header> {
    let mut headers = vec![
        ("ce_specversion", SPEC_VERSION.to_owned()),
        ("ce_id", event.event_id.to_string()),
        ("ce_source", format!("urn:firn:run:{}", event.producer.run)),
        ("ce_type", format!("firn.{}", event.kind())),
        ("content-type", CONTENT_TYPE.to_owned()),
    ];
    if let Some(session) = event.session_id {
        headers.push(("ce_subject", session.to_string()));
    }
    headers
}
