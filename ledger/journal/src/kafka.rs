//! The journal in Kafka: for many gateways, many partitions, and whatever speaks Kafka's protocol.
//!
//! Enters: records. Leaves: their positions once all in-sync replicas have them, and the records again from any position.
//! Never here: group offsets or transactions; a reader's position is the reader's own.

mod consumer;
mod member;
mod producer;
mod settings;
mod topics;
mod witness;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use zeroize::Zeroizing;

use self::consumer::Reader;
use self::producer::Producer;
pub use self::topics::Standing;
use self::topics::Topics;
use super::partitioner::partition_of;
use super::{
    AppendError, Appending, Assignments, Journal, Offset, Partition, ReadError, Record,
    Subscription, Topic,
};
use crate::limits;

/// Which Kafka, and how.
#[derive(Clone)]
pub struct KafkaConfig {
    /// `host:port,host:port`
    pub brokers: String,
    /// The topic of events.
    pub events_topic: String,
    /// The topic of approvals and whatever every gateway must see.
    pub control_topic: String,
    /// Partitions of the events topic, where it must be made.
    pub events_partitions: u32,
    /// Copies of each partition, where topics must be made; none is 3, or as many as there are brokers.
    pub replication: Option<u32>,
    /// How long records are kept, where topics must be made.
    pub retention: Duration,
    /// An append that is not acknowledged after this time has failed.
    pub append_deadline: Duration,
    /// A broker that has not answered after this time cannot be reached.
    pub connect_deadline: Duration,
    /// Further librdkafka settings: `security.protocol`, `sasl.mechanism`, `ssl.ca.location` …
    pub options: BTreeMap<String, String>,
    /// Further librdkafka settings whose values are secret: `sasl.password`, `ssl.key.password` …
    pub secrets: BTreeMap<String, Zeroizing<String>>,
}

impl KafkaConfig {
    /// For `brokers`, everything else by default.
    pub fn new(brokers: &str) -> Self {
        Self {
            brokers: brokers.to_owned(),
            events_topic: Topic::Events.name().to_owned(),
            control_topic: Topic::Control.name().to_owned(),
            events_partitions: limits::EVENTS_PARTITIONS,
            replication: None,
            retention: limits::KAFKA_RETENTION,
            append_deadline: limits::APPEND_DEADLINE,
            connect_deadline: limits::CONNECT_DEADLINE,
            options: BTreeMap::new(),
            secrets: BTreeMap::new(),
        }
    }

    fn topic_name(&self, topic: Topic) -> &str {
        match topic {
            Topic::Events => &self.events_topic,
            Topic::Control => &self.control_topic,
        }
    }
}

/// Names the secrets, never shows them.
impl fmt::Debug for KafkaConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaConfig")
            .field("brokers", &self.brokers)
            .field("events_topic", &self.events_topic)
            .field("control_topic", &self.control_topic)
            .field("options", &self.options.keys())
            .field("secrets", &self.secrets.keys())
            .finish_non_exhaustive()
    }
}

/// Why Kafka cannot be the journal.
#[derive(Debug, thiserror::Error)]
pub enum KafkaError {
    /// A setting that the journal's promises rest on.
    #[error("journal.options.{name} is the journal's own to set: remove it")]
    Reserved {
        /// The setting.
        name: String,
    },
    /// A setting librdkafka does not take.
    #[error("journal.options.{name}: {detail}")]
    Option {
        /// The setting.
        name: String,
        /// What it said; not for secrets.
        detail: String,
    },
    /// A count that cannot be.
    #[error(
        "journal.partitions must be 1 to {}, got {count}",
        limits::PARTITIONS_MAX
    )]
    Count {
        /// What was asked for.
        count: u32,
    },
    /// No broker answered.
    #[error("no kafka broker of {brokers} answered within {waited_ms} ms: {detail}")]
    Unreachable {
        /// Which were asked.
        brokers: String,
        /// How long.
        waited_ms: u64,
        /// What the client last said.
        detail: String,
    },
    /// A broker answered, but does not take the login.
    #[error(
        "kafka at {brokers} does not let firn in: {detail}; check sasl.mechanism and sasl.username in [journal.options] and sasl.password in [journal.secrets]"
    )]
    Denied {
        /// Which were asked.
        brokers: String,
        /// What the client last said.
        detail: String,
    },
    /// A broker answered, but there is no trusted TLS connection to it.
    #[error(
        "no trusted connection to kafka at {brokers}: {detail}; ssl.ca.location in [journal.options] names the file of a certificate authority of your own"
    )]
    Untrusted {
        /// Which were asked.
        brokers: String,
        /// What the client last said.
        detail: String,
    },
    /// A topic is missing and cannot be made.
    #[error("cannot make the topic {topic}: {detail}")]
    Create {
        /// The topic.
        topic: String,
        /// What the broker said.
        detail: String,
    },
    /// A topic is there, but not as it must be.
    #[error("the topic {topic} {detail}")]
    Topic {
        /// The topic.
        topic: String,
        /// What is wrong, and what to do.
        detail: String,
    },
    /// The client library cannot start.
    #[error("kafka client cannot start: {0}")]
    Client(String),
}

/// What goes on beside the calls, until the journal is closed.
#[derive(Clone, Default)]
struct Lasting {
    closed: CancellationToken,
    /// Members of groups, and what librdkafka has to end.
    tasks: TaskTracker,
}

/// The journal in Kafka.
pub struct Kafka {
    config: Arc<KafkaConfig>,
    topics: Topics,
    producer: Arc<Producer>,
    reader: Arc<Reader>,
    lasting: Lasting,
}

impl Kafka {
    /// Reaches the brokers within the connect deadline, and makes the topics that are missing.
    pub async fn open(config: KafkaConfig) -> Result<Self, KafkaError> {
        settings::validate(&config)?;
        let config = Arc::new(config);
        let reader = Arc::new(Reader::new(Arc::clone(&config))?);
        let topics = topics::ensure(&config, &reader).await?;
        let lasting = Lasting::default();
        let tasks = lasting.tasks.clone();
        let producer = Arc::new(Producer::new(Arc::clone(&config), tasks)?);
        Ok(Self {
            config,
            topics,
            producer,
            reader,
            lasting,
        })
    }

    /// Reaches the brokers within the connect deadline, and says what is there; makes nothing.
    pub async fn look(config: KafkaConfig) -> Result<Standing, KafkaError> {
        settings::validate(&config)?;
        let config = Arc::new(config);
        let reader = Arc::new(Reader::new(Arc::clone(&config))?);
        topics::look(&config, &reader).await
    }

    fn check(&self, partition: Partition) -> Result<(), ReadError> {
        if partition.number < self.topics.count(partition.topic) {
            return Ok(());
        }
        Err(ReadError::Unavailable(format!(
            "there is no partition {partition}"
        )))
    }
}

#[async_trait]
impl Journal for Kafka {
    fn append(&self, topic: Topic, record: Record) -> Appending {
        if self.lasting.closed.is_cancelled() {
            let error = AppendError::Unavailable("journal is closed".to_owned());
            return futures::future::ready(Err(error)).boxed();
        }
        let number = partition_of(&record.key, self.topics.count(topic));
        Arc::clone(&self.producer).append(Partition { topic, number }, &record)
    }

    async fn subscribe(
        &self,
        partition: Partition,
        from: Offset,
    ) -> Result<Subscription, ReadError> {
        self.subscribe_within(partition, from, limits::READ_AHEAD_BYTES)
            .await
    }

    async fn subscribe_within(
        &self,
        partition: Partition,
        from: Offset,
        ahead: usize,
    ) -> Result<Subscription, ReadError> {
        self.check(partition)?;
        let bounds = Arc::clone(&self.reader).bounds(partition).await?;
        if from.0 < bounds.start {
            return Err(ReadError::Dropped {
                partition,
                asked: from.0,
                begins: bounds.start,
            });
        }
        consumer::subscribe(&self.config, partition, from.0, ahead, &self.lasting)
    }

    async fn partitions(&self, topic: Topic) -> Result<Vec<Partition>, ReadError> {
        Ok(self.topics.partitions(topic))
    }

    async fn bounds(&self, partition: Partition) -> Result<Range<u64>, ReadError> {
        self.check(partition)?;
        Arc::clone(&self.reader).bounds(partition).await
    }

    async fn join(&self, group: &str) -> Result<Assignments, ReadError> {
        member::join(&self.config, group, &self.lasting)
    }

    async fn close(&self) {
        self.lasting.closed.cancel();
        Arc::clone(&self.producer).flush().await;
        self.lasting.tasks.close();
        let left = tokio::time::timeout(limits::LEAVE_DEADLINE, self.lasting.tasks.wait());
        if left.await.is_err() {
            tracing::warn!("journal closed before kafka let its readers go");
        }
    }
}

#[cfg(test)]
mod tests;
