//! The journal goes away in the middle: nothing runs unrecorded, agents see an SQL error soon, all recovers.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::drivers::Driver;
use crate::running::{Setup, script};
use crate::sessions::seed;
use crate::world::{executed, free_port, identity, root, token, upstream};

/// Statements before it is known that Kafka is back, more than are asked meanwhile; and from then on.
const BEFORE: u64 = 30;
const AFTER: u64 = 11;
/// How long each of these may be tried again, seconds: agents are told to, and a broker that has just begun may be slow once more.
const WELL_WITHIN_S: u64 = 45;

/// A Kafka of this test's own, which it may stop.
struct OwnKafka {
    child: std::process::Child,
    port: u16,
}

impl OwnKafka {
    fn start(scratch: &std::path::Path, port: u16) -> Self {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(scratch.join("kafka.log"))
            .expect("log");
        let mut command = Command::new(root().join("tests/kafka/start.sh"));
        command
            .arg(scratch.join("kafka"))
            .arg(port.to_string())
            .stdout(log.try_clone().expect("log"))
            .stderr(log);
        let child = command.spawn().expect("kafka");
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "kafka did not get ready"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        Self { child, port }
    }

    fn stop(&mut self) {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        self.child.wait().expect("kafka ended");
    }
}

impl Drop for OwnKafka {
    fn drop(&mut self) {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

#[test]
fn without_kafka_nothing_runs_and_with_it_all_is_well_again() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let mut kafka = OwnKafka::start(scratch.path(), free_port());
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.journal = format!(
        r#"{{ kind = "kafka", brokers = "127.0.0.1:{}" }}"#,
        kafka.port
    );
    let firn = setup.start("up", "firn");
    let bearer = token(identity, "agent-7", &["agents"]);
    // One session over the outage: it must work before, fail cleanly in it, and work after.
    let back = scratch.path().join("kafka-is-back");
    let steps: Vec<_> = (0..BEFORE + AFTER)
        .map(|number| {
            let mut step = json!({"sql": format!("select {number} as n"), "pause_s": 0.5});
            if number == BEFORE {
                step["wait_for"] = json!(back);
            }
            if number >= BEFORE {
                step["until_ok_s"] = json!(WELL_WITHIN_S);
            }
            step
        })
        .collect();
    let running =
        Driver::Python4.start(&script(firn.gateway, &bearer, json!(steps)), scratch.path());
    let begun = Instant::now();
    while executed(&upstream)
        .iter()
        .filter(|statement| {
            statement["sql"]
                .as_str()
                .is_some_and(|sql| sql.starts_with("select"))
        })
        .count()
        < 5
    {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "the session did not begin"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    kafka.stop();
    std::thread::sleep(Duration::from_millis(200));
    let when_stopped = executed(&upstream).len();
    std::thread::sleep(Duration::from_secs(8));
    let meanwhile = executed(&upstream).len();
    let _kafka = OwnKafka::start(scratch.path(), kafka.port);
    std::fs::write(&back, "").expect("a file");
    let lines = running.finish();
    assert_eq!(
        meanwhile, when_stopped,
        "statements reached the upstream unrecorded"
    );
    let failed: Vec<_> = lines.iter().filter(|line| line["ok"] == false).collect();
    assert!(!failed.is_empty(), "the outage was not seen: {lines:?}");
    for line in &failed {
        assert!(
            line["took_s"].as_f64().expect("took") <= 5.0,
            "an agent waited too long: {line}"
        );
        assert!(
            line["error"]["code"].is_number()
                && line["error"]["message"]
                    .as_str()
                    .is_some_and(|text| text.contains("record")),
            "{line}"
        );
    }
    let after = |line: &&serde_json::Value| line["step"].as_u64() >= Some(BEFORE);
    let well = lines.iter().filter(after).filter(|line| line["ok"] == true);
    assert_eq!(
        u64::try_from(well.count()).ok(),
        Some(AFTER),
        "it did not recover: {:?}",
        lines.iter().filter(after).collect::<Vec<_>>()
    );
    firn.verified();
}
