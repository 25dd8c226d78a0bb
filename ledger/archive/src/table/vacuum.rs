//! Objects and log entries that are no longer needed.
//!
//! Enters: the table's log. Leaves: what it removed, and deletions. Never here: a choice of how long they are kept.

use std::ops::Range;

use deltalake::checkpoints::cleanup_expired_logs_for;
use futures::StreamExt as _;
use object_store::path::Path;

use super::{Table, TableError};

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

    /// Deletes objects; how many there were, as far as the store says.
    pub(crate) async fn delete(&self, objects: &[(String, u64)]) -> Result<u64, TableError> {
        let paths: Vec<_> = objects
            .iter()
            .map(|(path, _)| Ok(Path::from(path.as_str())))
            .collect();
        let mut deleted = 0;
        let mut told = self
            .store
            .delete_stream(futures::stream::iter(paths).boxed());
        while let Some(told) = told.next().await {
            match told {
                Ok(_) => deleted += 1,
                Err(object_store::Error::NotFound { .. }) => {}
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
