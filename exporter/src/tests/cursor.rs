//! A cursor only moves forward, and only by its owner.

use std::collections::BTreeMap;
use std::sync::Arc;

use event::TimeNs;
use journal::{Partition, Topic};
use object_store::memory::InMemory;
use uuid::Uuid;

use crate::cursor::{Begin, Counts, CursorError, CursorStore, Move};

const NOW: TimeNs = TimeNs(1);

fn partition(number: u32) -> Partition {
    Partition {
        topic: Topic::Events,
        number,
    }
}

fn begin(number: u32, next: u64) -> Begin {
    Begin {
        partition: partition(number),
        next,
        fold_from: next,
    }
}

fn to(number: u32, next: u64) -> Move {
    let counts = Counts {
        produced: 1,
        acknowledged: 1,
        ..Counts::default()
    };
    Move {
        partition: partition(number),
        next,
        fold_from: next,
        swept: NOW,
        swept_to: next,
        hours: BTreeMap::from([(7, counts)]),
    }
}

fn store() -> CursorStore {
    CursorStore::new(Arc::new(InMemory::new()), "siem")
}

#[tokio::test]
async fn who_was_replaced_moves_nothing_any_more() {
    let store = store();
    let mut old = store
        .claim(Uuid::from_u128(1), &[begin(0, 5)])
        .await
        .unwrap();
    old.advance(&[to(0, 8)]).await.unwrap();
    let mut new = store
        .claim(Uuid::from_u128(2), &[begin(0, 0)])
        .await
        .unwrap();
    assert_eq!(
        new.standing(partition(0)).unwrap().next,
        8,
        "it goes on where the old one was"
    );
    let late = old.advance(&[to(0, 9)]).await;
    assert!(
        matches!(late, Err(CursorError::Fenced { epoch: 2, .. })),
        "{late:?}"
    );
    new.advance(&[to(0, 10)]).await.unwrap();
    let late = old.advance(&[to(0, 11)]).await;
    assert!(matches!(late, Err(CursorError::Fenced { .. })), "{late:?}");
    let (cursor, _) = store.read().await.unwrap();
    assert_eq!(cursor.partitions["firn.events/0"].next, 10);
}

#[tokio::test]
async fn members_with_other_partitions_do_not_disturb_each_other() {
    let store = store();
    let mut one = store
        .claim(Uuid::from_u128(1), &[begin(0, 0)])
        .await
        .unwrap();
    let mut two = store
        .claim(Uuid::from_u128(2), &[begin(1, 0)])
        .await
        .unwrap();
    for next in 1..=20 {
        let (first, second) = ([to(0, next)], [to(1, next * 2)]);
        let (a, b) = tokio::join!(one.advance(&first), two.advance(&second));
        a.unwrap();
        b.unwrap();
    }
    let (cursor, _) = store.read().await.unwrap();
    assert_eq!(cursor.partitions["firn.events/0"].next, 20);
    assert_eq!(cursor.partitions["firn.events/1"].next, 40);
    assert_eq!(cursor.partitions["firn.events/1"].total.acknowledged, 20);
}

#[tokio::test]
async fn a_move_made_twice_counts_once_and_none_goes_back() {
    let store = store();
    let mut held = store
        .claim(Uuid::from_u128(1), &[begin(0, 0)])
        .await
        .unwrap();
    for next in [4, 4, 2] {
        held.advance(&[to(0, next)]).await.unwrap();
    }
    let (cursor, _) = store.read().await.unwrap();
    let standing = &cursor.partitions["firn.events/0"];
    assert_eq!((standing.next, standing.total.acknowledged), (4, 1));
}

#[tokio::test]
async fn racing_claims_leave_one_owner() {
    let store = store();
    let claims = (1..=8).map(|owner| {
        let store = store.clone();
        async move { store.claim(Uuid::from_u128(owner), &[begin(0, 0)]).await }
    });
    let mut moved = 0;
    for held in futures::future::join_all(claims).await {
        moved += usize::from(held.unwrap().advance(&[to(0, 1)]).await.is_ok());
    }
    assert_eq!(moved, 1);
    let (cursor, _) = store.read().await.unwrap();
    assert_eq!(cursor.partitions["firn.events/0"].epoch, 8);
}
