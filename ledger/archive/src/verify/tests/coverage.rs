//! What files say they cover is proved too: in names, footers and the table log, in both formats, and beside a compaction.

use arrow::compute::{concat_batches, sort_to_indices, take_record_batch};
use event::TimeNs;
use object_store::ObjectStoreExt;
use serde_json::{Value, json};

use super::*;
use crate::contents::ArchiveFile;

impl World {
    /// The archive read from nothing, as another process does.
    async fn reopened(self) -> Self {
        let url = url::Url::parse("memory:///archive/").unwrap();
        let archive = Archive::on_store(Arc::clone(&self.store), url);
        Self {
            archive: archive.await.unwrap(),
            ..self
        }
    }

    pub(super) async fn listed(&self, kind: TableKind) -> Vec<Arc<ArchiveFile>> {
        let snapshot = self.archive.snapshot().await.unwrap();
        let mut files = Vec::new();
        for partition in snapshot.next_offsets().keys() {
            files.extend(snapshot.files(kind, *partition).unwrap());
        }
        files
    }

    /// Three files of `events` in one partition, and all of their rows in another order.
    async fn three(&self) -> (Vec<Arc<ArchiveFile>>, RecordBatch) {
        let snapshot = self.archive.snapshot().await.unwrap();
        let files = self.listed(TableKind::Events).await;
        // Which partition gets the most depends on the runs' ids.
        let three = files.chunk_by(|one, next| one.partition == next.partition);
        let mut three = three.filter(|files| files[0].partition.topic == Topic::Events);
        let pieces = three.find(|files| files.len() >= 3).unwrap()[..3].to_vec();
        let mut rows = Vec::new();
        for piece in &pieces {
            rows.push(snapshot.file(TableKind::Events, piece).await.unwrap().rows);
        }
        let rows = concat_batches(&rows[0].schema(), &rows).unwrap();
        let order = sort_to_indices(rows.column_by_name("session_id").unwrap(), None, None);
        let rows = take_record_batch(&rows, &order.unwrap()).unwrap();
        (pieces, rows)
    }

    async fn compact(&self) -> Vec<Arc<ArchiveFile>> {
        let (pieces, rows) = self.three().await;
        let replaced = self
            .archive
            .replace(TableKind::Events, &pieces, rows, TimeNs(0));
        replaced.await.unwrap();
        pieces
    }

    /// Keeps pieces listed that a compaction replaced.
    async fn keep_pieces(self) -> Self {
        tamper::edit_log(&self.store, TableKind::Events, |action| {
            if action.get("remove").is_some() {
                *action = json!({"commitInfo": {}});
            }
        })
        .await;
        self.reopened().await
    }
}

fn clean(report: &Report) {
    assert_eq!(verdicts(report), (true, true), "{report}");
    assert_eq!(report.findings, []);
}

/// The add of the file at `path` in a log action.
fn add_of<'a>(action: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    let add = action.get_mut("add")?;
    (add["path"].as_str() == Some(path)).then_some(add)
}

/// Lies for each key, and the verdict each must break at least.
const LIES: [(&str, &str); 9] = [
    ("firn.partition", "firn.events/7"),
    ("firn.first_offset", "1"),
    ("firn.end_offset", "7"),
    ("firn.end_offset", "100000"),
    ("firn.generation", "1"),
    ("firn.leaves", "3"),
    ("firn.leaves", "4000"),
    ("firn.first_leaf", "12345"),
    ("firn.format", "9"),
];

#[tokio::test(flavor = "multi_thread")]
async fn formats_1_2_and_mixed_are_sound_and_so_is_a_compaction() {
    for every in [1, 2, 3] {
        let world = World::sound_by(|turn| turn % every == 0).await;
        clean(&world.verify().await);
        clean(&world.verify_alone().await);
        let files = world.listed(TableKind::Events).await;
        let tagged = files.iter().filter(|file| file.claim().is_some()).count();
        assert_eq!(tagged == 0, every == 1, "{tagged} of {}", files.len());
        assert!(tagged < files.len());
        world.compact().await;
        clean(&world.verify().await);
        let world = world.keep_pieces().await;
        let snapshot = world.archive.snapshot().await.unwrap();
        let kept = |partition| {
            snapshot
                .selection(TableKind::Events, partition)
                .superseded
                .len()
        };
        assert_eq!(
            snapshot
                .next_offsets()
                .keys()
                .map(|partition| kept(*partition))
                .sum::<usize>(),
            3
        );
        clean(&world.verify().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lying_tags_are_found_and_missing_ones_hide_nothing() {
    let (mut found, mut world) = (0, World::sound().await);
    let target = world.listed(TableKind::Events).await.swap_remove(1);
    let mut lies: Vec<_> = LIES.map(|(key, value)| (Some(key), value)).to_vec();
    lies.push((None, ""));
    for (key, value) in lies {
        let mut honest = None;
        tamper::edit_log(&world.store, TableKind::Events, |action| {
            if let Some(add) = add_of(action, &target.path) {
                honest = Some(add["tags"].clone());
                match key {
                    Some(key) => add["tags"][key] = json!(value),
                    None => add["tags"] = Value::Null,
                }
            }
        })
        .await;
        world = world.reopened().await;
        let report = world.verify().await;
        match key {
            Some(key) => {
                assert!(!report.integrity, "{key} = {value}: {report}");
                let named = report
                    .findings
                    .iter()
                    .any(|finding| finding.what.contains(&target.path));
                assert!(named, "{key} = {value}: {report}");
                found += 1;
            }
            None => clean(&report),
        }
        tamper::edit_log(&world.store, TableKind::Events, |action| {
            if let Some(add) = add_of(action, &target.path) {
                add["tags"] = honest.clone().unwrap();
            }
        })
        .await;
    }
    assert_eq!(found, LIES.len());
    clean(&world.reopened().await.verify().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn lying_footers_are_found_and_so_are_footers_and_tags_that_lie_alike() {
    let mut world = World::sound().await;
    let target = world.listed(TableKind::Events).await.swap_remove(1);
    let honest = tamper::words(&world.store, TableKind::Events, &target.path).await;
    let (_, _, rows) = tamper::files(&world.archive, TableKind::Events)
        .await
        .swap_remove(1);
    for alike in [false, true] {
        for (key, value) in LIES {
            let mut words = honest.clone();
            words.iter_mut().find(|word| word.0 == key).unwrap().1 = value.to_owned();
            tamper::write(&world.store, TableKind::Events, &target.path, words, &rows).await;
            let tag = |world: &World, value: String| {
                let (store, path) = (Arc::clone(&world.store), target.path.clone());
                async move {
                    tamper::edit_log(&store, TableKind::Events, |action| {
                        if let Some(add) = add_of(action, &path) {
                            add["tags"][key] = json!(value);
                        }
                    })
                    .await;
                }
            };
            if alike {
                tag(&world, value.to_owned()).await;
                world = world.reopened().await;
            }
            let report = world.verify().await;
            assert!(
                !report.integrity || !report.completeness,
                "{key} = {value}: {report}"
            );
            if alike {
                let was = honest.iter().find(|word| word.0 == key).unwrap();
                tag(&world, was.1.clone()).await;
                world = world.reopened().await;
            }
            tamper::write(
                &world.store,
                TableKind::Events,
                &target.path,
                honest.clone(),
                &rows,
            )
            .await;
        }
    }
    clean(&world.verify().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_file_and_a_stranger_are_found() {
    let world = World::sound().await;
    let files = world.listed(TableKind::Events).await;
    let target = &files[1];
    let object = |path: &str| tamper::object(TableKind::Events, path);
    // The object alone: it is missing where it is listed.
    let bytes = world
        .store
        .get(&object(&target.path))
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let elsewhere = tamper::recorded(target.partition, target.offsets.start + 1);
    world
        .store
        .put(&object(&elsewhere), bytes.clone().into())
        .await
        .unwrap();
    world.store.delete(&object(&target.path)).await.unwrap();
    let report = world.verify_alone().await;
    assert!(!report.completeness, "{report}");
    // With the log: it is not what its name says, and the offsets before it are in no file.
    let rename = |action: &mut Value| {
        if let Some(add) = add_of(action, &target.path) {
            add["path"] = json!(elsewhere);
        }
    };
    tamper::edit_log(&world.store, TableKind::Events, rename).await;
    let world = world.reopened().await;
    assert_eq!(verdicts(&world.verify_alone().await), (false, false));
    tamper::edit_log(&world.store, TableKind::Events, |action| {
        if let Some(add) = add_of(action, &elsewhere) {
            add["path"] = json!("part-00000.parquet");
        }
    })
    .await;
    world
        .store
        .put(&object("part-00000.parquet"), bytes.into())
        .await
        .unwrap();
    let world = world.reopened().await;
    let report = world.verify_alone().await;
    assert_eq!(verdicts(&report), (false, false), "{report}");
    let stranger = "table events lists part-00000.parquet, which firn did not write";
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.what == stranger),
        "{report}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_counts_other_rows_than_a_file_has_is_found() {
    let world = World::sound().await;
    let target = world.listed(TableKind::Events).await.swap_remove(1);
    for (rows, verdict) in [(1, (false, true)), (9_999, (true, false))] {
        tamper::edit_log(&world.store, TableKind::Events, |action| {
            if let Some(add) = add_of(action, &target.path) {
                let mut stats: Value =
                    serde_json::from_str(add["stats"].as_str().unwrap()).unwrap();
                stats["numRecords"] = json!(rows);
                add["stats"] = json!(stats.to_string());
            }
        })
        .await;
        let url = url::Url::parse("memory:///archive/").unwrap();
        let archive = Archive::on_store(Arc::clone(&world.store), url)
            .await
            .unwrap();
        let report = verify(&archive, None).await.unwrap();
        assert_eq!(verdicts(&report), verdict, "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overlapping_compaction_with_other_content_is_found() {
    let names = ["connection", "producer_seq", "event_hash"];
    for name in names {
        let world = World::sound().await;
        let pieces = world.compact().await;
        let compacted = world.listed(TableKind::Events).await;
        let compacted = compacted.iter().find(|file| file.generation == 1).unwrap();
        let snapshot = world.archive.snapshot().await.unwrap();
        let rows = snapshot
            .file(TableKind::Events, compacted)
            .await
            .unwrap()
            .rows;
        let flipped = tamper::flips(&rows)
            .into_iter()
            .find(|flip| flip.0 == name)
            .unwrap();
        let words = tamper::words(&world.store, TableKind::Events, &compacted.path).await;
        tamper::write(
            &world.store,
            TableKind::Events,
            &compacted.path,
            words.clone(),
            &flipped.2,
        )
        .await;
        // Without its pieces: hash and chain.
        let report = world.verify_alone().await;
        assert!(!report.integrity, "{name}: {report}");
        // Beside them: they are compared.
        let world = world.keep_pieces().await;
        let report = world.verify_alone().await;
        let differs = format!(
            "file {} of table events has other rows than the one that replaces it",
            pieces[0].path
        );
        let compared = report
            .findings
            .iter()
            .any(|finding| finding.what.contains("has other rows than"));
        assert!(compared, "{name}: no {differs:?} in {report}");
        // Fewer rows under honest claims.
        let fewer = rows.slice(1, rows.num_rows() - 1);
        tamper::write(
            &world.store,
            TableKind::Events,
            &compacted.path,
            words,
            &fewer,
        )
        .await;
        let report = world.verify_alone().await;
        assert!(!report.completeness, "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cover_the_same_offsets_and_disagree_are_refused_by_readers_and_named() {
    let world = World::sound().await;
    let (pieces, rows) = world.three().await;
    // A compaction that begins in the middle of a piece, listed beside all of them.
    let mut words = tamper::words(&world.store, TableKind::Events, &pieces[0].path).await;
    let (first, end) = (pieces[0].offsets.start + 1, pieces[2].offsets.end);
    for word in &mut words {
        match word.0 {
            "firn.first_offset" => word.1 = first.to_string(),
            "firn.end_offset" => word.1 = end.to_string(),
            "firn.generation" => word.1 = "1".to_owned(),
            _ => {}
        }
    }
    let folder = pieces[0].path.split_once('/').unwrap().0;
    let path = format!("{folder}/{first:020}-{end:020}.g1.parquet");
    tamper::write(&world.store, TableKind::Events, &path, words.clone(), &rows).await;
    let tags: serde_json::Map<String, Value> = words
        .iter()
        .map(|word| (word.0.to_owned(), json!(word.1)))
        .collect();
    let mut done = false;
    tamper::edit_log(&world.store, TableKind::Events, |action| {
        if action.get("commitInfo").is_some() && !std::mem::replace(&mut done, true) {
            *action = json!({"add": {
                "path": path,
                "partitionValues": {"partition": pieces[0].partition.to_string()},
                "size": 1,
                "modificationTime": 0,
                "dataChange": false,
                "tags": tags,
            }});
        }
    })
    .await;
    let world = world.reopened().await;
    let snapshot = world.archive.snapshot().await.unwrap();
    let refused = snapshot.events().unwrap_err().to_string();
    assert!(
        refused.contains("is refused") && refused.contains("firn verify"),
        "{refused}"
    );
    assert!(
        snapshot
            .files(TableKind::Events, pieces[0].partition)
            .is_err()
    );
    let report = world.verify_alone().await;
    assert!(!report.integrity, "{report}");
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.what.contains("neither replaces the other")),
        "{report}"
    );
}
