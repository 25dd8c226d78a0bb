//! Files to stages and from them: what a client gets of it, what arrives where, what is recorded, and what is refused.

use bytes::Bytes;
use event::payload::{FileContent, FileFinding, StageUploaded};
use event::{Digest, Kind, Payload};
use journal::memory::Fault;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::upstream::{QUERY_ID, Said};
use super::world::{AND_SETTINGS, Driver, OPEN, World};

/// Lets agents move files to and from one stage.
const FILES: &str = "@id(\"files\") permit (principal, action in [Action::\"upload\", Action::\"download\"], resource == Stage::\"@DB1.S1.LAND\");\n";
const PUT: &str = "PUT file:///tmp/in/people.csv @land";
const GET: &str = "GET @land/people.csv file:///tmp/out/";
const FILE: &str = "id,email\n1,ann@example.com\n2,\n";

/// What must never reach a client: of the answers below.
pub(super) const SECRETS: [&str; 6] = [
    "bucket-of-upstream",
    "X-Goog-Signature",
    "STORAGE-KEY",
    "STORAGE-SECRET",
    "STORAGE-TOKEN",
    "TUFTVEVSLUtFWS0xMjM0NQ",
];

/// What Snowflake answers to a PUT or GET of one file.
pub(super) fn answer(seen_sql: &str, stage_info: Value, material: Value) -> Value {
    let upload = seen_sql.to_uppercase().starts_with("PUT");
    let name = seen_sql
        .split("file://")
        .nth(1)
        .and_then(|rest| rest.split([' ', '\'']).next());
    let names = if upload {
        json!([name])
    } else {
        json!(["people.csv"])
    };
    let material = if upload { material } else { json!([material]) };
    json!({"success": true, "code": null, "message": null, "data": {
        "uploadInfo": stage_info, "src_locations": names, "localLocation": "/tmp/out/", "parallel": 4, "threshold": 209_715_200,
        "autoCompress": true, "overwrite": true, "sourceCompression": "auto_detect", "clientShowEncryptionParameter": true,
        "queryId": QUERY_ID, "encryptionMaterial": material, "stageInfo": stage_info,
        "command": if upload { "UPLOAD" } else { "DOWNLOAD" }, "kind": null, "operation": "Node", "presignedUrls": null,
        "statementTypeId": if upload { 0x7102 } else { 0x7101 },
    }})
}

/// A world whose Snowflake keeps stages on Google's storage, which is itself; what is stored there.
async fn world(rules: &str) -> (World, Arc<Mutex<Bytes>>) {
    let world = World::with(&format!("{OPEN}{rules}"), "", 2).await;
    let (address, stored) = (world.upstream.address, Arc::new(Mutex::new(Bytes::new())));
    let kept = Arc::clone(&stored);
    world.upstream.script(move |seen| {
        if seen.path.contains("bucket-of-upstream") {
            if seen.headers.contains("x-goog-meta-sfc-digest") {
                *kept.lock() = seen.body.clone();
            }
            return Some(Said::Raw(200, kept.lock().clone()));
        }
        let sql = seen.sql();
        let moves = ["PUT ", "GET "].iter().any(|verb| sql.starts_with(verb));
        let url = format!("http://{address}/bucket-of-upstream/stages/abc/people.csv?X-Goog-Signature=upstream");
        let info = json!({"locationType": "GCS", "location": "bucket-of-upstream/stages/abc/", "region": "us-west-2",
            "storageAccount": null, "isClientSideEncrypted": false, "creds": {}, "presignedUrl": url, "endPoint": null});
        moves.then(|| Said::Json(answer(&sql, info, Value::Null)))
    });
    (world, stored)
}

/// The address a reply gives, without scheme and host.
pub(super) fn address(reply: &Value) -> String {
    let url = reply["data"]["stageInfo"]["presignedUrl"].as_str();
    let url = url.unwrap_or_else(|| panic!("no address: {reply}"));
    let at = url.find("/firn/stage/");
    url[at.expect("an address of the gateway's")..].to_owned()
}

pub(super) async fn put(world: &World, address: &str, file: impl Into<Bytes>) -> (u16, String) {
    let (status, said) = world.send("PUT", address, &[], file).await;
    (status, String::from_utf8_lossy(&said).into_owned())
}

pub(super) fn uploaded(world: &World) -> Vec<StageUploaded> {
    let events = world.recorded(Kind::StageUploaded).into_iter();
    let one = |event: event::Event| match event.payload {
        Payload::StageUploaded(uploaded) => Some(uploaded),
        _ => None,
    };
    events.filter_map(one).collect()
}

fn mail(cells: u64) -> Vec<FileFinding> {
    vec![FileFinding {
        class: "EMAIL".to_owned(),
        cells,
    }]
}

#[tokio::test]
async fn files_move_only_by_a_rule_that_names_it() {
    let elsewhere = FILES.replace("LAND", "OTHER");
    let forbidden = format!(
        "{FILES}@id(\"no\") @reason(\"not here\") forbid (principal, action == Action::\"upload\", resource);\n"
    );
    for (rules, sql, why) in [
        ("", PUT, "no rule permits uploading to it: @DB1.S1.LAND"),
        ("", GET, "no rule permits downloading from it: @DB1.S1.LAND"),
        (elsewhere.as_str(), PUT, "firn:default"),
        (forbidden.as_str(), PUT, "not here"),
        (FILES, "PUT file:///tmp/x.csv @other", "firn:default"),
        (FILES, "PUT file:///tmp/x.csv @db2.s1.land", "firn:default"),
        (FILES, "PUT file:///tmp/x.csv @~", "firn:default"),
        (FILES, "PUT file:///tmp/x.csv $where", "firn:"),
        (FILES, "PUT file:///tmp/x.csv @land; select 1", "firn:"),
    ] {
        let (world, _) = world(rules).await;
        let driver = world.login().await;
        let reply = driver.query(sql).await;
        assert_eq!(reply["success"], false, "{rules} {sql}: {reply}");
        let message = reply["message"].as_str().expect("text");
        assert!(message.contains(why), "{rules} {sql}: {message}");
        assert!(world.upstream.statements().is_empty(), "{sql}");
        assert_eq!(world.recorded(Kind::StageRefused).len(), 1, "{sql}");
    }
}

/// Whatever speaks of a stage is asked about by the same name.
#[tokio::test]
async fn a_rule_on_a_stage_is_not_about_files_that_move_alone() {
    let closed = "@id(\"closed\") @reason(\"closed to agents\") forbid (principal, action, resource == Stage::\"@DB1.S1.LAND\");\n";
    let (world, _) = world(closed).await;
    let driver = world.login().await;
    for sql in [
        PUT,
        "list @land",
        "copy into t from @land/x",
        "copy into '@s1.land/x y' from t",
        "remove @\"LAND\"/x",
        "drop stage land",
    ] {
        let reply = driver.query(sql).await;
        assert_eq!(reply["success"], false, "{sql}: {reply}");
        let message = reply["message"].as_str().expect("text");
        assert!(message.contains("closed to agents"), "{sql}: {message}");
        assert!(world.upstream.statements().is_empty(), "{sql}");
    }
}

#[tokio::test]
async fn a_file_goes_to_its_stage_and_no_credential_to_the_client() {
    let (world, stored) = world(FILES).await;
    let driver = world.login().await;
    let reply = driver.query(PUT).await;
    assert_eq!(reply["success"], true, "{reply}");
    let text = reply.to_string();
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let data = &reply["data"];
    assert_eq!(data["stageInfo"]["locationType"], "GCS");
    assert_eq!(data["stageInfo"]["creds"], json!({}));
    assert_eq!(data["encryptionMaterial"], Value::Null);
    assert_eq!(data["command"], "UPLOAD");
    assert_eq!(data["src_locations"], json!(["/tmp/in/people.csv"]));
    // Any gateway carries it.
    let (status, _) = world.send_to(1, "PUT", &address(&reply), &[], FILE).await;
    assert_eq!(status, 200);
    assert_eq!(*stored.lock(), FILE.as_bytes());
    let [uploaded] = &uploaded(&world)[..] else {
        panic!("one file");
    };
    assert_eq!(uploaded.stage, "@DB1.S1.LAND");
    assert_eq!(uploaded.file.get(), "people.csv");
    assert_eq!(uploaded.bytes, FILE.len() as u64);
    assert_eq!(uploaded.digest, Digest::of(FILE.as_bytes()));
    assert_eq!(uploaded.content, FileContent::Text);
    assert_eq!(uploaded.found, mail(1));
    let recorded = String::from_utf8_lossy(&world.journal.all().iter().fold(
        Vec::new(),
        |mut all, one| {
            all.extend_from_slice(&one.value);
            all
        },
    ))
    .into_owned();
    for raw in SECRETS.iter().chain(&["ann@example.com"]) {
        assert!(!recorded.contains(raw), "{raw} is in the record");
    }
}

/// A driver with an address that it was given.
async fn given<'w>(world: &'w World, sql: &str) -> (Driver<'w>, String) {
    let driver = world.login().await;
    let address = address(&driver.query(sql).await);
    (driver, address)
}

#[tokio::test]
async fn an_address_works_once_for_its_own_session_while_that_lasts() {
    let (world, stored) = world(FILES).await;
    let (driver, once) = given(&world, PUT).await;
    let own = format!("Snowflake Token=\"{}\"", driver.token);
    let other = world.login_as("stranger").await;
    let other = format!("Snowflake Token=\"{}\"", other.token);
    for (headers, method) in [
        ([("authorization", other.as_str())], "PUT"),
        ([("authorization", "Snowflake Token=\"none\"")], "PUT"),
        ([("authorization", own.as_str())], "GET"),
    ] {
        let (status, _) = world.send(method, &once, &headers, FILE).await;
        assert_eq!(status, 403, "{method}");
    }
    let (head, tail) = once.split_at(once.len() / 2);
    let other = if tail.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{head}{other}{}", &tail[1..]);
    assert_eq!(put(&world, &forged, FILE).await.0, 403);
    assert!(stored.lock().is_empty() && uploaded(&world).is_empty());
    let headers = [("authorization", own.as_str())];
    assert_eq!(world.send("PUT", &once, &headers, FILE).await.0, 200);
    let (status, said) = put(&world, &once, "another").await;
    assert_eq!(status, 403);
    assert!(said.contains("was used"), "{said}");
    assert_eq!(*stored.lock(), FILE.as_bytes());

    let (_, late) = given(&world, PUT).await;
    world.pass(std::time::Duration::from_secs(31 * 60));
    assert_eq!(put(&world, &late, FILE).await.0, 403, "it has expired");

    let (driver, over) = given(&world, PUT).await;
    driver.call(0, "POST", "/session?delete=true", "").await;
    assert_eq!(put(&world, &over, FILE).await.0, 403, "its session is over");
    assert_eq!(uploaded(&world).len(), 1);
}

#[tokio::test]
async fn what_is_in_a_file_may_stop_it() {
    let refuse = format!("{FILES}{AND_SETTINGS}[stages]\nrefuse = [\"EMAIL\"]\n");
    let (world, stored) = world(&refuse).await;
    let (_, address) = given(&world, PUT).await;
    let (status, said) = put(&world, &address, FILE).await;
    assert_eq!(status, 403);
    assert!(said.contains("holds EMAIL (1)"), "{said}");
    assert!(stored.lock().is_empty() && uploaded(&world).is_empty());
    assert_eq!(world.recorded(Kind::StageRefused).len(), 1);
    assert_eq!(world.recorded(Kind::StatementFailed).len(), 1);
    assert_eq!(put(&world, &address, "id\n1\n").await.0, 403, "once");
    let (_, address) = given(&world, PUT).await;
    assert_eq!(put(&world, &address, "id\n1\n").await.0, 200);
}

#[tokio::test]
async fn no_file_moves_unrecorded() {
    let (world, stored) = world(FILES).await;
    let (_, address) = given(&world, PUT).await;
    world.journal.set_fault(Fault::Refuse);
    assert_eq!(put(&world, &address, FILE).await.0, 503);
    assert!(stored.lock().is_empty(), "nothing reached the storage");
}

#[tokio::test]
async fn a_driver_that_asks_again_without_its_binds_gets_its_address() {
    let (world, stored) = world(FILES).await;
    let driver = world.login().await;
    let bind = json!({"1": {"type": "TEXT", "value": "@\"LAND\""}});
    let first = json!({"sqlText": "PUT 'file:///tmp/a/file0.txt' ? parallel=4", "bindings": bind});
    let reply = driver.ask(0, "first", first).await;
    assert_eq!(reply["success"], true, "{reply}");
    let again = json!({"sqlText": "PUT 'file://file0.txt.gz' ? parallel=4"});
    let reply = driver.ask(0, "again", again.clone()).await;
    assert_eq!(reply["success"], true, "{reply}");
    let sent = world.upstream.statements();
    assert_eq!(sent.last().expect("sent").json()["bindings"], bind);
    assert_eq!(put(&world, &address(&reply), FILE).await.0, 200);
    assert_eq!(*stored.lock(), FILE.as_bytes());
    assert_eq!(uploaded(&world)[0].file.get(), "file0.txt.gz");
    let stranger = world.login_as("stranger").await;
    let reply = stranger.ask(0, "again", again).await;
    assert_eq!(reply["success"], false, "the binds are another session's");
}

#[tokio::test]
async fn an_address_ends_with_its_connection() {
    let (mut world, stored) = world(FILES).await;
    let address = given(&world, PUT).await.1;
    world.connection = "other";
    let rules = format!("{OPEN}{FILES}");
    for gateway in [0, 1] {
        world.reload(gateway, &rules, "").expect("good");
        let (status, _) = world.send_to(gateway, "PUT", &address, &[], FILE).await;
        assert_eq!(status, 403, "gateway {gateway}");
    }
    assert!(stored.lock().is_empty() && uploaded(&world).is_empty());
}

/// An upload of [`FILE`] that has only begun.
async fn begun(world: &World, address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(world.gateways[0])
        .await
        .expect("connects");
    let head = format!(
        "PUT {address} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        FILE.len()
    );
    stream.write_all(head.as_bytes()).await.expect("writes");
    stream
        .write_all(&FILE.as_bytes()[..4])
        .await
        .expect("writes");
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    stream
}

/// The answer to it, once it is there in full.
async fn completed(mut stream: TcpStream) -> String {
    let rest = &FILE.as_bytes()[4..];
    stream.write_all(rest).await.expect("writes");
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer).await;
    read.expect("an answer");
    answer
}

#[tokio::test]
async fn a_file_goes_by_what_holds_when_it_is_there() {
    let (world, stored) = world(FILES).await;
    let (driver, address) = given(&world, PUT).await;
    let stream = begun(&world, &address).await;
    driver.call(0, "POST", "/session?delete=true", "").await;
    let answer = completed(stream).await;
    assert!(answer.contains("the session has ended"), "{answer}");

    let (_, address) = given(&world, PUT).await;
    let stream = begun(&world, &address).await;
    let refuse = format!("{OPEN}{FILES}{AND_SETTINGS}[stages]\nrefuse = [\"EMAIL\"]\n");
    world.reload(0, &refuse, "").expect("good");
    let answer = completed(stream).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(answer.contains("holds EMAIL (1)"), "{answer}");
    assert!(stored.lock().is_empty() && uploaded(&world).is_empty());
}
