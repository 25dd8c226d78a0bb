//! A statement is told once, when it ended, whatever happens to the exporter meanwhile.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use event::fold::Outcome;
use event::{Event, EventId, Kind, Payload, StatementId, TimeNs};
use futures::StreamExt as _;
use journal::memory::Memory;
use journal::{
    Appending, Assignments, Journal, Offset, Partition, ReadError, Record, Subscription, Topic,
};
use uuid::Uuid;

use super::receiver::Receiver;
use super::world::{Wish, World, outlet, until};
use crate::limits;
use crate::plan::Wanted;

fn only_statements() -> Wish {
    Wish {
        items: vec![Wanted::Statements],
        ..Wish::default()
    }
}

fn of_kind(events: &[Event], kind: Kind) -> Vec<&Event> {
    events.iter().filter(|event| event.kind() == kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_statement_that_ended_is_told_once_with_its_outcome() {
    let events = history::events();
    let world = World::holding(&events).await;
    let receiver = Receiver::default();
    let running = world.run(vec![outlet("siem", &receiver, &only_statements())]);
    world.until_done("siem").await;
    running.stop().await;
    let submitted = of_kind(&events, Kind::StatementSubmitted).len();
    assert_eq!(receiver.got().len(), submitted, "all of them end");
    for record in receiver.got() {
        let told: serde_json::Value = serde_json::from_slice(&record.bytes).unwrap();
        let text = told.to_string();
        let outcome = Outcome::ALL.iter().find(|outcome| {
            let named = format!("\"outcome\":\"{outcome}\"");
            text.contains(&named)
        });
        assert!(
            !matches!(outcome, None | Some(Outcome::Running | Outcome::Held)),
            "{text}"
        );
    }
    // The one that people approved names who did.
    let granted = of_kind(&events, Kind::ApprovalGranted);
    let Payload::ApprovalGranted(grant) = &granted[0].payload else {
        unreachable!();
    };
    let told = receiver.got().into_iter().map(|record| record.bytes);
    let mut told = told.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap());
    assert!(
        told.any(|text| text.contains("\"approval\":{\"outcome\":\"granted\"")),
        "{grant:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_nobody_hears_of_again_is_told_as_it_stands_and_once() {
    let events = history::events();
    let submitted = of_kind(&events, Kind::StatementSubmitted)[0];
    let world = World::holding(std::slice::from_ref(submitted)).await;
    let receiver = Receiver::default();
    let running = world.run(vec![outlet("siem", &receiver, &only_statements())]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(receiver.got(), []);
    world.clock.advance(700 * 1_000_000_000);
    until(async || !receiver.got().is_empty()).await;
    until(async || {
        let cursor = world.cursor("siem").await;
        let mut standing = cursor.partitions.values();
        standing.any(|standing| standing.total.acknowledged == 1)
    })
    .await;
    drop(running);
    // Another exporter folds it again, and knows that it was told.
    world
        .append(of_kind(&events, Kind::ProducerStarted)[0])
        .await;
    let running = world.run(vec![outlet("siem", &receiver, &only_statements())]);
    world.until_done("siem").await;
    world.clock.advance(700 * 1_000_000_000);
    tokio::time::sleep(crate::limits::SWEEP_INTERVAL + Duration::from_millis(500)).await;
    running.stop().await;
    assert_eq!(receiver.got().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_open_over_a_restart_is_told_whole() {
    let events = history::events();
    let last = of_kind(&events, Kind::ResponseFinished)[0];
    let of_it = |event: &&Event| event.statement_id == last.statement_id;
    let of_it: Vec<Event> = events.iter().filter(of_it).cloned().collect();
    let (early, late) = of_it.split_at(of_it.len() - 1);
    let world = World::holding(early).await;
    let receiver = Receiver::default();
    let wish = Wish::default();
    let running = world.run(vec![outlet("siem", &receiver, &wish)]);
    world.until_done("siem").await;
    drop(running);
    for event in late {
        world.append(event).await;
    }
    let running = world.run(vec![outlet("siem", &receiver, &wish)]);
    world.until_done("siem").await;
    running.stop().await;
    let got = receiver.got();
    assert_eq!(
        got.len(),
        of_it.len() + 1,
        "each event once, and the statement"
    );
    let told = String::from_utf8(got.last().unwrap().bytes.to_vec()).unwrap();
    let Payload::StatementSubmitted(submitted) = &early[0].payload else {
        panic!("{early:?}");
    };
    assert!(told.contains(&submitted.fingerprint), "{told}");
}

/// A journal of which nobody hears what people say, but whoever reads it as one partition among others.
struct Deaf(Memory);

#[async_trait]
impl Journal for Deaf {
    fn append(&self, topic: Topic, record: Record) -> Appending {
        self.0.append(topic, record)
    }

    async fn subscribe(
        &self,
        partition: Partition,
        from: Offset,
    ) -> Result<Subscription, ReadError> {
        self.0.subscribe(partition, from).await
    }

    async fn subscribe_within(
        &self,
        partition: Partition,
        from: Offset,
        ahead: usize,
    ) -> Result<Subscription, ReadError> {
        if partition.topic == Topic::Control && ahead == limits::APPROVALS_AHEAD_BYTES {
            return Ok(futures::stream::pending().boxed());
        }
        self.0.subscribe_within(partition, from, ahead).await
    }

    async fn partitions(&self, topic: Topic) -> Result<Vec<Partition>, ReadError> {
        self.0.partitions(topic).await
    }

    async fn bounds(&self, partition: Partition) -> Result<Range<u64>, ReadError> {
        self.0.bounds(partition).await
    }

    async fn join(&self, group: &str) -> Result<Assignments, ReadError> {
        self.0.join(group).await
    }

    async fn close(&self) {
        self.0.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_waits_for_people_is_told_though_nobody_hears_them_after_a_restart() {
    const DAY: i64 = 24 * 3_600 * 1_000_000_000;
    let mut events = history::events();
    for event in &mut events {
        if let Payload::ApprovalRequested(asked) = &mut event.payload {
            asked.expires = TimeNs(event.time.0 + DAY);
        }
    }
    let held = of_kind(&events, Kind::ApprovalGranted)[0].statement_id;
    let of_it = |event: &&Event| event.statement_id == held;
    let of_it: Vec<Event> = events.iter().filter(of_it).cloned().collect();
    let asked = of_it
        .iter()
        .position(|event| event.kind() == Kind::ApprovalRequested);
    let (early, late) = of_it.split_at(asked.unwrap() + 1);
    // Of the same session, so of the same partition: one of which nothing more is heard, and that is told.
    let mut silent = early[0].clone();
    silent.event_id = EventId::from_uuid(Uuid::from_u128(1));
    silent.statement_id = Some(StatementId::from_uuid(Uuid::from_u128(2)));
    let world = World::holding(early).await;
    world.append(&silent).await;
    let receiver = Receiver::default();
    let running = world.run(vec![outlet("siem", &receiver, &only_statements())]);
    world.until_done("siem").await;
    world.clock.advance(700 * 1_000_000_000);
    until(async || {
        let cursor = world.cursor("siem").await;
        let mut standing = cursor.partitions.values();
        standing.any(|standing| standing.total.acknowledged == 1)
    })
    .await;
    drop(running);
    for event in late {
        world.append(event).await;
    }
    let deaf = Arc::new(Deaf(world.journal.clone()));
    let running = world.run_on(deaf, vec![outlet("siem", &receiver, &only_statements())]);
    world.until_done("siem").await;
    running.stop().await;
    let told: Vec<Uuid> = receiver.got().iter().map(|record| record.item).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_ne!(told[0], told[1], "the one that waited is not told");
}
