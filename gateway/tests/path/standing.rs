//! Where a session stands: what no gateway can know it does not guess, and what one knows the others know before they decide.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use event::payload::Context;
use event::{Kind, Payload, StatementId};
use gateway::about::About;
use gateway::control::Standing;
use serde_json::{Value, json};
use uuid::Uuid;

use super::lineage::UNRESOLVED;
use super::upstream::{QUERY_ID, Said, Seen, error, rows, running};
use super::world::{Driver, OPEN, World};

const USE: &str = "use schema s2";
const READ: &str = "select n from t";

/// A result of one number, in a session that stands in `schema` now.
fn shown(schema: &str) -> Said {
    let mut reply = rows(&[["1"]]);
    reply["data"]["finalSchemaName"] = json!(schema);
    Said::Json(reply)
}

fn rules() -> String {
    format!("{OPEN}{UNRESOLVED}")
}

/// An account that says, once its session moved, that it did, unless `otherwise` says something else.
fn scripted(world: &World, otherwise: impl Fn(&Seen) -> Option<Said> + Send + Sync + 'static) {
    let moved = Arc::new(AtomicBool::new(false));
    world.upstream.script(move |seen| {
        if seen.sql() == USE {
            moved.store(true, Ordering::SeqCst);
        }
        otherwise(seen).or_else(|| {
            let asked = seen.path.contains("query-request");
            let schema = if moved.load(Ordering::SeqCst) {
                "S2"
            } else {
                "S1"
            };
            asked.then(|| shown(schema))
        })
    });
}

async fn run(driver: &Driver<'_>, gateway: usize, sql: &str) -> Value {
    let id = Uuid::new_v4().to_string();
    driver.ask(gateway, &id, json!({ "sqlText": sql })).await
}

async fn later(driver: &Driver<'_>, gateway: usize, sql: &str) -> Value {
    let id = Uuid::new_v4().to_string();
    let body = json!({ "sqlText": sql, "asyncExec": true });
    driver.ask(gateway, &id, body).await
}

async fn fetched(driver: &Driver<'_>, gateway: usize) -> Value {
    let path = format!("/queries/{QUERY_ID}/result");
    driver.call(gateway, "GET", &path, "").await
}

/// What a name without its schema is taken for.
async fn read(world: &World, driver: &Driver<'_>, gateway: usize) -> Vec<String> {
    let reply = run(driver, gateway, READ).await;
    assert_eq!(reply["success"], true, "{reply}");
    match world
        .recorded(Kind::StatementSubmitted)
        .pop()
        .map(|event| event.payload)
    {
        Some(Payload::StatementSubmitted(submitted)) => submitted.reads,
        other => panic!("{other:?}"),
    }
}

fn is_refused(reply: &Value) {
    assert_eq!(reply["code"], "003001", "{reply}");
}

#[tokio::test]
async fn while_a_session_moves_it_stands_nowhere() {
    for gateways in [1, 2] {
        let world = World::with(&rules(), "", gateways).await;
        scripted(&world, |seen| {
            let slow = Said::After(Duration::from_millis(600), Box::new(shown("S2")));
            (seen.sql() == USE).then_some(slow)
        });
        let driver = world.login().await;
        let (moved, beside) = tokio::join!(run(&driver, 0, USE), async {
            tokio::time::sleep(Duration::from_millis(250)).await;
            run(&driver, gateways - 1, READ).await
        });
        assert_eq!(moved["success"], true, "{moved}");
        is_refused(&beside);
        for gateway in 0..gateways {
            assert_eq!(read(&world, &driver, gateway).await, ["DB1.S2.T"]);
        }
    }
}

#[tokio::test]
async fn a_move_that_goes_on_upstream_ends_with_its_result() {
    for gateways in [1, 2] {
        let world = World::with(&rules(), "", gateways).await;
        scripted(&world, |seen| {
            if seen.sql() == USE {
                return Some(Said::Json(running(QUERY_ID)));
            }
            seen.path.ends_with("/result").then(|| shown("S2"))
        });
        let driver = world.login().await;
        let other = gateways - 1;
        let asked = later(&driver, 0, USE).await;
        assert_eq!(asked["code"], "333334", "{asked}");
        is_refused(&run(&driver, other, READ).await);
        // It says where the session is now, and not for how long.
        let named = run(&driver, other, "select n from db1.s2.t").await;
        assert_eq!(named["success"], true, "{named}");
        is_refused(&run(&driver, other, READ).await);
        let ended = fetched(&driver, other).await;
        assert_eq!(ended["success"], true, "{ended}");
        for gateway in [other, 0] {
            assert_eq!(read(&world, &driver, gateway).await, ["DB1.S2.T"]);
        }
    }
}

/// The Python connector watches what it sent, and then reads the rows by `RESULT_SCAN`.
#[tokio::test]
async fn a_move_that_is_seen_to_have_ended_is_over_though_nobody_asks_for_its_result() {
    for gateways in [1, 2] {
        let world = World::with(&rules(), "", gateways).await;
        let over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&over);
        scripted(&world, move |seen| {
            if seen.sql() == USE {
                return Some(Said::Json(running(QUERY_ID)));
            }
            let status = if ended.load(Ordering::SeqCst) {
                "SUCCESS"
            } else {
                "RUNNING"
            };
            let queries = json!([{ "id": QUERY_ID, "status": status }]);
            let said = json!({ "success": true, "data": { "queries": queries } });
            seen.path.contains("monitoring").then(|| Said::Json(said))
        });
        let driver = world.login().await;
        let other = gateways - 1;
        later(&driver, 0, USE).await;
        let named = "select n from db1.s2.t";
        let path = format!("/monitoring/queries/{QUERY_ID}");
        for is_over in [false, true] {
            over.store(is_over, Ordering::SeqCst);
            let watched = driver.call(other, "GET", &path, "").await;
            let status = &watched["data"]["queries"][0]["status"];
            assert_eq!(status, if is_over { "SUCCESS" } else { "RUNNING" });
            // Where it left the session is said by the next answer, once it is over.
            is_refused(&run(&driver, other, READ).await);
            assert_eq!(run(&driver, other, named).await["success"], true);
        }
        for gateway in [other, 0] {
            assert_eq!(read(&world, &driver, gateway).await, ["DB1.S2.T"]);
        }
    }
}

/// Between its decision and Snowflake stand the journal's answer and a queue: the session may move meanwhile.
#[tokio::test]
async fn what_was_decided_where_the_session_stands_no_more_is_not_sent() {
    for (sql, runs) in [(READ, false), ("select n from db1.s1.t", true)] {
        let mut world = World::with(&rules(), "", 2).await;
        world.slow = Duration::from_millis(100);
        world.add_gateway().await;
        scripted(&world, |_| None);
        let driver = world.login().await;
        let (asked, moved) = tokio::join!(run(&driver, 2, sql), async {
            while world.recorded(Kind::StatementSubmitted).is_empty() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            run(&driver, 0, USE).await
        });
        assert_eq!(moved["success"], true, "{moved}");
        assert_eq!(asked["success"], runs, "{asked}");
        assert_eq!(world.upstream.statements().len(), 1 + usize::from(runs));
        for gateway in 0..3 {
            assert_eq!(read(&world, &driver, gateway).await, ["DB1.S2.T"]);
        }
    }
}

/// A gateway of an earlier release does not know that a session is on its way, and what it says of it tells nobody either.
#[tokio::test]
async fn the_end_of_a_move_that_an_earlier_release_passed_over_settles_nothing() {
    let world = World::with(&rules(), "", 2).await;
    scripted(&world, |seen| {
        let slow = Said::After(Duration::from_millis(600), Box::new(shown("S2")));
        (seen.sql() == USE).then_some(slow)
    });
    let driver = world.login().await;
    let (moved, ()) = tokio::join!(run(&driver, 0, USE), async {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let asked = world.recorded(Kind::StatementSubmitted).pop().unwrap();
        let another = StatementId::from_uuid(Uuid::from_u128(7));
        let about = About::of(another, &asked).unwrap();
        let context = Context {
            database: Some("DB1".to_owned()),
            schema: Some("S1".to_owned()),
            ..Context::default()
        };
        let standing = Standing {
            context,
            ..Standing::default()
        };
        let said = world.controls[1].announce(&about, &[], &standing).await;
        said.unwrap();
    });
    assert_eq!(moved["success"], true, "{moved}");
    is_refused(&run(&driver, 1, READ).await);
    // The next answer says it.
    let named = run(&driver, 1, "select n from db1.s1.t").await;
    assert_eq!(named["success"], true, "{named}");
    for gateway in [0, 1] {
        assert_eq!(read(&world, &driver, gateway).await, ["DB1.S2.T"]);
    }
}

/// The gateway that renews it may have seen it last where its login left it, or never.
#[tokio::test]
async fn a_session_that_is_opened_anew_stands_where_another_gateway_moved_it() {
    let world = World::with(&rules(), "", 2).await;
    scripted(&world, |_| None);
    let mut driver = world.login().await;
    assert_eq!(run(&driver, 0, USE).await["success"], true);
    // By now the master token upstream has run out.
    world.pass(Duration::from_secs(5 * 3600));
    assert_eq!(driver.renew(1).await["success"], true);
    let logins = world.upstream.seen("login");
    assert_eq!(logins.len(), 2);
    assert_eq!(logins[1].query["schemaName"], "S2");
    for gateway in [0, 1] {
        assert_eq!(read(&world, &driver, gateway).await, ["DB1.S2.T"]);
    }
}

/// A result that is asked for again said where its session stood then, and moved it back in the gateway's eyes.
#[tokio::test]
async fn an_earlier_result_does_not_take_a_session_back() {
    for gateways in [1, 2] {
        let world = World::with(&rules(), "", gateways).await;
        scripted(&world, |seen| {
            if seen.sql() == "select 5" {
                return Some(Said::Json(running(QUERY_ID)));
            }
            seen.path.ends_with("/result").then(|| shown("S1"))
        });
        let driver = world.login().await;
        later(&driver, 0, "select 5").await;
        assert_eq!(fetched(&driver, 0).await["success"], true);
        assert_eq!(run(&driver, 0, USE).await["success"], true);
        for gateway in 0..gateways {
            assert_eq!(fetched(&driver, gateway).await["success"], true);
            assert_eq!(read(&world, &driver, gateway).await, ["DB1.S2.T"]);
        }
    }
}

/// A gateway that runs a slow statement says so, and said where the session stood when it began, after another had moved it.
#[tokio::test]
async fn word_of_a_slow_statement_does_not_take_a_session_back() {
    let world = World::with(&rules(), "", 2).await;
    scripted(&world, |seen| {
        let slow = Said::After(Duration::from_millis(1500), Box::new(shown("S1")));
        (seen.sql() == "select 5").then_some(slow)
    });
    let driver = world.login().await;
    let (slow, moved) = tokio::join!(run(&driver, 0, "select 5"), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        run(&driver, 1, USE).await
    });
    assert_eq!(slow["code"], "333334", "{slow}");
    assert_eq!(moved["success"], true, "{moved}");
    assert_eq!(read(&world, &driver, 1).await, ["DB1.S2.T"]);
    // Its answer is of before, too.
    tokio::time::sleep(Duration::from_millis(1000)).await;
    for gateway in [0, 1] {
        assert_eq!(read(&world, &driver, gateway).await, ["DB1.S2.T"]);
    }
}

#[tokio::test]
async fn a_script_that_failed_may_have_moved_its_session_and_a_use_that_failed_has_not() {
    for gateways in [1, 2] {
        let world = World::with(&rules(), "", gateways).await;
        scripted(&world, |seen| {
            let fails =
                seen.sql().starts_with("execute immediate") || seen.sql() == "use schema s3";
            fails.then(|| Said::Json(error("002043", "it does not exist")))
        });
        let driver = world.login().await;
        let other = gateways - 1;
        assert_eq!(run(&driver, 0, "use schema s3").await["success"], false);
        assert_eq!(read(&world, &driver, other).await, ["DB1.S1.T"]);
        let script = "execute immediate 'select n from db1.s1.t'";
        assert_eq!(run(&driver, 0, script).await["success"], false);
        is_refused(&run(&driver, other, READ).await);
        // The next answer says it.
        let named = run(&driver, other, "select n from db1.s1.t").await;
        assert_eq!(named["success"], true, "{named}");
        assert_eq!(read(&world, &driver, 0).await, ["DB1.S1.T"]);
    }
}

/// Without a schema, Snowflake looks into PUBLIC: what was known by a name is not what is read.
#[tokio::test]
async fn a_session_whose_schema_is_dropped_stands_in_none() {
    for gateways in [1, 2] {
        let world = World::with(&rules(), "", gateways).await;
        scripted(&world, |seen| {
            let mut reply = rows(&[["1"]]);
            reply["data"]["finalSchemaName"] = Value::Null;
            (seen.sql() == "drop schema s1").then_some(Said::Json(reply))
        });
        let driver = world.login().await;
        let other = gateways - 1;
        assert_eq!(run(&driver, 0, "drop schema s2").await["success"], true);
        assert_eq!(read(&world, &driver, other).await, ["DB1.S1.T"]);
        assert_eq!(run(&driver, 0, "drop schema s1").await["success"], true);
        for gateway in [other, 0] {
            is_refused(&run(&driver, gateway, READ).await);
        }
    }
}

#[tokio::test]
async fn a_gateway_that_hears_late_decides_on_what_was_said() {
    let mut world = World::with(&rules(), "", 2).await;
    world.late = Duration::from_millis(300);
    world.add_gateway().await;
    scripted(&world, |_| None);
    let driver = world.login().await;
    run(&driver, 0, USE).await;
    assert_eq!(read(&world, &driver, 2).await, ["DB1.S2.T"]);
    run(&driver, 0, "set x = 't'").await;
    let named = run(&driver, 2, "select n from identifier($x)").await;
    assert_eq!(named["success"], true, "{named}");
    run(&driver, 0, "set x = 'nobody'").await;
    run(&driver, 2, "select n from identifier($x)").await;
    match world
        .recorded(Kind::StatementSubmitted)
        .pop()
        .map(|event| event.payload)
    {
        Some(Payload::StatementSubmitted(submitted)) => {
            assert_eq!(submitted.reads, ["DB1.S2.NOBODY"]);
        }
        other => panic!("{other:?}"),
    }
}
