//! The end of a session is recorded once and known everywhere, whoever notices it, whether its driver comes back or not.

use std::time::Duration;

use event::payload::{CloseReason, GivenUp};
use event::{Kind, Payload};
use journal::memory::Fault;
use serde_json::json;

use super::upstream::{QUERY_ID, Said, running};
use super::world::{OPEN, World};

const TWO_HOURS: Duration = Duration::from_secs(7200);

/// Why sessions ended, as recorded, once `count` ends are; then long enough for a second voice to be heard.
async fn ends(world: &World, count: usize) -> Vec<CloseReason> {
    for _ in 0..100 {
        if world.recorded(Kind::SessionClosed).len() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let closed = world.recorded(Kind::SessionClosed).into_iter();
    let reasons = closed.filter_map(|event| match event.payload {
        Payload::SessionClosed(closed) => Some(closed.reason),
        _ => None,
    });
    reasons.collect()
}

fn goodbyes(world: &World) -> usize {
    let seen = world.upstream.seen("/session");
    seen.iter().filter(|seen| seen.path == "/session").count()
}

#[tokio::test]
async fn a_grant_that_runs_out_unnoticed_is_said_once() {
    let world = World::with(OPEN, "session_max = \"2h\"", 2).await;
    let driver = world.login().await;
    assert_eq!(
        driver.ask(1, "r", json!({"sqlText": "select 1"})).await["success"],
        true
    );
    world.pass(TWO_HOURS);
    assert_eq!(ends(&world, 1).await, [CloseReason::Expired]);
    assert_eq!(
        goodbyes(&world),
        1,
        "the agent's upstream session ends with its grant"
    );
    // The gateway that did not open it had its turn too.
    world.pass(Duration::from_secs(60));
    for gateway in [0, 1] {
        let reply = driver
            .ask(gateway, "r2", json!({"sqlText": "select 1"}))
            .await;
        assert_eq!(reply["code"], "390114", "{reply}");
    }
    assert_eq!(ends(&world, 1).await, [CloseReason::Expired]);
}

#[tokio::test]
async fn the_gateway_that_refuses_the_first_late_request_says_it() {
    let world = World::with(OPEN, "session_max = \"2h\"", 2).await;
    let mut driver = world.login().await;
    world.stop_gateway(0);
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.pass(TWO_HOURS);
    let reply = driver.ask(1, "r", json!({"sqlText": "select 1"})).await;
    assert_eq!(reply["code"], "390114", "{reply}");
    let closed = world.recorded(Kind::SessionClosed);
    assert_eq!(
        closed.len(),
        1,
        "it is recorded before the driver hears of it"
    );
    let opened = world.recorded(Kind::SessionOpened).remove(0);
    assert_eq!(closed[0].session_id, opened.session_id);
    assert_eq!(closed[0].principal, opened.principal);
    assert_eq!(driver.renew(1).await["code"], "390114");
    assert_eq!(ends(&world, 1).await, [CloseReason::Expired]);
}

/// A client that hung up while its end was being said took the word with it: nobody on that gateway said it any more.
#[tokio::test]
async fn an_end_is_said_though_whoever_came_late_hung_up() {
    let world = World::with(OPEN, "session_max = \"2h\"", 2).await;
    let driver = world.login().await;
    world.stop_gateway(0);
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.pass(TWO_HOURS);
    world.journal.set_fault(Fault::Silent);
    let late = driver.ask(1, "r", json!({"sqlText": "select 1"}));
    let answered = tokio::time::timeout(Duration::from_millis(150), late).await;
    assert!(answered.is_err(), "the journal does not answer");
    world.journal.set_fault(Fault::None);
    for _ in 0..20 {
        world.pass(Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert_eq!(ends(&world, 1).await, [CloseReason::Expired]);
}

#[tokio::test]
async fn a_logout_is_known_on_every_gateway() {
    let world = World::with(OPEN, "", 2).await;
    let mut driver = world.login().await;
    assert_eq!(
        driver.call(0, "POST", "/session?delete=true", "").await["success"],
        true
    );
    tokio::time::sleep(Duration::from_millis(200)).await;
    let before = world.upstream.statements().len();
    let reply = driver.ask(1, "r", json!({"sqlText": "select 1"})).await;
    assert_eq!(reply["code"], "390114", "{reply}");
    assert_eq!(world.upstream.statements().len(), before);
    assert_eq!(driver.renew(1).await["code"], "390114");
    driver.call(1, "POST", "/session?delete=true", "").await;
    assert_eq!(ends(&world, 1).await, [CloseReason::Logout]);
}

#[tokio::test]
async fn what_a_session_held_or_ran_is_given_up_with_it() {
    let hold = format!(
        "{OPEN}@id(\"hold\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"look\") forbid (principal, action == Action::\"write\", resource) \
         unless {{ context.approvals.contains(\"oncall\") }};\n"
    );
    let world = World::with(&hold, "session_max = \"1m\"", 1).await;
    world.upstream.script(|seen| {
        seen.sql()
            .starts_with("select")
            .then(|| Said::Json(running(QUERY_ID)))
    });
    let driver = world.login().await;
    let held = driver.query("insert into t values (1, 'x')").await;
    assert_eq!(held["code"], "333334", "{held}");
    world.pass(Duration::from_secs(60));
    assert_eq!(ends(&world, 1).await, [CloseReason::Expired]);
    let canceled = world.recorded(Kind::ApprovalCanceled).remove(0);
    assert!(
        matches!(canceled.payload, Payload::ApprovalCanceled(one) if one.reason == GivenUp::SessionClosed)
    );
}

#[tokio::test]
async fn an_end_that_cannot_be_recorded_is_said_when_the_journal_is_back() {
    let world = World::with(OPEN, "session_max = \"2h\"", 1).await;
    let driver = world.login().await;
    world.journal.set_fault(Fault::Refuse);
    world.pass(TWO_HOURS);
    assert_eq!(driver.query("select 1").await["code"], "390114");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(world.recorded(Kind::SessionClosed).is_empty());
    world.journal.set_fault(Fault::None);
    // The producer begins another run when it finds the journal back, and the end is said at the next round.
    for _ in 0..20 {
        world.pass(Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert_eq!(ends(&world, 1).await, [CloseReason::Expired]);
}
