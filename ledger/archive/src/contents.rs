//! What a table's log lists, as of one version: files, positions, and how far leaves are counted.
//!
//! Enters: log entries, one after another. Leaves: the files of a partition with what each says it covers.
//! Never here: I/O, or a cost that grows with what was listed before when one entry is taken in.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::coverage::{Coverage, Name, folder};
use super::rows::parse_partition;
use super::sealed::SealedFiles;
use super::stats::Stats;
use super::table::TableKind;
use deltalake::kernel::{Action, Add};
use journal::Partition;

/// A file the log lists.
#[derive(Clone, Debug)]
pub struct ArchiveFile {
    /// Its place in the table's folder.
    pub(crate) path: String,
    /// The partition.
    pub partition: Partition,
    /// Offsets it covers: as it says, or for files of format 1, whose log entries do not say it, up to the next file.
    pub offsets: Range<u64>,
    /// 0 as recorded; a compacted file is one above the highest it replaces.
    pub generation: u32,
    pub(crate) tags: Tags,
    /// Rows, by the log's statistics.
    pub rows: Option<u64>,
    pub(crate) stats: Arc<Stats>,
    pub(crate) size: i64,
    /// The latest event's time, milliseconds since 1970 UTC.
    pub(crate) latest_millis: i64,
}

impl ArchiveFile {
    /// Numbers of its leaves, as the log has them.
    pub(crate) fn leaves(&self) -> Option<Range<u64>> {
        self.claim()?.leaves.clone()
    }

    /// What its log entry claims.
    pub(crate) const fn claim(&self) -> Option<&Coverage> {
        match &self.tags {
            Tags::Claim(claim) => Some(claim),
            Tags::Absent | Tags::Wrong(_) => None,
        }
    }

    /// Its name, which was one when it was listed.
    pub(crate) fn name(&self) -> Name {
        Name {
            partition: self.partition,
            first: self.offsets.start,
            end: (self.generation > 0).then_some(self.offsets.end),
            generation: self.generation,
        }
    }
}

/// An object that says it is a file of a table, and that its log may not list.
pub(crate) struct Found {
    /// How a log would list it.
    pub(crate) add: Add,
    pub(crate) partition: Partition,
    /// Where its offsets end, as its footer says.
    pub(crate) end: u64,
}

/// What a log entry's tags say of coverage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tags {
    /// Nothing: a recorder of format 1 registered the file.
    Absent,
    Claim(Coverage),
    /// They contradict themselves or the file's name.
    Wrong(String),
}

/// A listed file before its end is known.
#[derive(Clone, Debug)]
struct Entry {
    name: Name,
    tags: Tags,
    stats: Arc<Stats>,
    size: i64,
    latest_millis: i64,
}

impl Entry {
    fn of(name: Name, add: &Add) -> Self {
        let tags = add.tags.as_ref();
        let claim = Coverage::read(|key| tags?.get(key)?.clone());
        let tags = match claim {
            Ok(None) => Tags::Absent,
            Ok(Some(claim)) => match name.contradiction(&claim) {
                None => Tags::Claim(claim),
                Some(what) => Tags::Wrong(format!("they name {what}")),
            },
            Err(what) => Tags::Wrong(what),
        };
        Self {
            name,
            tags,
            stats: Arc::new(Stats::read(add.stats.as_deref())),
            size: add.size,
            latest_millis: add.modification_time,
        }
    }

    fn end(&self) -> Option<u64> {
        match &self.tags {
            Tags::Claim(claim) => Some(claim.offsets.end),
            Tags::Absent | Tags::Wrong(_) => self.name.end,
        }
    }
}

/// Up to `offset` the partition has `leaves` leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) offset: u64,
    pub(crate) leaves: u64,
}

/// Under which a log says how many holds there are, as it says under partitions how far they are archived.
pub(crate) const HOLDS: &str = "firn.holds";

/// A table's log, read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contents {
    /// By partition and path, so in order of first offsets. Shared with the snapshots that are held: an entry taken in while there are some
    /// copies the paths of one partition, and no entry.
    files: BTreeMap<Partition, Arc<BTreeMap<String, Arc<Entry>>>>,
    /// Listed files that no release of firn names so.
    strangers: BTreeMap<String, ()>,
    positions: BTreeMap<Partition, u64>,
    marks: BTreeMap<Partition, Mark>,
    holds: u64,
    /// Of a sealed table: its name and its files.
    sealed: Option<(&'static str, SealedFiles)>,
}

impl Contents {
    /// Of a table of this kind, before anything of its log is read.
    pub(crate) fn of(kind: TableKind) -> Self {
        let sealed = kind
            .is_sealed()
            .then(|| (kind.name(), SealedFiles::default()));
        Self {
            sealed,
            ..Self::default()
        }
    }

    /// The files of a sealed table.
    pub(crate) fn sealed(&self) -> Option<&SealedFiles> {
        self.sealed.as_ref().map(|(_, files)| files)
    }

    /// Takes in what one log entry says, or one action of a checkpoint.
    pub(crate) fn apply(&mut self, actions: &[Action]) {
        for action in actions {
            match action {
                Action::Add(add) => self.list(add),
                Action::Remove(remove) => self.unlist(&remove.path),
                Action::Txn(txn) if txn.app_id == HOLDS => {
                    self.note_holds(u64::try_from(txn.version).unwrap_or(0));
                }
                Action::Txn(txn) => {
                    let partition = parse_partition(&txn.app_id);
                    let moved = partition.zip(u64::try_from(txn.version).ok());
                    self.positions.extend(moved);
                }
                Action::Metadata(_)
                | Action::Protocol(_)
                | Action::Cdc(_)
                | Action::DomainMetadata(_)
                | Action::CommitInfo(_) => {}
            }
        }
    }

    pub(crate) fn list(&mut self, add: &Add) {
        if let Some((table, files)) = &mut self.sealed {
            files.list(table, add);
            return;
        }
        let Some(name) = Name::parse(&add.path) else {
            self.strangers.insert(add.path.clone(), ());
            return;
        };
        let entry = Entry::of(name, add);
        let partition = entry.name.partition;
        if let Tags::Claim(Coverage {
            offsets,
            leaves: Some(leaves),
            ..
        }) = &entry.tags
        {
            let mark = self.marks.entry(partition).or_default();
            if offsets.end >= mark.offset {
                *mark = Mark {
                    offset: offsets.end,
                    leaves: leaves.end,
                };
            }
        }
        let files = Arc::make_mut(self.files.entry(partition).or_default());
        files.insert(add.path.clone(), Arc::new(entry));
    }

    fn unlist(&mut self, path: &str) {
        if let Some((_, files)) = &mut self.sealed {
            files.unlist(path);
            return;
        }
        self.strangers.remove(path);
        if let Some(name) = Name::parse(path)
            && let Some(files) = self.files.get_mut(&name.partition)
            && files.contains_key(path)
        {
            Arc::make_mut(files).remove(path);
        }
    }

    pub(crate) fn move_to(&mut self, partition: Partition, position: u64) {
        self.positions.insert(partition, position);
    }

    pub(crate) fn note_holds(&mut self, holds: u64) {
        self.holds = holds.max(self.holds);
    }

    /// How many holds there are, at least.
    pub(crate) const fn holds(&self) -> u64 {
        self.holds
    }

    pub(crate) const fn positions(&self) -> &BTreeMap<Partition, u64> {
        &self.positions
    }

    pub(crate) fn position(&self, partition: Partition) -> u64 {
        self.positions.get(&partition).copied().unwrap_or(0)
    }

    /// Partitions with files.
    pub(crate) fn partitions(&self) -> impl Iterator<Item = Partition> + '_ {
        self.files.keys().copied()
    }

    /// Files of all partitions.
    pub(crate) fn len(&self) -> usize {
        let sealed = self.sealed().map_or(0, SealedFiles::len);
        let files = self.files.values().map(|files| files.len());
        files.sum::<usize>() + sealed
    }

    /// Listed files that firn did not write.
    pub(crate) fn strangers(&self) -> impl Iterator<Item = &str> + '_ {
        self.strangers.keys().map(String::as_str)
    }

    pub(crate) fn lists(&self, path: &str) -> bool {
        let files = Name::parse(path).and_then(|name| self.files.get(&name.partition));
        files.is_some_and(|files| files.contains_key(path))
    }

    /// It lists a file of this name, whoever wrote it.
    pub(crate) fn has(&self, path: &str) -> bool {
        let sealed = self.sealed().is_some_and(|files| files.has(path));
        sealed || self.lists(path) || self.strangers.contains_key(path)
    }

    /// Every file of a partition, in order of first offsets.
    pub(crate) fn files(&self, partition: Partition) -> Vec<Arc<ArchiveFile>> {
        self.files_from(partition, 0)
    }

    /// Those that begin at `from` or later.
    pub(crate) fn files_from(&self, partition: Partition, from: u64) -> Vec<Arc<ArchiveFile>> {
        let Some(files) = self.files.get(&partition) else {
            return Vec::new();
        };
        let listed: Vec<_> = files
            .range(format!("{}/{from:020}", folder(partition))..)
            .collect();
        let mut next = self.position(partition);
        let mut built = Vec::with_capacity(listed.len());
        let mut began = u64::MAX;
        for (path, entry) in listed.into_iter().rev() {
            let first = entry.name.first;
            // Files that begin together end where the first after them begins.
            if began > first && began != u64::MAX {
                next = began;
            }
            began = first;
            let end = entry
                .end()
                .unwrap_or_else(|| next.max(first.saturating_add(1)));
            built.push(Arc::new(ArchiveFile {
                path: path.clone(),
                partition,
                offsets: first..end,
                generation: entry.name.generation,
                tags: entry.tags.clone(),
                rows: entry.stats.rows,
                stats: Arc::clone(&entry.stats),
                size: entry.size,
                latest_millis: entry.latest_millis,
            }));
        }
        built.reverse();
        built
    }

    /// The last offset up to which the log itself says how many leaves there are.
    pub(crate) fn mark(&self, partition: Partition) -> Mark {
        self.marks.get(&partition).copied().unwrap_or_default()
    }

    /// The greatest such offset that is not above `offset`.
    pub(crate) fn mark_before(&self, partition: Partition, offset: u64) -> Mark {
        let last = self.mark(partition);
        if last.offset <= offset {
            return last;
        }
        let files = self.files.get(&partition).into_iter();
        files
            .flat_map(|files| files.values())
            .filter_map(|entry| match &entry.tags {
                Tags::Claim(Coverage {
                    offsets,
                    leaves: Some(leaves),
                    ..
                }) if offsets.end <= offset => Some(Mark {
                    offset: offsets.end,
                    leaves: leaves.end,
                }),
                Tags::Claim(_) | Tags::Absent | Tags::Wrong(_) => None,
            })
            .max_by_key(|mark| mark.offset)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use journal::Topic;

    const PARTITION: Partition = Partition {
        topic: Topic::Events,
        number: 0,
    };

    fn add(coverage: &Coverage, tagged: bool, rows: u64) -> Add {
        let words = coverage.words().into_iter();
        Add {
            path: coverage.path().to_string(),
            stats: Some(format!("{{\"numRecords\":{rows}}}")),
            tags: tagged.then(|| {
                words
                    .map(|(key, value)| (key.to_owned(), Some(value)))
                    .collect()
            }),
            ..Add::default()
        }
    }

    fn coverage(offsets: Range<u64>, generation: u32, leaves: Range<u64>) -> Coverage {
        Coverage {
            partition: PARTITION,
            offsets,
            generation,
            leaves: Some(leaves),
            erased: None,
        }
    }

    #[test]
    fn files_of_format_1_end_where_the_next_begins_and_others_where_they_say() {
        let mut contents = Contents::default();
        contents.list(&add(&coverage(0..10, 0, 0..9), false, 9));
        contents.list(&add(&coverage(10..25, 0, 9..20), false, 11));
        contents.list(&add(&coverage(25..30, 0, 20..24), true, 4));
        contents.list(&add(&coverage(30..44, 0, 24..30), false, 6));
        contents.move_to(PARTITION, 44);
        let offsets: Vec<_> = contents
            .files(PARTITION)
            .iter()
            .map(|file| file.offsets.clone())
            .collect();
        assert_eq!(offsets, [0..10, 10..25, 25..30, 30..44]);
        assert_eq!(
            contents.mark(PARTITION),
            Mark {
                offset: 30,
                leaves: 24
            }
        );
        // A compaction over the first two, before they are gone.
        contents.list(&add(&coverage(0..25, 1, 0..20), true, 20));
        let selection = crate::selection::choose(contents.files(PARTITION));
        assert_eq!(selection.superseded.len(), 2);
        assert_eq!(selection.disagreements, []);
        let chosen: Vec<_> = selection
            .chosen
            .iter()
            .map(|file| file.offsets.clone())
            .collect();
        assert_eq!(chosen, [0..25, 25..30, 30..44]);
        assert_eq!(
            contents.mark_before(PARTITION, 29),
            Mark {
                offset: 25,
                leaves: 20
            }
        );
        assert_eq!(contents.mark_before(PARTITION, 10), Mark::default());
    }

    #[test]
    fn tags_that_contradict_the_name_claim_nothing() {
        let mut contents = Contents::default();
        let mut lying = add(&coverage(0..10, 0, 0..9), true, 9);
        lying.path = coverage(5..10, 0, 0..1).path().to_string();
        contents.list(&lying);
        contents.list(&Add {
            path: "part-0.parquet".to_owned(),
            ..Add::default()
        });
        let files = contents.files(PARTITION);
        assert!(matches!(files[0].tags, Tags::Wrong(_)));
        assert_eq!(contents.mark(PARTITION), Mark::default());
        assert_eq!(contents.strangers().collect::<Vec<_>>(), ["part-0.parquet"]);
    }
}
