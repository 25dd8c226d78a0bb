//! The two topics: found, or made with settings that keep the journal's promises.
//!
//! Enters: the configuration. Leaves: how many partitions each has. Never here: a change to a topic that is there.

use std::sync::Arc;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::types::RDKafkaErrorCode;

use super::consumer::{Found, Reader};
use super::witness::Witness;
use super::{KafkaConfig, KafkaError, settings};
use crate::limits::{CONTROL_PARTITIONS, KAFKA_CONTROL_RETENTION, KAFKA_MESSAGE_BYTES};
use crate::{Partition, Topic};

/// Brokers that hold a copy, where there are so many.
const REPLICATION: u32 = 3;

/// How many partitions each topic has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Topics {
    events: u32,
    control: u32,
}

impl Topics {
    pub(super) const fn count(&self, topic: Topic) -> u32 {
        match topic {
            Topic::Events => self.events,
            Topic::Control => self.control,
        }
    }

    pub(super) fn partitions(&self, topic: Topic) -> Vec<Partition> {
        (0..self.count(topic))
            .map(|number| Partition { topic, number })
            .collect()
    }
}

/// What there is of a journal in Kafka; nothing is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Brokers that answer for the cluster.
    pub brokers: u32,
    /// Partitions of the events topic; 0 where it is to be made.
    pub events: u32,
    /// Partitions of the control topic; 0 where it is to be made.
    pub control: u32,
}

/// Looks for the topics.
pub(super) async fn look(
    config: &KafkaConfig,
    reader: &Arc<Reader>,
) -> Result<Standing, KafkaError> {
    let found = Arc::clone(reader).find().await?;
    let standing = Standing {
        brokers: found.brokers,
        events: found.partitions(&config.events_topic),
        control: found.partitions(&config.control_topic),
    };
    if standing.control > 0 {
        one_control(config, standing.control)?;
    }
    Ok(standing)
}

fn one_control(config: &KafkaConfig, partitions: u32) -> Result<(), KafkaError> {
    if partitions == CONTROL_PARTITIONS {
        return Ok(());
    }
    let detail = format!(
        "has {partitions} partitions, and must have one, so that all gateways read it in one order: name another in journal.control_topic"
    );
    Err(KafkaError::Topic {
        topic: config.control_topic.clone(),
        detail,
    })
}

/// Finds the topics, or makes them.
pub(super) async fn ensure(
    config: &Arc<KafkaConfig>,
    reader: &Arc<Reader>,
) -> Result<Topics, KafkaError> {
    let found = find_or_make(config, reader).await?;
    check_sizes(config).await;
    let topics = Topics {
        events: found.partitions(&config.events_topic),
        control: found.partitions(&config.control_topic),
    };
    one_control(config, topics.control)?;
    if topics.events != config.events_partitions {
        tracing::info!(
            found = topics.events,
            configured = config.events_partitions,
            "events topic keeps its partitions"
        );
    }
    Ok(topics)
}

/// Tries for as long as a broker may take to answer: one that has just started does not count itself yet, and what
/// was made is known to every broker a moment later.
async fn find_or_make(
    config: &Arc<KafkaConfig>,
    reader: &Arc<Reader>,
) -> Result<Found, KafkaError> {
    const TRIES: u32 = 20;
    let mut refused = None;
    for attempt in 1..=TRIES {
        let found = Arc::clone(reader).find().await?;
        let mut missing = Topic::ALL.to_vec();
        missing.retain(|&topic| found.partitions(config.topic_name(topic)) == 0);
        if missing.is_empty() {
            return Ok(found);
        }
        if attempt == 1 || refused.is_some() {
            refused = make(config, &missing, &found).await.err();
        }
        tokio::time::sleep(config.connect_deadline / TRIES).await;
    }
    Err(refused.unwrap_or_else(|| KafkaError::Topic {
        topic: config.events_topic.clone(),
        detail: "was made, but the brokers do not show it: try again".to_owned(),
    }))
}

fn admin(config: &KafkaConfig) -> Result<AdminClient<Witness>, KafkaError> {
    AdminClient::from_config_and_context(&settings::admin(config), Witness::default())
        .map_err(|error| settings::not_started(config, &error))
}

async fn make(config: &KafkaConfig, missing: &[Topic], found: &Found) -> Result<(), KafkaError> {
    let replication = config
        .replication
        .unwrap_or_else(|| REPLICATION.min(found.brokers))
        .max(1);
    // One copy may be away without stopping anybody; with one alone there is no choice.
    let in_sync = replication.saturating_sub(1).clamp(1, 2).to_string();
    let size = KAFKA_MESSAGE_BYTES.to_string();
    let events_age = config.retention.as_millis().to_string();
    let control_age = config
        .retention
        .max(KAFKA_CONTROL_RETENTION)
        .as_millis()
        .to_string();
    let new = missing.iter().map(|&topic| {
        let (partitions, age) = match topic {
            Topic::Events => (config.events_partitions, &events_age),
            Topic::Control => (CONTROL_PARTITIONS, &control_age),
        };
        NewTopic::new(
            config.topic_name(topic),
            i32::try_from(partitions).unwrap_or(i32::MAX),
            TopicReplication::Fixed(i32::try_from(replication).unwrap_or(1)),
        )
        .set("cleanup.policy", "delete")
        .set("min.insync.replicas", &in_sync)
        .set("unclean.leader.election.enable", "false")
        .set("max.message.bytes", &size)
        .set("retention.ms", age)
    });
    let new: Vec<NewTopic<'_>> = new.collect();
    let options = AdminOptions::new()
        .request_timeout(Some(config.connect_deadline))
        .operation_timeout(Some(config.connect_deadline));
    let made = admin(config)?.create_topics(&new, &options).await;
    let made = made.map_err(|error| KafkaError::Create {
        topic: config.events_topic.clone(),
        detail: error.to_string(),
    })?;
    for result in made {
        match result {
            // Somebody else was quicker.
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => {
                return Err(KafkaError::Create {
                    topic,
                    detail: code.to_string(),
                });
            }
        }
    }
    Ok(())
}

/// Warns where a topic that somebody else made takes smaller records than events can be.
async fn check_sizes(config: &KafkaConfig) {
    let Ok(admin) = admin(config) else { return };
    let options = AdminOptions::new().request_timeout(Some(config.connect_deadline));
    let asked = Topic::ALL.map(|topic| ResourceSpecifier::Topic(config.topic_name(topic)));
    // Not every account may ask, and then the broker's own refusal will tell.
    let Ok(answers) = admin.describe_configs(&asked, &options).await else {
        return;
    };
    for (answer, topic) in answers.into_iter().flatten().zip(Topic::ALL) {
        let size = answer
            .get("max.message.bytes")
            .and_then(|entry| entry.value.as_deref());
        let size = size.and_then(|size| size.parse::<usize>().ok());
        if size.is_some_and(|size| size < KAFKA_MESSAGE_BYTES) {
            tracing::warn!(
                topic = config.topic_name(topic),
                size,
                wanted = KAFKA_MESSAGE_BYTES,
                "max.message.bytes is smaller than the largest event: raise it, or large events are refused"
            );
        }
    }
}
