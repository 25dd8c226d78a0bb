//! One session so far: its row, and how it goes on.
//!
//! Enters: a row as it was sealed, the session's later events, what its statements were and are now. Leaves: the row as of these.
//! Never here: the session's earlier events: a long session costs each step what the step holds of it.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use event::fold::SessionState;
use event::payload::CloseReason;
use event::{Event, Masked, Payload, SessionId, StatementId};
use journal::{Offset, Position};
use serde::{Deserialize, Serialize};

use super::story::{Tally, micros};
use crate::rows::{RowError, parse_partition, write};
use crate::schema::sessions_schema;

const MICROS_PER_MILLI: f64 = 1_000.0;

/// A row of `sessions`, in the order of its columns. Times are microseconds, but where the name says nanoseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SessionRow {
    pub(super) session_id: SessionId,
    opened: i64,
    principal: Option<String>,
    agent: Option<String>,
    connection: Option<String>,
    state: SessionState,
    closed: Option<i64>,
    close_reason: Option<String>,
    /// Nanoseconds.
    expires: Option<i64>,
    duration_ms: f64,
    statements: i64,
    denied: i64,
    held: i64,
    masked: i64,
    failed: i64,
    rows: i64,
    bytes: i64,
    masked_cells: i64,
    first_text: Option<Masked<String>>,
    events: u64,
    last_time: i64,
    principal_subject: Option<String>,
    principal_issuer: Option<String>,
    principal_groups: Option<Vec<String>>,
    agent_version: Option<String>,
    on_behalf_of: Option<String>,
    source_ip: Option<String>,
    upstream_session: Option<String>,
    first_time: i64,
    login: Option<i64>,
    closed_at: Option<String>,
    closed_offset: Option<u64>,
    refused: Option<String>,
    /// Nanoseconds.
    who_time: Option<i64>,
    who_at: Option<String>,
    who_offset: Option<u64>,
    first_statement: Option<StatementId>,
    first_statement_time: Option<i64>,
}

/// Sessions by id.
pub(crate) type Sessions = BTreeMap<SessionId, SessionRow>;

impl SessionRow {
    /// A session of which `event` is the first that is told.
    pub(super) fn new(session_id: SessionId, event: &Event) -> Self {
        let time = micros(event.time);
        Self {
            session_id,
            opened: time,
            principal: None,
            agent: None,
            connection: None,
            state: SessionState::Open,
            closed: None,
            close_reason: None,
            expires: None,
            duration_ms: 0.0,
            statements: 0,
            denied: 0,
            held: 0,
            masked: 0,
            failed: 0,
            rows: 0,
            bytes: 0,
            masked_cells: 0,
            first_text: None,
            events: 0,
            last_time: time,
            principal_subject: None,
            principal_issuer: None,
            principal_groups: None,
            agent_version: None,
            on_behalf_of: None,
            source_ip: None,
            upstream_session: None,
            first_time: time,
            login: None,
            closed_at: None,
            closed_offset: None,
            refused: None,
            who_time: None,
            who_at: None,
            who_offset: None,
            first_statement: None,
            first_statement_time: None,
        }
    }

    /// Takes one event; each once.
    pub(super) fn apply(&mut self, position: Position, event: &Event) {
        let time = micros(event.time);
        self.events += 1;
        self.first_time = self.first_time.min(time);
        self.last_time = self.last_time.max(time);
        match &event.payload {
            Payload::SessionOpened(opened) => {
                self.login = Some(self.login.map_or(time, |known| known.min(time)));
                let expires = opened.expires.0;
                self.expires = Some(self.expires.map_or(expires, |known| known.min(expires)));
                let upstream = opened.upstream_session.as_ref();
                let known = self.upstream_session.iter().chain(upstream).min();
                self.upstream_session = known.cloned();
                self.said_by(position, event);
            }
            Payload::SessionRefused(refused) => {
                self.refused = self.refused.take().max(Some(refused.reason.clone()));
                self.said_by(position, event);
            }
            Payload::SessionClosed(closed) => self.ended(position, time, closed.reason),
            Payload::StatementSubmitted(_) => self.said_by(position, event),
            Payload::StageRefused(_) if event.statement_id.is_none() => self.denied += 1,
            _ => {}
        }
        self.opened = self.login.unwrap_or(self.first_time);
        self.duration_ms = (self.last_time - self.first_time) as f64 / MICROS_PER_MILLI;
        if let Some(refused) = &self.refused {
            self.state = SessionState::Refused;
            if self.closed.is_none() {
                self.close_reason = Some(refused.clone());
            }
        } else if self.closed.is_some() {
            self.state = SessionState::Closed;
        }
    }

    /// The first end in the journal's order counts.
    fn ended(&mut self, position: Position, time: i64, reason: CloseReason) {
        if position_of(self.closed_at.as_deref(), self.closed_offset)
            .is_some_and(|known| known <= position)
        {
            return;
        }
        self.closed = Some(time);
        self.close_reason = Some(reason.as_str().to_owned());
        self.closed_at = Some(position.partition.to_string());
        self.closed_offset = Some(position.offset.0);
    }

    /// Who it is, the earliest event says.
    fn said_by(&mut self, position: Position, event: &Event) {
        let known = position_of(self.who_at.as_deref(), self.who_offset);
        if self.who_time.zip(known) <= Some((event.time.0, position)) && self.who_time.is_some() {
            return;
        }
        self.who_time = Some(event.time.0);
        self.who_at = Some(position.partition.to_string());
        self.who_offset = Some(position.offset.0);
        let who = event.principal.as_ref();
        let agent = who.and_then(|who| who.agent.as_ref());
        self.principal = who.map(|who| who.display.clone());
        self.principal_subject = who.map(|who| who.subject.clone());
        self.principal_issuer = who.map(|who| who.issuer.clone());
        self.principal_groups = who.map(|who| who.groups.clone());
        self.agent = agent.map(|agent| agent.application.clone());
        self.agent_version = agent.map(|agent| agent.version.clone());
        self.on_behalf_of = agent.and_then(|agent| agent.on_behalf_of.clone());
        self.source_ip = event.source.as_ref().map(|source| source.ip.clone());
        self.connection = event.connection.clone();
    }

    /// A statement of it was `before`, and is `now`.
    pub(super) fn replace(
        &mut self,
        statement: StatementId,
        before: Option<&Tally>,
        now: Option<&Tally>,
    ) {
        for (tally, sign) in [(before, -1), (now, 1)] {
            let Some(tally) = tally else { continue };
            self.statements += sign;
            self.denied += sign * i64::from(tally.denied);
            self.held += sign * i64::from(tally.held);
            self.masked += sign * i64::from(tally.masked);
            self.failed += sign * i64::from(tally.failed);
            // Round in 64 bits: a made-up number must not stop the line, and what was added is taken away again.
            self.rows = self.rows.wrapping_add(sum(tally.rows, sign));
            self.bytes = self.bytes.wrapping_add(sum(tally.bytes, sign));
            self.masked_cells = self
                .masked_cells
                .wrapping_add(sum(tally.masked_cells, sign));
        }
        let Some(now) = now else { return };
        let known = self.first_statement_time.zip(self.first_statement);
        // Later events make a statement's time earlier, never later: the first one stays before all that were not told of.
        let first =
            known.is_none_or(|known| (now.time, statement) <= known || known.1 == statement);
        if first {
            self.first_statement = Some(statement);
            self.first_statement_time = Some(now.time);
            self.first_text = now.text.clone();
        }
    }
}

fn sum(of: u64, sign: i64) -> i64 {
    sign.wrapping_mul(i64::try_from(of).unwrap_or(i64::MAX))
}

fn position_of(partition: Option<&str>, offset: Option<u64>) -> Option<Position> {
    Some(Position {
        partition: parse_partition(partition?)?,
        offset: Offset(offset?),
    })
}

/// The rows of `sessions`, sorted as files are: by when they were opened.
pub(crate) fn session_rows(sessions: &Sessions) -> Result<RecordBatch, RowError> {
    let mut rows: Vec<&SessionRow> = sessions.values().collect();
    rows.sort_by_key(|row| (row.opened, row.session_id));
    write(&sessions_schema(), &rows)
}
