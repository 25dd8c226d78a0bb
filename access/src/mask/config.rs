//! The masking section of the configuration.
//!
//! Enters: TOML. Leaves: a [`MaskingConfig`]. Never here: a key that is read from disk or shown.

use serde::Deserialize;

use crate::detect::own::{Dictionary, OwnDetector};
use crate::keys::MaskKey;

/// Keys and own detectors. Every field has a default; unknown fields are refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MaskingConfig {
    /// Master key of hash, tokenise, date shift and noise: 64 hex digits or base64 of 32 bytes, the same on every gateway.
    /// Without it those operators redact.
    pub key: Option<MaskKey>,
    /// Whose data this is: equal values hash equally within one tenant only.
    pub tenant: String,
    /// Own detectors by pattern.
    pub detectors: Vec<OwnDetector>,
    /// Own detectors by word list.
    pub dictionaries: Vec<Dictionary>,
}
