//! Wherever the boundary between archive and tail lies, a query sees every event once.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use proptest::prelude::*;
use tokio::time::timeout;

use crate::Config;
use crate::tail::{Positions, Readers, Tail};

use super::world::{World, archive_up_to, lanes, record};
use journal::memory::Memory;
use journal::{
    Appending, Assignments, Journal, Offset, Partition, ReadError, Record, Subscription, Topic,
};

const QUERIES: &[&str] = &[
    "select event_id, event_hash, partition, \"offset\" from events where producer_run not in \
     (select producer_run from events where kind = 'producer.started' and producer_started['role'] = 'query') order by event_id",
    "select event_id, rows, sha256(body) as body from pages order by event_id",
    "select * exclude (approvers, column_uses, binds) from statements order by time",
    "select * from masks order by time, ordinal",
];

async fn all(world: &World) -> Vec<String> {
    let mut tables = Vec::new();
    for sql in QUERIES {
        tables.push(world.table(sql).await);
    }
    tables
}

#[test]
fn rows_are_the_same_wherever_the_boundary_is() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let want = runtime.block_on(async { all(&World::with(|_, _| 0).await).await });
    assert!(
        want.iter()
            .all(|table| !table.starts_with("error") && !table.contains("(0 rows")),
        "{want:#?}"
    );
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 4,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let cuts = prop::collection::vec((0.0..=1.0_f64, 0.0..=1.0_f64), 3);
    runner
        .run(&cuts, |cuts| {
            let lanes: Vec<_> = lanes().into_keys().collect();
            let at = |which: fn(&(f64, f64)) -> f64, partition, length: u64| {
                let lane = lanes.iter().position(|lane| *lane == partition).unwrap();
                (length as f64 * which(&cuts[lane])).round() as u64
            };
            let (before, after) = runtime.block_on(async {
                let config = Config {
                    snapshot_age_max_ms: 20,
                    ..Config::default()
                };
                let cut = |partition, length| at(|cut| cut.0, partition, length);
                let world = World::configured(cut, config).await;
                let before = all(&world).await;
                // The archive advances under a running engine.
                let further = |partition, length| {
                    at(|cut| cut.0, partition, length).max(at(|cut| cut.1, partition, length))
                };
                archive_up_to(&world.archive, further).await;
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                (before, all(&world).await)
            });
            prop_assert_eq!(&before, &want);
            prop_assert_eq!(&after, &want);
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn what_was_just_acknowledged_is_seen() {
    let world = World::with(|_, length| length).await;
    for event in history::events().iter().take(5) {
        let mut again = event.clone();
        again.event_id = event::EventId::from_uuid(uuid::Uuid::new_v5(
            &uuid::Uuid::NAMESPACE_OID,
            event.event_id.uuid().as_bytes(),
        ));
        world
            .journal
            .append(history::topic(event), record(&again))
            .await
            .unwrap();
        let sql = format!(
            "select count(*) as n from events where event_id = '{}'",
            again.event_id
        );
        assert!(world.table(&sql).await.contains("\n1\n"));
    }
}

#[tokio::test]
async fn records_that_are_no_events_are_passed_over() {
    let world = World::with(|_, length| length / 3).await;
    let event = &history::events()[0];
    let mut broken = record(event);
    broken.value = bytes::Bytes::from_static(b"not an event");
    world
        .journal
        .append(history::topic(event), broken)
        .await
        .unwrap();
    let count = history::events().len();
    let sql = "select count(*) as n from events where producer_run <> (select max(producer_run) from events)";
    assert!(
        world.table(sql).await.contains(&format!("\n{count}\n")),
        "{}",
        world.table(sql).await
    );
}

#[tokio::test]
async fn a_full_tail_refuses_rather_than_leaves_out_and_goes_on_when_the_archive_advances() {
    let config = Config {
        tail_bytes: 4_000,
        freshness_wait_ms: 200,
        snapshot_age_max_ms: 20,
        ..Config::default()
    };
    let world = World::configured(|_, _| 0, config).await;
    let count = "select count(*) as n from events where producer_seq >= 0";
    let refused = world.table(count).await;
    assert!(refused.contains("the tail is full"), "{refused}");
    assert!(
        refused.contains("hint: check that the recorder runs"),
        "{refused}"
    );
    archive_up_to(&world.archive, |_, length| length).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let answered = world.table(count).await;
    assert!(answered.contains("(1 row"), "{answered}");
}

/// A journal that dropped what came before.
struct Shortened {
    memory: Memory,
    begins: u64,
}

#[async_trait]
impl Journal for Shortened {
    fn append(&self, topic: Topic, record: Record) -> Appending {
        self.memory.append(topic, record)
    }

    async fn subscribe(
        &self,
        partition: Partition,
        from: Offset,
    ) -> Result<Subscription, ReadError> {
        self.memory.subscribe(partition, from).await
    }

    async fn partitions(&self, topic: Topic) -> Result<Vec<Partition>, ReadError> {
        self.memory.partitions(topic).await
    }

    async fn bounds(&self, partition: Partition) -> Result<Range<u64>, ReadError> {
        let end = self.memory.bounds(partition).await?.end;
        Ok(self.begins.min(end)..end)
    }

    async fn join(&self, group: &str) -> Result<Assignments, ReadError> {
        self.memory.join(group).await
    }

    async fn close(&self) {
        self.memory.close().await;
    }
}

#[tokio::test]
async fn what_the_journal_dropped_is_read_from_the_archive_or_not_at_all() {
    let world = World::with(|_, _| 0).await;
    let journal = Shortened {
        memory: world.journal.clone(),
        begins: 3,
    };
    let mut archived = Positions::new();
    let readers = Readers::default();
    let tail = Tail::start(Arc::new(journal), &archived, usize::MAX, readers).await;
    let tail = tail.unwrap();
    let ends = tail.ends().await.unwrap();
    assert!(ends.values().any(|end| *end > 3), "{ends:?}");
    let soon = timeout(Duration::from_millis(300), tail.reached(&ends, &archived));
    assert!(soon.await.is_err());
    let lag = tail.lag(&ends, &archived).unwrap();
    assert!(lag.why.contains("dropped") && lag.reached == 0, "{lag:?}");
    // The archive has them after all.
    archived.extend(ends.keys().map(|partition| (*partition, 3)));
    let reached = timeout(Duration::from_secs(30), tail.reached(&ends, &archived));
    reached.await.unwrap();
    assert_eq!(tail.lag(&ends, &archived), None);
}
