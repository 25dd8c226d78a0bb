//! The door of MCP: a conversation is a session, every call is decided, masked, held and recorded as any other statement.

use std::time::Duration;

use event::payload::CloseReason;
use event::{Kind, Payload, StatementId};
use http::response::Parts;
use serde_json::{Value, json};

use super::holds::approver;
use super::upstream::{QUERY_ID, Said, rows, running};
use super::world::{OPEN, World};

const RULES: &str = "@id(\"no-search\") @reason(\"nobody is looked up by nickname\") forbid (principal, action == Action::\"filter_by\", resource in Tag::\"PII\");\n\
    @id(\"mask-pii\") @reason(\"personal data\") forbid (principal, action == Action::\"unmask\", resource in Tag::\"PII\");\n\
    @id(\"closed\") @reason(\"another team's\") forbid (principal, action == Action::\"read\", resource == Table::\"DB1.S2.T\");\n";
const HOLD: &str = "@id(\"hold-writes\") @effect(\"hold\") @approvers(\"oncall\") @reason(\"a person looks at writes\")\n\
    forbid (principal, action == Action::\"write\", resource) unless { context.approvals.contains(\"oncall\") };\n";

/// A client: what it was given, and how it calls.
struct Client<'a> {
    world: &'a World,
    session: String,
}

async fn post(
    world: &World,
    gateway: usize,
    headers: &[(&str, &str)],
    body: &Value,
) -> (Parts, String) {
    let (parts, body) = world
        .exchange(gateway, "POST", "/mcp", headers, body.to_string())
        .await;
    (parts, String::from_utf8(body.to_vec()).expect("text"))
}

fn initialize() -> Value {
    json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "claude", "version": "1.2"}, "_meta": {"conversationId": "c-42"}}})
}

impl<'a> Client<'a> {
    async fn begin(world: &'a World) -> Self {
        let headers = [("authorization", "Bearer agent")];
        let (parts, body) = post(world, 0, &headers, &initialize()).await;
        assert_eq!(parts.status, 200, "{body}");
        let answer: Value = serde_json::from_str(&body).expect("json");
        assert_eq!(answer["result"]["protocolVersion"], "2025-11-25");
        let session = parts.headers["mcp-session-id"]
            .to_str()
            .expect("text")
            .to_owned();
        Self { world, session }
    }

    async fn send(&self, gateway: usize, body: &Value) -> (Parts, String) {
        let headers = [
            ("authorization", "Bearer agent"),
            ("mcp-session-id", self.session.as_str()),
            ("mcp-protocol-version", "2025-11-25"),
            ("accept", "application/json, text/event-stream"),
        ];
        post(self.world, gateway, &headers, body).await
    }

    /// The result of a tool, however it came, and what was said on the way.
    async fn call(
        &self,
        gateway: usize,
        id: u32,
        tool: &str,
        arguments: Value,
        meta: Value,
    ) -> (Value, Vec<String>) {
        let params = json!({"name": tool, "arguments": arguments, "_meta": meta});
        let body = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
        let (parts, body) = self.send(gateway, &body).await;
        assert_eq!(parts.status, 200, "{body}");
        let mut messages: Vec<Value> = match parts.headers["content-type"].to_str() {
            Ok("application/json") => vec![serde_json::from_str(&body).expect("json")],
            _ => body
                .lines()
                .filter_map(|line| line.strip_prefix("data: "))
                .map(|data| serde_json::from_str(data).expect("json"))
                .collect(),
        };
        let last = messages.pop().expect("a result");
        assert_eq!(last["id"], id, "{last}");
        let said = messages
            .iter()
            .map(|one| one["params"]["message"].to_string())
            .collect();
        (last["result"].clone(), said)
    }

    async fn tool(&self, tool: &str, arguments: Value) -> Value {
        self.call(0, 7, tool, arguments, json!({})).await.0
    }
}

#[tokio::test]
async fn a_conversation_is_a_session_and_a_call_a_statement() {
    let world = World::with(&format!("{OPEN}{RULES}"), "", 2).await;
    let client = Client::begin(&world).await;
    let run = json!({"sql": "select n from t where n = ?", "binds": [1]});
    // Any gateway, with what the client carries.
    let (result, _) = client
        .call(1, 1, "run_statement", run, json!({"taskId": "t-9"}))
        .await;
    assert_eq!(result["isError"], false, "{result}");
    let told = &result["structuredContent"];
    assert_eq!(
        (&told["status"], &told["rows"], &told["row_count"]),
        (&json!("done"), &json!([[1]]), &json!(1))
    );
    assert_eq!(told["columns"], json!([{"name": "N", "type": "fixed"}]));
    assert_eq!(told["query_id"], QUERY_ID);
    let sent = world.upstream.statements().remove(0).json();
    assert_eq!(
        sent["bindings"]["1"],
        json!({"type": "FIXED", "value": "1"})
    );
    let opened = world.recorded(Kind::SessionOpened).remove(0);
    let said = opened
        .principal
        .expect("a principal")
        .agent
        .expect("a program");
    assert_eq!(
        (said.application.as_str(), said.version.as_str()),
        ("MCP (claude)", "1.2")
    );
    assert_eq!(said.correlation_id.as_deref(), Some("c-42"));
    let submitted = world.recorded(Kind::StatementSubmitted).remove(0);
    let said = submitted
        .principal
        .expect("a principal")
        .agent
        .expect("a program");
    assert_eq!(
        said.correlation_id.as_deref(),
        Some("t-9"),
        "the call's own task"
    );
    let headers = [
        ("authorization", "Bearer agent"),
        ("mcp-session-id", client.session.as_str()),
    ];
    let (status, _) = world.send("DELETE", "/mcp", &headers, "").await;
    assert_eq!(status, 200);
    let closed = world.recorded(Kind::SessionClosed).remove(0);
    assert!(
        matches!(closed.payload, Payload::SessionClosed(closed) if closed.reason == CloseReason::Logout)
    );
    let list = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"});
    assert_eq!(
        client.send(1, &list).await.0.status,
        404,
        "its client begins anew"
    );
}

#[tokio::test]
async fn a_refusal_says_rule_reason_and_what_would_pass() {
    let world = World::with(&format!("{OPEN}{RULES}"), "", 1).await;
    let client = Client::begin(&world).await;
    let run = json!({"sql": "select n from people where nick = 'x'"});
    let result = client.tool("run_statement", run).await;
    assert_eq!(result["isError"], true, "{result}");
    let told = &result["structuredContent"];
    assert_eq!(told["status"], "denied", "{told}");
    assert_eq!(
        told["reasons"],
        json!([{"rule": "no-search", "reason": "nobody is looked up by nickname: DB1.S1.PEOPLE.NICK"}])
    );
    let table = &told["would_pass"]["tables"][0];
    assert_eq!(table["name"], "DB1.S1.PEOPLE");
    assert_eq!(
        table["columns"],
        json!([{"name": "N", "shows": "clear", "type": "INT"}, {"name": "NICK", "shows": "masked: redact", "type": "VARCHAR"}])
    );
    // It does pass.
    let result = client
        .tool("run_statement", json!({"sql": "select n from people"}))
        .await;
    assert_eq!(result["structuredContent"]["status"], "done", "{result}");
    let text = client.tool("run_statement", json!({"sql": 7})).await;
    assert_eq!(text["isError"], true);
    assert!(
        text["content"][0]["text"]
            .as_str()
            .expect("text")
            .contains("arguments"),
        "{text}"
    );
}

#[tokio::test]
async fn tables_are_described_as_the_policy_shows_them() {
    for (rules, nick, tables) in [("", "clear", 3), (RULES, "masked: redact", 2)] {
        let world = World::with(&format!("{OPEN}{rules}"), "", 1).await;
        let client = Client::begin(&world).await;
        let told = client
            .tool("describe_tables", json!({"containing": "people"}))
            .await;
        let found = told["structuredContent"]["tables"]
            .as_array()
            .expect("tables")
            .clone();
        assert_eq!(found.len(), 1, "{told}");
        let columns = found[0]["columns"].as_array().expect("columns");
        let shown = |name| {
            let column = columns.iter().find(|column| column["name"] == name)?;
            column["shows"].as_str()
        };
        assert_eq!(
            (shown("N"), shown("NICK")),
            (Some("clear"), Some(nick)),
            "{told}"
        );
        // A table that may not be read is not named.
        let told = client.tool("describe_tables", json!({})).await;
        let all = told["structuredContent"]["tables"]
            .as_array()
            .expect("tables")
            .len();
        assert_eq!(all, tables, "{told}");
        assert!(
            world.upstream.statements().is_empty(),
            "nobody asked Snowflake"
        );
    }
}

#[tokio::test]
async fn a_held_call_tells_its_progress_and_runs_when_it_is_granted() {
    let world = World::with(&format!("{OPEN}{HOLD}"), "", 2).await;
    let client = Client::begin(&world).await;
    let run = json!({"sql": "insert into t values (7, 'x')"});
    let granted = async {
        let held = loop {
            let held = client.call(1, 2, "list_held", json!({}), json!({})).await.0;
            let held = held["structuredContent"]["held"]
                .as_array()
                .expect("a list")
                .clone();
            if let Some(one) = held.first() {
                break one.clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert_eq!(
            (&held["this_conversation"], &held["needed"][0]["group"]),
            (&json!(true), &json!("oncall"))
        );
        // Long enough that something is said on the way.
        tokio::time::sleep(Duration::from_secs(6)).await;
        let statement: StatementId = held["statement_id"]
            .as_str()
            .expect("an id")
            .parse()
            .expect("an id");
        let grant = world.approvals[1].grant(statement, approver(), String::new());
        grant.await.expect("granted");
    };
    let called = client.call(0, 1, "run_statement", run, json!({"progressToken": "p"}));
    let ((result, said), ()) = tokio::join!(called, granted);
    assert_eq!(result["structuredContent"]["status"], "done", "{result}");
    assert!(
        said.iter().any(|one| one.contains("approval by oncall")),
        "{said:?}"
    );
    assert_eq!(world.upstream.statements().len(), 1);
}

#[tokio::test]
async fn a_call_given_up_is_canceled_and_others_are_not() {
    let world = World::with(&format!("{OPEN}{HOLD}"), "", 1).await;
    let client = Client::begin(&world).await;
    let run = json!({"sql": "insert into t values (7, 'x')"});
    let canceled = async {
        let pending = || world.approvals[0].pending();
        while pending().is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let other = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 5}});
        assert_eq!(client.send(0, &other).await.0.status, 202);
        assert_eq!(pending().len(), 1);
        let own = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}});
        assert_eq!(client.send(0, &own).await.0.status, 202);
    };
    let called = client.call(0, 1, "run_statement", run, json!({"progressToken": 1}));
    let ((result, _), ()) = tokio::join!(called, canceled);
    assert_eq!(result["isError"], true, "{result}");
    assert_eq!(result["structuredContent"]["code"], "000604", "{result}");
    assert!(world.upstream.statements().is_empty());
}

#[tokio::test]
async fn a_slow_statement_is_asked_for_again() {
    let world = World::with(OPEN, "", 1).await;
    let client = Client::begin(&world).await;
    world.upstream.script(|seen| {
        if seen.path.contains("query-request") {
            return Some(Said::Json(running(QUERY_ID)));
        }
        let late = Duration::from_millis(1500);
        (seen.path.contains("/result"))
            .then(|| Said::After(late, Box::new(Said::Json(rows(&[["9"]])))))
    });
    let result = client
        .tool("run_statement", json!({"sql": "select n from t"}))
        .await;
    assert_eq!(
        result["structuredContent"]["rows"],
        json!([[9]]),
        "{result}"
    );
    let id = result["structuredContent"]["statement_id"].clone();
    let again = client
        .tool("get_statement", json!({"statement_id": id}))
        .await;
    assert_eq!(again["structuredContent"]["rows"], json!([[9]]), "{again}");
    let none = client
        .tool("get_statement", json!({"statement_id": "x"}))
        .await;
    assert_eq!(none["isError"], true);
}

#[tokio::test]
async fn who_shows_no_token_is_told_where_to_get_one() {
    let world = World::new().await;
    let base = format!("http://{}", world.gateways[0]);
    let (parts, _) = post(&world, 0, &[], &initialize()).await;
    assert_eq!(parts.status, 401);
    let told = parts.headers["www-authenticate"]
        .to_str()
        .expect("text")
        .to_owned();
    let place = format!("{base}/.well-known/oauth-protected-resource/mcp");
    assert_eq!(told, format!("Bearer resource_metadata=\"{place}\""));
    let (status, body) = world
        .send("GET", "/.well-known/oauth-protected-resource/mcp", &[], "")
        .await;
    let body: Value = serde_json::from_slice(&body).expect("json");
    assert_eq!(status, 200);
    assert_eq!(body["resource"], format!("{base}/mcp"));
    assert_eq!(
        body["authorization_servers"],
        json!(["https://idp.example"])
    );
    for (token, status) in [
        ("Bearer nobody", 401),
        ("Bearer expired", 401),
        ("Bearer offline", 503),
    ] {
        let (parts, body) = post(&world, 0, &[("authorization", token)], &initialize()).await;
        assert_eq!(parts.status, status, "{token}: {body}");
    }
    // A conversation is its principal's.
    let client = Client::begin(&world).await;
    let list = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"});
    let session = client.session.as_str();
    for (headers, status) in [
        (
            vec![
                ("authorization", "Bearer stranger"),
                ("mcp-session-id", session),
            ],
            404,
        ),
        (
            vec![("authorization", "Bearer agent"), ("mcp-session-id", "x")],
            404,
        ),
        (vec![("authorization", "Bearer agent")], 400),
        (vec![("mcp-session-id", session)], 401),
        (
            vec![
                ("authorization", "Bearer agent"),
                ("mcp-session-id", session),
                ("origin", "https://evil.example"),
            ],
            403,
        ),
        (
            vec![
                ("authorization", "Bearer agent"),
                ("mcp-session-id", session),
                ("mcp-protocol-version", "2026-07-28"),
            ],
            400,
        ),
        (
            vec![
                ("authorization", "Bearer agent"),
                ("mcp-session-id", session),
            ],
            200,
        ),
    ] {
        let (parts, body) = post(&world, 0, &headers, &list).await;
        assert_eq!(parts.status, status, "{headers:?}: {body}");
    }
    let unknown = json!({"jsonrpc": "2.0", "id": 3, "method": "server/discover"});
    let (parts, body) = post(&world, 0, &[("authorization", "Bearer agent")], &unknown).await;
    assert_eq!(parts.status, 200);
    assert!(body.contains("-32601"), "{body}");
    assert!(world.upstream.statements().is_empty());
}
