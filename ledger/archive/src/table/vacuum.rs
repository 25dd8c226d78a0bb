//! Objects and log entries that are no longer needed.
//!
//! Enters: the table's log. Leaves: what it removed, and deletions. Never here: a choice of how long they are kept, or a stop at an object that
//! the store does not let go.

use std::collections::HashMap;
use std::ops::Range;

use deltalake::checkpoints::cleanup_expired_logs_for;
use futures::StreamExt as _;
use object_store::path::Path;

use super::{Table, TableError};

/// What became of objects that were to be deleted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Deleted {
    /// Those the store let go, as far as it says.
    pub(crate) objects: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Those it did not.
    pub(crate) refused: u64,
}

impl Table {
    /// Files the log removed within these milliseconds since 1970 UTC and lists no more: place and bytes.
    pub(crate) async fn removed(
        &self,
        within: Range<i64>,
    ) -> Result<Vec<(String, u64)>, TableError> {
        let (delta, contents) = {
            let seen = self.fresh().await?;
            (seen.delta, seen.contents)
        };
        let state = delta.snapshot().map_err(|error| self.log_error(error))?;
        let mut tombstones = state.all_tombstones(self.log.as_ref());
        let mut removed = Vec::new();
        while let Some(tombstone) = tombstones.next().await {
            let tombstone = tombstone.map_err(|error| self.log_error(error))?;
            let path = tombstone.path().into_owned();
            let at = tombstone.deletion_timestamp();
            if at.is_some_and(|at| within.contains(&at)) && !contents.has(&path) {
                let size = tombstone.size().and_then(|size| u64::try_from(size).ok());
                removed.push((path, size.unwrap_or(0)));
            }
        }
        Ok(removed)
    }

    /// Deletes objects, given with their bytes.
    pub(crate) async fn delete(&self, objects: &[(String, u64)]) -> Result<Deleted, TableError> {
        let place = |path: &String| Path::from(path.as_str());
        let paths: Vec<_> = objects.iter().map(|(path, _)| Ok(place(path))).collect();
        let sizes = objects.iter().map(|(path, bytes)| (place(path), *bytes));
        let sizes: HashMap<Path, u64> = sizes.collect();
        let mut deleted = Deleted::default();
        let mut told = self
            .store
            .delete_stream(futures::stream::iter(paths).boxed());
        while let Some(told) = told.next().await {
            match told {
                Ok(path) => {
                    deleted.objects += 1;
                    deleted.bytes += sizes.get(&path).copied().unwrap_or(0);
                }
                Err(object_store::Error::NotFound { .. }) => {}
                Err(error) if is_refused(&error) => deleted.refused += 1,
                Err(source) => {
                    return Err(TableError::Store {
                        path: self.kind.name().to_owned(),
                        source,
                    });
                }
            }
        }
        Ok(deleted)
    }

    /// Deletes entries before the newest checkpoint that are older than `cutoff`, milliseconds since 1970 UTC.
    pub(crate) async fn clean_log(&self, cutoff: i64) -> Result<u64, TableError> {
        let Some(checkpoint) = self.last_checkpoint().await? else {
            return Ok(0);
        };
        let cleaned = cleanup_expired_logs_for(checkpoint, self.log.as_ref(), cutoff, None);
        let cleaned = cleaned.await.map_err(|error| self.log_error(error))?;
        Ok(cleaned as u64)
    }
}

/// The store let one object stay: it is locked, or the key may not delete it. The library says so in words alone.
fn is_refused(error: &object_store::Error) -> bool {
    error.to_string().contains("(code: AccessDenied)")
}
