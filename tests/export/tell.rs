//! Fills a Kafka journal with a history told over and over, and says which ids a topic has: for `tests/export/torture.py`; or with one that is
//! chained and months old: for `tests/soak/soak.py`.
//!
//! Enters: `tell BROKERS TOPICS EVENTS`, `grown BROKERS TOPICS STATEMENTS`, or `ids BROKERS TOPIC`. Leaves: one id a line, and to whoever waits how far it is. Never here: firn's exporter.

use anyhow::{Context as _, Result, bail};
use event::{Event, TimeNs};
use futures::StreamExt as _;
use journal::emit::topic_of;
use journal::kafka::{Kafka, KafkaConfig};
use journal::{Journal as _, Offset, Record, Topic};

/// Appended at once.
const BATCH: usize = 10_000;
const PARTITIONS: u32 = 6;
/// Between one telling and the next: a million events are told of some hours.
const STEP_NS: i64 = 2_000_000_000;
/// How often it is said how far it is.
const TOLD_EVERY: usize = 100_000;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["tell", brokers, topics, events] => tell(brokers, topics, events.parse()?).await,
        ["grown", brokers, topics, statements] => grown(brokers, topics, statements.parse()?).await,
        ["ids", brokers, topic] => ids(brokers, topic).await,
        _ => bail!(
            "usage: tell tell BROKERS TOPICS EVENTS | tell grown BROKERS TOPICS STATEMENTS | tell ids BROKERS TOPIC"
        ),
    }
}

fn config(brokers: &str, events: String, control: String) -> KafkaConfig {
    let mut config = KafkaConfig::new(brokers);
    config.events_topic = events;
    config.control_topic = control;
    config.events_partitions = PARTITIONS;
    config.append_deadline = std::time::Duration::from_secs(30);
    config
}

async fn tell(brokers: &str, topics: &str, events: usize) -> Result<()> {
    let control = format!("{topics}.control");
    let journal = Kafka::open(config(brokers, format!("{topics}.events"), control.clone())).await?;
    // The topic that is exported to is made with it.
    let exported = config(brokers, format!("{topics}.exported"), control);
    Kafka::open(exported).await?.close().await;
    let once = history::events();
    let (mut told, mut times) = (0, 0);
    while told < events {
        let mut batch = Vec::with_capacity(BATCH + once.len());
        while batch.len() < BATCH {
            batch.extend(retelling(&once, times)?);
            times += 1;
        }
        batch.truncate(events - told);
        append(&journal, &batch).await?;
        told += batch.len();
        if told % TOLD_EVERY < batch.len() {
            eprintln!("{told} of {events} events in the journal");
        }
    }
    journal.close().await;
    Ok(())
}

/// A history that verifies, of the spring of 2026.
async fn grown(brokers: &str, topics: &str, statements: u64) -> Result<()> {
    let (events, control) = (format!("{topics}.events"), format!("{topics}.control"));
    let journal = Kafka::open(config(brokers, events, control)).await?;
    let told: Vec<Event> = history::grown(statements, 1, PARTITIONS)
        .map(|(_, event)| event)
        .collect();
    append(&journal, &told).await?;
    journal.close().await;
    Ok(())
}

/// The history once more, a moment after the time before: a receiver that is asked for some of it by their time looks at little else.
fn retelling(once: &[Event], times: usize) -> Result<Vec<Event>> {
    let after = i64::try_from(times)?.saturating_mul(STEP_NS);
    let mut events = history::retelling(once, times);
    for event in &mut events {
        event.time = TimeNs(event.time.0.saturating_add(after));
    }
    Ok(events)
}

/// Waits until the journal has them, and says their ids.
async fn append(journal: &Kafka, events: &[Event]) -> Result<()> {
    let appended = events.iter().map(|event| -> Result<_> {
        let record = Record {
            key: event.key(),
            headers: Vec::new(),
            value: event::encode(event)?.into(),
        };
        Ok(journal.append(topic_of(event.kind()), record))
    });
    let appended: Vec<_> = appended.collect::<Result<_>>()?;
    for appended in futures::future::join_all(appended).await {
        appended?;
    }
    for event in events {
        println!("{}", event.event_id);
    }
    Ok(())
}

async fn ids(brokers: &str, topic: &str) -> Result<()> {
    let (topics, _) = topic.rsplit_once('.').context("TOPIC is TOPICS.exported")?;
    let config = config(brokers, topic.to_owned(), format!("{topics}.control"));
    let kafka = Kafka::open(config).await?;
    for partition in kafka.partitions(Topic::Events).await? {
        let bounds = kafka.bounds(partition).await?;
        let mut next = bounds.start;
        let mut records = kafka.subscribe(partition, Offset(next)).await?;
        while next < bounds.end {
            let record = records.next().await.context("the topic ended")??;
            next = record.position.offset.0 + 1;
            let id = record.headers.iter().find(|(name, _)| name == "firn_id");
            println!("{}", id.context("a record without an id")?.1);
        }
    }
    kafka.close().await;
    Ok(())
}
