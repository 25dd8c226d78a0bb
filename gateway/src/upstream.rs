//! Snowflake, as the gateway talks to it.
//!
//! Enters: a permit with the exact text it covers, or calls about a session of ours. Leaves: upstream's replies, whole and
//! bounded. Never here: a client's credential, a reply that goes to a client unmasked, a statement without a permit.

pub mod accounts;
pub mod chunks;
pub mod client;
pub mod codes;
pub mod execute;
pub mod given;
pub mod head;
pub mod login;
pub mod own;
pub mod plan;
pub mod reply;
mod rowtype;
pub mod session;
pub mod storage;

pub use client::{Client, UpstreamError};
