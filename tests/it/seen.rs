//! Who saw this person: found by a value that stands in no file of the record, however it is written, and by nobody without the key.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::drivers::Driver;
use crate::running::{Firn, Setup, ask, environment, script};
use crate::world::{firn, identity, root, token, upstream};

/// Whom the sessions are about; nobody else is called so.
const PERSON: &str = "marta.quiroga@example.com";
/// The section that names the key.
const KEYS: &str = "\n[find]\nkeys = [{ env = \"FIRN_FIND_KEY\" }]\n";

/// The tests' policy, where mail addresses may be looked for.
fn policy(scratch: &Path) -> PathBuf {
    let folder = scratch.join("policy");
    std::fs::create_dir(&folder).expect("folder");
    for entry in std::fs::read_dir(root().join("tests/policy")).expect("policy") {
        let entry = entry.expect("entry");
        let text = std::fs::read_to_string(entry.path()).expect("policy file");
        let text = text.replace("[tags.EMAIL]\n", "[tags.EMAIL]\nfind = true\n");
        std::fs::write(folder.join(entry.file_name()), text).expect("policy file");
    }
    folder
}

fn steps() -> Value {
    json!([
        {"sql": "create or replace table customers (id int, full_name varchar, email varchar)"},
        {"sql": format!("insert into customers (id, full_name, email) values (1, 'x', 'Marta.Quiroga@EXAMPLE.com')")},
        {"sql": "insert into customers (id, full_name, email) values (2, 'y', 'somebody.else@example.com')"},
        {"sql": "select id, email from customers order by id"},
        {"sql": "select id from customers"},
        // Found by detectors alone: the catalog has no tag on it.
        {"sql": "select id, email, ssn, note from made_up /* upstream: rows=300 chunks=2 */"},
    ])
}

fn run(firn: &Firn, bearer: &str, scratch: &Path) {
    let lines = Driver::Python4.run(&script(firn.gateway, bearer, steps()), scratch);
    for line in &lines {
        assert_eq!(line["ok"], true, "{line}");
    }
    let masked = lines.iter().find(|line| line["step"] == 3).expect("a step");
    assert!(
        !masked.to_string().to_lowercase().contains(PERSON),
        "{masked}"
    );
}

fn found(said: &str) -> Vec<Value> {
    let lines = said.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect()
}

/// What `firn find` says when the value comes by standard input.
fn find_typed(config: &Path, value: &str, key: Option<&str>) -> Vec<Value> {
    let mut command = firn();
    command.args(["find", "--json", "--config"]).arg(config);
    environment(&mut command);
    if let Some(key) = key {
        command.env("FIRN_FIND_KEY", key);
    }
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.spawn().expect("firn");
    let mut typed = child.stdin.take().expect("a pipe");
    typed.write_all(value.as_bytes()).expect("typed");
    drop(typed);
    let output = child.wait_with_output().expect("firn");
    assert!(output.status.success(), "{output:?}");
    found(&String::from_utf8(output.stdout).expect("UTF-8"))
}

/// Every file below `folder` that has `value`, whatever the case.
fn with_value(folder: &Path, value: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            found.extend(with_value(&path, value));
            continue;
        }
        let bytes = std::fs::read(&path)
            .unwrap_or_default()
            .to_ascii_lowercase();
        let mut places = bytes.windows(value.len());
        if places.any(|place| place == value.as_bytes()) {
            found.push(path);
        }
    }
    found
}

#[test]
fn who_saw_a_person_is_found_and_the_person_is_in_no_file() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let bearer = token(identity, "agent-7", &["agents"]);
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.policy = policy(scratch.path());
    setup.telemetry = KEYS.to_owned();
    let running = setup.start("up", "firn");
    run(&running, &bearer, scratch.path());

    let told = running.ask(&["find", "--json", "--value", "  MARTA.quiroga@example.com"]);
    let told = found(&told.expect("found"));
    let places: Vec<_> = told
        .iter()
        .map(|row| (row["place"].as_str(), row["cells"].as_u64()))
        .collect();
    assert_eq!(
        places,
        [(Some("result"), Some(1)), (Some("statement"), Some(1))],
        "{told:?}"
    );
    for row in &told {
        assert_eq!(row["column_name"], "SHOP.PUBLIC.CUSTOMERS.EMAIL", "{row}");
        assert_eq!(
            (&row["class"], row["principal"].is_string()),
            (&json!("email"), true),
            "{row}"
        );
    }
    let sql =
        "select statement_id from statements where text like 'select id, email from customers%'";
    assert_eq!(running.sql(sql)[0]["statement_id"], told[0]["statement_id"]);
    // Once a recorder sealed it, and before; typed, and with what it is.
    assert_eq!(
        find_typed(&running.config, "Marta <marta.quiroga@example.com>\n", None),
        told
    );
    let nobody = running.ask(&["find", "--json", "--value", "marta.quirogo@example.com"]);
    assert_eq!(found(&nobody.expect("an answer")), [] as [Value; 0]);
    let other = running.ask(&["find", "--json", "--class", "name", "--value", PERSON]);
    assert_eq!(found(&other.expect("an answer")), [] as [Value; 0]);
    let detected = running.ask(&["find", "--json", "--value", "Person207@example.com"]);
    let detected = found(&detected.expect("an answer"));
    assert_eq!(detected.len(), 1, "{detected:?}");
    assert_eq!(
        (&detected[0]["column_name"], &detected[0]["cells"]),
        (&json!("EMAIL"), &json!(1))
    );
    let in_sql = format!(
        "select count(*) as n from statements where statement_id in (select statement_id from seen('{PERSON}'))"
    );
    assert_eq!(running.sql(&in_sql), [json!({ "n": 2 })]);
    let broken = running.ask(&["sql", &format!("select * from seen('{PERSON}")]);
    assert!(
        broken
            .expect_err("a text that does not end")
            .contains("seen takes one text")
    );

    // What auditors asked is recorded without what they looked for.
    let asked = running.sql("select sql from auditors where sql like '%@seen:%'");
    assert!(asked.len() >= 6, "{asked:?}");
    let all = running.ask(&["sql", "--json", "--limit", "100000", "select * from events"]);
    let all = all.expect("events").to_lowercase();
    assert!(!all.contains(PERSON) && all.contains("seen"));
    running.verified();
    let config = running.config.clone();
    let log = running.stop();
    assert!(!log.to_lowercase().contains(PERSON));
    let data = scratch.path().join("firn-data");
    assert_eq!(with_value(&data, PERSON), [] as [PathBuf; 0]);

    assert_eq!(
        find_typed(&config, PERSON, None),
        told,
        "from the files alone"
    );
    assert_eq!(
        find_typed(&config, PERSON, Some(&"0b".repeat(32))),
        [] as [Value; 0]
    );
}

#[test]
fn nothing_may_be_looked_for_unless_the_policy_says_so_and_a_key_is_there() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let bearer = token(identity, "agent-7", &["agents"]);
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.telemetry = KEYS.to_owned();
    let plain = setup.start("up", "plain");
    run(&plain, &bearer, scratch.path());
    let said = "select count(*) as n from events where response_page['seen'] is not null or statement_submitted['seen'] is not null";
    assert_eq!(plain.sql(said), [json!({ "n": 0 })]);
    let versions = "select distinct schema_version from events where kind in ('response.page', 'statement.submitted')";
    assert_eq!(plain.sql(versions), [json!({ "schema_version": 1 })]);
    let nobody = plain.ask(&["find", "--json", "--value", PERSON]);
    assert_eq!(found(&nobody.expect("an answer")), [] as [Value; 0]);
    drop(plain);

    setup.policy = policy(scratch.path());
    setup.telemetry = String::new();
    let config = setup.config("keyless", 1, 2);
    for command in [&["check", "--offline"][..], &["up"]] {
        let refused = ask(&config, command).expect_err("no key");
        assert!(
            refused.contains("[find]") && refused.contains("openssl rand -hex 32"),
            "{refused}"
        );
    }
}
