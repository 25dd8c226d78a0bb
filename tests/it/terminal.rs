//! The player on a real pseudo terminal, and a session that is followed while it goes on.
//!
//! Enters: a running firn, events of a real driver, what an agent might write to a terminal. Leaves: verdicts. Never here: how a frame looks
//! (`replayer/src/tests/snapshots`).

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::drivers::Driver;
use crate::holds::{UPDATE, approvals, held};
use crate::running::{Firn, Setup, environment, script};
use crate::sessions::seed;
use crate::world::{firn, identity, root, token, upstream};

fn hostile() -> Value {
    json!([
        {"sql": "SELECT id, full_name, email, ssn FROM customers ORDER BY id"},
        {"sql": "SELECT chr(27) || '[2J' || chr(7) AS esc, '\u{1b}]0;owned\u{7}' AS \"\u{1b}[31m\u{202e}\""},
        {"sql": "SELECT 1 -- \u{202e} \u{1b}]0;title\u{7}\u{9b}2J\u{8}\u{8}"},
        {"sql": "DROP TABLE customers"},
    ])
}

/// The newest session, which is the only one.
fn session(firn: &Firn) -> String {
    let sessions = firn.sql("select session_id from sessions");
    sessions[0]["session_id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

#[test]
fn a_terminal_is_left_as_it_was_and_steered_by_nothing_recorded() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let running = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    Driver::Python4.run(&script(running.gateway, &agent, hostile()), scratch.path());
    let session = session(&running);

    let config = running.config.to_str().expect("a path");
    let program = firn().get_program().to_str().expect("a path").to_owned();
    let command = json!({"command": [program, "replay", session, "--config", config]});
    let mut player = Command::new("python3");
    player.arg(root().join("tests/terminal/play.py"));
    environment(&mut player);
    player.env("TERM", "xterm-256color");
    let mut player = player
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3");
    let mut asked = player.stdin.take().expect("its input");
    asked
        .write_all(command.to_string().as_bytes())
        .expect("asked");
    drop(asked);
    let output = player.wait_with_output().expect("an end");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    // A terminal's recording is as inert, and the same to a file and to standard output.
    let file = scratch.path().join("session.cast");
    let path = file.to_str().expect("a path");
    running
        .ask(&["replay", &session, "--cast", path])
        .expect("kept");
    let kept = std::fs::read_to_string(&file).expect("a recording");
    let shown = running.ask(&["replay", &session, "--cast", "-"]);
    assert_eq!(shown.expect("shown").trim_end(), kept.trim_end());
    let header: Value = serde_json::from_str(kept.lines().next().expect("a header")).expect("JSON");
    assert_eq!(header["version"], 2);
    assert!(!kept.contains("\\u0007") && kept.contains("DROP TABLE customers"));
}

#[test]
fn a_session_is_followed_until_it_is_over() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let running = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    let olga = token(identity, "olga", &["data-oncall"]);
    let driver = Driver::Python4.start(
        &script(running.gateway, &agent, json!([{"sql": UPDATE}])),
        scratch.path(),
    );
    let waiting = held(&running, &olga, 1);
    let session = session(&running);

    let follow = |form: &[&str]| {
        let mut command = firn();
        command.args(["replay", &session, "--follow"]).args(form);
        command.arg("--config").arg(&running.config);
        environment(&mut command);
        command.stdout(Stdio::piped()).spawn().expect("firn")
    };
    let mut json = follow(&["--json"]);
    let text = follow(&[]);
    let mut lines = BufReader::new(json.stdout.take().expect("its output")).lines();
    let mut next = || -> Option<Value> {
        let line = lines.next()?.expect("a line");
        Some(serde_json::from_str(&line).expect("JSON"))
    };
    assert_eq!(next().expect("the session")["session"], json!(session));
    let told = std::iter::from_fn(&mut next)
        .find(|one| one["statement"] == json!(waiting[0]))
        .expect("the statement that waits");
    assert_eq!(told["approval"]["outcome"], "pending", "{told}");

    approvals(&running, &olga, &["grant", &waiting[0]]).expect("grant");
    driver.finish();
    // It ends by itself, for the session does.
    let rest: Vec<Value> = std::iter::from_fn(&mut next).collect();
    let last = rest
        .iter()
        .rfind(|one| one["statement"] == json!(waiting[0]));
    assert_eq!(
        last.expect("told again")["approval"]["outcome"],
        "granted",
        "{rest:?}"
    );
    assert!(json.wait().expect("an end").success());
    let said = text.wait_with_output().expect("an end");
    assert!(said.status.success());
    let said = String::from_utf8_lossy(&said.stdout);
    for once in [
        "logged in by",
        "waits for approval",
        "granted by",
        "the session is over",
    ] {
        assert_eq!(said.matches(once).count(), 1, "{once} in {said}");
    }
}
