//! How much of a result the record keeps: all, its first rows, or digests only; the client always gets all of it.

use std::sync::Arc;

use access::MaskPlan;
use arrow::array::{AsArray as _, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use event::Payload;
use event::payload::{Kept, ResponsePage};
use serde_json::{Value, json};

use super::world::{World, batches, ipc, terms};

const WORDS: [&str; 8] = ["ant", "bee", "cow", "dog", "elk", "fox", "gnu", "hen"];
const URLS: [&str; 2] = ["https://s3.example/1", "https://s3.example/2"];

fn stream(words: &[&str]) -> Vec<u8> {
    let schema = Schema::new(vec![Field::new("C", DataType::Utf8, true)]);
    let column = StringArray::from(words.to_vec());
    ipc(&[RecordBatch::try_new(Arc::new(schema), vec![Arc::new(column)]).expect("a batch")])
}

fn json_rows(words: &[&str]) -> String {
    let rows: Vec<String> = words.iter().map(|word| format!("[\"{word}\"]")).collect();
    rows.join(",")
}

/// Three rows inline, three in the first chunk, two in the second, delivered under `kept_rows`; what the client got of them.
async fn delivered(world: &World, format: &str, kept_rows: Option<u64>) -> Vec<String> {
    let arrow = format == "arrow";
    let rowset = if arrow {
        "[]".to_owned()
    } else {
        format!("[{}]", json_rows(&WORDS[..3]))
    };
    let mut body = json!({"success": true, "data": {
        "rowtype": [{"name": "C", "type": "text", "nullable": true}], "total": 8, "queryId": "01b2",
        "rowsetBase64": if arrow { STANDARD.encode(stream(&WORDS[..3])) } else { String::new() },
        "queryResultFormat": format, "chunkHeaders": {"a": "b"},
        "chunks": [{"url": URLS[0], "rowCount": 3}, {"url": URLS[1], "rowCount": 2}]}});
    body["data"]["rowset"] = serde_json::from_str(&rowset).expect("rows");
    let mut terms = terms(MaskPlan::detect_only());
    terms.kept_rows = kept_rows;
    let answer = world.respond_on(&terms, &body.to_string()).await;
    let shown: Value = serde_json::from_slice(&answer.body).expect("JSON");
    let data = &shown["data"];
    let mut got = if arrow {
        let text = data["rowsetBase64"].as_str().expect("text");
        cells_of_arrow(&STANDARD.decode(text).expect("base64"))
    } else {
        cells_of_json(&data["rowset"])
    };
    for (at, words) in [&WORDS[3..6], &WORDS[6..]].into_iter().enumerate() {
        let stored = if arrow {
            stream(words)
        } else {
            json_rows(words).into_bytes()
        };
        world.store(URLS[at], vec![Bytes::from(stored)]);
        let address = data["chunks"][at]["url"].as_str().expect("an address");
        let (_, body) = world.chunk(address).await;
        let body = body.expect("whole");
        got.extend(if arrow {
            cells_of_arrow(&body)
        } else {
            let text = format!("[{}]", String::from_utf8(body).expect("UTF-8"));
            cells_of_json(&serde_json::from_str(&text).expect("rows"))
        });
    }
    got
}

fn cells_of_json(rows: &Value) -> Vec<String> {
    let rows = rows.as_array().expect("rows").iter();
    rows.map(|row| row[0].as_str().expect("text").to_owned())
        .collect()
}

fn cells_of_arrow(stream: &[u8]) -> Vec<String> {
    let batches = batches(stream);
    let cells = batches
        .iter()
        .flat_map(|batch| batch.column(0).as_string::<i32>().iter().flatten());
    cells.map(str::to_owned).collect()
}

fn pages(world: &World) -> Vec<ResponsePage> {
    let pages = world
        .payloads()
        .into_iter()
        .filter_map(|payload| match payload {
            Payload::ResponsePage(page) => Some(page),
            _ => None,
        });
    pages.collect()
}

fn words_of(page: &ResponsePage) -> Vec<String> {
    if page.body.is_empty() {
        Vec::new()
    } else {
        cells_of_arrow(&page.body)
    }
}

#[tokio::test]
async fn the_record_keeps_as_many_rows_as_it_is_told_and_the_client_gets_all() {
    for format in ["json", "arrow"] {
        for (kept_rows, kept) in [
            (None, 8),
            (Some(100), 8),
            (Some(8), 8),
            (Some(7), 7),
            (Some(4), 4),
            (Some(3), 3),
            (Some(2), 2),
            (Some(0), 0),
        ] {
            let world = World::new().await;
            assert_eq!(
                delivered(&world, format, kept_rows).await,
                WORDS,
                "{format} {kept_rows:?}"
            );
            let pages = pages(&world);
            let recorded: Vec<String> = pages.iter().flat_map(words_of).collect();
            assert_eq!(recorded, WORDS[..kept], "{format} {kept_rows:?}");
            assert_eq!(pages.iter().map(|page| page.rows).sum::<u64>(), 8);
            for page in &pages {
                assert_eq!(
                    page.kept == Kept::Digest,
                    page.body.is_empty(),
                    "{format} {kept_rows:?}"
                );
            }
            for word in &WORDS[kept..] {
                assert!(
                    !world.journaled().contains(word),
                    "{format} {kept_rows:?} {word}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_page_has_its_digest_whether_its_rows_are_kept_or_not() {
    let (full, bare) = (World::new().await, World::new().await);
    delivered(&full, "json", None).await;
    delivered(&bare, "json", Some(0)).await;
    let digests = |world: &World| {
        pages(world)
            .iter()
            .map(|page| (page.chunk, page.page, page.digest))
            .collect::<Vec<_>>()
    };
    assert_eq!(digests(&full), digests(&bare));
}
