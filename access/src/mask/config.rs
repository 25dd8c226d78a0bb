//! The masking section of the configuration.
//!
//! Enters: TOML. Leaves: a [`MaskingConfig`]. Never here: a key that is read from disk or shown.

use std::sync::Arc;

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::keys::{KeyError, MaskKey};
use crate::seen::SeenKeys;
use detect::own::{Dictionary, OwnDetector};

/// Keys and own detectors. Every field has a default; unknown fields are refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Written")]
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
    /// Keys of tokens, by which it is found who saw a value. Never in this file: `[find] keys` of the configuration names them.
    pub find: Option<Arc<SeenKeys>>,
}

/// As written. The key is read only once all of it is: a refusal on the way would quote the key's line.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    key: Option<KeyText>,
    tenant: String,
    detectors: Vec<OwnDetector>,
    dictionaries: Vec<Dictionary>,
}

#[derive(Deserialize)]
#[serde(from = "String")]
struct KeyText(Zeroizing<String>);

impl From<String> for KeyText {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl TryFrom<Written> for MaskingConfig {
    type Error = KeyError;

    fn try_from(written: Written) -> Result<Self, KeyError> {
        let key = written
            .key
            .map(|text| MaskKey::parse(&text.0))
            .transpose()?;
        Ok(Self {
            key,
            tenant: written.tenant,
            detectors: written.detectors,
            dictionaries: written.dictionaries,
            find: None,
        })
    }
}
