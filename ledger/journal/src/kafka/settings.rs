//! librdkafka settings of each client.
//!
//! Enters: the configuration. Leaves: client configurations in which the journal's promises cannot be switched off.
//! Never here: a secret in an error.

use rdkafka::ClientConfig;
use rdkafka::error::KafkaError as Library;

use super::{KafkaConfig, KafkaError};
use crate::limits::{
    KAFKA_MESSAGE_BYTES, PARTITIONS_MAX, QUEUE_BYTES_MAX, READ_AHEAD_BYTES, READ_AHEAD_BYTES_MIN,
};

/// What is promised rests on these, so nobody else sets them.
const RESERVED: [&str; 15] = [
    "acks",
    "auto.offset.reset",
    "bootstrap.servers",
    "delivery.timeout.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "message.max.bytes",
    "message.timeout.ms",
    "metadata.broker.list",
    "partition.assignment.strategy",
    "request.required.acks",
    "transactional.id",
];

pub(super) fn validate(config: &KafkaConfig) -> Result<(), KafkaError> {
    let mut names = config.options.keys().chain(config.secrets.keys());
    if let Some(name) = names.find(|name| RESERVED.contains(&name.as_str())) {
        return Err(KafkaError::Reserved { name: name.clone() });
    }
    if !(1..=PARTITIONS_MAX).contains(&config.events_partitions) {
        return Err(KafkaError::Count {
            count: config.events_partitions,
        });
    }
    Ok(())
}

fn common(config: &KafkaConfig) -> ClientConfig {
    let mut client = ClientConfig::new();
    client
        .set("client.id", "firn")
        // A broker that comes back is found within a second; librdkafka's own pause grows to ten.
        .set("reconnect.backoff.ms", "100")
        .set("reconnect.backoff.max.ms", "1000")
        .set("topic.metadata.refresh.interval.ms", "30000")
        .set("socket.keepalive.enable", "true")
        // librdkafka would print to standard error what the witness passes on.
        .set("log.connection.close", "false");
    for (name, value) in &config.options {
        client.set(name, value);
    }
    for (name, value) in &config.secrets {
        client.set(name, value.as_str());
    }
    client.set("bootstrap.servers", &config.brokers);
    client
}

pub(super) fn admin(config: &KafkaConfig) -> ClientConfig {
    common(config)
}

/// Without a group, so that nothing is kept of it anywhere.
pub(super) fn questions(config: &KafkaConfig) -> ClientConfig {
    common(config)
}

pub(super) fn producer(config: &KafkaConfig) -> ClientConfig {
    let mut client = common(config);
    let deadline = config.append_deadline.as_millis().max(1).to_string();
    client
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("message.timeout.ms", &deadline)
        .set("message.max.bytes", KAFKA_MESSAGE_BYTES.to_string())
        .set(
            "queue.buffering.max.kbytes",
            (QUEUE_BYTES_MAX / 1024 * 4).to_string(),
        );
    if !config.options.contains_key("linger.ms")
        && !config.options.contains_key("queue.buffering.max.ms")
    {
        // Somebody waits for every record; what comes meanwhile shares the next request.
        client.set("linger.ms", "0");
    }
    client
}

/// Reads about `ahead` bytes ahead: what waits, and one fetch on its way.
pub(super) fn reader(config: &KafkaConfig, ahead: usize) -> ClientConfig {
    let ahead = ahead.clamp(READ_AHEAD_BYTES_MIN, READ_AHEAD_BYTES);
    let mut client = common(config);
    client
        // librdkafka wants a name for positions that are never stored.
        .set("group.id", "firn-positions")
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("enable.partition.eof", "false")
        .set("auto.offset.reset", "error")
        .set("check.crcs", "true")
        // A broker answers as soon as there is a record: this is how often each of some twenty readers of a process asks in vain. Not
        // longer than a journal that is closed waits for them.
        .set("fetch.wait.max.ms", "2000")
        // A larger message comes all the same, alone.
        .set(
            "fetch.message.max.bytes",
            KAFKA_MESSAGE_BYTES.min(ahead).to_string(),
        )
        .set("queued.max.messages.kbytes", (ahead / 1024).to_string());
    if !config.options.contains_key("fetch.queue.backoff.ms") {
        // A small queue is full at once; librdkafka would look again after a second.
        client.set("fetch.queue.backoff.ms", "50");
    }
    client
}

pub(super) fn member(config: &KafkaConfig, group: &str) -> ClientConfig {
    let mut client = common(config);
    client
        .set("group.id", group)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "latest")
        .set("partition.assignment.strategy", "cooperative-sticky");
    if !config.options.contains_key("session.timeout.ms") {
        // A member that was killed leaves its share to others after this time, and they hear of it with their next heartbeat:
        // less than ten seconds together. Brokers take no less than six, unless told to.
        client
            .set("session.timeout.ms", "6000")
            .set("heartbeat.interval.ms", "1500");
    }
    client
}

/// A client that did not start; the value of a secret setting is not named.
pub(super) fn not_started(config: &KafkaConfig, error: &Library) -> KafkaError {
    match error {
        Library::ClientConfig(_, _, name, _) if config.secrets.contains_key(name) => {
            let detail = "its secret value is not one librdkafka takes".to_owned();
            KafkaError::Option {
                name: name.clone(),
                detail,
            }
        }
        Library::ClientConfig(_, detail, name, _) => KafkaError::Option {
            name: name.clone(),
            detail: detail.clone(),
        },
        // librdkafka's words on a client as a whole could quote any setting.
        Library::ClientCreation(_) if !config.secrets.is_empty() => KafkaError::Client(
            "check the settings in journal.options and journal.secrets".to_owned(),
        ),
        other => KafkaError::Client(other.to_string()),
    }
}
