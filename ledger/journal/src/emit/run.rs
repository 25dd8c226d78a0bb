//! One run: its dense numbers, and the dense hash chain of each part.
//!
//! Enters: drafts. Leaves: events with their place, and the counts that heartbeats carry. Never here: a number that was skipped.

use std::collections::HashMap;

use bytes::Bytes;
use event::limits::HEARTBEAT_PARTS_MAX;
use event::payload::{PartHead, ProducerHeartbeat, ProducerStopped};
use event::{Digest, Event, EventId, Kind, Part, Producer, RunId, SessionId, TimeNs};

use super::EmitError;
use super::draft::Draft;
use super::identity::{self, Randomness};
use crate::Record;
use crate::limits::PARTS_MAX;

/// An event with its place, not yet taken.
pub(super) struct Prepared {
    pub event: Event,
    pub hash: Digest,
    pub record: Record,
}

#[derive(Clone, Copy)]
struct Chain {
    count: u64,
    head: Digest,
    /// Since the last heartbeat.
    moved: bool,
}

const EMPTY: Chain = Chain {
    count: 0,
    head: Digest::ZERO,
    moved: false,
};

pub(super) struct Run {
    id: RunId,
    next_seq: u64,
    own: Chain,
    /// A part stays until the run ends: one that came back after it was forgotten would begin at 0 again.
    sessions: HashMap<SessionId, Chain>,
    /// Something other than heartbeats happened since the last heartbeat.
    news: bool,
}

impl Run {
    pub(super) fn new(now: TimeNs, randomness: &Randomness) -> Self {
        Self {
            id: RunId::from_uuid(identity::draw(now, randomness)),
            next_seq: 0,
            own: EMPTY,
            sessions: HashMap::new(),
            news: false,
        }
    }

    pub(super) const fn id(&self) -> RunId {
        self.id
    }

    /// No part can be added for `session`.
    pub(super) fn is_full(&self, session: Option<SessionId>) -> bool {
        self.sessions.len() >= PARTS_MAX
            && session.is_some_and(|session| !self.sessions.contains_key(&session))
    }

    /// The event `draft` would be. Changes nothing, so an unfit draft costs no number.
    pub(super) fn prepare(
        &self,
        draft: Draft,
        now: TimeNs,
        randomness: &Randomness,
    ) -> Result<Prepared, EmitError> {
        let chain = match draft.session_id {
            Some(session) => self.sessions.get(&session).unwrap_or(&EMPTY),
            None => &self.own,
        };
        let event = Event {
            event_id: EventId::from_uuid(identity::draw(now, randomness)),
            session_id: draft.session_id,
            statement_id: draft.statement_id,
            time: now,
            producer: Producer {
                run: self.id,
                seq: self.next_seq,
            },
            part: Part {
                index: chain.count,
                previous_hash: chain.head,
            },
            principal: draft.principal,
            source: draft.source,
            connection: draft.connection,
            policy: draft.policy,
            payload: draft.payload,
        };
        let bytes = event::encode(&event).map_err(|error| EmitError::Unfit(error.to_string()))?;
        let hash = event::event_hash(&bytes);
        let headers = event::headers(&event).into_iter();
        let record = Record {
            key: event.key(),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            value: Bytes::from(bytes),
        };
        Ok(Prepared {
            event,
            hash,
            record,
        })
    }

    /// Takes the event: its number and its place are used.
    pub(super) fn accept(&mut self, prepared: &Prepared) {
        let chain = match prepared.event.session_id {
            Some(session) => self.sessions.entry(session).or_insert(EMPTY),
            None => &mut self.own,
        };
        self.news |= prepared.event.kind() != Kind::ProducerHeartbeat;
        *chain = Chain {
            count: chain.count + 1,
            head: prepared.hash,
            moved: true,
        };
        self.next_seq += 1;
    }

    /// Something other than heartbeats happened since the last heartbeat.
    pub(super) const fn has_news(&self) -> bool {
        self.news
    }

    /// Heartbeats that count every part that moved, as few as the limit allows; the parts then count as told.
    pub(super) fn heartbeats(&mut self) -> Vec<ProducerHeartbeat> {
        let parts = self.take_moved();
        parts
            .chunks(HEARTBEAT_PARTS_MAX)
            .map(|parts| ProducerHeartbeat {
                parts: parts.to_vec(),
            })
            .collect()
    }

    /// The last word, after heartbeats told of every other part.
    pub(super) fn stopped(&mut self) -> ProducerStopped {
        ProducerStopped {
            parts: self.take_moved(),
        }
    }

    fn take_moved(&mut self) -> Vec<PartHead> {
        let mut parts = Vec::new();
        if std::mem::take(&mut self.own.moved) {
            let Chain { count, head, .. } = self.own;
            parts.push(PartHead {
                session: None,
                count,
                head,
            });
        }
        for (&session, chain) in &mut self.sessions {
            if std::mem::take(&mut chain.moved) {
                let Chain { count, head, .. } = *chain;
                parts.push(PartHead {
                    session: Some(session),
                    count,
                    head,
                });
            }
        }
        self.news = false;
        parts.sort();
        parts
    }
}
