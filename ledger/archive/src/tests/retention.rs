//! What is old goes and nothing else, whatever is held, compacted, cut off or doubled meanwhile; and what is left is proved.

mod forged;
mod since;
pub(super) mod world;

use std::sync::atomic::{AtomicU64, Ordering};

use event::TimeNs;
use object_store::path::Path;

use super::compacting::{Halting, fork};
use super::*;
use crate::retention::{Hold, Release, Scope};
use crate::tamper;
use crate::verify::{Report, verify};
use world::{CONNECTIONS, DAY, Kept, PEOPLE, TABLES, World, expected, remaining, session};

pub(super) const ALL: Kept = Kept {
    results: Some(5),
    statements: Some(20),
    sales_results: Some(2),
    readers: Some(10),
    operations: Some(15),
};

pub(super) fn hold(number: u128, scope: Scope) -> Hold {
    Hold {
        id: Uuid::from_u128(number),
        scope,
        why: "case 4711".to_owned(),
        by: "counsel".to_owned(),
        at: TimeNs(number as i64),
        released: None,
    }
}

/// A hold drawn, and the same in plain words.
pub(super) fn drawn_scope(draw: &mut Draw, now: TimeNs) -> Scope {
    let mut scope = Scope::default();
    match draw.below(4) {
        0 => scope.session = Some(session(draw.below(12))),
        1 => scope.principal = Some(PEOPLE[draw.below(2)].to_owned()),
        2 => scope.table = Some(["people", "public.orders", TABLES[0]][draw.below(3)].to_owned()),
        _ => scope.from = Some(TimeNs(now.0 - draw.below(40) as i64 * DAY)),
    }
    if draw.below(2) == 0 {
        let from = scope.from.map_or(now.0 - 60 * DAY, |from| from.0);
        scope.until = Some(TimeNs(from + (1 + draw.below(30)) as i64 * DAY));
    }
    scope
}

pub(super) fn holds(scope: &Scope, event: &Event, together: &[&Event]) -> bool {
    let person = |event: &&Event| {
        let principal = event.principal.as_ref();
        principal.is_some_and(|who| scope.principal.as_ref() == Some(&who.subject))
    };
    let table = |event: &&Event| match &event.payload {
        event::Payload::StatementSubmitted(said) => said.reads.iter().any(|name| {
            let held = scope.table.clone().unwrap_or_default().to_uppercase();
            *name == held || name.ends_with(&format!(".{held}"))
        }),
        _ => false,
    };
    let first = together.iter().map(|event| event.time.0).min().unwrap();
    let last = together.iter().map(|event| event.time.0).max().unwrap();
    scope
        .session
        .is_none_or(|held| event.session_id == Some(held))
        && (scope.principal.is_none() || together.iter().any(person))
        && (scope.table.is_none() || together.iter().any(table))
        && scope.from.is_none_or(|from| last >= from.0)
        && scope.until.is_none_or(|until| first < until.0)
}

pub(super) async fn proved(
    archive: &Archive,
    journal: Option<&Arc<dyn journal::Journal>>,
) -> Report {
    verify(archive, journal).await.unwrap()
}

pub(super) fn assert_sound(report: &Report) {
    assert!(report.integrity && report.completeness, "{report}");
    assert_eq!(report.findings, []);
}

pub(super) fn assert_same(found: &[(Position, Event)], want: &[(Position, Event)], what: &str) {
    let places = |events: &[(Position, Event)]| {
        let places = events
            .iter()
            .map(|(position, event)| (*position, event.kind()));
        places.collect::<Vec<_>>()
    };
    assert_eq!(places(found), places(want), "{what}");
    assert!(found == want, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_remains_is_what_a_plain_filter_leaves() {
    for seed in 0..2 {
        let mut draw = Draw::new(seed);
        let world = World::drawn(seed, 12, 5 + draw.below(20)).await;
        let all = world.all();
        let mut scopes = Vec::new();
        for number in 0..draw.below(3) {
            let scope = drawn_scope(&mut draw, world.now());
            world
                .archive
                .hold(&hold(number as u128, scope.clone()))
                .await
                .unwrap();
            scopes.push(scope);
        }
        let mut events = 0;
        // Time passes, files become one before and after, and some goes by each rule in its turn.
        for turn in 0..3 {
            if draw.below(2) == 0 {
                world.compact(&mut draw).await;
            }
            let kept = Kept {
                statements: (turn > 0).then_some(20),
                operations: Some(5 + draw.below(20) as i64),
                ..ALL
            };
            let before = remaining(&world.archive).await;
            let held = |event: &Event, together: &[&Event]| {
                scopes.iter().any(|scope| holds(scope, event, together))
            };
            let want = expected(&before, &kept, world.now(), held);
            let plan = world
                .archive
                .retention_plan(&kept.rules(), world.now())
                .await
                .unwrap();
            let applied = world
                .archive
                .retain(&kept.rules(), "ops", world.now())
                .await
                .unwrap();
            assert_eq!((plan.events(), plan.waiting), (applied.events, 0), "{seed}");
            assert_eq!(applied.refused, []);
            events += applied.events;
            let what = format!("seed {seed} turn {turn} {scopes:?}");
            assert_same(&remaining(&world.archive).await, &want, &what);
            if turn > 0 {
                let journal = (turn == 2).then_some(&world.journal);
                assert_sound(&proved(&world.archive, journal).await);
            }
            world.clock.advance(draw.below(9) as i64 * DAY);
        }
        assert!(events > 0, "{seed}");
        assert_eq!(
            all.len() as u64 - events,
            remaining(&world.archive).await.len() as u64
        );
    }
}

/// A store that stands still after so many operations, over a copy of another.
async fn halting(store: &Arc<dyn ObjectStore>) -> (Arc<dyn ObjectStore>, Arc<Halting>) {
    let inner: Arc<dyn ObjectStore> = Arc::new(fork(store).await);
    let halting = Halting {
        inner: Arc::clone(&inner),
        left: AtomicU64::new(u64::MAX),
        halted: tokio::sync::Notify::new(),
    };
    (inner, Arc::new(halting))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_is_cut_off_anywhere_is_done_again() {
    const CUTS: u64 = 6;
    let world = World::drawn(3, 6, 9).await;
    let want = expected(&world.all(), &ALL, world.now(), |_, _| false);
    let rules = ALL.rules();
    let now = world.now();
    let (_, whole) = halting(&world.store).await;
    let archive = in_memory(&(Arc::clone(&whole) as Arc<dyn ObjectStore>)).await;
    whole.left.store(u64::MAX, Ordering::Relaxed);
    archive.retain(&rules, "ops", now).await.unwrap();
    let operations = u64::MAX - whole.left.load(Ordering::Relaxed);
    assert!(operations > 3 * CUTS, "{operations}");
    for cut in 0..=CUTS {
        let left = operations * cut / CUTS;
        let (inner, halting) = halting(&world.store).await;
        let paused = in_memory(&(Arc::clone(&halting) as Arc<dyn ObjectStore>)).await;
        halting.left.store(left, Ordering::Relaxed);
        let mut erasing = Box::pin(paused.retain(&rules, "ops", now));
        tokio::select! {
            done = &mut erasing => drop(done.unwrap()),
            () = halting.halted.notified() => {}
        }
        // Another does what is left, while the first stands still; then the first wakes, and starts over.
        let other = in_memory(&inner).await;
        other.retain(&rules, "ops", now).await.unwrap();
        drop(erasing);
        halting.left.store(u64::MAX, Ordering::Relaxed);
        let again = paused.retain(&rules, "ops", now).await.unwrap();
        assert_eq!((again.events, again.pages), (0, 0), "{left}");
        assert_same(
            &remaining(&other).await,
            &want,
            &format!("cut after {left}"),
        );
        if cut % 4 == 2 {
            let report = proved(&other, None).await;
            assert_sound(&report);
            let still =
                |note: &&String| note.contains("still there") || note.contains("not checked");
            assert_eq!(report.notes.iter().find(still), None, "{left}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_apply_beside_a_compactor_all_are_right() {
    let world = World::drawn(8, 10, 6).await;
    let want = expected(&world.all(), &ALL, world.now(), |_, _| false);
    let other = in_memory(&world.store).await;
    let (rules, now) = (ALL.rules(), world.now());
    let mut draw = Draw::new(1);
    let compacting = async {
        for _ in 0..2 {
            let snapshot = other.snapshot().await.unwrap();
            let files = snapshot.files(TableKind::Events, partition(0)).unwrap();
            if files.len() < 3 {
                return;
            }
            let from = draw.below(files.len() - 2);
            let due = crate::compaction::Due {
                kind: TableKind::Events,
                partition: partition(0),
                pieces: files[from..from + 2].to_vec(),
            };
            other.compact(&due, now).await.unwrap();
        }
    };
    let (left, right, ()) = tokio::join!(
        world.archive.retain(&rules, "left", now),
        other.retain(&rules, "right", now),
        compacting,
    );
    let (left, right) = (left.unwrap(), right.unwrap());
    assert!(left.refused.is_empty() && right.refused.is_empty());
    assert_same(&remaining(&world.archive).await, &want, "both");
    world.seal().await;
    assert_sound(&proved(&world.archive, Some(&world.journal)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_keeps_until_it_is_released_and_stays_on_record() {
    let world = World::drawn(5, 6, 100).await;
    let archive = &world.archive;
    assert_eq!(archive.holds().await.unwrap(), []);
    let scope = Scope {
        principal: Some(PEOPLE[0].to_owned()),
        ..Scope::default()
    };
    let first = hold(1, scope.clone());
    assert!(archive.hold(&hold(9, Scope::default())).await.is_err());
    archive.hold(&first).await.unwrap();
    assert!(archive.hold(&first).await.is_err(), "created once");
    let plan = archive
        .retention_plan(&ALL.rules(), world.now())
        .await
        .unwrap();
    assert_eq!(plan.held.len(), 1);
    assert!(plan.held[0].events > 0 && plan.held[0].why == "case 4711");
    assert!(plan.due.iter().all(|due| due.oldest <= due.newest));
    let end = Release {
        why: "closed".to_owned(),
        by: "counsel".to_owned(),
        at: TimeNs(9),
    };
    assert!(archive.release(Uuid::from_u128(7), &end).await.is_err());
    archive.release(first.id, &end).await.unwrap();
    assert!(
        archive.release(first.id, &end).await.is_err(),
        "released once"
    );
    let known = archive.holds().await.unwrap();
    assert_eq!(known[0].released, Some(end));
    let plan = archive
        .retention_plan(&ALL.rules(), world.now())
        .await
        .unwrap();
    assert!(plan.held.is_empty() && !plan.is_empty());
    // What is no hold may be one that a later release made.
    let strange = Path::from("archive/retention/holds/x.json");
    world.store.put(&strange, "{}".into()).await.unwrap();
    let refused = archive.retain(&ALL.rules(), "ops", world.now()).await;
    assert!(refused.unwrap_err().to_string().contains("is no hold"));
    assert_eq!(CONNECTIONS.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_holds_are_all_read_and_of_several_that_are_wrong_the_first_is_named() {
    let world = World::drawn(5, 1, 10).await;
    let scope = Scope {
        principal: Some(PEOPLE[0].to_owned()),
        ..Scope::default()
    };
    let many = crate::limits::HOLDS_AT_ONCE as u128 + 5;
    let made: Vec<Hold> = (1..=many)
        .map(|number| hold(number, scope.clone()))
        .collect();
    for hold in &made {
        world.archive.hold(hold).await.unwrap();
    }
    // Then one comes after a number was lost, and finds all by the list.
    for lost in [None, Some("00000003")] {
        if let Some(lost) = lost {
            let path = Path::from(format!("archive/retention/numbered/{lost}.json"));
            world.store.delete(&path).await.unwrap();
        }
        let archive = in_memory(&world.store).await;
        archive.snapshot().await.unwrap();
        assert_eq!(archive.holds().await.unwrap(), made, "{lost:?}");
    }
    for number in [many, 9, 2] {
        let id = Uuid::from_u128(number);
        let path = Path::from(format!("archive/retention/holds/{id}.json"));
        world.store.put(&path, "{}".into()).await.unwrap();
        let error = world.archive.holds().await.unwrap_err().to_string();
        assert!(error.contains(&id.to_string()), "{number}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_is_refused_where_a_hold_came_after_its_look() {
    let world = World::drawn(5, 6, 100).await;
    let archive = &world.archive;
    let snapshot = archive.snapshot().await.unwrap();
    let mut files = Vec::new();
    for partition in snapshot.next_offsets().keys() {
        files.extend(snapshot.files(TableKind::Events, *partition).unwrap());
    }
    let pieces = [files.into_iter().max_by_key(|file| file.rows).unwrap()];
    let rows = snapshot.file(TableKind::Events, &pieces[0]).await.unwrap();
    let rows = rows.rows;
    let table = archive.table(TableKind::Events);
    assert_eq!(table.noted_holds().await.unwrap(), 0);
    let scope = Scope {
        principal: Some(PEOPLE[0].to_owned()),
        ..Scope::default()
    };
    archive.hold(&hold(1, scope)).await.unwrap();
    // Also who reads the log from its beginning knows.
    let again = in_memory(&world.store).await;
    let noted = again.table(TableKind::Events).noted_holds().await;
    assert_eq!(noted.unwrap(), 1);
    for (known, is_refused) in [(0, true), (1, false)] {
        let erasing = crate::table::Erasing {
            pieces: &pieces,
            rows: rows.slice(1, rows.num_rows() - 1),
            gone: 1,
            erased: None,
            holds: Some(known),
            at: 1,
        };
        let erased = table.erase(&erasing, &archive.0.quarantine).await;
        let refused = matches!(erased, Err(ReplaceError::Held));
        assert_eq!(refused, is_refused, "{erased:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_altered_does_not_go() {
    let world = World::drawn(5, 6, 100).await;
    let (partition, range, rows) = tamper::files(&world.archive, TableKind::Events)
        .await
        .into_iter()
        .max_by_key(|(.., rows)| rows.num_rows())
        .unwrap();
    let flipped = tamper::flips(&rows)
        .into_iter()
        .find(|(name, ..)| name.starts_with("statement_submitted."));
    let (.., flipped) = flipped.unwrap();
    tamper::overwrite(&world.store, TableKind::Events, partition, &range, &flipped).await;
    // Whoever alters a file alters its length in the log too: readers look for its end there.
    let path = tamper::recorded(partition, range.start);
    let size = world
        .store
        .head(&tamper::object(TableKind::Events, &path))
        .await
        .unwrap()
        .size;
    tamper::edit_log(&world.store, TableKind::Events, |action| {
        let add = action.get_mut("add").filter(|add| {
            let at = add["path"].as_str();
            at.is_some_and(|at| at.replace("%3D", "=") == path)
        });
        if let Some(add) = add {
            add["size"] = size.into();
        }
    })
    .await;
    let archive = in_memory(&world.store).await;
    let kept = Kept {
        results: Some(1),
        statements: Some(1),
        readers: Some(1),
        operations: Some(1),
        sales_results: None,
    };
    world.clock.advance(100 * DAY);
    let applied = archive
        .retain(&kept.rules(), "ops", world.now())
        .await
        .unwrap();
    assert_eq!(applied.refused.len(), 1, "{applied:?}");
    assert!(applied.refused[0].what.contains("altered"), "{applied:?}");
    assert!(!proved(&archive, None).await.integrity);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_is_deleted_after_the_grace_time_and_others_read_the_same() {
    let world = World::drawn(9, 8, 7).await;
    let (now, rules) = (world.now(), ALL.rules());
    let old = world.archive.snapshot().await.unwrap();
    world.archive.retain(&rules, "ops", now).await.unwrap();
    let read = |snapshot: Snapshot| async move {
        let read = snapshot.read_range(partition(0), Offset(0));
        read.try_collect::<Vec<_>>().await
    };
    let before = read(old.clone()).await.unwrap().len();
    let after = read(world.archive.snapshot().await.unwrap())
        .await
        .unwrap()
        .len();
    assert!(after < before, "{after} of {before}");
    let early = world
        .archive
        .vacuum(TimeNs(0), TimeNs(now.0 - 1_000_000), now)
        .await
        .unwrap();
    assert_eq!(early.objects, 0);
    let gone = world
        .archive
        .vacuum(TimeNs(0), TimeNs(now.0 + 1_000_000), now)
        .await
        .unwrap();
    assert!(gone.objects > 3);
    assert!(read(old).await.unwrap_err().is_missing());
    world.seal().await;
    assert_sound(&proved(&in_memory(&world.store).await, Some(&world.journal)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn duckdb_reads_what_remains_and_nothing_else() {
    let Some(python) = super::duckdb::python() else {
        return;
    };
    let world = World::drawn(7, 8, 9).await;
    let end = world.archive.position(partition(0)).await.unwrap();
    let mut batch = Batch::new(partition(0), end);
    batch.quarantine(junk(partition(0), end, &Bytes::from_static(b"junk")));
    world.archive.commit(&batch).await.unwrap();
    world.seal().await;
    let (now, later) = (world.now(), TimeNs(world.now().0 + 1_000_000));
    world
        .archive
        .retain(&ALL.rules(), "ops", now)
        .await
        .unwrap();
    // Whoever reads all Parquet files, without the log, must not find what went either.
    world.archive.vacuum(TimeNs(0), later, later).await.unwrap();
    let left = remaining(&world.archive).await;
    let folder = tempfile::tempdir().unwrap();
    let objects: Vec<_> = world.store.list(None).try_collect().await.unwrap();
    for object in objects {
        let place = folder.path().join(object.location.as_ref());
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        let bytes = world.store.get(&object.location).await.unwrap();
        std::fs::write(place, bytes.bytes().await.unwrap()).unwrap();
    }
    let seen = super::duckdb::read(&python, &folder.path().join("archive"));
    let events = super::duckdb::told(left.iter().map(|(position, _)| position.offset.0));
    assert_eq!(seen["events"]["delta"][0], events[0]);
    assert_eq!(seen["events"]["delta"][2], events[2]);
    assert_eq!(seen["events"]["delta"], seen["events"]["parquet"]);
    assert_eq!(seen["pages"]["delta"], seen["pages"]["parquet"]);
    for (kind, rows) in seen["kinds"].as_object().unwrap() {
        let of = left
            .iter()
            .filter(|(_, event)| event.kind().as_str() == kind);
        assert_eq!(rows, &serde_json::json!(of.count()), "{kind}");
    }
}
