//! The object that is a sink's cursor, or a backfill's.
//!
//! Enters: JSON of this release and earlier ones. Leaves: where each partition stands. Never here: how it is moved.

use std::collections::BTreeMap;

use event::TimeNs;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Asked, Counts};

/// The form of the object; a later form is refused by this release.
pub(super) const FORM: u32 = 1;

/// A sink that took nothing, as its exporter saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// When it began.
    pub since: TimeNs,
    /// When it was seen last.
    pub last: TimeNs,
    /// What the receiver said, or why it was not reached.
    pub why: String,
    /// It has taken something since.
    pub over: bool,
}

/// Where one partition stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Grows with each claim.
    pub epoch: u64,
    /// Who claimed it last.
    pub owner: Uuid,
    /// Everything below is acknowledged, dead or filtered.
    pub next: u64,
    /// The first event of the oldest statement that was open at `next`: what lies between is folded again, not sent.
    pub fold_from: u64,
    /// What was silent for too long then is told already …
    pub swept: TimeNs,
    /// … of the statements known by the records below this offset.
    pub swept_to: u64,
    /// Where it began when it was first claimed: what lies below was never to be sent.
    pub begun: u64,
    /// Sums since the sink began.
    pub total: Counts,
    /// Sums by the hour of the items' own time, hours since 1970 UTC; the latest ones.
    #[serde(default)]
    pub hours: BTreeMap<i64, Counts>,
    /// The latest failure; none where there was none since releases keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// The object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Which form it has.
    pub form: u32,
    /// By partition, as it prints.
    pub partitions: BTreeMap<String, Standing>,
    /// Of a backfill: what was asked for, and whether it came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
}

impl Default for Cursor {
    fn default() -> Self {
        Self {
            form: FORM,
            partitions: BTreeMap::new(),
            asked: None,
        }
    }
}
