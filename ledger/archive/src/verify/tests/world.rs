//! A sound record to tamper with: two runs of a gateway, journaled and archived.

use std::collections::BTreeSet;
use std::time::Duration;

use arrow::array::RecordBatch;
use event::payload::ProducerRole;
use event::{Event, SessionId, TimeNs};
use object_store::ObjectStore;
use object_store::memory::InMemory;
use uuid::Uuid;

use super::super::*;
use super::SECOND;
use crate::rows::{Quarantined, fits};
use crate::samples::Draw;
use crate::sealed::Pace;
use crate::tests::Release1;
use crate::{Batch, TableKind, tamper};
use ::journal::clock::ManualClock;
use ::journal::emit::{Draft, Emitter, EmitterConfig};
use ::journal::memory::Memory;
use ::journal::{Delivered, Record};
use event::Kind;

/// A journal, and the archive of it.
pub(super) struct World {
    pub(super) memory: Memory,
    pub(super) journal: Arc<dyn Journal>,
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) clock: Arc<ManualClock>,
    pub(super) archive: Archive,
}

impl World {
    pub(super) async fn new() -> Self {
        let memory = Memory::new(2, 100_000);
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let url = url::Url::parse("memory:///archive/").unwrap();
        Self {
            journal: Arc::new(memory.clone()),
            memory,
            archive: Archive::on_store(Arc::clone(&store), url).await.unwrap(),
            store,
            clock: Arc::new(ManualClock::at(TimeNs(1_700_000_000 * SECOND))),
        }
    }

    /// As `sound`, with all of it sealed.
    pub(super) async fn sealed() -> Self {
        let world = Self::sound().await;
        world.seal().await;
        world
    }

    /// Seals all that is recorded.
    pub(super) async fn seal(&self) {
        let seal = || self.archive.seal(TimeNs(0), Pace::default());
        while seal().await.unwrap().is_some() {}
    }

    pub(super) async fn emitter(&self) -> Emitter {
        let config = EmitterConfig {
            heartbeat_interval: Duration::from_secs(3_600),
            ..EmitterConfig::new(ProducerRole::Gateway)
        };
        let clock = Arc::clone(&self.clock);
        Emitter::start(Arc::clone(&self.journal), clock, config)
            .await
            .unwrap()
    }

    /// Events of every kind a gateway emits, in four sessions and in none, a second apart.
    pub(super) async fn work(&self, emitter: &Emitter, seed: u64) {
        let mut draw = Draw::new(seed);
        // What a producer says of itself is the emitter's.
        let own = |kind: &Kind| kind.as_str().starts_with("producer.");
        let kinds: Vec<Kind> = Kind::ALL
            .iter()
            .copied()
            .filter(|kind| !own(kind))
            .collect();
        for number in 0..110 {
            let kind = match number % 4 {
                0 => Kind::ResponsePage,
                _ => kinds[(number - number / 4) % kinds.len()],
            };
            let sample = draw.event(kind);
            let session = (number % 5 > 0).then(|| session(seed, number % 5));
            let draft = Draft {
                session_id: session,
                statement_id: sample.statement_id,
                principal: sample.principal,
                source: sample.source,
                connection: sample.connection,
                policy: sample.policy,
                payload: sample.payload,
            };
            emitter.emit(draft).await.unwrap();
            self.clock.advance(SECOND + 7);
        }
    }

    /// Two runs that ended in order, long ago enough that nothing is young.
    pub(super) async fn sound() -> Self {
        Self::sound_by(|_| false).await
    }

    /// The same, some files written by a recorder of release 1.
    pub(super) async fn sound_by(by_release_1: impl Fn(usize) -> bool) -> Self {
        let world = Self::new().await;
        for seed in [1, 2] {
            let emitter = world.emitter().await;
            world.work(&emitter, seed).await;
            emitter.stop().await.unwrap();
            world.clock.advance(600 * SECOND);
        }
        let junk = Record {
            key: [9; 16],
            headers: vec![("who".to_owned(), "knows".to_owned())],
            value: "no event".into(),
        };
        world.journal.append(Topic::Events, junk).await.unwrap();
        let emitter = world.emitter().await;
        emitter.stop().await.unwrap();
        world.record_only(|_| true, by_release_1).await;
        world
    }

    /// Archives what is journaled, 40 records a file.
    pub(super) async fn record(&self) {
        self.record_only(|_| true, |_| false).await;
    }

    /// Archives what is wanted, files by number as release 1 did.
    pub(super) async fn record_only(
        &self,
        wanted: impl Fn(&Event) -> bool,
        by_release_1: impl Fn(usize) -> bool,
    ) {
        let mut records = self.memory.all();
        records.retain(|record| event::decode(&record.value).map_or(true, |event| wanted(&event)));
        let partitions: BTreeSet<Partition> = records
            .iter()
            .map(|record| record.position.partition)
            .collect();
        let old = Release1::new(&self.store, TableKind::schema);
        for partition in partitions {
            let mine = records
                .iter()
                .filter(|record| record.position.partition == partition);
            let mine: Vec<&Delivered> = mine.collect();
            for (number, chunk) in mine.chunks(40).enumerate() {
                let position = self.archive.position(partition).await.unwrap();
                let mut batch = Batch::new(partition, position);
                for record in chunk
                    .iter()
                    .filter(|record| record.position.offset.0 >= position)
                {
                    put(&mut batch, record);
                }
                if batch.is_empty() {
                } else if by_release_1(number) {
                    old.commit(&batch).await.unwrap();
                } else {
                    self.archive.commit(&batch).await.unwrap();
                }
            }
        }
    }

    pub(super) async fn verify(&self) -> Report {
        verify(&self.archive, Some(&self.journal)).await.unwrap()
    }

    pub(super) async fn verify_alone(&self) -> Report {
        verify(&self.archive, None).await.unwrap()
    }

    pub(super) async fn delete_rows(&self, gone: impl Fn(&RecordBatch, usize) -> bool) -> usize {
        tamper::delete_rows(&self.archive, &self.store, gone).await
    }
}

fn put(batch: &mut Batch, record: &Delivered) {
    let offset = record.position.offset.0;
    match event::decode(&record.value) {
        Ok(event) => {
            fits(record.position, &event, &record.value).unwrap();
            batch.push(offset, event, event::event_hash(&record.value));
        }
        Err(error) => batch.quarantine(Quarantined {
            partition: record.position.partition,
            offset,
            reason: error.to_string(),
            key: record.key.clone().into(),
            headers: Vec::new(),
            value: record.value.clone(),
            sha256: event::Digest::of(&record.value),
            arrived: 5,
        }),
    }
}

pub(super) fn session(seed: u64, number: usize) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(u128::from(seed) * 100 + number as u128))
}
