//! What a file covers. It says so three times, in one vocabulary: in its name, in its footer, and in the tags of its log entry.
//!
//! Enters: names, footers, tags. Leaves: a [`Coverage`], or what is wrong with it. Never here: a neighbour, from whose place
//! an end could be guessed, and I/O.
//!
//! A file the recorder writes (generation 0) has only its first offset in the name: a restarted writer may cut another end,
//! and whoever writes next must collide with it. A compacted file replaces known ones, so its name holds both ends and its
//! generation: `00000000000000000042-00000000000000001042.g1.parquet`.

use std::ops::Range;

use event::Digest;
use journal::Partition;
use object_store::path::Path;

use super::rows::parse_partition;

/// The format of the files this release writes.
pub const FORMAT: u32 = 2;
/// Format of the file; files without it are of format 1.
const FORMAT_KEY: &str = "firn.format";
/// The partition, `firn.events/3`.
const PARTITION_KEY: &str = "firn.partition";
/// First offset the file covers.
const FIRST_KEY: &str = "firn.first_offset";
/// One past the last offset the file covers.
const END_KEY: &str = "firn.end_offset";
/// 0 as recorded; a compacted file is one above the highest it replaces.
const GENERATION_KEY: &str = "firn.generation";
/// Leaves of the partition's log that stand in the file's offsets.
const LEAVES_KEY: &str = "firn.leaves";
/// Leaves of the partition before the file's first offset.
const FIRST_LEAF_KEY: &str = "firn.first_leaf";
/// Leaves of the file's offsets that went by retention; only where some did.
const ERASED_KEY: &str = "firn.erased";
/// The tombstone that says which.
const TOMBSTONE_KEY: &str = "firn.tombstone";

/// What a file of format 2 says it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The partition.
    pub partition: Partition,
    /// Offsets covered, the end excluded.
    pub offsets: Range<u64>,
    /// 0 as recorded; a compacted file is one above the highest it replaces.
    pub generation: u32,
    /// Numbers of its leaves in the partition: records that are archived as events or stand in quarantine, counted densely.
    /// Files of `events` have them.
    pub leaves: Option<Range<u64>>,
    /// Leaves that went by retention; they keep their numbers.
    pub erased: Option<Erased>,
}

/// What is not in a file's offsets any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    /// How many leaves went.
    pub leaves: u64,
    /// Digest of the tombstone that says which, and names those before it.
    pub tombstone: Digest,
}

impl Coverage {
    /// The file's place in its table's folder.
    pub(crate) fn path(&self) -> Path {
        let folder = folder(self.partition);
        let Range { start, end } = self.offsets;
        match self.generation {
            0 => Path::from(format!("{folder}/{start:020}.parquet")),
            generation => Path::from(format!(
                "{folder}/{start:020}-{end:020}.g{generation}.parquet"
            )),
        }
    }

    /// Keys and values, for footer and tags alike.
    pub(crate) fn words(&self) -> Vec<(&'static str, String)> {
        let mut words = vec![
            (FORMAT_KEY, FORMAT.to_string()),
            (PARTITION_KEY, self.partition.to_string()),
            (FIRST_KEY, self.offsets.start.to_string()),
            (END_KEY, self.offsets.end.to_string()),
            (GENERATION_KEY, self.generation.to_string()),
        ];
        if let Some(leaves) = &self.leaves {
            let count = leaves.end.saturating_sub(leaves.start);
            words.push((FIRST_LEAF_KEY, leaves.start.to_string()));
            words.push((LEAVES_KEY, count.to_string()));
        }
        if let Some(erased) = &self.erased {
            words.push((ERASED_KEY, erased.leaves.to_string()));
            words.push((TOMBSTONE_KEY, erased.tombstone.to_string()));
        }
        words
    }

    /// What `value` says of a file; none if it is of format 1, which says nothing beyond [`offsets`].
    pub(crate) fn read(value: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        match value(FORMAT_KEY).as_deref() {
            None => return Ok(None),
            Some("2") => {}
            Some(other) => {
                return Err(format!(
                    "format {other} is not known to this release, which reads up to {FORMAT}"
                ));
            }
        }
        let number = |key: &str| {
            let text = value(key)?;
            text.parse::<u64>()
                .ok()
                .filter(|number| number.to_string() == text)
        };
        let generation =
            number(GENERATION_KEY).and_then(|generation| u32::try_from(generation).ok());
        let leaves = match (number(FIRST_LEAF_KEY), number(LEAVES_KEY)) {
            (Some(first), Some(count)) => first.checked_add(count).map(|end| Some(first..end)),
            (None, None) => Some(None),
            _ => None,
        };
        let tombstone = value(TOMBSTONE_KEY).map(|text| text.parse::<Digest>());
        let erased = match (number(ERASED_KEY), tombstone) {
            (Some(leaves), Some(Ok(tombstone))) if leaves > 0 => {
                Some(Some(Erased { leaves, tombstone }))
            }
            (None, None) if value(ERASED_KEY).is_none() => Some(None),
            _ => None,
        };
        Ok(Some(Self {
            partition: partition(&value)?,
            offsets: offsets(&value)?,
            generation: generation.ok_or("it does not say its generation")?,
            leaves: leaves.ok_or("it does not say its leaves")?,
            erased: erased.ok_or("it half says what went by retention")?,
        }))
    }
}

/// The partition a footer names, in every format.
pub(crate) fn partition(value: impl Fn(&str) -> Option<String>) -> Result<Partition, String> {
    let name = value(PARTITION_KEY);
    let partition = name.as_deref().and_then(parse_partition);
    partition.ok_or_else(|| "it names no partition".to_owned())
}

/// The offsets a footer claims, in every format.
pub(crate) fn offsets(value: impl Fn(&str) -> Option<String>) -> Result<Range<u64>, String> {
    let number = |key: &str| value(key)?.parse::<u64>().ok();
    let first = number(FIRST_KEY).ok_or("it does not say its first offset")?;
    let end = number(END_KEY).filter(|end| *end > first);
    Ok(first..end.ok_or("it does not say its end offset")?)
}

/// `partition=firn.events-3`: the folder of a partition's files.
pub(crate) fn folder(partition: Partition) -> String {
    format!("partition={}-{}", partition.topic, partition.number)
}

/// What a file's name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) partition: Partition,
    pub(crate) first: u64,
    /// None for generation 0, whose end is not in the name.
    pub(crate) end: Option<u64>,
    pub(crate) generation: u32,
}

impl Name {
    /// Reads a path in a table's folder; none if no release of firn names a file so.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let (folder_name, file) = path.split_once('/')?;
        let (topic, number) = folder_name.strip_prefix("partition=")?.rsplit_once('-')?;
        let partition = parse_partition(&format!("{topic}/{number}"))?;
        let stem = file.strip_suffix(".parquet")?;
        let offset = |text: &str| (text.len() == 20).then(|| text.parse::<u64>().ok())?;
        match stem.split_once('-') {
            None => Some(Self {
                partition,
                first: offset(stem)?,
                end: None,
                generation: 0,
            }),
            Some((first, rest)) => {
                let (end, generation) = rest.split_once(".g")?;
                let name = Self {
                    partition,
                    first: offset(first)?,
                    end: Some(offset(end)?),
                    generation: generation
                        .parse()
                        .ok()
                        .filter(|generation| *generation > 0)?,
                };
                (name.end > Some(name.first)).then_some(name)
            }
        }
    }

    /// What is wrong with `claim` under this name, if anything.
    pub(crate) fn contradiction(&self, claim: &Coverage) -> Option<String> {
        let what = if claim.partition != self.partition {
            "another partition"
        } else if claim.offsets.start != self.first {
            "another first offset"
        } else if self.end.is_some_and(|end| end != claim.offsets.end) {
            "another end offset"
        } else if claim.generation != self.generation {
            "another generation"
        } else {
            return None;
        };
        Some(format!("{what} than its name"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use journal::Topic;
    use proptest::prelude::*;

    use super::*;

    fn coverage(first: u64, length: u64, generation: u32, leaves: Option<(u64, u64)>) -> Coverage {
        Coverage {
            partition: Partition {
                topic: Topic::Events,
                number: 3,
            },
            offsets: first..first + length,
            generation,
            leaves: leaves.map(|(first, count)| first..first + count),
            erased: (generation > 2).then(|| Erased {
                leaves: length,
                tombstone: Digest::of(b"a tombstone"),
            }),
        }
    }

    proptest! {
        #[test]
        fn what_is_said_is_read(
            first in 0..u64::MAX / 2,
            length in 1..1_000_000_u64,
            generation in 0..5_u32,
            leaves in proptest::option::of((0..1_000_000_u64, 0..1_000_000_u64)),
        ) {
            let said = coverage(first, length, generation, leaves);
            let words: BTreeMap<_, _> = said.words().into_iter().collect();
            let read = Coverage::read(|key| words.get(key).cloned());
            prop_assert_eq!(read, Ok(Some(said.clone())));
            let name = Name::parse(said.path().as_ref()).unwrap();
            prop_assert_eq!(name.contradiction(&said), None);
            let mut other = said;
            other.offsets.start += 1;
            other.offsets.end += 1;
            prop_assert!(name.contradiction(&other).is_some());
        }
    }

    #[test]
    fn names_of_others_are_no_names() {
        let names = [
            "part-00000.parquet",
            "partition=firn.events-0/42.parquet",
            "partition=firn.events-0/part-00000-abc.parquet",
            "partition=firn.events-0/00000000000000000042.g1.parquet",
            "partition=firn.events-0/00000000000000000042-00000000000000000043.parquet",
            "partition=firn.events-0/00000000000000000042-00000000000000000043.g0.parquet",
            "partition=firn.events-0/00000000000000000042-00000000000000000042.g1.parquet",
            "partition=firn.events-03/00000000000000000042.parquet",
            "partition=other-0/00000000000000000042.parquet",
        ];
        for name in names {
            assert_eq!(Name::parse(name), None, "{name}");
        }
    }

    #[test]
    fn what_went_is_said_whole_or_the_file_is_not_understood() {
        let said = coverage(3, 9, 3, Some((0, 9)));
        let words: BTreeMap<_, _> = said.words().into_iter().collect();
        for gone in [ERASED_KEY, TOMBSTONE_KEY] {
            let read = Coverage::read(|key| (key != gone).then(|| words.get(key).cloned())?);
            assert!(read.unwrap_err().contains("half"), "{gone}");
        }
    }

    #[test]
    fn a_newer_format_is_refused_and_an_older_one_says_nothing() {
        let newer = Coverage::read(|key| (key == FORMAT_KEY).then(|| "3".to_owned()));
        assert!(newer.unwrap_err().contains("format 3"));
        assert_eq!(Coverage::read(|_| None), Ok(None));
    }
}
