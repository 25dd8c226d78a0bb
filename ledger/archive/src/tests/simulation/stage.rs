//! What the simulation knows of its store and no process does.
//!
//! Enters: what a seed draws. Leaves: how late lists are, when somebody looked for holds, which defect is in it, counts. Never here: a thing
//! that a process is told.

use std::sync::atomic::AtomicU64;

use super::graves::Graves;
use super::lists::Lists;
use super::mutants::Mutant;

/// Behind the store.
pub(super) struct Stage {
    pub(super) lists: Lists,
    pub(super) graves: Graves,
    /// The defect that is to be found, where there is one.
    pub(super) mutant: Option<Mutant>,
    /// Parquet files that were put.
    pub(super) files: AtomicU64,
}

impl Stage {
    pub(super) fn new(seed: u64, late: u64, mutant: Option<Mutant>) -> Self {
        Self {
            lists: Lists::new(seed, late),
            graves: Graves::default(),
            mutant,
            files: AtomicU64::new(0),
        }
    }

    pub(super) fn has(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }
}
