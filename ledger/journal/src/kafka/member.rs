//! Membership of a consumer group, for the assignment of partitions alone.
//!
//! Enters: a group's name. Leaves: this member's partitions, again whenever they change. Never here: a message, or a stored offset.

use std::sync::Arc;

use futures::StreamExt;
use rdkafka::ClientContext;
use rdkafka::config::{FromClientConfigAndContext, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer};
use rdkafka::error::KafkaError as Library;
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::consumer::Held;
use super::witness::Witness;
use super::{KafkaConfig, Lasting, settings};
use crate::{Assignments, Partition, ReadError, Topic};

/// Hears of rebalances.
struct Listener {
    config: Arc<KafkaConfig>,
    witness: Witness,
    assigned: watch::Sender<Vec<Partition>>,
}

impl ClientContext for Listener {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.witness.log(level, facility, message);
    }

    fn error(&self, error: Library, reason: &str) {
        self.witness.error(error, reason);
    }
}

impl ConsumerContext for Listener {
    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, _: &Rebalance<'_>) {
        let held = match consumer.assignment() {
            Ok(held) => held,
            Err(error) => {
                tracing::warn!(%error, "assignment is not known");
                return;
            }
        };
        // Others read the records, at positions of their own.
        if let Err(error) = consumer.pause(&held) {
            tracing::warn!(%error, "assigned partitions are fetched for nothing");
        }
        let mut partitions: Vec<Partition> = held
            .elements()
            .iter()
            .filter_map(|element| {
                let mut topics = Topic::ALL.into_iter();
                let topic =
                    topics.find(|&topic| self.config.topic_name(topic) == element.topic())?;
                Some(Partition {
                    topic,
                    number: u32::try_from(element.partition()).ok()?,
                })
            })
            .collect();
        partitions.sort();
        self.assigned.send_replace(partitions);
    }
}

/// Joins `group`; dropping the stream leaves it.
pub(super) fn join(
    config: &Arc<KafkaConfig>,
    group: &str,
    lasting: &Lasting,
) -> Result<Assignments, ReadError> {
    let (assigned, changes) = watch::channel(Vec::new());
    let listener = Listener {
        config: Arc::clone(config),
        witness: Witness::default(),
        assigned,
    };
    let consumer: StreamConsumer<Listener> =
        StreamConsumer::from_config_and_context(&settings::member(config, group), listener)
            .map_err(|error| {
                ReadError::Unavailable(settings::not_started(config, &error).to_string())
            })?;
    consumer
        .subscribe(&Topic::ALL.map(|topic| config.topic_name(topic)))
        .map_err(|error| ReadError::Unavailable(error.to_string()))?;
    let left = lasting.closed.child_token();
    let consumer = Held::new(consumer, lasting.tasks.clone());
    lasting.tasks.spawn(attend(consumer, left.clone()));
    let guard: DropGuard = left.drop_guard();
    let changes = WatchStream::new(changes).map(move |assigned| {
        let _ = &guard;
        Ok(assigned)
    });
    Ok(changes.boxed())
}

/// Serves the group's protocol; a member that does not is thrown out.
async fn attend(consumer: Held<Listener>, left: CancellationToken) {
    loop {
        let heard = tokio::select! {
            () = left.cancelled() => return,
            heard = consumer.next(|_| ()) => heard,
        };
        match heard {
            Ok(()) => {}
            Err(Library::Canceled | Library::MessageConsumptionFatal(_)) => return,
            Err(error) => tracing::debug!(%error, "kafka is away"),
        }
    }
}
