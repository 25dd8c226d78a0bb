//! Files through the gateway, by unmodified drivers: PUT, GET, `write_pandas`, ADBC's ingest.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::drivers::Driver;
use crate::running::{Firn, Setup, script};
use crate::sessions::seed;
use crate::world::{Server, http_get, identity, root, token, upstream};

/// Everything is permitted but writing to one table, and files move to and from the stages of one schema.
const RULES: &str = r#"@id("everything")
permit (principal, action, resource);
@id("files")
permit (principal, action in [Action::"upload", Action::"download"], resource in Schema::"SHOP.PUBLIC");
@id("closed")
@reason("this table is closed")
forbid (principal, action == Action::"write", resource == Table::"SHOP.PUBLIC.CLOSED");
"#;
const FILE: &str = "id,email\n1,ann@example.com\n2,bo@example.org\n";

/// A policy folder of these rules.
pub fn policy(scratch: &Path) -> PathBuf {
    let folder = scratch.join("policy");
    std::fs::create_dir(&folder).expect("folder");
    std::fs::write(folder.join("00-files.cedar"), RULES).expect("rules");
    let settings = root().join("tests/policy/firn-policy.toml");
    std::fs::copy(settings, folder.join("firn-policy.toml")).expect("settings");
    folder
}

/// What arrived at the stages of the upstream.
pub fn arrived(upstream: &Server) -> Vec<Value> {
    let text = http_get(&format!("{}/_test/uploads", upstream.url())).expect("uploads");
    serde_json::from_str(&text).expect("JSON")
}

struct World {
    scratch: tempfile::TempDir,
    upstream: Server,
    identity: &'static Server,
    firn: Firn,
}

impl World {
    fn new() -> Self {
        let scratch = tempfile::tempdir().expect("folder");
        let (upstream, identity) = (upstream(scratch.path()), identity());
        seed(&upstream);
        let mut setup = Setup::new(scratch.path(), &upstream, identity);
        setup.policy = policy(scratch.path());
        let firn = setup.start("up", "firn");
        std::fs::write(scratch.path().join("people.csv"), FILE).expect("file");
        Self {
            upstream,
            identity,
            firn,
            scratch,
        }
    }

    fn run(&self, driver: Driver, subject: &str, steps: Value) -> Vec<Value> {
        let agent = token(self.identity, subject, &["agents"]);
        let lines = driver.run(
            &script(self.firn.gateway, &agent, steps),
            self.scratch.path(),
        );
        for line in &lines {
            let asked = || {
                self.firn
                    .sql("select text, verdict from statements order by time")
            };
            assert_eq!(line["ok"], true, "{driver:?}: {line}\n{:#?}", asked());
        }
        lines
    }
}

#[test]
fn every_driver_puts_a_file_and_it_is_recorded() {
    let world = World::new();
    let file = world.scratch.path().join("people.csv");
    for (at, driver) in Driver::ALL.into_iter().enumerate() {
        let subject = format!("agent-{at}");
        let steps = json!([
            {"sql": format!("create or replace stage land_{at}")},
            {"sql": format!("put file://{} @land_{at}", file.display())},
        ]);
        world.run(driver, &subject, steps);
        let uploads = arrived(&world.upstream);
        let own = uploads
            .iter()
            .filter(|one| one["stage"] == format!("LAND_{at}"));
        let own: Vec<&Value> = own.collect();
        assert_eq!(own.len(), 1, "{driver:?}: {uploads:?}");
        let packed = hex::decode(own[0]["hex"].as_str().expect("hex")).expect("hex");
        let plain = gateway::body::gunzip(&packed, 1 << 20).expect("gzip");
        assert_eq!(plain, FILE.as_bytes(), "{driver:?}");
    }
    let rows = world.firn.sql(
        "select stage_uploaded['stage'] as stage, stage_uploaded['content'] as content, stage_uploaded['found'] as found \
         from events where kind = 'stage.uploaded' order by stage",
    );
    assert_eq!(rows.len(), Driver::ALL.len(), "{rows:?}");
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row["stage"], format!("@SHOP.PUBLIC.LAND_{at}"), "{row}");
        assert_eq!(row["content"], "text", "{row}");
        assert!(row["found"].to_string().contains("EMAIL"), "{row}");
    }
    world.firn.verified();
}

#[test]
fn what_drivers_get_is_masked() {
    let world = World::new();
    let file = world.scratch.path().join("people.csv");
    for (at, driver) in [Driver::Python4, Driver::Python5].into_iter().enumerate() {
        let out = world.scratch.path().join(format!("out-{at}"));
        std::fs::create_dir(&out).expect("folder");
        let subject = format!("agent-{at}");
        let steps = json!([
            {"sql": format!("create or replace stage out_{at}")},
            {"sql": format!("put file://{} @out_{at} auto_compress=false", file.display())},
            {"sql": format!("get @out_{at}/people.csv file://{}/", out.display())},
        ]);
        world.run(driver, &subject, steps);
        let got = std::fs::read_to_string(out.join("people.csv"));
        let got = got.unwrap_or_else(|error| panic!("{driver:?}: {error}"));
        assert!(got.starts_with("id,email\n1,"), "{driver:?}: {got}");
        assert!(!got.contains("ann@"), "{driver:?}: {got}");
    }
}

#[test]
fn frames_go_in_by_files() {
    let world = World::new();
    let rows = json!([["1", "ann@example.com"], ["2", "bo@example.org"]]);
    let wanted = json!({"table": "FRAMED", "columns": ["ID", "MAIL"], "rows": rows});
    let steps = json!([
        {"sql": "create or replace table framed (id varchar, mail varchar)"},
        {"ingest": wanted},
        {"sql": "select count(*) as n from framed"},
    ]);
    let lines = world.run(Driver::Adbc, "agent-7", steps);
    assert_eq!(lines[3]["rows"][0][0].to_string(), "2", "{}", lines[3]);
}

/// A step in which `write_pandas` puts two rows into a table.
fn frame(table: &str, options: Value) -> Value {
    let rows = json!([["1", "ann@example.com"], ["2", "bo@example.org"]]);
    json!({"pandas": {"table": table, "columns": ["ID", "MAIL"], "rows": rows, "options": options}})
}

/// Into a table that is there, into one that is made, emptied and replaced for it.
#[test]
fn frames_of_pandas_go_in_by_files() {
    let world = World::new();
    for (at, driver) in [Driver::Pandas, Driver::Pandas5].into_iter().enumerate() {
        let (framed, made) = (format!("FRAMED_{at}"), format!("MADE_{at}"));
        let steps = json!([
            {"sql": format!("create or replace table {framed} (id varchar, mail varchar)")},
            frame(&framed, json!({})),
            frame(&made, json!({"auto_create_table": true})),
            frame(&made, json!({"overwrite": true})),
            frame(&made, json!({"auto_create_table": true, "overwrite": true})),
            frame(&format!("{made}_T"), json!({"auto_create_table": true, "table_type": "temp"})),
            {"sql": format!("select count(*) as n from {framed}")},
            {"sql": format!("select count(*) as n from {made}")},
        ]);
        let lines = world.run(driver, &format!("agent-{at}"), steps);
        for line in &lines[2..7] {
            assert_eq!(line["rows"], json!([[true, 1, 2]]), "{driver:?}: {line}");
        }
        for line in &lines[7..9] {
            assert_eq!(line["rows"][0][0].to_string(), "2", "{driver:?}: {line}");
        }
        let uploads = arrived(&world.upstream);
        assert_eq!(uploads.len(), 5 * (at + 1), "{driver:?}: {uploads:?}");
        for file in &uploads {
            let plain = file["hex"].as_str().expect("hex");
            assert!(plain.starts_with(&hex::encode("PAR1")), "{file}");
        }
    }
    world.firn.verified();
}

/// The table's name is in no text that is sent: a bind has it.
#[test]
fn a_rule_on_a_table_applies_to_frames() {
    let world = World::new();
    for (at, driver) in [Driver::Pandas, Driver::Pandas5].into_iter().enumerate() {
        let agent = token(world.identity, &format!("agent-{at}"), &["agents"]);
        let steps = json!([
            {"sql": "create or replace table closed (id varchar, mail varchar)"},
            frame("CLOSED", json!({})),
            {"sql": "select count(*) as n from closed"},
        ]);
        let asked = script(world.firn.gateway, &agent, steps);
        let lines = driver.run(&asked, world.scratch.path());
        let said = lines[2]["error"]["message"].to_string();
        assert!(said.contains("this table is closed"), "{driver:?}: {said}");
        assert_eq!(lines[3]["rows"][0][0].to_string(), "0", "{}", lines[3]);
    }
}
