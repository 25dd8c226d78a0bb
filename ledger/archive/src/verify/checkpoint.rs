//! Checkpoints: what a verification proved, kept beside the tables so that the next one goes on from there.
//!
//! Enters: where a sound walk stood. Leaves: a file in the archive's folder `verified`, named by its number and its digest, which says the
//! digest of the one before it. Never here: a checkpoint of a record in which anything was found, or one that is changed later.
//!
//! Whoever can write the archive can write a checkpoint too. One that is forged cannot have the digest of an honest one: who keeps the digest
//! a verification told (or any later one) and asks for it by that digest (`--since DIGEST`) rests on nothing that the archive says of itself.

use std::collections::HashMap;
use std::sync::Arc;

use event::Digest;
use futures::TryStreamExt as _;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use serde::{Deserialize, Serialize};

use super::ask::{Since, Told};
use super::objects::Object;
use super::tree::Tree;
use super::{parts, runs};
use crate::{Archive, TableError, TableKind, object};

/// Where they are kept.
pub(super) const FOLDER: &str = "verified";
const FORMAT: u32 = 1;
/// A walk that is not at its end yet.
const UNFINISHED: &str = "unfinished.json";
/// Digits of the digest in a name.
const NAME_DIGITS: usize = 16;

/// How far one partition was proved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PartitionMark {
    pub(super) partition: String,
    /// The first offset that is not.
    pub(super) end: u64,
    pub(super) root: Digest,
    pub(super) tree: Tree,
}

/// A file that was proved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FileMark {
    pub(super) table: String,
    pub(super) path: String,
    pub(super) object: Object,
    /// Digest of what the table's log says of it.
    pub(super) listed: Digest,
    pub(super) place: Place,
}

/// What a file is of.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Place {
    /// Offsets of a partition; of `events` with what stands there.
    Offsets {
        partition: String,
        first: u64,
        end: u64,
        leaves: Option<Leaves>,
    },
    /// Steps of a sealed table, and which rows were replaced.
    Steps { dead: String },
}

/// Leaves of a file: how many, and one digest of their offsets and hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Leaves {
    pub(super) count: u64,
    pub(super) digest: Digest,
}

/// One of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    format: u32,
    pub(super) number: u64,
    /// Digest of the one before it.
    previous: Option<Digest>,
    /// The release that made it.
    build: String,
    pub(super) events: u64,
    pub(super) partitions: Vec<PartitionMark>,
    pub(super) files: Vec<FileMark>,
    pub(super) runs: runs::Standing,
    pub(super) parts: parts::Standing,
}

/// What of a checkpoint is there before it is numbered.
pub(super) struct Draft {
    pub(super) events: u64,
    pub(super) partitions: Vec<PartitionMark>,
    pub(super) files: Vec<FileMark>,
    pub(super) runs: runs::Standing,
    pub(super) parts: parts::Standing,
}

/// Why a checkpoint is not used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The archive's store.
    #[error(transparent)]
    Table(#[from] TableError),
    /// None has this digest.
    #[error(
        "no checkpoint of the archive has digest {0}; it is in its folder `verified` no more, or is another archive's. Verify whole, without --since"
    )]
    Unknown(Digest),
    /// It is not the file that was written.
    #[error("checkpoint {path} was altered: {what}")]
    Altered {
        /// Its place in the archive.
        path: String,
        /// What is wrong.
        what: String,
    },
}

/// Checkpoints of one archive.
pub(super) struct Checkpoints {
    store: Arc<dyn ObjectStore>,
    /// By number: names.
    names: Vec<(u64, String)>,
}

impl Checkpoints {
    pub(super) async fn of(archive: &Archive) -> Result<Self, TableError> {
        let store = archive.folder(FOLDER)?;
        let mut names = Vec::new();
        let mut listing = store.list(None);
        while let Some(found) = listing.try_next().await.map_err(|error| fault("", error))? {
            let name = found.location.to_string();
            let number = name
                .split_once('-')
                .and_then(|(number, _)| number.parse().ok());
            names.extend(number.map(|number| (number, name)));
        }
        drop(listing);
        names.sort();
        Ok(Self { store, names })
    }

    /// The checkpoint that is asked for, with its digest.
    pub(super) async fn find(
        &self,
        since: Since,
    ) -> Result<Option<(Checkpoint, Told)>, CheckpointError> {
        match since {
            Since::Beginning => Ok(None),
            Since::Interrupted => self.unfinished().await,
            Since::Last => match self.names.last() {
                Some((_, name)) => self.read(name).await.map(Some),
                None => Ok(None),
            },
            Since::Checkpoint(digest) => {
                let digits = digits(&digest);
                let named = |(_, name): &&(u64, String)| name.contains(&digits);
                let Some((_, name)) = self.names.iter().find(named) else {
                    return Err(CheckpointError::Unknown(digest));
                };
                let (checkpoint, told) = self.read(name).await?;
                if told.digest != digest {
                    return Err(altered(name, "its digest is another than was asked for"));
                }
                Ok(Some((checkpoint, told)))
            }
        }
    }

    async fn unfinished(&self) -> Result<Option<(Checkpoint, Told)>, CheckpointError> {
        match self.store.get(&Path::from(UNFINISHED)).await {
            Ok(found) => {
                let bytes = found
                    .bytes()
                    .await
                    .map_err(|error| fault(UNFINISHED, error))?;
                parsed(UNFINISHED, &bytes).map(Some)
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fault(UNFINISHED, error).into()),
        }
    }

    /// Reads one, and holds it against its name and against the one before it.
    async fn read(&self, name: &str) -> Result<(Checkpoint, Told), CheckpointError> {
        let bytes = self.bytes(name).await?;
        let (checkpoint, told) = parsed(name, &bytes)?;
        if name != self::name(told.number, &told.digest) {
            return Err(altered(name, "its name is not its number and digest"));
        }
        if let Some(previous) = checkpoint.previous {
            self.follows(name, told.number, previous).await?;
        }
        Ok((checkpoint, told))
    }

    /// If the one before it is there, it is the one it says. Two verifications at once may have left two of one number.
    async fn follows(
        &self,
        name: &str,
        number: u64,
        previous: Digest,
    ) -> Result<(), CheckpointError> {
        let before = number.saturating_sub(1);
        let wanted = self::name(before, &previous);
        let mut there = self.names.iter().filter(|(number, _)| *number == before);
        let named = there.clone().any(|(_, name)| *name == wanted);
        if named && Digest::of(&self.bytes(&wanted).await?) == previous {
            return Ok(());
        }
        match there.next() {
            Some((_, other)) => {
                let what = format!("it follows another checkpoint than {other}");
                Err(altered(name, &what))
            }
            None => Ok(()),
        }
    }

    async fn bytes(&self, name: &str) -> Result<bytes::Bytes, TableError> {
        let found = self.store.get(&Path::from(name)).await;
        let found = found.map_err(|error| fault(name, error))?;
        found.bytes().await.map_err(|error| fault(name, error))
    }

    /// Keeps `draft` as the next one.
    pub(super) async fn keep(&self, draft: Draft) -> Result<Told, TableError> {
        let previous = match self.names.last() {
            Some((number, name)) => Some((*number, Digest::of(&self.bytes(name).await?))),
            None => None,
        };
        let number = previous.map_or(0, |(number, _)| number) + 1;
        let checkpoint = draft.into_checkpoint(number, previous.map(|(_, digest)| digest));
        let bytes = written(&checkpoint)?;
        let digest = Digest::of(&bytes);
        let name = name(number, &digest);
        // Equal names are equal contents.
        let created = object::create(&self.store, &Path::from(name.as_str()), bytes).await;
        created.map_err(|error| fault(&name, error))?;
        // What was interrupted is done.
        if let Err(error) = self.store.delete(&Path::from(UNFINISHED)).await {
            tracing::debug!(%error, "there is no unfinished verification to forget");
        }
        Ok(Told {
            number,
            digest,
            events: checkpoint.events,
        })
    }

    /// Keeps `draft` as where a walk stands that is not at its end.
    pub(super) async fn keep_unfinished(&self, draft: Draft) -> Result<(), TableError> {
        let bytes = written(&draft.into_checkpoint(0, None))?;
        let put = self.store.put(&Path::from(UNFINISHED), bytes.into()).await;
        put.map(drop).map_err(|error| fault(UNFINISHED, error))
    }
}

impl Draft {
    /// Whether each leaf that it counts stands in a file that it knows. Of any other file the next verification could not tell that it
    /// changed: its events stand before the checkpoint, and are in no chain any more.
    pub(super) fn is_whole(&self) -> bool {
        let mut known: HashMap<&str, u64> = HashMap::new();
        for file in &self.files {
            if let Place::Offsets {
                partition,
                leaves: Some(leaves),
                ..
            } = &file.place
            {
                *known.entry(partition.as_str()).or_default() += leaves.count;
            }
        }
        self.partitions.iter().all(|mark| {
            let known = known.get(mark.partition.as_str()).copied();
            known.unwrap_or_default() == mark.tree.leaves()
        })
    }

    fn into_checkpoint(self, number: u64, previous: Option<Digest>) -> Checkpoint {
        Checkpoint {
            format: FORMAT,
            number,
            previous,
            build: env!("CARGO_PKG_VERSION").to_owned(),
            events: self.events,
            partitions: self.partitions,
            files: self.files,
            runs: self.runs,
            parts: self.parts,
        }
    }
}

impl Checkpoint {
    /// Its files by table and path.
    pub(super) fn by_path(&self) -> HashMap<(&str, &str), &FileMark> {
        let files = self.files.iter();
        files
            .map(|file| ((file.table.as_str(), file.path.as_str()), file))
            .collect()
    }
}

impl FileMark {
    pub(super) fn new(
        kind: TableKind,
        path: &str,
        object: &Object,
        listed: Digest,
        place: Place,
    ) -> Self {
        Self {
            table: kind.name().to_owned(),
            path: path.to_owned(),
            object: object.clone(),
            listed,
            place,
        }
    }
}

fn parsed(name: &str, bytes: &[u8]) -> Result<(Checkpoint, Told), CheckpointError> {
    let checkpoint: Checkpoint =
        serde_json::from_slice(bytes).map_err(|error| altered(name, &error.to_string()))?;
    if checkpoint.format != FORMAT {
        let what = format!(
            "its format {} is not known to this release",
            checkpoint.format
        );
        return Err(altered(name, &what));
    }
    let told = Told {
        number: checkpoint.number,
        digest: Digest::of(bytes),
        events: checkpoint.events,
    };
    Ok((checkpoint, told))
}

fn written(checkpoint: &Checkpoint) -> Result<Vec<u8>, TableError> {
    serde_json::to_vec(checkpoint).map_err(|error| {
        fault(
            "checkpoint",
            object_store::Error::Generic {
                store: "checkpoint",
                source: Box::new(error),
            },
        )
    })
}

fn digits(digest: &Digest) -> String {
    digest.to_string().chars().take(NAME_DIGITS).collect()
}

fn name(number: u64, digest: &Digest) -> String {
    format!("{number:08}-{}.json", digits(digest))
}

fn altered(name: &str, what: &str) -> CheckpointError {
    CheckpointError::Altered {
        path: format!("{FOLDER}/{name}"),
        what: what.to_owned(),
    }
}

fn fault(name: &str, source: object_store::Error) -> TableError {
    TableError::Store {
        path: format!("{FOLDER}/{name}"),
        source,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file(partition: &str, leaves: Option<u64>) -> FileMark {
        let leaves = leaves.map(|count| Leaves {
            count,
            digest: Digest::ZERO,
        });
        let place = Place::Offsets {
            partition: partition.to_owned(),
            first: 0,
            end: 9,
            leaves,
        };
        let mark = json!({
            "table": "events",
            "path": "x.parquet",
            "object": {"size": 1, "tag": {"entity": "a"}},
            "listed": Digest::ZERO,
            "place": place,
        });
        serde_json::from_value(mark).unwrap()
    }

    /// A store that lists late does not say of each file which object it is.
    #[test]
    fn what_counts_more_leaves_than_its_files_have_is_not_whole() {
        let mut tree = Tree::default();
        (0..5_u8).for_each(|leaf| tree.push(Digest::of(&[leaf])));
        let mark = PartitionMark {
            partition: "firn.events/0".to_owned(),
            end: 9,
            root: tree.root(),
            tree,
        };
        let draft = |files: Vec<FileMark>| Draft {
            events: 5,
            partitions: vec![mark.clone()],
            files,
            runs: runs::Standing::default(),
            parts: parts::Standing::default(),
        };
        let (two, three) = (
            file("firn.events/0", Some(2)),
            file("firn.events/0", Some(3)),
        );
        let (pages, other) = (file("firn.events/0", None), file("firn.events/1", Some(3)));
        assert!(draft(vec![two.clone(), three, pages.clone()]).is_whole());
        assert!(!draft(vec![two.clone(), pages]).is_whole());
        assert!(!draft(vec![two, other]).is_whole());
    }
}
