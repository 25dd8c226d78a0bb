//! What all processes of a simulation share: one journal, one store, one clock, and what a history must come to.
//!
//! Enters: a seed. Leaves: the oracle. Never here: a process.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use event::{Event, TimeNs};
use journal::clock::{Clock as _, ManualClock};
use journal::memory::Memory;
use journal::{Delivered, Journal, Partition, Position};
use object_store::ObjectStore;
use object_store::memory::InMemory;
use parking_lot::Mutex;
use url::Url;

use super::super::Draw;
use super::super::retention::world::{DAY, Kept, expected};
use super::Case;
use super::counsel::Ordered;
use super::gateway::History;
use super::mutants::Mutant;
use super::stage::Stage;
use super::store::{Reached, Way};
use super::wrong::Wrong;
use crate::rows::{Quarantined, fits};
use crate::{Archive, Batch, OpenError};

/// What a seed draws before anything happens.
pub(super) struct World {
    pub(super) memory: Memory,
    pub(super) journal: Arc<dyn Journal>,
    /// As who judges reaches it: in no turn, and listing what there is.
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) stage: Arc<Stage>,
    pub(super) clock: Arc<ManualClock>,
    pub(super) history: Mutex<History>,
    /// Retention, where there is one.
    pub(super) kept: Option<Kept>,
    /// Records a batch holds at most.
    pub(super) batch: usize,
    /// Nanoseconds between two events, of which there are up to four.
    pub(super) pace: i64,
    /// Holds that were asked for.
    pub(super) orders: Mutex<Vec<Ordered>>,
    /// How far each partition is archived, as recorders were told.
    pub(super) archived: Mutex<BTreeMap<Partition, u64>>,
    /// That, as it was when each one began who let something go; by the name it goes by.
    pub(super) begun: Mutex<BTreeMap<String, BTreeMap<Partition, u64>>>,
    /// Readings that came to their end.
    pub(super) readings: AtomicU64,
}

/// Days in which everything goes within a short history.
const SOON: Kept = Kept {
    results: Some(1),
    statements: Some(2),
    sales_results: None,
    readers: Some(1),
    operations: Some(1),
};

impl World {
    pub(super) fn drawn(case: Case) -> Self {
        let Case { seed, is_short, .. } = case;
        let mut draw = Draw::new(seed);
        let memory = Memory::new(1 + draw.below(2) as u32, 100_000);
        let results = 1 + draw.below(4) as i64;
        let kept = Kept {
            results: Some(results),
            // Results never stay longer than what they are results of.
            statements: Some(results.max(2 + draw.below(8) as i64)),
            sales_results: (draw.below(2) == 0).then_some(1),
            readers: (draw.below(2) == 0).then_some(2 + draw.below(5) as i64),
            operations: (draw.below(2) == 0).then_some(3),
        };
        let events = 12 + draw.below(40);
        let kept = (draw.below(2) == 0).then_some(kept);
        let batch = 1 + draw.below(9);
        let late = [0, 0, 20, 120][draw.below(4)];
        let stage = match is_short {
            true => Stage::new(seed, 20 * (seed % 2), case.mutant),
            false => Stage::new(seed, late, case.mutant),
        };
        let sound: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        Self {
            journal: Arc::new(memory.clone()),
            memory,
            store: match case.mutant {
                Some(mutant) => Arc::new(Wrong {
                    inner: sound,
                    mutant,
                }),
                None => sound,
            },
            stage: Arc::new(stage),
            clock: Arc::new(ManualClock::at(TimeNs(1_000 * DAY))),
            kept: if is_short { Some(SOON) } else { kept },
            batch: if is_short { 1 + batch / 3 } else { batch },
            pace: if is_short { DAY / 3 } else { DAY / 10 },
            history: Mutex::new(History::drawn(seed, if is_short { 12 } else { events })),
            orders: Mutex::default(),
            archived: Mutex::default(),
            begun: Mutex::default(),
            readings: AtomicU64::new(0),
        }
    }

    pub(super) fn now(&self) -> TimeNs {
        self.clock.now()
    }

    /// The archive as one life of a process reaches it.
    pub(super) async fn open(&self, way: &Arc<Way>) -> Result<Archive, OpenError> {
        let reached = Reached {
            inner: Arc::clone(&self.store),
            way: Arc::clone(way),
        };
        let url = Url::parse("memory:///archive/").unwrap();
        Archive::on_store(Arc::new(reached), url).await
    }

    /// The journal's partitions.
    pub(super) async fn partitions(&self) -> Vec<Partition> {
        let mut all = Vec::new();
        for topic in journal::Topic::ALL {
            all.extend(self.journal.partitions(topic).await.unwrap());
        }
        all
    }

    /// At most so many records of a partition from `first` on, as the recorder puts them together.
    pub(super) fn batch(&self, partition: Partition, first: u64, most: usize) -> Batch {
        let mut batch = Batch::new(partition, first);
        let records = self.memory.all().into_iter();
        let records = records.filter(|record| record.position.partition == partition);
        let records = records.filter(|record| record.position.offset.0 >= first);
        for record in records.take(most) {
            if self.stage.has(Mutant::RecordLeftOut) && record.position.offset.0 % 5 == 3 {
                continue;
            }
            match event::decode(&record.value) {
                Ok(event) => {
                    fits(record.position, &event, &record.value).unwrap();
                    let hash = event::event_hash(&record.value);
                    batch.push(record.position.offset.0, event, hash);
                }
                Err(error) => batch.quarantine(set_aside(record, error.to_string())),
            }
        }
        batch
    }

    /// Every event that was ever journaled.
    pub(super) fn events(&self) -> Vec<(Position, Event)> {
        let records = self.memory.all().into_iter();
        let events = records.filter_map(|record| {
            let event = event::decode(&record.value).ok()?;
            Some((record.position, event))
        });
        let mut events: Vec<_> = events.collect();
        events.sort_by_key(|(position, _)| *position);
        events
    }

    /// Every record that is no event.
    pub(super) fn junk(&self) -> Vec<Position> {
        let records = self.memory.all().into_iter();
        let junk = records.filter(|record| event::decode(&record.value).is_err());
        let mut junk: Vec<Position> = junk.map(|record| record.position).collect();
        junk.sort();
        junk
    }

    /// What a reader found before `ends` is what was journaled there, each once, but for what retention may have let go by now.
    pub(super) fn assert_read(&self, found: &[(Position, Event)], ends: &BTreeMap<Partition, u64>) {
        let now = self.now();
        let mut found = found.iter().peekable();
        for one in self.events() {
            let (position, _) = one;
            if position.offset.0 >= ends.get(&position.partition).copied().unwrap_or(0) {
                continue;
            }
            if found.next_if(|found| **found == one).is_some() {
                continue;
            }
            let may_go = self.kept.is_some_and(|kept| {
                expected(std::slice::from_ref(&one), &kept, now, |_, _| false).is_empty()
            });
            assert!(may_go, "{position:?} is not there");
        }
        let more = found.next();
        assert!(more.is_none(), "{more:?} was not journaled there, or twice");
    }
}

fn set_aside(record: Delivered, reason: String) -> Quarantined {
    Quarantined {
        partition: record.position.partition,
        offset: record.position.offset.0,
        reason,
        key: record.key.into(),
        headers: Vec::new(),
        sha256: event::Digest::of(&record.value),
        value: record.value,
        arrived: 5,
    }
}
