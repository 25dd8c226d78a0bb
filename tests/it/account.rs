//! An account read by firn: tables, views and columns as fakesnow's own information schema tells them, tags as the upstream double does.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::drivers::Driver;
use crate::running::{Setup, ask, script};
use crate::sessions::{seed, told};
use crate::world::{free_port, identity, token, upstream};

/// A table of which no file of the tests tells, and a view of it.
const PATIENTS: &str = "use database shop; use schema public;
create table patients (id number(38,0), ward varchar(20), weight number(5,2), born date, seen timestamp_ntz, more variant);
insert into patients select 7, 'north wing', 71.5, '1980-01-02', '2026-03-01 10:00:00', null;
create view wards as select id, ward from patients;";
const TAGGED: &str =
    "alter table SHOP.PUBLIC.PATIENTS modify column WARD set tag SENSITIVE = 'PLACE'";
/// What is changed past the gateways is known after this long, and some more on a busy machine.
const WITHIN: Duration = Duration::from_secs(30);

/// The tables that `firn catalog show` tells of, by name.
fn shown(config: &Path, table: &str) -> Vec<Value> {
    let said = ask(config, &["catalog", "show", "--json", "--table", table]).expect("show");
    said.lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect()
}

fn tables(said: &Value, which: &str) -> Vec<String> {
    let named = said[which].as_array().expect("a list").iter();
    let named = named.map(|one| one.as_str().expect("a name").to_owned());
    named
        .filter(|one| one.contains("PATIENTS") || one.contains("WARDS"))
        .collect()
}

/// `firn catalog diff`, and whether it found something.
fn diff(config: &Path) -> (Value, bool) {
    let (said, other) = match ask(config, &["catalog", "diff", "--json"]) {
        Ok(said) => (said, false),
        Err(said) => (said, true),
    };
    let line = said.lines().find(|line| line.starts_with('{'));
    let line = line.unwrap_or_else(|| panic!("{said}"));
    (serde_json::from_str(line).expect("JSON"), other)
}

#[test]
fn an_account_is_pulled_shown_and_compared_by_hand() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.connection = r#"catalog = { databases = ["SHOP"] }"#.to_owned();
    let config = setup.config("account", free_port(), free_port());
    let refused = ask(&config, &["catalog", "show"]).expect_err("nothing was read yet");
    assert!(refused.contains("firn catalog pull"), "{refused}");
    let said = ask(&config, &["catalog", "pull", "--json"]).expect("pull");
    let said: Value = serde_json::from_str(said.trim()).expect("JSON");
    assert_eq!(said["tags_unread"], 0, "{said}");
    assert!(!diff(&config).1, "nothing is other");

    told(&upstream, scratch.path(), PATIENTS);
    let (changes, other) = diff(&config);
    assert!(other, "its exit status says so");
    assert_eq!(
        tables(&changes, "added"),
        ["SHOP.PUBLIC.PATIENTS", "SHOP.PUBLIC.WARDS"],
        "{changes}"
    );
    assert!(
        shown(&config, "patients").is_empty(),
        "a comparison keeps nothing"
    );
    ask(&config, &["catalog", "pull"]).expect("pull");
    let patients = shown(&config, "patients");
    let columns: Vec<(&str, &str)> = patients[0]["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().expect("text");
            (text("name"), text("type"))
        })
        .collect();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        ["ID", "WARD", "WEIGHT", "BORN", "SEEN", "MORE"],
        "{columns:?}"
    );
    let wards = shown(&config, "wards");
    assert_eq!(wards[0]["view"], true, "{wards:?}");

    told(&upstream, scratch.path(), TAGGED);
    let (changes, _) = diff(&config);
    assert_eq!(
        tables(&changes, "changed"),
        ["SHOP.PUBLIC.PATIENTS"],
        "{changes}"
    );
    ask(&config, &["catalog", "pull"]).expect("pull");
    let tagged = &shown(&config, "patients")[0]["columns"][1];
    assert!(
        tagged["tags"].to_string().contains("SENSITIVE"),
        "the tag is there: {tagged}"
    );
}

#[test]
fn a_tag_that_is_set_past_a_gateway_masks_within_the_interval() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    told(&upstream, scratch.path(), PATIENTS);
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.connection = r#"catalog = { databases = ["SHOP"], refresh = "1s" }"#.to_owned();
    let firn = setup.start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    let ward = |sql: &str| {
        let asked = script(firn.gateway, &agent, json!([{ "sql": sql }]));
        let lines = Driver::Python4.run(&asked, scratch.path());
        assert_eq!(lines[1]["ok"], true, "{lines:?}");
        lines[1]["rows"][0][0].as_str().map(str::to_owned)
    };
    let asked = "select ward from shop.public.patients";
    assert_eq!(
        ward(asked).as_deref(),
        Some("north wing"),
        "it is known, and not sensitive"
    );
    told(&upstream, scratch.path(), TAGGED);
    let begun = Instant::now();
    while ward(asked).as_deref() == Some("north wing") {
        assert!(begun.elapsed() < WITHIN, "it is shown though it is tagged");
        std::thread::sleep(Duration::from_millis(200));
    }
    // What a view shows is what its table holds.
    let through = ward("select ward from shop.public.wards");
    assert_ne!(through.as_deref(), Some("north wing"));
    firn.stop();
}
