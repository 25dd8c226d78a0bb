//! Unmodified drivers, each run as its own program over one script (`../drivers.md`).

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::world::{dev_dir, root};

/// The drivers agents use, and the clients of those that have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    Python4,
    Python5,
    Adbc,
    Node,
    Jdbc,
    /// The Python connector 4.x with pandas beside it.
    Pandas,
    /// As that, 5.x.
    Pandas5,
    /// Plain `requests` on the SQL API.
    SqlApi,
    /// The official MCP clients.
    McpPython,
    McpTypeScript,
}

impl Driver {
    pub const ALL: [Self; 5] = [
        Self::Python4,
        Self::Python5,
        Self::Adbc,
        Self::Node,
        Self::Jdbc,
    ];
    /// Those that come by other doors than the drivers'.
    pub const OTHERS: [Self; 3] = [Self::SqlApi, Self::McpPython, Self::McpTypeScript];

    fn command(self) -> Command {
        let dev = dev_dir();
        let programs = root().join("tests/drivers");
        let mut command;
        match self {
            Self::Python4 | Self::Python5 | Self::Pandas | Self::Pandas5 => {
                let venv = match self {
                    Self::Python4 => "python4",
                    Self::Pandas => "pandas",
                    Self::Pandas5 => "pandas5",
                    _ => "python5",
                };
                command = Command::new(dev.join(venv).join("bin/python"));
                command.arg(programs.join("connector.py"));
            }
            Self::Adbc => {
                command = Command::new(dev.join("adbc/bin/python"));
                command.arg(programs.join("adbc.py"));
            }
            Self::Node => {
                command = Command::new("node");
                command
                    .arg(programs.join("node.js"))
                    .env("NODE_PATH", dev.join("node/node_modules"));
            }
            Self::SqlApi => {
                command = Command::new(dev.join("python4/bin/python"));
                command.arg(programs.join("sqlapi.py"));
            }
            Self::McpPython => {
                command = Command::new(dev.join("mcp/bin/python"));
                command.arg(programs.join("mcp_client.py"));
            }
            Self::McpTypeScript => {
                command = Command::new("node");
                command
                    .arg(programs.join("mcp_client.mjs"))
                    .env("NODE_PATH", dev.join("node/node_modules"));
            }
            Self::Jdbc => {
                command = Command::new("java");
                // Of a program that is over in seconds, little is worth compiling twice.
                command
                    .args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"])
                    .arg("--add-opens=java.base/java.nio=ALL-UNNAMED")
                    .arg("-cp")
                    .arg(format!("{}:{}", jdbc().display(), jars().display()))
                    .arg("Jdbc");
            }
        }
        // Drivers ask cloud metadata addresses who they are; a test has no business there.
        command.env("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true");
        command
    }

    /// Runs `script` and returns what each step gave.
    pub fn run(self, script: &Value, scratch: &Path) -> Vec<Value> {
        self.start(script, scratch).finish()
    }

    /// Starts `script`; the test goes on meanwhile.
    pub fn start(self, script: &Value, scratch: &Path) -> Running {
        let file = tempfile::Builder::new()
            .suffix(".json")
            .tempfile_in(scratch)
            .expect("script file");
        std::fs::write(file.path(), script.to_string()).expect("script file");
        // Files: a pipe that nobody reads yet stops its writer, and Node drops what is still to be written when it exits.
        let (said, complaint) = (output(), output());
        let child = self
            .command()
            .arg(file.path())
            .stdin(Stdio::null())
            .stdout(said.try_clone().expect("output file"))
            .stderr(complaint.try_clone().expect("output file"))
            .spawn()
            .expect("driver");
        Running {
            driver: self,
            child,
            said,
            complaint,
            _script: file,
        }
    }
}

fn jars() -> PathBuf {
    dev_dir().join("jdbc/*")
}

/// The folder of the JDBC program, compiled once: a run from its source takes two seconds of a core more, each time.
fn jdbc() -> &'static Path {
    static COMPILED: OnceLock<PathBuf> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("jdbc");
        let output = Command::new("javac")
            .arg("-cp")
            .arg(jars())
            .arg("-d")
            .arg(&folder)
            .arg(root().join("tests/drivers/Jdbc.java"))
            .output()
            .expect("javac");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaint}");
        folder
    })
}

/// A file for what a program writes.
fn output() -> File {
    tempfile::tempfile().expect("output file")
}

/// All that stands in it.
fn written(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.rewind().expect("output file");
    file.read_to_end(&mut bytes).expect("output file");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A driver program at work.
pub struct Running {
    driver: Driver,
    child: std::process::Child,
    said: File,
    complaint: File,
    _script: tempfile::NamedTempFile,
}

impl Running {
    /// Whether it has not come to its end.
    pub fn goes_on(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for the end and returns what each step gave.
    pub fn finish(mut self) -> Vec<Value> {
        let status = self.child.wait().expect("driver");
        let said = written(&mut self.said);
        let steps: Vec<Value> = said
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        let complaint = written(&mut self.complaint);
        let driver = self.driver;
        assert!(!steps.is_empty(), "{driver:?} said nothing: {complaint}");
        if !status.success() {
            println!("{driver:?} ended by {status}: {complaint}");
        }
        steps
    }
}

/// A test that fails leaves no driver behind.
impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
