//! Readers that their author did not write: the published schemas of OCSF and ECS, parsers of CEF and CloudEvents.
//!
//! `tests/provision.sh` puts them into `$FIRN_DEV_DIR/export`; `make test` runs it.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use event::{Event, Kind, Masked, Payload};
use exporter::{Format, Item};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::json;

use crate::drawn::{Choices, other};
use crate::samples;

/// Events drawn a kind.
const DRAWN: usize = 24;
/// Histories drawn.
const HISTORIES: usize = 24;

/// What `tests/export/SCRIPT` says of `lines`.
pub fn ask(script: &str, lines: &str) -> String {
    let program = if script.ends_with(".js") {
        "node"
    } else {
        "export/bin/python"
    };
    run(program, script, &[], lines)
}

/// What `program`, of `$FIRN_DEV_DIR` or of the system, says that runs `script` with `arguments`.
fn run(program: &str, script: &str, arguments: &[&str], lines: &str) -> String {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/firn/dev"));
    let dev = std::env::var_os("FIRN_DEV_DIR")
        .map(PathBuf::from)
        .or_else(home)
        .expect("FIRN_DEV_DIR");
    let program = if program.contains('/') {
        dev.join(program)
    } else {
        PathBuf::from(program)
    };
    let mut asked = Command::new(&program)
        .env("NODE_PATH", dev.join("node/node_modules"))
        .arg(
            PathBuf::from(env!("CARGO_MANIFEST_DIR"))
                .join("../tests/export")
                .join(script),
        )
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "{}: {error}; tests/provision.sh installs it",
                program.display()
            )
        });
    asked
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = asked.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{script} finds fault:\n{said}");
    said
}

/// The samples, the told history, drawn histories, and drawn events of every kind.
fn items() -> Vec<Item> {
    let mut runner = TestRunner::deterministic();
    let mut draw = |most: usize| {
        let bytes = proptest::collection::vec(proptest::num::u8::ANY, 0..most);
        bytes.new_tree(&mut runner).unwrap().current()
    };
    let mut items: Vec<Item> = samples::events()
        .into_iter()
        .zip(0..)
        .map(|(event, number)| samples::item(number, event))
        .collect();
    items.push(samples::finding());
    items.extend(samples::history());
    for _ in 0..HISTORIES {
        let journal = history::drawn(&draw(300));
        items.extend(samples::outcomes(&journal));
        items.extend(
            journal
                .into_iter()
                .map(|(position, event)| samples::item(position.offset.0, event)),
        );
    }
    for event in samples::events() {
        for number in 0..DRAWN {
            items.push(samples::item(
                number as u64,
                other(&event, &mut Choices::new(&draw(400))),
            ));
        }
    }
    items
}

fn lines(format: Format, items: &[Item]) -> String {
    let lines = items
        .iter()
        .map(|item| String::from_utf8(format.render(item).bytes.to_vec()).expect("UTF-8") + "\n");
    lines.collect()
}

#[test]
fn the_published_schema_takes_every_ocsf_event() {
    let items = items();
    let said = ask("ocsf.py", &lines(Format::Ocsf, &items));
    assert!(said.contains(&format!("{} events", items.len())), "{said}");
    for class in [2004, 2006, 3002, 3003, 3004, 6002, 6003, 6005] {
        assert!(
            said.contains(&format!("{class}: ")),
            "no event of class {class}: {said}"
        );
    }
}

#[test]
fn the_published_schema_refuses_each_wrong_twin() {
    let item = samples::item(0, samples::event(Kind::StatementSubmitted));
    let right: serde_json::Value =
        serde_json::from_slice(&Format::Ocsf.render(&item).bytes).unwrap();
    let wrongs: [fn(&mut serde_json::Value); 6] = [
        |event| event["severity_id"] = json!(17),
        |event| event["type_uid"] = json!(600_599_u64 + 1),
        |event| event["src_endpoint"]["ip"] = json!("nowhere"),
        |event| event["firn"] = json!("a field of our own"),
        |event| event["query_info"]["query_string"] = json!(null),
        |event| {
            event.as_object_mut().unwrap().remove("actor");
        },
    ];
    for wrong in wrongs {
        let mut event = right.clone();
        wrong(&mut event);
        let line = event.to_string() + "\n";
        let refused = std::panic::catch_unwind(|| ask("ocsf.py", &line));
        assert!(refused.is_err(), "the schema takes {line}");
    }
}

#[test]
fn the_cloudevents_sdk_reads_every_event() {
    let items = items();
    let said = ask("cloud_events.py", &lines(Format::CloudEvents, &items));
    assert!(said.contains(&format!("{} events", items.len())), "{said}");
}

#[test]
fn the_published_fields_are_those_of_every_ecs_document() {
    let items = items();
    let said = ask("ecs.js", &lines(Format::Ecs, &items));
    assert!(said.contains(&format!("{} events", items.len())), "{said}");
}

/// Every leaf, whatever is around it; lists and objects that are written as text are looked into.
fn every_leaf(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(below) => below.values().for_each(|one| every_leaf(one, found)),
        serde_json::Value::Array(below) => below.iter().for_each(|one| every_leaf(one, found)),
        serde_json::Value::Null => {}
        serde_json::Value::String(text) if text.starts_with(['[', '{']) => {
            match serde_json::from_str::<serde_json::Value>(text) {
                Ok(inner) => every_leaf(&inner, found),
                Err(_) => found.push(text.clone()),
            }
        }
        serde_json::Value::String(text) => found.push(text.clone()),
        other => found.push(other.to_string()),
    }
}

fn leaves_of(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    every_leaf(&serde_json::from_str(line).expect("JSON"), &mut found);
    found.sort_unstable();
    found
}

#[tokio::test]
async fn duckdb_reads_every_leaf_of_every_item_from_a_lake() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "[[sink]]\nname = 'lake'\nto.lake.url = '{}'\nto.lake.region = 'eu-west-1'\nto.lake.account = '123456789012'\n",
        folder.path().display()
    );
    let config: exporter::Config = toml::from_str(&text).unwrap();
    let outlet = config.outlets().unwrap().remove(0);
    let items = items();
    let mut expected = Vec::new();
    for some in items.chunks(500) {
        let mut batch = Vec::new();
        for planned in outlet.plan.batch(some) {
            let exporter::plan::Planned::Records(records) = planned else {
                panic!("{planned:?}");
            };
            batch.extend(records);
        }
        let said = batch
            .iter()
            .map(|record| std::str::from_utf8(&record.bytes).unwrap());
        expected.extend(said.map(leaves_of));
        let receipt = outlet.sink.send(&batch).await.unwrap();
        assert_eq!(receipt, exporter::sink::Receipt::default());
        // Sent again, as after a crash, it is the same objects.
        outlet.sink.send(&batch).await.unwrap();
    }
    let said = run(
        "duckdb/bin/python",
        "lake.py",
        &[&folder.path().display().to_string()],
        "",
    );
    let mut got: Vec<Vec<String>> = said.lines().map(leaves_of).collect();
    assert_eq!(got.len(), items.len());
    got.sort_unstable();
    expected.sort_unstable();
    for (got, expected) in got.iter().zip(&expected) {
        assert_eq!(got, expected);
    }
}

/// The key in CEF, the key in LEEF, and what both must give back.
pub type Expected = (&'static str, &'static str, String);

/// An event whose texts are `text`, and the keys under which each line format must give them back.
pub fn nasty(text: &str, number: u64) -> [(Item, Vec<Expected>); 3] {
    let masked = |text: &str| -> Masked<String> { serde_json::from_value(json!(text)).unwrap() };
    let mut submitted = samples::event(Kind::StatementSubmitted);
    set_envelope(&mut submitted, text);
    if let Payload::StatementSubmitted(body) = &mut submitted.payload {
        body.text = masked(text);
    }
    let mut refused = samples::event(Kind::StageRefused);
    if let Payload::StageRefused(body) = &mut refused.payload {
        body.operation = text.to_owned();
    }
    let mut granted = samples::event(Kind::ApprovalGranted);
    if let Payload::ApprovalGranted(body) = &mut granted.payload {
        body.note = text.to_owned();
    }
    let whole = |cef, leef| (cef, leef, text.to_owned());
    let short = text.chars().count() <= 1023;
    let mut of_submitted = vec![
        whole("firnConnection", "firnConnection"),
        whole(
            if short { "suser" } else { "firnWholesuser" },
            "accountName",
        ),
        whole(
            if text.chars().count() <= 4000 {
                "statement"
            } else {
                "firnText"
            },
            "firnText",
        ),
    ];
    of_submitted.retain(|_| !text.is_empty());
    let pair = |name: &'static str| {
        vec![whole(name, name)]
            .into_iter()
            .filter(|_| !text.is_empty())
            .collect()
    };
    [
        (samples::item(number, submitted), of_submitted),
        (samples::item(number, refused), pair("firnOperation")),
        (samples::item(number, granted), pair("firnNote")),
    ]
}

fn set_envelope(event: &mut Event, text: &str) {
    event.connection = Some(text.to_owned());
    event.principal.as_mut().unwrap().display = text.to_owned();
}

/// Texts that are awkward for somebody, among them drawn ones.
pub fn texts() -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let mut texts: Vec<String> = [
        "|",
        "=",
        "\\",
        "\\\\=",
        "a\nb",
        "a\r\nb",
        "a\tb",
        "\0\u{1}\u{1b}[31m",
        "\u{202e}evil",
        "\u{1F9CA}",
        " lead",
        "k=v k2=v2",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("é|=\\\n\t".repeat(64 * 1024 / 7));
    texts.push("x".repeat(64 * 1024));
    for _ in 0..400 {
        let bytes = proptest::collection::vec(proptest::num::u8::ANY, 0..12);
        let bytes = bytes.new_tree(&mut runner).unwrap().current();
        texts.push(Choices::new(&bytes).text());
    }
    texts
}

#[test]
fn other_parsers_give_back_every_nasty_value() {
    let texts = texts();
    let mut cases = String::new();
    let mut count = 0;
    for (text, number) in texts.iter().zip(0..) {
        for (item, expected) in nasty(text, number) {
            for (format, cef) in [(Format::Cef, true), (Format::Leef, false)] {
                let line = String::from_utf8(format.render(&item).bytes.to_vec()).unwrap();
                let expected: serde_json::Map<_, _> = expected
                    .iter()
                    .map(|(of_cef, of_leef, value)| {
                        (
                            (if cef { of_cef } else { of_leef }).to_string(),
                            json!(value),
                        )
                    })
                    .collect();
                cases.push_str(
                    &json!({"format": format.name(), "line": line, "expected": expected})
                        .to_string(),
                );
                cases.push('\n');
                count += 1;
            }
        }
    }
    let said = ask("lines.py", &cases);
    assert!(said.contains(&format!("{count} lines")), "{said}");
}
