//! Held statements: the driver waits in place, people answer, it runs once, byte for byte as approved, on whichever gateway.

use std::time::Duration;

use event::payload::Approver;
use event::{Kind, StatementId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::upstream::{QUERY_ID, Said, rows, running};
use super::world::{Driver, OPEN, World};

pub const HOLD: &str = "@id(\"hold-writes\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"a person looks at writes\")\n\
    forbid (principal, action == Action::\"write\", resource) unless { context.approvals.contains(\"oncall\") };\n";

pub fn approver() -> Approver {
    Approver {
        issuer: "https://idp.example".to_owned(),
        subject: "olga".to_owned(),
        display: "Olga".to_owned(),
        groups: vec!["oncall".to_owned()],
    }
}

async fn world(gateways: usize) -> World {
    World::with(&format!("{OPEN}{HOLD}"), "", gateways).await
}

async fn hold(driver: &Driver<'_>) -> (StatementId, String) {
    let reply = driver
        .ask(0, "r", json!({"sqlText": "insert into t values (7, 'x')"}))
        .await;
    assert_eq!(
        (reply["success"].as_bool(), reply["code"].as_str()),
        (Some(true), Some("333334")),
        "{reply}"
    );
    let id = reply["data"]["queryId"].as_str().expect("an id").to_owned();
    assert!(driver.world.upstream.statements().is_empty(), "nothing ran");
    (
        id.parse().expect("a statement id"),
        format!("/queries/{id}/result"),
    )
}

pub async fn poll_until_done(driver: &Driver<'_>, gateway: usize, path: &str) -> Value {
    for _ in 0..50 {
        let reply = driver.call(gateway, "GET", path, "").await;
        if reply["code"] != "333334" {
            return reply;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the statement was never answered")
}

#[tokio::test]
async fn an_approved_statement_runs_once_wherever_it_is_polled() {
    let world = world(2).await;
    let driver = world.login().await;
    let (statement, path) = hold(&driver).await;
    let state = driver
        .call(1, "GET", &format!("/monitoring/queries/{statement}"), "")
        .await;
    assert_eq!(state["data"]["queries"][0]["status"], "RUNNING", "{state}");
    world.approvals[1]
        .grant(statement, approver(), "go on".to_owned())
        .await
        .expect("granted");
    let (first, second) = tokio::join!(
        poll_until_done(&driver, 0, &path),
        poll_until_done(&driver, 1, &path)
    );
    for reply in [first, second] {
        assert_eq!(reply["success"], true, "{reply}");
    }
    assert_eq!(world.upstream.statements().len(), 1, "it ran once");
    assert_eq!(
        world.upstream.statements()[0].sql(),
        "insert into t values (7, 'x')"
    );
    assert_eq!(world.recorded(Kind::StatementSubmitted).len(), 1);
    assert!(!world.recorded(Kind::StatementForwarded).is_empty());
}

/// Who grants is told that it runs now: the driver's call returns from the poll that is under way, not from a later one.
#[tokio::test]
async fn a_poll_under_way_is_answered_once_people_agree() {
    let world = world(2).await;
    let driver = world.login().await;
    let (statement, path) = hold(&driver).await;
    let agrees = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        world.approvals[0]
            .grant(statement, approver(), "go on".to_owned())
            .await
            .expect("granted");
    };
    let both = async { tokio::join!(driver.call(1, "GET", &path, ""), agrees) };
    // By itself a poll ends after twenty seconds.
    let answered = tokio::time::timeout(Duration::from_secs(10), both).await;
    let (reply, ()) = answered.expect("answered before the poll's own end");
    assert_ne!(reply["code"], "333334", "it goes on waiting: {reply}");
    assert_eq!(reply["success"], true, "{reply}");
}

#[tokio::test]
async fn a_gateway_that_has_not_heard_of_a_hold_yet_takes_nobody_for_a_stranger() {
    let mut world = world(2).await;
    world.late = Duration::from_millis(300);
    for _ in 0..3 {
        world.add_gateway().await;
    }
    let driver = world.login().await;
    let (statement, path) = hold(&driver).await;
    // Each of them is asked something else at once.
    let monitoring = format!("/monitoring/queries/{statement}");
    let abort = format!("/queries/{statement}/abort-request");
    let body = json!({"requestId": Uuid::new_v4()}).to_string();
    let (state, polled, aborted) = tokio::join!(
        driver.call(2, "GET", &monitoring, ""),
        driver.call(3, "GET", &path, ""),
        driver.call(4, "POST", &abort, body),
    );
    assert_eq!(state["data"]["queries"][0]["status"], "RUNNING", "{state}");
    assert_eq!(aborted["success"], true, "{aborted}");
    assert_eq!(
        polled["code"], "000604",
        "it was aborted meanwhile: {polled}"
    );
    let stranger = format!("/queries/{}/result", Uuid::new_v4());
    let polled = driver.call(3, "GET", &stranger, "").await;
    assert_eq!(polled["success"], false, "{polled}");
}

#[tokio::test]
async fn a_retry_of_a_held_statement_asks_nobody_again() {
    let world = world(2).await;
    let driver = world.login().await;
    hold(&driver).await;
    for gateway in [0, 1] {
        let reply = driver
            .ask(
                gateway,
                "r",
                json!({"sqlText": "insert into t values (7, 'x')"}),
            )
            .await;
        assert_eq!(reply["code"], "333334");
    }
    assert_eq!(world.recorded(Kind::ApprovalRequested).len(), 1);
}

#[tokio::test]
async fn a_denied_statement_ends_in_a_sql_error() {
    let world = world(1).await;
    let driver = world.login().await;
    let (statement, path) = hold(&driver).await;
    world.approvals[0]
        .deny(statement, approver(), "not on a Friday".to_owned())
        .await
        .expect("denied");
    let reply = poll_until_done(&driver, 0, &path).await;
    assert_eq!(
        (reply["code"].as_str(), reply["data"]["sqlState"].as_str()),
        (Some("003001"), Some("42501"))
    );
    let message = reply["message"].as_str().expect("text");
    assert!(
        message.starts_with("Denied by Olga: not on a Friday"),
        "{message}"
    );
    assert!(world.upstream.statements().is_empty());
    let state = driver
        .call(0, "GET", &format!("/monitoring/queries/{statement}"), "")
        .await;
    assert_eq!(state["data"]["queries"][0]["status"], "FAILED_WITH_ERROR");
    assert_eq!(world.recorded(Kind::StatementFailed).len(), 1);
}

#[tokio::test]
async fn a_cancel_gives_up_a_held_statement() {
    let world = world(1).await;
    let driver = world.login().await;
    let (statement, path) = hold(&driver).await;
    let body = json!({"requestId": "r"}).to_string();
    assert_eq!(
        driver
            .call(0, "POST", "/queries/v1/abort-request", body)
            .await["success"],
        true
    );
    let reply = poll_until_done(&driver, 0, &path).await;
    assert_eq!(
        (reply["code"].as_str(), reply["data"]["sqlState"].as_str()),
        (Some("000604"), Some("57014"))
    );
    assert!(
        world.approvals[0]
            .grant(statement, approver(), String::new())
            .await
            .is_err()
    );
    assert!(world.upstream.statements().is_empty());
    assert_eq!(world.recorded(Kind::StatementCanceled).len(), 1);
}

#[tokio::test]
async fn a_slow_approved_statement_is_served_by_its_query_id() {
    let world = world(2).await;
    world.upstream.script(|seen| {
        if seen.path.contains("query-request") {
            return Some(Said::Json(running(QUERY_ID)));
        }
        seen.path
            .ends_with("/result")
            .then(|| Said::Json(rows(&[["1"]])))
    });
    let driver = world.login().await;
    let (statement, path) = hold(&driver).await;
    world.approvals[0]
        .grant(statement, approver(), String::new())
        .await
        .expect("granted");
    let reply = poll_until_done(&driver, 0, &path).await;
    assert_eq!(reply["success"], true, "{reply}");
    let reply = poll_until_done(&driver, 1, &path).await;
    assert_eq!(reply["data"]["queryId"], QUERY_ID, "{reply}");
    assert_eq!(world.upstream.statements().len(), 1);
}

#[tokio::test]
async fn another_session_cannot_poll_a_held_statement() {
    let world = world(1).await;
    let driver = world.login().await;
    let (_, path) = hold(&driver).await;
    let other = world.login().await;
    let reply = other.call(0, "GET", &path, "").await;
    assert!(
        reply["message"]
            .as_str()
            .expect("text")
            .contains("is not one of this session"),
        "{reply}"
    );
}

#[tokio::test]
async fn a_session_that_moved_since_does_not_run_what_was_approved_elsewhere() {
    let world = world(1).await;
    world.upstream.script(|seen| {
        let mut reply = rows(&[["1"]]);
        reply["data"]["finalSchemaName"] = json!("S2");
        (seen.sql() == "use schema s2").then(|| Said::Json(reply))
    });
    let driver = world.login().await;
    let reply = driver
        .ask(0, "r", json!({"sqlText": "insert into t values (7, 'x')"}))
        .await;
    let id = reply["data"]["queryId"].as_str().expect("an id").to_owned();
    driver.query("use schema s2").await;
    let before = world.upstream.statements().len();
    world.approvals[0]
        .grant(id.parse().expect("an id"), approver(), String::new())
        .await
        .expect("granted");
    let reply = poll_until_done(&driver, 0, &format!("/queries/{id}/result")).await;
    assert_eq!(reply["code"], "003001", "{reply}");
    assert_eq!(world.upstream.statements().len(), before);
}

#[tokio::test]
async fn whoever_answers_is_told_what_a_grant_shows() {
    let rules = "@id(\"hold-nicks\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"conditions tell values\")\n\
        forbid (principal, action == Action::\"filter_by\", resource in Tag::\"PII\") unless { context.approvals.contains(\"oncall\") };\n\
        @id(\"mask-nicks\") @reason(\"people are masked\")\n\
        forbid (principal, action == Action::\"unmask\", resource in Tag::\"PII\");\n";
    let world = World::with(&format!("{OPEN}{rules}"), "", 1).await;
    let driver = world.login().await;
    let asked = json!({"sqlText": "select n, nick as who from people where nick = 'Bo'"});
    let reply = driver.ask(0, "r", asked).await;
    assert_eq!(reply["code"], "333334", "it waits: {reply}");
    let pending = world.approvals[0].pending();
    let told = serde_json::to_value(&pending).expect("is JSON");
    let outputs = told[0]["touches"]["outputs"].as_array().expect("outputs");
    let [n, who] = outputs.as_slice() else {
        panic!("two columns: {told}");
    };
    assert_eq!(n["name"], "N");
    assert_eq!(
        (&who["name"], &who["sources"], &who["rule"]),
        (
            &json!("WHO"),
            &json!(["DB1.S1.PEOPLE.NICK"]),
            &json!("mask-nicks")
        )
    );
}
