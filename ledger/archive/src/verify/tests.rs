//! Every way of tampering shows, in the right verdict, with the event named.

mod coverage;
mod promises;
mod sealed;
mod since;
mod world;

use std::collections::BTreeSet;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use event::payload::{AbandonedRun, ProducerRole, ProducerStarted};
use event::{Event, EventId, Kind, Payload, RunId};
use uuid::Uuid;

use super::coverage::Counted;
use super::*;
use crate::samples::Draw;
use crate::{TableKind, tamper};
use ::journal::Record;
use ::journal::clock::Clock;
use world::{World, session};

const SECOND: i64 = 1_000_000_000;

fn text<'a>(rows: &'a RecordBatch, row: usize, column: &str) -> &'a str {
    let column = rows.column_by_name(column).unwrap().as_string::<i32>();
    if arrow::array::Array::is_null(column, row) {
        ""
    } else {
        column.value(row)
    }
}

fn number(rows: &RecordBatch, row: usize, column: &str) -> i64 {
    rows.column_by_name(column)
        .unwrap()
        .as_primitive::<Int64Type>()
        .value(row)
}

fn verdicts(report: &Report) -> (bool, bool) {
    (report.integrity, report.completeness)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_record_holds() {
    let world = World::sound().await;
    for report in [world.verify().await, world.verify_alone().await] {
        assert_eq!(verdicts(&report), (true, true), "{report}");
        assert_eq!(report.findings, []);
        assert_eq!(report.counts.archived_events, report.events);
        assert_eq!(report.counts.quarantined, 1);
        assert!(report.counts.pages > 20 && report.counts.runs == 3 && report.counts.parts > 10);
    }
    assert_eq!(
        world.verify().await.counts.compared as usize,
        world.memory.all().len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_archived_yet_counts_from_the_journal() {
    let world = World::new().await;
    let emitter = world.emitter().await;
    world.work(&emitter, 1).await;
    world.record().await;
    world.work(&emitter, 2).await;
    emitter.stop().await.unwrap();
    let report = world.verify().await;
    assert_eq!(verdicts(&report), (true, true), "{report}");
    assert!(report.counts.tail_events > 100, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ended_by_force_is_a_note() {
    let world = World::new().await;
    let emitter = world.emitter().await;
    world.work(&emitter, 1).await;
    world.record().await;
    let report = world.verify().await;
    assert_eq!(verdicts(&report), (true, true), "{report}");
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.contains("no producer.stopped")),
        "{report}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_flipped_column_of_events_shows() {
    let world = World::sound().await;
    let snapshot = world.archive.snapshot().await.unwrap();
    let mut names = BTreeSet::new();
    for (partition, range, rows) in tamper::files(&world.archive, TableKind::Events).await {
        for (name, row, flipped) in tamper::flips(&rows) {
            if !names.insert(name.clone()) {
                continue;
            }
            tamper::overwrite(&world.store, TableKind::Events, partition, &range, &flipped).await;
            let mut findings = Findings::default();
            let files = Files::new(&snapshot, partition);
            let mut listed = files.listed().into_iter();
            let listed = listed.find(|file| file.offsets == range).unwrap();
            let examined = files.examine(listed).await.unwrap();
            examined.join(&mut Counted::from_the_start(), &mut findings);
            let mut report = findings.into_report();
            // Where the row stands is not in the event; its neighbours and the journal tell.
            if report.integrity {
                assert_eq!(name, "offset");
                report = world.verify().await;
            }
            assert!(!report.integrity, "{name}: {report}");
            let first = report.first_broken.unwrap();
            let named = first.event_id.map(|id| id.to_string());
            let honest = [
                text(&rows, row, "event_id"),
                text(&flipped, row, "event_id"),
            ];
            let place = first.position.map(|place| place.offset as i64);
            let at = [
                number(&rows, row, "offset"),
                number(&flipped, row, "offset"),
            ];
            let found = named.is_some_and(|named| honest.contains(&named.as_str()))
                || place.is_some_and(|place| at.contains(&place));
            assert!(found, "{name}: {}", first.what);
        }
        tamper::overwrite(&world.store, TableKind::Events, partition, &range, &rows).await;
    }
    assert!(names.len() > 120, "only {names:?}");
    assert_eq!(verdicts(&world.verify().await), (true, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_flipped_column_of_pages_shows() {
    let world = World::sound().await;
    let snapshot = world.archive.snapshot().await.unwrap();
    let mut names = BTreeSet::new();
    for (partition, range, rows) in tamper::files(&world.archive, TableKind::Pages).await {
        for (name, _, flipped) in tamper::flips(&rows) {
            if !names.insert(name.clone()) {
                continue;
            }
            tamper::overwrite(&world.store, TableKind::Pages, partition, &range, &flipped).await;
            // The file of events it belongs to: no other has to do with it.
            let mut findings = Findings::default();
            let files = Files::new(&snapshot, partition);
            for listed in files.listed() {
                if listed.offsets.contains(&range.start) {
                    let examined = files.examine(listed).await.unwrap();
                    examined.join(&mut Counted::from_the_start(), &mut findings);
                }
            }
            let report = findings.into_report();
            assert!(
                !report.integrity || !report.completeness,
                "{name}: {report}"
            );
            assert!(report.first_broken.unwrap().event_id.is_some(), "{name}");
        }
        tamper::overwrite(&world.store, TableKind::Pages, partition, &range, &rows).await;
    }
    assert!(
        names.contains("body") && names.contains("rows") && names.len() > 8,
        "{names:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_row_is_missed_before_the_next_event_of_its_part() {
    let world = World::sound().await;
    let session = session(1, 3).to_string();
    let target = |rows: &RecordBatch, row| {
        text(rows, row, "session_id") == session && number(rows, row, "part_index") == 5
    };
    assert_eq!(world.delete_rows(target).await, 1);
    for report in [world.verify().await, world.verify_alone().await] {
        assert_eq!(verdicts(&report), (true, false), "{report}");
        assert!(
            report.findings.iter().any(|finding| {
                finding.event_id.is_some()
                    && finding.what == "event 5 of the part is missing before this one"
            }),
            "{report}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_file_is_missed() {
    let world = World::sound().await;
    let (partition, range, _) = tamper::files(&world.archive, TableKind::Events)
        .await
        .remove(1);
    tamper::delete(&world.store, TableKind::Events, partition, range.start).await;
    let report = world.verify_alone().await;
    assert!(!report.completeness, "{report}");
    assert!(report.integrity, "{report}");
    let first = report.first_broken.unwrap();
    assert_eq!(first.position.map(|place| place.offset), Some(range.start));
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_page_bodies_are_missed() {
    let world = World::sound().await;
    let (partition, range, rows) = tamper::files(&world.archive, TableKind::Pages)
        .await
        .remove(0);
    tamper::overwrite(
        &world.store,
        TableKind::Pages,
        partition,
        &range,
        &rows.slice(1, rows.num_rows() - 1),
    )
    .await;
    let report = world.verify().await;
    assert_eq!(verdicts(&report), (true, false), "{report}");
    let first = report
        .first_broken
        .unwrap()
        .event_id
        .map(|id| id.to_string());
    assert_eq!(first.as_deref(), Some(text(&rows, 0, "event_id")));
}

#[tokio::test(flavor = "multi_thread")]
async fn reordered_events_show_without_a_journal() {
    let world = World::sound().await;
    for (partition, range, rows) in tamper::files(&world.archive, TableKind::Events).await {
        // Rows of one session stand together: two neighbours swap their places in the journal.
        let pair = (1..rows.num_rows()).find(|row| {
            let same = |column| text(&rows, *row, column) == text(&rows, row - 1, column);
            // A page's event that stands elsewhere is missed by its body before its chain is looked at.
            let page = |row| text(&rows, row, "kind") == event::Kind::ResponsePage.as_str();
            same("session_id")
                && same("producer_run")
                && partition.topic == Topic::Events
                && !page(*row)
                && !page(row - 1)
        });
        let Some(row) = pair else { continue };
        let index = rows.schema().index_of("offset").unwrap();
        let mut order: Vec<u32> = (0..rows.num_rows() as u32).collect();
        order.swap(row, row - 1);
        let mut columns = rows.columns().to_vec();
        let order = arrow::array::UInt32Array::from(order);
        columns[index] = arrow::compute::take(&columns[index], &order, None).unwrap();
        let swapped = RecordBatch::try_new(rows.schema(), columns).unwrap();
        tamper::overwrite(&world.store, TableKind::Events, partition, &range, &swapped).await;
        let report = world.verify_alone().await;
        assert!(!report.integrity, "{report}");
        assert!(report.first_broken.unwrap().event_id.is_some());
        return;
    }
    panic!("no pair to swap");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_part_and_a_dropped_part_are_missed() {
    for from in [8, 0] {
        let world = World::sound().await;
        let session = session(2, 4);
        let text_id = session.to_string();
        let gone = world.delete_rows(|rows, row| {
            text(rows, row, "session_id") == text_id && number(rows, row, "part_index") >= from
        });
        assert!(gone.await > 5);
        let report = world.verify_alone().await;
        assert_eq!(verdicts(&report), (true, false), "{report}");
        let counted = report
            .findings
            .iter()
            .find(|finding| finding.session_id == Some(session))
            .unwrap();
        assert!(
            counted.what.contains("this heartbeat counts"),
            "{}",
            counted.what
        );
        assert!(counted.event_id.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_run_is_missed_by_its_heartbeat_or_its_successor() {
    let world = World::sound().await;
    let files = tamper::files(&world.archive, TableKind::Events).await;
    // The one that said most: of a short one less is missed.
    let mut runs = std::collections::BTreeMap::<String, usize>::new();
    for (_, _, rows) in &files {
        for row in 0..rows.num_rows() {
            *runs
                .entry(text(rows, row, "producer_run").to_owned())
                .or_default() += 1;
        }
    }
    let (run, _) = runs.into_iter().max_by_key(|(_, said)| *said).unwrap();
    let gone = world.delete_rows(|rows, row| {
        text(rows, row, "producer_run") == run && text(rows, row, "kind") != "producer.stopped"
    });
    assert!(gone.await > 100);
    let report = world.verify_alone().await;
    assert_eq!(verdicts(&report), (true, false), "{report}");

    let world = World::sound().await;
    let lost = RunId::from_uuid(Uuid::from_u128(404));
    let emitted = successor(&world, lost, 3).await;
    let report = world.verify().await;
    assert_eq!(verdicts(&report), (true, false), "{report}");
    assert_eq!(report.first_broken.unwrap().event_id, Some(emitted));
}

/// A run whose first event says that `lost` was given up after so many acknowledged events.
async fn successor(world: &World, run: RunId, acknowledged: u64) -> EventId {
    let mut started: Event = Draw::new(5).event(Kind::ProducerStarted);
    started.session_id = None;
    started.time = world.clock.now();
    started.producer.seq = 0;
    started.part.index = 0;
    started.part.previous_hash = event::Digest::ZERO;
    started.payload = Payload::ProducerStarted(ProducerStarted {
        role: ProducerRole::Gateway,
        version: "1".to_owned(),
        abandoned: Some(AbandonedRun { run, acknowledged }),
    });
    let record = Record {
        key: started.key(),
        headers: Vec::new(),
        value: event::encode(&started).unwrap().into(),
    };
    world.journal.append(Topic::Events, record).await.unwrap();
    world.record().await;
    started.event_id
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_disagrees_with_the_journal_shows() {
    let world = World::sound().await;
    // A journal that holds other records in the same places.
    let other = World::sound().await;
    let report = verify(&world.archive, Some(&other.journal)).await.unwrap();
    assert!(!report.integrity, "{report}");
    // An honest footer over fewer rows: the journal still has them.
    world
        .delete_rows(|rows, row| text(rows, row, "kind") == "producer.started")
        .await;
    let report = world.verify().await;
    assert!(
        report.findings.iter().any(|finding| {
            finding.what == "journal record is neither archived nor in quarantine"
                && finding.event_id.is_some()
        }),
        "{report}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn events_lost_in_flight_after_a_journal_failure_are_excused_and_earlier_ones_are_not() {
    for (acknowledged, complete) in [(40, true), (100, false)] {
        let world = World::new().await;
        let emitter = world.emitter().await;
        world.work(&emitter, 1).await;
        world.clock.advance(600 * SECOND);
        let lost = |event: &Event| (60..70).contains(&event.producer.seq);
        world.record_only(|event| !lost(event), |_| false).await;
        let files = tamper::files(&world.archive, TableKind::Events).await;
        let run: RunId = text(&files[0].2, 0, "producer_run").parse().unwrap();
        successor(&world, run, acknowledged).await;
        let report = world.verify_alone().await;
        assert_eq!(verdicts(&report), (true, complete), "{report}");
    }
}
