//! Tombstones that lie, and what went without one.

use event::Digest;
use object_store::path::Path;

use super::super::compacting::fork;
use super::super::*;
use super::world::{World, session};
use super::{ALL, assert_sound, proved};
use crate::tamper;
use crate::tombstone::Tombstone;

/// An archive of which some went, and the file that says so.
async fn buried() -> (World, Partition, String, Digest) {
    let world = World::drawn(6, 8, 200).await;
    world
        .archive
        .retain(&ALL.rules(), "ops", world.now())
        .await
        .unwrap();
    world.seal().await;
    assert_sound(&proved(&world.archive, None).await);
    let snapshot = world.archive.snapshot().await.unwrap();
    for partition in snapshot.next_offsets().keys() {
        for file in snapshot.files(TableKind::Events, *partition).unwrap() {
            if let Some(erased) = file.claim().and_then(|claim| claim.erased)
                && partition.topic == Topic::Events
            {
                return (world, *partition, file.path.clone(), erased.tombstone);
            }
        }
    }
    panic!("nothing went");
}

/// A copy of which only the events are there: what is sealed is not folded again for each lie.
async fn copy(store: &Arc<dyn ObjectStore>) -> Arc<dyn ObjectStore> {
    let copy = fork(store).await;
    for table in ["statements", "sessions"] {
        let prefix = Path::from(format!("archive/{table}"));
        let objects: Vec<_> = copy.list(Some(&prefix)).try_collect().await.unwrap();
        for object in objects {
            copy.delete(&object.location).await.unwrap();
        }
    }
    Arc::new(copy)
}

type Forgery = fn(&mut Tombstone);

/// Rewrites a tombstone and everything that names it, as who has the whole store would.
async fn forge(world: &World, partition: Partition, path: &str, digest: Digest, edit: Forgery) {
    let place = |digest: &Digest| {
        Path::from(format!(
            "archive/events/{}",
            Tombstone::path(partition, digest)
        ))
    };
    let bytes = world
        .store
        .get(&place(&digest))
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let mut tombstone = Tombstone::decode(&bytes, partition, &digest).unwrap();
    edit(&mut tombstone);
    let (bytes, forged) = tombstone.encode().unwrap();
    world
        .store
        .put(&place(&forged), bytes.into())
        .await
        .unwrap();
    let leaves = tombstone.gone.unwrap().leaves.to_string();
    let words = tamper::words(&world.store, TableKind::Events, path).await;
    let words = words.into_iter().map(|(key, value)| match key {
        "firn.tombstone" => (key, forged.to_string()),
        "firn.erased" => (key, leaves.clone()),
        _ => (key, value),
    });
    let words = words.collect();
    let rows = rows_at(&world.archive, partition, path).await;
    tamper::write(&world.store, TableKind::Events, path, words, &rows).await;
    tamper::edit_log(&world.store, TableKind::Events, |action| {
        let add = action.get_mut("add").filter(|add| {
            add["path"]
                .as_str()
                .is_some_and(|at| at.replace("%3D", "=") == path)
        });
        if let Some(add) = add {
            add["tags"]["firn.tombstone"] = forged.to_string().into();
            add["tags"]["firn.erased"] = leaves.clone().into();
        }
    })
    .await;
}

async fn rows_at(archive: &Archive, partition: Partition, path: &str) -> arrow::array::RecordBatch {
    let snapshot = archive.snapshot().await.unwrap();
    let files = snapshot.files(TableKind::Events, partition).unwrap();
    let file = files.iter().find(|file| file.path == path).unwrap();
    snapshot.file(TableKind::Events, file).await.unwrap().rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_tombstone_is_named() {
    let forgeries: [(&str, Forgery); 9] = [
        ("counts one more", |stone| {
            stone.gone.as_mut().unwrap().leaves += 1
        }),
        ("another head", |stone| {
            let gone = stone.gone.as_mut().unwrap();
            gone.segments
                .iter_mut()
                .for_each(|part| part.head = Digest::of(b"other"));
        }),
        ("another hash before", |stone| {
            let gone = stone.gone.as_mut().unwrap();
            gone.segments
                .iter_mut()
                .for_each(|part| part.previous = Digest::of(b"other"));
        }),
        ("a part is left out", |stone| {
            let gone = stone.gone.as_mut().unwrap();
            let part = gone.segments.pop().unwrap();
            gone.leaves -= part.count;
        }),
        ("a part is longer", |stone| {
            let gone = stone.gone.as_mut().unwrap();
            gone.segments[0].count += 1;
        }),
        ("other numbers of a run", |stone| {
            let gone = stone.gone.as_mut().unwrap();
            let numbers = &mut gone.runs[0].numbers;
            numbers.iter_mut().for_each(|(from, to)| {
                *from += 1_000;
                *to += 1_000;
            });
        }),
        ("other leaves", |stone| {
            let gone = stone.gone.as_mut().unwrap();
            gone.gaps[0].leaf += 1;
        }),
        ("other offsets", |stone| {
            let gone = stone.gone.as_mut().unwrap();
            gone.gaps[0].first = stone.first;
            gone.gaps[0].last = stone.end - 1;
        }),
        ("a root is left out", |stone| {
            let gone = stone.gone.as_mut().unwrap();
            gone.gaps[0].roots.pop();
        }),
    ];
    let (world, partition, path, digest) = buried().await;
    for (what, forgery) in forgeries {
        let store = copy(&world.store).await;
        let world = World {
            archive: in_memory(&store).await,
            store,
            memory: world.memory.clone(),
            journal: Arc::clone(&world.journal),
            clock: Arc::clone(&world.clock),
        };
        forge(&world, partition, &path, digest, forgery).await;
        let report = proved(&in_memory(&world.store).await, None).await;
        assert!(
            !report.integrity || !report.completeness,
            "{what}: {report}"
        );
        println!("{what}: {}", report.first_broken.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_without_a_word_is_missing() {
    let (world, partition, path, digest) = buried().await;
    let stone = Path::from(format!(
        "archive/events/{}",
        Tombstone::path(partition, &digest)
    ));
    // No tombstone.
    let store = copy(&world.store).await;
    store.delete(&stone).await.unwrap();
    let report = proved(&in_memory(&store).await, None).await;
    assert!(!report.completeness, "{report}");
    assert!(
        report.findings[0].what.contains("cannot be read"),
        "{report}"
    );
    // Another in its place.
    let store = copy(&world.store).await;
    store.put(&stone, "{}".into()).await.unwrap();
    assert!(!proved(&in_memory(&store).await, None).await.integrity);
    // One row more is gone than it says.
    let store = copy(&world.store).await;
    let rows = rows_at(&world.archive, partition, &path).await;
    let fewer = rows.slice(1, rows.num_rows() - 1);
    let words = tamper::words(&store, TableKind::Events, &path).await;
    tamper::write(&store, TableKind::Events, &path, words.clone(), &fewer).await;
    assert!(!proved(&in_memory(&store).await, None).await.completeness);
    // A footer that says nothing of what went.
    let store = copy(&world.store).await;
    let silent = words
        .into_iter()
        .filter(|(key, _)| !matches!(*key, "firn.tombstone" | "firn.erased"));
    tamper::write(&store, TableKind::Events, &path, silent.collect(), &rows).await;
    let report = proved(&in_memory(&store).await, None).await;
    assert!(!report.integrity && !report.completeness, "{report}");
    // Who asks for a session that went is told.
    let went = world.archive.erasures().await.unwrap();
    assert!(went.iter().any(|went| went.by == "ops" && went.events > 0));
    let snapshot = world.archive.snapshot().await.unwrap();
    let mut told = 0;
    for number in 0..8 {
        let left = read_session(&snapshot, session(number)).await;
        let went = world.archive.erasures_of(session(number)).await.unwrap();
        let all = world
            .all()
            .into_iter()
            .filter(|(_, event)| event.session_id == Some(session(number)));
        let went: u64 = went.iter().map(|went| went.events).sum();
        assert_eq!(went + left.len() as u64, all.count() as u64);
        told += went;
    }
    assert!(told > 0);
}
