//! What a configuration's types cannot say, and where in the file a fault is.
//!
//! Enters: a parsed configuration and its text. Leaves: the first fault with file and line. Never here: a file it names, or the network.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gateway::config::ConfigError as GatewayFault;
use toml::de::{DeTable, DeValue};

use super::Config;
use super::console::is_near;

/// Longest deadline an event may have: agents must see an error within five seconds.
const DEADLINE_MAX: Duration = Duration::from_secs(4);

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error(
        "configuration {path} cannot be read: {source}; give another with --config, or start from deploy/example.toml"
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system or the library said.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("configuration {path} is refused:\n{detail}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Line, column and reason, as toml shows them.
        detail: String,
    },
    /// A section that this command needs is not there.
    #[error(
        "configuration {path} has no [{section}], which this command needs; see deploy/example.toml"
    )]
    Section {
        /// The file.
        path: PathBuf,
        /// The section.
        section: &'static str,
    },
    /// The values contradict each other, or what must hold.
    #[error("configuration {place}: {source}")]
    Check {
        /// File and line.
        place: String,
        /// What is wrong, and what to do.
        source: Fault,
    },
}

/// What is wrong with well-formed values.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Something in the gateway's section.
    #[error("[gateway] {0}")]
    Gateway(#[from] GatewayFault),
    /// The record would be served in clear.
    #[error(
        "[query] listen {0} is not loopback: give `tls = {{ cert = \"…\", key = \"…\" }}` in [query], or say `danger_plain_http = true` there if something in front of it speaks TLS"
    )]
    PlainQuery(SocketAddr),
    /// A token issuer whose key anybody could reach.
    #[error(
        "[development] issuer {0} is not loopback: the development issuer is for this machine only; give [[oidc.issuers]] instead"
    )]
    OpenIssuer(SocketAddr),
    /// No collector speaks anything else.
    #[error(
        "[telemetry] otlp {0} is not a URL with http or https: give the collector's base, as http://127.0.0.1:4318"
    )]
    Collector(url::Url),
    /// A sink that cannot be.
    #[error(transparent)]
    Export(#[from] Box<exporter::ConfigError>),
    /// Nobody's token from there would be taken.
    #[error(
        "[console] issuer {0} is none of [[oidc.issuers]]: add it there, so that its tokens are taken"
    )]
    ConsoleIssuer(String),
    /// The provider's tokens would be for somebody else.
    #[error(
        "[console] client_id {0} is no audience of its issuer: add it to `audiences` there, for that is whom an ID token is for"
    )]
    ConsoleAudience(String),
    /// Cookies would travel in clear.
    #[error("[console] url {0} must be an https address without a path; http is for loopback only")]
    ConsoleUrl(url::Url),
    /// An archive that cannot be where it says.
    #[error(transparent)]
    Archive(#[from] Box<archive::LocationError>),
    /// A recorder that could not start, or whose archive would grow for ever.
    #[error("{0}")]
    Recorder(#[from] recorder::ConfigError),
    /// Rules that cannot be.
    #[error("{0}")]
    Retention(#[from] archive::retention::RuleError),
    /// Agents would wait too long for their error.
    #[error(
        "[producer] deadline must be at most {DEADLINE_MAX:?}: agents must see an error within five seconds"
    )]
    Deadline,
}

impl Fault {
    /// The keys that lead to it.
    fn keys(&self) -> Vec<&str> {
        match self {
            Self::Gateway(fault) => {
                let mut keys = vec!["gateway"];
                keys.extend(gateway_keys(fault));
                keys
            }
            Self::PlainQuery(_) => vec!["query", "listen"],
            Self::OpenIssuer(_) => vec!["development", "issuer"],
            Self::Collector(_) => vec!["telemetry", "otlp"],
            Self::Export(_) => vec!["export", "sink"],
            Self::ConsoleIssuer(_) => vec!["console", "issuer"],
            Self::ConsoleAudience(_) => vec!["console", "client_id"],
            Self::ConsoleUrl(_) => vec!["console", "url"],
            Self::Archive(fault) => archive_keys(fault),
            Self::Recorder(fault) => vec!["recorder", recorder_key(fault)],
            Self::Retention(_) => vec!["retention"],
            Self::Deadline => vec!["producer", "deadline"],
        }
    }
}

fn gateway_keys(fault: &GatewayFault) -> Vec<&str> {
    match fault {
        GatewayFault::NoConnections => vec!["connections"],
        GatewayFault::NoKeys => vec!["sealing"],
        GatewayFault::Plain(_) => vec!["listen"],
        GatewayFault::AnswerWithin => vec!["answer_within"],
        GatewayFault::Upstream { name, .. } | GatewayFault::PlainUpstream(name) => {
            vec!["connections", name, "upstream"]
        }
        GatewayFault::Case(_, name) => vec!["connections", name],
        GatewayFault::Databases(name) => vec!["connections", name, "catalog"],
        GatewayFault::Refresh { name } => vec!["connections", name, "catalog", "refresh"],
    }
}

fn archive_keys(fault: &archive::LocationError) -> Vec<&str> {
    match fault {
        archive::LocationError::Option(name) | archive::LocationError::LocalOption(name) => {
            vec!["archive", "options", name]
        }
        archive::LocationError::LocalLock | archive::LocationError::LockDays(_) => {
            vec!["archive", "object_lock"]
        }
        _ => vec!["archive", "url"],
    }
}

const fn recorder_key(fault: &recorder::ConfigError) -> &'static str {
    match fault {
        recorder::ConfigError::Zero(name) => name,
        recorder::ConfigError::Memory { .. } => "max_memory",
        recorder::ConfigError::KeepReplaced { .. }
        | recorder::ConfigError::KeepReplacedLong { .. } => "keep_replaced",
    }
}

/// The first fault of `config`.
pub fn check(config: &Config) -> Result<(), Fault> {
    if let Some(gateway) = &config.gateway {
        gateway.check()?;
    }
    let query = &config.query;
    if query.tls.is_none() && !query.listen.ip().is_loopback() && !query.danger_plain_http {
        return Err(Fault::PlainQuery(query.listen));
    }
    if let Some(collector) = &config.telemetry.otlp
        && !matches!(collector.scheme(), "http" | "https")
    {
        return Err(Fault::Collector(collector.clone()));
    }
    if let Some(archive) = &config.archive {
        archive.check().map_err(Box::new)?;
    }
    config.recorder.check()?;
    config.retention.rules()?;
    config.export.check().map_err(Box::new)?;
    let deadline = config.producer.deadline;
    if deadline.is_some_and(|deadline| deadline.0 > DEADLINE_MAX) {
        return Err(Fault::Deadline);
    }
    check_console(config)?;
    match &config.development {
        Some(development) if !development.issuer.ip().is_loopback() => {
            Err(Fault::OpenIssuer(development.issuer))
        }
        _ => Ok(()),
    }
}

fn check_console(config: &Config) -> Result<(), Fault> {
    let Some(console) = &config.console else {
        return Ok(());
    };
    let near = is_near(&console.url);
    let scheme = console.url.scheme();
    if !(scheme == "https" || (scheme == "http" && near)) || console.url.path() != "/" {
        return Err(Fault::ConsoleUrl(console.url.clone()));
    }
    let mut issuers = config.oidc.issuers.iter();
    let found = issuers.find(|one| one.issuer == console.issuer);
    match found {
        None => Err(Fault::ConsoleIssuer(console.issuer.clone())),
        Some(one) if !one.audiences.contains(&console.client_id) => {
            Err(Fault::ConsoleAudience(console.client_id.clone()))
        }
        Some(_) => Ok(()),
    }
}

/// `FILE:LINE` of `fault`, or the file alone where no key of it is written.
pub fn place(text: &str, path: &Path, fault: &Fault) -> String {
    let path = path.display();
    match line(text, &fault.keys()) {
        Some(line) => format!("{path}:{line}"),
        None => path.to_string(),
    }
}

/// The line of the innermost of `keys` that is written.
fn line(text: &str, keys: &[&str]) -> Option<usize> {
    let root = DeTable::parse(text).ok()?;
    let mut table = Some(root.get_ref());
    let mut found = None;
    for name in keys {
        let Some((key, value)) = table.and_then(|table| table.get_key_value(*name)) else {
            break;
        };
        found = Some(key.span().start);
        table = match value.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        };
    }
    let before = text.get(..found?)?;
    Some(before.matches('\n').count() + 1)
}
