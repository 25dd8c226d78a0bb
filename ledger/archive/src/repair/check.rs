//! What is wrong with an archive, by what its logs say and what lies there; no file is read for its rows.
//!
//! Enters: logs, a listing of each table's folder. Leaves: problems, each with its object and what to do. Never here: a change, or a table
//! made because it was not there.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use journal::Partition;
use object_store::ObjectMeta;
use object_store::path::Path;
use serde::Serialize;

use super::RepairError;
use crate::contents::Contents;
use crate::coverage::Name;
use crate::selection::choose;
use crate::table::Table;
use crate::tombstone::FOLDER as TOMBSTONES;
use crate::{Archive, TableError, TableKind};

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// A table with files has no log.
    LogMissing,
    /// An entry of a log is not there, and later ones are.
    LogGap,
    /// A log, or an entry of it, cannot be read.
    LogUnreadable,
    /// A file is listed and is not there.
    Missing,
    /// A file is not as long as the log says.
    Cut,
    /// A file that covers offsets which no listed file covers.
    Unlisted,
    /// An object that firn does not name so.
    Stranger,
    /// Offsets that no file covers.
    Hole,
    /// Files that cannot both be right.
    Disagreement,
    /// A file says that leaves of it went, and what says which is not there.
    TombstoneMissing,
}

impl ProblemKind {
    /// What helps.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::LogMissing | Self::LogGap | Self::LogUnreadable | Self::Unlisted => {
                "firn archive repair"
            }
            Self::Missing | Self::Cut | Self::Hole => "firn archive rebuild-from-journal",
            Self::Stranger => "move it away, something else wrote it",
            Self::Disagreement => "firn verify names what differs",
            Self::TombstoneMissing => "put it back from a copy",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The table.
    pub table: &'static str,
    /// Of what kind.
    pub kind: ProblemKind,
    /// The object, in the table's folder.
    pub path: String,
    /// What is wrong.
    pub what: String,
}

/// How an archive lies there.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Checked {
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Objects that logs list.
    pub listed: u64,
    /// Objects that were replaced and wait for vacuum.
    pub replaced: u64,
    /// Objects of commits that were cut off, which cover what other files cover: they do no harm.
    pub leftovers: u64,
}

/// One table's folder.
pub(super) struct Folder {
    pub(super) files: BTreeMap<String, ObjectMeta>,
    entries: BTreeMap<u64, Path>,
    checkpoints: BTreeSet<u64>,
    pub(super) has_log: bool,
    tombstones: BTreeSet<String>,
}

impl Archive {
    /// Looks at every table; changes nothing.
    pub async fn check(&self) -> Result<Checked, RepairError> {
        let mut checked = Checked::default();
        for kind in TableKind::ALL {
            let table = self.table(kind);
            let folder = Folder::of(table).await?;
            let problems = &mut checked.problems;
            let before = problems.len();
            folder.check_log(table, problems).await?;
            let listing = match table.listing().await {
                Ok(Some(contents)) => contents,
                Ok(None) => continue,
                Err(error) => {
                    if problems.len() == before {
                        problems.push(log_problem(
                            kind,
                            ProblemKind::LogUnreadable,
                            "_delta_log",
                            error.to_string(),
                        ));
                    }
                    continue;
                }
            };
            folder.compare(table, &listing, &mut checked).await?;
            stones(table, &listing, &mut checked.problems).await;
            if !kind.is_sealed() {
                coverage(kind, &listing, &mut checked.problems);
            }
        }
        Ok(checked)
    }
}

fn log_problem(kind: TableKind, of: ProblemKind, path: &str, what: String) -> Problem {
    Problem {
        table: kind.name(),
        kind: of,
        path: path.to_owned(),
        what,
    }
}

impl Folder {
    pub(super) async fn of(table: &Table) -> Result<Self, TableError> {
        let mut folder = Self {
            files: BTreeMap::new(),
            entries: BTreeMap::new(),
            checkpoints: BTreeSet::new(),
            has_log: false,
            tombstones: BTreeSet::new(),
        };
        for object in table.objects().await? {
            let path = object.location.to_string();
            if let Some(name) = path.strip_prefix("_delta_log/") {
                folder.has_log = true;
                let number = name.get(..20).and_then(|number| number.parse::<u64>().ok());
                match (number, name.get(20..)) {
                    (Some(version), Some(".json")) => {
                        folder.entries.insert(version, object.location);
                    }
                    (Some(version), Some(rest)) if rest.contains("checkpoint") => {
                        folder.checkpoints.insert(version);
                    }
                    _ => {}
                }
            } else if path.starts_with(TOMBSTONES) {
                folder.tombstones.insert(path);
            } else if !path.starts_with('_') {
                folder.files.insert(path, object);
            }
        }
        Ok(folder)
    }

    /// Entries follow one another from the newest checkpoint on, and each can be read.
    pub(super) async fn check_log(
        &self,
        table: &Table,
        problems: &mut Vec<Problem>,
    ) -> Result<(), RepairError> {
        let kind = table.kind;
        if !self.has_log {
            if !self.files.is_empty() {
                let what = format!("{} files and no log that lists them", self.files.len());
                problems.push(log_problem(
                    kind,
                    ProblemKind::LogMissing,
                    "_delta_log",
                    what,
                ));
            }
            return Ok(());
        }
        let from = self.checkpoints.last().map_or(0, |version| version + 1);
        let mut next = from;
        for (version, path) in self.entries.range(from..) {
            if *version > next {
                let what = format!("entries {next} to {} are missing", version - 1);
                problems.push(log_problem(kind, ProblemKind::LogGap, path.as_ref(), what));
            }
            next = version + 1;
            let bytes = table.object(path).await?;
            let lines = bytes
                .split(|byte| *byte == b'\n')
                .filter(|line| !line.is_empty());
            let mut read = lines.map(serde_json::from_slice::<serde::de::IgnoredAny>);
            let bad = read.find_map(Result::err);
            if bytes.is_empty() || bad.is_some() {
                let what = bad.map_or("it is empty".to_owned(), |error| error.to_string());
                problems.push(log_problem(
                    kind,
                    ProblemKind::LogUnreadable,
                    path.as_ref(),
                    what,
                ));
            }
        }
        if self.entries.is_empty() && self.checkpoints.is_empty() {
            let what = "it has neither entries nor checkpoints".to_owned();
            problems.push(log_problem(
                kind,
                ProblemKind::LogUnreadable,
                "_delta_log",
                what,
            ));
        }
        Ok(())
    }

    /// Holds what is listed against what is there.
    async fn compare(
        &self,
        table: &Table,
        contents: &Contents,
        checked: &mut Checked,
    ) -> Result<(), RepairError> {
        let kind = table.kind;
        let mut add = |of, path: &str, what: String| {
            checked.problems.push(log_problem(kind, of, path, what));
        };
        for (path, size) in listed(contents) {
            checked.listed += 1;
            match self.files.get(&path) {
                None => add(
                    ProblemKind::Missing,
                    &path,
                    "it is listed and is not there".to_owned(),
                ),
                Some(object) if object.size != size => {
                    let what = format!("it has {} bytes, its log says {size}", object.size);
                    add(ProblemKind::Cut, &path, what);
                }
                Some(_) => {}
            }
        }
        for path in contents.strangers() {
            add(
                ProblemKind::Stranger,
                path,
                "its log lists it, firn did not write it".to_owned(),
            );
        }
        let replaced: BTreeSet<String> = table
            .removed(i64::MIN..i64::MAX)
            .await?
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        for path in self.files.keys().filter(|path| !contents.has(path)) {
            if replaced.contains(path) {
                checked.replaced += 1;
            } else if kind.is_sealed() {
                checked.leftovers += 1;
            } else if let Some(name) = Name::parse(path) {
                match covered(contents, &name) {
                    true => checked.leftovers += 1,
                    false => add(
                        ProblemKind::Unlisted,
                        path,
                        "no log lists it, and no listed file covers its offsets; a recorder that is at work may be about to".to_owned(),
                    ),
                }
            } else {
                add(
                    ProblemKind::Stranger,
                    path,
                    "firn does not name files so".to_owned(),
                );
            }
        }
        Ok(())
    }
}

/// What says which leaves went must be there.
async fn stones(table: &Table, contents: &Contents, problems: &mut Vec<Problem>) {
    for file in contents.partitions().flat_map(|of| contents.files(of)) {
        let Some(erased) = file.claim().and_then(|claim| claim.erased) else {
            continue;
        };
        let stones = table.tombstones(file.partition, erased.tombstone).await;
        if let Err(error) = stones {
            let what = format!("{} leaves of it went, and {error}", erased.leaves);
            let kind = ProblemKind::TombstoneMissing;
            problems.push(log_problem(table.kind, kind, &file.path, what));
        }
    }
}

/// Places and sizes of all files a log lists.
fn listed(contents: &Contents) -> Vec<(String, u64)> {
    let size = |size: i64| u64::try_from(size).unwrap_or(0);
    let recorded = contents.partitions().flat_map(|of| contents.files(of));
    let recorded = recorded.map(|file| (file.path.clone(), size(file.size)));
    let sealed = contents.sealed().and_then(|files| files.chain().ok());
    let sealed = sealed.into_iter().flatten();
    let sealed = sealed.map(|file| (file.path().to_owned(), size(file.add.size)));
    recorded.chain(sealed).collect()
}

/// A listed file has the first offset of a file of this name.
pub(super) fn covered(contents: &Contents, name: &Name) -> bool {
    let files = contents.files(name.partition);
    files.iter().any(|file| file.offsets.contains(&name.first))
}

/// Offsets of a partition below its position that no file covers.
pub(super) fn holes(contents: &Contents, partition: Partition) -> Vec<Range<u64>> {
    let mut holes = Vec::new();
    let mut next = 0;
    for file in choose(contents.files(partition)).chosen {
        if file.offsets.start > next {
            holes.push(next..file.offsets.start);
        }
        next = file.offsets.end;
    }
    let position = contents.position(partition);
    if position > next {
        holes.push(next..position);
    }
    holes
}

/// Offsets without a file, and files that contradict each other.
fn coverage(kind: TableKind, contents: &Contents, problems: &mut Vec<Problem>) {
    for partition in contents.positions().keys().copied() {
        for found in choose(contents.files(partition)).disagreements {
            problems.push(log_problem(
                kind,
                ProblemKind::Disagreement,
                &found.path,
                found.what,
            ));
        }
        if kind != TableKind::Events {
            // Without rows there is nothing to write.
            continue;
        }
        for hole in holes(contents, partition) {
            let what = format!("no file covers offsets {} to {}", hole.start, hole.end - 1);
            problems.push(log_problem(
                kind,
                ProblemKind::Hole,
                &partition.to_string(),
                what,
            ));
        }
    }
}
