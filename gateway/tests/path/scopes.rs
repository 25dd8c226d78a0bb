//! A yes that covers more than one statement: what it lets run without asking anybody, and until when.

use std::time::Duration;

use event::payload::{Approver, ScopeKind};
use event::{Event, EventId, Kind, Payload, StatementId};
use gateway::approvals::Wish;
use serde_json::{Value, json};

use super::holds::{approver, poll_until_done};
use super::world::{AND_SETTINGS, Driver, OPEN, World};

const HOLD: &str = "@id(\"hold-writes\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"a person looks at writes\")\n\
    forbid (principal, action == Action::\"write\", resource) unless { context.approvals.contains(\"oncall\") };\n";
const HOLD_READS: &str = "@id(\"hold-reads\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"a person looks at reads\")\n\
    forbid (principal, action == Action::\"read\", resource) unless { context.approvals.contains(\"oncall\") };\n";
const SCOPES: &str = "[[approvals.scope]]\ngroup = \"oncall\"\nkind = \"shape\"\nuses = 9\n\
    [[approvals.scope]]\ngroup = \"oncall\"\nkind = \"session\"\n\
    [approvals.break_glass]\ngroup = \"glass\"\n";

/// Rules under which writes are held, and approvers may give more than one statement.
pub fn rules() -> String {
    format!("{OPEN}{HOLD}{AND_SETTINGS}{SCOPES}")
}

/// The same where reads are held too.
pub fn rules_for_reads() -> String {
    format!("{OPEN}{HOLD}{HOLD_READS}{AND_SETTINGS}{SCOPES}")
}

pub fn insert(name: &str) -> Value {
    json!({"sqlText": format!("insert into t values (7, '{name}')")})
}

pub fn wish(kind: ScopeKind) -> Wish {
    Wish {
        kind,
        uses: None,
        rows: None,
        lasts: None,
    }
}

/// Somebody of the break-glass group.
pub fn breaker(name: &str) -> Approver {
    Approver {
        subject: name.to_owned(),
        display: name.to_owned(),
        groups: vec!["glass".to_owned()],
        ..approver()
    }
}

/// Asks, is held, is granted with `wish`, and runs.
pub async fn granted(
    driver: &Driver<'_>,
    request: &str,
    body: Value,
    by: Approver,
    wish: Wish,
) -> StatementId {
    let statement = held(driver, 0, request, body).await.expect("it is held");
    let answered = driver.world.approvals[0]
        .grant_for(statement, by, "as agreed".to_owned(), Some(wish))
        .await;
    answered.expect("granted");
    let path = format!("/queries/{statement}/result");
    let reply = poll_until_done(driver, 0, &path).await;
    assert_eq!(reply["success"], true, "{reply}");
    statement
}

/// The statement, if it is held; none if it ran.
pub async fn held(
    driver: &Driver<'_>,
    gateway: usize,
    request: &str,
    body: Value,
) -> Option<StatementId> {
    let reply = driver.ask(gateway, request, body).await;
    assert_eq!(reply["success"], true, "{reply}");
    let id = reply["data"]["queryId"].as_str().expect("an id").to_owned();
    (reply["code"] == "333334").then(|| id.parse().expect("a statement id"))
}

/// The standing grant that a statement's approval began.
pub fn grant_of(world: &World, statement: StatementId) -> EventId {
    let all = world.recorded(Kind::ApprovalGranted);
    let own = all
        .iter()
        .filter(|event| event.statement_id == Some(statement));
    own.last().expect("a grant").event_id
}

fn marked(event: &Event) -> bool {
    let rules = event.policy.as_ref().map(|policy| &policy.rules);
    rules.is_some_and(|rules| rules.iter().any(|rule| rule == "firn:break-glass"))
}

#[tokio::test]
async fn a_shape_covers_what_differs_in_literals_until_its_uses_are_taken() {
    let world = World::with(&rules(), "", 2).await;
    let driver = world.login().await;
    let uses = Some(3);
    let three = Wish {
        uses,
        ..wish(ScopeKind::Shape)
    };
    let first = granted(&driver, "a", insert("x"), approver(), three).await;
    for (request, gateway) in [("b", 0), ("c", 1)] {
        assert_eq!(held(&driver, gateway, request, insert(request)).await, None);
    }
    assert!(
        held(&driver, 0, "d", insert("d")).await.is_some(),
        "a fourth waits"
    );
    let ran: Vec<String> = world
        .upstream
        .statements()
        .iter()
        .map(|one| one.sql())
        .collect();
    assert_eq!(
        ran,
        [
            "insert into t values (7, 'x')",
            "insert into t values (7, 'b')",
            "insert into t values (7, 'c')"
        ]
    );
    // The record says by whose word each ran, and on which earlier one it rests.
    let under = grant_of(&world, first);
    let rests = world.recorded(Kind::ApprovalGranted);
    let rests = rests.iter().filter(|event| match &event.payload {
        Payload::ApprovalGranted(granted) => {
            let scope = granted.scope.as_ref().expect("a scope");
            scope.under == Some(under) && granted.by.subject == "olga"
        }
        _ => false,
    });
    assert_eq!(rests.count(), 2);
    assert_eq!(world.approvals[1].standing()[0].used, 3);
}

#[tokio::test]
async fn a_session_covers_what_else_it_asks_as_long_as_was_said() {
    let world = World::with(&rules(), "", 1).await;
    let driver = world.login().await;
    let ten_minutes = Wish {
        lasts: Some(Duration::from_secs(600)),
        ..wish(ScopeKind::Session)
    };
    granted(&driver, "a", insert("x"), approver(), ten_minutes).await;
    let other = json!({"sqlText": "delete from t where n = 7"});
    assert_eq!(held(&driver, 0, "b", other.clone()).await, None);
    world.pass(Duration::from_secs(600));
    assert!(held(&driver, 0, "c", other).await.is_some(), "it is over");
    assert!(world.approvals[0].standing().is_empty());
}

#[tokio::test]
async fn broken_glass_is_marked_in_every_event_and_waits_for_a_review() {
    let world = World::with(&rules(), "", 1).await;
    let driver = world.login().await;
    let first = granted(
        &driver,
        "a",
        insert("x"),
        breaker("gil"),
        wish(ScopeKind::BreakGlass),
    )
    .await;
    let next = driver
        .ask(0, "b", json!({"sqlText": "delete from t where n = 7"}))
        .await;
    assert_eq!(next["code"], Value::Null, "{next}");
    let of = |statement: StatementId| {
        let all = world.events();
        all.into_iter()
            .filter(move |event| event.statement_id == Some(statement))
            .collect::<Vec<_>>()
    };
    let ran = of(first);
    // What was said of it before anybody broke the glass is as it was.
    let before = [
        Kind::StatementSubmitted,
        Kind::StatementDecided,
        Kind::ApprovalRequested,
        Kind::ApprovalGranted,
    ];
    let after = ran.iter().filter(|event| !before.contains(&event.kind()));
    let unmarked: Vec<_> = after.clone().filter(|event| !marked(event)).collect();
    assert!(unmarked.is_empty() && after.count() > 3, "{unmarked:?}");
    let second = world
        .events()
        .iter()
        .rev()
        .find(|event| event.kind() == Kind::StatementSubmitted)
        .and_then(|event| event.statement_id)
        .expect("a second");
    assert!(of(second).iter().all(marked), "{:?}", of(second));
    let ordinary = driver.query("select n from t").await;
    assert_eq!(ordinary["success"], true, "{ordinary}");
    let last = world.events();
    let last = last
        .iter()
        .rev()
        .find(|e| e.kind() == Kind::StatementDecided);
    assert!(
        !marked(last.expect("decided")),
        "what needs nobody is not an emergency"
    );

    let approvals = &world.approvals[0];
    let [review] = &approvals.reviews()[..] else {
        panic!("one is to be looked at");
    };
    assert_eq!((review.used, review.notes[0].as_str()), (2, "as agreed"));
    let id = review.grant_id;
    let looked = |by: Approver| approvals.review(id, by, "as it was said".to_owned());
    assert!(looked(breaker("gil")).await.is_err(), "not by who broke it");
    let twin = Approver {
        subject: "another-id".to_owned(),
        ..breaker("gil")
    };
    assert!(looked(twin).await.is_err(), "nor by one of the same name");
    let outsider = Approver {
        groups: vec!["sales".to_owned()],
        ..breaker("sam")
    };
    assert!(looked(outsider).await.is_err());
    world.pass(Duration::from_secs(3600));
    assert_eq!(approvals.reviews().len(), 1, "it waits after it is over");
    assert!(looked(breaker("ines")).await.expect("reviewed"));
    assert!(approvals.reviews().is_empty());
    assert_eq!(world.recorded(Kind::ApprovalReviewed).len(), 1);
}

/// What the gateway itself takes from the grant to the driver's answer, of which none is a pause: the poll that is open when the grant
/// is folded is the one that answers.
#[tokio::test]
async fn the_poll_that_is_open_at_the_grant_brings_the_answer() {
    let world = World::with(&rules(), "", 1).await;
    let driver = world.login().await;
    let statement = held(&driver, 0, "a", insert("x")).await.expect("held");
    let path = format!("/queries/{statement}/result");
    let polling = driver.call(0, "GET", &path, "");
    let granting = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let since = std::time::Instant::now();
        let granted = world.approvals[0].grant(statement, approver(), String::new());
        granted.await.expect("granted");
        since
    };
    let (reply, since) = tokio::join!(polling, granting);
    println!(
        "from the grant to the driver's answer: {:?}",
        since.elapsed()
    );
    assert_eq!(reply["code"], Value::Null, "one poll: {reply}");
    assert_eq!(world.upstream.statements().len(), 1);
}
