//! One fixed event a kind: the content of the golden files. Never changed: a new schema version gets new ones.

mod told;

use bytes::Bytes;
use uuid::Uuid;

use crate::payload::*;
use crate::*;
use told::{audit, producer};

const SESSION: SessionId =
    SessionId::from_uuid(Uuid::from_u128(0x01900000_0000_7000_8000_000000000001));
const RUN: RunId = RunId::from_uuid(Uuid::from_u128(0x01900000_0000_7000_8000_0000000000aa));
const OLD_RUN: RunId = RunId::from_uuid(Uuid::from_u128(0x01900000_0000_7000_8000_0000000000ab));
const START: i64 = 1_790_000_000_123_456_789;

pub(super) fn event(kind: Kind) -> Event {
    let number = Kind::ALL.iter().position(|&other| other == kind).unwrap() as u64;
    let of_producer = matches!(
        kind,
        Kind::ProducerStarted | Kind::ProducerHeartbeat | Kind::ProducerStopped
    );
    let of_statement = kind.as_str().starts_with("statement")
        || kind.as_str().starts_with("response")
        || kind.as_str().starts_with("approval");
    let request = RequestId::parse("7ac7b1c4-2a4f-4c5e-9a55-0a0b0c0d0e0f").unwrap();
    Event {
        event_id: EventId::from_uuid(Uuid::from_u128(
            0x01900000_0000_7000_8000_00000000e000 + u128::from(number),
        )),
        session_id: (!of_producer).then_some(SESSION),
        statement_id: of_statement.then(|| StatementId::derive(SESSION, &request)),
        time: TimeNs(START + number as i64),
        producer: Producer {
            run: RUN,
            seq: number,
        },
        part: Part {
            index: number,
            previous_hash: digest("previous"),
        },
        principal: (!of_producer).then(principal),
        source: (!of_producer).then(|| Source {
            ip: "192.0.2.7".to_owned(),
            tls: Some("TLSv1_3 TLS13_AES_256_GCM_SHA384".to_owned()),
        }),
        connection: (!of_producer).then(|| "analytics".to_owned()),
        policy: of_statement.then(|| PolicyRef {
            hash: PolicyHash(digest("policy")),
            rules: vec!["mask-email".to_owned(), "reads".to_owned()],
        }),
        payload: payload(kind, request),
    }
}

/// A policy that replaces another.
pub fn replaced() -> Event {
    let mut event = event(Kind::PolicyLoaded);
    if let Payload::PolicyLoaded(loaded) = &mut event.payload {
        loaded.changes = Some(PolicyChanges {
            previous: PolicyHash(digest("previous")),
            previous_catalog_version: "2026-02-01".to_owned(),
            added: strings(&["hold-ddl"]),
            removed: vec![],
            changed: strings(&["mask-email", "reads"]),
            settings: true,
        });
    }
    event
}

fn digest(what: &str) -> Digest {
    Digest::of(what.as_bytes())
}

fn binding() -> ApprovalBinding {
    ApprovalBinding(digest("binding"))
}

fn masked(text: &str) -> Masked<String> {
    #[allow(clippy::disallowed_methods, reason = "samples stand for masked text")]
    Masked::from_mask(text.to_owned())
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn principal() -> Principal {
    Principal {
        issuer: "https://id.example.com".to_owned(),
        subject: "agent-7".to_owned(),
        display: "Support agent".to_owned(),
        groups: strings(&["agents", "support"]),
        agent: Some(Agent {
            application: "PythonConnector".to_owned(),
            version: "4.1.0".to_owned(),
            on_behalf_of: Some("alice@example.com".to_owned()),
            correlation_id: None,
        }),
    }
}

fn approver() -> Approver {
    Approver {
        issuer: "https://id.example.com".to_owned(),
        subject: "bob".to_owned(),
        display: "Bob Ömer".to_owned(),
        groups: strings(&["approvers"]),
    }
}

fn context() -> Context {
    Context {
        database: Some("SHOP".to_owned()),
        schema: Some("PUBLIC".to_owned()),
        warehouse: None,
        role: Some("READER".to_owned()),
    }
}

fn heads() -> Vec<PartHead> {
    vec![
        PartHead {
            session: None,
            count: 3,
            head: digest("own head"),
        },
        PartHead {
            session: Some(SESSION),
            count: 300,
            head: digest("session head"),
        },
    ]
}

fn column_mask() -> ColumnMask {
    ColumnMask {
        ordinal: 1,
        operator: MaskOperator::Partial,
        rule: "mask-email".to_owned(),
        sources: strings(&["SHOP.PUBLIC.CUSTOMERS.EMAIL"]),
    }
}

fn compared() -> Vec<Compared> {
    vec![Compared {
        column: "SHOP.PUBLIC.CUSTOMERS.EMAIL".to_owned(),
        times: 2,
    }]
}

/// A decision that counted.
pub(super) fn decided_on_a_count() -> Event {
    let mut event = event(Kind::StatementDecided);
    if let Payload::StatementDecided(decided) = &mut event.payload {
        decided.compared_before = Some(compared());
    }
    event
}

/// A yes that covers more than one statement.
pub(super) fn granted_broadly() -> Event {
    let mut event = event(Kind::ApprovalGranted);
    if let Payload::ApprovalGranted(granted) = &mut event.payload {
        granted.scope = Some(GrantScope {
            kind: ScopeKind::Shape,
            shape: Some("8f14e45fceea167a".to_owned()),
            uses: Some(10),
            rows: Some(500),
            until: TimeNs(START + 3_600_000_000_000),
            group: None,
            under: None,
        });
    }
    event
}

/// A statement and a page whose values may be looked for.
pub(super) fn seen() -> [(Event, Kind); 2] {
    let said = vec![Seen {
        column: "SHOP.PUBLIC.CUSTOMERS.EMAIL".to_owned(),
        class: SeenClass::Email,
        key: "0a1b2c3d".to_owned(),
        tokens: Seen::pack([(17, 1), (u64::MAX, 3)]),
    }];
    [Kind::StatementSubmitted, Kind::ResponsePage].map(|kind| {
        let mut event = event(kind);
        match &mut event.payload {
            Payload::StatementSubmitted(submitted) => submitted.seen = Some(said.clone()),
            Payload::ResponsePage(page) => page.seen = Some(said.clone()),
            _ => {}
        }
        (event, kind)
    })
}

fn payload(kind: Kind, request_id: RequestId) -> Payload {
    match kind {
        Kind::SessionOpened | Kind::SessionRenewed | Kind::SessionClosed | Kind::SessionRefused => {
            session(kind)
        }
        Kind::StatementSubmitted
        | Kind::StatementDecided
        | Kind::StatementClaimed
        | Kind::StatementCounted
        | Kind::StatementAnnounced
        | Kind::StatementForwarded
        | Kind::StatementFailed
        | Kind::StatementCanceled
        | Kind::StageRefused => statement(kind, request_id),
        Kind::StageUploaded | Kind::StageDownloaded => file(kind),
        Kind::ApprovalRequested
        | Kind::ApprovalGranted
        | Kind::ApprovalDenied
        | Kind::ApprovalExpired
        | Kind::ApprovalCanceled => approval(kind),
        Kind::ResponseStarted | Kind::ResponsePage | Kind::ResponseFinished => response(kind),
        Kind::ProducerStarted | Kind::ProducerHeartbeat | Kind::ProducerStopped => producer(kind),
        _ => audit(kind),
    }
}

fn session(kind: Kind) -> Payload {
    match kind {
        Kind::SessionOpened => SessionOpened {
            authenticator: Authenticator::Oauth,
            context: context(),
            parameters: vec![NameValue {
                name: "QUERY_TAG".to_owned(),
                value: masked("nightly"),
            }],
            upstream_session: Some("1152921504606846977".to_owned()),
            expires: TimeNs(START + 3_600_000_000_000),
        }
        .into(),
        Kind::SessionRenewed => SessionRenewed {
            expires: TimeNs(START + 7_200_000_000_000),
        }
        .into(),
        Kind::SessionClosed => SessionClosed {
            reason: CloseReason::Logout,
        }
        .into(),
        _ => SessionRefused {
            authenticator: Authenticator::Password,
            code: "390144".to_owned(),
            reason: "token is expired".to_owned(),
        }
        .into(),
    }
}

fn statement(kind: Kind, request_id: RequestId) -> Payload {
    match kind {
        Kind::StatementSubmitted => StatementSubmitted {
            text: masked("select id, email from customers where name = '<TEXT>'"),
            text_bytes: 53,
            binds: vec![Bind {
                name: "1".to_owned(),
                kind: "TEXT".to_owned(),
                values: vec![Some(masked("<EMAIL>")), None],
            }],
            fingerprint: "9f1c".to_owned(),
            kinds: vec![StatementKind::Select],
            reads: strings(&["SHOP.PUBLIC.CUSTOMERS"]),
            writes: vec![],
            columns: vec![ColumnUse {
                table: "SHOP.PUBLIC.CUSTOMERS".to_owned(),
                column: "NAME".to_owned(),
                usage: Use::Filter,
            }],
            flags: vec![Finding::DerivedSensitive],
            request_id,
            describe_only: false,
            asynchronous: true,
            context: context(),
            seen: None,
        }
        .into(),
        Kind::StatementDecided => StatementDecided {
            verdict: Verdict::Mask,
            reasons: vec![Reason {
                rule: "mask-email".to_owned(),
                text: "email addresses are personal data".to_owned(),
                span_start: Some(11),
                span_end: Some(16),
            }],
            masks: vec![column_mask()],
            mask_all: false,
            catalog_version: "2026-03-01".to_owned(),
            evaluated_at: TimeNs(START - 1),
            binding: binding(),
            compared_before: None,
        }
        .into(),
        Kind::StatementClaimed => StatementClaimed { binding: binding() }.into(),
        Kind::StatementCounted => StatementCounted {
            binding: binding(),
            compared: compared(),
        }
        .into(),
        Kind::StatementAnnounced => StatementAnnounced {
            query_ids: strings(&["01b2c3d4-0000-0000-0000-000000000001"]),
            sealed: Bytes::from_static(&[0, 1, 2, 255]),
        }
        .into(),
        Kind::StatementForwarded => StatementForwarded {
            query_id: Some("01b2c3d4-0000-0000-0000-000000000001".to_owned()),
            attempts: 2,
        }
        .into(),
        Kind::StatementFailed => StatementFailed {
            stage: FailureStage::Upstream,
            code: "002003".to_owned(),
            sql_state: "02000".to_owned(),
            message: masked("object does not exist"),
            duration_ns: 1_500_000,
        }
        .into(),
        Kind::StatementCanceled => StatementCanceled {
            by: Canceler::Client,
        }
        .into(),
        _ => StageRefused {
            operation: "PUT".to_owned(),
            reason: "files do not pass the gateway".to_owned(),
        }
        .into(),
    }
}

fn file(kind: Kind) -> Payload {
    let stage = "@SHOP.PUBLIC.LANDING".to_owned();
    let found = vec![FileFinding {
        class: "EMAIL".to_owned(),
        cells: 12,
    }];
    match kind {
        Kind::StageUploaded => StageUploaded {
            stage,
            file: masked("in/orders.csv.gz"),
            bytes: 4_096,
            digest: digest("file"),
            content: FileContent::Text,
            found,
            duration_ns: 81_000_000,
        }
        .into(),
        _ => StageDownloaded {
            stage,
            file: masked("out/orders.csv.gz"),
            bytes: 4_096,
            digest: digest("file"),
            content: FileContent::Text,
            found,
            masked_cells: 12,
            delivered_bytes: 4_000,
            delivered_digest: digest("masked file"),
            duration_ns: 81_000_000,
        }
        .into(),
    }
}

fn approval(kind: Kind) -> Payload {
    match kind {
        Kind::ApprovalRequested => ApprovalRequested {
            binding: binding(),
            quorum: vec![Quorum {
                group: "approvers".to_owned(),
                needed: 2,
            }],
            reasons: strings(&["writes need a second pair of eyes"]),
            expires: TimeNs(START + 900_000_000_000),
            execution_ttl_ns: 300_000_000_000,
            sealed: Bytes::from_static(b"sealed"),
        }
        .into(),
        Kind::ApprovalGranted => ApprovalGranted {
            binding: binding(),
            by: approver(),
            note: "ok".to_owned(),
            scope: None,
        }
        .into(),
        Kind::ApprovalDenied => ApprovalDenied {
            binding: binding(),
            by: approver(),
            note: String::new(),
        }
        .into(),
        Kind::ApprovalExpired => ApprovalExpired { binding: binding() }.into(),
        _ => ApprovalCanceled {
            binding: binding(),
            reason: GivenUp::Aborted,
        }
        .into(),
    }
}

fn response(kind: Kind) -> Payload {
    match kind {
        Kind::ResponseStarted => ResponseStarted {
            result: 0,
            query_id: "01b2c3d4-0000-0000-0000-000000000001".to_owned(),
            columns: vec![ResultColumn {
                name: "ID".to_owned(),
                data_type: "fixed".to_owned(),
                nullable: false,
                precision: Some(38),
                scale: Some(0),
                length: None,
                origin: "SHOP.PUBLIC.CUSTOMERS".to_owned(),
            }],
            masks: vec![column_mask()],
            mask_all: false,
            format: ResultFormat::Arrow,
            rows_total: Some(1000),
            chunks: 3,
            statement_type: Some(4096),
        }
        .into(),
        Kind::ResponsePage => ResponsePage {
            result: 0,
            chunk: 1,
            page: 2,
            first_row: 512,
            rows: 256,
            masked: vec![MaskCount {
                ordinal: 1,
                by: "rule:mask-email".to_owned(),
                cells: 256,
            }],
            digest: digest("rows"),
            bytes: 65_536,
            kept: Kept::Full,
            fragment: 0,
            fragments: 1,
            body: Bytes::from_static(b"ARROW1"),
            seen: None,
        }
        .into(),
        _ => ResponseFinished {
            result: 0,
            chunk: 1,
            pages: 3,
            rows: 700,
            bytes: 200_000,
            masked_cells: 700,
            counts: Some(RowCounts {
                inserted: 0,
                updated: 5,
                deleted: 0,
                duplicates: 0,
            }),
            duration_ns: 81_000_000,
        }
        .into(),
    }
}
