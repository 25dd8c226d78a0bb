//! Dead letters: what a sink refuses for good, kept with the reason until somebody sends it again or drops it.
//!
//! Enters: refused records. Leaves: one object each in the archive's store, named by the record. Never here: a record that is
//! forgotten by itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use event::TimeNs;
use futures::{StreamExt as _, TryStreamExt as _};
use journal::{Offset, Position};
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt as _};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::deliver::Refused;
use crate::limits;
use crate::plan::{Part, Record};
use crate::severity::Severity;

/// What a letter's name ends in, after its id.
const ENDING: &str = ".json";

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The record's id.
    pub id: String,
    /// The item it is, or is a part of.
    pub item: Uuid,
    /// Which part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// Where the item stands.
    pub partition: String,
    /// Its number there.
    pub offset: u64,
    /// Its session.
    pub session: Option<event::SessionId>,
    /// When it happened.
    pub time: TimeNs,
    /// When it was refused.
    pub died: TimeNs,
    /// What the receiver said to it.
    pub reason: String,
    /// OCSF's class.
    pub class: u32,
    /// How bad it is.
    pub severity: Severity,
    /// What was sent; empty where it never got that far.
    pub record: String,
}

/// Why dead letters cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum DeadError {
    /// The store does not answer.
    #[error("dead letter {path} cannot be kept or read: {source}")]
    Store {
        /// Its place below the archive's `exports`.
        path: String,
        /// What the store said.
        source: StoreError,
    },
    /// The object is none of ours.
    #[error("dead letter {path} cannot be read: {detail}")]
    Form {
        /// Its place below the archive's `exports`.
        path: String,
        /// What is wrong.
        detail: String,
    },
    /// There is none of that name.
    #[error("there is no dead letter {0:?}; `firn export dead list` names them")]
    Unknown(String),
    /// There is nothing to send.
    #[error("dead letter {0} has no record to send: {1}")]
    Empty(String, String),
}

/// The dead letters of one sink.
#[derive(Clone)]
pub struct DeadLetters {
    store: Arc<dyn ObjectStore>,
    folder: Path,
}

impl DeadLetters {
    /// Those of `sink`.
    pub fn new(store: Arc<dyn ObjectStore>, sink: &str) -> Self {
        Self {
            store,
            folder: Path::from_iter([sink, "dead"]),
        }
    }

    /// Keeps `letters`; one that is there already is kept anew, with the latest reason.
    pub async fn keep(&self, letters: Vec<DeadLetter>) -> Result<(), DeadError> {
        let writes = letters.into_iter().map(|letter| async move {
            let path = self.path(&letter.id);
            let bytes = serde_json::to_vec(&letter).map_err(|error| DeadError::Form {
                path: path.to_string(),
                detail: error.to_string(),
            })?;
            let put = self.store.put(&path, bytes.into()).await;
            put.map(drop).map_err(|source| failed(&path, source))
        });
        futures::stream::iter(writes)
            .buffer_unordered(limits::DEAD_AT_ONCE)
            .try_collect()
            .await
    }

    /// All of them, oldest first.
    pub async fn list(&self) -> Result<Vec<DeadLetter>, DeadError> {
        let listed = self.store.list(Some(&self.folder));
        let read = listed
            .map_err(|source| failed(&self.folder, source))
            .map_ok(|meta| async move { self.there(&meta.location).await });
        let read: Vec<Option<DeadLetter>> = read
            .try_buffer_unordered(limits::DEAD_READ_AT_ONCE)
            .try_collect()
            .await?;
        let mut letters: Vec<DeadLetter> = read.into_iter().flatten().collect();
        letters.sort_by(|a, b| (a.died, &a.id).cmp(&(b.died, &b.id)));
        Ok(letters)
    }

    /// The ids of all of them, none of which is read: a sink may have refused more than fits in memory.
    pub async fn ids(&self) -> Result<BTreeSet<String>, DeadError> {
        let listed = self.store.list(Some(&self.folder));
        let named = listed.map_ok(|meta| {
            let name = meta.location.filename().unwrap_or_default();
            name.strip_suffix(ENDING).unwrap_or(name).to_owned()
        });
        let named: Result<_, StoreError> = named.try_collect().await;
        named.map_err(|source| failed(&self.folder, source))
    }

    /// How many there are.
    pub async fn count(&self) -> Result<u64, DeadError> {
        let listed = self.store.list(Some(&self.folder));
        let counted = listed.try_fold(0, |count, _| async move { Ok(count + 1) });
        counted.await.map_err(|source| failed(&self.folder, source))
    }

    /// The one called `id`.
    pub async fn get(&self, id: &str) -> Result<DeadLetter, DeadError> {
        let found = self.there(&self.path(id)).await?;
        found.ok_or_else(|| DeadError::Unknown(id.to_owned()))
    }

    /// Forgets the one called `id`.
    pub async fn remove(&self, id: &str) -> Result<(), DeadError> {
        let path = self.path(id);
        match self.store.delete(&path).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(source) => Err(failed(&path, source)),
        }
    }

    /// The letter at `path`; none where it was taken or dropped since it was listed.
    async fn there(&self, path: &Path) -> Result<Option<DeadLetter>, DeadError> {
        match self.read(path).await {
            Err(DeadError::Store {
                source: StoreError::NotFound { .. },
                ..
            }) => Ok(None),
            read => read.map(Some),
        }
    }

    async fn read(&self, path: &Path) -> Result<DeadLetter, DeadError> {
        let found = self.store.get(path).await;
        let found = found.map_err(|source| failed(path, source))?;
        let bytes = found.bytes().await.map_err(|source| failed(path, source))?;
        serde_json::from_slice(&bytes).map_err(|error| DeadError::Form {
            path: path.to_string(),
            detail: error.to_string(),
        })
    }

    fn path(&self, id: &str) -> Path {
        self.folder.clone().join(format!("{id}{ENDING}"))
    }
}

fn failed(path: &Path, source: StoreError) -> DeadError {
    DeadError::Store {
        path: path.to_string(),
        source,
    }
}

impl DeadLetter {
    /// Of a record that was refused at `died`.
    pub fn new(refused: Refused, died: TimeNs) -> Self {
        let Refused { record, reason } = refused;
        Self {
            id: record.id(),
            item: record.item,
            part: record.part,
            partition: record.position.partition.to_string(),
            offset: record.position.offset.0,
            session: record.session,
            time: record.time,
            died,
            reason,
            class: record.class,
            severity: record.severity,
            record: String::from_utf8_lossy(&record.bytes).into_owned(),
        }
    }

    /// The record, to be sent again.
    pub fn record(&self) -> Result<Record, DeadError> {
        let partition = archive::rows::parse_partition(&self.partition);
        let (Some(partition), false) = (partition, self.record.is_empty()) else {
            return Err(DeadError::Empty(self.id.clone(), self.reason.clone()));
        };
        Ok(Record {
            item: self.item,
            part: self.part,
            position: Position {
                partition,
                offset: Offset(self.offset),
            },
            session: self.session,
            time: self.time,
            class: self.class,
            severity: self.severity,
            bytes: self.record.clone().into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use object_store::memory::InMemory;

    use super::*;

    #[tokio::test]
    async fn letters_are_named_though_one_cannot_be_read() {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let letters = DeadLetters::new(Arc::clone(&store), "siem");
        for id in ["0198c5a0", "0198c5a0.2"] {
            let torn = Bytes::from_static(b"{");
            store.put(&letters.path(id), torn.into()).await.unwrap();
        }
        assert!(letters.list().await.is_err());
        let ids = ["0198c5a0", "0198c5a0.2"].map(str::to_owned);
        assert_eq!(letters.ids().await.unwrap(), BTreeSet::from(ids));
    }

    #[tokio::test]
    async fn a_letter_that_somebody_else_took_meanwhile_is_none() {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let letters = DeadLetters::new(store, "siem");
        assert_eq!(letters.there(&letters.path("a")).await.unwrap(), None);
        let unknown = letters.get("a").await;
        assert!(matches!(unknown, Err(DeadError::Unknown(_))), "{unknown:?}");
    }
}
