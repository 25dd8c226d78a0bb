//! No event, no data: what happens when the journal does not take what must be recorded.

use std::time::Duration;

use event::payload::Kept;
use event::{Kind, Payload};
use journal::memory::Fault;
use serde_json::json;

use super::upstream::{Said, rows};
use super::world::{OPEN, World};

#[tokio::test]
async fn nothing_runs_unrecorded_and_all_recovers() {
    let world = World::new().await;
    let driver = world.login().await;
    for fault in [Fault::Refuse, Fault::Silent, Fault::Unanswered] {
        let before = world.upstream.statements().len();
        world.journal.set_fault(fault);
        let reply = driver.query("select 1").await;
        assert_eq!(reply["code"], "000603", "{fault:?}: {reply}");
        assert_eq!(reply["data"]["sqlState"], "58030");
        let message = reply["message"].as_str().expect("text");
        let words = "this statement cannot be recorded now, so it did not run: try again";
        assert!(message.starts_with(words), "{message}");
        assert_eq!(world.upstream.statements().len(), before, "{fault:?}");
        world.journal.set_fault(Fault::None);
        recovered(&world, &driver).await;
    }
}

/// The emitter begins another run once the journal answers again.
async fn recovered(world: &World, driver: &super::world::Driver<'_>) {
    for _ in 0..100 {
        if driver.query("select 1").await["success"] == true {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!(
        "no statement ran again: {:?}",
        world.recorded(Kind::StatementFailed)
    );
}

#[tokio::test]
async fn no_session_opens_unrecorded() {
    let world = World::new().await;
    world.journal.set_fault(Fault::Refuse);
    let reply = world
        .login_with(json!({"AUTHENTICATOR": "OAUTH", "TOKEN": "agent"}))
        .await;
    assert_eq!(reply["success"], false);
    let message = reply["message"].as_str().expect("text");
    let words = "this session cannot be recorded now, so it was not opened: try again";
    assert!(message.starts_with(words), "{message}");
    assert_eq!(
        world
            .upstream
            .seen("/session")
            .iter()
            .filter(|seen| seen.path == "/session")
            .count(),
        1,
        "the upstream session is ended again"
    );
}

#[tokio::test]
async fn a_result_that_cannot_be_recorded_is_withheld() {
    let world = World::new().await;
    let driver = world.login().await;
    let journal = world.journal.clone();
    world.upstream.script(move |seen| {
        if seen.path.contains("query-request") {
            journal.set_fault(Fault::Refuse);
        }
        None
    });
    let reply = driver.query("select 1").await;
    assert_eq!(reply["code"], "000603", "{reply}");
    assert_eq!(reply["data"]["sqlState"], "58030");
    assert!(reply["data"]["rowset"].is_null());
    assert_eq!(world.recorded(Kind::ResponsePage).len(), 0);
}

#[tokio::test]
async fn best_effort_runs_and_brackets_the_gap() {
    let world = World::with(OPEN, "audit = \"best_effort\"", 1).await;
    let driver = world.login().await;
    world.journal.set_fault(Fault::Refuse);
    for _ in 0..3 {
        let reply = driver.query("select 1").await;
        assert_eq!(reply["success"], true, "{reply}");
        assert_eq!(reply["data"]["rowset"], json!([["1"]]));
    }
    assert_eq!(world.upstream.statements().len(), 3);
    world.journal.set_fault(Fault::None);
    for _ in 0..100 {
        driver.query("select 1").await;
        if !world.recorded(Kind::AuditRestored).is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(world.recorded(Kind::AuditDegraded).len(), 1);
    let restored = world.recorded(Kind::AuditRestored).remove(0);
    assert_eq!(restored.connection.as_deref(), Some("main"));
    assert!(
        matches!(restored.payload, Payload::AuditRestored(restored) if restored.unrecorded >= 3)
    );
}

#[tokio::test]
async fn a_connection_says_how_many_rows_are_recorded() {
    for (record_rows, kept) in [("\"full\"", 3), ("2", 2), ("0", 0)] {
        let world = World::with(OPEN, &format!("record_rows = {record_rows}"), 1).await;
        world.upstream.script(|seen| {
            let asked = seen.path.contains("query-request");
            asked.then(|| Said::Json(rows(&[["1"], ["2"], ["3"]])))
        });
        let driver = world.login().await;
        let reply = driver.query("select n from t").await;
        assert_eq!(reply["data"]["rowset"], json!([["1"], ["2"], ["3"]]));
        let pages = world.recorded(Kind::ResponsePage).into_iter();
        let pages = pages.filter_map(|event| match event.payload {
            Payload::ResponsePage(page) => Some((page.rows, page.kept, page.body.is_empty())),
            _ => None,
        });
        let pages: Vec<_> = pages.collect();
        let full: u64 = pages
            .iter()
            .filter(|page| page.1 == Kept::Full)
            .map(|page| page.0)
            .sum();
        assert_eq!(full, kept, "{record_rows}");
        assert_eq!(
            pages.iter().map(|page| page.0).sum::<u64>(),
            3,
            "{record_rows}"
        );
        assert!(pages.iter().all(|page| page.2 == (page.1 == Kept::Digest)));
    }
}
