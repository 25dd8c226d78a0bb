//! Ways around approvals that cover more than one statement: none runs.

use std::time::Duration;

use event::Kind;
use event::payload::{Approver, ScopeKind};
use gateway::approvals::{Person, Wish};
use serde_json::json;

use super::holds::approver;
use super::scopes::{breaker, grant_of, granted, held, insert, rules, rules_for_reads, wish};
use super::upstream::{QUERY_ID, Said, rows};
use super::world::World;

/// Another statement than the shape that was agreed to.
#[tokio::test]
async fn another_text_table_column_or_place_is_asked_about() {
    let world = World::with(&rules(), "", 1).await;
    world.upstream.script(|seen| {
        let mut reply = rows(&[["1"]]);
        reply["data"]["finalSchemaName"] = json!("S2");
        (seen.sql() == "use schema s2").then(|| Said::Json(reply))
    });
    let driver = world.login().await;
    granted(
        &driver,
        "a",
        insert("x"),
        approver(),
        wish(ScopeKind::Shape),
    )
    .await;
    let others = [
        "insert into t values (7, 'x'), (8, n)",
        "insert into t (n) values (7)",
        "insert into s2.t values (7, 'x')",
        "insert into people values (7, 'x')",
        "insert into t select n, name from t",
        "delete from t where n = 7",
        "insert into t values (7, 'x'); insert into t values (8, 'y')",
    ];
    for (at, text) in others.into_iter().enumerate() {
        let request = format!("other-{at}");
        let reply = driver.ask(0, &request, json!({"sqlText": text})).await;
        assert_ne!(reply["code"], serde_json::Value::Null, "{text}: {reply}");
    }
    let before = world.upstream.statements().len();
    // The same text where it means another table.
    driver.query("use schema s2").await;
    assert!(held(&driver, 0, "moved", insert("x")).await.is_some());
    assert_eq!(world.upstream.statements().len(), before + 1, "USE alone");
}

/// Another session, principal or policy; one that was taken back; one that is over.
#[tokio::test]
async fn nobody_else_and_no_other_time_is_covered() {
    let world = World::with(&rules(), "", 2).await;
    let driver = world.login().await;
    let first = granted(
        &driver,
        "a",
        insert("x"),
        approver(),
        wish(ScopeKind::Session),
    )
    .await;
    let sibling = world.login().await;
    assert!(
        held(&sibling, 0, "b", insert("x")).await.is_some(),
        "another session"
    );
    let robot = world.login_as("robot").await;
    let one = json!({"sqlText": "delete from t where n = 1"});
    granted(&sibling, "c", one, approver(), wish(ScopeKind::Shape)).await;
    let third = world.login().await;
    let delete = json!({"sqlText": "delete from t where n = 2"});
    assert!(
        held(&robot, 0, "d", delete.clone()).await.is_some(),
        "another principal"
    );
    assert_eq!(
        held(&third, 1, "e", delete.clone()).await,
        None,
        "a shape is the principal's"
    );

    let ran = world.upstream.statements().len();
    let grant = grant_of(&world, first);
    let outsider = Approver {
        groups: vec!["sales".to_owned()],
        ..approver()
    };
    let approvals = &world.approvals[1];
    assert!(
        approvals
            .revoke(grant, outsider, String::new())
            .await
            .is_err()
    );
    assert!(
        approvals
            .revoke(grant, approver(), "done".to_owned())
            .await
            .expect("taken back")
    );
    assert!(
        !approvals
            .revoke(grant, approver(), String::new())
            .await
            .expect("again")
    );
    assert!(
        held(&driver, 0, "f", insert("f")).await.is_some(),
        "taken back"
    );
    assert_eq!(world.recorded(Kind::ApprovalRevoked).len(), 1);

    let changed = format!(
        "@id(\"more\") permit (principal, action, resource);\n{}",
        rules()
    );
    world.reload(0, &changed, "").expect("reloads");
    assert!(
        held(&sibling, 0, "g", delete.clone()).await.is_some(),
        "another policy"
    );
    world.pass(Duration::from_secs(24 * 3600 + 1));
    let late = world.login().await;
    assert!(held(&late, 1, "h", delete).await.is_some(), "over");
    assert_eq!(world.upstream.statements().len(), ran);
}

/// Of statements that race for the last use on two gateways, one runs.
#[tokio::test]
async fn exactly_as_many_run_as_people_agreed_to() {
    let world = World::with(&rules(), "", 2).await;
    let driver = world.login().await;
    let two = Wish {
        uses: Some(2),
        ..wish(ScopeKind::Shape)
    };
    granted(&driver, "a", insert("x"), approver(), two).await;
    let racers = (0..6).map(|at| {
        let driver = driver.clone();
        async move { held(&driver, at % 2, &format!("race-{at}"), insert("y")).await }
    });
    let waiting = futures::future::join_all(racers).await;
    let ran = waiting.iter().filter(|waits| waits.is_none()).count();
    assert_eq!((ran, world.upstream.statements().len()), (1, 2));
    assert_eq!(world.approvals[0].pending().len(), 5);
}

/// A result with more rows than people agreed to is not shown, by its first answer or by its id.
#[tokio::test]
async fn more_rows_than_people_agreed_to_are_not_shown() {
    let world = World::with(&rules_for_reads(), "", 2).await;
    let driver = world.login().await;
    let few = Wish {
        rows: Some(2),
        ..wish(ScopeKind::Shape)
    };
    let select = |n: u32| json!({"sqlText": format!("select n from t where n < {n}")});
    granted(&driver, "a", select(2), approver(), few.clone()).await;
    world.upstream.script(|seen| {
        seen.path
            .contains("query-request")
            .then(|| Said::Json(rows(&[["1"], ["2"], ["3"]])))
    });
    let reply = driver.ask(0, "b", select(9)).await;
    assert_eq!(
        (reply["success"].as_bool(), reply["code"].as_str()),
        (Some(false), Some("003001")),
        "{reply}"
    );
    let message = reply["message"].as_str().expect("text");
    assert!(
        message.contains("3 rows where people agreed to 2 at most"),
        "{message}"
    );
    for gateway in [0, 1] {
        let again = driver
            .call(gateway, "GET", &format!("/queries/{QUERY_ID}/result"), "")
            .await;
        let shown = again["data"]["rowset"].as_array().map_or(0, Vec::len);
        assert!(shown <= 1, "the id is the first one's: {again}");
    }
    // A bound on rows holds no write back, so none is given for one.
    let write = held(&driver, 0, "c", insert("x")).await.expect("held");
    let refused = world.approvals[0]
        .grant_for(write, approver(), String::new(), Some(few))
        .await;
    assert!(
        refused
            .expect_err("refused")
            .to_string()
            .contains("cannot hold it back")
    );
}

/// Whoever asks, or is acted for by any name, gives nothing; nor does an emergency of theirs, or a scope that is not theirs to give.
#[tokio::test]
async fn nobody_gives_what_is_not_theirs() {
    let world = World::with(&rules(), "", 1).await;
    let driver = world.login_as("robot").await;
    let statement = held(&driver, 0, "a", insert("x")).await.expect("held");
    let approvals = &world.approvals[0];
    let of_glass = |subject: &str| Approver {
        groups: vec!["glass".to_owned(), "oncall".to_owned()],
        ..breaker(subject)
    };
    let by_another_name = Person {
        approver: of_glass("u-1"),
        names: vec!["Ana".to_owned()],
    };
    let refused: [(&str, Person, Wish); 6] = [
        (
            "the requester",
            of_glass("robot").into(),
            wish(ScopeKind::BreakGlass),
        ),
        (
            "the sponsor",
            of_glass("ana").into(),
            wish(ScopeKind::BreakGlass),
        ),
        (
            "the sponsor by another name",
            by_another_name.clone(),
            wish(ScopeKind::Session),
        ),
        (
            "an outsider of the glass",
            approver().into(),
            wish(ScopeKind::BreakGlass),
        ),
        (
            "too long",
            approver().into(),
            Wish {
                lasts: Some(Duration::from_secs(3601)),
                ..wish(ScopeKind::Session)
            },
        ),
        (
            "too many",
            approver().into(),
            Wish {
                uses: Some(10),
                ..wish(ScopeKind::Shape)
            },
        ),
    ];
    for (who, by, wish) in refused {
        let answer = approvals
            .grant_for(statement, by, "because".to_owned(), Some(wish))
            .await;
        assert!(answer.is_err(), "{who}");
    }
    assert!(
        approvals
            .grant(statement, by_another_name, String::new())
            .await
            .is_err()
    );
    let silent = approvals.grant_for(
        statement,
        of_glass("gil"),
        " ".to_owned(),
        Some(wish(ScopeKind::BreakGlass)),
    );
    assert!(silent.await.is_err(), "no reason");
    assert_eq!(world.recorded(Kind::ApprovalGranted).len(), 0);
    assert!(world.upstream.statements().is_empty());
}

/// Without a word of the policy, and outside its hours, a yes is for one statement, or none.
#[tokio::test]
async fn the_policy_says_what_may_be_given_and_when() {
    let once = World::with(rules().split("// settings").next().expect("rules"), "", 1).await;
    let driver = once.login().await;
    let statement = held(&driver, 0, "a", insert("x")).await.expect("held");
    for kind in [ScopeKind::Shape, ScopeKind::Session, ScopeKind::BreakGlass] {
        let answer = once.approvals[0]
            .grant_for(statement, approver(), "why".to_owned(), Some(wish(kind)))
            .await;
        assert!(answer.is_err(), "{kind}");
    }
    // These tests happen on a Monday, at half past two in the afternoon there.
    let hours = "[[approvals.window]]\ngroup = \"oncall\"\ndays = [\"mon\"]\nfrom = \"08:00\"\nto = \"15:00\"\nzone = \"UTC\"\n";
    let world = World::with(&format!("{}{hours}", rules()), "", 1).await;
    let driver = world.login().await;
    granted(
        &driver,
        "a",
        insert("x"),
        approver(),
        wish(ScopeKind::Shape),
    )
    .await;
    assert_eq!(held(&driver, 0, "b", insert("b")).await, None);
    world.pass(Duration::from_secs(31 * 60));
    let late = held(&driver, 0, "c", insert("c"))
        .await
        .expect("held: it is evening");
    let answer = world.approvals[0]
        .grant(late, approver(), String::new())
        .await;
    let said = answer.expect_err("closed").to_string();
    assert!(said.contains("mon 08:00-15:00 UTC"), "{said}");
}
