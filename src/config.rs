//! The configuration file: one TOML, one section a role, unknown keys refused.
//!
//! Enters: a path. Leaves: a [`Config`], or an error with file, line and what to do. Never here: a secret's text; the file
//! names the environment variable or file that holds it. Every key is explained in `deploy/example.toml`, which a test loads.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use url::Url;

mod anchor;
mod check;
mod console;
mod detections;
mod find;
mod journal;

pub use check::ConfigError;
pub use console::{CALLBACK, ConsoleConfig, is_near};
pub use detections::{DetectionsConfig, rules};
pub use find::FindConfig;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Folder for what this process keeps itself: the embedded journal, a local archive, development keys.
    #[serde(default = "default_data")]
    pub data: PathBuf,
    /// `[gateway]`: needed by `firn up` and `firn gateway`.
    pub gateway: Option<gateway::Config>,
    /// `[approvals]`: who is told of held statements.
    #[serde(default)]
    pub approvals: gateway::approvals::webhook::ApprovalsConfig,
    /// `[journal]`
    #[serde(default)]
    pub journal: JournalConfig,
    /// `[archive]`: by default the folder `archive` below `data`.
    pub archive: Option<archive::ArchiveConfig>,
    /// `[recorder]`
    #[serde(default)]
    pub recorder: recorder::Config,
    /// `[retention]`: what goes when. Nothing does unless it is said here.
    #[serde(default)]
    pub retention: archive::retention::RetentionConfig,
    /// `[query]`
    #[serde(default)]
    pub query: QueryConfig,
    /// `[console]`: how people sign in with a browser. With `[development]`, its issuer serves.
    pub console: Option<ConsoleConfig>,
    /// `[oidc]`: whose tokens are taken. With `[development]`, its issuer is added.
    #[serde(default)]
    pub oidc: access::oidc::OidcConfig,
    /// `[policy]`
    pub policy: Option<PolicyConfig>,
    /// `[masking]`
    #[serde(default)]
    pub masking: MaskingSection,
    /// `[find]`: keys of tokens, by which it is found who saw a value.
    #[serde(default)]
    pub find: FindConfig,
    /// `[development]`: a token issuer on loopback for trying out.
    pub development: Option<DevelopmentConfig>,
    /// `[producer]`: how events are emitted.
    #[serde(default)]
    pub producer: ProducerConfig,
    /// `[export]`: where the record goes besides the archive.
    #[serde(default)]
    pub export: exporter::Config,
    /// `[detections]`: rules that are asked again and again, by whoever exports.
    pub detections: Option<DetectionsConfig>,
    /// `[telemetry]`: what a running process tells of itself.
    #[serde(default)]
    pub telemetry: TelemetryConfig,
}

/// Where the journal is.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "journal::Section")]
pub enum JournalConfig {
    /// In `data`, for one machine.
    Embedded(EmbeddedJournal),
    /// In Kafka.
    Kafka(KafkaJournal),
}

impl Default for JournalConfig {
    fn default() -> Self {
        Self::Embedded(EmbeddedJournal::default())
    }
}

/// `[journal]` with `kind = "embedded"`.
#[derive(Clone, Debug, Default)]
pub struct EmbeddedJournal {
    /// Partitions of `firn.events`; fixed when the folder is made.
    pub partitions: Option<u32>,
    /// Archived segments are dropped when a partition has more bytes than this.
    pub retention_bytes: Option<u64>,
    /// Archived segments are dropped when they are older than this.
    pub retention_age: Option<Human>,
    /// Appends are refused when a partition has more bytes than this, archived or not.
    pub capacity_bytes: Option<u64>,
}

/// `[journal]` with `kind = "kafka"`.
#[derive(Clone, Debug)]
pub struct KafkaJournal {
    /// `host:port,host:port`
    pub brokers: String,
    /// Another name for the topic `firn.events`.
    pub events_topic: Option<String>,
    /// Another name for the topic `firn.control`.
    pub control_topic: Option<String>,
    /// Partitions of `firn.events` when it is made.
    pub partitions: Option<u32>,
    /// Copies of each partition when topics are made; by default 3, or as many as there are brokers.
    pub replication: Option<u32>,
    /// librdkafka settings passed through: `security.protocol`, `sasl.mechanism`, `ssl.ca.location` …
    pub options: BTreeMap<String, String>,
    /// librdkafka settings whose values are secret: `{ "sasl.password" = { env = "KAFKA_PASSWORD" } }`.
    pub secrets: BTreeMap<String, door::Secret>,
}

/// `[query]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QueryConfig {
    /// Address and port of the API.
    pub listen: SocketAddr,
    /// Certificate and key; none is allowed on loopback, or with `danger_plain_http`.
    pub tls: Option<door::Tls>,
    /// Serve without TLS beyond loopback: tokens and the record then cross the network in clear.
    pub danger_plain_http: bool,
    /// Groups whose members may read the whole record and prove it. Empty: nobody but the local operator.
    pub auditors: Vec<String>,
    /// Groups whose members may read the record, but not who else reads it.
    pub investigators: Vec<String>,
    /// Groups whose members see health, metrics and what waits.
    pub operators: Vec<String>,
    /// Groups whose members may change how firn is set up.
    pub admins: Vec<String>,
    /// Most bytes one query may hold in memory.
    pub memory_bytes: Option<usize>,
    /// A query ends after this.
    pub timeout: Option<Human>,
}

impl Default for QueryConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8086)),
            tls: None,
            danger_plain_http: false,
            auditors: vec!["auditors".to_owned()],
            investigators: Vec::new(),
            operators: Vec::new(),
            admins: Vec::new(),
            memory_bytes: None,
            timeout: None,
        }
    }
}

impl QueryConfig {
    /// Which groups are what.
    pub fn roles(&self) -> door::Roles {
        door::Roles {
            auditors: self.auditors.clone(),
            investigators: self.investigators.clone(),
            operators: self.operators.clone(),
            admins: self.admins.clone(),
        }
    }
}

/// `[policy]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyConfig {
    /// The folder of Cedar policies.
    pub folder: PathBuf,
    /// Files of Snowflake DDL with tables, views and tags.
    #[serde(default)]
    pub catalog: Vec<PathBuf>,
}

/// `[masking]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskingSection {
    /// The key of hashes and tokens: 32 bytes or more. Without it, one is made in `data`.
    pub key: Option<door::Secret>,
    /// A TOML file with own detectors and dictionaries.
    pub rules: Option<PathBuf>,
}

/// `[development]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DevelopmentConfig {
    /// Where the development issuer listens; loopback only.
    pub issuer: SocketAddr,
}

/// `[producer]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProducerConfig {
    /// A statement fails when the journal has not taken its events within this; at most 4s.
    pub deadline: Option<Human>,
    /// How often a run counts what it emitted.
    pub heartbeat: Option<Human>,
}

/// `[telemetry]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TelemetryConfig {
    /// Address and port of `/metrics`, `/livez` and `/readyz`, in clear and open; nobody listens unless it is given.
    pub listen: Option<SocketAddr>,
    /// How long a process that SIGTERM told to stop says so on `/readyz` and serves on, so that a balancer stops sending to it first.
    pub drain_delay: Option<Human>,
    /// How log lines look.
    pub logs: LogForm,
    /// Base URL of a collector that takes spans over OTLP.
    pub otlp: Option<Url>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogForm {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// A duration as people write it: `500ms`, `3s`, `1h 30m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Human(pub Duration);

impl<'de> Deserialize<'de> for Human {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        humantime::parse_duration(&text).map(Self).map_err(|error| {
            serde::de::Error::custom(format!(
                "{text:?} is not a duration like 500ms, 3s or 1h: {error}"
            ))
        })
    }
}

fn default_data() -> PathBuf {
    PathBuf::from("firn-data")
}

impl Config {
    /// Reads and checks `path`. Relative paths in it are relative to its folder.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        let mut config = Self::parse(&text, path)?;
        anchor::anchor(&mut config, path.parent().unwrap_or(Path::new("")));
        Ok(config)
    }

    /// Checks `text` as if it stood in `path`.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| ConfigError::Parse {
            path: path.to_owned(),
            detail: error.to_string(),
        })?;
        check::check(&config).map_err(|source| ConfigError::Check {
            place: check::place(text, path, &source),
            source,
        })?;
        Ok(config)
    }

    /// The archive configured, or the folder below `data`.
    pub fn archive(&self) -> archive::ArchiveConfig {
        self.archive
            .clone()
            .unwrap_or_else(|| archive::ArchiveConfig {
                url: self.data.join("archive").display().to_string(),
                options: BTreeMap::new(),
                object_lock: None,
            })
    }
}

#[cfg(test)]
mod tests;
