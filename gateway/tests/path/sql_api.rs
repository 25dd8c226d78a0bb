//! The SQL API's door: the same decision, mask, hold and record, in Snowflake's documented shapes, from any gateway.

use std::time::Duration;

use bytes::Bytes;
use event::{Kind, Payload, StatementId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::holds::approver;
use super::upstream::{QUERY_ID, Said, rows, running};
use super::world::{OPEN, World};

pub(super) const RULES: &str = "@id(\"no-drop\") @reason(\"agents do not drop\") forbid (principal, action == Action::\"ddl\", resource);\n\
    @id(\"hold-writes\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"a person looks at writes\")\n\
    forbid (principal, action == Action::\"write\", resource) unless { context.approvals.contains(\"oncall\") };\n";

/// A client as Snowflake's samples are: JSON, a bearer token, no cookie, no session.
pub(super) struct Client<'a> {
    pub(super) world: &'a World,
    pub(super) token: &'static str,
}

impl Client<'_> {
    pub(super) async fn call(
        &self,
        gateway: usize,
        method: &str,
        target: &str,
        body: Value,
    ) -> (u16, Value) {
        let token = format!("Bearer {}", self.token);
        let headers = [
            ("authorization", token.as_str()),
            ("x-snowflake-authorization-token-type", "OAUTH"),
            ("user-agent", "sample/1.0"),
        ];
        let body = if method == "GET" {
            String::new()
        } else {
            body.to_string()
        };
        let sent = self.world.send_to(gateway, method, target, &headers, body);
        let (status, body) = sent.await;
        let said = String::from_utf8_lossy(&body).into_owned();
        (
            status,
            serde_json::from_slice(&body).unwrap_or_else(|_| panic!("{target}: {said}")),
        )
    }

    pub(super) async fn submit(&self, query: &str, body: Value) -> (u16, Value) {
        self.call(0, "POST", &format!("/api/v2/statements{query}"), body)
            .await
    }

    pub(super) async fn get(&self, gateway: usize, answer: &Value) -> (u16, Value) {
        let url = answer["statementStatusUrl"].as_str().expect("an address");
        self.call(gateway, "GET", url, Value::Null).await
    }

    pub(super) async fn until_done(&self, gateway: usize, answer: &Value) -> (u16, Value) {
        for _ in 0..50 {
            let got = self.get(gateway, answer).await;
            if got.0 != 202 {
                return got;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it never ended: {answer}")
    }
}

pub(super) fn agent(world: &World) -> Client<'_> {
    Client {
        world,
        token: "agent",
    }
}

pub(super) async fn ruled(gateways: usize) -> World {
    World::with(&format!("{OPEN}{RULES}"), "", gateways).await
}

#[tokio::test]
async fn a_statement_is_answered_in_snowflakes_shape_and_recorded() {
    let world = ruled(1).await;
    let body = json!({"statement": "select n from t where n = ?", "timeout": 60, "database": "DB1", "schema": "S1", "warehouse": "WH",
        "bindings": {"1": {"type": "FIXED", "value": "1"}}, "parameters": {"query_tag": "nightly"}});
    let (status, answer) = agent(&world).submit("", body).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["data"], json!([["1"]]));
    assert_eq!(
        (&answer["code"], &answer["sqlState"]),
        (&json!("090001"), &json!("00000"))
    );
    let about = &answer["resultSetMetaData"];
    assert_eq!(
        (&about["numRows"], &about["format"]),
        (&json!(1), &json!("jsonv2"))
    );
    assert_eq!(about["rowType"][0]["name"], "N");
    assert_eq!(about["partitionInfo"][0]["rowCount"], 1);
    let sent = world.upstream.statements().remove(0).json();
    assert_eq!(sent["bindings"]["1"]["value"], "1");
    assert_eq!(sent["parameters"]["STATEMENT_TIMEOUT_IN_SECONDS"], 60);
    let events = world.events();
    let of_sessions = events.iter().filter(|event| event.session_id.is_some());
    let kinds: Vec<Kind> = of_sessions.map(event::Event::kind).collect();
    assert_eq!(
        kinds,
        [
            Kind::SessionOpened,
            Kind::StatementSubmitted,
            Kind::StatementDecided,
            Kind::StatementForwarded,
            Kind::ResponseStarted,
            Kind::ResponsePage,
            Kind::ResponseFinished,
        ]
    );
    let submitted = world.recorded(Kind::StatementSubmitted).remove(0);
    let said = submitted
        .principal
        .expect("a principal")
        .agent
        .expect("a program");
    assert_eq!(
        (said.application.as_str(), said.version.as_str()),
        ("SQL API (sample)", "1.0")
    );
    assert_eq!(said.correlation_id.as_deref(), Some("nightly"));
    // Its handle begins with the statement's id, and nothing of Snowflake's is in it.
    let handle = answer["statementHandle"].as_str().expect("a handle");
    let id = submitted.statement_id.expect("a statement").to_string();
    assert!(handle.starts_with(&id), "{handle}");
    assert!(!answer.to_string().contains("UPSTREAM"), "{answer}");
}

#[tokio::test]
async fn requests_of_one_principal_share_a_session_and_others_do_not() {
    let world = ruled(1).await;
    let client = agent(&world);
    let opened = |world: &World| world.recorded(Kind::SessionOpened).len();
    for _ in 0..3 {
        assert_eq!(
            client.submit("", json!({"statement": "select 1"})).await.0,
            200
        );
    }
    assert_eq!(opened(&world), 1);
    // Elsewhere, or what moves a session, or what looks back in it: a session of its own.
    let elsewhere = json!({"statement": "select 1", "schema": "S2"});
    assert_eq!(client.submit("", elsewhere).await.0, 200);
    assert_eq!(opened(&world), 2);
    let back = json!({"statement": "select * from table(result_scan(last_query_id()))"});
    client.submit("", back).await;
    assert_eq!(opened(&world), 3);
    // Alone it would do nothing.
    let (status, answer) = client
        .submit("", json!({"statement": "use schema s2"}))
        .await;
    assert_eq!(
        (status, &answer["code"]),
        (422, &json!("391911")),
        "{answer}"
    );
    assert_eq!(opened(&world), 3);
}

#[tokio::test]
async fn a_denied_statement_is_422_and_reaches_nobody() {
    let world = ruled(1).await;
    let (status, answer) = agent(&world)
        .submit("", json!({"statement": "drop table t"}))
        .await;
    assert_eq!(
        (status, &answer["code"], &answer["sqlState"]),
        (422, &json!("003001"), &json!("42501"))
    );
    let message = answer["message"].as_str().expect("text");
    assert!(
        message.contains("agents do not drop") && message.contains("no-drop"),
        "{message}"
    );
    assert!(world.upstream.statements().is_empty());
    // Asked again by its handle, the same.
    let (status, again) = agent(&world).get(0, &answer).await;
    assert_eq!((status, &again["message"]), (422, &answer["message"]));
}

#[tokio::test]
async fn a_held_statement_is_202_and_runs_once_when_it_is_granted() {
    let world = ruled(2).await;
    let client = agent(&world);
    world.upstream.script(|seen| {
        seen.path
            .contains("/result")
            .then(|| Said::Json(rows(&[["1"]])))
    });
    let (status, held) = client
        .submit("", json!({"statement": "insert into t values (7, 'x')"}))
        .await;
    assert_eq!((status, &held["code"]), (202, &json!("333334")), "{held}");
    assert!(
        held["message"].as_str().expect("text").contains("approve"),
        "{held}"
    );
    assert!(world.upstream.statements().is_empty());
    let handle = held["statementHandle"].as_str().expect("a handle");
    let statement: StatementId = handle
        .split('.')
        .next()
        .expect("an id")
        .parse()
        .expect("an id");
    // Whoever polls rarely loses nothing.
    world.pass(Duration::from_secs(200));
    world.approvals[1]
        .grant(statement, approver(), String::new())
        .await
        .expect("granted");
    let (status, done) = client.until_done(1, &held).await;
    assert_eq!((status, &done["data"]), (200, &json!([["1"]])), "{done}");
    let (_, again) = client.until_done(0, &held).await;
    assert_eq!(again["data"], done["data"]);
    assert_eq!(world.upstream.statements().len(), 1);
}

#[tokio::test]
async fn a_slow_statement_is_polled_from_any_gateway_and_canceled() {
    let world = ruled(2).await;
    let client = agent(&world);
    world.upstream.script(|seen| {
        seen.path
            .contains("query-request")
            .then(|| Said::Json(running(QUERY_ID)))
    });
    let (status, answer) = client
        .submit("?async=true", json!({"statement": "select n from t"}))
        .await;
    assert_eq!(status, 202, "{answer}");
    assert_eq!(world.upstream.statements()[0].json()["asyncExec"], true);
    let (status, canceled) = client
        .call(
            1,
            "POST",
            &format!(
                "{}/cancel",
                answer["statementStatusUrl"].as_str().expect("one")
            ),
            json!({}),
        )
        .await;
    assert_eq!(
        (status, &canceled["code"]),
        (200, &json!("000604")),
        "{canceled}"
    );
    assert_eq!(world.upstream.seen("abort-request").len(), 1);
    world.upstream.script(|seen| {
        seen.path
            .contains("/result")
            .then(|| Said::Json(rows(&[["9"]])))
    });
    let (status, done) = client.until_done(1, &answer).await;
    assert_eq!((status, &done["data"]), (200, &json!([["9"]])), "{done}");
}

#[tokio::test]
async fn a_retry_is_one_statement_and_an_unknown_one_changes_nothing() {
    let world = ruled(2).await;
    let client = agent(&world);
    let id = Uuid::new_v4();
    let body = json!({"statement": "select n from t"});
    let (_, first) = client
        .submit(&format!("?requestId={id}"), body.clone())
        .await;
    let (_, again) = client
        .submit(&format!("?requestId={id}&retry=true"), body.clone())
        .await;
    assert_eq!(first["data"], again["data"]);
    assert_eq!(world.upstream.statements().len(), 1);
    let other = json!({"statement": "select name from t"});
    let (status, refused) = client.submit(&format!("?requestId={id}"), other).await;
    assert_eq!(status, 422, "{refused}");
    // Nobody here knows whether this ran: a reading runs, a change does not.
    let unknown = format!("/api/v2/statements?requestId={}&retry=true", Uuid::new_v4());
    assert_eq!(client.call(1, "POST", &unknown, body).await.0, 200);
    let change = json!({"statement": "call p()"});
    let (status, refused) = client
        .call(
            1,
            "POST",
            &unknown.replace("requestId=", "requestId=n-"),
            change,
        )
        .await;
    assert_eq!(status, 422, "{refused}");
    assert!(
        refused["message"]
            .as_str()
            .expect("text")
            .contains("requestId"),
        "{refused}"
    );
    assert_eq!(world.upstream.statements().len(), 2);
}

#[tokio::test]
async fn parts_are_fetched_by_number_masked_and_recorded() {
    let world = ruled(1).await;
    let at = world.upstream.address;
    world.upstream.script(move |seen| {
        if seen.path.contains("query-request") {
            let mut reply = rows(&[["1"], ["2"]]);
            reply["data"]["rowtype"] = json!([
                {"name": "N", "type": "fixed", "nullable": true, "scale": 0, "precision": 38},
                {"name": "B", "type": "boolean", "nullable": true},
                {"name": "T", "type": "text", "nullable": true},
            ]);
            reply["data"]["rowset"] = json!([["1", "1", "a"], ["2", null, "write to marta@example.com"]]);
            reply["data"]["total"] = json!(4);
            reply["data"]["chunks"] = json!([{"url": format!("http://{at}/_chunk/1"), "rowCount": 2, "uncompressedSize": 40, "compressedSize": 30}]);
            reply["data"]["chunkHeaders"] = json!({});
            return Some(Said::Json(reply));
        }
        (seen.path == "/_chunk/1").then(|| {
            let rows = r#"["3","0","b"],["4",null,"iban DE89370400440532013000 it is"]"#;
            Said::Raw(200, Bytes::from_static(rows.as_bytes()))
        })
    });
    let client = agent(&world);
    let (status, first) = client
        .submit(
            "?nullable=false",
            json!({"statement": "select 1 as n, true as b, 'x' as t"}),
        )
        .await;
    assert_eq!(status, 200, "{first}");
    assert_eq!(first["data"][0], json!(["1", "true", "a"]));
    assert_eq!(first["data"][1][1], "null");
    assert!(!first.to_string().contains("marta@"), "{first}");
    let about = &first["resultSetMetaData"];
    assert_eq!(
        (&about["numRows"], &about["partitionInfo"][1]["rowCount"]),
        (&json!(4), &json!(2))
    );
    assert!(
        !first.to_string().contains("_chunk"),
        "no address of Snowflake's: {first}"
    );
    let url = first["statementStatusUrl"].as_str().expect("an address");
    let (status, second) = client
        .call(0, "GET", &format!("{url}?partition=1"), Value::Null)
        .await;
    assert_eq!(status, 200, "{second}");
    assert_eq!(second["data"][0], json!(["3", "false", "b"]));
    assert!(!second.to_string().contains("DE8937"), "{second}");
    let (status, none) = client
        .call(0, "GET", &format!("{url}?partition=2"), Value::Null)
        .await;
    assert_eq!(status, 404, "{none}");
    let pages = world.recorded(Kind::ResponsePage);
    let chunks: Vec<u32> = pages
        .iter()
        .map(|page| match &page.payload {
            Payload::ResponsePage(page) => page.chunk,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(chunks, [0, 1]);
}

#[tokio::test]
async fn several_statements_have_a_handle_each() {
    const CHILDREN: [&str; 2] = [
        "01bf37bb-710f-46e8-924a-c421b5c4c901",
        "01bf37bb-710f-46e8-924a-c421b5c4c902",
    ];
    let world = ruled(1).await;
    world.upstream.script(|seen| {
        if seen.path.contains("query-request") {
            let mut reply = rows(&[["Multiple statements executed successfully."]]);
            reply["data"]["resultIds"] = json!(CHILDREN.join(","));
            reply["data"]["resultTypes"] = json!("4096,4096");
            reply["data"]["statementTypeId"] = json!(40960);
            return Some(Said::Json(reply));
        }
        let at = CHILDREN.iter().position(|id| seen.path.contains(id))?;
        let mut reply = rows(&[[["7", "8"][at]]]);
        reply["data"]["queryId"] = json!(CHILDREN[at]);
        Some(Said::Json(reply))
    });
    let client = agent(&world);
    let body = json!({"statement": "select 7 as n; select 8 as n", "parameters": {"MULTI_STATEMENT_COUNT": "2"}});
    let (status, answer) = client.submit("", body).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        answer["data"],
        json!([["Multiple statements executed successfully."]])
    );
    assert_eq!(
        world.upstream.statements()[0].json()["parameters"]["MULTI_STATEMENT_COUNT"],
        2
    );
    let handles = answer["statementHandles"]
        .as_array()
        .expect("handles")
        .clone();
    for (handle, wanted) in handles.iter().zip(["7", "8"]) {
        let target = format!("/api/v2/statements/{}", handle.as_str().expect("text"));
        let (status, one) = client.call(0, "GET", &target, Value::Null).await;
        assert_eq!((status, &one["data"]), (200, &json!([[wanted]])), "{one}");
    }
    // The request's own session ends by itself once its result was given.
    assert!(world.recorded(Kind::SessionClosed).is_empty());
    world.pass(Duration::from_secs(1000));
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(world.recorded(Kind::SessionClosed).len(), 1);
    let (status, gone) = client.get(0, &answer).await;
    assert_eq!(status, 404, "{gone}");
}
