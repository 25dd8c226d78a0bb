//! Gateways are replaced one after the other while agents work: no statement fails, and nothing that waits for people is lost.

use std::time::Duration;

use serde_json::{Value, json};

use crate::balancer::Balancer;
use crate::drivers::Driver;
use crate::holds::{UPDATE, approvals, held};
use crate::running::{Firn, Setup, script};
use crate::sessions::seed;
use crate::world::{executed, identity, token, upstream};

const GATEWAYS: usize = 3;
const DRIVERS: [Driver; 5] = [
    Driver::Python4,
    Driver::Python5,
    Driver::Node,
    Driver::Adbc,
    Driver::Jdbc,
];
/// Statements of each driver; with the pauses they last longer than the replacement of all gateways.
const STATEMENTS: usize = 24;
const PAUSE_S: f64 = 1.0;

/// Masked selects, results in parts, over and over.
fn work() -> Value {
    let steps = (0..STATEMENTS).map(|number| {
        let sql = match number % 4 {
            0 => "select id, email from customers order by id".to_owned(),
            1 => "select id, email, ssn, note from made_up /* upstream: rows=600 chunks=4 */"
                .to_owned(),
            2 => format!("select {number} as n"),
            _ => "select count(*) from orders".to_owned(),
        };
        json!({"sql": sql, "pause_s": PAUSE_S})
    });
    steps.collect()
}

#[test]
fn gateways_are_replaced_under_load_and_no_agent_notices() {
    let brokers = std::env::var("FIRN_KAFKA").expect("FIRN_KAFKA: run this through `make test`");
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.journal = format!(
        r#"{{ kind = "kafka", brokers = "{brokers}", events_topic = "rolling.events", control_topic = "rolling.control" }}"#
    );
    setup.archive = Some(format!(
        r#"{{ url = "{}/archive" }}"#,
        scratch.path().display()
    ));
    setup.telemetry = "drain_delay = '2s'".to_owned();
    // Recorder and API, and a gateway that nobody asks.
    let record = setup.start("up", "record");
    let name = |number: usize| format!("gateway-{number}");
    let mut gateways: Vec<Firn> = (0..GATEWAYS)
        .map(|number| setup.start("gateway", &name(number)))
        .collect();
    let ports: Vec<u16> = gateways.iter().map(|gateway| gateway.gateway).collect();
    let balancer = Balancer::of_connections(&ports);
    let agent = token(identity, "agent-7", &["agents"]);
    let olga = token(identity, "olga", &["data-oncall"]);
    let port = balancer.address.port();

    let asked = script(port, &agent, json!([{"sql": UPDATE}]));
    let patient = Driver::Python4.start(&asked, scratch.path());
    let waiting = held(&record, &olga, 1);
    let mut busy = DRIVERS.map(|driver| {
        let asked = script(port, &agent, work());
        (driver, driver.start(&asked, scratch.path()))
    });
    for number in 0..GATEWAYS {
        std::thread::sleep(Duration::from_secs(2));
        let old = gateways.remove(0);
        gateways.push(setup.replace("gateway", &name(number), old));
    }
    assert!(
        busy.iter_mut().all(|(_, running)| running.goes_on()),
        "all gateways were replaced while every driver worked"
    );
    let still = held(&record, &olga, 1);
    assert_eq!(still, waiting, "the hold outlives the gateway that took it");
    approvals(&record, &olga, &["grant", &waiting[0], "--note", "fine"]).expect("grant");

    let lines = patient.finish();
    assert_eq!(lines[1]["ok"], true, "the held statement: {lines:?}");
    let updates = executed(&upstream);
    let updates = updates.iter().filter(|one| one["sql"] == UPDATE);
    assert_eq!(updates.count(), 1, "it ran once");
    for (driver, running) in busy {
        let lines = running.finish();
        let failed: Vec<&Value> = lines.iter().filter(|line| line["ok"] != true).collect();
        assert!(failed.is_empty(), "{driver:?}: {failed:?}");
        assert_eq!(lines.len(), STATEMENTS + 2, "{driver:?}");
    }
    let served = balancer.served();
    assert!(
        served.iter().all(|&count| count > 0),
        "each gateway served: {served:?}"
    );
    let ended = record.sql(
        "select count(*) as n from statements where verdict = 'allow' and outcome <> 'succeeded'",
    );
    assert_eq!(ended[0]["n"], 0, "{ended:?}");
    record.verified();
}
