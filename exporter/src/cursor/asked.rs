//! Which span of time a backfill was asked for, in whose words.
//!
//! Enters: the words of a command. Leaves: the span of a backfill that was asked for in the same words and did not come to its end.
//! Never here: a position.

use std::ops::Range;
use std::sync::Arc;

use event::TimeNs;
use futures::TryStreamExt as _;
use object_store::ObjectStore;
use object_store::path::Path;
use serde::{Deserialize, Serialize};

use super::{BACKFILLS, COLLISION_PAUSE, CursorError, CursorStore};
use crate::limits;

/// The words in which a span was asked for: `7d` says another time each day, and is the same word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// From when on.
    pub since: String,
    /// Until when; now unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// What a backfill was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// In which words.
    pub words: Words,
    /// What `since` was then.
    pub since: TimeNs,
    /// What `until` was then.
    pub until: TimeNs,
    /// It came to its end.
    pub whole: bool,
}

impl Asked {
    /// The span of time.
    pub const fn span(&self) -> Range<TimeNs> {
        self.since..self.until
    }
}

impl CursorStore {
    /// The latest backfill of `sink` that was asked for in these words and is not whole.
    pub async fn open_backfill(
        store: &Arc<dyn ObjectStore>,
        sink: &str,
        words: &Words,
    ) -> Result<Option<Asked>, CursorError> {
        let folder = Path::from_iter([sink, BACKFILLS]);
        let listed = store.list(Some(&folder)).try_collect::<Vec<_>>().await;
        let listed = listed.map_err(|source| CursorError::Store {
            path: folder.to_string(),
            source,
        })?;
        let mut open: Option<Asked> = None;
        for meta in listed {
            let cursors = Self {
                store: Arc::clone(store),
                path: meta.location,
            };
            let (cursor, _) = cursors.read().await?;
            let Some(asked) = cursor.asked else { continue };
            let fits = !asked.whole && asked.words == *words;
            if fits && open.as_ref().is_none_or(|now| now.until < asked.until) {
                open = Some(asked);
            }
        }
        Ok(open)
    }

    /// Keeps what was asked for beside the positions.
    pub async fn keep_asked(&self, asked: &Asked) -> Result<(), CursorError> {
        for tries in 1..=limits::CURSOR_TRIES_MAX {
            let (mut cursor, version) = self.read().await?;
            cursor.asked = Some(asked.clone());
            if self.put(&cursor, version).await?.is_some() {
                return Ok(());
            }
            tokio::time::sleep(COLLISION_PAUSE * tries).await;
        }
        Err(CursorError::Contended(self.path.to_string()))
    }
}
