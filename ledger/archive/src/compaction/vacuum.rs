//! Objects that no snapshot reads any more are deleted, and log entries that a checkpoint made superfluous.
//!
//! Enters: a table's log, and what is old. Leaves: fewer objects. Never here: an object that the log never listed: it may belong to a
//! commit that is under way, or was paused; and one that the log lists. Of a bucket that keeps versions the object goes and its bytes stay, as
//! long as they are locked: what deletes them then is the bucket's own rule, not this.

use event::TimeNs;

use crate::limits::{LOG_KEPT, VACUUM_AT_ONCE};
use crate::{Archive, NANOS_PER_MILLI, TableError, TableKind};

/// Why not everything was deleted. What was, is; trying again goes on.
#[derive(Debug, thiserror::Error)]
pub enum VacuumError {
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// What was deleted, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vacuumed {
    /// Objects of replaced files.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Objects that the store does not let go: locked ones, on a store that refuses to hide them, or all if its key may not delete.
    pub refused: u64,
    /// Entries and old checkpoints of table logs.
    pub entries: u64,
}

impl Archive {
    /// Deletes the objects of files that were replaced before `before` and not before `since`, and log entries nobody needs at `now`.
    pub async fn vacuum(
        &self,
        since: TimeNs,
        before: TimeNs,
        now: TimeNs,
    ) -> Result<Vacuumed, VacuumError> {
        let mut vacuumed = Vacuumed::default();
        let kept = i64::try_from(LOG_KEPT.as_millis()).unwrap_or(i64::MAX);
        for kind in TableKind::ALL {
            if self.table(kind).contents_if_any().await?.is_none() {
                continue;
            }
            for gone in self
                .replaced(kind, since, before)
                .await?
                .chunks(VACUUM_AT_ONCE)
            {
                let deleted = self.table(kind).delete(gone).await?;
                vacuumed.objects += deleted.objects;
                vacuumed.bytes += deleted.bytes;
                vacuumed.refused += deleted.refused;
            }
            let cutoff = millis(now).saturating_sub(kept);
            vacuumed.entries += self.table(kind).clean_log(cutoff).await?;
        }
        Ok(vacuumed)
    }

    /// What [`Self::vacuum`] would delete of replaced files; of log entries nothing is said.
    pub async fn vacuumable(&self, since: TimeNs, before: TimeNs) -> Result<Vacuumed, VacuumError> {
        let mut vacuumed = Vacuumed::default();
        for kind in TableKind::ALL {
            if self.table(kind).contents_if_any().await?.is_some() {
                let gone = self.replaced(kind, since, before).await?;
                vacuumed.objects += gone.len() as u64;
                vacuumed.bytes += gone.iter().map(|(_, bytes)| bytes).sum::<u64>();
            }
        }
        Ok(vacuumed)
    }

    /// Places and bytes of files that were replaced in that time.
    pub(crate) async fn replaced(
        &self,
        kind: TableKind,
        since: TimeNs,
        before: TimeNs,
    ) -> Result<Vec<(String, u64)>, TableError> {
        let within = millis(since)..millis(before);
        self.table(kind).removed(within).await
    }
}

const fn millis(time: TimeNs) -> i64 {
    time.0.div_euclid(NANOS_PER_MILLI)
}
