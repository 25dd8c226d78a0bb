//! What waits for people is explained for them: in a session of the gateway's own, and nobody waits for it.

use std::time::Duration;

use event::{Kind, StatementId};
use gateway::approvals::Estimate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::holds::{HOLD, approver, poll_until_done};
use super::upstream::{Said, Seen, error, rows};
use super::warehouse::text;
use super::world::{Driver, OPEN, World};

const ON: &str = "explain = true\n";
/// What the sessions are known by in which nobody but the gateway asks.
const OWN: &str = "OWN-TOKEN";
const UPDATE: &str = "update t set n = ? where n = 1";
const PLAN: &str = r#"{"GlobalStats":{"partitionsTotal":120,"partitionsAssigned":3,"bytesAssigned":7340032},
    "Operations":[[{"id":0,"operation":"Update","objects":["DB1.S1.T"],"expressions":["T.N = 1"]}]]}"#;

fn planned() -> Said {
    Said::Json(text(&["content"], &[vec![Some(PLAN.to_owned())]]))
}

fn here() -> Value {
    json!({"databaseName": "DB1", "schemaName": "S1", "warehouseName": "WH", "roleName": "R"})
}

fn unknown(why: &str) -> Estimate {
    Estimate {
        bytes: None,
        partitions: None,
        partitions_total: None,
        unknown: Some(why.to_owned()),
    }
}

fn is_own_login(seen: &Seen) -> bool {
    seen.path.contains("login-request")
        && seen.json()["data"]["SESSION_PARAMETERS"]["QUERY_TAG"] == "firn:explain"
}

fn is_explained(seen: &Seen) -> bool {
    seen.sql().to_ascii_uppercase().contains("EXPLAIN")
}

/// A world in which sessions of the gateway's own stand at `place`, and explaining is answered by `answer`.
async fn world(
    extra: &str,
    gateways: usize,
    place: Value,
    answer: impl Fn() -> Said + Send + Sync + 'static,
) -> World {
    let world = World::with(&format!("{OPEN}{HOLD}"), extra, gateways).await;
    world.upstream.script(move |seen| {
        if is_own_login(seen) {
            return Some(Said::Json(json!({"success": true, "code": null, "message": null, "data": {
                "token": OWN, "masterToken": "OWN-MASTER", "validityInSeconds": 3600, "masterValidityInSeconds": 14400,
                "sessionId": 7, "parameters": [], "sessionInfo": place,
            }})));
        }
        is_explained(seen).then(&answer)
    });
    world
}

/// Has a statement held. Its id, and where it is polled.
async fn held(driver: &Driver<'_>, sql: &str) -> (StatementId, String) {
    let body = json!({"sqlText": sql, "bindings": {"1": {"type": "FIXED", "value": "7"}}});
    let reply = driver.ask(0, &Uuid::new_v4().to_string(), body).await;
    assert_eq!(reply["code"], "333334", "{reply}");
    let id = reply["data"]["queryId"].as_str().expect("an id").to_owned();
    let statement = id.parse().expect("a statement id");
    (statement, format!("/queries/{id}/result"))
}

fn told(world: &World, gateway: usize, statement: StatementId) -> Option<Estimate> {
    let pending = world.approvals[gateway].pending();
    let one = pending
        .into_iter()
        .find(|one| one.statement_id == statement);
    one.expect("it waits").estimate
}

async fn estimate(world: &World, gateway: usize, statement: StatementId) -> Estimate {
    for _ in 0..500 {
        if let Some(estimate) = told(world, gateway, statement) {
            return estimate;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nobody says how much it would read")
}

#[tokio::test]
async fn people_see_on_every_gateway_how_much_it_would_read() {
    let world = world(ON, 2, here(), planned).await;
    let driver = world.login().await;
    let (statement, path) = held(&driver, UPDATE).await;
    let read = Estimate {
        bytes: Some(7_340_032),
        partitions: Some(3),
        partitions_total: Some(120),
        unknown: None,
    };
    for gateway in [0, 1] {
        assert_eq!(estimate(&world, gateway, statement).await, read);
    }
    let asked = world.upstream.statements();
    let [explained] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(explained.sql(), format!("EXPLAIN USING JSON {UPDATE}"));
    let body = explained.json();
    assert_eq!(body["bindings"]["1"]["value"], "7", "{body}");
    assert_eq!(body["parameters"], json!({"MULTI_STATEMENT_COUNT": 1}));
    // Its own session, where the agent's stands, which then ends.
    assert!(explained.authorization.contains(OWN), "{explained:?}");
    let mut logins = world.upstream.seen("login-request");
    logins.retain(is_own_login);
    let [login] = logins.as_slice() else {
        panic!("{logins:?}");
    };
    for (name, value) in [
        ("databaseName", "DB1"),
        ("schemaName", "S1"),
        ("roleName", "R"),
    ] {
        assert_eq!(login.query[name], value, "{:?}", login.query);
    }
    let mut ended = world.upstream.seen("/session");
    ended.retain(|seen| seen.query.contains_key("delete") && seen.authorization.contains(OWN));
    assert_eq!(ended.len(), 1, "{ended:?}");

    world.approvals[1]
        .grant(statement, approver(), "go on".to_owned())
        .await
        .expect("granted");
    let reply = poll_until_done(&driver, 0, &path).await;
    assert_eq!(reply["success"], true, "{reply}");
    let mut agents = world.upstream.seen("");
    agents.retain(|seen| seen.authorization.contains("UPSTREAM-TOKEN"));
    assert!(agents.iter().any(|seen| seen.sql() == UPDATE), "it ran");
    assert!(!agents.iter().any(is_explained), "{agents:?}");
    assert_eq!(world.recorded(Kind::ApprovalEstimated).len(), 1);
    assert_eq!(world.recorded(Kind::ApprovalRequested).len(), 1);
}

#[tokio::test]
async fn nobody_waits_for_an_account_that_does_not_answer() {
    let never = || Said::After(Duration::from_secs(600), Box::new(planned()));
    let world = world(ON, 1, here(), never).await;
    let driver = world.login().await;
    let (statement, path) = held(&driver, UPDATE).await;
    assert_eq!(told(&world, 0, statement), None);
    world.approvals[0]
        .grant(statement, approver(), "go on".to_owned())
        .await
        .expect("granted");
    let reply = poll_until_done(&driver, 0, &path).await;
    assert_eq!(reply["success"], true, "{reply}");
    let asked = world.upstream.statements();
    assert!(asked.iter().any(|seen| seen.sql() == UPDATE), "it ran");
}

#[tokio::test]
async fn a_failure_is_a_plain_reason_and_quotes_nothing() {
    type Case = (fn() -> Said, &'static str);
    let cases: [Case; 3] = [
        (
            || Said::Json(error("002003", "Object 'TOP-SECRET' does not exist")),
            "no answer: Snowflake did not explain it",
        ),
        (
            || Said::Json(rows(&[["1"]])),
            "no answer that says how much it would read",
        ),
        (
            || Said::Raw(200, "TOP-SECRET".into()),
            "no answer that says how much it would read",
        ),
    ];
    for (answer, why) in cases {
        let world = world(ON, 1, here(), answer).await;
        let driver = world.login().await;
        let (statement, _) = held(&driver, UPDATE).await;
        let said = estimate(&world, 0, statement).await;
        assert_eq!(said, unknown(why));
        assert!(!format!("{:?}", world.events()).contains("TOP-SECRET"));
    }
}

#[tokio::test]
async fn where_another_session_reads_otherwise_nothing_is_asked() {
    let elsewhere =
        json!({"databaseName": "DB1", "schemaName": "S2", "warehouseName": "WH", "roleName": "R"});
    let other_role = "explain = true\nrole = \"OTHER\"\n";
    for (extra, place, before, why) in [
        (
            ON,
            elsewhere,
            None,
            "not asked: no session of the gateway's own stands where the agent's does",
        ),
        (
            other_role,
            here(),
            None,
            "not asked: its session has a role that this connection does not name",
        ),
        (
            ON,
            here(),
            Some("create temporary table mine (n int)"),
            "not asked: its session may have temporary tables, which no other session sees",
        ),
    ] {
        let world = world(extra, 1, place, planned).await;
        let driver = world.login().await;
        if let Some(before) = before {
            driver.query(before).await;
        }
        let (statement, _) = held(&driver, UPDATE).await;
        assert_eq!(estimate(&world, 0, statement).await, unknown(why));
        let asked = world.upstream.statements();
        assert!(!asked.iter().any(is_explained), "{why}: {asked:?}");
    }
}

#[tokio::test]
async fn what_is_no_plain_statement_or_not_wanted_is_never_sent() {
    for (extra, sql) in [
        ("explain = false\n", UPDATE),
        (ON, "update t set name = 'SYSTEM$', n = ? where n = 1"),
        (ON, "update t set name = '->>', n = ? where n = 1"),
    ] {
        let world = world(extra, 1, here(), planned).await;
        let driver = world.login().await;
        let (statement, path) = held(&driver, sql).await;
        world.approvals[0]
            .grant(statement, approver(), "go on".to_owned())
            .await
            .expect("granted");
        let reply = poll_until_done(&driver, 0, &path).await;
        assert_eq!(reply["success"], true, "{sql}: {reply}");
        assert!(!world.upstream.seen("").iter().any(is_own_login), "{sql}");
        let asked = world.upstream.statements();
        assert!(!asked.iter().any(is_explained), "{sql}: {asked:?}");
        assert!(world.recorded(Kind::ApprovalEstimated).is_empty(), "{sql}");
    }
}
