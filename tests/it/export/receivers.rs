//! Real receivers, and what each of them has.
//!
//! Enters: nothing of firn but the journal's client, to write a history. Leaves: how often each id is there. Never here: firn's own word
//! for what it sent.

pub mod lake;
pub mod rsyslog;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use event::Event;
use futures::StreamExt as _;
use journal::emit::topic_of;
use journal::kafka::{Kafka, KafkaConfig};
use journal::{Journal as _, Offset, Record, Topic};
use serde_json::Value;
use uuid::Uuid;

use crate::world::{Server, dev_dir, free_port, http_get, start};

/// A journal in the tests' Kafka, with topics of its own.
pub struct Journal {
    brokers: String,
    name: String,
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    runtime.block_on(work)
}

impl Journal {
    pub fn new(about: &str) -> Self {
        let brokers = std::env::var("FIRN_KAFKA");
        Self {
            brokers: brokers.expect("FIRN_KAFKA is not set; run this through `make test`"),
            name: format!("{about}-{}", Uuid::new_v4()),
        }
    }

    pub fn brokers(&self) -> &str {
        &self.brokers
    }

    /// `journal` of a configuration.
    pub fn section(&self) -> String {
        format!(
            "{{ kind = 'kafka', brokers = '{}', events_topic = '{name}.events', control_topic = '{name}.control', partitions = 3 }}",
            self.brokers,
            name = self.name
        )
    }

    fn config(&self, events: &str) -> KafkaConfig {
        let mut config = KafkaConfig::new(&self.brokers);
        config.events_topic = format!("{}.{events}", self.name);
        config.control_topic = format!("{}.control", self.name);
        config.events_partitions = 3;
        config
    }

    /// Appends `events`.
    pub fn hold(&self, events: &[Event]) {
        block_on(async {
            let kafka = Kafka::open(self.config("events")).await.expect("kafka");
            let mut appended = Vec::with_capacity(events.len());
            for event in events {
                let record = Record {
                    key: event.key(),
                    headers: Vec::new(),
                    value: event::encode(event).expect("an event").into(),
                };
                appended.push(kafka.append(topic_of(event.kind()), record));
            }
            for appended in futures::future::join_all(appended).await {
                appended.expect("appended");
            }
            kafka.close().await;
        });
    }

    /// Makes a topic; its name.
    pub fn topic(&self, name: &str) -> String {
        let config = self.config(name);
        let topic = config.events_topic.clone();
        block_on(async { Kafka::open(config).await.expect("kafka").close().await });
        topic
    }
}

/// How often each id is in a topic, by the header that has it.
pub fn in_topic(journal: &Journal, topic: &str) -> BTreeMap<String, u64> {
    let name = topic.rsplit('.').next().expect("a name");
    block_on(async {
        let kafka = Kafka::open(journal.config(name)).await.expect("kafka");
        let mut times = BTreeMap::new();
        for partition in kafka.partitions(Topic::Events).await.expect("partitions") {
            let bounds = kafka.bounds(partition).await.expect("bounds");
            let mut next = bounds.start;
            let records = kafka.subscribe(partition, Offset(next)).await;
            let mut records = records.expect("a subscription");
            while next < bounds.end {
                let record = records.next().await.expect("a record").expect("a record");
                next = record.position.offset.0 + 1;
                let mut headers = record.headers.into_iter();
                let id = headers.find(|(name, _)| name == "firn_id");
                *times.entry(id.expect("an id").1).or_default() += 1;
            }
        }
        kafka.close().await;
        times
    })
}

/// Bytes of the files in a folder; none where it is not there yet.
pub fn bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.filter_map(|entry| entry.metadata().ok());
    sizes.map(|metadata| metadata.len()).sum()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("folder");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("entry").path()).collect();
    files.sort();
    files
}

/// Where OCSF has an event's id, and firn a part's.
fn id_of(said: &Value) -> &str {
    let id = said["firn"]["id"].as_str();
    id.or_else(|| said["metadata"]["uid"].as_str()).expect("id")
}

/// How often each id is in a folder of lines. A line that was torn by a kill has no end.
pub fn in_files(folder: &Path) -> BTreeMap<String, u64> {
    let mut times = BTreeMap::new();
    for path in files(folder) {
        let text = std::fs::read_to_string(path).expect("lines");
        for line in text
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'))
        {
            let said: Value = serde_json::from_str(line).expect("a JSON line");
            *times.entry(id_of(&said).to_owned()).or_default() += 1;
        }
    }
    times
}

/// Takes a record that is there once out of the files; its id.
pub fn lose_a_line(folder: &Path) -> String {
    let times = in_files(folder);
    for path in files(folder) {
        let text = std::fs::read_to_string(&path).expect("lines");
        for line in text.lines() {
            let Ok(said) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            let id = id_of(&said);
            if times[id] == 1 {
                let without = text.replace(&format!("{line}\n"), "");
                std::fs::write(&path, without).expect("lines");
                return id.to_owned();
            }
        }
    }
    panic!("every record is there more than once");
}

/// A VictoriaLogs, which takes `_bulk`, HEC, OTLP and syslog, and answers queries.
pub struct VictoriaLogs {
    server: Server,
    pub syslog: u16,
}

impl VictoriaLogs {
    /// The history is old; what is older than its retention it would answer with 200, and drop.
    pub fn start(scratch: &Path) -> Self {
        Self::keeping(scratch, "100y")
    }

    /// One that keeps what is no older than `retention`.
    pub fn keeping(scratch: &Path, retention: &str) -> Self {
        Self::with(scratch, retention, &[])
    }

    /// One whose syslog is behind TLS, by the certificate and the key in these files.
    pub fn behind_tls(scratch: &Path, certificate: &Path, key: &Path) -> Self {
        let tls = [
            "-syslog.tls".to_owned(),
            format!("-syslog.tlsCertFile={}", certificate.display()),
            format!("-syslog.tlsKeyFile={}", key.display()),
        ];
        Self::with(scratch, "100y", &tls)
    }

    fn with(scratch: &Path, retention: &str, more: &[String]) -> Self {
        let binary = dev_dir().join("victorialogs/bin/victoria-logs");
        assert!(
            binary.is_file(),
            "there is no VictoriaLogs at {}: run tests/provision.sh test",
            binary.display()
        );
        let (port, syslog) = (free_port(), free_port());
        let mut command = Command::new(binary);
        command
            .arg(format!(
                "-storageDataPath={}",
                scratch.join(format!("victorialogs-{retention}")).display()
            ))
            .arg(format!("-httpListenAddr=127.0.0.1:{port}"))
            .arg(format!("-syslog.listenAddr.tcp=127.0.0.1:{syslog}"))
            .arg(format!("-retentionPeriod={retention}"))
            .arg("-futureRetention=100y")
            .arg("-insert.maxLineSizeBytes=2MiB")
            .args(more);
        let log = scratch.join(format!("victorialogs-{retention}.log"));
        let server = start(command, port, &log, "/health");
        Self { server, syslog }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Its `_bulk` as a sink, asked by itself.
    pub fn bulk(&self) -> String {
        format!(
            "to.elasticsearch.url = '{url}/insert/elasticsearch/?_time_field=metadata.original_time&_stream_fields=class_name'\n\
             to.elasticsearch.index = 'firn'\nask.victorialogs = '{url}'\n",
            url = self.url()
        )
    }

    /// How often each value of `field` is there.
    pub fn times(&self, field: &str) -> BTreeMap<String, u64> {
        let flush = format!("{}/internal/force_flush", self.url());
        http_get(&flush).expect("flushed");
        let query = format!("*%20%7C%20stats%20by%20(%22{field}%22)%20count()%20as%20hits");
        let url = format!("{}/select/logsql/query?query={query}", self.url());
        let said = http_get(&url).expect("an answer");
        let lines = said
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines
            .map(|line| {
                let hits = line["hits"].as_str().expect("hits");
                let id = line[field].as_str().unwrap_or_default();
                (id.to_owned(), hits.parse().expect("a number"))
            })
            .collect()
    }
}
