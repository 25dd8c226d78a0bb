//! Crashes by seed, killed processes, failing disks, damage: nothing acknowledged is lost, and what is lost is named.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use futures::StreamExt;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;

use super::*;

/// The journal's folder as a crash leaves it: nothing closed in order.
async fn crashed(count: u32) -> (TempDir, Vec<(Position, Record)>) {
    let live = TempDir::new().unwrap();
    let journal = open(live.path());
    let written = append_all(&journal, count).await;
    let left = TempDir::new().unwrap();
    copy(live.path(), left.path());
    journal.close().await;
    (left, written)
}

/// Bytes of a commit that was cut short anywhere, with a byte of it wrong or not, never cost an acknowledged record.
#[test]
fn torn_tails_are_cut_and_nothing_else() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (left, written) = runtime.block_on(crashed(120));
    let strategy = (
        1..6_u32,
        any::<prop::sample::Index>(),
        proptest::option::of((any::<prop::sample::Index>(), 1..=u8::MAX)),
    );
    let mut runner = TestRunner::new(Config::with_cases(64));
    runner
        .run(&strategy, |(torn, cut, flip)| {
            let folder = TempDir::new().unwrap();
            copy(left.path(), folder.path());
            for number in 0..2 {
                let path = segments(folder.path(), number).pop().unwrap();
                let mut bytes = std::fs::read(&path).unwrap();
                let head = SegmentHead::parse(bytes.first_chunk().unwrap()).unwrap();
                let mut last = Segment::read(&path, head.base).unwrap();
                let (next, tail) = segment::scan(&mut last, &bytes).unwrap();
                assert_eq!(tail, Tail::Whole);
                // One commit of several records, not acknowledged.
                let mut commit = Vec::new();
                for offset in next..next + u64::from(torn) {
                    let record = record(1, &"torn".repeat(offset as usize % 50 + 1));
                    frame::push(&mut commit, head.salt, (offset, next, 0), &record);
                }
                commit.truncate(cut.index(commit.len()));
                if let Some((at, flip)) = flip.filter(|_| !commit.is_empty()) {
                    let at = at.index(commit.len());
                    commit[at] ^= flip;
                }
                bytes.extend(commit);
                std::fs::write(&path, bytes).unwrap();
            }
            runtime.block_on(async {
                let journal = open(folder.path());
                assert_holds(&read_all(&journal).await, &written);
                // And the log goes on from there.
                let after = append_all(&journal, 30).await;
                journal.close().await;
                let journal = open(folder.path());
                let found = read_all(&journal).await;
                assert_holds(&found, &written);
                assert_holds(&found, &after);
                journal.close().await;
            });
            Ok(())
        })
        .unwrap();
}

/// Writes for ever and says what was acknowledged; does nothing unless the test below runs it in a process of its own.
#[test]
fn a_writer_to_be_killed() {
    let Some(folder) = std::env::var_os("FIRN_TEST_JOURNAL") else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let journal = open(Path::new(&folder));
        let mut output = std::io::stdout();
        for number in 0_u64.. {
            let records: Vec<_> = (0..8)
                .map(|key| record(key, &format!("{number}.{key}")))
                .collect();
            let appending: Vec<_> = records
                .iter()
                .map(|record| journal.append(Topic::Events, record.clone()))
                .collect();
            for (appending, record) in appending.into_iter().zip(&records) {
                let position = appending.await.unwrap();
                let value = std::str::from_utf8(&record.value).unwrap();
                let partition = position.partition.number;
                writeln!(
                    output,
                    "acknowledged {partition} {} {value}",
                    position.offset.0
                )
                .unwrap();
            }
        }
    });
}

#[test]
fn killed_writers_lose_nothing_acknowledged() {
    let folder = TempDir::new().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut acknowledged: Vec<(Position, String)> = Vec::new();
    for lines in [1, 50, 333, 1000] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "--nocapture",
                "embedded::tests::crash::a_writer_to_be_killed",
            ])
            .env("FIRN_TEST_JOURNAL", folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut take = |wanted: usize| -> usize {
            let mut taken = 0;
            while let Some(Ok(line)) = (taken < wanted).then(|| output.next()).flatten() {
                // Test runners print lines of their own.
                let Some((_, said)) = line.split_once("acknowledged ") else {
                    continue;
                };
                let [number, offset, value] = said.split(' ').collect::<Vec<_>>()[..] else {
                    // Killed in the middle of a line.
                    continue;
                };
                let (Ok(number), Ok(offset)) = (number.parse(), offset.parse()) else {
                    continue;
                };
                let position = Position {
                    partition: partition(number),
                    offset: Offset(offset),
                };
                acknowledged.push((position, value.to_owned()));
                taken += 1;
            }
            taken
        };
        assert_eq!(take(lines), lines, "the writer wrote");
        child.kill().unwrap();
        child.wait().unwrap();
        // All it still said before it died, the last line perhaps in part.
        take(usize::MAX);
        runtime.block_on(async {
            let journal = open(folder.path());
            let found = read_all(&journal).await;
            for (position, value) in &acknowledged {
                let there = found.iter().find(|found| found.position == *position);
                let there = there.map(|there| String::from_utf8(there.value.to_vec()).unwrap());
                assert!(
                    there.is_some_and(|there| there.starts_with(value)),
                    "{position:?} {value} is lost"
                );
            }
            journal.close().await;
        });
    }
}

#[test]
fn what_a_failed_write_left_is_cut_before_the_next() {
    let folder = TempDir::new().unwrap();
    let head = SegmentHead { base: 0, salt: 7 };
    let (segment, writable) = Segment::create(folder.path(), head).unwrap();
    let path = segment.path.clone();
    let log = Log::new(
        partition(0),
        folder.path().to_owned(),
        Side::Owner,
        vec![segment.clone()],
        0,
    );
    let mut writer = Writer {
        log: Arc::new(log),
        queue: Arc::default(),
        clock: Arc::new(SystemClock),
        config: small(),
        marks: Arc::new(Marks::create(folder.path(), &[0]).unwrap()),
        number: 0,
        lock: Arc::new(Lock::take(folder.path()).unwrap()),
        // A disk that takes nothing.
        file: fs::File::open(&path).unwrap(),
        head,
        durable: segment.bytes,
        next: 0,
        failed: false,
    };
    let commit = |writer: &mut Writer, count: u8| {
        let mut batch = Vec::new();
        let mut answers = Vec::new();
        for number in 0..count {
            let (answer, receiver) = tokio::sync::oneshot::channel();
            batch.push((record(number, "text"), answer));
            answers.push(receiver);
        }
        writer.commit(batch);
        let answers = answers
            .into_iter()
            .map(|answer| answer.blocking_recv().unwrap());
        answers.collect::<Vec<_>>()
    };
    for _ in 0..2 {
        let refused = commit(&mut writer, 2);
        assert!(
            refused
                .iter()
                .all(|answer| matches!(answer, Err(AppendError::Unavailable(_))))
        );
        assert_eq!(writer.log.end().next, 0);
    }
    // The disk is back, with half of what was tried.
    let mut left = OpenOptions::new().append(true).open(&path).unwrap();
    left.write_all(&[9; 100]).unwrap();
    writer.file = writable;
    let taken = commit(&mut writer, 3);
    let offsets: Vec<u64> = taken
        .into_iter()
        .map(|answer| answer.unwrap().offset.0)
        .collect();
    assert_eq!(offsets, [0, 1, 2]);
    let mut found = Segment::read(&path, 0).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(segment::scan(&mut found, &bytes), Ok((3, Tail::Whole)));
}

/// A byte of the active segment changes: either the last commit's record is cut, or the damage is named. Never less.
#[test]
fn damage_in_the_active_segment_is_named() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _guard = runtime.enter();
    let folder = TempDir::new().unwrap();
    let salt = 0x1234_5678_9abc_def0;
    let make = || {
        let head = SegmentHead { base: 0, salt };
        let mut bytes = head.to_bytes().to_vec();
        let mut starts = Vec::new();
        // Three commits of three records.
        for offset in 0..9 {
            starts.push(bytes.len());
            let record = record(1, &format!("record {offset}"));
            frame::push(&mut bytes, salt, (offset, offset / 3 * 3, 0), &record);
        }
        (bytes, starts)
    };
    let (whole, starts) = make();
    let scan = |bytes: &[u8]| {
        let path = folder.path().join("00000000000000000000.log");
        std::fs::write(&path, bytes).unwrap();
        let mut segment = Segment::read(&path, 0).unwrap();
        segment::scan(&mut segment, bytes)
    };
    assert_eq!(scan(&whole), Ok((9, Tail::Whole)));
    for at in starts[0]..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x40;
        let record = starts.partition_point(|&start| start <= at) - 1;
        match scan(&bytes) {
            Ok((next, Tail::Torn(cut))) => {
                assert!(record >= 6, "byte {at}: a durable record was cut");
                assert_eq!((next, cut), (record as u64, starts[record] as u64));
            }
            Err(damage) => {
                assert!(record < 6, "byte {at}: the last commit may be torn");
                assert_eq!(damage.offset, record as u64);
            }
            Ok(other) => panic!("byte {at}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn damage_in_an_old_segment_is_named_when_read() {
    let (folder, written) = crashed(200).await;
    let path = segments(folder.path(), 0).remove(0);
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let journal = open(folder.path());
    let mut subscription = journal.subscribe(partition(0), Offset(0)).await.unwrap();
    let mut read = 0;
    let error = loop {
        match subscription.next().await.unwrap() {
            Ok(_) => read += 1,
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error, ReadError::Damaged { offset, .. } if offset == read),
        "{error}"
    );
    assert!(subscription.next().await.is_none());
    // What lies behind it can be read.
    let behind = segments(folder.path(), 0)[1].clone();
    let base: u64 = behind
        .file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let mut subscription = journal.subscribe(partition(0), Offset(base)).await.unwrap();
    let got = take(&mut subscription, 1).await.remove(0);
    let want = written
        .iter()
        .find(|(position, _)| *position == got.position)
        .unwrap();
    assert_eq!(got.value, want.1.value);
    journal.close().await;
}

#[tokio::test]
async fn a_missing_segment_is_named() {
    let (folder, _) = crashed(200).await;
    let missing = segments(folder.path(), 0).remove(1);
    std::fs::remove_file(&missing).unwrap();
    let base: u64 = missing
        .file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let journal = open(folder.path());
    let mut subscription = journal.subscribe(partition(0), Offset(0)).await.unwrap();
    let error = loop {
        if let Err(error) = subscription.next().await.unwrap() {
            break error;
        }
    };
    assert!(
        matches!(error, ReadError::Damaged { offset, .. } if offset == base),
        "{error}"
    );
    journal.close().await;
}

/// The last commit is torn though it was acknowledged: a disk that lied, a file that was cut. It is said, and nothing is cut.
#[tokio::test]
async fn an_acknowledged_tail_that_is_torn_is_named_and_stays() {
    let (folder, written) = crashed(20).await;
    let path = segments(folder.path(), 0).pop().unwrap();
    let whole = std::fs::read(&path).unwrap();
    let refused = |what: &str| match open_with(folder.path(), small()).map(|_| ()) {
        Err(OpenError::Damaged { offset, detail, .. }) => (offset, detail),
        other => panic!("{what}: {other:?}"),
    };
    let last = written.iter().map(|(position, _)| position);
    let last = last.filter(|position| position.partition == partition(0));
    let last = last.map(|position| position.offset.0).max().unwrap();
    let said = format!("records up to offset {last} were acknowledged");
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for (what, left) in [
        ("cut", whole[..whole.len() - 1].to_vec()),
        ("flipped", flipped),
        ("emptied", whole[..frame::SEGMENT_HEAD].to_vec()),
    ] {
        std::fs::write(&path, &left).unwrap();
        for _ in 0..2 {
            let (offset, detail) = refused(what);
            assert!(offset <= last && detail.contains(&said), "{what}: {detail}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), left, "{what}");
    }
    // Gone altogether, with all before it.
    for path in segments(folder.path(), 0) {
        std::fs::rename(&path, path.with_extension("away")).unwrap();
    }
    let (offset, detail) = refused("gone");
    assert!(offset == 0 && detail.contains("are gone"), "{detail}");
    for entry in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let away = entry.unwrap().path();
        std::fs::rename(&away, away.with_extension("log")).unwrap();
    }
    // Whoever knows that it is lost says so by hand, and it is cut.
    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    std::fs::remove_file(folder.path().join("durable")).unwrap();
    let journal = open(folder.path());
    let end = journal.bounds(partition(0)).await.unwrap().end;
    assert_eq!(end, last);
    let after = append_all(&journal, 10).await;
    journal.close().await;
    let journal = open(folder.path());
    assert_holds(&read_all(&journal).await, &after);
    journal.close().await;
}

/// Marks that are old, torn, cut short or not there promise nothing: a journal opens as it would without them.
#[tokio::test]
async fn marks_that_say_less_or_nothing_refuse_nothing() {
    let (folder, written) = crashed(20).await;
    let path = folder.path().join("durable");
    let marks = std::fs::read(&path).unwrap();
    let mut torn = marks.clone();
    torn[0] ^= 0x10;
    let zeros = vec![0; marks.len()];
    for left in [&torn, &zeros, &marks[..20].to_vec(), &Vec::new()] {
        let other = TempDir::new().unwrap();
        copy(folder.path(), other.path());
        std::fs::write(other.path().join("durable"), left).unwrap();
        let journal = open(other.path());
        assert_holds(&read_all(&journal).await, &written);
        journal.close().await;
    }
}

#[tokio::test]
async fn a_log_closed_in_order_may_not_be_shorter() {
    let folder = TempDir::new().unwrap();
    let journal = open(folder.path());
    append_all(&journal, 20).await;
    journal.close().await;
    drop(journal);
    let path = segments(folder.path(), 0).pop().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let opened = open_with(folder.path(), small()).map(|_| ());
    assert!(
        matches!(opened, Err(OpenError::Damaged { .. })),
        "{opened:?}"
    );
    std::fs::write(&path, &bytes).unwrap();
    open(folder.path()).close().await;
}
