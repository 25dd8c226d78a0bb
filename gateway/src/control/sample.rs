//! Control events and people for tests.

use event::payload::{
    ApprovalCanceled, ApprovalDenied, ApprovalExpired, ApprovalGranted, ApprovalRequested,
    Approver, GivenUp, Quorum, StatementClaimed,
};
use event::{
    Agent, ApprovalBinding, Digest, Event, EventId, Part, Payload, PolicyHash, PolicyRef,
    Principal, Producer, RunId, SessionId, StatementId, TimeNs,
};
use uuid::Uuid;

use crate::about::About;

pub const SECOND: i64 = 1_000_000_000;

pub fn session() -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(0x5e55))
}

pub fn statement(number: u128) -> StatementId {
    StatementId::from_uuid(Uuid::from_u128(0x57a7_0000 + number))
}

pub fn binding(word: &str) -> ApprovalBinding {
    ApprovalBinding(Digest::of(word.as_bytes()))
}

pub fn about(number: u128) -> About {
    About {
        session: session(),
        statement: statement(number),
        principal: Principal {
            issuer: "https://idp".to_owned(),
            subject: "agent-7".to_owned(),
            display: "Agent Seven".to_owned(),
            groups: vec!["agents".to_owned()],
            agent: Some(Agent {
                application: "PythonConnector".to_owned(),
                version: "4.8.1".to_owned(),
                on_behalf_of: Some("Carol@example.com".to_owned()),
                correlation_id: None,
            }),
        },
        source: None,
        connection: "prod".to_owned(),
        policy: PolicyRef {
            hash: PolicyHash(Digest::of(b"policy")),
            rules: vec!["hold-updates".to_owned()],
        },
    }
}

pub fn person(subject: &str, groups: &[&str]) -> Approver {
    Approver {
        issuer: "https://idp".to_owned(),
        subject: subject.to_owned(),
        display: format!("{subject}@example.com"),
        groups: groups.iter().map(|&group| group.to_owned()).collect(),
    }
}

pub fn quorum(parts: &[(&str, u32)]) -> Vec<Quorum> {
    let parts = parts.iter().map(|&(group, needed)| Quorum {
        group: group.to_owned(),
        needed,
    });
    parts.collect()
}

/// An event of statement `number` at `seconds`, with `id` as its id, by run `run`.
pub fn event(id: u128, run: u128, number: u128, seconds: i64, payload: Payload) -> Event {
    let about = about(number);
    Event {
        event_id: EventId::from_uuid(Uuid::from_u128(id)),
        session_id: Some(about.session),
        statement_id: Some(about.statement),
        time: TimeNs(seconds * SECOND),
        producer: Producer {
            run: RunId::from_uuid(Uuid::from_u128(run)),
            seq: 0,
        },
        part: Part {
            index: 0,
            previous_hash: Digest::ZERO,
        },
        principal: Some(about.principal),
        source: None,
        connection: Some(about.connection),
        policy: Some(about.policy),
        payload,
    }
}

/// A request that lapses at 1800 s and whose grant lasts 900 s.
pub fn requested(parts: &[(&str, u32)]) -> Payload {
    ApprovalRequested {
        binding: binding("a"),
        quorum: quorum(parts),
        reasons: vec!["changes many rows".to_owned()],
        expires: TimeNs(1800 * SECOND),
        execution_ttl_ns: 900 * SECOND.unsigned_abs(),
        sealed: "sealed".into(),
    }
    .into()
}

pub fn granted(by: Approver) -> Payload {
    ApprovalGranted {
        binding: binding("a"),
        by,
        note: String::new(),
        scope: None,
    }
    .into()
}

pub fn denied(by: Approver) -> Payload {
    ApprovalDenied {
        binding: binding("a"),
        by,
        note: "not today".to_owned(),
    }
    .into()
}

pub fn expired() -> Payload {
    ApprovalExpired {
        binding: binding("a"),
    }
    .into()
}

pub fn canceled(reason: GivenUp) -> Payload {
    ApprovalCanceled {
        binding: binding("a"),
        reason,
    }
    .into()
}

pub fn claimed(word: &str) -> Payload {
    StatementClaimed {
        binding: binding(word),
    }
    .into()
}
