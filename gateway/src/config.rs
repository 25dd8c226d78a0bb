//! The gateway's section of the configuration, as written and as checked.
//!
//! Enters: TOML. Leaves: a [`Config`] in which every name resolves. Never here: a secret's text; it names the environment
//! variable or the file that holds it, and [`Secret::read`] brings it in when the gateway is built.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use door::{Secret, SecretError, Tls};
use serde::{Deserialize, Deserializer};
use url::Url;

use crate::limits::{
    ANSWER_WITHIN_DEFAULT, ANSWER_WITHIN_MAX, CATALOG_REFRESH_DEFAULT, CATALOG_REFRESH_MIN,
};

/// The section `[gateway]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address and port to listen on.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// Where drivers reach the gateway, scheme and host; chunk URLs are put under it. Without it, each request's own host.
    #[serde(default)]
    pub public_url: Option<Url>,
    /// Certificate and key; none is allowed on loopback, or with `danger_plain_http`.
    #[serde(default)]
    pub tls: Option<Tls>,
    /// Serve without TLS beyond loopback: tokens and results then cross the network in clear.
    #[serde(default)]
    pub danger_plain_http: bool,
    /// More roots to trust upstream, PEM, beside the system's.
    #[serde(default)]
    pub upstream_ca: Option<PathBuf>,
    /// One upstream request may take this long before it is tried again under the same request id.
    #[serde(default = "default_upstream_timeout")]
    pub upstream_timeout: HumanDuration,
    /// A driver's request is kept at most this long while its statement runs; then the driver is told to poll. Drivers have
    /// limits of their own from 60 s on.
    #[serde(default = "default_answer_within")]
    pub answer_within: HumanDuration,
    /// Sealing keys: the first seals, all open. The same ring on every instance.
    pub sealing: Vec<SealingKey>,
    /// Connections by name: what the driver gives as `account`.
    pub connections: BTreeMap<String, Connection>,
}

/// One key of the ring: 32 bytes as 64 hex digits or base64.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealingKey {
    /// Its name, which sealed tokens carry.
    pub id: String,
    /// The environment variable that holds it.
    #[serde(default)]
    pub env: Option<String>,
    /// The file that holds it.
    #[serde(default)]
    pub file: Option<PathBuf>,
    /// The program and arguments that print it.
    #[serde(default)]
    pub command: Option<Vec<String>>,
}

impl SealingKey {
    /// Where the key is.
    pub fn secret(&self) -> Secret {
        Secret {
            env: self.env.clone(),
            file: self.file.clone(),
            command: self.command.clone(),
        }
    }
}

/// One way to Snowflake and who may take it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// Snowflake's address.
    pub upstream: Url,
    /// Snowflake's account name.
    pub account: String,
    /// Snowflake's user.
    pub user: String,
    /// The stored credential.
    pub auth: Auth,
    /// Role, where the driver names none.
    #[serde(default)]
    pub role: Option<String>,
    /// Other roles a driver may name at its login. Without `role` and `roles` it may name none: its sessions have the user's default.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Warehouse, where the driver names none.
    #[serde(default)]
    pub warehouse: Option<String>,
    /// Database, where the driver names none.
    #[serde(default)]
    pub database: Option<String>,
    /// Schema, where the driver names none.
    #[serde(default)]
    pub schema: Option<String>,
    /// OIDC issuers whose principals may open it; empty is every configured issuer.
    #[serde(default)]
    pub issuers: Vec<String>,
    /// Groups of which a principal needs one; empty is anyone an allowed issuer vouches for.
    #[serde(default)]
    pub groups: Vec<String>,
    /// A session ends at the latest after this.
    #[serde(default = "default_session_max")]
    pub session_max: HumanDuration,
    /// A session also ends when the token it was opened with does.
    #[serde(default)]
    pub end_with_token: bool,
    /// What happens when the journal cannot take an event.
    #[serde(default)]
    pub audit: Audit,
    /// How many rows of each result the record keeps.
    #[serde(default)]
    pub record_rows: RecordRows,
    /// Whether Snowflake is asked to explain what waits for people, so that they see how much it would read.
    #[serde(default = "yes")]
    pub explain: bool,
    /// Read from the account itself which tables there are; without it the policy's `catalog` files say so.
    #[serde(default)]
    pub catalog: Option<LiveCatalog>,
}

/// How a connection's account is read: `[gateway.connections.NAME.catalog]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveCatalog {
    /// Databases to read, as SQL writes their names; without them the connection's own `database`.
    #[serde(default)]
    pub databases: Vec<String>,
    /// How often the account is listed again: what is changed past the gateways is known after this.
    #[serde(default = "default_refresh")]
    pub refresh: HumanDuration,
    /// Role to read as, instead of the connection's.
    #[serde(default)]
    pub role: Option<String>,
    /// Warehouse to read with, instead of the connection's.
    #[serde(default)]
    pub warehouse: Option<String>,
    /// Whether the account has tags. Only an account whose edition has none says no: files say what is sensitive then.
    #[serde(default = "yes")]
    pub tags: bool,
}

/// The stored credential: exactly one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Auth {
    /// RSA private key, PEM (PKCS#8 or PKCS#1): signed into a short-lived JWT at each login.
    KeyPair(Secret),
    /// Programmatic access token.
    Pat(Secret),
    /// The user's password.
    Password(Secret),
}

/// Whether statements run when they cannot be recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audit {
    /// They do not: no event, no data.
    #[default]
    Required,
    /// They do, and `audit.degraded` and `audit.restored` bracket the gap.
    BestEffort,
}

/// How much of each result is recorded. The digest of every page is, whatever this says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecordRows {
    /// All rows: `"full"`.
    #[default]
    Full,
    /// The first ones, a number; 0 is digests only.
    First(u64),
}

impl<'de> Deserialize<'de> for RecordRows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(
            untagged,
            expecting = "`record_rows` is \"full\" or a number of rows; 0 keeps digests only"
        )]
        enum Written {
            Word(Word),
            Rows(u64),
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Word {
            Full,
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::Word(Word::Full) => Self::Full,
            Written::Rows(rows) => Self::First(rows),
        })
    }
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// No connection.
    #[error("[gateway.connections] is empty: name at least one")]
    NoConnections,
    /// No sealing key.
    #[error("`sealing` is empty: give at least one key")]
    NoKeys,
    /// Plain HTTP beyond loopback.
    #[error(
        "{0} is not loopback: give `tls`, or say `danger_plain_http = true` if something in front of the gateway speaks TLS"
    )]
    Plain(SocketAddr),
    /// An address that is not http or https.
    #[error(
        "connection {name}: upstream {url} must be an http or https address without path or query"
    )]
    Upstream {
        /// The connection.
        name: String,
        /// Its address.
        url: String,
    },
    /// Plain HTTP to an upstream beyond loopback: the stored credential would cross the network in clear.
    #[error("connection {0}: upstream must be https unless it is on loopback")]
    PlainUpstream(String),
    /// An answer would come later than drivers wait.
    #[error("`answer_within` must be between 1 s and {} s: drivers close at 60 s", ANSWER_WITHIN_MAX.as_secs())]
    AnswerWithin,
    /// An account is to be read, and nothing says what of it.
    #[error(
        "connection {0}: `catalog` needs `databases`, each a name as SQL writes it, or the connection a `database`"
    )]
    Databases(String),
    /// An account would be listed all the time.
    #[error("connection {name}: `refresh` must be at least {} s", CATALOG_REFRESH_MIN.as_secs())]
    Refresh {
        /// The connection.
        name: String,
    },
    /// Two names that differ in case only.
    #[error("connection names {0} and {1} differ in case only")]
    Case(String, String),
}

impl Config {
    /// Checks what types cannot.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.sealing.is_empty() {
            return Err(ConfigError::NoKeys);
        }
        if self.connections.is_empty() {
            return Err(ConfigError::NoConnections);
        }
        if self.tls.is_none() && !self.listen.ip().is_loopback() && !self.danger_plain_http {
            return Err(ConfigError::Plain(self.listen));
        }
        let within = Duration::from_secs(1)..=ANSWER_WITHIN_MAX;
        if !within.contains(&self.answer_within.0) {
            return Err(ConfigError::AnswerWithin);
        }
        let mut names: Vec<&String> = Vec::new();
        for (name, connection) in &self.connections {
            if let Some(other) = names.iter().find(|other| other.eq_ignore_ascii_case(name)) {
                return Err(ConfigError::Case((*other).clone(), name.clone()));
            }
            names.push(name);
            connection.check(name)?;
        }
        Ok(())
    }

    /// The connection a driver's `account` names: by its name, by its Snowflake account, or the only one there is.
    pub fn connection(&self, account: &str) -> Option<(&str, &Connection)> {
        let named = self
            .connections
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(account));
        let by_account = || {
            let mut matching = self
                .connections
                .iter()
                .filter(|(_, connection)| connection.account.eq_ignore_ascii_case(account));
            matching.next().filter(|_| matching.next().is_none())
        };
        let only = || {
            self.connections
                .iter()
                .next()
                .filter(|_| self.connections.len() == 1)
        };
        named
            .or_else(by_account)
            .or_else(only)
            .map(|(name, connection)| (name.as_str(), connection))
    }
}

impl Connection {
    fn check(&self, name: &str) -> Result<(), ConfigError> {
        let url = &self.upstream;
        let plain = url.scheme() == "http";
        let host = match url.host() {
            Some(host) if plain || url.scheme() == "https" => host,
            _ => return Err(self.bad_upstream(name)),
        };
        if url.path() != "/" || url.query().is_some() || !url.username().is_empty() {
            return Err(self.bad_upstream(name));
        }
        let loopback = match host {
            url::Host::Domain(domain) => domain == "localhost",
            url::Host::Ipv4(ip) => ip.is_loopback(),
            url::Host::Ipv6(ip) => ip.is_loopback(),
        };
        if plain && !loopback {
            return Err(ConfigError::PlainUpstream(name.to_owned()));
        }
        if let Some(catalog) = &self.catalog {
            if self.databases().is_none_or(|all| all.is_empty()) {
                return Err(ConfigError::Databases(name.to_owned()));
            }
            if catalog.refresh.0 < CATALOG_REFRESH_MIN {
                let name = name.to_owned();
                return Err(ConfigError::Refresh { name });
            }
        }
        Ok(())
    }

    /// The databases to read, as Snowflake stores their names; none where one of them is no name, or nothing is to be read.
    pub fn databases(&self) -> Option<Vec<String>> {
        let listed = &self.catalog.as_ref()?.databases;
        let named: Vec<&String> = match listed.as_slice() {
            [] => self.database.iter().collect(),
            listed => listed.iter().collect(),
        };
        let one = |name: &String| access::catalog::live::parts_of(name, 1)?.pop();
        named.into_iter().map(one).collect()
    }

    /// Whether Snowflake is a server on this machine: a test's.
    pub fn is_near(&self) -> bool {
        match self.upstream.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
    }

    /// Whether a driver may log in as `role`.
    pub fn opens_as(&self, role: &str) -> bool {
        let mut allowed = self.role.iter().chain(&self.roles);
        allowed.any(|one| one.eq_ignore_ascii_case(role))
    }

    fn bad_upstream(&self, name: &str) -> ConfigError {
        ConfigError::Upstream {
            name: name.to_owned(),
            url: self.upstream.to_string(),
        }
    }
}

/// A duration as people write it: `90s`, `8h`, `1h 30m`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HumanDuration(pub Duration);

impl fmt::Display for HumanDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&humantime::format_duration(self.0), f)
    }
}

/// As it is written too.
impl fmt::Debug for HumanDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<'de> Deserialize<'de> for HumanDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        humantime::parse_duration(&text)
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

/// Where every document and deploy file says that drivers connect.
fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8085))
}

const fn default_upstream_timeout() -> HumanDuration {
    HumanDuration(Duration::from_secs(300))
}

const fn default_answer_within() -> HumanDuration {
    HumanDuration(ANSWER_WITHIN_DEFAULT)
}

const fn default_refresh() -> HumanDuration {
    HumanDuration(CATALOG_REFRESH_DEFAULT)
}

const fn yes() -> bool {
    true
}

const fn default_session_max() -> HumanDuration {
    HumanDuration(Duration::from_secs(8 * 3600))
}

#[cfg(test)]
mod tests;
