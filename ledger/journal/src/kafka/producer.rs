//! Appending: an idempotent producer, begun again when librdkafka gives it up.
//!
//! Enters: records in call order. Leaves: positions once all in-sync replicas have them. Never here: an answer after the deadline.

use std::sync::Arc;

use futures::FutureExt;
use parking_lot::RwLock;
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::error::KafkaError as Library;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer as _};
use rdkafka::types::RDKafkaErrorCode;
use tokio_util::task::TaskTracker;

use super::consumer::end;
use super::witness::Witness;
use super::{KafkaConfig, KafkaError, settings};
use crate::limits::RECORD_BYTES_MAX;
use crate::{AppendError, Appending, Offset, Partition, Position, Record};

type Client = FutureProducer<Witness>;

/// The producer of one journal.
pub(super) struct Producer {
    config: Arc<KafkaConfig>,
    witness: Witness,
    current: RwLock<Arc<Client>>,
    /// What ends beside the calls.
    tasks: TaskTracker,
}

impl Producer {
    pub(super) fn new(config: Arc<KafkaConfig>, tasks: TaskTracker) -> Result<Self, KafkaError> {
        let witness = Witness::default();
        let current = RwLock::new(Arc::new(begin(&config, &witness)?));
        Ok(Self {
            config,
            witness,
            current,
            tasks,
        })
    }

    /// Takes the record into the order of its partition before returning.
    pub(super) fn append(self: Arc<Self>, partition: Partition, record: &Record) -> Appending {
        let client = Arc::clone(&self.current.read());
        match self.send(&client, partition, record) {
            Ok(delivery) => self.wait(client, partition, delivery).boxed(),
            Err(error) => {
                self.renew(&client);
                futures::future::ready(Err(error)).boxed()
            }
        }
    }

    fn send(
        &self,
        client: &Client,
        partition: Partition,
        record: &Record,
    ) -> Result<DeliveryFuture, AppendError> {
        let headers = record
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len());
        let bytes = record.value.len() + headers.sum::<usize>();
        if bytes > RECORD_BYTES_MAX {
            let detail = format!("record of {bytes} bytes exceeds the limit of {RECORD_BYTES_MAX}");
            return Err(AppendError::Refused(detail));
        }
        let mut headers = OwnedHeaders::new_with_capacity(record.headers.len());
        for (key, value) in &record.headers {
            headers = headers.insert(Header {
                key,
                value: Some(value),
            });
        }
        let message = FutureRecord::to(self.config.topic_name(partition.topic))
            .partition(i32::try_from(partition.number).unwrap_or(i32::MAX))
            .key(record.key.as_slice())
            .headers(headers)
            .payload(record.value.as_ref());
        client
            .send_result(message)
            .map_err(|(error, _)| self.failed(&error))
    }

    async fn wait(
        self: Arc<Self>,
        client: Arc<Client>,
        partition: Partition,
        delivery: DeliveryFuture,
    ) -> Result<Position, AppendError> {
        // librdkafka looks at its own deadline once a second only.
        let delivered = match tokio::time::timeout(self.config.append_deadline, delivery).await {
            Ok(Ok(Ok(delivered))) => delivered,
            Ok(Ok(Err((error, _)))) => {
                self.renew(&client);
                return Err(self.failed(&error));
            }
            Ok(Err(_)) => return Err(AppendError::Unavailable("producer was given up".to_owned())),
            Err(_) => return Err(self.late()),
        };
        self.witness.forget();
        match u64::try_from(delivered.offset) {
            Ok(offset) => Ok(Position {
                partition,
                offset: Offset(offset),
            }),
            Err(_) => Err(AppendError::Unavailable("broker gave no offset".to_owned())),
        }
    }

    /// Begins a new producer if librdkafka will never send with this one again.
    fn renew(&self, failed: &Arc<Client>) {
        let Some((code, detail)) = failed.client().fatal_error() else {
            return;
        };
        let mut current = self.current.write();
        if !Arc::ptr_eq(&current, failed) {
            return;
        }
        tracing::warn!(%code, detail, "producer failed for good; another begins");
        match begin(&self.config, &self.witness) {
            Ok(client) => {
                let old = std::mem::replace(&mut *current, Arc::new(client));
                // Ending a producer waits for its threads.
                end(old, &self.tasks);
            }
            Err(error) => tracing::error!(%error, "producer cannot begin again"),
        }
    }

    fn failed(&self, error: &Library) -> AppendError {
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::MessageTimedOut | RDKafkaErrorCode::RequestTimedOut) => {
                self.late()
            }
            Some(
                code @ (RDKafkaErrorCode::MessageSizeTooLarge
                | RDKafkaErrorCode::InvalidMessage
                | RDKafkaErrorCode::PolicyViolation
                | RDKafkaErrorCode::TopicAuthorizationFailed),
            ) => AppendError::Refused(code.to_string()),
            _ => AppendError::Unavailable(error.to_string()),
        }
    }

    fn late(&self) -> AppendError {
        AppendError::Deadline {
            waited_ms: u64::try_from(self.config.append_deadline.as_millis()).unwrap_or(u64::MAX),
            detail: self.witness.last("no acknowledgement from the broker"),
        }
    }

    /// Waits, within the deadline, until what was appended is acknowledged.
    pub(super) async fn flush(self: Arc<Self>) {
        let flushed = tokio::task::spawn_blocking(move || {
            let client = Arc::clone(&self.current.read());
            client.flush(self.config.append_deadline)
        });
        match flushed.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "journal closed before everything was acknowledged")
            }
            Err(error) => tracing::warn!(%error, "journal did not close in order"),
        }
    }
}

fn begin(config: &KafkaConfig, witness: &Witness) -> Result<Client, KafkaError> {
    Client::from_config_and_context(&settings::producer(config), witness.clone())
        .map_err(|error| settings::not_started(config, &error))
}
