//! What every history must come to, once somebody sound has recorded, let go and sealed what was left.
//!
//! Enters: the world after its history. Leaves: nothing, or a panic that says what is wrong. Never here: a fault.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;
use event::{Event, TimeNs};
use object_store::ObjectStore;

use super::super::in_memory;
use super::super::retention::world::expected;
use super::super::retention::{assert_sound, holds, proved};
use super::world::World;
use super::{compactor, counsel, graves, reading};
use crate::sealed::{Once, Pace, Range, Watermark, session_rows, statement_rows};
use crate::snapshot::session_config;
use crate::{Archive, TableKind, schema};

/// Who lets go what is left.
const JUDGE: &str = "ops";

/// Asserts all of it. How many times something went.
pub(super) async fn judge(world: &World) -> usize {
    let archive = in_memory(&world.store).await;
    record(world, &archive).await;
    let now = world.now();
    if world.kept.is_none() {
        // Where something went, sealed rows may still say so until somebody folds them again.
        assert_answers(&archive).await;
    }
    // What is not sealed neither becomes one nor goes yet.
    seal(&archive).await;
    compactor::compact_all(world, &archive).await;
    if let Some(kept) = world.kept {
        let archived = archive.snapshot().await.unwrap().next_offsets().clone();
        world.begun.lock().insert(JUDGE.to_owned(), archived);
        let applied = archive.retain(&kept.rules(), JUDGE, now).await.unwrap();
        assert_eq!(applied.refused, []);
    }
    seal(&archive).await;
    assert_events(world, &archive).await;
    let erasures = graves::assert_accounted(world, &archive).await;
    assert_answers(&archive).await;
    assert_sound(&proved(&archive, Some(&world.journal)).await);
    assert_sound(&proved(&archive, None).await);
    assert_lies_well(&world.store).await;
    archive
        .vacuum(TimeNs(0), TimeNs(now.0 + 1_000_000_000), now)
        .await
        .unwrap();
    let again = in_memory(&world.store).await;
    assert_events(world, &again).await;
    assert_lies_well(&world.store).await;
    erasures
}

async fn record(world: &World, archive: &Archive) {
    for partition in world.partitions().await {
        loop {
            let position = archive.position(partition).await.unwrap();
            let batch = world.batch(partition, position, 50);
            if batch.is_empty() {
                break;
            }
            archive.commit(&batch).await.unwrap();
        }
    }
}

async fn seal(archive: &Archive) {
    while archive
        .seal(TimeNs(0), Pace::default())
        .await
        .unwrap()
        .is_some()
    {}
}

/// Every event once, those that were acknowledged among them, and what is none in quarantine.
async fn assert_events(world: &World, archive: &Archive) {
    let all = world.events();
    let snapshot = archive.snapshot().await.unwrap();
    let found = reading::read(world, &snapshot).await.unwrap();
    world.assert_read(&found, snapshot.next_offsets());
    if let Some(kept) = world.kept {
        let scopes = counsel::in_force(archive).await;
        let held = |event: &Event, together: &[&Event]| {
            let mut scopes = scopes.iter();
            scopes.any(|scope| holds(scope, event, together))
        };
        let stay: BTreeSet<_> = expected(&all, &kept, world.now(), held)
            .into_iter()
            .map(|(position, _)| position)
            .collect();
        let late = found.iter().find(|(position, _)| !stay.contains(position));
        assert!(late.is_none(), "{late:?} should have gone");
    } else {
        assert_eq!(found.len(), all.len());
    }
    for emitted in &world.history.lock().acknowledged {
        let journaled = all.binary_search_by_key(&emitted.position, |(position, _)| *position);
        let (_, event) = &all[journaled.unwrap()];
        assert_eq!(event.event_id, emitted.event_id);
        let end = snapshot.next_offset(emitted.position.partition);
        assert!(
            emitted.position.offset.0 < end,
            "{emitted:?} is not archived"
        );
    }
    let mut junk = Vec::new();
    for partition in snapshot.next_offsets().keys() {
        for file in snapshot.files(TableKind::Quarantine, *partition).unwrap() {
            let file = snapshot.file(TableKind::Quarantine, &file).await.unwrap();
            let records = file.quarantined().unwrap().into_iter();
            junk.extend(records.map(|record| (record.partition, record.offset)));
        }
    }
    junk.sort();
    let want = world.junk().into_iter();
    let want: Vec<_> = want
        .map(|position| (position.partition, position.offset.0))
        .collect();
    assert_eq!(junk, want);
}

/// What is sealed and the rest are the fold of all events.
async fn assert_answers(archive: &Archive) {
    let snapshot = archive.snapshot().await.unwrap();
    let context = SessionContext::new_with_config(session_config());
    let tail = MemTable::try_new(schema::events_schema(), vec![vec![]]).unwrap();
    let answers = snapshot.answers(&context, Arc::new(tail)).await.unwrap();
    let answers = answers.unwrap();
    let whole = Range {
        from: &Watermark::default(),
        to: &Watermark::from(snapshot.next_offsets()),
        statements: &[],
        sessions: Some(&[]),
        share: None,
        tail: None,
    };
    let fold = snapshot.rest(&context, &whole).await.unwrap();
    let want = statement_rows(&fold.stories).unwrap();
    assert_rows(&context, answers.statements, &want).await;
    let want = session_rows(&fold.sessions).unwrap();
    if let Some(sessions) = answers.sessions {
        assert_rows(&context, sessions, &want).await;
    }
}

async fn assert_rows(context: &SessionContext, once: Once, want: &RecordBatch) {
    let sealed = context.read_table(once.sealed).unwrap();
    let mut found = texts(&once.rest);
    for rows in sealed.collect().await.unwrap() {
        found.extend(texts(&rows));
    }
    found.sort();
    let mut want = texts(want);
    want.sort();
    assert_eq!(found, want);
}

/// Each row as a line, its columns by name.
fn texts(rows: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::default();
    let schema = rows.schema();
    let columns = schema.fields().iter().zip(rows.columns());
    let mut columns: Vec<_> = columns
        .map(|(field, values)| {
            (
                field.name(),
                ArrayFormatter::try_new(values, &options).unwrap(),
            )
        })
        .collect();
    columns.sort_by_key(|(name, _)| *name);
    let line = |row| {
        let cells = columns.iter();
        let cells = cells.map(|(name, values)| format!("{name}={}", values.value(row)));
        cells.collect::<Vec<_>>().join("|")
    };
    (0..rows.num_rows()).map(line).collect()
}

/// Every log reads, lists what is there, and nothing lies there that may still be missed.
async fn assert_lies_well(store: &Arc<dyn ObjectStore>) {
    let url = url::Url::parse("memory:///archive/").unwrap();
    let archive = Archive::unopened_on_store(Arc::clone(store), url).unwrap();
    let checked = archive.check().await.unwrap();
    assert_eq!(checked.problems, []);
}
