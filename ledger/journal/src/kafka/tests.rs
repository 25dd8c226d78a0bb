//! The contract on a real Kafka, and what only a network can do.
//!
//! `FIRN_KAFKA` names the bootstrap servers; without it these tests say that they were skipped.

use event::payload::ProducerRole;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use tempfile::TempDir;

use super::*;
use crate::clock::SystemClock;
use crate::contract::{self, record, take};
use crate::emit::{Draft, EmitError, Emitter, EmitterConfig};

mod secured;

/// The brokers, or none with a word about it.
fn brokers() -> Option<String> {
    let brokers = std::env::var("FIRN_KAFKA")
        .ok()
        .filter(|brokers| !brokers.is_empty());
    if brokers.is_none() {
        println!("skipped: FIRN_KAFKA is not set, so there is no Kafka to test against");
    }
    brokers
}

/// Topics of this test alone.
fn fresh(brokers: &str) -> KafkaConfig {
    let name = uuid::Uuid::new_v4();
    KafkaConfig {
        events_topic: format!("events-{name}"),
        control_topic: format!("control-{name}"),
        connect_deadline: Duration::from_secs(15),
        append_deadline: Duration::from_secs(15),
        ..KafkaConfig::new(brokers)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kafka_keeps_the_contract() {
    let Some(brokers) = brokers() else { return };
    let config = fresh(&brokers);
    contract::everything(Arc::new(Kafka::open(config.clone()).await.unwrap())).await;
    contract::reopening_keeps_everything(async || Kafka::open(config.clone()).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_are_made_with_sane_settings() {
    let Some(brokers) = brokers() else { return };
    let config = KafkaConfig {
        events_partitions: 3,
        ..fresh(&brokers)
    };
    let journal = Kafka::open(config.clone()).await.unwrap();
    assert_eq!(journal.partitions(Topic::Events).await.unwrap().len(), 3);
    journal.close().await;
    let asked = [
        rdkafka::admin::ResourceSpecifier::Topic(&config.events_topic),
        rdkafka::admin::ResourceSpecifier::Topic(&config.control_topic),
    ];
    let admin: rdkafka::admin::AdminClient<_> = settings::admin(&config).create().unwrap();
    let answers = admin
        .describe_configs(&asked, &rdkafka::admin::AdminOptions::new())
        .await
        .unwrap();
    for answer in answers {
        let answer = answer.unwrap();
        let get = |name| answer.get(name).unwrap().value.clone().unwrap();
        assert_eq!(get("cleanup.policy"), "delete");
        assert_eq!(
            get("max.message.bytes"),
            limits::KAFKA_MESSAGE_BYTES.to_string()
        );
        assert_eq!(get("unclean.leader.election.enable"), "false");
        assert_eq!(get("min.insync.replicas"), "1");
    }
    // Made once: another count in the configuration changes nothing.
    let other = KafkaConfig {
        events_partitions: 5,
        ..config
    };
    let journal = Kafka::open(other).await.unwrap();
    assert_eq!(journal.partitions(Topic::Events).await.unwrap().len(), 3);
    journal.close().await;
}

#[tokio::test]
async fn a_control_topic_of_many_partitions_is_refused() {
    let Some(brokers) = brokers() else { return };
    let config = fresh(&brokers);
    Kafka::open(config.clone()).await.unwrap().close().await;
    let swapped = KafkaConfig {
        control_topic: config.events_topic.clone(),
        ..config
    };
    let opened = Kafka::open(swapped).await.map(|_| ());
    assert!(
        matches!(opened, Err(KafkaError::Topic { .. })),
        "{opened:?}"
    );
}

#[tokio::test]
async fn dropped_offsets_are_named() {
    let Some(brokers) = brokers() else { return };
    let config = fresh(&brokers);
    let journal = Kafka::open(config.clone()).await.unwrap();
    let mut last = None;
    for number in 0..10 {
        last = Some(
            journal
                .append(Topic::Control, record(1, &number.to_string()))
                .await
                .unwrap(),
        );
    }
    let partition = last.unwrap().partition;
    let admin: rdkafka::admin::AdminClient<_> = settings::admin(&config).create().unwrap();
    let mut below = rdkafka::TopicPartitionList::new();
    below
        .add_partition_offset(&config.control_topic, 0, rdkafka::Offset::Offset(4))
        .unwrap();
    admin
        .delete_records(&below, &rdkafka::admin::AdminOptions::new())
        .await
        .unwrap();
    assert_eq!(journal.bounds(partition).await.unwrap(), 4..10);
    let asked = journal.subscribe(partition, Offset(2)).await.map(|_| ());
    assert!(
        matches!(
            asked,
            Err(ReadError::Dropped {
                asked: 2,
                begins: 4,
                ..
            })
        ),
        "{asked:?}"
    );
    journal.close().await;
}

#[tokio::test]
async fn nobody_there_is_an_error_in_time() {
    let began = Instant::now();
    let config = KafkaConfig {
        connect_deadline: Duration::from_millis(500),
        ..KafkaConfig::new("127.0.0.1:1")
    };
    let Err(KafkaError::Unreachable { detail, .. }) = Kafka::open(config).await.map(|_| ()) else {
        panic!("there is no broker");
    };
    assert!(detail.contains("refused"), "{detail}");
    // A bound on hanging, not on speed.
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn options_cannot_break_promises_or_leak_secrets() {
    let with = |name: &str, value: &str| {
        let mut config = KafkaConfig::new("127.0.0.1:1");
        config.options.insert(name.to_owned(), value.to_owned());
        config
    };
    for name in [
        "acks",
        "enable.idempotence",
        "message.timeout.ms",
        "group.id",
    ] {
        let opened = Kafka::open(with(name, "0")).await.map(|_| ());
        assert!(
            matches!(&opened, Err(KafkaError::Reserved { name: named }) if named == name),
            "{opened:?}"
        );
    }
    let opened = Kafka::open(with("no.such.setting", "1")).await.map(|_| ());
    assert!(
        matches!(&opened, Err(KafkaError::Option { name, .. }) if name == "no.such.setting"),
        "{opened:?}"
    );

    let mut config = KafkaConfig::new("127.0.0.1:1");
    for name in ["ssl.key.pem", "security.protocol"] {
        config
            .secrets
            .insert(name.to_owned(), Zeroizing::new("hunter2".to_owned()));
    }
    assert!(!format!("{config:?}").contains("hunter2"));
    let error = Kafka::open(config).await.map(|_| ()).unwrap_err();
    assert!(!error.to_string().contains("hunter2"), "{error}");
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
}

/// librdkafka gives an idempotent producer up when the broker denies it its id; the journal begins another.
#[tokio::test(flavor = "multi_thread")]
async fn a_producer_that_was_given_up_is_begun_again() {
    let mock = rdkafka::mocking::MockCluster::new(1).unwrap();
    let config = Arc::new(KafkaConfig::new(&mock.bootstrap_servers()));
    mock.create_topic(&config.events_topic, 1, 1).unwrap();
    let denied = RDKafkaRespErr::RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
    mock.request_errors(RDKafkaApiKey::InitProducerId, &[denied]);
    let producer = Arc::new(Producer::new(Arc::clone(&config), TaskTracker::new()).unwrap());
    let partition = Partition {
        topic: Topic::Events,
        number: 0,
    };
    let failed = Arc::clone(&producer)
        .append(partition, &record(1, "denied"))
        .await;
    assert!(failed.is_err());
    let taken = Arc::clone(&producer)
        .append(partition, &record(1, "taken"))
        .await;
    assert_eq!(taken.unwrap().partition, partition);
}

/// A broker of this test's own, to be stopped and started.
struct Broker {
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl Broker {
    fn new() -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        Self {
            folder: TempDir::new().unwrap(),
            port,
            child: None,
        }
    }

    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Waits until it takes connections.
    fn start(&mut self) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/kafka/start.sh");
        let mut child = Command::new(script)
            .arg(self.folder.path())
            .arg(self.port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(
            lines.any(|line| line.unwrap().contains("is ready")),
            "the broker did not start"
        );
        self.child = Some(child);
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
    }
}

fn degraded() -> Draft {
    let reason = "test".to_owned();
    Draft::new(event::payload::AuditDegraded {
        reason,
        since: event::TimeNs(0),
    })
}

/// The broker dies and comes back: appends fail in time, then succeed on the same journal; readers and members go on.
#[tokio::test(flavor = "multi_thread")]
async fn an_outage_fails_in_time_and_heals() {
    if brokers().is_none() {
        return;
    }
    let mut broker = Broker::new();
    broker.start();
    let config = KafkaConfig {
        append_deadline: Duration::from_secs(2),
        ..fresh(&broker.address())
    };
    let journal = Arc::new(Kafka::open(config).await.unwrap());
    let emitter = Emitter::start(
        Arc::clone(&journal) as Arc<dyn Journal>,
        Arc::new(SystemClock),
        EmitterConfig {
            deadline: Duration::from_secs(2),
            // Nothing but what this test emits finds the broker dead.
            heartbeat_interval: Duration::from_secs(3600),
            ..EmitterConfig::new(ProducerRole::Gateway)
        },
    )
    .await
    .unwrap();
    emitter.emit(degraded()).await.unwrap();
    let first = journal
        .append(Topic::Control, record(1, "first"))
        .await
        .unwrap();
    let mut subscription = journal
        .subscribe(first.partition, first.offset)
        .await
        .unwrap();
    assert_eq!(take(&mut subscription, 1).await[0].position, first);

    broker.kill();
    for number in 0..3 {
        let began = Instant::now();
        let lost = journal
            .append(Topic::Control, record(1, &format!("lost {number}")))
            .await;
        assert!(
            matches!(&lost, Err(AppendError::Deadline { .. })),
            "{lost:?}"
        );
        // The whole way must take five seconds at most; what waits on top of it is not ours.
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
    }

    let began = Instant::now();
    let failed = emitter.emit(degraded()).await;
    assert!(matches!(&failed, Err(EmitError::Failed(_))), "{failed:?}");
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    assert!(!emitter.healthy());
    let refused = emitter.emit(degraded()).await;
    assert!(
        matches!(&refused, Err(EmitError::Unavailable(_))),
        "{refused:?}"
    );

    broker.start();
    let mut back = Err(AppendError::Unavailable("not tried".to_owned()));
    for _ in 0..30 {
        back = journal.append(Topic::Control, record(1, "back")).await;
        if back.is_ok() {
            break;
        }
    }
    let back = back.unwrap();
    // What was not acknowledged may stand between; order and numbers hold all the same.
    let rest = take(&mut subscription, (back.offset.0 - first.offset.0) as usize).await;
    assert!(
        rest.windows(2)
            .all(|pair| pair[0].position < pair[1].position)
    );
    assert_eq!(rest.last().unwrap().position, back);
    assert_eq!(rest.last().unwrap().value, "back");
    while !emitter.healthy() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    emitter.emit(degraded()).await.unwrap();
    emitter.stop().await.unwrap();
    journal.close().await;
}
