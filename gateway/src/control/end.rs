//! Where the control topic ends, asked once for all who want to know.
//!
//! Enters: the journal. Leaves: its bounds as of some moment after the question. Never here: an answer that is older than its
//! question.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use journal::{Journal, Partition, ReadError, Topic};
use tokio::sync::Mutex;

/// One question at a time: whoever asks while one is under way shares the next with all the others.
#[derive(Default)]
pub(super) struct End {
    /// Questions so far.
    asked: AtomicU64,
    last: Mutex<Last>,
}

/// The last answer.
#[derive(Default)]
struct Last {
    /// Questions below this number were asked before the journal was.
    covers: u64,
    bounds: Range<u64>,
}

impl End {
    /// Everything that was durable when this was called lies within.
    pub(super) async fn bounds(&self, journal: &dyn Journal) -> Result<Range<u64>, ReadError> {
        let question = self.asked.fetch_add(1, Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if question < last.covers {
            return Ok(last.bounds.clone());
        }
        let covers = self.asked.load(Ordering::SeqCst);
        let partition = Partition {
            topic: Topic::Control,
            number: 0,
        };
        let bounds = journal.bounds(partition).await?;
        *last = Last {
            covers,
            bounds: bounds.clone(),
        };
        Ok(bounds)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use journal::memory::Memory;
    use journal::{Journal as _, Record};

    use super::*;

    fn record() -> Record {
        Record {
            key: [0; 16],
            headers: Vec::new(),
            value: bytes::Bytes::from_static(b"x"),
        }
    }

    #[tokio::test]
    async fn an_answer_is_never_older_than_its_question() {
        let journal = Arc::new(Memory::new(1, 1000));
        let end = Arc::new(End::default());
        for number in 1..200u64 {
            journal
                .append(Topic::Control, record())
                .await
                .expect("appends");
            // Some that wait beside each other, and one whose asker goes away.
            let asking = (0..5).map(|_| {
                let (end, journal) = (Arc::clone(&end), Arc::clone(&journal));
                tokio::spawn(async move { end.bounds(&*journal).await })
            });
            let asking: Vec<_> = asking.collect();
            asking[2].abort();
            for (place, asked) in asking.into_iter().enumerate() {
                if place != 2 {
                    let bounds = asked.await.expect("joins").expect("bounds");
                    assert!(bounds.end >= number, "{bounds:?} after {number} records");
                }
            }
        }
    }
}
