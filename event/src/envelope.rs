//! The envelope: what every event says about itself, whatever its kind.
//!
//! Enters: who, when, from where, under which policy. Leaves: one [`Event`]. Never here: how it is stored.

use serde::{Deserialize, Serialize};

use crate::{Digest, EventId, Kind, Payload, PolicyHash, RunId, SessionId, StatementId};

/// The schema version this build writes. Older ones stay readable.
pub const SCHEMA_VERSION: u16 = 1;

/// Nanoseconds since 1970-01-01 UTC by the emitting process's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeNs(pub i64);

/// One event. Its canonical bytes ([`crate::encode`]) are what is journaled, hashed and proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// UUIDv7.
    pub event_id: EventId,
    /// The session, or none for what a process says of itself.
    pub session_id: Option<SessionId>,
    /// The statement, where there is one.
    pub statement_id: Option<StatementId>,
    /// When, by the producer's clock.
    pub time: TimeNs,
    /// Which run emitted it, and its dense number there.
    pub producer: Producer,
    /// Its place in the chain of (session × run); producer events chain under "no session".
    pub part: Part,
    /// Who, once known.
    pub principal: Option<Principal>,
    /// From where, once known.
    pub source: Option<Source>,
    /// The named connection of the configuration.
    pub connection: Option<String>,
    /// The policy in force and the rules that determined the outcome.
    pub policy: Option<PolicyRef>,
    /// What happened.
    pub payload: Payload,
}

impl Event {
    /// The kind of the payload.
    pub const fn kind(&self) -> Kind {
        self.payload.kind()
    }

    /// The journal key: the session, so that one session is one partition; else the run.
    pub fn key(&self) -> [u8; 16] {
        match self.session_id {
            Some(session) => *session.uuid().as_bytes(),
            None => *self.producer.run.uuid().as_bytes(),
        }
    }
}

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
    pub agent: Option<Agent>,
}

/// The program that acts. What it says of itself is untrusted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// `CLIENT_APP_ID`.
    pub application: String,
    /// `CLIENT_APP_VERSION`.
    pub version: String,
    /// The human or workload behind it, from a claim.
    pub on_behalf_of: Option<String>,
    /// `QUERY_TAG` or `traceparent`.
    pub correlation_id: Option<String>,
}

/// The client's side of the connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The peer's IP address.
    pub ip: String,
    /// TLS version and cipher, none where plain.
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
