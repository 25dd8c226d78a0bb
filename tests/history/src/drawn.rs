//! Histories by chance: two sessions on two gateways, opened and refused, whose statements are asked, held, answered, claimed, delivered, fetched
//! again, canceled and never ended, in any order a journal may hold.
//!
//! Enters: bytes, each a choice; used up, they choose the first. Leaves: events at their positions. Never here: randomness.

use bytes::Bytes;
use event::payload::{
    ApprovalCanceled, ApprovalDenied, ApprovalExpired, ApprovalGranted, ApprovalRequested,
    Approver, Authenticator, Canceler, CloseReason, ColumnMask, ColumnUse, Context, FailureStage,
    GivenUp, Kept, MaskCount, MaskOperator, Quorum, ResponseFinished, ResponsePage,
    ResponseStarted, ResultColumn, ResultFormat, RowCounts, Seen, SeenClass, SessionClosed,
    SessionOpened, SessionRefused, StageRefused, StatementCanceled, StatementClaimed,
    StatementCounted, StatementDecided, StatementFailed, StatementForwarded, StatementKind,
    StatementSubmitted, Use, Verdict,
};
use event::{ApprovalBinding, Digest, Event, Payload, TimeNs};
use journal::Position;
use journal::emit::topic_of;

use crate::place::{chain, partition, placed};
use crate::scene::{Scene, masked, request_id, run};

/// Statements of each session at most.
const STATEMENTS: u32 = 12;
/// Milliseconds two gateways' clocks may differ.
const SKEW_MS: u32 = 40;

struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    /// A number below `of`.
    fn next(&mut self, of: u32) -> u32 {
        self.0.next().map_or(0, |byte| u32::from(*byte)) % of
    }

    fn more(&self) -> bool {
        self.0.len() > 0
    }
}

/// A history that `choices` choose, as a journal of one control partition and one event partition would hold it.
pub fn drawn(choices: &[u8]) -> Vec<(Position, Event)> {
    let mut choices = Choices(choices.iter());
    let mut scene = Scene::new();
    while choices.more() {
        scene.run = run(1 + choices.next(2) as u8);
        scene.session = Some(1 + choices.next(2));
        // Statements are told in turns; some events are of none.
        let number = choices.next(STATEMENTS + 1);
        scene.statement = (number > 0).then_some(number);
        let skew = i64::from(choices.next(SKEW_MS)) - i64::from(SKEW_MS / 2);
        scene.after(skew);
        if number > 0 {
            let payload = of_statement(&mut choices, number);
            scene.emit(payload);
        } else if choices.next(8) == 0 {
            scene.emit(of_session(&mut choices));
        }
    }
    placed(chain(scene.events), |event| {
        partition(topic_of(event.kind()), event, 1)
    })
}

fn of_session(choices: &mut Choices<'_>) -> Payload {
    match choices.next(6) {
        3 | 4 => SessionOpened {
            authenticator: Authenticator::Oauth,
            context: Context::default(),
            parameters: Vec::new(),
            upstream_session: (choices.next(2) == 0).then(|| format!("u{}", choices.next(3))),
            expires: TimeNs(i64::from(choices.next(3))),
        }
        .into(),
        5 if choices.next(3) == 0 => SessionRefused {
            authenticator: Authenticator::Other,
            code: "390144".to_owned(),
            reason: format!("no token {}", choices.next(2)),
        }
        .into(),
        0 => StageRefused {
            operation: "PUT".to_owned(),
            reason: "files do not pass the gateway".to_owned(),
        }
        .into(),
        1 => SessionClosed {
            reason: CloseReason::Logout,
        }
        .into(),
        _ => SessionClosed {
            reason: CloseReason::Killed,
        }
        .into(),
    }
}

fn of_statement(choices: &mut Choices<'_>, number: u32) -> Payload {
    match choices.next(21) {
        0 | 1 => submitted(choices, number),
        2 | 3 => decided(choices),
        4 => requested(choices),
        5 | 6 => ApprovalGranted {
            binding: binding(),
            by: approver(choices),
            note: ["", "", "go on"][choices.next(3) as usize].to_owned(),
            scope: None,
        }
        .into(),
        7 if choices.next(3) == 0 => ApprovalDenied {
            binding: binding(),
            by: approver(choices),
            note: "no".to_owned(),
        }
        .into(),
        8 if choices.next(3) == 0 => ApprovalExpired { binding: binding() }.into(),
        9 => ApprovalCanceled {
            binding: binding(),
            reason: GivenUp::Abandoned,
        }
        .into(),
        10 => StatementClaimed { binding: binding() }.into(),
        20 => StatementCounted {
            binding: binding(),
            compared: Vec::new(),
        }
        .into(),
        11 => StatementForwarded {
            query_id: (choices.next(2) == 0).then(|| format!("f{}", choices.next(4))),
            attempts: 1,
        }
        .into(),
        12 => started(choices),
        13 => page(choices),
        14..=16 => finished(choices),
        17 => failed(choices),
        18 if choices.next(2) == 0 => StatementCanceled {
            by: [Canceler::Client, Canceler::Killed][choices.next(2) as usize].clone(),
        }
        .into(),
        19 if choices.next(4) == 0 => StageRefused {
            operation: "COPY INTO".to_owned(),
            reason: "files do not pass the gateway".to_owned(),
        }
        .into(),
        _ => finished(choices),
    }
}

fn binding() -> ApprovalBinding {
    ApprovalBinding(Digest::of(b"binding"))
}

fn approver(choices: &mut Choices<'_>) -> Approver {
    let name = ["olga", "pete", "rosa"][choices.next(3) as usize];
    let groups: &[&str] =
        [&["owners"][..], &["auditors"], &["auditors", "owners"]][choices.next(3) as usize];
    Approver {
        issuer: "https://id.example".to_owned(),
        subject: format!("{name}@example.com"),
        display: name.to_owned(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
    }
}

fn submitted(choices: &mut Choices<'_>, number: u32) -> Payload {
    let table = |number: u32| format!("SHOP.PUBLIC.T{number}");
    let reads: Vec<String> = (0..choices.next(3)).map(table).collect();
    let used = (0..choices.next(3)).map(|column| ColumnUse {
        // Of a table that is read, or of one that the list forgot.
        table: table(choices.next(4)),
        column: format!("C{column}"),
        usage: Use::Output,
    });
    let columns = used.collect();
    StatementSubmitted {
        text: masked("select 1"),
        text_bytes: 8,
        binds: Vec::new(),
        fingerprint: String::new(),
        kinds: vec![StatementKind::Select],
        reads,
        writes: (0..choices.next(2)).map(|_| table(3)).collect(),
        columns,
        flags: Vec::new(),
        request_id: request_id(number),
        describe_only: false,
        asynchronous: false,
        context: Context::default(),
        seen: seen(choices),
    }
    .into()
}

/// Tokens of none, one or two columns, few different ones, so that they meet.
fn seen(choices: &mut Choices<'_>) -> Option<Vec<Seen>> {
    let columns = choices.next(3);
    let of = |column: u32, choices: &mut Choices<'_>| Seen {
        column: format!("SHOP.PUBLIC.T1.C{column}"),
        class: SeenClass::Email,
        key: "0a1b2c3d".to_owned(),
        tokens: Seen::pack(
            (0..choices.next(4)).map(|token| (u64::MAX / 3 * u64::from(token), 1 + token)),
        ),
    };
    (columns > 0).then(|| (0..columns).map(|column| of(column, choices)).collect())
}

fn decided(choices: &mut Choices<'_>) -> Payload {
    let verdicts = [
        Verdict::Allow,
        Verdict::Hold,
        Verdict::Mask,
        Verdict::Hold,
        Verdict::Deny,
    ];
    StatementDecided {
        verdict: verdicts[choices.next(5) as usize],
        reasons: Vec::new(),
        masks: Vec::new(),
        mask_all: false,
        catalog_version: "catalog-1".to_owned(),
        evaluated_at: TimeNs(0),
        binding: binding(),
        compared_before: None,
    }
    .into()
}

fn requested(choices: &mut Choices<'_>) -> Payload {
    let seats: &[(&str, u32)] = [
        &[("owners", 1)][..],
        &[("owners", 2)],
        &[("owners", 1), ("auditors", 1)],
    ][choices.next(3) as usize];
    let quorum = seats.iter().map(|(group, needed)| Quorum {
        group: (*group).to_owned(),
        needed: *needed,
    });
    ApprovalRequested {
        binding: binding(),
        quorum: quorum.collect(),
        reasons: vec![format!("reason {}", choices.next(3))],
        expires: TimeNs(i64::from(choices.next(3))),
        execution_ttl_ns: 0,
        sealed: Bytes::new(),
    }
    .into()
}

fn started(choices: &mut Choices<'_>) -> Payload {
    let column = |name: u32| ResultColumn {
        name: format!("C{name}"),
        data_type: "text".to_owned(),
        nullable: true,
        precision: None,
        scale: None,
        length: None,
        origin: String::new(),
    };
    let plan = |ordinal: u32| ColumnMask {
        ordinal,
        operator: MaskOperator::Partial,
        rule: "rule".to_owned(),
        sources: vec![format!("SHOP.PUBLIC.ORDERS.C{ordinal}")],
    };
    let columns = (0..choices.next(3)).map(|_| column(choices.next(4)));
    let columns = columns.collect();
    ResponseStarted {
        result: choices.next(2),
        query_id: format!("s{}", choices.next(4)),
        columns,
        masks: (0..choices.next(3)).map(plan).collect(),
        mask_all: false,
        format: ResultFormat::Json,
        rows_total: None,
        chunks: choices.next(3),
        statement_type: None,
    }
    .into()
}

fn page(choices: &mut Choices<'_>) -> Payload {
    let masked = (0..choices.next(3)).map(|_| MaskCount {
        ordinal: choices.next(2),
        by: ["rule:names", "detector:EMAIL"][choices.next(2) as usize].to_owned(),
        cells: u64::from(choices.next(4)),
    });
    let masked = masked.collect();
    let fragment = u32::from(choices.next(4) == 3);
    ResponsePage {
        result: choices.next(2),
        chunk: choices.next(4),
        page: choices.next(2),
        first_row: 0,
        rows: 3,
        masked,
        digest: Digest::of(b"rows"),
        bytes: 30,
        kept: Kept::Digest,
        fragment,
        fragments: fragment + 1,
        body: Bytes::new(),
        seen: seen(choices),
    }
    .into()
}

fn finished(choices: &mut Choices<'_>) -> Payload {
    let counts = RowCounts {
        inserted: 1,
        updated: 2,
        deleted: u64::from(choices.next(3)),
        duplicates: 4,
    };
    ResponseFinished {
        result: choices.next(2),
        chunk: choices.next(4),
        pages: 1,
        rows: u64::from(choices.next(5)),
        bytes: 30,
        masked_cells: u64::from(choices.next(2)),
        counts: (choices.next(2) == 0).then_some(counts),
        duration_ns: u64::from(choices.next(200)),
    }
    .into()
}

fn failed(choices: &mut Choices<'_>) -> Payload {
    let stages = [
        FailureStage::Gateway,
        FailureStage::Upstream,
        FailureStage::Journal,
        FailureStage::Gateway,
        FailureStage::Policy,
        FailureStage::Approval,
    ];
    StatementFailed {
        stage: stages[choices.next(6) as usize],
        code: format!("00000{}", choices.next(3)),
        sql_state: "42501".to_owned(),
        message: masked("it failed"),
        duration_ns: u64::from(choices.next(200)),
    }
    .into()
}
