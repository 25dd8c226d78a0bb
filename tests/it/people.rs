//! People at the console in a real browser, with a real driver beside them: whoever finds, replays and asks, and whoever decides.
//!
//! Enters: a running firn with the development issuer. Leaves: verdicts; with FIRN_SHOTS, a picture of each page. Never here: what a page shows
//! (see `tests/console`, which Chromium runs).

use std::path::{Path, PathBuf};

use crate::console::{base, browse, start};
use crate::running::{Firn, Setup};
use crate::sessions::seed;
use crate::world::{dev_dir, free_port, identity, root, upstream};

/// What a browser's tests take: the addresses of a firn, a driver, tokens of an agent and of one that attacks whoever looks.
fn surroundings(firn: &Firn, scratch: &Path) -> [(&'static str, String); 7] {
    let token = |who: &str, agent: &str, behalf: &str| {
        let said = firn.ask(&[
            "token",
            "--as",
            who,
            "--agent",
            agent,
            "--on-behalf-of",
            behalf,
        ]);
        said.expect("a token").trim().to_owned()
    };
    [
        ("FIRN_BASE", base(firn)),
        ("FIRN_GATEWAY", firn.gateway.to_string()),
        (
            "FIRN_PYTHON",
            dev_dir().join("python4/bin/python").display().to_string(),
        ),
        (
            "FIRN_CONNECTOR",
            root()
                .join("tests/drivers/connector.py")
                .display()
                .to_string(),
        ),
        ("FIRN_SCRATCH", scratch.display().to_string()),
        (
            "FIRN_AGENT",
            token("agent-7@agents", "refunds-bot", "ana@example.com"),
        ),
        (
            "FIRN_EVIL",
            token(
                "<img src=x onerror=alert(1)>@agents",
                "=cmd|' /C calc'!A0",
                "\u{202e}</title><script>alert(2)</script>",
            ),
        ),
    ]
}

#[test]
fn people_find_replay_approve_and_ask_in_a_browser() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let firn = start(scratch.path(), &upstream, identity);
    browse("console.mjs", &surroundings(&firn, scratch.path()));
}

/// The starter policy, under which deletes take two people, and a yes may cover a session or break the glass.
fn policy_for_many(scratch: &Path) -> PathBuf {
    const TWO: &str = r#"
@id("hold-deletes")
@effect("hold")
@approvers("data-oncall")
@n("2")
@ttl("15m")
@execution_ttl("15m")
@reason("deletes need two people")
forbid (principal, action == Action::"write", resource)
when { context.kinds.contains("delete") }
unless { context.approvals.contains("data-oncall") };
"#;
    const MORE: &str = "\n[[approvals.scope]]\ngroup = \"data-oncall\"\nkind = \"session\"\nlongest = \"1h\"\n\n[approvals.break_glass]\ngroup = \"security\"\nlongest = \"30m\"\n";
    let folder = scratch.join("policy");
    std::fs::create_dir(&folder).expect("a folder");
    for entry in std::fs::read_dir(root().join("deploy/policy")).expect("the policy") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name");
        let mut text = std::fs::read_to_string(&path).expect("text");
        if name == "firn-policy.toml" {
            text.push_str(MORE);
        }
        std::fs::write(folder.join(name), text).expect("writes");
    }
    std::fs::write(folder.join("40-two.cedar"), TWO).expect("writes");
    folder
}

#[test]
fn people_decide_in_a_browser() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.policy = policy_for_many(scratch.path());
    setup.telemetry = format!("\n[development]\nissuer = \"127.0.0.1:{}\"", free_port());
    let firn = setup.start("up", "firn");
    browse("approvals.mjs", &surroundings(&firn, scratch.path()));
}
