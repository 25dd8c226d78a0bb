//! What people ask of exports and do for them, as commands: how sinks stand, dead letters, backfills, the table of meanings.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use event::Kind;
use history::retold;
use serde_json::Value;

use super::hook::Hook;
use super::receivers::{Journal, VictoriaLogs, bytes, in_files};
use super::{PATIENCE, complete, configuration, reconciled, role, status, until_done};
use crate::running::{ask, environment};
use crate::world::{firn, free_port};

const RETELLINGS: usize = super::RETELLINGS;
const REFUSED: &str = "firn.statement.failed";

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn objects(said: &str) -> Vec<Value> {
    let lines = said.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// The ids of the dead letters.
fn dead(config: &Path) -> Vec<String> {
    let said = ask(config, &["export", "dead", "list", "hook", "--json"]).expect("a list");
    let letters = objects(&said);
    let id = |letter: &Value| letter["id"].as_str().expect("id").to_owned();
    letters.iter().map(id).collect()
}

#[test]
fn what_was_refused_is_listed_shown_sent_again_and_dropped() {
    let scratch = tempfile::tempdir().expect("folder");
    let scratch = scratch.path();
    let journal = Journal::new("dead");
    let events = retold(&history::events(), 4);
    journal.hold(&events);
    let hook = Hook::start();
    hook.refuse(Some(REFUSED));
    std::fs::write(scratch.join("key"), "a key of more than twenty-four bytes").expect("key");
    let away = free_port();
    let sinks = format!(
        "[[export.sink]]\nname = 'hook'\nformat = 'cloudevents'\nitems = ['events']\nbatch_age = '100ms'\n\
         to.webhook = {{ url = 'http://127.0.0.1:{}/', secret.file = 'key' }}\n\
         [[export.sink]]\nname = 'away'\nto.webhook = {{ url = 'http://127.0.0.1:{away}/', secret.file = 'key' }}",
        hook.port
    );
    let config = configuration(scratch, &journal, &sinks);
    let exporter = role("export", &config, scratch);
    until("it is told that one is away", || {
        let told = status(&config);
        let known = !told["away"]["failure"].is_null();
        (known && told["hook"]["behind"] == 0).then_some(())
    });
    let told = status(&config);
    let why = told["away"]["failure"]["why"].as_str().expect("a reason");
    assert!(why.contains("cannot be reached"), "{told:#?}");
    assert_eq!(told["away"]["failure"]["over"], false);
    let table = ask(&config, &["export", "status"]).expect_err("exit status 1");
    assert!(
        table.contains("takes nothing since") && table.contains(why),
        "{table}"
    );
    let by_hour = ask(&config, &["export", "status", "--hours"]).expect_err("exit status 1");
    assert!(by_hour.contains("ARCHIVED"), "{by_hour}");

    let failed = events
        .iter()
        .filter(|event| event.kind() == Kind::StatementFailed);
    let failed: Vec<String> = failed.map(|event| event.event_id.to_string()).collect();
    let mut letters = dead(&config);
    letters.sort();
    let mut expected = failed.clone();
    expected.sort();
    assert_eq!(letters, expected);
    assert!(letters.len() > 2);
    let letter = &letters[0];
    let shown = ask(&config, &["export", "dead", "show", "hook", letter]).expect("a letter");
    assert!(shown.contains("400") && shown.contains(REFUSED), "{shown}");
    let shown = ask(
        &config,
        &["export", "dead", "show", "hook", letter, "--json"],
    );
    assert_eq!(objects(&shown.expect("a letter"))[0]["id"], letter.as_str());
    let unknown = ask(&config, &["export", "dead", "show", "hook", "nobody"]);
    assert!(
        unknown
            .expect_err("unknown")
            .contains("firn export dead list")
    );

    let again = ask(&config, &["export", "dead", "retry", "hook", letter]);
    let again = again.expect_err("still refused");
    assert!(again.contains("0 taken, 1 refused again"), "{again}");
    assert_eq!(dead(&config).len(), failed.len());
    hook.refuse(None);
    let taken = ask(&config, &["export", "dead", "retry", "hook", letter]).expect("taken");
    assert!(taken.contains("1 taken, 0 refused again"), "{taken}");
    assert!(
        hook.got()
            .last()
            .is_some_and(|body| body.contains(letter.as_str()))
    );
    let dropped = ask(
        &config,
        &["export", "dead", "drop", "hook", &letters[1], "--json"],
    );
    assert_eq!(objects(&dropped.expect("dropped"))[0]["dropped"], 1);
    assert_eq!(dead(&config).len(), failed.len() - 2);
    let rest = ask(
        &config,
        &["export", "dead", "retry", "hook", "--all", "--json"],
    );
    assert_eq!(objects(&rest.expect("taken"))[0]["taken"], failed.len() - 2);
    assert!(dead(&config).is_empty());
    a_change_is_taken(&config, &exporter, scratch);
    exporter.stop();
}

/// An exporter has no API, and hears all the same: it takes other sinks at once, and says of the rest that it stays.
fn a_change_is_taken(config: &Path, exporter: &crate::world::Server, scratch: &Path) {
    let log = scratch.join(format!("export-{}.log", exporter.port));
    let said = || std::fs::read_to_string(&log).expect("log");
    let text = std::fs::read_to_string(config).expect("configuration");
    let more =
        "[[export.sink]]\nname = 'more'\nto.file.folder = 'more'\n[producer]\nheartbeat = '7s'\n";
    std::fs::write(config, format!("{text}{more}")).expect("configuration");
    until("the rest is warned of", || {
        let warned = said().contains("[producer] changed: that takes effect after a restart");
        warned.then_some(())
    });
    let folder = scratch.join("more");
    until("a sink is added", || {
        (folder.is_dir() && bytes(&folder) > 0).then_some(())
    });
    assert!(!said().contains("[export] changed"), "{}", said());
    std::fs::write(config, "this is no TOML").expect("configuration");
    let mut told = Command::new("kill");
    told.args(["-HUP", &exporter.pid().to_string()]);
    assert!(told.status().expect("kill").success());
    until("a change is refused", || {
        said().contains("a change is refused").then_some(())
    });
}

fn backfill(config: &Path, sink: &str) -> Command {
    let mut command = firn();
    command.args(["export", "backfill", sink, "--since", "10000d", "--json"]);
    command.arg("--config").arg(config);
    environment(&mut command);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn said(output: Output) -> (Value, String) {
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let beside = String::from_utf8_lossy(&output.stderr).into_owned();
    let object = serde_json::from_str(told.trim());
    (object.unwrap_or_else(|_| panic!("{told}{beside}")), beside)
}

#[test]
fn a_backfill_by_an_age_goes_on_where_it_was_broken_off() {
    let scratch = tempfile::tempdir().expect("folder");
    let scratch = scratch.path();
    let journal = Journal::new("backfill");
    let events = retold(&history::events(), RETELLINGS);
    journal.hold(&events);
    let batch = 100;
    let sinks = format!(
        "[[export.sink]]\nname = 'files'\nbatch_items = {batch}\nbatch_age = '100ms'\nrate = 400\nto.file.folder = 'filled'"
    );
    let config = configuration(scratch, &journal, &sinks);
    let recorder = role("recorder", &config, scratch);
    until("all is archived", || {
        let partitions = status(&config)["files"]["partitions"].clone();
        let partitions = partitions.as_object().expect("partitions").values();
        let archived = partitions.filter_map(|place| place["archived"].as_u64());
        (archived.sum::<u64>() >= events.len() as u64).then_some(())
    });
    recorder.stop();
    let folder = scratch.join("filled");
    let running = backfill(&config, "files").spawn().expect("firn");
    until("some is sent", || {
        (folder.is_dir() && bytes(&folder) > 0).then_some(())
    });
    let begun = Instant::now();
    std::thread::sleep(Duration::from_secs(2));
    let interrupted = Command::new("kill")
        .args(["-INT", &running.id().to_string()])
        .status();
    assert!(interrupted.expect("kill").success());
    let (broken, _) = said(running.wait_with_output().expect("it ends"));
    assert_eq!(
        broken["whole"],
        false,
        "{broken} after {:?}",
        begun.elapsed()
    );
    let text = std::fs::read_to_string(&config).expect("configuration");
    std::fs::write(&config, text.replace("rate = 400\n", "")).expect("configuration");
    let (whole, beside) = said(backfill(&config, "files").output().expect("firn"));
    assert_eq!(whole["whole"], true, "{whole}");
    assert!(
        beside.contains("goes on with what was broken off"),
        "{beside}"
    );
    for end in ["since", "until"] {
        assert_eq!(
            whole[end], broken[end],
            "{whole} is another span than {broken}"
        );
    }
    let repeats = complete("files", &in_files(&folder), &events);
    assert!(repeats <= batch + 1, "{repeats} repeats");
    // What was acknowledged before is not sent again.
    let sums = [&broken, &whole].map(|one| one["acknowledged"].as_u64().expect("a count"));
    let items = (events.len() + RETELLINGS * super::STATEMENTS) as u64;
    assert!(
        sums[0] > 0 && sums[0] + sums[1] == items,
        "{sums:?} of {items}"
    );
}

#[test]
fn a_receiver_that_says_200_and_drops_is_found_by_reconcile() {
    let scratch = tempfile::tempdir().expect("folder");
    let scratch = scratch.path();
    let (keeps, drops) = (
        VictoriaLogs::start(scratch),
        VictoriaLogs::keeping(scratch, "1d"),
    );
    let journal = Journal::new("drops");
    let events = retold(&history::events(), 5);
    journal.hold(&events);
    let sinks = format!(
        "[[export.sink]]\nname = 'keeps'\n{}[[export.sink]]\nname = 'drops'\n{}",
        keeps.bulk(),
        drops.bulk()
    );
    let config = configuration(scratch, &journal, &sinks);
    let recorder = role("recorder", &config, scratch);
    let exporter = role("export", &config, scratch);
    let told = until_done(&config, 2);
    exporter.stop();
    recorder.stop();
    let acknowledged = |sink: &str| told[sink]["total"]["acknowledged"].as_u64();
    assert_eq!(acknowledged("drops"), acknowledged("keeps"));
    assert!(acknowledged("drops") > Some(events.len() as u64));
    let [kept, dropped] = ["keeps", "drops"].map(|sink| reconciled(&config, sink));
    assert_eq!(kept["missing"], 0, "{kept}");
    assert_eq!(dropped["missing"], dropped["expected"], "{dropped}");
    assert_eq!(dropped["expected"].as_u64(), acknowledged("drops"));
}

#[test]
fn the_table_of_meanings_is_printed_without_a_sink() {
    let scratch = tempfile::tempdir().expect("folder");
    let config = scratch.path().join("firn.toml");
    let table = ask(&config, &["export", "schema"]).expect("a table");
    let rows = objects(&ask(&config, &["export", "schema", "--json"]).expect("rows"));
    assert_eq!(table.lines().count(), rows.len());
    for row in &rows {
        let (kind, class) = (&row["kind"], &row["class_uid"]);
        let named = |line: &&str| line.starts_with(kind.as_str().expect("kind"));
        let mut lines = table.lines().filter(named);
        assert!(
            lines.any(|line| line.contains(&format!(" {class} "))),
            "{row}"
        );
    }
    for kind in event::Kind::ALL {
        assert!(
            rows.iter().any(|row| row["kind"] == kind.as_str()),
            "{kind:?}"
        );
    }
}
