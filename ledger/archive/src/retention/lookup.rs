//! What went, asked of the tombstones.
//!
//! Enters: a session, or a partition. Leaves: who let it go, when, by which rule; which offsets. Never here: what it said: nobody knows.

use event::{SessionId, TimeNs};
use journal::Partition;
use serde::Serialize;

use super::error::RetentionError;
use crate::tombstone::{RuleCount, Tombstone};
use crate::{Archive, Snapshot, TableKind};

/// Something that went at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Erasure {
    /// When it went.
    pub at: TimeNs,
    /// Who let it go.
    pub by: String,
    /// By which rules.
    pub rules: Vec<RuleCount>,
    /// The partition, `firn.events/3`.
    pub partition: String,
    /// First offset of the files it was in.
    pub first: u64,
    /// One past the last.
    pub end: u64,
    /// Events that went; of one session where one was asked for.
    pub events: u64,
}

impl Archive {
    /// All that went, oldest first.
    pub async fn erasures(&self) -> Result<Vec<Erasure>, RetentionError> {
        let leaves = |tombstone: &Tombstone| tombstone.gone.as_ref().map_or(0, |gone| gone.leaves);
        self.snapshot().await?.erasures_where(leaves).await
    }

    /// What went of a session, oldest first; nothing if nothing did.
    pub async fn erasures_of(&self, session: SessionId) -> Result<Vec<Erasure>, RetentionError> {
        self.snapshot().await?.erasures_of(session).await
    }
}

impl Snapshot {
    /// What went of a session, oldest first; nothing if nothing did.
    pub async fn erasures_of(&self, session: SessionId) -> Result<Vec<Erasure>, RetentionError> {
        let of_session = move |tombstone: &Tombstone| {
            let segments = tombstone.gone.iter().flat_map(|gone| &gone.segments);
            let of = segments.filter(|segment| segment.session == Some(session));
            of.map(|segment| segment.count).sum()
        };
        self.erasures_where(of_session).await
    }

    async fn erasures_where(
        &self,
        count: impl Fn(&Tombstone) -> u64 + Send + Sync,
    ) -> Result<Vec<Erasure>, RetentionError> {
        let mut erasures = Vec::new();
        for partition in self.next_offsets().keys().copied() {
            for tombstone in self.tombstones(partition).await? {
                let events = count(&tombstone);
                let Some(gone) = tombstone.gone.filter(|_| events > 0) else {
                    continue;
                };
                erasures.push(Erasure {
                    at: gone.at,
                    by: gone.by,
                    rules: gone.rules,
                    partition: tombstone.partition,
                    first: tombstone.first,
                    end: tombstone.end,
                    events,
                });
            }
        }
        erasures.sort_by_key(|erasure| erasure.at);
        Ok(erasures)
    }

    /// Every tombstone of a partition.
    pub(crate) async fn tombstones(
        &self,
        partition: Partition,
    ) -> Result<Vec<Tombstone>, RetentionError> {
        let table = self.archive().table(TableKind::Events);
        let mut found = Vec::new();
        for file in self.selection(TableKind::Events, partition).chosen {
            if let Some(erased) = file.claim().and_then(|claim| claim.erased) {
                found.extend(table.tombstones(partition, erased.tombstone).await?);
            }
        }
        Ok(found)
    }
}

/// First and last offset of everything that went of a partition, in order.
pub(crate) async fn gaps_of(
    snapshot: &Snapshot,
    partition: Partition,
) -> Result<Vec<(u64, u64)>, RetentionError> {
    let tombstones = snapshot.tombstones(partition).await?;
    let gone = tombstones
        .into_iter()
        .filter_map(|tombstone| tombstone.gone);
    let gaps = gone.flat_map(|gone| gone.gaps);
    let mut gaps: Vec<(u64, u64)> = gaps.map(|gap| (gap.first, gap.last)).collect();
    gaps.sort_unstable();
    Ok(gaps)
}
