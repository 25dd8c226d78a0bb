//! What people said of statements, of which a process remembers some: the rest is read again where it stands.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use event::{Kind, StatementId};
use history::retold;
use journal::memory::Memory;
use journal::{
    Appending, Assignments, Journal, Offset, Partition, ReadError, Record, Subscription, Topic,
};
use tokio_util::sync::CancellationToken;

use super::past::archived;
use super::world::World;
use crate::approvals::{Approvals, CONTROL};

/// A journal that lets go of the beginning of its other topic.
struct Trimmed {
    journal: Memory,
    begins: Arc<AtomicU64>,
}

#[async_trait]
impl Journal for Trimmed {
    fn append(&self, topic: Topic, record: Record) -> Appending {
        self.journal.append(topic, record)
    }

    async fn subscribe(
        &self,
        partition: Partition,
        from: Offset,
    ) -> Result<Subscription, ReadError> {
        let begins = self.begins.load(Ordering::SeqCst);
        if partition == CONTROL && from.0 < begins {
            return Err(ReadError::Dropped {
                partition,
                asked: from.0,
                begins,
            });
        }
        self.journal.subscribe(partition, from).await
    }

    async fn partitions(&self, topic: Topic) -> Result<Vec<Partition>, ReadError> {
        self.journal.partitions(topic).await
    }

    async fn bounds(&self, partition: Partition) -> Result<Range<u64>, ReadError> {
        let bounds = self.journal.bounds(partition).await?;
        let begins = self.begins.load(Ordering::SeqCst);
        Ok(match partition == CONTROL {
            true => begins..bounds.end,
            false => bounds,
        })
    }

    async fn join(&self, group: &str) -> Result<Assignments, ReadError> {
        self.journal.join(group).await
    }

    async fn close(&self) {
        self.journal.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_said_is_known_though_it_was_forgotten_meanwhile() {
    let events = retold(&history::events(), 30);
    let world = World::holding(&events).await;
    archived(&world).await;
    let begins = Arc::new(AtomicU64::new(0));
    let journal: Arc<dyn Journal> = Arc::new(Trimmed {
        journal: world.journal.clone(),
        begins: Arc::clone(&begins),
    });
    let (stop, some) = (CancellationToken::new(), 4);
    let archive = || world.archive.clone();
    let all = Approvals::follow(Arc::clone(&journal), archive(), stop.clone());
    let live = Approvals::follow_some(journal, archive(), stop.clone(), some);
    let snapshot = world.archive.snapshot().await.unwrap();
    let past = Approvals::archived_some(&snapshot, Offset(0), some).await;
    let past = past.unwrap();
    let asked = events
        .iter()
        .filter(|event| event.kind() == Kind::ApprovalRequested);
    let asked: Vec<StatementId> = asked.filter_map(|event| event.statement_id).collect();
    assert!(asked.len() >= 30);
    // In their order, as a line that is behind asks; and from the latest on, where each is forgotten again.
    for statement in asked.iter().chain(asked.iter().rev()) {
        let said = all.of(*statement).await.unwrap();
        assert!(!said.is_empty(), "{statement:?}");
        assert_eq!(live.of(*statement).await.as_ref(), Some(&said));
        assert_eq!(past.of(*statement).await.as_ref(), Some(&said));
    }
    // What the journal's retention dropped since stands in the archive.
    let control = world.journal.bounds(CONTROL).await.unwrap();
    begins.store(control.end, Ordering::SeqCst);
    for statement in &asked {
        let said = all.of(*statement).await.unwrap();
        assert_eq!(live.of(*statement).await, Some(said));
    }
    stop.cancel();
}
