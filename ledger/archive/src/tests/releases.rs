//! Recorders of release 1 and of this one on one archive: nothing lost, nothing doubled, leaves dense.

use std::ops::Range;

use super::format1::Release1;
use super::*;

/// Archives what a round added as release 1, dying at every error.
async fn record_as_release_1(
    recorder: &Release1,
    partition: Partition,
    journal: &[(u64, Journaled)],
    seed: u64,
) {
    let mut random = StdRng::seed_from_u64(seed);
    let end = journal.last().unwrap().0 + 1;
    for _life in 0..2_000 {
        let Ok(mut position) = recorder.position(partition).await else {
            continue;
        };
        while position < end {
            let batch = batch(partition, journal, position, random.random_range(1..12));
            match recorder.commit(&batch).await {
                Ok(moved) => position = moved,
                Err(_) => break,
            }
        }
        if position >= end {
            return;
        }
    }
    panic!("never done");
}

/// Every file of `events`: how it is listed, and whether its leaves are those of its offsets.
async fn leaves_are_dense(archive: &Archive, partition: Partition) -> (usize, usize) {
    let snapshot = archive.snapshot().await.unwrap();
    let set_aside = records_in_quarantine(&snapshot, partition).await;
    let (mut first, mut second, mut leaves) = (0, 0, 0);
    let mut expected = 0;
    for listed in snapshot.files(TableKind::Events, partition).unwrap() {
        let file = snapshot.file(TableKind::Events, &listed).await.unwrap();
        assert_eq!(file.range, listed.offsets, "ends where it is said to end");
        assert_eq!(
            file.range.start, expected,
            "begins where the one before ends"
        );
        expected = file.range.end;
        let in_quarantine = set_aside
            .iter()
            .filter(|offset| file.range.contains(offset));
        let here: Range<u64> =
            leaves..leaves + (file.rows.num_rows() + in_quarantine.count()) as u64;
        leaves = here.end;
        match &file.coverage {
            Some(coverage) => {
                second += 1;
                assert_eq!(coverage.leaves, Some(here));
                // Release 1 may have registered it, without tags.
                assert!(listed.claim().is_none_or(|claim| claim == coverage));
            }
            None => {
                first += 1;
                assert_eq!(listed.claim(), None);
            }
        }
    }
    assert_eq!(expected, snapshot.next_offset(partition));
    (first, second)
}

async fn records_in_quarantine(snapshot: &Snapshot, partition: Partition) -> Vec<u64> {
    let mut offsets = Vec::new();
    for listed in snapshot.files(TableKind::Quarantine, partition).unwrap() {
        let file = snapshot.file(TableKind::Quarantine, &listed).await.unwrap();
        offsets.extend(
            file.quarantined()
                .unwrap()
                .iter()
                .map(|record| record.offset),
        );
    }
    offsets
}

#[tokio::test(flavor = "multi_thread")]
async fn both_releases_on_one_archive_archive_everything_once_in_50_rounds() {
    let sound: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    Release1::new(&sound, TableKind::schema).create().await;
    let journals = [journal(1_000, 250), journal(2_000, 250)];
    for round in 0..50 {
        // Each round journals ten records more of one partition, and both releases begin anew and race for them.
        let number = round % 2;
        let written = &journals[number][..(round / 2 + 1) * 10];
        let seed = round as u64;
        let store: Arc<dyn ObjectStore> = Arc::new(Faulty::new(Arc::clone(&sound), seed, 10));
        let old = Release1::new(&store, TableKind::schema);
        let open = async || {
            let url = Url::parse("memory:///archive/").unwrap();
            Archive::on_store(Arc::clone(&store), url).await.ok()
        };
        let partition = partition(number as u32);
        if round % 3 == 0 {
            // It is the slower one.
            let head_start = &written[..written.len() - 5];
            record_as_release_1(&old, partition, head_start, seed).await;
        }
        tokio::join!(
            record_as_release_1(&old, partition, written, seed),
            record(open, partition, written, seed + 1),
        );
        if round % 10 > 7 {
            let archive = in_memory(&sound).await;
            let found = archived(&archive, partition).await;
            assert_eq!(found, events_of(partition, written), "round {round}");
        }
    }
    let archive = in_memory(&sound).await;
    let junk: Vec<i64> = journals
        .iter()
        .flat_map(|journal| junk_offsets(journal))
        .collect();
    assert_eq!(quarantined_offsets(&archive).await, junk);
    let (mut first, mut second) = (0, 0);
    for number in 0..2 {
        let (old, new) = leaves_are_dense(&archive, partition(number)).await;
        first += old;
        second += new;
    }
    // Both did much of it.
    let shares = format!("{first} files of format 1, {second} of format 2");
    assert!(first > 10 && second > 10, "{shares}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_of_release_1_goes_on_in_format_2_in_place() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let old = Release1::new(&store, TableKind::schema);
    old.create().await;
    let journal = journal(77, 200);
    let mut position = 0;
    for _ in 0..6 {
        let batch = batch(partition(0), &journal, position, 20);
        position = old.commit(&batch).await.unwrap();
    }
    let before: Vec<_> = store.list(None).try_collect().await.unwrap();
    let archive = in_memory(&store).await;
    assert_eq!(archive.position(partition(0)).await.unwrap(), position);
    for _ in 0..4 {
        let batch = batch(partition(0), &journal, position, 20);
        position = archive.commit(&batch).await.unwrap().position;
    }
    let found = archived(&archive, partition(0)).await;
    assert_eq!(found, events_of(partition(0), &journal));
    assert_eq!(leaves_are_dense(&archive, partition(0)).await, (6, 4));
    for object in before {
        let now = store.head(&object.location).await.unwrap();
        assert_eq!(
            now.e_tag, object.e_tag,
            "{} was written again",
            object.location
        );
    }
}
