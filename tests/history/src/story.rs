//! What happens.
//!
//! Enters: a scene. Leaves: the events of two agents, a refused login and an auditor. Never here: ids, hashes.

use bytes::Bytes;
use event::payload::{
    ApprovalGranted, ApprovalRequested, Approver, AuditorQueried, AuditorReplayed, Authenticator,
    CloseReason, ColumnMask, ColumnUse, Context, FailureStage, Finding, Kept, MaskCount,
    MaskOperator, PolicyLoaded, ProducerRole, ProducerStarted, Quorum, Reason, ReplayMode,
    ResponseFinished, ResponsePage, ResponseStarted, ResultColumn, ResultFormat, RowCounts,
    SessionClosed, SessionOpened, SessionRefused, StageRefused, StatementClaimed, StatementDecided,
    StatementFailed, StatementForwarded, StatementKind, StatementSubmitted, Use, Verdict,
};
use event::{ApprovalBinding, Digest, PolicyHash, TimeNs};

use crate::scene::{Scene, masked, page_body, person, request_id, run};
use crate::session_id;

const CUSTOMERS: &str = "SHOP.PUBLIC.CUSTOMERS";
const ORDERS: &str = "SHOP.PUBLIC.ORDERS";

pub(crate) fn tell(scene: &mut Scene) {
    scene.emit(ProducerStarted {
        role: ProducerRole::Gateway,
        version: "0.1.0".to_owned(),
        abandoned: None,
    });
    scene.emit(PolicyLoaded {
        hash: PolicyHash(Digest::of(b"policy")),
        rules: 12,
        catalog_version: "catalog-1".to_owned(),
        changes: None,
    });
    scene.session = Some(1);
    scene.agent("ann", "PythonConnector");
    open(scene);
    masked_select(scene);
    blocked_drop(scene);
    approved_update(scene);
    failed_select(scene);
    scene.after(500).emit(SessionClosed {
        reason: CloseReason::Logout,
    });
    second_agent(scene);
    refused_login(scene);
    auditor(scene);
}

fn context() -> Context {
    Context {
        database: Some("SHOP".to_owned()),
        schema: Some("PUBLIC".to_owned()),
        warehouse: Some("WH".to_owned()),
        role: Some("AGENT".to_owned()),
    }
}

fn open(scene: &mut Scene) {
    let expires = TimeNs(scene.now().0 + 4 * 3_600_000_000_000);
    scene.after(1_000).emit(SessionOpened {
        authenticator: Authenticator::Oauth,
        context: context(),
        parameters: Vec::new(),
        upstream_session: Some("8123".to_owned()),
        expires,
    });
}

fn used(table: &str, column: &str, usage: Use) -> ColumnUse {
    ColumnUse {
        table: table.to_owned(),
        column: column.to_owned(),
        usage,
    }
}

struct Asked<'a> {
    number: u32,
    text: &'a str,
    kind: StatementKind,
    reads: &'a [&'a str],
    writes: &'a [&'a str],
    columns: Vec<ColumnUse>,
    flags: Vec<Finding>,
}

fn submit(scene: &mut Scene, asked: Asked<'_>) {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    scene.statement = Some(asked.number);
    scene.emit(StatementSubmitted {
        text: masked(asked.text),
        text_bytes: asked.text.len() as u64,
        binds: Vec::new(),
        fingerprint: format!("fp-{}", asked.number),
        kinds: vec![asked.kind],
        reads: texts(asked.reads),
        writes: texts(asked.writes),
        columns: asked.columns,
        flags: asked.flags,
        request_id: request_id(asked.number),
        describe_only: false,
        asynchronous: false,
        context: context(),
        seen: None,
    });
}

fn decide(scene: &mut Scene, verdict: Verdict, rules: &[(&str, &str)], masks: Vec<ColumnMask>) {
    let evaluated_at = scene.now();
    scene.rules = Some(rules.iter().map(|(rule, _)| (*rule).to_owned()).collect());
    scene.after(1).emit(StatementDecided {
        verdict,
        reasons: rules
            .iter()
            .map(|(rule, text)| Reason {
                rule: (*rule).to_owned(),
                text: (*text).to_owned(),
                span_start: None,
                span_end: None,
            })
            .collect(),
        masks,
        mask_all: false,
        catalog_version: "catalog-1".to_owned(),
        evaluated_at,
        binding: ApprovalBinding(Digest::of(b"binding")),
        compared_before: None,
    });
    scene.rules = None;
}

fn column(name: &str, data_type: &str, scale: Option<i64>) -> ResultColumn {
    ResultColumn {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        nullable: true,
        precision: None,
        scale,
        length: None,
        origin: CUSTOMERS.to_owned(),
    }
}

fn email_mask() -> Vec<ColumnMask> {
    vec![ColumnMask {
        ordinal: 1,
        operator: MaskOperator::Redact,
        rule: "mask-contact".to_owned(),
        sources: vec![format!("{CUSTOMERS}.EMAIL")],
    }]
}

fn finished(rows: u64, pages: u32, masked_cells: u64, duration_ms: u64) -> ResponseFinished {
    ResponseFinished {
        result: 0,
        chunk: 0,
        pages,
        rows,
        bytes: rows * 20,
        masked_cells,
        counts: None,
        duration_ns: duration_ms * 1_000_000,
    }
}

fn masked_select(scene: &mut Scene) {
    let columns = ["EMAIL", "ID", "SINCE"].map(|column| used(CUSTOMERS, column, Use::Output));
    submit(
        scene.after(250),
        Asked {
            number: 1,
            text: "select id, email, since from customers where note like '[EMAIL]%'",
            kind: StatementKind::Select,
            reads: &[CUSTOMERS],
            writes: &[],
            columns: columns.to_vec(),
            flags: Vec::new(),
        },
    );
    decide(
        scene,
        Verdict::Mask,
        &[("mask-contact", "contact data is masked for agents")],
        email_mask(),
    );
    scene.after(5).emit(StatementForwarded {
        query_id: Some("01b1-0001".to_owned()),
        attempts: 1,
    });
    scene.after(40).emit(ResponseStarted {
        result: 0,
        query_id: "01b1-0001".to_owned(),
        columns: vec![
            column("ID", "fixed", Some(0)),
            column("EMAIL", "text", None),
            column("SINCE", "date", None),
        ],
        masks: email_mask(),
        mask_all: false,
        format: ResultFormat::Json,
        rows_total: Some(3),
        chunks: 0,
        statement_type: Some(4096),
    });
    let pages: [&[[Option<&str>; 3]]; 2] = [
        &[
            [Some("1"), Some("[EMAIL]"), Some("19723")],
            [Some("2"), None, Some("19724")],
        ],
        &[[Some("3"), Some("[EMAIL]"), None]],
    ];
    for (rows, number) in pages.into_iter().zip(0..) {
        let cells = |column: usize| rows.iter().map(|row| row[column]).collect::<Vec<_>>();
        let masked = cells(1).iter().flatten().count() as u64;
        scene.after(1).emit(ResponsePage {
            result: 0,
            chunk: 0,
            page: number,
            first_row: u64::from(number) * 2,
            rows: rows.len() as u64,
            masked: vec![MaskCount {
                ordinal: 1,
                by: "rule:mask-contact".to_owned(),
                cells: masked,
            }],
            digest: Digest::of(&[number as u8]),
            bytes: rows.len() as u64 * 20,
            kept: Kept::Full,
            fragment: 0,
            fragments: 1,
            body: page_body(&[
                ("ID", &cells(0)),
                ("EMAIL", &cells(1)),
                ("SINCE", &cells(2)),
            ]),
            seen: None,
        });
    }
    scene.after(1).emit(finished(3, 2, 2, 48));
    scene.statement = None;
}

fn blocked_drop(scene: &mut Scene) {
    submit(
        scene.after(3_000),
        Asked {
            number: 2,
            text: "drop table customers",
            kind: StatementKind::Drop,
            reads: &[],
            writes: &[CUSTOMERS],
            columns: Vec::new(),
            flags: vec![Finding::Ddl],
        },
    );
    decide(
        scene,
        Verdict::Deny,
        &[("no-ddl", "agents change no schema")],
        Vec::new(),
    );
    fail(
        scene,
        FailureStage::Policy,
        "003001",
        "blocked by policy no-ddl: agents change no schema",
        2,
    );
}

fn fail(scene: &mut Scene, stage: FailureStage, code: &str, message: &str, ms: u64) {
    scene.after(1).emit(StatementFailed {
        stage,
        code: code.to_owned(),
        sql_state: "42501".to_owned(),
        message: masked(message),
        duration_ns: ms * 1_000_000,
    });
    scene.statement = None;
}

fn approved_update(scene: &mut Scene) {
    submit(
        scene.after(2_000),
        Asked {
            number: 3,
            text: "update orders set state = 'refunded' where id = 17",
            kind: StatementKind::Update,
            reads: &[],
            writes: &[ORDERS],
            columns: vec![
                used(ORDERS, "ID", Use::Filter),
                used(ORDERS, "STATE", Use::Write),
            ],
            flags: Vec::new(),
        },
    );
    decide(
        scene,
        Verdict::Hold,
        &[("hold-writes", "writes need a second pair of eyes")],
        Vec::new(),
    );
    let binding = ApprovalBinding(Digest::of(b"binding"));
    let expires = TimeNs(scene.now().0 + 900_000_000_000);
    scene.emit(ApprovalRequested {
        binding,
        quorum: vec![Quorum {
            group: "approvers".to_owned(),
            needed: 1,
        }],
        reasons: vec!["writes need a second pair of eyes".to_owned()],
        expires,
        execution_ttl_ns: 60_000_000_000,
        sealed: Bytes::from_static(b"sealed"),
    });
    let agent = scene.principal.take();
    let approver = person("olga", &["approvers"]);
    scene.principal = Some(approver.clone());
    scene.after(95_000).emit(ApprovalGranted {
        binding,
        by: Approver {
            issuer: approver.issuer,
            subject: approver.subject,
            display: approver.display,
            groups: approver.groups,
        },
        note: "refund agreed with the customer".to_owned(),
        scope: None,
    });
    scene.principal = agent;
    // Another gateway runs it.
    scene.run = run(2);
    scene.after(300).emit(StatementClaimed { binding });
    scene.after(4).emit(StatementForwarded {
        query_id: Some("01b1-0003".to_owned()),
        attempts: 2,
    });
    let mut done = finished(1, 0, 0, 95_400);
    done.counts = Some(RowCounts {
        updated: 1,
        ..RowCounts::default()
    });
    scene.after(80).emit(done);
    scene.run = run(1);
    scene.statement = None;
}

fn failed_select(scene: &mut Scene) {
    submit(
        scene.after(1_500),
        Asked {
            number: 4,
            text: "select nope\u{1b}[2J from orders",
            kind: StatementKind::Select,
            reads: &[ORDERS],
            writes: &[],
            columns: Vec::new(),
            flags: vec!["unresolved".to_owned().into()],
        },
    );
    decide(scene, Verdict::Allow, &[], Vec::new());
    scene.after(3).emit(StatementForwarded {
        query_id: Some("01b1-0004".to_owned()),
        attempts: 1,
    });
    fail(
        scene,
        FailureStage::Upstream,
        "000904",
        "invalid identifier 'NOPE'",
        30,
    );
}

fn second_agent(scene: &mut Scene) {
    scene.session = Some(2);
    scene.agent("bob", "NodeDriver");
    open(scene);
    submit(
        scene.after(100),
        Asked {
            number: 1,
            text: "select count(*) from orders",
            kind: StatementKind::Select,
            reads: &[ORDERS],
            writes: &[],
            columns: Vec::new(),
            flags: Vec::new(),
        },
    );
    decide(scene, Verdict::Allow, &[], Vec::new());
    scene.after(2).emit(StatementForwarded {
        query_id: Some("01b1-0005".to_owned()),
        attempts: 1,
    });
    scene.after(20).emit(ResponseStarted {
        result: 0,
        query_id: "01b1-0005".to_owned(),
        columns: vec![column("COUNT(*)", "fixed", Some(0))],
        masks: Vec::new(),
        mask_all: false,
        format: ResultFormat::Arrow,
        rows_total: Some(1),
        chunks: 0,
        statement_type: None,
    });
    scene.emit(ResponsePage {
        result: 0,
        chunk: 0,
        page: 0,
        first_row: 0,
        rows: 1,
        masked: Vec::new(),
        digest: Digest::of(b"count"),
        bytes: 8,
        kept: Kept::Digest,
        fragment: 0,
        fragments: 1,
        body: Bytes::new(),
        seen: None,
    });
    scene.emit(finished(1, 1, 0, 25));
    scene.statement = None;
    scene.after(700).emit(StageRefused {
        operation: "PUT".to_owned(),
        reason: "files do not pass the gateway".to_owned(),
    });
}

fn refused_login(scene: &mut Scene) {
    scene.session = Some(3);
    scene.principal = None;
    scene.after(900).emit(SessionRefused {
        authenticator: Authenticator::Password,
        code: "390100".to_owned(),
        reason: "the token has expired".to_owned(),
    });
}

fn auditor(scene: &mut Scene) {
    scene.session = None;
    scene.run = run(3);
    scene.principal = Some(person("vera", &["auditors"]));
    scene.after(60_000).emit(AuditorQueried {
        sql: "select * from statements".to_owned(),
        rows: Some(5),
        error: None,
        duration_ns: 12_000_000,
    });
    scene.after(1_000).emit(AuditorReplayed {
        session: session_id(1),
        mode: ReplayMode::Terminal,
    });
}
