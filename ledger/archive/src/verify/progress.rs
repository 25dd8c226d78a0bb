//! How far a verification is.
//!
//! Enters: what there is to look at, and each part of it that was. Leaves: two numbers, for whoever waits. Never here: a clock.

use std::sync::atomic::{AtomicU64, Ordering};

/// Events and sealed rows that were looked at, and how many there are. Shared with who shows it.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    all: AtomicU64,
}

impl Progress {
    pub(super) fn of(&self, all: u64) {
        self.all.store(all, Ordering::Relaxed);
    }

    pub(super) fn done(&self, more: u64) {
        self.done.fetch_add(more, Ordering::Relaxed);
    }

    /// Looked at, of all; nothing of nothing before it is known how many there are.
    pub fn standing(&self) -> (u64, u64) {
        let all = self.all.load(Ordering::Relaxed);
        (self.done.load(Ordering::Relaxed).min(all), all)
    }
}
