//! One long session: statements of an agent that does not tire, the last of which returns many rows.
//!
//! Enters: how many of both. Leaves: events, chained as a gateway would. Never here: two that differ for the same numbers.

use event::payload::{
    Authenticator, CloseReason, ColumnMask, Context, FailureStage, Kept, MaskCount, MaskOperator,
    Reason, ResponseFinished, ResponsePage, ResponseStarted, ResultColumn, ResultFormat,
    SessionClosed, SessionOpened, StatementDecided, StatementFailed, StatementForwarded,
    StatementKind, StatementSubmitted, Verdict,
};
use event::{ApprovalBinding, Digest, Event, TimeNs};

use crate::place::chain;
use crate::scene::{Scene, masked, page_body, request_id, session_id};

/// The number of its session.
const LONG: u32 = 4_711;
/// Rows of a page of the large result.
const PAGE_ROWS: u32 = 5_000;
/// Rows of all other results.
const ROWS: u32 = 5;

/// A session of `statements` statements, the last of which returns `rows` rows.
pub fn long(statements: u32, rows: u32) -> Vec<Event> {
    let mut scene = Scene::new();
    scene.agent("tireless", "PythonConnector");
    scene.session = Some(LONG);
    scene.emit(SessionOpened {
        authenticator: Authenticator::Oauth,
        context: Context::default(),
        parameters: Vec::new(),
        upstream_session: Some("4711".to_owned()),
        expires: TimeNs(scene.now().0 + 14_400_000_000_000),
    });
    for number in 1..=statements {
        // Now and then it rests.
        scene.after(if number % 40 == 0 { 90_000 } else { 700 });
        scene.statement = Some(number);
        let rows = if number == statements { rows } else { ROWS };
        statement(&mut scene, number, rows);
    }
    scene.statement = None;
    scene.after(1_000).emit(SessionClosed {
        reason: CloseReason::Logout,
    });
    chain(scene.events)
}

fn statement(scene: &mut Scene, number: u32, rows: u32) {
    let table = format!("SHOP.PUBLIC.TABLE_{}", number % 50);
    let text = format!(
        "select id, email\n  from {table}\n where id > {number} order by id -- page {}",
        number / 50
    );
    scene.emit(StatementSubmitted {
        text_bytes: text.len() as u64,
        fingerprint: format!("fp-{}", number % 50),
        text: masked(&text),
        binds: Vec::new(),
        kinds: vec![StatementKind::Select],
        reads: vec![table],
        writes: Vec::new(),
        columns: Vec::new(),
        flags: Vec::new(),
        request_id: request_id(number),
        describe_only: false,
        asynchronous: false,
        context: Context::default(),
        seen: None,
    });
    let (verdict, rule) = match number {
        number if number % 50 == 0 && rows == ROWS => (Verdict::Deny, "no-zeros"),
        number if number % 7 == 0 => (Verdict::Mask, "mask-contact"),
        _ => (Verdict::Allow, "allow-agents"),
    };
    let masks = if verdict == Verdict::Mask {
        mask()
    } else {
        Vec::new()
    };
    let evaluated_at = scene.after(2).now();
    scene.emit(StatementDecided {
        verdict,
        reasons: vec![Reason {
            rule: rule.to_owned(),
            text: "so says the policy".to_owned(),
            span_start: None,
            span_end: None,
        }],
        masks: masks.clone(),
        mask_all: false,
        catalog_version: "catalog-1".to_owned(),
        evaluated_at,
        binding: ApprovalBinding(Digest::of(b"binding")),
        compared_before: None,
    });
    if verdict == Verdict::Deny {
        scene.emit(StatementFailed {
            stage: FailureStage::Policy,
            code: "003001".to_owned(),
            sql_state: "42501".to_owned(),
            message: masked("blocked by policy no-zeros"),
            duration_ns: 3_000_000,
        });
        return;
    }
    scene.after(3).emit(StatementForwarded {
        query_id: Some(format!("01b1-{number}")),
        attempts: 1,
    });
    answer(scene, number, rows, &masks);
}

fn mask() -> Vec<ColumnMask> {
    vec![ColumnMask {
        ordinal: 1,
        operator: MaskOperator::Redact,
        rule: "mask-contact".to_owned(),
        sources: vec!["SHOP.PUBLIC.TABLE_0.EMAIL".to_owned()],
    }]
}

fn answer(scene: &mut Scene, number: u32, rows: u32, masks: &[ColumnMask]) {
    let column = |name: &str, data_type: &str| ResultColumn {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        nullable: true,
        precision: None,
        scale: None,
        length: None,
        origin: String::new(),
    };
    scene.after(40).emit(ResponseStarted {
        result: 0,
        query_id: format!("01b1-{number}"),
        columns: vec![column("ID", "text"), column("EMAIL", "text")],
        masks: masks.to_vec(),
        mask_all: false,
        format: ResultFormat::Json,
        rows_total: Some(u64::from(rows)),
        chunks: 0,
        statement_type: Some(4_096),
    });
    let pages = rows.div_ceil(PAGE_ROWS);
    let (mut bytes, mut cells) = (0, 0);
    for page in 0..pages {
        let first = page * PAGE_ROWS;
        let last = rows.min(first + PAGE_ROWS);
        let ids: Vec<String> = (first..last).map(|row| format!("{number}-{row}")).collect();
        let ids: Vec<Option<&str>> = ids.iter().map(|id| Some(id.as_str())).collect();
        let shown = if masks.is_empty() { "-" } else { "[EMAIL]" };
        let body = page_body(&[("ID", &ids), ("EMAIL", &vec![Some(shown); ids.len()])]);
        let rows = ids.len() as u64;
        let of_page = if masks.is_empty() { 0 } else { rows };
        bytes += rows * 20;
        cells += of_page;
        scene.emit(ResponsePage {
            result: 0,
            chunk: 0,
            page,
            first_row: u64::from(first),
            rows,
            masked: (of_page > 0)
                .then(|| MaskCount {
                    ordinal: 1,
                    by: "rule:mask-contact".to_owned(),
                    cells: of_page,
                })
                .into_iter()
                .collect(),
            digest: Digest::of(&body),
            bytes: rows * 20,
            kept: Kept::Full,
            fragment: 0,
            fragments: 1,
            body,
            seen: None,
        });
    }
    scene.after(2).emit(ResponseFinished {
        result: 0,
        chunk: 0,
        pages,
        rows: u64::from(rows),
        bytes,
        masked_cells: cells,
        counts: None,
        duration_ns: 48_000_000,
    });
}

/// The session's id.
pub fn long_session() -> event::SessionId {
    session_id(LONG)
}
