//! A journal, an archive, receivers and exporters of one test.

use std::sync::Arc;
use std::time::Duration;

use archive::Archive;
use event::{Event, TimeNs};
use journal::clock::ManualClock;
use journal::emit::topic_of;
use journal::memory::Memory;
use journal::{Journal, Record as Journaled};
use object_store::ObjectStore;
use object_store::memory::InMemory;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::receiver::Receiver;
use crate::cursor::{Cursor, CursorStore};
use crate::dead::{DeadLetter, DeadLetters};
use crate::filter::Filter;
use crate::format::Format;
use crate::line::{Outlet, Start};
use crate::member::{Dependencies, Exporter, store};
use crate::metrics::Meter;
use crate::plan::{Batching, Plan, Wanted};

pub const PARTITIONS: u32 = 3;
const PATIENCE: Duration = Duration::from_secs(60);

pub struct World {
    pub journal: Memory,
    pub archive: Archive,
    pub clock: Arc<ManualClock>,
}

/// A running exporter; dropped, it is killed.
pub struct Running {
    task: JoinHandle<()>,
    shutdown: CancellationToken,
}

impl Running {
    pub async fn stop(mut self) {
        self.shutdown.cancel();
        (&mut self.task).await.unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a test changes of a sink.
pub struct Wish {
    pub items: Vec<Wanted>,
    pub except: Vec<event::Kind>,
    pub filter: Option<&'static str>,
    pub filter_statements: Option<&'static str>,
    pub batch: usize,
    pub record_bytes: usize,
    pub start: Start,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            items: vec![Wanted::Events, Wanted::Statements],
            except: Vec::new(),
            filter: None,
            filter_statements: None,
            batch: 10,
            record_bytes: 1 << 20,
            start: Start::Oldest,
        }
    }
}

impl Wish {
    pub fn plan(&self) -> Plan {
        Plan {
            wanted: self.items.clone(),
            kinds: Vec::new(),
            except: self.except.clone(),
            filter: self.filter.map(|text| Filter::events(text).unwrap()),
            filter_statements: self
                .filter_statements
                .map(|text| Filter::statements(text).unwrap()),
            fields: None,
            format: Format::CloudEvents,
            record_bytes: self.record_bytes,
        }
    }
}

pub fn outlet(name: &str, receiver: &Receiver, wish: &Wish) -> Outlet {
    Outlet {
        name: name.to_owned(),
        plan: wish.plan(),
        batching: Batching {
            items: wish.batch,
            bytes: 1 << 20,
            age: Duration::from_millis(5),
        },
        rate: None,
        start: wish.start,
        sink: Arc::new(receiver.clone()),
        meter: Meter::new(name),
    }
}

impl World {
    pub async fn new() -> Self {
        let root: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let url = Url::parse("memory:///archive/").unwrap();
        Self {
            journal: Memory::new(PARTITIONS, usize::MAX),
            archive: Archive::on_store(root, url).await.unwrap(),
            clock: Arc::new(ManualClock::at(TimeNs(0))),
        }
    }

    /// With `events` in the journal; the clock stands at the last of them.
    pub async fn holding(events: &[Event]) -> Self {
        let world = Self::new().await;
        for event in events {
            world.append(event).await;
        }
        let last = events.iter().map(|event| event.time).max();
        world.clock.set(last.unwrap_or(TimeNs(0)));
        world
    }

    pub async fn append(&self, event: &Event) {
        let record = Journaled {
            key: event.key(),
            headers: Vec::new(),
            value: event::encode(event).unwrap().into(),
        };
        let topic = topic_of(event.kind());
        self.journal.append(topic, record).await.unwrap();
    }

    pub fn run(&self, outlets: Vec<Outlet>) -> Running {
        self.run_on(Arc::new(self.journal.clone()), outlets)
    }

    /// Runs over `journal`, which stands for this world's.
    pub fn run_on(&self, journal: Arc<dyn Journal>, outlets: Vec<Outlet>) -> Running {
        let deps = Dependencies {
            journal,
            archive: self.archive.clone(),
            clock: self.clock.clone(),
        };
        let exporter = Exporter::to(outlets, "test", deps).unwrap();
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(exporter.run(shutdown.clone()));
        Running { task, shutdown }
    }

    pub async fn cursor(&self, sink: &str) -> Cursor {
        let cursors = CursorStore::new(store(&self.archive).unwrap(), sink);
        cursors.read().await.unwrap().0
    }

    pub async fn dead(&self, sink: &str) -> Vec<DeadLetter> {
        let dead = DeadLetters::new(store(&self.archive).unwrap(), sink);
        dead.list().await.unwrap()
    }

    /// Every partition of the sink stands at the journal's end.
    pub async fn is_done(&self, sink: &str) -> bool {
        let cursor = self.cursor(sink).await;
        let mut done = true;
        for topic in journal::Topic::ALL {
            for partition in self.journal.partitions(topic).await.unwrap() {
                let end = self.journal.bounds(partition).await.unwrap().end;
                let next = cursor.partitions.get(&partition.to_string());
                done &= next.map_or(end == 0, |standing| standing.next == end);
            }
        }
        done
    }

    pub async fn until_done(&self, sink: &str) {
        until(async || self.is_done(sink).await).await;
    }
}

/// Waits until `holds`.
pub async fn until(holds: impl AsyncFn() -> bool) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !holds().await {
        assert!(tokio::time::Instant::now() < deadline, "it did not happen");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
