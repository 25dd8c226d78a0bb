//! Chunks from cloud storage through the mask.

use std::sync::Arc;
use std::time::Duration;

use access::MaskPlan;
use arrow::array::{AsArray as _, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use bytes::Bytes;
use event::{Payload, TimeNs};
use futures::{FutureExt as _, StreamExt as _};
use http::StatusCode;
use journal::memory::Fault;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;

use super::world::{World, batches, gzip, ipc};
use crate::control::sample::SECOND;
use crate::delivery::{ChunkRefused, ChunkSourceError};

const CARD: &str = "4111111111111111";
const URL: &str = "https://bucket.s3.example/chunk?X-Amz-Signature=hunter2";

/// A result of one inline row and one chunk of `rows` rows at [`URL`]; the chunk's address as the client gets it.
async fn chunked(world: &World, format: &str, rows: u64) -> String {
    let body = json!({"success": true, "data": {
        "rowtype": [{"name": "C", "type": "text", "nullable": true}], "rowset": [], "rowsetBase64": "",
        "total": rows, "queryId": "01b2", "queryResultFormat": format, "qrmk": "storage-key", "chunkHeaders": null,
        "chunks": [{"url": URL, "rowCount": rows, "uncompressedSize": 100, "compressedSize": 50, "hint": URL}]}});
    let answer = world
        .respond(MaskPlan::detect_only(), &body.to_string())
        .await;
    let text = String::from_utf8(answer.body.to_vec()).expect("is UTF-8");
    assert!(
        !text.contains("hunter2") && !text.contains("storage-key") && !text.contains("s3.example")
    );
    let shown: Value = serde_json::from_str(&text).expect("is JSON");
    assert_eq!(shown["data"]["chunkHeaders"], json!({}));
    let chunk = &shown["data"]["chunks"][0];
    assert_eq!(
        (&chunk["rowCount"], &chunk["compressedSize"]),
        (&json!(rows), &json!(50))
    );
    chunk["url"].as_str().expect("an address").to_owned()
}

fn arrow_rows(cells: &[&str]) -> Vec<u8> {
    let schema = Schema::new(vec![Field::new("C", DataType::Utf8, true)]);
    let column = StringArray::from(cells.to_vec());
    let batch = RecordBatch::try_new(Arc::new(schema), vec![Arc::new(column)]).expect("a batch");
    ipc(&[batch.slice(0, 1), batch.slice(1, batch.num_rows() - 1)])
}

fn pieces(bytes: &[u8], size: usize) -> Vec<Bytes> {
    bytes.chunks(size).map(Bytes::copy_from_slice).collect()
}

#[tokio::test]
async fn a_json_chunk_is_masked_recorded_and_gzipped_however_it_comes() {
    let rows = format!(r#"["{CARD}"],["b"] , ["c\"]"]"#);
    for stored in [gzip(rows.as_bytes()), Bytes::from(rows.clone())] {
        for size in [1, 7, 10_000] {
            let world = World::new().await;
            let address = chunked(&world, "json", 3).await;
            assert!(address.starts_with("https://firn.example/firn/chunk/"));
            world.store(URL, pieces(&stored, size));
            let (status, body) = world.chunk(&address).await;
            assert_eq!(status, StatusCode::OK);
            let body = String::from_utf8(body.expect("whole")).expect("is UTF-8");
            let got: Value = serde_json::from_str(&format!("[{body}]")).expect("rows");
            assert_eq!((&got[1][0], &got[2][0]), (&json!("b"), &json!("c\"]")));
            assert!(got[0][0].is_string() && !body.contains(CARD));
            let payloads = world.payloads();
            let chunk: Vec<_> = payloads.iter().skip(2).collect();
            assert!(
                matches!(chunk[..], [Payload::ResponsePage(page), Payload::ResponseFinished(finished)]
                if page.chunk == 1 && page.rows == 3 && finished.chunk == 1 && finished.rows == 3 && finished.bytes == body.len() as u64)
            );
            assert!(!world.journaled().contains(CARD));
            let asked = world.storage.asked.lock().clone();
            assert_eq!(asked[0].0, URL);
            assert!(
                asked[0]
                    .1
                    .iter()
                    .any(|(name, value)| name.ends_with("customer-key") && value == "storage-key")
            );
        }
    }
}

#[tokio::test]
async fn an_arrow_chunk_is_masked_and_recorded_batch_by_batch() {
    let stream = arrow_rows(&[CARD, "b", "c"]);
    for stored in [gzip(&stream), Bytes::from(stream.clone())] {
        for size in [1, 100, 100_000] {
            let world = World::new().await;
            let address = chunked(&world, "arrow", 3).await;
            world.store(URL, pieces(&stored, size));
            let (status, body) = world.chunk(&address).await;
            assert_eq!(status, StatusCode::OK);
            let got = batches(&body.expect("whole"));
            let cells: Vec<&str> = got
                .iter()
                .flat_map(|batch| batch.column(0).as_string::<i32>().iter().flatten())
                .collect();
            assert_eq!(cells[1..], ["b", "c"]);
            assert_ne!(cells[0], CARD);
            assert!(!world.journaled().contains(CARD));
            let pages = world
                .payloads()
                .iter()
                .filter(|payload| matches!(payload, Payload::ResponsePage(_)))
                .count();
            assert_eq!(pages, 2);
        }
    }
}

#[tokio::test]
async fn storage_failures_become_what_drivers_act_on() {
    for (status, want) in [
        (403, 403),
        (404, 403),
        (400, 403),
        (503, 503),
        (500, 503),
        (429, 503),
        (302, 503),
    ] {
        let world = World::new().await;
        let address = chunked(&world, "json", 1).await;
        world.store(URL, vec![]);
        if let Some(stored) = world.storage.stored.lock().get_mut(URL) {
            stored.refused = Some(if want == 403 {
                ChunkSourceError::ForGood(status)
            } else {
                ChunkSourceError::NotNow(status)
            });
        }
        let (got, body) = world.chunk(&address).await;
        assert_eq!((got.as_u16(), body), (want, Some(Vec::new())), "{status}");
        assert!(matches!(
            world.payloads().last(),
            Some(Payload::StatementFailed(_))
        ));
    }
    let world = World::new().await;
    let address = chunked(&world, "json", 1).await;
    assert_eq!(
        world.chunk(&address).await.0,
        StatusCode::SERVICE_UNAVAILABLE
    );
}

#[tokio::test]
async fn garbage_is_refused_and_leaks_nothing() {
    let arrow = arrow_rows(&[CARD, "b", "c"]);
    let json = format!(r#"["{CARD}"],["b"],["c"]"#).into_bytes();
    let zipped = gzip(&json);
    let cases: Vec<(&str, &str, Vec<u8>)> = vec![
        (
            "rows missing",
            "json",
            format!(r#"["{CARD}"],["b"]"#).into_bytes(),
        ),
        (
            "rows too many",
            "json",
            format!(r#"["{CARD}"],["b"],["c"],["d"]"#).into_bytes(),
        ),
        ("cut json", "json", json[..json.len() - 3].to_vec()),
        ("cut gzip", "json", zipped[..zipped.len() - 6].to_vec()),
        ("html", "json", b"<html>".to_vec()),
        (
            "wide rows",
            "json",
            format!(r#"["a","{CARD}"],["b"],["c"]"#).into_bytes(),
        ),
        ("cut arrow", "arrow", arrow[..arrow.len() - 40].to_vec()),
        (
            "arrow without its end",
            "arrow",
            arrow[..arrow.len() / 2].to_vec(),
        ),
        ("json for arrow", "arrow", json),
        ("nothing", "arrow", Vec::new()),
    ];
    for (name, format, stored) in cases {
        let world = World::new().await;
        let address = chunked(&world, format, 3).await;
        world.store(URL, vec![stored.into()]);
        let (status, body) = world.chunk(&address).await;
        assert!(
            status == StatusCode::SERVICE_UNAVAILABLE || body.is_none(),
            "{name}: {status}"
        );
        assert!(
            matches!(world.payloads().last(), Some(Payload::StatementFailed(_))),
            "{name}"
        );
        assert!(!world.journaled().contains(CARD), "{name}");
        let finished = world.payloads().iter().filter(|payload| matches!(payload, Payload::ResponseFinished(finished) if finished.chunk == 1)).count();
        assert_eq!(finished, 0, "{name}");
    }
}

#[tokio::test]
async fn a_transfer_that_breaks_off_breaks_the_clients() {
    let world = World::new().await;
    let address = chunked(&world, "json", 2).await;
    world.store(URL, vec![Bytes::from(r#"["a"],"#)]);
    if let Some(stored) = world.storage.stored.lock().get_mut(URL) {
        stored.breaks = true;
    }
    let (status, body) = world.chunk(&address).await;
    assert!(status == StatusCode::SERVICE_UNAVAILABLE || body.is_none());
}

/// Its turn is given on when it goes away, so what it asked for must end, too: storage that stands still kept each of them for ever.
#[tokio::test]
async fn nothing_is_fetched_for_whoever_went_away() {
    let world = World::new().await;
    let address = chunked(&world, "json", 2).await;
    world.store(URL, vec![Bytes::from(r#"["a"],"#)]);
    if let Some(stored) = world.storage.stored.lock().get_mut(URL) {
        stored.stalls = true;
    }
    let sealed = address.rsplit('/').next().expect("a segment");
    let ticket = world.delivery.open_chunk(sealed).expect("opens");
    let (tasks, never) = (TaskTracker::new(), Box::pin(std::future::pending()));
    let arrived = TimeNs(1000 * SECOND);
    let mut rows = world.delivery.chunk(ticket, arrived, never, &tasks);
    let first = tokio::time::timeout(Duration::from_millis(200), rows.next()).await;
    assert!(first.is_err(), "less than a piece came");
    drop(rows);
    tasks.close();
    let ended = tokio::time::timeout(Duration::from_secs(5), tasks.wait()).await;
    assert!(ended.is_ok(), "it goes on for nobody");
}

#[tokio::test]
async fn no_page_leaves_before_it_is_durable() {
    for fault in [Fault::Refuse, Fault::Silent, Fault::Unanswered] {
        let world = World::new().await;
        let address = chunked(&world, "json", 1).await;
        world.store(URL, vec![Bytes::from(r#"["zebra"]"#)]);
        world.journal.set_fault(fault);
        let (status, body) = world.chunk(&address).await;
        assert_eq!(
            (status, body),
            (StatusCode::SERVICE_UNAVAILABLE, Some(Vec::new())),
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn a_forged_or_expired_address_is_refused() {
    let world = World::new().await;
    let address = chunked(&world, "json", 1).await;
    let sealed = address.rsplit('/').next().expect("a segment");
    let mut forged = sealed.to_owned();
    forged.replace_range(20..21, if &sealed[20..21] == "A" { "B" } else { "A" });
    assert!(matches!(
        world.delivery.open_chunk(&forged),
        Err(ChunkRefused::Open(_))
    ));
    assert!(world.delivery.open_chunk("").is_err());
    world.clock.set(TimeNs(4600 * SECOND));
    assert!(matches!(
        world.delivery.open_chunk(sealed),
        Err(ChunkRefused::Expired)
    ));
}

#[tokio::test]
async fn a_thousand_columns_still_fit_an_address() {
    let world = World::new().await;
    let columns: Vec<Value> = (0..1000)
        .map(|number| {
            json!({"name": format!("MEASUREMENT_{number}"), "type": "text", "nullable": true, "length": 16_777_216,
                   "database": "WAREHOUSE", "schema": "PUBLIC", "table": "WIDE"})
        })
        .collect();
    let url = format!("{URL}&X-Amz-Security-Token={}", "Zm9v".repeat(300));
    let body = json!({"success": true, "data": {"rowtype": columns, "rowset": [], "queryId": "01b2",
        "queryResultFormat": "json", "chunks": [{"url": url, "rowCount": 1}], "chunkHeaders": {"a": "b"}}});
    let answer = world
        .respond(MaskPlan::detect_only(), &body.to_string())
        .await;
    let shown: Value = serde_json::from_slice(&answer.body).expect("is JSON");
    let address = shown["data"]["chunks"][0]["url"]
        .as_str()
        .expect("an address");
    assert!(address.len() < crate::limits::TARGET_BYTES_MAX);
    let row: Vec<String> = vec!["x".to_owned(); 1000];
    world.store(&url, vec![serde_json::to_vec(&row).expect("JSON").into()]);
    assert_eq!(world.chunk(address).await.0, StatusCode::OK);
    assert_eq!(
        world.storage.asked.lock()[0].1,
        [("a".to_owned(), "b".to_owned())]
    );
}

#[tokio::test]
async fn a_hundred_thousand_rows_stream_in_bounded_pages() {
    let world = World::new().await;
    let rows: Vec<String> = (0..100_000)
        .map(|number| format!("[\"row {number:06} {}\"]", "x".repeat(40)))
        .collect();
    let text = rows.join(",");
    let address = chunked(&world, "json", 100_000).await;
    world.store(URL, pieces(&gzip(text.as_bytes()), 16 * 1024));
    let (_, body) = world.chunk(&address).await;
    assert_eq!(body.expect("whole"), text.into_bytes());
    let pages: Vec<_> = world
        .payloads()
        .into_iter()
        .filter_map(|payload| match payload {
            Payload::ResponsePage(page) => Some(page),
            _ => None,
        })
        .collect();
    assert!(pages.len() > 5 && pages.iter().all(|page| page.rows <= 16 * 1024));
    assert_eq!(pages.iter().map(|page| page.rows).sum::<u64>(), 100_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever upstream sends for a chunk: no panic, and no card number in the answer or in the record.
    #[test]
    fn damaged_arrow_never_passes_raw(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut stream = arrow_rows(&[CARD, "b", "c"]);
            let place = place.index(stream.len());
            stream[place] = byte;
            let world = World::new().await;
            let address = chunked(&world, "arrow", 3).await;
            world.store(URL, vec![stream.into()]);
            let (_, body) = world.chunk(&address).boxed().await;
            let body = body.unwrap_or_default();
            prop_assert!(!String::from_utf8_lossy(&body).contains(CARD));
            prop_assert!(!world.journaled().contains(CARD));
            Ok(())
        })?;
    }
}
