//! What a checkpoint proved and is still the same: not read again.
//!
//! Enters: a checkpoint, what the store says of objects now, what the tables' logs list now. Leaves: which files need no look, and whether
//! what was put in the place of others has the same leaves. Never here: a file that differs from then in its log entry, size or tag: it is
//! read like a new one.

use std::collections::HashMap;
use std::ops::Range;

use event::Digest;
use serde_json::json;

use super::checkpoint::{Checkpoint, FileMark, Leaves, Place};
use super::files::Sides;
use super::look::Checked;
use super::objects::Objects;
use super::report::{Finding, Findings, Verdict};
use super::tree::Tree;
use crate::TableKind;
use crate::contents::{ArchiveFile, Tags};
use crate::sealed::SealedFile;
use ::journal::{Offset, Partition};

/// Files of a checkpoint by table and path.
pub(super) type ByPath<'a> = HashMap<(&'a str, &'a str), &'a FileMark>;

/// Everything that is known.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) checkpoint: &'a Checkpoint,
    pub(super) objects: &'a Objects,
    pub(super) files: &'a ByPath<'a>,
}

impl<'a> Known<'a> {
    fn mark(&self, kind: TableKind, path: &str, listed: Digest) -> Option<&'a FileMark> {
        let mark = self.files.get(&(kind.name(), path))?;
        let same = mark.listed == listed && self.objects.get(kind, path) == Some(&mark.object);
        same.then_some(*mark)
    }

    /// The same object as then, with the same log entry.
    fn has(&self, kind: TableKind, file: &ArchiveFile) -> bool {
        self.mark(kind, &file.path, listed(file)).is_some()
    }

    /// Rows of a sealed file that were replaced then, if it is the same.
    pub(super) fn dead(&self, kind: TableKind, file: &SealedFile) -> Option<&'a str> {
        match &self.mark(kind, file.path(), sealed(file))?.place {
            Place::Steps { dead } => Some(dead),
            Place::Offsets { .. } => None,
        }
    }
}

/// What is known of one partition.
#[derive(Default)]
pub(super) struct Shore {
    /// Everything below this offset was proved.
    pub(super) end: u64,
    pub(super) tree: Tree,
    /// Files of `events` that are the same, by where they begin.
    same: HashMap<u64, Leaves>,
    /// Ranges that stand in other files now, with the digests of their leaves.
    moved: Vec<(Range<u64>, Leaves)>,
    /// Leaves found there again.
    found: Vec<(u64, Digest)>,
    /// Offsets of files that were read, whatever was found there.
    read: Vec<Range<u64>>,
}

impl Shore {
    pub(super) fn of(known: Option<Known<'_>>, partition: Partition, sides: &Sides<'_>) -> Self {
        let name = partition.to_string();
        let Some(known) = known else {
            return Self::default();
        };
        let marks = &known.checkpoint.partitions;
        let Some(mark) = marks.iter().find(|mark| mark.partition == name) else {
            return Self::default();
        };
        let others = changed(&known, &name, sides, mark.end);
        let mut shore = Self {
            end: mark.end,
            tree: mark.tree.clone(),
            ..Self::default()
        };
        let now: HashMap<&str, _> = sides
            .events
            .chosen
            .iter()
            .map(|file| (file.path.as_str(), file))
            .collect();
        for (file, range, leaves) in of_partition(&known, TableKind::Events, &name) {
            let Some(leaves) = leaves else { continue };
            let same = now
                .get(file.path.as_str())
                .filter(|now| known.has(TableKind::Events, now));
            let beside = others
                .iter()
                .any(|other| other.start < range.end && range.start < other.end);
            match same {
                Some(same) if !beside => {
                    shore.same.insert(same.offsets.start, leaves);
                }
                _ => shore.moved.push((range, leaves)),
            }
        }
        shore.moved.sort_by_key(|(range, _)| range.start);
        shore
    }

    /// The digest of a file's leaves, if it needs no look.
    pub(super) fn knows(&self, file: &ArchiveFile) -> Option<Leaves> {
        self.same.get(&file.offsets.start).copied()
    }

    /// Takes the leaves of a file that was read, of which those behind the shore are new.
    pub(super) fn take(&mut self, leaves: &[(u64, Digest)]) {
        let new = leaves.partition_point(|(offset, _)| *offset < self.end);
        let (old, new) = leaves.split_at(new);
        self.found.extend_from_slice(old);
        for (_, leaf) in new {
            self.tree.push(*leaf);
        }
    }

    /// Takes in that a file of these offsets could be read.
    pub(super) fn has_read(&mut self, range: Range<u64>) {
        self.read.push(range);
    }

    /// Says which ranges are no longer what they were.
    pub(super) fn close(&mut self, partition: Partition, findings: &mut Findings) {
        self.found.sort_unstable();
        for (range, want) in &self.moved {
            let from = self
                .found
                .partition_point(|(offset, _)| *offset < range.start);
            let end = self
                .found
                .partition_point(|(offset, _)| *offset < range.end);
            let found = self.found.get(from..end).unwrap_or_default();
            // That none is there is said where a file is missing, or cannot be read; not of one that can be read, and was emptied.
            let read = |file: &Range<u64>| file.start < range.end && range.start < file.end;
            let said = found.is_empty() && !self.read.iter().any(read);
            if said || summed(found) == *want {
                continue;
            }
            let verdict = match (found.len() as u64) < want.count {
                true => Verdict::Completeness,
                false => Verdict::Integrity,
            };
            let what = format!(
                "offsets {} to {} of {partition} hold other events than the checkpoint proved",
                range.start,
                range.end.saturating_sub(1)
            );
            findings.add(Finding {
                position: Some((partition, Offset(range.start)).into()),
                ..Finding::of(verdict, what)
            });
        }
    }
}

/// Offsets whose pages or quarantine stand in other files than then.
fn changed(known: &Known<'_>, partition: &str, sides: &Sides<'_>, end: u64) -> Vec<Range<u64>> {
    let mut changed = Vec::new();
    for (kind, selection) in [
        (TableKind::Pages, sides.pages),
        (TableKind::Quarantine, sides.quarantine),
    ] {
        let below = selection
            .chosen
            .iter()
            .filter(|file| file.offsets.start < end);
        let mut here = HashMap::new();
        for file in below {
            let same = known.has(kind, file);
            here.insert(file.path.as_str(), same);
            if !same {
                changed.push(file.offsets.clone());
            }
        }
        for (file, range, _) in of_partition(known, kind, partition) {
            if !here.contains_key(file.path.as_str()) {
                changed.push(range);
            }
        }
    }
    changed
}

fn of_partition<'a>(
    known: &'a Known<'_>,
    kind: TableKind,
    name: &'a str,
) -> impl Iterator<Item = (&'a FileMark, Range<u64>, Option<Leaves>)> {
    let files = known.checkpoint.files.iter();
    let files = files.filter(move |file| file.table == kind.name());
    files.filter_map(move |file| match &file.place {
        Place::Offsets {
            partition,
            first,
            end,
            leaves,
        } if partition == name => Some((file, *first..*end, *leaves)),
        Place::Offsets { .. } | Place::Steps { .. } => None,
    })
}

/// Offsets and hashes of a file's leaves, in order.
pub(super) fn leaves(file: &Checked) -> Vec<(u64, Digest)> {
    let events = file.events.iter();
    let events = events.map(|event| (event.position.offset.0, event.hash));
    let set_aside = file
        .quarantined
        .iter()
        .filter(|record| !record.is_dropped());
    let set_aside = set_aside.map(|record| (record.offset, record.sha256));
    let mut leaves: Vec<_> = events.chain(set_aside).collect();
    leaves.sort_unstable();
    leaves
}

/// How many, and one digest of them all.
pub(super) fn summed(leaves: &[(u64, Digest)]) -> Leaves {
    let mut bytes = Vec::with_capacity(leaves.len() * 40);
    for (offset, hash) in leaves {
        bytes.extend_from_slice(&offset.to_be_bytes());
        bytes.extend_from_slice(hash.as_bytes());
    }
    Leaves {
        count: leaves.len() as u64,
        digest: Digest::of(&bytes),
    }
}

/// What the log says of a file. A checkpoint of any release holds it, so it is written out field by field, and neither changes nor grows.
pub(super) fn listed(file: &ArchiveFile) -> Digest {
    let said = match &file.tags {
        Tags::Absent => json!(null),
        Tags::Claim(claim) => json!(claim.words()),
        Tags::Wrong(what) => json!(what),
    };
    of(&json!([
        file.path,
        file.offsets.start,
        file.offsets.end,
        file.generation,
        said,
        file.rows,
        file.size,
    ]))
}

/// What the log says of a sealed file, but for the rows that were replaced since. Written out for ever like that of [`listed`].
pub(super) fn sealed(file: &SealedFile) -> Digest {
    of(&json!([
        file.path(),
        file.claim.words(),
        file.held.rows,
        file.held.sessions,
        file.held.sessionless,
        file.add.stats,
        file.add.size,
    ]))
}

fn of(said: &serde_json::Value) -> Digest {
    Digest::of(said.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::coverage::Coverage;
    use crate::stats::Stats;

    /// A later release that digested it otherwise would read every file of every checkpoint again.
    #[test]
    fn what_the_log_says_has_the_digest_it_always_had() {
        let partition = Partition {
            topic: ::journal::Topic::Events,
            number: 3,
        };
        let claim = Coverage {
            partition,
            offsets: 7..19,
            generation: 2,
            leaves: Some(5..16),
            erased: None,
        };
        let file = ArchiveFile {
            path: "partition=events-3/7-19-2.parquet".to_owned(),
            partition,
            offsets: 7..19,
            generation: 2,
            tags: Tags::Claim(claim),
            rows: Some(11),
            stats: Arc::new(Stats::read(None)),
            size: 4096,
            latest_millis: 1,
        };
        assert_eq!(
            listed(&file).to_string(),
            "c186f4bc44342b3aae23cadbf56c59cfb1d295ca80c90f9750eb8a7bad38401b"
        );
    }
}
