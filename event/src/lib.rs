//! The contract between firn's parts: ids, the event envelope, every kind of event, its canonical bytes and its hash.
//!
//! Enters: values the roles made. Leaves: bytes that every role, every archive and every verifier agree on.
//! Never here: I/O, clocks, randomness, tokio, Arrow. Time and ids are arguments.

mod canonical;
pub mod cbor;
mod cloudevents;
mod envelope;
pub mod fold;
mod ids;
mod kind;
pub mod limits;
mod masked;
mod text_enum;
mod time;
pub mod versions;

pub use canonical::{DecodeError, EncodeError, decode, encode, event_hash};
pub use cloudevents::{CONTENT_TYPE, Header, SPEC_VERSION, headers};
pub use envelope::Event;
pub use ids::{
    ApprovalBinding, Digest, EventId, IdError, PolicyHash, RequestId, RunId, SessionId, StatementId,
};
pub use kind::{Kind, Payload, UnknownKind};
pub use masked::Masked;
pub use text_enum::{OtherWord, PairedWord};
pub use time::TimeNs;
pub use versions::current as payload;
pub use versions::current::{Agent, Part, PolicyRef, Principal, Producer, Source};
pub use versions::{NewerVersion, Version};

#[cfg(test)]
mod tests;
