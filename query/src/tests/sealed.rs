//! Wherever a history is cut into sealed steps, files and tail, the views say of it what their SQL says of all events.

use std::collections::BTreeMap;
use std::sync::Arc;

use archive::rows::to_batches;
use archive::sealed::Pace;
use archive::{Archive, ArchiveConfig, Batch};
use datafusion::prelude::SessionContext;
use event::payload::ProducerRole;
use event::{Event, TimeNs, encode, event_hash};
use journal::clock::ManualClock;
use journal::emit::{Emitter, EmitterConfig};
use journal::memory::Memory;
use journal::{Journal, Partition, Position};
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use super::fold::{json_rows, rows};
use super::world::{auditor, record};
use crate::{Config, Deps, Engine, Finder, Query, lists, views};

/// What is asked of each view, by a key that no two of its rows share. Lists in no order are sorted.
const QUESTIONS: [&str; 6] = [
    "SELECT concat(session_id, ' ', statement_id) AS key, * EXCLUDE (approvers, deniers, time), \
     array_sort(approvers) AS approvers, array_sort(deniers) AS deniers, cast(time AS BIGINT) AS time FROM statements",
    "SELECT session_id AS key, * FROM sessions",
    "SELECT concat(session_id, ' ', statement_id) AS key, * EXCLUDE (approvers, deniers), \
     array_sort(approvers) AS approvers, array_sort(deniers) AS deniers FROM approvals",
    "SELECT concat(session_id, ' ', statement_id, ' ', table_name, ' ', column_name, ' ', usage) AS key, * FROM accesses",
    "SELECT concat(session_id, ' ', statement_id, ' ', result, ' ', ordinal, ' ', masked_by) AS key, * FROM masks",
    "SELECT concat(session_id, ' ', statement_id, ' ', place, ' ', column_name, ' ', token) AS key, * FROM sightings",
];
/// What reaches the files otherwise than a whole view does.
const NARROWED: [&str; 5] = [
    "SELECT concat(session_id, ' ', statement_id, ' ', table_name, ' ', column_name, ' ', usage) AS key, usage FROM accesses \
     WHERE table_name = 'SHOP.PUBLIC.T1' AND outcome <> 'denied'",
    "SELECT concat(table_name, ' ', usage) AS key, count(*) AS n FROM accesses \
     WHERE table_name IN ('SHOP.PUBLIC.T2', 'SHOP.PUBLIC.T3') GROUP BY table_name, usage",
    "SELECT 'all' AS key, count(*) AS n FROM accesses",
    "SELECT session_id AS key, statements FROM sessions WHERE session_id IN (SELECT session_id FROM statements WHERE touches(tables, 't2'))",
    "SELECT concat(session_id, ' ', statement_id) AS key, text FROM statements WHERE rows > 2 AND outcome = 'succeeded'",
];

/// Knows two tokens of drawn histories, whatever is looked for.
struct Two;

impl Finder for Two {
    fn tokens(&self, _: &str, _: Option<&str>) -> Result<Vec<u64>, String> {
        Ok(vec![0, u64::MAX / 3 * 2])
    }
}

/// The rows of each question by their keys.
type Answers = Vec<BTreeMap<String, Value>>;

/// How much of each lane is archived next, in hundredths, whether it is sealed then, and then merged.
type Stage = (u8, u8, Option<bool>);

struct World {
    archive: Archive,
    history: Vec<(Position, Event)>,
    _folder: TempDir,
}

impl World {
    async fn new(history: Vec<(Position, Event)>) -> Self {
        let folder = TempDir::new().unwrap();
        let config = ArchiveConfig {
            url: folder.path().display().to_string(),
            options: BTreeMap::new(),
            object_lock: None,
        };
        Self {
            archive: Archive::open(&config).await.unwrap(),
            history,
            _folder: folder,
        }
    }

    fn lane(&self, partition: Partition) -> Vec<&(Position, Event)> {
        let lane = self.history.iter();
        lane.filter(|(position, _)| position.partition == partition)
            .collect()
    }

    fn partitions(&self) -> std::collections::BTreeSet<Partition> {
        self.history
            .iter()
            .map(|(position, _)| position.partition)
            .collect()
    }

    async fn archive_up_to(&self, shares: [u8; 2]) {
        for (partition, share) in self
            .partitions()
            .into_iter()
            .zip(shares.into_iter().cycle())
        {
            let from = self.archive.position(partition).await.unwrap();
            let lane = self.lane(partition);
            let to = (lane.len() as u64 * u64::from(share)).div_ceil(100);
            let mut batch = Batch::new(partition, from);
            for (position, event) in lane {
                if (from..to).contains(&position.offset.0) {
                    let hash = event_hash(&encode(event).unwrap());
                    batch.push(position.offset.0, event.clone(), hash);
                }
            }
            if !batch.is_empty() {
                self.archive.commit(&batch).await.unwrap();
            }
        }
    }

    async fn seal(&self, merges: bool) {
        let pace = Pace { events: 40, merges };
        while self.archive.seal(TimeNs(0), pace).await.unwrap().is_some() {}
        assert_eq!(self.archive.unsealed().await.unwrap(), 0);
    }

    /// What the engine says, with the whole history in the journal.
    async fn seen(&self, questions: &[&str]) -> Answers {
        let partitions = self.partitions().len() as u32;
        let journal = Memory::new(partitions.max(2) - 1, 1_000_000);
        for (position, event) in &self.history {
            let appended = journal.append(position.partition.topic, record(event));
            assert_eq!(appended.await.unwrap(), *position);
        }
        let journal: Arc<dyn Journal> = Arc::new(journal);
        let clock = Arc::new(ManualClock::at(TimeNs(1_772_370_000_000_000_000)));
        let config = EmitterConfig::new(ProducerRole::Query);
        let emitter = Emitter::start(Arc::clone(&journal), clock.clone(), config);
        let deps = Deps {
            archive: Arc::new(self.archive.clone()),
            emitter: emitter.await.unwrap(),
            journal,
            clock,
            exports: None,
            finder: Some(Arc::new(Two)),
        };
        let engine = Engine::open(deps, Config::default()).await.unwrap();
        let mut seen = Vec::new();
        for sql in questions {
            let answer = engine.query(&auditor(), &Query::new(*sql)).await;
            let answer = answer.unwrap_or_else(|error| panic!("{sql}: {error}"));
            let found = json_rows(&answer.batches);
            assert_eq!(
                found.len(),
                answer.row_count(),
                "two rows of one key: {sql}"
            );
            seen.push(found);
        }
        engine.close().await;
        seen
    }
}

/// What the SQL of the view says of all events.
async fn want(history: &[(Position, Event)], questions: &[&str]) -> Answers {
    let context = SessionContext::new();
    for function in lists::all() {
        context.register_udf(function);
    }
    let (events, _) = to_batches(history).unwrap();
    context.register_batch("events", events).unwrap();
    // Statements first: the others are made of them.
    for name in [
        "statements",
        "sessions",
        "approvals",
        "accesses",
        "masks",
        "sightings",
    ] {
        let view = views::ALL.iter().find(|view| view.name == name).unwrap();
        let frame = context.sql(view.sql).await.unwrap();
        context.register_table(name, frame.into_view()).unwrap();
    }
    let mut want = Vec::new();
    for sql in questions {
        want.push(rows(&context, sql).await);
    }
    want
}

/// Holds what the engine says of a history cut like this to what is wanted of all of it.
fn compare(
    want: &Answers,
    history: Vec<(Position, Event)>,
    stages: &[Stage],
    questions: &[&str],
) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let seen = runtime.block_on(async {
        let world = World::new(history).await;
        let mut shares = [0; 2];
        for (control, events, seals) in stages {
            shares = [shares[0].max(*control), shares[1].max(*events)];
            world.archive_up_to(shares).await;
            if let Some(merges) = seals {
                world.seal(*merges).await;
            }
        }
        world.seen(questions).await
    });
    for ((sql, seen), want) in questions.iter().zip(&seen).zip(want) {
        let keys = |rows: &BTreeMap<String, Value>| rows.keys().cloned().collect::<Vec<_>>();
        prop_assert_eq!(keys(seen), keys(want), "{}", sql);
        for (key, want) in want {
            let (Value::Object(want), Value::Object(seen)) = (want, &seen[key]) else {
                panic!("rows are objects");
            };
            prop_assert_eq!(want.len(), seen.len());
            for (name, want) in want {
                prop_assert_eq!(&want, &&seen[name], "{}: {}", key, name);
            }
        }
    }
    Ok(())
}

#[test]
fn the_fixed_history_is_the_same_however_it_is_sealed() {
    let questions = [QUESTIONS.as_slice(), NARROWED.as_slice()].concat();
    let events = history::journaled(1);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // However it is cut, it is the same.
    let want = runtime.block_on(want(&events, &questions));
    for stages in [
        &[][..],
        &[(100, 100, None)],
        &[(100, 100, Some(true))],
        &[(30, 30, Some(false)), (60, 60, Some(false)), (80, 90, None)],
        &[
            (30, 30, Some(false)),
            (60, 60, Some(true)),
            (80, 90, Some(false)),
        ],
        &[(100, 0, Some(false)), (100, 50, Some(false))],
        &[(0, 70, Some(true)), (100, 100, Some(true))],
    ] {
        compare(&want, events.clone(), stages, &questions).unwrap();
    }
}

/// What is found by the files' own filters is what the view has, sealed, merged, archived alone or in the journal.
#[test]
fn a_value_is_found_wherever_its_tokens_stand() {
    const KEY: &str = "SELECT concat(session_id, ' ', statement_id, ' ', place, ' ', column_name, ' ', token) AS key, *";
    let sought = format!("{KEY} FROM seen('anybody')");
    let all = format!("{KEY} FROM sightings WHERE token IN (0, -6148914691236517206)");
    let mut most = 0;
    for (seed, stages) in [
        (3_u32, &[][..]),
        (5, &[(100, 100, None)][..]),
        (7, &[(100, 100, Some(false))][..]),
        (
            11,
            &[(40, 40, Some(true)), (70, 70, Some(true)), (90, 80, None)][..],
        ),
    ] {
        let next = |state: &u32| Some(state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        let states = std::iter::successors(Some(seed), next).take(3_000);
        let choices: Vec<u8> = states.map(|state| (state >> 24) as u8).collect();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (seen, want) = runtime.block_on(async {
            let world = World::new(history::drawn(&choices)).await;
            for (control, events, seals) in stages {
                world.archive_up_to([*control, *events]).await;
                if let Some(merges) = seals {
                    world.seal(*merges).await;
                }
            }
            (
                world.seen(&[&sought]).await,
                want(&world.history, &[&all]).await,
            )
        });
        assert_eq!(seen, want, "{seed}");
        most = most.max(want[0].len());
    }
    assert!(most > 3, "nothing was looked for");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 40, ..ProptestConfig::default() })]
    #[test]
    fn any_history_is_the_same_however_it_is_sealed(
        choices in proptest::collection::vec(any::<u8>(), 0..1_500),
        stages in proptest::collection::vec((0..=100_u8, 0..=100_u8, any::<Option<bool>>()), 0..6),
    ) {
        // The SQL of `statements` cannot make `tables` where all statements of a batch read or write nothing.
        let most = QUESTIONS[0].replace(", time)", ", time, tables)");
        let without_tables = |sql: &&&str| !sql.contains("touches(");
        let others = QUESTIONS[1..].iter().chain(&NARROWED).filter(without_tables);
        let questions: Vec<&str> = std::iter::once(most.as_str()).chain(others.copied()).collect();
        let events = history::drawn(&choices);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let want = runtime.block_on(want(&events, &questions));
        compare(&want, events, &stages, &questions)?;
    }
}
