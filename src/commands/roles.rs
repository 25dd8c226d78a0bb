//! `firn up`, `gateway`, `recorder`, `query`: long-running roles in one process.
//!
//! Enters: a configuration and which roles. Leaves: running roles until a signal, ended in order. Never here: their behaviour.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use door::{Browsers, Listener, Routes};
use event::payload::ProducerRole;
use gateway::Gateway;
use gateway::approvals::webhook::Webhooks;
use tokio::signal::unix::Signal;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::alike::Remembered;
use crate::api::{self, Record};
use crate::cli::RoleArgs;
use crate::commands::described::descriptions;
use crate::commands::exporting::export;
use crate::commands::preflight;
use crate::commands::process::Process;
use crate::commands::unaddressed::{detect, hear, record};
use crate::config::{Config, ConfigError, ConsoleConfig};
use crate::console::{self, SignIn};
use crate::development::{self, Issuer};
use crate::identity::{Operator, People};
use crate::live::Live;
use crate::pin::Fingerprint;
use crate::policy::{InForce, Policy};
use crate::reload::{self, Read, Reload, Serving};
use crate::supervisor;
use crate::telemetry::Telemetry;
use crate::{compare, compose, replay, standing};

/// Which roles run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    name: &'static ProducerRole,
    gateway: bool,
    recorder: bool,
    query: bool,
    exporter: bool,
}

impl Roles {
    /// All of them.
    pub const ALL: Self = Self {
        name: &ProducerRole::Up,
        gateway: true,
        recorder: true,
        query: true,
        exporter: true,
    };
    /// Drivers connect here; approvals too.
    pub const GATEWAY: Self = Self {
        name: &ProducerRole::Gateway,
        gateway: true,
        recorder: false,
        query: false,
        exporter: false,
    };
    /// Journal to archive.
    pub const RECORDER: Self = Self {
        name: &ProducerRole::Recorder,
        gateway: false,
        recorder: true,
        query: false,
        exporter: false,
    };
    /// The query API.
    pub const QUERY: Self = Self {
        name: &ProducerRole::Query,
        gateway: false,
        recorder: false,
        query: true,
        exporter: false,
    };
    /// Journal to the tools of others.
    pub const EXPORTER: Self = Self {
        name: &ProducerRole::Export,
        gateway: false,
        recorder: false,
        query: false,
        exporter: true,
    };

    const fn has_api(self) -> bool {
        self.gateway || self.query
    }
}

/// Runs `roles` until SIGINT or SIGTERM.
pub async fn run(arguments: &RoleArgs, roles: Roles) -> Result<ExitCode> {
    let read = Read::new(arguments.config.config.clone())?;
    let mut told = read.config().telemetry.clone();
    told.listen = arguments.telemetry.or(told.listen);
    // From here on it must not end the process.
    let hangups = reload::hangups()?;
    let telemetry = Telemetry::start(&told, roles.name.as_str()).await?;
    let process = Process {
        tasks: JoinSet::new(),
        shutdown: CancellationToken::new(),
        leaving: CancellationToken::new(),
        telemetry: telemetry.clone(),
        drain_delay: told.drain_delay.map_or(Duration::ZERO, |delay| delay.0),
    };
    let ended = work(&read, roles, hangups, process).await;
    telemetry.stop().await;
    ended
}

async fn work(
    read: &Read,
    roles: Roles,
    hangups: Signal,
    mut process: Process,
) -> Result<ExitCode> {
    let config = read.config();
    if roles.has_api() {
        preflight::api(config).await?;
    }
    if roles.gateway {
        preflight::gateway(config, read.path()).await?;
    }
    let issuer = development_issuer(config, roles, &mut process)?;
    let journal = compose::journal(config).await?;
    if roles.recorder {
        record(config, journal.clone(), &mut process).await?;
    }
    let mut exports = None;
    if roles.exporter && !config.export.sink.is_empty() {
        exports = Some(export(config, journal.clone(), &mut process).await?);
    } else if roles == Roles::EXPORTER && config.detections.is_none() {
        return Err(no_section(read.path(), "[export.sink]"));
    }
    let mut serving = None;
    if roles.has_api() {
        let emitter = compose::emitter(&config.producer, &journal, roles.name.clone()).await?;
        let archive = compose::archive(config).await?;
        let record = Record {
            journal: journal.clone(),
            archive,
            emitter,
        };
        measure(&record, &process.telemetry);
        let (engine, reload) = serve(read, roles, &record, issuer, &mut process).await?;
        let stop = process.shutdown.clone();
        process.tasks.spawn(async move {
            Reload { exports, ..reload }.run(hangups, stop).await;
            Ok(())
        });
        serving = Some((record, engine));
    } else {
        hear(read, hangups, exports, &mut process);
    }
    let watching = detect(
        config,
        roles.exporter,
        &journal,
        serving.as_ref(),
        &mut process,
    )
    .await?;
    process.telemetry.beside(supervisor::watchdog());
    process.telemetry.readiness().started();
    supervisor::ready();
    process.wait().await?;
    if let Some((record, engine)) = watching {
        engine.close().await;
        record.emitter.stop().await?;
    }
    if let Some((record, engine)) = serving {
        let _ = std::fs::remove_file(Operator::path(&config.data));
        close(engine, record).await?;
    }
    journal.close().await;
    tracing::info!("stopped in order");
    Ok(ExitCode::SUCCESS)
}

/// Ends what reads and writes the record, in this order.
async fn close(engine: Option<query::Engine>, record: Record) -> Result<()> {
    if let Some(engine) = engine {
        engine.close().await;
    }
    record.close().await
}

fn no_section(path: &Path, section: &'static str) -> anyhow::Error {
    let path = path.to_owned();
    ConfigError::Section { path, section }.into()
}

/// Lets the telemetry see whether events can be recorded.
fn measure(record: &Record, telemetry: &Telemetry) {
    let emitter = record.emitter.clone();
    telemetry.measure(move || emitter.measure());
    let emitter = record.emitter.clone();
    let readiness = telemetry.readiness();
    readiness.needs("the journal does not take events", move || {
        emitter.healthy()
    });
}

fn development_issuer(
    config: &Config,
    roles: Roles,
    process: &mut Process,
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
        let stop = process.shutdown.clone();
        process.tasks.spawn({
            let (issuer, address) = (issuer.clone(), development.issuer);
            async move {
                Ok(
                    development::serve(issuer, address, compose::clock(), compose::random, stop)
                        .await?,
                )
            }
        });
    }
    Ok(Some(issuer))
}

/// Starts the gateway and the API on `record`; the query engine, where there is one, is to be closed after them. What is left to
/// run changes them while they serve.
async fn serve(
    read: &Read,
    roles: Roles,
    record: &Record,
    issuer: Option<Arc<Issuer>>,
    process: &mut Process,
) -> Result<(Option<query::Engine>, Reload)> {
    let config = read.config();
    let mut listener = api::listen(&config.query).await?;
    listener.leaves_by(process.leaving.clone());
    let url = api_url(&listener);
    let operator = Operator::new(url.clone(), certificate(config)?, compose::random());
    operator.write(&config.data).with_context(|| {
        format!(
            "{} cannot be written",
            Operator::path(&config.data).display()
        )
    })?;
    let verifier = compose::verifier(config, issuer.as_deref())?;
    let people = Arc::new(People::new(
        verifier,
        compose::clock(),
        config.query.roles(),
        Some(operator),
    ));
    for missing in people.warm_up().await {
        tracing::warn!("{missing}; logins try again");
    }
    let mut routes = console(config, &url, issuer.as_deref(), people.clone())?;
    routes = api::routes(routes, record.clone(), process.telemetry.clone());
    routes = follow(routes, record, process);
    let mut asked = None;
    if roles.query {
        let engine = compose::query_engine(config, record).await?;
        routes = reading(routes, &engine, (config, record), process);
        asked = Some(engine);
    }
    let mut reload = Reload {
        read: read.clone(),
        emitter: record.emitter.clone(),
        api: listener.certificate(),
        people: people.clone(),
        issuer,
        gateway: None,
        exports: None,
    };
    if roles.gateway {
        let (gateway, serving) = gateway(read, record, people, process.leaving.clone()).await?;
        reload.gateway = Some(serving);
        let memory = asked.as_ref().map(Remembered::over);
        let (approvals, emitter) = (gateway.approvals(), record.emitter.clone());
        routes = gateway::approvals::routes(routes, approvals, emitter, memory);
        routes = gateway::kill::routes(routes, gateway.control());
        let_in(gateway, process);
    }
    routes = policy(routes, (config, record), &reload, asked.as_ref())?;
    let routes = api::described(routes, descriptions())?;
    tracing::info!("API at {url}");
    let stop = process.shutdown.clone();
    process.tasks.spawn(async move {
        api::serve(routes.into_router(), listener, stop).await;
        Ok(())
    });
    Ok((asked, reload))
}

/// Lets drivers in.
fn let_in(gateway: Gateway, process: &mut Process) {
    tracing::info!("gateway listens on {}", gateway.address());
    process.telemetry.measure(gateway.measure());
    let stop = process.shutdown.clone();
    process.tasks.spawn(async move {
        gateway.run(stop).await;
        Ok(())
    });
}

/// The route that tells what moves, and who listens for it.
fn follow(routes: Routes, record: &Record, process: &mut Process) -> Routes {
    let stop = process.shutdown.clone();
    let live = Live::new(record.emitter.clone(), compose::random(), stop);
    process
        .tasks
        .spawn(live.clone().listen(record.journal.clone()));
    live.routes(routes)
}

/// The routes that read the record by `engine`.
fn reading(
    routes: Routes,
    engine: &query::Engine,
    (config, record): (&Config, &Record),
    process: &Process,
) -> Routes {
    let measured = engine.clone();
    process.telemetry.measure(move || measured.measure());
    let page = Arc::new(|session, events| {
        let timeline = api::timeline(session, events).map_err(|error| error.to_string())?;
        serde_json::to_value(timeline).map_err(|error| error.to_string())
    });
    let routes = compare::routes(routes, engine.clone());
    let routes = replay::routes(routes, engine.clone());
    let sinks = config.export.sink.iter().map(|sink| sink.name.clone());
    let routes = standing::routes(routes, record.clone(), sinks);
    query::routes(routes, engine.clone(), page)
}

/// Routes that let in whoever signed in at the console, with the console's own.
fn console(
    config: &Config,
    url: &str,
    issuer: Option<&Issuer>,
    people: Arc<People>,
) -> Result<Routes> {
    let sign_in = match (&config.console, issuer) {
        (None, Some(issuer)) => Some(issuer.console(url)?),
        (configured, _) => configured.clone(),
    };
    let secure = sign_in
        .as_ref()
        .map_or_else(|| url.starts_with("https"), ConsoleConfig::is_secure);
    let browsers = Arc::new(Browsers::new(secure, config.query.listen.port()));
    let clock = compose::clock();
    let routes =
        Routes::new(people.clone(), Arc::new(move || clock.now())).admitting(browsers.clone());
    let sign_in = SignIn::new(
        sign_in.as_ref(),
        browsers,
        people,
        (compose::clock(), compose::random),
    )?;
    Ok(sign_in.routes(console::routes(routes)))
}

/// The routes that show the policy, where there is one.
fn policy(
    routes: Routes,
    (config, record): (&Config, &Record),
    reload: &Reload,
    asked: Option<&query::Engine>,
) -> Result<Routes> {
    let (Some(engine), Some(section)) = (policy_in_force(config, reload)?, &config.policy) else {
        return Ok(routes);
    };
    let policy = Policy::new(
        engine,
        section.folder.clone(),
        (asked.cloned(), record.emitter.clone()),
        compose::clock(),
    );
    Ok(policy.routes(routes))
}

/// The policy that is shown: the gateway's, whichever is in force there; without a gateway the one that the configuration names.
fn policy_in_force(config: &Config, reload: &Reload) -> Result<Option<InForce>> {
    if let Some(serving) = &reload.gateway {
        let reloader = serving.reloader.clone();
        return Ok(Some(Arc::new(move || {
            (reloader.engine(), reloader.connections())
        })));
    }
    let Some(section) = &config.policy else {
        return Ok(None);
    };
    match compose::policy(section, compose::is_live(config)) {
        Ok(engine) => {
            let mut engine = Arc::new(engine);
            if let Some(gateway) = &config.gateway {
                engine = gateway::catalog::known(&engine, gateway, &config.data);
            }
            let gateway = config.gateway.iter();
            let connections = gateway.flat_map(|gateway| gateway.connections.keys().cloned());
            let connections: Vec<String> = connections.collect();
            Ok(Some(Arc::new(move || {
                (Arc::clone(&engine), connections.clone())
            })))
        }
        Err(error) => {
            tracing::warn!("[policy] is not shown: {error:#}");
            Ok(None)
        }
    }
}

/// The gateway that the configuration describes, its policy announced, and what is in force there.
async fn gateway(
    read: &Read,
    record: &Record,
    people: Arc<People>,
    leaving: CancellationToken,
) -> Result<(Gateway, Serving)> {
    let config = read.config();
    let missing = |section| ConfigError::Section {
        path: read.path().to_owned(),
        section,
    };
    let section = config.gateway.clone().ok_or_else(|| missing("gateway"))?;
    let policy = config.policy.as_ref().ok_or_else(|| missing("policy"))?;
    let engine = Arc::new(compose::policy(policy, compose::is_live(config))?);
    let (masking, digest) = compose::masking(config)?;
    compose::announce_policy(&engine, &record.emitter).await?;
    let deps = gateway::Deps {
        journal: record.journal.clone(),
        emitter: record.emitter.clone(),
        clock: compose::clock(),
        engine: engine.clone(),
        masking,
        authenticate: people,
        alone: matches!(config.journal, crate::config::JournalConfig::Embedded(_)),
        data: Some(config.data.clone()),
        webhooks: webhooks(config)?,
        leaving,
    };
    let gateway = gateway::build(section, deps).await?;
    let serving = Serving {
        reloader: gateway.reloader(),
        engine,
        masking: digest,
    };
    Ok((gateway, serving))
}

/// Who is told of held statements, with a link to where people sign in and answer.
fn webhooks(config: &crate::config::Config) -> Result<Webhooks> {
    let console = config.console.as_ref().map(|console| console.url.clone());
    Ok(Webhooks::new(config.approvals.webhook.clone(), console)?)
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
        format!("[query] tls: {} cannot be read", tls.cert.display())
    })?))
}
