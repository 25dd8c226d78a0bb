//! Where a secret is, and how it is read.
//!
//! Enters: the name of an environment variable or of a file, or a command that prints it. Leaves: the text, wiped when dropped.
//! Never here: a secret in a configuration file or in an error; a shell.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::limits::{SECRET_BYTES_MAX, SECRET_COMMAND_LOOK, SECRET_COMMAND_LOOKS};

/// Where a secret is: one of the three.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// An environment variable.
    #[serde(default)]
    pub env: Option<String>,
    /// A file; white space at its ends is cut.
    #[serde(default)]
    pub file: Option<PathBuf>,
    /// A program and its arguments, run without a shell: what it prints, white space at its ends cut. For vaults.
    #[serde(default)]
    pub command: Option<Vec<String>>,
}

/// Why a secret cannot be read. Never its text.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// None or several places given.
    #[error("give exactly one of `env`, `file` and `command` for a secret")]
    Place,
    /// The variable is not set.
    #[error("environment variable {0} is not set or not UTF-8")]
    Env(String),
    /// The file cannot be read.
    #[error("secret file {path} cannot be read: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system or the library said.
        source: std::io::Error,
    },
    /// The command does not run.
    #[error("secret command {program} cannot be run: {source}")]
    Command {
        /// The program.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It failed.
    #[error("secret command {program} failed ({how}){}{said}", if said.is_empty() { "" } else { ": " })]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        how: String,
        /// The beginning of what it wrote to standard error.
        said: String,
    },
    /// It printed what is no secret.
    #[error("secret command {0} printed nothing, more than {SECRET_BYTES_MAX} bytes, or no UTF-8")]
    Printed(String),
}

impl Secret {
    /// The secret's text.
    pub fn read(&self) -> Result<Zeroizing<String>, SecretError> {
        let text = match (&self.env, &self.file, &self.command) {
            (Some(name), None, None) => {
                Zeroizing::new(std::env::var(name).map_err(|_| SecretError::Env(name.clone()))?)
            }
            (None, Some(path), None) => {
                Zeroizing::new(std::fs::read_to_string(path).map_err(|source| {
                    SecretError::File {
                        path: path.clone(),
                        source,
                    }
                })?)
            }
            (None, None, Some(command)) => printed(command, SECRET_COMMAND_LOOKS)?,
            _ => return Err(SecretError::Place),
        };
        Ok(Zeroizing::new(text.trim().to_owned()))
    }
}

/// What a command prints that is done within so many looks.
fn printed(command: &[String], looks_max: u32) -> Result<Zeroizing<String>, SecretError> {
    let (program, arguments) = command.split_first().ok_or(SecretError::Place)?;
    let broken = |source| SecretError::Command {
        program: program.clone(),
        source,
    };
    let mut running = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(broken)?;
    let failed = |how: String, running: &mut Child| SecretError::Failed {
        program: program.clone(),
        how,
        said: complaint(running),
    };
    let mut looks = 0;
    let status = loop {
        // What it prints fits into the pipe, so it need not be read before it is done.
        if let Some(status) = running.try_wait().map_err(broken)? {
            break status;
        }
        looks += 1;
        if looks > looks_max {
            let _ = running.kill();
            let _ = running.wait();
            let patience = SECRET_COMMAND_LOOK * looks_max;
            // What it said is not read: whatever it began itself may live, and keeps the pipe open.
            return Err(SecretError::Failed {
                program: program.clone(),
                how: format!("not done within {} s", patience.as_secs()),
                said: String::new(),
            });
        }
        std::thread::sleep(SECRET_COMMAND_LOOK);
    };
    if !status.success() {
        return Err(failed(status.to_string(), &mut running));
    }
    let no_secret = || SecretError::Printed(program.clone());
    // Room for all of it from the start: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(SECRET_BYTES_MAX + 1));
    if let Some(output) = running.stdout.take() {
        let most = u64::try_from(SECRET_BYTES_MAX + 1).unwrap_or(u64::MAX);
        output.take(most).read_to_end(&mut bytes).map_err(broken)?;
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| no_secret())?.trim();
    if text.is_empty() || bytes.len() > SECRET_BYTES_MAX {
        return Err(no_secret());
    }
    Ok(Zeroizing::new(text.to_owned()))
}

/// The first line a failed command wrote to standard error, clipped.
fn complaint(running: &mut Child) -> String {
    let mut said = Vec::new();
    if let Some(output) = running.stderr.take() {
        let _ = output.take(1024).read_to_end(&mut said);
    }
    let said = String::from_utf8_lossy(&said);
    said.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Secret, SecretError, printed};

    fn command(words: &[&str]) -> Secret {
        Secret {
            command: Some(words.iter().map(|word| (*word).to_owned()).collect()),
            ..Secret::default()
        }
    }

    #[test]
    fn a_command_prints_the_secret() {
        let read = command(&["printf", " s3cret\n"]).read();
        assert_eq!(read.expect("a secret").as_str(), "s3cret");
        // No shell looks at it.
        let read = command(&["echo", "$HOME; id"]).read();
        assert_eq!(read.expect("a secret").as_str(), "$HOME; id");
    }

    #[test]
    fn a_command_that_is_not_done_is_not_waited_for_nor_is_what_it_began() {
        let folder = tempfile::tempdir().expect("a folder");
        let done = folder.path().join("done");
        let script = format!("(sleep 5; touch '{}') & sleep 5", done.display());
        let words = ["sh", "-c", script.as_str()].map(str::to_owned);
        let error = printed(&words, 20).expect_err("no secret").to_string();
        assert!(error.contains("not done within"), "{error}");
        assert!(!done.exists(), "what it began was waited for");
    }

    #[test]
    fn a_command_that_gives_none_says_why() {
        let error = |words: &[&str]| command(words).read().expect_err("no secret").to_string();
        assert_eq!(
            error(&["sh", "-c", "echo sealed >&2; exit 3"]),
            "secret command sh failed (exit status: 3): sealed"
        );
        assert!(error(&["/no/such/vault"]).contains("/no/such/vault cannot be run"));
        assert!(error(&["true"]).contains("printed nothing"));
        assert!(error(&["head", "-c", "50000", "/dev/zero"]).contains("more than"));
        assert!(matches!(command(&[]).read(), Err(SecretError::Place)));
        let both = Secret {
            env: Some("HOME".to_owned()),
            ..command(&["true"])
        };
        assert!(matches!(both.read(), Err(SecretError::Place)));
    }
}
