//! How bad something is.
//!
//! Enters: nothing. Leaves: five words, in order. Never here: what is how bad (see `format::meaning`).

use serde::{Deserialize, Serialize};

/// How bad it is, on OCSF's scale.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing to do.
    #[default]
    Informational = 1,
    /// Worth a look.
    Low = 2,
    /// To be looked at.
    Medium = 3,
    /// To be looked at now.
    High = 4,
    /// People must act now.
    Critical = 5,
}

impl Severity {
    /// OCSF's `severity`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Informational => "Informational",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }
}
