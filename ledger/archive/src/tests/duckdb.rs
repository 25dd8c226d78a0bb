//! Somebody else's reader as a witness: DuckDB counts the same rows in an archive of both formats, compacted or not.

use std::path::Path as FsPath;
use std::process::Command;

use object_store::local::LocalFileSystem;
use serde_json::{Value, json};

use super::compaction::{compact, listed};
use super::evolution::earlier;
use super::*;

/// None, and it says so, where DuckDB is not at hand.
pub(super) fn python() -> Option<std::path::PathBuf> {
    let installed = std::env::var_os("FIRN_DEV_DIR")
        .map(|dev| FsPath::new(&dev).join("duckdb/bin/python"))
        .filter(|python| python.is_file());
    if installed.is_none() {
        eprintln!("skipped: no DuckDB in $FIRN_DEV_DIR, see tests/provision.sh");
    }
    installed
}

pub(super) fn read(python: &FsPath, archive: &FsPath) -> Value {
    let script = FsPath::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/witness.py");
    let output = Command::new(python)
        .arg(script)
        .arg(archive)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Rows, distinct places, and the sum of offsets.
pub(super) fn told(offsets: impl Iterator<Item = u64>) -> Value {
    let offsets: Vec<u64> = offsets.collect();
    json!([offsets.len(), offsets.len(), offsets.iter().sum::<u64>()])
}

#[tokio::test(flavor = "multi_thread")]
async fn duckdb_counts_the_same_rows() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let store = LocalFileSystem::new_with_prefix(folder.path()).unwrap();
    let store: Arc<dyn ObjectStore> = Arc::new(store);
    let old = Release1::new(&store, earlier);
    old.create().await;
    let journal = journal(41, 160);
    let old_journal: Vec<_> = journal
        .iter()
        .filter(|(_, record)| match record {
            Journaled::Event(event) => event.kind() != super::evolution::NEW_KIND,
            Journaled::Junk(_) => true,
        })
        .cloned()
        .collect();
    let mut position = 0;
    for _ in 0..3 {
        position = old
            .commit(&batch(partition(0), &old_journal, position, 20))
            .await
            .unwrap();
    }
    // A folder lists its files in no order, so it is opened as a folder: `memory` promises one.
    let config = crate::ArchiveConfig {
        url: format!("file://{}", folder.path().join("archive").display()),
        options: std::collections::BTreeMap::new(),
        object_lock: None,
    };
    let archive = Archive::open(&config).await.unwrap();
    for _ in 0..4 {
        let batch = batch(partition(0), &journal, position, 25);
        position = archive.commit(&batch).await.unwrap().position;
    }
    let read_back = archived(&archive, partition(0)).await;
    let events = told(read_back.iter().map(|(position, _)| position.offset.0));
    let junk = told(
        quarantined_offsets(&archive)
            .await
            .into_iter()
            .map(|offset| offset as u64),
    );
    let new_field = read_back.iter().filter(|(_, event)| {
        matches!(&event.payload, event::Payload::SessionOpened(opened) if opened.upstream_session.is_some())
    });
    let new_field = new_field.count();
    let archive_folder = folder.path().join("archive");
    let seen = read(&python, &archive_folder);
    assert_eq!(seen["events"], json!({"delta": events, "parquet": events}));
    assert_eq!(seen["quarantine"], json!({"delta": junk, "parquet": junk}));
    assert_eq!(seen["pages"]["delta"], seen["pages"]["parquet"]);
    assert_eq!(seen["new_field"], json!(new_field));
    let kinds = seen["kinds"].as_object().unwrap();
    for (kind, rows) in kinds {
        let expected = read_back
            .iter()
            .filter(|(_, event)| event.kind().as_str() == kind)
            .count();
        assert_eq!(rows, &json!(expected), "{kind}");
    }
    // The pieces' objects stand beside the compaction; the log names one of them.
    let pieces = listed(&archive, TableKind::Events).await;
    compact(&archive, TableKind::Events, &pieces[1..6])
        .await
        .unwrap();
    let seen_after = read(&python, &archive_folder);
    assert_eq!(seen_after["events"]["delta"], events);
    assert_eq!(seen_after["kinds"], seen["kinds"]);
}
