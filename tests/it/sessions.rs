//! Sessions of every driver: what it asks, what it gets, what is recorded.

use serde_json::{Value, json};

use crate::drivers::Driver;
use crate::running::{Setup, script};
use crate::world::{executed, identity, token, upstream};

pub fn steps() -> Value {
    json!([
        {"sql": "select 1 as a"},
        {"sql": "create or replace table notes (id int, v varchar)"},
        {"sql": "insert into notes values (1, 'plain'), (2, 'write to marta@example.com')"},
        {"sql": "select id, v from notes order by id"},
        {"sql": "select ? as a, ? as b", "binds": [7, "x"]},
        {"sql": "select nope from notes"},
        {"sql": "drop table notes"},
        {"sql": "select id, email, ssn, note from made_up /* upstream: rows=300 chunks=2 */"},
    ])
}

/// A cell as text, whatever type the driver made of it.
pub fn text(cell: &Value) -> String {
    cell.as_str()
        .map_or_else(|| cell.to_string(), str::to_owned)
}

fn check(driver: Driver, lines: &[Value]) {
    let step = |number: usize| {
        lines
            .iter()
            .find(|line| line["step"] == number)
            .unwrap_or_else(|| panic!("{driver:?} has no step {number}: {lines:?}"))
    };
    assert_eq!(lines[0]["ok"], true, "{driver:?} login: {}", lines[0]);
    for number in [0, 1, 2, 3, 4, 7] {
        assert_eq!(
            step(number)["ok"],
            true,
            "{driver:?} step {number}: {}",
            step(number)
        );
    }
    assert_eq!(text(&step(0)["rows"][0][0]), "1", "{driver:?}");
    assert_eq!(text(&step(3)["rows"][0][1]), "plain", "{driver:?}");
    let note = text(&step(3)["rows"][1][1]);
    assert!(
        !note.contains("marta@example.com") && note.contains("write to"),
        "{driver:?}: {note}"
    );
    assert_eq!(
        (text(&step(4)["rows"][0][0]), text(&step(4)["rows"][0][1])),
        ("7".to_owned(), "x".to_owned()),
        "{driver:?}"
    );
    let wrong = &step(5)["error"];
    assert!(
        text(&wrong["message"]).to_lowercase().contains("nope"),
        "{driver:?}: {wrong}"
    );
    let refused = &step(6)["error"];
    assert!(
        text(&refused["message"]).contains("nothing is dropped here"),
        "{driver:?}: {refused}"
    );
    assert_eq!(
        text(&refused["code"]).trim_start_matches('0'),
        "3001",
        "{driver:?}: {refused}"
    );
    let rows = step(7)["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 300, "{driver:?}");
    for (number, row) in rows.iter().enumerate() {
        assert_eq!(
            text(&row[0]),
            number.to_string(),
            "{driver:?}: rows in order"
        );
        assert!(
            !text(&row[1]).contains(&format!("person{number}@")),
            "{driver:?}: {row}"
        );
        assert!(
            !text(&row[2]).starts_with(&format!("{:03}-", 1 + number % 665)),
            "{driver:?}: {row}"
        );
        assert!(text(&row[3]).starts_with("row"), "{driver:?}: {row}");
    }
    assert_eq!(
        lines.last().map(|line| &line["step"]),
        Some(&json!("close")),
        "{driver:?}"
    );
}

#[test]
fn every_driver_works_unchanged_and_sees_nothing_sensitive() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let firn = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let bearer = token(identity, "agent-7", &["agents"]);
    for driver in Driver::ALL {
        let lines = driver.run(&script(firn.gateway, &bearer, steps()), scratch.path());
        check(driver, &lines);
    }
    let dropped = executed(&upstream)
        .iter()
        .filter(|statement| text(&statement["sql"]).starts_with("drop"))
        .count();
    assert_eq!(dropped, 0, "a refused statement reached the upstream");
    let sessions = firn.sql("select session_id from sessions");
    assert_eq!(
        sessions.len(),
        Driver::ALL.len(),
        "one session a driver: {sessions:?}"
    );
    let denied = firn.sql("select principal from statements where verdict = 'deny'");
    assert_eq!(denied.len(), Driver::ALL.len(), "{denied:?}");
    firn.verified();
}

/// The demo's tables, straight into the upstream.
pub fn seed(upstream: &crate::world::Server) {
    run_past_gateways(upstream, &crate::world::root().join("deploy/demo/seed.sql"));
}

/// Statements that reach the account past every gateway.
pub fn told(upstream: &crate::world::Server, scratch: &std::path::Path, statements: &str) {
    let file = scratch.join("past-gateways.sql");
    std::fs::write(&file, statements).expect("writes");
    run_past_gateways(upstream, &file);
}

fn run_past_gateways(upstream: &crate::world::Server, file: &std::path::Path) {
    let status = std::process::Command::new("curl")
        .args(["-fsS", "--max-time", "120", "--data-binary"])
        .arg(format!("@{}", file.display()))
        .args(["-o", "/dev/null"])
        .arg(format!("{}/_test/told", upstream.url()))
        .status()
        .expect("curl");
    assert!(status.success(), "{} failed", file.display());
}
