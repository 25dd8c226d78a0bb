//! Windows are asked once and whole, whoever asks them.

use std::sync::Arc;
use std::time::Duration;

use event::payload::ProducerRole;
use event::{Kind, Payload};
use journal::clock::ManualClock;
use journal::emit::EmitterConfig;
use journal::memory::Memory;
use object_store::memory::InMemory;
use parking_lot::Mutex;
use serde_json::json;

use super::*;

const HOUR: i64 = 3_600_000_000_000;
const MINUTE: i64 = HOUR / 60;

const RULE: &str = "title = '{key} did it'\nseverity = 'high'\nattack = ['T1213.006']\nevery = '10m'\nwindow = '1h'\n\
                    sql = 'select $since, $until'";

/// A record that has happenings, and remembers what it was asked.
#[derive(Default)]
struct Happenings {
    at: Mutex<Vec<(&'static str, i64)>>,
    asked: Mutex<Vec<(i64, i64)>>,
    down: Mutex<bool>,
}

fn times(sql: &str) -> (i64, i64) {
    let mut quoted = sql.split('\'').skip(1).step_by(2);
    let mut time = || {
        let text = quoted.next().unwrap();
        let time = chrono::DateTime::parse_from_rfc3339(text).unwrap();
        time.timestamp_nanos_opt().unwrap()
    };
    (time(), time())
}

#[async_trait]
impl Record for Happenings {
    async fn ask(&self, sql: &str, most: usize) -> Result<Rows, String> {
        let (since, until) = times(sql);
        self.asked.lock().push((since, until));
        // Others have the time to collide.
        tokio::time::sleep(Duration::from_millis(5)).await;
        if *self.down.lock() {
            return Err("it is down".to_owned());
        }
        let at = self.at.lock().clone();
        let within = at.iter().filter(|(_, time)| (since..until).contains(time));
        let rows = within.map(|(key, time)| {
            let time = crate::format::record::rfc3339(TimeNs(*time));
            json!({"key": key, "time": time, "principal_subject": key, "principal_issuer": "i"})
        });
        let rows: Vec<_> = rows.filter_map(|row| row.as_object().cloned()).collect();
        Ok(Rows {
            truncated: rows.len() > most,
            rows,
        })
    }
}

struct World {
    journal: Memory,
    clock: Arc<ManualClock>,
    store: Arc<dyn ObjectStore>,
    record: Arc<Happenings>,
}

impl World {
    fn new() -> Self {
        Self {
            journal: Memory::new(1, usize::MAX),
            clock: Arc::new(ManualClock::at(TimeNs(1_000 * HOUR))),
            store: Arc::new(InMemory::new()),
            record: Arc::default(),
        }
    }

    async fn schedule(&self) -> Schedule {
        let journal: Arc<dyn journal::Journal> = Arc::new(self.journal.clone());
        let settings = EmitterConfig::new(ProducerRole::Export);
        let emitter = Emitter::start(journal, self.clock.clone(), settings).await;
        Schedule::new(
            vec![Rule::parse("it", RULE).unwrap()],
            Arc::clone(&self.store),
            Arc::clone(&self.record) as Arc<dyn Record>,
            emitter.unwrap(),
            self.clock.clone(),
        )
    }

    fn happens(&self, key: &'static str, ago: i64) {
        let now = self.clock.now().0;
        self.record.at.lock().push((key, now - ago));
    }

    /// Which keys were raised, in order.
    fn raised(&self) -> Vec<String> {
        let all = self.journal.all();
        let events = all
            .iter()
            .map(|record| event::decode(&record.value).unwrap());
        let raised = events.filter_map(|event| match event.payload {
            Payload::FindingRaised(raised) => {
                assert_eq!(raised.rule, "it");
                assert_eq!(raised.title, format!("{} did it", event.principal?.subject));
                Some(raised.title.replace(" did it", ""))
            }
            _ => None,
        });
        raised.collect()
    }

    fn asked(&self) -> Vec<(i64, i64)> {
        self.record.asked.lock().clone()
    }
}

async fn look(schedule: &Schedule) -> Result<TimeNs, LookError> {
    let watch = Watch::new(["it"].into_iter());
    schedule.look(&schedule.rules[0], &watch).await
}

#[tokio::test]
async fn a_finding_is_raised_once_though_windows_overlap() {
    let world = World::new();
    let schedule = world.schedule().await;
    world.happens("early", 59 * MINUTE);
    world.happens("late", MINUTE);
    world.happens("before", 61 * MINUTE);
    let now = world.clock.now();
    assert_eq!(look(&schedule).await.unwrap(), TimeNs(now.0 + 10 * MINUTE));
    assert_eq!(world.raised(), ["early", "late"]);
    // Not due.
    world.clock.advance(9 * MINUTE);
    look(&schedule).await.unwrap();
    assert_eq!(world.asked(), [(now.0 - HOUR, now.0)]);
    // Again, with an overlap.
    world.clock.advance(MINUTE);
    world.happens("new", MINUTE);
    look(&schedule).await.unwrap();
    assert_eq!(world.raised(), ["early", "late", "new"]);
    assert!(Kind::FindingRaised.as_str() == "finding.raised");
}

#[tokio::test]
async fn what_happened_while_nobody_looked_is_looked_at() {
    let world = World::new();
    let schedule = world.schedule().await;
    look(&schedule).await.unwrap();
    let asked = world.clock.now();
    world.clock.advance(5 * HOUR);
    world.happens("meanwhile", 4 * HOUR);
    look(&schedule).await.unwrap();
    assert_eq!(world.raised(), ["meanwhile"]);
    // As far before the last end as overlapping windows always reach.
    assert_eq!(world.asked()[1].0, asked.0 - 50 * MINUTE);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_exporters_one_asks_each_window() {
    let world = World::new();
    let schedules = [
        world.schedule().await,
        world.schedule().await,
        world.schedule().await,
        world.schedule().await,
    ];
    for round in 1..=5 {
        world.happens("again and again", MINUTE);
        let looks = schedules.iter().map(look);
        for looked in futures::future::join_all(looks).await {
            looked.unwrap();
        }
        assert_eq!(world.asked().len(), round, "{:?}", world.asked());
        world.clock.advance(10 * MINUTE);
    }
    assert_eq!(world.raised(), ["again and again"]);
}

#[tokio::test]
async fn one_that_dies_or_fails_is_taken_over_and_its_window_asked_again() {
    let world = World::new();
    world.happens("it", MINUTE);
    let [first, second] = [world.schedule().await, world.schedule().await];
    *world.record.down.lock() = true;
    let failed = look(&first).await;
    assert!(matches!(failed, Err(LookError::Record(_))), "{failed:?}");
    // It gave the lease back.
    *world.record.down.lock() = false;
    let path = Path::from("it.json");
    let (mut state, version) = second.read(&path).await.unwrap();
    assert_eq!((state.lease, state.asked), (None, None));
    // One that died holds its lease until it ends.
    state.lease = Some(Lease {
        owner: first.owner,
        until: TimeNs(world.clock.now().0 + MINUTE),
    });
    assert!(second.put(&path, &state, version).await.unwrap());
    let at = look(&second).await.unwrap();
    assert_eq!(at, state.lease.unwrap().until);
    assert_eq!(world.raised(), Vec::<String>::new());
    world.clock.advance(MINUTE);
    look(&second).await.unwrap();
    assert_eq!(world.raised(), ["it"]);
}
