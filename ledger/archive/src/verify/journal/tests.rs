//! A journal that is slow or away is waited for, and one that cannot be read is no journal that holds nothing more.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures::stream;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::*;
use ::journal::{Appending, Assignments, Record, Topic};

const PARTITION: Partition = Partition {
    topic: Topic::Events,
    number: 0,
};
const SHORT: Duration = Duration::from_millis(2);

/// Is there or not, each time it is asked, as it is told: the last word stands for ever.
struct Asked {
    there: Mutex<VecDeque<bool>>,
    asked: AtomicUsize,
    /// Rings at the last word.
    last: Arc<Notify>,
}

impl Asked {
    fn new(there: &[bool]) -> Self {
        Self {
            there: Mutex::new(there.iter().copied().collect()),
            asked: AtomicUsize::new(0),
            last: Arc::default(),
        }
    }
}

#[async_trait]
impl Journal for Asked {
    fn append(&self, _: Topic, _: Record) -> Appending {
        Box::pin(std::future::pending())
    }

    async fn subscribe(&self, _: Partition, _: Offset) -> Result<Subscription, ReadError> {
        Ok(stream::pending().boxed())
    }

    async fn partitions(&self, _: Topic) -> Result<Vec<Partition>, ReadError> {
        Ok(vec![PARTITION])
    }

    async fn bounds(&self, _: Partition) -> Result<Range<u64>, ReadError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut there = self.there.lock();
        let is_there = match there.len() {
            0 | 1 => {
                self.last.notify_one();
                there.front().copied()
            }
            _ => there.pop_front(),
        };
        match is_there {
            Some(true) => Ok(0..9),
            _ => Err(ReadError::Unavailable("it is away".to_owned())),
        }
    }

    async fn join(&self, _: &str) -> Result<Assignments, ReadError> {
        Ok(stream::pending().boxed())
    }

    async fn close(&self) {}
}

fn record() -> Delivered {
    Delivered {
        position: Position {
            partition: PARTITION,
            offset: Offset(4),
        },
        key: Vec::new(),
        headers: Vec::new(),
        value: "late".into(),
    }
}

#[tokio::test]
async fn what_comes_late_is_read_though_the_journal_was_away() {
    let journal = Asked::new(&[false, false, true, true, false, true, true]);
    let last = Arc::clone(&journal.last);
    let late = async move {
        last.notified().await;
        Ok(record())
    };
    let mut records: Subscription = stream::once(late).boxed();
    let found = awaited(&mut records, &journal, PARTITION, SHORT).await;
    assert_eq!(found.unwrap(), Some(record()));
    assert_eq!(journal.asked.load(Ordering::SeqCst), 7);
}

#[tokio::test]
async fn only_one_that_answers_has_nothing_more() {
    let journal = Asked::new(&[true]);
    let mut records: Subscription = stream::pending().boxed();
    let found = awaited(&mut records, &journal, PARTITION, SHORT).await;
    assert_eq!(found.unwrap(), None);
    assert_eq!(journal.asked.load(Ordering::SeqCst), ANSWERS as usize);
    let away = Asked::new(&[false]);
    let found = awaited(&mut records, &away, PARTITION, SHORT).await;
    assert!(matches!(found, Err(ReadError::Unavailable(_))), "{found:?}");
    assert_eq!(away.asked.load(Ordering::SeqCst), SILENCES as usize);
}

#[tokio::test]
async fn one_that_is_closed_before_its_end_proves_nothing() {
    let journal = Asked::new(&[true]);
    let mut records: Subscription = stream::empty().boxed();
    let found = awaited(&mut records, &journal, PARTITION, SHORT).await;
    assert!(matches!(found, Err(ReadError::Unavailable(_))), "{found:?}");
}

#[tokio::test]
async fn offsets_that_belong_to_no_record_are_said() {
    let journal: Arc<dyn Journal> = Arc::new(Asked::new(&[true]));
    let kept = Kept { begins: 0, end: 9 };
    let mut cursor = Cursor::open(&journal, PARTITION, 3, &kept).await.unwrap();
    assert_eq!(cursor.lacking(), None);
    cursor.records = stream::iter([Ok(record())])
        .chain(stream::pending())
        .boxed();
    assert_eq!(cursor.next_below(9).await.unwrap(), Some(record()));
    assert_eq!(cursor.lacking(), None, "nobody has waited for more");
    cursor.done = true;
    assert_eq!(cursor.lacking(), Some(5..9));
}
