//! Sessions that people end: over on every gateway within a second, whatever they are doing.

use std::time::{Duration, Instant};

use event::payload::{Canceler, CloseReason, KillScope, SessionsKilled};
use event::{Kind, Payload, Principal, TimeNs};
use serde_json::{Value, json};

use super::bypass::chunk_path;
use super::upstream::{QUERY_ID, Said, rows, running};
use super::world::{NOW, OPEN, World};

const WITHIN: Duration = Duration::from_secs(1);
const HOLD: &str = "@id(\"hold-writes\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"a person looks at writes\")\n\
    forbid (principal, action == Action::\"write\", resource) unless { context.approvals.contains(\"oncall\") };\n";

async fn kill(world: &World, gateway: usize, scope: KillScope, target: Option<&str>, seconds: i64) {
    let killed = SessionsKilled {
        scope,
        target: target.map(str::to_owned),
        reason: "runaway".to_owned(),
        until: (seconds > 0).then_some(TimeNs(NOW.0 + seconds * 1_000_000_000)),
    };
    let by = Principal {
        issuer: "https://idp.example".to_owned(),
        subject: "olga".to_owned(),
        display: "Olga".to_owned(),
        groups: vec![],
        agent: None,
    };
    let control = &world.controls[gateway];
    control.kill(killed, by, None).await.expect("recorded");
}

async fn is_over(world: &World, driver: &super::world::Driver<'_>) {
    let begun = Instant::now();
    for gateway in 0..world.gateways.len() {
        loop {
            let id = uuid::Uuid::new_v4().to_string();
            let reply = driver
                .ask(gateway, &id, json!({"sqlText": "select 1"}))
                .await;
            if reply["success"] == false {
                assert_eq!(reply["code"], "390114", "{reply}");
                break;
            }
            assert!(
                begun.elapsed() < WITHIN,
                "gateway {gateway} still serves it"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test]
async fn a_session_is_over_on_every_gateway_and_others_go_on() {
    let world = World::with(OPEN, "", 2).await;
    let mut driver = world.login().await;
    let session = world.recorded(Kind::SessionOpened)[0]
        .session_id
        .expect("a session");
    let other = world.login().await;
    kill(&world, 1, KillScope::Session, Some(&session.to_string()), 0).await;
    is_over(&world, &driver).await;
    assert_eq!(driver.renew(0).await["success"], false, "it is not renewed");
    assert_eq!(other.query("select 1").await["success"], true);
    tokio::time::sleep(WITHIN).await;
    let closed = world.recorded(Kind::SessionClosed);
    let [Payload::SessionClosed(end)] =
        closed.iter().map(|one| &one.payload).collect::<Vec<_>>()[..]
    else {
        panic!("{closed:?}");
    };
    assert_eq!(end.reason, CloseReason::Killed);
    assert_eq!(closed[0].session_id, Some(session));
    let ordered = world.recorded(Kind::SessionsKilled);
    assert_eq!(
        ordered[0].principal.as_ref().map(|by| by.subject.as_str()),
        Some("olga")
    );
}

#[tokio::test]
async fn a_running_statement_is_aborted_upstream_and_a_held_one_given_up() {
    let world = World::with(&format!("{OPEN}{HOLD}"), "", 2).await;
    let driver = world.login().await;
    let held = driver
        .ask(
            0,
            "held",
            json!({"sqlText": "insert into t values (7, 'x')"}),
        )
        .await;
    assert_eq!(held["code"], "333334", "{held}");
    world.upstream.script(|seen| {
        let slow = seen.sql().contains("from t");
        slow.then(|| {
            Said::After(
                Duration::from_secs(20),
                Box::new(Said::Json(rows(&[["1"]]))),
            )
        })
    });
    let begun = Instant::now();
    let running = driver.ask(
        0,
        "running",
        json!({"sqlText": "select n from t", "asyncExec": false}),
    );
    let killing = async {
        while world.upstream.statements().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        kill(&world, 1, KillScope::Principal, Some("agent"), 0).await;
    };
    let (reply, ()) = tokio::join!(running, killing);
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "the driver is told at once"
    );
    assert_eq!(
        (reply["success"].as_bool(), reply["code"].as_str()),
        (Some(false), Some("000604")),
        "{reply}"
    );
    let said = reply["message"].as_str().expect("a message");
    assert!(said.contains("ended: runaway"), "{said}");
    let sent = &world.upstream.statements()[0];
    let aborted = world.upstream.seen("abort-request");
    assert_eq!(aborted.len(), 1);
    assert_eq!(
        aborted[0].json()["requestId"].as_str(),
        sent.query.get("requestId").map(String::as_str)
    );
    tokio::time::sleep(WITHIN).await;
    let canceled = world.recorded(Kind::StatementCanceled);
    assert!(
        matches!(&canceled[0].payload, Payload::StatementCanceled(one) if one.by == Canceler::Killed)
    );
    assert!(
        !world.recorded(Kind::ApprovalCanceled).is_empty(),
        "nobody is asked in vain"
    );
    is_over(&world, &driver).await;
}

#[tokio::test]
async fn a_statement_that_upstream_works_on_is_aborted_and_who_polls_for_it_is_told() {
    let world = World::with(OPEN, "", 2).await;
    let driver = world.login().await;
    world.upstream.script(|seen| {
        let busy = seen.sql().contains("from t") || seen.path.contains("/result");
        busy.then(|| Said::Json(running(QUERY_ID)))
    });
    let reply = driver
        .ask(0, "slow", json!({"sqlText": "select n from t"}))
        .await;
    assert_eq!(reply["code"], "333334", "{reply}");
    let id = reply["data"]["queryId"].as_str().expect("an id").to_owned();
    let begun = Instant::now();
    // Another gateway than it came by.
    let path = format!("/queries/{id}/result");
    let polling = driver.try_call(1, "GET", &path, "");
    let killing = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        kill(&world, 0, KillScope::Principal, Some("agent"), 0).await;
    };
    let ((_, reply), ()) = tokio::join!(polling, killing);
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "it is told at once"
    );
    assert_eq!(reply["success"], false, "{reply}");
    let said = reply["message"].as_str().expect("a message");
    assert!(said.contains("ended: runaway"), "{said}");
    tokio::time::sleep(WITHIN).await;
    let sent = &world.upstream.statements()[0];
    let aborted = world.upstream.seen("abort-request");
    assert!(!aborted.is_empty(), "nothing is aborted upstream");
    for one in &aborted {
        let by_request = one.json()["requestId"].as_str().map(str::to_owned);
        let named = by_request.as_ref() == sent.query.get("requestId");
        assert!(named || one.path.contains(QUERY_ID), "{}", one.path);
    }
    let goodbye = world.upstream.seen("/session");
    assert!(!goodbye.is_empty(), "its session upstream is ended");
    is_over(&world, &driver).await;
}

#[tokio::test]
async fn addresses_of_results_end_with_a_session_that_is_ended() {
    let world = World::with(OPEN, "", 2).await;
    let driver = world.login().await;
    let path = chunk_path(&world, &driver).await;
    assert_eq!(world.send_to(1, "GET", &path, &[], "").await.0, 200);
    kill(&world, 1, KillScope::Principal, Some("agent"), 0).await;
    is_over(&world, &driver).await;
    let fetched = world.upstream.seen("_storage").len();
    for gateway in [0, 1] {
        let (status, body) = world.send_to(gateway, "GET", &path, &[], "").await;
        assert_eq!((status, body.len()), (403, 0), "gateway {gateway}");
    }
    assert_eq!(
        world.upstream.seen("_storage").len(),
        fetched,
        "storage was not asked"
    );
}

#[tokio::test]
async fn no_new_session_is_let_in_while_it_says_so() {
    let world = World::with(OPEN, "", 2).await;
    kill(&world, 0, KillScope::Connection, Some("MAIN"), 900).await;
    let data = json!({"ACCOUNT_NAME": "main", "AUTHENTICATOR": "OAUTH", "TOKEN": "agent"});
    let reply: Value = world.login_with(data.clone()).await;
    assert_eq!(reply["success"], false, "{reply}");
    let said = reply["message"].as_str().expect("a message");
    assert!(
        said.contains("900 s more") && said.contains("runaway"),
        "{said}"
    );
    assert_eq!(world.recorded(Kind::SessionRefused).len(), 1);
    world.pass(Duration::from_secs(901));
    assert_eq!(world.login_with(data).await["success"], true);
}

#[tokio::test]
async fn all_is_all_and_a_gateway_that_comes_later_knows_it() {
    let mut world = World::with(OPEN, "", 2).await;
    let token = world.login().await.token;
    kill(&world, 0, KillScope::All, None, 0).await;
    world.add_gateway().await;
    let driver = super::world::Driver {
        world: &world,
        token,
        master: String::new(),
    };
    is_over(&world, &driver).await;
    world.pass(Duration::from_secs(3));
    assert_eq!(world.login().await.query("select 1").await["success"], true);
}
