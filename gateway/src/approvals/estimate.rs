//! How much a held statement would read, as an approver is told.
//!
//! Enters: what a gateway said of it. Leaves: numbers, or a reason. Never here: a word of Snowflake's.

use event::payload::ApprovalEstimated;
use serde::Serialize;
use utoipa::ToSchema;

/// How much a held statement would read, as Snowflake's `EXPLAIN` says, or why that is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Estimate {
    /// Bytes it would read, at most.
    #[schema(required)]
    pub bytes: Option<u64>,
    /// Micro-partitions it would read, at most.
    #[schema(required)]
    pub partitions: Option<u64>,
    /// Micro-partitions of the tables it reads.
    #[schema(required)]
    pub partitions_total: Option<u64>,
    /// Why nothing is known; none where something is.
    #[schema(required)]
    pub unknown: Option<String>,
}

impl Estimate {
    /// What a gateway said.
    pub fn of(said: ApprovalEstimated) -> Self {
        Self {
            bytes: said.bytes,
            partitions: said.partitions,
            partitions_total: said.partitions_total,
            unknown: said.unknown,
        }
    }
}
