//! How far a sink has come: one object a sink in the archive's store, replaced only by who saw it last.
//!
//! Enters: claims of partitions, and what a sink acknowledged. Leaves: positions that only grow. Never here: a position moved by
//! a member that another one has replaced: each claim begins an epoch, and an update of an older epoch is refused.

mod asked;
mod counts;
mod object;

use std::collections::BTreeMap;
use std::collections::btree_map::Keys;
use std::sync::Arc;
use std::time::Duration;

use event::TimeNs;
use journal::Partition;
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt as _, PutMode, UpdateVersion};
use uuid::Uuid;

use crate::limits;
pub use asked::{Asked, Words};
pub use counts::Counts;
use object::FORM;
pub use object::{Cursor, Failure, Standing};

/// The folder of a sink's backfills.
const BACKFILLS: &str = "backfills";
/// Pause before an update is tried again, times the tries so far.
const COLLISION_PAUSE: Duration = Duration::from_millis(5);

/// Where a partition begins that was never claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begin {
    /// The partition.
    pub partition: Partition,
    /// The first record to send.
    pub next: u64,
    /// The first record to fold.
    pub fold_from: u64,
}

/// How far one partition moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The partition.
    pub partition: Partition,
    /// See [`Standing::next`].
    pub next: u64,
    /// See [`Standing::fold_from`].
    pub fold_from: u64,
    /// See [`Standing::swept`].
    pub swept: TimeNs,
    /// See [`Standing::swept_to`].
    pub swept_to: u64,
    /// What became of the items since the last move, by the hour.
    pub hours: BTreeMap<i64, Counts>,
}

/// Why a cursor cannot be read or moved.
#[derive(Debug, thiserror::Error)]
pub enum CursorError {
    /// Another member claimed the partition: whoever asks is no longer its owner.
    #[error("{partition} went to another exporter (epoch {epoch})")]
    Fenced {
        /// The partition.
        partition: String,
        /// The epoch of the new owner.
        epoch: u64,
    },
    /// The store does not answer.
    #[error("cursor {path} cannot be kept: {source}")]
    Store {
        /// Its place below the archive's `exports`.
        path: String,
        /// What the store said.
        source: StoreError,
    },
    /// The object is none of ours.
    #[error("cursor {path} is not one this release reads: {detail}")]
    Form {
        /// Its place below the archive's `exports`.
        path: String,
        /// What is wrong.
        detail: String,
    },
    /// Others keep winning.
    #[error("cursor {0} is contended: others moved it again and again")]
    Contended(String),
}

/// One sink's cursor in the store.
#[derive(Clone)]
pub struct CursorStore {
    store: Arc<dyn ObjectStore>,
    path: Path,
}

impl CursorStore {
    /// The cursor of `sink`.
    pub fn new(store: Arc<dyn ObjectStore>, sink: &str) -> Self {
        Self {
            store,
            path: Path::from_iter([sink, "cursor.json"]),
        }
    }

    /// The cursor of one backfill of `sink`.
    pub fn of_backfill(store: Arc<dyn ObjectStore>, sink: &str, name: &str) -> Self {
        Self {
            store,
            path: Path::from_iter([sink, BACKFILLS, &format!("{name}.json")]),
        }
    }

    /// What is there now, and its version; none where nothing was ever claimed.
    pub async fn read(&self) -> Result<(Cursor, Option<UpdateVersion>), CursorError> {
        let found = match self.store.get(&self.path).await {
            Ok(found) => found,
            Err(StoreError::NotFound { .. }) => return Ok((Cursor::default(), None)),
            Err(source) => return Err(self.failed(source)),
        };
        let version = UpdateVersion {
            e_tag: found.meta.e_tag.clone(),
            version: found.meta.version.clone(),
        };
        let bytes = found.bytes().await.map_err(|source| self.failed(source))?;
        let wrong = |detail: String| CursorError::Form {
            path: self.path.to_string(),
            detail,
        };
        let cursor: Cursor =
            serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        if cursor.form > FORM {
            return Err(wrong(format!("its form is {}", cursor.form)));
        }
        Ok((cursor, Some(version)))
    }

    /// Claims partitions for `owner`: from now on no earlier owner can move them. One that was never claimed begins where it is said.
    pub async fn claim(&self, owner: Uuid, begins: &[Begin]) -> Result<Held, CursorError> {
        for tries in 1..=limits::CURSOR_TRIES_MAX {
            let (mut cursor, version) = self.read().await?;
            let mut epochs = BTreeMap::new();
            for Begin {
                partition,
                next,
                fold_from,
            } in begins
            {
                let standing = cursor.partitions.entry(partition.to_string());
                let standing = standing.or_insert_with(|| Standing {
                    epoch: 0,
                    owner,
                    next: *next,
                    fold_from: *fold_from,
                    swept: TimeNs(i64::MIN),
                    swept_to: *next,
                    begun: *next,
                    total: Counts::default(),
                    hours: BTreeMap::new(),
                    failure: None,
                });
                standing.epoch += 1;
                standing.owner = owner;
                epochs.insert(partition.to_string(), standing.epoch);
            }
            if let Some(version) = self.put(&cursor, version).await? {
                return Ok(Held {
                    store: self.clone(),
                    owner,
                    epochs,
                    cursor,
                    version,
                });
            }
            tokio::time::sleep(COLLISION_PAUSE * tries).await;
        }
        Err(CursorError::Contended(self.path.to_string()))
    }

    /// The new version; none where somebody was faster, or where that is not known.
    async fn put(
        &self,
        cursor: &Cursor,
        known: Option<UpdateVersion>,
    ) -> Result<Option<UpdateVersion>, CursorError> {
        let bytes = serde_json::to_vec(cursor).map_err(|error| CursorError::Form {
            path: self.path.to_string(),
            detail: error.to_string(),
        })?;
        let mode = known.map_or(PutMode::Create, PutMode::Update);
        match self
            .store
            .put_opts(&self.path, bytes.into(), mode.into())
            .await
        {
            Ok(put) => match put.e_tag {
                Some(_) => Ok(Some(UpdateVersion::from(put))),
                // A folder does not name what it created, and somebody may have replaced it since.
                None => {
                    let (there, version) = self.read().await?;
                    Ok(version.filter(|_| there == *cursor))
                }
            },
            Err(StoreError::Precondition { .. } | StoreError::AlreadyExists { .. }) => Ok(None),
            Err(source) => Err(self.failed(source)),
        }
    }

    fn failed(&self, source: StoreError) -> CursorError {
        CursorError::Store {
            path: self.path.to_string(),
            source,
        }
    }
}

/// Claimed partitions of a sink, for as long as nobody else claims one of them.
pub struct Held {
    store: CursorStore,
    owner: Uuid,
    epochs: BTreeMap<String, u64>,
    cursor: Cursor,
    version: UpdateVersion,
}

impl Held {
    /// Where `partition` stands.
    pub fn standing(&self, partition: Partition) -> Option<&Standing> {
        self.cursor.partitions.get(&partition.to_string())
    }

    /// The failure that is kept of these partitions, the latest one.
    pub fn failure(&self) -> Option<&Failure> {
        let held = self.epochs.keys();
        let kept = held.filter_map(|name| self.cursor.partitions.get(name)?.failure.as_ref());
        kept.max_by_key(|failure| failure.last)
    }

    /// Moves partitions forward, all at once; what failed before is over. After an error it is safe to ask again; nothing is counted twice.
    pub async fn advance(&mut self, moves: &[Move]) -> Result<(), CursorError> {
        self.change(|cursor, names| {
            for one in moves {
                apply(cursor, one);
            }
            for name in names {
                let standing = cursor.partitions.get_mut(name);
                if let Some(failure) = standing.and_then(|standing| standing.failure.as_mut()) {
                    failure.over = true;
                }
            }
        })
        .await
    }

    /// Keeps why nothing is taken now.
    pub async fn keep_failure(&mut self, failure: &Failure) -> Result<(), CursorError> {
        self.change(|cursor, names| {
            for name in names {
                if let Some(standing) = cursor.partitions.get_mut(name) {
                    standing.failure = Some(failure.clone());
                }
            }
        })
        .await
    }

    /// Changes the object, of which `how` is told the partitions that are held here.
    async fn change(
        &mut self,
        how: impl Fn(&mut Cursor, Keys<'_, String, u64>),
    ) -> Result<(), CursorError> {
        for tries in 1..=limits::CURSOR_TRIES_MAX {
            let mut next = self.cursor.clone();
            how(&mut next, self.epochs.keys());
            let put = self.store.put(&next, Some(self.version.clone())).await?;
            if let Some(version) = put {
                self.version = version;
                self.cursor = next;
                return Ok(());
            }
            let (cursor, version) = self.store.read().await?;
            self.check(&cursor)?;
            let Some(version) = version else {
                return Err(self.lost());
            };
            self.cursor = cursor;
            self.version = version;
            if tries > 1 {
                tokio::time::sleep(COLLISION_PAUSE * tries).await;
            }
        }
        Err(CursorError::Contended(self.store.path.to_string()))
    }

    /// Every partition is still this owner's, in its epoch.
    fn check(&self, cursor: &Cursor) -> Result<(), CursorError> {
        for (partition, epoch) in &self.epochs {
            let standing = cursor.partitions.get(partition);
            if standing.is_none_or(|now| now.owner != self.owner || now.epoch != *epoch) {
                return Err(CursorError::Fenced {
                    partition: partition.clone(),
                    epoch: standing.map_or(0, |now| now.epoch),
                });
            }
        }
        Ok(())
    }

    fn lost(&self) -> CursorError {
        CursorError::Form {
            path: self.store.path.to_string(),
            detail: "it was removed while the exporter ran".to_owned(),
        }
    }
}

/// A move that was made already, as after an answer that was lost, changes nothing.
fn apply(cursor: &mut Cursor, one: &Move) {
    let Some(standing) = cursor.partitions.get_mut(&one.partition.to_string()) else {
        return;
    };
    let made = (standing.next, standing.swept) >= (one.next, one.swept);
    if standing.next > one.next || made {
        return;
    }
    standing.next = one.next;
    standing.fold_from = one.fold_from;
    standing.swept = one.swept;
    standing.swept_to = one.swept_to;
    for (hour, counts) in &one.hours {
        standing.total.add(counts);
        standing.hours.entry(*hour).or_default().add(counts);
    }
    while standing.hours.len() > limits::HOURS_KEPT {
        standing.hours.pop_first();
    }
}
