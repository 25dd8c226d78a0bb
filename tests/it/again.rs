//! What was recorded, used again: decided again, held against another session, served to the driver that asked first.
//!
//! Enters: sessions of all five drivers through a real gateway. Leaves: verdicts. The oracles are not the replayer's: what a driver got of the
//! gateway is what it must get of the recording, and which statements a rule is about is asked of the record in SQL.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::drivers::Driver;
use crate::running::{Firn, Setup, environment, script};
use crate::sessions::{seed, steps, text};
use crate::world::{firn, identity, root, token, upstream};

/// A served recording.
struct Served {
    child: Child,
    port: u16,
    token: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(firn_at: &Firn, session: &str) -> Served {
    let mut command = firn();
    command
        .args(["replay", "--serve", session, "--json", "--config"])
        .arg(&firn_at.config)
        .stdout(Stdio::piped());
    environment(&mut command);
    let mut child = command.spawn().expect("firn");
    let mut line = String::new();
    let mut said = BufReader::new(child.stdout.take().expect("output"));
    said.read_line(&mut line).expect("a line");
    let at: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
    Served {
        child,
        port: u16::try_from(at["port"].as_u64().expect("a port")).expect("a port"),
        token: text(&at["token"]),
    }
}

/// A step's line without what no two runs share.
fn told(line: &Value) -> Value {
    let mut line = line.clone();
    if let Some(fields) = line.as_object_mut() {
        fields.remove("took_s");
        fields.remove("query_id");
        if let Some(message) = fields
            .get_mut("error")
            .and_then(|error| error.get_mut("message"))
        {
            *message = Value::String(without_ids(&text(message)));
        }
    }
    line
}

/// A message without the ids in it: of a query that failed, the record may have ours where the driver showed Snowflake's.
fn without_ids(message: &str) -> String {
    const LENGTH: usize = 36;
    let mut out = String::new();
    let mut rest = message;
    while let Some(first) = rest.chars().next() {
        match rest.get(..LENGTH) {
            Some(id) if uuid::Uuid::parse_str(id).is_ok() => {
                out.push_str("<id>");
                rest = &rest[LENGTH..];
            }
            _ => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    out
}

/// The sessions by the driver they are of, in the order the drivers ran.
fn sessions(firn: &Firn) -> Vec<String> {
    let rows = firn.sql("select session_id from sessions order by opened");
    rows.iter().map(|row| text(&row["session_id"])).collect()
}

fn report(firn: &Firn, arguments: &[&str]) -> (Value, bool) {
    let (said, same) = match firn.ask(arguments) {
        Ok(said) => (said, true),
        Err(said) => (said, false),
    };
    let mut values = serde_json::Deserializer::from_str(&said).into_iter::<Value>();
    let report = values.next().and_then(Result::ok);
    (
        report.unwrap_or_else(|| panic!("{arguments:?}: {said}")),
        same,
    )
}

fn policy_with(scratch: &Path, name: &str, more: &str) -> String {
    let folder = scratch.join(name);
    let copied = Command::new("cp")
        .arg("-r")
        .arg(root().join("tests/policy"))
        .arg(&folder)
        .status();
    assert!(copied.expect("cp").success());
    std::fs::write(folder.join("50-more.cedar"), more).expect("a rule");
    folder.display().to_string()
}

fn decided_again(firn: &Firn, scratch: &Path) {
    let (same, is_same) = report(firn, &["policy", "backtest", "--since", "1d", "--json"]);
    let statements = firn.sql("select count(*) as n from statements where verdict is not null");
    assert_eq!(same["statements"], statements[0]["n"], "{same}");
    assert_eq!(
        (
            &same["same"],
            &same["changed"],
            &same["not_decided"],
            &same["other_rules"]
        ),
        (&statements[0]["n"], &json!(0), &json!(0), &json!(0)),
        "{same:#}"
    );
    assert!(is_same, "its exit status says so too");
    let rule = "@id(\"no-notes\") @reason(\"nobody reads notes\") forbid (principal, action == Action::\"read\", resource == Table::\"SHOP.PUBLIC.NOTES\");";
    let folder = policy_with(scratch, "stricter", rule);
    let (stricter, is_same) = report(
        firn,
        &[
            "policy", "backtest", "--policy", &folder, "--since", "1d", "--json",
        ],
    );
    assert!(!is_same);
    let expected = firn.sql(
        "select count(*) as n from statements where verdict in ('allow', 'mask') and array_has(reads, 'SHOP.PUBLIC.NOTES')",
    );
    assert_eq!(stricter["changed"], expected[0]["n"], "{stricter:#}");
    assert_eq!(stricter["changes"][0]["change"], "denied");
    assert_eq!(
        stricter["changes"][0]["rules_now"]["no-notes"]["statements"],
        expected[0]["n"]
    );
    let recorded = firn.sql("select count(*) as n from auditors where kind = 'auditor.exported'");
    assert!(
        recorded[0]["n"].as_u64() > Some(0),
        "the reading is recorded"
    );
}

fn served_again(firn: &Firn, scratch: &Path, driver: Driver, session: &str, then: &[Value]) {
    let served = serve(firn, session);
    let mut asked = steps();
    let more = json!({"sql": "select something_else from nowhere_at_all"});
    asked.as_array_mut().expect("steps").push(more);
    let lines = driver.run(&script(served.port, &served.token, asked), scratch);
    let unknown = steps().as_array().expect("steps").len();
    for line in then {
        let again = lines.iter().find(|one| one["step"] == line["step"]);
        let again =
            again.unwrap_or_else(|| panic!("{driver:?}: no step {}: {lines:?}", line["step"]));
        assert_eq!(told(again), told(line), "{driver:?}");
    }
    let line = lines
        .iter()
        .find(|line| line["step"] == unknown)
        .expect("the last step");
    let said = text(&line["error"]["message"]);
    assert!(
        said.contains("is not in the recording"),
        "{driver:?}: {line}"
    );
}

/// Whoever has not the recording's token is not let in, whichever driver it is.
fn refused_without_its_token(firn: &Firn, scratch: &Path, session: &str) {
    let served = serve(firn, session);
    let driver = Driver::Python4;
    let wrong = driver.run(&script(served.port, "another token", json!([])), scratch);
    assert_eq!(wrong[0]["ok"], false, "{driver:?}: {wrong:?}");
}

#[test]
fn what_was_recorded_answers_again() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let firn = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let bearer = token(identity, "agent-7", &["agents"]);
    let mut then = Vec::new();
    for driver in Driver::ALL {
        then.push(driver.run(&script(firn.gateway, &bearer, steps()), scratch.path()));
    }
    let sessions = sessions(&firn);
    assert_eq!(sessions.len(), then.len());
    decided_again(&firn, scratch.path());
    // Each recording is served by a process of its own.
    std::thread::scope(|scope| {
        for ((driver, session), then) in Driver::ALL.into_iter().zip(&sessions).zip(&then) {
            let (firn, scratch) = (&firn, scratch.path());
            scope.spawn(move || served_again(firn, scratch, driver, session, then));
        }
    });
    refused_without_its_token(&firn, scratch.path(), &sessions[0]);
    // Every other driver asks the recording of the first: other forms, the same values.
    let served = serve(&firn, &sessions[0]);
    for driver in Driver::ALL {
        let lines = driver.run(&script(served.port, &served.token, steps()), scratch.path());
        let last = lines.iter().find(|line| line["step"] == 7).expect("rows");
        let rows = last["rows"]
            .as_array()
            .unwrap_or_else(|| panic!("{driver:?}: {last}"));
        assert_eq!(rows.len(), 300, "{driver:?}: {last}");
    }
    // Two drivers that asked the same.
    let (diff, _) = report(
        &firn,
        &["replay", "--diff", &sessions[0], &sessions[1], "--json"],
    );
    assert_eq!(
        (&diff["added"], &diff["missing"]),
        (&json!(0), &json!(0)),
        "{diff:#}"
    );
    let (own, is_same) = report(
        &firn,
        &["replay", "--diff", &sessions[0], &sessions[0], "--json"],
    );
    assert!(is_same && own["changed"] == 0, "{own:#}");
    firn.verified();
}

/// What `/api/live` tells until it is `enough`, or for some seconds: each event's id and data.
fn live(
    firn: &Firn,
    bearer: &str,
    last: Option<&str>,
    seconds: &str,
    enough: impl Fn(&[Told]) -> bool,
) -> Vec<Told> {
    let said = tempfile::NamedTempFile::new().expect("file");
    let mut curl = Command::new("curl");
    curl.args(["-sSN", "--max-time", seconds, "-o"])
        .arg(said.path())
        .args(["-H", &format!("authorization: Bearer {bearer}")]);
    if let Some(last) = last {
        curl.args(["-H", &format!("last-event-id: {last}")]);
    }
    let url = format!("http://127.0.0.1:{}/api/live", firn.api);
    let mut curl = curl.arg(url).spawn().expect("curl");
    loop {
        let over = curl.try_wait().expect("curl").is_some();
        let events = events(&std::fs::read_to_string(said.path()).expect("what it said"));
        if over || enough(&events) {
            // One that has ended needs no end.
            let _ = curl.kill();
            let _ = curl.wait();
            return events;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// An event of a stream: its id and data.
type Told = (String, Value);

/// Those that are whole: the last may be on its way.
fn events(said: &str) -> Vec<Told> {
    let whole = said.rfind("\n\n").map_or("", |end| &said[..end]);
    let mut events = Vec::new();
    for block in whole.split("\n\n") {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
        if let (Some(id), Some(data)) = (field("id: "), field("data: ")) {
            events.push((id.to_owned(), serde_json::from_str(data).expect("JSON")));
        }
    }
    events
}

/// The sessions that they name.
fn names(events: &[Told]) -> Vec<String> {
    let sessions = events
        .iter()
        .filter_map(|(_, data)| data["sessions"].as_array());
    sessions.flatten().map(text).collect()
}

#[test]
fn what_moves_is_told_and_taken_up_again() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let firn = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    let auditor = token(identity, "alma", &["auditors"]);
    let run = || {
        Driver::Python4.run(
            &script(firn.gateway, &agent, json!([{"sql": "select 1"}])),
            scratch.path(),
        )
    };
    let over = AtomicBool::new(false);
    let enough = |_: &[Told]| over.load(Ordering::Relaxed);
    let told = std::thread::scope(|scope| {
        let following = scope.spawn(|| live(&firn, &auditor, None, "60", enough));
        std::thread::sleep(Duration::from_secs(2));
        run();
        // The session's end is told a moment after it.
        std::thread::sleep(Duration::from_secs(4));
        over.store(true, Ordering::Relaxed);
        following.join().expect("curl")
    });
    let first = sessions(&firn);
    assert!(names(&told).contains(&first[0]), "{told:?}");
    assert!(
        told.iter().all(|(_, data)| data["all"] == false),
        "{told:?}"
    );
    let last = told.last().expect("an event").0.clone();
    run();
    let second = sessions(&firn);
    let again = live(&firn, &auditor, Some(&last), "15", |told| {
        names(told).contains(&second[1])
    });
    let named = names(&again);
    assert!(
        named.contains(&second[1]) && !named.contains(&first[0]),
        "{again:?}"
    );
    // Of another process, or made up: ask for everything.
    let any = |told: &[Told]| !told.is_empty();
    let lost = live(&firn, &auditor, Some("0000000000000000-7"), "15", any);
    assert_eq!(lost[0].1["all"], true, "{lost:?}");
    // Who may not read sessions hears of none.
    let other = live(&firn, &agent, Some("0000000000000000-7"), "3", |_| false);
    assert!(!other.is_empty() && names(&other).is_empty(), "{other:?}");
    let listed = firn.sql("select count(*) as n from auditors where exported = 'live'");
    assert_eq!(listed[0]["n"], 4, "each time somebody follows is recorded");
}
