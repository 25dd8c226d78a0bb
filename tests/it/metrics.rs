//! What operators see: metrics as Prometheus reads them, and probes, of every role.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::drivers::Driver;
use crate::export::receivers::Journal;
use crate::export::{configuration, role};
use crate::running::{Firn, Setup, script};
use crate::sessions::seed;
use crate::world::{dev_dir, free_port, http_get, identity, root, token, upstream};

/// Metrics of the process whose telemetry listens on `port`, as the real parser reads them.
fn read(port: u16) -> Value {
    let text = http_get(&format!("http://127.0.0.1:{port}/metrics")).expect("metrics");
    let mut parser = Command::new(dev_dir().join("prometheus/bin/python"))
        .arg(root().join("tests/metrics.py"))
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the parser; `make test` installs what it needs");
    let mut input = parser.stdin.take().expect("input");
    input.write_all(text.as_bytes()).expect("input");
    drop(input);
    let output = parser.wait_with_output().expect("parser");
    assert!(
        output.status.success(),
        "{}\n{text}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The value of one sample whose labels hold `labels`.
fn value(families: &Value, sample: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let families = families.as_object().expect("families").values();
    let mut samples = families.flat_map(|family| family["samples"].as_array().expect("samples"));
    let found = samples
        .find(|one| one[0] == sample && labels.iter().all(|(name, value)| one[1][*name] == *value));
    found.and_then(|one| one[2].as_f64())
}

/// Waits until `what` holds of the metrics.
fn until(port: u16, what: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let families = read(port);
        if what(&families) {
            return families;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{families:#}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Names and types of the golden list.
fn golden() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(root().join("src/telemetry/metrics.golden"));
    let text = text.expect("golden list");
    let lines = text.lines().map(|line| {
        let mut words = line.split(' ').map(str::to_owned);
        (words.next().expect("name"), words.next().expect("type"))
    });
    lines.collect()
}

/// Everything `families` has stands in the golden list with its type, and `prefixes` are there.
fn as_listed(families: &Value, prefixes: &[&str]) {
    let golden = golden();
    let families = families.as_object().expect("families");
    for (name, family) in families {
        let kind = family["type"].as_str().expect("type");
        let full = if kind == "counter" {
            format!("{name}_total")
        } else {
            name.clone()
        };
        assert!(
            golden.contains(&(full.clone(), kind.to_owned())),
            "{full} {kind} is not in the golden list"
        );
    }
    for prefix in prefixes {
        let listed = golden.iter().filter(|(name, _)| name.starts_with(prefix));
        for (name, kind) in listed {
            let family = match kind.as_str() {
                "counter" => name.trim_end_matches("_total"),
                _ => name,
            };
            assert!(families.contains_key(family), "{name} is missing");
        }
    }
}

fn start(setup: &Setup<'_>, role: &str) -> (Firn, u16) {
    let port = free_port();
    let firn = setup.start_with(role, role, |command| {
        command.env("FIRN_TELEMETRY", format!("127.0.0.1:{port}"));
    });
    (firn, port)
}

#[test]
fn every_role_has_metrics_and_probes_and_serves_nothing_else_there() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let setup = Setup::new(scratch.path(), &upstream, identity);
    let journal = ["firn_journal_", "firn_events_failed"].as_slice();
    let gateway = [
        "firn_statement_",
        "firn_statements_total",
        "firn_result_",
        "firn_holds_",
    ];
    for (role, own) in [
        (
            "up",
            [journal, &gateway, &["firn_query_", "firn_recorder_commit"]].concat(),
        ),
        ("gateway", [journal, &gateway].concat()),
        (
            "recorder",
            vec![
                "firn_recorder_commit",
                "firn_recorder_events",
                "firn_recorder_quarantined",
            ],
        ),
        (
            "query",
            [journal, &["firn_query_", "firn_queries_"]].concat(),
        ),
    ] {
        let (firn, port) = start(&setup, role);
        let families = read(port);
        as_listed(&families, &own);
        let build = [("role", role), ("version", env!("CARGO_PKG_VERSION"))];
        assert_eq!(value(&families, "firn_build_info", &build), Some(1.0));
        let at = |path: &str| http_get(&format!("http://127.0.0.1:{port}{path}"));
        assert_eq!(at("/livez").as_deref(), Some("alive\n"), "{role}");
        assert_eq!(at("/readyz").as_deref(), Some("ready\n"), "{role}");
        for path in [
            "/",
            "/healthz",
            "/api/sessions",
            "/api/sql",
            "/session/v1/login-request",
        ] {
            assert_eq!(at(path), None, "{role} serves {path} to whoever comes");
        }
        assert!(firn.stop().contains("stopped in order"), "{role}");
    }
}

#[test]
fn an_exporter_says_how_its_sinks_stand() {
    let scratch = tempfile::tempdir().expect("folder");
    let journal = Journal::new("metrics");
    journal.hold(&history::events());
    let sink = "[[export.sink]]\nname = 'files'\nformat = 'ocsf'\nto.file.folder = 'lines'\n";
    let config = configuration(scratch.path(), &journal, sink);
    let exporter = role("export", &config, scratch.path());
    let files = [("sink", "files")];
    let families = until(exporter.port, |families| {
        value(families, "firn_export_up", &files) == Some(1.0)
    });
    as_listed(&families, &[]);
    let build = [("role", "export"), ("version", env!("CARGO_PKG_VERSION"))];
    assert_eq!(value(&families, "firn_build_info", &build), Some(1.0));
    let at = |path: &str| http_get(&format!("http://127.0.0.1:{}{path}", exporter.port));
    assert_eq!(at("/livez").as_deref(), Some("alive\n"));
    assert_eq!(at("/readyz").as_deref(), Some("ready\n"));
    assert_eq!(at("/api/sql"), None);
}

/// The status of `GET path` at the API with `token`.
fn status(firn: &Firn, path: &str, token: Option<&str>) -> String {
    let mut curl = Command::new("curl");
    curl.args(["-s", "-o", "/dev/null", "-w", "%{http_code}"]);
    if let Some(token) = token {
        curl.args(["-H", &format!("authorization: Bearer {token}")]);
    }
    let output = curl
        .arg(format!("http://127.0.0.1:{}{path}", firn.api))
        .output()
        .expect("curl");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_api_tells_anybody_that_it_lives_and_operators_the_rest() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.query = r#"operators = ["ops"]"#.to_owned();
    let firn = setup.start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    let operator = token(identity, "otto", &["ops"]);
    for path in ["/livez", "/readyz"] {
        assert_eq!(status(&firn, path, None), "200", "{path}");
    }
    for (who, token, expected) in [
        ("nobody", None, "401"),
        ("an agent", Some(&agent), "403"),
        ("an operator", Some(&operator), "200"),
    ] {
        let got = status(&firn, "/metrics", token.map(String::as_str));
        assert_eq!(got, expected, "{who}");
    }
}

#[test]
fn metrics_say_what_the_record_says() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let setup = Setup::new(scratch.path(), &upstream, identity);
    let (firn, port) = start(&setup, "up");
    let bearer = token(identity, "agent-7", &["agents"]);
    let steps = json!([
        {"sql": "select 1 as a"},
        {"sql": "select email, ssn from customers order by id"},
        {"sql": "drop table customers"},
        {"sql": "select to_number('x')"},
    ]);
    Driver::Python4.run(&script(firn.gateway, &bearer, steps), scratch.path());
    let held = json!([{"sql": "update customers set zip = '1' where id = 1", "cancel_after_s": 6}]);
    let waiting = Driver::Python4.start(&script(firn.gateway, &bearer, held), scratch.path());
    until(port, |seen| {
        value(seen, "firn_holds_waiting", &[]) == Some(1.0)
    });
    waiting.finish();

    let verdicts = firn.sql("select verdict, count(*) as n from statements group by verdict");
    assert!(verdicts.len() >= 4, "{verdicts:?}");
    // What was recorded is archived by now or soon, and nothing is left to do.
    let seen = until(port, |seen| {
        let partitions = seen["firn_recorder_lag_events"]["samples"].as_array();
        let lags = partitions.into_iter().flatten().map(|one| one[2].as_f64());
        value(seen, "firn_holds_waiting", &[]) == Some(0.0)
            && value(seen, "firn_recorder_events_total", &[]) > Some(10.0)
            && lags.sum::<Option<f64>>() == Some(0.0)
    });
    for row in &verdicts {
        let verdict = row["verdict"].as_str().expect("verdict");
        let counted = value(&seen, "firn_statements_total", &[("verdict", verdict)]);
        assert_eq!(counted, row["n"].as_f64(), "{verdict}");
    }
    let totals = "select sum(rows)::bigint as r, sum(masked_cells)::bigint as m from statements";
    let totals = &firn.sql(totals)[0];
    for (name, column) in [
        ("firn_result_rows_total", "r"),
        ("firn_result_masked_cells_total", "m"),
    ] {
        assert_eq!(value(&seen, name, &[]), totals[column].as_f64(), "{name}");
    }
    for (name, least) in [
        ("firn_statement_decision_seconds_count", 5.0),
        ("firn_statement_added_seconds_count", 2.0),
        ("firn_statement_upstream_seconds_count", 2.0),
        ("firn_journal_append_seconds_count", 10.0),
        ("firn_recorder_commits_total", 1.0),
        ("firn_query_rows_total", 4.0),
        ("firn_query_bytes_total", 1.0),
    ] {
        assert!(value(&seen, name, &[]) >= Some(least), "{name}: {seen:#}");
    }
    assert_eq!(value(&seen, "firn_journal_degraded", &[]), Some(0.0));
    assert_eq!(
        value(&seen, "firn_recorder_quarantined_total", &[]),
        Some(0.0)
    );
    firn.stop();
}
