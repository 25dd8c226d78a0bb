//! A gateway that is stopped in order leaves no statement running in the record.

use std::time::Duration;

use event::{Kind, Payload};
use serde_json::json;

use super::upstream::{Said, rows};
use super::world::World;

async fn stopped(world: &mut World) {
    world.stop_gateway(0);
    let ended = tokio::time::timeout(Duration::from_secs(15), world.ended(0)).await;
    ended.expect("the gateway stops in time");
}

#[tokio::test]
async fn a_statement_that_snowflake_still_works_on_is_given_up_in_words() {
    let mut world = World::new().await;
    world.upstream.script(|seen| {
        let slow = Said::After(Duration::from_secs(8), Box::new(Said::Json(rows(&[["1"]]))));
        seen.path.contains("query-request").then_some(slow)
    });
    let driver = world.login().await;
    let reply = driver
        .ask(0, "r", json!({"sqlText": "select n from t"}))
        .await;
    assert_eq!(reply["code"], "333334", "{reply}");
    stopped(&mut world).await;
    let failed = world.recorded(Kind::StatementFailed);
    let [only] = failed.as_slice() else {
        panic!("{failed:?}");
    };
    match &only.payload {
        Payload::StatementFailed(failed) => {
            assert!(failed.message.get().contains("was stopped"), "{failed:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_statement_that_is_nearly_done_is_waited_for() {
    let mut world = World::new().await;
    world.upstream.script(|seen| {
        let slow = Said::After(Duration::from_secs(3), Box::new(Said::Json(rows(&[["1"]]))));
        seen.path.contains("query-request").then_some(slow)
    });
    let driver = world.login().await;
    driver
        .ask(0, "r", json!({"sqlText": "select n from t"}))
        .await;
    stopped(&mut world).await;
    assert!(world.recorded(Kind::StatementFailed).is_empty());
    assert_eq!(world.recorded(Kind::ResponseFinished).len(), 1);
}
