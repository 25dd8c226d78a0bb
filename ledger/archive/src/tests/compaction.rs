//! A compaction and what it replaces, side by side: each row is read once, at every moment and by every reader.

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::Int64Type;

use super::format1::Release1;
use super::*;
use crate::contents::ArchiveFile;
use crate::tamper;

/// Reads files of a table and gives their rows sorted by session over all of them: the least a compactor does.
async fn merged(archive: &Archive, kind: TableKind, pieces: &[Arc<ArchiveFile>]) -> RecordBatch {
    let snapshot = archive.snapshot().await.unwrap();
    let mut rows = Vec::new();
    for piece in pieces {
        rows.push(snapshot.file(kind, piece).await.unwrap().rows);
    }
    let rows = concat_batches(&kind.schema(), &rows).unwrap();
    let order =
        arrow::compute::sort_to_indices(rows.column_by_name("session_id").unwrap(), None, None);
    arrow::compute::take_record_batch(&rows, &order.unwrap()).unwrap()
}

pub(super) async fn listed(archive: &Archive, kind: TableKind) -> Vec<Arc<ArchiveFile>> {
    let snapshot = archive.snapshot().await.unwrap();
    snapshot.files(kind, partition(0)).unwrap()
}

pub(super) async fn compact(
    archive: &Archive,
    kind: TableKind,
    pieces: &[Arc<ArchiveFile>],
) -> Result<u64, ReplaceError> {
    let rows = merged(archive, kind, pieces).await;
    archive.replace(kind, pieces, rows, event::TimeNs(5)).await
}

/// Offsets of a table as SQL reads them.
async fn offsets(snapshot: &Snapshot, kind: TableKind) -> Vec<i64> {
    let provider = match kind {
        TableKind::Events => snapshot.events(),
        TableKind::Pages => snapshot.pages(),
        TableKind::Quarantine => snapshot.quarantine(),
        TableKind::Statements | TableKind::Sessions => panic!("a sealed table has no offsets"),
    };
    let context = SessionContext::new_with_config(snapshot::session_config());
    context.register_table("t", provider.unwrap()).unwrap();
    let counted = context
        .sql("SELECT count(*) FROM t")
        .await
        .unwrap()
        .collect()
        .await
        .unwrap();
    let counted = counted[0].column(0).as_primitive::<Int64Type>().value(0);
    let rows = context
        .sql("SELECT \"offset\" FROM t ORDER BY 1")
        .await
        .unwrap();
    let rows = rows.collect().await.unwrap();
    let offsets: Vec<i64> = rows
        .iter()
        .flat_map(|batch| {
            batch
                .column(0)
                .as_primitive::<Int64Type>()
                .values()
                .to_vec()
        })
        .collect();
    assert_eq!(
        counted as usize,
        offsets.len(),
        "count(*) comes from the log"
    );
    offsets
}

async fn grown(files: usize) -> (Arc<dyn ObjectStore>, Archive, Vec<(u64, Journaled)>) {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let archive = in_memory(&store).await;
    let journal = journal(21, files * 15);
    grow(&archive, &journal, files).await;
    (store, archive, journal)
}

async fn grow(archive: &Archive, journal: &[(u64, Journaled)], files: usize) {
    let mut position = archive.position(partition(0)).await.unwrap();
    for _ in 0..files {
        let batch = batch(partition(0), journal, position, 15);
        position = archive.commit(&batch).await.unwrap().position;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reader_sees_each_row_once_before_during_and_after() {
    let (store, archive, journal) = grown(8).await;
    let events = events_of(partition(0), &journal);
    let expected: Vec<i64> = events
        .iter()
        .map(|(position, _)| position.offset.0 as i64)
        .collect();
    let old = archive.snapshot().await.unwrap();
    let before = offsets(&old, TableKind::Events).await;
    let pages = offsets(&old, TableKind::Pages).await;
    assert_eq!(before, expected);

    // During: the compacted object stands there, and no log entry names it; then another compaction, of all kinds.
    let pieces = listed(&archive, TableKind::Events).await;
    let rows = merged(&archive, TableKind::Events, &pieces[1..4]).await;
    let sneaked = archive
        .0
        .events
        .put_for_test(&pieces[1..4], rows, &archive.0.quarantine);
    sneaked.await;
    assert_eq!(
        offsets(&archive.snapshot().await.unwrap(), TableKind::Events).await,
        expected
    );

    // After an interruption it is found and registered.
    compact(&archive, TableKind::Events, &pieces[1..4])
        .await
        .unwrap();
    let files = listed(&archive, TableKind::Events).await;
    assert_eq!(files.len(), 6);
    assert_eq!(
        (files[1].generation, files[1].offsets.clone()),
        (1, pieces[1].offsets.start..pieces[3].offsets.end)
    );
    for kind in [TableKind::Pages, TableKind::Quarantine] {
        let pieces = listed(&archive, kind).await;
        if pieces.len() > 1 && kind == TableKind::Pages {
            compact(&archive, kind, &pieces).await.unwrap();
            assert_eq!(listed(&archive, kind).await.len(), 1);
        }
    }
    // A second generation over the first, then the recorder goes on.
    let files = listed(&archive, TableKind::Events).await;
    compact(&archive, TableKind::Events, &files[..4])
        .await
        .unwrap();
    let new = archive.snapshot().await.unwrap();
    assert_eq!(
        new.files(TableKind::Events, partition(0)).unwrap()[0].generation,
        2
    );
    for (snapshot, when) in [(&new, "new"), (&old, "old")] {
        assert_eq!(
            offsets(snapshot, TableKind::Events).await,
            expected,
            "{when}"
        );
        assert_eq!(offsets(snapshot, TableKind::Pages).await, pages, "{when}");
        let read: Vec<_> = snapshot
            .read_range(partition(0), Offset(0))
            .try_collect()
            .await
            .unwrap();
        assert_eq!(read, events, "{when}");
    }
    let elsewhere = in_memory(&store).await;
    assert_eq!(archived(&elsewhere, partition(0)).await, events);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compaction_listed_beside_its_pieces_replaces_them_for_readers() {
    let (store, archive, journal) = grown(5).await;
    let expected: Vec<i64> = events_of(partition(0), &journal)
        .iter()
        .map(|(position, _)| position.offset.0 as i64)
        .collect();
    let pieces = listed(&archive, TableKind::Events).await;
    compact(&archive, TableKind::Events, &pieces[1..4])
        .await
        .unwrap();
    // A log rebuilt from the files alone lists everything that stands there.
    tamper::edit_log(&store, TableKind::Events, |action| {
        if action.get("remove").is_some() {
            *action = serde_json::json!({"commitInfo": {}});
        }
    })
    .await;
    let archive = in_memory(&store).await;
    let snapshot = archive.snapshot().await.unwrap();
    assert_eq!(
        snapshot
            .selection(TableKind::Events, partition(0))
            .superseded
            .len(),
        3
    );
    assert_eq!(offsets(&snapshot, TableKind::Events).await, expected);
    assert_eq!(
        archived(&archive, partition(0)).await,
        events_of(partition(0), &journal)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_compactions_one_wins_and_nothing_is_lost() {
    let (store, archive, journal) = grown(6).await;
    let other = in_memory(&store).await;
    let pieces = listed(&archive, TableKind::Events).await;
    // Overlapping ones: at most one of them can be right.
    let (left, right) = tokio::join!(
        compact(&archive, TableKind::Events, &pieces[0..4]),
        compact(&other, TableKind::Events, &pieces[2..6]),
    );
    let outcomes = [left, right];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let lost = outcomes.into_iter().find_map(Result::err).unwrap();
    assert!(matches!(lost, ReplaceError::Gone { .. }), "{lost}");
    // The same one twice, as a paused compactor that wakes does it.
    let pieces = listed(&archive, TableKind::Events).await;
    let (left, right) = tokio::join!(
        compact(&archive, TableKind::Events, &pieces),
        compact(&other, TableKind::Events, &pieces),
    );
    left.unwrap();
    right.unwrap();
    for archive in [&archive, &other, &in_memory(&store).await] {
        assert_eq!(listed(archive, TableKind::Events).await.len(), 1);
        assert_eq!(
            archived(archive, partition(0)).await,
            events_of(partition(0), &journal)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recorders_of_both_releases_go_on_while_files_are_compacted() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let old = Release1::new(&store, TableKind::schema);
    old.create().await;
    let archive = in_memory(&store).await;
    let journal = journal(31, 200);
    let end = journal.last().unwrap().0 + 1;
    let recording = async {
        let mut position = 0;
        let mut turn = 0;
        while position < end {
            let batch = batch(partition(0), &journal, position, 8);
            turn += 1;
            position = match turn % 3 {
                0 => old.commit(&batch).await.unwrap(),
                _ => archive.commit(&batch).await.unwrap().position,
            };
        }
    };
    let compactor = in_memory(&store).await;
    let compacting = async {
        let mut compactions = 0;
        while compactor.position(partition(0)).await.unwrap() < end {
            let files = listed(&compactor, TableKind::Events).await;
            let small: Vec<_> = files
                .into_iter()
                .filter(|file| file.generation == 0)
                .take(3)
                .collect();
            if small.len() == 3 {
                compact(&compactor, TableKind::Events, &small)
                    .await
                    .unwrap();
                compactions += 1;
            }
            tokio::task::yield_now().await;
        }
        compactions
    };
    let ((), compactions) = tokio::join!(recording, compacting);
    assert!(compactions > 2, "{compactions}");
    let archive = in_memory(&store).await;
    assert_eq!(
        archived(&archive, partition(0)).await,
        events_of(partition(0), &journal)
    );
    // Leaves run on through all of it.
    let mut leaves = 0;
    let files = listed(&archive, TableKind::Events).await;
    for file in files.iter().filter_map(|file| file.leaves()) {
        assert!(file.start >= leaves);
        leaves = file.end;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_compaction_is_refused() {
    let (store, archive, _) = grown(5).await;
    let pieces = listed(&archive, TableKind::Events).await;
    let rows = merged(&archive, TableKind::Events, &pieces[0..3]).await;
    let at = event::TimeNs(0);
    let apart = [Arc::clone(&pieces[0]), Arc::clone(&pieces[2])];
    let refused = archive
        .replace(TableKind::Events, &apart, rows.clone(), at)
        .await;
    assert!(matches!(refused, Err(ReplaceError::Apart { .. })));
    let fewer = rows.slice(1, rows.num_rows() - 1);
    let doubled = concat_batches(
        &rows.schema(),
        &[rows.slice(0, 1), rows.slice(0, rows.num_rows() - 1)],
    )
    .unwrap();
    for wrong in [fewer, doubled] {
        let refused = archive
            .replace(TableKind::Events, &pieces[0..3], wrong, at)
            .await;
        assert!(
            matches!(refused, Err(ReplaceError::Rows { .. })),
            "{refused:?}"
        );
    }
    // A leftover of that name with other content.
    let flipped = tamper::flips(&rows)
        .into_iter()
        .find(|(name, ..)| name == "connection");
    let (_, _, flipped) = flipped.unwrap();
    archive
        .0
        .events
        .put_for_test(&pieces[0..3], flipped, &archive.0.quarantine)
        .await;
    let refused = archive
        .replace(TableKind::Events, &pieces[0..3], rows, at)
        .await;
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("holds others"), "{error}");
    assert_eq!(
        listed(&in_memory(&store).await, TableKind::Events)
            .await
            .len(),
        5
    );
}
