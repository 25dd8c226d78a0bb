//! What is told of a sink: why it takes nothing, and what was handed to it.

use std::sync::Arc;
use std::time::Duration;

use history::retold;
use journal::Journal;
use serde_json::json;

use super::receiver::{Mood, Receiver};
use super::world::{Wish, World, outlet, until};
use crate::cursor::{Counts, Cursor};
use crate::status::{Status, status};

pub(super) async fn told(world: &World) -> Status {
    let journal: Arc<dyn Journal> = Arc::new(world.journal.clone());
    status(&world.archive, &journal, "siem").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_that_takes_nothing_is_told_with_the_reason_until_it_takes_again() {
    let world = World::holding(&retold(&history::events(), 3)).await;
    let receiver = Receiver::default();
    assert_eq!(told(&world).await.failure, None);
    receiver.set(Mood::Down);
    let running = world.run(vec![outlet("siem", &receiver, &Wish::default())]);
    until(async || told(&world).await.failure.is_some()).await;
    let down = told(&world).await;
    let failure = down.failure.clone().unwrap();
    assert_eq!((failure.why.as_str(), failure.over), ("it is down", false));
    assert_eq!((down.is_stuck(), down.total.produced), (true, 0));
    // Another exporter that finds it down too does not begin the story anew.
    drop(running);
    world.clock.advance(60_000_000_000);
    let running = world.run(vec![outlet("siem", &receiver, &Wish::default())]);
    until(async || {
        told(&world)
            .await
            .failure
            .is_some_and(|now| now.last > failure.last)
    })
    .await;
    assert_eq!(told(&world).await.failure.unwrap().since, failure.since);
    receiver.set(Mood::Good);
    world.until_done("siem").await;
    running.stop().await;
    let good = told(&world).await;
    let over = good.failure.clone().unwrap();
    assert_eq!((over.why.as_str(), over.over), ("it is down", true));
    assert!(!good.is_stuck() && good.trouble().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_that_takes_nothing_is_told_to_fall_behind() {
    let events = retold(&history::events(), 4);
    let world = World::holding(&events).await;
    let receiver = Receiver::default();
    receiver.set(Mood::Hangs);
    let dead = outlet("siem", &receiver, &Wish::default());
    let meter = dead.meter.clone();
    let running = world.run(vec![dead]);
    let before = events.len() as u64;
    // By now more is read than the line has room for.
    until(async || receiver.batches() == 1 && meter.lag_events() > 0).await;
    for event in &retold(&history::events(), 8)[events.len()..] {
        world.append(event).await;
    }
    until(async || meter.lag_events() > before).await;
    drop(running);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_time_a_record_is_tries_counts() {
    let world = World::holding(&retold(&history::events(), 3)).await;
    let receiver = Receiver::default();
    let running = world.run(vec![outlet("siem", &receiver, &Wish::default())]);
    world.until_done("siem").await;
    running.stop().await;
    let total = told(&world).await.total;
    assert_eq!(total.sent, Some(total.acknowledged));
    assert_eq!(total.acknowledged, receiver.got().len() as u64);

    // Of one that takes everything and does not say so, the first batch counts as often as it came.
    let mute = Receiver::default();
    mute.set(Mood::Mute);
    let running = world.run(vec![outlet("mute", &mute, &Wish::default())]);
    until(async || mute.batches() >= 3).await;
    mute.set(Mood::Good);
    world.until_done("mute").await;
    running.stop().await;
    let cursor = world.cursor("mute").await;
    let mut total = Counts::default();
    for standing in cursor.partitions.values() {
        total.add(&standing.total);
    }
    assert_eq!(total.tries(), mute.got().len() as u64);
    assert!(total.tries() > total.acknowledged, "{total:?}");
    assert_eq!(total.acknowledged, mute.times().len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_records_of_their_own_and_what_never_left_is_not_sent() {
    let events = retold(&history::events(), 2);
    let world = World::holding(&events).await;
    let junk = journal::Record {
        key: [7; 16],
        headers: Vec::new(),
        value: bytes::Bytes::from_static(b"no event"),
    };
    let topic = journal::Topic::Events;
    world.journal.append(topic, junk).await.unwrap();
    let receiver = Receiver::default();
    let wish = Wish {
        record_bytes: 1_024,
        ..Wish::default()
    };
    let running = world.run(vec![outlet("siem", &receiver, &wish)]);
    world.until_done("siem").await;
    running.stop().await;
    let total = told(&world).await.total;
    assert_eq!(total.dead, 1);
    assert_eq!(total.sent, Some(receiver.got().len() as u64));
    assert!(total.tries() > total.acknowledged, "nothing was split");
}

#[test]
fn a_cursor_of_an_earlier_release_is_read_and_goes_on() {
    let earlier = json!({"form": 1, "partitions": {"firn.events/0": {
        "epoch": 3, "owner": "0198c5a0-7c1e-7000-8000-000000000001", "next": 12, "fold_from": 10, "swept": 5, "swept_to": 9, "begun": 0,
        "total": {"produced": 12, "statements": 2, "filtered": 1, "acknowledged": 10, "dead": 1},
        "hours": {"7": {"produced": 12, "statements": 2, "filtered": 1, "acknowledged": 10, "dead": 1}},
    }}});
    let cursor: Cursor = serde_json::from_value(earlier.clone()).unwrap();
    assert_eq!(serde_json::to_value(&cursor).unwrap(), earlier);
    let standing = &cursor.partitions["firn.events/0"];
    assert_eq!((&standing.failure, &cursor.asked), (&None, &None));
    let mut total = standing.total;
    assert_eq!((total.sent, total.tries()), (None, 11));
    total.add(&Counts {
        produced: 1,
        acknowledged: 1,
        sent: Some(3),
        ..Counts::default()
    });
    assert_eq!((total.sent, total.acknowledged), (Some(14), 11));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_is_kept_to() {
    let events = retold(&history::events(), 3);
    let world = World::holding(&events).await;
    let receiver = Receiver::default();
    let mut slow = outlet("siem", &receiver, &Wish::default());
    slow.rate = Some(200);
    let begun = tokio::time::Instant::now();
    let running = world.run(vec![slow]);
    world.until_done("siem").await;
    let took = begun.elapsed();
    running.stop().await;
    // The last batch is not waited for.
    let waited = receiver.got().len() - (Wish::default().batch + 1);
    let least = Duration::from_secs_f64(waited as f64 / 200.0);
    assert!(took >= least, "{waited} records in {took:?}");
}
