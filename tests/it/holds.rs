//! Held statements: the ordinary driver waits in place until people answer, whichever gateway it reaches.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::balancer::Balancer;
use crate::described::holds;
use crate::drivers::Driver;
use crate::running::{Firn, Setup, script};
use crate::sessions::seed;
use crate::world::{self, Server, dev_dir, executed, free_port, identity, root, token, upstream};

pub const UPDATE: &str = "update orders set status = 'refunded' where id = 2";

/// Waits until something is held, and names it.
pub fn held(firn: &Firn, approver: &str, count: usize) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let told = waiting(firn, approver);
        let ids: Vec<String> = told["approvals"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one["statement_id"].as_str().map(str::to_owned))
            .collect();
        if ids.len() >= count {
            holds("get", "/api/approvals", &told);
            return ids;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "only {ids:?} are held"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// What the API says that waits; nothing where it does not answer. Asked over and over, which a command costs more for.
fn waiting(firn: &Firn, approver: &str) -> Value {
    let output = Command::new("curl")
        .args(["-fsS", "--max-time", "30"])
        .args(["-H", &format!("authorization: Bearer {approver}")])
        .arg(format!("http://127.0.0.1:{}/api/approvals", firn.api))
        .output()
        .expect("curl");
    serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
}

pub fn approvals(firn: &Firn, approver: &str, arguments: &[&str]) -> Result<String, String> {
    let api = format!("http://127.0.0.1:{}", firn.api);
    let mut all = vec!["approvals", "--api", &api, "--token", approver];
    all.extend_from_slice(arguments);
    firn.ask(&all)
}

fn updates(upstream: &crate::world::Server) -> usize {
    executed(upstream)
        .iter()
        .filter(|statement| statement["sql"] == UPDATE)
        .count()
}

#[test]
fn a_held_update_waits_in_every_driver_and_runs_once_when_granted() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let firn = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    let olga = token(identity, "olga", &["data-oncall"]);
    for (before, driver) in Driver::ALL.into_iter().enumerate() {
        let running = driver.start(
            &script(firn.gateway, &agent, json!([{"sql": UPDATE}])),
            scratch.path(),
        );
        let waiting = held(&firn, &olga, 1);
        assert_eq!(
            updates(&upstream),
            before,
            "{driver:?}: it ran before anybody agreed"
        );
        let own = approvals(&firn, &agent, &["grant", &waiting[0]]);
        assert!(
            own.is_err(),
            "{driver:?}: the agent granted its own statement"
        );
        approvals(
            &firn,
            &olga,
            &["grant", &waiting[0], "--note", "ticket 4711"],
        )
        .expect("grant");
        let granted = Instant::now();
        let lines = running.finish();
        // A figure for whoever runs it with --nocapture.
        println!(
            "{driver:?}: answered, logged out and gone {} ms after the grant",
            granted.elapsed().as_millis()
        );
        assert_eq!(lines[1]["ok"], true, "{driver:?}: {lines:?}");
        assert_eq!(updates(&upstream), before + 1, "{driver:?}: it ran once");
    }
}

#[test]
fn a_denial_an_abort_and_a_grant_reach_the_driver() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let firn = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    let olga = token(identity, "olga", &["data-oncall"]);
    for driver in [Driver::Python4, Driver::Node, Driver::Jdbc] {
        let running = driver.start(
            &script(firn.gateway, &agent, json!([{"sql": UPDATE}])),
            scratch.path(),
        );
        let waiting = held(&firn, &olga, 1);
        approvals(
            &firn,
            &olga,
            &["deny", &waiting[0], "--note", "not at night"],
        )
        .expect("deny");
        let lines = running.finish();
        let message = lines[1]["error"]["message"].as_str().unwrap_or_default();
        assert!(
            message.contains("olga") && message.contains("not at night"),
            "{driver:?}: {lines:?}"
        );
        let running = driver.start(
            &script(
                firn.gateway,
                &agent,
                json!([{"sql": UPDATE, "cancel_after_s": 3}]),
            ),
            scratch.path(),
        );
        held(&firn, &olga, 1);
        let lines = running.finish();
        assert_eq!(lines[1]["error"]["state"], "57014", "{driver:?}: {lines:?}");
        let begun = Instant::now();
        while !approvals(&firn, &olga, &["list", "--json"])
            .expect("list")
            .trim()
            .is_empty()
        {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "{driver:?}: an aborted statement still waits"
            );
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    assert_eq!(updates(&upstream), 0, "nothing ran");
}

#[test]
fn two_gateways_behind_a_balancer_hold_one_statement_and_run_it_once() {
    let Ok(brokers) = std::env::var("FIRN_KAFKA") else {
        panic!("FIRN_KAFKA is not set; run this through `make test`");
    };
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.journal = format!(
        r#"{{ kind = "kafka", brokers = "{brokers}", events_topic = "balanced.events", control_topic = "balanced.control" }}"#
    );
    setup.archive = Some(format!(
        r#"{{ url = "{}/archive" }}"#,
        scratch.path().display()
    ));
    let receiver = Receiver::start(scratch.path());
    setup.telemetry = receiver.configuration();
    let secret = |command: &mut Command| {
        command.env("FIRN_WEBHOOK_SECRET", WEBHOOK_SECRET);
    };
    let (first, second) = (
        setup.start_with("up", "first", secret),
        setup.start_with("gateway", "second", secret),
    );
    let balancer = Balancer::over(&[first.gateway, second.gateway]);
    let agent = token(identity, "agent-7", &["agents"]);
    let olga = token(identity, "olga", &["data-oncall"]);
    let steps = json!([
        {"sql": "select id, email from customers order by id"},
        {"sql": "select * from table(result_scan(last_query_id()))"},
        {"sql": UPDATE},
        {"sql": "select id, email, ssn, note from made_up /* upstream: rows=600 chunks=4 */"},
    ]);
    for (before, driver) in [Driver::Python4, Driver::Python5, Driver::Node]
        .into_iter()
        .enumerate()
    {
        let running = driver.start(
            &script(balancer.address.port(), &agent, steps.clone()),
            scratch.path(),
        );
        let waiting = held(&second, &olga, 1);
        let answering = if before % 2 == 0 { &first } else { &second };
        approvals(answering, &olga, &["grant", &waiting[0], "--note", "fine"]).expect("grant");
        let lines = running.finish();
        for line in &lines {
            assert_eq!(line["ok"], true, "{driver:?}: {line}");
        }
        // What ran on one gateway is scanned on the other, under its own masks.
        let masked = lines[1]["rows"].to_string();
        assert!(masked.contains('@'), "{driver:?}: {masked}");
        assert_eq!(lines[2]["rows"], lines[1]["rows"], "{driver:?}");
        assert_eq!(
            lines[4]["rows"].as_array().map(Vec::len),
            Some(600),
            "{driver:?}"
        );
        assert_eq!(updates(&upstream), before + 1, "{driver:?}: it ran once");
    }
    let served = balancer.served();
    assert!(
        served.iter().all(|&count| count > 5),
        "both gateways served: {served:?}"
    );
    let claims = first.sql("select count(*) as n from events where kind = 'statement.claimed'");
    assert!(claims[0]["n"].as_u64() >= Some(3), "{claims:?}");
    let report: Value =
        serde_json::from_str(&first.ask(&["verify", "--json"]).expect("verify")).expect("report");
    assert_eq!(report["integrity"], true, "{report}");
    receiver.was_told_once_of_each(3);
}

/// As Standard Webhooks writes it.
const WEBHOOK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A receiver of webhooks that reads signatures by the reference library.
struct Receiver {
    server: Server,
    heard: PathBuf,
}

impl Receiver {
    fn start(scratch: &Path) -> Self {
        let (port, heard) = (free_port(), scratch.join("webhooks.jsonl"));
        let mut command = Command::new(dev_dir().join("export/bin/python"));
        command
            .arg(root().join("tests/webhook/receiver.py"))
            .args([&port.to_string(), WEBHOOK_SECRET])
            .arg(&heard);
        let log = scratch.join("webhooks.log");
        let server = world::start(command, port, &log, "/");
        Self { server, heard }
    }

    fn configuration(&self) -> String {
        format!(
            "\n[[approvals.webhook]]\nurl = \"{}/hook\"\nformat = \"json\"\nsecret = {{ env = \"FIRN_WEBHOOK_SECRET\" }}\n",
            self.server.url()
        )
    }

    /// Of each of `statements` it heard that it waits, that it was granted and that it ran: from one gateway, whichever, and again only
    /// where it had refused.
    fn was_told_once_of_each(&self, statements: usize) {
        let heard = || -> Vec<Value> {
            let text = std::fs::read_to_string(&self.heard).unwrap_or_default();
            let lines = text
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok());
            lines.collect()
        };
        let begun = Instant::now();
        while taken(&heard()).len() < 3 * statements {
            assert!(begun.elapsed() < Duration::from_secs(30), "{:#?}", heard());
            std::thread::sleep(Duration::from_millis(100));
        }
        let heard = heard();
        assert!(heard.iter().all(|one| one["ok"] == true), "{heard:#?}");
        assert!(
            heard.iter().any(|one| one["refused"] == true),
            "a second try was seen"
        );
        let taken = taken(&heard);
        for occasion in ["held", "granted", "ran"] {
            let of = taken.iter().filter(|(_, one)| one == occasion);
            assert_eq!(of.count(), statements, "{occasion}: {heard:#?}");
        }
    }
}

/// What was taken: statements, each with the occasion. Panics where one was taken twice.
fn taken(heard: &[Value]) -> BTreeSet<(String, String)> {
    let mut taken = BTreeSet::new();
    for one in heard.iter().filter(|one| one["refused"] == false) {
        let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        let fresh = taken.insert((text("statement"), text("occasion")));
        assert!(fresh, "told twice: {heard:#?}");
    }
    taken
}
