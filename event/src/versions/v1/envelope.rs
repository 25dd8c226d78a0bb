//! The parts of the envelope that have fields of their own.
//!
//! Enters: who, from where, under which policy, in which run. Leaves: serde structs with one canonical form.
//! Never here: the envelope itself, whose entries `canonical.rs` names.

use serde::{Deserialize, Serialize};

use crate::{Digest, PolicyHash, RunId};

/// The emitting process run and the event's number in it: 0, 1, 2 … without a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Producer {
    /// The process run.
    pub run: RunId,
    /// Dense, from 0, over everything the run emitted.
    pub seq: u64,
}

/// The event's place in its part, the events of one session by one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Dense, from 0.
    pub index: u64,
    /// Hash of the part's previous event, [`Digest::ZERO`] for the first.
    pub previous_hash: Digest,
}

/// Who acts. Never a token or a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Principal {
    /// The OIDC issuer that vouched.
    pub issuer: String,
    /// The issuer's stable name for the principal.
    pub subject: String,
    /// A name for people.
    pub display: String,
    /// Groups at that time, sorted.
    pub groups: Vec<String>,
    /// What acts for the principal, where it says so.
    #[cfg_attr(feature = "described", schema(required))]
    pub agent: Option<Agent>,
}

/// The program that acts. What it says of itself is untrusted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// `CLIENT_APP_ID`.
    pub application: String,
    /// `CLIENT_APP_VERSION`.
    pub version: String,
    /// The human or workload behind it, from a claim.
    #[cfg_attr(feature = "described", schema(required))]
    pub on_behalf_of: Option<String>,
    /// `QUERY_TAG` or `traceparent`.
    #[cfg_attr(feature = "described", schema(required))]
    pub correlation_id: Option<String>,
}

/// The client's side of the connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The peer's IP address.
    pub ip: String,
    /// TLS version and cipher, none where plain.
    #[cfg_attr(feature = "described", schema(required))]
    pub tls: Option<String>,
}

/// The policy set in force and the rules that determined this outcome.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRef {
    /// Hash of the whole set.
    pub hash: PolicyHash,
    /// Determining rule ids, sorted.
    pub rules: Vec<String>,
}
