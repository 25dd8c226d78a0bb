//! What is said of what changes while firn runs: policy, configuration, catalog; and of sessions that people end.

use serde::{Deserialize, Serialize};

use crate::TimeNs;
use crate::ids::PolicyHash;
use crate::text_enum::text_enum;
use crate::versions::wire::extended;
use crate::versions::{Version, v1};

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
    /// What is different from the one it replaces; none where it is the first of its process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<PolicyChanges>,
}

/// What is different between two policy sets, rule by rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyChanges {
    /// Hash of the set that is replaced.
    pub previous: PolicyHash,
    /// The catalog snapshot loaded with that one.
    pub previous_catalog_version: String,
    /// Rules that are new, by id, sorted.
    pub added: Vec<String>,
    /// Rules that are gone, by id, sorted.
    pub removed: Vec<String>,
    /// Rules that say something else, by id, sorted.
    pub changed: Vec<String>,
    /// Groups, tags, functions or defaults are others.
    pub settings: bool,
}

extended!(
    PolicyLoaded { hash, rules, catalog_version }
    was v1::PolicyLoaded, since Version::V1;
    changes since Version::V2
);

/// What else of the configuration changed while the process runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigurationLoaded {
    /// Which parts, in words: `masking`, `credentials`, `sealing keys`, `connections`, `certificates`, `identity`.
    pub parts: Vec<String>,
}

/// A change was not taken: what was in force stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigurationRefused {
    /// What is wrong with it, and what to do.
    pub reason: String,
}

text_enum!(
    /// Whose sessions are ended.
    KillScope {
        /// One session.
        Session = "session",
        /// A principal's, by subject.
        Principal = "principal",
        /// Those over one connection.
        Connection = "connection",
        /// Every session of every connection.
        All = "all",
    }
);

/// Somebody ended sessions: every one that was opened before this event and is meant by it is over, on every gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionsKilled {
    /// Which kind of thing `target` names.
    pub scope: KillScope,
    /// Session id, subject or connection; none for all.
    pub target: Option<String>,
    /// Why, in the words of whoever did it.
    pub reason: String,
    /// Until then no new ones are opened that it means; none where they may come back at once.
    pub until: Option<TimeNs>,
}

/// What a gateway knows of an account's tables was read from the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogLoaded {
    /// The snapshot that is in force for the connection with it.
    pub catalog_version: String,
    /// Tables and views known over this connection.
    pub tables: u64,
    /// Their columns.
    pub columns: u64,
    /// Tables and views that are new, gone or other than before.
    pub changed: u64,
    /// How long reading took, nanoseconds.
    pub duration_ns: u64,
}

/// A statement that may change tables passed: what is known of them does not hold until it is read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogInvalidated {
    /// `DATABASE.SCHEMA.TABLE`, or a schema or database with everything in it; empty is everything the connection reaches.
    pub objects: Vec<String>,
}
