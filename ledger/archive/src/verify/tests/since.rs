//! A verification that goes on from a checkpoint says what a whole one says, whatever is done to the record before or after it, or to the
//! checkpoint.

use arrow::array::RecordBatch;
use arrow::compute::{concat_batches, take_record_batch};
use event::{Digest, TimeNs};
use futures::TryStreamExt as _;
use object_store::ObjectStoreExt as _;
use object_store::path::Path;
use serde_json::json;

use super::super::checkpoint::Checkpoints;
use super::super::objects::TABLES;
use super::verdicts;
use super::world::World;
use crate::contents::ArchiveFile;
use crate::verify::*;
use crate::{TableKind, tamper};

async fn asked(world: &World, since: Since) -> Report {
    let ask = Ask {
        since,
        keep: true,
        ..Ask::default()
    };
    let journal = Some(&world.journal);
    let progress = Progress::default();
    let asked = verify_asked(&world.archive, journal, ask, &progress);
    asked.await.unwrap()
}

/// Another run in the same sessions and in new ones, archived.
async fn more(world: &World, seed: u64) {
    let emitter = world.emitter().await;
    world.work(&emitter, seed).await;
    emitter.stop().await.unwrap();
    world.clock.advance(600 * super::SECOND);
    world.record().await;
    world.seal().await;
}

/// A record that was proved, and then grew.
async fn grown() -> (World, Report) {
    let world = World::sealed().await;
    let proved = asked(&world, Since::Beginning).await;
    assert_eq!(verdicts(&proved), (true, true), "{proved}");
    more(&world, 2).await;
    more(&world, 3).await;
    (world, proved)
}

/// Names, newest last.
async fn kept(world: &World) -> Vec<Path> {
    let folder = Path::from("archive/verified");
    let found = world.store.list(Some(&folder)).map_ok(|meta| meta.location);
    let mut found: Vec<Path> = found.try_collect().await.unwrap();
    found.sort();
    found
}

async fn roots(world: &World) -> Vec<(String, u64, Digest)> {
    let checkpoints = Checkpoints::of(&world.archive).await.unwrap();
    let (newest, _) = checkpoints.find(Since::Last).await.unwrap().unwrap();
    let marks = newest.partitions.iter();
    marks
        .map(|mark| (mark.partition.clone(), mark.tree.leaves(), mark.root))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_new_is_read_and_the_roots_are_those_of_a_whole_verification() {
    let (world, proved) = grown().await;
    let rest = asked(&world, Since::Last).await;
    assert_eq!(verdicts(&rest), (true, true), "{rest}");
    assert_eq!(rest.since, proved.checkpoint);
    // A file of which anything was listed otherwise is read again, and that is no fault.
    let (known, before) = (rest.counts.known_events, proved.counts.archived_events);
    assert!(known <= before && known >= before * 9 / 10, "{rest}");
    assert!(rest.counts.archived_events > 200, "{rest}");
    let grown = roots(&world).await;
    let told = rest.checkpoint.unwrap();
    let by_digest = asked(&world, Since::Checkpoint(told.digest)).await;
    assert_eq!(verdicts(&by_digest), (true, true), "{by_digest}");
    assert!(by_digest.counts.archived_events < 20, "{by_digest}");
    assert_eq!(by_digest.counts.compared, 0, "{by_digest}");
    let whole = asked(&world, Since::Beginning).await;
    assert_eq!(verdicts(&whole), (true, true), "{whole}");
    assert_eq!(whole.counts.known_events, 0);
    let read = known + rest.counts.archived_events;
    assert_eq!(read, whole.counts.archived_events, "each is known or read");
    assert_eq!(roots(&world).await, grown);
    assert_eq!(whole.checkpoint.unwrap().events, told.events);
}

/// Without the journal, and with a run that goes on over the checkpoint, what is young then is judged later.
#[tokio::test(flavor = "multi_thread")]
async fn runs_and_sessions_go_on_over_a_checkpoint() {
    let world = World::new().await;
    let emitter = world.emitter().await;
    for _ in 0..3 {
        world.work(&emitter, 1).await;
        // Half of it is in the journal only when the checkpoint is made.
        world.record().await;
        world.work(&emitter, 1).await;
        let report = asked(&world, Since::Last).await;
        assert_eq!(verdicts(&report), (true, true), "{report}");
        assert!(
            report.checkpoint.is_some() && report.counts.tail_events > 50,
            "{report}"
        );
    }
    emitter.stop().await.unwrap();
    world.record().await;
    let report = asked(&world, Since::Last).await;
    assert_eq!(verdicts(&report), (true, true), "{report}");
    assert!(report.counts.known_events > 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_before_or_after_the_checkpoint_shows() {
    type Change = fn(&RecordBatch) -> RecordBatch;
    let flip: Change = |rows| {
        let mut flips = tamper::flips(rows).into_iter();
        flips.find(|(name, ..)| name == "time").unwrap().2
    };
    let cut: Change = |rows| rows.slice(1, rows.num_rows() - 1);
    for (change, place, integrity) in [(flip, 0, false), (flip, usize::MAX, false), (cut, 0, true)]
    {
        let (world, _) = grown().await;
        let files = tamper::files(&world.archive, TableKind::Events).await;
        let (partition, range, rows) = &files[place.min(files.len() - 1)];
        let changed = change(rows);
        tamper::overwrite(&world.store, TableKind::Events, *partition, range, &changed).await;
        let report = asked(&world, Since::Last).await;
        assert_eq!(report.integrity, integrity, "{report}");
        assert!(!report.integrity || !report.completeness, "{report}");
        assert_eq!(report.checkpoint, None, "only what is sound is kept");
    }
}

/// Any object of any table, deleted or with a byte changed, is named or read again and found sound where nothing of it counts.
#[tokio::test(flavor = "multi_thread")]
async fn every_object_that_is_deleted_or_other_shows() {
    let (world, _) = grown().await;
    for kind in TABLES {
        let folder = Path::from(format!("archive/{}", kind.name()));
        let objects = world.store.list(Some(&folder)).map_ok(|meta| meta.location);
        let objects: Vec<Path> = objects.try_collect().await.unwrap();
        let mut objects: Vec<Path> = objects
            .into_iter()
            .filter(|path| {
                path.as_ref().ends_with(".parquet") && !path.as_ref().contains("_delta_log")
            })
            .collect();
        objects.sort();
        let snapshot = world.archive.snapshot().await.unwrap();
        let sealed = snapshot.sealed(kind);
        // Of a sealed table, those that are not merged into others.
        objects.retain(|path| {
            sealed.is_none_or(|sealed| sealed.paths().any(|known| path.as_ref().ends_with(known)))
        });
        // The oldest, which the checkpoint knows.
        let path = objects.first().unwrap();
        let honest = world.store.get(path).await.unwrap().bytes().await.unwrap();
        world.store.delete(path).await.unwrap();
        let report = asked(&world, Since::Last).await;
        assert!(!report.completeness, "{path}: {report}");
        let mut changed = honest.to_vec();
        changed[4] ^= 0xff;
        world.store.put(path, changed.into()).await.unwrap();
        let report = asked(&world, Since::Last).await;
        assert!(!report.integrity, "{path}: {report}");
        world.store.put(path, honest.into()).await.unwrap();
    }
    let report = asked(&world, Since::Last).await;
    assert_eq!(verdicts(&report), (true, true), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_checkpoint_shows_and_one_that_was_rolled_back_proves_more() {
    let (world, proved) = grown().await;
    let second = asked(&world, Since::Last).await.checkpoint.unwrap();
    let names = kept(&world).await;
    let [first, newest] = names.as_slice() else {
        panic!("{names:?}")
    };
    let honest = world
        .store
        .get(newest)
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    // Whatever is changed in it, its name tells.
    let forged = String::from_utf8(honest.to_vec())
        .unwrap()
        .replace("\"number\":2", "\"number\":3");
    world
        .store
        .put(newest, forged.clone().into())
        .await
        .unwrap();
    let report = asked(&world, Since::Last).await;
    assert!(
        !report.integrity && report.counts.known_events == 0,
        "{report}"
    );
    // With the name of its contents it is another one, and not the one that was told.
    world.store.delete(newest).await.unwrap();
    let digest = Digest::of(forged.as_bytes()).to_string();
    let name = Path::from(format!("archive/verified/00000003-{}.json", &digest[..16]));
    world.store.put(&name, forged.into()).await.unwrap();
    let ask = Ask {
        since: Since::Checkpoint(second.digest),
        ..Ask::default()
    };
    let refused = verify_asked(&world.archive, None, ask, &Progress::default()).await;
    assert!(refused.unwrap_err().to_string().contains("no checkpoint"));
    world.store.delete(&name).await.unwrap();
    // The older one is honest: more is read again.
    let report = asked(&world, Since::Last).await;
    assert_eq!(verdicts(&report), (true, true), "{report}");
    assert_eq!(report.since, proved.checkpoint);
    // One whose predecessor is another is not used.
    world.store.put(first, "{}".into()).await.unwrap();
    let report = asked(&world, Since::Last).await;
    assert!(!report.integrity && report.since.is_none(), "{report}");
}

/// Pieces on both sides of the checkpoint become one file.
async fn compacted(world: &World, lose: bool) {
    for partition in world
        .archive
        .snapshot()
        .await
        .unwrap()
        .next_offsets()
        .keys()
    {
        for kind in [TableKind::Pages, TableKind::Events] {
            let snapshot = world.archive.snapshot().await.unwrap();
            let pieces: Vec<Arc<ArchiveFile>> = snapshot.files(kind, *partition).unwrap();
            if pieces.len() < 2 {
                continue;
            }
            let mut rows = Vec::new();
            for piece in &pieces {
                rows.push(snapshot.file(kind, piece).await.unwrap().rows);
            }
            let rows = concat_batches(&kind.schema(), &rows).unwrap();
            let order = arrow::compute::sort_to_indices(
                rows.column_by_name("session_id").unwrap(),
                None,
                None,
            );
            let rows = take_record_batch(&rows, &order.unwrap()).unwrap();
            world
                .archive
                .replace(kind, &pieces, rows.clone(), TimeNs(5))
                .await
                .unwrap();
            if lose && kind == TableKind::Events {
                lose_a_row(world, *partition, rows).await;
            }
        }
    }
}

/// A compactor that drops a row nobody counts: the last event of a run that was ended by force would be such.
async fn lose_a_row(world: &World, partition: Partition, rows: RecordBatch) {
    let snapshot = world.archive.snapshot().await.unwrap();
    let file = snapshot
        .files(TableKind::Events, partition)
        .unwrap()
        .remove(0);
    let words = tamper::words(&world.store, TableKind::Events, &file.path).await;
    let fewer = rows.slice(1, rows.num_rows() - 1);
    tamper::write(&world.store, TableKind::Events, &file.path, words, &fewer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compaction_over_the_checkpoint_holds_if_the_leaves_are_the_same() {
    let (world, proved) = grown().await;
    compacted(&world, false).await;
    let report = asked(&world, Since::Last).await;
    assert_eq!(verdicts(&report), (true, true), "{report}");
    assert!(
        report.counts.archived_events > proved.counts.archived_events,
        "{report}"
    );
    let again = asked(&world, Since::Last).await;
    assert_eq!(verdicts(&again), (true, true), "{again}");
    assert_eq!(again.counts.archived_events, 0, "{again}");

    let (world, _) = grown().await;
    compacted(&world, true).await;
    let report = asked(&world, Since::Last).await;
    let moved = |finding: &Finding| {
        finding
            .what
            .contains("other events than the checkpoint proved")
    };
    assert!(report.findings.iter().any(moved), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_verification_that_is_interrupted_goes_on() {
    let (world, _) = grown().await;
    let ask = Ask {
        keep: true,
        every: 1,
        ..Ask::default()
    };
    let place = Path::from("archive/verified/unfinished.json");
    {
        let progress = Progress::default();
        let work = verify_asked(&world.archive, Some(&world.journal), ask, &progress);
        let mut work = std::pin::pin!(work);
        while world.store.head(&place).await.is_err() {
            assert!(futures::poll!(work.as_mut()).is_pending());
            tokio::task::yield_now().await;
        }
    }
    let whole = verify(&world.archive, Some(&world.journal)).await.unwrap();
    let rest = asked(&world, Since::Interrupted).await;
    assert_eq!(verdicts(&rest), (true, true), "{rest}");
    assert!(rest.counts.known_events > 0, "{rest}");
    let seen = rest.counts.known_events + rest.counts.archived_events;
    assert_eq!(seen, whole.counts.archived_events);
    assert!(world.store.head(&place).await.is_err(), "it is done");
}

/// Empties the file of `kind` that begins at `first`: rows, footer, tags and counts alike, as whoever can write the archive may.
async fn emptied(world: &World, kind: TableKind, partition: Partition, first: u64) {
    let snapshot = world.archive.snapshot().await.unwrap();
    let mut files = snapshot.files(kind, partition).unwrap();
    files.retain(|file| file.offsets.start == first);
    let Some(file) = files.pop() else { return };
    let mut words = tamper::words(&world.store, kind, &file.path).await;
    for (key, value) in &mut words {
        if *key == "firn.leaves" {
            *value = "0".to_owned();
        }
    }
    let none = RecordBatch::new_empty(kind.schema());
    tamper::write(&world.store, kind, &file.path, words, &none).await;
    let object = world.store.head(&tamper::object(kind, &file.path)).await;
    let size = object.unwrap().size;
    tamper::edit_log(&world.store, kind, |action| {
        let Some(add) = action.get_mut("add") else {
            return;
        };
        if add["path"].as_str() == Some(file.path.as_str()) {
            add["size"] = json!(size);
            add["stats"] = json!("{\"numRecords\":0}");
            if add["tags"]["firn.leaves"].is_string() {
                add["tags"]["firn.leaves"] = json!("0");
            }
        }
    })
    .await;
}

/// No file comes after it that counts what stood before, and no chain goes on: only the checkpoint knows that there was something.
#[tokio::test(flavor = "multi_thread")]
async fn a_last_file_that_was_emptied_since_the_checkpoint_shows() {
    let mut world = World::sound().await;
    let proved = asked(&world, Since::Beginning).await;
    assert_eq!(verdicts(&proved), (true, true), "{proved}");
    let snapshot = world.archive.snapshot().await.unwrap();
    let partitions = snapshot.next_offsets().keys().copied();
    // One without quarantine: that stands in a table of its own.
    let mut partitions = partitions.filter(|partition| {
        let set_aside = snapshot.files(TableKind::Quarantine, *partition).unwrap();
        partition.topic == Topic::Events && set_aside.is_empty()
    });
    let partition = partitions.next().unwrap();
    let files = snapshot.files(TableKind::Events, partition).unwrap();
    let (last, rows) = files
        .last()
        .map(|file| (file.offsets.start, file.rows))
        .unwrap();
    assert!(files.len() > 1 && rows > Some(0), "{rows:?}");
    for kind in [TableKind::Pages, TableKind::Events] {
        emptied(&world, kind, partition, last).await;
    }
    let url = url::Url::parse("memory:///archive/").unwrap();
    let store = Arc::clone(&world.store);
    world.archive = Archive::on_store(store, url).await.unwrap();
    let digest = proved.checkpoint.unwrap().digest;
    let report = asked(&world, Since::Checkpoint(digest)).await;
    assert!(!report.completeness, "{report}");
    let told = |finding: &Finding| {
        finding
            .what
            .contains("other events than the checkpoint proved")
    };
    assert!(report.findings.iter().any(told), "{report}");
    assert_eq!(report.checkpoint, None, "{report}");
}
