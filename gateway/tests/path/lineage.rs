//! What an earlier statement showed is masked again wherever it is asked for again: `RESULT_SCAN`, `LAST_QUERY_ID` and a
//! result's own address, on whichever gateway, also where the statement ran on another one.

use std::time::Duration;

use event::payload::Verdict;
use event::{Kind, Payload};
use journal::memory::Fault;
use serde_json::{Value, json};

use super::holds::{HOLD, approver, poll_until_done};
use super::upstream::{Said, Seen, rows};
use super::world::{Driver, OPEN, World};

const MASK: &str = "@id(\"mask-pii\") @reason(\"personal data\") forbid (principal, action == Action::\"unmask\", resource in Tag::\"PII\");\n";
/// A name that may be that of several tables is nobody's to read.
pub const UNRESOLVED: &str = "@id(\"unresolved\") @reason(\"which table it is is not known\") forbid (principal, action == Action::\"execute\", resource) when { context.flags.contains(\"unresolved_table\") };\n";
const PEOPLE: &str = "01b1767d-b36a-48dc-ac1b-000000000001";
const NUMBERS: &str = "01b1767d-b36a-48dc-ac1b-000000000002";
const SCAN: &str = "01b1767d-b36a-48dc-ac1b-000000000003";
const NICK: &str = "zebra";

fn text_row(query_id: &str, cell: &str) -> Value {
    let mut reply = rows(&[[cell]]);
    reply["data"]["queryId"] = json!(query_id);
    reply["data"]["rowtype"][0]["type"] = json!("text");
    reply
}

fn answer(seen: &Seen) -> Option<Said> {
    let sql = seen.sql();
    let reply = match sql.as_str() {
        "select nick as n from people" => text_row(PEOPLE, NICK),
        "select n from t" => text_row(NUMBERS, "7"),
        sql if sql.contains("result_scan") => text_row(SCAN, NICK),
        _ if seen.path == format!("/queries/{PEOPLE}/result") => text_row(PEOPLE, NICK),
        _ => return None,
    };
    Some(Said::Json(reply))
}

async fn world(gateways: usize) -> World {
    let world = World::with(&format!("{OPEN}{MASK}"), "", gateways).await;
    world.upstream.script(answer);
    world
}

async fn run(driver: &Driver<'_>, gateway: usize, sql: &str) -> Value {
    let id = uuid::Uuid::new_v4().to_string();
    driver.ask(gateway, &id, json!({ "sqlText": sql })).await
}

/// What the last statement came to.
fn verdict(world: &World) -> Verdict {
    match world
        .recorded(Kind::StatementDecided)
        .pop()
        .map(|event| event.payload)
    {
        Some(Payload::StatementDecided(decided)) => decided.verdict,
        other => panic!("{other:?}"),
    }
}

/// The scan ran, and its one cell is masked as the column it comes from.
fn is_masked(world: &World, reply: &Value) {
    assert_eq!(reply["success"], true, "{reply}");
    assert_eq!(verdict(world), Verdict::Mask, "{reply}");
    assert!(!reply.to_string().contains(NICK), "{reply}");
}

fn is_plain(world: &World, reply: &Value) {
    assert_eq!(reply["success"], true, "{reply}");
    assert_eq!(verdict(world), Verdict::Allow, "{reply}");
}

fn is_refused(world: &World, reply: &Value) {
    assert_eq!(reply["code"], "003001", "{reply}");
    assert_eq!(verdict(world), Verdict::Deny, "{reply}");
}

#[tokio::test]
async fn a_result_of_another_gateway_is_scanned_under_its_own_masks() {
    let world = world(2).await;
    let driver = world.login().await;
    run(&driver, 0, "select nick as n from people").await;
    run(&driver, 0, "select n from t").await;
    for gateway in [1, 0] {
        let people = format!("select n from table(result_scan('{PEOPLE}'))");
        is_masked(&world, &run(&driver, gateway, &people).await);
        let numbers = format!("select n from table(result_scan('{NUMBERS}'))");
        is_plain(&world, &run(&driver, gateway, &numbers).await);
    }
    // A scan of the scan, on the gateway that ran neither.
    let again = format!("select n from table(result_scan('{SCAN}'))");
    is_plain(&world, &run(&driver, 1, &again).await);
}

#[tokio::test]
async fn the_last_query_is_the_last_of_all_gateways() {
    let world = world(2).await;
    let driver = world.login().await;
    let last = "select n from table(result_scan(last_query_id()))";
    run(&driver, 0, "select n from t").await;
    run(&driver, 1, "select nick as n from people").await;
    is_masked(&world, &run(&driver, 0, last).await);
    run(&driver, 1, "select n from t").await;
    is_plain(&world, &run(&driver, 0, last).await);
    // From the newest on: the scan, t, the scan, people.
    let fourth = "select n from table(result_scan(last_query_id(-4)))";
    is_masked(&world, &run(&driver, 1, fourth).await);
}

#[tokio::test]
async fn another_sessions_result_is_not_scanned_on_any_gateway() {
    let world = world(2).await;
    let (owner, other) = (world.login().await, world.login().await);
    run(&owner, 0, "select n from t").await;
    for gateway in [0, 1] {
        let sql = format!("select n from table(result_scan('{NUMBERS}'))");
        let reply = run(&other, gateway, &sql).await;
        assert_eq!(reply["code"], "003001", "{reply}");
        let path = format!("/queries/{NUMBERS}/result");
        let reply = other.call(gateway, "GET", &path, "").await;
        assert_eq!(reply["code"], "003001", "{reply}");
    }
    assert!(
        world.upstream.seen(NUMBERS).is_empty(),
        "upstream was not even asked"
    );
}

#[tokio::test]
async fn a_result_of_another_gateway_is_served_by_its_id() {
    let world = world(2).await;
    let driver = world.login().await;
    run(&driver, 0, "select nick as n from people").await;
    for gateway in [1, 0] {
        let path = format!("/queries/{PEOPLE}/result");
        let reply = driver.call(gateway, "GET", &path, "").await;
        assert_eq!(reply["data"]["queryId"], PEOPLE, "{reply}");
        assert!(!reply.to_string().contains(NICK), "{reply}");
    }
}

#[tokio::test]
async fn a_gateway_that_was_started_again_knows_its_sessions_results() {
    let mut world = world(1).await;
    let token = {
        let driver = world.login().await;
        run(&driver, 0, "select n from t").await;
        run(&driver, 0, "select nick as n from people").await;
        driver.token
    };
    world.stop_gateway(0);
    world.add_gateway().await;
    let master = String::new();
    let driver = Driver {
        world: &world,
        token,
        master,
    };
    let people = format!("select n from table(result_scan('{PEOPLE}'))");
    is_masked(&world, &run(&driver, 1, &people).await);
    // The first of the session, not the first since the start.
    let first = "select n from table(result_scan(last_query_id(2)))";
    is_masked(&world, &run(&driver, 1, first).await);
}

#[tokio::test]
async fn of_two_statements_at_once_none_is_the_last() {
    for gateways in [1, 2] {
        let world = world(gateways).await;
        world.upstream.script(|seen| {
            let said = answer(seen)?;
            let slow = seen.sql() == "select nick as n from people";
            Some(if slow {
                Said::After(Duration::from_millis(500), Box::new(said))
            } else {
                said
            })
        });
        let driver = world.login().await;
        tokio::join!(run(&driver, 0, "select nick as n from people"), async {
            tokio::time::sleep(Duration::from_millis(150)).await;
            run(&driver, gateways - 1, "select n from t").await
        });
        for back in 1..=2 {
            let sql = format!("select n from table(result_scan(last_query_id(-{back})))");
            is_refused(&world, &run(&driver, 0, &sql).await);
        }
        let people = format!("select n from table(result_scan('{PEOPLE}'))");
        is_masked(&world, &run(&driver, 0, &people).await);
    }
}

/// What people agreed to runs while its driver asks something else, and is the session's last then: the scan was decided on the
/// statement before it, and shown under that one's masks.
#[tokio::test]
async fn a_statement_that_people_agreed_to_is_at_work_beside_the_others() {
    let world = World::with(&format!("{OPEN}{MASK}{HOLD}"), "", 1).await;
    world.upstream.script(|seen| {
        let slow = seen.sql().starts_with("insert") && seen.json()["describeOnly"] != true;
        let said = Box::new(Said::Json(rows(&[["1"]])));
        if slow {
            return Some(Said::After(Duration::from_millis(700), said));
        }
        answer(seen)
    });
    let driver = world.login().await;
    run(&driver, 0, "select n from t").await;
    let held = run(&driver, 0, "insert into t values (7, 'x')").await;
    assert_eq!(held["code"], "333334", "{held}");
    let id = held["data"]["queryId"].as_str().expect("an id").to_owned();
    world.approvals[0]
        .grant(id.parse().expect("an id"), approver(), "go on".to_owned())
        .await
        .expect("granted");
    let path = format!("/queries/{id}/result");
    let (inserted, scan) = tokio::join!(poll_until_done(&driver, 0, &path), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let last = "select n from table(result_scan(last_query_id()))";
        run(&driver, 0, last).await
    });
    assert_eq!(inserted["success"], true, "{inserted}");
    is_refused(&world, &scan);
    assert!(!scan.to_string().contains(NICK), "{scan}");
}

#[tokio::test]
async fn a_statement_that_may_have_run_is_not_passed_over() {
    let last = "select n from table(result_scan(last_query_id()))";
    for gateways in [1, 2] {
        // Snowflake ran it, and what it answered could not be recorded, so it was withheld.
        let world = world(gateways).await;
        let driver = world.login().await;
        run(&driver, 0, "select n from t").await;
        let journal = world.journal.clone();
        world.upstream.script(move |seen| {
            if seen.sql() == "select nick as n from people" {
                journal.set_fault(Fault::Refuse);
            }
            answer(seen)
        });
        let withheld = run(&driver, 0, "select nick as n from people").await;
        assert_eq!(withheld["data"]["sqlState"], "58030", "{withheld}");
        world.journal.set_fault(Fault::None);
        for _ in 0..100 {
            if run(&driver, 0, "select 1").await["success"] == true {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let second = "select n from table(result_scan(last_query_id(-2)))";
        let reply = run(&driver, gateways - 1, second).await;
        is_refused(&world, &reply);

        // It never answered.
        let world = self::world(gateways).await;
        world.upstream.script(|seen| {
            let lost = seen.sql() == "select nick as n from people";
            if lost {
                Some(Said::Raw(500, "".into()))
            } else {
                answer(seen)
            }
        });
        let driver = world.login().await;
        run(&driver, 0, "select n from t").await;
        run(&driver, 0, "select nick as n from people").await;
        is_refused(&world, &run(&driver, gateways - 1, last).await);
    }
}

/// `USE` ran, or it did not: until Snowflake says where the session stands, a name without its schema is nobody's. It was taken for
/// that of the schema before.
#[tokio::test]
async fn after_an_answer_that_was_lost_nobody_guesses_where_the_session_stands() {
    let rules = format!("{OPEN}{MASK}{UNRESOLVED}");
    for gateways in [1, 2] {
        let world = World::with(&rules, "", gateways).await;
        world.upstream.script(|seen| {
            let lost = seen.sql() == "use schema s2";
            if lost {
                Some(Said::Raw(500, "".into()))
            } else {
                answer(seen)
            }
        });
        let driver = world.login().await;
        let asked = run(&driver, 0, "use schema s2").await;
        let id = asked["data"]["queryId"].as_str().expect("an id");
        let lost = poll_until_done(&driver, 0, &format!("/queries/{id}/result")).await;
        assert_eq!(lost["success"], false, "{lost}");
        is_refused(&world, &run(&driver, gateways - 1, "select n from t").await);
        let named = "select n from db1.s2.t";
        is_plain(&world, &run(&driver, gateways - 1, named).await);
    }
    // It ran, and what it answered could not be recorded.
    let world = World::with(&rules, "", 1).await;
    let driver = world.login().await;
    let journal = world.journal.clone();
    world.upstream.script(move |seen| {
        if seen.sql() == "use schema s2" {
            journal.set_fault(Fault::Refuse);
        }
        answer(seen)
    });
    let withheld = run(&driver, 0, "use schema s2").await;
    assert_eq!(withheld["data"]["sqlState"], "58030", "{withheld}");
    world.journal.set_fault(Fault::None);
    for _ in 0..100 {
        let reply = run(&driver, 0, "select n from t").await;
        if reply["data"]["sqlState"] != "58030" {
            is_refused(&world, &reply);
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no statement was recorded again");
}

#[tokio::test]
async fn a_statement_that_comes_between_takes_the_scan_back() {
    let last = "select n from table(result_scan(last_query_id()))";
    for gateways in [1, 2] {
        let world = world(gateways).await;
        world.upstream.script(|seen| {
            let said = answer(seen)?;
            let slow = seen.sql().contains("result_scan");
            Some(if slow {
                Said::After(Duration::from_millis(600), Box::new(said))
            } else {
                said
            })
        });
        let driver = world.login().await;
        run(&driver, 0, "select n from t").await;
        let (scan, people) = tokio::join!(run(&driver, 0, last), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            run(&driver, gateways - 1, "select nick as n from people").await
        });
        assert_eq!(people["success"], true, "{people}");
        assert_eq!(scan["code"], "003001", "{scan}");
        assert!(!scan.to_string().contains(NICK), "{scan}");
        let id = scan["data"]["queryId"].as_str().expect("an id");
        for gateway in 0..gateways {
            for id in [id, SCAN] {
                let polled = driver
                    .call(gateway, "GET", &format!("/queries/{id}/result"), "")
                    .await;
                assert!(
                    !polled.to_string().contains(NICK),
                    "gateway {gateway}: {polled}"
                );
            }
        }
    }
}

#[tokio::test]
async fn what_counts_back_and_cannot_be_taken_back_does_not_run() {
    for gateways in [1, 2] {
        let world = world(gateways).await;
        let driver = world.login().await;
        run(&driver, 0, "select n from t").await;
        let before = world.upstream.statements().len();
        for sql in [
            "create table x as select * from table(result_scan(last_query_id()))",
            "insert into t select * from table(result_scan(last_query_id()))",
        ] {
            let reply = run(&driver, gateways - 1, sql).await;
            is_refused(&world, &reply);
        }
        assert_eq!(world.upstream.statements().len(), before);
    }
}

#[tokio::test]
async fn after_a_renewal_nobody_counts_from_the_first_statement_on() {
    for gateways in [1, 2] {
        let world = world(gateways).await;
        let mut driver = world.login().await;
        run(&driver, 0, "select n from t").await;
        // Longer than upstream's master token lasts: the session upstream is another one from here on.
        world.pass(Duration::from_secs(5 * 3600));
        assert_eq!(driver.renew(gateways - 1).await["success"], true);
        run(&driver, 0, "select nick as n from people").await;
        let last = "select n from table(result_scan(last_query_id()))";
        is_masked(&world, &run(&driver, gateways - 1, last).await);
        let first = "select n from table(result_scan(last_query_id(1)))";
        is_refused(&world, &run(&driver, gateways - 1, first).await);
    }
}
