//! The archive as a whole: what was committed is read back once, whoever committed it and whatever failed meanwhile.

mod compacting;
mod compaction;
mod cost;
mod duckdb;
mod evolution;
mod faulty;
mod format1;
mod lock;
mod of_session;
mod releases;
mod repair;
mod retention;
mod s3;
mod simulation;
mod updates;

use std::sync::Arc;

use bytes::Bytes;
use datafusion::prelude::{SessionContext, col, lit};
use event::{Event, Kind, SessionId};
use futures::TryStreamExt;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use url::Url;
use uuid::Uuid;

use super::location::Location;
use super::rows::{Quarantined, QuarantinedHeader};
use super::samples::Draw;
use super::table::Growth;
use super::*;
use faulty::Faulty;
use of_session::read_session;

pub(crate) use format1::Release1;
use journal::{Offset, Partition, Position, Topic};

fn partition(number: u32) -> Partition {
    Partition {
        topic: Topic::Events,
        number,
    }
}

/// A journal record: an event, or one that is none.
#[derive(Clone)]
enum Journaled {
    Event(Box<Event>),
    Junk(Bytes),
}

/// Offsets grow but are not dense; every kind occurs, and some junk.
fn journal(seed: u64, records: usize) -> Vec<(u64, Journaled)> {
    let mut draw = Draw::new(seed);
    let mut offset = 0;
    (0..records)
        .map(|_| {
            offset += 1 + draw.below(3) as u64;
            let record = match draw.below(12) {
                0 => Journaled::Junk(Bytes::from(format!("junk {offset}"))),
                1..=3 => Journaled::Event(Box::new(draw.event(Kind::ResponsePage))),
                _ => {
                    let kind = Kind::ALL[draw.below(Kind::ALL.len())];
                    Journaled::Event(Box::new(draw.event(kind)))
                }
            };
            (offset, record)
        })
        .collect()
}

fn hash(event: &Event) -> event::Digest {
    event::event_hash(&event::encode(event).unwrap())
}

fn batch(partition: Partition, journal: &[(u64, Journaled)], first: u64, records: usize) -> Batch {
    let mut batch = Batch::new(partition, first);
    let from = journal.iter().filter(|(offset, _)| *offset >= first);
    for (offset, record) in from.take(records) {
        match record {
            Journaled::Event(event) => batch.push(*offset, (**event).clone(), hash(event)),
            Journaled::Junk(value) => batch.quarantine(junk(partition, *offset, value)),
        }
    }
    batch
}

fn junk(partition: Partition, offset: u64, value: &Bytes) -> Quarantined {
    Quarantined {
        partition,
        offset,
        reason: "not CBOR".to_owned(),
        key: Bytes::from_static(b"\x00key"),
        headers: vec![QuarantinedHeader {
            name: "a".to_owned(),
            value: "b".to_owned(),
        }],
        sha256: event::Digest::of(value),
        value: value.clone(),
        arrived: 1_700_000_000_000_000,
    }
}

async fn in_memory(store: &Arc<dyn ObjectStore>) -> Archive {
    let url = Url::parse("memory:///archive/").unwrap();
    Archive::on_store(Arc::clone(store), url).await.unwrap()
}

async fn archived(archive: &Archive, partition: Partition) -> Vec<(Position, Event)> {
    let snapshot = archive.snapshot().await.unwrap();
    let events = snapshot.read_range(partition, Offset(0));
    events.try_collect().await.unwrap()
}

fn events_of(partition: Partition, journal: &[(u64, Journaled)]) -> Vec<(Position, Event)> {
    let events = journal.iter().filter_map(|(offset, record)| match record {
        Journaled::Event(event) => Some((
            Position {
                partition,
                offset: Offset(*offset),
            },
            (**event).clone(),
        )),
        Journaled::Junk(_) => None,
    });
    events.collect()
}

async fn quarantined_offsets(archive: &Archive) -> Vec<i64> {
    let table = archive.snapshot().await.unwrap().quarantine().unwrap();
    let rows = SessionContext::new().read_table(table).unwrap();
    let rows = rows.sort_by(vec![col("partition"), col("offset")]).unwrap();
    let rows = rows.select_columns(&["offset"]).unwrap();
    let rows = rows.collect().await.unwrap();
    let mut offsets = Vec::new();
    for batch in rows {
        let column =
            arrow::array::AsArray::as_primitive::<arrow::datatypes::Int64Type>(batch.column(0));
        offsets.extend(column.values().iter().copied());
    }
    offsets
}

fn junk_offsets(journal: &[(u64, Journaled)]) -> Vec<i64> {
    let junk = journal.iter().filter_map(|(offset, record)| {
        matches!(record, Journaled::Junk(_)).then_some(*offset as i64)
    });
    junk.collect()
}

/// Archives all of `journal`, as a recorder that dies at every error would.
async fn record(
    open: impl AsyncFn() -> Option<Archive>,
    partition: Partition,
    journal: &[(u64, Journaled)],
    seed: u64,
) {
    let mut random = StdRng::seed_from_u64(seed);
    let end = journal.last().unwrap().0 + 1;
    for _life in 0..2_000 {
        let Some(archive) = open().await else {
            continue;
        };
        let Ok(snapshot) = archive.snapshot().await else {
            continue;
        };
        let mut position = snapshot.next_offset(partition);
        while position < end {
            let batch = batch(partition, journal, position, random.random_range(1..40));
            match archive.commit(&batch).await {
                Ok(committed) => position = committed.position,
                Err(CommitError::Gap { .. }) => panic!("a gap"),
                Err(_) => break,
            }
        }
        if position >= end {
            return;
        }
    }
    panic!("never done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_archive_reads_back_what_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let config = ArchiveConfig {
        url: folder.path().join("my archive").display().to_string(),
        options: Default::default(),
        object_lock: None,
    };
    let journals = [journal(1, 120), journal(2, 90)];
    for (number, journal) in journals.iter().enumerate() {
        let open = async || Archive::open(&config).await.ok();
        record(open, partition(number as u32), journal, 5).await;
    }
    let archive = Archive::open(&config).await.unwrap();
    for (number, journal) in journals.iter().enumerate() {
        let partition = partition(number as u32);
        assert_eq!(
            archived(&archive, partition).await,
            events_of(partition, journal)
        );
        let next = archive.snapshot().await.unwrap().next_offset(partition);
        assert_eq!(next, journal.last().unwrap().0 + 1);
    }
    let junk: Vec<i64> = journals
        .iter()
        .flat_map(|journal| junk_offsets(journal))
        .collect();
    assert_eq!(quarantined_offsets(&archive).await, junk);
    let name = "events/partition=firn.events-0/00000000000000000000.parquet";
    assert!(folder.path().join("my archive").join(name).is_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_found_with_their_bodies() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let archive = in_memory(&store).await;
    let session = SessionId::from_uuid(Uuid::from_u128(77));
    let mut journal = journal(3, 200);
    for (number, (_, record)) in journal.iter_mut().enumerate() {
        if let Journaled::Event(event) = record {
            event.session_id = (number % 7 == 0).then_some(session);
        }
    }
    let commit = batch(partition(0), &journal, 0, 150);
    archive.commit(&commit).await.unwrap();
    archive
        .commit(&batch(partition(0), &journal, commit.end(), 150))
        .await
        .unwrap();
    let expected: Vec<_> = events_of(partition(0), &journal)
        .into_iter()
        .filter(|(_, event)| event.session_id == Some(session))
        .collect();
    assert!(
        expected
            .iter()
            .any(|(_, event)| event.kind() == Kind::ResponsePage)
    );
    let found = read_session(&archive.snapshot().await.unwrap(), session).await;
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_providers_have_the_tables_schema_and_prune_files() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let archive = in_memory(&store).await;
    let journal = journal(4, 300);
    let mut position = 0;
    for _ in 0..6 {
        let batch = batch(partition(0), &journal, position, 50);
        position = archive.commit(&batch).await.unwrap().position;
    }
    let snapshot = archive.snapshot().await.unwrap();
    let events = snapshot.events().unwrap();
    let plain = |schema: arrow::datatypes::SchemaRef| {
        let fields = schema.fields().iter();
        fields
            .map(|field| {
                (
                    field.name().clone(),
                    field.data_type().clone(),
                    field.is_nullable(),
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(plain(events.schema()), plain(schema::events_schema()));
    assert_eq!(
        plain(snapshot.pages().unwrap().schema()),
        plain(schema::pages_schema())
    );
    assert_eq!(
        plain(snapshot.quarantine().unwrap().schema()),
        plain(schema::quarantine_schema())
    );
    let context = SessionContext::new_with_config(snapshot::session_config());
    context.register_table("events", events).unwrap();
    let count = "SELECT count(*) FROM events";
    let rows = context.sql(count).await.unwrap().collect().await.unwrap();
    let text = arrow::util::pretty::pretty_format_batches(&rows)
        .unwrap()
        .to_string();
    let expected = events_of(partition(0), &journal).len().to_string();
    assert!(text.contains(&expected), "{text}");
    let plan = "EXPLAIN ANALYZE SELECT * FROM events WHERE \"offset\" < 20 AND partition = 'firn.events/0'";
    let plan = context.sql(plan).await.unwrap().collect().await.unwrap();
    let plan = arrow::util::pretty::pretty_format_batches(&plan)
        .unwrap()
        .to_string();
    assert!(
        plan.contains("files_ranges_pruned_statistics=6 total → 1 matched"),
        "{plan}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_and_files_survive_a_checkpoint_of_the_log() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let archive = in_memory(&store).await;
    let journal = journal(5, 80);
    let mut position = 0;
    for _ in 0..80 {
        let batch = batch(partition(0), &journal, position, 1);
        position = archive.commit(&batch).await.unwrap().position;
    }
    let checkpoint = "archive/events/_delta_log/_last_checkpoint";
    assert!(store.head(&checkpoint.into()).await.is_ok());
    let again = in_memory(&store).await;
    assert_eq!(again.position(partition(0)).await.unwrap(), position);
    assert_eq!(
        archived(&again, partition(0)).await,
        events_of(partition(0), &journal)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lookup_skips_row_groups_by_their_bloom_filters() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let archive = in_memory(&store).await;
    let journal = journal(7, 200);
    archive
        .commit(&batch(partition(0), &journal, 0, 200))
        .await
        .unwrap();
    let events = archive.snapshot().await.unwrap().events().unwrap();
    let context = SessionContext::new_with_config(snapshot::session_config());
    context.register_table("events", events).unwrap();
    // Between the least and the greatest, so that only a Bloom filter knows it is not there.
    let query = "EXPLAIN ANALYZE SELECT event_id FROM events WHERE session_id = '7fffffff-0000-7000-8000-000000000000'";
    let plan = context.sql(query).await.unwrap().collect().await.unwrap();
    let plan = arrow::util::pretty::pretty_format_batches(&plan)
        .unwrap()
        .to_string();
    assert!(
        plan.contains("row_groups_pruned_bloom_filter=1 total → 0 matched"),
        "{plan}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_beyond_the_events_do_not_exist() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let archive = in_memory(&store).await;
    let journal = journal(6, 100);
    let whole = batch(partition(0), &journal, 0, 100);
    // A member died between its pages commit and its events commit.
    let pages = |from| whole.page_rows(from);
    let quarantine = |from| whole.quarantine_rows(from);
    let growth = |rows| Growth {
        partition: partition(0),
        first: 0,
        end: whole.end(),
        rows,
        sparse: true,
        leaves: None,
    };
    archive
        .0
        .quarantine
        .grow(&growth(&quarantine))
        .await
        .unwrap();
    archive.0.pages.grow(&growth(&pages)).await.unwrap();
    let count = async || {
        let pages = archive.snapshot().await.unwrap().pages().unwrap();
        let pages = SessionContext::new().read_table(pages).unwrap();
        pages
            .filter(col("rows").gt_eq(lit(0)))
            .unwrap()
            .count()
            .await
            .unwrap()
    };
    assert_eq!(count().await, 0);
    assert_eq!(quarantined_offsets(&archive).await, Vec::<i64>::new());
    let half = batch(partition(0), &journal, 0, 50);
    archive.commit(&half).await.unwrap();
    let some = count().await;
    assert!(some > 0 && some < whole.page_rows(0).unwrap().num_rows());
    archive
        .commit(&batch(partition(0), &journal, half.end(), 50))
        .await
        .unwrap();
    assert_eq!(count().await, whole.page_rows(0).unwrap().num_rows());
    assert_eq!(
        archived(&archive, partition(0)).await,
        events_of(partition(0), &journal)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_after_the_position_is_refused_and_one_before_it_changes_nothing() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let archive = in_memory(&store).await;
    let journal = journal(8, 60);
    let late = batch(partition(0), &journal, 30, 10);
    let refused = archive.commit(&late).await;
    assert!(matches!(
        refused,
        Err(CommitError::Gap {
            position: 0,
            first: 30,
            ..
        })
    ));
    let whole = batch(partition(0), &journal, 0, 60);
    let committed = archive.commit(&whole).await.unwrap();
    assert_eq!(committed.position, whole.end());
    assert_eq!(
        (committed.events, committed.quarantined),
        (whole.events(), whole.quarantined())
    );
    let objects = async || {
        store
            .list(None)
            .try_collect::<Vec<_>>()
            .await
            .unwrap()
            .len()
    };
    let before = objects().await;
    let zombie = batch(partition(0), &journal, 0, 20);
    let again = archive.commit(&zombie).await.unwrap();
    assert_eq!(
        (again.position, again.events, again.quarantined),
        (whole.end(), 0, 0)
    );
    assert_eq!(objects().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_ours_is_named() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let archive = in_memory(&store).await;
    let path = "archive/events/partition=firn.events-0/00000000000000000000.parquet";
    store.put(&path.into(), "not parquet".into()).await.unwrap();
    let error = archive
        .commit(&batch(partition(0), &journal(9, 5), 0, 5))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("partition=firn.events-0/00000000000000000000.parquet"),
        "{error}"
    );
}

/// Members that die at every fault, two at a time on one partition, over a store that fails in every way: each event once.
#[tokio::test(flavor = "multi_thread")]
async fn doubled_dying_members_archive_everything_once() {
    for seed in 0..3 {
        let sound: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        in_memory(&sound).await;
        let faulty = Arc::new(Faulty::new(Arc::clone(&sound), seed, 15));
        let journals = [journal(seed + 100, 150), journal(seed + 200, 150)];
        let open = async || {
            let url = Url::parse("memory:///archive/").unwrap();
            let store: Arc<dyn ObjectStore> = Arc::clone(&faulty) as _;
            Archive::on_store(store, url).await.ok()
        };
        let member =
            |number: usize, seed| record(open, partition(number as u32), &journals[number], seed);
        tokio::join!(
            member(0, seed),
            member(0, seed + 1),
            member(1, seed + 2),
            member(1, seed + 3)
        );
        assert!(faulty.faults.load(std::sync::atomic::Ordering::Relaxed) > 5);
        let archive = in_memory(&sound).await;
        for (number, journal) in journals.iter().enumerate() {
            let partition = partition(number as u32);
            assert_eq!(
                archived(&archive, partition).await,
                events_of(partition, journal),
                "seed {seed}"
            );
        }
        let junk: Vec<i64> = journals
            .iter()
            .flat_map(|journal| junk_offsets(journal))
            .collect();
        assert_eq!(quarantined_offsets(&archive).await, junk, "seed {seed}");
    }
}
