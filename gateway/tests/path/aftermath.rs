//! After the fact: what Snowflake says of an answer is held against what was decided on.

use event::{Kind, Payload};
use serde_json::{Value, json};

use super::upstream::{QUERY_ID, Said, rows, running};
use super::world::{OPEN, World};

const MASK: &str = "@id(\"mask-pii\") @reason(\"personal data\") forbid (principal, action == Action::\"unmask\", resource in Tag::\"PII\");\n";
const NICK: &str = "zebra";
const NUMBER: &str = "4242";

/// Name, table and cell of each column.
type Columns = &'static [(&'static str, &'static str, &'static str)];

/// A reply of one row with these columns.
fn reply(columns: &[(&str, &str, &str)]) -> Value {
    let mut reply = rows(&[["1"]]);
    let described: Vec<Value> = columns
        .iter()
        .map(|(name, table, _)| {
            let (database, schema) = if table.is_empty() { ("", "") } else { ("DB1", "S1") };
            json!({"name": name, "database": database, "schema": schema, "table": table, "nullable": true, "type": "text"})
        })
        .collect();
    let cells: Vec<&str> = columns.iter().map(|(_, _, cell)| *cell).collect();
    reply["data"]["rowtype"] = json!(described);
    reply["data"]["rowset"] = json!([cells]);
    reply
}

fn refusals(world: &World) -> Vec<(String, String)> {
    let events = world.recorded(Kind::StageRefused).into_iter();
    let refused = events.filter_map(|event| match event.payload {
        Payload::StageRefused(refused) => Some((refused.operation, refused.reason)),
        _ => None,
    });
    refused.collect()
}

fn masks_all(world: &World) -> Option<bool> {
    match world.recorded(Kind::ResponseStarted).pop()?.payload {
        Payload::ResponseStarted(started) => Some(started.mask_all),
        _ => None,
    }
}

#[tokio::test]
async fn a_result_that_is_described_otherwise_than_decided_is_redacted() {
    let cases: [(&str, &str, Columns, bool); 7] = [
        (
            "as decided",
            "select * from people",
            &[("N", "PEOPLE", NUMBER), ("NICK", "PEOPLE", NICK)],
            true,
        ),
        (
            "re-created with its columns in another order",
            "select * from people",
            &[("NICK", "PEOPLE", NICK), ("N", "PEOPLE", NUMBER)],
            false,
        ),
        (
            "nothing said of tables, another order",
            "select * from people",
            &[("NICK", "", NICK), ("N", "", NUMBER)],
            false,
        ),
        (
            "another column",
            "select n from people",
            &[("NICK", "PEOPLE", NICK)],
            false,
        ),
        (
            "another table",
            "select n from t",
            &[("N", "PEOPLE", NICK)],
            false,
        ),
        (
            "a column where an expression was",
            "select n + 1 as m from t",
            &[("M", "PEOPLE", NICK)],
            false,
        ),
        (
            "an alias",
            "select n as \"my number\" from t",
            &[("my number", "T", NUMBER)],
            true,
        ),
    ];
    for (what, sql, columns, fits) in cases {
        let world = World::with(&format!("{OPEN}{MASK}"), "", 1).await;
        let said = reply(columns);
        world.upstream.script(move |seen| {
            seen.path
                .contains("query-request")
                .then(|| Said::Json(said.clone()))
        });
        let driver = world.login().await;
        let answer = driver.query(sql).await;
        assert_eq!(answer["success"], true, "{what}: {answer}");
        let shown = answer["data"]["rowset"].to_string();
        assert!(!shown.contains(NICK), "{what}: {answer}");
        assert_eq!(shown.contains(NUMBER), fits, "{what}: {answer}");
        assert_eq!(masks_all(&world), Some(!fits), "{what}");
        let refused = refusals(&world);
        assert_eq!(refused.is_empty(), fits, "{what}: {refused:?}");
        assert!(
            refused
                .iter()
                .all(|(operation, _)| operation == "result description"),
            "{what}: {refused:?}"
        );
        // Nothing rests on a result that is not what was decided on.
        let scan = format!("select * from table(result_scan('{QUERY_ID}'))");
        let scanned = driver.query(&scan).await;
        assert!(!scanned.to_string().contains(NICK), "{what}: {scanned}");
    }
}

#[tokio::test]
async fn a_result_that_is_fetched_later_is_held_against_its_decision_too() {
    for gateway in [0, 1] {
        let world = World::with(&format!("{OPEN}{MASK}"), "", 2).await;
        world.upstream.script(|seen| {
            if seen.path.contains("query-request") {
                return Some(Said::Json(running(QUERY_ID)));
            }
            let swapped = reply(&[("NICK", "PEOPLE", NICK), ("N", "PEOPLE", NUMBER)]);
            seen.path.ends_with("/result").then(|| Said::Json(swapped))
        });
        let driver = world.login().await;
        let body = json!({"sqlText": "select * from people", "asyncExec": true});
        driver.ask(0, "r", body).await;
        let path = format!("/queries/{QUERY_ID}/result");
        let answer = driver.call(gateway, "GET", &path, "").await;
        assert_eq!(answer["success"], true, "{answer}");
        let shown = answer["data"]["rowset"].to_string();
        assert!(!shown.contains(NICK) && !shown.contains(NUMBER), "{shown}");
        assert_eq!(refusals(&world).len(), 1);
    }
}

#[tokio::test]
async fn another_kind_of_statement_inside_another_is_noticed() {
    for asynchronous in [false, true] {
        let world = World::new().await;
        world.upstream.script(move |seen| {
            let mut wrote = rows(&[[NUMBER]]);
            wrote["data"]["statementTypeId"] = json!(0x6001);
            if asynchronous && seen.path.contains("query-request") {
                return Some(Said::Json(running(QUERY_ID)));
            }
            let asked = seen.path.contains("query-request") || seen.path.ends_with("/result");
            asked.then(|| Said::Json(wrote))
        });
        let driver = world.login().await;
        let body =
            json!({"sqlText": "execute immediate 'select n from t'", "asyncExec": asynchronous});
        let mut answer = driver.ask(0, "r", body).await;
        if asynchronous {
            let path = format!("/queries/{QUERY_ID}/result");
            answer = driver.call(0, "GET", &path, "").await;
        }
        assert_eq!(answer["code"], "003001", "{answer}");
        assert!(!answer.to_string().contains(NUMBER), "{answer}");
        assert_eq!(refusals(&world)[0].0, "statement type");
    }
}
