//! Bad input, each with the exact error the driver shows. After all of it the gateway still serves.

use std::io::Write as _;

use bytes::Bytes;
use event::Kind;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::upstream::{Said, rows};
use super::world::World;

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(plain).expect("writes");
    packer.finish().expect("finishes")
}

/// What drivers need in an error of a statement (code, SQLSTATE, query id, numeric, HTTP 200).
fn is_shown_by_drivers(reply: &Value) {
    assert_eq!(reply["success"], false, "{reply}");
    let code = reply["code"].as_str().expect("a code");
    assert!(
        code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()),
        "{reply}"
    );
    assert_eq!(reply["data"]["errorCode"], code);
    assert_eq!(reply["data"]["sqlState"].as_str().map(str::len), Some(5));
    let query_id = reply["data"]["queryId"].as_str().expect("an id");
    assert!(uuid::Uuid::parse_str(query_id).is_ok(), "{reply}");
    let message = reply["message"].as_str().expect("text");
    assert!(
        message.ends_with(&format!(" {query_id})")),
        "not every driver shows the id: {reply}"
    );
}

/// The message without the id it ends in.
fn words(reply: &Value) -> &str {
    let message = reply["message"].as_str().expect("text");
    message.rsplit_once("\n(").expect("an id").0
}

#[tokio::test]
async fn statements_that_cannot_be_read() {
    let world = World::new().await;
    let driver = world.login().await;
    let token = format!("Snowflake Token=\"{}\"", driver.token);
    let auth = ("authorization", token.as_str());
    let packed = ("content-encoding", "gzip");
    let long = json!({ "sqlText": "x".repeat(64 << 20) }).to_string();
    let bomb = gzip(&vec![b' '; 128 << 20]);
    let select = gzip(br#"{"sqlText":"select 1"}"#);
    let json_error = "the request is not the JSON a Snowflake driver sends: ";
    type Row<'a> = (&'a str, Vec<(&'a str, &'a str)>, Bytes, String);
    let table: Vec<Row<'_>> = vec![
        (
            "malformed",
            vec![auth],
            Bytes::from_static(b"{\"sqlText\":}"),
            format!("{json_error}it is not well-formed (line 1, column 12)"),
        ),
        (
            "cut off",
            vec![auth],
            Bytes::from_static(b"{\"sqlText\":\"sel"),
            format!("{json_error}it is cut off (line 1, column 15)"),
        ),
        (
            "empty",
            vec![auth],
            Bytes::new(),
            format!("{json_error}it is cut off (line 1, column 0)"),
        ),
        (
            "binary",
            vec![auth],
            Bytes::from_static(&[0xff, 0xfe, 0]),
            format!("{json_error}it is not well-formed (line 1, column 1)"),
        ),
        (
            "no text",
            vec![auth],
            Bytes::from_static(b"{}"),
            "the request has no sqlText: send the statement in it".to_owned(),
        ),
        (
            "two texts",
            vec![auth],
            Bytes::from_static(br#"{"sqlText":"select 1","sqlText":"drop table t"}"#),
            format!(
                "{json_error}a field has another type, or a key stands twice (line 1, column 47)"
            ),
        ),
        (
            "64 MB of SQL",
            vec![auth],
            Bytes::from(long),
            "the request is larger than 50331648 bytes: send less at once".to_owned(),
        ),
        (
            "2 MB of SQL",
            vec![auth],
            Bytes::from(json!({ "sqlText": "x".repeat(2 << 20) }).to_string()),
            "the statement has 2097152 bytes: at most 1048576 are taken, so split it or bind its values"
                .to_owned(),
        ),
        (
            "gzip bomb",
            vec![auth, packed],
            Bytes::from(bomb),
            "the request is larger than 50331648 bytes once decompressed: send less at once".to_owned(),
        ),
        (
            "not gzip",
            vec![auth, packed],
            Bytes::from_static(b"{}"),
            "the request body is not valid gzip: send it again".to_owned(),
        ),
        (
            "cut gzip",
            vec![auth, packed],
            Bytes::from(select[..select.len() - 6].to_vec()),
            "the request body is not valid gzip: send it again".to_owned(),
        ),
        (
            "brotli",
            vec![auth, ("content-encoding", "br")],
            Bytes::from_static(b"{}"),
            "content encoding \"br\" is not supported: send gzip or none".to_owned(),
        ),
    ];
    let count = table.len();
    for (name, headers, body, message) in table {
        let target = "/queries/v1/query-request?requestId=r1";
        let (status, body) = world.send("POST", target, &headers, body).await;
        assert_eq!(status, 200, "{name}");
        let reply: Value = serde_json::from_slice(&body).expect("json");
        is_shown_by_drivers(&reply);
        assert_eq!(words(&reply), message, "{name}");
        assert_eq!(reply["code"], "001003", "{name}");
    }
    assert!(
        world.upstream.statements().is_empty(),
        "nothing of it reached upstream"
    );
    assert_eq!(
        world.recorded(Kind::StatementFailed).len(),
        count,
        "that each of them came is recorded"
    );
    let (_, body) = world
        .send(
            "POST",
            "/queries/v1/query-request?requestId=r2",
            &[auth, packed],
            select,
        )
        .await;
    let reply: Value = serde_json::from_slice(&body).expect("json");
    assert_eq!(reply["success"], true, "{reply}");
}

#[tokio::test]
async fn tokens_that_open_nothing() {
    let world = World::new().await;
    let driver = world.login().await;
    let mut altered = driver.token.clone();
    altered.replace_range(60..61, if &altered[60..61] == "A" { "B" } else { "A" });
    for (name, header, code) in [
        ("none", String::new(), "390104"),
        ("None", "Snowflake Token=\"None\"".to_owned(), "390104"),
        (
            "garbage",
            "Snowflake Token=\"garbage\"".to_owned(),
            "390104",
        ),
        (
            "altered",
            format!("Snowflake Token=\"{altered}\""),
            "390104",
        ),
        (
            "a master token",
            format!("Snowflake Token=\"{}\"", driver.master),
            "390104",
        ),
        ("bearer", format!("Bearer {}", driver.token), "390104"),
        (
            "upstream's own",
            "Snowflake Token=\"UPSTREAM-TOKEN\"".to_owned(),
            "390104",
        ),
    ] {
        let headers = [("authorization", header.as_str())];
        let body = r#"{"sqlText":"select 1"}"#;
        let (status, body) = world
            .send(
                "POST",
                "/queries/v1/query-request?requestId=1",
                &headers,
                body,
            )
            .await;
        let reply: Value = serde_json::from_slice(&body).expect("json");
        assert_eq!(
            (status, reply["code"].as_str()),
            (200, Some(code)),
            "{name}: {reply}"
        );
        assert_eq!(reply["success"], false);
    }
    assert!(world.upstream.statements().is_empty());
}

#[tokio::test]
async fn paths_nobody_serves() {
    let world = World::new().await;
    let driver = world.login().await;
    for (method, path) in [
        ("GET", "/api/v1/databases/db1/schemas"),
        ("GET", "/v1/statements"),
        ("GET", "/console/login"),
        ("GET", "//console"),
        ("DELETE", "/session"),
        ("GET", "/queries/v1/query-request"),
    ] {
        let (status, reply) = driver.try_call(0, method, path, "{}").await;
        is_shown_by_drivers(&reply);
        assert_eq!(status, 404, "{path}");
        assert_eq!(reply["code"], "003001", "{path}");
        assert_eq!(
            words(&reply),
            format!(
                "{method} {} is not served by this gateway: use a Snowflake driver",
                path.replace("db1", "…")
            )
        );
    }
    driver.query("select 1").await;
    let refused = world.recorded(Kind::StageRefused);
    assert_eq!(refused.len(), 6, "each is in the session's record");
    assert!(refused.iter().all(|event| event.session_id.is_some()));
    assert!(world.upstream.seen("/api").is_empty() && world.upstream.seen("console").is_empty());
}

#[tokio::test]
async fn what_upstream_should_not_say() {
    let world = World::new().await;
    world.upstream.script(|seen| {
        let body = match seen.sql().as_str() {
            "select 'html'" => Bytes::from_static(b"<html><body>502 Bad Gateway</body></html>"),
            "select 'cut'" => {
                let whole = rows(&[["1"]]).to_string();
                Bytes::from(whole[..whole.len() / 2].to_owned())
            }
            "select 'nothing'" => Bytes::new(),
            "select 'list'" => Bytes::from_static(b"[]"),
            "select 'arrow'" => {
                let mut reply = rows(&[["1"]]);
                let data = reply["data"].as_object_mut().expect("data");
                data.remove("rowset");
                data.insert("queryResultFormat".to_owned(), json!("arrow"));
                data.insert(
                    "rowsetBase64".to_owned(),
                    json!("/////zABAAAQAAAAAAAKAAwABgAF"),
                );
                Bytes::from(reply.to_string())
            }
            "select 'width'" => {
                let mut reply = rows(&[["1"]]);
                reply["data"]["rowset"] = json!([["1", "378282246310005"]]);
                Bytes::from(reply.to_string())
            }
            "select 'stage'" => {
                let mut reply = rows(&[["1"]]);
                reply["data"]["stageInfo"] = json!({"creds": {"AWS_KEY_ID": "STORAGE-KEY"}});
                reply["data"]["command"] = json!("DOWNLOAD");
                Bytes::from(reply.to_string())
            }
            "select 'half a gzip'" => {
                let whole = gzip(rows(&[["1"]]).to_string().as_bytes());
                let half = Bytes::from(whole[..whole.len() / 2].to_vec());
                return Some(Said::Headed(vec![("content-encoding", "gzip")], half));
            }
            "select 'status'" => {
                return Some(Said::Raw(403, Bytes::from_static(b"denied by a proxy")));
            }
            _ => return None,
        };
        Some(Said::Raw(200, body))
    });
    let driver = world.login().await;
    for (sql, code) in [
        ("select 'html'", "000603"),
        ("select 'cut'", "000603"),
        ("select 'nothing'", "000603"),
        ("select 'list'", "000603"),
        ("select 'arrow'", "000603"),
        ("select 'width'", "000603"),
        ("select 'stage'", "003001"),
        ("select 'status'", "000603"),
        ("select 'half a gzip'", "000603"),
    ] {
        let mut reply = driver.query(sql).await;
        // Some take their time to be found out.
        while let Some(path) = reply["data"]["getResultUrl"].as_str() {
            reply = driver.call(0, "GET", path, "").await;
        }
        is_shown_by_drivers(&reply);
        assert_eq!(reply["code"], code, "{sql}: {reply}");
        let text = reply.to_string();
        for leak in [
            "Bad Gateway",
            "378282246310005",
            "STORAGE-KEY",
            "denied by a proxy",
        ] {
            assert!(!text.contains(leak), "{sql}: {reply}");
        }
    }
    assert_eq!(driver.query("select 1").await["success"], true);
    assert_eq!(world.recorded(Kind::StatementFailed).len(), 9);
}

#[tokio::test]
async fn logins_that_cannot_be_read() {
    let world = World::new().await;
    for body in [
        Bytes::new(),
        Bytes::from_static(b"{"),
        Bytes::from_static(b"{\"data\":[]}"),
        Bytes::from_static(b"{\"data\":{\"TOKEN\":\"hunter2\",\"TOKEN\":\"x\"}}"),
        Bytes::from(vec![b'x'; 3 << 20]),
    ] {
        let (status, reply) = world
            .send("POST", "/session/v1/login-request", &[], body)
            .await;
        let reply: Value = serde_json::from_slice(&reply).expect("json");
        assert_eq!(
            (status, reply["code"].as_str()),
            (200, Some("390100")),
            "{reply}"
        );
        assert!(!reply.to_string().contains("hunter2"));
    }
    assert!(world.upstream.seen("login").is_empty());
}
