//! Days of two connections, journaled by an emitter and archived: what retention is applied to, in memory and for real.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use event::payload::ProducerRole;
use event::{Event, Kind, Payload, Principal, SessionId, TimeNs};
use journal::clock::{Clock, ManualClock};
use journal::emit::{Draft, Emitter, EmitterConfig};
use journal::memory::Memory;
use journal::{Journal, Partition, Position, Topic};
use object_store::ObjectStore;
use object_store::memory::InMemory;
use uuid::Uuid;

use super::super::in_memory;
use crate::compaction::Due;
use crate::retention::Rules;
use crate::rows::fits;
use crate::samples::Draw;
use crate::sealed::Pace;
use crate::{Archive, Batch, TableKind};

pub(in crate::tests) const DAY: i64 = 86_400 * 1_000_000_000;
pub(in crate::tests) const CONNECTIONS: [&str; 2] = ["sales", "hr"];
pub(in crate::tests) const PEOPLE: [&str; 2] = ["ana", "bo"];
pub(in crate::tests) const TABLES: [&str; 2] = ["DB.PUBLIC.ORDERS", "DB.PUBLIC.PEOPLE"];

pub(in crate::tests) struct World {
    pub(in crate::tests) store: Arc<dyn ObjectStore>,
    pub(in crate::tests) archive: Archive,
    pub(in crate::tests) memory: Memory,
    pub(in crate::tests) journal: Arc<dyn Journal>,
    pub(in crate::tests) clock: Arc<ManualClock>,
}

pub(in crate::tests) fn session(number: usize) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(0x1000 + number as u128))
}

impl World {
    /// So many sessions by two runs, some hours apart, archived in files of `records`, sealed.
    pub(in crate::tests) async fn drawn(seed: u64, sessions: usize, records: usize) -> Self {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let memory = Memory::new(2, 100_000);
        let world = Self {
            archive: in_memory(&store).await,
            store,
            journal: Arc::new(memory.clone()),
            memory,
            clock: Arc::new(ManualClock::at(TimeNs(1_000 * DAY))),
        };
        let mut draw = Draw::new(seed);
        for run in 0..2 {
            let emitter = world.emitter().await;
            let numbers = (0..sessions).filter(|number| number % 2 == run);
            for number in numbers {
                world.session(&emitter, &mut draw, number).await;
            }
            emitter.stop().await.unwrap();
            world.clock.advance(DAY);
        }
        world.record(records).await;
        world.seal().await;
        world
    }

    async fn emitter(&self) -> Emitter {
        let config = EmitterConfig {
            heartbeat_interval: Duration::from_secs(3_600),
            ..EmitterConfig::new(ProducerRole::Gateway)
        };
        let clock = Arc::clone(&self.clock);
        Emitter::start(Arc::clone(&self.journal), clock, config)
            .await
            .unwrap()
    }

    /// One session, with an approval on the other topic and events of nobody's between.
    async fn session(&self, emitter: &Emitter, draw: &mut Draw, number: usize) {
        let connection = CONNECTIONS[draw.below(2)];
        let person = PEOPLE[draw.below(2)];
        let kinds = [
            Kind::SessionOpened,
            Kind::AuditorQueried,
            Kind::StatementSubmitted,
            Kind::StatementDecided,
            Kind::ApprovalRequested,
            Kind::ApprovalGranted,
            Kind::ResponseStarted,
            Kind::ResponsePage,
            Kind::ResponsePage,
            Kind::ResponseFinished,
            Kind::PolicyLoaded,
            Kind::SessionClosed,
        ];
        for kind in kinds {
            if draw.below(5) == 0 {
                continue;
            }
            let mut sample = draw.event(kind);
            if let Payload::StatementSubmitted(submitted) = &mut sample.payload {
                submitted.reads = vec![TABLES[draw.below(2)].to_owned()];
                submitted.writes = Vec::new();
            }
            let nobodys = matches!(kind, Kind::AuditorQueried | Kind::PolicyLoaded);
            let draft = Draft {
                session_id: (!nobodys).then(|| session(number)),
                statement_id: sample.statement_id.filter(|_| !nobodys),
                principal: Some(Principal {
                    issuer: "https://id".to_owned(),
                    subject: person.to_owned(),
                    display: person.to_uppercase(),
                    groups: Vec::new(),
                    agent: None,
                }),
                source: None,
                connection: (!nobodys).then(|| connection.to_owned()),
                policy: None,
                payload: sample.payload,
            };
            emitter.emit(draft).await.unwrap();
            self.clock.advance(DAY / 10 * draw.below(4) as i64 + 1_001);
        }
    }

    async fn record(&self, records: usize) {
        let mut by: BTreeMap<Partition, Vec<_>> = BTreeMap::new();
        for record in self.memory.all() {
            by.entry(record.position.partition)
                .or_default()
                .push(record);
        }
        for (partition, all) in by {
            for chunk in all.chunks(records) {
                let first = self.archive.position(partition).await.unwrap();
                let mut batch = Batch::new(partition, first);
                for record in chunk {
                    let event = event::decode(&record.value).unwrap();
                    fits(record.position, &event, &record.value).unwrap();
                    let hash = event::event_hash(&record.value);
                    batch.push(record.position.offset.0, event, hash);
                }
                self.archive.commit(&batch).await.unwrap();
            }
        }
    }

    pub(in crate::tests) async fn seal(&self) {
        seal(&self.archive).await;
    }

    pub(in crate::tests) fn now(&self) -> TimeNs {
        self.clock.now()
    }

    /// Every event that was ever journaled.
    pub(in crate::tests) fn all(&self) -> Vec<(Position, Event)> {
        let records = self.memory.all().into_iter();
        let events = records.map(|record| (record.position, event::decode(&record.value).unwrap()));
        let mut events: Vec<_> = events.collect();
        events.sort_by_key(|(position, _)| *position);
        events
    }

    /// Some neighbours become one.
    pub(in crate::tests) async fn compact(&self, draw: &mut Draw) {
        for kind in [TableKind::Events, TableKind::Pages] {
            for number in 0..2 {
                let partition = Partition {
                    topic: Topic::Events,
                    number,
                };
                let snapshot = self.archive.snapshot().await.unwrap();
                let files = snapshot.files(kind, partition).unwrap();
                if files.len() < 2 {
                    continue;
                }
                let from = draw.below(files.len() - 1);
                let most = files.len() - from;
                let pieces = files[from..from + 2 + draw.below(most - 1)].to_vec();
                let due = Due {
                    kind,
                    partition,
                    pieces,
                };
                self.archive.compact(&due, TimeNs(1)).await.unwrap();
            }
        }
    }
}

pub(in crate::tests) async fn seal(archive: &Archive) {
    let pace = Pace::default();
    while archive.seal(TimeNs(0), pace).await.unwrap().is_some() {}
}

/// What is there now, in order.
pub(in crate::tests) async fn remaining(archive: &Archive) -> Vec<(Position, Event)> {
    use futures::TryStreamExt as _;
    let snapshot = archive.snapshot().await.unwrap();
    let mut events = Vec::new();
    for partition in snapshot.next_offsets().keys() {
        let read = snapshot.read_range(*partition, journal::Offset(0));
        events.extend(read.try_collect::<Vec<_>>().await.unwrap());
    }
    events
}

/// Days by class, as a test says them.
#[derive(Clone, Copy, Debug)]
pub(in crate::tests) struct Kept {
    pub(in crate::tests) results: Option<i64>,
    pub(in crate::tests) statements: Option<i64>,
    pub(in crate::tests) sales_results: Option<i64>,
    pub(in crate::tests) readers: Option<i64>,
    pub(in crate::tests) operations: Option<i64>,
}

impl Kept {
    pub(in crate::tests) fn rules(&self) -> Rules {
        let mut text = String::new();
        let mut say = |key: &str, days: Option<i64>| {
            if let Some(days) = days {
                text.push_str(&format!("{key} = {days}\n"));
            }
        };
        say("results_days", self.results);
        say("statements_days", self.statements);
        say("readers_days", self.readers);
        say("operations_days", self.operations);
        say("connections.sales.results_days", self.sales_results);
        let config: crate::retention::RetentionConfig = toml::from_str(&text).unwrap();
        config.rules().unwrap()
    }

    /// The class of an event, said again.
    fn days(&self, event: &Event, connection: Option<&str>) -> Option<i64> {
        let kind = event.kind().as_str();
        if kind.starts_with("producer.") {
            return None;
        }
        if kind.starts_with("auditor.") {
            return self.readers;
        }
        if event.session_id.is_none() && event.statement_id.is_none() {
            return self.operations;
        }
        if kind != "response.page" {
            return self.statements;
        }
        let own = (connection == Some("sales"))
            .then_some(self.sales_results)
            .flatten();
        let results = own.or(self.results);
        results.into_iter().chain(self.statements).min()
    }
}

/// The oracle: a plain filter over everything, with what is `held`.
pub(in crate::tests) fn expected(
    all: &[(Position, Event)],
    kept: &Kept,
    now: TimeNs,
    held: impl Fn(&Event, &[&Event]) -> bool,
) -> Vec<(Position, Event)> {
    let is_auditors = |event: &Event| event.kind().as_str().starts_with("auditor.");
    let mut sessions: BTreeMap<SessionId, Vec<&Event>> = BTreeMap::new();
    for (_, event) in all {
        if let Some(session) = event.session_id.filter(|_| !is_auditors(event)) {
            sessions.entry(session).or_default().push(event);
        }
    }
    let stays = |event: &Event| {
        let alone = [event];
        let of = event.session_id.filter(|_| !is_auditors(event));
        let together = of.map_or(&alone[..], |session| &sessions[&session]);
        let connection = together
            .iter()
            .filter_map(|event| event.connection.as_deref())
            .min();
        let Some(days) = kept.days(event, connection) else {
            return true;
        };
        // The archive's clock is in microseconds.
        let last = together
            .iter()
            .map(|event| event.time.0 / 1_000 * 1_000)
            .max()
            .unwrap();
        now.0 - last < days * DAY || held(event, together)
    };
    all.iter()
        .filter(|(_, event)| stays(event))
        .cloned()
        .collect()
}
