//! Sessions over time: expiry, renewal, upstream's own expiry, logout; no instance needs what another remembers.

use std::time::Duration;

use event::Kind;
use event::payload::CloseReason;
use serde_json::json;

use super::upstream::{Said, error};
use super::world::{OPEN, World};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn an_expired_token_is_renewed_on_any_gateway() {
    let world = World::with(OPEN, "", 2).await;
    let mut driver = world.login().await;
    world.pass(HOUR);
    let expired = driver.query("select 1").await;
    assert_eq!(
        (expired["code"].as_str(), expired["success"].as_bool()),
        (Some("390112"), Some(false))
    );
    assert!(world.upstream.statements().is_empty());

    let renewed = driver.renew(1).await;
    assert_eq!(renewed["success"], true, "{renewed}");
    assert_eq!(renewed["data"]["validityInSecondsST"], 3480);
    assert!(!renewed.to_string().contains("UPSTREAM"));
    assert_eq!(
        world.upstream.seen("token-request")[0].authorization,
        "Snowflake Token=\"UPSTREAM-MASTER\""
    );
    assert_eq!(driver.query("select 1").await["success"], true);
    assert_eq!(
        world.upstream.statements()[0].authorization,
        "Snowflake Token=\"UPSTREAM-TOKEN-2\""
    );
    assert_eq!(world.recorded(Kind::SessionRenewed).len(), 1);
}

#[tokio::test]
async fn upstreams_expiry_makes_the_driver_renew_and_the_same_request_runs() {
    let world = World::new().await;
    world.upstream.script(|seen| {
        let old = seen.authorization.contains("UPSTREAM-TOKEN\"");
        (old && seen.path.contains("quer"))
            .then(|| Said::Json(error("390112", "Your session has expired.")))
    });
    let mut driver = world.login().await;
    let body = json!({"sqlText": "select 1"});
    assert_eq!(driver.ask(0, "r", body.clone()).await["code"], "390112");
    assert_eq!(driver.renew(0).await["success"], true);
    assert_eq!(driver.ask(0, "r", body).await["success"], true);
}

#[tokio::test]
async fn an_upstream_session_that_outlived_its_master_token_is_opened_anew() {
    let world = World::new().await;
    let mut driver = world.login().await;
    world.pass(HOUR * 5);
    assert_eq!(driver.renew(0).await["success"], true);
    let logins = world.upstream.seen("login");
    assert_eq!(logins.len(), 2);
    assert_eq!(logins[1].query["databaseName"], "DB1");
    assert_eq!(logins[1].json()["data"]["CLIENT_APP_ID"], "PythonConnector");
    assert_eq!(driver.query("select 1").await["success"], true);
}

#[tokio::test]
async fn a_grant_that_ended_is_over() {
    let world = World::with(OPEN, "session_max = \"2h\"", 1).await;
    let mut driver = world.login().await;
    world.pass(HOUR * 2);
    assert_eq!(driver.query("select 1").await["code"], "390114");
    assert_eq!(driver.renew(0).await["code"], "390114");

    let world = World::with(OPEN, "end_with_token = true", 1).await;
    let mut driver = world.login().await;
    world.pass(Duration::from_secs(601));
    assert_eq!(
        driver.renew(0).await["code"],
        "390114",
        "the token was good for ten minutes"
    );
}

#[tokio::test]
async fn a_session_that_snowflake_ended_stays_ended() {
    let world = World::new().await;
    world.upstream.script(|seen| {
        seen.path
            .contains("token-request")
            .then(|| Said::Json(error("390111", "Session no longer exists.")))
    });
    let mut driver = world.login().await;
    assert_eq!(driver.renew(0).await["code"], "390114");
    let closed = world.recorded(Kind::SessionClosed).remove(0);
    assert!(
        matches!(closed.payload, event::Payload::SessionClosed(closed) if closed.reason == CloseReason::Upstream)
    );
    assert_eq!(
        world.upstream.seen("login").len(),
        1,
        "nobody logs in again behind its back"
    );
}

#[tokio::test]
async fn an_upstream_that_is_away_does_not_end_a_session() {
    let world = World::new().await;
    world.upstream.script(|seen| {
        seen.path
            .contains("token-request")
            .then(|| Said::Raw(502, "".into()))
    });
    let mut driver = world.login().await;
    let before = driver.token.clone();
    assert_eq!(driver.renew(0).await["success"], false);
    assert_eq!(driver.token, before);
    assert_eq!(driver.query("select 1").await["success"], true);
}

#[tokio::test]
async fn a_logout_ends_the_tokens_and_never_waits() {
    let world = World::new().await;
    world.upstream.script(|seen| {
        (seen.path == "/session")
            .then(|| Said::After(Duration::from_secs(60), Box::new(Said::Raw(500, "".into()))))
    });
    let mut driver = world.login().await;
    let reply = driver.call(0, "POST", "/session?delete=true", "").await;
    assert_eq!(reply["success"], true);
    assert_eq!(driver.query("select 1").await["code"], "390114");
    assert_eq!(driver.renew(0).await["code"], "390114");
    assert_eq!(world.recorded(Kind::SessionClosed).len(), 1);
    assert_eq!(
        world
            .upstream
            .seen("/session")
            .iter()
            .filter(|seen| seen.path == "/session")
            .count(),
        1
    );
}

#[tokio::test]
async fn heartbeat_and_telemetry_are_answered() {
    let world = World::new().await;
    let driver = world.login().await;
    assert_eq!(
        driver
            .call(0, "POST", "/session/heartbeat?requestId=1", "")
            .await["success"],
        true
    );
    assert_eq!(world.upstream.seen("heartbeat").len(), 1);
    let reply = driver
        .call(0, "POST", "/telemetry/send", r#"{"logs":[]}"#)
        .await;
    assert_eq!(reply["data"], "Log Received");
    assert!(
        world.upstream.seen("telemetry").is_empty(),
        "nothing of it goes anywhere"
    );
}

#[tokio::test]
async fn health_follows_the_journal() {
    let world = World::new().await;
    assert_eq!(world.send("GET", "/healthz", &[], "").await.0, 200);
    world.journal.set_fault(journal::memory::Fault::Refuse);
    let driver = world
        .login_with(json!({"AUTHENTICATOR": "OAUTH", "TOKEN": "agent"}))
        .await;
    assert_eq!(driver["success"], false);
    assert_eq!(world.send("GET", "/healthz", &[], "").await.0, 503);
}
