//! At least once, in order, each sink for itself.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use event::{Event, Kind, SessionId};
use history::retold;
use journal::{Journal as _, Topic};

use super::receiver::{Mood, Receiver};
use super::world::{Wish, World, outlet, until};
use crate::line::Start;
use crate::plan::{Record, Wanted};

fn long_history(times: usize) -> Vec<Event> {
    retold(&history::events(), times)
}

fn ids(events: &[Event]) -> BTreeSet<String> {
    events
        .iter()
        .map(|event| event.event_id.to_string())
        .collect()
}

fn arrived(receiver: &Receiver) -> BTreeSet<String> {
    receiver.times().into_keys().collect()
}

fn only_events() -> Wish {
    Wish {
        items: vec![Wanted::Events],
        ..Wish::default()
    }
}

/// Of each session, the offsets came in order, repeats aside.
fn in_order(got: &[Record]) {
    let mut last: BTreeMap<SessionId, BTreeMap<_, u64>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for record in got {
        let (Some(session), true) = (record.session, seen.insert(record.id())) else {
            continue;
        };
        let lanes = last.entry(session).or_default();
        let before = lanes.insert(record.position.partition, record.position.offset.0);
        assert!(
            before.is_none_or(|before| before <= record.position.offset.0),
            "{record:?} came after {before:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_and_every_statement_arrives_once_and_in_order() {
    let events = long_history(5);
    let world = World::holding(&events).await;
    let receiver = Receiver::default();
    let running = world.run(vec![outlet("siem", &receiver, &Wish::default())]);
    world.until_done("siem").await;
    running.stop().await;
    let times = receiver.times();
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    let (expected, got) = (ids(&events), arrived(&receiver));
    assert!(got.is_superset(&expected));
    assert!(got.len() > expected.len(), "no statement was told");
    in_order(&receiver.got());
    let cursor = world.cursor("siem").await;
    let totals = cursor.partitions.values().map(|standing| standing.total);
    let acknowledged: u64 = totals.map(|total| total.acknowledged).sum();
    assert_eq!(acknowledged, got.len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_exporter_loses_nothing_and_repeats_one_batch_at_most() {
    let events = long_history(36);
    let world = World::holding(&events).await;
    // What is read late is not silent for that, nor told already.
    world.clock.advance(365 * 24 * 3_600 * 1_000_000_000);
    let (receiver, twin) = (Receiver::default(), Receiver::default());
    // What an uninterrupted twin sees is what must be seen.
    let running = world.run(vec![outlet("twin", &twin, &Wish::default())]);
    world.until_done("twin").await;
    running.stop().await;
    let mut kills = 0;
    while !world.is_done("siem").await {
        let running = world.run(vec![outlet("siem", &receiver, &Wish::default())]);
        tokio::time::sleep(Duration::from_millis(3 + kills * 37 % 250)).await;
        drop(running);
        kills += 1;
        assert!(kills < 500, "it never ends");
    }
    assert!(kills > 2, "it was killed {kills} times only");
    let (times, expected) = (receiver.times(), twin.times());
    assert!(
        times.keys().eq(expected.keys()),
        "something is lost, or new"
    );
    let repeats: usize = times.values().map(|times| times - 1).sum();
    // An event may bring a statement's end with it, so a batch may have one item more.
    let batch = Wish::default().batch + 1;
    assert!(
        repeats as u64 <= kills * batch as u64,
        "{repeats} repeats after {kills} kills"
    );
    in_order(&receiver.got());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_sink_stops_no_other_and_gets_all_when_it_is_back() {
    let events = long_history(4);
    let world = World::holding(&events).await;
    let [dead, slow, good] = [(); 3].map(|()| Receiver::default());
    dead.set(Mood::Hangs);
    slow.set(Mood::Down);
    let wish = Wish::default();
    let running = world.run(vec![
        outlet("dead", &dead, &wish),
        outlet("slow", &slow, &wish),
        outlet("good", &good, &wish),
    ]);
    world.until_done("good").await;
    assert_eq!((dead.got(), slow.got()), (Vec::new(), Vec::new()));
    slow.set(Mood::Good);
    world.until_done("slow").await;
    assert_eq!(slow.times(), good.times());
    drop(running);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_dies_with_its_reason_and_the_rest_arrives() {
    let events = long_history(3);
    let world = World::holding(&events).await;
    let (chokes, picks) = (Receiver::default(), Receiver::default());
    let word = "\"firn.statement.failed\"";
    chokes.set(Mood::Chokes(word.to_owned()));
    picks.set(Mood::Picks(word.to_owned()));
    let running = world.run(vec![
        outlet("chokes", &chokes, &only_events()),
        outlet("picks", &picks, &only_events()),
    ]);
    let failed = |event: &&Event| event.kind() == Kind::StatementFailed;
    let failed: Vec<Event> = events.iter().filter(failed).cloned().collect();
    let failed = ids(&failed);
    assert!(!failed.is_empty());
    for (sink, receiver) in [("chokes", &chokes), ("picks", &picks)] {
        world.until_done(sink).await;
        let dead = world.dead(sink).await;
        let buried: BTreeSet<String> = dead.iter().map(|letter| letter.id.clone()).collect();
        assert_eq!(buried, failed, "{sink}");
        for letter in dead {
            assert!(letter.reason.contains("statement.failed"), "{letter:?}");
            assert_eq!(letter.record().unwrap().id(), letter.id);
        }
        let mut expected = ids(&events);
        expected.retain(|id| !failed.contains(id));
        assert_eq!(arrived(receiver), expected, "{sink}");
        let cursor = world.cursor(sink).await;
        let counted: u64 = cursor.partitions.values().map(|one| one.total.dead).sum();
        assert_eq!(counted, failed.len() as u64);
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_takes_half_gets_the_other_half() {
    let events = long_history(2);
    let world = World::holding(&events).await;
    let receiver = Receiver::default();
    receiver.set(Mood::Half);
    let running = world.run(vec![outlet("siem", &receiver, &Wish::default())]);
    until(async || receiver.batches() > 3).await;
    receiver.set(Mood::Good);
    world.until_done("siem").await;
    running.stop().await;
    assert!(receiver.times().values().all(|times| *times == 1));
    assert!(receiver.times().len() > events.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_receiver_asks_to_wait_is_waited() {
    let world = World::holding(&history::events()).await;
    let receiver = Receiver::default();
    receiver.set(Mood::Throttles(Duration::from_millis(1_500)));
    let running = world.run(vec![outlet("siem", &receiver, &Wish::default())]);
    until(async || receiver.batches() == 1).await;
    receiver.set(Mood::Good);
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    assert_eq!(receiver.batches(), 1, "it did not wait");
    world.until_done("siem").await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_repeats_the_batch_and_loses_nothing() {
    let events = history::events();
    let world = World::holding(&events).await;
    let receiver = Receiver::default();
    receiver.set(Mood::Mute);
    let running = world.run(vec![outlet("siem", &receiver, &only_events())]);
    until(async || receiver.batches() > 1).await;
    receiver.set(Mood::Good);
    world.until_done("siem").await;
    running.stop().await;
    assert_eq!(arrived(&receiver), ids(&events));
    in_order(&receiver.got());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_member_leaves_is_taken_over_though_nothing_comes() {
    let world = World::holding(&long_history(2)).await;
    let receiver = Receiver::default();
    let owners = async || -> BTreeSet<_> {
        let cursor = world.cursor("siem").await;
        let standings = cursor.partitions.values();
        standings.map(|standing| standing.owner).collect()
    };
    let first = world.run(vec![outlet("siem", &receiver, &Wish::default())]);
    let second = world.run(vec![outlet("siem", &receiver, &Wish::default())]);
    until(async || owners().await.len() == 2).await;
    world.until_done("siem").await;
    // Both are idle now: all is sent, and nothing more comes that would wake them.
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(first);
    until(async || owners().await.len() == 1).await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_exporters_share_the_partitions_and_one_takes_over() {
    let events = long_history(6);
    let world = World::holding(&events).await;
    let receiver = Receiver::default();
    let first = world.run(vec![outlet("siem", &receiver, &Wish::default())]);
    let second = world.run(vec![outlet("siem", &receiver, &Wish::default())]);
    tokio::time::sleep(Duration::from_millis(30)).await;
    drop(first);
    world.until_done("siem").await;
    second.stop().await;
    assert!(arrived(&receiver).is_superset(&ids(&events)));
    in_order(&receiver.got());
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_no_events_die_and_stop_nothing() {
    let events = history::events();
    let world = World::holding(&events[..5]).await;
    let junk = journal::Record {
        key: [7; 16],
        headers: Vec::new(),
        value: bytes::Bytes::from_static(b"no event"),
    };
    world.journal.append(Topic::Events, junk).await.unwrap();
    for event in &events[5..] {
        world.append(event).await;
    }
    let receiver = Receiver::default();
    let running = world.run(vec![outlet("siem", &receiver, &only_events())]);
    world.until_done("siem").await;
    running.stop().await;
    assert_eq!(arrived(&receiver), ids(&events));
    let dead = world.dead("siem").await;
    assert_eq!(dead.len(), 1);
    assert!(dead[0].record().is_err(), "there is nothing to send");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_may_begin_with_what_comes() {
    let events = history::events();
    let world = World::holding(&events).await;
    let receiver = Receiver::default();
    let wish = Wish {
        start: Start::Newest,
        ..only_events()
    };
    let running = world.run(vec![outlet("siem", &receiver, &wish)]);
    until(async || !world.cursor("siem").await.partitions.is_empty()).await;
    let later = retold(&events, 2);
    let later = &later[events.len()..];
    for event in later {
        world.append(event).await;
    }
    world.until_done("siem").await;
    running.stop().await;
    assert_eq!(arrived(&receiver), ids(later));
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_chosen_by_what_became_of_them_and_kinds_left_out() {
    let events = long_history(3);
    let world = World::holding(&events).await;
    let (all, some) = (Receiver::default(), Receiver::default());
    let wish = Wish {
        except: vec![Kind::ResponsePage, Kind::StatementSubmitted],
        filter_statements: Some("verdict = 'deny' OR masked_cells > 0"),
        ..Wish::default()
    };
    let running = world.run(vec![
        outlet("all", &all, &Wish::default()),
        outlet("some", &some, &wish),
    ]);
    world.until_done("all").await;
    world.until_done("some").await;
    running.stop().await;
    let mut expected = BTreeSet::new();
    let (mut statements, mut wanted) = (0, 0);
    for record in all.got() {
        let told: serde_json::Value = serde_json::from_slice(&record.bytes).unwrap();
        let kind = told["type"].as_str().unwrap();
        let outcome = &told["data"]["payload"];
        let holds = match kind {
            "firn.statement" => {
                statements += 1;
                outcome["verdict"] == "deny" || outcome["masked_cells"].as_u64() > Some(0)
            }
            "firn.response.page" | "firn.statement.submitted" => false,
            _ => true,
        };
        wanted += usize::from(holds && kind == "firn.statement");
        expected.extend(holds.then(|| record.id()));
    }
    assert!(
        0 < wanted && wanted < statements,
        "{wanted} of {statements}"
    );
    assert_eq!(arrived(&some), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_filter_does_not_want_is_counted_and_passed_over() {
    let events = long_history(3);
    let world = World::holding(&events).await;
    let receiver = Receiver::default();
    let wish = Wish {
        filter: Some("kind = 'statement.submitted' and statement_submitted.text_bytes > 20"),
        ..only_events()
    };
    let running = world.run(vec![outlet("siem", &receiver, &wish)]);
    world.until_done("siem").await;
    running.stop().await;
    let wanted = |event: &&Event| match &event.payload {
        event::Payload::StatementSubmitted(submitted) => submitted.text_bytes > 20,
        _ => false,
    };
    let wanted: Vec<Event> = events.iter().filter(wanted).cloned().collect();
    assert!(!wanted.is_empty());
    assert_eq!(arrived(&receiver), ids(&wanted));
    let cursor = world.cursor("siem").await;
    let totals = cursor.partitions.values().map(|standing| standing.total);
    let filtered: u64 = totals.map(|total| total.filtered).sum();
    assert_eq!(filtered, (events.len() - wanted.len()) as u64);
}
