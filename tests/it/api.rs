//! The API's doors: its description as checked in, an agent's token on every route, answers of any size.

use std::process::Command;

use serde_json::{Value, json};

use crate::described::description;
use crate::reload::metric;
use crate::running::{Firn, Setup};
use crate::world::{dev_dir, free_port, identity, root, token, upstream};

/// The status and body of a request with `bearer`.
fn ask(firn: &Firn, method: &str, path: &str, bearer: &str, body: &str) -> (u16, String) {
    let url = format!("http://127.0.0.1:{}{path}", firn.api);
    let output = Command::new("curl")
        .args([
            "-sS",
            "--max-time",
            // A stream has no end of its own.
            if path == "/api/live" { "2" } else { "60" },
            "-X",
            method,
            "-w",
            "\n%{http_code}",
        ])
        .args(["-H", &format!("authorization: Bearer {bearer}")])
        .args(["-H", "content-type: application/json", "-d", body, &url])
        .output()
        .expect("curl");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (body, status) = said.rsplit_once('\n').expect("a status");
    (status.parse().expect("a status"), body.to_owned())
}

/// The description's routes with their actions.
fn routes(description: &Value) -> Vec<(String, String, String)> {
    let paths = description["paths"].as_object().expect("paths");
    let each = paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().expect("operations");
        operations.iter().map(move |(method, operation)| {
            let action = operation["x-firn-action"].as_str().expect("an action");
            (method.to_uppercase(), path.clone(), action.to_owned())
        })
    });
    each.collect()
}

/// What the description does not tell in fields: this document itself, and a cell of an answer to SQL. May only get fewer.
const TOLD_IN_WORDS: [&str; 2] = [
    "/components/schemas/Rows/properties/rows/items/items",
    "/paths/~1api~1openapi.json/get/responses/200/content/application~1json/schema",
];

/// Places of `description` at which anything may stand, or an object of which no field is told.
fn told_in_words(description: &Value) -> Vec<String> {
    let mut found = Vec::new();
    untold(description, String::new(), &mut found);
    found.sort();
    found
}

fn untold(part: &Value, at: String, found: &mut Vec<String>) {
    let step = |name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    match part {
        Value::Object(fields) => {
            let bare = ["properties", "additionalProperties"];
            let is_schema = ["/schema", "/items"].iter().any(|end| at.ends_with(end));
            let is_object = fields.get("type") == Some(&json!("object"));
            let is_bare = is_object && !bare.iter().any(|name| fields.contains_key(*name));
            if is_schema && fields.is_empty() || is_bare {
                found.push(at.clone());
            }
            for (name, value) in fields {
                untold(value, step(name), found);
            }
        }
        Value::Array(parts) => {
            for (number, part) in parts.iter().enumerate() {
                untold(part, step(&number.to_string()), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Types that `description` refers to and does not have.
fn nowhere(part: &Value, description: &Value) -> Vec<String> {
    match part {
        Value::Object(fields) => {
            let named = fields.get("$ref").and_then(Value::as_str);
            let lost = named.filter(|named| {
                let place = named.trim_start_matches('#');
                description.pointer(place).is_none()
            });
            let deeper = fields.values().flat_map(|part| nowhere(part, description));
            lost.map(str::to_owned).into_iter().chain(deeper).collect()
        }
        Value::Array(parts) => {
            let each = parts.iter().flat_map(|part| nowhere(part, description));
            each.collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

#[test]
fn what_is_told_in_words_is_found_wherever_it_stands() {
    let named = |schema: Value| json!({"components": {"schemas": {"Whole": schema}}});
    for (schema, found) in [
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}}}),
            0,
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "object"}}}),
            1,
        ),
        (json!({"type": "array", "items": {}}), 1),
        (
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            0,
        ),
    ] {
        let described = named(schema);
        assert_eq!(told_in_words(&described).len(), found, "{described}");
    }
    let lost = named(json!({"$ref": "#/components/schemas/Other"}));
    assert_eq!(nowhere(&lost, &lost), ["#/components/schemas/Other"]);
    let known = named(json!({"items": {"$ref": "#/components/schemas/Whole"}}));
    assert_eq!(nowhere(&known, &known), Vec::<String>::new());
}

#[test]
fn an_agents_token_opens_nothing_but_its_own_and_the_description_is_the_checked_in_one() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let firn = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    let (status, served) = ask(&firn, "GET", "/api/openapi.json", &agent, "");
    assert_eq!(status, 200);
    let served: Value = serde_json::from_str(&served).expect("JSON");
    let file = root().join("door/openapi.json");
    if std::env::var_os("FIRN_UPDATE").is_some() {
        let text = serde_json::to_string_pretty(&served).expect("JSON") + "\n";
        std::fs::write(&file, text).expect("writes");
    }
    let checked_in = description();
    assert_eq!(
        served, checked_in,
        "FIRN_UPDATE=1 make test writes door/openapi.json anew"
    );

    assert_eq!(told_in_words(&served), TOLD_IN_WORDS);
    assert_eq!(nowhere(&served, &served), Vec::<String>::new());

    let listed = routes(&served);
    assert!(listed.len() >= 10, "{listed:?}");
    for (method, path, action) in listed {
        let path = path
            .replace("{id}", "0198c5a0-0000-7000-8000-000000000000")
            .replace("{earlier}", "0198c5a0-0000-7000-8000-000000000001")
            .replace("{file}", "index.js");
        let (status, body) = ask(&firn, &method, &path, &agent, "{\"sql\": \"select 1\"}");
        let want: &[u16] = match action.as_str() {
            "greet" | "probe" | "describe" => &[200],
            // Nobody configured a provider here.
            "sign in" => &[404],
            "use the console" => &[200, 204],
            // Its own, of which there are none; nobody else's: one it does not see is not there.
            "list approvals" if path.contains("0198c5a0") => &[404],
            "list approvals" => &[200],
            // That something about approvals moved: whoever may be asked hears it.
            "follow the record" => &[200],
            // A body that is no note, a hold that is not there.
            "answer an approval" => &[400, 404],
            _ => &[403],
        };
        assert!(
            want.contains(&status),
            "{method} {path} ({action}): {status} {body}"
        );
        if action == "list approvals" && status == 200 {
            let none = [r#"{"approvals":[]}"#, r#"{"grants":[]}"#];
            assert!(none.contains(&body.as_str()), "{path}: {body}");
        }
        if status >= 400 {
            let problem: Value = serde_json::from_str(&body).expect("problem details");
            assert_eq!(problem["status"], json!(status), "{body}");
        }
        let open = ["greet", "probe", "describe", "sign in"].contains(&action.as_str());
        let (nobody, _) = ask(&firn, &method, &path, "forged", "{}");
        assert_eq!(nobody, if open { status } else { 401 }, "{method} {path}");
    }
}

/// Resident memory of a process but for its code, KiB: an unoptimised binary's own pages are no matter of the answer's.
fn resident_kib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// What DuckDB finds in a Parquet file: rows, the sum of the numbers, the type of a text.
fn counted(file: &std::path::Path) -> String {
    let ask = "import duckdb, sys; print(*duckdb.execute(\"select count(*), sum(value)::bigint, lower(any_value(typeof(kind))) from read_parquet(?)\", [sys.argv[1]]).fetchone())";
    let output = Command::new(dev_dir().join("duckdb/bin/python"))
        .args(["-c", ask])
        .arg(file)
        .output()
        .expect("python");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A million rows, five columns each: one event of the record a million times, with the numbers from one.
const MILLION: &str = "select e.event_id, e.kind, e.time, e.principal_subject, n.value \
    from (select * from events limit 1) e, (select value from generate_series(1, 1000000)) n";

/// Most memory a process may hold while it sends them; it holds most of that before.
const RESIDENT_KIB_MAX: u64 = 200 * 1024;

/// Longest until a query whose client hung up is over: no query runs any more.
const HUNG_UP_NOTICED: std::time::Duration = std::time::Duration::from_secs(1);

/// Longest until its end is in the record, and the record in the archive, on a machine that does other things too.
const HUNG_UP_RECORDED: std::time::Duration = std::time::Duration::from_secs(30);

#[test]
fn a_million_rows_pass_through_and_who_hangs_up_ends_the_query() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let setup = Setup::new(scratch.path(), &upstream, identity);
    let telemetry = free_port();
    let firn = setup.start_with("up", "firn", |command| {
        command.env("FIRN_TELEMETRY", format!("127.0.0.1:{telemetry}"));
    });
    let auditor = token(identity, "alma", &["auditors"]);
    let url = format!("http://127.0.0.1:{}/api/sql", firn.api);
    let request = |format: &str, sql: &str| {
        let body = json!({"sql": sql, "format": format}).to_string();
        let mut curl = Command::new("curl");
        curl.args(["-sS", "-H", &format!("authorization: Bearer {auditor}")])
            .args(["-H", "content-type: application/json", "-d", &body, &url]);
        curl
    };
    for format in ["jsonl", "csv", "arrow", "parquet"] {
        let answer = scratch.path().join(format);
        let mut curl = request(format, MILLION)
            .arg("-o")
            .arg(&answer)
            .spawn()
            .expect("curl");
        let mut most = 0;
        while curl.try_wait().expect("waits").is_none() {
            most = most.max(resident_kib(firn.pid()).unwrap_or(0));
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        println!("{format}: at most {} MiB resident", most / 1024);
        assert!(most < RESIDENT_KIB_MAX, "{format}: {most} KiB resident");
        let bytes = std::fs::read(&answer).expect("the answer");
        match format {
            "jsonl" => assert_eq!(bytes.split(|byte| *byte == b'\n').count(), 1_000_001),
            // A line of names more.
            "csv" => assert_eq!(bytes.split(|byte| *byte == b'\n').count(), 1_000_002),
            "arrow" => {
                let rows = arrow::ipc::reader::StreamReader::try_new(bytes.as_slice(), None)
                    .expect("Arrow")
                    .map(|batch| batch.expect("a batch").num_rows())
                    .sum::<usize>();
                assert_eq!(rows, 1_000_000);
            }
            _ => assert_eq!(counted(&answer), "1000000 500000500000 varchar"),
        }
    }
    // Eight queries run at once: nine that nobody listens to any more would stop all others for ever.
    let endless = "select e.event_id from events e, generate_series(1, 1000000000) n";
    for _ in 0..9 {
        let mut curl = request("jsonl", endless)
            .args(["-o", "/dev/null"])
            .spawn()
            .expect("curl");
        std::thread::sleep(std::time::Duration::from_millis(300));
        curl.kill().expect("ends");
        curl.wait().expect("ended");
        let hung_up = std::time::Instant::now();
        while metric(telemetry, "firn_queries_running") != Some(0.0) {
            assert!(hung_up.elapsed() < HUNG_UP_NOTICED, "the query runs on");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
    // The last client hung up a moment ago; its export's end is recorded once the engine has noticed.
    let told = || {
        firn.sql("select what from (select auditor_exported.what as what from events where kind = 'auditor.exported') where what like '%1000000000%' and what not like '%auditor_exported%'").len()
    };
    let since = std::time::Instant::now();
    while told() < 9 && since.elapsed() < HUNG_UP_RECORDED {
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    assert_eq!(told(), 9, "each ended export is recorded, once");
}
