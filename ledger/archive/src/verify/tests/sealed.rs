//! Sealed rows are held to the events they were folded from.

use deltalake::kernel::Action;
use event::TimeNs;
use object_store::ObjectStoreExt;

use super::super::*;
use super::verdicts;
use super::world::World;
use crate::TableKind::{Sessions, Statements};
use crate::sealed::Pace;
use crate::tamper;

const APART: Pace = Pace {
    events: 1,
    merges: false,
};

/// Sealed in many steps, some of whose rows later ones replace.
async fn sealed() -> World {
    let world = World::sound().await;
    while world
        .archive
        .seal(TimeNs(0), APART)
        .await
        .unwrap()
        .is_some()
    {}
    let snapshot = world.archive.snapshot().await.unwrap();
    let files = snapshot.sealed(Statements).unwrap().chain().unwrap();
    assert!(files.len() > 4, "{}", files.len());
    assert!(files.iter().any(|file| file.held.rows > 3));
    world
}

async fn bytes(world: &World, place: &object_store::path::Path) -> Vec<u8> {
    let found = world.store.get(place).await.unwrap();
    found.bytes().await.unwrap().to_vec()
}

async fn files(world: &World) -> Vec<Arc<crate::sealed::SealedFile>> {
    let snapshot = world.archive.snapshot().await.unwrap();
    snapshot.sealed(Statements).unwrap().chain().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_steps_hold_merged_or_not() {
    let world = sealed().await;
    let report = world.verify_alone().await;
    assert_eq!(verdicts(&report), (true, true), "{report}");
    let merged = World::sound().await;
    let pace = Pace {
        events: 1,
        merges: true,
    };
    while merged
        .archive
        .seal(TimeNs(0), pace)
        .await
        .unwrap()
        .is_some()
    {}
    assert!(files(&merged).await.len() < files(&world).await.len());
    let report = merged.verify_alone().await;
    assert_eq!(verdicts(&report), (true, true), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_a_missing_and_a_doubled_row_show() {
    type Change =
        fn(&arrow::array::RecordBatch, &arrow::array::RecordBatch) -> arrow::array::RecordBatch;
    let changes: [Change; 3] = [
        |rows, _| rows.slice(1, rows.num_rows() - 1),
        |rows, _| {
            arrow::compute::concat_batches(&rows.schema(), [rows, &rows.slice(0, 1)]).unwrap()
        },
        |rows, other| {
            arrow::compute::concat_batches(
                &rows.schema(),
                [&rows.slice(1, rows.num_rows() - 1), &other.slice(0, 1)],
            )
            .unwrap()
        },
    ];
    let world = sealed().await;
    for change in changes {
        let files = files(&world).await;
        let whole: Vec<_> = files.iter().filter(|file| file.held.rows > 1).collect();
        let (file, other) = (whole[0], whole[1]);
        let rows = world.archive.sealed_rows(Statements, file).await.unwrap();
        let others = world.archive.sealed_rows(Statements, other).await.unwrap();
        let words = tamper::words(&world.store, Statements, file.path()).await;
        let place = tamper::object(Statements, file.path());
        let honest = bytes(&world, &place).await;
        tamper::write(
            &world.store,
            Statements,
            file.path(),
            words,
            &change(&rows, &others),
        )
        .await;
        let report = world.verify_alone().await;
        assert_eq!(verdicts(&report), (false, true), "{report}");
        assert!(report.findings[0].what.contains(file.path()), "{report}");
        world.store.put(&place, honest.into()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_gone_or_swapped_show() {
    let world = sealed().await;
    let listed = files(&world).await;
    let place = |file: usize| tamper::object(Statements, listed[file].path());
    let honest = bytes(&world, &place(1)).await;
    world.store.delete(&place(1)).await.unwrap();
    let report = world.verify_alone().await;
    assert_eq!(verdicts(&report), (true, false), "{report}");
    world.store.put(&place(1), honest.into()).await.unwrap();
    world.store.copy(&place(2), &place(1)).await.unwrap();
    let report = world.verify_alone().await;
    assert_eq!(verdicts(&report), (false, true), "{report}");
    assert!(
        report.findings[0].what.contains(listed[1].path()),
        "{report}"
    );
}

/// Whatever is cut, the report names it: it is not an error of the reader's.
#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_cut_or_grew_show() {
    type Change = fn(Vec<u8>) -> Vec<u8>;
    let changes: [Change; 3] = [
        |bytes| bytes[..bytes.len() - 100].to_vec(),
        |_| Vec::new(),
        |bytes| [bytes, vec![0; 100]].concat(),
    ];
    let world = sealed().await;
    let snapshot = world.archive.snapshot().await.unwrap();
    for change in changes {
        for kind in [Statements, Sessions, TableKind::Events] {
            let path = match kind {
                Statements | Sessions => {
                    let listed = snapshot.sealed(kind).unwrap().chain().unwrap();
                    listed[1].path().to_owned()
                }
                TableKind::Events | TableKind::Pages | TableKind::Quarantine => {
                    let partitions = snapshot.next_offsets();
                    let of = |partition| snapshot.files(TableKind::Events, partition).unwrap();
                    let mut files = partitions.keys().flat_map(|partition| of(*partition));
                    files.next().unwrap().path.clone()
                }
            };
            let place = tamper::object(kind, &path);
            let honest = bytes(&world, &place).await;
            let changed = change(honest.clone());
            world.store.put(&place, changed.into()).await.unwrap();
            let report = world.verify_alone().await;
            assert!(!report.integrity, "{path}: {report}");
            assert!(report.findings[0].what.contains(&path), "{report}");
            world.store.put(&place, honest.into()).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_hides_rows_or_forgets_files_shows() {
    let world = sealed().await;
    let listed = files(&world).await;
    let hidden = listed
        .iter()
        .find(|file| file.held.rows > 0 && file.dead.is_empty())
        .unwrap();
    let table = world.archive.table(Statements);
    let add = hidden.with_dead(&hidden.dead.with([0]));
    table.write_for_test(vec![Action::Add(add)]).await;
    let report = world.verify_alone().await;
    assert_eq!(verdicts(&report), (false, true), "{report}");
    assert!(report.findings[0].what.contains(hidden.path()), "{report}");

    let world = sealed().await;
    let listed = files(&world).await;
    let table = world.archive.table(Statements);
    table
        .write_for_test(vec![Action::Remove(crate::table::unlisted(&listed[1]))])
        .await;
    let report = world.verify_alone().await;
    assert_eq!(verdicts(&report), (false, true), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_flipped_column_of_sessions_shows() {
    let world = World::sound().await;
    let whole = Pace::default();
    while world
        .archive
        .seal(TimeNs(0), whole)
        .await
        .unwrap()
        .is_some()
    {}
    let snapshot = world.archive.snapshot().await.unwrap();
    let files = snapshot.sealed(Sessions).unwrap().chain().unwrap();
    let file = files.iter().max_by_key(|file| file.held.rows).unwrap();
    assert!(file.held.rows > 1);
    let rows = world.archive.sealed_rows(Sessions, file).await.unwrap();
    let mut flipped = 0;
    for (name, _, other) in tamper::flips(&rows) {
        let words = tamper::words(&world.store, Sessions, file.path()).await;
        tamper::write(&world.store, Sessions, file.path(), words, &other).await;
        let mut findings = Findings::default();
        let progress = Progress::default();
        let checked = super::super::sealed::check(&snapshot, None, None, &mut findings, &progress);
        checked.await.unwrap();
        let report = findings.into_report();
        assert!(!report.integrity, "{name}: {report}");
        let first = report.first_broken.unwrap().what;
        assert!(first.contains(file.path()), "{name}: {first}");
        flipped += 1;
    }
    assert!(flipped > 5, "{flipped}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_form_sealed_is_made_again() {
    let world = sealed().await;
    for kind in [Statements, Sessions] {
        tamper::edit_log(&world.store, kind, |action| {
            if let Some(format) = action.pointer_mut("/add/tags/firn.sealed") {
                *format = "1".into();
            }
        })
        .await;
    }
    let url = url::Url::parse("memory:///archive/").unwrap();
    let archive = Archive::on_store(Arc::clone(&world.store), url)
        .await
        .unwrap();
    let report = verify(&archive, None).await.unwrap();
    assert_eq!(verdicts(&report), (true, true), "{report}");
    assert!(archive.unsealed().await.unwrap() > 0);
    while archive.seal(TimeNs(1), APART).await.unwrap().is_some() {}
    assert_eq!(archive.unsealed().await.unwrap(), 0);
    let snapshot = archive.snapshot().await.unwrap();
    for kind in [Statements, Sessions] {
        assert!(!snapshot.sealed(kind).unwrap().chain().unwrap().is_empty());
    }
    let report = verify(&archive, None).await.unwrap();
    assert_eq!(verdicts(&report), (true, true), "{report}");
}
