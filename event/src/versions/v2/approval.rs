//! Approvals that cover more than one statement, their use, their end, and the review that follows an emergency.

use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::versions::wire::extended;
use crate::versions::{Version, v1};
use crate::{ApprovalBinding, EventId, TimeNs};

use crate::versions::v1::Approver;

text_enum!(
    /// What a yes covers besides the statement it is said to.
    ScopeKind {
        /// Statements of the same principal and connection that differ in literals only.
        Shape = "shape",
        /// What else is held in the same session for the same people.
        Session = "session",
        /// As `session`, said by one person of the break-glass group alone.
        BreakGlass = "break-glass",
    }
);

/// What a yes covers besides the statement it is said to; or by which earlier yes it is said.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantScope {
    /// What kind of statements.
    pub kind: ScopeKind,
    /// Digest of the statement without its literals, with what it does to which tables and columns, as they are now.
    pub shape: Option<String>,
    /// How many statements, this one included; none is as many as come.
    pub uses: Option<u64>,
    /// The most rows of one statement's result that are shown; none is as many as come.
    pub rows: Option<u64>,
    /// From when on nothing more is covered.
    pub until: TimeNs,
    /// The group whose word alone is enough, where it is an emergency.
    pub group: Option<String>,
    /// The earlier yes that this one rests on: nobody was asked.
    pub under: Option<EventId>,
}

/// One person said yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalGranted {
    /// What was approved.
    pub binding: ApprovalBinding,
    /// By whom.
    pub by: Approver,
    /// Their words.
    pub note: String,
    /// What it covers besides, or rests on; none is this statement alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<GrantScope>,
}

extended!(
    ApprovalGranted { binding, by, note }
    was v1::ApprovalGranted, since Version::V1;
    scope since Version::V2
);

/// How much a held statement would read, as Snowflake's `EXPLAIN` says, or why that is not known. Nothing is decided by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalEstimated {
    /// What the hold is bound to.
    pub binding: ApprovalBinding,
    /// Bytes it would read, at most.
    pub bytes: Option<u64>,
    /// Micro-partitions it would read, at most.
    pub partitions: Option<u64>,
    /// Micro-partitions of the tables it reads.
    pub partitions_total: Option<u64>,
    /// Why nothing is known; none where something is.
    pub unknown: Option<String>,
}

/// Somebody took back a yes that covers more than one statement: nothing more runs by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRevoked {
    /// The `approval.granted` that is taken back.
    pub grant: EventId,
    /// By whom.
    pub by: Approver,
    /// Why, in their words.
    pub reason: String,
}

/// Somebody looked at what was done in an emergency, after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalReviewed {
    /// The `approval.granted` of the break-glass group.
    pub grant: EventId,
    /// Who looked; never who broke the glass.
    pub by: Approver,
    /// What they found.
    pub note: String,
}
