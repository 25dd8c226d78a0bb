//! What commands do to whoever types them: checks that find what a start would, starts that are refused without a trace, readers that
//! go away, who one is.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::described::holds;
use crate::drivers::Driver;
use crate::running::{Setup, environment, script};
use crate::world::{firn, free_port, identity, own_identity, root, token, upstream};

/// A command beside the secrets a configuration names, which `more` may change.
fn run(config: &Path, words: &[&str], more: impl FnOnce(&mut Command)) -> Output {
    let mut command = firn();
    environment(&mut command);
    command.args(words).arg("--config").arg(config);
    more(&mut command);
    command.output().expect("firn")
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// What `firn check` finds fault with.
fn faults(config: &Path, words: &[&str], more: impl FnOnce(&mut Command)) -> Vec<String> {
    let output = run(config, &[&["check", "--json"], words].concat(), more);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", said(&output)));
    let faults: Vec<String> = report["faults"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|fault| fault.as_str().expect("text").to_owned())
        .collect();
    assert_eq!(output.status.success(), faults.is_empty(), "{faults:?}");
    assert_eq!(report["ok"], faults.is_empty());
    faults
}

fn one(faults: &[String], part: &str) {
    assert!(
        faults.len() == 1 && faults[0].contains(part),
        "wanted one fault with {part:?}: {faults:#?}"
    );
}

#[test]
fn a_check_reads_secrets_as_a_start_does_and_tries_what_is_elsewhere() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), own_identity(scratch.path()));
    let setup = Setup::new(scratch.path(), &upstream, &identity);
    let config = setup.config("firn", free_port(), free_port());
    let nothing = |_: &mut Command| {};
    assert_eq!(faults(&config, &[], nothing), [""; 0], "all of it is there");
    let whole = run(&config, &["check"], nothing);
    for part in ["the account lets firn in", "issuers give their keys"] {
        assert!(said(&whole).contains(part), "{part}: {}", said(&whole));
    }
    let data = scratch.path().join("firn-data");
    assert!(!data.exists(), "a check made something");

    let set = |name: &'static str, value: &'static str| {
        move |command: &mut Command| {
            command.env(name, value);
        }
    };
    let short = faults(&config, &["--offline"], set("FIRN_SEALING_KEY", "abc"));
    one(&short, "must be 32 bytes");
    let empty = faults(&config, &["--offline"], set("FIRN_UPSTREAM_PASSWORD", " "));
    one(&empty, "the stored credential is empty");
    let text = std::fs::read_to_string(&config).expect("configuration");
    let key = scratch.path().join("key.pem");
    std::fs::write(&key, "-----BEGIN CERTIFICATE-----\n").expect("key");
    let password = r#"{ password = { env = "FIRN_UPSTREAM_PASSWORD" } }"#;
    let pair = format!("{{ key_pair = {{ file = {key:?} }} }}");
    std::fs::write(&config, text.replace(password, &pair)).expect("configuration");
    one(
        &faults(&config, &["--offline"], nothing),
        "not an unencrypted RSA private key",
    );
    assert_eq!(
        faults(&config, &["--no-secrets"], nothing),
        [""; 0],
        "secrets are not looked for"
    );

    std::fs::write(&config, &text).expect("configuration");
    one(
        &faults(&config, &[], set("FIRN_UPSTREAM_PASSWORD", "wrong")),
        "Incorrect username or password",
    );
    let issuer = identity.url();
    identity.stop();
    upstream.stop();
    let away = faults(&config, &[], nothing);
    assert_eq!(away.len(), 2, "{away:#?}");
    assert!(away[0].contains("[gateway.connections.firn]"), "{away:#?}");
    assert!(away[1].contains(&issuer), "{away:#?}");
    assert_eq!(faults(&config, &["--offline"], nothing), [""; 0]);
    let kafka = text.replace(
        r#"journal = { kind = "embedded" }"#,
        r#"journal = { kind = "kafka", brokers = "127.0.0.1:9" }"#,
    );
    std::fs::write(&config, kafka).expect("configuration");
    let away = faults(&config, &[], nothing);
    assert!(
        away.iter()
            .any(|fault| fault.contains("no kafka broker of 127.0.0.1:9")),
        "{away:#?}"
    );
}

#[test]
fn a_start_that_is_refused_leaves_no_trace_in_the_record() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let setup = Setup::new(scratch.path(), &upstream, identity);
    let (gateway, api) = (free_port(), free_port());
    let config = setup.config("firn", gateway, api);
    let text = std::fs::read_to_string(&config).expect("configuration");
    let journal = scratch.path().join("firn-data/journal");
    let refused = |what: &str, text: &str, more: &dyn Fn(&mut Command)| {
        std::fs::write(&config, text).expect("configuration");
        for role in ["up", "gateway"] {
            let output = run(&config, &[role], more);
            assert_eq!(output.status.code(), Some(2), "{}", said(&output));
            assert!(said(&output).contains(what), "{what}: {}", said(&output));
            assert!(!journal.exists(), "{role}: {what}: a run was begun");
        }
    };
    refused("must be 32 bytes", &text, &|command: &mut Command| {
        command.env("FIRN_SEALING_KEY", "abc");
    });
    refused("credential is empty", &text, &|command: &mut Command| {
        command.env("FIRN_UPSTREAM_PASSWORD", "");
    });
    refused("[masking] key", &text, &|command: &mut Command| {
        command.env("FIRN_MASKING_KEY", "abc");
    });
    let nowhere = text.replace("tests/policy", "tests/no-policy");
    refused("no-policy", &nowhere, &|_: &mut Command| {});
    let taken = TcpListener::bind(("127.0.0.1", gateway)).expect("port");
    refused("cannot listen", &text, &|_: &mut Command| {});
    drop(taken);
    let _taken = TcpListener::bind(("127.0.0.1", api)).expect("port");
    refused("cannot listen", &text, &|_: &mut Command| {});
}

/// Commands that print, and go on or end whatever happens to what they print.
const PRINTING: [&[&str]; 16] = [
    &["--help"],
    &["check", "--offline"],
    &["check", "--offline", "--json"],
    &["whoami"],
    &["sql", "select * from docs"],
    &["sql", "--json", "select * from docs"],
    &["sql", "--csv", "select * from docs"],
    &["sessions"],
    &["verify"],
    &["detect"],
    &["archive", "status"],
    &["archive", "seal"],
    &["archive", "compact", "--dry-run"],
    &["archive", "vacuum", "--dry-run"],
    &["policy", "check", "tests/policy"],
    &["policy", "explain", "select ssn from customers"],
];

#[test]
fn a_reader_that_goes_away_makes_no_command_panic() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let firn_process = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    let steps = serde_json::json!([{"sql": "select 1 as a"}]);
    Driver::Python4.run(&script(firn_process.gateway, &agent, steps), scratch.path());
    for words in PRINTING {
        for both in [false, true] {
            let gone = || {
                let (reader, writer) = std::io::pipe().expect("pipe");
                drop(reader);
                Stdio::from(writer)
            };
            let mut command = firn();
            environment(&mut command);
            command.args(words);
            command.env("FIRN_CONFIG", &firn_process.config);
            command.stdin(Stdio::null()).stdout(gone());
            if both {
                command.stderr(gone());
            }
            let output = command.current_dir(root()).output().expect("firn");
            let wrong = String::from_utf8_lossy(&output.stderr);
            let code = output.status.code();
            assert!(
                matches!(code, Some(0 | 1)) && !wrong.contains("panicked"),
                "firn {words:?}: {code:?} {wrong}"
            );
        }
    }
    let log = firn_process.stop();
    assert!(log.contains("INFO"), "{log}");
    assert!(!log.contains('\x1b'), "a log in a file has escapes");
}

#[test]
fn one_is_told_who_one_is_and_times_are_ages_too() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.query = "auditors = ['auditors']".to_owned();
    let running = setup.start("up", "firn");
    let (agent, ana) = (
        token(identity, "agent-7", &["agents"]),
        token(identity, "ana", &["auditors"]),
    );
    let api = format!("http://127.0.0.1:{}", running.api);
    let who = |token: &str| {
        let words = ["whoami", "--json", "--api", &api, "--token", token];
        let told = running.ask(&words).expect("whoami");
        serde_json::from_str::<Value>(&told).expect("JSON")
    };
    assert_eq!(who(&agent)["groups"], serde_json::json!(["agents"]));
    let is_auditor = |told: &Value| told["authorities"].to_string().contains("auditor");
    assert!(!is_auditor(&who(&agent)), "{}", who(&agent));
    let told = who(&ana);
    assert!(is_auditor(&told), "{told}");
    assert!(
        told["may"].to_string().contains("query the record"),
        "{told}"
    );
    let text = running
        .ask(&["whoami", "--api", &api, "--token", &ana])
        .expect("whoami");
    assert!(
        text.contains("ana") && text.contains("may     query the record: all"),
        "{text}"
    );
    let local = running.ask(&["whoami"]).expect("whoami");
    assert!(local.contains("urn:firn:local"), "{local}");

    for (since, code) in [("1h", "200"), ("2026-01-01", "200"), ("yesterday", "400")] {
        let output = Command::new("curl")
            .args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H"])
            .arg(format!("authorization: Bearer {ana}"))
            .arg(format!("{api}/api/sessions?since={since}"))
            .output()
            .expect("curl");
        assert_eq!(String::from_utf8_lossy(&output.stdout), code, "{since}");
    }
}

#[test]
fn a_statement_is_explained_under_what_is_configured() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let setup = Setup::new(scratch.path(), &upstream, identity);
    let config = setup.config("firn", free_port(), free_port());
    let explained = |words: &[&str]| {
        let mut command = firn();
        command.args(["policy", "explain", "--json"]).args(words);
        command.env("FIRN_CONFIG", &config);
        let output = command.output().expect("firn");
        let wrong = || said(&output);
        let told = serde_json::from_slice::<Value>(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", wrong()));
        // The API tells the same.
        holds("post", "/api/policy/explain", &told);
        told
    };
    let drop = explained(&["drop table shop.public.orders"]);
    assert!(
        drop.to_string().contains("nothing is dropped here"),
        "{drop}"
    );
    let ssn = explained(&["select ssn from shop.public.customers"]);
    let held = explained(&["update shop.public.orders set status = 'refunded' where id = 2"]);
    assert!(held["hold"]["quorum"][0]["group"].is_string(), "{held}");
    assert!(!ssn["unknown"].to_string().contains("CUSTOMERS"), "{ssn}");
    let folder = root().join("deploy/policy");
    let other = explained(&[
        "--policy",
        folder.to_str().expect("path"),
        "drop table shop.public.orders",
    ]);
    assert!(
        !other.to_string().contains("nothing is dropped here"),
        "{other}"
    );
    // A file that is named in vain is an error, not a policy of another.
    let lost = run(
        Path::new("/nowhere/firn.toml"),
        &["policy", "explain", "select 1"],
        |_| {},
    );
    assert_eq!(lost.status.code(), Some(2), "{}", said(&lost));
}
