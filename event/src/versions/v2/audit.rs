//! What is said of those who read the record.

use serde::{Deserialize, Serialize};

/// Somebody was shown a list that is no SQL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditorListed {
    /// `approvals`: the statements that wait.
    pub what: String,
    /// How many entries were shown.
    pub rows: u64,
}
