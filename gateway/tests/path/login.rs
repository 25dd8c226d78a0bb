//! Who gets in, how, and what each side learns of the other.

use event::Kind;
use serde_json::{Value, json};

use super::upstream::{Said, error};
use super::world::{OPEN, World};

#[tokio::test]
async fn every_way_a_driver_hands_over_a_token() {
    let world = World::new().await;
    for (data, code) in [
        (json!({"AUTHENTICATOR": "OAUTH", "TOKEN": "agent"}), None),
        (
            json!({"AUTHENTICATOR": "PROGRAMMATIC_ACCESS_TOKEN", "TOKEN": "agent", "LOGIN_NAME": "x"}),
            None,
        ),
        (json!({"PASSWORD": "agent", "LOGIN_NAME": "x"}), None),
        (
            json!({"AUTHENTICATOR": "SNOWFLAKE", "PASSWORD": "agent"}),
            None,
        ),
        (
            json!({"AUTHENTICATOR": "WORKLOAD_IDENTITY", "PROVIDER": "OIDC", "TOKEN": "agent"}),
            None,
        ),
        (
            json!({"AUTHENTICATOR": "OAUTH", "TOKEN": "forged"}),
            Some("390303"),
        ),
        (
            json!({"AUTHENTICATOR": "OAUTH", "TOKEN": "expired"}),
            Some("390318"),
        ),
        (
            json!({"AUTHENTICATOR": "OAUTH", "TOKEN": "offline"}),
            Some("390303"),
        ),
        (json!({"AUTHENTICATOR": "OAUTH"}), Some("390303")),
        (
            json!({"AUTHENTICATOR": "PROGRAMMATIC_ACCESS_TOKEN", "TOKEN": "forged"}),
            Some("394400"),
        ),
        (json!({"PASSWORD": "forged"}), Some("390100")),
        (
            json!({"AUTHENTICATOR": "WORKLOAD_IDENTITY", "PROVIDER": "AWS", "TOKEN": "agent"}),
            Some("390100"),
        ),
        (
            json!({"AUTHENTICATOR": "SNOWFLAKE_JWT", "TOKEN": "agent"}),
            Some("390100"),
        ),
        (
            json!({"AUTHENTICATOR": "EXTERNALBROWSER", "TOKEN": "agent"}),
            Some("390100"),
        ),
    ] {
        let reply = world.login_with(data.clone()).await;
        assert_eq!(reply["code"].as_str(), code, "{data}: {reply}");
        assert_eq!(reply["success"], code.is_none());
        if code.is_some() {
            assert_eq!(reply["data"]["nextAction"], "RETRY_LOGIN");
        }
    }
    assert_eq!(world.recorded(Kind::SessionOpened).len(), 5);
    assert_eq!(world.recorded(Kind::SessionRefused).len(), 9);
    assert_eq!(
        world.upstream.seen("login").len(),
        5,
        "nobody else got that far"
    );
}

#[tokio::test]
async fn upstream_sees_the_stored_credential_and_the_driver_only_sealed_tokens() {
    let world = World::new().await;
    let reply = world
        .login_with(json!({
            "ACCOUNT_NAME": "main", "LOGIN_NAME": "somebody", "AUTHENTICATOR": "OAUTH", "TOKEN": "agent",
            "CLIENT_APP_ID": "JDBC", "CLIENT_APP_VERSION": "3.13.30",
            "SESSION_PARAMETERS": {"MULTI_STATEMENT_COUNT": 0, "QUERY_TAG": "nightly"},
        }))
        .await;
    let login = world.upstream.seen("login").remove(0);
    let sent = &login.json()["data"];
    assert_eq!(sent["ACCOUNT_NAME"], "acct");
    assert_eq!(sent["LOGIN_NAME"], "SVC");
    assert_eq!(sent["PASSWORD"], "STORED-SECRET");
    assert_eq!(sent["CLIENT_APP_ID"], "JDBC");
    assert_eq!(sent["SESSION_PARAMETERS"], json!({"QUERY_TAG": "nightly"}));
    assert_eq!(sent["TOKEN"], Value::Null, "the agent's token stays here");
    assert_eq!(login.query["databaseName"], "db1");

    let data = &reply["data"];
    let text = reply.to_string();
    assert!(
        !text.contains("UPSTREAM"),
        "upstream's tokens stay here: {text}"
    );
    assert_eq!(data["sessionId"], 117_256);
    assert_eq!(data["idToken"], Value::Null);
    assert_eq!(
        data["validityInSeconds"], 3480,
        "ours ends before upstream's"
    );
    assert_eq!(data["masterValidityInSeconds"], 14400);
    assert_eq!(
        data["parameters"],
        json!([{"name": "AUTOCOMMIT", "value": true}, {"name": "X", "value": 1},
            {"name": "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", "value": 1_000_000_000}])
    );
    for event in world.events() {
        let text = format!("{event:?}");
        for secret in ["UPSTREAM-", "STORED-SECRET"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[tokio::test]
async fn a_sparse_upstream_is_filled_in_for_the_driver() {
    let world = World::new().await;
    world.upstream.script(|seen| {
        seen.path.contains("login").then(|| {
            Said::Json(json!({"success": true, "code": null, "message": null, "data": {"token": "UPSTREAM-TOKEN", "parameters": [], "sessionInfo": {}}}))
        })
    });
    let reply = world
        .login_with(json!({"AUTHENTICATOR": "OAUTH", "TOKEN": "agent"}))
        .await;
    assert!(reply["data"]["masterToken"].is_string());
    assert!(reply["data"]["sessionId"].is_u64());
    assert!(reply["data"]["sessionInfo"].is_object());
}

#[tokio::test]
async fn a_connection_is_open_to_those_it_names() {
    let world = World::with(OPEN, "groups = [\"agents\"]", 1).await;
    let login = |token: &str| json!({"AUTHENTICATOR": "OAUTH", "TOKEN": token});
    assert_eq!(world.login_with(login("agent")).await["success"], true);
    let refused = world.login_with(login("stranger")).await;
    assert_eq!(refused["code"], "390201");
    let message = refused["message"].as_str().expect("text");
    let words =
        "connection main is not open to stranger: one of these groups is needed: agents\n(request ";
    assert!(message.starts_with(words), "{message}");
    let event = world.recorded(Kind::SessionRefused).remove(0);
    assert!(
        matches!(&event.payload, event::Payload::SessionRefused(refused) if refused.reason == message),
        "it is found by the id the driver shows"
    );
    let session = event.session_id.expect("it stands among the sessions");
    assert!(
        message.ends_with(&format!("(request {session})")),
        "{message}"
    );
    assert_eq!(event.principal.expect("proved").subject, "stranger");

    let world = World::with(OPEN, "issuers = [\"https://another.example\"]", 1).await;
    assert_eq!(world.login_with(login("agent")).await["code"], "390201");

    let closed = "@id(\"run\") permit (principal, action == Action::\"execute\", resource);\n";
    let world = World::with(closed, "", 1).await;
    assert_eq!(
        world.login_with(login("agent")).await["code"],
        "390201",
        "the policy opens it to nobody"
    );
    assert!(world.upstream.seen("login").is_empty());
}

#[tokio::test]
async fn what_snowflake_says_to_a_login_reaches_the_driver() {
    let world = World::new().await;
    world.upstream.script(|seen| {
        seen.path
            .contains("login")
            .then(|| Said::Json(error("390189", "Role 'X' does not exist")))
    });
    let reply = world
        .login_with(json!({"AUTHENTICATOR": "OAUTH", "TOKEN": "agent"}))
        .await;
    assert_eq!(reply["code"], "390189");
    let message = reply["message"].as_str().expect("text");
    let words = "Snowflake refused connection main: Role 'X' does not exist\n(request ";
    assert!(message.starts_with(words), "{message}");
}

#[tokio::test]
async fn a_browser_login_is_refused_in_words() {
    let world = World::new().await;
    let (status, body) = world
        .send("POST", "/session/authenticator-request", &[], "{}")
        .await;
    let reply: Value = serde_json::from_slice(&body).expect("json");
    assert_eq!((status, reply["success"].as_bool()), (200, Some(false)));
    assert!(
        reply["message"]
            .as_str()
            .expect("text")
            .contains("authenticator=oauth")
    );
}

#[tokio::test]
async fn a_login_is_no_way_around_use_role() {
    for (extra, role, opens) in [
        ("", "", true),
        ("", "ACCOUNTADMIN", false),
        ("role = \"READER\"", "", true),
        ("role = \"READER\"", "reader", true),
        ("role = \"READER\"", "ACCOUNTADMIN", false),
        ("role = \"READER\"\nroles = [\"WRITER\"]", "WRITER", true),
        (
            "role = \"READER\"\nroles = [\"WRITER\"]",
            "ACCOUNTADMIN",
            false,
        ),
        ("roles = [\"WRITER\"]", "READER", false),
    ] {
        let world = World::with(OPEN, extra, 1).await;
        let body = json!({"data": {"AUTHENTICATOR": "OAUTH", "TOKEN": "agent"}}).to_string();
        let target = format!("/session/v1/login-request?roleName={role}&requestId=1");
        let (_, body) = world.send("POST", &target, &[], body).await;
        let reply: Value = serde_json::from_slice(&body).expect("json");
        assert_eq!(reply["success"], opens, "{extra:?} {role}: {reply}");
        let logins = world.upstream.seen("login");
        assert_eq!(logins.len(), usize::from(opens), "{extra:?} {role}");
    }
}

#[tokio::test]
async fn the_agent_is_whom_the_token_proves_and_the_client_stands_beside_it() {
    for (token, agent) in [("robot", "nightly-report"), ("agent", "PythonConnector")] {
        let world = World::new().await;
        let data = json!({
            "ACCOUNT_NAME": "main", "AUTHENTICATOR": "OAUTH", "TOKEN": token,
            "CLIENT_APP_ID": "PythonConnector", "CLIENT_APP_VERSION": "4.8.1",
            "CLIENT_ENVIRONMENT": {"APPLICATION": "dbt", "OS": "Linux"},
            "SESSION_PARAMETERS": {"QUERY_TAG": "nightly", "client_app_id": "somebody else"},
        });
        assert_eq!(world.login_with(data).await["success"], true);
        let event = world.recorded(Kind::SessionOpened).pop().expect("opened");
        let acts = event.principal.and_then(|principal| principal.agent);
        assert_eq!(acts.expect("an agent").application, agent);
        let event::Payload::SessionOpened(opened) = event.payload else {
            panic!("another payload")
        };
        let said: Vec<(&str, &str)> = opened
            .parameters
            .iter()
            .map(|one| (one.name.as_str(), one.value.as_ref()))
            .collect();
        assert_eq!(
            said,
            [
                ("QUERY_TAG", "nightly"),
                ("CLIENT_APP_ID", "PythonConnector"),
                ("CLIENT_APP_VERSION", "4.8.1"),
                ("CLIENT_ENVIRONMENT.APPLICATION", "dbt"),
            ]
        );
    }
}
