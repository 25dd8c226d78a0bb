//! A session over HTTP: in pieces and whole, as files, and a long one in a browser.
//!
//! Enters: a running firn, events of a real driver, or a long history in its journal. Leaves: verdicts, and figures on standard output. Never
//! here: a limit on time; who measures reads the figures.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;

use journal::Journal as _;
use journal::embedded::{Embedded, EmbeddedConfig};
use serde_json::{Value, json};

use crate::console;
use crate::described::holds;
use crate::drivers::Driver;
use crate::running::{Firn, Setup, script};
use crate::sessions::seed;
use crate::world::{identity, token, upstream};

/// The body of a GET, and its status.
fn get(firn: &Firn, bearer: &str, path: &str) -> (u16, String) {
    let url = format!("http://127.0.0.1:{}{path}", firn.api);
    let output = Command::new("curl")
        .args(["-sS", "--max-time", "120", "-w", "\n%{http_code}"])
        .args(["-H", &format!("authorization: Bearer {bearer}"), &url])
        .output()
        .expect("curl");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (body, status) = said.rsplit_once('\n').expect("a status");
    (status.parse().expect("a status"), body.to_owned())
}

fn object(firn: &Firn, bearer: &str, path: &str) -> Value {
    let (status, body) = get(firn, bearer, path);
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(&body).expect("JSON")
}

/// What an agent might write to whoever looks.
fn hostile() -> Value {
    json!([
        {"sql": "SELECT id, full_name, email, ssn FROM customers ORDER BY id"},
        {"sql": "SELECT '<script>alert(1)</script>' AS \"<b>x</b>\", '=1+1' AS \"=cmd|' /C calc'!A0\", chr(27) || '[2J' || chr(7) AS esc"},
        {"sql": "=1+1"},
        {"sql": "@SUM(A1)\n -- \u{202e} \u{1b}]0;title\u{7}"},
        {"sql": "DROP TABLE customers"},
        {"sql": "select id, email, ssn, note from made_up /* upstream: rows=700 chunks=2 */"},
    ])
}

#[test]
fn a_session_in_pieces_is_the_session_and_its_files_are_inert() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let firn = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    Driver::Python4.run(&script(firn.gateway, &agent, hostile()), scratch.path());
    let sessions = firn.sql("select session_id from sessions");
    let id = sessions[0]["session_id"].as_str().expect("an id");
    let auditor = token(identity, "alma", &["auditors"]);
    let base = format!("/api/sessions/{id}");
    let whole = object(&firn, &auditor, &format!("{base}/timeline"));
    holds("get", "/api/sessions/{id}/timeline", &whole);
    let outline = object(&firn, &auditor, &format!("{base}/outline"));
    holds("get", "/api/sessions/{id}/outline", &outline);
    let diff = object(&firn, &auditor, &format!("{base}/diff/{id}"));
    holds("get", "/api/sessions/{id}/diff/{earlier}", &diff);
    for name in ["session", "head", "start", "duration_ns", "totals", "parts"] {
        assert_eq!(outline[name], whole[name], "{name}");
    }
    let lines = outline["entries"].as_array().expect("lines");
    let entries = whole["entries"].as_array().expect("entries");
    assert_eq!(lines.len(), entries.len());
    for (line, entry) in lines.iter().zip(entries) {
        let marked = |one: &Value| one["markers"].as_array().cloned().unwrap_or_default();
        for name in ["entry", "statement", "number"] {
            assert_eq!(line[name], entry[name], "{line} {entry}");
        }
        assert_eq!(marked(line), marked(entry), "{line} {entry}");
    }

    let ids: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["statement"].as_str())
        .collect();
    let path = format!(
        "{base}/statements?ids={}&start={}",
        ids.join(","),
        whole["start"]
    );
    let told = object(&firn, &auditor, &path);
    holds("get", "/api/sessions/{id}/statements", &told);
    let told: BTreeMap<&str, &Value> = told["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| (entry["statement"].as_str().expect("an id"), entry))
        .collect();
    for entry in entries.iter().filter(|entry| entry["entry"] == "statement") {
        let own = told[entry["statement"].as_str().expect("an id")];
        for name in [
            "at_ns", "request", "decision", "failure", "events", "markers",
        ] {
            assert_eq!(own[name], entry[name], "{name}");
        }
        for (number, result) in entry["results"]
            .as_array()
            .expect("results")
            .iter()
            .enumerate()
        {
            let rows = result["grid"]["rows"].as_array().expect("rows");
            let first = own["results"][number]["grid"]["rows"]
                .as_array()
                .expect("rows");
            assert_eq!(first[..], rows[..rows.len().min(100)], "the first rows");
            let (mut from, mut paged) = (0, Vec::new());
            loop {
                let path = format!(
                    "{base}/rows?statement={}&result={}&from={from}&limit=250",
                    entry["statement"].as_str().expect("an id"),
                    result["result"]
                );
                let page = object(&firn, &auditor, &path);
                paged.extend(page["rows"].as_array().expect("rows").iter().cloned());
                from += 250;
                if from >= page["total"].as_u64().expect("a number") {
                    break;
                }
            }
            assert_eq!(&paged, rows, "every row");
        }
    }

    // As a file it is the same, and nobody's spreadsheet or terminal does what it says.
    let (status, file) = get(&firn, &auditor, &format!("{base}/download?form=json"));
    assert_eq!(status, 200);
    let file: Value = serde_json::from_str(&file).expect("JSON");
    assert_eq!(file, whole);
    holds("get", "/api/sessions/{id}/download", &file);
    let (_, csv) = get(&firn, &auditor, &format!("{base}/download?form=csv"));
    assert!(csv.starts_with("number,time_ns,"), "{csv}");
    for cell in ["'=1+1", "'@SUM(A1)"] {
        assert!(csv.contains(cell), "{cell} in {csv}");
    }
    assert!(
        !csv.contains(",=") && !csv.contains(",@") && !csv.contains(",\"="),
        "{csv}"
    );
    let (_, cast) = get(&firn, &auditor, &format!("{base}/download?form=asciicast"));
    let mut played = cast
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    assert_eq!(played.next().expect("a header")["version"], 2);
    let mut before = 0.0;
    let mut seen = String::new();
    for event in played {
        let at = event[0].as_f64().expect("a time");
        assert!(at >= before && event[1] == "o", "{event}");
        before = at;
        seen.push_str(event[2].as_str().expect("text"));
    }
    // Of what steers a terminal there are the colours alone.
    for (place, _) in seen.match_indices('\u{1b}') {
        let rest = &seen[place + 1..];
        let ends = rest.find('m').unwrap_or(usize::MAX);
        let plain = rest.get(1..ends).is_some_and(|inside| {
            inside
                .bytes()
                .all(|one| one.is_ascii_digit() || one == b';')
        });
        assert!(
            rest.starts_with('[') && plain,
            "{:?}",
            &rest[..rest.len().min(20)]
        );
    }
    assert!(!seen.contains(['\u{7}', '\u{202e}']) && seen.contains("DROP TABLE customers"));

    let found = |words: &str| {
        let found = object(&firn, &auditor, &format!("{base}/find?words={words}"));
        found["statements"].as_array().expect("ids").len()
    };
    assert_eq!(
        [found("drop%20TABLE"), found("full_name"), found("nowhere")],
        [1, 1, 0]
    );
    for (path, status) in [
        ("statements?ids=x", 400),
        ("statements", 400),
        ("rows?statement=0198c5a0-0000-7000-8000-000000000000", 404),
        ("find?words=", 400),
        ("download?form=exe", 400),
    ] {
        assert_eq!(
            get(&firn, &auditor, &format!("{base}/{path}")).0,
            status,
            "{path}"
        );
    }
    let nobody = "/api/sessions/0198c5a0-0000-7000-8000-000000000000";
    for path in ["outline", "download?form=csv"] {
        assert_eq!(
            get(&firn, &auditor, &format!("{nobody}/{path}")).0,
            404,
            "{path}"
        );
    }
    firn.verified();
}

/// A number that the environment may give.
fn given(name: &str, otherwise: u32) -> u32 {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |text| text.parse().expect("a number"))
}

/// Puts a long session into the journal of a firn that is not running yet.
fn tell(folder: &std::path::Path, statements: u32, rows: u32) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let clock = Arc::new(journal::clock::SystemClock);
        let config = EmbeddedConfig::default();
        let journal = Embedded::open(folder, config, clock).expect("the journal");
        for batch in history::long(statements, rows).chunks(5_000) {
            let appended = batch.iter().map(|event| {
                let record = journal::Record {
                    key: event.key(),
                    headers: Vec::new(),
                    value: event::encode(event).expect("bytes").into(),
                };
                journal.append(journal::emit::topic_of(event.kind()), record)
            });
            for appended in futures::future::join_all(appended).await {
                appended.expect("appended");
            }
        }
        journal.close().await;
    });
}

#[test]
fn a_long_session_is_shown_by_pieces() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let statements = given("FIRN_STATEMENTS", 1_000);
    let rows = given("FIRN_ROWS", 50_000);
    tell(&scratch.path().join("firn-data/journal"), statements, rows);
    let firn = console::start_as_shipped(scratch.path(), &upstream, identity);
    // Everything is archived and sealed, as a session that somebody looks at mostly is.
    let events = || {
        firn.sql("select count(*) as n from statements where outcome is not null")[0]["n"].clone()
    };
    let since = std::time::Instant::now();
    while events() != json!(statements) {
        assert!(since.elapsed().as_secs() < 600, "{} statements", events());
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    console::browse(
        "long.mjs",
        &[
            ("FIRN_BASE", console::base(&firn)),
            ("FIRN_SESSION", history::long_session().to_string()),
            ("FIRN_STATEMENTS", statements.to_string()),
            ("FIRN_ROWS", rows.to_string()),
            ("FIRN_PID", firn.pid().to_string()),
        ],
    );
}
