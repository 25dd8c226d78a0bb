//! What a session variable names is shown only where no other statement of the session could have set it in between.

use std::time::Duration;

use event::Kind;
use serde_json::{Value, json};

use super::upstream::{Said, rows};
use super::world::{Driver, OPEN, World};

/// Writes wait for people.
const HOLD: &str = "@id(\"hold-writes\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"a person looks at writes\")\n\
    forbid (principal, action == Action::\"write\", resource) unless { context.approvals.contains(\"oncall\") };\n";
/// What a slow statement shows.
const SHOWN: &str = "424242";
const NAMED: &str = "select n + 1 as n from identifier($t)";

async fn world(gateways: usize) -> World {
    let world = World::with(&format!("{OPEN}{HOLD}"), "", gateways).await;
    world.upstream.script(|seen| {
        let slow = seen.sql().contains("$t");
        let said = Box::new(Said::Json(rows(&[[SHOWN]])));
        slow.then(|| Said::After(Duration::from_millis(600), said))
    });
    world
}

async fn run(driver: &Driver<'_>, gateway: usize, sql: &str) -> Value {
    let id = uuid::Uuid::new_v4().to_string();
    driver.ask(gateway, &id, json!({ "sqlText": sql })).await
}

fn is_refused(reply: &Value) {
    assert_eq!(reply["code"], "003001", "{reply}");
    assert!(!reply.to_string().contains(SHOWN), "{reply}");
}

#[tokio::test]
async fn a_variable_names_what_it_was_set_to_on_whichever_gateway() {
    for gateways in [1, 2] {
        let world = world(gateways).await;
        let driver = world.login().await;
        run(&driver, 0, "set t = 't'").await;
        for sql in [
            NAMED,
            "execute immediate 'select n + 1 as n from identifier($t)'",
        ] {
            let reply = run(&driver, gateways - 1, sql).await;
            assert_eq!(reply["success"], true, "{gateways}: {reply}");
            assert!(reply.to_string().contains(SHOWN), "{gateways}: {reply}");
        }
    }
}

#[tokio::test]
async fn nothing_is_shown_where_the_variable_may_have_been_set_meanwhile() {
    for gateways in [1, 2] {
        let world = world(gateways).await;
        let driver = world.login().await;
        run(&driver, 0, "set t = 't'").await;
        let (named, set) = tokio::join!(run(&driver, 0, NAMED), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            run(&driver, gateways - 1, "set t = 'people'").await
        });
        assert_eq!(set["success"], true, "{set}");
        is_refused(&named);
        // From here on nobody can say what Snowflake ran last.
        is_refused(&run(&driver, 0, NAMED).await);
    }
}

#[tokio::test]
async fn a_variable_that_the_same_request_sets_names_nothing() {
    let world = world(1).await;
    let driver = world.login().await;
    for sql in [
        "set t = 't'; select n from identifier($t)",
        "set q = 'select n from t'; execute immediate $q",
    ] {
        let body = json!({"sqlText": sql, "parameters": {"MULTI_STATEMENT_COUNT": 2}});
        let reply = driver.ask(0, &uuid::Uuid::new_v4().to_string(), body).await;
        is_refused(&reply);
    }
    assert!(world.upstream.statements().is_empty());
}

#[tokio::test]
async fn what_cannot_be_taken_back_is_not_named_by_a_variable() {
    for gateways in [1, 2] {
        let world = world(gateways).await;
        let driver = world.login().await;
        run(&driver, 0, "set t = 't'").await;
        let before = world.upstream.statements().len();
        let reply = run(
            &driver,
            gateways - 1,
            "insert into identifier($t) values (7, 'x')",
        )
        .await;
        is_refused(&reply);
        let body = json!({"sqlText": NAMED, "asyncExec": true});
        is_refused(&driver.ask(gateways - 1, "later", body).await);
        assert_eq!(world.upstream.statements().len(), before);
        assert!(world.recorded(Kind::ApprovalRequested).is_empty());
    }
    // Named itself, it waits for people as ever.
    let world = world(1).await;
    let driver = world.login().await;
    let reply = run(&driver, 0, "insert into t values (7, 'x')").await;
    assert_eq!(reply["code"], "333334", "{reply}");
    assert_eq!(world.recorded(Kind::ApprovalRequested).len(), 1);
}
