//! What is recorded of results in chunks: once, though drivers fetched some twice; and only as much as the connection says.

use serde_json::{Value, json};

use crate::drivers::Driver;
use crate::running::{Firn, Setup, script};
use crate::world::{identity, token, upstream};

const ROWS: usize = 300;

/// 503 is what every driver retries; a transfer that breaks off half way is known to be retried by the Python connector.
fn steps(driver: Driver) -> Value {
    let select = |fault: &str| {
        let sql = format!(
            "select id, email, ssn, note from made_up /* upstream: rows={ROWS} chunks=3 {fault} chunk_times=1 */"
        );
        json!({ "sql": sql })
    };
    match driver {
        Driver::Python4 => json!([select("chunk_status=503"), select("chunk_status=200")]),
        _ => json!([select("chunk_status=503")]),
    }
}

#[test]
fn a_chunk_that_was_fetched_again_counts_once() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let firn = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let bearer = token(identity, "agent-7", &["agents"]);
    let mut asked = 0;
    let drivers = [Driver::Python4, Driver::Python5, Driver::Adbc, Driver::Node];
    let running = drivers.map(|driver| {
        let steps = steps(driver);
        asked += steps.as_array().map_or(0, Vec::len);
        let asked = script(firn.gateway, &bearer, steps);
        (driver, driver.start(&asked, scratch.path()))
    });
    for (driver, running) in running {
        let lines = running.finish();
        for line in &lines {
            assert_eq!(line["ok"], true, "{driver:?}: {line}");
            if let Some(rows) = line["rows"].as_array() {
                assert_eq!(rows.len(), ROWS, "{driver:?}");
            }
        }
    }
    let failed = firn.sql("select count(*) as n from events where kind = 'statement.failed'");
    assert!(
        failed[0]["n"].as_u64() >= Some(3),
        "nothing failed: {failed:?}"
    );
    let statements = firn.sql(
        "select statement_id, outcome, rows, error_code from statements where text like '%made_up%'",
    );
    assert_eq!(statements.len(), asked, "{statements:?}");
    for statement in &statements {
        assert_eq!(statement["outcome"], "succeeded", "{statement}");
        assert_eq!(statement["rows"], ROWS, "{statement}");
        assert_eq!(statement["error_code"], Value::Null, "{statement}");
        shown_once(&firn, statement["statement_id"].as_str().expect("an id"));
    }
    let used = firn.sql("select distinct rows from accesses");
    assert_eq!(used, [json!({ "rows": ROWS })]);
    replayed_once(&firn);
    firn.verified();
}

fn shown_once(firn: &Firn, statement: &str) {
    let sql =
        format!("select count(*) as n, count(distinct \"ID\") as ids from result('{statement}')");
    assert_eq!(
        firn.sql(&sql),
        [json!({ "n": ROWS, "ids": ROWS })],
        "{statement}"
    );
}

fn replayed_once(firn: &Firn) {
    for session in firn.sql("select session_id, rows, failed, statements from sessions") {
        let statements = session["statements"].as_u64().expect("a number");
        assert_eq!(session["failed"], 0, "{session}");
        assert_eq!(
            session["rows"],
            json!(statements * ROWS as u64),
            "{session}"
        );
        let id = session["session_id"].as_str().expect("an id");
        let timeline = firn.ask(&["replay", id, "--json"]).expect("replay");
        let timeline: Value = serde_json::from_str(&timeline).expect("a timeline");
        assert_eq!(timeline["totals"]["rows"], session["rows"], "{timeline}");
        assert_eq!(timeline["totals"]["failed"], 0, "{timeline}");
    }
}

#[test]
fn what_the_record_leaves_out_is_said_and_the_driver_gets_all() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.connection = "record_rows = 100".to_owned();
    let firn = setup.start("up", "firn");
    let bearer = token(identity, "agent-7", &["agents"]);
    let sql =
        format!("select id, email, ssn, note from made_up /* upstream: rows={ROWS} chunks=3 */");
    for driver in [Driver::Python4, Driver::Node] {
        let steps = json!([{ "sql": sql }]);
        let lines = driver.run(&script(firn.gateway, &bearer, steps), scratch.path());
        assert_eq!(
            lines[1]["rows"].as_array().map(Vec::len),
            Some(ROWS),
            "{driver:?}"
        );
    }
    let statements = firn.sql("select statement_id, session_id, rows from statements");
    assert_eq!(statements.len(), 2, "{statements:?}");
    for statement in statements {
        assert_eq!(statement["rows"], ROWS, "delivered: {statement}");
        let id = statement["statement_id"].as_str().expect("an id");
        let shown = firn.ask(&[
            "sql",
            &format!("select max(\"ID\") as last, count(*) as n from result('{id}')"),
        ]);
        let shown = shown.expect("a table");
        assert!(shown.contains("99") && shown.contains("100"), "{shown}");
        let notice = format!("200 of {ROWS} delivered rows");
        assert!(
            shown.contains(&notice) && shown.contains("digests only"),
            "{shown}"
        );
        let session = statement["session_id"].as_str().expect("an id");
        let told = firn.ask(&["replay", session]).expect("replay");
        assert!(told.contains("policy keeps the digest only"), "{told}");
    }
    firn.verified();
}
