//! Version 2: everything of version 1, reading that is no SQL, how often columns are compared, what detections find, what
//! changes while firn runs, approvals that cover more than one statement, files that pass the gateway, and tokens of values that may be
//! looked for.
//!
//! Enters: facts the roles observed. Leaves: the types this build works with. Never here: a type that is as version 1 has it.

mod approval;
mod audit;
mod finding;
mod operations;
mod seen;
mod stage;
mod statement;

pub use super::v1::*;
pub use approval::{
    ApprovalEstimated, ApprovalGranted, ApprovalReviewed, ApprovalRevoked, GrantScope, ScopeKind,
};
pub use audit::AuditorListed;
pub use finding::{FindingRaised, FindingSeverity};
pub use operations::{
    CatalogInvalidated, CatalogLoaded, ConfigurationLoaded, ConfigurationRefused, KillScope,
    PolicyChanges, PolicyLoaded, SessionsKilled,
};
pub use seen::{ResponsePage, Seen, SeenClass, StatementSubmitted};
pub use stage::{FileContent, FileFinding, StageDownloaded, StageUploaded};
pub use statement::{Compared, StatementCounted};

use serde::{Deserialize, Serialize};

use super::wire::{extended, unchanged};
use super::{Version, v1};
use crate::{ApprovalBinding, TimeNs};

unchanged!(
    Version::V2;
    AuditorListed, StatementCounted, FindingRaised,
    ConfigurationLoaded, ConfigurationRefused, SessionsKilled, CatalogLoaded, CatalogInvalidated,
    ApprovalRevoked, ApprovalReviewed, StageUploaded, StageDownloaded, ApprovalEstimated,
);

/// The policy answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementDecided {
    /// The answer.
    pub verdict: Verdict,
    /// Every rule that determined it.
    pub reasons: Vec<Reason>,
    /// Columns masked by plan; empty if none or if all are (`mask_all`).
    pub masks: Vec<ColumnMask>,
    /// Lineage was lost, so every column is masked.
    pub mask_all: bool,
    /// The catalog snapshot the analysis used.
    pub catalog_version: String,
    /// When the policy was asked; rules may speak of the hour.
    pub evaluated_at: TimeNs,
    /// What an approval of this statement is bound to.
    pub binding: ApprovalBinding,
    /// How often the principal had compared each column that counts, by whatever statements, as the policy was told; none
    /// where the statement compares no such column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_before: Option<Vec<Compared>>,
}

extended!(
    StatementDecided { verdict, reasons, masks, mask_all, catalog_version, evaluated_at, binding }
    was v1::StatementDecided, since Version::V1;
    compared_before since Version::V2
);
