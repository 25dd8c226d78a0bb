//! What the store says of the archive's objects: size and tag, from one listing a table.
//!
//! Enters: a snapshot. Leaves: whether an object is the one that was seen before, as far as the store tells. Never here: a look into it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures::TryStreamExt as _;
use object_store::ObjectMeta;
use serde::{Deserialize, Serialize};

use crate::{Snapshot, TableError, TableKind};

/// Tables whose files are verified.
pub(super) const TABLES: [TableKind; 5] = [
    TableKind::Events,
    TableKind::Pages,
    TableKind::Quarantine,
    TableKind::Statements,
    TableKind::Sessions,
];

/// An object, as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Object {
    size: u64,
    /// Its entity tag: changes with each write. Of a store without tags, when it was written.
    tag: Tag,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tag {
    Entity(String),
    Written(DateTime<Utc>),
}

impl From<ObjectMeta> for Object {
    fn from(meta: ObjectMeta) -> Self {
        let tag = meta.e_tag.map(Tag::Entity);
        Self {
            size: meta.size,
            tag: tag.unwrap_or(Tag::Written(meta.last_modified)),
        }
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Objects(HashMap<(&'static str, String), Object>);

impl Objects {
    /// Lists them; before anything is read, so that what is read is what was listed, or is found out the next time.
    pub(super) async fn list(snapshot: &Snapshot) -> Result<Self, TableError> {
        let mut objects = HashMap::new();
        for kind in TABLES {
            let mut listing = snapshot.archive().table(kind).store.list(None);
            let fault = |source| TableError::Store {
                path: format!("{}/", kind.name()),
                source,
            };
            while let Some(meta) = listing.try_next().await.map_err(fault)? {
                let path = meta.location.to_string();
                if path.ends_with(".parquet") && !path.starts_with("_delta_log") {
                    objects.insert((kind.name(), path), Object::from(meta));
                }
            }
        }
        Ok(Self(objects))
    }

    pub(super) fn get(&self, kind: TableKind, path: &str) -> Option<&Object> {
        self.0.get(&(kind.name(), path.to_owned()))
    }
}
