//! Recorders over a journal and an archive in memory: doubled, killed, revoked, fed with junk; each record archived once.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use archive::{Archive, TableKind};
use async_trait::async_trait;
use bytes::Bytes;
use event::payload::{Canceler, StatementCanceled};
use event::{Digest, Event, EventId, Part, Producer, RunId, SessionId, TimeNs};
use futures::{StreamExt, TryStreamExt};
use journal::clock::{Clock, ManualClock};
use journal::memory::Memory;
use journal::{
    Appending, Assignments, Journal, Offset, Partition, ReadError, Record, Subscription, Topic,
};
use object_store::ObjectStore;
use object_store::memory::InMemory;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Config, Counters, Dependencies, build};

const PARTITIONS: u32 = 2;

/// A journal whose groups do not work: everybody is given everything, and begins where `begins` says.
#[derive(Clone)]
struct Shared {
    memory: Memory,
    begins: u64,
}

#[async_trait]
impl Journal for Shared {
    fn append(&self, topic: Topic, record: Record) -> Appending {
        self.memory.append(topic, record)
    }

    async fn subscribe(
        &self,
        partition: Partition,
        from: Offset,
    ) -> Result<Subscription, ReadError> {
        if from.0 < self.begins {
            return Err(ReadError::Dropped {
                partition,
                asked: from.0,
                begins: self.begins,
            });
        }
        self.memory.subscribe(partition, from).await
    }

    async fn partitions(&self, topic: Topic) -> Result<Vec<Partition>, ReadError> {
        self.memory.partitions(topic).await
    }

    async fn bounds(&self, partition: Partition) -> Result<Range<u64>, ReadError> {
        self.memory.bounds(partition).await
    }

    async fn join(&self, _: &str) -> Result<Assignments, ReadError> {
        let mut all = self.memory.partitions(Topic::Events).await?;
        all.extend(self.memory.partitions(Topic::Control).await?);
        let given = futures::stream::once(async move { Ok(all) });
        Ok(given.chain(futures::stream::pending()).boxed())
    }

    async fn close(&self) {
        self.memory.close().await;
    }
}

fn event(number: u64) -> Event {
    let session = SessionId::from_uuid(Uuid::from_u128(u128::from(number % 17)));
    Event {
        event_id: EventId::from_uuid(Uuid::from_u128(u128::from(number))),
        session_id: Some(session),
        statement_id: None,
        time: TimeNs(1_700_000_000_000_000_000 + number as i64),
        producer: Producer {
            run: RunId::from_uuid(Uuid::from_u128(1)),
            seq: number,
        },
        part: Part {
            index: number,
            previous_hash: Digest::ZERO,
        },
        principal: None,
        source: None,
        connection: None,
        policy: None,
        payload: StatementCanceled {
            by: Canceler::Client,
        }
        .into(),
    }
}

/// Appends a record, one in eleven of them junk.
async fn append(journal: &dyn Journal, number: u64) {
    let event = event(number);
    let value = match number % 11 {
        3 => Bytes::from(format!("junk {number}")),
        _ => Bytes::from(event::encode(&event).unwrap()),
    };
    let record = Record {
        key: event.key(),
        headers: Vec::new(),
        value,
    };
    let topic = if number.is_multiple_of(5) {
        Topic::Control
    } else {
        Topic::Events
    };
    journal.append(topic, record).await.unwrap();
}

async fn open(store: &Arc<dyn ObjectStore>) -> Archive {
    let url = url::Url::parse("memory:///archive/").unwrap();
    Archive::on_store(Arc::clone(store), url).await.unwrap()
}

fn config() -> Config {
    Config {
        max_batch_events: 25,
        max_batch_age: Duration::from_millis(20),
        ..Config::default()
    }
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::at(TimeNs(1_000)))
}

struct Member {
    counters: Counters,
    shutdown: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

async fn member(journal: Arc<dyn Journal>, store: &Arc<dyn ObjectStore>, config: Config) -> Member {
    let dependencies = Dependencies {
        journal,
        archive: open(store).await,
        clock: clock(),
    };
    let recorder = build(config, dependencies).unwrap();
    let counters = recorder.counters();
    let shutdown = CancellationToken::new();
    let running = recorder.run(shutdown.clone());
    Member {
        counters,
        shutdown,
        task: tokio::spawn(async move { running.await.unwrap() }),
    }
}

impl Member {
    /// Waits until this member has everything that was journaled so far.
    async fn caught_up(&self, memory: &Memory) {
        let mut ends = BTreeMap::new();
        for record in memory.all() {
            ends.insert(record.position.partition, record.position.offset.0 + 1);
        }
        let behind = || {
            let places = self.counters.places();
            ends.iter().any(|(partition, end)| {
                places
                    .get(partition)
                    .is_none_or(|place| place.archived < *end)
            })
        };
        while behind() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn stop(self) -> Counters {
        self.shutdown.cancel();
        self.task.await.unwrap();
        self.counters
    }
}

/// Values in the archive by position: canonical bytes of events, raw bytes from quarantine.
async fn archived(store: &Arc<dyn ObjectStore>) -> BTreeMap<(String, u64), Bytes> {
    let snapshot = open(store).await.snapshot().await.unwrap();
    let mut found = BTreeMap::new();
    for partition in snapshot.next_offsets().keys() {
        let events = snapshot.read_range(*partition, Offset(0));
        for (position, event) in events.try_collect::<Vec<_>>().await.unwrap() {
            let key = (position.partition.to_string(), position.offset.0);
            let value = Bytes::from(event::encode(&event).unwrap());
            assert_eq!(found.insert(key, value), None, "an event twice");
        }
        for listed in snapshot.files(TableKind::Quarantine, *partition).unwrap() {
            let file = snapshot.file(TableKind::Quarantine, &listed).await;
            let file = file.unwrap();
            for record in file.quarantined().unwrap() {
                let key = (record.partition.to_string(), record.offset);
                assert_eq!(found.insert(key, record.value), None, "a record twice");
            }
        }
    }
    found
}

fn journaled(memory: &Memory) -> BTreeMap<(String, u64), Bytes> {
    let records = memory.all().into_iter();
    records
        .map(|record| {
            let position = record.position;
            (
                (position.partition.to_string(), position.offset.0),
                record.value,
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_a_group_share_the_work_and_drain_at_shutdown() {
    let memory = Memory::new(PARTITIONS, 10_000);
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let journal: Arc<dyn Journal> = Arc::new(memory.clone());
    let first = member(Arc::clone(&journal), &store, config()).await;
    let second = member(Arc::clone(&journal), &store, config()).await;
    for number in 0..400 {
        append(&memory, number).await;
        if number % 100 == 99 {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
    let (first, second) = (first.stop().await, second.stop().await);
    let expected = journaled(&memory);
    assert!(archived(&store).await == expected);
    let counted = first.recorded() + second.recorded() + first.quarantined() + second.quarantined();
    // Counters are for people: a member that was told of another's success may not count its own.
    assert!(counted <= expected.len() as u64 && counted * 10 >= expected.len() as u64 * 9);
    assert!(first.quarantined() + second.quarantined() > 30);
    assert!(first.commits() > 0 && second.commits() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn doubled_and_killed_recorders_lose_and_double_nothing() {
    for seed in [3] {
        let memory = Memory::new(PARTITIONS, 10_000);
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let journal: Arc<dyn Journal> = Arc::new(Shared {
            memory: memory.clone(),
            begins: 0,
        });
        let mut random = StdRng::seed_from_u64(seed);
        let mut next = 0;
        for _life in 0..5 {
            let members = [
                member(Arc::clone(&journal), &store, config()).await,
                member(Arc::clone(&journal), &store, config()).await,
            ];
            for _ in 0..40 {
                append(&memory, next).await;
                next += 1;
            }
            tokio::time::sleep(Duration::from_millis(random.random_range(1..400))).await;
            for member in members {
                // Between a put and its commit, as likely as not.
                member.task.abort();
            }
        }
        let last = member(Arc::clone(&journal), &store, config()).await;
        last.caught_up(&memory).await;
        last.stop().await;
        assert!(archived(&store).await == journaled(&memory), "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_retention_dropped_is_said_in_quarantine() {
    let memory = Memory::new(1, 1_000);
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    for number in 1..80 {
        append(&memory, number).await;
    }
    let journal = Arc::new(Shared {
        memory: memory.clone(),
        begins: 5,
    });
    let member = member(journal, &store, config()).await;
    member.caught_up(&memory).await;
    let counters = member.stop().await;
    let found = archived(&store).await;
    for ((partition, offset), value) in journaled(&memory) {
        let held = found.get(&(partition, offset));
        match offset {
            0 => assert_eq!(held, Some(&Bytes::new())),
            1..5 => assert_eq!(held, None),
            _ => assert_eq!(held, Some(&value)),
        }
    }
    assert_eq!(counters.lag(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn little_memory_makes_smaller_batches_not_a_standstill() {
    let memory = Memory::new(PARTITIONS, 1_000);
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    for number in 0..200 {
        append(&memory, number).await;
    }
    let tight = Config {
        max_batch_bytes: 16 * 1024,
        max_memory: 64 * 1024,
        ..config()
    };
    let journal: Arc<dyn Journal> = Arc::new(memory.clone());
    let member = member(journal, &store, tight).await;
    member.caught_up(&memory).await;
    let counters = member.stop().await;
    assert!(archived(&store).await == journaled(&memory));
    assert!(counters.commits() >= 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_later_version_waits_in_quarantine_and_says_who_reads_it() {
    let memory = Memory::new(1, 100);
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    for number in [1, 2] {
        let event = event(number);
        let mut value = event::encode(&event).unwrap();
        if number == 2 {
            // The entry `"v": 1` of the canonical map.
            let place = value.windows(3).position(|bytes| bytes == [0x61, b'v', 1]);
            value[place.unwrap() + 2] = 17;
        }
        let record = Record {
            key: event.key(),
            headers: Vec::new(),
            value: value.into(),
        };
        memory.append(Topic::Events, record).await.unwrap();
    }
    let journal: Arc<dyn Journal> = Arc::new(memory.clone());
    let member = member(journal, &store, config()).await;
    member.caught_up(&memory).await;
    let counters = member.stop().await;
    assert_eq!((counters.recorded(), counters.quarantined()), (1, 1));
    assert!(archived(&store).await == journaled(&memory));
    let snapshot = open(&store).await.snapshot().await.unwrap();
    let partition = memory.all()[0].position.partition;
    let listed = snapshot.files(TableKind::Quarantine, partition).unwrap();
    let file = snapshot.file(TableKind::Quarantine, &listed[0]).await;
    let reason = &file.unwrap().quarantined().unwrap()[0].reason;
    assert!(
        reason.contains("version 17") && reason.ends_with("reads it"),
        "{reason}"
    );
}
