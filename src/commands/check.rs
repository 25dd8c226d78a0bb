//! `firn check`: what a configuration means, and whether what it names is there.
//!
//! Enters: a configuration. Leaves: a summary, and every fault with what to do. Never here: a change, a secret's text; what is
//! elsewhere is tried in `tried` alone.

mod rules;
mod tried;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use archive::ObjectLock;
use door::Certificate;
use gateway::approvals::webhook::Webhooks;
use gateway::config::{Auth, Connection, Secret, Tls};
use gateway::rehearsal;
use serde_json::json;

use crate::cli::CheckArgs;
use crate::compose;
use crate::config::{Config, JournalConfig};
use crate::told::told;

/// What is said of a configuration.
#[derive(Default)]
struct Findings {
    facts: Vec<(&'static str, String)>,
    faults: Vec<String>,
}

impl Findings {
    fn fact(&mut self, about: &'static str, what: String) {
        self.facts.push((about, what));
    }

    /// Keeps what `tried` gave, or why it failed.
    fn take<T>(&mut self, tried: Result<T>) -> Option<T> {
        tried.map_err(|error| self.faults.push(told(&error))).ok()
    }
}

/// How far a check goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// Files alone.
    Files,
    /// Secrets too.
    Secrets,
    /// What is elsewhere too.
    All,
}

impl Depth {
    const fn of(arguments: &CheckArgs) -> Self {
        match (arguments.no_secrets, arguments.offline) {
            (true, _) => Self::Files,
            (false, true) => Self::Secrets,
            (false, false) => Self::All,
        }
    }

    fn has_secrets(self) -> bool {
        self != Self::Files
    }
}

/// Runs the command: 0 where firn would start with it, 1 where it would not.
pub async fn run(arguments: &CheckArgs) -> Result<ExitCode> {
    let path = &arguments.config.config;
    let config = Config::load(path)?;
    let depth = Depth::of(arguments);
    let mut found = Findings::default();
    data(&config, &mut found);
    gateway(&config, depth, &mut found);
    webhooks(&config, depth, &mut found);
    journal(&config, depth, &mut found);
    archive(&config, &mut found);
    retention(&config, &mut found);
    api(&config, depth, &mut found);
    identity(&config, &mut found);
    rules::policy(&config, &mut found);
    rules::masking(&config, depth, &mut found);
    rules::find(&config, depth, &mut found);
    telemetry(&config, &mut found);
    sinks(&config, depth, &mut found);
    rules::detections(&config, &mut found);
    if depth == Depth::All {
        tried::all(&config, &mut found).await;
    }
    if arguments.json {
        let facts: Vec<_> = found
            .facts
            .iter()
            .map(|(about, what)| json!({"about": about, "what": what}))
            .collect();
        say!(
            "{}",
            json!({"file": path, "ok": found.faults.is_empty(), "facts": facts, "faults": found.faults})
        );
    } else {
        say(path, &found);
    }
    Ok(ExitCode::from(u8::from(!found.faults.is_empty())))
}

fn say(path: &Path, found: &Findings) {
    let mut before = "";
    for (about, what) in &found.facts {
        let label = if *about == before { "" } else { about };
        say!("{label:<9} {what}");
        before = about;
    }
    for fault in &found.faults {
        say!("FAULT     {fault}");
    }
    match found.faults.len() {
        0 => say!("{} is good", path.display()),
        1 => say!("{} has 1 fault", path.display()),
        count => say!("{} has {count} faults", path.display()),
    }
}

/// Where it is, and how long nobody deletes it.
fn archive(config: &Config, found: &mut Findings) {
    let archive = config.archive();
    found.fact("archive", archive.url);
    if let Some(ObjectLock { mode, days }) = archive.object_lock {
        found.fact(
            "archive",
            format!(
                "its files are locked for {days} days from when they are written, in {mode} mode"
            ),
        );
    }
}

/// What goes when.
fn retention(config: &Config, found: &mut Findings) {
    let section = &config.retention;
    let Some(rules) = found.take(section.rules().map_err(Into::into)) else {
        return;
    };
    if rules.is_empty() {
        found.fact("retention", "nothing goes".to_owned());
        return;
    }
    for rule in rules.all() {
        found.fact("retention", format!("{rule} go, held ones excepted"));
    }
    let how = match section.every {
        Some(every) => format!(
            "recorders apply it every {}",
            humantime::format_duration(every)
        ),
        None => "`firn retention apply` applies it".to_owned(),
    };
    found.fact("retention", how);
    if let Some(ObjectLock { days, .. }) = config.archive().object_lock {
        found.fact(
            "retention",
            format!("what goes stays in the bucket as old versions until {days} days after its file was written: it is locked"),
        );
    }
}

fn transport(
    tls: Option<&Tls>,
    loopback: bool,
    found: &mut Findings,
    section: &str,
) -> &'static str {
    match tls {
        None if loopback => "plain HTTP, this machine only",
        None => "plain HTTP: something in front of it must speak TLS",
        Some(tls) => {
            found.take(Certificate::read(tls).with_context(|| format!("[{section}] tls")));
            "TLS"
        }
    }
}

fn data(config: &Config, found: &mut Findings) {
    let folder = &config.data;
    found.fact("data", folder.display().to_string());
    if folder.exists() && !folder.is_dir() {
        found.faults.push(format!(
            "data = {}: it is no folder, and one is made or used there",
            folder.display()
        ));
    }
}

fn gateway(config: &Config, depth: Depth, found: &mut Findings) {
    let Some(gateway) = &config.gateway else {
        found.fact("gateway", "none: this process cannot be one".to_owned());
        return;
    };
    let loopback = gateway.listen.ip().is_loopback();
    let how = transport(gateway.tls.as_ref(), loopback, found, "gateway");
    found.fact("gateway", format!("{}, {how}", gateway.listen));
    if depth.has_secrets() {
        let faults = rehearsal::faults(gateway).into_iter();
        let faults = faults.map(|fault| told(&anyhow::Error::from(fault).context("[gateway]")));
        found.faults.extend(faults);
    }
    for (name, connection) in &gateway.connections {
        let kind = match &connection.auth {
            Auth::KeyPair(_) => "key pair",
            Auth::Pat(_) => "access token",
            Auth::Password(_) => "password",
        };
        let who = match connection.groups.as_slice() {
            [] => "anybody an issuer vouches for".to_owned(),
            groups => format!("members of {}", groups.join(", ")),
        };
        found.fact("gateway", role(name, connection));
        if let Some(catalog) = &connection.catalog {
            let databases = connection.databases().unwrap_or_default();
            found.fact(
                "catalog",
                format!(
                    "{name}: {} of the account, listed again every {}{}",
                    databases.join(", "),
                    catalog.refresh,
                    if catalog.tags {
                        ""
                    } else {
                        "; its tags are not read: only files say what is sensitive"
                    }
                ),
            );
        }
        found.fact(
            "gateway",
            format!(
                "{name} → {} as {} with a {kind}, for {who}",
                connection.upstream, connection.user
            ),
        );
    }
}

/// As which role sessions of a connection are opened.
fn role(name: &str, connection: &Connection) -> String {
    let others = match connection.roles.as_slice() {
        [] => String::new(),
        roles => format!("; a login may name {}", roles.join(", ")),
    };
    match &connection.role {
        Some(role) => format!("{name}: sessions have the role {role}{others}"),
        None => format!(
            "{name}: no role is configured, so sessions have the default role of {}, whatever that may do{others}: give `role`",
            connection.user
        ),
    }
}

/// Reads a secret that may be any text but none.
fn secret(secret: &Secret, depth: Depth, found: &mut Findings, about: &str) {
    if !depth.has_secrets() {
        return;
    }
    let text = found.take(secret.read().with_context(|| about.to_owned()));
    if text.is_some_and(|text| text.is_empty()) {
        found
            .faults
            .push(format!("{about}: the secret is empty: give its text"));
    }
}

fn journal(config: &Config, depth: Depth, found: &mut Findings) {
    match &config.journal {
        JournalConfig::Embedded(_) => {
            let folder = config.data.join("journal");
            found.fact("journal", format!("embedded, in {}", folder.display()));
        }
        JournalConfig::Kafka(kafka) => {
            let how = kafka.options.get("security.protocol");
            let how = how.map_or("plaintext", String::as_str);
            found.fact("journal", format!("Kafka at {}, {how}", kafka.brokers));
            for (name, stored) in &kafka.secrets {
                let about = format!("[journal.secrets] {name}");
                secret(stored, depth, found, &about);
            }
        }
    }
}

fn api(config: &Config, depth: Depth, found: &mut Findings) {
    let query = &config.query;
    let how = transport(
        query.tls.as_ref(),
        query.listen.ip().is_loopback(),
        found,
        "query",
    );
    found.fact("API", format!("{}, {how}", query.listen));
    let who = match query.auditors.as_slice() {
        [] => "nobody but whoever can read the data folder".to_owned(),
        groups => format!("members of {}", groups.join(", ")),
    };
    found.fact("API", format!("the record may be read by {who}"));
    let console = config.console.as_ref();
    if let Some(stored) = console.and_then(|console| console.client_secret.as_ref()) {
        secret(stored, depth, found, "[console] client_secret");
    }
}

fn telemetry(config: &Config, found: &mut Findings) {
    let told = &config.telemetry;
    if let Some(address) = told.listen {
        let whom = if address.ip().is_loopback() {
            "this machine only"
        } else {
            "in clear, for whoever reaches it"
        };
        found.fact(
            "telemetry",
            format!("metrics and probes at {address}, {whom}"),
        );
    }
    if let Some(collector) = &told.otlp {
        found.fact("telemetry", format!("spans go to {collector}"));
    }
}

/// Whether everybody who is told of held statements can be.
fn webhooks(config: &Config, depth: Depth, found: &mut Findings) {
    let all = &config.approvals.webhook;
    if all.is_empty() {
        return;
    }
    found.fact("webhooks", format!("{} told of held statements", all.len()));
    if depth.has_secrets() {
        let ready = Webhooks::new(all.iter().cloned(), None);
        found.take(ready.map(drop).map_err(anyhow::Error::from));
    }
}

/// Whether each sink could begin: its secrets, its files. Its settings alone were checked when the configuration was read.
fn sinks(config: &Config, depth: Depth, found: &mut Findings) {
    // Where each is tried, it is begun there.
    if depth == Depth::All {
        return;
    }
    for sink in &config.export.sink {
        let name = &sink.name;
        if depth == Depth::Files {
            let said = format!("{name}: its settings are good; its secrets were not looked for");
            found.fact("export", said);
            continue;
        }
        let outlet = sink.outlet().map_err(anyhow::Error::from);
        let outlet = outlet.with_context(|| format!("[[export.sink]] {name}"));
        if found.take(outlet).is_some() {
            let said = format!("{name}: its configuration is good; the receiver was not tried");
            found.fact("export", said);
        }
    }
}

fn identity(config: &Config, found: &mut Findings) {
    for issuer in &config.oidc.issuers {
        let audiences = issuer.audiences.join(", ");
        found.fact(
            "identity",
            format!("{}, audience {audiences}", issuer.issuer),
        );
    }
    match &config.development {
        Some(development) => found.fact(
            "identity",
            format!(
                "DEVELOPMENT issuer at {}: never use it beyond this machine",
                development.issuer
            ),
        ),
        // The development issuer would make its key, and a check changes nothing.
        None => {
            found.take(compose::verifier(config, None));
        }
    }
}

#[cfg(test)]
mod tests;
