//! Export to real receivers: VictoriaLogs, a Kafka topic, files. The exporter is killed again and again; nothing is lost, repeats stay
//! within a batch a kill and have equal ids, and `reconcile` says exactly that.

mod commands;
mod encrypted;
mod failover;
mod hook;
pub mod receivers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use event::Event;
use history::retold;
use serde_json::Value;

use crate::running::{ask, environment};
use crate::world::{Server, firn, free_port, start};
use receivers::lake;
use receivers::rsyslog::Rsyslog;
use receivers::{Journal, VictoriaLogs, in_files, in_topic};

const RETELLINGS: usize = 150;
/// Statements of the history, each of which ends.
const STATEMENTS: usize = 5;
const BATCH: usize = 250;
const KILLS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(180);

/// A configuration with `sinks`, over a journal and an archive of its own.
pub fn configuration(scratch: &Path, journal: &Journal, sinks: &str) -> PathBuf {
    let text = format!(
        "data = '{}'\njournal = {}\n[archive]\nurl = '{}'\n[recorder]\nmax_batch_age = '300ms'\n{sinks}\n",
        scratch.join("data").display(),
        journal.section(),
        scratch.join("archive").display(),
    );
    let path = scratch.join("export.toml");
    std::fs::write(&path, text).expect("configuration");
    path
}

/// Runs a role that has no API.
pub fn role(name: &str, config: &Path, scratch: &Path) -> Server {
    let port = free_port();
    let mut command = firn();
    command.arg(name).arg("--config").arg(config);
    command.env("FIRN_TELEMETRY", format!("127.0.0.1:{port}"));
    environment(&mut command);
    start(
        command,
        port,
        &scratch.join(format!("{name}-{port}.log")),
        "/readyz",
    )
}

/// `firn export status --json`, by sink.
fn status(config: &Path) -> BTreeMap<String, Value> {
    let said = match ask(config, &["export", "status", "--json"]) {
        Ok(said) | Err(said) => said,
    };
    let lines = said
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines
        .map(|line| (line["sink"].as_str().expect("sink").to_owned(), line))
        .collect()
}

/// Waits until every sink stands at the journal's end, and the archive too.
fn until_done(config: &Path, sinks: usize) -> BTreeMap<String, Value> {
    let begun = Instant::now();
    loop {
        let status = status(config);
        let done = status
            .values()
            .filter(|one| one["behind"] == 0 && one["ahead_of_archive"] == 0)
            .count();
        if done == sinks {
            return status;
        }
        assert!(begun.elapsed() < PATIENCE, "{status:#?}");
        std::thread::sleep(Duration::from_millis(300));
    }
}

/// Waits until the files have grown.
fn until_more(folder: &Path) {
    let begun = Instant::now();
    let before = receivers::bytes(folder);
    while receivers::bytes(folder) <= before {
        assert!(begun.elapsed() < PATIENCE, "nothing is exported");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn reconciled(config: &Path, sink: &str) -> Value {
    let arguments = [
        "export",
        "reconcile",
        sink,
        "--since",
        "2000-01-01",
        "--json",
    ];
    let said = match ask(config, &arguments) {
        Ok(said) | Err(said) => said,
    };
    serde_json::from_str(said.trim()).unwrap_or_else(|_| panic!("{sink}: {said}"))
}

/// Every event is there, and one item a statement; how many repeats there are.
fn complete(sink: &str, times: &BTreeMap<String, u64>, events: &[Event]) -> u64 {
    for event in events {
        let id = event.event_id.to_string();
        assert!(times.contains_key(&id), "{sink} lost {id}");
    }
    let statements = RETELLINGS * STATEMENTS;
    assert_eq!(times.len(), events.len() + statements, "{sink}");
    times.values().map(|times| times - 1).sum()
}

#[test]
fn a_killed_exporter_loses_nothing_and_reconcile_says_so() {
    let scratch = tempfile::tempdir().expect("folder");
    let scratch = scratch.path();
    let victorialogs = VictoriaLogs::start(scratch);
    let journal = Journal::new("export");
    let topic = journal.topic("exported");
    let events = retold(&history::events(), RETELLINGS);
    journal.hold(&events);
    let common = format!("batch_items = {BATCH}\nbatch_age = '100ms'\nrate = 1500\n");
    let sinks = format!(
        "[[export.sink]]\nname = 'files'\n{common}to.file.folder = 'lines'\n\
         [[export.sink]]\nname = 'topic'\n{common}to.kafka.brokers = '{}'\nto.kafka.topic = '{topic}'\n\
         [[export.sink]]\nname = 'logs'\n{common}{}",
        journal.brokers(),
        victorialogs.bulk(),
    );
    let config = configuration(scratch, &journal, &sinks);
    let recorder = role("recorder", &config, scratch);
    let mut exporter = role("export", &config, scratch);
    for kill in 0..KILLS {
        // It has its share of the group only once Kafka has given up the one that was killed.
        until_more(&scratch.join("lines"));
        std::thread::sleep(Duration::from_millis(50 + 70 * kill as u64));
        // Dropped is killed.
        drop(exporter);
        exporter = role("export", &config, scratch);
    }
    let status = until_done(&config, 3);
    exporter.stop();
    recorder.stop();
    told_by_sql(&config, &status, &events);
    let received = [
        ("files", in_files(&scratch.join("lines"))),
        ("topic", in_topic(&journal, &topic)),
        ("logs", victorialogs.times("metadata.uid")),
    ];
    for (sink, times) in received {
        let repeats = complete(sink, &times, &events);
        // An event may bring a statement's end with it.
        let most = (KILLS * (BATCH + 1)) as u64;
        assert!(
            repeats <= most,
            "{sink}: {repeats} repeats after {KILLS} kills"
        );
        assert_eq!(
            status[sink]["total"]["acknowledged"],
            times.len() as u64,
            "{sink}"
        );
        let report = reconciled(&config, sink);
        assert_eq!(
            [
                &report["expected"],
                &report["present"],
                &report["missing"],
                &report["repeats"]
            ],
            [times.len() as u64, times.len() as u64, 0, repeats]
                .map(Value::from)
                .each_ref(),
            "{report}"
        );
    }
    // What a receiver loses is named.
    let gone = receivers::lose_a_line(&scratch.join("lines"));
    let report = reconciled(&config, "files");
    assert_eq!(report["missing"], 1, "{report}");
    assert_eq!(report["named"][0]["id"], gone.as_str(), "{report}");
}

/// View `exports` says what `firn export status` says, and of the archive what the journal was given.
fn told_by_sql(config: &Path, status: &BTreeMap<String, Value>, events: &[Event]) {
    let sql = "select sink, sum(produced) as produced, sum(statements) as statements, sum(archived) as archived, sum(sent) as sent, \
               sum(acknowledged) as acknowledged, sum(filtered) as filtered, sum(dead) as dead, max(dead_letters) as letters \
               from exports group by sink";
    let said = ask(config, &["sql", "--json", sql]).expect("an answer");
    let rows = said
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a row"));
    let rows: BTreeMap<String, Value> = rows
        .map(|row| (row["sink"].as_str().expect("sink").to_owned(), row))
        .collect();
    assert_eq!(rows.len(), status.len(), "{rows:#?}");
    for (sink, one) in status {
        let (row, total) = (&rows[sink], &one["total"]);
        for name in ["produced", "statements", "acknowledged", "filtered", "dead"] {
            assert_eq!(row[name], total[name], "{sink}: {name}: {row}");
        }
        assert_eq!(row["sent"], total["sent"], "{sink}: {row}");
        assert!(
            total["sent"].as_u64() >= total["acknowledged"].as_u64(),
            "{total}"
        );
        assert_eq!(row["archived"], events.len(), "{sink}: {row}");
        assert_eq!(row["statements"], RETELLINGS * STATEMENTS, "{sink}: {row}");
        assert_eq!(row["letters"], 0, "{sink}: {row}");
    }
    let sql = "select distinct sink, partition, cursor, archived_to, epoch from exports";
    let said = ask(config, &["sql", "--json", sql]).expect("an answer");
    let mut places = 0;
    for line in said.lines() {
        let row: Value = serde_json::from_str(line).expect("a row");
        let name = |column: &str| row[column].as_str().expect("a name");
        let place = &status[name("sink")]["partitions"][name("partition")];
        let told = [&row["cursor"], &row["archived_to"], &row["epoch"]];
        let want = [&place["next"], &place["archived"], &place["epoch"]];
        assert_eq!(told, want, "{row}");
        places += 1;
    }
    let partitions = status
        .values()
        .filter_map(|one| one["partitions"].as_object());
    assert_eq!(places, partitions.map(|all| all.len()).sum::<usize>());
}

#[test]
fn every_way_into_a_receiver_brings_everything_and_can_be_asked() {
    let scratch = tempfile::tempdir().expect("folder");
    let scratch = scratch.path();
    let victorialogs = VictoriaLogs::start(scratch);
    let rsyslog = Rsyslog::start(scratch);
    let lake = lake::Bucket::new();
    let journal = Journal::new("ways");
    let events = retold(&history::events(), RETELLINGS);
    journal.hold(&events);
    std::fs::write(scratch.join("token"), "a token of the collector").expect("token");
    let url = victorialogs.url();
    let ask = |field: &str| {
        format!("ask = {{ victorialogs = '{url}', field = '{field}', part_field = '{field}' }}\n")
    };
    let ways = [
        (
            "splunk",
            "fields.firn_id",
            format!("to.splunk = {{ url = '{url}/insert/splunk', token.file = 'token' }}\n"),
        ),
        (
            "otlp",
            "firn.id",
            format!("to.otlp.url = '{url}/insert/opentelemetry'\n"),
        ),
        (
            "syslog",
            "firn@32473.id",
            format!(
                "to.syslog = {{ address = '127.0.0.1:{}', encrypted = false }}\n",
                victorialogs.syslog
            ),
        ),
    ];
    let mut sinks = format!(
        "[[export.sink]]\nname = 'rsyslog'\ntls.ca = '{ca}'\nto.syslog.address = 'localhost:{}'\n\
         [[export.sink]]\nname = 'relp'\ntls = {{ ca = '{ca}', cert = '{ca}', key = '{key}' }}\nto.syslog = {{ address = 'localhost:{}', relp = true }}\n\
         [[export.sink]]\nname = 'lake'\nbatch_age = '1s'\n{}",
        rsyslog.port,
        rsyslog.relp,
        lake::sink(&lake),
        ca = rsyslog.ca.display(),
        key = rsyslog.key.display(),
    );
    for (name, field, to) in &ways {
        sinks.push_str(&format!(
            "[[export.sink]]\nname = '{name}'\n{}{to}",
            ask(field)
        ));
    }
    let config = configuration(scratch, &journal, &sinks);
    let checked = crate::running::ask(&config, &["check"]);
    // Without [gateway] and identity there is nothing else to find fault with but that.
    let checked = match checked {
        Ok(said) | Err(said) => said,
    };
    for name in ["rsyslog", "relp", "lake", "splunk", "otlp", "syslog"] {
        assert!(
            checked.contains(&format!("{name}: it ")),
            "{name} was not tried: {checked}"
        );
    }
    let recorder = role("recorder", &config, scratch);
    let exporter = role("export", &config, scratch);
    until_done(&config, ways.len() + 3);
    exporter.stop();
    recorder.stop();
    for (name, field, _) in &ways {
        let mut times = victorialogs.times(field);
        // What came another way has no such field.
        times.remove("");
        assert_eq!(complete(name, &times, &events), 0, "{name} has repeats");
        let report = reconciled(&config, name);
        assert_eq!(
            [&report["present"], &report["missing"], &report["repeats"]],
            [times.len() as u64, 0, 0].map(Value::from).each_ref(),
            "{report}"
        );
    }
    for (sink, times) in ["rsyslog", "relp"].into_iter().zip(rsyslog.stop()) {
        assert_eq!(complete(sink, &times, &events), 0, "{sink} has repeats");
    }
    let times = lake::read_by_duckdb(&lake, scratch);
    assert_eq!(complete("lake", &times, &events), 0, "the lake has repeats");
    let report = reconciled(&config, "lake");
    assert_eq!(report["present"], times.len(), "{report}");
    assert_eq!(report["missing"], 0, "{report}");
    let hours = report["hours"].as_object().expect("hours").values();
    let present: u64 = hours.filter_map(|hour| hour["present"].as_u64()).sum();
    assert_eq!(present, times.len() as u64, "{report}");
}

/// Asks for what the history has: statements that were denied.
const RULE: &str = "title = '{principal} was denied'\nseverity = 'high'\nattack = ['T1213.006']\nevery = '2s'\nwindow = '36500d'\n\
    sql = \"SELECT statement_id AS key, time, session_id, statement_id, principal_issuer, principal_subject, principal \
    FROM statements WHERE verdict = 'deny' AND time >= $since AND time < $until\"";

#[test]
fn what_detections_find_leaves_through_the_sinks_once() {
    let scratch = tempfile::tempdir().expect("folder");
    let scratch = scratch.path();
    let journal = Journal::new("detections");
    let events = retold(&history::events(), 20);
    journal.hold(&events);
    let denied = events.iter().filter(|event| {
        matches!(&event.payload, event::Payload::StatementDecided(decided) if decided.verdict == event::payload::Verdict::Deny)
    });
    let denied = denied.count();
    assert!(denied > 0);
    std::fs::create_dir(scratch.join("rules")).expect("folder");
    std::fs::write(scratch.join("rules/denied.toml"), RULE).expect("rule");
    let sinks = "[detections]\nfolder = 'rules'\n\
        [[export.sink]]\nname = 'files'\nkinds = ['finding.raised']\nitems = ['events']\nto.file.folder = 'lines'";
    let config = configuration(scratch, &journal, sinks);
    let checked = match ask(&config, &["check"]) {
        Ok(said) | Err(said) => said,
    };
    assert!(checked.contains("1 rules: denied"), "{checked}");
    let recorder = role("recorder", &config, scratch);
    // Whichever asks, each finding is raised once.
    let exporters = [(); 2].map(|()| role("export", &config, scratch));
    let begun = Instant::now();
    let found = || {
        let folder = scratch.join("lines");
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let text = entries.filter_map(|entry| std::fs::read_to_string(entry.path()).ok());
        let text: String = text.collect();
        let lines = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.collect::<Vec<_>>()
    };
    while found().len() < denied {
        assert!(begun.elapsed() < PATIENCE, "{} of {denied}", found().len());
        std::thread::sleep(Duration::from_millis(300));
    }
    // Some windows more, which overlap all of it.
    std::thread::sleep(Duration::from_secs(6));
    exporters.into_iter().for_each(Server::stop);
    recorder.stop();
    let found = found();
    let ids: std::collections::BTreeSet<_> = found
        .iter()
        .map(|finding| finding["finding_info"]["uid"].to_string())
        .collect();
    assert_eq!((found.len(), ids.len()), (denied, denied));
    for finding in found {
        assert_eq!(finding["class_uid"], 2004, "{finding}");
        assert_eq!(finding["severity"], "High");
        assert_eq!(
            finding["finding_info"]["analytic"]["name"], "denied",
            "{finding}"
        );
        assert_eq!(
            finding["finding_info"]["attacks"][0]["technique"]["uid"],
            "T1213"
        );
    }
}
