//! Who and where; one event after another.
//!
//! Enters: payloads. Leaves: envelopes with counted ids and a clock that moves when told. Never here: what happens.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::ipc::writer::StreamWriter;
use bytes::Bytes;
use event::{
    Agent, Digest, Event, EventId, Masked, Part, Payload, PolicyHash, PolicyRef, Principal,
    Producer, RequestId, RunId, SessionId, Source, StatementId, TimeNs,
};
use uuid::Uuid;

/// 2026-03-01T12:00:00Z.
pub(crate) const START_NS: i64 = 1_772_366_400_000_000_000;
/// A millisecond, nanoseconds.
const MS: i64 = 1_000_000;

/// The session of this number.
pub fn session_id(number: u32) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(
        0x019c_0000_0000_7000_8000_0000_0000_0000 + u128::from(number),
    ))
}

/// The statement of this number in that session.
pub fn statement_id(session: u32, number: u32) -> StatementId {
    StatementId::derive(session_id(session), &request_id(number))
}

pub(crate) fn request_id(number: u32) -> RequestId {
    RequestId::parse(&format!("request-{number}")).unwrap()
}

/// Text as a mask would give it: read back as from a record.
pub(crate) fn masked(text: &str) -> Masked<String> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).unwrap()
}

/// Columns of text as a page body.
pub fn page_body(columns: &[(&str, &[Option<&str>])]) -> Bytes {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, _)| Field::new(*name, DataType::Utf8, true))
        .collect();
    let arrays = columns
        .iter()
        .map(|(_, cells)| Arc::new(cells.iter().copied().collect::<StringArray>()) as ArrayRef)
        .collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes.into()
}

pub(crate) fn person(name: &str, groups: &[&str]) -> Principal {
    Principal {
        issuer: "https://id.example".to_owned(),
        subject: format!("{name}@example.com"),
        display: name.to_owned(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        agent: None,
    }
}

/// What the next event says of itself.
pub(crate) struct Scene {
    pub(crate) events: Vec<Event>,
    now: i64,
    pub(crate) run: RunId,
    pub(crate) session: Option<u32>,
    pub(crate) statement: Option<u32>,
    pub(crate) principal: Option<Principal>,
    pub(crate) rules: Option<Vec<String>>,
    pub(crate) ip: String,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self {
            events: Vec::new(),
            now: START_NS,
            run: run(1),
            session: None,
            statement: None,
            principal: None,
            rules: None,
            ip: "10.0.0.7".to_owned(),
        }
    }

    /// An agent of this name acts from here on.
    pub(crate) fn agent(&mut self, name: &str, application: &str) {
        let mut principal = person(name, &["agents"]);
        principal.agent = Some(Agent {
            application: application.to_owned(),
            version: "4.1.0".to_owned(),
            on_behalf_of: Some("support-desk".to_owned()),
            correlation_id: None,
        });
        self.principal = Some(principal);
    }

    /// `ms` later.
    pub(crate) fn after(&mut self, ms: i64) -> &mut Self {
        self.now += ms * MS;
        self
    }

    /// It is `time` now.
    pub(crate) const fn set(&mut self, time: TimeNs) {
        self.now = time.0;
    }

    pub(crate) const fn now(&self) -> TimeNs {
        TimeNs(self.now)
    }

    pub(crate) fn emit(&mut self, payload: impl Into<Payload>) {
        let number = self.events.len() as u128;
        // Odd nanoseconds, so that what is cut to microseconds shows.
        self.now += 1_001;
        self.events.push(Event {
            event_id: EventId::from_uuid(Uuid::from_u128(
                0x019c_0000_0000_7000_9000_0000_0000_0000 + number,
            )),
            session_id: self.session.map(session_id),
            statement_id: self
                .session
                .zip(self.statement)
                .map(|(session, statement)| statement_id(session, statement)),
            time: TimeNs(self.now),
            producer: Producer {
                run: self.run,
                seq: 0,
            },
            part: Part {
                index: 0,
                previous_hash: Digest::ZERO,
            },
            principal: self.principal.clone(),
            source: self.session.map(|_| Source {
                ip: self.ip.clone(),
                tls: Some("TLSv1.3".to_owned()),
            }),
            connection: self.session.map(|_| "shop".to_owned()),
            policy: self.rules.clone().map(|rules| PolicyRef {
                hash: PolicyHash(Digest::of(b"policy")),
                rules,
            }),
            payload: payload.into(),
        });
    }
}

/// The run of this number.
pub(crate) fn run(number: u8) -> RunId {
    RunId::from_uuid(Uuid::from_u128(
        0x019c_0000_0000_7000_a000_0000_0000_0000 + u128::from(number),
    ))
}
