//! Who asks for more than its share is told so, and takes nothing from others.

use std::time::{Duration, Instant};

use event::Kind;
use futures::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::holds::HOLD;
use super::scopes::{held, insert};
use super::upstream::{Said, rows};
use super::world::{OPEN, World};

/// Statements of one session at once, and those of it that wait for people.
const OF_ONE_SESSION: usize = 64;
/// A request's body is waited for, and its rest read past, for twenty seconds each, and some more on a busy machine.
const IDLE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_session_has_so_many_statements_waiting_for_people_and_no_more() {
    let world = World::with(&format!("{OPEN}{HOLD}"), "", 2).await;
    let driver = world.login().await;
    for number in 0..OF_ONE_SESSION {
        let name = format!("n{number}");
        let waits = held(&driver, number % 2, &name, insert(&name)).await;
        assert!(waits.is_some(), "{name} is held");
    }
    for gateway in [0, 1] {
        let reply = driver
            .ask(gateway, &format!("more{gateway}"), insert("more"))
            .await;
        assert_eq!(reply["success"], false, "{reply}");
        let said = reply["message"].as_str().expect("a message");
        assert!(
            said.contains("64") && said.contains("session"),
            "it says which limit: {said}"
        );
    }
    let other = world.login().await;
    let waits = held(&other, 0, "other", insert("other")).await;
    assert!(waits.is_some(), "another session's may wait");
    assert!(world.upstream.statements().is_empty(), "nothing ran");
}

#[tokio::test]
async fn a_session_has_so_many_statements_at_work_and_no_more() {
    let world = World::new().await;
    let driver = world.login().await;
    world.upstream.script(|seen| {
        let slow = seen.sql().contains("from t");
        slow.then(|| {
            let answer = Said::Json(rows(&[["1"]]));
            Said::After(Duration::from_secs(5), Box::new(answer))
        })
    });
    let asked = (0..OF_ONE_SESSION).map(|_| driver.query("select n from t"));
    let crowding = async {
        let begun = Instant::now();
        while world.upstream.statements().len() < OF_ONE_SESSION {
            assert!(begun.elapsed() < IDLE, "they never came to run");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let reply = driver.query("select 1").await;
        assert_eq!(reply["success"], false, "{reply}");
        let said = reply["message"].as_str().expect("a message");
        assert!(said.contains("64 statements of this session run already"));
        let refused = world.recorded(Kind::StageRefused);
        assert_eq!(refused.len(), 1, "it is in the record: {refused:?}");
        let other = world.login().await;
        assert_eq!(other.query("select 1").await["success"], true);
    };
    let (answers, ()) = tokio::join!(join_all(asked), crowding);
    for answer in answers {
        assert_eq!(answer["success"], true, "{answer}");
    }
    // They were answered as running, and end one after another.
    let begun = Instant::now();
    while driver.query("select 1").await["success"] != true {
        assert!(begun.elapsed() < IDLE, "the session has no room again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_request_whose_body_does_not_go_on_is_let_go() {
    let world = World::new().await;
    let driver = world.login().await;
    let body = json!({"sqlText": "select n from t"}).to_string();
    let head = format!(
        "POST /queries/v1/query-request?requestId=slow HTTP/1.1\r\nhost: gateway\r\nauthorization: Snowflake Token=\"{}\"\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        driver.token,
        body.len()
    );
    let mut stream = TcpStream::connect(world.gateways[0])
        .await
        .expect("connects");
    stream.write_all(head.as_bytes()).await.expect("writes");
    stream
        .write_all(&body.as_bytes()[..4])
        .await
        .expect("writes");
    let mut answer = [0; 512];
    let answered = tokio::time::timeout(IDLE, stream.read(&mut answer)).await;
    assert!(answered.is_ok(), "it is waited for without an end");
    assert!(world.upstream.statements().is_empty(), "nothing ran");
    assert_eq!(driver.query("select n from t").await["success"], true);
}
