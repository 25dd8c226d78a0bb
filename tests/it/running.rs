//! A running firn: its configuration, its process, its answers on the command line.
//!
//! Enters: which journal and archive. Leaves: a gateway port and an API to ask. Never here: assertions.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::world::{Server, firn, free_port, root, start};

/// Everything a test configures.
pub struct Setup<'a> {
    pub scratch: &'a Path,
    pub upstream: &'a Server,
    pub identity: &'a Server,
    /// `[journal]` section; embedded if empty.
    pub journal: String,
    /// `[archive]` section; a folder if empty.
    pub archive: String,
    /// What else is to be in `[gateway]`.
    pub gateway: String,
    /// What else is to be in the connection.
    pub connection: String,
    /// The policy folder.
    pub policy: PathBuf,
}

impl<'a> Setup<'a> {
    pub fn new(scratch: &'a Path, upstream: &'a Server, identity: &'a Server) -> Self {
        Self {
            scratch,
            upstream,
            identity,
            journal: String::new(),
            archive: String::new(),
            gateway: String::new(),
            connection: String::new(),
            policy: root().join("tests/policy"),
        }
    }

    /// Writes the configuration of one process.
    pub fn config(&self, name: &str, gateway: u16, api: u16) -> PathBuf {
        let mut text = String::new();
        let _ = write!(
            text,
            r#"data = "{scratch}/{name}-data"
[gateway]
listen = "127.0.0.1:{gateway}"
sealing = [{{ id = "test", env = "FIRN_SEALING_KEY" }}]
{more}
[gateway.connections.firn]
upstream = "{upstream}"
account = "test"
user = "firn"
auth = {{ password = {{ env = "FIRN_UPSTREAM_PASSWORD" }} }}
{connection}
{journal}
{archive}
[recorder]
max_batch_age = "300ms"
[query]
listen = "127.0.0.1:{api}"
[oidc]
development = true
[[oidc.issuers]]
issuer = "{identity}"
audiences = ["firn"]
[masking]
key = {{ env = "FIRN_MASKING_KEY" }}
[policy]
folder = "{policy}"
catalog = ["{root}/deploy/catalog/shop.sql", "{root}/tests/soak/made_up.sql"]
"#,
            scratch = self.scratch.display(),
            more = self.gateway,
            upstream = self.upstream.url(),
            connection = self.connection,
            journal = self.journal,
            archive = self.archive,
            identity = self.identity.url(),
            policy = self.policy.display(),
            root = root().display(),
        );
        let path = self.scratch.join(format!("{name}.toml"));
        std::fs::write(&path, text).expect("configuration");
        path
    }

    /// Starts one role, or all of them (`up`).
    pub fn start(&self, role: &str, name: &str) -> Firn {
        let (gateway, api) = (free_port(), free_port());
        let config = self.config(name, gateway, api);
        let (port, ready) = if role == "query" {
            (api, "/healthz")
        } else {
            (gateway, "/healthz")
        };
        let mut command = firn();
        command.arg(role).arg("--config").arg(&config);
        environment(&mut command);
        let server = start(
            command,
            port,
            &self.scratch.join(format!("{name}.log")),
            ready,
        );
        Firn {
            _server: server,
            config,
            gateway,
            api,
        }
    }
}

/// The secrets a configuration names.
pub fn environment(command: &mut std::process::Command) {
    command
        .env("FIRN_SEALING_KEY", "5f".repeat(32))
        .env("FIRN_MASKING_KEY", "a7".repeat(32))
        .env("FIRN_UPSTREAM_PASSWORD", "the upstream takes any")
        .env(
            "AWS_ACCESS_KEY_ID",
            std::env::var("FIRN_S3_ACCESS_KEY").unwrap_or_else(|_| "firn".to_owned()),
        )
        .env(
            "AWS_SECRET_ACCESS_KEY",
            std::env::var("FIRN_S3_SECRET_KEY").unwrap_or_else(|_| "firn-secret".to_owned()),
        );
}

/// A running firn process.
pub struct Firn {
    _server: Server,
    pub config: PathBuf,
    pub gateway: u16,
    pub api: u16,
}

impl Firn {
    /// Runs a firn command against this one's configuration; its standard output if it succeeds.
    pub fn ask(&self, arguments: &[&str]) -> Result<String, String> {
        ask(&self.config, arguments)
    }

    /// `firn sql --json`, row by row.
    pub fn sql(&self, sql: &str) -> Vec<Value> {
        let said = self
            .ask(&["sql", "--json", sql])
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        said.lines()
            .map(|line| serde_json::from_str(line).expect("a JSON line"))
            .collect()
    }
}

/// Runs a firn command; its standard output if it succeeds, else what it said.
pub fn ask(config: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = firn();
    command.args(arguments).arg("--config").arg(config);
    environment(&mut command);
    let output = command.output().expect("firn");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    Err(format!("{said}{}", String::from_utf8_lossy(&output.stderr)))
}

/// A script for a driver (`tests/drivers.md`).
pub fn script(port: u16, token: &str, steps: Value) -> Value {
    json!({
        "host": "127.0.0.1", "port": port, "protocol": "http",
        "login": {"user": "agent", "authenticator": "oauth", "token": token, "database": "SHOP", "schema": "PUBLIC"},
        "steps": steps,
    })
}
