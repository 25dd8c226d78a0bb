//! Version 2: everything of version 1, reading that is no SQL, how often columns are compared, what detections find, and what
//! changes while firn runs.
//!
//! Enters: facts the roles observed. Leaves: the types this build works with. Never here: a type that is as version 1 has it.

mod audit;
mod finding;
mod operations;
mod statement;

pub use super::v1::*;
pub use audit::AuditorListed;
pub use finding::{FindingRaised, FindingSeverity};
pub use operations::{
    CatalogInvalidated, CatalogLoaded, ConfigurationLoaded, ConfigurationRefused, KillScope,
    PolicyChanges, PolicyLoaded, SessionsKilled,
};
pub use statement::{Compared, StatementCounted};

use serde::{Deserialize, Serialize};

use super::wire::{Wire, unchanged};
use super::{Version, v1};
use crate::{ApprovalBinding, TimeNs};

unchanged!(
    Version::V2;
    AuditorListed, StatementCounted, FindingRaised,
    ConfigurationLoaded, ConfigurationRefused, SessionsKilled, CatalogLoaded, CatalogInvalidated,
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

impl From<v1::StatementDecided> for StatementDecided {
    fn from(old: v1::StatementDecided) -> Self {
        Self {
            verdict: old.verdict,
            reasons: old.reasons,
            masks: old.masks,
            mask_all: old.mask_all,
            catalog_version: old.catalog_version,
            evaluated_at: old.evaluated_at,
            binding: old.binding,
            compared_before: None,
        }
    }
}

impl Wire for StatementDecided {
    const SINCE: Version = Version::V1;

    fn version(&self) -> Version {
        match self.compared_before {
            None => Version::V1,
            Some(_) => Version::V2,
        }
    }

    fn from_value(
        version: Version,
        value: &ciborium::Value,
    ) -> Result<Self, ciborium::value::Error> {
        match version {
            Version::V1 => value.deserialized::<v1::StatementDecided>().map(Self::from),
            Version::V2 => value.deserialized(),
        }
    }

    #[cfg(test)]
    fn read<'de, D: serde::Deserializer<'de>>(
        version: Version,
        source: D,
    ) -> Result<Self, D::Error> {
        match version {
            Version::V1 => v1::StatementDecided::deserialize(source).map(Self::from),
            Version::V2 => Self::deserialize(source),
        }
    }
}
