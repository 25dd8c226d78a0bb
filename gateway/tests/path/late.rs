//! A journal whose control records come late, as Kafka's do to a consumer that is busy or far away.

use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::future::BoxFuture;
use journal::memory::Memory;
use journal::{
    AppendError, Assignments, Journal, Offset, Partition, Position, ReadError, Record,
    Subscription, Topic,
};

/// What is appended is durable at once; what is followed in `firn.control` comes `late`.
pub struct Late {
    pub journal: Memory,
    pub late: Duration,
    /// That a record of `firn.events` is durable is said so much later.
    pub slow: Duration,
}

#[async_trait]
impl Journal for Late {
    fn append(
        &self,
        topic: Topic,
        record: Record,
    ) -> BoxFuture<'static, Result<Position, AppendError>> {
        let appending = self.journal.append(topic, record);
        if topic == Topic::Control {
            return appending;
        }
        // From now on, not from when somebody asks.
        let until = tokio::time::Instant::now() + self.slow;
        Box::pin(async move {
            let said = appending.await;
            tokio::time::sleep_until(until).await;
            said
        })
    }

    async fn subscribe(
        &self,
        partition: Partition,
        from: Offset,
    ) -> Result<Subscription, ReadError> {
        let records = self.journal.subscribe(partition, from).await?;
        if partition.topic != Topic::Control {
            return Ok(records);
        }
        let late = self.late;
        let come_late = move |record| async move {
            tokio::time::sleep(late).await;
            record
        };
        Ok(records.then(come_late).boxed())
    }

    async fn partitions(&self, topic: Topic) -> Result<Vec<Partition>, ReadError> {
        self.journal.partitions(topic).await
    }

    async fn bounds(&self, partition: Partition) -> Result<Range<u64>, ReadError> {
        self.journal.bounds(partition).await
    }

    async fn join(&self, group: &str) -> Result<Assignments, ReadError> {
        self.journal.join(group).await
    }

    async fn close(&self) {
        self.journal.close().await;
    }
}
