//! The doors beside the drivers': Snowflake's SQL API and MCP, by clients as they are.

use std::process::Command;

use serde_json::{Value, json};

use crate::drivers::Driver;
use crate::holds::{approvals, held};
use crate::running::{Setup, script};
use crate::sessions::seed;
use crate::world::{dev_dir, executed, http_get, identity, token, upstream};

/// MCP has no place where a session stands: tables have their whole names.
pub const UPDATE: &str = "update shop.public.orders set status = 'refunded' where id = 2";

fn steps() -> Value {
    json!([
        {"sql": "select 1 as a"},
        {"sql": "select ? as a, ? as b", "binds": [7, "x"]},
        {"sql": "drop table shop.public.orders"},
        {"sql": "select id, email, ssn, note from shop.public.made_up /* upstream: rows=300 chunks=2 */"},
        {"sql": "select nope from shop.public.orders"},
        {"sql": "select 2 as b /* upstream: busy=3 */"},
    ])
}

/// A cell as text, whatever type the client made of it.
pub fn text(cell: &Value) -> String {
    cell.as_str()
        .map_or_else(|| cell.to_string(), str::to_owned)
}

fn check(driver: Driver, lines: &[Value]) {
    let step = |number: usize| {
        let found = lines.iter().find(|line| line["step"] == number);
        found.unwrap_or_else(|| panic!("{driver:?} has no step {number}: {lines:?}"))
    };
    assert_eq!(lines[0]["ok"], true, "{driver:?} login: {}", lines[0]);
    assert_eq!(text(&step(0)["rows"][0][0]), "1", "{driver:?}: {}", step(0));
    let bound: Vec<String> = step(1)["rows"][0]
        .as_array()
        .into_iter()
        .flatten()
        .map(text)
        .collect();
    assert_eq!(bound, ["7", "x"], "{driver:?}");
    let refused = &step(2)["error"];
    assert!(
        text(&refused["message"]).contains("nothing is dropped here"),
        "{driver:?}: {refused}"
    );
    assert_eq!(refused["code"], "003001", "{driver:?}");
    let rows = step(3)["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 300, "{driver:?}: {}", step(3));
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
    }
    let wrong = &step(4)["error"];
    assert!(
        text(&wrong["message"]).to_lowercase().contains("nope"),
        "{driver:?}: {wrong}"
    );
    assert_eq!(text(&step(5)["rows"][0][0]), "2", "{driver:?}: {}", step(5));
    let closed = lines.last().map(|line| &line["step"]);
    assert_eq!(closed, Some(&json!("close")), "{driver:?}");
}

#[test]
fn clients_without_a_driver_work_unchanged_and_see_nothing_sensitive() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let firn = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    let olga = token(identity, "olga", &["data-oncall"]);
    let running = Driver::OTHERS.map(|driver| {
        let asked = script(firn.gateway, &agent, steps());
        (driver, driver.start(&asked, scratch.path()))
    });
    for (driver, running) in running {
        check(driver, &running.finish());
    }
    let waiting = Driver::OTHERS.map(|driver| {
        let asked = script(firn.gateway, &agent, json!([{"sql": UPDATE}]));
        (driver, driver.start(&asked, scratch.path()))
    });
    let ids = held(&firn, &olga, waiting.len());
    // Long enough that a client that can be told is told how it stands.
    std::thread::sleep(std::time::Duration::from_secs(7));
    assert_eq!(updates(&upstream), 0, "it ran before anybody agreed");
    for id in &ids {
        approvals(&firn, &olga, &["grant", id, "--note", "ticket 4711"]).expect("grant");
    }
    for (driver, running) in waiting {
        let lines = running.finish();
        assert_eq!(lines[1]["ok"], true, "{driver:?}: {lines:?}");
        if driver != Driver::SqlApi {
            let heard = lines[1]["heard"].to_string();
            assert!(
                heard.contains("approval by data-oncall"),
                "{driver:?}: {heard}"
            );
        }
    }
    assert_eq!(updates(&upstream), ids.len(), "each ran once");
    let dropped = executed(&upstream);
    let dropped = dropped
        .iter()
        .filter(|one| text(&one["sql"]).starts_with("drop"));
    assert_eq!(
        dropped.count(),
        0,
        "a refused statement reached the upstream"
    );
    let said =
        firn.sql("select distinct agent_application as a from events where kind = 'session.opened' order by 1");
    assert!(said.len() >= 3, "{said:?}");
    let named = firn.sql("select count(*) as n from statements where verdict = 'deny'");
    assert_eq!(named[0]["n"], 3, "{named:?}");
    firn.verified();
}

pub fn updates(upstream: &crate::world::Server) -> usize {
    let all = executed(upstream);
    all.iter().filter(|one| one["sql"] == UPDATE).count()
}

#[test]
fn snowflakes_own_object_api_is_refused_with_a_reason_and_mcp_says_who_issues_tokens() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let firn = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    let program = "import sys, snowflake.connector\nfrom snowflake.core import Root\n\
        c = snowflake.connector.connect(account='firn', host='127.0.0.1', port=int(sys.argv[1]), protocol='http', user='agent', authenticator='oauth', token=sys.argv[2])\n\
        try:\n    print(list(Root(c).databases.iter()))\nexcept Exception as e:\n    print('REFUSED', e)\n";
    let output = Command::new(dev_dir().join("core/bin/python"))
        .args(["-c", program, &firn.gateway.to_string(), &agent])
        .env("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
        .output()
        .expect("python");
    let said = String::from_utf8_lossy(&output.stdout);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("REFUSED") && said.contains("only /api/v2/statements is served"),
        "{said}{wrong}"
    );
    let place = "/.well-known/oauth-protected-resource/mcp";
    let metadata =
        http_get(&format!("http://127.0.0.1:{}{place}", firn.gateway)).expect("metadata");
    let metadata: Value = serde_json::from_str(&metadata).expect("json");
    assert_eq!(metadata["authorization_servers"], json!([identity.url()]));
}
