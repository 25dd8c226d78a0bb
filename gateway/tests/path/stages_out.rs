//! Files from stages, and storage as Snowflake's clouds have it.

use bytes::Bytes;
use event::payload::{FileContent, StageDownloaded};
use event::{Digest, Kind, Payload};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::sql_api::Client;
use super::stages::{SECRETS, address, answer, put, uploaded};
use super::upstream::Said;
use super::world::{AND_SETTINGS, OPEN, World};

const FILES: &str = "@id(\"files\") permit (principal, action in [Action::\"upload\", Action::\"download\"], resource);\n";
const GET: &str = "GET @land/people.csv file:///tmp/out/";
const FILE: &str = "id,email\n1,ann@example.com\n2,\n";

fn downloaded(world: &World) -> Vec<StageDownloaded> {
    let events = world.recorded(Kind::StageDownloaded).into_iter();
    let one = |event: event::Event| match event.payload {
        Payload::StageDownloaded(downloaded) => Some(downloaded),
        _ => None,
    };
    events.filter_map(one).collect()
}

/// A world whose stage has `file`.
async fn world(settings: &str, file: impl Into<Bytes>) -> World {
    let rules = format!("{OPEN}{FILES}{AND_SETTINGS}{settings}");
    let world = World::with(&rules, "", 1).await;
    let (address, file) = (world.upstream.address, file.into());
    world.upstream.script(move |seen| {
        if seen.path.contains("bucket-of-upstream") {
            return Some(Said::Raw(200, file.clone()));
        }
        let sql = seen.sql();
        let url = format!("http://{address}/bucket-of-upstream/people.csv?X-Goog-Signature=upstream");
        let info = json!({"locationType": "GCS", "location": "bucket-of-upstream/", "region": "us-west-2", "creds": {},
            "presignedUrl": url});
        sql.starts_with("GET ").then(|| Said::Json(answer(&sql, info, Value::Null)))
    });
    world
}

async fn get(world: &World) -> (u16, Bytes, String) {
    let driver = world.login().await;
    let reply = driver.query(GET).await;
    assert_eq!(reply["success"], true, "{reply}");
    let text = reply.to_string();
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(reply["data"]["encryptionMaterial"], json!([]));
    assert_eq!(
        reply["data"]["presignedUrls"][0],
        reply["data"]["stageInfo"]["presignedUrl"]
    );
    let address = address(&reply);
    let (status, file) = world.send("GET", &address, &[], "").await;
    (status, file, address)
}

#[tokio::test]
async fn a_file_comes_masked_and_recorded_once() {
    let world = world("", FILE).await;
    let (status, file, address) = get(&world).await;
    assert_eq!(status, 200);
    let text = String::from_utf8(file.to_vec()).expect("text");
    assert!(
        text.starts_with("id,email\n1,") && !text.contains("ann@"),
        "{text}"
    );
    let [downloaded] = &downloaded(&world)[..] else {
        panic!("one file");
    };
    assert_eq!(downloaded.digest, Digest::of(FILE.as_bytes()));
    assert_eq!(downloaded.delivered_digest, Digest::of(&file));
    assert_eq!(
        (downloaded.masked_cells, downloaded.content),
        (1, FileContent::Text)
    );
    assert_eq!(world.send("GET", &address, &[], "").await.0, 403, "once");
}

#[tokio::test]
async fn the_policy_says_what_becomes_of_what_is_found_or_cannot_be_read() {
    let plain = "id\n1\n";
    for (settings, file, status, same) in [
        ("", plain, 200, true),
        ("", "\0\u{1}binary", 403, false),
        (
            "[stages]\nunread_download = \"pass\"",
            "\0\u{1}binary",
            200,
            true,
        ),
        ("[stages]\ndownload = \"refuse\"", FILE, 403, false),
        ("[stages]\ndownload = \"refuse\"", plain, 200, true),
        ("[stages]\ndownload = \"pass\"", FILE, 200, true),
    ] {
        let world = world(settings, file).await;
        let (got, body, _) = get(&world).await;
        assert_eq!(got, status, "{settings} {file:?}");
        assert_eq!(body == file.as_bytes(), same, "{settings} {file:?}");
        assert!(same || !String::from_utf8_lossy(&body).contains("ann@"));
        assert_eq!(downloaded(&world).len(), usize::from(status == 200));
        let refused = world.recorded(Kind::StageRefused).len();
        assert_eq!(refused, usize::from(status == 403), "{settings} {file:?}");
    }
}

/// What S3 has under one key: the file and what is beside it.
type Object = Arc<Mutex<(Bytes, Vec<(&'static str, &'static str)>)>>;

/// The value of a header in the text of all of them.
fn header(headers: &str, name: &str) -> &'static str {
    let value = headers.split(&format!("\"{name}\": \"")).nth(1);
    let value = value.unwrap_or_else(|| panic!("no {name}: {headers}"));
    let value = value.replace("\\\"", "\u{1}");
    let value = value.split('"').next().unwrap_or_default();
    Box::leak(value.replace('\u{1}', "\"").into_boxed_str())
}

#[tokio::test]
async fn an_internal_stage_on_s3_has_it_encrypted_and_gives_it_back() {
    let world = World::with(&format!("{OPEN}{FILES}"), "", 1).await;
    let (at, object) = (world.upstream.address, Object::default());
    let kept = Arc::clone(&object);
    world.upstream.script(move |seen| {
        if seen.path == "/bucket-of-upstream/stages/abc/people.csv" {
            let mut object = kept.lock();
            if seen.headers.contains("x-amz-meta-x-amz-key") {
                let meta = ["x-amz-meta-x-amz-key", "x-amz-meta-x-amz-iv", "x-amz-meta-x-amz-matdesc"];
                let beside = meta.iter().map(|name| (*name, header(&seen.headers, name)));
                *object = (seen.body.clone(), beside.collect());
            }
            let mut headers = vec![("etag", "\"x\""), ("last-modified", "Mon, 30 Nov 2026 09:00:00 GMT")];
            headers.extend(object.1.iter().copied());
            return Some(Said::Headed(headers, object.0.clone()));
        }
        let sql = seen.sql();
        let moves = ["PUT ", "GET "].iter().any(|verb| sql.starts_with(verb));
        let info = json!({"locationType": "S3", "location": "bucket-of-upstream/stages/abc/", "region": "us-west-2",
            "isClientSideEncrypted": true, "endPoint": format!("http://{at}"),
            "creds": {"AWS_KEY_ID": "STORAGE-KEY", "AWS_SECRET_KEY": "STORAGE-SECRET", "AWS_TOKEN": "STORAGE-TOKEN"}});
        let material = json!({"queryStageMasterKey": "TUFTVEVSLUtFWS0xMjM0NQ==", "queryId": "01b2", "smkId": 92019});
        moves.then(|| Said::Json(answer(&sql, info, material)))
    });
    let driver = world.login().await;
    let reply = driver.query("PUT file:///tmp/people.csv @land").await;
    let text = reply.to_string();
    assert!(
        SECRETS.iter().all(|secret| !text.contains(secret)),
        "{text}"
    );
    let (status, said) = put(&world, &address(&reply), FILE).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(uploaded(&world).len(), 1);
    {
        let object = object.lock();
        assert_ne!(object.0, FILE.as_bytes(), "it is encrypted there");
        assert_eq!(object.0.len() % 16, 0);
        assert!(
            object
                .1
                .iter()
                .any(|(_, value)| value.contains("\"smkId\":\"92019\""))
        );
    }
    let (status, file, _) = get(&world).await;
    assert_eq!(status, 200);
    assert_eq!(downloaded(&world)[0].digest, Digest::of(FILE.as_bytes()));
    assert!(String::from_utf8_lossy(&file).starts_with("id,email\n1,"));
}

#[tokio::test]
async fn what_cannot_be_carried_says_so() {
    let world = world("", FILE).await;
    let reply = async |agent: &str, body: Value| {
        let driver = world.login().await;
        let token = format!("Snowflake Token=\"{}\"", driver.token);
        let headers = [("authorization", token.as_str()), ("user-agent", agent)];
        let target = format!(
            "/queries/v1/query-request?requestId={}",
            uuid::Uuid::new_v4()
        );
        let (_, said) = world
            .send("POST", &target, &headers, body.to_string())
            .await;
        let said: Value = serde_json::from_slice(&said).expect("json");
        said["message"].as_str().unwrap_or_default().to_owned()
    };
    let jdbc = reply("JDBC/4.4.1 (Linux)", json!({"sqlText": GET})).await;
    assert!(jdbc.contains("this driver cannot fetch files"), "{jdbc}");
    let later = json!({"sqlText": GET, "asyncExec": true});
    let later = reply("PythonConnector/4.8.1", later).await;
    assert!(later.contains("send it synchronously"), "{later}");
    let client = Client {
        world: &world,
        token: "agent",
    };
    let (status, told) = client
        .submit(
            "",
            json!({"statement": GET, "database": "DB1", "schema": "S1"}),
        )
        .await;
    assert_eq!(status, 422, "{told}");
    let message = told["message"].as_str().expect("text");
    assert!(message.contains("this door carries no files"), "{message}");
    assert_eq!(world.recorded(Kind::StageRefused).len(), 3);
    assert!(world.upstream.statements().is_empty());
}

/// Asks for the file at `address`, and reads no more of the answer than its status.
async fn stalled(world: &World, address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(world.gateways[0])
        .await
        .expect("connects");
    let head = format!("GET {address} HTTP/1.1\r\nhost: gateway\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("writes");
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 200");
    stream
}

#[tokio::test]
async fn a_client_that_does_not_read_keeps_its_turn() {
    const FILE_BYTES: usize = 32 << 20;
    let pass = "[stages]\nunread_download = \"pass\"";
    let world = world(pass, vec![0; FILE_BYTES]).await;
    let driver = world.login().await;
    let mut addresses = Vec::new();
    for _ in 0..3 {
        addresses.push(address(&driver.query(GET).await));
    }
    let mut reading = Vec::new();
    for address in &addresses[..2] {
        reading.push(stalled(&world, address).await);
    }
    let mut third = std::pin::pin!(world.send("GET", &addresses[2], &[], ""));
    let early = tokio::time::timeout(Duration::from_millis(500), &mut third).await;
    assert!(early.is_err(), "two files of the session are in memory yet");
    // One of them goes away, and its file with it.
    reading.pop();
    let third = tokio::time::timeout(Duration::from_secs(20), third).await;
    let (status, file) = third.expect("its turn");
    assert_eq!((status, file.len()), (200, FILE_BYTES));
}
