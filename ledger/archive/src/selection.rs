//! Which files of a partition are read, where some cover the same offsets.
//!
//! Enters: files as the log lists them. Leaves: files that cover each offset once, those they replace, and pairs that cannot
//! both be right. Never here: a choice between two that disagree.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::contents::ArchiveFile;

/// Files of one partition, chosen by what they cover.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// Disjoint, in order of their offsets.
    pub(crate) chosen: Vec<Arc<ArchiveFile>>,
    /// Covered whole by chosen files of a higher generation.
    pub(crate) superseded: Vec<Arc<ArchiveFile>>,
    /// What cannot be: these files are in neither list or contradict what replaces them.
    pub(crate) disagreements: Vec<Disagreement>,
}

/// A file that contradicts others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The file.
    pub path: String,
    /// The offset it begins at.
    pub first: u64,
    /// What is wrong.
    pub what: String,
}

/// Chooses among `files` of one partition: the highest generation that covers an offset has it.
pub(crate) fn choose(mut files: Vec<Arc<ArchiveFile>>) -> Selection {
    files.sort_by_key(|file| (std::cmp::Reverse(file.generation), file.offsets.start));
    let mut chosen: BTreeMap<u64, Arc<ArchiveFile>> = BTreeMap::new();
    let mut selection = Selection::default();
    for file in files {
        let over: Vec<Arc<ArchiveFile>> = overlapping(&chosen, &file.offsets).cloned().collect();
        if over.is_empty() {
            chosen.insert(file.offsets.start, file);
            continue;
        }
        let contradiction = contradiction(&file, &over);
        let replaced = contradiction.is_none() || covered(&file, &over);
        selection
            .disagreements
            .extend(contradiction.map(|what| Disagreement {
                path: file.path.clone(),
                first: file.offsets.start,
                what,
            }));
        if replaced {
            selection.superseded.push(file);
        }
    }
    selection.chosen = chosen.into_values().collect();
    selection
}

/// Those of `chosen`, which are disjoint, that share offsets with `range`.
fn overlapping<'a>(
    chosen: &'a BTreeMap<u64, Arc<ArchiveFile>>,
    range: &Range<u64>,
) -> impl Iterator<Item = &'a Arc<ArchiveFile>> {
    let start = range.start;
    let before = chosen.range(..start).next_back().map(|(_, file)| file);
    let before = before.filter(move |file| file.offsets.end > start);
    let within = chosen.range(range.clone()).map(|(_, file)| file);
    before.into_iter().chain(within)
}

/// Files of higher generations have all its offsets.
fn covered(file: &ArchiveFile, over: &[Arc<ArchiveFile>]) -> bool {
    let shared = |other: &Arc<ArchiveFile>| {
        let end = other.offsets.end.min(file.offsets.end);
        end.saturating_sub(other.offsets.start.max(file.offsets.start))
    };
    let length = file.offsets.end - file.offsets.start;
    over.iter().all(|other| other.generation > file.generation)
        && over.iter().map(shared).sum::<u64>() == length
}

fn contradiction(file: &ArchiveFile, over: &[Arc<ArchiveFile>]) -> Option<String> {
    let other = over.first()?;
    if !covered(file, over) {
        return Some(format!(
            "it covers offsets {} to {}, of which {} has some, and neither replaces the other",
            file.offsets.start,
            file.offsets.end.saturating_sub(1),
            other.path
        ));
    }
    over.iter()
        .find(|other| !leaves_agree(file, other))
        .map(|other| {
            format!(
                "it counts other leaves than {}, which replaces it",
                other.path
            )
        })
}

/// Where both count leaves, equal offsets have equal numbers.
fn leaves_agree(piece: &ArchiveFile, whole: &ArchiveFile) -> bool {
    let (Some(mine), Some(theirs)) = (piece.leaves(), whole.leaves()) else {
        return true;
    };
    let start = piece.offsets.start.cmp(&whole.offsets.start) == mine.start.cmp(&theirs.start);
    let end = piece.offsets.end.cmp(&whole.offsets.end) == mine.end.cmp(&theirs.end);
    // A piece inside may have no leaf before it, or none after it: then the numbers are equal though the offsets are not.
    let start = start || (mine.start == theirs.start && piece.offsets.start > whole.offsets.start);
    let end = end || (mine.end == theirs.end && piece.offsets.end < whole.offsets.end);
    start && end
}

#[cfg(test)]
mod tests {
    use journal::{Partition, Topic};

    use super::super::contents::Tags;
    use super::super::coverage::Coverage;
    use super::*;

    fn file(offsets: Range<u64>, generation: u32, leaves: Option<Range<u64>>) -> Arc<ArchiveFile> {
        let coverage = Coverage {
            partition: Partition {
                topic: Topic::Events,
                number: 0,
            },
            offsets: offsets.clone(),
            generation,
            leaves,
            erased: None,
        };
        Arc::new(ArchiveFile {
            path: coverage.path().to_string(),
            partition: coverage.partition,
            offsets,
            generation,
            tags: Tags::Claim(coverage),
            stats: Arc::default(),
            rows: None,
            size: 0,
            latest_millis: 0,
        })
    }

    /// Offsets and generations: in the log, then chosen, superseded, and how many disagree.
    type Case<'a> = (&'a [(u64, u64, u32)], &'a [(u64, u64, u32)], usize, usize);

    #[test]
    fn each_offset_is_read_once() {
        let cases: [Case<'_>; 8] = [
            (&[(0, 4, 0), (4, 9, 0)], &[(0, 4, 0), (4, 9, 0)], 0, 0),
            // A compaction beside what it replaces, in every stage of its pieces' removal.
            (&[(0, 4, 0), (4, 9, 0), (0, 9, 1)], &[(0, 9, 1)], 2, 0),
            (
                &[(4, 9, 0), (0, 9, 1), (9, 12, 0)],
                &[(0, 9, 1), (9, 12, 0)],
                1,
                0,
            ),
            // Two compactions, one over the other.
            (
                &[(0, 4, 0), (0, 9, 1), (0, 12, 2), (9, 12, 0)],
                &[(0, 12, 2)],
                3,
                0,
            ),
            // A file split in two.
            (
                &[(0, 9, 0), (0, 4, 1), (4, 9, 1)],
                &[(0, 4, 1), (4, 9, 1)],
                1,
                0,
            ),
            // Neither has all of the other.
            (&[(0, 6, 0), (4, 9, 1)], &[(4, 9, 1)], 0, 1),
            (&[(0, 6, 0), (0, 9, 0)], &[(0, 6, 0)], 0, 1),
            (&[(0, 9, 1), (0, 4, 1)], &[(0, 9, 1)], 0, 1),
        ];
        for (listed, chosen, superseded, disagreements) in cases {
            let files = listed
                .iter()
                .map(|(first, end, generation)| file(*first..*end, *generation, None));
            let selection = choose(files.collect());
            let found: Vec<_> = selection
                .chosen
                .iter()
                .map(|file| (file.offsets.start, file.offsets.end, file.generation))
                .collect();
            assert_eq!(found, chosen, "{listed:?}");
            assert_eq!(selection.superseded.len(), superseded, "{listed:?}");
            assert_eq!(selection.disagreements.len(), disagreements, "{listed:?}");
        }
    }

    #[test]
    fn a_compaction_that_counts_other_leaves_than_its_pieces_is_named() {
        let pieces = [file(0..4, 0, Some(0..3)), file(4..9, 0, Some(3..8))];
        for (leaves, disagreements) in [(0..8, 0), (0..7, 1), (1..8, 1), (0..9, 1)] {
            let mut files = pieces.to_vec();
            files.push(file(0..9, 1, Some(leaves.clone())));
            let selection = choose(files);
            assert_eq!(selection.disagreements.len(), disagreements, "{leaves:?}");
            assert_eq!(selection.chosen.len(), 1);
        }
        // An empty piece inside.
        let files = vec![file(2..5, 0, Some(0..0)), file(0..9, 1, Some(0..8))];
        assert_eq!(choose(files).disagreements, []);
    }
}
