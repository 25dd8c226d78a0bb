//! Logs that list what is there.
//!
//! Enters: tables whose log is missing, cut or torn; files that nothing lists. Leaves: a first entry made of the files, or one more entry
//! a file. Never here: a file listed that is half written or contradicts others, and one of a commit that may be under way beyond a hole.

use std::collections::BTreeMap;

use deltalake::kernel::Add;
use event::TimeNs;
use journal::Partition;
use object_store::path::Path;
use serde::Serialize;

use super::RepairError;
use super::check::{Folder, Problem, covered};
use crate::contents::{Contents, Found};
use crate::coverage::Name;
use crate::selection::choose;
use crate::table::Table;
use crate::{Archive, NANOS_PER_MILLI, TableError, TableKind};

/// What becomes of a table's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Log {
    /// It can be read.
    Sound,
    /// It was made again of the files.
    MadeAgain,
    /// It goes, and what it listed is folded again from the events.
    FoldedAgain,
}

/// What was done to one table, or would be.
#[derive(Clone, Debug, Serialize)]
pub struct Relisted {
    /// The table.
    pub table: &'static str,
    /// Its log.
    pub log: Log,
    /// Objects of the old log that were moved beside.
    pub moved: u64,
    /// Files that are listed now and were not.
    pub listed: Vec<String>,
    /// Files whose offsets others of a higher generation have: not listed.
    pub replaced: u64,
    /// Files that are not listed, and why.
    pub left: Vec<(String, String)>,
}

impl Relisted {
    /// Nothing was to be done.
    pub const fn is_nothing(&self) -> bool {
        matches!(self.log, Log::Sound) && self.listed.is_empty()
    }
}

/// Files as they say themselves.
#[derive(Default)]
struct Said {
    adds: BTreeMap<String, Add>,
    contents: Contents,
    left: Vec<(String, String)>,
}

impl Archive {
    /// Makes logs list what is there; with `dry_run`, says what that would be. `at` is when. No role may run meanwhile.
    pub async fn relist(&self, dry_run: bool, at: TimeNs) -> Result<Vec<Relisted>, RepairError> {
        let at = at.0.div_euclid(NANOS_PER_MILLI);
        let mut done = Vec::new();
        for kind in TableKind::ALL {
            let table = self.table(kind);
            let folder = Folder::of(table).await?;
            if !folder.has_log && folder.files.is_empty() {
                continue;
            }
            let mut problems: Vec<Problem> = Vec::new();
            folder.check_log(table, &mut problems).await?;
            let listing = table.listing().await;
            let sound = match (problems.is_empty(), listing) {
                (true, Ok(Some(contents))) => Some(contents),
                _ => None,
            };
            done.push(match (sound, kind.is_sealed()) {
                (Some(_), true) => nothing(kind),
                (Some(contents), false) => add_unlisted(table, &folder, &contents, dry_run).await?,
                (None, true) => {
                    let moved = match dry_run {
                        true => 0,
                        false => table.set_log_aside(at).await?,
                    };
                    Relisted {
                        log: Log::FoldedAgain,
                        moved,
                        ..nothing(kind)
                    }
                }
                (None, false) => make_again(table, &folder, dry_run, at).await?,
            });
        }
        Ok(done)
    }
}

const fn nothing(kind: TableKind) -> Relisted {
    Relisted {
        table: kind.name(),
        log: Log::Sound,
        moved: 0,
        listed: Vec::new(),
        replaced: 0,
        left: Vec::new(),
    }
}

/// The first entry anew, of all files that say what they cover.
async fn make_again(
    table: &Table,
    folder: &Folder,
    dry_run: bool,
    at: i64,
) -> Result<Relisted, RepairError> {
    let mut said = Said {
        contents: Contents::of(table.kind),
        ..Said::default()
    };
    let mut positions: BTreeMap<Partition, u64> = BTreeMap::new();
    for path in folder.files.keys() {
        if let Some(found) = said.read(table, path).await? {
            let position = positions.entry(found.partition).or_default();
            *position = found.end.max(*position);
            said.contents.list(&found.add);
            said.adds.insert(path.clone(), found.add);
        }
    }
    for (partition, position) in &positions {
        said.contents.move_to(*partition, *position);
    }
    let (mut adds, mut replaced) = (Vec::new(), Vec::new());
    for partition in positions.keys() {
        let selection = choose(said.contents.files(*partition));
        for file in &selection.chosen {
            adds.extend(said.adds.remove(&file.path));
        }
        let old = selection.superseded.iter();
        replaced.extend(old.map(|file| (file.path.clone(), file.size)));
        let apart = selection.disagreements.into_iter();
        said.left
            .extend(apart.map(|found| (found.path, found.what)));
    }
    let mut relisted = Relisted {
        log: Log::MadeAgain,
        listed: adds.iter().map(|add| add.path.clone()).collect(),
        replaced: replaced.len() as u64,
        left: said.left,
        ..nothing(table.kind)
    };
    if !dry_run {
        relisted.moved = table.set_log_aside(at).await?;
        table.relist(adds, replaced, &positions, at).await?;
    }
    Ok(relisted)
}

/// Files that a sound log does not list, where nothing covers their offsets.
async fn add_unlisted(
    table: &Table,
    folder: &Folder,
    contents: &Contents,
    dry_run: bool,
) -> Result<Relisted, RepairError> {
    let mut said = Said::default();
    let mut relisted = nothing(table.kind);
    // In order: each may end where the next begins.
    let mut positions: BTreeMap<Partition, u64> = contents.positions().clone();
    for path in folder.files.keys().filter(|path| !contents.has(path)) {
        let Some(name) = Name::parse(path) else {
            continue;
        };
        if covered(contents, &name) {
            continue;
        }
        let position = positions.entry(name.partition).or_default();
        if name.first > *position {
            let what = format!(
                "offsets {position} to {} before it are not there",
                name.first - 1
            );
            said.left.push((path.clone(), what));
            continue;
        }
        let Some(found) = said.read(table, path).await? else {
            continue;
        };
        let end = found.end;
        if !dry_run && !table.list_found(&found).await? {
            let what = "it shares offsets with a file that is listed".to_owned();
            said.left.push((path.clone(), what));
            continue;
        }
        *position = end.max(*position);
        relisted.listed.push(path.clone());
    }
    relisted.left = said.left;
    Ok(relisted)
}

impl Said {
    /// What a file says; none if it says nothing that can be believed, which is noted.
    async fn read(&mut self, table: &Table, path: &str) -> Result<Option<Found>, RepairError> {
        let Some(name) = Name::parse(path) else {
            let what = "firn does not name files so".to_owned();
            self.left.push((path.to_owned(), what));
            return Ok(None);
        };
        match table.found(&Path::from(path), &name).await {
            Ok(found) => Ok(Some(found)),
            Err(TableError::File(error)) => {
                self.left.push((path.to_owned(), error.to_string()));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}
