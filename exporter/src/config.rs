//! `[export]` of the configuration, and the outlets it describes.
//!
//! Enters: TOML with human sizes and durations, the places of secrets. Leaves: checked settings, and sinks ready to run. Never here: a
//! secret's text in the configuration, a key that is ignored.

mod build;

use std::path::PathBuf;
use std::time::Duration;

use door::Secret;
use event::Kind;
use serde::Deserialize;
use url::Url;

use crate::connection::human::{duration, some_duration, some_size};
use crate::connection::{Compress, TlsConfig};
use crate::format::Format;
use crate::limits;
use crate::line::Start;
use crate::plan::Wanted;
pub use crate::sink::ask::AskConfig;
pub use crate::sink::target::Target;
pub use build::ConfigError;

/// `[export]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Exporters of one group share the journal's partitions.
    pub group: String,
    /// Where to; nothing is exported without one.
    pub sink: Vec<SinkConfig>,
}

impl SinkConfig {
    /// Every place of a secret.
    pub fn secrets(&mut self) -> Vec<&mut Secret> {
        let mut secrets = self.to.secrets();
        if let Some(ask) = &mut self.ask {
            secrets.extend(ask.login.secrets());
        }
        secrets
    }

    /// Every path that is no secret's.
    pub fn paths(&mut self) -> Vec<&mut PathBuf> {
        let TlsConfig { ca, cert, key } = &mut self.tls;
        let tls = ca.iter_mut().chain(cert).chain(key);
        self.to.paths().into_iter().chain(tls).collect()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            group: "firn-exporter".to_owned(),
            sink: Vec::new(),
        }
    }
}

/// `[[export.sink]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinkConfig {
    /// Its name, also of its cursor and its dead letters: another name begins anew.
    pub name: String,
    /// The receiver.
    pub to: Target,
    /// How items look there.
    pub format: Option<Format>,
    /// What it gets.
    #[serde(default = "default_items")]
    pub items: Vec<Wanted>,
    /// Of events, only these kinds; empty is all.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Of events, all but these kinds.
    #[serde(default)]
    pub except: Vec<Kind>,
    /// Of events, only those for which this predicate over table `events` holds.
    pub filter: Option<String>,
    /// Of statements, only those for which this predicate over table `statements` holds.
    pub filter_statements: Option<String>,
    /// Of each record, only these fields; or, each with `-` before it, all but these. Empty is all.
    #[serde(default)]
    pub fields: Vec<String>,
    /// A batch goes out when it holds this many items …
    pub batch_items: Option<usize>,
    /// … or when they have this many bytes …
    #[serde(default, deserialize_with = "some_size")]
    pub batch_bytes: Option<usize>,
    /// … or when the first has waited this long.
    #[serde(default, deserialize_with = "some_duration")]
    pub batch_age: Option<Duration>,
    /// A record is split beyond this many bytes.
    #[serde(default, deserialize_with = "some_size")]
    pub record_bytes: Option<usize>,
    /// At most so many records a second, of each process and each backfill.
    pub rate: Option<u32>,
    /// Where a sink begins that never had anything.
    #[serde(default)]
    pub start: Start,
    /// One request may take this long.
    #[serde(default = "default_timeout", deserialize_with = "duration")]
    pub timeout: Duration,
    /// For sinks over HTTP: requests go through this proxy.
    pub proxy: Option<Url>,
    /// For sinks over HTTP: `gzip` or `none`.
    pub compression: Option<Compress>,
    /// Trust and client certificate.
    #[serde(default)]
    pub tls: TlsConfig,
    /// Where the receiver can be asked what it has.
    pub ask: Option<AskConfig>,
}

fn default_items() -> Vec<Wanted> {
    vec![Wanted::Events, Wanted::Statements]
}

const fn default_timeout() -> Duration {
    limits::TIMEOUT
}
