//! A statement that would wait for people is compiled first; and which of Snowflake's texts an agent gets to read.

use std::time::Duration;

use event::payload::Approver;
use event::{Kind, Payload};
use serde_json::{Value, json};

use super::upstream::{QUERY_ID, Said, Seen, error, rows, running};
use super::world::{OPEN, World};

const HOLD: &str = "@id(\"hold-writes\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"a person looks at writes\")\n\
    forbid (principal, action == Action::\"write\", resource) unless { context.approvals.contains(\"oncall\") };\n";
const MASK: &str = "@id(\"mask-pii\") @reason(\"personal data\") forbid (principal, action == Action::\"unmask\", resource in Tag::\"PII\");\n";
const INSERT: &str = "insert into t (n, namee) values (7, 'x')";
const MISSPELT: &str =
    "SQL compilation error: error line 1 at position 18\ninvalid identifier 'NAMEE'";

const HOLD_UNREAD: &str = "@id(\"hold-unread\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"a person looks at what nobody can read\")\n\
    forbid (principal, action == Action::\"execute\", resource) when { context.flags.contains(\"unclassified\") }\n\
    unless { context.approvals.contains(\"oncall\") };\n";

fn describes(seen: &Seen) -> bool {
    seen.path.contains("query-request") && seen.json()["describeOnly"] == true
}

async fn world() -> World {
    World::with(&format!("{OPEN}{HOLD}{MASK}"), "", 1).await
}

/// What the record says of failures.
fn recorded_failures(world: &World) -> Vec<String> {
    let events = world.recorded(Kind::StatementFailed).into_iter();
    let texts = events.filter_map(|event| match event.payload {
        Payload::StatementFailed(failed) => Some(failed.message.into_inner()),
        _ => None,
    });
    texts.collect()
}

#[tokio::test]
async fn what_does_not_compile_asks_nobody() {
    let world = world().await;
    world.upstream.script(|seen| {
        let mut reply = error("000904", MISSPELT);
        reply["data"]["line"] = json!(1);
        reply["data"]["pos"] = json!(18);
        describes(seen).then(|| Said::Json(reply))
    });
    let driver = world.login().await;
    let reply = driver.query(INSERT).await;
    assert_eq!(
        (&reply["success"], &reply["code"], &reply["message"]),
        (&json!(false), &json!("000904"), &json!(MISSPELT)),
        "{reply}"
    );
    assert_eq!(
        (&reply["data"]["line"], &reply["data"]["pos"]),
        (&json!(1), &json!(18))
    );
    assert!(world.upstream.statements().is_empty(), "nothing ran");
    assert!(world.recorded(Kind::ApprovalRequested).is_empty());
    assert_eq!(recorded_failures(&world), [MISSPELT]);
}

/// A query that does not read as one waits for nobody either, as long as compiling it can do nothing.
#[tokio::test]
async fn a_misspelt_keyword_asks_nobody() {
    const SYNTAX: &str =
        "SQL compilation error:\nsyntax error line 1 at position 14 unexpected 'T'.";
    for (sql, told) in [
        ("select n form t where n = 1", true),
        ("SELECT n FORM t WHERE n = 1", true),
        ("select n form t where n = 1; drop table t", false),
        ("select n form t ->> drop table t", false),
        ("select system$wait(1) form t where n = 1", false),
        ("selec n from t", false),
    ] {
        let world = World::with(&format!("{OPEN}{HOLD_UNREAD}"), "", 1).await;
        world
            .upstream
            .script(|seen| describes(seen).then(|| Said::Json(error("001003", SYNTAX))));
        let driver = world.login().await;
        let reply = driver.query(sql).await;
        let mut described = world.upstream.seen("query-request");
        described.retain(describes);
        assert_eq!(described.len(), usize::from(told), "{sql}");
        assert_eq!(reply["code"] == "001003", told, "{sql}: {reply}");
        assert!(world.upstream.statements().is_empty(), "{sql}");
    }
}

/// Whether it compiles or not, nothing is said of what it would show.
#[tokio::test]
async fn what_nobody_can_read_is_not_described_to_whoever_asks() {
    let world = World::with(&format!("{OPEN}{HOLD_UNREAD}"), "", 1).await;
    world
        .upstream
        .script(|seen| describes(seen).then(|| Said::Json(rows(&[["1"]]))));
    let driver = world.login().await;
    let asked = json!({"sqlText": "select n form t where n = 1", "describeOnly": true});
    let reply = driver.ask(0, "d", asked).await;
    assert_eq!(reply["code"], "333334", "{reply}");
}

#[tokio::test]
async fn without_a_word_on_it_people_are_asked() {
    let cases = [
        Said::Json(rows(&[["1"]])),
        Said::Json(running(QUERY_ID)),
        Said::Json(error("000606", "No active warehouse selected")),
        Said::Json(error("390112", "Your session has expired")),
        Said::Raw(500, "".into()),
        Said::Raw(200, "<html>".into()),
    ];
    for said in cases {
        let world = world().await;
        let what = format!("{said:?}");
        world
            .upstream
            .script(move |seen| describes(seen).then(|| said.clone()));
        let driver = world.login().await;
        let reply = driver.query("insert into t values (7, 'x')").await;
        assert_eq!(reply["code"], "333334", "{what}: {reply}");
        assert_eq!(world.recorded(Kind::ApprovalRequested).len(), 1, "{what}");
        assert!(world.upstream.statements().is_empty(), "{what}");
    }
}

#[tokio::test]
async fn what_a_description_could_run_is_not_described() {
    let world = world().await;
    let driver = world.login().await;
    for sql in [
        "create table t2 as select n from t",
        "begin insert into t values (7, 'x'); end",
        "execute immediate 'insert into t values (7, ''x'')'",
    ] {
        driver.query(sql).await;
        let mut described = world.upstream.seen("query-request");
        described.retain(describes);
        assert!(described.is_empty(), "{sql}: {described:?}");
    }
}

#[tokio::test]
async fn a_description_and_its_run_are_one_hold() {
    let world = world().await;
    let driver = world.login().await;
    let binds = json!({"1": {"type": "FIXED", "value": "7"}, "2": {"type": "TEXT", "value": "4111 1111 1111 1111"}});
    let sql = "insert into t values (?, ?)";
    let described = driver
        .ask(0, "d", json!({"sqlText": sql, "describeOnly": true}))
        .await;
    assert_eq!(described["success"], true, "{described}");
    assert_eq!(described["code"], Value::Null, "{described}");
    assert!(described["data"]["rowtype"][0]["name"].is_string());
    let held = driver
        .ask(0, "r", json!({"sqlText": sql, "bindings": binds}))
        .await;
    assert_eq!(held["code"], "333334", "{held}");
    assert_eq!(world.recorded(Kind::ApprovalRequested).len(), 1);
    assert!(world.upstream.statements().is_empty());

    // Approvers see the binds, as the record does.
    let pending = world.approvals[0].pending();
    let [waiting] = pending.as_slice() else {
        panic!("{pending:?}");
    };
    let values: Vec<_> = waiting
        .binds
        .iter()
        .map(|bind| {
            (
                bind.name.as_str(),
                bind.values[0].as_ref().map(|value| value.get().clone()),
            )
        })
        .collect();
    assert_eq!(values[0], ("1", Some("7".to_owned())));
    assert_eq!(values[1].0, "2");
    assert!(!format!("{pending:?}").contains("4111 1111 1111 1111"));
}

#[tokio::test]
async fn texts_are_withheld_where_sensitive_columns_are_read_and_shown_where_not() {
    const VALUE: &str = "Numeric value 'zebra' is not recognized";
    let held = "insert into t select nick::int, 'x' from people";
    for (sql, code, text, shown) in [
        ("select n from t", "100038", VALUE, true),
        ("select n from t", "000904", MISSPELT, true),
        ("select nick from people", "100038", VALUE, false),
        ("select nick from people", "000904", MISSPELT, true),
        (
            "select count(*) from people group by nick::int",
            "100038",
            VALUE,
            false,
        ),
        (held, "100038", VALUE, false),
    ] {
        let world = world().await;
        world.upstream.script(move |seen| {
            let asked = seen.path.contains("query-request") && !describes(seen);
            asked.then(|| Said::Json(error(code, text)))
        });
        let driver = world.login().await;
        let mut reply = driver.query(sql).await;
        if reply["code"] == "333334" {
            let id = reply["data"]["queryId"].as_str().expect("an id").to_owned();
            let olga = Approver {
                issuer: "https://idp.example".to_owned(),
                subject: "olga".to_owned(),
                display: "Olga".to_owned(),
                groups: vec!["oncall".to_owned()],
            };
            let granted = world.approvals[0].grant(id.parse().expect("an id"), olga, String::new());
            granted.await.expect("granted");
            while reply["code"] == "333334" {
                tokio::time::sleep(Duration::from_millis(50)).await;
                reply = driver
                    .call(0, "GET", &format!("/queries/{id}/result"), "")
                    .await;
            }
        }
        assert_eq!(reply["code"], code, "{sql}: {reply}");
        let quoted = reply["message"].to_string();
        assert_eq!(
            quoted.contains("zebra") || quoted.contains("NAMEE"),
            shown,
            "{sql}: {reply}"
        );
        let recorded = recorded_failures(&world).concat();
        assert_eq!(
            recorded.contains("zebra") || recorded.contains("NAMEE"),
            shown,
            "{sql}: {recorded}"
        );
    }
}

#[tokio::test]
async fn what_is_no_query_can_be_fetched_by_its_id() {
    for (sql, kind) in [
        ("show tables", 0x4000),
        ("describe table t", 0x4000),
        ("use schema s2", 0x4000),
        ("insert into t values (1, 'a')", 0x3100),
    ] {
        let world = World::new().await;
        world.upstream.script(move |seen| {
            if seen.path.contains("query-request") && seen.json()["asyncExec"] == true {
                return Some(Said::Json(running(QUERY_ID)));
            }
            let mut reply = rows(&[["4242"]]);
            reply["data"]["statementTypeId"] = json!(kind);
            seen.path.ends_with("/result").then(|| Said::Json(reply))
        });
        let driver = world.login().await;
        let asked = driver
            .ask(0, "r", json!({"sqlText": sql, "asyncExec": true}))
            .await;
        assert_eq!(asked["code"], "333334", "{sql}: {asked}");
        let path = format!("/queries/{QUERY_ID}/result");
        let reply = driver.call(0, "GET", &path, "").await;
        assert_eq!(reply["data"]["rowset"], json!([["4242"]]), "{sql}: {reply}");
        let scan = format!("select * from table(result_scan('{QUERY_ID}'))");
        let scanned = driver.query(&scan).await;
        assert_eq!(scanned["success"], true, "{sql}: {scanned}");
    }
}
