//! Two exporters of one group, one of which is killed: the other has its partitions within ten seconds, and one batch comes twice at most.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use event::Event;
use history::retold;
use serde_json::Value;

use super::receivers::Journal;
use super::{PATIENCE, configuration, role, status};

const RETELLINGS: usize = 200;
const BATCH: usize = 100;
/// Kafka lets a group that is new gather for three seconds.
const GATHERED: Duration = Duration::from_secs(12);
const WITHIN: Duration = Duration::from_secs(10);

/// How often each id is in the lines of `folder`, and from which partitions they are.
fn lines(folder: &Path) -> (BTreeMap<String, u64>, BTreeSet<String>) {
    let (mut times, mut partitions) = (BTreeMap::new(), BTreeSet::new());
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        // A line that a kill tore, or that is being written, has no end.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for line in whole.lines() {
            let said: Value = serde_json::from_str(line).expect("JSON");
            let text = |key: &str| said[key].as_str().expect(key).to_owned();
            *times.entry(text("id")).or_insert(0) += 1;
            partitions.insert(text("partition"));
        }
    }
    (times, partitions)
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn partitions_of_a_killed_exporter_are_taken_over_within_ten_seconds() {
    let scratch = tempfile::tempdir().expect("folder");
    let scratch = scratch.path();
    let journal = Journal::new("failover");
    journal.hold(&[]);
    // One sink with one cursor; each exporter's lines are apart, so that it shows who sent what.
    let [first, second] = ["first", "second"].map(|name| {
        let own = scratch.join(name);
        std::fs::create_dir(&own).expect("folder");
        let text = format!(
            "[[export.sink]]\nname = 'files'\nformat = 'cloudevents'\nbatch_items = {BATCH}\nbatch_age = '100ms'\nrate = 60\nto.file.folder = '{}'",
            own.join("lines").display()
        );
        let written = configuration(scratch, &journal, &text);
        let config = own.join("export.toml");
        std::fs::rename(written, &config).expect("configuration");
        config
    });
    let folders = ["first", "second"].map(|name| scratch.join(name).join("lines"));
    let killed = role("export", &first, scratch);
    let survivor = role("export", &second, scratch);
    std::thread::sleep(GATHERED);
    let events = retold(&history::events(), RETELLINGS);
    journal.hold(&events);
    until("both export", || {
        folders.iter().all(|folder| !lines(folder).1.is_empty())
    });
    std::thread::sleep(Duration::from_secs(3));
    let held = lines(&folders[0]).1;
    assert!(
        held.is_disjoint(&lines(&folders[1]).1),
        "both have {held:?}"
    );
    // Dropped is killed.
    drop(killed);
    let begun = Instant::now();
    until("partitions are taken over", || {
        !held.is_disjoint(&lines(&folders[1]).1)
    });
    let took = begun.elapsed();
    println!("taken over after {took:?}");
    assert!(took < WITHIN, "taken over after {took:?}");
    survivor.stop();
    // The rest without a limit, as nobody waits for it.
    let text = std::fs::read_to_string(&second).expect("configuration");
    std::fs::write(&second, text.replace("rate = 60\n", "")).expect("configuration");
    let rest = role("export", &second, scratch);
    until("all is exported", || {
        status(&second)["files"]["behind"] == 0
    });
    rest.stop();
    nothing_is_lost(&folders, &events);
}

fn nothing_is_lost(folders: &[std::path::PathBuf; 2], events: &[Event]) {
    let mut times = BTreeMap::new();
    for folder in folders {
        for (id, count) in lines(folder).0 {
            *times.entry(id).or_insert(0) += count;
        }
    }
    for event in events {
        let id = event.event_id.to_string();
        assert!(times.contains_key(&id), "lost {id}");
    }
    let repeats: u64 = times.values().map(|count| count - 1).sum();
    // An event may bring a statement's end with it.
    assert!(
        repeats <= BATCH as u64 + 1,
        "{repeats} repeats after one kill"
    );
}
