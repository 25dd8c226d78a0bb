//! What every journal must do. Each implementation runs all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;

use super::*;

/// Long enough for a slow machine; nothing here measures time.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn record(key: u8, text: &str) -> Record {
    Record {
        key: [key; 16],
        headers: vec![
            ("ce_id".to_owned(), text.to_owned()),
            ("ce_type".to_owned(), String::new()),
        ],
        value: Bytes::copy_from_slice(text.as_bytes()),
    }
}

/// The next `count` records of a subscription.
pub(crate) async fn take(subscription: &mut Subscription, count: usize) -> Vec<Delivered> {
    let read = async {
        let mut records = Vec::new();
        while records.len() < count {
            records.push(
                subscription
                    .next()
                    .await
                    .expect("not ended")
                    .expect("readable"),
            );
        }
        records
    };
    tokio::time::timeout(PATIENCE, read)
        .await
        .expect("records come")
}

fn text(delivered: &Delivered) -> String {
    String::from_utf8(delivered.value.to_vec()).unwrap()
}

/// All of it but what needs the journal to be opened again.
pub(crate) async fn everything(journal: Arc<dyn Journal>) {
    large_records_pass(&*journal).await;
    little_read_ahead_leaves_nothing_out(&*journal).await;
    oversized_records_are_refused(&*journal).await;
    all_but_sizes(journal).await;
}

/// All of it but what speaks of large records.
pub(crate) async fn all_but_sizes(journal: Arc<dyn Journal>) {
    partitions_are_dense(&*journal).await;
    records_come_back_whole(&*journal).await;
    keys_keep_their_order(&*journal).await;
    groups_keep_their_order(&*journal).await;
    any_offset_is_a_beginning(&*journal).await;
    readers_wait_at_the_end(&*journal).await;
    many_appends_at_once(Arc::clone(&journal)).await;
    dropping_the_future_takes_nothing_back(&*journal).await;
    unknown_partitions_are_errors(&*journal).await;
    members_share_partitions(&*journal).await;
    closing_refuses(&*journal).await;
}

async fn partitions_are_dense(journal: &dyn Journal) {
    for topic in Topic::ALL {
        let partitions = journal.partitions(topic).await.unwrap();
        assert!(!partitions.is_empty());
        for (number, partition) in (0..).zip(partitions) {
            assert_eq!(partition, Partition { topic, number });
        }
    }
    assert_eq!(journal.partitions(Topic::Control).await.unwrap().len(), 1);
}

async fn records_come_back_whole(journal: &dyn Journal) {
    for topic in Topic::ALL {
        let sent = record(1, "whole");
        let position = journal.append(topic, sent.clone()).await.unwrap();
        assert_eq!(position.partition.topic, topic);
        let bounds = journal.bounds(position.partition).await.unwrap();
        assert!(
            bounds.contains(&position.offset.0),
            "{bounds:?} lacks {position:?}"
        );
        let mut subscription = journal
            .subscribe(position.partition, position.offset)
            .await
            .unwrap();
        let got = take(&mut subscription, 1).await.remove(0);
        let want = Delivered {
            position,
            key: sent.key.to_vec(),
            headers: sent.headers,
            value: sent.value,
        };
        assert_eq!(got, want);
    }
}

async fn keys_keep_their_order(journal: &dyn Journal) {
    let appending: Vec<_> = (0..200_u32)
        .map(|number| {
            (
                number % 5,
                journal.append(
                    Topic::Events,
                    record(10 + (number % 5) as u8, &format!("order {number}")),
                ),
            )
        })
        .collect();
    let mut positions: BTreeMap<u32, Vec<Position>> = BTreeMap::new();
    for (key, appending) in appending {
        positions
            .entry(key)
            .or_default()
            .push(appending.await.unwrap());
    }
    for positions in positions.values() {
        assert!(
            positions
                .windows(2)
                .all(|pair| pair[0].partition == pair[1].partition)
        );
        assert!(
            positions
                .windows(2)
                .all(|pair| pair[0].offset < pair[1].offset)
        );
    }
}

async fn groups_keep_their_order(journal: &dyn Journal) {
    let topic = |number: u8| match number % 4 {
        0 => Topic::Control,
        _ => Topic::Events,
    };
    let group = || (0..40_u8).map(|number| record(30 + number % 3, &format!("group {number}")));
    let records = (0..).zip(group()).map(|(number, one)| (topic(number), one));
    let appending = journal.append_all(records.collect());
    assert_eq!(appending.len(), 40);
    let mut last: BTreeMap<Partition, Offset> = BTreeMap::new();
    let mut sent = Vec::new();
    for (appending, record) in appending.into_iter().zip(group()) {
        let position = appending.await.unwrap();
        let before = last.insert(position.partition, position.offset);
        assert!(before.is_none_or(|before| before < position.offset));
        sent.push((position, record));
    }
    for (position, sent) in [sent.remove(39), sent.remove(20), sent.remove(0)] {
        let mut subscription = journal
            .subscribe(position.partition, position.offset)
            .await
            .unwrap();
        let got = take(&mut subscription, 1).await.remove(0);
        assert_eq!((got.position, got.value), (position, sent.value));
    }
}

async fn any_offset_is_a_beginning(journal: &dyn Journal) {
    let mut positions = Vec::new();
    for number in 0..10 {
        positions.push(
            journal
                .append(Topic::Events, record(20, &format!("from {number}")))
                .await
                .unwrap(),
        );
    }
    let partition = positions[0].partition;
    let mut whole = journal
        .subscribe(
            partition,
            Offset(journal.bounds(partition).await.unwrap().start),
        )
        .await
        .unwrap();
    let bounds = journal.bounds(partition).await.unwrap();
    let all = take(&mut whole, (bounds.end - bounds.start) as usize).await;
    assert!(
        all.windows(2)
            .all(|pair| pair[0].position.offset < pair[1].position.offset)
    );
    for (at, position) in positions.iter().enumerate() {
        let mut subscription = journal.subscribe(partition, position.offset).await.unwrap();
        let got = take(&mut subscription, positions.len() - at).await;
        assert_eq!(text(&got[0]), format!("from {at}"));
        assert_eq!(got[0].position, *position);
    }
}

async fn readers_wait_at_the_end(journal: &dyn Journal) {
    let last = journal
        .append(Topic::Events, record(30, "last"))
        .await
        .unwrap();
    let end = journal.bounds(last.partition).await.unwrap().end;
    let mut subscription = journal
        .subscribe(last.partition, Offset(end))
        .await
        .unwrap();
    let early = tokio::time::timeout(Duration::from_millis(100), subscription.next()).await;
    assert!(early.is_err(), "nothing is there yet");
    for number in 0..3 {
        journal
            .append(Topic::Events, record(30, &format!("later {number}")))
            .await
            .unwrap();
        assert_eq!(
            text(&take(&mut subscription, 1).await[0]),
            format!("later {number}")
        );
    }
}

async fn many_appends_at_once(journal: Arc<dyn Journal>) {
    let tasks: Vec<_> = (0..16_u8)
        .map(|task| {
            let journal = Arc::clone(&journal);
            tokio::spawn(async move {
                let mut positions = Vec::new();
                for number in 0..50 {
                    let record = record(100 + task, &format!("{task}.{number}"));
                    positions.push(journal.append(Topic::Events, record).await.unwrap());
                }
                positions
            })
        })
        .collect();
    let mut seen = BTreeSet::new();
    for task in tasks {
        for position in task.await.unwrap() {
            assert!(seen.insert(position), "{position:?} was given twice");
        }
    }
    assert_eq!(seen.len(), 16 * 50);
}

async fn dropping_the_future_takes_nothing_back(journal: &dyn Journal) {
    drop(journal.append(Topic::Events, record(40, "dropped")));
    let after = journal
        .append(Topic::Events, record(40, "kept"))
        .await
        .unwrap();
    let before = Offset(after.offset.0 - 1);
    let mut subscription = journal.subscribe(after.partition, before).await.unwrap();
    let got = take(&mut subscription, 2).await;
    assert_eq!([text(&got[0]), text(&got[1])], ["dropped", "kept"]);
}

async fn large_records_pass(journal: &dyn Journal) {
    let mut large = record(50, "large");
    large.value = Bytes::from(vec![7; event::limits::EVENT_BYTES_MAX]);
    let position = journal.append(Topic::Events, large.clone()).await.unwrap();
    let mut subscription = journal
        .subscribe(position.partition, position.offset)
        .await
        .unwrap();
    assert_eq!(take(&mut subscription, 1).await[0].value, large.value);
}

async fn little_read_ahead_leaves_nothing_out(journal: &dyn Journal) {
    let mut sent = Vec::new();
    for number in 0..40 {
        // One of them is larger than all that may wait.
        let size = if number == 20 { 300_000 } else { 3_000 };
        let text = format!("{number}:{}", "x".repeat(size));
        let position = journal.append(Topic::Control, record(1, &text)).await;
        sent.push((position.unwrap(), text));
    }
    let (first, _) = &sent[0];
    let mut subscription = journal
        .subscribe_within(first.partition, first.offset, 1)
        .await
        .unwrap();
    let got = take(&mut subscription, sent.len()).await;
    let got = got.iter().map(|one| (one.position, text(one)));
    assert!(got.eq(sent));
}

async fn oversized_records_are_refused(journal: &dyn Journal) {
    let mut oversized = record(50, "oversized");
    oversized.value = Bytes::from(vec![7; crate::limits::RECORD_BYTES_MAX + 1]);
    let refused = journal.append(Topic::Events, oversized).await;
    assert!(
        matches!(refused, Err(AppendError::Refused(_))),
        "{refused:?}"
    );
}

async fn unknown_partitions_are_errors(journal: &dyn Journal) {
    let nowhere = Partition {
        topic: Topic::Events,
        number: 9999,
    };
    assert!(journal.subscribe(nowhere, Offset(0)).await.is_err());
    assert!(journal.bounds(nowhere).await.is_err());
}

/// Waits until all members together hold each partition exactly once.
async fn shared_by(members: &mut [Assignments], all: &BTreeSet<Partition>) {
    let mut held: Vec<Vec<Partition>> = vec![Vec::new(); members.len()];
    let settle = async {
        loop {
            let total: usize = held.iter().map(Vec::len).sum();
            let union: BTreeSet<Partition> = held.iter().flatten().copied().collect();
            let balanced = held.iter().all(|mine| mine.len() >= all.len() / held.len());
            if union == *all && total == all.len() && balanced {
                return;
            }
            let mut waiting: futures::stream::SelectAll<_> = members
                .iter_mut()
                .enumerate()
                .map(|(number, member)| member.map(move |mine| (number, mine)))
                .collect();
            let (number, mine) = waiting.next().await.expect("members stay");
            drop(waiting);
            held[number] = mine.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, settle)
        .await
        .expect("partitions get shared");
}

async fn members_share_partitions(journal: &dyn Journal) {
    let mut all = BTreeSet::new();
    for topic in Topic::ALL {
        all.extend(journal.partitions(topic).await.unwrap());
    }
    let first = journal.join("contract").await.unwrap();
    let second = journal.join("contract").await.unwrap();
    let mut members = [first, second];
    shared_by(&mut members, &all).await;
    let [first, second] = members;
    drop(first);
    shared_by(&mut [second], &all).await;
}

async fn closing_refuses(journal: &dyn Journal) {
    journal
        .append(Topic::Events, record(60, "before"))
        .await
        .unwrap();
    let partition = journal
        .append(Topic::Events, record(60, "open"))
        .await
        .unwrap()
        .partition;
    let end = journal.bounds(partition).await.unwrap().end;
    let mut subscription = journal.subscribe(partition, Offset(end)).await.unwrap();
    journal.close().await;
    let refused = journal.append(Topic::Events, record(60, "after")).await;
    assert!(
        matches!(refused, Err(AppendError::Unavailable(_))),
        "{refused:?}"
    );
    let ended = tokio::time::timeout(PATIENCE, subscription.next())
        .await
        .expect("it ends");
    assert!(ended.is_none());
    journal.close().await;
}

/// Appends, closes, opens again: everything is there, and offsets go on.
pub(crate) async fn reopening_keeps_everything<F, J>(mut open: F)
where
    F: AsyncFnMut() -> J,
    J: Journal,
{
    let mut written: Vec<(Position, Record)> = Vec::new();
    for round in 0..3 {
        let journal = open().await;
        for number in 0..40_u8 {
            let record = record(number % 7, &format!("round {round} number {number}"));
            let topic = if number % 9 == 0 {
                Topic::Control
            } else {
                Topic::Events
            };
            let position = journal.append(topic, record.clone()).await.unwrap();
            assert!(written.iter().all(|(known, _)| *known != position));
            written.push((position, record));
        }
        for (position, record) in &written {
            let mut subscription = journal
                .subscribe(position.partition, position.offset)
                .await
                .unwrap();
            let got = take(&mut subscription, 1).await.remove(0);
            assert_eq!((got.position, &got.value), (*position, &record.value));
            assert_eq!(got.headers, record.headers);
        }
        journal.close().await;
    }
}
