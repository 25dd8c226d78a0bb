//! A history of any length: busy sessions side by side, some seven events a statement, chained as gateways would.
//!
//! Enters: how many statements, a seed, how many partitions. Leaves: events at their positions, one after another. Never here:
//! a history held in memory, or two that differ for one seed.
//!
//! Principals and tables are drawn by Zipf's law, the statements of a session lognormally; statements come every 2.6 seconds, so
//! a million of them is a month.

mod draw;
mod script;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use event::payload::{PartHead, ProducerHeartbeat, ProducerRole, ProducerStarted, ProducerStopped};
use event::{
    Digest, Event, EventId, Part, Payload, Producer, SessionId, Source, StatementId, TimeNs,
    encode, event_hash,
};
use journal::{Offset, Partition, Position};
use uuid::Uuid;

use crate::place;
use crate::scene::START_NS;
use draw::Draw;
use script::{Act, Session};

/// Sessions side by side.
const SESSIONS: u64 = 24;
/// Gateways.
const RUNS: usize = 2;
/// Events between two heartbeats of a run; each names the parts that moved, and they must be few.
const HEARTBEAT_EVENTS: u64 = 2_000;

/// What is to happen at a time; the number keeps what happens at once in order.
type Due = Reverse<(i64, u64)>;

#[derive(Default)]
struct Chain {
    count: u64,
    head: Digest,
    moved: bool,
}

#[derive(Default)]
struct Run {
    seq: u64,
    since_heartbeat: u64,
    parts: BTreeMap<Option<SessionId>, Chain>,
}

/// The history; see [`grown`].
pub struct Grown {
    draw: Draw,
    partitions: u32,
    statements_left: u64,
    events: u64,
    runs: [Run; RUNS],
    offsets: BTreeMap<Partition, u64>,
    due: BinaryHeap<Due>,
    acts: BTreeMap<u64, Act>,
    numbered: u64,
    ready: VecDeque<(Position, Event)>,
    now: i64,
    ended: bool,
}

/// A history of `statements` statements in a journal of one control partition and `partitions` event partitions.
pub fn grown(statements: u64, seed: u64, partitions: u32) -> Grown {
    let mut grown = Grown {
        draw: Draw::new(seed),
        partitions,
        statements_left: statements,
        events: 0,
        runs: Default::default(),
        offsets: BTreeMap::new(),
        due: BinaryHeap::new(),
        acts: BTreeMap::new(),
        numbered: 0,
        ready: VecDeque::new(),
        now: START_NS,
        ended: false,
    };
    for number in 0..RUNS {
        grown.say(
            number,
            ProducerStarted {
                role: ProducerRole::Gateway,
                version: "0.1.0".to_owned(),
                abandoned: None,
            },
        );
    }
    for slot in 0..SESSIONS {
        let begins = START_NS + grown.draw.below(60_000_000_000);
        grown.plan(begins, Act::Login(slot));
    }
    grown
}

impl Grown {
    fn plan(&mut self, at: i64, act: Act) {
        self.due.push(Reverse((at, self.numbered)));
        self.acts.insert(self.numbered, act);
        self.numbered += 1;
    }

    fn step(&mut self) {
        let Some(Reverse((at, number))) = self.due.pop() else {
            self.end();
            return;
        };
        // A nanosecond apart at least, so that times order what one gateway says.
        self.now = self.now.max(at - 1) + 1;
        match self.acts.remove(&number) {
            None => {}
            Some(Act::Login(_)) if self.statements_left == 0 => {}
            Some(Act::Login(slot)) => {
                let session = Session::draw(&mut self.draw, slot, self.now, self.numbered);
                self.follow(script::login(session, self.now));
            }
            Some(Act::Ask(session)) => {
                if self.statements_left == 0 || session.left == 0 {
                    let acts = script::logout(&mut self.draw, &session, self.now);
                    self.follow(acts);
                } else {
                    self.statements_left -= 1;
                    let acts = script::statement(&mut self.draw, session, self.now);
                    self.follow(acts);
                }
            }
            Some(Act::Say {
                session,
                statement,
                payload,
            }) => {
                let run = (session.number % RUNS as u64) as usize;
                self.emit(run, Some((&session, statement)), *payload);
                let run_now = &self.runs[run];
                if run_now.since_heartbeat >= HEARTBEAT_EVENTS {
                    let parts = self.moved(run);
                    self.say(run, ProducerHeartbeat { parts });
                }
            }
        }
    }

    fn follow(&mut self, acts: Vec<(i64, Act)>) {
        for (at, act) in acts {
            self.plan(at, act);
        }
    }

    fn end(&mut self) {
        self.ended = true;
        for run in 0..RUNS {
            self.now += 1_000_000;
            let parts = self.moved(run);
            self.say(run, ProducerStopped { parts });
        }
    }

    fn moved(&mut self, run: usize) -> Vec<PartHead> {
        self.runs[run].since_heartbeat = 0;
        let parts = self.runs[run].parts.iter_mut();
        parts
            .filter_map(|(session, chain)| {
                std::mem::take(&mut chain.moved).then_some((session, chain))
            })
            .map(|(session, chain)| PartHead {
                session: *session,
                count: chain.count,
                head: chain.head,
            })
            .collect()
    }

    fn say(&mut self, run: usize, payload: impl Into<Payload>) {
        self.emit(run, None, payload.into());
    }

    fn emit(
        &mut self,
        number: usize,
        of: Option<(&Session, Option<StatementId>)>,
        payload: Payload,
    ) {
        let session = of.map(|(session, _)| session);
        let run = &mut self.runs[number];
        let chain = run
            .parts
            .entry(session.map(|session| session.id))
            .or_default();
        let mut event = Event {
            event_id: EventId::from_uuid(time_ordered(self.now, self.events)),
            session_id: session.map(|session| session.id),
            statement_id: of.and_then(|(_, statement)| statement),
            time: TimeNs(self.now),
            producer: Producer {
                run: crate::scene::run(number as u8 + 1),
                seq: run.seq,
            },
            part: Part {
                index: chain.count,
                previous_hash: chain.head,
            },
            principal: session.map(|session| session.principal.clone()),
            source: session.map(|session| Source {
                ip: session.ip.clone(),
                tls: Some("TLSv1.3".to_owned()),
            }),
            connection: session.map(|_| "shop".to_owned()),
            policy: None,
            payload,
        };
        event.policy = script::policy(&event.payload);
        *chain = Chain {
            count: chain.count + 1,
            head: event_hash(&encode(&event).unwrap()),
            moved: true,
        };
        run.seq += 1;
        run.since_heartbeat += 1;
        self.events += 1;
        let topic = journal::emit::topic_of(event.kind());
        let partition = place::partition(topic, &event, self.partitions);
        let offset = self.offsets.entry(partition).or_default();
        let position = Position {
            partition,
            offset: Offset(*offset),
        };
        *offset += 1;
        self.ready.push_back((position, event));
    }
}

impl Iterator for Grown {
    type Item = (Position, Event);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(next) = self.ready.pop_front() {
                return Some(next);
            }
            if self.ended {
                return None;
            }
            self.step();
        }
    }
}

/// A UUIDv7 of that time and number.
fn time_ordered(now: i64, number: u64) -> Uuid {
    let millis = (now / 1_000_000) as u128;
    let number = u128::from(number);
    Uuid::from_u128(millis << 80 | 7 << 76 | 2 << 62 | number & ((1 << 62) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_tells_one_history_of_some_seven_events_a_statement() {
        let told: Vec<_> = grown(2_000, 7, 3).collect();
        assert!(told == grown(2_000, 7, 3).collect::<Vec<_>>());
        let submitted = told
            .iter()
            .filter(|(_, event)| event.kind() == event::Kind::StatementSubmitted)
            .count();
        assert_eq!(submitted, 2_000);
        let share = told.len() as f64 / 2_000.0;
        assert!((6.0..8.0).contains(&share), "{share} events a statement");
        let days = (told.last().unwrap().1.time.0 - START_NS) as f64 / 86_400e9;
        assert!((0.03..0.2).contains(&days), "{days} days");
    }
}
