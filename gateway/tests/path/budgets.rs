//! Budgets of comparisons: one for each principal and column, whatever sessions, gateways and wordings a search is split over.

use std::time::Duration;

use event::payload::{Compared, StatementDecided, Verdict};
use event::{Kind, Payload};
use journal::memory::Fault;
use serde_json::{Value, json};

use super::world::{Driver, OPEN, World};

/// Three comparisons of personal data a day; a fourth waits for people.
const BUDGET: &str = "@id(\"budget\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"asked too often\")\n\
    forbid (principal, action == Action::\"filter_by\", resource in Tag::\"PII\")\n\
    when { [\"equality\", \"range\", \"order\", \"failure\"].contains(context.comparison) && context.range_uses >= 3 }\n\
    unless { context.approvals.contains(\"oncall\") };\n";
const NICK: &str = "DB1.S1.PEOPLE.NICK";

async fn world(gateways: usize) -> World {
    World::with(&format!("{OPEN}{BUDGET}"), "", gateways).await
}

/// The driver of another principal's session, or of another session of the agent's.
async fn login<'w>(world: &'w World, who: &str) -> Driver<'w> {
    let reply = world
        .login_with(json!({
            "ACCOUNT_NAME": "main", "LOGIN_NAME": "", "AUTHENTICATOR": "OAUTH", "TOKEN": who,
            "CLIENT_APP_ID": "PythonConnector", "CLIENT_APP_VERSION": "4.8.1",
        }))
        .await;
    assert_eq!(reply["success"], true, "{reply}");
    let text = |name: &str| reply["data"][name].as_str().expect("a token").to_owned();
    Driver {
        world,
        token: text("token"),
        master: text("masterToken"),
    }
}

async fn ask(driver: &Driver<'_>, gateway: usize, sql: &str) -> Value {
    let id = uuid::Uuid::new_v4().to_string();
    driver.ask(gateway, &id, json!({ "sqlText": sql })).await
}

/// `333334` is what a driver is told to wait by.
fn waits(reply: &Value) -> bool {
    reply["code"] == "333334"
}

fn decisions(world: &World) -> Vec<StatementDecided> {
    of(world, "agent")
}

/// What was decided for a principal, by what it was told was compared before.
fn of(world: &World, who: &str) -> Vec<StatementDecided> {
    let decided = world.recorded(Kind::StatementDecided).into_iter();
    let own = decided.filter(|event| {
        event
            .principal
            .as_ref()
            .is_some_and(|one| one.subject == who)
    });
    let decided = own.filter_map(|event| match event.payload {
        Payload::StatementDecided(decided) => Some(decided),
        _ => None,
    });
    let mut decided: Vec<_> = decided.collect();
    decided.sort_by(|one, other| one.compared_before.cmp(&other.compared_before));
    decided
}

fn nick(times: u32) -> Option<Vec<Compared>> {
    let column = NICK.to_owned();
    Some(vec![Compared { column, times }])
}

#[tokio::test]
async fn a_search_split_over_sessions_gateways_and_wordings_is_one_search() {
    let mut world = world(2).await;
    let (one, two) = (login(&world, "agent").await, login(&world, "agent").await);
    for (driver, gateway, sql) in [
        (&one, 0, "select n from people where nick = 'm'"),
        (&two, 1, "select n from people order by nick"),
        (
            &one,
            1,
            "select count(*) as n from people where upper(nick) like 'z%'",
        ),
    ] {
        let reply = ask(driver, gateway, sql).await;
        assert_eq!(reply["success"], true, "{reply}");
        assert!(!waits(&reply), "{sql}: {reply}");
    }
    drop((one, two));
    // A gateway that was not there, a session that is new, an alias and a subquery.
    world.add_gateway().await;
    let three = login(&world, "agent").await;
    let sql = "select n from (select n, nick as harmless from people) where harmless > 'm'";
    let reply = ask(&three, 2, sql).await;
    assert!(waits(&reply), "{reply}");
    // Another principal has a budget of its own, and what tells nothing costs nothing.
    let other = login(&world, "stranger").await;
    let reply = ask(&other, 2, "select n from people where nick = 'm'").await;
    assert!(!waits(&reply), "{reply}");
    let reply = ask(&three, 0, "select nick, count(*) from people group by nick").await;
    assert!(!waits(&reply), "{reply}");

    let before = |who| {
        let decided = of(&world, who).into_iter();
        decided.map(|one| one.compared_before).collect::<Vec<_>>()
    };
    assert_eq!(before("agent"), [None, nick(0), nick(1), nick(2), nick(3)]);
    assert_eq!(before("stranger"), [nick(0)]);
    assert_eq!(decisions(&world)[4].verdict, Verdict::Hold);
    // What was held was not counted.
    assert_eq!(world.recorded(Kind::StatementCounted).len(), 4);

    // A day and an hour later the budget is whole again.
    world.pass(Duration::from_secs(25 * 3600));
    let later = login(&world, "agent").await;
    let reply = ask(&later, 1, "select n from people where nick = 'm'").await;
    assert!(!waits(&reply), "{reply}");
}

#[tokio::test]
async fn each_place_of_a_text_is_one_comparison() {
    let world = world(1).await;
    let driver = world.login().await;
    let many = "select n from people where nick like 'a%' or nick like 'b%' or nick like 'c%'";
    ask(&driver, 0, many).await;
    let reply = ask(&driver, 0, "select n from people where nick = 'm'").await;
    assert!(waits(&reply), "{reply}");
    assert!(decisions(&world)[1].compared_before >= nick(3));
}

#[tokio::test]
async fn gateways_that_race_let_no_more_through_than_the_budget_has() {
    let world = world(2).await;
    let drivers = [world.login().await, world.login().await];
    let asking = (0..12).map(|number| {
        let driver = &drivers[number % 2];
        let sql = format!("select n from people where nick = '{number}'");
        async move { waits(&ask(driver, number / 2 % 2, &sql).await) }
    });
    let held = futures::future::join_all(asking).await;
    assert_eq!(held.iter().filter(|held| !**held).count(), 3, "{held:?}");
    assert_eq!(world.upstream.statements().len(), 3);
    // No two that ran were told the same.
    let ran = decisions(&world).into_iter();
    let ran = ran.filter(|decided| decided.verdict != Verdict::Hold);
    let mut told: Vec<_> = ran.map(|decided| decided.compared_before).collect();
    told.sort();
    assert_eq!(told, [nick(0), nick(1), nick(2)]);
}

#[tokio::test]
async fn a_statement_asked_for_again_is_counted_once_and_another_text_under_its_id_again() {
    let mut world = world(2).await;
    let driver = world.login().await;
    let asked = |sql: &str| json!({ "sqlText": sql });
    let (first, other) = (
        "select n from people where nick = 'a'",
        "select n from people where nick = 'b'",
    );
    for (gateway, sql) in [(0, first), (1, first), (1, first)] {
        driver.ask(gateway, "r", asked(sql)).await;
    }
    assert_eq!(world.recorded(Kind::StatementCounted).len(), 1);
    let told: Vec<_> = decisions(&world)
        .into_iter()
        .map(|decided| decided.compared_before)
        .collect();
    assert_eq!(told, [nick(0), nick(0)]);
    let (token, master) = (driver.token.clone(), driver.master.clone());
    drop(driver);
    // A gateway that does not know the first text under this id.
    world.add_gateway().await;
    let driver = Driver {
        world: &world,
        token,
        master,
    };
    driver.ask(2, "r", asked(other)).await;
    assert_eq!(world.recorded(Kind::StatementCounted).len(), 2);
}

#[tokio::test]
async fn what_cannot_be_counted_does_not_run() {
    let world = World::with(&format!("{OPEN}{BUDGET}"), "audit = \"best_effort\"", 1).await;
    let driver = world.login().await;
    for fault in [Fault::Refuse, Fault::Silent] {
        world.journal.set_fault(fault);
        let reply = ask(&driver, 0, "select n from t").await;
        assert_eq!(reply["success"], true, "{fault:?}: {reply}");
        let ran = world.upstream.statements().len();
        let reply = ask(&driver, 0, "select n from people where nick = 'm'").await;
        assert_eq!(reply["code"], "000603", "{fault:?}: {reply}");
        assert_eq!(world.upstream.statements().len(), ran);
    }
    world.journal.set_fault(Fault::None);
    for _ in 0..100 {
        let reply = ask(&driver, 0, "select n from people where nick = 'm'").await;
        if reply["success"] == true {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not run though the journal is back");
}

#[tokio::test]
async fn what_people_let_through_counts_when_it_runs() {
    let world = world(1).await;
    let driver = world.login().await;
    for value in ["a", "b", "c"] {
        ask(
            &driver,
            0,
            &format!("select n from people where nick = '{value}'"),
        )
        .await;
    }
    let reply = ask(&driver, 0, "select n from people where nick = 'd'").await;
    assert_eq!(world.recorded(Kind::StatementCounted).len(), 3);
    let id = reply["data"]["queryId"].as_str().expect("an id").to_owned();
    world.approvals[0]
        .grant(
            id.parse().expect("an id"),
            super::holds::approver(),
            String::new(),
        )
        .await
        .expect("granted");
    let path = format!("/queries/{id}/result");
    super::holds::poll_until_done(&driver, 0, &path).await;
    assert_eq!(world.recorded(Kind::StatementCounted).len(), 4);
    assert_eq!(world.upstream.statements().len(), 4);
}
