//! Page bodies for the events of one partition, read file by file.
//!
//! Enters: files of `events`, in order. Leaves: the bodies of their pages. Never here: a file read for events without pages.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use journal::Partition;

use super::{FileRows, Snapshot, SnapshotError};
use crate::TableKind;
use crate::contents::ArchiveFile;
use crate::rows::Bodies;

/// The files of `pages` of one partition, the last one read kept.
pub(super) struct PageFiles {
    partition: Partition,
    files: Vec<Arc<ArchiveFile>>,
    last: Option<(String, Bodies)>,
}

impl PageFiles {
    pub(super) fn new(snapshot: &Snapshot, partition: Partition) -> Result<Self, SnapshotError> {
        Ok(Self {
            partition,
            files: snapshot.files(TableKind::Pages, partition)?,
            last: None,
        })
    }

    /// Bodies of the page events in a file of `events`; nothing is read if it has none.
    pub(super) async fn bodies(
        &mut self,
        snapshot: &Snapshot,
        file: &FileRows,
    ) -> Result<Bodies, SnapshotError> {
        let mut bodies = Bodies::default();
        if !has_pages(&file.rows) {
            return Ok(bodies);
        }
        let overlaps = |listed: &&Arc<ArchiveFile>| {
            listed.offsets.start < file.range.end && file.range.start < listed.offsets.end
        };
        for listed in self.files.iter().filter(overlaps) {
            if self
                .last
                .as_ref()
                .is_none_or(|(last, _)| *last != listed.path)
            {
                let pages = snapshot.file(TableKind::Pages, listed).await?;
                let fault = |source| SnapshotError::Row {
                    partition: self.partition,
                    first: listed.offsets.start,
                    source,
                };
                let read = Bodies::read(&[pages.rows]).map_err(fault)?;
                self.last = Some((listed.path.clone(), read));
            }
            if let Some((_, read)) = &self.last {
                bodies.extend(read);
            }
        }
        Ok(bodies)
    }
}

fn has_pages(rows: &RecordBatch) -> bool {
    let kinds = rows
        .column_by_name("kind")
        .and_then(|kinds| kinds.as_string_opt::<i32>());
    kinds.is_none_or(|kinds| {
        let page = event::Kind::ResponsePage.as_str();
        kinds.iter().any(|kind| kind == Some(page))
    })
}
