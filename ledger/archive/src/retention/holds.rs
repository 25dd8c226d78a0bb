//! Legal holds: what must stay whatever the rules say.
//!
//! Enters: whom or what a hold is about, who says so, why, when. Leaves: an object a hold, and another when it is released, beside the
//! archive's tables; both are created once. Never here: an object changed or deleted, and a hold that is not understood taken for none.
//!
//! A hold is also said by number, in objects that follow one another and are asked for by name: a store may not list yet what is there,
//! and what was held a moment ago must not go meanwhile. How many there are is said in the log of `events`, where whoever lets go commits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use event::{SessionId, TimeNs};
use futures::future::join_all;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::limits::{COMMIT_TRIES_MAX, HOLDS_AT_ONCE};
use crate::{Archive, TableError, TableKind, object};

/// Folder beside the tables.
const FOLDER: &str = "retention";
const HOLDS: &str = "holds";
const RELEASED: &str = ".released.json";
/// Ids of holds, numbered from 0 without a gap.
const NUMBERED: &str = "numbered";

/// What a hold covers: whatever meets all that is given. A session that meets it stays whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scope {
    /// This session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// Sessions of this principal: subject or name for people, or whom the agent acts for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// Sessions with a statement that reads or writes this table: `TABLE`, `SCHEMA.TABLE` or `DATABASE.SCHEMA.TABLE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// What was then or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<TimeNs>,
    /// What was before then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<TimeNs>,
}

impl Scope {
    /// It names nothing, so it would hold everything.
    pub const fn is_empty(&self) -> bool {
        self.session.is_none()
            && self.principal.is_none()
            && self.table.is_none()
            && self.from.is_none()
            && self.until.is_none()
    }

    /// Whether `name`, `DATABASE.SCHEMA.TABLE`, is the table held.
    pub(super) fn is_table(&self, name: &str) -> bool {
        self.table.as_ref().is_some_and(|held| {
            let (name, held) = (name.to_uppercase(), held.to_uppercase());
            name == held || name.ends_with(&format!(".{held}"))
        })
    }
}

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Its name.
    pub id: Uuid,
    /// What it covers.
    pub scope: Scope,
    /// Why: a case number, a letter.
    pub why: String,
    /// Who says so.
    pub by: String,
    /// Since when, nanoseconds since 1970 UTC.
    pub at: TimeNs,
    /// How it ended, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Release>,
}

/// The end of a hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Why it is over.
    pub why: String,
    /// Who says so.
    pub by: String,
    /// Since when, nanoseconds since 1970 UTC.
    pub at: TimeNs,
}

/// Why holds are not known, or one is not changed.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// The place of the holds.
    #[error(transparent)]
    Place(#[from] TableError),
    /// The store.
    #[error("hold {path} cannot be read or written: {source}")]
    Store {
        /// The object.
        path: String,
        /// What the store said.
        source: object_store::Error,
    },
    /// An object among the holds is none.
    #[error("{path} is no hold: {detail}; nothing goes until it is moved away or understood")]
    Strange {
        /// The object.
        path: String,
        /// What is wrong.
        detail: String,
    },
    /// It would hold everything for ever.
    #[error("a hold names a session, a principal, a table or a time")]
    Empty,
    /// Its times are the wrong way around.
    #[error("a hold until a time must begin before it")]
    Backwards,
    /// Nobody knows it.
    #[error("there is no hold {0}; `firn retention hold list` shows all")]
    Unknown(Uuid),
    /// Somebody was first.
    #[error("hold {0} is released already")]
    Released(Uuid),
    /// The id was used.
    #[error("there is a hold {0} already")]
    Exists(Uuid),
}

impl Archive {
    /// Holds, in the order they were made; released ones too.
    pub async fn holds(&self) -> Result<Vec<Hold>, HoldError> {
        let store = self.folder(FOLDER)?;
        let fault = |path: &Path, source| HoldError::Store {
            path: path.to_string(),
            source,
        };
        let prefix = Path::from(HOLDS);
        let listed: Result<Vec<_>, _> = store.list(Some(&prefix)).try_collect().await;
        let listed = listed_or(listed, &prefix)?.into_iter();
        let listed: BTreeSet<Path> = listed.map(|object| object.location).collect();
        let mut paths: BTreeSet<Path> = self.numbered().await?.into_iter().map(place).collect();
        paths.extend(listed.iter().cloned());
        let mut holds = BTreeMap::new();
        let mut ends = BTreeMap::new();
        // Beside each other, and taken in the order of their places: of several that are wrong, the first is always the one that is named.
        let reading = paths.into_iter().map(|path| read(&store, path));
        let reading: Vec<_> = reading.collect();
        let mut told = futures::stream::iter(reading).buffered(HOLDS_AT_ONCE);
        while let Some((path, found)) = told.next().await {
            let bytes = match found {
                Ok(bytes) => bytes,
                // Somebody moved it away, as one that is not understood has to be.
                Err(object_store::Error::NotFound { .. }) if !listed.contains(&path) => continue,
                Err(source) => return Err(fault(&path, source)),
            };
            let name = path.filename().unwrap_or_default();
            let (id, is_end) = match name.strip_suffix(RELEASED) {
                Some(id) => (id, true),
                None => (name.trim_end_matches(".json"), false),
            };
            let strange = |detail: String| HoldError::Strange {
                path: path.to_string(),
                detail,
            };
            let id: Uuid = id
                .parse()
                .map_err(|_| strange("its name is no id".to_owned()))?;
            if is_end {
                let end: Release =
                    serde_json::from_slice(&bytes).map_err(|error| strange(error.to_string()))?;
                ends.insert(id, (path, end));
                continue;
            }
            let hold: Hold =
                serde_json::from_slice(&bytes).map_err(|error| strange(error.to_string()))?;
            if hold.id != id || hold.released.is_some() || hold.scope.is_empty() {
                return Err(strange("it is not what its name says".to_owned()));
            }
            holds.insert(id, hold);
        }
        for (id, (path, end)) in ends {
            let hold = holds.get_mut(&id).ok_or_else(|| HoldError::Strange {
                path: path.to_string(),
                detail: "it ends a hold that is not there".to_owned(),
            })?;
            hold.released = Some(end);
        }
        let mut holds: Vec<Hold> = holds.into_values().collect();
        holds.sort_by_key(|hold| (hold.at, hold.id));
        Ok(holds)
    }

    /// Holds what `hold` covers from now on.
    pub async fn hold(&self, hold: &Hold) -> Result<(), HoldError> {
        if hold.scope.is_empty() {
            return Err(HoldError::Empty);
        }
        let bounds = hold.scope.from.zip(hold.scope.until);
        if bounds.is_some_and(|(from, until)| from >= until) {
            return Err(HoldError::Backwards);
        }
        let is_new = self.create(&place(hold.id), hold).await?;
        // Of one that is there too: whoever made it may have been cut off before this.
        let holds = self.number(hold.id).await?;
        self.table(TableKind::Events).note_holds(holds).await?;
        match is_new {
            true => Ok(()),
            false => Err(HoldError::Exists(hold.id)),
        }
    }

    /// Ends a hold. It stays on record, with its end.
    pub async fn release(&self, id: Uuid, end: &Release) -> Result<(), HoldError> {
        if !self.holds().await?.iter().any(|hold| hold.id == id) {
            return Err(HoldError::Unknown(id));
        }
        let path = Path::from(format!("{HOLDS}/{id}{RELEASED}"));
        match self.create(&path, end).await? {
            true => Ok(()),
            false => Err(HoldError::Released(id)),
        }
    }

    /// Ids of holds that were said by number; none of those that earlier releases made.
    async fn numbered(&self) -> Result<Vec<Uuid>, HoldError> {
        let store = self.folder(FOLDER)?;
        // As many as the log told of are there, so they are asked for beside each other. It may be wrong in either direction: what ends
        // them is the first number that is not there, as if they were asked for one after another.
        let known = self.table(TableKind::Events).known_holds().await;
        let known = usize::try_from(known).unwrap_or(usize::MAX);
        let mut ids: Vec<Uuid> = Vec::new();
        loop {
            let first = ids.len();
            let ahead = known.saturating_sub(first).clamp(1, HOLDS_AT_ONCE);
            let asked = (first..first + ahead).map(|number| read(&store, numbered(number)));
            for (path, found) in join_all(asked).await {
                match id_of(&path, found)? {
                    Some(id) => ids.push(id),
                    None => return Ok(ids),
                }
            }
        }
    }

    /// Says a hold by number, unless it is; how many there are up to it.
    async fn number(&self, id: Uuid) -> Result<u64, HoldError> {
        for _ in 0..COMMIT_TRIES_MAX {
            let known = self.numbered().await?;
            if let Some(at) = known.iter().position(|known| *known == id) {
                return Ok(at as u64 + 1);
            }
            // Another may be first; each time one more is numbered.
            self.create(&numbered(known.len()), &id).await?;
        }
        Err(HoldError::Store {
            path: place(id).to_string(),
            source: object_store::Error::Generic {
                store: "holds",
                source: "it found no number; make another".into(),
            },
        })
    }

    /// False if the object is there.
    async fn create(&self, path: &Path, value: &impl Serialize) -> Result<bool, HoldError> {
        let store = self.folder(FOLDER)?;
        let bytes = serde_json::to_vec(value).map_err(|error| HoldError::Strange {
            path: path.to_string(),
            detail: error.to_string(),
        })?;
        let created = object::create(&store, path, bytes).await;
        created.map_err(|source| HoldError::Store {
            path: path.to_string(),
            source,
        })
    }
}

/// What stands in a place.
async fn read(
    store: &Arc<dyn ObjectStore>,
    path: Path,
) -> (Path, Result<Bytes, object_store::Error>) {
    let bytes = match store.get(&path).await {
        Ok(found) => found.bytes().await,
        Err(error) => Err(error),
    };
    (path, bytes)
}

/// The id that stands in the place of a number; none where there is nothing.
fn id_of(
    path: &Path,
    found: Result<Bytes, object_store::Error>,
) -> Result<Option<Uuid>, HoldError> {
    let bytes = match found {
        Ok(bytes) => bytes,
        Err(object_store::Error::NotFound { .. }) => return Ok(None),
        Err(source) => {
            return Err(HoldError::Store {
                path: path.to_string(),
                source,
            });
        }
    };
    let id = serde_json::from_slice(&bytes).map_err(|error| HoldError::Strange {
        path: path.to_string(),
        detail: error.to_string(),
    })?;
    Ok(Some(id))
}

/// Where a hold is.
fn place(id: Uuid) -> Path {
    Path::from(format!("{HOLDS}/{id}.json"))
}

/// Where the id of the hold of a number is.
fn numbered(number: usize) -> Path {
    Path::from(format!("{NUMBERED}/{number:08}.json"))
}

/// A folder that was never made lists nothing.
fn listed_or<T>(
    listed: Result<Vec<T>, object_store::Error>,
    prefix: &Path,
) -> Result<Vec<T>, HoldError> {
    match listed {
        Ok(listed) => Ok(listed),
        Err(object_store::Error::NotFound { .. }) => Ok(Vec::new()),
        Err(source) => Err(HoldError::Store {
            path: prefix.to_string(),
            source,
        }),
    }
}
