//! `firn up`, `gateway`, `recorder`, `query`: long-running roles in one process.
//!
//! Enters: a configuration and which roles. Leaves: running roles until a signal, ended in order. Never here: their behaviour.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use gateway::Listener;
use gateway::approvals::Approvals;
use query::Authenticate;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::api::{self, Record};
use crate::cli::ConfigArgs;
use crate::compose;
use crate::config::{Config, ConfigError};
use crate::development::{self, Issuer};
use crate::identity::{Operator, People};
use crate::pin::Fingerprint;

/// Which roles run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    name: &'static str,
    gateway: bool,
    recorder: bool,
    query: bool,
}

impl Roles {
    /// All of them.
    pub const ALL: Self = Self {
        name: "up",
        gateway: true,
        recorder: true,
        query: true,
    };
    /// Drivers connect here; approvals too.
    pub const GATEWAY: Self = Self {
        name: "gateway",
        gateway: true,
        recorder: false,
        query: false,
    };
    /// Journal to archive.
    pub const RECORDER: Self = Self {
        name: "recorder",
        gateway: false,
        recorder: true,
        query: false,
    };
    /// The query API.
    pub const QUERY: Self = Self {
        name: "query",
        gateway: false,
        recorder: false,
        query: true,
    };

    const fn has_api(self) -> bool {
        self.gateway || self.query
    }
}

/// Runs `roles` until SIGINT or SIGTERM.
pub async fn run(arguments: &ConfigArgs, roles: Roles) -> Result<ExitCode> {
    let config = Config::load(&arguments.config)?;
    let shutdown = CancellationToken::new();
    let mut tasks: JoinSet<Result<()>> = JoinSet::new();
    let issuer = development_issuer(&config, roles, &mut tasks, &shutdown)?;
    let journal = compose::journal(&config).await?;
    if roles.recorder {
        let archive = compose::archive(&config).await?;
        let recorder = recorder::build(
            config.recorder.clone(),
            recorder::Dependencies {
                journal: journal.clone(),
                archive,
                clock: compose::clock(),
            },
        )?;
        let stop = shutdown.clone();
        tasks.spawn(async move { Ok(recorder.run(stop).await?) });
        tracing::info!(archive = config.archive().url, "recorder runs");
    }
    let mut record = None;
    if roles.has_api() {
        let emitter = compose::emitter(&config.producer, &journal, roles.name).await?;
        let archive = compose::archive(&config).await?;
        let opened = Record {
            journal: journal.clone(),
            archive,
            emitter,
        };
        serve(
            arguments, &config, roles, &opened, issuer, &mut tasks, &shutdown,
        )
        .await?;
        record = Some(opened);
    }
    wait(&mut tasks, &shutdown).await?;
    if let Some(record) = record {
        let _ = std::fs::remove_file(Operator::path(&config.data));
        record.close().await?;
    }
    journal.close().await;
    tracing::info!("stopped in order");
    Ok(ExitCode::SUCCESS)
}

fn development_issuer(
    config: &Config,
    roles: Roles,
    tasks: &mut JoinSet<Result<()>>,
    shutdown: &CancellationToken,
) -> Result<Option<Arc<Issuer>>> {
    let Some(development) = &config.development else {
        return Ok(None);
    };
    let issuer = Arc::new(Issuer::open(&config.data, development.issuer)?);
    if roles.gateway {
        tracing::warn!(
            "DEVELOPMENT issuer at {}: anybody who can read {} can sign tokens; never use it beyond this machine",
            issuer.url(),
            config.data.display()
        );
        tasks.spawn({
            let (issuer, address, stop) = (issuer.clone(), development.issuer, shutdown.clone());
            async move { Ok(development::serve(issuer, address, stop).await?) }
        });
    }
    Ok(Some(issuer))
}

/// Starts the gateway and the API on `record`.
async fn serve(
    arguments: &ConfigArgs,
    config: &Config,
    roles: Roles,
    record: &Record,
    issuer: Option<Arc<Issuer>>,
    tasks: &mut JoinSet<Result<()>>,
    shutdown: &CancellationToken,
) -> Result<()> {
    let listener = api::listen(&config.query).await?;
    let url = api_url(&listener);
    let operator = Operator::new(url.clone(), certificate(config)?, compose::random());
    operator.write(&config.data).with_context(|| {
        format!(
            "{} can not be written",
            Operator::path(&config.data).display()
        )
    })?;
    let verifier = compose::verifier(config, issuer.as_deref())?;
    let people = Arc::new(People::new(
        verifier,
        compose::clock(),
        config.query.auditors.clone(),
        Some(operator),
    ));
    for missing in people.warm_up().await {
        tracing::warn!("{missing}; logins try again");
    }
    let auditors: Arc<dyn Authenticate> = people.clone();
    let mut router = api::routes(record.clone(), auditors.clone());
    if roles.query {
        let engine = compose::query_engine(config, record).await?;
        let page = Arc::new(|session, events| {
            let timeline = api::timeline(session, events).map_err(|error| error.to_string())?;
            serde_json::to_value(timeline).map_err(|error| error.to_string())
        });
        router = router.merge(query::routes(engine, auditors, page));
    }
    if roles.gateway {
        let section = config.gateway.clone().ok_or(ConfigError::Section {
            path: arguments.config.clone(),
            section: "gateway",
        })?;
        let policy = config.policy.as_ref().ok_or(ConfigError::Section {
            path: arguments.config.clone(),
            section: "policy",
        })?;
        let engine = Arc::new(compose::policy(policy)?);
        compose::announce_policy(&engine, &record.emitter).await?;
        let deps = gateway::Deps {
            journal: record.journal.clone(),
            emitter: record.emitter.clone(),
            clock: compose::clock(),
            engine,
            masking: compose::masking(config)?,
            identify: people.clone(),
            alone: matches!(config.journal, crate::config::JournalConfig::Embedded(_)),
        };
        let gateway = gateway::build(section, deps).await?;
        router = router.merge(gateway::approvals::routes(
            Approvals::new(gateway.control()),
            people,
        ));
        tracing::info!("gateway listens on {}", gateway.address());
        let stop = shutdown.clone();
        tasks.spawn(async move {
            gateway.run(stop).await;
            Ok(())
        });
    }
    tracing::info!("API at {url}");
    let stop = shutdown.clone();
    tasks.spawn(async move {
        api::serve(router, listener, stop).await;
        Ok(())
    });
    Ok(())
}

/// How commands on this machine reach `listener`.
fn api_url(listener: &Listener) -> String {
    let mut address = listener.address();
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    let scheme = if listener.is_tls() { "https" } else { "http" };
    format!("{scheme}://{address}")
}

/// The certificate that commands on this machine are to expect from the API.
fn certificate(config: &Config) -> Result<Option<Fingerprint>> {
    let Some(tls) = &config.query.tls else {
        return Ok(None);
    };
    let read = Fingerprint::of_file(&tls.cert);
    Ok(Some(read.with_context(|| {
        format!("[query] tls: {} can not be read", tls.cert.display())
    })?))
}

/// Waits for a signal or for a role that ends by itself, which is a failure; then for every role to end.
async fn wait(tasks: &mut JoinSet<Result<()>>, shutdown: &CancellationToken) -> Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let early = tokio::select! {
        _ = tokio::signal::ctrl_c() => None,
        _ = terminate.recv() => None,
        ended = tasks.join_next() => ended,
    };
    shutdown.cancel();
    let mut outcome = match early {
        None => Ok(()),
        Some(Ok(Err(error))) => Err(error),
        Some(Err(error)) => Err(error.into()),
        Some(Ok(Ok(()))) => Err(anyhow::anyhow!("a role ended by itself")),
    };
    while let Some(ended) = tasks.join_next().await {
        let ended = ended.map_err(anyhow::Error::from).and_then(|ended| ended);
        if outcome.is_ok() {
            outcome = ended;
        }
    }
    outcome
}
