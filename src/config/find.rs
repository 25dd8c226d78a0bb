//! `[find]`: keys of tokens, by which it is found who saw a value.
//!
//! Enters: TOML. Leaves: where keys are. Never here: a key.

use serde::Deserialize;

/// `[find]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FindConfig {
    /// Keys of tokens, 32 bytes each, the same for every gateway and every query. The first makes them, all are tried where a value is
    /// looked for.
    pub keys: Vec<door::Secret>,
}
