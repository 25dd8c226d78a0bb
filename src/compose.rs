//! Puts the roles together from one configuration: journal, archive, emitter, engine, gateway, recorder, query.
//!
//! Enters: a [`Config`]. Leaves: the parts, each opened once. Never here: behaviour of a part.

mod masks;
mod unguarded;

use std::sync::Arc;

use access::catalog::Catalog;
use access::engine::{Engine as PolicyEngine, EngineConfig};
use access::oidc::{OidcConfig, Verifier};
use access::policy::PolicySet;
use anyhow::{Context as _, Result, bail};
use archive::Archive;
use event::payload::{PolicyChanges, PolicyLoaded, ProducerRole};
use journal::Journal;
use journal::clock::{Clock, SystemClock};
use journal::embedded::{Embedded, EmbeddedConfig};
use journal::emit::{Draft, Emitter, EmitterConfig};
use journal::kafka::{Kafka, KafkaConfig};
use rand::RngCore as _;

use crate::api::Record;
use crate::config::{
    Config, EmbeddedJournal, JournalConfig, KafkaJournal, PolicyConfig, ProducerConfig,
};
use crate::development::Issuer;
use crate::exported::Sinks;
use crate::seen::Keys;
pub use masks::{check_masking, configured_key, kept_key, mask_rules, masking};
pub use unguarded::{unguarded, unguarded_connections};

/// The clock every role of this process gets.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The configured journal, opened.
pub async fn journal(config: &Config) -> Result<Arc<dyn Journal>> {
    match &config.journal {
        JournalConfig::Embedded(settings) => {
            let folder = config.data.join("journal");
            let journal = Embedded::open(&folder, embedded(settings), clock())?;
            Ok(Arc::new(journal))
        }
        JournalConfig::Kafka(settings) => Ok(Arc::new(
            Kafka::open(kafka(settings, &config.producer)?).await?,
        )),
    }
}

/// The configured journal for reading alone, also beside a firn that runs.
pub async fn reader(config: &Config) -> Result<Arc<dyn Journal>> {
    match &config.journal {
        JournalConfig::Embedded(_) => {
            let folder = config.data.join("journal");
            Ok(Arc::new(Embedded::open_reader(&folder)?))
        }
        JournalConfig::Kafka(_) => journal(config).await,
    }
}

/// How Kafka is reached, its secrets read.
pub fn kafka(settings: &KafkaJournal, producer: &ProducerConfig) -> Result<KafkaConfig> {
    let mut kafka = KafkaConfig::new(&settings.brokers);
    if let Some(topic) = &settings.events_topic {
        kafka.events_topic.clone_from(topic);
    }
    if let Some(topic) = &settings.control_topic {
        kafka.control_topic.clone_from(topic);
    }
    kafka.events_partitions = settings.partitions.unwrap_or(kafka.events_partitions);
    kafka.replication = settings.replication;
    kafka.append_deadline = producer
        .deadline
        .map_or(kafka.append_deadline, |deadline| deadline.0);
    kafka.options = settings.options.clone();
    for (name, secret) in &settings.secrets {
        let value = secret
            .read()
            .with_context(|| format!("[journal.secrets] {name}"))?;
        kafka.secrets.insert(name.clone(), value);
    }
    Ok(kafka)
}

fn embedded(settings: &EmbeddedJournal) -> EmbeddedConfig {
    let default = EmbeddedConfig::default();
    EmbeddedConfig {
        events_partitions: settings.partitions.unwrap_or(default.events_partitions),
        retention_bytes: settings.retention_bytes.unwrap_or(default.retention_bytes),
        retention_age: settings
            .retention_age
            .map_or(default.retention_age, |age| age.0),
        capacity_bytes: settings.capacity_bytes.unwrap_or(default.capacity_bytes),
        ..default
    }
}

/// The configured archive, opened.
pub async fn archive(config: &Config) -> Result<Archive> {
    let archive = config.archive();
    Archive::open(&archive).await.map_err(|error| {
        let error = anyhow::Error::from(error);
        let hint = archive_hint(&format!("{error:#}"));
        error.context(format!("archive {} cannot be opened{hint}", archive.url))
    })
}

/// What to do about the object store's most common refusals, whose own words do not say it.
pub fn archive_hint(said: &str) -> &'static str {
    // Where no credentials are given, a cloud's metadata service is asked for them.
    const METADATA: &str = "169.254.169.254";
    if said.contains("NoSuchBucket") {
        " (the bucket does not exist: make it first)"
    } else if said.contains(METADATA) {
        " (no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where the cloud gives some)"
    } else {
        ""
    }
}

/// An emitter for `role`.
pub async fn emitter(
    config: &ProducerConfig,
    journal: &Arc<dyn Journal>,
    role: ProducerRole,
) -> Result<Emitter> {
    let mut settings = EmitterConfig::new(role);
    if let Some(deadline) = config.deadline {
        settings.deadline = deadline.0;
    }
    if let Some(interval) = config.heartbeat {
        settings.heartbeat_interval = interval.0;
    }
    Emitter::start(journal.clone(), clock(), settings)
        .await
        .context("the journal does not take events")
}

/// Policy and catalog, loaded as strictly as they are written.
pub fn policy(config: &PolicyConfig, live: bool) -> Result<PolicyEngine> {
    let policy = PolicySet::load(&config.folder)?;
    for warning in policy.warnings() {
        tracing::warn!("policy: {warning}");
    }
    Ok(PolicyEngine::new(
        policy,
        catalog(&config.catalog, live)?,
        EngineConfig::default(),
    ))
}

/// Whether every connection's account says itself which tables it has: then files add to that, and need not define them.
pub fn is_live(config: &Config) -> bool {
    let connections = config
        .gateway
        .iter()
        .flat_map(|one| one.connections.values());
    let mut connections = connections.peekable();
    connections.peek().is_some() && connections.all(|one| one.catalog.is_some())
}

/// The tables, views and tags of some files of Snowflake DDL; `live`, where they go over what accounts say.
pub fn catalog(files: &[std::path::PathBuf], live: bool) -> Result<Catalog> {
    let mut texts = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("catalog {} cannot be read", file.display()))?;
        texts.push((file.display().to_string(), text));
    }
    let texts = texts
        .iter()
        .map(|(file, text)| (file.as_str(), text.as_str()));
    Ok(if live {
        Catalog::from_overlay(texts)?
    } else {
        Catalog::from_ddl_files(texts)?
    })
}

/// What the record says of a policy that comes into force; `changes` is what is different from the one before, in this process.
pub fn policy_loaded(engine: &PolicyEngine, changes: Option<PolicyChanges>) -> PolicyLoaded {
    PolicyLoaded {
        hash: engine.policy().hash(),
        rules: engine.policy().rules().len() as u64,
        catalog_version: engine.catalog().version().to_owned(),
        changes,
    }
}

/// Records which policy is in force.
pub async fn announce_policy(engine: &PolicyEngine, emitter: &Emitter) -> Result<()> {
    emitter
        .emit(Draft::new(policy_loaded(engine, None)))
        .await
        .context("the policy could not be announced")?;
    Ok(())
}

/// 32 random bytes of the operating system.
pub fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// The token verifier: the configured issuers, and the development issuer where there is one.
pub fn verifier(config: &Config, development: Option<&Issuer>) -> Result<Verifier> {
    let mut settings: OidcConfig = config.oidc.clone();
    if let Some(issuer) = development {
        settings.development = true;
        settings.issuers.push(serde_json::from_value(serde_json::json!({
            "issuer": issuer.url(), "audiences": [crate::development::AUDIENCE], "algorithms": ["ES256"],
            "agent_claim": "agent", "on_behalf_of_claim": "on_behalf_of",
        }))?);
    }
    if settings.issuers.is_empty() {
        bail!(
            "no identity provider is configured: give [[oidc.issuers]], or [development] to try out"
        );
    }
    Ok(Verifier::new(settings)?)
}

/// Whether there is anybody whose tokens are taken: configured issuers whose settings are good, or the development issuer's to come.
pub fn check_issuers(config: &Config) -> Result<()> {
    if config.oidc.issuers.is_empty() && config.development.is_some() {
        return Ok(());
    }
    verifier(config, None).map(|_| ())
}

/// Who makes tokens of values that are looked for; none where no key is configured.
fn finder(config: &Config) -> Option<Arc<dyn query::Finder>> {
    let keys = &config.find.keys;
    (!keys.is_empty()).then(|| Arc::new(Keys(keys.clone())) as Arc<dyn query::Finder>)
}

/// The query engine over `record`.
pub async fn query_engine(config: &Config, record: &Record) -> Result<query::Engine> {
    let deps = query::Deps {
        archive: Arc::new(record.archive.clone()),
        journal: record.journal.clone(),
        emitter: record.emitter.clone(),
        clock: clock(),
        exports: Some(Arc::new(Sinks(record.archive.clone()))),
        finder: finder(config),
    };
    let mut settings = query::Config::default();
    settings.memory_bytes = config.query.memory_bytes.unwrap_or(settings.memory_bytes);
    if let Some(timeout) = config.query.timeout {
        settings.timeout_ms = u64::try_from(timeout.0.as_millis()).unwrap_or(u64::MAX);
    }
    Ok(query::Engine::open(deps, settings).await?)
}
