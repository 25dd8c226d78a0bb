//! The detections that firn ships, over a recorded week in which each has one case to find beside one that is nearly it.

use std::collections::BTreeMap;
use std::sync::Arc;

use archive::{Archive, ArchiveConfig};
use event::payload::ProducerRole;
use event::{TimeNs, encode};
use exporter::detections::Rule;
use exporter::{Format, Item};
use journal::clock::ManualClock;
use journal::emit::{Emitter, EmitterConfig};
use journal::memory::Memory;
use journal::{Journal, Record};
use query::{Auditor, Deps, Engine, Query, Sees, render};

use crate::world::root;

/// What each rule must find on Wednesday, and nothing else.
const SEEDED: [(&str, &str); 7] = [
    (
        "agent-drift",
        "PythonConnector of drew asked 5 questions it never asked before",
    ),
    (
        "approval-outside-hours",
        "nina approved a statement outside working hours",
    ),
    (
        "denied-then-rephrased",
        "dan was denied SHOP.PUBLIC.PAYROLL and read it in other words",
    ),
    (
        "first-use-of-table",
        "fay used SHOP.PUBLIC.PAYROLL for the first time in 90 days",
    ),
    ("many-addresses", "ivy came from 3 addresses within an hour"),
    ("mass-read", "max read 180000 rows within an hour"),
    (
        "probing-of-masked-columns",
        "pat filtered 6 times by the masked column SHOP.PUBLIC.CUSTOMERS.EMAIL",
    ),
];

const DAY: TimeNs = TimeNs(history::DAY_NS);
const HOUR_NS: i64 = 3_600_000_000_000;

fn rules() -> BTreeMap<String, Rule> {
    let folder = root().join("deploy/detections");
    let files = std::fs::read_dir(folder).expect("folder");
    let files = files.map(|entry| entry.expect("entry").path());
    let rules = files.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    let rules = rules.map(|path| {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).expect("a rule");
        let rule = Rule::parse(&name, &text).unwrap_or_else(|error| panic!("{error}"));
        (name, rule)
    });
    rules.collect()
}

struct World {
    engine: Engine,
    _folder: tempfile::TempDir,
}

/// The week in a journal, none of it archived yet: the views are the same over both.
async fn world() -> World {
    let folder = tempfile::tempdir().expect("folder");
    let archive = Archive::open(&ArchiveConfig {
        url: format!("file://{}", folder.path().display()),
        options: BTreeMap::new(),
        object_lock: None,
    })
    .await
    .expect("archive");
    let journal: Arc<dyn Journal> = Arc::new(Memory::new(1, 1_000_000));
    for (position, event) in history::suspicious() {
        let record = Record {
            key: event.key(),
            headers: Vec::new(),
            value: encode(&event).expect("encodes").into(),
        };
        journal
            .append(position.partition.topic, record)
            .await
            .expect("append");
    }
    let clock = Arc::new(ManualClock::at(TimeNs(DAY.0 + 24 * HOUR_NS)));
    let emitter = Emitter::start(
        Arc::clone(&journal),
        clock.clone(),
        EmitterConfig::new(ProducerRole::Query),
    )
    .await
    .expect("emitter");
    let deps = Deps {
        archive: Arc::new(archive),
        journal,
        emitter,
        clock,
        exports: None,
        finder: None,
    };
    World {
        engine: Engine::open(deps, query::Config::default())
            .await
            .expect("engine"),
        _folder: folder,
    }
}

/// What `rule` finds between two hours of the day.
async fn found(world: &World, rule: &Rule, hours: std::ops::Range<i64>) -> Vec<Item> {
    let auditor = Auditor {
        principal: event::Principal {
            issuer: "https://id.example".to_owned(),
            subject: "detections".to_owned(),
            display: "detections".to_owned(),
            groups: vec!["auditors".to_owned()],
            agent: None,
        },
        source: None,
        sees: Sees::All,
    };
    let at = |hour: i64| TimeNs(DAY.0 + hour * HOUR_NS);
    let sql = rule.query(at(hours.start), at(hours.end));
    let answer = world.engine.query(&auditor, &Query::new(&sql)).await;
    let rows = answer
        .unwrap_or_else(|error| panic!("{}: {error}: {}", rule.name(), error.hint()))
        .rows()
        .expect("rows");
    let position = history::suspicious().last().expect("events").0;
    let lines = render::json_lines(&rows);
    let items = lines.lines().map(|line| {
        let row = serde_json::from_str(line).expect("a row");
        let found = rule
            .found(&row)
            .unwrap_or_else(|error| panic!("{error}: {line}"));
        Item::Finding(Box::new(rule.finding(found, position)))
    });
    items.collect()
}

fn titles(items: &[Item]) -> Vec<&str> {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Finding(finding) => Some(finding.title.as_str()),
            Item::Event(_) | Item::Statement(_) => None,
        })
        .collect()
}

#[tokio::test]
async fn each_rule_finds_exactly_what_was_seeded_for_it() {
    let rules = rules();
    let names: Vec<&str> = rules.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        SEEDED.map(|(name, _)| name),
        "a rule without a seeded case, or a case without its rule"
    );
    let world = world().await;
    for (name, title) in SEEDED {
        let rule = &rules[name];
        let items = found(&world, rule, 0..24).await;
        assert_eq!(titles(&items), [title], "{name}");
        let said: serde_json::Value =
            serde_json::from_slice(&Format::Ocsf.render(&items[0]).bytes).expect("JSON");
        assert_eq!(said["class_uid"], 2004, "{name}");
        assert_eq!(said["severity_id"], rule.severity() as u8, "{name}");
        assert_eq!(said["finding_info"]["title"], title, "{name}");
        assert!(
            said["finding_info"]["attacks"][0]["technique"]["uid"].is_string(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn overlapping_windows_find_the_same_finding_and_quiet_hours_none() {
    let rules = rules();
    let world = world().await;
    for (name, _) in SEEDED {
        let rule = &rules[name];
        let (first, second, quiet) = (
            found(&world, rule, 9..24).await,
            found(&world, rule, 0..23).await,
            found(&world, rule, 13..19).await,
        );
        assert_eq!(first, second, "{name}");
        assert_eq!(quiet, [], "{name}");
    }
}
