//! The API over TLS: who reaches it, and that it is never served in clear beyond this machine unasked.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::reload::{hang_up, until};
use crate::running::{Setup, ask};
use crate::world::{free_port, identity, token, upstream};

/// A certificate authority of our own, and a server's certificate for `localhost` that it signed.
fn certify(folder: &Path) {
    let mut authority = CertificateParams::new(Vec::new()).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("key");
    let authority = CertifiedIssuer::self_signed(authority, key).expect("authority");
    let key = KeyPair::generate().expect("key");
    let server = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    let server = server.signed_by(&key, &authority).expect("certificate");
    for (name, text) in [
        ("ca.pem", authority.pem()),
        ("server.pem", server.pem()),
        ("server.key", key.serialize_pem()),
    ] {
        std::fs::write(folder.join(name), text).expect("file");
    }
}

#[test]
fn the_api_speaks_tls_to_commands_here_and_elsewhere() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    certify(scratch.path());
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    // Relative to the configuration, not to where firn was started.
    setup.query = r#"tls = { cert = "server.pem", key = "server.key" }"#.to_owned();
    let firn = setup.start("up", "firn");

    // On this machine, by the address: the certificate does not name it, but it is the one that is configured.
    let count = firn.sql("select count(*) as n from sessions");
    assert_eq!(count[0]["n"], 0, "{count:?}");

    let api = format!("https://localhost:{}", firn.api);
    let ca = scratch.path().join("ca.pem").display().to_string();
    let auditor = token(identity, "ada", &["auditors"]);
    let elsewhere = |arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["--api", &api, "--token", &auditor]);
        ask(&firn.config, &all)
    };
    let sql = "select source_tls from events where kind = 'auditor.queried'";
    let trusted = elsewhere(&["sql", "--json", sql, "--ca", &ca]).expect("rows");
    assert!(
        trusted.contains("TLSv1"),
        "how it was asked is recorded: {trusted}"
    );
    let waiting = elsewhere(&["approvals", "list", "--ca", &ca]).expect("list");
    assert!(waiting.contains("nothing waits"), "{waiting}");
    let said = elsewhere(&["verify", "--ca", &ca]).expect("verify");
    assert!(!said.is_empty());

    let stranger = elsewhere(&["sql", "select 1"]).expect_err("unknown authority");
    assert!(stranger.contains("--ca"), "{stranger}");
    let missing = elsewhere(&["sql", "select 1", "--ca", "/nowhere.pem"]).expect_err("no file");
    assert!(missing.contains("/nowhere.pem"), "{missing}");
    let other = tempfile::tempdir().expect("folder");
    certify(other.path());
    let other = other.path().join("ca.pem").display().to_string();
    assert!(elsewhere(&["sql", "select 1", "--ca", &other]).is_err());
    let plain = format!("http://localhost:{}", firn.api);
    let plain = ask(
        &firn.config,
        &["sql", "select 1", "--api", &plain, "--token", &auditor],
    );
    assert!(plain.is_err(), "plain HTTP was served: {plain:?}");
}

#[test]
fn a_certificate_is_replaced_while_firn_runs_and_a_bad_one_never_replaces_a_good_one() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    certify(scratch.path());
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.query = r#"tls = { cert = "server.pem", key = "server.key" }"#.to_owned();
    let firn = setup.start("up", "firn");
    let (ca, before) = (
        scratch.path().join("ca.pem"),
        scratch.path().join("before.pem"),
    );
    std::fs::copy(&ca, &before).expect("copied");
    let auditor = token(identity, "ada", &["auditors"]);
    let api = format!("https://localhost:{}", firn.api);
    let answers = |authority: &Path| {
        let ca = authority.display().to_string();
        let asked = [
            "sql", "select 1", "--api", &api, "--token", &auditor, "--ca", &ca,
        ];
        ask(&firn.config, &asked).is_ok()
    };
    assert!(answers(&before));
    certify(scratch.path());
    hang_up(&firn);
    until("the new certificate is not served", || {
        answers(&ca).then_some(())
    });
    assert!(!answers(&before), "the old one is served no more");
    // Its own commands on this machine go on.
    firn.sql("select 1 as one");

    std::fs::write(scratch.path().join("server.pem"), "no certificate").expect("file");
    hang_up(&firn);
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(answers(&ca), "a bad file took the good certificate's place");
    firn.sql("select 1 as one");
}

#[test]
fn nothing_is_served_or_sent_in_clear_beyond_this_machine() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let setup = Setup::new(scratch.path(), &upstream, identity);
    let (gateway, api) = (free_port(), free_port());
    let config = setup.config("firn", gateway, api);
    let good = std::fs::read_to_string(&config).expect("configuration");
    for (port, section) in [(gateway, "[gateway]"), (api, "[query]")] {
        let open = good.replace(&format!("127.0.0.1:{port}"), &format!("0.0.0.0:{port}"));
        std::fs::write(&config, open).expect("configuration");
        for role in ["up", "gateway", "query", "check"] {
            let refused = ask(&config, &[role]).expect_err("refused");
            let line = good
                .lines()
                .position(|line| line.contains(&port.to_string()));
            let place = format!("firn.toml:{}", line.expect("line") + 1);
            for said in [section, "danger_plain_http", "tls", &place] {
                assert!(refused.contains(said), "{role} {section} {said}: {refused}");
            }
        }
    }
    std::fs::write(&config, good).expect("configuration");
    let sent = ask(
        &config,
        &[
            "sql",
            "select 1",
            "--api",
            "http://192.0.2.1:8086",
            "--token",
            "secret",
        ],
    );
    let sent = sent.expect_err("refused");
    assert!(
        sent.contains("in clear") && !sent.contains("secret"),
        "{sent}"
    );
}
