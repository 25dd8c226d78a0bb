//! Reading: one consumer a subscription, placed at an offset; one more for questions.
//!
//! Enters: a partition and an offset. Leaves: records in order, bounds, what topics there are.
//! Never here: a group's offsets, or a message that outlives its consumer.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use rdkafka::TopicPartitionList;
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer, StreamConsumer};
use rdkafka::error::KafkaError as Library;
use rdkafka::message::{BorrowedMessage, Headers, Message};
use rdkafka::types::RDKafkaErrorCode;
use tokio_util::task::TaskTracker;

use super::witness::{HUNG_UP, Witness};
use super::{KafkaConfig, KafkaError, Lasting, settings};
use crate::limits::LEADER_ASKED_AGAIN;
use crate::{Delivered, Offset, Partition, Position, ReadError, Subscription};

/// The brokers' answer to what topics there are.
pub(super) struct Found {
    pub brokers: u32,
    partitions: HashMap<String, u32>,
}

impl Found {
    /// 0 where the topic is not there.
    pub(super) fn partitions(&self, topic: &str) -> u32 {
        self.partitions.get(topic).copied().unwrap_or(0)
    }
}

/// Asks the brokers, never reads.
pub(super) struct Reader {
    config: Arc<KafkaConfig>,
    witness: Witness,
    client: BaseConsumer<Witness>,
}

impl Reader {
    pub(super) fn new(config: Arc<KafkaConfig>) -> Result<Self, KafkaError> {
        let witness = Witness::default();
        let client =
            BaseConsumer::from_config_and_context(&settings::questions(&config), witness.clone())
                .map_err(|error| settings::not_started(&config, &error))?;
        Ok(Self {
            config,
            witness,
            client,
        })
    }

    /// As [`Self::listen`], for as long as an error may be under way: it is told by another thread.
    fn listen_for_the_cause(&self) {
        const PATIENCE: u32 = 20;
        for _ in 0..PATIENCE {
            self.listen();
            if self.witness.seen().is_some() {
                return;
            }
            drop(self.client.poll(Duration::from_millis(25)));
        }
    }

    /// Lets the witness hear what went wrong: librdkafka tells whoever polls, one thing a time.
    fn listen(&self) {
        const TOLD_AT_ONCE: usize = 64;
        for _ in 0..TOLD_AT_ONCE {
            // There is no message to lose: nothing is assigned.
            drop(self.client.poll(Duration::ZERO));
        }
    }

    /// As [`Self::listen`], where all went well: mostly there is nothing to hear, and each look costs a system call.
    fn listen_briefly(&self) {
        const LOOKS: usize = 4;
        for _ in 0..LOOKS {
            drop(self.client.poll(Duration::ZERO));
        }
        if self.witness.seen().is_some() {
            self.listen();
        }
    }

    /// Brokers and topics, within the connect deadline.
    pub(super) async fn find(self: Arc<Self>) -> Result<Found, KafkaError> {
        let ask = move || {
            let deadline = self.config.connect_deadline;
            let answer = self.client.fetch_metadata(None, deadline);
            match answer {
                Ok(_) => self.listen(),
                Err(_) => self.listen_for_the_cause(),
            }
            let answer = answer.map_err(|error| self.unreached(&error))?;
            let topics = answer
                .topics()
                .iter()
                .filter(|topic| topic.error().is_none());
            Ok(Found {
                brokers: u32::try_from(answer.brokers().len()).unwrap_or(u32::MAX),
                partitions: topics
                    .map(|topic| {
                        (
                            topic.name().to_owned(),
                            u32::try_from(topic.partitions().len()).unwrap_or(0),
                        )
                    })
                    .collect(),
            })
        };
        tokio::task::spawn_blocking(ask)
            .await
            .map_err(|error| KafkaError::Client(error.to_string()))?
    }

    /// Why no broker answered, as far as librdkafka told.
    fn unreached(&self, error: &Library) -> KafkaError {
        let brokers = self.config.brokers.clone();
        let detail = self.witness.last(&format!("{error}; {HUNG_UP}"));
        match self.witness.seen().and_then(|seen| seen.code) {
            Some(RDKafkaErrorCode::Authentication) => KafkaError::Denied { brokers, detail },
            Some(RDKafkaErrorCode::SSL) => KafkaError::Untrusted { brokers, detail },
            _ => {
                let waited = self.config.connect_deadline.as_millis();
                KafkaError::Unreachable {
                    brokers,
                    waited_ms: u64::try_from(waited).unwrap_or(u64::MAX),
                    detail,
                }
            }
        }
    }

    /// Asks once more for as long as a connection may take where a partition has no leader: a broker that has just begun has none yet,
    /// and librdkafka says so at once.
    fn watermarks(&self, topic: &str, number: i32) -> Result<(i64, i64), Library> {
        let deadline = self.config.connect_deadline;
        let mut waited = Duration::ZERO;
        loop {
            let answer = self.client.fetch_watermarks(topic, number, deadline);
            match answer {
                Err(error) if waited < deadline && is_leaderless(&error) => {
                    drop(self.client.poll(LEADER_ASKED_AGAIN));
                    waited += LEADER_ASKED_AGAIN;
                }
                answer => return answer,
            }
        }
    }

    /// Oldest offset kept, and the one after the last that all in-sync replicas have.
    pub(super) async fn bounds(
        self: Arc<Self>,
        partition: Partition,
    ) -> Result<Range<u64>, ReadError> {
        let ask = move || {
            let topic = self.config.topic_name(partition.topic);
            let number = i32::try_from(partition.number).unwrap_or(i32::MAX);
            let answer = self.watermarks(topic, number);
            match &answer {
                Ok(_) => self.listen_briefly(),
                Err(_) => self.listen(),
            }
            let (low, high) = answer
                .map_err(|error| ReadError::Unavailable(self.witness.last(&error.to_string())))?;
            self.witness.forget();
            Ok(u64::try_from(low).unwrap_or(0)..u64::try_from(high).unwrap_or(0))
        };
        tokio::task::spawn_blocking(ask)
            .await
            .map_err(|error| ReadError::Unavailable(error.to_string()))?
    }
}

/// Nobody leads the partition for now, as far as the brokers told: they begin, or elect one.
fn is_leaderless(error: &Library) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::UnknownPartition
                | RDKafkaErrorCode::LeaderNotAvailable
                | RDKafkaErrorCode::NotLeaderForPartition
        )
    )
}

/// A consumer that is ended on a thread of its own: ending one waits for the broker. Whoever closes the journal waits for that.
pub(super) struct Held<C: rdkafka::consumer::ConsumerContext + 'static> {
    consumer: Option<StreamConsumer<C>>,
    tasks: TaskTracker,
}

impl<C: rdkafka::consumer::ConsumerContext + 'static> Held<C> {
    pub(super) const fn new(consumer: StreamConsumer<C>, tasks: TaskTracker) -> Self {
        Self {
            consumer: Some(consumer),
            tasks,
        }
    }

    /// What the next message is, taken out of librdkafka's hands: one that outlived its consumer would block it for ever.
    pub(super) async fn next<T>(
        &self,
        take: impl FnOnce(&BorrowedMessage<'_>) -> T,
    ) -> Result<T, Library> {
        match &self.consumer {
            Some(consumer) => consumer.recv().await.map(|message| take(&message)),
            None => Err(Library::Canceled),
        }
    }
}

impl<C: rdkafka::consumer::ConsumerContext + 'static> Drop for Held<C> {
    fn drop(&mut self) {
        if let Some(consumer) = self.consumer.take() {
            end(consumer, &self.tasks);
        }
    }
}

/// Ends a part of librdkafka, which waits for its threads and the broker, on a thread that `tasks` counts. No blocking task of
/// the runtime: the process would wait for that without end.
#[expect(
    clippy::disallowed_methods,
    reason = "the token says when the thread is done"
)]
pub(super) fn end<T: Send + 'static>(part: T, tasks: &TaskTracker) {
    let counted = tasks.token();
    std::thread::spawn(move || {
        drop(part);
        drop(counted);
    });
}

/// Records of `partition` from `from` on, until `closed`; about `ahead` bytes of them wait here.
pub(super) fn subscribe(
    config: &Arc<KafkaConfig>,
    partition: Partition,
    from: u64,
    ahead: usize,
    lasting: &Lasting,
) -> Result<Subscription, ReadError> {
    let unavailable = |error: Library| ReadError::Unavailable(error.to_string());
    let consumer: StreamConsumer<Witness> = StreamConsumer::from_config_and_context(
        &settings::reader(config, ahead),
        Witness::default(),
    )
    .map_err(|error| ReadError::Unavailable(settings::not_started(config, &error).to_string()))?;
    let mut place = TopicPartitionList::new();
    place
        .add_partition_offset(
            config.topic_name(partition.topic),
            i32::try_from(partition.number).unwrap_or(i32::MAX),
            rdkafka::Offset::Offset(i64::try_from(from).unwrap_or(i64::MAX)),
        )
        .map_err(unavailable)?;
    consumer.assign(&place).map_err(unavailable)?;
    let consumer = Held::new(consumer, lasting.tasks.clone());
    let closed = lasting.closed.clone();
    let mut next = from;
    let stream = async_stream::stream! {
        loop {
            let message = tokio::select! {
                () = closed.cancelled() => return,
                message = consumer.next(|message| deliver(partition, message)) => message,
            };
            match message {
                Ok(record) => {
                    next = record.position.offset.0 + 1;
                    yield Ok(record);
                }
                Err(error) => match reason(&error, partition, next) {
                    Some(error) => {
                        yield Err(error);
                        return;
                    }
                    // librdkafka goes on by itself when the broker is back.
                    None => tracing::debug!(%partition, %error, "kafka is away"),
                },
            }
        }
    };
    Ok(stream.boxed())
}

/// Why reading cannot go on; none where it can.
fn reason(error: &Library, partition: Partition, next: u64) -> Option<ReadError> {
    let code = error.rdkafka_error_code();
    match (error, code) {
        (_, Some(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange)) => {
            Some(ReadError::Unavailable(format!(
                "{partition} no longer has offset {next}: retention dropped it, or the topic was made anew"
            )))
        }
        (
            _,
            Some(
                RDKafkaErrorCode::UnknownTopicOrPartition
                | RDKafkaErrorCode::UnknownPartition
                | RDKafkaErrorCode::UnknownTopic
                | RDKafkaErrorCode::TopicAuthorizationFailed
                | RDKafkaErrorCode::InvalidMessage
                | RDKafkaErrorCode::BadMessage,
            ),
        )
        | (Library::MessageConsumptionFatal(_) | Library::Canceled, _) => Some(
            ReadError::Unavailable(format!("{partition} at offset {next}: {error}")),
        ),
        _ => None,
    }
}

fn deliver(partition: Partition, message: &BorrowedMessage<'_>) -> Delivered {
    let mut headers = Vec::new();
    if let Some(stored) = message.headers() {
        for header in stored.iter() {
            let value = String::from_utf8_lossy(header.value.unwrap_or_default());
            headers.push((header.key.to_owned(), value.into_owned()));
        }
    }
    Delivered {
        position: Position {
            partition,
            offset: Offset(u64::try_from(message.offset()).unwrap_or(0)),
        },
        key: message.key().unwrap_or_default().to_vec(),
        headers,
        value: Bytes::copy_from_slice(message.payload().unwrap_or_default()),
    }
}
