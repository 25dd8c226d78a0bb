//! What went by retention: the chains go on across it, and nothing else is missing.
//!
//! Enters: a file that says leaves of it went, and its tombstones. Leaves: findings where they do not say what is missing, or say more;
//! numbers and segments for runs and parts. Never here: trust in a count: each is held against what stands around it.

use std::collections::BTreeSet;
use std::ops::Range;

use arrow::array::RecordBatch;

use super::parts::Parts;
use super::report::{Finding, Findings, Verdict};
use super::runs::Runs;
use crate::contents::ArchiveFile;
use crate::retention::offsets;
use crate::rows::Quarantined;
use crate::snapshot::FileRows;
use crate::tombstone::{Gap, Gone, Tombstone, roots_of};
use crate::{Snapshot, TableKind};
use ::journal::{Offset, Partition};

/// Everything that went of one file's offsets.
#[derive(Default)]
pub(super) struct Buried {
    gone: Vec<Gone>,
    place: Option<(Partition, u64)>,
}

impl Buried {
    /// What the tombstones of a file say, if its footer names some.
    pub(super) async fn of(
        snapshot: &Snapshot,
        listed: &ArchiveFile,
        file: &FileRows,
        findings: &mut Findings,
    ) -> Self {
        let place = Some((listed.partition, listed.offsets.start));
        let mut buried = Self {
            gone: Vec::new(),
            place,
        };
        let Some(erased) = file.coverage.as_ref().and_then(|claim| claim.erased) else {
            return buried;
        };
        let table = snapshot.archive().table(TableKind::Events);
        let read = table.tombstones(listed.partition, erased.tombstone).await;
        let tombstones = match read {
            Ok(tombstones) => tombstones,
            Err(error) => {
                let verdict = match error.is_missing() {
                    true => Verdict::Completeness,
                    false => Verdict::Integrity,
                };
                let what = format!(
                    "{} leaves of file {} went by retention, and what says which cannot be read: {error}",
                    erased.leaves, listed.path
                );
                findings.add(buried.finding(verdict, what));
                return buried;
            }
        };
        for tombstone in tombstones {
            buried.take(tombstone, &listed.offsets, findings);
        }
        let counted = buried.leaves();
        if counted != erased.leaves {
            let what = format!(
                "file {} says that {} of its leaves went by retention, its tombstones count {counted}",
                listed.path, erased.leaves
            );
            findings.add(buried.finding(Verdict::Integrity, what));
        }
        buried
    }

    fn take(&mut self, tombstone: Tombstone, file: &Range<u64>, findings: &mut Findings) {
        let Tombstone {
            first,
            end,
            gone: Some(gone),
            ..
        } = tombstone
        else {
            return;
        };
        let within = |gap: &Gap| gap.first >= first && gap.last < end && gap.first <= gap.last;
        let segments: u64 = gone.segments.iter().map(|segment| segment.count).sum();
        let gaps: u64 = gone.gaps.iter().map(|gap| gap.leaves).sum();
        let numbers = gone.runs.iter().flat_map(|run| &run.numbers);
        let numbers: u64 = numbers
            .map(|(from, to)| to.saturating_sub(*from).saturating_add(1))
            .sum();
        let sound = first >= file.start
            && end <= file.end
            && gone.gaps.iter().all(within)
            && gone
                .gaps
                .iter()
                .all(|gap| gap.roots.len() as u64 == roots_of(gap.leaf, gap.leaves))
            && [segments, gaps, numbers]
                .iter()
                .all(|count| *count == gone.leaves);
        if !sound {
            let what = format!(
                "tombstone for offsets {first} to {} contradicts itself: it counts {} leaves, {segments} in parts, {numbers} in runs, {gaps} in gaps",
                end.saturating_sub(1),
                gone.leaves
            );
            findings.add(self.finding(Verdict::Integrity, what));
        }
        let rules: Vec<&str> = gone.rules.iter().map(|rule| rule.rule.as_str()).collect();
        findings.note(format!(
            "{} events among offsets {first} to {} went by retention: {}, applied by {}",
            gone.leaves,
            end.saturating_sub(1),
            rules.join("; "),
            gone.by
        ));
        self.gone.push(gone);
    }

    /// How many leaves went.
    pub(super) fn leaves(&self) -> u64 {
        self.gone.iter().map(|gone| gone.leaves).sum()
    }

    fn gaps(&self) -> Vec<&Gap> {
        let mut gaps: Vec<&Gap> = self.gone.iter().flat_map(|gone| &gone.gaps).collect();
        gaps.sort_by_key(|gap| gap.first);
        gaps
    }

    /// Offsets of what went; between them nothing stood.
    pub(super) fn offsets(&self, file: &Range<u64>) -> impl Iterator<Item = u64> + '_ {
        let file = file.clone();
        let gaps = self.gone.iter().flat_map(|gone| &gone.gaps);
        gaps.flat_map(move |gap| {
            gap.first.max(file.start)..gap.last.saturating_add(1).min(file.end)
        })
    }

    /// Holds gaps against the leaves that stay and their numbers, and against the page bodies that are there.
    pub(super) fn check(
        &self,
        file: &FileRows,
        quarantined: &[Quarantined],
        pages: &RecordBatch,
        findings: &mut Findings,
    ) {
        let gaps = self.gaps();
        if gaps.is_empty() {
            return;
        }
        let set_aside = quarantined.iter().filter(|record| !record.is_dropped());
        let set_aside = set_aside.map(|record| record.offset);
        let kept: BTreeSet<u64> = offsets(&file.rows).chain(set_aside).collect();
        let claimed = file
            .coverage
            .as_ref()
            .and_then(|claim| claim.leaves.as_ref());
        let mut next = claimed.map(|leaves| leaves.start);
        let mut from = 0;
        for gap in &gaps {
            let here = kept.range(from.min(gap.first)..gap.first).count() as u64;
            next = next.map(|next| next.saturating_add(here));
            let what = if gap.first < from {
                "two tombstones speak of the same offsets"
            } else if kept.range(gap.first..=gap.last).next().is_some() {
                "a tombstone says that a record went which is there"
            } else if next.is_some_and(|next| next != gap.leaf) {
                "a tombstone counts other leaves before what went than the archive has"
            } else {
                ""
            };
            if !what.is_empty() {
                let what = format!("{what}: offsets {} to {}", gap.first, gap.last);
                findings.add(self.finding(Verdict::Integrity, what));
            }
            next = next.map(|next| next.saturating_add(gap.leaves));
            from = gap.last.saturating_add(1);
        }
        let went = |offset: u64| {
            let after = gaps.partition_point(|gap| gap.first <= offset);
            let gap = after.checked_sub(1).and_then(|at| gaps.get(at));
            gap.is_some_and(|gap| offset <= gap.last)
        };
        let bodies = offsets(pages).filter(|offset| went(*offset)).count();
        if bodies > 0 {
            findings.note(format!(
                "{bodies} page bodies of events that went are still there; `firn retention apply` drops them"
            ));
        }
    }

    /// Lets numbers and chains go on across what went.
    pub(super) fn accept(&self, runs: &mut Runs, parts: &mut Parts, findings: &mut Findings) {
        let Some((partition, _)) = self.place else {
            return;
        };
        for gone in &self.gone {
            for run in &gone.runs {
                for (from, to) in &run.numbers {
                    if !runs.accept_gone(run.run, *from..=*to) {
                        let what = format!(
                            "a tombstone says that numbers {from} to {to} of run {} went, of which some are there",
                            run.run
                        );
                        findings.add(self.finding(Verdict::Integrity, what));
                    }
                }
            }
            for segment in &gone.segments {
                parts.accept_gone(partition, segment, findings);
            }
        }
    }

    fn finding(&self, verdict: Verdict, what: String) -> Finding {
        let place = self.place;
        Finding {
            position: place.map(|(partition, offset)| (partition, Offset(offset)).into()),
            ..Finding::of(verdict, what)
        }
    }
}
