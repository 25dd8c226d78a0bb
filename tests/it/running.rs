//! A running firn: its configuration, its process, its answers on the command line.
//!
//! Enters: which journal and archive. Leaves: a gateway port and an API to ask. Never here: assertions.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::{Server, firn, free_port, root, start};

/// How long a journal may be away for whoever verifies.
const JOURNAL_WITHIN: Duration = Duration::from_secs(180);

/// Everything a test configures.
pub struct Setup<'a> {
    pub scratch: &'a Path,
    pub upstream: &'a Server,
    pub identity: &'a Server,
    /// `journal` on one line; embedded unless set.
    pub journal: String,
    /// `archive` on one line; a folder of each process's own unless set.
    pub archive: Option<String>,
    /// What else is to be in `[query]`.
    pub query: String,
    /// What else is to be in `[gateway]`.
    pub gateway: String,
    /// What else is to be in the connection.
    pub connection: String,
    /// The policy folder.
    pub policy: PathBuf,
    /// What is to be in `[telemetry]`.
    pub telemetry: String,
    /// How long the recorder gathers events; a moment unless set.
    pub batch_age: String,
}

impl<'a> Setup<'a> {
    pub fn new(scratch: &'a Path, upstream: &'a Server, identity: &'a Server) -> Self {
        Self {
            scratch,
            upstream,
            identity,
            journal: r#"{ kind = "embedded" }"#.to_owned(),
            archive: None,
            query: String::new(),
            gateway: String::new(),
            connection: String::new(),
            policy: root().join("tests/policy"),
            telemetry: String::new(),
            batch_age: "300ms".to_owned(),
        }
    }

    /// Writes the configuration of one process: `tests/firn.toml`, filled in.
    pub fn config(&self, name: &str, gateway: u16, api: u16) -> PathBuf {
        let data = self.scratch.join(format!("{name}-data"));
        let own = format!(r#"{{ url = "{}" }}"#, data.join("archive").display());
        let template = root().join("tests/firn.toml");
        let mut text = std::fs::read_to_string(template).expect("template");
        for (name, value) in [
            ("data", data.display().to_string()),
            ("journal", self.journal.clone()),
            ("archive", self.archive.clone().unwrap_or(own)),
            ("gateway_port", gateway.to_string()),
            ("upstream", self.upstream.url()),
            ("batch_age", self.batch_age.clone()),
            ("api_port", api.to_string()),
            ("issuer", self.identity.url()),
            ("policy", self.policy.display().to_string()),
            ("root", root().display().to_string()),
        ] {
            text = text.replace(&format!("@{name}@"), &value);
        }
        for (section, more) in [
            ("[gateway]\n", &self.gateway),
            ("[gateway.connections.firn]\n", &self.connection),
            ("[query]\n", &self.query),
        ] {
            text = text.replace(section, &format!("{section}{more}\n"));
        }
        text.push_str(&format!("\n[telemetry]\n{}\n", self.telemetry));
        let path = self.scratch.join(format!("{name}.toml"));
        std::fs::write(&path, text).expect("configuration");
        path
    }

    /// Starts one role, or all of them (`up`).
    pub fn start(&self, role: &str, name: &str) -> Firn {
        self.start_with(role, name, |_| {})
    }

    /// The same, with more said to the process: its environment.
    pub fn start_with(&self, role: &str, name: &str, more: impl FnOnce(&mut Command)) -> Firn {
        self.start_at(role, name, (free_port(), free_port()), more)
    }

    /// Stops a process in order and starts another in its place: same name, same folder, same addresses.
    pub fn replace(&self, role: &str, name: &str, old: Firn) -> Firn {
        let ports = (old.gateway, old.api);
        old.stop();
        self.start_at(role, name, ports, |_| {})
    }

    fn start_at(
        &self,
        role: &str,
        name: &str,
        (gateway, api): (u16, u16),
        more: impl FnOnce(&mut Command),
    ) -> Firn {
        let config = self.config(name, gateway, api);
        let mut command = firn();
        command.arg(role).arg("--config").arg(&config);
        environment(&mut command);
        more(&mut command);
        let (port, ready) = match role {
            "query" => (api, "/healthz"),
            "recorder" => (telemetry(&command), "/readyz"),
            _ => (gateway, "/healthz"),
        };
        let log = self.scratch.join(format!("{name}.log"));
        let server = start(command, port, &log, ready);
        Firn {
            server,
            log,
            config,
            gateway,
            api,
        }
    }
}

/// The port of the telemetry that `command` is to serve: a recorder has no other.
fn telemetry(command: &Command) -> u16 {
    let said = command
        .get_envs()
        .find(|(name, _)| *name == "FIRN_TELEMETRY");
    let address = said
        .and_then(|(_, address)| address)
        .and_then(OsStr::to_str);
    let address = address.expect("FIRN_TELEMETRY is set for a recorder");
    address.parse::<SocketAddr>().expect("an address").port()
}

/// The secrets a configuration names.
pub fn environment(command: &mut Command) {
    command
        .env("FIRN_SEALING_KEY", "5f".repeat(32))
        .env("FIRN_MASKING_KEY", "a7".repeat(32))
        .env("FIRN_FIND_KEY", "c3".repeat(32))
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
    server: Server,
    log: PathBuf,
    pub config: PathBuf,
    pub gateway: u16,
    pub api: u16,
}

impl Firn {
    /// Stops it in order; what it logged.
    pub fn stop(self) -> String {
        self.server.stop();
        std::fs::read_to_string(&self.log).expect("log")
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }

    /// Runs a firn command against this one's configuration; its standard output if it succeeds.
    pub fn ask(&self, arguments: &[&str]) -> Result<String, String> {
        ask(&self.config, arguments)
    }

    /// Asserts that `firn verify` finds nothing altered and nothing missing; once the journal can be reached, which a broker that
    /// has just begun may put off.
    pub fn verified(&self) {
        let begun = Instant::now();
        let report = loop {
            match self.ask(&["verify", "--json"]) {
                Err(error)
                    if error.contains("journal is unavailable")
                        && begun.elapsed() < JOURNAL_WITHIN =>
                {
                    std::thread::sleep(Duration::from_millis(500));
                }
                said => break said.expect("verify"),
            }
        };
        let report: Value = serde_json::from_str(&report).expect("report");
        assert_eq!(
            (&report["integrity"], &report["completeness"]),
            (&Value::Bool(true), &Value::Bool(true)),
            "{report}"
        );
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
