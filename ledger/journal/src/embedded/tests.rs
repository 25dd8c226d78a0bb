//! The contract, and what only a folder can suffer: a second writer, readers from outside, retention; in `crash`, crashes and damage.

mod crash;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use event::TimeNs;
use futures::StreamExt;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::clock::{ManualClock, SystemClock};
use crate::contract::{self, record, take};
use crate::memory::Memory;
use crate::{Delivered, Position};

fn open_with(folder: &Path, config: EmbeddedConfig) -> Result<Embedded, OpenError> {
    Embedded::open(folder, config, Arc::new(SystemClock))
}

fn small() -> EmbeddedConfig {
    EmbeddedConfig {
        events_partitions: 2,
        segment_bytes: 4096,
        ..EmbeddedConfig::default()
    }
}

fn open(folder: &Path) -> Embedded {
    open_with(folder, small()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn embedded_keeps_the_contract() {
    let folder = TempDir::new().unwrap();
    let journal = open_with(folder.path(), EmbeddedConfig::default()).unwrap();
    contract::everything(Arc::new(journal)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn embedded_with_small_segments_keeps_the_contract() {
    let folder = TempDir::new().unwrap();
    contract::everything(Arc::new(open(folder.path()))).await;
    contract::reopening_keeps_everything(async || open(folder.path())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_keeps_the_contract() {
    let memory = Memory::new(6, 10_000);
    // It takes what the others refuse by size; everything else is the same.
    contract::all_but_sizes(Arc::new(memory)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_may_look_into_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let around = TempDir::new().unwrap();
    let folder = around.path().join("journal");
    // One of an earlier build, open to all.
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let journal = open(&folder);
    append_all(&journal, 50).await;
    let mut folders = vec![folder];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(mode(&path), 0o600, "{}", path.display());
                files += 1;
            }
        }
    }
    assert!(files > 3, "{files} files");
}

/// Some wait for each other in one commit, so that there are commits of several records, and several commits.
async fn append_all(journal: &dyn Journal, count: u32) -> Vec<(Position, Record)> {
    let mut written = Vec::new();
    let records = (0..count).map(|number| {
        let mut record = record((number % 5) as u8, &format!("number {number}"));
        record.value = Bytes::from(vec![number as u8; (number as usize * 37) % 900]);
        record
    });
    for wave in records.collect::<Vec<_>>().chunks(8) {
        let appending: Vec<_> = wave
            .iter()
            .map(|record| journal.append(Topic::Events, record.clone()))
            .collect();
        for (appending, record) in appending.into_iter().zip(wave) {
            written.push((appending.await.unwrap(), record.clone()));
        }
    }
    written
}

async fn read_all(journal: &dyn Journal) -> Vec<Delivered> {
    let mut records = Vec::new();
    for partition in journal.partitions(Topic::Events).await.unwrap() {
        let bounds = journal.bounds(partition).await.unwrap();
        let mut subscription = journal
            .subscribe(partition, Offset(bounds.start))
            .await
            .unwrap();
        records.extend(take(&mut subscription, (bounds.end - bounds.start) as usize).await);
    }
    records
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn partition(number: u32) -> Partition {
    Partition {
        topic: Topic::Events,
        number,
    }
}

fn segments(folder: &Path, number: u32) -> Vec<PathBuf> {
    let folder = folder::partition_folder(folder, partition(number));
    segment::list(&folder)
        .unwrap()
        .into_iter()
        .map(|(_, path)| path)
        .collect()
}

fn assert_holds(found: &[Delivered], written: &[(Position, Record)]) {
    for (position, record) in written {
        let there = found.iter().find(|found| found.position == *position);
        assert_eq!(
            there.map(|there| &there.value),
            Some(&record.value),
            "{position:?} is lost"
        );
    }
}

/// The writer began with the first of them, and the others waited for its next sync.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_appended_together_is_one_commit() {
    let folder = TempDir::new().unwrap();
    let journal = open_with(folder.path(), EmbeddedConfig::default()).unwrap();
    let group = || {
        let records = (0..40).map(|number| (Topic::Events, record(1, &format!("number {number}"))));
        records.collect::<Vec<_>>()
    };
    let mut offsets = Vec::new();
    for _ in 0..10 {
        for appending in journal.append_all(group()) {
            offsets.push(appending.await.unwrap().offset.0);
        }
    }
    let number = partition_of(&[1; 16], EmbeddedConfig::default().events_partitions);
    let bytes = std::fs::read(&segments(folder.path(), number)[0]).unwrap();
    let salt = SegmentHead::parse(bytes.first_chunk().unwrap())
        .unwrap()
        .salt;
    let mut rest = &bytes[frame::SEGMENT_HEAD..];
    for offset in offsets {
        let head = frame::FrameHead::parse(rest.first_chunk().unwrap(), salt).unwrap();
        assert_eq!((head.offset, head.commit), (offset, offset / 40 * 40));
        rest = &rest[head.frame_bytes()..];
    }
    assert!(rest.is_empty());
    journal.close().await;
}

/// A commit of a few records was read as 256 KiB by each subscriber, and kept so much as long as anybody kept one of them.
#[tokio::test]
async fn readers_take_no_more_memory_than_there_is_to_read() {
    let folder = TempDir::new().unwrap();
    let journal = open_with(folder.path(), EmbeddedConfig::default()).unwrap();
    let place = journal
        .append(Topic::Control, record(1, "one"))
        .await
        .unwrap();
    let (log, _) = journal.find(place.partition).unwrap();
    let durable = log.durable_bytes(0).unwrap();
    assert!((1..1024).contains(&durable), "{durable}");
    assert_eq!(log.durable_bytes(7), None);
    let more = journal.append(Topic::Control, record(1, "two"));
    more.await.unwrap();
    assert!(log.durable_bytes(0).unwrap() > durable);
    let mut records = journal.subscribe(place.partition, Offset(0)).await.unwrap();
    assert_eq!(take(&mut records, 2).await.len(), 2);
    journal.close().await;
}

#[tokio::test]
async fn one_process_writes() {
    let folder = TempDir::new().unwrap();
    let journal = open(folder.path());
    let second = open_with(folder.path(), small()).map(|_| ());
    let Err(OpenError::Locked { holder, .. }) = second else {
        panic!("two writers: {second:?}");
    };
    assert_eq!(holder, format!("process {}", std::process::id()));
    journal.close().await;
    open(folder.path()).close().await;
}

#[tokio::test]
async fn partitions_are_fixed() {
    let folder = TempDir::new().unwrap();
    open(folder.path()).close().await;
    let config = EmbeddedConfig {
        events_partitions: 3,
        ..small()
    };
    let opened = open_with(folder.path(), config).map(|_| ());
    assert!(
        matches!(
            opened,
            Err(OpenError::Partitions {
                found: 2,
                wanted: 3,
                ..
            })
        ),
        "{opened:?}"
    );
    let none = EmbeddedConfig {
        events_partitions: 0,
        ..small()
    };
    assert!(matches!(
        open_with(folder.path(), none),
        Err(OpenError::Count { count: 0 })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_reads_along() {
    let folder = TempDir::new().unwrap();
    assert!(
        Embedded::open_reader(folder.path()).is_err(),
        "nothing is there yet"
    );
    let journal = open(folder.path());
    let before = append_all(&journal, 100).await;
    let reader = Embedded::open_reader(folder.path()).unwrap();
    assert_holds(&read_all(&reader).await, &before);
    let end = reader.bounds(partition(0)).await.unwrap().end;
    let mut subscription = reader.subscribe(partition(0), Offset(end)).await.unwrap();
    let after = append_all(&journal, 100).await;
    let count = after
        .iter()
        .filter(|(position, _)| position.partition == partition(0))
        .count();
    let got = take(&mut subscription, count).await;
    assert!(
        got.iter()
            .all(|got| after.iter().any(|(position, _)| *position == got.position))
    );
    let refused = reader.append(Topic::Events, record(1, "no")).await;
    assert!(matches!(refused, Err(AppendError::Unavailable(_))));
    journal.close().await;
    drop(reader);
}

#[tokio::test]
async fn readers_see_nothing_that_is_not_durable() {
    let folder = TempDir::new().unwrap();
    let journal = open(folder.path());
    append_all(&journal, 10).await;
    let reader = Embedded::open_reader(folder.path()).unwrap();
    let end = reader.bounds(partition(0)).await.unwrap().end;
    // A whole frame that was written but not synced, as seen from another process.
    let path = segments(folder.path(), 0).pop().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let head = SegmentHead::parse(bytes.first_chunk().unwrap()).unwrap();
    frame::push(
        &mut bytes,
        head.salt,
        (end, end, 0),
        &record(1, "not durable"),
    );
    std::fs::write(&path, &bytes).unwrap();
    let mut subscription = reader.subscribe(partition(0), Offset(end)).await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(200), subscription.next()).await;
    assert!(early.is_err());
    journal.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_drops_only_what_is_archived() {
    let folder = TempDir::new().unwrap();
    let clock = Arc::new(ManualClock::at(TimeNs(0)));
    let config = EmbeddedConfig {
        retention_bytes: 10_000,
        ..small()
    };
    let journal =
        Embedded::open(folder.path(), config, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    append_all(&journal, 300).await;
    let zero = partition(0);
    assert_eq!(
        journal.bounds(zero).await.unwrap().start,
        0,
        "nothing is archived yet"
    );
    let count = segments(folder.path(), 0).len();
    assert!(count > 4);

    // Archived up to the middle of the third segment: two may go.
    let third: u64 = segments(folder.path(), 0)[2]
        .file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    journal.release(zero, Offset(third + 1));
    settle(&journal, zero, third).await;

    // All archived: as many go as the bytes ask for, and no more.
    let end = journal.bounds(zero).await.unwrap().end;
    journal.release(zero, Offset(end));
    let kept = |journal: &Embedded| journal.find(zero).unwrap().0.bytes();
    until(|| kept(&journal) <= 10_000).await;
    assert!(segments(folder.path(), 0).len() > 1);

    // Too old: all but the active one.
    clock.set(TimeNs(i64::MAX));
    journal.release(zero, Offset(end));
    until(|| segments(folder.path(), 0).len() == 1).await;
    let asked = journal.subscribe(zero, Offset(0)).await.map(|_| ());
    assert!(
        matches!(asked, Err(ReadError::Dropped { asked: 0, .. })),
        "{asked:?}"
    );
    journal.close().await;
    let journal = open(folder.path());
    assert!(journal.bounds(zero).await.unwrap().start > third);
    assert_eq!(journal.bounds(zero).await.unwrap().end, end);
    journal.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_that_is_gone_already_keeps_no_other() {
    let folder = TempDir::new().unwrap();
    let config = EmbeddedConfig {
        retention_bytes: 0,
        ..small()
    };
    let journal = open_with(folder.path(), config).unwrap();
    append_all(&journal, 300).await;
    let there = segments(folder.path(), 0);
    assert!(there.len() > 4);
    std::fs::remove_file(&there[0]).unwrap();
    let end = journal.bounds(partition(0)).await.unwrap().end;
    journal.release(partition(0), Offset(end));
    until(|| segments(folder.path(), 0).len() == 1).await;
    journal.close().await;
}

#[tokio::test]
async fn who_has_read_further_than_it_goes_is_told() {
    let folder = TempDir::new().unwrap();
    let journal = open(folder.path());
    append_all(&journal, 20).await;
    let end = journal.bounds(partition(0)).await.unwrap().end;
    let at_the_end = journal.subscribe(partition(0), Offset(end)).await;
    assert!(at_the_end.is_ok());
    // Of a journal that was there before this one.
    let beyond = journal.subscribe(partition(0), Offset(end + 1)).await;
    let beyond = beyond.map(|_| ());
    assert!(
        matches!(&beyond, Err(ReadError::Unavailable(why)) if why.contains("another journal")),
        "{beyond:?}"
    );
    journal.close().await;
}

async fn settle(journal: &Embedded, partition: Partition, start: u64) {
    for _ in 0..1000 {
        if journal.bounds(partition).await.unwrap().start == start {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("retention did not reach {start}");
}

async fn until(mut holds: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not come");
}

#[tokio::test]
async fn a_full_journal_refuses_until_it_is_archived() {
    let folder = TempDir::new().unwrap();
    let config = EmbeddedConfig {
        retention_bytes: 0,
        capacity_bytes: 8_000,
        ..small()
    };
    let journal = open_with(folder.path(), config).unwrap();
    let refused = loop {
        let mut record = record(1, "fill");
        record.value = Bytes::from(vec![1; 1000]);
        if let Err(error) = journal.append(Topic::Events, record).await {
            break error;
        }
    };
    assert!(refused.to_string().contains("journal is full"), "{refused}");
    for number in 0..2 {
        let end = journal.bounds(partition(number)).await.unwrap().end;
        journal.release(partition(number), Offset(end));
    }
    for _ in 0..1000 {
        if journal
            .append(Topic::Events, record(1, "again"))
            .await
            .is_ok()
        {
            journal.close().await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("archived, yet full");
}

proptest! {
    #[test]
    fn frames_come_back_whole(
        salt: u64, offset: u64, commit: u64, time: i64, key: [u8; 16],
        headers in proptest::collection::vec((".{0,20}", ".{0,40}"), 0..5),
        value in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let record = Record { key, headers, value: Bytes::from(value) };
        let mut bytes = Vec::new();
        frame::push(&mut bytes, salt, (offset, commit, time), &record);
        prop_assert_eq!(bytes.len(), frame::measure(&record).unwrap());
        let head = frame::FrameHead::parse(bytes.first_chunk().unwrap(), salt).unwrap();
        prop_assert_eq!((head.offset, head.commit, head.time), (offset, commit, time));
        frame::check(&head, &bytes, salt).unwrap();
        let body = Bytes::from(bytes).slice(frame::FRAME_HEAD..);
        let (key, headers, value) = frame::open(body).unwrap();
        prop_assert_eq!(key, record.key.to_vec());
        prop_assert_eq!(headers, record.headers);
        prop_assert_eq!(value, record.value);
    }

    #[test]
    fn bodies_of_garbage_are_errors_not_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = frame::open(Bytes::from(bytes));
    }
}
