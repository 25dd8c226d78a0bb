//! Statements: recorded and decided first, run once, answered once, served by whichever gateway is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use event::payload::{Finding, Verdict};
use event::{Kind, Payload};
use serde_json::json;
use uuid::Uuid;

use super::upstream::{QUERY_ID, Said, error, rows, running};
use super::world::{OPEN, World};

const OTHER_ID: &str = "01bf37bb-710f-46e8-924a-c421b5c4c945";

fn kinds(world: &World) -> Vec<Kind> {
    let all = world.events();
    let events = all.iter().filter(|event| event.statement_id.is_some());
    events.map(event::Event::kind).collect()
}

#[tokio::test]
async fn a_statement_is_recorded_and_decided_before_it_runs() {
    let world = World::new().await;
    let driver = world.login().await;
    let journal = world.journal.clone();
    world.upstream.script(move |seen| {
        if seen.path.contains("query-request") {
            let recorded: Vec<Kind> = journal
                .all()
                .iter()
                .map(|one| event::decode(&one.value).expect("an event").kind())
                .collect();
            assert!(recorded.contains(&Kind::StatementSubmitted));
            assert!(recorded.contains(&Kind::StatementDecided));
        }
        None
    });
    let reply = driver.query("select 1 as n").await;
    assert_eq!(reply["data"]["rowset"], json!([["1"]]));
    assert_eq!(
        kinds(&world),
        [
            Kind::StatementSubmitted,
            Kind::StatementDecided,
            Kind::StatementForwarded,
            Kind::ResponseStarted,
            Kind::ResponsePage,
            Kind::ResponseFinished,
        ]
    );
}

#[tokio::test]
async fn unknown_fields_pass_both_ways() {
    let world = World::new().await;
    let driver = world.login().await;
    let request = json!({"sqlText": "select 1", "sequenceId": 7, "aNewField": {"x": [1.50]}, "queryContextDTO": {"entries": []}});
    let reply = driver.ask(0, "r-1", request).await;
    let seen = world.upstream.statements().remove(0);
    assert_eq!(seen.json()["aNewField"], json!({"x": [1.50]}));
    assert_eq!(seen.json()["sequenceId"], 7);
    assert_eq!(seen.authorization, "Snowflake Token=\"UPSTREAM-TOKEN\"");
    assert_eq!(
        reply["data"]["unknownField"],
        json!({"kept": [1.50, "as is"]})
    );
    assert!(Uuid::parse_str(&seen.query["requestId"]).is_ok());
    assert_ne!(seen.query["requestId"], "r-1", "the gateway's own id");
}

#[tokio::test]
async fn a_denied_statement_says_so_and_reaches_nobody() {
    let policy = format!(
        "{OPEN}@id(\"no-drop\") @reason(\"agents do not drop\") forbid (principal, action == Action::\"ddl\", resource);\n"
    );
    let world = World::with(&policy, "", 1).await;
    let driver = world.login().await;
    let reply = driver.query("drop table db1.s1.t").await;
    assert_eq!(
        (reply["code"].as_str(), reply["data"]["sqlState"].as_str()),
        (Some("003001"), Some("42501"))
    );
    let message = reply["message"].as_str().expect("text");
    assert!(
        message.contains("agents do not drop") && message.contains("no-drop"),
        "{message}"
    );
    let statement = reply["data"]["queryId"].as_str().expect("an id");
    assert!(message.contains(statement), "{message}");
    assert!(world.upstream.statements().is_empty());
    let decided = world.recorded(Kind::StatementDecided).remove(0);
    assert!(
        matches!(decided.payload, Payload::StatementDecided(decided) if decided.verdict == Verdict::Deny)
    );
    assert_eq!(world.recorded(Kind::StatementFailed).len(), 1);
}

#[tokio::test]
async fn duplicates_join_one_execution() {
    let world = Arc::new(World::new().await);
    world.upstream.script(|seen| {
        seen.path.contains("query-request").then(|| {
            Said::After(
                Duration::from_millis(300),
                Box::new(Said::Json(rows(&[["1"]]))),
            )
        })
    });
    let driver = world.login().await;
    let body = json!({"sqlText": "select 1", "querySubmissionTime": 1});
    let again = json!({"sqlText": "select 1", "querySubmissionTime": 2});
    let (first, second) = tokio::join!(driver.ask(0, "r", body.clone()), driver.ask(0, "r", again));
    let third = driver.ask(0, "r", body).await;
    assert_eq!(first, second);
    assert_eq!(first, third);
    assert_eq!(world.upstream.statements().len(), 1);
    assert_eq!(world.recorded(Kind::StatementSubmitted).len(), 1);
    assert_eq!(world.recorded(Kind::ResponsePage).len(), 1);

    let other = driver.ask(0, "r", json!({"sqlText": "select 2"})).await;
    assert_eq!(other["code"], "003001");
    let message = other["message"].as_str().expect("text");
    assert!(message.starts_with("this request id was used with another statement: use a new one"));
    assert_eq!(world.upstream.statements().len(), 1);
}

#[tokio::test]
async fn a_retry_on_another_gateway_is_the_same_request_upstream() {
    let world = World::with(OPEN, "", 2).await;
    let driver = world.login().await;
    for gateway in [0, 1] {
        let reply = driver
            .ask(gateway, "r", json!({"sqlText": "select 1"}))
            .await;
        assert_eq!(reply["success"], true);
    }
    let seen = world.upstream.statements();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].query["requestId"], seen[1].query["requestId"]);
    let statements: Vec<_> = world
        .recorded(Kind::StatementSubmitted)
        .into_iter()
        .map(|event| event.statement_id)
        .collect();
    assert_eq!(statements[0], statements[1]);
}

#[tokio::test]
async fn upstream_hiccups_are_waited_out_under_one_id() {
    let world = World::new().await;
    let tries = Arc::new(AtomicU32::new(0));
    world.upstream.script(move |seen| {
        let try_number = seen
            .path
            .contains("query-request")
            .then(|| tries.fetch_add(1, Ordering::SeqCst))?;
        (try_number < 2).then(|| Said::Raw(503, "later".into()))
    });
    let driver = world.login().await;
    assert_eq!(driver.query("select 1").await["success"], true);
    let seen = world.upstream.statements();
    assert_eq!(seen.len(), 3);
    assert!(
        seen.iter()
            .all(|one| one.query["requestId"] == seen[0].query["requestId"])
    );
    assert_eq!(seen[2].query["retryCount"], "2");
    let forwarded = world.recorded(Kind::StatementForwarded).remove(0);
    assert!(matches!(forwarded.payload, Payload::StatementForwarded(one) if one.attempts == 3));
}

#[tokio::test]
async fn a_slow_statement_is_polled_on_any_gateway() {
    let mut world = World::with(OPEN, "", 2).await;
    world.late = Duration::from_millis(300);
    world.add_gateway().await;
    let polls = Arc::new(AtomicU32::new(0));
    world.upstream.script(move |seen| {
        if seen.path.contains("query-request") {
            return Some(Said::Json(running(QUERY_ID)));
        }
        if !seen.path.ends_with("/result") {
            return None;
        }
        let done = polls.fetch_add(1, Ordering::SeqCst) >= 2;
        Some(Said::Json(if done {
            rows(&[["5"]])
        } else {
            running(QUERY_ID)
        }))
    });
    let driver = world.login().await;
    for (request, asynchronous) in [("r1", false), ("r2", true)] {
        let reply = driver
            .ask(
                0,
                request,
                json!({"sqlText": "select 5", "asyncExec": asynchronous}),
            )
            .await;
        assert_eq!(
            (reply["success"].as_bool(), reply["code"].as_str()),
            (Some(true), Some("333334"))
        );
        assert_eq!(
            reply["data"]["getResultUrl"],
            format!("/queries/{QUERY_ID}/result")
        );
        // It asks at once, before that gateway has heard of the statement.
        let result = driver
            .call(2, "GET", &format!("/queries/{QUERY_ID}/result"), "")
            .await;
        assert_eq!(result["data"]["rowset"], json!([["5"]]), "{result}");
    }
    assert_eq!(world.recorded(Kind::StatementAnnounced).len(), 2);
}

#[tokio::test]
async fn every_result_of_a_multi_statement_is_served() {
    let world = World::with(OPEN, "", 2).await;
    world.upstream.script(|seen| {
        if seen.path.contains("query-request") {
            let mut parent = rows(&[["2"]]);
            parent["data"]["resultIds"] = json!(format!("{QUERY_ID},{OTHER_ID}"));
            parent["data"]["resultTypes"] = json!("4096,4096");
            parent["data"]["statementTypeId"] = json!(0xA000);
            parent["data"]["queryId"] = json!(Uuid::from_u128(9).to_string());
            return Some(Said::Json(parent));
        }
        let mut child = rows(&[["7"]]);
        child["data"]["queryId"] = json!(OTHER_ID);
        (seen.path == format!("/queries/{OTHER_ID}/result")).then(|| Said::Json(child))
    });
    let driver = world.login().await;
    let body = json!({"sqlText": "select 1; select 7", "parameters": {"MULTI_STATEMENT_COUNT": 2}});
    let reply = driver.ask(0, "r", body).await;
    assert_eq!(
        reply["data"]["resultIds"],
        format!("{QUERY_ID},{OTHER_ID}"),
        "{reply}"
    );
    tokio::time::sleep(Duration::from_millis(200)).await;
    for gateway in [0, 1] {
        let child = driver
            .call(gateway, "GET", &format!("/queries/{OTHER_ID}/result"), "")
            .await;
        assert_eq!(child["data"]["rowset"], json!([["7"]]), "{child}");
    }
}

#[tokio::test]
async fn another_sessions_results_do_not_exist() {
    let world = World::new().await;
    let other = world.login_beside_a_running_query().await;
    let before = world.upstream.seen(QUERY_ID).len();
    for (method, path) in [
        ("GET", format!("/queries/{QUERY_ID}/result")),
        ("GET", format!("/queries/{OTHER_ID}/result")),
        ("POST", format!("/queries/{QUERY_ID}/abort-request")),
    ] {
        let reply = other.call(0, method, &path, "").await;
        assert_eq!(reply["success"], false, "{path}: {reply}");
        assert!(
            reply["message"]
                .as_str()
                .expect("text")
                .contains("is not one of this session")
        );
    }
    let reply = other
        .call(0, "GET", &format!("/monitoring/queries/{QUERY_ID}"), "")
        .await;
    assert_eq!(reply["data"]["queries"], json!([]));
    assert_eq!(
        world.upstream.seen(QUERY_ID).len(),
        before,
        "upstream was not even asked"
    );
    assert_eq!(world.recorded(Kind::StageRefused).len(), 2);
}

#[tokio::test]
async fn monitoring_shows_own_queries_without_their_text() {
    let world = World::new().await;
    world.upstream.script(|seen| {
        if seen.path.contains("query-request") {
            return Some(Said::Json(running(QUERY_ID)));
        }
        seen.path.contains("monitoring").then(|| {
            Said::Json(json!({"success": true, "code": null, "message": null, "data": {"queries": [{
                "id": QUERY_ID, "status": "FAILED_WITH_ERROR", "state": "FAILED", "errorCode": 100_038,
                "errorMessage": "Numeric value '378282246310005' is not recognized", "sqlText": "select 'SECRET'",
                "startTime": 5, "clientSendTime": 1}]}}))
        })
    });
    let driver = world.login().await;
    driver
        .ask(0, "r", json!({"sqlText": "select 1", "asyncExec": true}))
        .await;
    let reply = driver
        .call(0, "GET", &format!("/monitoring/queries//{QUERY_ID}"), "")
        .await;
    let query = &reply["data"]["queries"][0];
    assert_eq!(query["status"], "FAILED_WITH_ERROR");
    assert_eq!(query["errorCode"], 100_038);
    let text = reply.to_string();
    assert!(
        !text.contains("SECRET") && !text.contains("378282246310005"),
        "{text}"
    );
}

#[tokio::test]
async fn a_cancel_reaches_upstream_under_our_own_id() {
    let world = World::new().await;
    world.upstream.script(|seen| {
        seen.path
            .contains("query-request")
            .then(|| Said::Json(running(QUERY_ID)))
    });
    let driver = world.login().await;
    driver.ask(0, "r", json!({"sqlText": "select 1"})).await;
    let body = json!({"sqlText": "select 1", "requestId": "r"}).to_string();
    let reply = driver
        .call(0, "POST", "/queries/v1/abort-request?requestId=x", body)
        .await;
    assert_eq!(reply["success"], true);
    let forwarded = world.upstream.statements().remove(0);
    let abort = world.upstream.seen("abort-request").remove(0);
    assert_eq!(
        abort.json()["requestId"],
        json!(forwarded.query["requestId"])
    );
    let reply = driver
        .call(
            0,
            "POST",
            &format!("/queries/{QUERY_ID}/abort-request"),
            "{}",
        )
        .await;
    assert_eq!(reply["success"], true);
    assert_eq!(world.recorded(Kind::StatementCanceled).len(), 2);
}

#[tokio::test]
async fn staged_binds_and_reading_parameters_are_refused() {
    let world = World::new().await;
    let driver = world.login().await;
    for body in [
        json!({"sqlText": "insert into t values (?)", "bindStage": "@SYSTEM$BIND/1"}),
        json!({"sqlText": "select 1", "parameters": {"quoted_identifiers_ignore_case": true}}),
    ] {
        let reply = driver.ask(0, &Uuid::new_v4().to_string(), body).await;
        assert_eq!(reply["code"], "001003", "{reply}");
    }
    assert!(world.upstream.statements().is_empty());
}

#[tokio::test]
async fn a_write_where_a_read_was_decided_is_not_shown() {
    let world = World::new().await;
    world.upstream.script(|seen| {
        let mut reply = rows(&[["1"]]);
        reply["data"]["statementTypeId"] = json!(0x3100);
        seen.path
            .contains("query-request")
            .then(|| Said::Json(reply))
    });
    let driver = world.login().await;
    let reply = driver.query("select 1").await;
    assert_eq!(reply["code"], "003001", "{reply}");
    assert!(reply["data"]["rowset"].is_null());
    assert_eq!(world.recorded(Kind::StageRefused).len(), 1);
}

#[tokio::test]
async fn snowflakes_errors_reach_the_driver() {
    let world = World::new().await;
    world.upstream.script(|seen| {
        seen.path
            .contains("query-request")
            .then(|| Said::Json(error("002003", "Object 'NOSUCH' does not exist")))
    });
    let driver = world.login().await;
    let reply = driver.query("select 1").await;
    assert_eq!(reply["code"], "002003");
    assert_eq!(reply["message"], "Object 'NOSUCH' does not exist");
}

#[tokio::test]
async fn a_use_moves_the_session_on_every_gateway() {
    let world = World::with(OPEN, "", 2).await;
    let moved = Arc::new(AtomicBool::new(false));
    world.upstream.script(move |seen| {
        if seen.sql() == "use schema s2" {
            moved.store(true, Ordering::SeqCst);
        }
        let mut reply = rows(&[["1"]]);
        reply["data"]["finalSchemaName"] = json!("S2");
        (seen.path.contains("query-request") && moved.load(Ordering::SeqCst))
            .then_some(Said::Json(reply))
    });
    let driver = world.login().await;
    let reads = |at: usize| match &world.recorded(Kind::StatementSubmitted)[at].payload {
        Payload::StatementSubmitted(submitted) => submitted.reads.clone(),
        _ => Vec::new(),
    };
    driver
        .ask(1, "r0", json!({"sqlText": "select n from t"}))
        .await;
    assert_eq!(reads(0), ["DB1.S1.T"]);
    assert_eq!(
        driver
            .ask(0, "r1", json!({"sqlText": "use schema s2"}))
            .await["success"],
        true
    );
    for (at, gateway) in [(2, 1), (3, 0)] {
        driver
            .ask(
                gateway,
                &format!("r{at}"),
                json!({"sqlText": "select n from t"}),
            )
            .await;
        assert_eq!(reads(at), ["DB1.S2.T"], "gateway {gateway}");
    }
}

#[tokio::test]
async fn a_statement_upstream_keeps_to_itself_is_polled_on_any_gateway() {
    let world = World::with(OPEN, "", 2).await;
    world.upstream.script(|seen| {
        if seen.path.contains("query-request") {
            let done = Box::new(Said::Json(rows(&[["5"]])));
            return Some(Said::After(Duration::from_millis(2500), done));
        }
        seen.path
            .ends_with("/result")
            .then(|| Said::Json(rows(&[["5"]])))
    });
    let driver = world.login().await;
    let reply = driver.ask(0, "r", json!({"sqlText": "select 5"})).await;
    assert_eq!(reply["code"], "333334", "{reply}");
    let path = reply["data"]["getResultUrl"].as_str().expect("a path");
    for gateway in [1, 0] {
        let result = driver.call(gateway, "GET", path, "").await;
        assert_eq!(
            result["data"]["rowset"],
            json!([["5"]]),
            "gateway {gateway}: {result}"
        );
    }
    assert_eq!(world.upstream.statements().len(), 1);
    let other = world.login().await;
    assert_eq!(other.call(1, "GET", path, "").await["success"], false);
}

#[tokio::test]
async fn binds_too_many_for_an_event_are_cut_in_the_record_only() {
    let world = World::new().await;
    let driver = world.login().await;
    let values: Vec<String> = (0..900)
        .map(|row| format!("{row} {}", "x".repeat(1_000)))
        .collect();
    let body = json!({"sqlText": "insert into t(name) values (?)", "bindings": {"1": {"type": "TEXT", "value": values}}});
    let reply = driver.ask(0, "r", body).await;
    assert_eq!(reply["success"], true, "{reply}");
    let sent = world.upstream.statements().remove(0).json();
    assert_eq!(
        sent["bindings"]["1"]["value"].as_array().map(Vec::len),
        Some(900)
    );
    let submitted = world.recorded(Kind::StatementSubmitted).remove(0);
    let Payload::StatementSubmitted(submitted) = submitted.payload else {
        panic!("submitted")
    };
    assert!(submitted.flags.contains(&Finding::BindsCut));
    assert!((300..900).contains(&submitted.binds[0].values.len()));
}
