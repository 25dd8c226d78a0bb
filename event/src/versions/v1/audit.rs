//! What is said of the recording itself, and of those who read it.

use serde::{Deserialize, Serialize};

use crate::text_enum::open_text_enum;
use crate::{PolicyHash, SessionId, TimeNs};

/// A policy set came into force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyLoaded {
    /// Hash of the set.
    pub hash: PolicyHash,
    /// Rules in it.
    pub rules: u64,
    /// Catalog snapshot loaded with it.
    pub catalog_version: String,
}

/// Recording is best effort from here, as a connection's policy allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditDegraded {
    /// In words, as it is recorded.
    pub reason: String,
    /// Since when; earlier than the event, which had to wait for the journal.
    pub since: TimeNs,
}

/// Recording is whole again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditRestored {
    /// When the gap began.
    pub since: TimeNs,
    /// Statements that ran unrecorded meanwhile.
    pub unrecorded: u64,
}

/// An auditor ran SQL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditorQueried {
    /// The SQL.
    pub sql: String,
    /// Rows returned; none if it failed.
    pub rows: Option<u64>,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// How long it took, nanoseconds.
    pub duration_ns: u64,
}

open_text_enum!(
    /// Where a replayed session is shown.
    ReplayMode {
        /// The terminal player.
        Terminal = "terminal",
        /// A file.
        Json = "json",
        /// Plain text.
        Text = "text",
        /// A page.
        Page = "page",
        /// A Snowflake driver.
        Driver = "driver",
    }
);

/// An auditor replayed a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditorReplayed {
    /// The session looked at (the event itself belongs to no session).
    pub session: SessionId,
    /// Where it was shown.
    pub mode: ReplayMode,
}

/// An auditor took a copy away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditorExported {
    /// What: a session, a query.
    pub what: String,
    /// Events in it.
    pub events: u64,
}

/// An auditor verified the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditorVerified {
    /// Events looked at.
    pub events: u64,
    /// Nothing was altered.
    pub integrity: bool,
    /// Nothing is missing.
    pub completeness: bool,
}
