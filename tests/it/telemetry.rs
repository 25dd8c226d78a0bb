//! Nothing secret leaves by a side door: values are seeded wherever an agent, an auditor or Snowflake could put one, and every log,
//! metric, span and event is searched for them, and everything that receivers of exports got.

mod received;

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

use received::Receivers;
use serde_json::{Value, json};

use crate::drivers::Driver;
use crate::running::{Setup, script};
use crate::sessions::seed;
use crate::world::{free_port, http_get, http_post, identity, token, upstream};

/// A collector: takes what is sent to it, and says that it did.
struct Collector {
    port: u16,
    taken: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").expect("port");
        let port = socket.local_addr().expect("address").port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&taken);
        std::thread::spawn(move || {
            for stream in socket.incoming().flatten() {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || while take(&stream, &kept).is_some() {});
            }
        });
        Self { port, taken }
    }

    fn taken(&self) -> String {
        String::from_utf8_lossy(&self.taken.lock().expect("taken")).into_owned()
    }
}

/// One request: headers until the empty line, then as many bytes as they say. All of it is kept.
fn take(mut stream: &TcpStream, kept: &Mutex<Vec<u8>>) -> Option<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let text = String::from_utf8_lossy(&head).to_lowercase();
    assert!(text.starts_with("post /v1/traces"), "{text}");
    let (_, rest) = text.split_once("content-length:").expect("a length");
    let length = rest.lines().next().expect("a length").trim().to_owned();
    let mut body = vec![0; length.parse().expect("a number")];
    stream.read_exact(&mut body).ok()?;
    let mut all = kept.lock().expect("taken");
    all.extend(head);
    all.extend(body);
    drop(all);
    stream
        .write_all(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n",
        )
        .ok()
}

/// What nothing may tell: `everywhere`, and what only the record may hold (an agent's literal that no detector knows, an auditor's
/// own question).
#[derive(Default)]
struct Marks {
    everywhere: BTreeMap<&'static str, String>,
    beside_the_record: BTreeMap<&'static str, String>,
}

impl Marks {
    /// Those found in `text`.
    fn in_events(&self, text: &str) -> Vec<&'static str> {
        let found = |(name, mark): (&&'static str, &String)| text.contains(mark).then_some(*name);
        self.everywhere.iter().filter_map(found).collect()
    }

    fn beside(&self, text: &str) -> Vec<&'static str> {
        let found = |(name, mark): (&&'static str, &String)| text.contains(mark).then_some(*name);
        let mut all: Vec<_> = self.beside_the_record.iter().filter_map(found).collect();
        all.extend(self.in_events(text));
        all
    }
}

const SQL_EMAIL: &str = "quixotic.literal@marked-sender.com";
const SQL_CARD: &str = "4539148803436467";
const SQL_PLAIN: &str = "quixotic-literal-7731";
const SQL_BIND: &str = "quixotic-bind-5512";
const SQL_WRONG: &str = "quixotic-number-8842";
const AUDITOR: &str = "quixotic-question-6620";
const FORGED: &str = "quixotic-forged-token";
const BODY: &str = "quixotic-body-9917";
const PASSWORD: &str = "quixotic-upstream-password";

fn marks(bearers: [&str; 2], answer: &Value) -> Marks {
    let mut marks = Marks::default();
    let session = |name: &str| answer["data"][name].as_str().expect("token").to_owned();
    for (name, mark) in [
        ("an e-mail address in a literal", SQL_EMAIL.to_owned()),
        ("a card in a literal", SQL_CARD.to_owned()),
        (
            "an e-mail address in a row",
            "marta.lindqvist@example.com".to_owned(),
        ),
        (
            "a social security number in a row",
            "219-09-9999".to_owned(),
        ),
        ("a card in a row", "4111 1111 1111 1111".to_owned()),
        ("a row of a chunk", "person7@".to_owned()),
        ("the agent's token", bearers[0].to_owned()),
        ("the auditor's token", bearers[1].to_owned()),
        ("a token's signature", signature(bearers[0])),
        ("a session token", session("token")),
        ("a master token", session("masterToken")),
        ("a forged token", FORGED.to_owned()),
        ("the sealing key", "5f".repeat(32)),
        ("the masking key", "a7".repeat(32)),
        ("the stored password", PASSWORD.to_owned()),
        (
            "a chunk's header",
            "only-the-gateway-may-send-this".to_owned(),
        ),
        ("a chunk's signature", "signature=secret".to_owned()),
        ("a body that is no request", BODY.to_owned()),
        ("a receiver's token", received::TOKEN.to_owned()),
    ] {
        marks.everywhere.insert(name, mark);
    }
    for (name, mark) in [
        ("a literal", SQL_PLAIN),
        ("a bind", SQL_BIND),
        ("a literal in Snowflake's error", SQL_WRONG),
        ("an auditor's question", AUDITOR),
    ] {
        marks.beside_the_record.insert(name, mark.to_owned());
    }
    marks
}

fn signature(token: &str) -> String {
    token.rsplit('.').next().expect("signature").to_owned()
}

/// What a driver would be told apart by; answers that are no success are as good.
fn curl(arguments: &[&str]) -> String {
    let output = Command::new("curl")
        .args(["-sS", "--max-time", "20"])
        .args(arguments)
        .output()
        .expect("curl");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn login(gateway: u16, token: &str) -> Value {
    let url = format!(
        "http://127.0.0.1:{gateway}/session/v1/login-request?databaseName=SHOP&schemaName=PUBLIC"
    );
    http_post(
        &url,
        &json!({"data": {"LOGIN_NAME": "agent", "AUTHENTICATOR": "OAUTH", "TOKEN": token, "ACCOUNT_NAME": "test",
                         "CLIENT_APP_ID": "PythonConnector", "CLIENT_APP_VERSION": "4.8.1"}}),
    )
}

/// Requests that no driver sends: their contents must not be quoted where they are refused.
fn misuse(gateway: u16, api: u16, session: &str) {
    login(gateway, FORGED);
    let at = |path: &str| format!("http://127.0.0.1:{gateway}{path}");
    let snowflake = format!("authorization: Snowflake Token=\"{session}\"");
    let forged = format!("authorization: Snowflake Token=\"{FORGED}\"");
    let json = "content-type: application/json";
    let no_json = format!("{{\"sqlText\": {BODY}");
    let wrong_type = format!("{{\"sqlText\": {{\"{BODY}\": 1}}, \"sequenceId\": \"{BODY}\"}}");
    for body in [&no_json, &wrong_type] {
        let query = at("/queries/v1/query-request?requestId=0198c5a0-7c1e-4000-8000-00000000000a");
        curl(&["-H", &snowflake, "-H", json, "-d", body, &query]);
        curl(&["-H", &forged, "-H", json, "-d", body, &query]);
        curl(&["-H", json, "-d", body, &at("/session/v1/login-request")]);
    }
    curl(&[
        "-H",
        &snowflake,
        &at(&format!("/queries/{SQL_PLAIN}/result")),
    ]);
    let put = "{\"sqlText\": \"put file:///quixotic-literal-7731 @~\", \"sequenceId\": 3}";
    let query = at("/queries/v1/query-request?requestId=0198c5a0-7c1e-4000-8000-00000000000b");
    curl(&["-H", &snowflake, "-H", json, "-d", put, &query]);
    let api = |path: &str| format!("http://127.0.0.1:{api}{path}");
    let bearer = format!("authorization: Bearer {FORGED}");
    curl(&["-H", &bearer, &api("/api/sessions")]);
    curl(&["-H", &bearer, "-H", json, "-d", &no_json, &api("/api/sql")]);
}

#[test]
fn no_token_literal_or_row_is_in_a_log_a_metric_a_span_an_event_or_at_a_receiver() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let collector = Collector::start();
    let receivers = Receivers::start(scratch.path());
    let telemetry = free_port();
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.telemetry = format!(
        "listen = \"127.0.0.1:{telemetry}\"\nlogs = \"json\"\notlp = \"http://127.0.0.1:{}\"\n{}",
        collector.port,
        receivers.sinks()
    );
    let firn = setup.start_with("up", "firn", |command| {
        // As deep as anybody can make it log.
        command
            .env("FIRN_LOG", "trace")
            .env("FIRN_UPSTREAM_PASSWORD", PASSWORD)
            .env("OTEL_BSP_SCHEDULE_DELAY", "200");
    });
    let agent = token(identity, "agent-7", &["agents"]);
    let auditor = token(identity, "ada", &["auditors"]);
    let answer = login(firn.gateway, &agent);
    let marks = marks([&agent, &auditor], &answer);

    let steps = json!([
        {"sql": format!("select '{SQL_PLAIN}' as a, '{SQL_EMAIL}' as b, {SQL_CARD} as c")},
        {"sql": "select ? as a, ? as b", "binds": [SQL_BIND, SQL_EMAIL]},
        {"sql": "select full_name, email, ssn from customers order by id"},
        {"sql": "select card_number, auth_code from payments order by id"},
        {"sql": "select id, email, ssn, note from made_up /* upstream: rows=300 chunks=2 */"},
        {"sql": format!("select to_number('{SQL_WRONG}')")},
        {"sql": format!("select nope from customers where email = '{SQL_EMAIL}'"), "cancel_after_s": 3},
        {"sql": format!("this is no sql '{SQL_PLAIN}'"), "cancel_after_s": 3},
        {"sql": format!("drop table \"{SQL_PLAIN}\"")},
        {"sql": format!("select '{SQL_PLAIN}' /* upstream: garbage=html */"), "cancel_after_s": 3},
        {"sql": format!("update customers set zip = '{SQL_PLAIN}' where email = '{SQL_EMAIL}'"), "cancel_after_s": 3},
    ]);
    let told = Driver::Python4.run(&script(firn.gateway, &agent, steps), scratch.path());
    assert_eq!(told[0]["ok"], true, "{told:?}");
    misuse(
        firn.gateway,
        firn.api,
        answer["data"]["token"].as_str().expect("token"),
    );
    let api = format!("http://127.0.0.1:{}/api/sql", firn.api);
    let bearer = format!("authorization: Bearer {auditor}");
    for sql in [
        format!("select '{AUDITOR}' as q, principal from statements"),
        format!("select nothing from statements where text = '{AUDITOR}'"),
        // As far down as a filter goes.
        format!(
            "select kind from events where principal_display = '{AUDITOR}' or session_id = '{AUDITOR}'"
        ),
    ] {
        let body = json!({"sql": sql}).to_string();
        curl(&[
            "-H",
            &bearer,
            "-H",
            "content-type: application/json",
            "-d",
            &body,
            &api,
        ]);
    }

    let ids = firn.sql(
        "select statement_id::varchar as id, verdict from statements where verdict is not null",
    );
    assert!(ids.len() >= 9, "{ids:?}");
    let events = firn.ask(&["sql", "--json", "--limit", "100000", "select * from events"]);
    let pages = firn.ask(&["sql", "--json", "--limit", "100000", "select * from pages"]);
    let metrics = http_get(&format!("http://127.0.0.1:{telemetry}/metrics")).expect("metrics");
    receivers.until_done(&firn);
    let log = firn.stop();

    for (kind, text) in [("events", events), ("pages", pages)] {
        let text = text.expect(kind);
        assert!(text.len() > 1_000, "{kind}: {text}");
        assert_eq!(marks.in_events(&text), Vec::<&str>::new(), "in {kind}");
    }
    for (receiver, text) in receivers.got() {
        assert_eq!(marks.in_events(&text), Vec::<&str>::new(), "at {receiver}");
        for id in &ids {
            let id = id["id"].as_str().expect("id");
            assert!(text.contains(id), "{receiver} has nothing of {id}");
        }
    }
    let spans = collector.taken();
    for (kind, text) in [
        ("the log", &log),
        ("the metrics", &metrics),
        ("the spans", &spans),
    ] {
        let found = marks.beside(text);
        let lines = text.lines().filter(|line| !marks.beside(line).is_empty());
        let lines: Vec<_> = lines.take(20).collect();
        assert!(found.is_empty(), "{found:?} in {kind}: {lines:#?}");
    }

    // What was searched is what is there: JSON lines, and one span for each statement that was decided here.
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    let said = |text: &str| lines.iter().any(|line| line["message"] == text);
    assert!(said("stopped in order") && said("recorder runs"), "{log}");
    assert!(lines.iter().any(|line| line["level"] == "DEBUG"), "{log}");
    assert!(
        spans.contains("service.name") && spans.contains("verdict"),
        "{spans}"
    );
    for id in &ids {
        let id = id["id"].as_str().expect("id");
        assert_eq!(spans.matches(id).count(), 1, "spans of {id}");
    }
}
