//! The fold's rules, one a line.

mod lanes;

use bytes::Bytes;
use uuid::Uuid;

use super::*;
use crate::payload::*;
use crate::{
    ApprovalBinding, Digest, Event, EventId, Masked, Part, Payload, Producer, RequestId, RunId,
    SessionId, StatementId, TimeNs,
};

const EVENTS: u64 = 0;
const CONTROL: u64 = 1;

fn session() -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(7))
}

fn statement(number: u128) -> StatementId {
    let request = RequestId::parse(&format!("request-{number}")).unwrap();
    StatementId::derive(session(), &request)
}

fn event(id: u128, of: Option<StatementId>, payload: Payload) -> Event {
    Event {
        event_id: EventId::from_uuid(Uuid::from_u128(id)),
        session_id: Some(session()),
        statement_id: of,
        time: TimeNs(id as i64 * 1_000),
        producer: Producer {
            run: RunId::from_uuid(Uuid::from_u128(1)),
            seq: 0,
        },
        part: Part {
            index: 0,
            previous_hash: Digest::ZERO,
        },
        principal: None,
        source: None,
        connection: None,
        policy: None,
        payload,
    }
}

fn masked(text: &str) -> Masked<String> {
    #[allow(clippy::disallowed_methods, reason = "stands for masked text")]
    Masked::from_mask(text.to_owned())
}

fn binding() -> ApprovalBinding {
    ApprovalBinding(Digest::ZERO)
}

fn decided(verdict: Verdict) -> Payload {
    StatementDecided {
        verdict,
        reasons: vec![],
        masks: vec![],
        mask_all: false,
        catalog_version: String::new(),
        evaluated_at: TimeNs(0),
        binding: binding(),
        compared_before: None,
    }
    .into()
}

fn asked(quorum: &[(&str, u32)]) -> Payload {
    let quorum = quorum.iter().map(|(group, needed)| Quorum {
        group: (*group).to_owned(),
        needed: *needed,
    });
    ApprovalRequested {
        binding: binding(),
        quorum: quorum.collect(),
        reasons: vec![],
        expires: TimeNs(0),
        execution_ttl_ns: 0,
        sealed: Bytes::new(),
    }
    .into()
}

fn person(name: &str, groups: &[&str]) -> Approver {
    Approver {
        issuer: "https://id.example".to_owned(),
        subject: name.to_owned(),
        display: name.to_owned(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
    }
}

fn yes(name: &str, groups: &[&str]) -> Payload {
    ApprovalGranted {
        binding: binding(),
        by: person(name, groups),
        note: String::new(),
        scope: None,
    }
    .into()
}

fn no(name: &str) -> Payload {
    ApprovalDenied {
        binding: binding(),
        by: person(name, &["g"]),
        note: String::new(),
    }
    .into()
}

fn expired() -> Payload {
    ApprovalExpired { binding: binding() }.into()
}

fn withdrawn() -> Payload {
    ApprovalCanceled {
        binding: binding(),
        reason: GivenUp::Abandoned,
    }
    .into()
}

fn claimed() -> Payload {
    StatementClaimed { binding: binding() }.into()
}

fn forwarded() -> Payload {
    StatementForwarded {
        query_id: None,
        attempts: 1,
    }
    .into()
}

fn started(result: u32, chunks: u32) -> Payload {
    ResponseStarted {
        result,
        query_id: format!("q{result}"),
        columns: vec![],
        masks: vec![],
        mask_all: false,
        format: ResultFormat::Json,
        rows_total: None,
        chunks,
        statement_type: None,
    }
    .into()
}

fn finished(result: u32, chunk: u32) -> Payload {
    ResponseFinished {
        result,
        chunk,
        pages: 1,
        rows: 10,
        bytes: 100,
        masked_cells: 1,
        counts: (chunk == 0).then(|| RowCounts {
            updated: 2,
            ..RowCounts::default()
        }),
        duration_ns: u64::from(chunk),
    }
    .into()
}

fn failed(stage: FailureStage) -> Payload {
    StatementFailed {
        stage,
        code: "000001".to_owned(),
        sql_state: String::new(),
        message: masked(""),
        duration_ns: 5,
    }
    .into()
}

fn canceled() -> Payload {
    StatementCanceled {
        by: Canceler::Client,
    }
    .into()
}

fn refused() -> Payload {
    StageRefused {
        operation: "PUT".to_owned(),
        reason: String::new(),
    }
    .into()
}

fn lane_of(payload: &Payload) -> u64 {
    match payload {
        Payload::ApprovalRequested(_)
        | Payload::ApprovalGranted(_)
        | Payload::ApprovalDenied(_)
        | Payload::ApprovalExpired(_)
        | Payload::ApprovalCanceled(_)
        | Payload::StatementClaimed(_)
        | Payload::StatementCounted(_)
        | Payload::SessionClosed(_) => CONTROL,
        _ => EVENTS,
    }
}

/// Payloads of statements, as the journal holds them.
fn journaled(told: Vec<(Option<StatementId>, Payload)>) -> Vec<(Place, Event)> {
    let mut next = [0, 0];
    let placed = told.into_iter().zip(1..).map(|((of, payload), id)| {
        let lane = lane_of(&payload);
        let offset = &mut next[lane as usize];
        let place = Place {
            lane,
            offset: *offset,
        };
        *offset += 1;
        (place, event(id, of, payload))
    });
    placed.collect()
}

fn fold(told: &[Payload]) -> StatementFold {
    let told = told.iter().cloned().map(|payload| (None, payload));
    let mut fold = StatementFold::default();
    for (place, event) in journaled(told.collect()) {
        fold.apply(place, &event);
    }
    fold
}

#[test]
fn outcomes_are_told_apart() {
    use ApprovalOutcome as A;
    use FailureStage::{Approval, Gateway, Policy, Upstream};
    use Outcome as O;
    let hold = || decided(Verdict::Hold);
    let allow = || decided(Verdict::Allow);
    let one = || asked(&[("g", 1)]);
    let table: Vec<(&str, Vec<Payload>, O, Option<A>)> = vec![
        ("nothing but a decision", vec![allow()], O::Running, None),
        (
            "delivered",
            vec![allow(), started(0, 0), finished(0, 0)],
            O::Succeeded,
            None,
        ),
        (
            "refused by policy",
            vec![decided(Verdict::Deny), failed(Policy)],
            O::Denied,
            None,
        ),
        (
            "refused by policy, its end is missing",
            vec![decided(Verdict::Deny)],
            O::Denied,
            None,
        ),
        (
            "a stage operation",
            vec![allow(), refused()],
            O::Denied,
            None,
        ),
        (
            "an error",
            vec![allow(), forwarded(), failed(Upstream)],
            O::Failed,
            None,
        ),
        (
            "an error after a cancel",
            vec![allow(), canceled(), failed(Upstream)],
            O::Failed,
            None,
        ),
        (
            "canceled",
            vec![allow(), forwarded(), canceled()],
            O::Canceled,
            None,
        ),
        ("held", vec![hold(), one()], O::Held, Some(A::Pending)),
        (
            "one of two",
            vec![hold(), asked(&[("g", 2)]), yes("a", &["g"])],
            O::Held,
            Some(A::Pending),
        ),
        (
            "one person twice",
            vec![
                hold(),
                asked(&[("g", 2)]),
                yes("a", &["g"]),
                yes("a", &["g"]),
            ],
            O::Held,
            Some(A::Pending),
        ),
        (
            "two of two",
            vec![
                hold(),
                asked(&[("g", 2)]),
                yes("a", &["g"]),
                yes("b", &["g"]),
            ],
            O::Running,
            Some(A::Granted),
        ),
        (
            "a stranger",
            vec![hold(), one(), yes("a", &["h"])],
            O::Held,
            Some(A::Pending),
        ),
        (
            "one person for two seats",
            vec![hold(), asked(&[("g", 1), ("h", 1)]), yes("a", &["g", "h"])],
            O::Held,
            Some(A::Pending),
        ),
        (
            "denied",
            vec![hold(), one(), no("a"), failed(Approval)],
            O::Denied,
            Some(A::Denied),
        ),
        (
            "denied after a yes, nothing ran",
            vec![hold(), one(), yes("a", &["g"]), no("b")],
            O::Denied,
            Some(A::Denied),
        ),
        (
            "a no that came when it ran",
            vec![
                hold(),
                one(),
                yes("a", &["g"]),
                no("b"),
                claimed(),
                forwarded(),
                finished(0, 0),
            ],
            O::Succeeded,
            Some(A::Granted),
        ),
        (
            "expired",
            vec![hold(), one(), expired()],
            O::Denied,
            Some(A::Expired),
        ),
        (
            "approved, and not run in time",
            vec![hold(), one(), yes("a", &["g"]), expired()],
            O::Denied,
            Some(A::Expired),
        ),
        (
            "given up",
            vec![hold(), one(), withdrawn(), canceled()],
            O::Canceled,
            Some(A::Canceled),
        ),
        (
            "given up after a yes",
            vec![hold(), one(), yes("a", &["g"]), withdrawn()],
            O::Canceled,
            Some(A::Canceled),
        ),
        (
            "given up by one gateway, wanted by another",
            vec![hold(), one(), withdrawn(), one()],
            O::Held,
            Some(A::Pending),
        ),
        (
            "given up when it was claimed",
            vec![hold(), one(), yes("a", &["g"]), claimed(), withdrawn()],
            O::Running,
            Some(A::Granted),
        ),
        (
            "claimed, the answers are missing",
            vec![hold(), claimed()],
            O::Running,
            Some(A::Granted),
        ),
        (
            "answered, the request is missing",
            vec![hold(), yes("a", &["g"])],
            O::Held,
            Some(A::Pending),
        ),
        (
            "a chunk that broke off",
            vec![started(0, 1), finished(0, 0), failed(Gateway)],
            O::Failed,
            None,
        ),
        (
            "and came",
            vec![
                started(0, 1),
                finished(0, 0),
                failed(Gateway),
                finished(0, 1),
            ],
            O::Succeeded,
            None,
        ),
        (
            "and broke off again",
            vec![
                started(0, 1),
                finished(0, 0),
                failed(Gateway),
                finished(0, 1),
                failed(Gateway),
            ],
            O::Failed,
            None,
        ),
        (
            "another of its results is not whole",
            vec![
                started(0, 0),
                started(1, 1),
                finished(1, 0),
                failed(Gateway),
                finished(0, 0),
            ],
            O::Failed,
            None,
        ),
    ];
    for (name, told, outcome, approval) in table {
        let fold = fold(&told);
        assert_eq!(
            (fold.outcome(), fold.approval().outcome()),
            (outcome, approval),
            "{name}"
        );
    }
}

#[test]
fn what_was_fetched_again_counts_once() {
    let told = [
        started(0, 2),
        finished(0, 0),
        finished(0, 2),
        finished(0, 2),
        finished(0, 1),
        finished(0, 0),
    ];
    let fold = fold(&told);
    let sums = fold.deliveries().sums().unwrap();
    assert_eq!((sums.rows, sums.bytes, sums.masked_cells), (30, 300, 3));
    assert_eq!(sums.rows_changed, Some(2));
    assert!(fold.deliveries().is_whole());
    assert_eq!(fold.duration_ns(), Some(2));
}

#[test]
fn an_approval_ends_when_its_outcome_was_said() {
    let quorum = asked(&[("g", 2)]);
    let told = [quorum, yes("a", &["g"]), yes("b", &["g"]), claimed()];
    let fold = fold(&told);
    assert_eq!(fold.approval().asked_at(), Some(TimeNs(1_000)));
    assert_eq!(fold.approval().ended_at(), Some(TimeNs(3_000)));
    assert_eq!(fold.approval().approvers().count(), 2);
}
