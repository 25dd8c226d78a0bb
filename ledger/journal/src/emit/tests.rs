//! The emitter against a journal that fails on order.

mod stopping;
mod with_next;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use event::limits::{EVENT_BYTES_MAX, HEARTBEAT_PARTS_MAX};
use event::payload::{
    AuditDegraded, AuditorExported, CloseReason, ProducerHeartbeat, ProducerRole, SessionClosed,
    SessionRenewed,
};
use event::{Event, Kind, Payload, RunId, SessionId, TimeNs};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::clock::ManualClock;
use crate::limits::PARTS_MAX;
use crate::memory::{Fault, Memory};

const START: TimeNs = TimeNs(1_790_000_000_000_000_000);

fn config() -> EmitterConfig {
    let count = AtomicU64::new(0);
    EmitterConfig {
        role: ProducerRole::Gateway,
        heartbeat_interval: Duration::from_secs(3600),
        deadline: Duration::from_millis(200),
        randomness: Arc::new(move || {
            let mut bytes = [0; 10];
            bytes[2..].copy_from_slice(&count.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            bytes
        }),
    }
}

async fn started(memory: &Memory) -> Emitter {
    let clock = Arc::new(ManualClock::at(START));
    Emitter::start(Arc::new(memory.clone()), clock, config())
        .await
        .unwrap()
}

fn session(number: u64) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(number.into()))
}

fn draft(number: u64) -> Draft {
    Draft {
        session_id: Some(session(number)),
        ..Draft::new(SessionRenewed { expires: START })
    }
}

fn events(memory: &Memory) -> Vec<Event> {
    let mut events: Vec<Event> = memory
        .all()
        .iter()
        .map(|record| event::decode(&record.value).unwrap())
        .collect();
    events.sort_by_key(|event| (event.producer.run, event.producer.seq));
    events
}

fn of_kind(events: &[Event], kind: Kind) -> Vec<&Event> {
    events.iter().filter(|event| event.kind() == kind).collect()
}

/// Checks one run's numbers and chains, and returns where each part ends.
fn chains(events: &[Event], run: RunId) -> HashMap<Option<SessionId>, (u64, Digest)> {
    let mut parts: HashMap<_, (u64, Digest)> = HashMap::new();
    let of_run = events.iter().filter(|event| event.producer.run == run);
    for (seq, event) in (0..).zip(of_run) {
        assert_eq!(event.producer.seq, seq, "numbers are dense");
        let part = parts.entry(event.session_id).or_default();
        assert_eq!(
            (event.part.index, event.part.previous_hash),
            *part,
            "parts are chained"
        );
        *part = (
            part.0 + 1,
            event::event_hash(&event::encode(event).unwrap()),
        );
    }
    parts
}

/// What heartbeats and the stop told of each part, last word last.
fn told(events: &[Event]) -> HashMap<Option<SessionId>, (u64, Digest)> {
    let mut heads = HashMap::new();
    for event in events {
        let parts = match &event.payload {
            Payload::ProducerHeartbeat(beat) => &beat.parts,
            Payload::ProducerStopped(stopped) => &stopped.parts,
            _ => continue,
        };
        assert!(parts.is_sorted());
        for part in parts {
            heads.insert(part.session, (part.count, part.head));
        }
    }
    heads
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} did not come");
}

#[tokio::test]
async fn numbers_chains_and_counts_are_dense() {
    let memory = Memory::new(4, 10_000);
    let emitter = started(&memory).await;
    let mut emitting = Vec::new();
    for number in 0..100 {
        emitting.push(emitter.emit(draft(number % 7)));
    }
    for one in emitting {
        let emitted = one.await.unwrap();
        assert_eq!(emitted.position.partition.topic, Topic::Events);
    }
    emitter.stop().await.unwrap();
    let events = events(&memory);
    let run = events[0].producer.run;
    assert_eq!(events[0].kind(), Kind::ProducerStarted);
    let last = events.last().unwrap();
    assert_eq!(last.kind(), Kind::ProducerStopped);
    let mut parts = chains(&events, run);
    // The stop cannot count itself.
    parts.insert(None, (last.part.index, last.part.previous_hash));
    assert_eq!(told(&events), parts);
    assert!(matches!(
        emitter.emit(draft(1)).await,
        Err(EmitError::Stopped)
    ));
    assert!(!emitter.healthy());
}

#[tokio::test]
async fn answers_name_the_record() {
    let memory = Memory::new(1, 100);
    let emitter = started(&memory).await;
    let emitted = emitter.emit(draft(1)).await.unwrap();
    let record = memory
        .all()
        .into_iter()
        .find(|record| record.position == emitted.position)
        .unwrap();
    assert_eq!(event::event_hash(&record.value), emitted.hash);
    let event = event::decode(&record.value).unwrap();
    assert_eq!(event.event_id, emitted.event_id);
    assert_eq!(event.time, START);
    assert_eq!(event.event_id.uuid().get_version_num(), 7);
    assert_eq!(record.key, event.key());
    assert!(
        record
            .headers
            .contains(&("ce_type".to_owned(), "firn.session.renewed".to_owned()))
    );
}

#[tokio::test]
async fn control_kinds_go_to_the_control_topic() {
    let memory = Memory::new(2, 100);
    let emitter = started(&memory).await;
    let loaded = event::payload::PolicyLoaded {
        hash: event::PolicyHash(Digest::ZERO),
        rules: 1,
        catalog_version: String::new(),
        changes: None,
    };
    let emitted = emitter.emit(Draft::new(loaded)).await.unwrap();
    assert_eq!(emitted.position.partition.topic, Topic::Control);
    let closed = Draft {
        session_id: Some(session(1)),
        ..Draft::new(SessionClosed {
            reason: CloseReason::Logout,
        })
    };
    let emitted = emitter.emit(closed).await.unwrap();
    assert_eq!(emitted.position.partition.topic, Topic::Control);
}

#[tokio::test]
async fn unfit_drafts_cost_no_number() {
    let memory = Memory::new(1, 100);
    let emitter = started(&memory).await;
    let huge = AuditorExported {
        what: "x".repeat(EVENT_BYTES_MAX),
        events: 1,
    };
    assert!(matches!(
        emitter.emit(Draft::new(huge)).await,
        Err(EmitError::Unfit(_))
    ));
    let own = ProducerHeartbeat { parts: vec![] };
    assert!(matches!(
        emitter.emit(Draft::new(own)).await,
        Err(EmitError::Unfit(_))
    ));
    emitter.emit(draft(1)).await.unwrap();
    let events = events(&memory);
    assert_eq!(events.last().unwrap().producer.seq, 1);
}

#[tokio::test]
async fn dropped_futures_are_journaled_all_the_same() {
    let memory = Memory::new(1, 100);
    let emitter = started(&memory).await;
    drop(emitter.emit(draft(1)));
    emitter.emit(draft(1)).await.unwrap();
    assert_eq!(events(&memory).len(), 3);
}

async fn breaks_and_comes_back(fault: Fault) {
    let memory = Memory::new(3, 10_000);
    let emitter = started(&memory).await;
    for number in 0..5 {
        emitter.emit(draft(number)).await.unwrap();
    }
    let old = events(&memory)[0].producer.run;
    memory.set_fault(fault);
    let failing: Vec<_> = (0..3).map(|number| emitter.emit(draft(number))).collect();
    for one in failing {
        assert!(matches!(
            one.await,
            Err(EmitError::Failed(_) | EmitError::Unavailable(_))
        ));
    }
    assert!(!emitter.healthy());
    assert!(matches!(
        emitter.emit(draft(1)).await,
        Err(EmitError::Unavailable(_))
    ));
    memory.set_fault(Fault::None);
    until("a new run", || emitter.healthy()).await;
    emitter.emit(draft(1)).await.unwrap();
    emitter.stop().await.unwrap();

    let events = events(&memory);
    let starts = of_kind(&events, Kind::ProducerStarted);
    let last = starts.last().unwrap();
    let Payload::ProducerStarted(start) = &last.payload else {
        panic!("another kind");
    };
    assert_eq!(
        start.abandoned,
        Some(AbandonedRun {
            run: old,
            acknowledged: 6
        })
    );
    assert_ne!(last.producer.run, old);
    chains(&events, last.producer.run);
    chains(&events, old);
}

#[tokio::test]
async fn refused_appends_abandon_the_run() {
    breaks_and_comes_back(Fault::Refuse).await;
}

#[tokio::test]
async fn silence_abandons_the_run() {
    breaks_and_comes_back(Fault::Silent).await;
}

#[tokio::test]
async fn lost_acknowledgements_abandon_the_run() {
    breaks_and_comes_back(Fault::Unanswered).await;
}

#[tokio::test]
async fn nothing_is_acknowledged_after_a_failure_before_it() {
    let memory = Memory::new(3, 10_000);
    let emitter = started(&memory).await;
    memory.set_fault(Fault::Silent);
    let lost = emitter.emit(draft(1));
    memory.set_fault(Fault::None);
    let kept = emitter.emit(draft(2));
    assert!(matches!(lost.await, Err(EmitError::Failed(_))));
    assert!(
        matches!(kept.await, Err(EmitError::Failed(_))),
        "it stands behind a hole"
    );
    until("a new run", || emitter.healthy()).await;
    let events = events(&memory);
    let abandoned = of_kind(&events, Kind::ProducerStarted)
        .into_iter()
        .find_map(|event| match &event.payload {
            Payload::ProducerStarted(start) => start.abandoned.clone(),
            _ => None,
        });
    assert_eq!(abandoned.unwrap().acknowledged, 1);
}

#[tokio::test]
async fn starting_without_a_journal_is_an_error() {
    let memory = Memory::new(1, 10);
    memory.set_fault(Fault::Silent);
    let clock = Arc::new(ManualClock::at(START));
    let start = Emitter::start(Arc::new(memory), clock, config()).await;
    assert!(matches!(start, Err(EmitError::Failed(_))));
}

#[tokio::test]
async fn heartbeats_tell_what_moved_and_little_else() {
    let memory = Memory::new(2, 10_000);
    let emitter = started(&memory).await;
    let beat = async |idle| {
        let answer = emitter
            .0
            .heartbeat(&mut emitter.0.state.lock(), idle)
            .unwrap();
        match answer {
            Some(answer) => answer.await.unwrap().map(|_| true).unwrap(),
            None => false,
        }
    };
    emitter.emit(draft(1)).await.unwrap();
    assert!(beat(false).await);
    assert_eq!(
        told(&events(&memory)).len(),
        2,
        "the session's part and the run's own"
    );
    assert!(!beat(false).await, "nothing but the heartbeat happened");
    assert!(beat(true).await, "a sign of life");
    assert!(!beat(false).await);
    let degraded = AuditDegraded {
        reason: "test".to_owned(),
        since: START,
    };
    emitter.emit(Draft::new(degraded)).await.unwrap();
    assert!(beat(false).await);
}

#[tokio::test]
async fn heartbeats_come_by_themselves() {
    let memory = Memory::new(2, 10_000);
    let clock = Arc::new(ManualClock::at(START));
    let config = EmitterConfig {
        heartbeat_interval: Duration::from_millis(5),
        ..config()
    };
    let emitter = Emitter::start(Arc::new(memory.clone()), clock, config)
        .await
        .unwrap();
    emitter.emit(draft(1)).await.unwrap();
    let beats = || of_kind(&events(&memory), Kind::ProducerHeartbeat).len();
    until("a heartbeat, then one while idle", || beats() >= 3).await;
    emitter.stop().await.unwrap();
}

#[test]
fn heartbeats_split_and_fit() {
    let randomness = config().randomness;
    let mut run = Run::new(START, &randomness);
    let parts = HEARTBEAT_PARTS_MAX as u64 + 10;
    for number in 0..parts {
        let prepared = run.prepare(draft(number), START, &randomness).unwrap();
        run.accept(&prepared);
    }
    let beats = run.heartbeats();
    assert_eq!(beats.len(), 2);
    for beat in beats {
        let prepared = run.prepare(Draft::new(beat), START, &randomness).unwrap();
        run.accept(&prepared);
    }
    assert_eq!(
        run.stopped().parts.len(),
        1,
        "only the run's own part moved since"
    );
}

#[tokio::test]
async fn a_run_with_too_many_parts_ends_in_order() {
    let memory = Memory::new(1, 3 * PARTS_MAX);
    let emitter = started(&memory).await;
    let mut last = None;
    for number in 0..=PARTS_MAX as u64 {
        let emitting = emitter.emit(draft(number));
        if number % 1024 == 0 {
            emitting.await.unwrap();
        } else {
            last = Some(emitting);
        }
    }
    last.unwrap().await.unwrap();
    emitter.stop().await.unwrap();
    let events = events(&memory);
    let stops = of_kind(&events, Kind::ProducerStopped);
    assert_eq!(stops.len(), 2);
    let starts = of_kind(&events, Kind::ProducerStarted);
    assert_eq!(starts.len(), 2);
    for start in starts {
        chains(&events, start.producer.run);
    }
    assert_eq!(told(&events).len(), PARTS_MAX + 2, "every part was counted");
}

#[tokio::test]
async fn events_emitted_together_stand_in_order_across_the_end_of_a_run() {
    let memory = Memory::new(1, 3 * PARTS_MAX);
    let emitter = started(&memory).await;
    for number in 0..PARTS_MAX as u64 - 1 {
        let emitting = emitter.emit(draft(number));
        if number % 1024 == 0 {
            emitting.await.unwrap();
        }
    }
    let huge = AuditorExported {
        what: "x".repeat(EVENT_BYTES_MAX),
        events: 1,
    };
    let news = PARTS_MAX as u64;
    let drafts = [draft(0), draft(news), Draft::new(huge), draft(news + 1)];
    let mut answers = Vec::new();
    for emitting in emitter.emit_all(drafts) {
        answers.push(emitting.await);
    }
    assert!(matches!(answers[2], Err(EmitError::Unfit(_))));
    let places: Vec<u64> = [0, 1, 3]
        .map(|at: usize| answers[at].as_ref().unwrap().position.offset.0)
        .to_vec();
    assert!(places.is_sorted(), "{places:?}");
    let in_journal: Vec<Event> = memory
        .all()
        .iter()
        .map(|record| event::decode(&record.value).unwrap())
        .collect();
    assert_eq!(of_kind(&in_journal, Kind::ProducerStopped).len(), 1);
    for start in of_kind(&in_journal, Kind::ProducerStarted) {
        chains(&in_journal, start.producer.run);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_emitters_keep_one_order() {
    let memory = Memory::new(4, 100_000);
    let emitter = started(&memory).await;
    let tasks: Vec<_> = (0..8)
        .map(|number| {
            let emitter = emitter.clone();
            tokio::spawn(async move {
                for _ in 0..100 {
                    emitter.emit(draft(number % 3)).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    emitter.stop().await.unwrap();
    // In journal order, not sorted: a session's events stand there in the order of its part.
    let mut next: HashMap<SessionId, u64> = HashMap::new();
    for record in memory.all() {
        let event = event::decode(&record.value).unwrap();
        if let Some(session) = event.session_id {
            let index = next.entry(session).or_default();
            assert_eq!(event.part.index, *index);
            *index += 1;
        }
    }
    assert_eq!(next.values().sum::<u64>(), 800);
}

proptest! {
    #[test]
    fn ids_sort_by_time(earlier in 0..i64::MAX / 2, later in 1_000..i64::MAX / 4) {
        let randomness = config().randomness;
        let first = identity::draw(TimeNs(earlier), &randomness);
        let second = identity::draw(TimeNs(earlier + later), &randomness);
        prop_assert!(first < second);
        prop_assert_eq!(first.get_version_num(), 7);
    }
}
