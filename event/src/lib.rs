//! The contract between firn's parts: ids, the event envelope, every kind of event, its canonical bytes and its hash.
//!
//! Enters: values the roles made. Leaves: bytes that every role, every archive and every verifier agree on.
//! Never here: I/O, clocks, randomness, tokio, Arrow. Time and ids are arguments.

mod canonical;
mod cloudevents;
mod envelope;
mod ids;
mod kind;
pub mod limits;
mod masked;
pub mod payload;
mod text_enum;

pub use canonical::{DecodeError, EncodeError, decode, encode, event_hash};
pub use cloudevents::{CONTENT_TYPE, Header, SPEC_VERSION, headers};
pub use envelope::{
    Agent, Event, Part, PolicyRef, Principal, Producer, SCHEMA_VERSION, Source, TimeNs,
};
pub use ids::{
    ApprovalBinding, Digest, EventId, IdError, PolicyHash, RequestId, RunId, SessionId, StatementId,
};
pub use kind::{Kind, Payload, UnknownKind};
pub use masked::Masked;

#[cfg(test)]
mod tests;
