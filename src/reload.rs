//! Policy and configuration change while the process runs: files are watched, a signal asks at once.
//!
//! Enters: the files a configuration names, SIGHUP. Leaves: other parts in force, checked whole first and recorded before they are;
//! or what was in force, and why in log, metric and event. Never here: half a change; a part that needs another process.

mod kept;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use access::engine::Engine as PolicyEngine;
use access::oidc::Verifier;
use anyhow::{Context as _, Result};
use door::{Certificate, CertificateHandle};
use event::Digest;
use event::payload::{ConfigurationLoaded, ConfigurationRefused, PolicyChanges};
use gateway::{Parts, Reloader, Renewed};
use journal::emit::{Draft, EmitError, Emitter};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::commands::exporting::Exports;
use crate::compose;
use crate::config::{Config, ConfigError};
use crate::development::Issuer;
use crate::identity::{Operator, People};
use crate::pin::Fingerprint;
use crate::seen;
use crate::supervisor;
use crate::telemetry;
use crate::told::told;
use crate::watch::{Looks, asks_commands};
pub use kept::watch;

/// How often files are looked at. A change counts once two looks are alike, so that nobody's half-written folder is read.
const LOOK: Duration = Duration::from_secs(1);
/// Looks between two askings of commands that print secrets: nothing tells when a vault has another.
const LOOKS_A_REFRESH: u32 = 300;
/// Longest reason of a refusal in the record, bytes.
const REASON_BYTES_MAX: usize = 8 * 1024;

/// A configuration as it was read, and what its files looked like just before.
#[derive(Clone)]
pub struct Read {
    path: PathBuf,
    config: Config,
    looks: Looks,
}

impl Read {
    /// Reads `path`.
    pub fn new(path: PathBuf) -> Result<Self, ConfigError> {
        let config = Config::load(&path)?;
        let looks = Looks::at(&path, &config);
        Ok(Self {
            path,
            config,
            looks,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says.
    pub const fn config(&self) -> &Config {
        &self.config
    }
}

/// The gateway of this process, and what is in force there.
#[derive(Clone)]
pub struct Serving {
    /// The way in.
    pub reloader: Reloader,
    /// Policy and catalog.
    pub engine: Arc<PolicyEngine>,
    /// Of the masks' key and rules.
    pub masking: Digest,
}

/// What may change, and how.
pub struct Reload {
    /// What is in force.
    pub read: Read,
    /// Records what changes.
    pub emitter: Emitter,
    /// The certificate of the API.
    pub api: CertificateHandle,
    /// Who is who.
    pub people: Arc<People>,
    /// The development issuer, where there is one.
    pub issuer: Option<Arc<Issuer>>,
    /// The gateway, where there is one.
    pub gateway: Option<Serving>,
    /// The exporter, where there is one.
    pub exports: Option<Exports>,
}

/// Parts that are good, and not in force yet.
struct Loaded {
    config: Config,
    looks: Looks,
    changes: Option<PolicyChanges>,
    gateway: Option<(Renewed, Arc<PolicyEngine>, Digest)>,
    api: Option<(Certificate, Fingerprint)>,
    identity: Option<Option<Verifier>>,
    /// What changed besides the policy, for people.
    parts: Vec<String>,
}

/// SIGHUP, which must not end a process that has nothing to change either.
pub fn hangups() -> Result<Signal> {
    signal(SignalKind::hangup()).context("SIGHUP cannot be waited for")
}

impl Reload {
    /// Watches until `stop`.
    pub async fn run(mut self, mut hangups: Signal, stop: CancellationToken) {
        let mut known = self.read.looks.clone();
        let mut named = self.read.config.clone();
        let (mut settling, mut looks_since) = (None, 0);
        loop {
            let asked = tokio::select! {
                () = stop.cancelled() => return,
                _ = hangups.recv() => true,
                () = tokio::time::sleep(LOOK) => false,
            };
            let now = Looks::at(&self.read.path, &named);
            looks_since += 1;
            let refresh = looks_since >= LOOKS_A_REFRESH && asks_commands(&named);
            if now == known && !asked && !refresh {
                settling = None;
                continue;
            }
            if now != known && !asked && settling.as_ref() != Some(&now) {
                settling = Some(now);
                continue;
            }
            (settling, looks_since) = (None, 0);
            supervisor::reloading();
            let taken = self.take(asked).await;
            supervisor::ready();
            match taken {
                Some(taken) => (named, known) = taken,
                // What commands print shows in no file: without this, nothing asks them again for minutes.
                None => looks_since = LOOKS_A_REFRESH,
            }
        }
    }

    /// Takes what the files say now, or says why not. Leaves the configuration whose files are to be watched, and how they looked before
    /// they were read; none where it is to be tried again soon.
    async fn take(&mut self, asked: bool) -> Option<(Config, Looks)> {
        let before = Looks::at(&self.read.path, &self.read.config);
        let config = match Config::load(&self.read.path) {
            Ok(config) => config,
            Err(error) => {
                self.refused(&error.into()).await;
                return Some((self.read.config.clone(), before));
            }
        };
        let looks = Looks::at(&self.read.path, &config);
        let loaded = match self.load(config.clone(), looks.clone()).await {
            Ok(loaded) => loaded,
            Err(error) => {
                self.refused(&error).await;
                return Some((config, looks));
            }
        };
        if looks != Looks::at(&self.read.path, &config) {
            // Something was written meanwhile.
            return None;
        }
        if let Err(error) = self.record(&loaded).await {
            tracing::warn!(%error, "a change cannot be recorded now, so it is not in force yet; it is tried again");
            return None;
        }
        self.put(loaded);
        telemetry::configuration_loaded();
        if asked && before == self.read.looks {
            tracing::info!("SIGHUP: everything was read again");
        }
        Some((config, looks))
    }

    /// Reads and checks everything, away from the tasks that serve.
    async fn load(&self, config: Config, looks: Looks) -> Result<Loaded> {
        let known = Known {
            path: self.read.path.clone(),
            config: self.read.config.clone(),
            gateway: self.gateway.clone(),
            api: self.api.clone(),
            issuer: self.issuer.clone(),
            exports: self.exports.is_some(),
        };
        let loading = tokio::task::spawn_blocking(move || known.load(config, looks));
        loading.await.context("reading the change broke off")?
    }

    /// What comes into force is in the record before it does.
    async fn record(&self, loaded: &Loaded) -> Result<(), EmitError> {
        if let (Some(changes), Some((_, engine, _))) = (&loaded.changes, &loaded.gateway) {
            let event = compose::policy_loaded(engine, Some(changes.clone()));
            self.emitter.emit(Draft::new(event)).await?;
        }
        if !loaded.parts.is_empty() {
            let parts = loaded.parts.clone();
            let event = ConfigurationLoaded { parts };
            self.emitter.emit(Draft::new(event)).await?;
        }
        Ok(())
    }

    fn put(&mut self, loaded: Loaded) {
        let (old, new) = (&self.read, (&loaded.config, &loaded.looks));
        let taken = self.exports.is_some();
        kept::tell(kept::changed((&old.config, &old.looks), new, taken));
        if let Some(exports) = &self.exports
            && kept::has_other_sinks(&old.config, &loaded.config)
        {
            exports.put(loaded.config.export.clone());
        }
        if let Some(changes) = &loaded.changes {
            tracing::info!(
                added = changes.added.join(", "),
                removed = changes.removed.join(", "),
                changed = changes.changed.join(", "),
                settings = changes.settings,
                "another policy or catalog is in force"
            );
        }
        if !loaded.parts.is_empty() {
            tracing::info!(parts = loaded.parts.join(", "), "the configuration changed");
        }
        if let Some(verifier) = loaded.identity {
            self.people.change(verifier, loaded.config.query.roles());
        }
        if let (Some(serving), Some((renewed, engine, masking))) =
            (&mut self.gateway, loaded.gateway)
        {
            serving.reloader.put(renewed);
            (serving.engine, serving.masking) = (engine, masking);
        }
        if let Some((certificate, fingerprint)) = loaded.api {
            self.api.put(certificate);
            self.tell_operator(fingerprint);
        }
        self.read.config = loaded.config;
        self.read.looks = loaded.looks;
    }

    /// Commands on this machine know the API by its certificate.
    fn tell_operator(&self, fingerprint: Fingerprint) {
        let Some(operator) = self.people.operator() else {
            return;
        };
        let mut operator = operator.clone();
        operator.certificate = Some(fingerprint);
        if let Err(error) = operator.write(&self.read.config.data) {
            let path = Operator::path(&self.read.config.data);
            tracing::warn!(path = %path.display(), %error, "commands on this machine do not know the new certificate");
        }
    }

    async fn refused(&self, error: &anyhow::Error) {
        let mut reason = told(error);
        tracing::error!("a change is refused, and what was in force stays: {reason}");
        telemetry::configuration_refused();
        let mut ends = (0..=REASON_BYTES_MAX.min(reason.len())).rev();
        let end = ends.find(|at| reason.is_char_boundary(*at));
        reason.truncate(end.unwrap_or_default());
        let event = ConfigurationRefused { reason };
        if let Err(error) = self.emitter.emit(Draft::new(event)).await {
            tracing::warn!(%error, "that a change was refused could not be recorded");
        }
    }
}

/// What a change is compared with.
struct Known {
    path: PathBuf,
    config: Config,
    gateway: Option<Serving>,
    api: CertificateHandle,
    issuer: Option<Arc<Issuer>>,
    /// Whether this process exports.
    exports: bool,
}

impl Known {
    fn load(self, config: Config, looks: Looks) -> Result<Loaded> {
        let mut parts = Vec::new();
        let mut changes = None;
        let gateway = match &self.gateway {
            None => None,
            Some(serving) => {
                let (found, renewed) = self.gateway(serving, &config, &mut parts)?;
                changes = found;
                Some(renewed)
            }
        };
        let api = self.certificate(&config, &mut parts)?;
        let identity = self.identity(&config)?;
        if identity.is_some() {
            parts.push("identity".to_owned());
        }
        if self.exports && kept::has_other_sinks(&self.config, &config) {
            config.export.outlets()?;
            parts.push("export".to_owned());
        }
        parts.sort();
        parts.dedup();
        Ok(Loaded {
            config,
            looks,
            changes,
            gateway,
            api,
            identity,
            parts,
        })
    }

    #[expect(
        clippy::type_complexity,
        reason = "what a gateway is given, and what is different"
    )]
    fn gateway(
        &self,
        serving: &Serving,
        config: &Config,
        parts: &mut Vec<String>,
    ) -> Result<(Option<PolicyChanges>, (Renewed, Arc<PolicyEngine>, Digest))> {
        let missing = |section| ConfigError::Section {
            path: self.path.clone(),
            section,
        };
        let section = config.gateway.clone().ok_or_else(|| missing("gateway"))?;
        let policy = config.policy.as_ref().ok_or_else(|| missing("policy"))?;
        let engine = Arc::new(compose::policy(policy, compose::is_live(config))?);
        let settings = engine.policy().settings();
        seen::check(config, settings)?;
        if let Some(said) = compose::unguarded_connections(config, settings, &engine.catalog()) {
            tracing::warn!("{said}");
        }
        let changes = engine.changes_since(&serving.engine);
        // What was made ready against an engine that decides alike stays.
        let engine = match changes {
            Some(_) => engine,
            None => Arc::clone(&serving.engine),
        };
        let (masking, digest) = compose::masking(config)?;
        if digest != serving.masking {
            parts.push("masking".to_owned());
        }
        let renewed = serving.reloader.prepare(Parts {
            config: section,
            engine: Arc::clone(&engine),
            masking,
        })?;
        let changed = renewed.changed().iter().copied();
        parts.extend(changed.map(str::to_owned));
        Ok((changes, (renewed, engine, digest)))
    }

    /// The API's certificate, if it is another one.
    fn certificate(
        &self,
        config: &Config,
        parts: &mut Vec<String>,
    ) -> Result<Option<(Certificate, Fingerprint)>> {
        let Some(tls) = &config.query.tls else {
            return Ok(None);
        };
        let certificate = Certificate::read(tls).context("[query] tls")?;
        if !self.api.differs(&certificate) {
            return Ok(None);
        }
        parts.push("certificates".to_owned());
        let fingerprint = Fingerprint::of_file(&tls.cert).context("[query] tls cert")?;
        Ok(Some((certificate, fingerprint)))
    }

    /// Other groups; with another verifier where issuers changed.
    fn identity(&self, config: &Config) -> Result<Option<Option<Verifier>>> {
        if self.config.oidc != config.oidc {
            let verifier = compose::verifier(config, self.issuer.as_deref())?;
            return Ok(Some(Some(verifier)));
        }
        let changed = self.config.query.roles() != config.query.roles();
        Ok(changed.then_some(None))
    }
}
