//! Policy, keys, credentials and connections change while the gateway runs: nobody at work is disturbed, and what comes after goes
//! by the new ones.

use std::collections::BTreeMap;
use std::time::Duration;

use event::payload::FailureStage;
use event::{Kind, Payload, PolicyHash};
use serde_json::json;

use super::holds::{approver, poll_until_done};
use super::upstream::{Said, rows};
use super::world::{OPEN, World, engine};

const DENY: &str = "@id(\"no-people\") @reason(\"people are off limits\")\n\
    forbid (principal, action == Action::\"read\", resource == Table::\"DB1.S1.PEOPLE\");\n";
const HOLD: &str = "@id(\"hold-writes\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"a person looks at writes\")\n\
    forbid (principal, action == Action::\"write\", resource) unless { context.approvals.contains(\"oncall\") };\n";
const NO_WRITES: &str = "@id(\"no-writes\") @reason(\"nothing is written\") forbid (principal, action == Action::\"write\", resource);\n";

/// Another policy each time, which allows the same.
fn storm(number: usize) -> String {
    format!(
        "{OPEN}@id(\"storm-{number}\") @reason(\"none\") forbid (principal, action == Action::\"egress\", resource);\n"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_changes_under_load_fail_no_statement() {
    let world = World::with(OPEN, "", 2).await;
    let mut in_force: Vec<PolicyHash> = vec![engine(OPEN).policy().hash()];
    in_force.extend((0..100).map(|number| engine(&storm(number)).policy().hash()));
    let drivers = futures::future::join_all((0..8).map(|_| world.login())).await;
    let done = std::sync::atomic::AtomicBool::new(false);
    let asking = drivers.iter().enumerate().map(|(number, driver)| {
        let done = &done;
        async move {
            let mut asked = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                let id = uuid::Uuid::new_v4().to_string();
                let reply = driver
                    .ask(number % 2, &id, json!({"sqlText": "select n from t"}))
                    .await;
                assert_eq!(reply["success"], true, "{reply}");
                asked += 1;
            }
            asked
        }
    });
    let changing = async {
        for number in 0..100 {
            for gateway in [0, 1] {
                world
                    .reload(gateway, &storm(number), "")
                    .expect("a good policy");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    };
    let (asked, ()) = tokio::join!(futures::future::join_all(asking), changing);
    let asked: usize = asked.into_iter().sum();
    assert!(asked > 100, "{asked} statements are no load");
    let decided = world.recorded(Kind::StatementDecided);
    assert_eq!(decided.len(), asked);
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    for event in decided {
        let hash = event.policy.expect("a policy").hash;
        let at = in_force.iter().position(|known| *known == hash);
        *seen
            .entry(at.expect("a policy that was in force"))
            .or_default() += 1;
    }
    assert!(seen.len() > 20, "statements met {} policies", seen.len());
}

#[tokio::test]
async fn a_statement_under_way_keeps_its_policy_and_the_next_has_the_new_one() {
    let world = World::new().await;
    let driver = world.login().await;
    world.upstream.script(|seen| {
        let slow = seen.sql().contains("people");
        slow.then(|| {
            Said::After(
                Duration::from_millis(500),
                Box::new(Said::Json(rows(&[["1"]]))),
            )
        })
    });
    let under_way = driver.query("select count(*) from people");
    let changing = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let changed = world.reload(0, &format!("{OPEN}{DENY}"), "").expect("good");
        assert_eq!(changed, Vec::<&str>::new(), "nothing but the policy");
    };
    let (reply, ()) = tokio::join!(under_way, changing);
    assert_eq!(reply["success"], true, "{reply}");
    let reply = driver.query("select count(*) from people").await;
    assert_eq!(reply["success"], false, "{reply}");
    let said = reply["message"].as_str().expect("a message");
    assert!(said.contains("people are off limits"), "{said}");
}

#[tokio::test]
async fn a_held_statement_is_decided_again_before_it_runs() {
    let world = World::with(&format!("{OPEN}{HOLD}"), "", 1).await;
    let driver = world.login().await;
    let reply = driver
        .ask(0, "r", json!({"sqlText": "insert into t values (7, 'x')"}))
        .await;
    let id = reply["data"]["queryId"].as_str().expect("an id").to_owned();
    // The driver waits for people while the policy changes, and is told by the policy of then.
    let path = format!("/queries/{id}/result");
    let polling = poll_until_done(&driver, 0, &path);
    let changing = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        world
            .reload(0, &format!("{OPEN}{HOLD}{NO_WRITES}"), "")
            .expect("good");
        world.approvals[0]
            .grant(id.parse().expect("an id"), approver(), "go on".to_owned())
            .await
            .expect("granted");
    };
    let (reply, ()) = tokio::join!(polling, changing);
    assert_eq!(reply["success"], false, "{reply}");
    let said = reply["message"].as_str().expect("a message");
    assert!(said.contains("the policy is another one now"), "{said}");
    assert!(world.upstream.statements().is_empty(), "nothing ran");
    let failed = world.recorded(Kind::StatementFailed);
    let [Payload::StatementFailed(failed)] = failed
        .iter()
        .map(|event| &event.payload)
        .collect::<Vec<_>>()[..]
    else {
        panic!("{failed:?}");
    };
    assert_eq!(failed.stage, FailureStage::Approval);
}

/// Whether each of two gateways serves the session of `token`.
async fn serves(world: &World, token: &str) -> (bool, bool) {
    let authorization = format!("Snowflake Token=\"{token}\"");
    let mut served = [false, false];
    for (gateway, served) in served.iter_mut().enumerate() {
        let headers = [("authorization", authorization.as_str())];
        let id = uuid::Uuid::new_v4();
        let target = format!("/queries/v1/query-request?requestId={id}");
        let body = json!({"sqlText": "select 1"}).to_string();
        let (_, body) = world
            .send_to(gateway, "POST", &target, &headers, body)
            .await;
        let reply: serde_json::Value = serde_json::from_slice(&body).expect("json");
        *served = reply["success"] == true;
    }
    (served[0], served[1])
}

#[tokio::test]
async fn sealing_keys_rotate_and_nobody_is_logged_out() {
    let mut world = World::with(OPEN, "", 2).await;
    let old = world.sealing.clone();
    let next = world.secrets().join("next");
    std::fs::write(&next, "00".repeat(32)).expect("writes");
    let next = format!(
        r#"{{ id = "2026-12", command = ["cat", "{}"] }}"#,
        next.display()
    );
    let driver = world.login().await.token;
    assert_eq!(serves(&world, &driver).await, (true, true));
    // Every gateway learns to open with the new key, then each seals with it, then the old one goes.
    let keys = world.secrets().to_owned();
    world.sealing = format!("{old}, {next}");
    for gateway in [0, 1] {
        assert_eq!(
            world.reload(gateway, OPEN, "").expect("good"),
            ["sealing keys", "connections"]
        );
    }
    world.sealing = format!("{next}, {old}");
    world.reload(0, OPEN, "").expect("good");
    let newer = world.login().await.token;
    assert_eq!(serves(&world, &driver).await, (true, true));
    assert_eq!(
        serves(&world, &newer).await,
        (true, true),
        "gateway 1 seals with the old key still"
    );
    // The same name with other bytes would end every session: refused, and what was stays.
    world.sealing = format!(r#"{{ id = "2026-11", file = "{}/other" }}"#, keys.display());
    std::fs::write(keys.join("other"), "11".repeat(32)).expect("writes");
    let refused = world.reload(0, OPEN, "").expect_err("another key");
    assert!(refused.to_string().contains("2026-11"), "{refused}");
    assert_eq!(serves(&world, &driver).await, (true, true));
    world.sealing = next;
    for gateway in [0, 1] {
        world.reload(gateway, OPEN, "").expect("good");
    }
    assert_eq!(serves(&world, &newer).await, (true, true));
    assert_eq!(serves(&world, &driver).await, (false, false));
}

#[tokio::test]
async fn credentials_change_and_a_bad_one_changes_nothing() {
    let world = World::new().await;
    let password = world.secrets().join("password");
    let sent = || {
        let logins = world.upstream.seen("login-request");
        let last = logins.last().expect("a login").json();
        last["data"]["PASSWORD"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    world.login().await;
    assert_eq!(sent(), "STORED-SECRET");
    std::fs::write(&password, "").expect("writes");
    let refused = world.reload(0, OPEN, "").expect_err("an empty password");
    assert!(refused.to_string().contains("connection main"), "{refused}");
    world.login().await;
    assert_eq!(sent(), "STORED-SECRET");
    std::fs::write(&password, "NEW-SECRET").expect("writes");
    assert_eq!(world.reload(0, OPEN, "").expect("good"), ["credentials"]);
    world.login().await;
    assert_eq!(sent(), "NEW-SECRET");
}

#[tokio::test]
async fn a_connection_is_closed_to_a_group_while_it_runs() {
    let world = World::new().await;
    let driver = world.login().await;
    assert_eq!(
        world
            .reload(0, OPEN, "groups = [\"others\"]")
            .expect("good"),
        ["connections"]
    );
    let data = json!({"ACCOUNT_NAME": "main", "AUTHENTICATOR": "OAUTH", "TOKEN": "agent"});
    let reply = world.login_with(data).await;
    assert_eq!(reply["success"], false, "{reply}");
    // Whoever is in stays in: to end sessions is another matter.
    assert_eq!(driver.query("select 1").await["success"], true);
}
