//! How many statements are explained at once, and how many wait for that.
//!
//! Enters: nothing. Leaves: turns and places, by the limits. Never here: what is explained.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::limits::{EXPLAINS_AT_ONCE, EXPLAINS_WAITING_MAX};

/// How many statements are explained, and wait for that.
pub(crate) struct Explains {
    /// Who is being explained holds one.
    pub(super) turns: Semaphore,
    /// Who waits for that, or has it, holds one.
    pub(super) places: Arc<Semaphore>,
}

impl Default for Explains {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(EXPLAINS_AT_ONCE),
            places: Arc::new(Semaphore::new(EXPLAINS_WAITING_MAX)),
        }
    }
}
