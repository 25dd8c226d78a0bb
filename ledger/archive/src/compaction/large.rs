//! Files that do not become one with others: their rows, or theirs and the next one's, take more memory than there is room for.
//!
//! Enters: files that were tried. Leaves: whether one was. Never here: anything that outlives the process, or that a commit rests on: what is
//! forgotten is tried once more.

use std::collections::HashSet;
use std::sync::Arc;

use crate::TableKind;
use crate::contents::ArchiveFile;
use crate::limits::COMPACTION_LARGE_KNOWN;

/// Those known to be.
#[derive(Debug, Default)]
pub(crate) struct Large(HashSet<(&'static str, String)>);

impl Large {
    /// The first of `tried` did not go with the second.
    pub(super) fn note(&mut self, kind: TableKind, tried: &[Arc<ArchiveFile>]) {
        if self.0.len() >= COMPACTION_LARGE_KNOWN {
            self.0.clear();
        }
        let first = tried.first().map(|file| (kind.name(), file.path.clone()));
        self.0.extend(first);
    }

    pub(crate) fn has(&self, kind: TableKind, file: &ArchiveFile) -> bool {
        !self.0.is_empty() && self.0.contains(&(kind.name(), file.path.clone()))
    }
}
