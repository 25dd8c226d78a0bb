//! What a result's mask learned so far.
//!
//! Enters: votes. Leaves: a small value that travels sealed in chunk paths. Never here: a cell.

use serde::{Deserialize, Serialize};

/// Column votes so far, sticky upward: a column once found sensitive stays so in every later chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskState {
    /// Ordinals that were voted, and their labels.
    pub(crate) labels: Vec<(u32, String)>,
}
