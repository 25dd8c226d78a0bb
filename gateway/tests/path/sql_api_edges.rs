//! The SQL API's door where it says no, or has to do more than its client knows: tokens, other paths, renewal, a journal that is away.

use std::time::Duration;

use event::Kind;
use journal::memory::Fault;
use serde_json::{Value, json};

use super::sql_api::{Client, agent, ruled};
use super::upstream::{QUERY_ID, Said, error};
use super::world::World;

#[tokio::test]
async fn who_shows_no_token_of_its_own_gets_nothing() {
    let world = ruled(1).await;
    let (_, answer) = agent(&world)
        .submit("", json!({"statement": "select n from t"}))
        .await;
    let url = answer["statementStatusUrl"]
        .as_str()
        .expect("an address")
        .to_owned();
    let before = world.upstream.heard();
    for (token, status, code) in [
        ("nobody", 401, "390303"),
        ("expired", 401, "390318"),
        ("offline", 503, "390400"),
        // Another principal's handle is nobody's.
        ("stranger", 404, "000709"),
    ] {
        let client = Client {
            world: &world,
            token,
        };
        let (got, body) = client.call(0, "GET", &url, Value::Null).await;
        assert_eq!(
            (got, body["code"].as_str()),
            (status, Some(code)),
            "{token}: {body}"
        );
    }
    let client = agent(&world);
    let mut altered = url.clone();
    altered.pop();
    for bad in [
        altered,
        format!("/api/v2/statements/{QUERY_ID}"),
        "/api/v2/statements/x.y".to_owned(),
    ] {
        assert_eq!(
            client.call(0, "GET", &bad, Value::Null).await.0,
            404,
            "{bad}"
        );
    }
    let (status, _) = world.send("GET", &url, &[], "").await;
    assert_eq!(status, 401);
    assert_eq!(
        world.upstream.heard(),
        before,
        "nothing of it reached upstream"
    );
}

#[tokio::test]
async fn every_other_path_below_is_refused_with_a_reason() {
    let world = World::new().await;
    let driver = world.login().await;
    let before = world.upstream.heard();
    let session = format!("Snowflake Token=\"{}\"", driver.token);
    for (method, path) in [
        ("GET", "/api/v2/databases"),
        ("POST", "/api/v2/databases/db1/schemas"),
        ("GET", "//api//v2//warehouses"),
        ("DELETE", "/API/V2/databases/db1"),
        ("GET", "/api/v2/statements"),
    ] {
        for authorization in [session.as_str(), "Bearer agent"] {
            let headers = [("authorization", authorization)];
            let (status, body) = world.send(method, path, &headers, "").await;
            let body: Value = serde_json::from_slice(&body).expect("json");
            assert_eq!(status, 404, "{method} {path}: {body}");
            let message = body["message"].as_str().expect("text");
            assert!(
                message.contains("only /api/v2/statements is served"),
                "{message}"
            );
        }
    }
    // A driver's token is none here, wherever it is sent.
    for (method, path) in [
        ("POST", "/api/v2/statements"),
        ("POST", "//api//v2//statements"),
        ("POST", "/API/V2/STATEMENTS"),
        ("POST", "/api/v2/statements?async=true"),
        (
            "GET",
            "/api/v2/statements/01b1767d-b36a-48dc-ac1b-841c7561acb5",
        ),
    ] {
        let headers = [("authorization", session.as_str())];
        let (status, _) = world
            .send(method, path, &headers, "{\"statement\":\"select 1\"}")
            .await;
        assert_eq!(status, 401, "{method} {path}");
    }
    assert_eq!(
        world.upstream.heard(),
        before,
        "nothing of it reached upstream"
    );
    assert_eq!(
        world.recorded(Kind::StageRefused).len(),
        5,
        "what a session tried is in its record"
    );
}

#[tokio::test]
async fn a_session_is_renewed_without_its_client() {
    let world = ruled(1).await;
    world.upstream.script(|seen| {
        let old = seen.authorization.contains("UPSTREAM-TOKEN\"");
        (old && seen.path.contains("query-request"))
            .then(|| Said::Json(error("390112", "Your session has expired.")))
    });
    let client = agent(&world);
    let (status, answer) = client
        .submit("", json!({"statement": "select n from t"}))
        .await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(world.recorded(Kind::SessionRenewed).len(), 1);
    // And by the clock.
    world.pass(Duration::from_secs(3600));
    let (status, answer) = client
        .submit("", json!({"statement": "select name from t"}))
        .await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(world.recorded(Kind::SessionOpened).len(), 1);
    assert_eq!(world.recorded(Kind::SessionRenewed).len(), 2);
}

#[tokio::test]
async fn what_cannot_be_recorded_is_503_and_did_not_run() {
    let world = ruled(1).await;
    let client = agent(&world);
    client
        .submit("", json!({"statement": "select n from t"}))
        .await;
    world.journal.set_fault(Fault::Refuse);
    let headers = [("authorization", "Bearer agent")];
    let body = json!({"statement": "select name from t"}).to_string();
    let (parts, body) = world
        .exchange(0, "POST", "/api/v2/statements", &headers, body)
        .await;
    let body: Value = serde_json::from_slice(&body).expect("json");
    assert_eq!(parts.status, 503, "{body}");
    assert!(parts.headers.contains_key("retry-after"));
    assert_eq!(world.upstream.statements().len(), 1);
}
