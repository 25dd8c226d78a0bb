//! Ways around the gateway, tried: side doors, other sessions' work, forged and outlived addresses, ids used twice, headers.

use std::time::Duration;

use bytes::Bytes;
use event::{Kind, StatementId};
use gateway::seal::{Purpose, Sealer};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::upstream::{QUERY_ID, Said, rows};
use super::world::{Driver, OPEN, SEALING_KEY, World};

const OTHER_ID: &str = "01bf37bb-710f-46e8-924a-c421b5c4c945";

#[tokio::test]
async fn side_doors_are_closed_in_every_spelling() {
    let world = World::new().await;
    let driver = world.login().await;
    let before = world.upstream.heard();
    for (method, path) in [
        (
            "POST",
            "/queries/v1/query-request/../../../api/v2/statements".to_owned(),
        ),
        ("POST", "/queries/v1/%71uery-request".to_owned()),
        ("POST", "/queries/v1/query-request;x=y".to_owned()),
        ("PUT", "/queries/v1/query-request".to_owned()),
        ("POST", "/queries/v2/query-request".to_owned()),
        ("POST", format!("/queries/{QUERY_ID}/result")),
        ("GET", format!("/queries/{QUERY_ID}")),
        ("GET", "/session/v1/login-request".to_owned()),
        ("POST", "/oauth/token-request".to_owned()),
        ("GET", "/oauth/authorize".to_owned()),
        ("GET", "/ocsp_response_cache.json".to_owned()),
        ("POST", "/v1/streaming/channels".to_owned()),
        ("GET", "/console/login".to_owned()),
        ("GET", "/_chunks/1?signature=secret".to_owned()),
    ] {
        let (status, reply) = driver.try_call(0, method, &path, "{}").await;
        assert_eq!(status, 404, "{method} {path}: {reply}");
        assert_eq!(reply["code"], "003001", "{method} {path}: {reply}");
        let message = reply["message"].as_str().expect("text");
        assert!(message.contains("is not served"), "{message}");
    }
    assert_eq!(
        world.upstream.heard(),
        before,
        "nothing of it reached upstream"
    );
}

#[tokio::test]
async fn another_sessions_result_is_refused_in_every_spelling() {
    let world = World::new().await;
    let other = world.login_beside_a_running_query().await;
    for path in [
        format!("/queries/{QUERY_ID}/result"),
        format!("/queries//{QUERY_ID}//result/"),
        format!("/Queries/{}/Result", QUERY_ID.to_uppercase()),
        format!("/queries/{}/result", QUERY_ID.replace('-', "")),
    ] {
        let reply = other.call(0, "GET", &path, "").await;
        assert_eq!(reply["code"], "003001", "{path}: {reply}");
    }
    assert!(world.upstream.seen(QUERY_ID).is_empty());
}

#[tokio::test]
async fn an_abort_reaches_its_own_sessions_statement_only() {
    let world = World::with(OPEN, "", 2).await;
    world.upstream.script(|seen| {
        seen.path
            .contains("query-request")
            .then(|| Said::After(Duration::from_secs(2), Box::new(Said::Json(rows(&[["1"]])))))
    });
    let (owner, other) = (world.login().await, world.login().await);
    let owning = owner.ask(0, "r", json!({"sqlText": "select 1"})).await;
    let id = owning["data"]["queryId"]
        .as_str()
        .expect("a statement id")
        .to_owned();
    let forwarded = world.upstream.statements()[0].query["requestId"].clone();
    for gateway in [0, 1] {
        let body = json!({"sqlText": "select 1", "requestId": "r"}).to_string();
        other
            .call(gateway, "POST", "/queries/v1/abort-request", body)
            .await;
        let path = format!("/queries/{id}/abort-request");
        let reply = other.call(gateway, "POST", &path, "{}").await;
        assert_eq!(reply["success"], false, "{reply}");
    }
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert!(
        world.upstream.seen("abort-request").is_empty(),
        "nothing of the owner was canceled"
    );
    // Its own session cancels it on whichever gateway.
    let body = json!({"sqlText": "select 1", "requestId": "r"}).to_string();
    let reply = owner
        .call(1, "POST", "/queries/v1/abort-request", body)
        .await;
    assert_eq!(reply["success"], true, "{reply}");
    for _ in 0..40 {
        if !world.upstream.seen("abort-request").is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let abort = world.upstream.seen("abort-request").remove(0);
    let by_request = abort.json()["requestId"] == json!(forwarded);
    assert!(by_request || abort.path.contains(QUERY_ID), "{abort:?}");
}

/// One chunk in the test's own upstream; its address as the driver gets it, without the host.
pub async fn chunk_path(world: &World, driver: &Driver<'_>) -> String {
    let storage = format!(
        "http://{}/_storage/1?signature=SECRET",
        world.upstream.address
    );
    world.upstream.script(move |seen| {
        if seen.path.starts_with("/_storage") {
            return Some(Said::Raw(200, Bytes::from_static(b"[\"7\"]")));
        }
        let mut reply = rows(&[]);
        reply["data"]["chunks"] = json!([{"url": storage, "rowCount": 1}]);
        seen.path
            .contains("query-request")
            .then_some(Said::Json(reply))
    });
    let reply = driver.query("select n from t").await;
    let address = reply["data"]["chunks"][0]["url"]
        .as_str()
        .expect("an address");
    assert!(!reply.to_string().contains("SECRET"), "{reply}");
    let (_, path) = address
        .split_once("/firn/")
        .expect("the gateway's own address");
    format!("/firn/{path}")
}

#[tokio::test]
async fn chunk_addresses_are_the_gateways_own_and_end() {
    let world = World::with(OPEN, "session_max = \"24h\"", 2).await;
    let driver = world.login().await;
    let path = chunk_path(&world, &driver).await;
    for gateway in [0, 1] {
        let (status, _) = world.send_to(gateway, "GET", &path, &[], "").await;
        assert_eq!(status, 200, "any gateway serves it, without a token");
    }
    let fetched = world.upstream.seen("_storage").len();
    let mut key = Zeroizing::new([0; 32]);
    hex::decode_to_slice("aa".repeat(32), key.as_mut_slice()).expect("hex");
    let foreign = Sealer::new([("2026-11".to_owned(), key)]).expect("a ring");
    let own = {
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(SEALING_KEY, key.as_mut_slice()).expect("hex");
        Sealer::new([("2026-11".to_owned(), key)]).expect("a ring")
    };
    let sealed = path.rsplit('/').next().expect("a segment");
    let ticket = own.open_text_bytes(Purpose::Chunk, sealed).expect("opens");
    let forged = foreign
        .seal_text_bytes(Purpose::Chunk, &ticket)
        .expect("seals");
    let repurposed = own
        .seal_text_bytes(Purpose::Session, &ticket)
        .expect("seals");
    let mut altered = sealed.to_owned();
    altered.replace_range(80..81, if &sealed[80..81] == "A" { "B" } else { "A" });
    let table = [
        ("another gateway's key", forged),
        ("another purpose", repurposed),
        ("a session token", driver.token.clone()),
        ("altered", altered),
        ("cut", sealed[..sealed.len() - 4].to_owned()),
        ("in another case", sealed.to_uppercase()),
        ("garbage", "AAAA".to_owned()),
    ];
    for (what, sealed) in table {
        let target = format!("/firn/chunk/{sealed}");
        let (status, body) = world.send("GET", &target, &[], "").await;
        assert_eq!((status, body.len()), (403, 0), "{what}");
    }
    world.pass(Duration::from_secs(6 * 3600));
    assert_eq!(
        world.send("GET", &path, &[], "").await.0,
        403,
        "its time is over"
    );
    assert_eq!(
        world.upstream.seen("_storage").len(),
        fetched,
        "storage was not asked"
    );
}

#[tokio::test]
async fn chunk_addresses_end_with_their_session_on_every_gateway() {
    let world = World::with(OPEN, "", 2).await;
    let driver = world.login().await;
    let path = chunk_path(&world, &driver).await;
    driver.call(0, "POST", "/session?delete=true", "").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    for gateway in [0, 1] {
        let (status, _) = world.send_to(gateway, "GET", &path, &[], "").await;
        assert_eq!(status, 403, "gateway {gateway}");
    }
}

#[tokio::test]
async fn the_login_token_goes_nowhere() {
    let world = World::new().await;
    for data in [
        json!({"AUTHENTICATOR": "OAUTH", "TOKEN": "agent:HUNTER2"}),
        json!({"AUTHENTICATOR": "PROGRAMMATIC_ACCESS_TOKEN", "TOKEN": "agent:HUNTER2"}),
        json!({"AUTHENTICATOR": "WORKLOAD_IDENTITY", "PROVIDER": "OIDC", "TOKEN": "agent:HUNTER2"}),
        json!({"PASSWORD": "agent:HUNTER2", "LOGIN_NAME": "agent:HUNTER2"}),
        json!({"PASSWORD": "agent:HUNTER2", "PASSCODE": "HUNTER2", "PROOF_KEY": "HUNTER2", "RAW_SAML_RESPONSE": "HUNTER2",
            "SPCS_TOKEN": "HUNTER2", "CLIENT_ENVIRONMENT": {"APPLICATION": "x", "TOKEN": "HUNTER2"}, "token": "HUNTER2", "ID_TOKEN": "HUNTER2"}),
    ] {
        let reply = world.login_with(data.clone()).await;
        assert_eq!(reply["success"], true, "{data}: {reply}");
        assert!(!reply.to_string().contains("HUNTER2"), "{reply}");
    }
    assert!(
        !world.upstream.heard().contains("HUNTER2"),
        "{}",
        world.upstream.heard()
    );
    for event in world.events() {
        assert!(!format!("{event:?}").contains("HUNTER2"), "{event:?}");
    }
}

#[tokio::test]
async fn nothing_of_a_drivers_headers_or_query_string_goes_upstream() {
    let world = World::new().await;
    let driver = world.login().await;
    let token = format!("Snowflake Token=\"{}\"", driver.token);
    let headers = [
        ("authorization", token.as_str()),
        ("authorization", "Bearer SMUGGLED"),
        ("x-snowflake-authorization-token-type", "SMUGGLED"),
        ("x-snowflake-session", "SMUGGLED"),
        ("x-snowflake-external-session-id", "SMUGGLED"),
        ("x-forwarded-for", "SMUGGLED"),
        ("x-http-method-override", "SMUGGLED"),
        ("cookie", "SMUGGLED"),
        ("traceparent", "SMUGGLED"),
    ];
    let target = "/queries/v1/query-request?requestId=r&requestId=SMUGGLED&REQUESTID=SMUGGLED&role=SMUGGLED&request_guid=SMUGGLED";
    let body = json!({"sqlText": "select 1"}).to_string();
    let (status, reply) = world.send("POST", target, &headers, body).await;
    let reply: Value = serde_json::from_slice(&reply).expect("json");
    assert_eq!((status, &reply["success"]), (200, &json!(true)), "{reply}");
    assert!(
        !world.upstream.heard().contains("SMUGGLED"),
        "{}",
        world.upstream.heard()
    );
}

#[tokio::test]
async fn what_upstream_sets_stays_with_the_gateway() {
    let world = World::new().await;
    let set = vec![
        ("set-cookie", "UPSTREAM-COOKIE=1; Path=/"),
        ("x-snowflake-session", "UPSTREAM-STICKY"),
        ("x-snowflake-service", "UPSTREAM-SERVICE"),
        ("location", "https://UPSTREAM-ELSEWHERE"),
        ("www-authenticate", "UPSTREAM"),
        ("alt-svc", "h3=\"UPSTREAM:443\""),
    ];
    let driver = world.login().await;
    world.upstream.script(move |seen| {
        let body = seen
            .path
            .contains("query-request")
            .then(|| rows(&[["1"]]).to_string())?;
        Some(Said::Headed(set.clone(), body.into()))
    });
    let token = format!("Snowflake Token=\"{}\"", driver.token);
    for request in ["r1", "r2"] {
        let target = format!("/queries/v1/query-request?requestId={request}");
        let body = json!({"sqlText": "select 1"}).to_string();
        let headers = [("authorization", token.as_str())];
        let (parts, _) = world.exchange(0, "POST", &target, &headers, body).await;
        assert_eq!(parts.status, 200);
        assert!(
            !format!("{:?}", parts.headers).contains("UPSTREAM"),
            "{:?}",
            parts.headers
        );
    }
    assert!(
        !world.upstream.heard().contains("UPSTREAM-COOKIE"),
        "no cookie is kept between sessions"
    );
}

#[tokio::test]
async fn an_id_used_twice_never_gets_the_first_answer_under_other_masks() {
    let world = World::with(OPEN, "", 2).await;
    world.upstream.script(|seen| {
        let mut reply = rows(&[["1"]]);
        reply["data"]["finalSchemaName"] = json!("S2");
        (seen.sql() == "use schema s2").then_some(Said::Json(reply))
    });
    let driver = world.login().await;
    let ids = || -> Vec<String> {
        let seen = world.upstream.statements();
        seen.iter()
            .map(|one| one.query["requestId"].clone())
            .collect()
    };
    // Another text, and other binds, on a gateway that does not know the first.
    driver
        .ask(0, "a", json!({"sqlText": "select name from t"}))
        .await;
    driver
        .ask(1, "a", json!({"sqlText": "select n from t"}))
        .await;
    let bound = |value: &str| json!({"sqlText": "select ?", "bindings": {"1": {"type": "TEXT", "value": value}}});
    driver.ask(0, "b", bound("x")).await;
    driver.ask(1, "b", bound("y")).await;
    // The same text where it means another table by now.
    driver
        .ask(0, "c", json!({"sqlText": "select name from t"}))
        .await;
    assert_eq!(
        driver
            .ask(0, "use", json!({"sqlText": "use schema s2"}))
            .await["success"],
        true
    );
    driver
        .ask(1, "c", json!({"sqlText": "select name from t"}))
        .await;
    let seen = ids();
    for pair in [[0, 1], [2, 3], [4, 6]] {
        assert_ne!(seen[pair[0]], seen[pair[1]], "{pair:?}");
    }
    // But what moved the session is the same request when it is asked again.
    driver
        .ask(1, "use", json!({"sqlText": "use schema s2"}))
        .await;
    assert_eq!(ids()[7], seen[5]);
}

#[tokio::test]
async fn a_second_statement_is_decided_on_whatever_the_parameters_say() {
    let policy = format!(
        "{OPEN}@id(\"no-drop\") @reason(\"no drops\") forbid (principal, action == Action::\"ddl\", resource);\n"
    );
    let world = World::with(&policy, "", 1).await;
    let driver = world.login().await;
    for parameters in [
        json!({}),
        json!({"MULTI_STATEMENT_COUNT": 0}),
        json!({"MULTI_STATEMENT_COUNT": 1}),
        json!({"multi_statement_count": "2"}),
    ] {
        for sql in [
            "select 1; drop table t",
            "select 1;\n-- quiet\n;drop table t;",
            "execute immediate 'drop table t'",
            "begin drop table t; end",
        ] {
            let id = uuid::Uuid::new_v4().to_string();
            let body = json!({"sqlText": sql, "parameters": parameters.clone()});
            let reply = driver.ask(0, &id, body).await;
            assert_eq!(reply["code"], "003001", "{sql} {parameters}: {reply}");
        }
    }
    assert!(world.upstream.statements().is_empty());
}

#[tokio::test]
async fn guessed_statement_ids_lead_to_nothing() {
    let world = World::new().await;
    let (owner, other) = (world.login().await, world.login().await);
    owner.ask(0, "r", json!({"sqlText": "select 1"})).await;
    let session = world.recorded(Kind::StatementSubmitted)[0].session_id;
    let request = event::RequestId::parse("r").expect("an id");
    let guessed = StatementId::derive(session.expect("a session"), &request);
    let path = format!("/queries/{guessed}/result");
    assert_eq!(owner.call(0, "GET", &path, "").await["success"], true);
    let before = world.upstream.heard();
    for (method, path) in [
        ("GET", path),
        ("GET", format!("/queries/{OTHER_ID}/result")),
        ("POST", format!("/queries/{guessed}/abort-request")),
    ] {
        let reply = other.call(0, method, &path, "{}").await;
        assert_eq!(reply["success"], false, "{path}: {reply}");
    }
    let path = format!("/monitoring/queries/{guessed}");
    let reply = other.call(0, "GET", &path, "").await;
    assert_eq!(reply["data"]["queries"], json!([]), "{reply}");
    assert_eq!(world.upstream.heard(), before);
}
