//! Receivers that are asked what they have: what one answered 200 for and dropped is named, and an answer that is not whole is none.

use std::collections::BTreeSet;
use std::sync::Arc;

use event::{Event, TimeNs};
use history::retold;

use super::contract::server::{elastic, splunk};
use super::past::{all, archived};
use super::receiver::Receiver;
use super::world::{Wish, World, outlet};
use crate::line::Outlet;
use crate::reconcile::{ReconcileError, Report, reconcile};
use crate::sink::{SendError, Sink};

/// Enough that a receiver is asked more than once.
const RETOLD: usize = 12;

fn to(sink: Arc<dyn Sink>) -> Outlet {
    let wish = Wish {
        batch: 50,
        ..Wish::default()
    };
    let mut outlet = outlet("siem", &Receiver::default(), &wish);
    outlet.sink = sink;
    outlet
}

/// A record that was archived and sent to `sink`.
async fn sent(sink: Arc<dyn Sink>) -> (World, Vec<Event>) {
    let events = retold(&history::events(), RETOLD);
    let world = World::holding(&events).await;
    archived(&world).await;
    let running = world.run(vec![to(sink)]);
    world.until_done("siem").await;
    running.stop().await;
    (world, events)
}

async fn report(
    world: &World,
    events: &[Event],
    sink: Arc<dyn Sink>,
) -> Result<Report, ReconcileError> {
    reconcile(&world.archive, to(sink), all(events), world.clock.clone()).await
}

/// `report` names exactly `dropped`, and counts it by the hour.
fn names(report: &Report, dropped: Vec<String>) {
    assert!(dropped.len() > 5, "{dropped:?}");
    let named: BTreeSet<String> = report.named.iter().map(|one| one.id.clone()).collect();
    assert_eq!(named, dropped.into_iter().collect::<BTreeSet<_>>());
    let sums = &report.sums;
    assert_eq!(sums.missing, named.len() as u64);
    assert_eq!(sums.present, sums.expected - sums.missing);
    assert_eq!((sums.repeats, sums.dead, sums.pending), (0, 0, 0));
    let by_hour: u64 = report.hours.values().map(|hour| hour.missing).sum();
    assert_eq!(by_hour, sums.missing);
}

/// What a receiver says that does not answer in full.
fn unanswered(report: Result<Report, ReconcileError>) -> String {
    match report {
        Err(ReconcileError::Receiver(error)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_elasticsearch_acknowledged_and_dropped_is_named() {
    let index = elastic::Elastic::start().await;
    index.sink().probe().await.unwrap();
    index.drop_each(17);
    let (world, events) = sent(index.sink()).await;
    // Nothing was refreshed since; a pool that is full is asked again.
    index.set(elastic::Weather {
        busy: 2,
        ..elastic::Weather::default()
    });
    let found = report(&world, &events, index.sink()).await.unwrap();
    assert!(found.sums.expected > events.len() as u64, "{found:?}");
    names(&found, index.dropped());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_elasticsearch_may_not_be_made_to_show_it_shows_by_itself() {
    let index = elastic::Elastic::start().await;
    let (world, events) = sent(index.sink()).await;
    index.set(elastic::Weather {
        guarded: true,
        ..elastic::Weather::default()
    });
    index.refresh();
    let found = report(&world, &events, index.sink()).await.unwrap();
    assert_eq!((found.sums.missing, found.named), (0, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_that_do_not_answer_are_not_missing_records() {
    let index = elastic::Elastic::start().await;
    let (world, events) = sent(index.sink()).await;
    for weather in [
        elastic::Weather {
            failed: 2,
            ..elastic::Weather::default()
        },
        elastic::Weather {
            slow: true,
            ..elastic::Weather::default()
        },
    ] {
        index.set(weather);
        let said = unanswered(report(&world, &events, index.sink()).await);
        assert!(said.contains("cannot be searched (503"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_search_may_answer_is_counted_all_the_same() {
    let index = elastic::Elastic::start().await;
    let ids: Vec<String> = (0..6_000).map(|number| format!("id-{number}")).collect();
    // A data stream may have a record in more than one of its indices.
    for (number, id) in ids.iter().enumerate() {
        index.put(id, number % 5);
    }
    index.put(&ids[7], 10_001);
    let sink = index.sink();
    let time = TimeNs(0)..TimeNs(1);
    let mut inventory = sink.inventory(time.clone()).await.unwrap().unwrap();
    let found = inventory.count(&ids, time).await.unwrap();
    for (number, id) in ids.iter().enumerate() {
        let there = match number {
            7 => 10_001,
            _ => number as u64 % 5,
        };
        assert_eq!(found.get(id).copied().unwrap_or(0), there, "{id}");
    }
    assert!(index.searches() > 2, "{}", index.searches());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_splunk_answered_200_for_and_dropped_is_named() {
    let receiver = splunk::Splunk::start().await;
    receiver.drop_each(17);
    let (world, events) = sent(receiver.sink()).await;
    receiver.set(splunk::Weather::Quota(2));
    let found = report(&world, &events, receiver.sink()).await.unwrap();
    assert!(found.sums.expected > events.len() as u64, "{found:?}");
    assert!(receiver.searches() > 3, "{}", receiver.searches());
    names(&found, receiver.dropped());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_of_splunk_that_is_not_whole_names_nothing_missing() {
    let receiver = splunk::Splunk::start().await;
    let (world, events) = sent(receiver.sink()).await;
    for (weather, word) in [
        (splunk::Weather::PeerAway, "Unable to distribute"),
        (splunk::Weather::Finalized, "auto-finalized"),
        (splunk::Weather::Dies, "ended before its last row"),
    ] {
        receiver.set(weather);
        let said = unanswered(report(&world, &events, receiver.sink()).await);
        assert!(said.contains(word), "{said}");
    }
    receiver.set(splunk::Weather::Fair);
    let found = report(&world, &events, receiver.sink()).await.unwrap();
    assert_eq!((found.sums.missing, found.sums.repeats), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inventory_that_nobody_answers_for_is_told_in_its_words() {
    let receiver = splunk::Splunk::start().await;
    receiver.set(splunk::Weather::Quota(u32::MAX));
    let sink = receiver.sink();
    let time = TimeNs(0)..TimeNs(1);
    let mut inventory = sink.inventory(time.clone()).await.unwrap().unwrap();
    let said = inventory.count(&["x".to_owned()], time).await.unwrap_err();
    assert!(
        matches!(&said, SendError::Later { why, .. } if why.contains("concurrent historical searches")),
        "{said:?}"
    );
}
