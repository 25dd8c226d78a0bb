//! A temporary table that an earlier request of the session made is shown under the masks of what it was made of, and not at all where
//! something else may be in it.

use std::time::Duration;

use event::payload::Verdict;
use event::{Kind, Payload};
use serde_json::{Value, json};

use super::holds::{HOLD, approver, poll_until_done};
use super::upstream::{QUERY_ID, Said, Seen, error, rows, running};
use super::world::{Driver, OPEN, World};

const MASK: &str = "@id(\"mask-pii\") @reason(\"personal data\") forbid (principal, action == Action::\"unmask\", resource in Tag::\"PII\");\n";
/// A name that may be that of several tables is nobody's to read.
const UNRESOLVED: &str = "@id(\"unresolved\") @reason(\"which table it is is not known\") forbid (principal, action == Action::\"execute\", resource) when { context.flags.contains(\"unresolved_table\") };\n";
const NICK: &str = "zebra";
/// The query id of a statement that takes its time: no other one's.
const SLOW: &str = "01b1767d-b36a-48dc-ac1b-000000000001";
const MADE: &str = "create or replace temp table x as select n, nick as name from people";
const PLAIN: &str = "create or replace temp table x as select n, name from t";
const FILL: &str = "insert into x select n, nick from people";
const READ: &str = "select name as n from x";

/// What is read of the table is what would be raw of people.
fn answer(seen: &Seen) -> Option<Said> {
    if !seen.sql().starts_with(READ) && seen.path != format!("/queries/{QUERY_ID}/result") {
        return None;
    }
    let mut reply = rows(&[[NICK]]);
    reply["data"]["rowtype"][0]["type"] = json!("text");
    Some(Said::Json(reply))
}

async fn world(gateways: usize) -> World {
    let world = World::with(&format!("{OPEN}{MASK}{UNRESOLVED}"), "", gateways).await;
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

async fn is_made(driver: &Driver<'_>, gateway: usize, sql: &str) {
    let reply = run(driver, gateway, sql).await;
    assert_eq!(reply["success"], true, "{sql}: {reply}");
}

/// It runs, and its one cell is masked as the column that it comes from.
async fn is_masked(driver: &Driver<'_>, gateway: usize, sql: &str) {
    let reply = run(driver, gateway, sql).await;
    assert_eq!(reply["success"], true, "{sql}: {reply}");
    assert_eq!(verdict(driver.world), Verdict::Mask, "{sql}: {reply}");
    assert!(!reply.to_string().contains(NICK), "{sql}: {reply}");
}

/// It runs as it is: nothing of the table is sensitive.
async fn is_plain(driver: &Driver<'_>, gateway: usize, sql: &str) {
    let reply = run(driver, gateway, sql).await;
    assert_eq!(reply["success"], true, "{sql}: {reply}");
    assert_eq!(verdict(driver.world), Verdict::Allow, "{sql}: {reply}");
}

/// Nobody knows what is in it.
async fn is_unknown(driver: &Driver<'_>, gateway: usize, sql: &str) {
    let reply = run(driver, gateway, sql).await;
    assert_eq!(reply["code"], "003001", "{sql}: {reply}");
    assert_eq!(verdict(driver.world), Verdict::Deny, "{sql}: {reply}");
}

#[tokio::test]
async fn the_next_request_reads_it_under_the_masks_of_its_sources() {
    let world = world(1).await;
    let driver = world.login().await;
    is_made(&driver, 0, MADE).await;
    is_masked(&driver, 0, READ).await;
    is_plain(&driver, 0, "select n from x").await;
    is_made(&driver, 0, PLAIN).await;
    is_plain(&driver, 0, READ).await;
    is_made(&driver, 0, "insert into t select n, name from x").await;
    // What is put in besides is known to nobody.
    is_made(&driver, 0, FILL).await;
    is_unknown(&driver, 0, READ).await;
    is_made(&driver, 0, MADE).await;
    is_masked(&driver, 0, READ).await;
    for made in [
        "create or replace temp table x like people",
        "create or replace temp table x clone people",
    ] {
        is_made(&driver, 0, made).await;
        is_masked(&driver, 0, "select nick as n from x").await;
    }
    // Another session has none.
    let other = world.login().await;
    let reply = run(&other, 0, READ).await;
    assert_eq!(reply["code"], "003001", "{reply}");
}

/// A harmless table hid a known one, was filled, and its name was taken for the known one's.
#[tokio::test]
async fn a_table_that_hides_a_known_one_is_not_taken_for_it_until_it_is_dropped() {
    let world = world(1).await;
    let driver = world.login().await;
    let read = "select n from t";
    is_plain(&driver, 0, read).await;
    is_made(
        &driver,
        0,
        "create temp table t as select n, nick as name from people",
    )
    .await;
    is_masked(&driver, 0, "select name as n from t").await;
    is_made(&driver, 0, "insert into t select n, nick from people").await;
    is_unknown(&driver, 0, "select name as n from t").await;
    world.upstream.script(|seen| {
        let failed = seen.sql() == "drop table t" || seen.sql() == "drop table s1.t";
        failed.then(|| Said::Json(error("002003", "does not exist")))
    });
    run(&driver, 0, "drop table t").await;
    is_unknown(&driver, 0, read).await;
    world.upstream.script(answer);
    is_made(&driver, 0, "drop table t").await;
    is_plain(&driver, 0, read).await;
}

#[tokio::test]
async fn what_failed_made_nothing_and_what_was_lost_may_have() {
    let world = world(1).await;
    let driver = world.login().await;
    is_made(&driver, 0, MADE).await;
    world.upstream.script(|seen| {
        let failed = seen.sql() == PLAIN || seen.sql() == FILL;
        if failed {
            return Some(Said::Json(error("001003", "it does not compile")));
        }
        answer(seen)
    });
    for sql in [PLAIN, FILL] {
        assert_eq!(run(&driver, 0, sql).await["success"], false, "{sql}");
        is_masked(&driver, 0, READ).await;
    }
    world.upstream.script(|seen| {
        if seen.sql() == PLAIN {
            return Some(Said::Raw(500, "".into()));
        }
        answer(seen)
    });
    let lost = run(&driver, 0, PLAIN).await;
    let id = lost["data"]["queryId"].as_str().expect("an id");
    poll_until_done(&driver, 0, &format!("/queries/{id}/result")).await;
    is_unknown(&driver, 0, READ).await;
    // It may be at work yet: what is made from here on may be replaced by it.
    world.upstream.script(answer);
    is_made(&driver, 0, MADE).await;
    is_unknown(&driver, 0, READ).await;
}

#[tokio::test]
async fn a_table_made_beside_another_statement_is_unknown() {
    for other in [FILL, "select 1", MADE] {
        let world = world(1).await;
        world.upstream.script(|seen| {
            let said = Box::new(Said::Json(rows(&[["1"]])));
            let slow = seen.sql() == PLAIN;
            if slow {
                return Some(Said::After(Duration::from_millis(500), said));
            }
            answer(seen)
        });
        let driver = world.login().await;
        let (made, beside) = tokio::join!(run(&driver, 0, PLAIN), async {
            tokio::time::sleep(Duration::from_millis(150)).await;
            run(&driver, 0, other).await
        });
        assert_eq!(made["success"], true, "{made}");
        assert_eq!(beside["success"], true, "{beside}");
        is_unknown(&driver, 0, READ).await;
        is_made(&driver, 0, MADE).await;
        is_masked(&driver, 0, READ).await;
    }
}

/// Two statements of one request, the first of which takes its time: the second read what another request put in meanwhile.
#[tokio::test]
async fn nothing_is_put_in_while_a_statement_reads_it() {
    let world = world(1).await;
    let driver = world.login().await;
    is_made(&driver, 0, PLAIN).await;
    world.upstream.script(|seen| {
        let said = answer(seen)?;
        Some(Said::After(Duration::from_millis(500), Box::new(said)))
    });
    let (read, filled) = tokio::join!(run(&driver, 0, READ), async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        run(&driver, 0, FILL).await
    });
    assert_eq!(read["success"], true, "{read}");
    assert_eq!(filled["code"], "003001", "{filled}");
    let sent = world.upstream.statements();
    assert!(sent.iter().all(|seen| seen.sql() != FILL), "{sent:?}");
    // It may be sent again.
    is_made(&driver, 0, FILL).await;
    is_unknown(&driver, 0, READ).await;
}

#[tokio::test]
async fn a_table_that_takes_its_time_is_known_once_its_result_is_there() {
    let world = world(1).await;
    world.upstream.script(|seen| {
        if seen.sql() == MADE {
            return Some(Said::Json(running(QUERY_ID)));
        }
        if seen.path == format!("/queries/{QUERY_ID}/result") {
            return Some(Said::Json(rows(&[["1"]])));
        }
        answer(seen)
    });
    let driver = world.login().await;
    let body = json!({ "sqlText": MADE, "asyncExec": true });
    let begun = driver.ask(0, "slow", body).await;
    assert_eq!(begun["success"], true, "{begun}");
    is_unknown(&driver, 0, READ).await;
    let path = format!("/queries/{QUERY_ID}/result");
    let made = poll_until_done(&driver, 0, &path).await;
    assert_eq!(made["success"], true, "{made}");
    // Another one was at work meanwhile.
    is_unknown(&driver, 0, READ).await;
    let body = json!({ "sqlText": MADE, "asyncExec": true });
    driver.ask(0, "slow-again", body).await;
    poll_until_done(&driver, 0, &path).await;
    is_masked(&driver, 0, READ).await;
}

/// An approval is for what the table was, and a statement that waited meets the table that is there.
#[tokio::test]
async fn what_people_agreed_to_does_not_run_on_another_table() {
    for (between, runs) in [("select 1", true), (MADE, false), ("drop table x", false)] {
        let world = World::with(&format!("{OPEN}{MASK}{UNRESOLVED}{HOLD}"), "", 1).await;
        world.upstream.script(answer);
        let driver = world.login().await;
        is_made(&driver, 0, PLAIN).await;
        let held = run(&driver, 0, "insert into t select n, name from x").await;
        assert_eq!(held["code"], "333334", "{held}");
        let id = held["data"]["queryId"].as_str().expect("an id").to_owned();
        is_made(&driver, 0, between).await;
        world.approvals[0]
            .grant(id.parse().expect("an id"), approver(), "go on".to_owned())
            .await
            .expect("granted");
        let reply = poll_until_done(&driver, 0, &format!("/queries/{id}/result")).await;
        assert_eq!(reply["success"], runs, "{between}: {reply}");
    }
}

#[tokio::test]
async fn a_session_that_was_opened_anew_upstream_has_none() {
    let world = world(1).await;
    let mut driver = world.login().await;
    is_made(&driver, 0, MADE).await;
    // Longer than upstream's master token lasts: the session upstream is another one from here on.
    world.pass(Duration::from_secs(5 * 3600));
    assert_eq!(driver.renew(0).await["success"], true);
    is_unknown(&driver, 0, READ).await;
    is_made(&driver, 0, MADE).await;
    is_masked(&driver, 0, READ).await;
}

/// Another gateway, of whichever release, has every statement in the record before it sends it; so has one that was started again.
#[tokio::test]
async fn another_gateway_reads_it_by_the_record() {
    let fleet = world(2).await;
    let driver = fleet.login().await;
    is_made(&driver, 0, MADE).await;
    for gateway in [1, 0] {
        is_masked(&driver, gateway, READ).await;
    }
    is_made(&driver, 1, PLAIN).await;
    is_plain(&driver, 0, READ).await;
    is_made(&driver, 1, FILL).await;
    for gateway in [0, 1] {
        is_unknown(&driver, gateway, READ).await;
    }
    is_made(&driver, 0, MADE).await;
    is_masked(&driver, 1, READ).await;
    is_made(&driver, 1, "drop table x").await;
    is_unknown(&driver, 0, READ).await;

    let mut world = world(1).await;
    let (token, master) = {
        let driver = world.login().await;
        is_made(&driver, 0, MADE).await;
        (driver.token, driver.master)
    };
    world.stop_gateway(0);
    world.add_gateway().await;
    let mut driver = Driver {
        world: &world,
        token,
        master,
    };
    is_masked(&driver, 1, READ).await;
    is_made(&driver, 1, FILL).await;
    is_unknown(&driver, 1, READ).await;
    is_made(&driver, 1, MADE).await;
    is_masked(&driver, 1, READ).await;
    // From here on the record does not say in which session upstream a statement runs.
    assert_eq!(driver.renew(1).await["success"], true);
    is_unknown(&driver, 1, READ).await;
}

/// By the record nothing can be kept off a table while it is read: what came between takes the answer back, and what changes something does
/// not rest on it.
#[tokio::test]
async fn by_the_record_a_statement_that_comes_between_takes_the_answer_back() {
    let world = world(2).await;
    let driver = world.login().await;
    is_made(&driver, 0, PLAIN).await;
    is_unknown(&driver, 1, "insert into t select n, name from x").await;
    let body = json!({ "sqlText": READ, "asyncExec": true });
    let later = driver.ask(1, "later", body).await;
    assert_eq!(later["code"], "003001", "{later}");
    world.upstream.script(|seen| {
        let said = answer(seen)?;
        Some(Said::After(Duration::from_millis(500), Box::new(said)))
    });
    let (read, filled) = tokio::join!(run(&driver, 1, READ), async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        run(&driver, 0, FILL).await
    });
    assert_eq!(filled["success"], true, "{filled}");
    assert_eq!(read["code"], "003001", "{read}");
    assert!(!read.to_string().contains(NICK), "{read}");
    // Two at once: from there on nobody counts.
    world.upstream.script(answer);
    is_made(&driver, 0, PLAIN).await;
    is_unknown(&driver, 1, READ).await;
}

/// One that goes on upstream may read what is put in later.
#[tokio::test]
async fn by_the_record_what_takes_its_time_is_not_shown() {
    let world = world(2).await;
    let driver = world.login().await;
    is_made(&driver, 0, PLAIN).await;
    world.upstream.script(|seen| {
        let slow = seen.sql() == READ;
        slow.then(|| Said::Json(running(SLOW)))
    });
    let reply = run(&driver, 1, READ).await;
    assert_eq!(reply["code"], "003001", "{reply}");
    let path = format!("/queries/{SLOW}/result");
    let result = path.clone();
    world.upstream.script(move |seen| {
        let asked = seen.path == result;
        asked.then(|| Said::Json(rows(&[[NICK]])))
    });
    for gateway in [0, 1] {
        let reply = driver.call(gateway, "GET", &path, "").await;
        assert!(!reply.to_string().contains(NICK), "{reply}");
    }
}
