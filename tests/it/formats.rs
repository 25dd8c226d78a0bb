//! One archive of both formats, compacted or not, through the commands: the answers of the build that recorded it first.
//!
//! Enters: the record of version 1, a third of it in the journal only. Leaves: the same record, all of it archived by this
//! build. Never here: an answer that depends on which file a row stands in.

use std::sync::Arc;
use std::time::Duration;

use archive::verify::{Report, verify};
use archive::{Archive, TableKind};
use arrow::compute::concat_batches;
use event::TimeNs;
use journal::clock::SystemClock;
use tokio_util::sync::CancellationToken;

use crate::fixtures::{Opened, compare, fixture, open};

/// Archives the rest of the journal.
async fn record(record: &Opened) {
    let archive = record.archive().await;
    let journal = record.journal();
    let dependencies = recorder::Dependencies {
        journal: Arc::clone(&journal),
        archive: archive.clone(),
        clock: Arc::new(SystemClock),
    };
    let config = recorder::Config {
        max_batch_events: 5,
        max_batch_age: Duration::from_millis(20),
        ..recorder::Config::default()
    };
    let recorder = recorder::build(config, dependencies).expect("a recorder");
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(recorder.run(shutdown.clone()));
    for topic in journal::Topic::ALL {
        for partition in journal.partitions(topic).await.expect("partitions") {
            let end = journal.bounds(partition).await.expect("bounds").end;
            while archive.position(partition).await.expect("position") < end {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    shutdown.cancel();
    running.await.expect("joined").expect("recorded");
    journal.close().await;
}

/// Makes one file of every partition's.
async fn compact(archive: &Archive) -> usize {
    let snapshot = archive.snapshot().await.expect("snapshot");
    let mut replaced = 0;
    for kind in [TableKind::Events, TableKind::Pages, TableKind::Quarantine] {
        for partition in snapshot.next_offsets().keys() {
            let pieces = snapshot.files(kind, *partition).expect("files");
            if pieces.len() < 2 {
                continue;
            }
            let mut rows = Vec::new();
            for piece in &pieces {
                rows.push(snapshot.file(kind, piece).await.expect("file").rows);
            }
            let rows = concat_batches(&kind.schema(), &rows).expect("rows");
            let one = archive.replace(kind, &pieces, rows, TimeNs(0));
            one.await.expect("a compaction");
            replaced += pieces.len();
        }
    }
    replaced
}

async fn sound(record: &Opened) -> Report {
    let journal = record.journal();
    let report = verify(&record.archive().await, Some(&journal)).await;
    journal.close().await;
    let report = report.expect("a report");
    assert!(report.integrity && report.completeness, "{report}");
    assert_eq!(report.findings_total, 0, "{report}");
    report
}

/// The record of both formats, as it was archived or compacted.
async fn answers_as_the_first_build_did(compacted: bool) {
    let opened = open(&["archive", "journal"]);
    record(&opened).await;
    if compacted {
        let replaced = compact(&opened.archive().await).await;
        assert!(replaced > 8, "{replaced}");
    }
    let report = sound(&opened).await;
    assert_eq!(
        (report.counts.archived_events, report.counts.tail_events),
        (100, 0),
        "{report}"
    );
    let mut answers = opened.answers();
    // The first build's report counts files and a tail; this one's was looked at above.
    let golden = fixture().join("answers/whole/verify.json");
    let golden = std::fs::read_to_string(golden).expect("golden file");
    answers.insert("verify.json".to_owned(), golden);
    compare("whole", &answers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_both_formats_answers_as_the_first_build_did() {
    answers_as_the_first_build_did(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compacted_record_of_both_formats_answers_as_the_first_build_did() {
    answers_as_the_first_build_did(true).await;
}
