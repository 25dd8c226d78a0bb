//! Telling people where they are: one signed message a change, by whichever gateway made it, that gives nobody leave to answer.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use event::payload::ScopeKind;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::holds::approver;
use super::scopes::{breaker, granted, held, insert, rules, wish};
use super::upstream::{Said, Seen, Upstream};
use super::world::World;

const SECRET: &str = "a secret of more than twenty-four bytes";

async fn told(receiver: &Upstream, format: &str, count: usize) -> World {
    let mut world = World::with(&rules(), "", 0).await;
    let file = world.secrets().join("webhook");
    std::fs::write(&file, SECRET).expect("writes");
    let config = format!(
        "url = \"http://{}/hook\"\nformat = \"{format}\"\nsecret = {{ file = \"{}\" }}",
        receiver.address,
        file.display()
    );
    world.webhooks = vec![toml::from_str(&config).expect("a webhook")];
    for _ in 0..count {
        world.add_gateway().await;
    }
    world
}

/// Waits until so many messages came, and a little longer for one too many.
async fn messages(receiver: &Upstream, count: usize) -> Vec<Seen> {
    for _ in 0..100 {
        if receiver.seen("/hook").len() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    receiver.seen("/hook")
}

fn occasions(seen: &[Seen]) -> Vec<String> {
    let word = |one: &Seen| one.json()["occasion"].as_str().expect("a word").to_owned();
    seen.iter().map(word).collect()
}

fn header(seen: &Seen, name: &str) -> String {
    let begins = format!("\"{name}\": \"");
    let (_, rest) = seen.headers.split_once(&begins).expect("the header");
    rest.split('"').next().expect("a value").to_owned()
}

/// HMAC-SHA256 by RFC 2104, of nothing but the hash.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0u8; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |byte: u8| block.map(|one| one ^ byte);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message);
    let outer = Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner.finalize());
    outer.finalize().to_vec()
}

#[tokio::test]
async fn each_change_is_told_once_and_signed_whoever_made_it() {
    let receiver = Upstream::start().await;
    let world = told(&receiver, "json", 2).await;
    let driver = world.login().await;
    let body = json!({"sqlText": "insert into t values (7, 'ana.smith@example.com')"});
    let statement = held(&driver, 0, "a", body).await.expect("held");
    messages(&receiver, 1).await;
    world.approvals[1]
        .grant(statement, approver(), "go on".to_owned())
        .await
        .expect("granted");
    let path = format!("/queries/{statement}/result");
    super::holds::poll_until_done(&driver, 0, &path).await;
    let seen = messages(&receiver, 3).await;
    assert_eq!(occasions(&seen), ["held", "granted", "ran"]);
    let mut ids = BTreeMap::new();
    for one in &seen {
        let (id, timestamp) = (header(one, "webhook-id"), header(one, "webhook-timestamp"));
        let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", &one.body].concat();
        let want = format!("v1,{}", STANDARD.encode(hmac(SECRET.as_bytes(), &signed)));
        assert_eq!(header(one, "webhook-signature"), want);
        assert_eq!(
            one.json()["id"],
            id,
            "the body has the id that receivers go by"
        );
        assert!(ids.insert(id, ()).is_none());
        let text = String::from_utf8_lossy(&one.body).into_owned();
        assert!(
            !text.contains("ana.smith"),
            "masked as the record is: {text}"
        );
    }
    let held = seen[0].json();
    assert_eq!(held["statement_id"], statement.to_string());
    assert!(held["untrusted"]["statement"].as_str().is_some(), "{held}");
    assert_eq!(
        seen[1].json()["answers"][0],
        json!({"by": "Olga", "note": "go on"})
    );
}

#[tokio::test]
async fn what_an_earlier_yes_covers_troubles_nobody_and_an_emergency_says_so() {
    let receiver = Upstream::start().await;
    let world = told(&receiver, "json", 1).await;
    let driver = world.login().await;
    let glass = wish(ScopeKind::BreakGlass);
    granted(&driver, "a", insert("x"), breaker("gil"), glass).await;
    let first = messages(&receiver, 2).await;
    assert_eq!(occasions(&first).last().map(String::as_str), Some("ran"));
    assert!(occasions(&first).contains(&"break_glass".to_owned()));
    assert_eq!(held(&driver, 0, "b", insert("y")).await, None);
    let all = messages(&receiver, first.len() + 1).await;
    let later = &occasions(&all)[first.len()..];
    assert_eq!(later, ["ran"], "it was not asked about");
}

#[tokio::test]
async fn a_receiver_that_is_away_is_told_later_and_keeps_nobody_waiting() {
    let receiver = Upstream::start().await;
    let world = told(&receiver, "json", 1).await;
    let tries = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = tries.clone();
    receiver.script(move |seen| {
        let first = counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
        (seen.path == "/hook" && first).then(|| Said::Raw(503, "busy".into()))
    });
    let driver = world.login().await;
    let statement = held(&driver, 0, "a", insert("x")).await.expect("held");
    let seen = messages(&receiver, 2).await;
    assert_eq!(seen.len(), 2, "the same again");
    assert_eq!(
        header(&seen[0], "webhook-id"),
        header(&seen[1], "webhook-id")
    );
    world.approvals[0]
        .deny(statement, approver(), "no".to_owned())
        .await
        .expect("denied");
    let seen = messages(&receiver, 3).await;
    assert_eq!(occasions(&seen[1..]), ["held", "denied"]);
}

/// The message and its signature, sent back to every door there is, answer nothing.
#[tokio::test]
async fn a_message_that_is_played_back_answers_nothing() {
    let receiver = Upstream::start().await;
    let world = told(&receiver, "json", 1).await;
    let driver = world.login().await;
    let statement = held(&driver, 0, "a", insert("x")).await.expect("held");
    let seen = messages(&receiver, 1).await;
    let [one] = &seen[..] else {
        panic!("one message");
    };
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let values = names.map(|name| header(one, name));
    let headers: Vec<(&str, &str)> = names
        .into_iter()
        .zip(values.iter().map(String::as_str))
        .collect();
    for path in [
        format!("/api/approvals/{statement}/grant"),
        format!("/queries/{statement}/result"),
        "/hook".to_owned(),
    ] {
        let (_, answer) = world.send("POST", &path, &headers, one.body.clone()).await;
        let answer: Value = serde_json::from_slice(&answer).unwrap_or(Value::Null);
        assert_ne!(answer["success"], true, "{path}: {answer}");
    }
    assert_eq!(world.approvals[0].pending().len(), 1, "it waits as before");
    assert!(world.upstream.statements().is_empty());
}
