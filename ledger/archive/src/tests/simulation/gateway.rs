//! Gateways of a simulation: sessions that go on beside each other, journaled by whichever process is up.
//!
//! Enters: a seed. Leaves: events in the journal, and which of them were acknowledged. Never here: an event that is emitted twice: what
//! nobody acknowledged is given up.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use event::payload::ProducerRole;
use event::{Kind, Payload, Principal, RequestId, SessionId, StatementId};
use journal::emit::{Draft, EmitError, Emitted, Emitter, EmitterConfig};
use journal::memory::Fault;
use journal::{Journal as _, Record, Topic};
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use uuid::Uuid;

use super::super::Draw;
use super::super::retention::world::{CONNECTIONS, PEOPLE, TABLES};
use super::store::Way;
use super::world::World;

/// What a gateway waits for a journal that says nothing.
const DEADLINE: Duration = Duration::from_millis(2);

/// A session, and what is still to happen in it.
struct Session {
    id: SessionId,
    connection: &'static str,
    person: &'static str,
    left: VecDeque<(Kind, Option<u64>)>,
}

/// What is to happen, and what was acknowledged of what did.
pub(super) struct History {
    draw: Draw,
    sessions: Vec<Session>,
    pub(super) acknowledged: Vec<Emitted>,
}

impl History {
    pub(super) fn drawn(seed: u64, events: usize) -> Self {
        let mut draw = Draw::new(seed);
        let mut sessions = Vec::new();
        let mut drawn = 0;
        while drawn < events {
            let session = Session::drawn(&mut draw, sessions.len());
            drawn += session.left.len();
            sessions.push(session);
        }
        Self {
            draw,
            sessions,
            acknowledged: Vec::new(),
        }
    }

    /// What happens next; none once everything did.
    fn next(&mut self) -> Option<Draft> {
        self.sessions.retain(|session| !session.left.is_empty());
        let open = self.sessions.len().min(3);
        if open == 0 {
            return None;
        }
        let at = self.draw.below(open);
        let session = &mut self.sessions[at];
        let (kind, statement) = session.left.pop_front()?;
        let mut payload = self.draw.event(kind).payload;
        if let Payload::StatementSubmitted(submitted) = &mut payload {
            submitted.reads = vec![TABLES[self.draw.below(2)].to_owned()];
            submitted.writes = Vec::new();
        }
        let nobodys = matches!(kind, Kind::AuditorQueried | Kind::PolicyLoaded);
        let statement = statement.map(|number| {
            let request = RequestId::parse(&format!("r-{number}")).unwrap();
            StatementId::derive(session.id, &request)
        });
        Some(Draft {
            session_id: (!nobodys).then_some(session.id),
            statement_id: statement,
            principal: Some(Principal {
                issuer: "https://id".to_owned(),
                subject: session.person.to_owned(),
                display: session.person.to_uppercase(),
                groups: Vec::new(),
                agent: None,
            }),
            source: None,
            connection: (!nobodys).then(|| session.connection.to_owned()),
            policy: None,
            payload,
        })
    }
}

impl Session {
    fn drawn(draw: &mut Draw, number: usize) -> Self {
        let mut left = VecDeque::from([(Kind::SessionOpened, None)]);
        for statement in 0..1 + draw.below(3) as u64 {
            for kind in [
                Kind::StatementSubmitted,
                Kind::StatementDecided,
                Kind::ApprovalRequested,
                Kind::ApprovalGranted,
                Kind::ResponseStarted,
                Kind::ResponsePage,
                Kind::ResponsePage,
                Kind::ResponseFinished,
            ] {
                if draw.below(4) > 0 {
                    left.push_back((kind, Some(statement)));
                }
            }
            if draw.below(3) == 0 {
                left.push_back((Kind::AuditorQueried, None));
            }
        }
        left.push_back((Kind::PolicyLoaded, None));
        left.push_back((Kind::SessionClosed, None));
        Self {
            id: SessionId::from_uuid(Uuid::from_u128(0x1000 + number as u128)),
            connection: CONNECTIONS[draw.below(2)],
            person: PEOPLE[draw.below(2)],
            left,
        }
    }
}

fn config(seed: u64) -> EmitterConfig {
    let random = Mutex::new(StdRng::seed_from_u64(seed));
    EmitterConfig {
        heartbeat_interval: Duration::from_secs(3_600),
        deadline: DEADLINE,
        randomness: Arc::new(move || random.lock().random()),
        ..EmitterConfig::new(ProducerRole::Gateway)
    }
}

/// One life of a gateway: emits until nothing is left to happen.
pub(super) async fn run(world: Arc<World>, way: Arc<Way>, seed: u64) {
    let mut draw = Draw::new(seed);
    let (journal, clock) = (Arc::clone(&world.journal), Arc::clone(&world.clock));
    way.turns.wait(way.life, "start").await;
    let started = Emitter::start(journal, clock, config(seed)).await;
    // Refused by a journal that another waits for: this life is over.
    let Ok(emitter) = started else { return };
    loop {
        way.turns.wait(way.life, "emit").await;
        let next = world.history.lock().next();
        let Some(draft) = next else { break };
        let passed = world.pace * draw.below(5) as i64 + 1_001;
        world.clock.advance(passed);
        if draw.below(60) == 0 {
            junk(&world, &mut draw);
        }
        if draw.below(40) == 0 {
            let faults = [Fault::Refuse, Fault::Silent, Fault::Unanswered];
            world.memory.set_fault(faults[draw.below(3)]);
        }
        match emitter.emit(draft).await {
            Ok(emitted) => world.history.lock().acknowledged.push(emitted),
            Err(EmitError::Unfit(what)) => panic!("{what}"),
            Err(error) => way.turns.tell(format!("{:?} {error}", way.life)),
        }
        world.memory.set_fault(Fault::None);
        while !emitter.healthy() {
            tokio::time::sleep(DEADLINE).await;
        }
    }
    way.turns.wait(way.life, "stop").await;
    emitter.stop().await.unwrap();
}

/// A record that is no event.
fn junk(world: &World, draw: &mut Draw) {
    let record = Record {
        key: [draw.below(256) as u8; 16],
        headers: vec![("who".to_owned(), "knows".to_owned())],
        value: Bytes::from_static(b"no event"),
    };
    // Resolves at once, and may be dropped.
    drop(world.memory.append(Topic::Events, record));
}
