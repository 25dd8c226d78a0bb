//! Section `[query]` of the configuration.
//!
//! Enters: TOML. Leaves: bounds of what queries may use. Never here: addresses and identity, which `src` wires.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::limits;

/// What queries may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Memory of all running queries together, bytes; what does not fit spills to the temporary folder.
    pub memory_bytes: usize,
    /// Queries that run at once; more wait.
    pub queries_running_max: usize,
    /// How long one query may run, milliseconds.
    pub timeout_ms: u64,
    /// Most rows one answer holds, whatever the request asks for.
    pub rows_max: usize,
    /// Memory of the journal tail, bytes of records.
    pub tail_bytes: usize,
    /// How old the archive's snapshot may be, milliseconds.
    pub snapshot_age_max_ms: u64,
    /// How long a query waits for the journal tail, milliseconds.
    pub freshness_wait_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            memory_bytes: limits::MEMORY_BYTES,
            queries_running_max: limits::QUERIES_RUNNING_MAX,
            timeout_ms: limits::QUERY_TIMEOUT.as_millis() as u64,
            rows_max: limits::ROWS_MAX,
            tail_bytes: limits::TAIL_BYTES,
            snapshot_age_max_ms: limits::SNAPSHOT_AGE_MAX.as_millis() as u64,
            freshness_wait_ms: limits::FRESHNESS_WAIT.as_millis() as u64,
        }
    }
}

impl Config {
    pub(crate) const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    pub(crate) const fn snapshot_age_max(&self) -> Duration {
        Duration::from_millis(self.snapshot_age_max_ms)
    }

    pub(crate) const fn freshness_wait(&self) -> Duration {
        Duration::from_millis(self.freshness_wait_ms)
    }
}
