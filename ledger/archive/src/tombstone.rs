//! What stands in the place of events that went by retention: enough to prove the rest, nothing of what they said.
//!
//! Enters: what went of one file, hashes and numbers. Leaves: one object, named after its contents, that the file's footer and log entry
//! name; what it says is summed over those before it. Never here: a choice of what goes, a principal, a text, or a changed tombstone.
//!
//! A *segment* stands for neighbours of one part (a session's events by one run): the hash before the first and that of the last, so that the
//! chain goes on across them. A *gap* stands for records that were neighbours in the partition: their leaf numbers, and the roots of the
//! largest whole subtrees over them (RFC 6962), so that a Merkle tree over the partition's leaves can still be built.

mod account;

use event::{Digest, EventId, RunId, SessionId, TimeNs};
use journal::Partition;
use serde::{Deserialize, Serialize};

pub(crate) use account::{Going, Standing, gaps, numbers, roots_of, segments};

/// The form of tombstones that this release writes, and the only one it reads.
pub(crate) const FORMAT: u32 = 1;
/// Folder in that of table `events`; readers of Delta tables leave such names alone.
pub(crate) const FOLDER: &str = "_tombstones";

/// Tombstones of some offsets of one partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tombstone {
    /// [`FORMAT`].
    pub format: u32,
    /// The partition, `firn.events/3`.
    pub partition: String,
    /// First offset of the file it was written for.
    pub first: u64,
    /// One past its last offset.
    pub end: u64,
    /// Tombstones for the same offsets that it adds to.
    pub before: Vec<Digest>,
    /// What went; none where it only gathers those before, as files become one.
    pub gone: Option<Gone>,
}

/// What went at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gone {
    /// When it went.
    pub at: TimeNs,
    /// Who let it go: a person, or the recorder.
    pub by: String,
    /// By which rules, and how much by each.
    pub rules: Vec<RuleCount>,
    /// Leaves that went.
    pub leaves: u64,
    /// Records that stood side by side in the partition.
    pub gaps: Vec<Gap>,
    /// Numbers of runs.
    pub runs: Vec<RunNumbers>,
    /// Neighbours of parts.
    pub segments: Vec<Segment>,
}

/// How much went by one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleCount {
    /// The rule, in words: `results of connection sales after 90 days`.
    pub rule: String,
    /// Events.
    pub events: u64,
    /// Page bodies among them.
    pub pages: u64,
}

/// Records that went and had no record between them that stayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Offset of the first.
    pub first: u64,
    /// Offset of the last.
    pub last: u64,
    /// Leaf number of the first.
    pub leaf: u64,
    /// How many leaves.
    pub leaves: u64,
    /// Roots of the largest whole subtrees over these leaves, in order.
    pub roots: Vec<Digest>,
}

/// Numbers of one run that went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunNumbers {
    /// The run.
    pub run: RunId,
    /// First and last of each dense range.
    pub numbers: Vec<(u64, u64)>,
}

/// Neighbours of one part that went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// The run.
    pub run: RunId,
    /// The session; none for what a process said of itself.
    pub session: Option<SessionId>,
    /// Number of the first in the part.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// Hash of the event before the first.
    pub previous: Digest,
    /// Hash of the last.
    pub head: Digest,
    /// The first one's number in its run.
    pub seq: u64,
    /// The first one's id.
    pub event_id: EventId,
    /// The first one's offset.
    pub offset: u64,
    /// When the last one was.
    pub until: TimeNs,
}

/// Why a tombstone says nothing.
#[derive(Debug, thiserror::Error)]
pub enum TombstoneError {
    /// The store.
    #[error("tombstone {path} cannot be read or written: {source}")]
    Store {
        /// The object.
        path: String,
        /// What the store said.
        source: object_store::Error,
    },
    /// It is not what its name says.
    #[error("tombstone {path} is not what its name says: {detail}")]
    Altered {
        /// The object.
        path: String,
        /// What is wrong.
        detail: String,
    },
}

impl TombstoneError {
    /// It is not there, as opposed to being altered or out of reach.
    pub const fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Store {
                source: object_store::Error::NotFound { .. },
                ..
            }
        )
    }
}

impl Tombstone {
    /// Its bytes and their digest, which names it.
    pub(crate) fn encode(&self) -> Result<(Vec<u8>, Digest), serde_json::Error> {
        let bytes = serde_json::to_vec(self)?;
        let digest = Digest::of(&bytes);
        Ok((bytes, digest))
    }

    /// Reads what stands under `digest`.
    pub(crate) fn decode(
        bytes: &[u8],
        partition: Partition,
        digest: &Digest,
    ) -> Result<Self, String> {
        if Digest::of(bytes) != *digest {
            return Err("its digest is another".to_owned());
        }
        let read: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if read.format != FORMAT {
            return Err(format!(
                "format {} is not known to this release, which reads {FORMAT}",
                read.format
            ));
        }
        if read.partition != partition.to_string() {
            return Err(format!("it is of {}", read.partition));
        }
        Ok(read)
    }

    /// Where the tombstone named `digest` stands in the folder of table `events`.
    pub(crate) fn path(partition: Partition, digest: &Digest) -> String {
        let (topic, number) = (partition.topic, partition.number);
        format!("{FOLDER}/{topic}-{number}/{digest}.json")
    }
}

#[cfg(test)]
mod tests {
    use journal::Topic;

    use super::*;

    #[test]
    fn a_tombstone_is_what_its_name_says() {
        let partition = Partition {
            topic: Topic::Events,
            number: 0,
        };
        let tombstone = Tombstone {
            format: FORMAT,
            partition: partition.to_string(),
            first: 0,
            end: 9,
            before: vec![Digest::ZERO],
            gone: None,
        };
        let (bytes, digest) = tombstone.encode().unwrap();
        assert_eq!(
            Tombstone::decode(&bytes, partition, &digest).unwrap(),
            tombstone
        );
        assert!(Tombstone::decode(&bytes, partition, &Digest::ZERO).is_err());
        let other = Partition {
            number: 1,
            ..partition
        };
        assert!(Tombstone::decode(&bytes, other, &digest).is_err());
    }
}
