//! What each client can do through firn, as a table that its own test makes (`../drivers.md`).
//!
//! Enters: every client, unmodified. Leaves: a cell a feature: yes, no, or – where the client has no way to ask for it. Never here: a
//! cell that nothing was tried for.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::doors::{UPDATE, text};
use crate::drivers::{Driver, Running};
use crate::files::{arrived, policy};
use crate::holds::{approvals, held};
use crate::running::{Firn, Setup, script};
use crate::sessions::seed;
use crate::world::{Server, executed, http_get, http_post, identity, root, token, upstream};

/// Each client as it is called in the table.
const CLIENTS: [(Driver, &str); 8] = [
    (Driver::Python4, "Python 4.8.1"),
    (Driver::Python5, "Python 5.2.0"),
    (Driver::Adbc, "ADBC 1.11.0"),
    (Driver::Node, "Node 3.3.0"),
    (Driver::Jdbc, "JDBC 4.4.1"),
    (Driver::SqlApi, "SQL API (`requests`)"),
    (Driver::McpPython, "MCP Python 2.3.0"),
    (Driver::McpTypeScript, "MCP TypeScript 1.32.2"),
];

/// What is tried, in the table's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Feature {
    Login,
    Select,
    Binds,
    Multi,
    Async,
    Parts,
    Hold,
    Deny,
    Stage,
    Upload,
    Cancel,
    Renewal,
    Expiry,
    Kill,
}

impl Feature {
    const ALL: [(Self, &'static str); 14] = [
        (Self::Login, "login with an OIDC token"),
        (Self::Select, "select"),
        (Self::Binds, "binds"),
        (Self::Multi, "several statements at once"),
        (Self::Async, "asynchronous, fetched by id"),
        (Self::Parts, "a result in parts, masked"),
        (Self::Hold, "held for 90 s, then granted"),
        (Self::Deny, "denied, with rule and reason"),
        (Self::Stage, "PUT refused, with the reason"),
        (
            Self::Upload,
            "PUT where a rule permits it, through the gateway",
        ),
        (Self::Cancel, "cancelled, at Snowflake too"),
        (Self::Renewal, "the session's token is renewed unseen"),
        (Self::Expiry, "the session ends at its time"),
        (
            Self::Kill,
            "a running statement is killed, and the session with it",
        ),
    ];

    /// Those that one script asks for, one after the other.
    const PLAIN: [Self; 8] = [
        Self::Select,
        Self::Binds,
        Self::Multi,
        Self::Async,
        Self::Parts,
        Self::Deny,
        Self::Stage,
        Self::Cancel,
    ];

    /// Whether the client can ask for it at all.
    fn is_asked_for(self, driver: Driver) -> bool {
        let mcp = matches!(driver, Driver::McpPython | Driver::McpTypeScript);
        match self {
            Self::Multi => !mcp && driver != Driver::Adbc,
            // ADBC's interface has no such call; MCP's client goes on with a call by progress instead.
            Self::Async => !mcp && driver != Driver::Adbc,
            // Nothing of it outlives a request of the SQL API.
            Self::Expiry => driver != Driver::SqlApi,
            // The SQL API and MCP carry no files, as at Snowflake.
            Self::Upload => Driver::ALL.contains(&driver),
            _ => true,
        }
    }

    fn step(self, driver: Driver) -> Value {
        match self {
            Self::Binds => json!({"sql": "select ? as a, ? as b", "binds": [7, "x"]}),
            Self::Multi => json!({"sql": "select 1 as a; select 2 as a", "statements": 2}),
            Self::Async => {
                json!({"sql": "select 1 as a /* upstream: busy=1 */", "async": true})
            }
            Self::Parts => {
                json!({"sql": "select id, email, ssn, note from shop.public.made_up /* upstream: rows=300 chunks=2 */"})
            }
            Self::Deny => json!({"sql": "drop table shop.public.orders"}),
            Self::Stage => json!({"sql": "put file:///tmp/firn-matrix.csv @~/firn"}),
            Self::Cancel => {
                let mut step = json!({"sql": slow(driver, "cancel", 40), "cancel_after_s": 3});
                if driver == Driver::SqlApi {
                    step["async"] = json!(true);
                }
                step
            }
            _ => json!({"sql": "select 1 as a"}),
        }
    }

    /// Whether what came of its step is what the table says.
    fn works(self, line: &Value) -> bool {
        let first = || text(&line["rows"][0][0]);
        let message = || text(&line["error"]["message"]);
        match self {
            Self::Binds => first() == "7",
            Self::Multi => first() == "1" && text(&line["more"][0][0][0]) == "2",
            Self::Parts => {
                let rows = line["rows"].as_array();
                rows.is_some_and(|rows| rows.len() == 300)
                    && !line["rows"].to_string().contains("person7@")
            }
            Self::Deny => {
                message().contains("nothing is dropped here") && message().contains("block-drop")
            }
            Self::Stage => {
                line["ok"] == false && message().contains("no rule permits uploading to it")
            }
            Self::Cancel => line["ok"] == false,
            _ => first() == "1",
        }
    }
}

/// A statement of this client alone that takes a while.
fn slow(driver: Driver, what: &str, seconds: u32) -> String {
    format!("select '{what} {driver:?}' as a /* upstream: busy={seconds} */")
}

/// What works, by client's place and feature.
type Cells = BTreeMap<(Feature, usize), bool>;

/// Everything a part of the table is made with.
struct Bench<'a> {
    firn: &'a Firn,
    upstream: &'a Server,
    identity: &'a Server,
    scratch: &'a Path,
}

impl Bench<'_> {
    fn start(&self, at: usize, steps: Value) -> Running {
        let agent = token(self.identity, &format!("agent-{at}"), &["agents"]);
        CLIENTS[at]
            .0
            .start(&script(self.firn.gateway, &agent, steps), self.scratch)
    }

    fn start_all(&self, steps: impl Fn(Driver) -> Value) -> Vec<Running> {
        let each = CLIENTS.iter().enumerate();
        each.map(|(at, (driver, _))| self.start(at, steps(*driver)))
            .collect()
    }

    fn canceled(&self) -> String {
        http_get(&format!("{}/_test/canceled", self.upstream.url())).expect("canceled")
    }

    fn has_run(&self, sql: &str) -> bool {
        executed(self.upstream).iter().any(|one| one["sql"] == sql)
    }
}

fn step(lines: &[Value], number: usize) -> &Value {
    lines
        .iter()
        .find(|line| line["step"] == number)
        .unwrap_or(&Value::Null)
}

/// Logins, and what one script asks for step by step; two clients at a time, as much of it is waiting.
fn plain(bench: &Bench<'_>, cells: &mut Cells) {
    let asked = |driver: Driver| -> Vec<Feature> {
        let all = Feature::PLAIN.into_iter();
        all.filter(|feature| feature.is_asked_for(driver)).collect()
    };
    let begin = |at: usize| {
        let driver = CLIENTS[at].0;
        let features = asked(driver).into_iter();
        let mut steps: Vec<Value> = features.map(|feature| feature.step(driver)).collect();
        // Some clients say that they gave up when they are at leisure.
        steps.push(json!({"sql": "select 1 as a", "pause_s": 2}));
        (at, bench.start(at, json!(steps)))
    };
    let mut at_work = VecDeque::from([begin(0), begin(1)]);
    let mut next = 2..CLIENTS.len();
    while let Some((at, running)) = at_work.pop_front() {
        let (driver, lines) = (CLIENTS[at].0, running.finish());
        at_work.extend(next.next().map(begin));
        cells.insert((Feature::Login, at), lines[0]["ok"] == true);
        for (number, feature) in asked(driver).into_iter().enumerate() {
            let line = step(&lines, number);
            let mut works = feature.works(line);
            if feature == Feature::Cancel {
                works &= bench.canceled().contains(&format!("cancel {driver:?}"));
            }
            if !works {
                println!("{driver:?} {feature:?}: {line}");
            }
            cells.insert((feature, at), works);
        }
    }
}

/// Grants what the clients wait for, once they have waited 90 seconds.
fn granted(bench: &Bench<'_>, waiting: Vec<Running>, began: Instant, cells: &mut Cells) {
    let olga = token(bench.identity, "olga", &["data-oncall"]);
    let ids = held(bench.firn, &olga, CLIENTS.len());
    std::thread::sleep(Duration::from_secs(90).saturating_sub(began.elapsed()));
    assert!(!bench.has_run(UPDATE), "it ran before anybody agreed");
    for id in ids {
        approvals(bench.firn, &olga, &["grant", &id]).expect("grant");
    }
    for (at, running) in waiting.into_iter().enumerate() {
        let lines = running.finish();
        let works = step(&lines, 0)["ok"] == true;
        if !works {
            println!("{:?} hold: {lines:?}", CLIENTS[at].0);
        }
        cells.insert((Feature::Hold, at), works);
    }
    let ran = executed(bench.upstream);
    let ran = ran.iter().filter(|one| one["sql"] == UPDATE).count();
    assert_eq!(ran, CLIENTS.len(), "each ran once");
}

/// Files that a rule lets to a stage: each is there, and recorded.
fn uploaded(bench: &Bench<'_>, cells: &mut Cells) {
    let file = bench.scratch.join("matrix.csv");
    std::fs::write(&file, "id,email\n1,ann@example.com\n").expect("file");
    for (at, (driver, _)) in CLIENTS.into_iter().enumerate() {
        if !Feature::Upload.is_asked_for(driver) {
            continue;
        }
        let steps = json!([
            {"sql": format!("create or replace stage matrix_{at}")},
            {"sql": format!("put file://{} @matrix_{at}", file.display())},
        ]);
        let lines = bench.start(at, steps).finish();
        let stage = format!("MATRIX_{at}");
        let there = arrived(bench.upstream).into_iter();
        let there = there.filter(|one| one["stage"] == stage.as_str()).count();
        let works = step(&lines, 1)["ok"] == true && there == 1;
        if !works {
            println!("{driver:?} upload: {there} there: {lines:?}");
        }
        cells.insert((Feature::Upload, at), works);
    }
}

/// Session tokens that live some seconds: the statement after a longer pause is answered all the same.
fn renewed(bench: &Bench<'_>, cells: &mut Cells) {
    let life = |seconds: u32| {
        let url = format!("{}/_test/validity?seconds={seconds}", bench.upstream.url());
        http_post(&url, &json!({}));
    };
    life(6);
    let steps = json!([{"sql": "select 1 as a"}, {"sql": "select 1 as a", "pause_s": 9}]);
    for (at, running) in bench.start_all(|_| steps.clone()).into_iter().enumerate() {
        let lines = running.finish();
        let works = text(&step(&lines, 1)["rows"][0][0]) == "1";
        if !works {
            println!("{:?} renewal: {lines:?}", CLIENTS[at].0);
        }
        cells.insert((Feature::Renewal, at), works);
    }
    life(3600);
}

/// What is asked when the session is over.
fn late(driver: Driver) -> String {
    format!("select 'late {driver:?}' as a")
}

/// Sessions of some seconds: a statement after that is not answered.
fn expired(bench: &Bench<'_>, running: Vec<Running>, cells: &mut Cells) {
    for (at, running) in running.into_iter().enumerate() {
        let driver = CLIENTS[at].0;
        let lines = running.finish();
        if !Feature::Expiry.is_asked_for(driver) {
            continue;
        }
        let before = text(&step(&lines, 0)["rows"][0][0]) == "1";
        let works = before && step(&lines, 1)["ok"] != true && !bench.has_run(&late(driver));
        if !works {
            println!("{driver:?} expiry: {lines:?}");
        }
        cells.insert((Feature::Expiry, at), works);
    }
}

/// Sessions that are killed while a statement runs: it ends, and nothing more is answered.
fn killed(bench: &Bench<'_>, cells: &mut Cells) {
    let long = |driver: Driver| slow(driver, "kill", 100);
    let running =
        bench.start_all(|driver| json!([{"sql": long(driver)}, {"sql": "select 1 as a"}]));
    let begun = Instant::now();
    while !CLIENTS
        .iter()
        .all(|(driver, _)| bench.has_run(&long(*driver)))
    {
        assert!(begun.elapsed() < Duration::from_secs(60), "they do not run");
        std::thread::sleep(Duration::from_millis(200));
    }
    for at in 0..CLIENTS.len() {
        let who = format!("agent-{at}");
        let order = [
            "sessions",
            "kill",
            "--principal",
            &who,
            "--reason",
            "loop",
            "--keep-out",
            "2m",
        ];
        bench.firn.ask(&order).expect("kill");
    }
    let killed = Instant::now();
    for (at, running) in running.into_iter().enumerate() {
        let driver = CLIENTS[at].0;
        let lines = running.finish();
        let ended = killed.elapsed() < Duration::from_secs(30);
        let silent = [0, 1]
            .iter()
            .all(|number| step(&lines, *number)["ok"] != true);
        let works = ended && silent && bench.canceled().contains(&format!("kill {driver:?}"));
        if !works {
            println!("{driver:?} kill after {:?}: {lines:?}", killed.elapsed());
        }
        cells.insert((Feature::Kill, at), works);
    }
}

fn table(cells: &Cells) -> String {
    let names: Vec<&str> = CLIENTS.iter().map(|(_, name)| *name).collect();
    let mut table = format!(
        "| | {} |\n|---|{}\n",
        names.join(" | "),
        "---|".repeat(names.len())
    );
    for (feature, name) in Feature::ALL {
        let cell = |at| match cells.get(&(feature, at)) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "–",
        };
        let row: Vec<&str> = (0..CLIENTS.len()).map(cell).collect();
        let _ = writeln!(table, "| {name} | {} |", row.join(" | "));
    }
    table
}

#[test]
fn the_table_of_clients_is_what_they_can_do() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    let firn = setup.start("up", "firn");
    let bench = |firn| Bench {
        firn,
        upstream: &upstream,
        identity,
        scratch: scratch.path(),
    };
    let mut cells = Cells::new();
    // Those who only wait for time to pass do so while the others work.
    let waiting = bench(&firn).start_all(|_| json!([{"sql": UPDATE}]));
    let began = Instant::now();
    let usual = std::mem::replace(&mut setup.policy, policy(scratch.path()));
    let files = setup.start("up", "files");
    setup.policy = usual;
    setup.connection = "session_max = '20s'".to_owned();
    let short = setup.start("up", "short");
    let ending = bench(&short).start_all(
        |driver| json!([{"sql": "select 1 as a"}, {"sql": late(driver), "pause_s": 25}]),
    );
    plain(&bench(&firn), &mut cells);
    renewed(&bench(&firn), &mut cells);
    expired(&bench(&short), ending, &mut cells);
    granted(&bench(&firn), waiting, began, &mut cells);
    killed(&bench(&firn), &mut cells);
    uploaded(&bench(&files), &mut cells);
    files.verified();
    firn.verified();

    let table = table(&cells);
    let file = root().join("tests/drivers.md");
    let known = std::fs::read_to_string(&file).expect("drivers.md");
    let mark = "<!-- made by tests/it/matrix.rs -->\n";
    let (before, rest) = known.split_once(mark).expect("a mark");
    let (_, after) = rest.split_once("<!-- end -->").expect("an end");
    let now = format!("{before}{mark}{table}<!-- end -->{after}");
    if std::env::var_os("FIRN_UPDATE").is_some() {
        std::fs::write(&file, &now).expect("writes");
    }
    assert!(
        known == now,
        "tests/drivers.md is not what the clients do; FIRN_UPDATE=1 writes it anew:\n{table}"
    );
}
