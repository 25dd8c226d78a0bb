//! Whatever becomes of logs and objects is named, and what the files or the journal still say comes back.

use std::collections::BTreeSet;

use async_trait::async_trait;
use event::TimeNs;
use futures::StreamExt as _;
use journal::memory::Memory;
use journal::{Appending, Assignments, Journal, ReadError, Record, Subscription};
use object_store::path::Path;

use super::compacting::fork;
use super::retention::world::{World, remaining, seal};
use super::retention::{ALL, assert_same, assert_sound, proved};
use super::*;
use crate::repair::{Log, ProblemKind};

const RECORDED: [&str; 2] = ["events", "pages"];

fn closed(store: &Arc<dyn ObjectStore>) -> Archive {
    let url = Url::parse("memory:///archive/").unwrap();
    Archive::unopened_on_store(Arc::clone(store), url).unwrap()
}

async fn kinds(store: &Arc<dyn ObjectStore>) -> BTreeSet<(&'static str, ProblemKind)> {
    let checked = closed(store).check().await.unwrap();
    let problems = checked.problems.iter();
    problems
        .map(|problem| (problem.table, problem.kind))
        .collect()
}

async fn entries(store: &Arc<dyn ObjectStore>, table: &str) -> Vec<Path> {
    let prefix = Path::from(format!("archive/{table}/_delta_log"));
    let listed: Vec<_> = store.list(Some(&prefix)).try_collect().await.unwrap();
    let mut paths: Vec<Path> = listed.into_iter().map(|object| object.location).collect();
    paths.sort();
    paths
}

/// Every object's name, those of logs left out.
async fn objects(store: &Arc<dyn ObjectStore>) -> BTreeSet<String> {
    let listed: Vec<_> = store.list(None).try_collect().await.unwrap();
    let names = listed.into_iter().map(|object| object.location.to_string());
    names.filter(|name| !name.contains("_log")).collect()
}

/// A journal that delivers one record and then nothing for as long as anybody waits.
struct Silent(Memory);

#[async_trait]
impl Journal for Silent {
    fn append(&self, topic: Topic, record: Record) -> Appending {
        self.0.append(topic, record)
    }

    async fn subscribe(
        &self,
        partition: Partition,
        from: Offset,
    ) -> Result<Subscription, ReadError> {
        let records = self.0.subscribe(partition, from).await?;
        Ok(records.take(1).chain(futures::stream::pending()).boxed())
    }

    async fn partitions(&self, topic: Topic) -> Result<Vec<Partition>, ReadError> {
        self.0.partitions(topic).await
    }

    async fn bounds(&self, partition: Partition) -> Result<std::ops::Range<u64>, ReadError> {
        self.0.bounds(partition).await
    }

    async fn join(&self, group: &str) -> Result<Assignments, ReadError> {
        self.0.join(group).await
    }

    async fn close(&self) {
        self.0.close().await;
    }
}

/// Some of it compacted, some gone by retention, the objects of before still there.
async fn aged() -> World {
    let world = World::drawn(4, 8, 8).await;
    let mut draw = Draw::new(2);
    world.compact(&mut draw).await;
    let applied = world
        .archive
        .retain(&ALL.rules(), "ops", world.now())
        .await
        .unwrap();
    assert!(applied.events > 0 && applied.pages > 0);
    world.compact(&mut draw).await;
    world.seal().await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_lost_or_torn_is_made_again_of_the_files() {
    let world = aged().await;
    let want = remaining(&world.archive).await;
    assert_eq!(kinds(&world.store).await, BTreeSet::new());
    let nothing = closed(&world.store).relist(false, TimeNs(1)).await.unwrap();
    assert!(nothing.iter().all(|done| done.is_nothing()), "{nothing:?}");
    type Harm = (
        &'static str,
        ProblemKind,
        fn(usize, usize) -> Option<Option<&'static str>>,
    );
    let harms: [Harm; 3] = [
        ("lost", ProblemKind::LogMissing, |_, _| Some(None)),
        ("a gap", ProblemKind::LogGap, |at, _| {
            (at == 1).then_some(None)
        }),
        ("torn", ProblemKind::LogUnreadable, |at, last| {
            (at == last).then_some(Some("{\"add\": {\"pa"))
        }),
    ];
    for (what, kind, harm) in harms {
        let store: Arc<dyn ObjectStore> = Arc::new(fork(&world.store).await);
        for table in RECORDED {
            let entries = entries(&store, table).await;
            for (at, path) in entries.iter().enumerate() {
                match harm(at, entries.len() - 1) {
                    None => {}
                    Some(None) => store.delete(path).await.unwrap(),
                    Some(Some(text)) => {
                        store.put(path, text.into()).await.unwrap();
                    }
                }
            }
        }
        let found = kinds(&store).await;
        for table in RECORDED {
            assert!(found.contains(&(table, kind)), "{what}: {found:?}");
        }
        let before = objects(&store).await;
        let would = closed(&store)
            .relist(true, TimeNs(7_000_000))
            .await
            .unwrap();
        assert_eq!(objects(&store).await, before);
        assert_eq!(kinds(&store).await, found, "a dry run changes nothing");
        let done = closed(&store)
            .relist(false, TimeNs(7_000_000))
            .await
            .unwrap();
        for (would, done) in would.iter().zip(&done) {
            assert_eq!((would.log, &would.listed), (done.log, &done.listed));
            let made = RECORDED.contains(&done.table);
            assert_eq!(done.log == Log::MadeAgain, made, "{what}: {done:?}");
            assert_eq!(done.left, [], "{what}");
        }
        assert!(
            objects(&store).await.is_superset(&before),
            "nothing is deleted"
        );
        assert_eq!(kinds(&store).await, BTreeSet::new(), "{what}");
        let archive = in_memory(&store).await;
        assert_same(&remaining(&archive).await, &want, what);
        for number in 0..2 {
            let position = world.archive.position(partition(number)).await.unwrap();
            assert_eq!(archive.position(partition(number)).await.unwrap(), position);
        }
        if kind == ProblemKind::LogMissing {
            seal(&archive).await;
            assert_sound(&proved(&archive, Some(&world.journal)).await);
        }
        // What was replaced is known to vacuum again.
        let gone = archive
            .vacuum(TimeNs(0), TimeNs(8_000_000), TimeNs(9_000_000))
            .await
            .unwrap();
        assert!(gone.objects > 0);
        assert_same(&remaining(&in_memory(&store).await).await, &want, what);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_tables_are_folded_again_and_a_last_commit_that_is_lost_is_listed() {
    let world = World::drawn(4, 8, 8).await;
    let store: Arc<dyn ObjectStore> = Arc::new(fork(&world.store).await);
    for path in entries(&store, "statements").await {
        store.delete(&path).await.unwrap();
    }
    // The last commit of events never was, and its file stands there.
    let last = entries(&store, "events").await.pop().unwrap();
    store.delete(&last).await.unwrap();
    let found = kinds(&store).await;
    assert!(
        found.contains(&("statements", ProblemKind::LogMissing)),
        "{found:?}"
    );
    assert!(
        found.contains(&("events", ProblemKind::Unlisted)),
        "{found:?}"
    );
    let done = closed(&store).relist(false, TimeNs(1)).await.unwrap();
    let of = |table: &str| done.iter().find(|done| done.table == table).unwrap();
    assert_eq!(of("statements").log, Log::FoldedAgain);
    assert_eq!(
        (of("events").log, of("events").listed.len()),
        (Log::Sound, 1)
    );
    let archive = in_memory(&store).await;
    assert_same(&remaining(&archive).await, &world.all(), "all");
    seal(&archive).await;
    assert_sound(&proved(&archive, Some(&world.journal)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_journal_still_has_is_read_again_and_what_went_is_not() {
    let world = aged().await;
    let want = remaining(&world.archive).await;
    let snapshot = world.archive.snapshot().await.unwrap();
    let (mut files, mut erased) = (0, 0);
    // Which partition a run's own events are in is drawn anew each time: all are looked at.
    for partition in snapshot.next_offsets().keys() {
        for table in [TableKind::Events, TableKind::Pages] {
            for file in snapshot.files(table, *partition).unwrap() {
                let path = Path::from(format!("archive/{}/{}", table.name(), file.path));
                erased += usize::from(file.claim().is_some_and(|claim| claim.erased.is_some()));
                files += 1;
                if files % 2 == 1 {
                    world.store.delete(&path).await.unwrap();
                    continue;
                }
                // Cut short.
                let whole = world.store.get(&path).await.unwrap().bytes().await.unwrap();
                let half = whole.slice(..whole.len() / 2);
                world.store.put(&path, half.into()).await.unwrap();
            }
        }
    }
    assert!(erased > 0 && files > 2);
    let found = kinds(&world.store).await;
    assert!(
        found.contains(&("events", ProblemKind::Missing)),
        "{found:?}"
    );
    let archive = in_memory(&world.store).await;
    let other: Arc<dyn journal::Journal> = Arc::new(Memory::new(2, 100));
    let lost = archive.rebuild(&other, false, TimeNs(3)).await.unwrap();
    assert!(lost.read.is_empty() && lost.lost.len() == files, "{lost:?}");
    let would = archive
        .rebuild(&world.journal, true, TimeNs(3))
        .await
        .unwrap();
    assert_eq!(kinds(&world.store).await, found);
    let done = archive
        .rebuild(&world.journal, false, TimeNs(3))
        .await
        .unwrap();
    assert_eq!(would, done);
    assert_eq!((done.read.len(), done.lost.len()), (files, 0), "{done:?}");
    assert_eq!(kinds(&world.store).await, BTreeSet::new());
    let archive = in_memory(&world.store).await;
    assert_same(&remaining(&archive).await, &want, "read again");
    seal(&archive).await;
    assert_sound(&proved(&archive, Some(&world.journal)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn offsets_that_no_log_lists_are_read_again() {
    let world = World::drawn(4, 8, 8).await;
    let partition = partition(0);
    let snapshot = world.archive.snapshot().await.unwrap();
    let gone = snapshot.files(TableKind::Events, partition).unwrap()[1]
        .path
        .clone();
    // Neither the log nor the folder knows the file any more.
    crate::tamper::edit_log(&world.store, TableKind::Events, |action| {
        let path = action["add"]["path"]
            .as_str()
            .map(|path| path.replace("%3D", "="));
        if path.as_deref() == Some(&gone) {
            *action = serde_json::json!({"commitInfo": {}});
        }
    })
    .await;
    let path = Path::from(format!("archive/events/{gone}"));
    world.store.delete(&path).await.unwrap();
    let found = kinds(&world.store).await;
    assert!(found.contains(&("events", ProblemKind::Hole)), "{found:?}");
    let archive = in_memory(&world.store).await;
    assert!(!proved(&archive, None).await.completeness);
    // One that falls silent has not said that there is nothing more: the hole stays one.
    let silent: Arc<dyn Journal> = Arc::new(Silent(world.memory.clone()));
    let done = archive.rebuild(&silent, false, TimeNs(3)).await.unwrap();
    assert_eq!((done.read.len(), done.lost.len()), (0, 1), "{done:?}");
    assert_eq!(kinds(&world.store).await, found);
    let done = archive
        .rebuild(&world.journal, false, TimeNs(3))
        .await
        .unwrap();
    assert_eq!((done.read.len(), done.lost.len()), (1, 0), "{done:?}");
    let archive = in_memory(&world.store).await;
    assert_same(&remaining(&archive).await, &world.all(), "read again");
    assert_sound(&proved(&archive, Some(&world.journal)).await);
}
