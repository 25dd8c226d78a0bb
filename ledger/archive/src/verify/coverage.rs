//! What files say they cover, held against each other, the log, and what stands in them.
//!
//! Enters: files as listed and as read. Leaves: findings. Never here: an event's content.

use std::ops::Range;
use std::sync::Arc;

use journal::{Offset, Partition};

use super::report::{Finding, Findings, Verdict};
use crate::contents::{ArchiveFile, Tags};
use crate::coverage::Coverage;
use crate::selection::Selection;
use crate::snapshot::FileRows;
use crate::table::same_rows;
use crate::{Snapshot, SnapshotError, TableKind};

/// Leaves of a partition, counted along the walk.
pub(super) struct Counted {
    /// Before the next file; none after a file of format 1 that cannot be read.
    before: Option<u64>,
}

impl Counted {
    pub(super) const fn from_the_start() -> Self {
        Self { before: Some(0) }
    }

    /// A file that cannot be read counts as it is listed.
    pub(super) fn skip(&mut self, listed: &ArchiveFile) {
        self.before = listed.leaves().map(|leaves| leaves.end);
    }

    /// Holds the leaves of a file of `events`, of which `here` were found in its offsets, against its footer.
    pub(super) fn pass(
        &mut self,
        listed: &ArchiveFile,
        coverage: Option<&Coverage>,
        here: u64,
        findings: &mut Findings,
    ) {
        let claim = coverage.and_then(|coverage| coverage.leaves.clone());
        let Some(claim) = claim else {
            if coverage.is_some() {
                let what = format!("footer of {} does not count leaves", listed.path);
                findings.add(at(listed, Verdict::Integrity, what));
            }
            self.before = self.before.map(|before| before + here);
            return;
        };
        let words = [
            (self.before.unwrap_or(claim.start), claim.start, "before it"),
            (here, claim.end - claim.start, "in it"),
        ];
        for (found, claimed, place) in words {
            if found != claimed {
                let what = format!(
                    "file {} counts {claimed} leaves {place}, the archive has {found}",
                    listed.path
                );
                findings.add(at(listed, fewer(found, claimed), what));
            }
        }
        self.before = Some(claim.end);
    }
}

/// What is less than was said is missing; what is more was put there.
const fn fewer(found: u64, claimed: u64) -> Verdict {
    if found < claimed {
        Verdict::Completeness
    } else {
        Verdict::Integrity
    }
}

/// Holds what the log says of a file against the file's footer and rows.
pub(super) fn listing(listed: &ArchiveFile, file: &FileRows) -> Vec<Finding> {
    let rows = file.rows.num_rows() as u64;
    listing_of(listed, &file.range, file.coverage.as_ref(), rows)
}

/// The same of a file that covers `range`, as `coverage` says if anything does, and has so many rows.
pub(super) fn listing_of(
    listed: &ArchiveFile,
    range: &Range<u64>,
    coverage: Option<&Coverage>,
    rows: u64,
) -> Vec<Finding> {
    let path = &listed.path;
    let what = match (&listed.tags, coverage) {
        (Tags::Wrong(what), _) => {
            Some(format!("tags of {path} in the table log are wrong: {what}"))
        }
        (Tags::Claim(claim), Some(coverage)) if claim == coverage => None,
        (Tags::Claim(_), _) => Some(format!(
            "tags of {path} in the table log and its footer say different things"
        )),
        (Tags::Absent, _) if range.end > listed.offsets.end => Some(format!(
            "{path} covers offsets up to {}, and another file begins at {}",
            range.end.saturating_sub(1),
            listed.offsets.end
        )),
        (Tags::Absent, _) => None,
    };
    let tags = what.map(|what| at(listed, Verdict::Integrity, what));
    let counted = listed.rows.filter(|counted| *counted != rows);
    let counted = counted.map(|counted| {
        let what = format!("the table log counts {counted} rows in {path}, it has {rows}");
        at(listed, fewer(rows, counted), what)
    });
    tags.into_iter().chain(counted).collect()
}

/// Files that cannot both be right.
pub(super) fn disagreements(
    kind: TableKind,
    partition: Partition,
    selection: &Selection,
    findings: &mut Findings,
) {
    for found in &selection.disagreements {
        findings.add(Finding {
            position: Some((partition, Offset(found.first)).into()),
            ..Finding::of(
                Verdict::Integrity,
                format!(
                    "file {} of table {} is refused: {}",
                    found.path,
                    kind.name(),
                    found.what
                ),
            )
        });
    }
}

/// Files still listed beside what replaced them must have the same rows.
pub(super) async fn replaced(
    snapshot: &Snapshot,
    kind: TableKind,
    selection: &Selection,
    findings: &mut Findings,
) -> Result<(), SnapshotError> {
    for old in &selection.superseded {
        let Ok(piece) = snapshot.file(kind, old).await else {
            findings.note(format!(
                "file {} of table {} is listed and cannot be read; another file has its offsets",
                old.path,
                kind.name()
            ));
            continue;
        };
        let overlaps = |new: &&Arc<ArchiveFile>| {
            new.offsets.start < old.offsets.end && old.offsets.start < new.offsets.end
        };
        let mut found = Vec::new();
        for new in selection.chosen.iter().filter(overlaps) {
            // Said where it is read for itself.
            if let Ok(whole) = snapshot.file(kind, new).await {
                found.extend(super::files::rows_at(&whole.rows, &piece.range));
            }
        }
        let found = arrow::compute::concat_batches(&kind.schema(), &found);
        if !found.is_ok_and(|found| same_rows(&found, &piece.rows)) {
            let what = format!(
                "file {} of table {} has other rows than the one that replaces it",
                old.path,
                kind.name()
            );
            findings.add(at(old, Verdict::Integrity, what));
        }
    }
    Ok(())
}

/// Files a table lists that firn did not write.
pub(super) fn strangers(snapshot: &Snapshot, findings: &mut Findings) {
    for kind in [TableKind::Events, TableKind::Pages, TableKind::Quarantine] {
        for path in snapshot.strangers(kind) {
            let what = format!(
                "table {} lists {path}, which firn did not write",
                kind.name()
            );
            findings.add(Finding::of(Verdict::Integrity, what));
        }
    }
}

fn at(file: &ArchiveFile, verdict: Verdict, what: String) -> Finding {
    Finding {
        position: Some((file.partition, Offset(file.offsets.start)).into()),
        ..Finding::of(verdict, what)
    }
}
