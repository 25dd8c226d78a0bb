//! CloudEvents 1.0 in the JSON format: everything an item says, under the record's own names.
//!
//! Enters: what is known of an item. Leaves: one JSON object. Never here: an attribute that the record does not say.

use super::facts::Facts;
use super::message::message;
use super::record::rfc3339;
use super::tree::Object;

/// The version of the specification.
pub const VERSION: &str = "1.0";

/// The item as a CloudEvent: `source` is the partition it stands in, so that `source` and `id` name it once in the world.
pub fn event(facts: Facts<'_>) -> Object {
    let item = facts.item;
    let position = item.position();
    let text = message(&facts);
    let mut rest = facts.rest;
    // What the attributes say.
    for said in ["id", "kind", "time", "position", "session_id"] {
        rest.take(said);
    }
    rest.put("severity", facts.severity.name());
    rest.put("message", text);
    Object::new()
        .with("specversion", VERSION)
        .with("id", item.id().to_string())
        .with("source", format!("urn:firn:{}", position.partition))
        .with("type", format!("firn.{}", facts.meaning.kind))
        .with("time", rfc3339(item.time()))
        .maybe("subject", item.session().map(|session| session.to_string()))
        .with("datacontenttype", "application/json")
        .with("partition", position.partition.to_string())
        // Integers of CloudEvents have 32 bits.
        .with("offset", position.offset.0.to_string())
        .with("data", rest)
}
