//! `firn check`: what a configuration means, and whether what it names is there.
//!
//! Enters: a configuration. Leaves: a summary, and every fault with what to do. Never here: a change, a secret's text, the network but
//! for one try of each sink, which needs its secret anyway.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use access::Masking;
use access::keys::MaskKey;
use anyhow::{Context as _, Result};
use gateway::approvals::webhook::Webhooks;
use gateway::config::{Auth, Connection, Secret, Tls};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::json;

use crate::cli::CheckArgs;
use crate::compose;
use crate::config::{Config, JournalConfig};
use crate::pin::Fingerprint;
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

/// Runs the command: 0 where firn would start with it, 1 where it would not.
pub async fn run(arguments: &CheckArgs) -> Result<ExitCode> {
    let path = &arguments.config.config;
    let config = Config::load(path)?;
    let mut found = Findings::default();
    found.fact("data", config.data.display().to_string());
    gateway(&config, arguments.no_secrets, &mut found);
    webhooks(&config, arguments.no_secrets, &mut found);
    journal(&config, arguments.no_secrets, &mut found);
    found.fact("archive", config.archive().url);
    api(&config, &mut found);
    identity(&config, &mut found);
    policy(&config, &mut found);
    masking(&config, arguments.no_secrets, &mut found);
    telemetry(&config, &mut found);
    export(&config, arguments.no_secrets, &mut found).await;
    detections(&config, &mut found);
    if arguments.json {
        let facts: Vec<_> = found
            .facts
            .iter()
            .map(|(about, what)| json!({"about": about, "what": what}))
            .collect();
        println!(
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
        println!("{label:<9} {what}");
        before = about;
    }
    for fault in &found.faults {
        println!("FAULT     {fault}");
    }
    match found.faults.len() {
        0 => println!("{} is good", path.display()),
        1 => println!("{} has 1 fault", path.display()),
        count => println!("{} has {count} faults", path.display()),
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
            found.take(
                Fingerprint::of_file(&tls.cert)
                    .with_context(|| format!("[{section}] tls cert {}", tls.cert.display())),
            );
            found.take(
                PrivateKeyDer::from_pem_file(&tls.key)
                    .with_context(|| format!("[{section}] tls key {}", tls.key.display())),
            );
            "TLS"
        }
    }
}

fn gateway(config: &Config, no_secrets: bool, found: &mut Findings) {
    let Some(gateway) = &config.gateway else {
        found.fact("gateway", "none: this process cannot be one".to_owned());
        return;
    };
    let loopback = gateway.listen.ip().is_loopback();
    let how = transport(gateway.tls.as_ref(), loopback, found, "gateway");
    found.fact("gateway", format!("{}, {how}", gateway.listen));
    for key in &gateway.sealing {
        let about = format!("[gateway] sealing {:?}", key.id);
        secret(&key.secret(), no_secrets, found, &about);
    }
    if let Some(file) = &gateway.upstream_ca {
        found.take(
            std::fs::metadata(file)
                .with_context(|| format!("[gateway] upstream_ca {}", file.display())),
        );
    }
    for (name, connection) in &gateway.connections {
        let (kind, stored) = match &connection.auth {
            Auth::KeyPair(stored) => ("key pair", stored),
            Auth::Pat(stored) => ("access token", stored),
            Auth::Password(stored) => ("password", stored),
        };
        let about = format!("[gateway.connections.{name}] auth");
        secret(stored, no_secrets, found, &about);
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
                    "{name}: {} of the account, listed again every {:?}{}",
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

fn secret(secret: &Secret, no_secrets: bool, found: &mut Findings, about: &str) {
    if !no_secrets {
        found.take(secret.read().with_context(|| about.to_owned()));
    }
}

fn journal(config: &Config, no_secrets: bool, found: &mut Findings) {
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
                secret(stored, no_secrets, found, &about);
            }
        }
    }
}

fn api(config: &Config, found: &mut Findings) {
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
fn webhooks(config: &Config, no_secrets: bool, found: &mut Findings) {
    let all = &config.approvals.webhook;
    if all.is_empty() {
        return;
    }
    found.fact("webhooks", format!("{} told of held statements", all.len()));
    if !no_secrets {
        let ready = Webhooks::new(all.iter().cloned(), None);
        found.take(ready.map(drop).map_err(anyhow::Error::from));
    }
}

/// Tries each sink once, all at the same time.
async fn export(config: &Config, no_secrets: bool, found: &mut Findings) {
    let tried = config.export.sink.iter().map(|sink| async move {
        if no_secrets {
            return (sink, Ok("not tried".to_owned()));
        }
        let tried = match sink.outlet() {
            Ok(outlet) => outlet.sink.probe().await.map_err(anyhow::Error::from),
            Err(error) => Err(error.into()),
        };
        (sink, tried)
    });
    for (sink, tried) in futures::future::join_all(tried).await {
        let about = format!("[[export.sink]] {}", sink.name);
        if let Some(said) = found.take(tried.context(about)) {
            found.fact("export", format!("{}: {said}", sink.name));
        }
    }
}

fn detections(config: &Config, found: &mut Findings) {
    let Some(section) = &config.detections else {
        return;
    };
    let read = section.read().context("[detections]");
    if let Some(rules) = found.take(read) {
        let names: Vec<&str> = rules.iter().map(|rule| rule.name()).collect();
        found.fact(
            "detect",
            format!("{} rules: {}", rules.len(), names.join(", ")),
        );
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

fn policy(config: &Config, found: &mut Findings) {
    let Some(section) = &config.policy else {
        if config.gateway.is_some() {
            found.faults.push(
                "[policy] is missing: a gateway needs one; see deploy/example.toml".to_owned(),
            );
        }
        return;
    };
    if let Some(engine) = found.take(compose::policy(section, compose::is_live(config))) {
        found.fact(
            "policy",
            format!(
                "{} rules, hash {}, catalog {}",
                engine.policy().rules().len(),
                engine.policy().hash(),
                engine.catalog().version()
            ),
        );
        for said in passed_over(engine.catalog().skipped()) {
            found.fact("catalog", said);
        }
    }
}

/// What the catalog's files hold that the catalog does not: every table left unknown, other statements by their first words.
fn passed_over(skipped: &[access::Skipped]) -> Vec<String> {
    let mut said = Vec::new();
    let mut others: BTreeMap<&str, usize> = BTreeMap::new();
    for one in skipped {
        match &one.table {
            Some(table) => said.push(format!(
                "{table} is unknown, so the policy treats it as one the catalog lacks ({}:{}: {})",
                one.file, one.line, one.what
            )),
            None => *others.entry(&one.what).or_default() += 1,
        }
    }
    if !others.is_empty() {
        let counted: Vec<String> = others
            .into_iter()
            .map(|(what, count)| format!("{count} {what}"))
            .collect();
        said.push(format!("passed over: {}", counted.join(", ")));
    }
    said
}

fn masking(config: &Config, no_secrets: bool, found: &mut Findings) {
    if let Some((mut rules, _)) = found.take(compose::mask_rules(config.masking.rules.as_deref())) {
        // Any key shows whether the rules are good.
        rules.key = Some(MaskKey::from_bytes([0; 32]));
        found.take(Masking::new(rules).context("[masking] rules"));
    }
    if no_secrets && config.masking.key.is_some() {
        return;
    }
    if let Some(None) = found.take(compose::configured_key(config)) {
        found.fact("masking", "its key is made in the data folder".to_owned());
    }
}
