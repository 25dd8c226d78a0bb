//! What an earlier build recorded opens, answers and verifies the same with this one, byte for byte.
//!
//! Enters: `tests/fixtures/v1`, made once by the build its README names. Leaves: this build's answers, compared. Never here: a
//! golden file that is written anew; `FIRN_WRITE_GOLDEN=1` writes those that are missing. Reading is recorded, so it works on copies.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use archive::{Archive, ArchiveConfig};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use event::payload::{AuditorListed, ProducerRole};
use journal::clock::{Clock, SystemClock};
use journal::embedded::{Embedded, EmbeddedConfig};
use journal::emit::{Draft, Emitter, EmitterConfig};
use journal::{Journal, Record, Topic};
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::running::ask;
use crate::world::root;

/// Event partitions of the fixture's journal.
const PARTITIONS: u32 = 2;

/// How long a recorder may take for a hundred events on a busy machine.
const RECORDED_WITHIN: Duration = Duration::from_secs(60);

pub fn fixture() -> PathBuf {
    root().join("tests/fixtures/v1")
}

/// A copy of the record, or of parts of it, and a configuration over it.
pub struct Opened {
    pub folder: TempDir,
    config: PathBuf,
}

pub fn open(parts: &[&str]) -> Opened {
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("data");
    for part in parts {
        copy(&fixture().join(part), &data.join(part));
    }
    let config = folder.path().join("firn.toml");
    let text = format!(
        "data = {:?}\njournal = {{ kind = \"embedded\", partitions = {PARTITIONS} }}\n",
        data.display().to_string()
    );
    std::fs::write(&config, text).expect("configuration");
    Opened { folder, config }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folder");
    for entry in std::fs::read_dir(from).expect("fixture") {
        let entry = entry.expect("entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("copy");
        }
    }
}

impl Opened {
    fn ask(&self, arguments: &[&str]) -> String {
        ask(&self.config, arguments).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
    }

    /// Every answer by the name of its golden file.
    pub fn answers(&self) -> BTreeMap<String, String> {
        let mut answers = BTreeMap::new();
        let questions = std::fs::read_dir(fixture().join("questions")).expect("questions");
        for question in questions {
            let path = question.expect("entry").path();
            let sql = std::fs::read_to_string(&path).expect("question");
            let name = path.file_stem().expect("a name").to_string_lossy();
            answers.insert(format!("{name}.jsonl"), self.ask(&["sql", "--json", &sql]));
        }
        let sessions = self.ask(&["sessions", "--json"]);
        for session in sessions.lines() {
            let session: Value = serde_json::from_str(session).expect("a JSON line");
            let id = session["session_id"].as_str().expect("an id");
            answers.insert(
                format!("replay-{id}.json"),
                self.ask(&["replay", "--json", id]),
            );
        }
        answers.insert("sessions.jsonl".to_owned(), sessions);
        answers
    }

    /// The report over what is there, before any command adds that it looked.
    async fn report(&self, with_journal: bool) -> String {
        let archive = self.archive().await;
        let journal = with_journal.then(|| self.journal());
        let report = archive::verify::verify(&archive, journal.as_ref());
        let report = report.await.expect("a report");
        if let Some(journal) = journal {
            journal.close().await;
        }
        assert!(report.integrity && report.completeness, "{report}");
        serde_json::to_string(&report).expect("JSON") + "\n"
    }

    pub async fn archive(&self) -> Archive {
        let folder = self.folder.path().join("data/archive");
        let config = ArchiveConfig {
            url: format!("file://{}", folder.display()),
            options: BTreeMap::new(),
            object_lock: None,
        };
        Archive::open(&config).await.expect("archive")
    }

    pub fn journal(&self) -> Arc<dyn Journal> {
        let config = EmbeddedConfig {
            events_partitions: PARTITIONS,
            ..EmbeddedConfig::default()
        };
        let folder = self.folder.path().join("data/journal");
        Arc::new(Embedded::open(&folder, config, Arc::new(SystemClock)).expect("journal"))
    }
}

/// Compares `answers` with the golden files in `folder`, both ways.
pub fn compare(folder: &str, answers: &BTreeMap<String, String>) {
    let folder = fixture().join("answers").join(folder);
    if std::env::var_os("FIRN_WRITE_GOLDEN").is_some() {
        std::fs::create_dir_all(&folder).expect("folder");
        for (name, answer) in answers {
            if !folder.join(name).exists() {
                std::fs::write(folder.join(name), answer).expect("golden file");
            }
        }
    }
    let golden: BTreeMap<String, String> = std::fs::read_dir(&folder)
        .expect("golden files")
        .map(|entry| {
            let entry = entry.expect("entry");
            let text = std::fs::read_to_string(entry.path()).expect("golden file");
            (entry.file_name().to_string_lossy().into_owned(), text)
        })
        .collect();
    for (name, want) in &golden {
        let got = answers
            .get(name)
            .unwrap_or_else(|| panic!("nothing was asked for {name}"));
        for (number, (want, got)) in want.lines().zip(got.lines()).enumerate() {
            assert_eq!(got, want, "{name}, line {}", number + 1);
        }
        assert_eq!(got, want, "{name}");
    }
    let unknown: Vec<_> = answers
        .keys()
        .filter(|name| !golden.contains_key(*name))
        .collect();
    assert!(
        unknown.is_empty(),
        "answers without a golden file: {unknown:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_of_version_1_answers_and_verifies_as_ever() {
    let record = open(&["archive"]);
    let report = record.report(false).await;
    let mut answers = record.answers();
    answers.insert("verify.json".to_owned(), report);
    compare("archive", &answers);
}

#[tokio::test(flavor = "multi_thread")]
async fn archive_and_journal_of_version_1_answer_and_verify_as_ever() {
    let record = open(&["archive", "journal"]);
    let report = record.report(true).await;
    let mut answers = record.answers();
    answers.insert("verify.json".to_owned(), report);
    compare("whole", &answers);
    record.ask(&["verify"]);
}

/// What this build says in a later version stands beside it in one journal and one archive, answered and verified together.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_version_2_stands_beside_those_of_version_1() {
    let record = open(&["archive", "journal"]);
    let journal = record.journal();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let emitter = Emitter::start(
        Arc::clone(&journal),
        Arc::clone(&clock),
        EmitterConfig {
            // However slow the machine, it says just this.
            heartbeat_interval: Duration::from_secs(3600),
            ..EmitterConfig::new(ProducerRole::Gateway)
        },
    );
    let emitter = emitter.await.expect("an emitter");
    let listed = Draft::new(AuditorListed {
        what: "approvals".to_owned(),
        rows: 3,
    });
    emitter.emit(listed).await.expect("recorded");
    emitter.stop().await.expect("stopped");
    let archive = record.archive().await;
    let dependencies = recorder::Dependencies {
        journal: Arc::clone(&journal),
        archive: archive.clone(),
        clock,
    };
    let recorder = recorder::build(recorder::Config::default(), dependencies);
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(recorder.expect("a recorder").run(shutdown.clone()));
    for topic in Topic::ALL {
        for partition in journal.partitions(topic).await.expect("partitions") {
            let end = journal.bounds(partition).await.expect("bounds").end;
            let begun = std::time::Instant::now();
            while archive.position(partition).await.expect("position") < end {
                assert!(
                    begun.elapsed() < RECORDED_WITHIN,
                    "{partition} is not archived"
                );
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    shutdown.cancel();
    running.await.expect("joined").expect("recorded");
    journal.close().await;

    for with_journal in [false, true] {
        let report: Value = serde_json::from_str(&record.report(with_journal).await).expect("JSON");
        // The hundred; the run's start, what it said, its last count, its end.
        assert_eq!(report["counts"]["archived_events"], 104, "{report}");
    }
    let sql = "SELECT schema_version, count(*) AS n FROM events \
        WHERE kind = 'auditor.listed' OR time < TIMESTAMP '2026-06-01' GROUP BY schema_version ORDER BY schema_version";
    assert_eq!(
        record.ask(&["sql", "--json", sql]),
        "{\"schema_version\":1,\"n\":100}\n{\"schema_version\":2,\"n\":1}\n"
    );
    let listed = "SELECT kind, exported, rows FROM auditors WHERE kind = 'auditor.listed'";
    assert_eq!(
        record.ask(&["sql", "--json", listed]),
        "{\"kind\":\"auditor.listed\",\"exported\":\"approvals\",\"rows\":3}\n"
    );
    let mut answers = record.answers();
    let verify = std::fs::read_to_string(fixture().join("answers/whole/verify.json"));
    answers.insert("verify.json".to_owned(), verify.expect("the report"));
    compare("whole", &answers);
}

/// One record as Kafka holds it.
#[derive(serde::Deserialize)]
struct Dumped {
    topic: String,
    partition: u32,
    offset: u64,
    key: String,
    headers: Vec<(String, String)>,
    value: String,
}

fn dump() -> Vec<Dumped> {
    let text = std::fs::read_to_string(fixture().join("kafka.jsonl")).expect("dump");
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a record"))
        .collect()
}

fn bytes(text: &str) -> Vec<u8> {
    STANDARD.decode(text).expect("base64")
}

#[test]
fn every_kind_of_version_1_decodes_and_encodes_to_the_same_bytes() {
    let mut kinds = std::collections::BTreeSet::new();
    let mut refused = Vec::new();
    for record in dump() {
        let value = bytes(&record.value);
        match event::decode(&value) {
            Ok(event) => {
                kinds.insert(event.kind().as_str());
                assert_eq!(event::encode(&event).expect("it was encoded"), value);
                let headers = event::headers(&event).into_iter();
                let headers: Vec<_> = headers
                    .map(|(name, text)| (name.to_owned(), text))
                    .collect();
                assert_eq!(record.headers, headers);
                assert_eq!(event.key().as_slice(), bytes(&record.key));
            }
            Err(error) => refused.push((record.partition, record.offset, error)),
        }
    }
    assert_eq!(kinds.len(), 30, "{kinds:?}");
    assert_eq!(refused.len(), 2, "{refused:?}");
}

/// What Kafka held, written to a journal of this build, gives the answers that archive and journal give.
#[tokio::test(flavor = "multi_thread")]
async fn a_journal_of_version_1_events_alone_answers_the_same() {
    let record = open(&[]);
    let journal = record.journal();
    for dumped in dump() {
        let topic = match dumped.topic.as_str() {
            "firn.control" => Topic::Control,
            _ => Topic::Events,
        };
        let appended = journal.append(
            topic,
            Record {
                key: bytes(&dumped.key).try_into().expect("16 bytes"),
                headers: dumped.headers,
                value: Bytes::from(bytes(&dumped.value)),
            },
        );
        let position = appended.await.expect("a position");
        assert_eq!(
            (position.partition.number, position.offset.0),
            (dumped.partition, dumped.offset)
        );
    }
    journal.close().await;
    let mut answers = record.answers();
    // Quarantine is the recorder's; the report speaks of files.
    for name in ["quarantine.jsonl", "verify.json"] {
        let path = fixture().join("answers/whole").join(name);
        answers.insert(name.to_owned(), std::fs::read_to_string(path).expect(name));
    }
    compare("whole", &answers);
}
