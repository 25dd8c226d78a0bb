//! How many leaves a partition has before an offset.
//!
//! Enters: what the log lists. Leaves: a number. Never here: a count over all of history in a commit: files of format 2 carry
//! it on, and only those of format 1 after the last of them are counted, by the log's own statistics.
//!
//! A leaf is a record of the journal whose hash the archive has: an event, or a record in quarantine. A record that leaves
//! quarantine as an event one day keeps its number.

use std::ops::Range;

use journal::Partition;

use super::{Table, TableError};
use crate::rows::quarantined;
use crate::selection::choose;

impl Table {
    /// Leaves of `partition` before `offset`, where a file begins or ends.
    pub(super) async fn leaves_before(
        &self,
        partition: Partition,
        offset: u64,
        quarantine: &Self,
    ) -> Result<u64, TableError> {
        let contents = self.contents().await?;
        let mark = contents.mark_before(partition, offset);
        if mark.offset == offset {
            return Ok(mark.leaves);
        }
        let mut leaves = mark.leaves;
        let uncounted = contents.files_from(partition, mark.offset);
        for file in uncounted
            .iter()
            .filter(|file| file.offsets.start < offset && file.generation == 0)
        {
            leaves += match file.rows {
                Some(rows) => rows,
                None => self.open_file(file).await?.rows(self.kind)?.num_rows() as u64,
            };
        }
        Ok(leaves
            + quarantine
                .set_aside(partition, &(mark.offset..offset))
                .await?)
    }

    /// Records of `partition` that stand in this table, which is `quarantine`, at `offsets`.
    async fn set_aside(
        &self,
        partition: Partition,
        offsets: &Range<u64>,
    ) -> Result<u64, TableError> {
        let contents = self.contents().await?;
        let mut count = 0;
        for file in choose(contents.files(partition)).chosen {
            if file.offsets.start >= offsets.end || file.offsets.end <= offsets.start {
                continue;
            }
            let opened = self.open_file(&file).await?;
            let records = quarantined(&opened.rows(self.kind)?);
            let records = records.map_err(|error| opened.foreign(&error.to_string()))?;
            let inside = records
                .iter()
                .filter(|record| offsets.contains(&record.offset) && !record.is_dropped());
            count += inside.count() as u64;
        }
        Ok(count)
    }
}
