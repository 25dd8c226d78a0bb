//! Words by which readers pass over rows hide none: bounds in a table's log, Bloom filters in a file.

use object_store::ObjectStoreExt;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use serde_json::{Value, json};

use super::super::*;
use super::verdicts;
use super::world::World;
use crate::{TableKind, tamper};

/// What is found by somebody who opens the archive now.
async fn found(world: &World) -> Report {
    let url = url::Url::parse("memory:///archive/").unwrap();
    let archive = Archive::on_store(Arc::clone(&world.store), url).await;
    verify(&archive.unwrap(), None).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_whose_bounds_hide_rows_is_found() {
    for kind in [
        TableKind::Events,
        TableKind::Pages,
        TableKind::Statements,
        TableKind::Sessions,
    ] {
        let world = World::sealed().await;
        assert_eq!(verdicts(&found(&world).await), (true, true));
        tamper::edit_log(&world.store, kind, |action| {
            let Some(said) = action["add"]["stats"].as_str() else {
                return;
            };
            let mut stats: Value = serde_json::from_str(said).unwrap();
            if stats["maxValues"]["session_id"].is_string() {
                // No session is below: whoever asks for one reads no such file.
                stats["maxValues"]["session_id"] = json!("0");
                action["add"]["stats"] = json!(stats.to_string());
            }
        })
        .await;
        let report = found(&world).await;
        assert!(!report.integrity, "{}: {report}", kind.name());
        if !kind.is_sealed() {
            let what = "what the table log says of the bounds of column session_id hides rows";
            assert!(report.findings[0].what.contains(what), "{report}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_lacks_a_session_is_found() {
    let world = World::sealed().await;
    let listed = world.listed(TableKind::Events).await.swap_remove(0);
    let place = tamper::object(TableKind::Events, &listed.path);
    let bytes = world.store.get(&place).await.unwrap();
    let bytes = bytes.bytes().await.unwrap();
    let footer = ArrowReaderMetadata::load(&bytes, Default::default()).unwrap();
    let mut columns = footer.metadata().row_group(0).columns().iter();
    let column = columns.find(|column| column.column_path().string() == "session_id");
    let column = column.unwrap();
    let begin = usize::try_from(column.bloom_filter_offset().unwrap()).unwrap();
    let length = usize::try_from(column.bloom_filter_length().unwrap()).unwrap();
    let mut altered = bytes.to_vec();
    // Blocks of 32 bytes, after a header that is shorter than one.
    altered[begin + length % 32..begin + length].fill(0);
    world.store.put(&place, altered.into()).await.unwrap();
    let report = found(&world).await;
    assert_eq!(verdicts(&report), (false, true), "{report}");
    let what = "the Bloom filter of column session_id hides rows";
    assert!(report.findings[0].what.contains(what), "{report}");
    assert!(
        report.findings[0].what.contains(&listed.path),
        "it is named"
    );
    world.store.put(&place, bytes.into()).await.unwrap();
    assert_eq!(verdicts(&found(&world).await), (true, true));
}
