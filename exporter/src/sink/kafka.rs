//! A topic of a Kafka, this record's own or another.
//!
//! Enters: records. Leaves: one message each, keyed by the session, once all in-sync replicas have it. Never here: a topic that is
//! made.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use door::Secret;
use event::TimeNs;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedHeaders, Header, Headers as _, Message as _, OwnedHeaders};
use rdkafka::metadata::{MetadataPartition, MetadataTopic};
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _};
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use serde::Deserialize;

use super::inventory::{Counted, Inventory};
use super::{Receipt, SendError, Sink};
use crate::connection::{BuildError, Connection};
use crate::limits;
use crate::plan::Record;

/// What is promised rests on these.
const RESERVED: [&str; 7] = [
    "acks",
    "bootstrap.servers",
    "delivery.timeout.ms",
    "enable.idempotence",
    "message.timeout.ms",
    "request.required.acks",
    "transactional.id",
];

/// The header that has a record's id.
const ID_HEADER: &str = "firn_id";
/// A message may be as much older than its record by Kafka's time, clocks being what they are.
const CLOCKS_MS: i64 = 3_600_000;

/// `to.kafka`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KafkaTarget {
    /// `host:port,host:port`
    pub brokers: String,
    /// The topic; it must exist.
    pub topic: String,
    /// librdkafka settings, passed through.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// librdkafka settings whose values are secret.
    #[serde(default)]
    pub secrets: BTreeMap<String, Secret>,
}

impl KafkaTarget {
    /// What cannot work.
    pub fn check(&self) -> Result<(), BuildError> {
        let mut names = self.options.keys().chain(self.secrets.keys());
        match names.find(|name| RESERVED.contains(&name.as_str())) {
            Some(name) => Err(BuildError::Client(format!(
                "options.{name} is firn's own to set: remove it"
            ))),
            None => Ok(()),
        }
    }
}

/// One topic.
pub struct Topic {
    producer: FutureProducer,
    /// How a reader of it connects.
    reader: ClientConfig,
    topic: String,
    timeout: Duration,
}

impl Topic {
    /// The topic `to` describes.
    pub fn new(to: &KafkaTarget, connection: &Connection) -> Result<Self, BuildError> {
        to.check()?;
        let mut client = ClientConfig::new();
        for (name, value) in &to.options {
            client.set(name, value);
        }
        for (name, secret) in &to.secrets {
            client.set(name, secret.read()?.as_str());
        }
        client
            .set("client.id", "firn-export")
            .set("bootstrap.servers", &to.brokers);
        let mut reader = client.clone();
        reader
            .set("group.id", "firn-reconcile")
            .set("enable.auto.commit", "false")
            .set("enable.partition.eof", "false")
            .set("isolation.level", "read_committed");
        client
            .set("acks", "all")
            .set("enable.idempotence", "true")
            .set("linger.ms", "5")
            .set("message.max.bytes", limits::BATCH_BYTES_MAX.to_string())
            .set(
                "message.timeout.ms",
                connection.timeout.as_millis().to_string(),
            );
        // librdkafka's own words could quote a secret.
        let producer = client.create().map_err(|error| match error {
            KafkaError::ClientConfig(_, _, name, _) => {
                BuildError::Client(format!("librdkafka does not take the value of {name}"))
            }
            _ => BuildError::Client("librdkafka does not take the settings".to_owned()),
        })?;
        Ok(Self {
            producer,
            reader,
            topic: to.topic.clone(),
            timeout: connection.timeout,
        })
    }
}

#[async_trait]
impl Sink for Topic {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        let sent = batch.iter().map(|record| {
            let (key, id) = (key(record), record.id());
            async move {
                let headers = OwnedHeaders::new_with_capacity(1).insert(Header {
                    key: ID_HEADER,
                    value: Some(&id),
                });
                let message = FutureRecord::to(&self.topic)
                    .key(&key)
                    .headers(headers)
                    .payload(record.bytes.as_ref());
                self.producer.send(message, self.timeout).await
            }
        });
        // Queued one after the other, so that each session keeps its order.
        let answers = futures::future::join_all(sent).await;
        let mut receipt = Receipt::default();
        let mut last = None;
        for (index, answer) in answers.into_iter().enumerate() {
            match answer {
                Ok(_) => {}
                Err((error, _)) if is_about_the_record(&error) => {
                    receipt.refused.push((index, error.to_string()));
                }
                Err((error, _)) => {
                    last = Some(error);
                    receipt.again.push(index);
                }
            }
        }
        match last {
            Some(error) if receipt.again.len() == batch.len() => {
                Err(SendError::later(error.to_string()))
            }
            last => {
                receipt.why = last.map(|error| error.to_string());
                Ok(receipt)
            }
        }
    }

    async fn inventory(
        &self,
        time: Range<TimeNs>,
    ) -> Result<Option<Box<dyn Inventory + '_>>, SendError> {
        let begin = time
            .start
            .0
            .div_euclid(1_000_000)
            .saturating_sub(CLOCKS_MS)
            .max(0);
        let (reader, topic, timeout) = (self.reader.clone(), self.topic.clone(), self.timeout);
        let asked = tokio::task::spawn_blocking(move || read(&reader, &topic, begin, timeout));
        let later = |error: &dyn std::fmt::Display| SendError::later(error.to_string());
        let counted = asked.await.map_err(|error| later(&error))?;
        let counted = counted.map_err(|error| later(&error))?;
        Ok(Some(Box::new(Counted(counted))))
    }

    async fn probe(&self) -> Result<String, SendError> {
        let (producer, topic, timeout) = (self.producer.clone(), self.topic.clone(), self.timeout);
        let asked = tokio::task::spawn_blocking(move || {
            let found = producer.client().fetch_metadata(Some(&topic), timeout);
            let found = found.map_err(|error| SendError::later(error.to_string()))?;
            let partitions = found.topics().iter().map(|topic| topic.partitions().len());
            match partitions.sum() {
                0 => Err(SendError::later(format!("there is no topic {topic}"))),
                count => Ok(format!("topic {topic} has {count} partitions")),
            }
        });
        match asked.await {
            Ok(said) => said,
            Err(error) => Err(SendError::later(error.to_string())),
        }
    }
}

/// How often each id is in `topic`, from `begin` on (milliseconds since 1970, by Kafka's time) to where it ends now.
fn read(
    reader: &ClientConfig,
    topic: &str,
    begin: i64,
    timeout: Duration,
) -> Result<HashMap<String, u64>, KafkaError> {
    let consumer: BaseConsumer = reader.create()?;
    let found = consumer.fetch_metadata(Some(topic), timeout)?;
    let partitions = found.topics().iter().flat_map(MetadataTopic::partitions);
    let mut counted = HashMap::new();
    for partition in partitions.map(MetadataPartition::id) {
        let (low, high) = consumer.fetch_watermarks(topic, partition, timeout)?;
        let mut at = TopicPartitionList::new();
        at.add_partition_offset(topic, partition, Offset::Offset(begin))?;
        let at = consumer.offsets_for_times(at, timeout)?;
        let begin = at.find_partition(topic, partition);
        // Without one, nothing is as young.
        let Some(Offset::Offset(begin)) = begin.map(|begin| begin.offset()) else {
            continue;
        };
        let mut next = begin.max(low);
        let mut assigned = TopicPartitionList::new();
        assigned.add_partition_offset(topic, partition, Offset::Offset(next))?;
        consumer.assign(&assigned)?;
        while next < high {
            let Some(message) = consumer.poll(timeout) else {
                // Offsets of transactions and of what is compacted belong to no message.
                let end = consumer
                    .position()?
                    .find_partition(topic, partition)
                    .map(|at| at.offset());
                match end {
                    Some(Offset::Offset(end)) if end >= high => break,
                    _ => {
                        return Err(KafkaError::MessageConsumption(
                            RDKafkaErrorCode::OperationTimedOut,
                        ));
                    }
                }
            };
            let message = message?;
            next = message.offset() + 1;
            let headers = message
                .headers()
                .into_iter()
                .flat_map(BorrowedHeaders::iter);
            for header in headers.filter(|header| header.key == ID_HEADER) {
                let id = String::from_utf8_lossy(header.value.unwrap_or_default());
                *counted.entry(id.into_owned()).or_default() += 1;
            }
        }
    }
    Ok(counted)
}

/// One session, one partition of the topic.
fn key(record: &Record) -> String {
    let session = record.session.map(|session| session.to_string());
    session.unwrap_or_else(|| record.position.partition.to_string())
}

fn is_about_the_record(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::MessageSizeTooLarge
                | RDKafkaErrorCode::InvalidRecord
                | RDKafkaErrorCode::InvalidMessage
        )
    )
}
