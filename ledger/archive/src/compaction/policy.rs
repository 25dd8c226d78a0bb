//! Which files become one.
//!
//! Enters: the files of one partition in order: bytes, rows, generation. Leaves: runs of them. Never here: I/O, a clock, or a choice that
//! depends on anything but the files, so that two that look at once choose the same.
//!
//! Files are small until they are half of what is aimed at. Neighbours of one generation that are small become one as soon as they
//! are enough together; one that is still small then waits among its own kind. So a byte is written again once in the usual case, and
//! what is written again more often are files so small that most of them was footer: the test draws histories and holds all that
//! compaction writes to 1.3 times what was written to begin with.

use std::ops::Range;

use crate::limits::{COMPACTED_BYTES, COMPACTED_ROWS, COMPACTION_LEFTOVERS, COMPACTION_PIECES};

/// A file as the policy sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) bytes: u64,
    pub(super) rows: u64,
    pub(super) generation: u32,
}

impl Piece {
    const fn is_small(self) -> bool {
        self.bytes < COMPACTED_BYTES / 2 && self.rows < COMPACTED_ROWS / 2
    }
}

/// Runs of neighbours that are each to become one file.
pub(super) fn due(files: &[Piece]) -> Vec<Range<usize>> {
    let mut due = Vec::new();
    let mut at = 0;
    while let Some(first) = files.get(at) {
        let alike = |file: &&Piece| file.is_small() && file.generation == first.generation;
        let length = files.iter().skip(at).take_while(alike).count();
        if length == 0 {
            at += 1;
            continue;
        }
        let run = at..at + length;
        // What comes after it was compacted before: nothing will be added to this run any more.
        let closed = files.get(run.end).is_some_and(|next| {
            !next.is_small() && next.generation >= first.generation
                || next.generation > first.generation
        });
        due.extend(cut(files, run.clone(), closed));
        at = run.end;
    }
    due
}

/// Parts of a run that are enough together; what is left of a closed one, if it is worth it.
fn cut(files: &[Piece], run: Range<usize>, closed: bool) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut begins = run.start;
    let (mut bytes, mut rows) = (0, 0);
    for (at, file) in files.iter().enumerate().take(run.end).skip(run.start) {
        bytes += file.bytes;
        rows += file.rows;
        let pieces = at + 1 - begins;
        if bytes >= COMPACTED_BYTES || rows >= COMPACTED_ROWS || pieces >= COMPACTION_PIECES {
            parts.push(begins..at + 1);
            begins = at + 1;
            (bytes, rows) = (0, 0);
        }
    }
    if closed && run.end - begins >= COMPACTION_LEFTOVERS {
        parts.push(begins..run.end);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a file of no rows takes.
    const FOOTER: u64 = 30_000;
    const EVENT: u64 = 160;

    fn file(rows: u64, generation: u32) -> Piece {
        Piece {
            bytes: FOOTER + rows * EVENT,
            rows,
            generation,
        }
    }

    /// Replaces what is due until nothing is; bytes written.
    fn compacted(files: &mut Vec<Piece>) -> u64 {
        let mut written = 0;
        loop {
            let Some(run) = due(files).pop() else {
                return written;
            };
            assert!(run.len() > 1, "{run:?}");
            let pieces = &files[run.clone()];
            let rows = pieces.iter().map(|piece| piece.rows).sum();
            let whole = file(rows, pieces[0].generation + 1);
            written += whole.bytes;
            files.splice(run, [whole]);
        }
    }

    #[test]
    fn a_day_of_quiet_is_few_files() {
        // 200 events every 5 seconds.
        let mut files = Vec::new();
        let (mut written, mut again, mut most) = (0, 0, 0);
        for _ in 0..17_280 {
            files.push(file(200, 0));
            written += file(200, 0).bytes;
            again += compacted(&mut files);
            most = most.max(files.len());
        }
        assert!(most < 400, "{most}");
        assert!(files.len() < 340, "{}", files.len());
        assert!(again * 10 < written * 13, "{again} of {written}");
    }

    #[test]
    fn nothing_is_due_of_what_is_whole_or_alone() {
        let whole = file(COMPACTED_ROWS, 0);
        assert!(due(&[]).is_empty());
        assert!(due(&[whole; 50]).is_empty());
        assert!(due(&[whole, file(1, 0), whole]).is_empty());
        assert!(due(&[file(1, 0); 20]).is_empty(), "they may become more");
        let closed = [[file(1, 0); 20].as_slice(), &[whole]].concat();
        assert_eq!(due(&closed), vec![0..20]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn little_is_written_again_and_few_files_stay(
            sizes in proptest::collection::vec((1_u64..40, prop_oneof![1_u64..300, 1_u64..5_000, 1_u64..60_000]), 1..60),
        ) {
            let mut files = Vec::new();
            let (mut written, mut again, mut rows) = (0, 0, 0);
            for (times, size) in sizes {
                for _ in 0..times * 8 {
                    files.push(file(size, 0));
                    written += file(size, 0).bytes;
                    rows += size;
                    again += compacted(&mut files);
                }
            }
            prop_assert_eq!(files.iter().map(|file| file.rows).sum::<u64>(), rows);
            prop_assert!(again * 10 <= written * 13, "{} of {}", again, written);
            let whole = rows * EVENT / (COMPACTED_BYTES / 2) + rows / (COMPACTED_ROWS / 2);
            let bound = 3 * whole as usize + 3 * COMPACTION_PIECES + 60 * COMPACTION_LEFTOVERS;
            prop_assert!(files.len() <= bound, "{} of {}", files.len(), bound);
            prop_assert!(due(&files).is_empty());
        }
    }
}
