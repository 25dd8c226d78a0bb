//! The world around firn in a test: a Snowflake stand-in, an identity provider, firn processes, all stopped at the end.
//!
//! Enters: what a test asks for. Leaves: addresses. Never here: assertions about firn.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::{NamedTempFile, TempPath};

/// How long a server may take to get ready; a new machine reads each of its files from disk for the first time, two tests at once.
const READY_WITHIN: Duration = Duration::from_secs(240);

/// A child process that does not outlive its test.
pub struct Server {
    child: Child,
    /// Where it listens on loopback.
    pub port: u16,
}

impl Server {
    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Server {
    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(told.expect("kill").success(), "it ran no more");
        let begun = Instant::now();
        while self.child.try_wait().expect("wait").is_none() {
            assert!(begun.elapsed() < READY_WITHIN, "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where `make test` put drivers and servers.
pub fn dev_dir() -> PathBuf {
    PathBuf::from(
        std::env::var_os("FIRN_DEV_DIR")
            .expect("FIRN_DEV_DIR is not set; run this through `make test`"),
    )
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A port nobody listens on now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port()
}

/// Starts `command` with its output in `log`, and waits until `url` answers.
pub fn start(mut command: Command, port: u16, log: &Path, ready: &str) -> Server {
    command.stdin(Stdio::null());
    started(command, port, log, ready)
}

/// The same for one that ends when its standard input does: it does not outlive this process, whoever holds it and however that ends.
fn start_bound(mut command: Command, port: u16, log: &Path, ready: &str) -> Server {
    command.arg("--while-stdin-is-open").stdin(Stdio::piped());
    started(command, port, log, ready)
}

fn started(mut command: Command, port: u16, log: &Path, ready: &str) -> Server {
    let output = std::fs::File::create(log).expect("log file");
    let child = command
        .stdout(output.try_clone().expect("log file"))
        .stderr(output)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut server = Server { child, port };
    let url = format!("http://127.0.0.1:{port}{ready}");
    let begun = Instant::now();
    loop {
        // Asking is a process: not while nobody listens.
        let listens = TcpStream::connect(("127.0.0.1", port)).is_ok();
        if listens && http_get(&url).is_some() {
            return server;
        }
        let ended = server.child.try_wait().expect("wait");
        if ended.is_some() || begun.elapsed() > READY_WITHIN {
            let said = std::fs::read_to_string(log).unwrap_or_default();
            panic!("{command:?} is not ready at {url} (ended: {ended:?}):\n{said}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A plain GET; none unless it answers with success.
pub fn http_get(url: &str) -> Option<String> {
    let output = Command::new("curl")
        .args(["-fsS", "--max-time", "5", url])
        .stderr(Stdio::null())
        .output()
        .expect("curl");
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A JSON POST.
pub fn http_post(url: &str, body: &Value) -> Value {
    let output = Command::new("curl")
        .args([
            "-fsS",
            "--max-time",
            "30",
            "-H",
            "content-type: application/json",
            "-d",
            &body.to_string(),
            url,
        ])
        .output()
        .expect("curl");
    assert!(
        output.status.success(),
        "POST {url}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
}

/// Upstreams that are made ready while tests run: a start is seconds of Python reading modules.
static SPARE_UPSTREAMS: Mutex<Vec<JoinHandle<(Server, TempPath)>>> = Mutex::new(Vec::new());

/// fakesnow with what it lacks (`tests/upstream`), of this test alone.
pub fn upstream(scratch: &Path) -> Server {
    let spare = SPARE_UPSTREAMS.lock().expect("no start panics in it").pop();
    let next = std::thread::spawn(fresh_upstream);
    let (server, log) = match spare {
        Some(spare) => spare.join().expect("an upstream"),
        None => fresh_upstream(),
    };
    let mut spares = SPARE_UPSTREAMS.lock().expect("no start panics in it");
    spares.push(next);
    // Where a failed test is looked into; what it says elsewhere goes with it.
    let _ = log.persist(scratch.join("upstream.log"));
    server
}

fn fresh_upstream() -> (Server, TempPath) {
    let log = NamedTempFile::new().expect("log file").into_temp_path();
    let port = free_port();
    let mut command = Command::new(dev_dir().join("fakesnow/bin/python"));
    command
        .arg(root().join("tests/upstream/server.py"))
        .arg(port.to_string());
    let server = start_bound(command, port, &log, "/_test/executed");
    (server, log)
}

/// Statements the upstream executed, in order.
pub fn executed(upstream: &Server) -> Vec<Value> {
    let text = http_get(&format!("{}/_test/executed", upstream.url())).expect("executed");
    serde_json::from_str(&text).expect("JSON")
}

/// The tests' real OpenID provider (`tests/identity`), one for all: nothing that a test asks of it is seen by another.
pub fn identity() -> &'static Server {
    static ONE: OnceLock<Server> = OnceLock::new();
    ONE.get_or_init(|| {
        let log = NamedTempFile::new().expect("log file").into_temp_path();
        provider(&log)
    })
}

/// One that a test may stop.
pub fn own_identity(scratch: &Path) -> Server {
    provider(&scratch.join("identity.log"))
}

fn provider(log: &Path) -> Server {
    let port = free_port();
    let mut command = Command::new("node");
    command
        .arg(root().join("tests/identity/provider.js"))
        .arg(port.to_string())
        .current_dir(dev_dir().join("node"));
    start_bound(command, port, log, "/.well-known/openid-configuration")
}

/// A token of `identity` for `subject` in `groups`.
pub fn token(identity: &Server, subject: &str, groups: &[&str]) -> String {
    let answer = http_post(
        &format!("{}/_test/token", identity.url()),
        &json!({"sub": subject, "groups": groups}),
    );
    answer["token"].as_str().expect("token").to_owned()
}

/// The firn binary under test.
pub fn firn() -> Command {
    Command::new(env!("CARGO_BIN_EXE_firn"))
}
