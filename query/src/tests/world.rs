//! An archive in a folder, a journal in memory, an engine over both.

use std::collections::BTreeMap;
use std::sync::Arc;

use archive::{Archive, ArchiveConfig, Batch};
use bytes::Bytes;
use event::payload::ProducerRole;
use event::{Event, Principal, TimeNs, encode, event_hash};
use journal::clock::ManualClock;
use journal::emit::{Emitter, EmitterConfig};
use journal::memory::Memory;
use journal::{Journal, Partition, Position, Record};
use tempfile::TempDir;

use crate::{Auditor, Config, Deps, Engine, Exports, Finder, Query, Sees, render};

/// Partitions of the events topic.
pub(super) const PARTITIONS: u32 = 2;

pub(super) struct World {
    pub(super) engine: Engine,
    pub(super) journal: Memory,
    pub(super) archive: Archive,
    pub(super) clock: Arc<ManualClock>,
    /// Where the archive is.
    pub(super) folder: TempDir,
}

/// Makes one token of whatever is looked for.
struct Lengths;

impl Finder for Lengths {
    fn tokens(&self, value: &str, _: Option<&str>) -> Result<Vec<u64>, String> {
        Ok(vec![value.len() as u64])
    }
}

pub(super) fn auditor() -> Auditor {
    Auditor {
        principal: Principal {
            issuer: "https://id.example".to_owned(),
            subject: "alma@example.com".to_owned(),
            display: "alma".to_owned(),
            groups: vec!["auditors".to_owned()],
            agent: None,
        },
        source: None,
        sees: Sees::All,
    }
}

/// The history by partition.
pub(super) fn lanes() -> BTreeMap<Partition, Vec<(Position, Event)>> {
    let mut lanes: BTreeMap<Partition, Vec<(Position, Event)>> = BTreeMap::new();
    for (position, event) in history::journaled(PARTITIONS) {
        lanes
            .entry(position.partition)
            .or_default()
            .push((position, event));
    }
    lanes
}

pub(super) fn record(event: &Event) -> Record {
    Record {
        key: event.key(),
        headers: Vec::new(),
        value: Bytes::from(encode(event).unwrap()),
    }
}

/// Archives each lane's events up to what `cut` says.
pub(super) async fn archive_up_to(archive: &Archive, cut: impl Fn(Partition, u64) -> u64) {
    for (partition, events) in lanes() {
        let from = Archive::snapshot(archive)
            .await
            .unwrap()
            .next_offset(partition);
        let to = cut(partition, events.len() as u64);
        let mut batch = Batch::new(partition, from);
        for (position, event) in events {
            if (from..to).contains(&position.offset.0) {
                let hash = event_hash(&encode(&event).unwrap());
                batch.push(position.offset.0, event, hash);
            }
        }
        if !batch.is_empty() {
            archive.commit(&batch).await.unwrap();
        }
    }
}

/// An engine over both; without `exports` nobody knows how far exports have come.
pub(super) async fn engine(
    archive: &Archive,
    journal: Arc<dyn Journal>,
    (clock, config, exports): (Arc<ManualClock>, Config, Option<Arc<dyn Exports>>),
) -> Engine {
    let emitter = EmitterConfig::new(ProducerRole::Query);
    let emitter = Emitter::start(Arc::clone(&journal), clock.clone(), emitter);
    let deps = Deps {
        archive: Arc::new(archive.clone()),
        emitter: emitter.await.unwrap(),
        journal,
        clock,
        exports,
        finder: Some(Arc::new(Lengths)),
    };
    Engine::open(deps, config).await.unwrap()
}

impl World {
    /// The history in the journal, each lane archived up to what `cut` says of its length.
    pub(super) async fn with(cut: impl Fn(Partition, u64) -> u64) -> Self {
        Self::configured(cut, Config::default()).await
    }

    pub(super) async fn configured(cut: impl Fn(Partition, u64) -> u64, config: Config) -> Self {
        Self::exporting(cut, config, None).await
    }

    /// The same, where somebody knows how far exports have come.
    pub(super) async fn exporting(
        cut: impl Fn(Partition, u64) -> u64,
        config: Config,
        exports: Option<Arc<dyn Exports>>,
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let archive = Archive::open(&ArchiveConfig {
            url: format!("file://{}", folder.path().display()),
            options: BTreeMap::new(),
            object_lock: None,
        })
        .await
        .unwrap();
        let journal = Memory::new(PARTITIONS, 1_000_000);
        for event in history::events() {
            journal
                .append(history::topic(&event), record(&event))
                .await
                .unwrap();
        }
        archive_up_to(&archive, cut).await;
        let clock = Arc::new(ManualClock::at(TimeNs(1_772_370_000_000_000_000)));
        let shared: Arc<dyn Journal> = Arc::new(journal.clone());
        Self {
            engine: engine(&archive, shared, (clock.clone(), config, exports)).await,
            journal,
            archive,
            clock,
            folder,
        }
    }

    /// The answer to `sql` as a table.
    pub(super) async fn table(&self, sql: &str) -> String {
        match self.engine.query(&auditor(), &Query::new(sql)).await {
            Ok(answer) => render::table(&answer.rows().unwrap(), None, &render::plain),
            Err(error) => format!("error: {error}\nhint: {}\n", error.hint()),
        }
    }
}
