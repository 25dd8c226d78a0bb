//! Tokens of one column, counted.
//!
//! Enters: values. Leaves: their tokens, each with how often it stood. Never here: a value that is kept.

use std::collections::BTreeMap;

use event::payload::Seen;

use crate::seen::Signer;

/// Tokens of one column, or of one label in it.
pub(super) struct Taken {
    column: String,
    pub(super) signer: Signer,
    pub(super) tokens: BTreeMap<u64, u32>,
}

impl Taken {
    pub(super) fn new(column: String, signer: Signer) -> Self {
        Self {
            column,
            signer,
            tokens: BTreeMap::new(),
        }
    }

    /// Counts a value that stands `times` times; `left` is how many more different ones there may be.
    pub(super) fn take(&mut self, value: &str, times: u32, left: &mut usize) {
        let Some(token) = self.signer.token(value) else {
            return;
        };
        if let Some(cells) = self.tokens.get_mut(&token) {
            *cells = cells.saturating_add(times);
        } else if let Some(fewer) = left.checked_sub(1) {
            *left = fewer;
            self.tokens.insert(token, times);
        }
    }

    /// What was counted since the last call.
    pub(super) fn seen(&mut self) -> Option<Seen> {
        let tokens = std::mem::take(&mut self.tokens);
        (!tokens.is_empty()).then(|| Seen {
            column: self.column.clone(),
            class: self.signer.class().clone(),
            key: self.signer.id().to_owned(),
            tokens: Seen::pack(tokens),
        })
    }
}
